"""The latest headlines of partners, read from their feeds by a task, so that no reader waits for another blog.

Polite: what robots.txt keeps programs from is left alone, a feed is asked for only if it has changed, a blog that does
not answer is asked less and less often, and one that says how long it wants to be left alone is.
"""

import re
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from blog.models import FeedReading, Headline, Partner
from blog.syndication.addresses import read_address
from blog.syndication.answers import Answer, make_conditions
from blog.syndication.errors import FetchError
from blog.syndication.feeds import ACCEPTED, LARGEST_FEED, FeedContent, Item, read_feed
from blog.syndication.fetching import fetch
from blog.syndication.robots import Permission, ask_permission, ask_why, rule_against

# A glance at what goes on there; all of it is one click away.
HEADLINES = 5
# Blogs of people publish once a day at most.
INTERVAL = timedelta(hours=6)
# After eight failures in a row once a week, for ever: who moved to another host comes back.
LONGEST_INTERVAL = timedelta(days=7)
# How many are asked for in an hour, so that a worker has time for all else. Those that wait longest are first.
MOST_AN_HOUR = 200


class NotWantedError(FetchError):
    """The keeper of a blog wants no programs there."""

    words = _("Their robots.txt asks programs to leave the feed alone (Disallow: %(rule)s), and so it is not read.")


class NoPlaceError(FetchError):
    """The address is one of those that examples are written with (RFC 2606, section 2 and 3)."""

    words = _("This is an address of an example: no blog is there, and nothing is asked.")


class UnsureError(FetchError):
    """Whether programs are wanted cannot be found out just now."""

    words = _("Their robots.txt cannot be read just now, and so the feed is not read either.")
    may_pass = True


# Those of the demo, which would have each installation that is tried ask the same innocent server.
NO_PLACE = re.compile(r"(?:^|\.)example(?:\.(?:com|net|org))?$|\.(?:test|invalid)$")

MOVED = _("The feed has moved to %(address)s for good: look at the blog again, and take the new address over.")


def read_due(now: datetime | None = None) -> int:
    """Have the feeds read that are due; return how many."""
    from blog.tasks import read_headlines as task

    now = now or timezone.now()
    unread = Partner.objects.filter(is_listed=True, reading__isnull=True).exclude(feed="")
    FeedReading.objects.bulk_create(
        [FeedReading(partner=partner, next_at=now) for partner in unread.only("pk")[:MOST_AN_HOUR]],
        ignore_conflicts=True,
    )
    due = list(FeedReading.objects.due(now).values_list("partner_id", flat=True)[:MOST_AN_HOUR])
    for partner_id in due:
        task.enqueue(partner_id=partner_id)
    return len(due)


def read_headlines(partner_id: int) -> None:
    """Read the feed of a partner, if it is due, and note its headlines or what is wrong.

    When it is read again is noted before it is asked for: a process that dies in between, or a second one at the same
    time, asks for nothing twice.
    """
    now = timezone.now()
    partner = Partner.objects.filter(pk=partner_id, is_listed=True).exclude(feed="").first()
    if partner is None:
        return
    reading, _is_new = FeedReading.objects.get_or_create(partner=partner, defaults={"next_at": now})
    is_same = reading.address == partner.feed
    if is_same and reading.next_at > now:
        return
    ours = FeedReading.objects.filter(pk=reading.pk)
    if not ours.filter(next_at=reading.next_at, address=reading.address).update(
        next_at=now + INTERVAL, address=partner.feed
    ):
        return
    conditions = make_conditions(reading.etag, reading.last_modified) if is_same else {}
    try:
        answer, content = ask(partner.feed, conditions)
    except FetchError as error:
        failures = reading.failures + 1 if is_same else 1
        ours.update(failures=failures, next_at=now + patience_after(failures, error), **problems(error))
        return
    with transaction.atomic():
        has_moved = answer.moved_to and answer.moved_to != partner.feed
        word = FetchError(MOVED, address=answer.moved_to) if has_moved else None
        # What has no sign of its age is asked for as a whole next time.
        validators = {"etag": answer.headers.get("ETag", ""), "last_modified": answer.headers.get("Last-Modified", "")}
        validators = {name: value if len(value) <= 100 else "" for name, value in validators.items()}
        ours.update(read_at=now, failures=0, **(validators if content else {}), **problems(word))
        if content:
            keep_headlines(partner, content)


def ask(address: str, conditions: dict[str, str]) -> tuple[Answer, FeedContent | None]:
    """Return what was answered, and what stands in the feed: None where it is what it was."""
    if NO_PLACE.search(read_address(address).host):
        raise NoPlaceError
    match ask_permission(address):
        case Permission.DISALLOWED:
            raise NotWantedError(rule=rule_against(address))
        case Permission.NOT_NOW:
            # What is wrong with their server keeps the feed from being read too.
            ask_why(address)
            raise UnsureError
    answer = fetch(address, headers={"Accept": ACCEPTED} | conditions, limit=LARGEST_FEED, is_cut=True)
    if conditions and answer.is_unchanged:
        return answer, None
    return answer, read_feed(answer.expect_success())


def patience_after(failures: int, error: FetchError) -> timedelta:
    """Return how long a feed is left alone after so many failures in a row."""
    wanted = timedelta(seconds=error.retry_after or 0)
    return max(min(INTERVAL * 2 ** min(failures, 10), LONGEST_INTERVAL), wanted)


def problems(problem: FetchError | None) -> dict[str, str]:
    """Return what is wrong as the columns of a reading, in both languages."""
    said = {}
    for language in ("fr", "en"):
        with override(language):
            said[f"problem_{language}"] = str(problem or "")[:500]
    return said


def age_of(item: Item) -> float:
    """Return what sorts the newest first; what has no date stays behind, in the order of the feed."""
    return -item.published_at.timestamp() if item.published_at else 0


def keep_headlines(partner: Partner, content: FeedContent) -> None:
    """Put the headlines of a feed in the place of those before, where they differ; the newest come first."""
    items = sorted(content.items, key=age_of)
    found = [(item.title, item.address, item.published_at) for item in items[:HEADLINES]]
    rows = Headline.objects.filter(partner=partner)
    if list(rows.order_by("position").values_list("title", "address", "published_at")) == found:
        return
    rows.delete()
    Headline.objects.bulk_create(
        Headline(partner=partner, position=number, title=title, address=address, published_at=moment)
        for number, (title, address, moment) in enumerate(found)
    )
