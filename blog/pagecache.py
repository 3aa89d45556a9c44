"""Whole pages kept for readers, each under the tags of what it shows.

A page is kept with the moment at which its making began; dropping a tag notes a moment for the
tag. A kept page is good while none of its tags was dropped after that. So nothing has to know
which pages show a thing, and a page that was being made while the thing changed is not kept
beyond the change.
"""

import hashlib
import time
from collections.abc import Iterable

from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse

# Every page has it: a change by an editor drops all pages, a comment only those that show it.
SITE = "site"

# What shows comments of any post has it: a change in one discussion drops it with the pages of that discussion.
DISCUSSIONS = "discussions"

# How long a page may be kept, here and by caches in front. A scheduled post appears, and an
# event is over, at most this much late on a page that somebody else looked at just before.
SECONDS = 60

# A drop must be remembered for longer than any page is kept.
MEMORY = 10 * SECONDS

# How long it is remembered since when a page has been as it is.
DAYS_REMEMBERED = 60


def tag_page(response: HttpResponse, tags: Iterable[str] = ()) -> HttpResponse:
    """Mark a response as a reader's page, which is the same for everybody, and may be kept."""
    response.page_tags = frozenset({SITE, *tags})
    return response


def discussion_tags(discussions: Iterable[int]) -> set[str]:
    """Return the tags of pages that show discussions, each named by the key of its original post, or count them."""
    return {f"discussion:{key}" for key in discussions}


def drop_pages(tags: Iterable[str] = (SITE,)) -> None:
    """Let no page with one of these tags be used again, once the transaction is through."""
    keys = [f"dropped:{tag}" for tag in tags]
    transaction.on_commit(lambda: cache.set_many(dict.fromkeys(keys, time.time()), MEMORY), robust=True)


def drop_discussions(discussions: Iterable[int]) -> None:
    """Drop the pages that show discussions, or count them, and those that show comments of any."""
    drop_pages({DISCUSSIONS, *discussion_tags(discussions)})


def is_dropped(tags: Iterable[str], made_at: float) -> bool:
    """Say whether one of these tags was dropped since ``made_at`` (seconds since the epoch)."""
    dropped = cache.get_many([f"dropped:{tag}" for tag in tags])
    return any(moment >= made_at for moment in dropped.values())


def seen_since(name: str, content: bytes) -> int:
    """Return since when something of this name has had this content, in whole seconds since the epoch.

    Where that was forgotten it is now, and who asks gets once more what they have.
    """
    key, digest = f"seen:{hashlib.sha256(name.encode()).hexdigest()}", hashlib.sha256(content).hexdigest()
    known = cache.get(key)
    if known is None or known[0] != digest:
        # The second that is over: what changes within this one is a later moment.
        moment = int(time.time()) - 1
        known = digest, max(moment, known[1] + 1) if known else moment
        cache.set(key, known, DAYS_REMEMBERED * 24 * 3600)
    return known[1]
