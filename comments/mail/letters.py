"""The mails to one person about their own affair: plain text and HTML, in the language in which they wrote here."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.tasks import Task, task
from django.template.loader import render_to_string
from django.utils import timezone

from authors.bilingual import current_language
from comments.mail.outbox import DELAYS
from comments.mail.refusals import Outcome, describe, judge
from comments.models import Follower, normalise_email

logger = logging.getLogger("tribune.letters")


class NotTakenError(Exception):
    """A mail server does not take a letter; says why, and not to whom, since what failed is kept and listed."""


@dataclass(frozen=True)
class Letter:
    """What a mail says: paragraphs, what it quotes of other people's texts, and an address on the site to go on at."""

    to: str
    subject: str
    paragraphs: Sequence[str]
    quoted: str = ""
    path: str = ""

    @property
    def address(self) -> str:
        return f"{settings.SITE_URL}{self.path}" if self.path else ""

    def as_text(self) -> str:
        quoted = "\n".join(f"> {line}" for line in self.quoted.splitlines())
        parts = [*map(str, self.paragraphs), quoted, self.address, f"-- \n{settings.SITE_NAME}\n{settings.SITE_URL}"]
        return "\n\n".join(part for part in parts if part)

    def as_html(self) -> str:
        context = {"letter": self, "LANGUAGE_CODE": current_language()}
        return render_to_string("comments/mail/letter.html", context)

    def send(self) -> bool:
        """Send it, and return whether it left: nothing does to an address that is closed to mail from here.

        Mail programs are told that no person is there to answer a note of absence (RFC 3834).
        """
        if is_closed(self.to):
            return False
        mail = EmailMultiAlternatives(
            subject=f"{self.subject} – {settings.SITE_NAME}",
            body=self.as_text(),
            to=[self.to],
            headers={"Auto-Submitted": "auto-generated"},
        )
        mail.attach_alternative(self.as_html(), "text/html")
        mail.send()
        return True


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
