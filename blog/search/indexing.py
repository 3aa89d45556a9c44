"""Writing the index: entries with their words, and the words that are known."""

from collections.abc import Iterable
from itertools import batched

from django.db.models import Exists, OuterRef

from authors.bilingual import LANGUAGES
from blog.facts import on_our_clocks
from blog.models.search import ROWS_AT_ONCE, SearchEntry, SearchStale, SearchTrigram, SearchWord
from blog.search.documents import KINDS, Document, Kind
from blog.search.facets import SHARED, YEAR, place_of
from blog.search.stemming import stems_of
from blog.search.stores import store, words_of

# What is shorter has too few trigrams to be told by, and what is longer is no word.
SHORTEST_WORD, LONGEST_WORD = 4, 24


def index(kind: str, keys: list[int]) -> None:
    """Write anew the entries of some rows of a kind; those of which readers see nothing have none. The caller locks."""
    found = KINDS[kind]
    before = list(SearchEntry.objects.filter(kind=kind, key__in=keys).only("key", "facets", "discussion"))
    entries = []
    known: dict[str, set[str]] = {language: set() for language in LANGUAGES}
    for document in found.documents(keys):
        words = words_of(document.title, document.lead, document.names, document.body)
        entries.append((entry_of(found, document), words))
        for language in [document.language] if document.language else LANGUAGES:
            known[language].update(*words)
    for some in batched(keys, ROWS_AT_ONCE):
        SearchEntry.objects.filter(kind=kind, key__in=some).delete()
    if found.is_text:
        mark_said(before, [entry for entry, _words in entries])
    if entries:
        store().write(entries)
        for language, words in known.items():
            learn(words, language)


def mark_said(before: Iterable[SearchEntry], now: Iterable[SearchEntry]) -> None:
    """Have what is said about posts looked at again where these are filed under something else than before.

    Of what has no entry yet nothing is marked: it is still to be read.
    """
    were, are = ({entry.key: entry for entry in entries if entry.discussion} for entries in (before, now))
    moved = {
        entry.discussion
        for entry in (*were.values(), *are.values())
        if shared_by(were.get(entry.key)) != shared_by(are.get(entry.key))
    }
    for kind in KINDS.values() if moved else ():
        if kind.said_in:
            has_entry = SearchEntry.objects.filter(kind=kind.name, key=OuterRef("pk"))
            rows = kind.said_in(moved).filter(Exists(has_entry))
            SearchStale.objects.mark_rows(kind.name, rows.values_list("pk"))


def shared_by(entry: SearchEntry | None) -> set[str]:
    """Return the facets that what is said about a post has from it."""
    return {word for word in entry.facets.split() if word[0] in SHARED} if entry else set()


def entry_of(kind: Kind, document: Document) -> SearchEntry:
    """Return the row of a document."""
    year = document.year or (document.moment and on_our_clocks(document.moment).year)
    facets = (*document.facets, f"{YEAR}{year}") if year else document.facets
    return SearchEntry(
        id=place_of(document.moment, kind.number, document.key),
        kind=kind.name,
        key=document.key,
        is_text=kind.is_text,
        language=document.language,
        facets=" ".join(facets),
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
