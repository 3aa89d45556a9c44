"""Words on their way into lines and paragraphs: lists of texts and elements, as ``markup.contents`` returns them."""

import re
from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING

from blog.markup import HEADINGS, INLINE, LINES, NOTE, contents, fill, make

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from blog.markup import Item

_SPACES = re.compile(r"[ \t\n\u00a0]*[ \t\n][ \t\n\u00a0]*|\u00a0{2,}")
_EDGE_SPACES = " \t\n\u00a0"
_BLANK = " \t\n\u00a0\u200b\u2060"


def one_space(text: str) -> str:
    return _SPACES.sub(" ", text)


def is_block(item: "Item") -> bool:
    return not isinstance(item, str) and item.tag not in INLINE


def is_blank(items: "Iterable[Item]") -> bool:
    return not any(
        item.strip(_BLANK) if isinstance(item, str) else (item.tag not in {"br", *INLINE} or _holds_words(item))
        for item in items
    )


def _holds_words(node: "HtmlElement") -> bool:
    return any(text.strip(_BLANK) for text in node.itertext())


def wrap(items: "list[Item]", tag: str, **attributes: str) -> "list[Item]":
    """Put an inline element around words, or inside each of the blocks that hold them."""
    if is_blank(items):
        return items
    if not any(is_block(item) for item in items):
        return _wrap_words(items, tag, attributes)
    wrapped: list[Item] = []
    for are_blocks, group in groupby(items, is_block):
        if not are_blocks:
            wrapped += wrap(list(group), tag, **attributes)
            continue
        for block in group:
            for holder in [block] if block.tag in LINES else block.iter("p"):
                _wrap_line(holder, tag, attributes)
            wrapped.append(block)
    return wrapped


def _wrap_words(items: "list[Item]", tag: str, attributes: dict[str, str]) -> "list[Item]":
    """Put an element around words; spaces at their edges stay outside of it."""
    first, last = items[0], items[-1]
    before = " " if isinstance(first, str) and first != first.lstrip(_EDGE_SPACES) else ""
    after = " " if isinstance(last, str) and last != last.rstrip(_EDGE_SPACES) else ""
    if before:
        items = [first.lstrip(_EDGE_SPACES), *items[1:]]
    if after:
        items = [*items[:-1], items[-1].rstrip(_EDGE_SPACES)]
    words = [item for item in items if item != ""]
    if len(words) > 1 or isinstance(words[0], str) or not _says_the_same(words[0], tag, attributes):
        words = [make(tag, words, **attributes)]
    return [*filter(None, [before]), *words, *filter(None, [after])]


def _says_the_same(node: "HtmlElement", tag: str, attributes: dict[str, str]) -> bool:
    return node.tag == tag and (tag == "span" or not any(attributes.values()))


def _wrap_line(line: "HtmlElement", tag: str, attributes: dict[str, str]) -> None:
    if tag == "strong" and line.tag in HEADINGS:
        return  # They are bold by themselves.
    if tag == "span" and line.tag in {"p", *HEADINGS}:
        line.set("lang", line.get("lang", attributes["lang"]))
    else:
        fill(line, wrap(contents(line), tag, **attributes))


def one_line(items: "list[Item]", between: str = " ") -> "list[Item]":
    """Return the words of blocks as one line, and the figures among them; ``between`` is a text, or 'br'."""
    line: list[Item] = []
    for item in items:
        if not is_block(item) or item.tag == "figure":
            line.append(item)
            continue
        for part in item.iter(*LINES, "li", "td", "th", "pre"):
            words = [part.text_content()] if part.tag == "pre" else [one for one in contents(part) if not is_block(one)]
            if not is_blank(words):
                line += [make("br") if between == "br" else between] if not is_blank(line) else []
                line += words
    return trimmed(joined(line))


def take_notes(items: "list[Item]") -> "tuple[list[Item], list[Item]]":
    """Return words without the footnotes among them, and these."""
    words: list[Item] = []
    notes: list[Item] = []
    for item in items:
        if isinstance(item, str):
            words.append(item)
        elif item.tag == NOTE:
            notes.append(item)
        else:
            if next(item.iter(NOTE), None) is not None:
                inner, found = take_notes(contents(item))
                fill(item, inner)
                notes += found
            words.append(item)
    return words, notes


def paragraphs(items: "list[Item]") -> "list[HtmlElement]":
    """Return loose words as paragraphs, divided where a line was left empty."""
    found: list[list[Item]] = [[]]
    breaks = 0
    for item in items:
        is_break = not isinstance(item, str) and item.tag == "br"
        is_gap = isinstance(item, str) and not item.strip(_BLANK)
        if breaks > 1 and not is_break and not is_gap:
            found.append([])
        breaks = breaks + is_break if is_break or is_gap else 0
        found[-1].append(item)
    lines = (trimmed(joined(words)) for words in found)
    return [_paragraph(words) for words in lines if not is_blank(words)]


def _paragraph(words: "list[Item]") -> "HtmlElement":
    if len(words) == 1 and not isinstance(words[0], str) and words[0].tag == "span":
        return make("p", contents(words[0]), lang=words[0].get("lang", ""))
    return make("p", words)


def trimmed(items: "list[Item]", edges: tuple[int, ...] = (0, -1)) -> "list[Item]":
    """Return words without spaces and line breaks at the edges, the first (0) and the last (-1)."""
    items = list(items)
    for edge in edges:
        while items:
            item = items[edge]
            if isinstance(item, str):
                items[edge] = item.lstrip(_EDGE_SPACES) if edge == 0 else item.rstrip(_EDGE_SPACES)
                if items[edge]:
                    break
            elif item.tag != "br":
                if item.tag in INLINE:
                    fill(item, trimmed(contents(item), (edge,)))
                break
            items.pop(edge)
    return items


def joined(items: "list[Item]") -> "list[Item]":
    """Return words with neighbours of the same kind made one, as <b>a</b><b>b</b> of a word processor."""
    found: list[Item] = []
    for kind, group in groupby(items, _kind):
        alike = list(group)
        if kind == "text":
            found.append(one_space("".join(alike)))
            continue
        if len(alike) > 1:
            fill(alike[0], joined([item for one in alike for item in contents(one)]))
        found.append(alike[0])
    return found


def _kind(item: "Item") -> object:
    """Return what two neighbours must share to be one."""
    if isinstance(item, str):
        return "text"
    if item.tag in INLINE - {"br", NOTE}:
        return item.tag, tuple(sorted(item.attrib.items()))
    return item
