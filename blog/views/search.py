"""Search: one page, whatever is asked of it, and its description for browsers."""

from collections import Counter
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlencode

from django.db.models import BigAutoField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from authors.addresses import address
from authors.bilingual import LANGUAGES, current_language, other_language
from authors.models import Author
from blog.feeds import FORMATS, ITEMS, KINDS, make_feed, media_type
from blog.models import Category
from blog.models.languages import Language
from blog.models.moments import FIRST_YEAR, LAST_YEAR
from blog.pagecache import DISCUSSIONS, tag_page
from blog.paging import PAGE_SIZE, ListPage, items_before, page_number
from blog.prepared import Prepared, Several
from blog.search import finding, spelling
from blog.search.catching_up import RESULTS
from blog.search.facets import AUTHOR, CATEGORY, KIND, LANGUAGE, YEAR
from blog.search.finding import MOST_LINKS, Narrowing, Results
from blog.search.kinds import KIND_LABELS, POST
from blog.search.marking import as_written, mark, passage
from blog.search.queries import Query, read_query
from blog.typography import typeset
from blog.views.feeds import posts_at, respond
from blog.views.reading import only_read

# What a search is narrowed by, in the order of its address.
FILTERS = ("kind", "language", "year", "category", "author")

# So many mistyped words are mended, and so many words like the last of them are tried.
MOST_MENDED, MOST_TRIED = 3, 3

OPENSEARCH = "application/opensearchdescription+xml; charset=utf-8"


