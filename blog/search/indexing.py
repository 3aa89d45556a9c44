"""Writing the index: entries with their words, and the words that are known."""

from collections.abc import Iterable
from itertools import batched

from authors.bilingual import LANGUAGES
from blog.models.search import ROWS_AT_ONCE, SearchEntry, SearchTrigram, SearchWord
from blog.search.documents import KINDS, Document, Kind
from blog.search.facets import place_of
from blog.search.stemming import stems_of
from blog.search.stores import store, words_of

# What is shorter has too few trigrams to be told by, and what is longer is no word.
SHORTEST_WORD, LONGEST_WORD = 4, 24


def index(kind: str, keys: list[int]) -> None:
    """Write anew the entries of some rows of a kind; those of which readers see nothing have none. The caller locks."""
    found = KINDS[kind]
    entries = []
    known: dict[str, set[str]] = {language: set() for language in LANGUAGES}
    for document in found.documents(keys):
        words = words_of(document.title, document.lead, document.names, document.body)
        entries.append((entry_of(found, document), words))
        for language in [document.language] if document.language else LANGUAGES:
            known[language].update(*words)
    for some in batched(keys, ROWS_AT_ONCE):
        SearchEntry.objects.filter(kind=kind, key__in=some).delete()
    if entries:
        store().write(entries)
        for language, words in known.items():
            learn(words, language)


def entry_of(kind: Kind, document: Document) -> SearchEntry:
    """Return the row of a document."""
    return SearchEntry(
        id=place_of(document.moment, kind.number, document.key),
        kind=kind.name,
        key=document.key,
        is_text=kind.is_text,
        language=document.language,
        facets=" ".join(document.facets),
        discussion=document.discussion,
    )


def learn(words: Iterable[str], language: str) -> None:
    """Know words of a language from now on, with their stems and trigrams."""
    new = set(words)
    of_language = SearchWord.objects.filter(stem__startswith=f"{language}:")
    for some in batched(sorted(new), ROWS_AT_ONCE):
        new.difference_update(of_language.filter(word__in=some).values_list("word", flat=True))
    # In one order, so that two who learn the same do not wait for each other for ever.
    for some in batched(sorted(new), ROWS_AT_ONCE):
        SearchWord.objects.bulk_create(
            [SearchWord(word=word, stem=stem) for word in some for stem in stems_of(word, [language])],
            ignore_conflicts=True,
        )
        SearchTrigram.objects.bulk_create(
            [SearchTrigram(trigram=each, word=word) for word in some for each in sorted(trigrams_of(word))],
            ignore_conflicts=True,
        )


def trigrams_of(word: str) -> set[str]:
    """Return the trigrams of a word, with its beginning and end; none of what nobody mistypes."""
    if not (word.isalpha() and SHORTEST_WORD <= len(word) <= LONGEST_WORD):
        return set()
    framed = f"^{word}$"
    return {framed[start : start + 3] for start in range(len(framed) - 2)}
