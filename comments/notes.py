"""What the writer of a comment is told of it where it does not look as they typed it, or waits for a reason."""

import re

from django.utils.translation import gettext as _

from comments.lookalikes import disguised_hosts, name_resembled
from comments.models import Comment
from comments.spam.reasons import UNPROVED, read_reasons
from comments.text import has_deceptive_signs, is_left_as_typed, tidied

_HTML = re.compile(r"</?[a-z][^>]*>|<!--|\[/?(?:url|img|link|b|i)\b[^\]]*\]", re.IGNORECASE)
_NO_WEB_ADDRESS = re.compile(r"\b(?:java|vb|live)\s*script\s*:|\bdata\s*:\s*\w+/\w+|\bfile\s*:/", re.IGNORECASE)


def notes_about(comment: Comment) -> list[str]:
    """Return what its writer is told of a comment that was sent."""
    notes = notes_on(name=comment.name, text=comment.text, site=comment.site)
    if any(reason.code == UNPROVED for reason in read_reasons(comment.spam_reasons)):
        notes.append(_("It came without the calculation that the form asks of browsers: a moderator reads it first."))
    return notes


def notes_on(*, name: str = "", text: str = "", site: str = "") -> list[str]:
    """Return what its writer is told of a comment, in the language of the page."""
    return [*notes_on_name(name), *notes_on_text(text), *notes_on_hosts(f"{site} {text}")]


def notes_on_name(name: str) -> list[str]:
    """Return what is said of a name that may be taken for one of ours."""
    known = name_resembled(name) if name else ""
    if not known:
        return []
    return [
        _(
            "The name is like that of %(name)s: a moderator reads the comment before it appears, so that nobody is "
            "misled."
        )
        % {"name": known}
    ]


def notes_on_text(text: str) -> list[str]:
    """Return what is said of a text that does not look as it was typed, or is no mark-up here."""
    notes = []
    if has_deceptive_signs(text):
        notes.append(
            _("Characters that are invisible, reverse the text or run over other lines are left out of the text.")
        )
    if is_left_as_typed(text):
        notes.append(_("Quotes and lists are nested so deep that the text is shown as it was typed."))
    if _HTML.search(text):
        notes.append(_("HTML and the mark-up of forums are shown as they were typed: they have no effect here."))
    if _NO_WEB_ADDRESS.search(text):
        notes.append(_("Only addresses of the web (http and https) become links."))
    return notes


def notes_on_hosts(text: str) -> list[str]:
    """Return what is said of addresses that can be taken for others."""
    return [
        _("An address is shown as “%(host)s”: its letters can be taken for those of another one.") % {"host": host}
        for host in disguised_hosts(tidied(text))[:3]
    ]
