"""Addresses of the private pages on which partners read what is proposed to them, and answer.

An address cannot be guessed, is good for some time, and can be revoked. Its token is made from a seed in the database
and the secret key of the site, which is not there: who gets hold of the database opens no page. What is looked up is
the digest of the token, so addresses that were mailed go on leading to their page should the secret key change.
"""

import base64
import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from authors.addresses import kept_address
from blog.models import PrivateAddress, Tribune
from blog.syndication.errors import FetchError

# Long enough for an editor who plans a season; an editor can extend it.
GOOD_FOR = timedelta(days=90)

SALT = "blog.private_address"
# 256 bits, in letters and digits of base64.
TOKEN_LENGTH = 43


class NoAddressError(FetchError):
    """There is no private address in force, or none that can be written out."""

    words = _("The private address was revoked, or has expired: make a new one, then send again.")
    OTHER_KEY = _("The secret key of the site has changed: make a new private address, then send again.")


def make_token(seed: str, *, salt: str = SALT) -> str:
    digest = salted_hmac(salt, seed, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def digest_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def find_address(token: str) -> PrivateAddress | None:
    """Return what a token stands for, whether it is still in force or not; None where it was never made here."""
    if len(token) != TOKEN_LENGTH:
        return None
    return PrivateAddress.objects.select_related("tribune__partner").filter(digest=digest_token(token)).first()


def address_in_force(tribune: Tribune) -> PrivateAddress | None:
    """Return the address at which a partner can answer now; None where it is over, or there was none."""
    return tribune.private_addresses.in_force().first()


def open_address(tribune: Tribune) -> PrivateAddress:
    """Return the address in force, made now where there is none."""
    return address_in_force(tribune) or renew_address(tribune)


def renew_address(tribune: Tribune) -> PrivateAddress:
    """Make a new address, and revoke the one before. The caller may hold the lock of the tribune; it is taken here."""
    with transaction.atomic():
        Tribune.objects.select_for_update().get(pk=tribune.pk)
        revoke_address(tribune)
        seed = secrets.token_urlsafe(24)
        return PrivateAddress.objects.create(
            tribune=tribune,
            seed=seed,
            digest=digest_token(make_token(seed)),
            expires_at=timezone.now() + GOOD_FOR,
        )


def revoke_address(tribune: Tribune) -> None:
    """Let the address lead to its page no more."""
    tribune.private_addresses.filter(revoked_at=None).update(revoked_at=timezone.now())


def extend_address(tribune: Tribune) -> None:
    """Let the address be good for another while from now on; one that has expired leads to its page again."""
    tribune.private_addresses.filter(revoked_at=None).update(expires_at=timezone.now() + GOOD_FOR)


def path_in_force(tribune: Tribune) -> tuple[PrivateAddress, str]:
    """Return the address in force and where its page is, for a mail; raise NoAddressError where there is none.

    None is made here: an editor may have revoked it while the mail waited.
    """
    address = address_in_force(tribune)
    if address is None:
        raise NoAddressError
    path = path_of(address)
    if not path:
        raise NoAddressError(NoAddressError.OTHER_KEY)
    return address, path


def path_of(address: PrivateAddress, language: str = "") -> str:
    """Return where the page is, in the partner's language or another; '' where the secret key has changed since."""
    token = make_token(address.seed)
    if not constant_time_compare(digest_token(token), address.digest):
        return ""
    # Not kept in memory with the addresses of public pages.
    return kept_address.__wrapped__("blog:hand-over", (token,), language or address.tribune.partner.language)
