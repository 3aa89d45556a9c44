"""Addresses of the site, each made once.

A list asks for the addresses of the same categories and authors on each of its pages, and Django makes an address anew
each time by trying what it could be.
"""

from functools import lru_cache

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, override

# The categories, tags, authors and partners of a large publication, in two languages.
KEPT_ADDRESSES = 4096


def address(name: str, *args: object, language: str | None = None) -> str:
    """Return ``reverse(name, args=args)`` in a language, by default the active one."""
    return kept_address(name, args, language or get_language())


def absolute_address(name: str, *args: object, language: str) -> str:
    """Return the address of a page with scheme and host, in a language."""
    # Not kept: in a mail it has a token, which is asked for once.
    return settings.SITE_URL + kept_address.__wrapped__(name, args, language)


@lru_cache(maxsize=KEPT_ADDRESSES)
def kept_address(name: str, args: tuple, language: str) -> str:
    with override(language):
        return reverse(name, args=args)
