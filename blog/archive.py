"""When posts appeared: months, years, and the place in time at which a page of all posts begins."""

from collections.abc import Iterable
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
from django.utils import timezone

from blog.models import Month, Post
from blog.models.months import month_start
from blog.prepared import Prepared, Several

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


def years_with_posts(months: Iterable[MonthOut], language: str) -> list[datetime]:
    """Return the first moment of each year in which something appeared, the latest first.

    Months are those of UTC; a year begins in the publication's own time zone. So those at a turn of the year are
    looked at more closely, unless other months tell of the years on both sides.
    """
    certain, possible = set(), set()
    for year, month, _posts in months:
        if 1 < month < 12:
            certain.add(year)
        else:
            possible |= {year, year - 1 if month == 1 else year + 1}
    periods = [Period(language, *year_bounds(year)) for year in possible - certain]
    found = [period.start for period, is_there in zip(periods, have_posts(*periods), strict=True) if is_there]
    return sorted([*found, *(year_bounds(year)[0] for year in certain)], reverse=True)


def year_bounds(year: int) -> tuple[datetime, datetime]:
    """Return the beginning of a year and of the next, in the site's time zone."""
    zone = timezone.get_default_timezone()
    return datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)


def month_bounds(year: int, month: int) -> tuple[datetime, datetime]:
    """Return the beginning of a month and of the next, in the site's time zone."""
    zone = timezone.get_default_timezone()
    end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=zone)
    return datetime(year, month, 1, tzinfo=zone), end
