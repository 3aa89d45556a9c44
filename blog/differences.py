"""Two versions of a rendered body as one, with what was put in and taken out marked: words, pictures, whole blocks.

Blocks are compared first and the words of those that are alike then, so that a picture or a table is never torn, and
what was made bold or got another link counts as changed. Both versions are made by ``blog.body``; the result is
sanitised once more all the same.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

import nh3
from django.utils.safestring import SafeString, mark_safe

from blog.markup import ALLOWED, INLINE, SCHEMES, contents, make, parse, serialise

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# difflib's time grows with the square of what it compares: longer lists and paragraphs are shown as replaced.
MOST_BLOCKS = 1500
MOST_WORDS = 1500
# Blocks that share less than this part of their words are not versions of each other.
RELATED = 0.4

# Blocks that hold blocks, and are looked into.
CONTAINERS = {
    "ul",
    "ol",
    "li",
    "blockquote",
    "table",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "th",
    "td",
    "div",
    "aside",
    "section",
}
# What cannot stand in <ins> or <del>: its own contents are marked.
PARTS = {"li", "tr", "th", "td", "thead", "tbody", "tfoot", "caption", "figcaption"}

_SHOWN = ALLOWED | {
    "ins": {"class"},
    "del": {"class"},
    "picture": set(),
    "aside": {"class"},
    "section": {"class"},
    "small": set(),
    "time": set(),
    "div": {"class"},
    "img": {"src", "alt", "width", "height"},
    "figure": {"class"},
}
# What would ask another host, and is shown by its name.
PLAYERS = {"iframe", "audio", "video"}

# Stands for <br>: no text holds it.
BREAK = "\x00"

_PIECE = re.compile(r"\s+|[^\s]+")


class Word(NamedTuple):
    """A word or a space of a paragraph, and the inline elements around it from the outermost: tag and attributes."""

    text: str
    around: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


def mark_changes(before: str, after: str) -> SafeString:
    """Return rendered HTML of both versions at once, changes in <ins> and <del>."""
    old, new = _shown(before), _shown(after)
    root = make("div", _mark_blocks(_blocks(old), _blocks(new)))
    html = nh3.clean(
        serialise(root),
        tags=set(_SHOWN),
        attributes=_SHOWN | {"*": {"lang"}},
        link_rel=None,
        url_schemes=SCHEMES,
    )
    return mark_safe(html)  # noqa: S308 – cleaned in the line above.


def pair_blocks(before: Sequence[str], after: Sequence[str]) -> list[tuple[int | None, int | None]]:
    """Return which block of one version became which of the other, as numbers, in their order; None for no other."""
    if max(len(before), len(after)) > MOST_BLOCKS:
        return [(number, None) for number in range(len(before))] + [(None, number) for number in range(len(after))]
    old, new = ([next(iter(parse(block)), None) for block in blocks] for blocks in (before, after))
    pairs: list[tuple[int | None, int | None]] = []
    matcher = SequenceMatcher(None, list(before), list(after), autojunk=False)
    for step, start, end, new_start, new_end in matcher.get_opcodes():
        if step == "equal":
            pairs += zip(range(start, end), range(new_start, new_end), strict=True)
            continue
        position = start
        for number in range(new_start, new_end):
            found = next((i for i in range(position, end) if _may_be_versions(old[i], new[number])), None)
            pairs += [(gone, None) for gone in range(position, found if found is not None else position)]
            pairs.append((found, number))
            position = position if found is None else found + 1
        pairs += [(gone, None) for gone in range(position, end)]
    return pairs


def _may_be_versions(old: "HtmlElement | None", new: "HtmlElement | None") -> bool:
    return old is not None and new is not None and _are_versions(old, new)


def _shown(html: str) -> "HtmlElement":
    """Return the tree of a rendered body, with a line of words where a frame would ask another host."""
    root = parse(html)
    for source in root.findall(".//source"):
        # libxml2 does not know that it has no end, and takes what follows for its contents.
        source.drop_tag()
    for details in root.findall(".//details"):
        # A change in what is folded would not be seen.
        details.tag = "section"
        for summary in details.findall("summary"):
            summary.tag = "p"
    for frame in [node for node in root.iter() if node.tag in PLAYERS]:
        note = make("p", [frame.get("title") or frame.get("aria-label") or frame.get("src") or frame.tag])
        note.tail = frame.tail
        frame.getparent().replace(frame, note)
    return root


def without_players(html: str) -> str:
    """Return rendered HTML with a line of words where a frame or a recording would ask another host."""
    return serialise(_shown(html))


def _blocks(node: "HtmlElement") -> "list[HtmlElement]":
    """Return what stands in a container, words without a block of their own in a paragraph."""
    found: list = []
    for item in contents(node):
        is_words = isinstance(item, str) or item.tag in INLINE
        if isinstance(item, str) and not item.strip():
            continue
        if is_words and not (found and found[-1].get("data-loose")):
            found.append(make("p", data_loose="yes"))
        if not is_words:
            found.append(item)
        elif isinstance(item, str):
            _append_words(found[-1], item)
        else:
            item.tail = None
            found[-1].append(item)
    return found


def _append_words(node: "HtmlElement", words: str) -> None:
    if len(node):
        node[-1].tail = (node[-1].tail or "") + words
    else:
        node.text = (node.text or "") + words


def _mark_blocks(old: "Sequence[HtmlElement]", new: "Sequence[HtmlElement]") -> "Iterator[HtmlElement]":
    if max(len(old), len(new)) > MOST_BLOCKS:
        yield from (_whole(node, "del") for node in old)
        yield from (_whole(node, "ins") for node in new)
        return
    signs = [_sign(node) for node in old], [_sign(node) for node in new]
    matcher = SequenceMatcher(None, *signs, autojunk=False)
    for step, start, end, new_start, new_end in matcher.get_opcodes():
        if step == "equal":
            yield from new[new_start:new_end]
        else:
            yield from _mark_replaced(old[start:end], new[new_start:new_end])


def _sign(node: "HtmlElement") -> str:
    """Return what makes a block what it is; ids of headings and addresses of renditions are not the editor's."""
    holder = make("div", [_copy(node)])
    for each in holder.iter():
        for name in ("id", "srcset", "sizes", "loading", "decoding", "aria-label"):
            each.attrib.pop(name, None)
    return serialise(holder)


