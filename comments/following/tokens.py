"""Signed addresses of the pages on which a follower confirms, changes and stops what they are mailed."""

import re

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from authors.addresses import kept_address
from comments.models import Follower

CONFIRM_SALT = "comments.following.confirm"
CHOOSE_SALT = "comments.following.choose"

MARK_SALT = "comments.following.mark"

# 96 bits, in hexadecimal digits: nobody comes upon one by trying.
MARK_LENGTH = 24
MARK = re.compile(rf"(?<![0-9])([1-9][0-9]{{0,17}})-([0-9a-f]{{{MARK_LENGTH}}})(?![0-9a-f])", re.ASCII)

# Long enough for a holiday week. What nobody confirmed by then is forgotten.
CONFIRM_SECONDS = 7 * 24 * 3600

# Stands for all that somebody follows, where a token names one following.
EVERYTHING = 0


def absolute(name: str, *args: object, language: str) -> str:
    """Return the address of a page with scheme and host, in a language."""
    # Not kept: a token is asked for once.
    return settings.SITE_URL + kept_address.__wrapped__(name, args, language)


def confirm_address(follower: Follower) -> str:
    """Return where an address is confirmed, for a week."""
    token = signing.TimestampSigner(salt=CONFIRM_SALT).sign(str(follower.pk))
    return absolute("comments:following-confirm", token, language=follower.language)


def choose_address(follower: Follower, following_id: int = EVERYTHING) -> str:
    """Return where a follower stops or changes one following, or everything; for good."""
    token = signing.Signer(salt=CHOOSE_SALT).sign(f"{follower.pk}.{following_id}")
    return absolute("comments:following-detail", token, language=follower.language)


def make_mark(follower: Follower) -> str:
    """Return what each mail to a follower bears in its headers: whoever quotes it has seen such a mail.

    It goes into a Message-ID too, so it is short, and of letters that every server leaves as they are.
    """
    return f"{follower.pk}-{sign_mark(follower.pk)}"


def find_marked(text: str) -> set[int]:
    """Return the keys of the followers whose marks, made here, stand in a text."""
    marks = MARK.findall(text)
    return {int(pk) for pk, signature in marks if constant_time_compare(signature, sign_mark(int(pk)))}


def sign_mark(pk: int) -> str:
    return salted_hmac(MARK_SALT, str(pk), algorithm="sha256").hexdigest()[:MARK_LENGTH]


def read_confirm_token(token: str) -> int:
    """Return the key of the follower that a token is for; raise ``signing.BadSignature`` or ``SignatureExpired``."""
    return int(signing.TimestampSigner(salt=CONFIRM_SALT).unsign(token, max_age=CONFIRM_SECONDS))


def read_choose_token(token: str) -> tuple[int, int]:
    """Return the keys of follower and following that a token is for; raise ``signing.BadSignature``."""
    follower_id, _, following_id = signing.Signer(salt=CHOOSE_SALT).unsign(token).partition(".")
    return int(follower_id), int(following_id)
