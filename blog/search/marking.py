"""Marking the words that were looked for, in titles and in the passages around them. What is marked is escaped here."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from typing import NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from blog.search.words import WORD, fold
from blog.typography import typeset

# A passage has about so many characters: two lines of a wide screen.
PASSAGE = 260
# So much of it stands before the first word that was found.
BEFORE = 70
# So many places are looked at for the one with most of the words.
MOST_PLACES = 60

_BREAKS = re.compile(r"[ \t\r\n]+")

# The words of a few pages of results, each folded once.
fold_word = lru_cache(maxsize=8192)(fold)


@dataclass(frozen=True)
class Sought:
    """What is looked for, folded: ``words`` wherever they stand, ``phrases`` where their words follow each other."""

    words: frozenset[str]
    phrases: tuple[tuple[str, ...], ...] = ()

    def __len__(self) -> int:
        return len(self.words) + len(self.phrases)

    @cached_property
    def beginnings(self) -> frozenset[str]:
        """The words that are looked for, and those that a phrase begins with."""
        return self.words.union(phrase[0] for phrase in self.phrases)


class Place(NamedTuple):
    """Where something that is looked for stands in a text."""

    start: int
    end: int
    what: str | tuple[str, ...]


def places_in(text: str, sought: Sought, most: int = MOST_PLACES) -> list[Place]:
    """Return where words and phrases stand in a text, the first of them; none lies over another."""
    found: list[Place] = []
    looked_through = 0
    # Texts have thousands of words, of which next to none is one of these: all else waits until one is.
    for match in WORD.finditer(text):
        word = fold_word(match[0])
        if word not in sought.beginnings or match.start() < looked_through:
            continue
        phrase, end = phrase_at(text, match.start(), sought.phrases)
        if phrase:
            found.append(Place(match.start(), end, phrase))
            looked_through = end
        elif word in sought.words:
            found.append(Place(match.start(), match.end(), word))
        if len(found) == most:
            break
    return found


def phrase_at(text: str, start: int, phrases: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], int]:
    """Return the longest of the phrases that begins at a place of a text, or nothing, and where it ends."""
    longest = max(map(len, phrases), default=0)
    matches = list(islice(WORD.finditer(text, start), longest))
    words = tuple(fold_word(match[0]) for match in matches)
    here = max((phrase for phrase in phrases if words[: len(phrase)] == phrase), key=len, default=())
    return here, matches[len(here) - 1].end() if here else start


def as_written(word: str, texts: Iterable[str]) -> str:
    """Return a word with the accents that it has in the first of some texts that has it; in lower case."""
    for text in map(composed, texts):
        for place in places_in(text, Sought(frozenset([word])), 1):
            return text[place.start : place.end].lower()
    return word


def mark(text: str, sought: Sought) -> SafeString:
    """Return a text as HTML, with what is looked for in ``<mark>``."""
    pieces, last = [], 0
    for start, end, _what in places_in(text, sought):
        pieces.append((text[last:start], text[start:end]))
        last = end
    return format_html("{}{}", format_html_join("", "{}<mark>{}</mark>", pieces), text[last:])


def passage(texts: Iterable[str], sought: Sought, language: str, typed: Iterable[str] = ()) -> SafeString:
    """Return the passage with most of what is looked for, marked; the beginning where no text has any.

    ``texts`` are typeset already; what comes from one that was ``typed`` is typeset in ``language``.
    """
    best, best_text, best_start = 0, "", 0
    is_typed = is_first_typed = False
    first = ""
    all_texts = [(text, False) for text in texts] + [(text, True) for text in typed]
    for text, is_raw in ((composed(text), is_raw) for text, is_raw in all_texts):
        if text and not first:
            first, is_first_typed = text, is_raw
        places = places_in(text, sought)
        for index, (start, _end, _word) in enumerate(places):
            if best == len(sought):
                break
            near = set()
            for at, _to, what in islice(places, index, None):
                if at >= start + PASSAGE - BEFORE:
                    break
                near.add(what)
            if len(near) > best:
                best, best_text, best_start, is_typed = len(near), text, start, is_raw
    shown, is_raw = (cut(best_text, best_start), is_typed) if best else (cut(first, 0), is_first_typed)
    return mark(typeset(shown, language) if is_raw else shown, sought)


def composed(text: str) -> str:
    """Return a text in which a letter with its accent is one character."""
    return unicodedata.normalize("NFC", text)


def cut(text: str, at: int) -> str:
    """Return about ``PASSAGE`` characters of a text around a place, between two words, on one line."""
    start = max(0, at - BEFORE)
    if start:
        # A sentence is better read from its beginning, or else a word.
        sentence = max(text.rfind(sign, max(0, start - BEFORE), at) for sign in (". ", "? ", "! ", "\n", "… "))
        start = sentence + 1 if sentence >= start - BEFORE and sentence > 0 else text.find(" ", start, at) + 1 or start
    piece = text[start : start + PASSAGE]
    is_cut = start + PASSAGE < len(text)
    if is_cut:
        piece = piece[: piece.rfind(" ")] if " " in piece else piece
    # Spaces at which no line may break are left, as they were typeset.
    piece = _BREAKS.sub(" ", piece).strip()
    return f"{'… ' if start else ''}{piece}{' …' if is_cut else ''}"
