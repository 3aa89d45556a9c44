"""What runs in the background; each a thin call of a function elsewhere.

A task may run twice, after a process was killed: the rows that it works on say what was done already.
"""

from django.tasks import task


@task()
def gather_alerts(*, comment_ids: list[int]) -> None:
    """Note which moderators are to be told that comments wait."""
    from comments.alerts.sending import gather

    gather(comment_ids)


@task()
def send_alerts() -> None:
    """Mail what is due."""
    from comments.alerts.sending import deliver

    deliver()
