"""Footnotes of a rendered body: a number in the text that leads to a note at its end, and from there back.

It follows the roles of the Digital Publishing WAI-ARIA Module 1.1 (doc-noteref, doc-endnotes, doc-backlink).
"""

from typing import TYPE_CHECKING

from django.utils.translation import gettext

from blog.lines import take_notes
from blog.markup import NOTE, contents, fill, make

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# The ids begin so: those of headings and of the page around begin otherwise.
NOTE_ID = "note-"
REFERENCE_ID = "note-ref-"
TITLE_ID = "notes-of-the-text"


def gather_notes(root: "HtmlElement", language: str) -> "list[tuple[HtmlElement, HtmlElement]]":
    """Put the texts of the footnotes at the end of a body; an empty element stays where each number will be.

    Return these elements, each with the item of its text.

    To be called before the text is typeset: so the words around a number are still one passage, and search finds no
    word with a number at its end.
    """
    for link in root.findall(".//a"):
        # A number is a link of its own.
        words, notes = take_notes(contents(link))
        if notes:
            fill(link, words)
            _put_after(link, notes)
    found = []
    for number, note in enumerate(list(root.iter(NOTE)), start=1):
        said = next((above.get("lang") for above in note.iterancestors() if above.get("lang")), language)
        _close_up(note)
        item = make("li", contents(note), id=f"{NOTE_ID}{number}", lang=said if said != language else "")
        fill(note, [])
        found.append((note, item))
    if found:
        # Its words are none of the text.
        title = make("p", id=TITLE_ID)
        notes = make("div", [title, make("ol", [item for _note, item in found])], class_="notes", role="doc-endnotes")
        notes.set("aria-labelledby", TITLE_ID)
        root.append(notes)
    return found


def number_notes(found: "list[tuple[HtmlElement, HtmlElement]]", language: str) -> None:
    """Put the numbers in, and behind each note the way back; to be called when all else is done."""
    if found:
        _note, item = found[0]
        fill(item.getparent().getprevious(), [gettext("Notes")])
    for number, (note, item) in enumerate(found, start=1):
        link = make("a", [str(number)], href=f"#{NOTE_ID}{number}", id=f"{REFERENCE_ID}{number}", role="doc-noteref")
        link.set("aria-label", gettext("Note %(number)d") % {"number": number})
        note.tag = "sup"
        fill(note, [link])
        back = make("a", ["↩"], href=f"#{REFERENCE_ID}{number}", role="doc-backlink")
        back.set("aria-label", gettext("Back to the text, from note %(number)d") % {"number": number})
        if item.get("lang"):
            back.set("lang", language)
        fill(item, [*contents(item), "\u00a0", back])


def _put_after(link: "HtmlElement", notes: "list[HtmlElement]") -> None:
    tail, link.tail = link.tail, None
    place = link.getparent()
    at = place.index(link) + 1
    for offset, note in enumerate(notes):
        note.tail = None
        place.insert(at + offset, note)
    notes[-1].tail = tail


def _close_up(note: "HtmlElement") -> None:
    """Take the spaces away that were typed before a number."""
    before = note.getprevious()
    if before is not None:
        before.tail = (before.tail or "").rstrip(" \u00a0\u202f") if before.tail else before.tail
    elif note.getparent().text:
        note.getparent().text = note.getparent().text.rstrip(" \u00a0\u202f")
