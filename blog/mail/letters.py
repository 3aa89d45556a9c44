"""The mails to one person about their own affair: plain text and HTML, in the language that is active."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from authors.bilingual import current_language
from blog.mail.lines import one_line


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
        return render_to_string("blog/mail/letter.html", context)

    def send(self) -> bool:
        """Send it, and return that it left; raise what the mail server's refusal raises.

        Mail programs are told that no person is there to answer a note of absence (RFC 3834).
        """
        mail = EmailMultiAlternatives(
            subject=one_line(f"{self.subject} – {settings.SITE_NAME}"),
            body=self.as_text(),
            to=[self.to],
            headers={"Auto-Submitted": "auto-generated"},
        )
        mail.attach_alternative(self.as_html(), "text/html")
        mail.send()
        return True
