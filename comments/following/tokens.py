"""Signed addresses of the pages on which a follower confirms, changes and stops what they are mailed."""

from django.core import signing

from authors.addresses import absolute_address
from comments.models import Follower

CONFIRM_SALT = "comments.following.confirm"
CHOOSE_SALT = "comments.following.choose"

# Long enough for a holiday week. What nobody confirmed by then is forgotten.
CONFIRM_SECONDS = 7 * 24 * 3600

# Stands for all that somebody follows, where a token names one following.
EVERYTHING = 0


def confirm_address(follower: Follower) -> str:
    """Return where an address is confirmed, for a week."""
    token = signing.TimestampSigner(salt=CONFIRM_SALT).sign(str(follower.pk))
    return absolute_address("comments:following-confirm", token, language=follower.language)


def choose_address(follower: Follower, following_id: int = EVERYTHING) -> str:
    """Return where a follower stops or changes one following, or everything; for good."""
    token = signing.Signer(salt=CHOOSE_SALT).sign(f"{follower.pk}.{following_id}")
    return absolute_address("comments:following-detail", token, language=follower.language)


def read_confirm_token(token: str) -> int:
    """Return the key of the follower that a token is for; raise ``signing.BadSignature`` or ``SignatureExpired``."""
    return int(signing.TimestampSigner(salt=CONFIRM_SALT).unsign(token, max_age=CONFIRM_SECONDS))


def read_choose_token(token: str) -> tuple[int, int]:
    """Return the keys of follower and following that a token is for; raise ``signing.BadSignature``."""
    follower_id, _, following_id = signing.Signer(salt=CHOOSE_SALT).unsign(token).partition(".")
    return int(follower_id), int(following_id)
