"""Keys and counts as they stand in addresses and forms, where anybody can write anything."""

from collections.abc import Iterable

# So many digits fit the integers of both databases.
MOST_DIGITS = 18


def read_number(text: object) -> int | None:
    """Return what is written in plain digits, of which a database has an integer; None for anything else."""
    digits = str(text)
    return int(digits) if len(digits) <= MOST_DIGITS and digits.isascii() and digits.isdigit() else None


def read_numbers(texts: Iterable[object]) -> list[int]:
    """Return the numbers among what is written, in that order."""
    return [number for text in texts if (number := read_number(text)) is not None]
