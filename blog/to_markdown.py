"""The source of a body -> Markdown that any reader of it shows, and that ``blog.markdown`` reads as the same body.

What Markdown has no word for stands in it as HTML: boxes, languages, sizes of pictures. Each block is read again as it
is written, and written as HTML where that gives anything else; so nothing is lost, however odd a text is.
"""

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError

from blog.body import clean_source
from blog.markdown import html_of_markdown
from blog.markup import NOTE, contents, make, parse, serialise

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# Between two lists that Markdown would take for one; cleaning drops it.
_APART = "<!-- -->"
_SPECIAL = re.compile(r"[\\`*_\[\]<>&~|!#]")
_BEGINNING = re.compile(r"^(\d{1,9})(?=[.)])|^(?=[-+=:])")
_PRE = re.compile(r"<pre>.*?</pre>", re.DOTALL)
_TICKS = re.compile("`+")
_SPACED = re.compile(r"[\s()<>]")


class _NoMarkdownError(Exception):
    """There is no Markdown for that."""


@dataclass(frozen=True)
class Place:
    """Where a picture lies beside the text, and what it shows."""

    path: str
    alt: str = ""


def markdown_of(
    source: str, pictures: Mapping[int, Place] | None = None, recordings: Mapping[int, str] | None = None
) -> str:
    """Return the Markdown of a body.

    By their keys, ``pictures`` has where those of it lie, ``recordings`` at what addresses they are.
    """
    root = parse(source)
    for link in root.iter("a"):
        # The key of a post means nothing elsewhere; here its address finds it again.
        link.attrib.pop("data-post", None)
    writer = _Writer(pictures or {}, recordings or {})
    written = []
    before = ""
    for block in root:
        block.tail = None
        if block.tag == before and before in {"ul", "ol"}:
            written.append(_APART)
        written.append(writer.write(block))
        before = block.tag
    notes = [f"[^{number}]: {words}" for number, words in enumerate(writer.notes, start=1)]
    return "\n\n".join([*written, *(["\n".join(notes)] if notes else [])]) + "\n" if written else ""


def whole_html(node: "HtmlElement") -> str:
    """Return a block as HTML without an empty line, which would end it in Markdown."""
    html = serialise(make("div", [_copy(node)]))
    # In text '<' is escaped: what looks like an element is one.
    html = _PRE.sub(lambda found: found[0].replace("\n", "&#10;"), html)
    return html.replace("\n", " ")


