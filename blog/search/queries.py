"""What a reader typed, read as a query: words, « exact phrases », “others”, -without."""

import re
import unicodedata
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from blog.search.words import SMALL_WORDS, words_in

# Nobody types more; what is longer was pasted by mistake, and its beginning says what it is about.
MOST_CHARACTERS = 300
MOST_READ = 2 * MOST_CHARACTERS
MOST_TERMS = 12

_PART = re.compile(
    r"(?<!\S)(?P<without>[-\u2212]*)(?:«(?P<fr>[^»]*)»?|[\"“„](?P<en>[^\"“”]*)[\"“”]?|(?P<bare>\S+))|\S+"
)
_SPLIT_QUOTES = re.compile(r"(?<=[^\s\-\u2212])([«\"“„])")


@dataclass(frozen=True)
class Query:
    """What is looked for. All of it has to be there: each of the words in any of its forms, each phrase as it is.

    ``why_not`` says why nothing can be looked for; ``is_cut`` that only the beginning is.
    """

    text: str
    terms: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    without: tuple[tuple[str, ...], ...] = ()
    is_cut: bool = False
    why_not: str | Promise = ""

    @property
    def words(self) -> set[str]:
        """All words that are looked for."""
        return {*self.terms, *(word for phrase in self.phrases for word in phrase)}


def read_query(text: str) -> Query:
    """Read what somebody typed; nothing they type is an error."""
    text = " ".join("".join(map(_seen, text[:MOST_READ])).split())
    is_cut = len(text) > MOST_CHARACTERS
    text = text[:MOST_CHARACTERS].strip()
    terms: dict[str, None] = {}
    phrases: dict[tuple[str, ...], None] = {}
    without: dict[tuple[str, ...], None] = {}
    for part in _PART.finditer(_SPLIT_QUOTES.sub(r" \1", text)):
        quoted = part["fr"] if part["fr"] is not None else part["en"]
        words = tuple(words_in(quoted if quoted is not None else part["bare"] or part[0]))
        if not words:
            continue
        if part["without"]:
            without[words] = None
        elif quoted is not None:
            phrases[words] = None
        else:
            terms |= dict.fromkeys(words)
    small = [word for word in terms if word in SMALL_WORDS]
    wanted = [word for word in terms if word not in SMALL_WORDS]
    is_cut = is_cut or len(wanted) + len(phrases) > MOST_TERMS
    kept_phrases = tuple(phrases)[:MOST_TERMS]
    query = Query(
        text,
        tuple(wanted[: MOST_TERMS - len(kept_phrases)]),
        kept_phrases,
        tuple(without)[:MOST_TERMS],
        is_cut,
    )
    return query if query.words else Query(text, is_cut=is_cut, why_not=_why_not(text, small, without))


def _why_not(text: str, small: list[str], without: dict) -> str | Promise:
    if not text:
        return ""
    if small:
        return _("These words stand in every text. Add one that says what it is about, or put them in quotes.")
    if without:
        return _("Everything but something is too much: also say what you are looking for.")
    return _("There is no word in this.")


def _seen(character: str) -> str:
    """Return a character as it is looked for: controls part words, what has no width of its own is nothing."""
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    return " " if category[0] == "C" else character
