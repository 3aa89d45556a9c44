"""What results can be narrowed by: words in the index, so that the database itself leaves out what is not wanted.

A word begins with a letter for what it is about; a number follows, or what needs no number.
"""

from bisect import bisect_right
from datetime import date, datetime
from functools import cache

from blog.models.moments import EARLIEST, FIRST_YEAR, LAST_YEAR, start_of

KIND, LANGUAGE, CATEGORY, AUTHOR = "k", "l", "c", "a"
# No word of the index: it is in the keys.
YEAR = "y"

# A key has the seconds since the first day of the calendar of posts in its upper bits, so that one index has entries in
# the order of time; then which kind it is of, and a part of the key there, so that no two are alike.
_BITS_OF_KEY, _BITS_OF_KIND = 27, 3
_BITS = _BITS_OF_KEY + _BITS_OF_KIND


def place_of(moment: datetime | None, number: int, key: int) -> int:
    """Return the key of an entry: by its moment, the number of its kind, and the key of its row."""
    return place_at(moment) + (number << _BITS_OF_KEY) + key % (1 << _BITS_OF_KEY)


def place_at(moment: datetime | None) -> int:
    """Return the first key of a moment; what has none stands before all that has one."""
    seconds = int((moment - EARLIEST).total_seconds()) if moment else 0
    return max(seconds, 0) << _BITS


def place_until(moment: datetime) -> int:
    """Return the last key of a moment."""
    return place_at(moment) + (1 << _BITS) - 1


def year_of(place: int) -> int | None:
    """Return the year of an entry by the clocks of the publication; None of what has no moment."""
    if place < 1 << _BITS:
        return None
    return FIRST_YEAR + bisect_right(_year_ends(), place)


@cache
def _year_ends() -> list[int]:
    """Return the first key of each year but the first."""
    return [place_at(start_of(date(year, 1, 1))) for year in range(FIRST_YEAR + 1, LAST_YEAR + 1)]
