"""Whether two texts say the same, and where they do not, shown to an editor word by word."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

# As many pairs of words may differ before a text counts as another one: three words mended, or one that was put in.
# Numbers do not count: readers, days, answers and shares are counted on many pages.
PAIRS_OFF = 6
# In long texts, this part of them.
PART_OFF = 0.005
# Below it a text is not a version of the other but something else.
RELATED = 0.5
# difflib's time grows with the square of what it compares; what is longer is shown as taken out and put in whole.
MOST_LINES_COMPARED = 1500
MOST_WORDS_COMPARED = 1000
MOST_WORDS_IN_ALL = 6000
# Paragraphs that are the same in both are shown so many before and after a difference.
AROUND = 1

_WORD = re.compile(r"[^\W\d_]+")
_SIGNS = re.compile(r"\w+")
_BEFORE_SITE = re.compile(r"\s[-–—|·•»]\s")
_PIECE = re.compile(r"\S+\s*")


@dataclass(frozen=True)
class Piece:
    """Some words of a difference: ``mark`` is '' for what is in both, 'ins' or 'del'."""

    mark: str
    words: str


def words_of(text: str) -> list[str]:
    """Return the words of a text without what an edition may change: letters' sizes, signs, spaces, numbers."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def pairs_of(text: str) -> Counter:
    """Return the pairs of words that follow each other."""
    words = words_of(text)
    return Counter(zip(["", *words], [*words, ""], strict=True))


def similarity(one: str, other: str) -> float:
    """Return how alike two texts are, from 0 to 1: the part of their pairs of words that they share (Dice, 1945).

    Its time grows with their lengths alone, whatever they hold.
    """
    pairs, others = pairs_of(one), pairs_of(other)
    return 2 * (pairs & others).total() / (pairs.total() + others.total())


def says_the_same(one: str, other: str) -> bool:
    """Say whether nobody who knows one text needs to read the other."""
    pairs, others = pairs_of(one), pairs_of(other)
    off = max((pairs - others).total(), (others - pairs).total())
    return off <= max(PAIRS_OFF, PART_OFF * max(pairs.total(), others.total()))


def count_differing(one: str, other: str) -> int:
    """Return how many words stand in one text and not in the other, the larger number of the two."""
    words, others = Counter(words_of(one)), Counter(words_of(other))
    return max((words - others).total(), (others - words).total())


def is_same_title(one: str, other: str) -> bool:
    """Say whether two titles are the same, one perhaps with the name of the site behind it; without one, they are."""
    shorter, longer = sorted((one, other), key=len)
    wholes = [longer, *(longer[: found.start()] for found in _BEFORE_SITE.finditer(longer))]
    return not signs_of(shorter) or signs_of(shorter) in map(signs_of, wholes)


def signs_of(title: str) -> list[str]:
    """Return the words and numbers of a title, which may be nothing but a number."""
    return _SIGNS.findall(unicodedata.normalize("NFKC", title).casefold())


def differences(before: str, after: str) -> list[list[Piece]]:
    """Return the paragraphs that differ, and those around them, as pieces; an empty list is what is left out."""
    old, new = (text.split("\n")[:MOST_LINES_COMPARED] for text in (before, after))
    compared = 0
    made: list[list[Piece]] = []
    for step, start, end, new_start, new_end in SequenceMatcher(None, old, new).get_opcodes():
        if step == "equal":
            made += _around(old[start:end], is_first=not start, is_last=end == len(old) and new_end == len(new))
            continue
        removed, added = "\n".join(old[start:end]), "\n".join(new[new_start:new_end])
        lengths = [len(_PIECE.findall(text)) for text in (removed, added)]
        compared += sum(lengths)
        if max(lengths) > MOST_WORDS_COMPARED or compared > MOST_WORDS_IN_ALL:
            made.append([Piece(mark, text) for mark, text in (("del", removed), ("ins", added)) if text])
        else:
            made.append(list(mark_words(removed, added)))
    return made


def mark_words(before: str, after: str) -> Iterator[Piece]:
    """Yield the words of two texts, marked where they differ."""
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    matcher = SequenceMatcher(None, [word.strip() for word in old], [word.strip() for word in new])
    for step, start, end, new_start, new_end in matcher.get_opcodes():
        if step == "equal":
            yield Piece("", "".join(new[new_start:new_end]))
            continue
        if start < end:
            yield Piece("del", "".join(old[start:end]))
        if new_start < new_end:
            yield Piece("ins", "".join(new[new_start:new_end]))


def _around(lines: list[str], *, is_first: bool, is_last: bool) -> list[list[Piece]]:
    """Return what stands between two differences, or before the first and after the last, cut where it is long."""
    before, after = (0 if is_first else AROUND), (0 if is_last else AROUND)
    shown = [[Piece("", line)] for line in lines]
    if len(shown) <= before + after + 1:
        return shown
    return [*shown[:before], [], *shown[len(shown) - after :]]
