"""The mails to one person about their own affair: plain text and HTML, in the language in which they wrote here."""

import logging
from collections.abc import Callable
from functools import wraps

from django.tasks import Task, task
from django.utils import timezone

from blog.mail import letters
from blog.mail.refusals import DELAYS, Outcome, describe, judge
from comments.models import Follower, normalise_email

logger = logging.getLogger("tribune.letters")


class NotTakenError(Exception):
    """A mail server does not take a letter; says why, and not to whom, since what failed is kept and listed."""


class Letter(letters.Letter):
    """A letter that does not leave for an address that is closed to mail from here."""

    def send(self) -> bool:
        """Send it, and return whether it left."""
        return not is_closed(self.to) and super().send()


def is_closed(email: str) -> bool:
    """Say whether the owner of an address refused all mail from here, or it took none lately.

    What a letter would have said stands on the page that it would have led to.
    """
    return Follower.objects.closed().filter(email=normalise_email(email)).exists()


def letter_task(write: Callable[..., None]) -> Task:
    """Make a task of a function that sends a letter: what a mail server does not take now is tried again later.

    The function takes keywords that JSON can hold: keys of rows, never an address, since what a task was given is kept
    for two weeks. What is refused for good, or was tried for two days, raises NotTakenError, so that the task is listed
    as failed.
    """

    @wraps(write)
    def run(*, attempt: int = 0, **about: object) -> None:
        try:
            write(**about)
        except OSError as error:
            can_wait = sending.get_backend().supports_defer
            if judge(error) is not Outcome.LATER or attempt >= len(DELAYS) or not can_wait:
                raise NotTakenError(describe(error)) from None
            logger.warning("%s %s: %s", write.__name__, about, describe(error))
            later = sending.using(run_after=timezone.now() + DELAYS[attempt])
            later.enqueue(attempt=attempt + 1, **about)

    sending = task()(run)
    return sending
