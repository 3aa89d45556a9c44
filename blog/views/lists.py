"""Lists of posts: all, by year and month, by category, tag and author."""

from dataclasses import replace
from datetime import datetime

from django.db.models import BigAutoField, CharField, DateTimeField, Model, SlugField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from authors.bilingual import current_language, other_language
from authors.models import Author, AuthorLink
from blog.archive import (
    Period,
    YearOut,
    have_posts,
    last_moment,
    month_bounds,
    months_out,
    place_in_time,
    year_bounds,
    years_out,
)
from blog.cards import ALL, AUTHOR, CATEGORY, DISCUSSED, PERIOD, TAG, with_posts
from blog.models import Category, Tag, Tribune
from blog.pagecache import discussion_tags, tag_page
from blog.paging import ListPage, get_page, items_before, page_number
from blog.prepared import Bound, Prepared
from blog.views.reading import only_read

CATEGORY_AT = Prepared(lambda path: Category.objects.with_parents().filter(path=path), path=CharField())
CHILDREN = Prepared(
    lambda category: Category.objects.filter(parent=category).order_by("position", "path"), category=BigAutoField()
)
TAG_AT = Prepared(lambda slug: Tag.objects.filter(slug=slug), slug=SlugField())
AUTHOR_AT = Prepared(lambda slug: Author.objects.filter(slug=slug), slug=SlugField())
LINKS = Prepared(lambda author: AuthorLink.objects.filter(author=author), author=BigAutoField())
OF_AUTHOR = Prepared(
    lambda author, now: Tribune.objects.published(now).by(author).for_cards(),
    author=BigAutoField(),
    now=DateTimeField(),
)

# Beyond them the discussions are of a size that many have.
PAGES_DISCUSSED = 5

# A row of the grid; all of them are one click away.
TRIBUNES_OF_AUTHOR = 3


@only_read
def post_list(request: HttpRequest) -> HttpResponse:
    """All posts, the newest first."""
    number = page_number(request)
    language = current_language()
    months = months_out(language)
    end, skip = place_in_time(months, items_before(number))
    posts = with_posts(get_page(ALL(language=language, now=end), number, start=skip))
    return render_list(request, "blog/post_list.html", posts, {"years": counted(years_out(months, language))})


@only_read
def most_discussed(request: HttpRequest) -> HttpResponse:
    """The posts with the most comments, of which there are some pages and no more."""
    number = page_number(request)
    if number > PAGES_DISCUSSED:
        raise Http404("No such page.")
    page = get_page(DISCUSSED(language=current_language(), now=timezone.now()), number)
    if number == PAGES_DISCUSSED:
        page = replace(page, has_next=False)
    return render_list(request, "blog/most_discussed.html", with_posts(page), {})


@only_read
def archive_year(request: HttpRequest, year: int) -> HttpResponse:
    """The posts of a year."""
    start, end = year_bounds(year)
    posts = page_of_period(start, end, request)
    [is_in_both] = have_posts(in_other_language(start, end))
    years = years_out(months_out(current_language()), current_language(), in_months=[year])
    context = {
        "start": timezone.localtime(start),
        "months": next((each.months for each in years if each.year == year), []),
        "years": counted(years),
        "is_in_both": is_in_both,
    }
    return render_list(request, "blog/archive_year.html", posts, context)


@only_read
def archive_month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """The posts of a month."""
    start, end = month_bounds(year, month)
    posts = page_of_period(start, end, request)
    [is_in_both] = have_posts(in_other_language(start, end))
    context = {"start": timezone.localtime(start), "is_in_both": is_in_both}
    return render_list(request, "blog/archive_month.html", posts, context)


@only_read
def category_detail(request: HttpRequest, path: str) -> HttpResponse:
    """The posts of a category and of those that stand in it."""
    category = one(CATEGORY_AT(path=path))
    context = {
        "category": category,
        "trail": category.trail(),
        "children": list(CHILDREN(category=category.pk)),
    }
    return render_list(request, "blog/category_detail.html", page_of_listing(CATEGORY, category, request), context)


@only_read
def tag_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """The posts on a subject."""
    tag = one(TAG_AT(slug=slug))
    posts = page_of_listing(TAG, tag, request)
    return render_list(request, "blog/tag_detail.html", posts, {"tag": tag})


@only_read
def author_list(request: HttpRequest) -> HttpResponse:
    """Everybody who writes here."""
    authors = get_page(Author.objects.listed(), page_number(request))
    return tag_page(render(request, "authors/author_list.html", {"page": authors}))


@only_read
def author_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Who an author is, and all that they wrote: articles here, and the latest tribunes wherever they stand."""
    author = one(AUTHOR_AT(slug=slug))
    posts = page_of_listing(AUTHOR, author, request)
    # Further pages are of articles alone.
    tribunes = OF_AUTHOR(author=author.pk, now=timezone.now())[:TRIBUNES_OF_AUTHOR] if posts.number == 1 else ()
    context = {"author": author, "links": list(LINKS(author=author.pk)), "tribunes": tribunes}
    return render_list(request, "authors/author_detail.html", posts, context)


def counted(years: list[YearOut]) -> list[tuple[int, int]]:
    """Return years and how many posts each has."""
    return [(each.year, each.posts) for each in years]


def render_list(request: HttpRequest, template: str, posts: ListPage, context: dict) -> HttpResponse:
    """Render a page of a list of posts; it shows how many comments each has."""
    tags = discussion_tags(post.discussion_id for post in posts)
    return tag_page(render(request, template, context | {"page": posts}), tags)


def page_of_period(start: datetime, end: datetime, request: HttpRequest) -> ListPage:
    """Return the page of the posts of a period that the request asks for; 404 where there are none."""
    keys = PERIOD(language=current_language(), start=start, end=last_moment(end))
    return with_posts(get_page(keys, page_number(request)), or_404=True)


def page_of_listing(keys: Prepared, listed: Model, request: HttpRequest) -> ListPage:
    """Return the page of what is listed under a category, a tag or an author that the request asks for."""
    posts = keys(key=listed.pk, language=current_language(), now=timezone.now())
    return with_posts(get_page(posts, page_number(request)))


def in_other_language(start: datetime, end: datetime) -> Period:
    """Return a period in the language that the page is not in."""
    return Period(other_language(current_language()), start, end)


def one(wanted: Bound) -> Model:
    """Return the one that is wanted; raise Http404 where there is none."""
    row = wanted.first()
    if row is None:
        raise Http404("Nothing has this address.")
    return row
