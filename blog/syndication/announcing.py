"""News for whoever would else have to ask: hubs are told which feeds have changed (WebSub), search engines which pages
(IndexNow). Nobody is told anything unless the operator named a hub, or gave a key.

Events and plain pages have no hour: it is noted as they are saved (``blog.announcing``).
A post appears because its hour has come, without a job. So a task looks for what has become public since the last time,
has changed, or was withdrawn (``note_changes()``), and writes a row for each address; a row that waits already is not
written twice. They are told in batches (``send_due()``): rows are claimed before the request leaves and go once it was
taken. A process that is killed in between tells once more, which does no harm: who was told looks, and finds nothing
new.
"""

import hashlib
import json
import logging
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from time import monotonic
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone, translation

from authors.addresses import address
from authors.bilingual import LANGUAGES
from blog.agreement import Agreement
from blog.announcing import DELAY
from blog.feeds import KINDS
from blog.models import Announced, Announcement, Listing, Post, Tribune
from blog.syndication.answers import Answer
from blog.syndication.dispatching import enqueue_at
from blog.syndication.errors import BadStatusError, FetchError
from blog.syndication.fetching import fetch
from blog.syndication.retrying import CLAIM_HOLDS, next_attempt
from blog.syndication.telling import POSTS_AT_ONCE, can_be_reached, changed_posts

logger = logging.getLogger("tribune.announcing")

Channel = Announcement.Channel

# How long one task tells, after which others have their turn.
SECONDS_AT_ONCE = 30
# The protocol of IndexNow allows 10,000 addresses in a request; of what a hub takes, nothing is said.
AT_ONCE = {Channel.WEBSUB: 60, Channel.INDEXNOW: 1000}
# What waits no longer is told by a task of its own, the rest by the next round.
SOON = timedelta(minutes=5)


def channels() -> list[str]:
    """Return who is told; nobody where others cannot reach the site."""
    wanted = {Channel.WEBSUB: settings.WEBSUB_HUB, Channel.INDEXNOW: settings.INDEXNOW_KEY}
    return [channel for channel, is_wanted in wanted.items() if is_wanted] if can_be_reached() else []


def announce(now: datetime | None = None) -> None:
    """Note what is new, tell what is due, and have told what soon will be."""
    from blog.tasks import announce_news

    now = now or timezone.now()
    while note_changes(now) == POSTS_AT_ONCE:
        pass
    send_due(now)
    coming = Announcement.objects.filter(claim=None).order_by("due_at").values_list("due_at", flat=True).first()
    if coming and coming < now + SOON and channels():
        enqueue_at(announce_news, max(coming - now, timedelta(seconds=1)))


# What is to be told


def note_changes(now: datetime | None = None) -> int:
    """Write down what has appeared, changed or gone since the last time; return how many posts were looked at."""
    if not channels():
        return 0
    now = now or timezone.now()
    stale = Announced.objects.filter(is_stale=True).values_list("pk", flat=True)
    keys = {*changed_posts(now, told="announced").values_list("pk", flat=True)[:POSTS_AT_ONCE], *stale[:POSTS_AT_ONCE]}
    for key in sorted(keys)[:POSTS_AT_ONCE]:
        with transaction.atomic():
            post = Post.objects.select_for_update(of=("self",)).filter(pk=key).defer("body", "body_text").first()
            if post is not None:
                note_change(post, now)
    return min(len(keys), POSTS_AT_ONCE)


def note_change(post: Post, now: datetime) -> None:
    """Write down which feeds and pages a change of a post concerns: those of now, and those that had it before."""
    known = Announced.objects.filter(post=post).first() or Announced(post=post)
    is_out = post.is_published(now)
    tribunes = list(Tribune.objects.filter(post=post).select_related("partner").order_by("pk")) if is_out else []
    page = settings.SITE_URL + post.path() if is_out else ""
    lists = lists_of(post, tribunes) if is_out else []
    digest = digest_of(post, tribunes) if is_out else ""
    if (known.address, known.lists, known.digest) != (page, lists, digest):
        due_at = max(moment for moment in (post.modified_at, post.published_at) if moment and moment <= now) + DELAY
        # A page whose original is a partner's is no news for search engines.
        is_original = is_out and Agreement.on(post, tribunes).stands_for_itself()
        pages = {known.address, page if is_original else ""} - {""}
        # The lists that it has come into, or left, are other pages now.
        pages |= {settings.SITE_URL + path for path in {*known.lists} ^ {*lists}}
        tell(pages, {*known.lists, *lists}, due_at=due_at)
    known.address, known.lists, known.digest = page, lists, digest
    known.is_stale, known.told_at = False, now
    known.save()


