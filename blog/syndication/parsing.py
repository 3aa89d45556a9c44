"""HTML of other sites as a tree: bounded, whatever it holds.

libxml2 reads it and hands over one tag at a time. Let alone, it takes time with the square of how many attributes an
element has (26 seconds for 50,000 of them, in 400 kB), and with deep nesting; here what a page has no use for is
dropped before a tree is made of it, and the parser is stopped where no honest page goes.
"""

import re

from lxml import etree

# A discussion of a thousand comments has some twenty thousand.
MOST_ELEMENTS = 50_000
# libxml2's own limit is 256, after which it drops the rest; the tree is walked by recursion in places.
MOST_DEPTH = 250
# What is parsed between two looks at whether it is to be stopped.
PIECE = 32 * 1024

# What somebody here reads; anything else, and what a script would be started by, never gets into the tree.
ATTRIBUTES = frozenset({
    *("href", "src", "rel", "type", "name", "content", "property", "itemprop", "class", "id", "lang", "role"),
    *("http-equiv", "hidden", "aria-hidden", "title", "cite", "data", "poster"),
    # For microformats.
    *("datetime", "value", "alt"),
    # For a text that is taken in: its tables, what it hides, and where the largest of its pictures are.
    *("colspan", "rowspan", "scope", "style", "width", "height"),
    *("srcset", "data-src", "data-srcset", "data-lazy-src", "data-lazy-srcset", "data-orig-file"),
})  # fmt: skip
# These end with the page, whatever comes after their end, and there is one of each.
WHOLE = {"html", "body"}
_TAG = re.compile(r"[a-z][a-z0-9]{0,30}(?:-[a-z0-9-]{1,30})?")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


class _FullError(Exception):
    """No honest page is like this."""


class _Collector:
    """Makes a tree of what the parser meets, as far as it goes."""

    def __init__(self, attributes: frozenset[str]) -> None:
        self.attributes = attributes
        self.builder = etree.TreeBuilder()
        self.open: list[str] = []
        self.count = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in WHOLE and tag in self.open:
            return
        self.count += 1
        if self.count > MOST_ELEMENTS or len(self.open) >= MOST_DEPTH:
            raise _FullError
        # Names that XML does not know would be an error.
        tag = tag if _TAG.fullmatch(tag) else "span"
        self.open.append(tag)
        self.builder.start(
            tag, {name: _CONTROLS.sub("", value) for name, value in attributes.items() if name in self.attributes}
        )

    def end(self, tag: str) -> None:
        if self.open and tag not in WHOLE:
            self.builder.end(self.open.pop())

    def data(self, text: str) -> None:
        if self.open:
            self.builder.data(_CONTROLS.sub("", text))

    def close(self) -> etree._Element:
        while self.open:
            self.builder.end(self.open.pop())
        try:
            return self.builder.close()
        except (AssertionError, etree.XMLSyntaxError):
            # Nothing in it was an element.
            return etree.Element("html")


def parse_untrusted(html: str, *, more: frozenset[str] = frozenset()) -> etree._Element:
    """Return the tree of a page of another site, as far as it is bearable; it never raises.

    ``more`` names attributes that are read besides.
    """
    collector = _Collector(ATTRIBUTES | more)
    # Bytes in a known encoding: of a text lxml refuses what declares another one.
    parser = etree.HTMLParser(encoding="utf-8", target=collector, remove_comments=True, remove_pis=True)
    page = _CONTROLS.sub(" ", html).encode()
    try:
        for start in range(0, len(page), PIECE):
            parser.feed(page[start : start + PIECE])
        return parser.close()
    except (_FullError, etree.LxmlError):
        return collector.close()