def _copy(node: "HtmlElement") -> "HtmlElement":
    from copy import deepcopy

    copied = deepcopy(node)
    copied.tail = None
    return copied


def _mark_replaced(old: "Sequence[HtmlElement]", new: "Sequence[HtmlElement]") -> "Iterator[HtmlElement]":
    """Yield blocks that changed: those that are versions of each other word by word, the rest whole."""
    position = 0
    for node in new:
        found = next((index for index in range(position, len(old)) if _are_versions(old[index], node)), None)
        if found is None:
            yield _whole(node, "ins")
            continue
        yield from (_whole(gone, "del") for gone in old[position:found])
        yield from _mark_pair(old[found], node)
        position = found + 1
    yield from (_whole(gone, "del") for gone in old[position:])


def _are_versions(old: "HtmlElement", new: "HtmlElement") -> bool:
    if old.tag != new.tag:
        return _is_line(old) and _is_line(new) and _words_of(old) == _words_of(new) and bool(_words_of(new))
    if old.tag == "figure" and old.get("class") == new.get("class"):
        return True
    if old.tag in {"tr", "td", "th", "thead", "tbody", "tfoot"}:
        return True
    words, others = Counter(_words_of(old)), Counter(_words_of(new))
    if not words or not others:
        return words == others
    return 2 * (words & others).total() / (words.total() + others.total()) >= RELATED


def _words_of(node: "HtmlElement") -> list[str]:
    return " ".join(node.itertext()).split()


def _is_line(node: "HtmlElement") -> bool:
    """Say whether a block holds words and inline elements only."""
    return all(each.tag in INLINE for each in node.iterdescendants())


def _mark_pair(old: "HtmlElement", new: "HtmlElement") -> "Iterator[HtmlElement]":
    """Yield the two versions of a block as one, or one after the other where they cannot be."""
    if new.tag == "figure":
        yield from _mark_figures(old, new)
    elif old.tag != new.tag:
        yield _whole(old, "del")
        yield _whole(new, "ins")
    elif new.tag in CONTAINERS and not (_is_line(old) and _is_line(new)):
        yield make(new.tag, _mark_blocks(_blocks(old), _blocks(new)), **_attributes(new))
    elif _is_line(old) and _is_line(new):
        yield make(new.tag, _mark_words(old, new), **_attributes(new))
    else:
        yield _whole(old, "del")
        yield _whole(new, "ins")


