"""What runs in the background; each a thin call of a function elsewhere.

A task may run twice, after a process was killed: the rows that it works on say what was done already.
"""

from urllib.parse import urlsplit

from django.tasks import task
from django.utils.translation import gettext as _
from django.utils.translation import override

from comments.mail.letters import Letter, letter_task


@task()
def send_invitation(*, follower_id: int, attempt: int = 0) -> None:
    """Ask an address whether it wants to be mailed."""
    from comments.following.consent import invite

    invite(follower_id, attempt)


@task()
def gather_notifications(*, comment_id: int, after: int = 0) -> None:
    """Note whom a comment that has just been approved is to be mailed to."""
    from comments.following.notifications import gather

    gather(comment_id, after)


@task()
def send_notifications() -> None:
    """Mail what is due."""
    from comments.following.notifications import deliver

    deliver()


@letter_task
def mail_question_again(*, following_id: int) -> None:
    """Ask who had stopped the mail about a discussion whether they want it again: their address was typed in there."""
    from comments.following.mails import version_of
    from comments.following.tokens import choose_address
    from comments.models import Following

    followings = Following.objects.select_related("follower", "post").filter(pk=following_id, stopped_at__isnull=False)
    following = followings.first()
    if following is None or not following.follower.is_reachable():
        return
    follower = following.follower
    with override(follower.language):
        Letter(
            to=follower.email,
            subject=_("Answers by mail again?"),
            paragraphs=[
                _(
                    "Somebody commented on “%(title)s” with your address and asked for the answers, which you had "
                    "stopped."
                )
                % {"title": version_of(following.post, follower.language).title},
                _("If it was you, press the button at the address below, and they are mailed to you again."),
                _("If it was not, you have nothing to do: nothing is mailed of it."),
            ],
            path=urlsplit(choose_address(follower, following.pk)).path,
        ).send()
