"""Redirects from WordPress's lists and feeds to ours."""

from contextlib import suppress
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import Resolver404, resolve
from django.utils.feedgenerator import SyndicationFeed

from authors.addresses import address
from authors.bilingual import current_language
from authors.models import Author
from blog.archive import Period, have_posts, month_bounds
from blog.feed_archives import Part, chronicle_of_all
from blog.feeds import ITEMS, KINDS
from blog.models import Category, OldAddress, Post, Tag
from blog.models.addresses import SHORT_ADDRESSES
from blog.views.posts import post_detail
from blog.views.reading import only_read

# What WordPress calls the formats that we have; its older names are all of RSS.
FORMATS = {"atom": "atom", "json": "json"}
FRONT_PAGES = ("/", "/en/")


@only_read
def category(request: HttpRequest, path: str) -> HttpResponse:
    """To the category of the same path, else to the one whose slug ends it."""
    return redirect(find_category(path), permanent=True)


@only_read
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """To the subject of the same slug."""
    return redirect(get_object_or_404(Tag, slug=slug), permanent=True)


@only_read
def author(request: HttpRequest, slug: str) -> HttpResponse:
    """To the author of the same slug."""
    return redirect(get_object_or_404(Author, slug=slug), permanent=True)


@only_read
def posts(request: HttpRequest) -> HttpResponse:
    """To all articles, from a further page of WordPress's front page."""
    return redirect("blog:post-list", permanent=True)


@only_read
def month(request: HttpRequest, year: str, month: str) -> HttpResponse:
    """To the articles of that month; 404 where there are none."""
    start, end = month_bounds(int(year), int(month))
    [is_there] = have_posts(Period(current_language(), start, end))
    if not is_there:
        raise Http404("Nothing appeared in that month.")
    return redirect("blog:archive-month", int(year), int(month), permanent=True)


@only_read
def comment_page(request: HttpRequest, year: str, month: str, slug: str) -> HttpResponse:
    """To the post, from a further page of its comments: a link to one of these ends so."""
    return post_detail(request, int(year), int(month), slug)


@only_read
def category_feed(request: HttpRequest, path: str, kind: str) -> HttpResponse:
    """To the feed of that category."""
    return redirect(find_category(path).get_absolute_url() + below(kind), permanent=True)


@only_read
def tag_feed(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """To the feed of that subject."""
    return redirect(get_object_or_404(Tag, slug=slug).get_absolute_url() + below(kind), permanent=True)


@only_read
def author_feed(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """To the feed of that author."""
    return redirect(get_object_or_404(Author, slug=slug).get_absolute_url() + below(kind), permanent=True)


@only_read
def month_feed(request: HttpRequest, year: str, month: str, kind: str) -> HttpResponse:
    """To the first part of that month in the archive of all articles; of the month that is not over, to their feed.

    Here ‘feed’ may also be the name of a post: then that is what stands at this address.
    """
    with suppress(Http404):
        return post_detail(request, int(year), int(month), kind)
    asked = Part(int(year), int(month), 1)
    articles = chronicle_of_all(current_language(), ITEMS)
    if articles.keys(asked):
        return redirect(f"{address('blog:post-list')}{below(kind)}{asked}/", permanent=True)
    if asked.start <= articles.now < asked.end:
        return redirect(address("blog:post-list") + below(kind))
    raise Http404("Nothing appeared in that month.")


@only_read
def comments_feed(request: HttpRequest, kind: str) -> HttpResponse:
    """To the feed of all comments."""
    return redirect(address("comments:site-feed").removesuffix(KINDS["rss"].below) + below(kind), permanent=True)


@only_read
def feed(request: HttpRequest, kind: str = "feed") -> HttpResponse:
    """To the feed of all articles, in the language of the address."""
    return redirect(address("blog:post-list") + below(kind), permanent=True)


@only_read
def rss_feed(request: HttpRequest, place: str) -> HttpResponse:
    """To the one RSS of what has feeds here, from one of WordPress's other names for it."""
    found = lead_to(request, f"/{place}{KINDS['rss'].below}")
    if found is None:
        raise Http404("Nothing here has feeds.")
    return found


@only_read
def search(request: HttpRequest, words: str, kind: str = "") -> HttpResponse:
    """To the same search, or to the feed of it."""
    name = f"blog:search{format_of(kind).suffix}" if kind else "blog:search"
    return redirect(f"{address(name)}?{urlencode({'q': words})}", permanent=True)


def search_in_query(request: HttpRequest) -> HttpResponse | None:
    """To the search that ?s= asks for on a front page, or to the feed of it; None where it asks for none."""
    words = request.GET.get("s", "").strip()
    if not words or request.path not in FRONT_PAGES:
        return None
    return search(request, words, request.GET.get("feed", ""))


def feed_in_query(request: HttpRequest) -> HttpResponse | None:
    """To the feed that ?feed= asks for at any address that has one, as without permalinks; None where it has none.

    With the number of a post it is that of the comments on it.
    """
    asked = request.GET.get("feed", "")
    kind = asked.removeprefix("comments-")
    if numbered := short_addresses(request):
        old = OldAddress.objects.find(*numbered)
        post = old.public_target() if old else None
        return redirect(post.path() + below(kind), permanent=True) if isinstance(post, Post) else None
    if kind != asked:
        return comments_feed(request, kind)
    return lead_to(request, request.path + below(kind))


def short_addresses(request: HttpRequest) -> list[str]:
    """Return the short addresses of WordPress that the query of a front page has, whatever else it has."""
    if request.path not in FRONT_PAGES:
        return []
    return [f"/?{name}={request.GET[name]}" for name in SHORT_ADDRESSES if name in request.GET]


def lead_to(request: HttpRequest, target: str) -> HttpResponse | None:
    """Redirect to a feed, at once to where its address leads itself if it is one of these; None where there is none."""
    try:
        match = resolve(target)
    except Resolver404:
        return None
    if "kind" not in match.kwargs:
        # Some other page: the admin has one at any address.
        return None
    if match.func.__module__ == __name__:
        return match.func(request, *match.args, **match.kwargs)
    return redirect(target, permanent=True)


def find_category(path: str) -> Category:
    """Return the category of a path, else the one whose slug ends it; raise Http404 where there is none."""
    found = (
        Category.objects.filter(path=path).first()
        or Category.objects.filter(slug=path.rpartition("/")[2]).order_by("path").first()
    )
    return found or get_object_or_404(Category, path=path)


def below(kind: str) -> str:
    """Return where a feed stands below its list, by the end of WordPress's address: ‘feed’, ‘feed/atom’."""
    return format_of(kind).below


def format_of(kind: str) -> type[SyndicationFeed]:
    """Return our format by the end of WordPress's address: ‘feed’, ‘feed/atom’."""
    return KINDS[FORMATS.get(kind.rpartition("/")[2], "rss")]
