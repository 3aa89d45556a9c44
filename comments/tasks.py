"""What runs in the background about comments; each a thin call of a function elsewhere.

A task may run twice, after a process was killed, and must do no harm then.
"""

from django.tasks import task


@task()
def judge_comment(*, comment_id: int) -> None:
    """Say how much a comment looks like spam, and hold it where it does; publish it where nobody need read it first.

    Moderators are told of one that waits.
    """
    from comments.models import Comment
    from comments.policy import judge_and_tell

    comment = Comment.objects.select_related("post").filter(pk=comment_id).first()
    if comment is not None:
        judge_and_tell(comment)


@task()
def judge_unjudged() -> None:
    """Do the same for all comments that have come since the last time."""
    from comments.policy import judge_unjudged

    judge_unjudged()


@task()
def learn_comment(*, comment_id: int) -> None:
    """Learn from what a moderator has decided on a comment."""
    from comments.models import Comment
    from comments.spam.learning import learn

    comment = Comment.objects.filter(pk=comment_id).first()
    if comment is not None:
        learn(comment)
