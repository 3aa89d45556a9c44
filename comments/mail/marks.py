"""What each mail bears in its headers, so that a report that it could not be delivered can be believed.

Anybody can send such a report; who quotes a mark that we signed has seen a mail that bears it.
"""

import re

from django.utils.crypto import constant_time_compare, salted_hmac

from comments.models import Follower, ModeratorMail

# The field that says to whom a mail was sent. It stands in the Message-ID too, which some servers replace.
MARK_FIELD = "Tribune-Recipient"

SALT = "comments.mail.mark"

# 96 bits, in hexadecimal digits: nobody comes upon one by trying.
LENGTH = 24
MARK = re.compile(rf"(?<![0-9])([1-9][0-9]{{0,17}})-([0-9a-f]{{{LENGTH}}})(?![0-9a-f])", re.ASCII)


def make_mark(recipient: Follower | ModeratorMail) -> str:
    """Return what each mail to somebody bears. It is short, and of letters that every server leaves as they are."""
    return f"{recipient.pk}-{sign(type(recipient), recipient.pk)}"


def find_marked(recipients: type[Follower | ModeratorMail], text: str) -> set[int]:
    """Return the keys of the recipients of a kind whose marks, made here, stand in a text."""
    marks = MARK.findall(text)
    return {int(pk) for pk, signature in marks if constant_time_compare(signature, sign(recipients, int(pk)))}


def sign(recipients: type[Follower | ModeratorMail], pk: int) -> str:
    return salted_hmac(SALT, f"{recipients._meta.model_name} {pk}", algorithm="sha256").hexdigest()[:LENGTH]