def _attributes(node: "HtmlElement") -> dict[str, str]:
    return {
        f"{name.replace('-', '_')}_": value for name, value in node.attrib.items() if name not in {"data-loose", "id"}
    }


def _mark_figures(old: "HtmlElement", new: "HtmlElement") -> "Iterator[HtmlElement]":
    """Yield a figure whose caption changed, or both where the picture is another."""
    captions = old.find("figcaption"), new.find("figcaption")
    for caption in captions:
        if caption is not None:
            caption.getparent().remove(caption)
    if _sign(old) != _sign(new):
        for node, caption, mark in ((old, captions[0], "del"), (new, captions[1], "ins")):
            if caption is not None:
                node.append(caption)
            yield _whole(node, mark)
        return
    before, after = (caption if caption is not None else make("figcaption") for caption in captions)
    figure = _copy(new)
    figure.append(make("figcaption", _mark_words(before, after)))
    yield figure


def _whole(node: "HtmlElement", mark: str) -> "HtmlElement":
    """Return a block that only one version has."""
    node = _copy(node)
    if node.tag in PARTS:
        inside = make(mark, contents(node)) if node.tag not in {"tr", "thead", "tbody", "tfoot"} else None
        items = [inside] if inside is not None else [_whole(child, mark) for child in node]
        return make(node.tag, items, **_attributes(node))
    if node.get("data-loose"):
        return make(mark, contents(node))
    return make(mark, [node], class_="whole")


def _mark_words(old: "HtmlElement", new: "HtmlElement") -> "list":
    before, after = list(_read_words(old, ())), list(_read_words(new, ()))
    if max(len(before), len(after)) > MOST_WORDS:
        return [*_put("del", before), *_put("ins", after)]
    made: list = []
    for step, start, end, new_start, new_end in _steps(before, after):
        if step == "equal":
            made += _put("", after[new_start:new_end])
        else:
            made += _put("del", before[start:end]) + _put("ins", after[new_start:new_end])
    return made


def _steps(before: list[Word], after: list[Word]) -> list[tuple[str, int, int, int, int]]:
    """Return the steps from one text to the other; a space between two changes is part of them."""
    steps: list[list] = []
    for step, *ends in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        is_space = step == "equal" and ends[1] - ends[0] == 1 and before[ends[0]].text.isspace()
        if steps and steps[-1][0] != "equal" and (step != "equal" or is_space):
            steps[-1] = ["replace", steps[-1][1], ends[1], steps[-1][3], ends[3]]
        else:
            steps.append([step, *ends])
    return [tuple(step) for step in steps]


def _read_words(node: "HtmlElement", around: tuple) -> Iterator[Word]:
    if node.tag == "br":
        yield Word(BREAK, around)
    for piece in _PIECE.findall(node.text or ""):
        yield Word(piece, around)
    for child in node:
        inner = around if child.tag == "br" else (*around, (child.tag, tuple(sorted(child.attrib.items()))))
        yield from _read_words(child, inner)
        for piece in _PIECE.findall(child.tail or ""):
            yield Word(piece, around)


def _put(mark: str, words: list[Word]) -> "list":
    """Return words in their inline elements again, within a mark where there is one."""
    items = _nest(words, 0)
    return ([make(mark, items)] if items else []) if mark else items


def _nest(words: list[Word], depth: int) -> "list":
    items: list = []
    position = 0
    while position < len(words):
        word = words[position]
        end = position
        if len(word.around) <= depth:
            while end < len(words) and len(words[end].around) <= depth and words[end].text != BREAK:
                end += 1
            items.append("".join(each.text for each in words[position:end]) if end > position else make("br"))
            position = max(end, position + 1)
            continue
        while end < len(words) and words[end].around[: depth + 1] == word.around[: depth + 1]:
            end += 1
        tag, attributes = word.around[depth]
        element = make(tag, _nest(words[position:end], depth + 1))
        for name, value in attributes:
            element.set(name, value)
        items.append(element)
        position = end
    return items
