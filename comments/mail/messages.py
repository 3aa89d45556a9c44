"""How a mail is written: of text and HTML, with headers that nobody can add to, and one click to stop it."""

import email.policy
import re
from email.headerregistry import HeaderRegistry, UnstructuredHeader
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from blog.mail.lines import one_line
from comments.mail.marks import MARK_FIELD, make_mark
from comments.models import Follower, ModeratorMail

# Where a template has a line that says nothing to the reader.
_EMPTY_LINES = re.compile(r"\n{3,}")


class WholeHeader(UnstructuredHeader):
    """A header of addresses, each on a line of its own and as it is.

    Python folds what is longer than a line into encoded words (RFC 2047), which no mail program undoes in an address
    of List-Unsubscribe; one-click unsubscribing would be lost.
    """

    max_count = 1

    def fold(self, *, policy: email.policy.Policy) -> str:
        parts = f",{policy.linesep} ".join(str(self).split(", "))
        return f"{self.name}: {parts}{policy.linesep}"


HEADERS = HeaderRegistry()
HEADERS.map_to_type("list-unsubscribe", WholeHeader)


class ListMail(EmailMultiAlternatives):
    """A mail whose header List-Unsubscribe stays whole."""

    def message(self, *, policy: email.policy.Policy = email.policy.default) -> email.message.EmailMessage:
        return super().message(policy=policy.clone(header_factory=HEADERS))


def write_mail(recipient: Follower | ModeratorMail, name: str, subject: str, shown: dict) -> ListMail:
    """Return a mail of text and HTML in the active language, made from the templates of that name."""
    shown |= {"SITE_NAME": settings.SITE_NAME, "SITE_URL": settings.SITE_URL, "LANGUAGE_CODE": recipient.language}
    message = ListMail(
        subject=one_line(f"[{settings.SITE_NAME}] {subject}"),
        body=_EMPTY_LINES.sub("\n\n", render_to_string(f"comments/mail/{name}.txt", shown)).strip() + "\n",
        to=[recipient.email],
        # Answering machines leave it alone (RFC 3834).
        headers={"Auto-Submitted": "auto-generated", MARK_FIELD: make_mark(recipient)},
    )
    message.attach_alternative(render_to_string(f"comments/mail/{name}.html", shown), "text/html")
    return message


def unsubscribe_headers(address: str) -> dict[str, str]:
    """Return what a mail program's own button for unsubscribing uses (RFC 2369, RFC 8058)."""
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def host() -> str:
    """Return the name under which messages and lists of this site are known: that of its sender's address."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or urlsplit(settings.SITE_URL).hostname
