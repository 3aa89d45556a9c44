"""How a name or a title becomes the last part of an address.

static/admin-tribune/slug.js does the same while an editor types.
"""

import re
import unicodedata

from django.db.models import QuerySet

# What is one letter in French typography, and two in an address. Normalisation leaves them as they are.
LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "đ": "d", "ł": "l"})


def make_slug(text: str, length: int) -> str:
    """Return ``text`` in lower-case letters, digits and hyphens: ‘L’été à Nîmes’ gives ‘l-ete-a-nimes’.

    Cut between two words where it is longer than ``length``; empty where nothing in it can stand in an address.
    """
    letters = unicodedata.normalize("NFKD", text.lower().translate(LIGATURES))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(slug) <= length:
        return slug
    words, _hyphen, _rest = slug[: length + 1].rpartition("-")
    return words or slug[:length]


def find_free_slug(slug: str, rows: QuerySet, length: int) -> str:
    """Return ``slug``, or where one of ``rows`` has it already, the first of slug-2, slug-3… that none has."""
    taken = set(rows.filter(slug__startswith=slug[: length - 8]).values_list("slug", flat=True))
    free, number = slug, 2
    while free in taken:
        ending = f"-{number}"
        free, number = f"{slug[: length - len(ending)]}{ending}", number + 1
    return free


def is_made_from(slug: str, text: str, length: int) -> bool:
    """Say whether ``slug`` is what the functions above make of ``text``, with or without a number."""
    made = make_slug(text, length)
    name, _hyphen, number = slug.rpartition("-")
    return bool(made) and (slug == made or (number.isdigit() and made.startswith(name) and name != ""))
