"""The words of the demo publication: each page in its language, set as that language wants."""

import re
from collections.abc import Iterator

import pytest
from babel.messages.pofile import read_po

from tests.site.text import Passage, passages, text_of
from tests.stack import ROOT

CATALOGUE = ROOT / "locale/fr/LC_MESSAGES/django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")

# Words of each language that no sentence of some length does without, and that mean nothing in the other.
TELLTALES = {
    "en": re.compile(r"\b(the|and|of|with|this|was|were|that|from|your|have|which|what|it|is|to)\b", re.IGNORECASE),
    "fr": re.compile(r"\b(le|la|les|des|une|est|et|dans|pour|qui|que|avec|sur|pas|du|au|aux)\b", re.IGNORECASE),
}
# A sentence has that many of them; a title that is quoted has fewer.
TOO_MANY_TELLTALES = 4

SPACE_BEFORE = re.compile(r"\w+ [;!?:»]|« ")
NO_SPACE_BEFORE = re.compile(r"[^\W\d_]{2,}[;!?»](?=\s|$)|[^\W\d_]{2,}:(?=\s|$)|«\w")
# Not a Breton's c'h in a name, which is shown as its bearer typed it, nor minutes and seconds.
STRAIGHT_QUOTES = re.compile(r"(?<!\bGuivarc)(?<=[^\W\d_])'|\"\w+|[^\W\d_]\"")
COUNTED = {
    "fr": re.compile(r"\b(\d+)\s(commentaires?)\b"),
    "en": re.compile(r"\b(\d+)\s(comments?)\b"),
}


def texts(publication, language: str) -> Iterator[tuple[str, Passage]]:
    """Return what stands in a language anywhere, each text once, with the address of a page that holds it."""
    known = set()
    for page in publication.all_pages:
        for passage in passages(page.tree):
            key = (passage.language, passage.text, passage.element.tag)
            if passage.language == language and key not in known:
                known.add(key)
                yield page.path, passage


def read_interface() -> list[tuple[str, str]]:
    """Return the texts of the interface in English and French, one pair for each plural form."""
    with CATALOGUE.open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    pairs = []
    for message in messages:
        if message.pluralizable:
            pairs += list(zip(message.id, message.string, strict=False))
        else:
            pairs.append((message.id, message.string))
    return [(english, french) for english, french in pairs if french]


def find_interface_texts(publication, language: str, others: list[str], own: list[str]) -> list[str]:
    """Return what stands, word for word, in an interface text of the other language on pages of ``language``."""
    is_own = {normalise(text) for text in own}
    whole = {normalise(text) for text in others if not PLACEHOLDER.search(text)} - is_own
    with_gaps = [
        re.compile(".+".join(re.escape(normalise(part)) for part in PLACEHOLDER.split(text)))
        for text in others
        # A gap with hardly a word around it is in any text.
        if PLACEHOLDER.search(text) and len(PLACEHOLDER.sub("", text).split()) >= 2
    ]
    found = []
    for path, passage in texts(publication, language):
        said = normalise(passage.text)
        if said in whole or any(pattern.fullmatch(said) for pattern in with_gaps):
            found.append(f"{path}: {said}")
    return found


def normalise(text: str) -> str:
    return " ".join(text.split()).strip().lower()


def test_french_pages_have_no_english_interface(publication):
    pairs = read_interface()
    assert len(pairs) > 100
    assert find_interface_texts(publication, "fr", [en for en, _ in pairs], [fr for _, fr in pairs]) == []


def test_english_pages_have_no_french_interface(publication):
    pairs = read_interface()
    assert find_interface_texts(publication, "en", [fr for _, fr in pairs], [en for en, _ in pairs]) == []


@pytest.mark.parametrize(("language", "other"), [("fr", "en"), ("en", "fr")])
def test_what_is_in_the_other_language_says_so(publication, language, other):
    """Whole sentences in it; a word or a title may be quoted."""
    foreign = []
    for path, passage in texts(publication, language):
        told = len(TELLTALES[other].findall(passage.text))
        if told >= TOO_MANY_TELLTALES and told > len(TELLTALES[language].findall(passage.text)):
            foreign.append(f"{path}: <{passage.element.tag}> {passage.text.strip()[:120]}")
    assert foreign == []


def test_french_signs_stand_behind_spaces_that_do_not_break(publication):
    assert find_in(publication, "fr", SPACE_BEFORE) == []
    assert find_in(publication, "fr", NO_SPACE_BEFORE) == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_apostrophes_and_quotation_marks_are_typographic(publication, language):
    assert find_in(publication, language, STRAIGHT_QUOTES) == []


def test_what_search_engines_and_other_sites_show_is_typographic(publication):
    """Titles and descriptions; those of an event may be in the other language."""
    wrong = [
        f"{page.path}: {text}"
        for page in publication.all_pages
        for text in page.tree.xpath("//title/text() | //meta[@name='description' or @property]/@content")
        if STRAIGHT_QUOTES.search(text) or SPACE_BEFORE.search(text)
    ]
    assert wrong == []


def test_english_signs_stand_behind_no_space(publication):
    assert find_in(publication, "en", re.compile(r"\w+[\s\u00a0\u202f]+[;!?:](?=\s|$)")) == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_numbers_of_comments_have_their_plural(publication, language):
    counts = set()
    for page in publication.all_pages:
        if page.language == language:
            found = COUNTED[language].findall(text_of(page.tree))
            counts |= {(int(number), word) for number, word in found}
    wrong = [(number, word) for number, word in counts if word.endswith("s") != needs_plural(number, language)]
    assert wrong == []
    assert {number for number, _ in counts} >= {0, 4}


def needs_plural(number: int, language: str) -> bool:
    return number > 1 if language == "fr" else number != 1


def find_in(publication, language: str, pattern: re.Pattern) -> list[str]:
    found = []
    for path, passage in texts(publication, language):
        for match in pattern.finditer(passage.text):
            around = passage.text[max(0, match.start() - 20) : match.end() + 20]
            found.append(f"{path}: <{passage.element.tag}> {' '.join(around.split(' '))!r}")
    return found