class UnknownFilterError(Exception):
    """A search is narrowed to something that is not there; ``names`` are those of the filters."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(names)
        self.names = names


@dataclass(frozen=True)
class Link:
    """A link to the same search, narrowed or widened."""

    label: str | Promise
    address: str
    count: int = 0


@only_read
def search(request: HttpRequest) -> HttpResponse:
    """What readers look for, the best first; without words, the form alone."""
    query = read_query(request.GET.get("q", ""))
    asked = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    context = {
        "query": query,
        "asked": asked,
        "other_url": address_of(query, asked, language=other_language(current_language())),
    }
    if not query.words:
        return tag_page(render(request, "blog/search.html", context))
    try:
        narrowing = read_narrowing(asked)
    except UnknownFilterError as error:
        kept = {name: value for name, value in asked.items() if name not in error.names}
        context |= {"is_unknown": True, "asked": kept, "widened": address_of(query, kept)}
        return render(request, "blog/search.html", context, status=404)
    language = current_language()
    results = finding.find(query, narrowing, language)
    if not results.hits:
        return nothing_found(request, query, narrowing, results, context)
    return show(request, results, narrowing, context)


def show(request: HttpRequest, results: Results, narrowing: Narrowing, context: dict) -> HttpResponse:
    """Render a page of results; 404 beyond the last one, with a way back."""
    number = page_number(request)
    start = items_before(number)
    hits = results.hits[start : start + PAGE_SIZE]
    query, asked = context["query"], context["asked"]
    context["narrowed"] = links_away(query, asked, narrowing)
    if not hits:
        context |= {"is_beyond": True, "first": address_of(query, asked)}
        return render(request, "blog/search.html", context, status=404)
    sought = results.sought(query)
    found = finding.show(hits)
    for each in found:
        language = each.language or current_language()
        each.marked_title = mark(typeset(each.title, language), sought)
        each.passage_language = each.text_language or language
        each.passage = passage(each.texts, sought, each.passage_language, each.typed)
    page = ListPage(found, number, len(results.hits) > start + PAGE_SIZE)
    context |= {
        "page": page,
        "count": len(results.hits) // 100 * 100 if results.is_more else len(results.hits),
        "is_more": results.is_more,
        "is_cut": results.is_cut,
        "groups": facet_links(query, asked, results),
        "previous": address_of(query, asked, page=number - 1),
        "next": address_of(query, asked, page=number + 1),
        "feeds": feeds_of(query, asked),
    }
    return tag_page(render(request, "blog/search.html", context), {RESULTS, DISCUSSIONS})


@only_read
def feed(request: HttpRequest, kind: str) -> HttpResponse:
    """The newest articles that a search finds, for who follows a subject that has no name here.

    It has no archive, since what is not ranked is not found, and no hub, which is told of the feeds of lists alone.
    """
    query = read_query(request.GET.get("q", ""))
    asked = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    if not query.words or asked.get("kind", POST) != POST:
        raise Http404("Nothing is looked for among articles.")
    try:
        narrowing = read_narrowing(asked | {"kind": POST})
    except UnknownFilterError as error:
        raise Http404("Nothing here has what it is narrowed to.") from error
    hits = finding.find(query, narrowing, current_language()).hits
    newest = sorted(hits, key=lambda hit: -hit.place)[:ITEMS]
    made = make_feed(
        kind,
        title=_("Search: %(text)s") % {"text": query.text},
        link=address_of(query, asked),
        address=address_of(query, asked, name=f"blog:search{KINDS[kind].suffix}"),
    )
    return respond(made, posts_at([hit.key for hit in newest]), {RESULTS})


def feeds_of(query: Query, asked: dict[str, str]) -> list[tuple[str, str, str]]:
    """Return the feeds of a search: media type, name, address; none where no articles are looked for."""
    if asked.get("kind", POST) != POST:
        return []
    return [
        (media_type(each), each.label, address_of(query, asked, name=f"blog:search{each.suffix}")) for each in FORMATS
    ]


def nothing_found(
    request: HttpRequest, query: Query, narrowing: Narrowing, results: Results, context: dict
) -> HttpResponse:
    """Say that nothing has all of it: with a suggestion, and what has some of it."""
    asked = context["asked"]
    context |= {
        "is_nothing": True,
        "is_cut": results.is_cut,
        "suggestion": suggest(query, asked, narrowing, results),
        "narrowed": links_away(query, asked, narrowing),
        "widened": address_of(query, {}) if asked else "",
    }
    some = finding.find_some(query, narrowing, current_language(), results.forms)
    if some.hits and page_number(request) == 1:
        return show(request, some, narrowing, context | {"is_some": True})
    return tag_page(render(request, "blog/search.html", context), {RESULTS})


def suggest(query: Query, asked: dict[str, str], narrowing: Narrowing, results: Results) -> Link | None:
    """Return a search for what somebody may have meant, if that finds something."""
    unknown = [word for word in query.terms if not results.forms[word]]
    if not unknown or len(unknown) > MOST_MENDED:
        return None
    # The likeliest of each but the last, of which several are tried.
    text = query.text
    for word in unknown[:-1]:
        text = spelling.replace_word(text, word, next(spelling.like(word), word))
    last = unknown[-1]
    for other in islice(spelling.like(last), MOST_TRIED):
        meant = read_query(spelling.replace_word(text, last, other))
        hits = finding.find(meant, narrowing, current_language()).hits
        if found := finding.show(hits[:1]):
            shown = spelling.replace_word(
                text, last, as_written(other, (found[0].title, *found[0].texts, *found[0].typed))
            )
            return Link(shown, address_of(read_query(shown), asked))
    return None


# Addresses


def address_of(
    query: Query, asked: dict[str, str], *, language: str | None = None, page: int = 1, name: str = "blog:search"
) -> str:
    """Return the address of a search, or by another name that of a feed of it."""
    parts = {"q": query.text} if query.text else {}
    parts |= {name: asked[name] for name in FILTERS if name in asked}
    if page > 1:
        parts["page"] = str(page)
    return address(name, language=language) + (f"?{urlencode(parts)}" if parts else "")


def read_narrowing(asked: dict[str, str]) -> Narrowing:
    """Return what a search is narrowed to; raise UnknownFilterError where there is no such thing."""
    year = asked.get("year", "")
    is_year = year.isascii() and year.isdigit() and len(year) == 4 and FIRST_YEAR <= int(year) <= LAST_YEAR
    path, slug = asked.get("category", ""), asked.get("author", "")
    category = Category.objects.filter(path=path).first() if is_slug(path) else None
    author = Author.objects.filter(slug=slug).first() if is_slug(slug) else None
    wrong = {
        "kind": asked.get("kind", "") not in ("", *KIND_LABELS),
        "language": asked.get("language", "") not in ("", *LANGUAGES),
        "year": bool(year) and not is_year,
        "category": bool(path) and category is None,
        "author": bool(slug) and author is None,
    }
    if any(wrong.values()):
        raise UnknownFilterError([name for name, is_wrong in wrong.items() if is_wrong])
    return Narrowing(asked.get("kind", ""), asked.get("language", ""), int(year) if is_year else None, category, author)


def is_slug(text: str) -> bool:
    """Say whether a text can be an address of a category or an author, so that it is worth a query."""
    return bool(text) and len(text) <= 300 and text.isascii() and text.replace("-", "").replace("/", "").isalnum()


# What it can be narrowed by


def links_away(query: Query, asked: dict[str, str], narrowing: Narrowing) -> list[Link]:
    """Return what a search is narrowed to, each with the way to the same search without it."""
    labels = {
        "kind": KIND_LABELS.get(narrowing.kind),
        "language": narrowing.language and Language(narrowing.language).label,
        "year": narrowing.year and str(narrowing.year),
        "category": narrowing.category and narrowing.category.name,
        "author": narrowing.author and narrowing.author.name,
    }
    return [
        Link(labels[name], address_of(query, {other: asked[other] for other in asked if other != name}))
        for name in FILTERS
        if name in asked
    ]


def facet_links(query: Query, asked: dict[str, str], results: Results) -> list[tuple[str, list[Link]]]:
    """Return the ways to narrow a search, by what: none where all results are of one kind. Two queries."""
    counted = finding.count_facets(results.hits)
    categories = named(CATEGORIES, counted[CATEGORY])
    authors = named(AUTHORS, counted[AUTHOR])
    choices = (
        ("kind", _("What"), [(each, KIND_LABELS[each], counted[KIND][each]) for each in KIND_LABELS]),
        (
            "language",
            _("Language"),
            [(each, Language(each).label, counted[LANGUAGE][each]) for each in LANGUAGES],
        ),
        ("year", _("Year"), [(year, year, counted[YEAR][year]) for year in sorted(counted[YEAR], reverse=True)]),
        ("category", _("Category"), [(each.path, each.name, count) for each, count in categories]),
        ("author", _("Author"), [(each.slug, each.name, count) for each, count in authors]),
    )
    groups = []
    for name, title, values in choices:
        offered = [each for each in values if each[2]]
        if name not in asked and (len(offered) > 1 or (offered and offered[0][2] < len(results.hits))):
            groups.append(
                (
                    title,
                    [Link(label, address_of(query, asked | {name: value}), count) for value, label, count in offered],
                )
            )
    return groups


CATEGORIES = Prepared(
    lambda keys: Category.objects.filter(pk__in=keys).only("path", "name_fr", "name_en").order_by("path"),
    keys=Several(BigAutoField(), MOST_LINKS),
)
AUTHORS = Prepared(
    lambda keys: Author.objects.listed().filter(pk__in=keys).only("slug", "name"),
    keys=Several(BigAutoField(), MOST_LINKS),
)


def named(rows: Prepared, counted: Counter) -> list[tuple]:
    """Return the rows that most results have, with how many do."""
    keys = {int(key): count for key, count in counted.most_common(MOST_LINKS)}
    found = rows(keys=list(keys)) if keys else ()
    return sorted(((row, keys[row.pk]) for row in found), key=lambda pair: -pair[1])


@only_read
def description(request: HttpRequest) -> HttpResponse:
    """What a browser takes to search here from its address bar: https://github.com/dewitt/opensearch."""
    response = render(request, "blog/opensearch.xml", content_type=OPENSEARCH)
    return tag_page(response)
