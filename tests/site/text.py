"""What a person reads of a page, passage by passage, each with its language."""

from collections.abc import Iterator
from dataclasses import dataclass

import lxml.html

# What is no prose: code as it is typed, what is typed into a form, and what nobody sees. A title names a thing of one
# language within a site of another.
NO_PROSE = {"code", "pre", "script", "style", "textarea", "template", "title"}
SAID_ATTRIBUTES = ("alt", "aria-label", "title", "placeholder", "data-copied")


@dataclass(frozen=True)
class Passage:
    """A piece of text without markup in it, as it stands, and what it stands in."""

    text: str
    language: str
    element: lxml.html.HtmlElement


def passages(tree: lxml.html.HtmlElement) -> Iterator[Passage]:
    """Return every text of a document in its order: nodes, and attributes that are read out or shown."""
    yield from _walk(tree, tree.get("lang", ""))


def _walk(element: lxml.html.HtmlElement, language: str) -> Iterator[Passage]:
    language = element.get("lang", language)
    for name in SAID_ATTRIBUTES:
        if element.get(name):
            yield Passage(element.get(name), language, element)
    is_prose = isinstance(element.tag, str) and element.tag not in NO_PROSE
    if is_prose and element.text and element.text.strip():
        yield Passage(element.text, language, element)
    for child in element:
        if isinstance(child.tag, str) and is_prose:
            yield from _walk(child, language)
        if is_prose and child.tail and child.tail.strip():
            yield Passage(child.tail, language, element)


def text_of(element: lxml.html.HtmlElement) -> str:
    """Return all that stands in an element, on one line, with plain spaces."""
    return " ".join(element.text_content().split())
