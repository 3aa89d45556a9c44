"""The passages of a text that somebody can speak of, and where they are once the text has changed.

A passage is the title, the standfirst, or one block of the rendered body. It is known by its words: a text has no
numbers that outlive the next change. Words are compared as a person reads them, whatever kind of space or apostrophe
typography has put between them.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from operator import itemgetter
from typing import TYPE_CHECKING

from blog.markup import contents, make, parse, serialise
from blog.models import Post

if TYPE_CHECKING:
    from lxml.html import HtmlElement

TITLE, STANDFIRST = "title", "standfirst"

# Blocks that share less of their words than this are not versions of each other.
RELATED = 0.5
# Where they hold the very words that somebody spoke of, less is enough; so many words stand nowhere else by chance.
TOUCHED = 0.3
TELLING = 4
# difflib's time grows with the square of what it compares.
MOST_COMPARED = 4000
# So many letters of a digest name a block; those with the same words are numbered behind it.
KEY_LENGTH = 12

# Between their words and those of what comes before there is a space, which a browser copies as a new line.
_APART = {"p", "li", "br", "tr", "td", "th", "figcaption", "caption", "footer", "h2", "h3", "h4", "div", "pre", "img"}
_SPACES = re.compile(r"[\s\u00a0\u202f\u00ad]+")
# What holds words of the text to which more can be added without a change of its look.
_LINES = ("p", "li", "figcaption", "footer", "h2", "h3", "h4", "td", "th")


@dataclass(frozen=True)
class Passage:
    """A passage as it is now: its key, its words, and where it is a block of the body, its HTML."""

    key: str
    words: str
    html: str = ""

    def holds(self, quote: str) -> bool:
        """Say whether these words stand in it."""
        return readable(quote) in self.words


@dataclass(frozen=True)
class Place:
    """Where something that was said of a passage belongs now; ``is_changed`` says that the passage reads otherwise."""

    passage: Passage
    is_changed: bool


def readable(text: str) -> str:
    """Return a text as it is compared: one kind of space, one kind of apostrophe."""
    return _SPACES.sub(" ", text).replace("'", "’").strip()


def passages_of(post: Post) -> list[Passage]:
    """Return the passages of a post in their order, those without any words left out."""
    found = [Passage(TITLE, readable(post.title)), Passage(STANDFIRST, readable(post.standfirst))]
    taken: Counter[str] = Counter()
    for block in contents(parse(post.body_html)):
        if isinstance(block, str):
            continue
        block.tail = None
        html = whole(block)
        words = words_of(block)
        digest = hashlib.sha256((words or html).encode()).hexdigest()[:KEY_LENGTH]
        taken[digest] += 1
        key = digest if taken[digest] == 1 else f"{digest}-{taken[digest]}"
        found.append(Passage(key, words, html))
    return [passage for passage in found if passage.words or passage.html]


def whole(block: "HtmlElement") -> str:
    """Return the HTML of an element with its own tags."""
    from lxml.html import Element

    box = Element("div")
    box.append(block)
    return serialise(box)


def words_of(block: "HtmlElement") -> str:
    """Return what a block says, the alternative texts of its pictures among it."""
    return readable("".join(text for _slot, text in _slots(block)))


def find(passages: Sequence[Passage], *, place: str, words: str, quote: str = "") -> Place | None:
    """Return where what was said belongs; None where that passage is no longer there.

    ``place`` is the key that the passage had, ``words`` what it said, ``quote`` the words in it that it was about.
    Where only what is around them has changed, these are still found: in the passage that is most like the one of then.
    """
    if place in (TITLE, STANDFIRST):
        same = next((each for each in passages if each.key == place), None)
        if same is None or (quote and not same.holds(quote)) or not (quote or likeness(same.words, words) >= RELATED):
            return None
        return Place(same, same.words != words)
    blocks = [each for each in passages if each.key not in (TITLE, STANDFIRST)]
    exact = [each for each in blocks if each.words == words]
    if exact:
        return Place(next((each for each in exact if each.key == place), exact[0]), is_changed=False)
    if quote:
        blocks = [each for each in blocks if each.holds(quote)]
    alike, best = max(((likeness(each.words, words), each) for each in blocks), key=itemgetter(0), default=(0, None))
    is_enough = alike >= RELATED or (quote and (alike >= TOUCHED or len(quote.split()) >= TELLING))
    return Place(best, is_changed=True) if best and is_enough else None


def likeness(one: str, other: str) -> float:
    """Return how much two passages have in common, from 0 to 1."""
    return SequenceMatcher(None, one[:MOST_COMPARED].split(), other[:MOST_COMPARED].split(), autojunk=False).ratio()


def with_link(passage: Passage, link: "HtmlElement") -> str:
    """Return the HTML of a block with a link before its first words, where HTML lets one stand."""
    block = contents(parse(passage.html))[0]
    block.tail = None
    holder = next(block.iter(*_LINES), block)
    if holder.tag in ("hr", "table", "ul", "ol", "iframe"):
        return passage.html
    link.tail, holder.text = holder.text, None
    holder.insert(0, link)
    return whole(block)


def with_mark(html: str, quote: str) -> str:
    """Return the HTML of a block with the first of these words in <mark>, whatever elements they run through."""
    block = contents(parse(html))[0]
    block.tail = None
    letters = list(_letters(block))
    start = "".join(letter for letter, _slot, _at in letters).find(quote) if quote else -1
    if start < 0:
        return html
    ends: dict[tuple, list[int]] = {}
    for _letter, slot, at in letters[start : start + len(quote)]:
        if slot is not None:
            ends.setdefault(slot, []).append(at)
    # From the end, so that the places before stay what they were.
    for (node, kind), places in reversed(ends.items()):
        _mark(node, kind, places[0], places[-1] + 1)
    return whole(block)


def _letters(block: "HtmlElement") -> "Iterator[tuple[str, tuple[HtmlElement, str] | None, int]]":
    """Yield the letters of a block as ``readable()`` has them, each with its slot (a node, 'text' or 'tail') and place.

    The words of a picture, and the space between two blocks, stand in no slot.
    """
    is_space = True
    for slot, text in _slots(block):
        for at, letter in enumerate(text):
            shown = " " if _SPACES.fullmatch(letter) else letter.replace("'", "’")
            if shown != " " or not is_space:
                yield shown, slot, at
            is_space = shown == " "


def _slots(node: "HtmlElement") -> "Iterator[tuple[tuple[HtmlElement, str] | None, str]]":
    """Yield the pieces of text of a block in their order, each with where it stands."""
    if not isinstance(node.tag, str):
        return
    if node.tag in _APART:
        yield None, " "
    if node.tag == "img":
        yield None, node.get("alt", "")
    yield (node, "text"), node.text or ""
    for child in node:
        yield from _slots(child)
        yield (child, "tail"), child.tail or ""


def _mark(node: "HtmlElement", kind: str, start: int, end: int) -> None:
    """Put a part of a slot into <mark>."""
    text = getattr(node, kind)
    mark = make("mark", [text[start:end]])
    mark.tail = text[end:]
    if kind == "text":
        node.text = text[:start]
        node.insert(0, mark)
    else:
        parent = node.getparent()
        parent.insert(parent.index(node) + 1, mark)
        node.tail = text[:start]