def tell(pages: Iterable[str], lists: Iterable[str], *, due_at: datetime) -> None:
    """Write a row for each address that is to be told, or put off the one that waits."""
    feeds = [f"{settings.SITE_URL}{path}{each.below}" for path in lists for each in KINDS.values()]
    told = {Channel.WEBSUB: feeds, Channel.INDEXNOW: pages}
    rows = [
        Announcement(channel=channel, address=each, due_at=due_at)
        for channel in channels()
        for each in sorted(told[channel])
    ]
    Announcement.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["channel", "address"],
        # Claimed no more: what is told just now may have been read before this change.
        update_fields=["due_at", "attempts", "claim", "claimed_at"],
    )


def lists_of(post: Post, tribunes: list[Tribune]) -> list[str]:
    """Return the paths of the lists with feeds that a post stands in."""
    with translation.override(post.language):
        rows = Listing.objects.filter(post=post, sponsor=None).select_related("category", "tag", "author")
        listed = [row.category or row.tag or row.author for row in rows]
        paths = {address("blog:post-list"), *(each.get_absolute_url() for each in listed)}
    out = [tribune for tribune in tribunes if tribune.is_published()]
    for language in LANGUAGES if out else ():
        with translation.override(language):
            paths |= {address("blog:tribune-list"), *(tribune.partner.get_absolute_url() for tribune in out)}
    return sorted(paths)


def digest_of(post: Post, tribunes: list[Tribune]) -> str:
    """Return the digest of what readers of feeds get of a post."""
    shown = ("title", "standfirst", "body_html", "cover_id", "disclosure", "disclosure_with_id", "category_id")
    parts = [[getattr(post, name) for name in shown], post.published_at.isoformat(), str(post.updated_at)]
    parts += [
        [each.pk, each.state, each.url, each.content, each.canonical, str(each.gone_since), str(each.published_at)]
        for each in tribunes
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


# Telling it


def send_due(now: datetime | None = None) -> None:
    """Tell what is due, for a while, a batch after the other."""
    now = now or timezone.now()
    Announcement.objects.filter(claimed_at__lt=timezone.now() - CLAIM_HOLDS).update(claim=None, claimed_at=None)
    wanted = channels()
    # Who is told no more needs not be told what waited.
    Announcement.objects.exclude(channel__in=wanted).delete()
    began = monotonic()
    for channel in wanted:
        while monotonic() - began < SECONDS_AT_ONCE and send_batch(channel, now):
            pass


def send_batch(channel: str, now: datetime) -> bool:
    """Tell as much as one request holds; return whether there may be more, and it is taken."""
    keys = list(Announcement.objects.due(channel, now).values_list("pk", flat=True)[: AT_ONCE[channel]])
    claim = uuid.uuid4()
    free = Announcement.objects.filter(pk__in=keys, claim=None)
    if not keys or not free.update(claim=claim, claimed_at=timezone.now(), attempts=F("attempts") + 1):
        return False
    ours = Announcement.objects.filter(claim=claim)
    addresses = list(ours.order_by("address").values_list("address", flat=True))
    try:
        REQUESTS[channel](addresses)
    except FetchError as error:
        put_off(ours, channel, error)
        return False
    ours.delete()
    return len(keys) == AT_ONCE[channel]


def put_off(rows: QuerySet[Announcement], channel: str, error: FetchError) -> None:
    """Have rows told later that were not taken, or give them up, as their attempts say."""
    with translation.override("en"):
        logger.warning("%s: %s addresses were not taken: %s", channel, rows.count(), error)
    for attempts in set(rows.values_list("attempts", flat=True)):
        due_at = next_attempt(attempts, error, timezone.now())
        some = rows.filter(attempts=attempts)
        if due_at is None:
            logger.warning("%s: given up after %s attempts.", channel, attempts)
            some.delete()
        else:
            some.update(claim=None, claimed_at=None, due_at=due_at)


def tell_hub(addresses: list[str]) -> None:
    """Tell the hub of feeds that have changed, all in one request, as hubs take it; raise FetchError."""
    expect_taken(fetch(settings.WEBSUB_HUB, method="POST", data={"hub.mode": "publish", "hub.url": addresses}))


def tell_search_engines(addresses: list[str]) -> None:
    """Tell search engines of pages that are new, have changed or have gone; raise FetchError."""
    body = {
        "host": urlsplit(settings.SITE_URL).hostname,
        "key": settings.INDEXNOW_KEY,
        "keyLocation": f"{settings.SITE_URL}/{settings.INDEXNOW_KEY}.txt",
        "urlList": addresses,
    }
    expect_taken(fetch(settings.INDEXNOW_URL, method="POST", json=body))


def expect_taken(answer: Answer) -> None:
    """Raise BadStatusError for an answer that says no."""
    if not answer.is_success:
        raise BadStatusError(answer.status, answer.retry_after)


REQUESTS = {Channel.WEBSUB: tell_hub, Channel.INDEXNOW: tell_search_engines}
