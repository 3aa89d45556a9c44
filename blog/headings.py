"""Headings of a text: the names by which links lead to them, which stay, and the table of contents of a long text.

A heading gets its name from its words. Once readers may have the address, it keeps that name, whatever happens to the
headings before it or to its own words: the HTML that was made last remembers which name stands at which words.
"""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from html import unescape
from typing import NamedTuple

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext

from blog.markup import as_html

# The ids of headings begin so, and thus are never those of the page around them; a word of both languages.
ID_PREFIX = "section-"
ID_LENGTH = 60

# A text with fewer is found through without a table, and so is one that is read in two minutes.
HEADINGS_OF_LONG_TEXT = 4
WORDS_OF_LONG_TEXT = 500

# Two headings that are so much alike are one that was edited.
EDITED = 0.6
# To compare each with each of more headings takes too long; these get a new name when their words change.
MOST_COMPARED = 80

_HEADING = re.compile(r'<(h[2-4])((?: lang="[^"]*")?) id="(section-[^"]{1,100})">(.*?)</\1>', re.DOTALL)
_NOTE_MARK = re.compile(r"<sup\b.*?</sup>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


class Heading(NamedTuple):
    """A heading of a rendered body."""

    id: str
    text: str
    level: int


def headings_in(html: str) -> list[Heading]:
    """Return the headings of HTML that was rendered, their words without marks of notes."""
    found = []
    for tag, _language, name, content in _HEADING.findall(html):
        words = unescape(_TAG.sub("", _NOTE_MARK.sub("", content)))
        found.append(Heading(name, re.sub(r"[ \t\n]+", " ", words).strip(" "), int(tag[1])))
    return found


def contents_of(html: str, words: int) -> list[Heading]:
    """Return the table of contents of a text; none where it is short."""
    if words < WORDS_OF_LONG_TEXT:
        return []
    found = headings_in(html)
    return found if len(found) >= HEADINGS_OF_LONG_TEXT else []


def with_anchors(html: str) -> SafeString:
    """Return rendered HTML in which each heading is a link to itself, whose address can be copied."""
    return as_html(_HEADING.sub(_with_anchor, html))


def _with_anchor(match: re.Match) -> str:
    tag, language, name, content = match.groups()
    if "<a" not in content:
        return f'<{tag}{language} id="{name}"><a class="anchor" href="#{name}">{content}</a></{tag}>'
    # A link cannot stand in a link: the mark alone leads here.
    mark = format_html('<a class="anchor" href="#{}" aria-label="{}"></a>', name, gettext("Link to this part"))
    return f'<{tag}{language} id="{name}">{content} {mark}</{tag}>'


# Names


def name_headings(texts: list[str], known: Iterable[Heading] = ()) -> list[str]:
    """Return a name for each heading, given those that ``known`` ones had: who is found again keeps it.

    First those whose words are the same, in the same order where several have the same words; then those that stand
    between the same two others, or whose words are much alike.
    """
    known = list(known)
    names = _same_words(texts, known)
    if len(texts) <= MOST_COMPARED and len(known) <= MOST_COMPARED:
        _edited(texts, known, names)
    taken = {name for name in names if name} | {heading.id for heading in known}
    numbers: dict[str, int] = {}
    for place, text in enumerate(texts):
        if names[place] is None:
            wanted = ID_PREFIX + (slugify(text)[:ID_LENGTH].strip("-") or str(place + 1))
            names[place] = _unused(wanted, taken, numbers)
            taken.add(names[place])
    return names


def _same_words(texts: list[str], known: list[Heading]) -> list[str | None]:
    """Return the names of headings whose words are known, None for the others."""
    names: list[str | None] = [None] * len(texts)
    kept: set[int] = set()
    old = [heading.text for heading in known]
    # Those in the same order first, so that of two with the same words each keeps its own.
    for block in SequenceMatcher(None, old, texts, autojunk=False).get_matching_blocks():
        for offset in range(block.size):
            names[block.b + offset] = known[block.a + offset].id
            kept.add(block.a + offset)
    moved: dict[str, list[int]] = {}
    for place, text in enumerate(old):
        if place not in kept:
            moved.setdefault(text, []).append(place)
    for place, text in enumerate(texts):
        if names[place] is None and moved.get(text):
            names[place] = known[moved[text].pop(0)].id
    return names


def _edited(texts: list[str], known: list[Heading], names: list[str | None]) -> None:
    """Give the names of headings that went to those that came in their place, or sound like them."""
    lost = [heading for heading in known if heading.id not in names]
    order = {heading.id: place for place, heading in enumerate(known)}
    pairs = []
    for place, text in enumerate(texts):
        if names[place] is not None:
            continue
        for heading in lost:
            likeness = likeness_of(heading.text.casefold(), text.casefold())
            if likeness >= EDITED or _stands_between_the_same(place, names, order[heading.id], known):
                pairs.append((likeness, -place, heading.id))
    for _likeness, place, name in sorted(pairs, reverse=True):
        if names[-place] is None and name not in names:
            names[-place] = name


def likeness_of(one: str, other: str) -> float:
    """Return how much alike two headings are, by their letters or by the words of the shorter one: from 0 to 1."""
    words, others = set(one.split()), set(other.split())
    shared = len(words & others) / (min(len(words), len(others)) or 1)
    return max(shared, SequenceMatcher(None, one, other, autojunk=False).ratio())


def _stands_between_the_same(place: int, names: list[str | None], before: int, known: list[Heading]) -> bool:
    """Say whether a new heading has the neighbours that a lost one had, which are two of the text, or its ends."""
    now = (names[place - 1] if place else "", names[place + 1] if place + 1 < len(names) else "")
    then = (known[before - 1].id if before else "", known[before + 1].id if before + 1 < len(known) else "")
    return now == then and any(now)


def _unused(name: str, taken: set[str], numbers: dict[str, int]) -> str:
    """Return a name with the first number that makes it new."""
    unused = name
    while unused in taken:
        numbers[name] = numbers.get(name, 1) + 1
        unused = f"{name}-{numbers[name]}"
    return unused
