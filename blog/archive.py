"""When posts appeared: months, years, and the place in time at which a page of all posts begins."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple

from django.db.models import (
    Case,
    CharField,
    Count,
    DateTimeField,
    Exists,
    F,
    PositiveIntegerField,
    PositiveSmallIntegerField,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from blog.models import Month, Post
from blog.models.months import month_start
from blog.prepared import Prepared, Several

# Turns that one statement looks at: those of ten years and of the months of one; for more, twice or thrice as many.
SPANS_AT_ONCE = 24

LANGUAGE, MOMENT, NUMBER = CharField(), DateTimeField(), PositiveSmallIntegerField()


class Period(NamedTuple):
    """The posts of a language from ``start`` until before ``end``."""

    language: str
    start: datetime
    end: datetime


class MonthOut(NamedTuple):
    """A month of UTC, and how many posts have appeared in it."""

    year: int
    month: int
    posts: int


def posts_between(start: datetime, end: datetime, language: str) -> QuerySet[Post]:
    """Return the posts of a language that appeared from ``start`` to ``end``, both included.

    They were published by the end. Asked for as a second bound beside that of now, SQLite would begin at the newest
    post of all and walk to the period.
    """
    return Post.objects.published(end).in_language(language).filter(published_at__gte=start)


def last_moment(end: datetime) -> datetime:
    """Return the last moment of a period that ends before ``end``; what is to come does not belong to it."""
    return min(timezone.now(), end - timedelta.resolution)


MONTHS = Prepared(
    lambda language, year, month, start, now: (
        Month.objects.filter(language=language)
        .order_by("-year", "-month")
        .values_list(
            "year",
            "month",
            # What is scheduled is counted in its month too, so this month's posts are counted here.
            Case(
                When(
                    year=year,
                    month=month,
                    then=Subquery(
                        posts_between(start, now, language).order_by().values("language").values_list(Count("pk"))
                    ),
                ),
                default=F("posts"),
                output_field=PositiveIntegerField(),
            ),
        )
    ),
    language=LANGUAGE,
    year=NUMBER,
    month=NUMBER,
    start=MOMENT,
    now=MOMENT,
)


def months_out(language: str) -> list[MonthOut]:
    """Return the months in which posts of a language appeared, the latest first: one query."""
    now = timezone.now().astimezone(UTC)
    rows = MONTHS(language=language, year=now.year, month=now.month, start=month_start(now.year, now.month), now=now)
    return [
        MonthOut(year, month, posts) for year, month, posts in rows if posts and (year, month) <= (now.year, now.month)
    ]


def place_in_time(months: Iterable[MonthOut], skip: int) -> tuple[datetime, int]:
    """Return where to begin in order to pass over so many of all posts, and how many to pass over from there.

    What appeared by that moment is at most a month's posts before the place.
    """
    end = timezone.now()
    for year, month, posts in months:
        if skip < posts:
            break
        skip -= posts
        end = last_moment(month_start(year, month))
    return end, skip


def have_posts(*periods: Period) -> list[bool]:
    """Say of each of these periods whether anything appeared in it: one query, one probe of an index each."""
    if not periods:
        return []
    languages, starts, ends = zip(*periods, strict=True)
    ends = [last_moment(end) for end in ends]
    rows = probes(len(periods))(languages=languages, starts=starts, ends=ends)[:1]
    return [bool(found) for found in rows[0]] if rows else [False] * len(periods)


@cache
def probes(count: int) -> Prepared:
    """Return what looks into so many periods."""
    return Prepared(
        lambda languages, starts, ends: Post.objects.order_by().values_list(
            *(Exists(posts_between(*bounds)) for bounds in zip(starts, ends, languages, strict=True))
        ),
        languages=Several(LANGUAGE, count),
        starts=Several(MOMENT, count),
        ends=Several(MOMENT, count),
    )


class YearOut(NamedTuple):
    """A year of the publication's own clocks, and how many posts of a language appeared in it."""

    year: int
    posts: int
    # The first moment of each month that has posts, from January on, and how many it has; empty unless asked for.
    months: list[tuple[datetime, int]]


def years_out(months: Iterable[MonthOut], language: str, *, in_months: Collection[int] = ()) -> list[YearOut]:
    """Return the years in which something appeared, the latest first, those of ``in_months`` with their months.

    ``months`` are those of UTC. What appeared between the turn of a year, or a month, there and by the publication's
    own clocks, which is hours, is counted where it belongs: one query, of one piece of an index for each turn.
    """
    counts: Counter[tuple[int, int]] = Counter({(year, month): posts for year, month, posts in months})
    for theirs, ours, posts in posts_at_turns(list(counts), language, in_months):
        counts[theirs] -= posts
        counts[ours] += posts
    found: dict[int, list[tuple[datetime, int]]] = {}
    for (year, month), posts in sorted(counts.items()):
        if posts > 0:
            found.setdefault(year, []).append((month_bounds(year, month)[0], posts))
    return [
        YearOut(year, sum(posts for _, posts in found[year]), found[year] if year in in_months else [])
        for year in sorted(found, reverse=True)
    ]


def posts_at_turns(
    months: Iterable[tuple[int, int]], language: str, in_months: Collection[int]
) -> list[tuple[tuple[int, int], tuple[int, int], int]]:
    """Return how many posts are of one month by UTC and of another by the publication's own clocks: these two, and it.

    A month is a year and a number; those between which no post lies are left out.
    """
    now = timezone.now()
    turns = {bound for year, month in months for bound in ((year, month), (year + month // 12, month % 12 + 1))}
    spans = []
    for year, month in sorted(turn for turn in turns if turn[1] == 1 or turn[0] in in_months):
        there, here = month_start(year, month), month_bounds(year, month)[0].astimezone(UTC)
        if there != here and min(there, here) <= now:
            before = (year, month - 1) if month > 1 else (year - 1, 12)
            # Where the month begins here before it does there, what lies between is of the month before by UTC.
            theirs, ours = (before, (year, month)) if here < there else ((year, month), before)
            spans.append((min(there, here), last_moment(max(there, here)), theirs, ours))
    if not spans:
        return []
    starts, ends = [span[0] for span in spans], [span[1] for span in spans]
    # Padded, so that few statements are made.
    counting = counts_in(-(-len(spans) // SPANS_AT_ONCE) * SPANS_AT_ONCE)
    rows = counting(languages=[language], starts=starts, ends=ends)[:1]
    counts = rows[0] if rows else ()
    return [(span[2], span[3], posts) for span, posts in zip(spans, counts, strict=False) if posts]


@cache
def counts_in(count: int) -> Prepared:
    """Return what counts the posts in so many spans: a subquery each, which a database plans one by one."""
    return Prepared(
        lambda languages, starts, ends: Post.objects.order_by().values_list(
            *(
                Coalesce(
                    Subquery(
                        posts_between(start, end, languages[0]).order_by().values("status").values_list(Count("pk"))
                    ),
                    0,
                )
                for start, end in zip(starts, ends, strict=True)
            )
        ),
        languages=Several(LANGUAGE, 1),
        starts=Several(MOMENT, count),
        ends=Several(MOMENT, count),
    )


def year_bounds(year: int) -> tuple[datetime, datetime]:
    """Return the beginning of a year and of the next, in the site's time zone."""
    zone = timezone.get_default_timezone()
    return datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)


def month_bounds(year: int, month: int) -> tuple[datetime, datetime]:
    """Return the beginning of a month and of the next, in the site's time zone."""
    zone = timezone.get_default_timezone()
    end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=zone)
    return datetime(year, month, 1, tzinfo=zone), end
