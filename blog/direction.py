"""In which direction a text of somebody runs, who may write in any language.

Browsers can find that out (``dir="auto"``), but not all that reads a page to somebody does: so it is said outright, and
only of texts that have letters of a script that runs from right to left.
"""

import html
import re
import unicodedata

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

# Hebrew, Arabic, Syriac, Thaana, NKo and their like, with their forms for presentation.
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_TAG = re.compile("<[^>]*>")


def direction(text: str) -> SafeString | str:
    """Return the attribute that says in which direction a text or HTML runs, by its first letter; '' without doubt."""
    if text.isascii() or not _RIGHT_TO_LEFT.search(text):
        return ""
    return format_html(' dir="{}"', _direction_of(html.unescape(_TAG.sub("", text))))


def isolated(text: str) -> SafeString:
    """Return a plain text to stand among words of the page, which its direction leaves alone."""
    attribute = direction(text)
    return format_html("<span{}>{}</span>", attribute, text) if attribute else conditional_escape(text)


def _direction_of(text: str) -> str:
    """Return the direction of the first letter that has one: rule P2 of Unicode Standard Annex 9."""
    kinds = (unicodedata.bidirectional(character) for character in text)
    return next(("ltr" if kind == "L" else "rtl" for kind in kinds if kind in ("L", "R", "AL")), "ltr")