class _Writer:
    def __init__(self, pictures: Mapping[int, Place], recordings: Mapping[int, str]) -> None:
        self.pictures = pictures
        self.recordings = recordings
        self.notes: list[str] = []
        self.is_plain = False

    def write(self, block: "HtmlElement") -> str:
        """Return the Markdown of a block, as plain as it can be."""
        if block.tag == "figure" and block.get("data-image"):
            return self.picture(block)
        if block.tag == "figure" and block.get("data-recording"):
            return self.recording(block)
        wanted = _html(block)
        count = len(self.notes)
        for self.is_plain in (True, False):
            del self.notes[count:]
            try:
                text = self.block(block)
            except _NoMarkdownError:
                break
            if self.reads_as(text, wanted):
                return text
        del self.notes[count:]
        return whole_html(block)

    def reads_as(self, text: str, wanted: str) -> bool:
        notes = "\n".join(f"[^{number}]: {words}" for number, words in enumerate(self.notes, start=1))
        try:
            return clean_source(html_of_markdown(f"{text}\n\n{notes}", with_html=True)) == wanted
        except ValidationError:
            return False

    # Blocks

    def block(self, node: "HtmlElement") -> str:
        if node.tag not in _BLOCKS or (node.get("lang") and node.tag != "aside"):
            raise _NoMarkdownError
        return _BLOCKS[node.tag](self, node)

    def paragraph(self, node: "HtmlElement") -> str:
        words = self.line(node)
        return _BEGINNING.sub(lambda found: f"{found[1] or ''}\\", words)

    def heading(self, node: "HtmlElement") -> str:
        return f"{'#' * int(node.tag[1])} {self.line(node)}"

    def items(self, node: "HtmlElement") -> str:
        written, is_loose = [], False
        for number, item in enumerate(node, start=1):
            if item.get("lang"):
                raise _NoMarkdownError
            mark = "- " if node.tag == "ul" else f"{number}. "
            words, blocks = [], []
            for one in contents(item):
                is_block = not isinstance(one, str) and (one.tag in _BLOCKS or one.tag in {"figure", "table"})
                if is_block:
                    blocks.append(one)
                elif blocks:
                    raise _NoMarkdownError
                else:
                    words.append(one)
            parts = [self.paragraph(make("p", [_copied(one) for one in words]))] if words else []
            parts += [self.block(_copy(block)) for block in blocks]
            is_loose = is_loose or any(block.tag not in {"ul", "ol"} for block in blocks)
            text = ("\n\n" if is_loose else "\n").join(parts)
            written.append(mark + text.replace("\n", "\n" + " " * len(mark)))
        return ("\n\n" if is_loose else "\n").join(written)

    def quotation(self, node: "HtmlElement") -> str:
        parts = []
        for block in node:
            if block.tag == "footer":
                parts.append(whole_html(block))
            else:
                parts.append(self.block(block))
        return "\n".join(f"> {line}".rstrip() for line in "\n\n".join(parts).split("\n"))

    def code(self, node: "HtmlElement") -> str:
        if [child.tag for child in node] != ["code"] or len(node[0]) or node.text or node[0].tail:
            raise _NoMarkdownError
        text = node[0].text or ""
        fence = "`" * max(3, *(len(run) + 1 for run in _TICKS.findall(text)), 3)
        return f"{fence}\n{text}\n{fence}"

    def rule(self, _node: "HtmlElement") -> str:
        return "---"

    def table(self, node: "HtmlElement") -> str:
        rows = list(node.iter("tr"))
        head, body = node.find("thead"), node.find("tbody")
        is_simple = (
            node.find("caption") is None
            and head is not None
            and len(head) == 1
            and body is not None
            and all(cell.tag == "td" and not cell.attrib for row in body for cell in row)
            and all(dict(cell.attrib) == {"scope": "col"} for cell in head[0])
            and len({len(row) for row in rows}) == 1
        )
        if not is_simple:
            raise _NoMarkdownError
        lines = [f"| {' | '.join(self.line(cell) for cell in row)} |" for row in rows]
        lines.insert(1, f"|{' --- |' * len(rows[0])}")
        return "\n".join(lines)

    def box(self, node: "HtmlElement") -> str:
        parts, opening = [], f'<aside data-kind="{node.get("data-kind", "")}">'
        for block in node:
            if block.tag == "header":
                opening += "\n" + whole_html(block)
            else:
                parts.append(self.block(block))
        return "\n\n".join([opening, *parts, "</aside>"])

    def player(self, node: "HtmlElement") -> str:
        """Write a video or a recording as a link to it in its figure, where other readers of Markdown find it."""
        address = node.get("data-video") or node.get("data-audio")
        if not address:
            raise _NoMarkdownError
        figure = _copy(node)
        figure.insert(0, make("a", [address], href=address))
        return whole_html(figure)

    def recording(self, node: "HtmlElement") -> str:
        """Write a recording of ours as one at its address: its key means nothing elsewhere."""
        address = self.recordings.get(int(node.get("data-recording")))
        if address is None:
            return whole_html(node)
        figure = _copy(node)
        del figure.attrib["data-recording"]
        figure.set("data-audio", address)
        figure.insert(0, make("a", [address], href=address))
        return whole_html(figure)

    def picture(self, node: "HtmlElement") -> str:
        key = int(node.get("data-image"))
        seen, caption = node.find("img"), node.find("figcaption")
        place = self.pictures.get(key)
        if place is None:
            return whole_html(node)
        alt = seen.get("alt", "") if seen is not None else place.alt
        words = contents(caption) if caption is not None else []
        is_plain = not words or (len(words) == 1 and isinstance(words[0], str) and '"' not in words[0])
        if is_plain and not node.get("data-size"):
            title = f' "{_escaped(words[0])}"' if words else ""
            return f"![{_escaped(alt)}](<{place.path}>{title})"
        figure = _copy(node)
        shown = figure.find("img")
        if shown is None:
            shown = make("img")
            figure.insert(0, shown)
        shown.set("src", place.path)
        shown.set("alt", alt)
        return whole_html(figure)

    # Words

    def line(self, node: "HtmlElement") -> str:
        return "".join(self.words(one) for one in contents(node))

    def words(self, item) -> str:
        if isinstance(item, str):
            return _escaped(item)
        if item.tag == "br":
            return "<br>"
        if item.tag == "code" and not len(item):
            return _code(item.text or "")
        inner = self.line(item)
        if item.tag == NOTE:
            self.notes.append(inner)
            return f"[^{len(self.notes)}]"
        return _link(item, inner) if item.tag == "a" else self.marked(item, inner)

    def marked(self, item: "HtmlElement", inner: str) -> str:
        """Return words in a mark of Markdown, or where it has none, or they need a language, of HTML."""
        name = item.tag
        mark = _MARKS.get(name)
        if mark and self.is_plain and not item.attrib:
            return f"{mark}{inner}{mark}"
        if name not in {*_MARKS, "sub", "sup", "span", "code"}:
            raise _NoMarkdownError
        language = f' lang="{item.get("lang")}"' if item.get("lang") else ""
        return f"<{name}{language}>{inner}</{name}>"


_MARKS = {"strong": "**", "em": "*", "s": "~~"}
_BLOCKS: dict[str, Callable[[_Writer, "HtmlElement"], str]] = {
    "p": _Writer.paragraph,
    "h2": _Writer.heading,
    "h3": _Writer.heading,
    "h4": _Writer.heading,
    "ul": _Writer.items,
    "ol": _Writer.items,
    "blockquote": _Writer.quotation,
    "pre": _Writer.code,
    "hr": _Writer.rule,
    "table": _Writer.table,
    "aside": _Writer.box,
    "figure": _Writer.player,
}


def _html(block: "HtmlElement") -> str:
    return clean_source(serialise(make("div", [_copy(block)])))


def _copy(block: "HtmlElement") -> "HtmlElement":
    found = deepcopy(block)
    found.tail = None
    return found


def _copied(item):
    return item if isinstance(item, str) else _copy(item)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda found: f"\\{found[0]}", text.replace("\n", " "))


def _code(text: str) -> str:
    ticks = "`" * (max((len(run) for run in _TICKS.findall(text)), default=0) + 1)
    space = " " if text[:1] in {"`", " "} or text[-1:] in {"`", " "} else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def _link(item: "HtmlElement", inner: str) -> str:
    address, title = item.get("href", ""), item.get("title", "")
    target = f"<{address}>" if _SPACED.search(address) else address
    if not address or _SPECIAL.search(address.replace("_", "").replace("#", "").replace("~", "").replace("&", "")):
        target = "<" + _SPECIAL.sub(lambda found: f"\\{found[0]}", address) + ">"
    quoted = ' "' + _escaped(title).replace('"', '\\"') + '"' if title else ""
    return f"[{inner}]({target}{quoted})"
