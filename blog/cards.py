"""Posts as lists show them: a page of keys from an index, then what is shown of those posts."""

from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from django.db.models import BigAutoField, CharField, DateTimeField, Exists
from django.http import Http404, HttpRequest
from django.utils import timezone

from authors.bilingual import current_language
from blog.models import Authorship, Listing, Post
from blog.paging import PAGE_SIZE, ListPage, get_page, page_number
from blog.prepared import Bound, Prepared, Several

KEY, LANGUAGE, MOMENT = BigAutoField(), CharField(), DateTimeField()

# The keys of a list. Each walks one index to the page's place, and nothing else: no post is read on the way.
ALL = Prepared(
    lambda language, now: Post.objects.published(now).in_language(language).newest_first().values_list("pk", flat=True),
    language=LANGUAGE,
    now=MOMENT,
)
PERIOD = Prepared(
    lambda language, start, end: posts_between(start, end, language).newest_first().values_list("pk", flat=True),
    language=LANGUAGE,
    start=MOMENT,
    end=MOMENT,
)
CATEGORY, TAG, AUTHOR = (
    Prepared(
        lambda key, language, now, kind=kind: (
            Listing.objects.filter(**{kind: key}).in_language(language).out(now).values_list("post_id", flat=True)
        ),
        key=KEY,
        language=LANGUAGE,
        now=MOMENT,
    )
    for kind in ("category", "tag", "author")
)

# What is shown of posts.
LATEST = Prepared(
    lambda language, now: Post.objects.published(now).in_language(language).for_cards().newest_first(),
    language=LANGUAGE,
    now=MOMENT,
)
CARDS = Prepared(
    lambda keys: Post.objects.filter(pk__in=keys).for_cards().order_by(),
    keys=Several(KEY, PAGE_SIZE),
)
WRITERS = Prepared(
    lambda keys: (
        Authorship.objects.filter(post__pk__in=keys).order_by("position", "pk").values_list("post_id", "author__name")
    ),
    keys=Several(KEY, PAGE_SIZE),
)


def posts_between(start: datetime, end: datetime, language: str):
    """Return the posts of a language that appeared from ``start`` to ``end``, both included.

    They were published by the end. Asked for as a second bound beside that of now, SQLite would begin at the newest
    post of all and walk to the period.
    """
    return Post.objects.published(end).in_language(language).filter(published_at__gte=start)


def last_moment(end: datetime) -> datetime:
    """Return the last moment of a period that ends before ``end``; what is to come does not belong to it."""
    return min(timezone.now(), end - timedelta.resolution)


def page_of_posts(keys: Bound, request: HttpRequest, *, or_404: bool = False) -> ListPage:
    """Return the page of a list that the request asks for; where it is empty, 404 if so told."""
    page = get_page(keys, page_number(request))
    if or_404 and not page.items:
        raise Http404("No posts.")
    posts = {post.pk: post for post in CARDS(keys=page.items)} if page.items else {}
    found = [posts[key] for key in page.items if key in posts]
    return ListPage(with_authors(found), page.number, page.has_next)


def with_authors(posts: list[Post]) -> list[Post]:
    """Return the same posts, each with the names of its ``writers``: one query."""
    names = {post.pk: [] for post in posts}
    for post, name in WRITERS(keys=list(names)) if posts else ():
        names[post].append(name)
    for post in posts:
        post.writers = names[post.pk]
    return posts


class Period(NamedTuple):
    """The posts of a language from ``start`` until before ``end``."""

    language: str
    start: datetime
    end: datetime


def have_posts(*periods: Period) -> list[bool]:
    """Say of each of these periods whether anything appeared in it: one query, one probe of an index each."""
    languages, starts, ends = zip(*periods, strict=True)
    ends = [last_moment(end) for end in ends]
    rows = probes(len(periods))(languages=languages, starts=starts, ends=ends)[:1]
    return [bool(found) for found in rows[0]] if rows else [False] * len(periods)


@cache
def probes(count: int) -> Prepared:
    """Return what looks into so many periods."""
    return Prepared(
        lambda languages, starts, ends: Post.objects.order_by().values_list(
            *(Exists(posts_between(*bounds)) for bounds in zip(starts, ends, languages, strict=True))
        ),
        languages=Several(LANGUAGE, count),
        starts=Several(MOMENT, count),
        ends=Several(MOMENT, count),
    )


def years_with_posts() -> tuple[datetime, ...]:
    """Return the first moment of each year in which something appeared in the page's language, the latest first."""
    first = FIRST(language=current_language(), now=timezone.now()).first()
    if first is None:
        return ()
    years = range(timezone.localtime().year, timezone.localtime(first).year - 1, -1)
    periods = [Period(current_language(), *year_bounds(year)) for year in years]
    return tuple(period.start for period, is_there in zip(periods, have_posts(*periods), strict=True) if is_there)


FIRST = Prepared(
    lambda language, now: (
        Post.objects.published(now)
        .in_language(language)
        .order_by("published_at")
        .values_list("published_at", flat=True)
    ),
    language=LANGUAGE,
    now=MOMENT,
)


def year_bounds(year: int) -> tuple[datetime, datetime]:
    """Return the beginning of a year and of the next, in the site's time zone."""
    zone = timezone.get_default_timezone()
    return datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)


def month_bounds(year: int, month: int) -> tuple[datetime, datetime]:
    """Return the beginning of a month and of the next, in the site's time zone."""
    zone = timezone.get_default_timezone()
    end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=zone)
    return datetime(year, month, 1, tzinfo=zone), end
