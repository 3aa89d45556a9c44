"""Lists as archived feeds (RFC 5005, section 4), by which a reader gets all that ever stood in them.

An archive document has to stay as it is, so that who has it need not ask again; above all, nothing in it moves when
something new appears.

Articles (``Chronicle``) stand in parts of a month (of UTC): in the order in which they appeared, as many as a feed has.
A part is there once it is whole, or its month is over; what is in no part yet stands in the feed itself, since it has
as many places. Only an article that is given another date, or withdrawn, changes a document.

Tribunes and comments (``Register``) come to light later than they were made, when a partner or a moderator has said
yes: a part of a month would shift with each. They stand by the numbers that their rows were given once for all, so many
numbers to a part, whatever readers may see of it.
"""

import re
from collections.abc import Callable, Collection
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
# Below what a column for numbers holds, when it is multiplied by the span of a part.
NUMBERED_PART = r"[1-9]\d{0,6}"
_NUMBERED_PART = re.compile(NUMBERED_PART, re.ASCII)


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

    def read(self, text: str) -> Part | None:
        """Return the part that the end of an address names; None where none is written like that."""
        part = Part.read(text)
        return part if str(part) == text else None

    def newest(self, shown: Collection[int]) -> Part | None:
        """Return the part that a feed leads to: the last that is there, None where the feed shows all there is."""
        if len(shown) < self.size:
            return None
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


class Register:
    """Rows by their numbers; each question reads entries of one index, a part's at most.

    ``rows`` are those that readers may see, ``column`` has their numbers; a feed has ``size`` of them, and a part
    ``span`` numbers, which are as many or more.
    """

    def __init__(self, rows: QuerySet, column: str, size: int, span: int) -> None:
        self.rows = rows
        self.column = column
        self.size = size
        self.span = span

    def read(self, text: str) -> int | None:
        """Return the part that the end of an address names; None where none is written like that."""
        return int(text) if _NUMBERED_PART.fullmatch(text) else None

    def newest(self, shown: Collection[int]) -> int | None:
        """Return the part that a feed leads to which shows these numbers.

        The last one is still being filled. It is left out, unless it has something that the feed has not: what was
        brought in from elsewhere, with the date that it had there.
        """
        numbers = self._beyond(0, forwards=False) if len(shown) >= self.size else []
        if all(number in shown for number in numbers):
            return None
        last = self._part_of(numbers[0])
        if any(self._part_of(number) == last and number not in shown for number in numbers):
            return last
        return next((part for number in numbers if (part := self._part_of(number)) < last), None)

    def before(self, part: int) -> int | None:
        """Return the part before one that has something in it."""
        numbers = self.rows.filter(**{f"{self.column}__lte": (part - 1) * self.span}).order_by(f"-{self.column}")
        number = numbers.values_list(self.column, flat=True).first()
        return None if number is None else self._part_of(number)

    def after(self, part: int) -> int | None:
        """Return the part after one that has something in it; None where that is still being filled."""
        numbers = self._beyond(part, forwards=True)
        if not numbers:
            return None
        following = self._part_of(numbers[0])
        return following if numbers[-1] >= following * self.span else None

    def of(self, part: int) -> QuerySet:
        """Return the rows of a part, the latest number first."""
        numbers = ((part - 1) * self.span + 1, part * self.span)
        return self.rows.filter(**{f"{self.column}__range": numbers}).order_by(f"-{self.column}")

    def _beyond(self, part: int, *, forwards: bool) -> list[int]:
        """Return as many numbers behind a part as reach beyond the next one."""
        rows = self.rows.filter(**{f"{self.column}__gt": part * self.span})
        ordered = rows.order_by(self.column if forwards else f"-{self.column}")
        return list(ordered.values_list(self.column, flat=True)[: self.span + 1])

    def _part_of(self, number: int) -> int:
        return -(-number // self.span)


def archive_links(
    archive: Chronicle | Register, path: str, *, part: str = "", shown: Collection[int] = ()
) -> list[tuple[str, str]]:
    """Return the links between a feed and its archive, pairs of a relation and a path.

    ``path`` is that of the feed, of a ``part`` where one is named; ``shown`` what the feed has.
    """
    if not part:
        base, links, neighbours = path, [], {"prev-archive": archive.newest(shown)}
    else:
        base, asked = path.removesuffix(f"{part}/"), archive.read(part)
        links = [("current", base)]
        neighbours = {"prev-archive": archive.before(asked), "next-archive": archive.after(asked)}
    return links + [(relation, f"{base}{each}/") for relation, each in neighbours.items() if each]


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
