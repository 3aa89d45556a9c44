"""That something has changed which hubs and search engines are to be told of: what a web process notes of it.

``blog.syndication.announcing`` tells them, with the client for other sites that a process which shows pages can spare.
"""

from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from blog.models import Announced
from blog.pagecache import SECONDS

# Until then a cache in front may keep a feed, or a page, as it was.
DELAY = timedelta(seconds=SECONDS + 30)


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
