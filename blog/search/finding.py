"""Finding: from a query and what it is narrowed by to a page of results, the best first, and what they can be
narrowed by further.

What a search costs does not grow with how much there is. However many texts have a word, no more are ranked than the
newest ``NEWEST`` of them, the newest ``IN_HEADS`` that have it in their title or standfirst, and ``TIMELESS`` of what
has no date; a search that finds fewer ranks all. What the index says is believed for counting alone: a page shows what
its own queryset lets readers see.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from django.db.models import CharField
from django.utils import timezone

from authors.bilingual import LANGUAGES
from authors.models import Author
from blog.models import Category
from blog.models.search import SearchWord
from blog.prepared import Prepared, Several
from blog.search.documents import KINDS, Found
from blog.search.facets import AUTHOR, CATEGORY, KIND, LANGUAGE, YEAR, place_until
from blog.search.marking import Sought
from blog.search.queries import MOST_TERMS, Query
from blog.search.stemming import stems_of
from blog.search.stores import Hit, Limits, Wanted, store

NEWEST, IN_HEADS, TIMELESS, VOICES = 400, 100, 100, 100

# What of a reader's own language comes before, and what readers said after what was written.
OWN_LANGUAGE, VOICE = 1.6, 0.3

# As many forms of a word are looked for; no word has more, but for a stem of two words.
MOST_FORMS = 24
# So many of a kind of links are offered.
MOST_LINKS = 8


FORMS = Prepared(
    lambda stems: SearchWord.objects.filter(stem__in=stems).order_by("stem", "word").values_list("stem", "word"),
    # One in each language, of what is looked for and of what is left out.
    stems=Several(CharField(), 2 * MOST_TERMS * len(LANGUAGES)),
)


@dataclass(frozen=True)
class Narrowing:
    """What a search is narrowed to."""

    kind: str = ""
    language: str = ""
    year: int | None = None
    category: Category | None = None
    author: Author | None = None

    @property
    def facets(self) -> list[str]:
        """The words that an entry has to have."""
        return [
            *([KIND + self.kind] if self.kind else []),
            *([LANGUAGE + self.language] if self.language else []),
            *([f"{YEAR}{self.year}"] if self.year else []),
            *([f"{CATEGORY}{self.category.pk}"] if self.category else []),
            *([f"{AUTHOR}{self.author.pk}"] if self.author else []),
        ]


@dataclass
class Results:
    """What was found: the best first. ``is_more`` says that there is more than was ranked.

    ``is_cut`` says that older texts were not looked through for a phrase.
    """

    hits: list[Hit]
    is_more: bool
    # Each word that was looked for, with the forms in which it stands somewhere.
    forms: dict[str, list[str]] = field(default_factory=dict)
    is_cut: bool = False

    def sought(self, query: Query) -> Sought:
        """Return what of ``query`` is to be marked: words in any of their forms, phrases as a whole."""
        forms = {form for term in query.terms for form in self.forms[term]}
        return Sought(frozenset(forms), query.phrases)


def find(query: Query, narrowing: Narrowing, language: str, now: datetime | None = None) -> Results:
    """Return what has all that is looked for, for a reader of a page in ``language``: two queries."""
    now = now or timezone.now()
    forms = forms_of([*query.terms, *(words[0] for words in query.without if len(words) == 1)])
    marked = {term: forms[term] for term in query.terms} | {word: [word] for p in query.phrases for word in p}
    if not all(forms[term] for term in query.terms):
        return Results([], False, marked)
    groups = [[(form,) for form in forms[term]] for term in query.terms] + [[phrase] for phrase in query.phrases]
    without = [
        each
        for words in query.without
        for each in ([(form,) for form in forms[words[0]]] if words[1:] == () else [words])
    ]
    return ask(groups, without, narrowing, language, now, marked)


def find_some(query: Query, narrowing: Narrowing, language: str, forms: dict[str, list[str]]) -> Results:
    """Return what has one of the words that are looked for at least; ``forms`` are those of ``find()``."""
    group = [(form,) for term in query.terms for form in forms[term]] + list(query.phrases)
    if not group or len(query.terms) + len(query.phrases) == 1:
        return Results([], False, forms)
    return ask([group], query.without, narrowing, language, timezone.now(), forms)


def forms_of(words: Iterable[str]) -> dict[str, list[str]]:
    """Return the forms in which words stand in what can be found, themselves among them: one query."""
    found: dict[str, list[str]] = {word: [] for word in words}
    stems = {word: stems_of(word) for word in found}
    by_stem = defaultdict(list)
    for stem, form in FORMS(stems=sorted(set().union(*stems.values()))) if stems else ():
        by_stem[stem].append(form)
    for word in found:
        every = dict.fromkeys(form for stem in sorted(stems[word]) for form in by_stem[stem])
        # Where there are too many, the word as it was typed is one of those kept.
        found[word] = sorted(every, key=word.__ne__)[:MOST_FORMS]
    return found


def ask(
    groups: Sequence, without: Sequence, narrowing: Narrowing, language: str, now: datetime, forms: dict[str, list[str]]
) -> Results:
    """Return what the index has, the best first."""
    wanted = Wanted(groups, without, narrowing.facets, place_until(now))
    # One more of each than is ranked, to know whether there is one.
    found, is_more, is_cut = store().ask(wanted, Limits(NEWEST, IN_HEADS, TIMELESS, VOICES))
    hits = {hit.place: hit for hit in found}.values()
    return Results(sorted(hits, key=lambda hit: (-worth(hit, language), -hit.place)), is_more, forms, is_cut)


def worth(hit: Hit, language: str) -> float:
    """Return how good a hit is for a reader of a language."""
    own = OWN_LANGUAGE if hit.language in ("", language) else 1.0
    return hit.rank * own * (1.0 if hit.is_text else VOICE)


def show(hits: Sequence[Hit]) -> list[Found]:
    """Return what a page shows of hits: nothing of what readers may not see now. A query or two a kind."""
    keys = defaultdict(list)
    for hit in hits:
        keys[hit.kind].append(hit.key)
    found = {kind: KINDS[kind].show(its) for kind, its in keys.items() if kind in KINDS}
    return [found[hit.kind][hit.key] for hit in hits if hit.key in found.get(hit.kind, ())]


# What they can be narrowed by


def count_facets(hits: Sequence[Hit]) -> dict[str, Counter]:
    """Return how many hits there are of each kind, language, year, category and author."""
    counted: dict[str, Counter] = {letter: Counter() for letter in (KIND, LANGUAGE, CATEGORY, AUTHOR, YEAR)}
    words = Counter(chain.from_iterable(hit.facets.split() for hit in hits))
    for word, count in words.items():
        counted[word[0]][word[1:]] = count
    return counted
