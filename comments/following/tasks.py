"""What runs in the background; each a thin call of a function elsewhere.

A task may run twice, after a process was killed: the rows that it works on say what was done already.
"""

from django.tasks import task


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
