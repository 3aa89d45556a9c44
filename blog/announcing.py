"""That something has changed which hubs and search engines are to be told of: what a web process notes of it.

``blog.syndication.announcing`` tells them, with the client for other sites that a process which shows pages can spare.
"""

from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from blog.models import Announced, Event, Page
from blog.models.addresses import addresses_of, can_be_seen
from blog.pagecache import SECONDS

# Until then a cache in front may keep a feed, or a page, as it was.
DELAY = timedelta(seconds=SECONDS + 30)

# What the page of an event, or a plain page, does not show of itself.
UNSEEN = {"modified_at", "sequence", "position"}


def is_wanted() -> bool:
    """Say whether the operator wants anybody told."""
    return bool(settings.WEBSUB_HUB or settings.INDEXNOW_KEY)


def announce_soon() -> None:
    """Have what has just changed told once caches have it; what changes until then is told with it."""
    from blog.syndication.dispatching import enqueue_at
    from blog.tasks import announce_news

    if is_wanted() and cache.add("announcing", True, DELAY.total_seconds()):
        enqueue_at(announce_news, DELAY)


def mark_stale(post_id: int) -> None:
    """Note that something beside a post has changed which its feeds show, and have that told."""
    if is_wanted() and Announced.objects.filter(post=post_id).update(is_stale=True):
        announce_soon()


def note_deleted(post_id: int) -> None:
    """Note what concerns a post that is being deleted, while it is known where it stood."""
    known = Announced.objects.filter(post=post_id).exclude(address="").first() if is_wanted() else None
    if known:
        from blog.syndication.announcing import tell

        tell({known.address}, set(known.lists), due_at=timezone.now() + DELAY)
        announce_soon()


def note_saved(before: Event | Page | None, now: Event | Page) -> None:
    """Have search engines told of an event or a plain page that is new, has changed or moved, or is shown no more."""
    if before is None or shown_of(before) != shown_of(now):
        note_pages(before, now)


def note_pages(*versions: Event | Page | None) -> None:
    """Have them told of the pages at which readers see an event or a plain page, or saw it."""
    paths = set().union(*(addresses_of(each) for each in versions if each and can_be_seen(each)))
    if paths and settings.INDEXNOW_KEY:
        from blog.syndication.announcing import tell

        tell({settings.SITE_URL + path for path in paths}, (), due_at=timezone.now() + DELAY)
        transaction.on_commit(announce_soon, robust=True)


def shown_of(row: Event | Page) -> dict[str, object]:
    """Return the columns that readers see something of."""
    names = (field.attname for field in row._meta.concrete_fields)
    return {name: getattr(row, name) for name in names if name not in UNSEEN}
