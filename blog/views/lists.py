"""Lists of posts: all, by year and month, by category, tag and author."""

from datetime import datetime, timedelta

from django.db.models import Exists, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from authors.bilingual import current_language, other_language
from authors.models import Author
from blog.models import Category, Listing, Post, Tag
from blog.pagecache import discussion_tags, tag_page
from blog.paging import ListPage, get_page, page_number


def post_list(request: HttpRequest) -> HttpResponse:
    """All posts, the newest first."""
    posts = page_of_posts(Post.objects.published().in_language(current_language()), request)
    return render_list(request, "blog/post_list.html", posts, {"years": years_with_posts()})


def archive_year(request: HttpRequest, year: int) -> HttpResponse:
    """The posts of a year."""
    start, end = year_bounds(year)
    posts = page_of_posts(posts_between(start, end), request, or_404=True)
    months = [month_bounds(year, month) for month in range(1, 13)]
    *found, is_in_both = have_posts(*(posts_between(*month) for month in months), posts_between_in_other(start, end))
    context = {
        "start": timezone.localtime(start),
        "months": [first for (first, _), is_there in zip(months, found, strict=True) if is_there],
        "years": years_with_posts(),
        "is_in_both": is_in_both,
    }
    return render_list(request, "blog/archive_year.html", posts, context)


def archive_month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """The posts of a month."""
    start, end = month_bounds(year, month)
    posts = page_of_posts(posts_between(start, end), request, or_404=True)
    [is_in_both] = have_posts(posts_between_in_other(start, end))
    context = {"start": timezone.localtime(start), "is_in_both": is_in_both}
    return render_list(request, "blog/archive_month.html", posts, context)


def category_detail(request: HttpRequest, path: str) -> HttpResponse:
    """The posts of a category and of those that stand in it."""
    category = get_object_or_404(Category.objects.with_parents(), path=path)
    posts = page_of_listing(Listing.objects.filter(category=category), request)
    context = {
        "category": category,
        "trail": category.trail(),
        "children": category.children.order_by("position", "path"),
    }
    return render_list(request, "blog/category_detail.html", posts, context)


def tag_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """The posts on a subject."""
    tag = get_object_or_404(Tag, slug=slug)
    posts = page_of_listing(Listing.objects.filter(tag=tag), request)
    return render_list(request, "blog/tag_detail.html", posts, {"tag": tag})


def author_list(request: HttpRequest) -> HttpResponse:
    """Everybody who writes here."""
    authors = get_page(Author.objects.listed(), page_number(request))
    return tag_page(render(request, "authors/author_list.html", {"page": authors}))


def author_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Who an author is, and all that they wrote."""
    author = get_object_or_404(Author, slug=slug)
    posts = page_of_listing(Listing.objects.filter(author=author), request)
    context = {"author": author, "links": author.links.all()}
    return render_list(request, "authors/author_detail.html", posts, context)


def render_list(request: HttpRequest, template: str, posts: ListPage, context: dict) -> HttpResponse:
    """Render a page of a list of posts; it shows how many comments each has."""
    context |= {"page": posts}
    return tag_page(render(request, template, context), discussion_tags(posts))


def page_of_posts(posts: QuerySet, request: HttpRequest, *, or_404: bool = False) -> ListPage:
    """Return the page of a list of posts that the request asks for.

    The inner query walks an index and nothing else to the page's place; only the posts of
    the page are then read.
    """
    keys = get_page(posts.newest_first().values_list("pk", flat=True), page_number(request))
    if or_404 and not keys.items:
        raise Http404("No posts.")
    return posts_of_keys(keys)


def page_of_listing(listing: QuerySet, request: HttpRequest) -> ListPage:
    """Return the page of one list in ``Listing`` that the request asks for."""
    rows = listing.in_language(current_language()).out().values_list("post_id", flat=True)
    return posts_of_keys(get_page(rows, page_number(request)))


def posts_of_keys(keys: ListPage) -> ListPage:
    """Return the same page with the posts in place of their keys."""
    posts = {post.pk: post for post in Post.objects.for_cards().filter(pk__in=keys.items)}
    items = [posts[key] for key in keys if key in posts]
    return ListPage(items, keys.number, keys.has_next)


def posts_between(start: datetime, end: datetime, language: str = "") -> QuerySet:
    """Return the posts of a period in the language of the page, or in another.

    They were published by its last moment. Asked for as a second bound beside that of now, SQLite would begin at the
    newest post of all and walk to the period.
    """
    last_moment = min(timezone.now(), end - timedelta.resolution)
    posts = Post.objects.published(last_moment).in_language(language or current_language())
    return posts.filter(published_at__gte=start)


def posts_between_in_other(start: datetime, end: datetime) -> QuerySet:
    """Return the posts of a period in the language that the page is not in."""
    return posts_between(start, end, other_language(current_language()))


def year_bounds(year: int) -> tuple[datetime, datetime]:
    """Return the beginning of a year and of the next, in the site's time zone."""
    zone = timezone.get_default_timezone()
    return datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)


def month_bounds(year: int, month: int) -> tuple[datetime, datetime]:
    """Return the beginning of a month and of the next, in the site's time zone."""
    zone = timezone.get_default_timezone()
    end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=zone)
    return datetime(year, month, 1, tzinfo=zone), end


def years_with_posts() -> list[datetime]:
    """Return the first moment of each year in which something appeared, the latest first."""
    first = Post.objects.published().in_language(current_language()).order_by("published_at")
    moment = first.values_list("published_at", flat=True).first()
    if moment is None:
        return []
    years = range(timezone.localtime().year, timezone.localtime(moment).year - 1, -1)
    bounds = [year_bounds(year) for year in years]
    found = have_posts(*(posts_between(*each) for each in bounds))
    return [start for (start, _), is_there in zip(bounds, found, strict=True) if is_there]


def have_posts(*lists: QuerySet) -> list[bool]:
    """Say of each of these lists whether there is anything in it: one query, one probe each."""
    probes = {f"list_{number}": Exists(posts) for number, posts in enumerate(lists)}
    row = next(iter(Post.objects.order_by().values(**probes)[:1]), {})
    return [bool(row.get(name)) for name in probes]
