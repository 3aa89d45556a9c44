"""What runs in the background about comments; each a thin call of a function elsewhere.

A task may run twice, after a process was killed, and must do no harm then.
"""

from django.tasks import task
from django.utils.translation import gettext as _
from django.utils.translation import override

from comments.mail.letters import Letter, letter_task


@task()
def judge_comment(*, comment_id: int) -> None:
    """Say how much a comment looks like spam, and hold it where it does; publish it where nobody need read it first.

    Moderators are told of one that waits.
    """
    from comments.models import Comment
    from comments.policy import judge_and_tell

    comment = Comment.objects.select_related("post").filter(pk=comment_id).first()
    if comment is not None:
        judge_and_tell([comment])


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


@letter_task
def mail_own_address(*, comment_id: int) -> None:
    """Mail the writer of a comment the address at which they mend or withdraw it: they asked for that there."""
    from comments.models import Comment
    from comments.tokens import own_path

    comment = Comment.objects.select_related("post").filter(pk=comment_id).exclude(email="").first()
    if comment is None:
        return
    with override(comment.language):
        Letter(
            to=comment.email,
            subject=_("The address of your comment"),
            paragraphs=[
                _("You commented on “%(title)s”, and asked for the address at which you find your comment again.")
                % {"title": comment.post.title},
                _(
                    "There you see what became of it, and can take it back at any time. Whoever has this address can "
                    "do so too."
                ),
                _("If it was not you, you have nothing to do: nothing more is mailed to you."),
            ],
            path=own_path(comment),
        ).send()
