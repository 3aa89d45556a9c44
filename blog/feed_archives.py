"""Lists of articles as archived feeds (RFC 5005, section 4), by which a reader gets every article there ever was.

An archive document has to stay as it is, so that who has it need not ask again. It holds a part of a month (of UTC):
the articles in the order in which they appeared, as many as a feed has. A part is there once it is whole, or its month
is over; what is in no part yet stands in the feed itself, since it has as many places. Only an article that is given
another date, or withdrawn, changes a document.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from blog.archive import last_moment
from blog.models import Listing, Post
from blog.models.months import month_start

# Of one article in a minute there are fewer.
PART = r"(?:19|20)\d\d/(?:0[1-9]|1[0-2])/[1-9]\d{0,3}"
_PART = re.compile(r"(\d{4})/(\d\d)/(\d+)", re.ASCII)


class Part(NamedTuple):
    """A part of a month, numbered from its beginning."""

    year: int
    month: int
    number: int

    def __str__(self) -> str:
        return f"{self.year:04}/{self.month:02}/{self.number}"

    @classmethod
    def read(cls, text: str) -> "Part | None":
        """Return what the end of an address names: ‘2016/06/1’."""
        found = _PART.fullmatch(text)
        return cls(*map(int, found.groups())) if found else None

    @property
    def start(self) -> datetime:
        return month_start(self.year, self.month)

    @property
    def end(self) -> datetime:
        return month_start(self.year, self.month + 1)


class Chronicle:
    """A list of articles by when they appeared; each question reads entries of one index, a month's at most.

    ``up_to`` returns the rows that were out by a moment, the newest first; ``key`` names the column of the article's.
    """

    def __init__(self, up_to: Callable[[datetime], QuerySet], key: str, size: int) -> None:
        self.up_to = up_to
        self.key = key
        self.size = size
        self.now = timezone.now()

    def newest(self) -> Part | None:
        """Return the part that a feed leads to: the last that is there."""
        now = self.now.astimezone(UTC)
        whole = self._in_month(month_start(now.year, now.month), self.now).count() // self.size
        if whole:
            return Part(now.year, now.month, whole)
        return self._last_before(month_start(now.year, now.month))

    def before(self, part: Part) -> Part | None:
        """Return the part before one, None where it is the first."""
        return part._replace(number=part.number - 1) if part.number > 1 else self._last_before(part.start)

    def after(self, part: Part) -> Part | None:
        """Return the part after one, None where it is the last that is there."""
        following = part._replace(number=part.number + 1)
        if self.keys(following):
            return following
        first = self.up_to(self.now).filter(published_at__gte=part.end).order_by("published_at")
        moment = first.values_list("published_at", flat=True).first()
        if moment is None:
            return None
        following = Part(moment.astimezone(UTC).year, moment.astimezone(UTC).month, 1)
        return following if self.keys(following) else None

    def keys(self, part: Part) -> list[int]:
        """Return the articles of a part, the newest first; none where the part is not there."""
        if part.start > self.now:
            return []
        skip = (part.number - 1) * self.size
        rows = self._in_month(part.start, part.end).order_by("published_at", self.key)
        keys = list(rows.values_list(self.key, flat=True)[skip : skip + self.size])
        is_there = len(keys) == self.size or part.end <= self.now
        return keys[::-1] if is_there else []

    def _last_before(self, moment: datetime) -> Part | None:
        rows = self.up_to(last_moment(moment)).values_list("published_at", flat=True)
        latest = rows.first()
        if latest is None:
            return None
        latest = latest.astimezone(UTC)
        start = month_start(latest.year, latest.month)
        count = self._in_month(start, month_start(latest.year, latest.month + 1)).count()
        return Part(latest.year, latest.month, -(-count // self.size))

    def _in_month(self, start: datetime, end: datetime) -> QuerySet:
        return self.up_to(last_moment(end)).filter(published_at__gte=start)


def chronicle_of_all(language: str, size: int) -> Chronicle:
    """Return all articles of a language."""
    return Chronicle(
        lambda moment: Post.objects.published(moment).in_language(language).newest_first(), key="pk", size=size
    )


def chronicle_of(kind: str, key: int, language: str, size: int) -> Chronicle:
    """Return what is listed under a category, a tag or an author: ``kind`` is one of ``blog.models.listings.KINDS``."""
    return Chronicle(
        lambda moment: Listing.objects.filter(**{kind: key}).in_language(language).out(moment),
        key="post_id",
        size=size,
    )
