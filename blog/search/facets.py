"""What results can be narrowed by: words in the index, so that the database itself leaves out what is not wanted.

A word begins with a letter for what it is about; a number follows, or what needs no number.
"""

from datetime import UTC, datetime, timedelta

from blog.models.moments import EARLIEST

KIND, LANGUAGE, YEAR, CATEGORY, AUTHOR = "k", "l", "y", "c", "a"
# What is said about a post is found with what that is filed under; its language and year are its own.
SHARED = (CATEGORY, AUTHOR)

# A key has the seconds since the first day of the calendar of posts in its upper bits, so that one index has entries in
# the order of time; then which kind it is of, and a part of the key there, so that no two are alike.
_BITS_OF_KEY, _BITS_OF_KIND = 27, 3
_BITS = _BITS_OF_KEY + _BITS_OF_KIND
# Keys below are of what has no moment: plain pages, authors, events, partners.
FIRST_WITH_MOMENT = 1 << _BITS
# No zone of time is farther from UTC.
FARTHEST_CLOCKS = timedelta(days=1)


def places_of(year: int) -> tuple[int, int]:
    """Return the first and the last key that an entry of a year may have, wherever its clocks are."""
    first, last = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    return place_at(first - FARTHEST_CLOCKS), place_until(last + FARTHEST_CLOCKS)


def place_of(moment: datetime | None, number: int, key: int) -> int:
    """Return the key of an entry: by its moment, the number of its kind, and the key of its row."""
    return place_at(moment) + (number << _BITS_OF_KEY) + key % (1 << _BITS_OF_KEY)


def place_at(moment: datetime | None) -> int:
    """Return the first key of a moment; what has none stands before all that has one."""
    seconds = int((moment - EARLIEST).total_seconds()) if moment else 0
    return max(seconds, 0) << _BITS


def place_until(moment: datetime) -> int:
    """Return the last key of a moment."""
    return place_at(moment) + FIRST_WITH_MOMENT - 1
