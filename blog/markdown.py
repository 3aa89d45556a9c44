"""Markdown, as editors type it elsewhere, -> the source of a body: CommonMark, with tables, struck words, footnotes."""

import re
from functools import cache
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from blog.cleaning import clean_source
from blog.markup import NOTE

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

# The longest articles hold half of it; a parser's time may grow with the square of some texts.
LONGEST_TEXT = 200_000

# The line of a fence of backticks holds no others: it would be code within a line.
_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")
_NOTE_TEXT = re.compile(r" {0,3}\[\^([\w-]{1,60})\]:[ \t]*(.*)")
_NOTE_MARK = re.compile(r"\[\^([\w-]{1,60})\]")
_HEADING_LEVELS = range(1, 7)


def source_of_markdown(text: str) -> str:
    """Return the source of a body; raise ValidationError for what is longer or more intricate than an article."""
    return clean_source(html_of_markdown(text))


def html_of_markdown(text: str, *, with_html: bool = False) -> str:
    """Return the HTML that Markdown stands for, not cleaned; raise ValidationError where it is too long.

    ``with_html`` says that HTML in it is HTML, as in files; what is pasted has it as characters.
    """
    if len(text) > LONGEST_TEXT:
        raise ValidationError(_("This text is too long to be read as Markdown: paste it in parts."), code="too_long")
    lines, notes = _without_notes(text.replace("\r\n", "\n").replace("\r", "\n"))
    parser = _parser(with_html)
    env = {"notes": notes}
    tokens = parser.parse(lines, env)
    if any(token.type == "heading_open" and token.tag == "h1" for token in tokens):
        # The title of the page is the only h1: all go one level down.
        for token in tokens:
            if token.type in {"heading_open", "heading_close"}:
                token.tag = f"h{min(int(token.tag[1]) + 1, _HEADING_LEVELS[-1])}"
    return parser.renderer.render(tokens, parser.options, env)


@cache
def _parser(with_html: bool) -> "MarkdownIt":
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": with_html}).enable(["table", "strikethrough"])
    parser.inline.ruler.before("link", NOTE, _read_note)
    return parser


def _read_note(state: "StateInline", silent: bool) -> bool:
    """Read the mark of a footnote as its text, if there is one; a note within a note is none."""
    found = _NOTE_MARK.match(state.src, state.pos)
    notes = state.env.get("notes", {})
    if not found or found[1] not in notes:
        return False
    if not silent:
        words = state.md.renderInline(notes[found[1]], {})
        state.push("html_inline", "", 0).content = f"<{NOTE}>{words}</{NOTE}>"
    state.pos = found.end()
    return True


def _without_notes(text: str) -> tuple[str, dict[str, str]]:
    """Return a text without the lines that say what its footnotes are, and these by name."""
    kept: list[str] = []
    notes: dict[str, str] = {}
    fence = name = ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence) and line.strip() == mark[1]:
            fence = ""
        elif not fence and (found := _NOTE_TEXT.fullmatch(line)):
            name = found[1]
            notes.setdefault(name, found[2])
            continue
        elif not fence and name and line[:1] in {" ", "\t"} and line.strip():
            notes[name] += f" {line.strip()}"
            continue
        if line.strip():
            name = ""
        kept.append(line)
    return "\n".join(kept), notes
