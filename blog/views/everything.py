"""All titles of the publication: how many each year and month has, and those of a year."""

from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from authors.bilingual import current_language, other_language
from blog.archive import (
    Period,
    have_posts,
    last_moment,
    month_bounds,
    months_out,
    posts_between,
    year_bounds,
    years_out,
)
from blog.cards import LANGUAGE, MOMENT
from blog.models import Post
from blog.pagecache import tag_page
from blog.paging import get_page, page_number
from blog.prepared import Prepared
from blog.views.lists import counted
from blog.views.reading import only_read

# A line each: some twenty screens.
TITLES_A_PAGE = 300

TITLES = Prepared(
    lambda language, start, end: (
        posts_between(start, end, language).newest_first().only("language", "title", "slug", "published_at")
    ),
    language=LANGUAGE,
    start=MOMENT,
    end=MOMENT,
)


@only_read
def everything(request: HttpRequest) -> HttpResponse:
    """The years and months, with the number of articles in each."""
    language = current_language()
    months = months_out(language)
    # By the publication's own clocks, one may be of the year before, or after.
    years = years_out(
        months, language, in_months={year for each in months for year in range(each.year - 1, each.year + 2)}
    )
    context = {"years": years, "total": sum(year.posts for year in years)}
    return tag_page(render(request, "blog/everything.html", context))


@only_read
def everything_year(request: HttpRequest, year: int) -> HttpResponse:
    """The titles of a year."""
    language = current_language()
    start, end = year_bounds(year)
    number = page_number(request)
    page = get_page(TITLES(language=language, start=start, end=last_moment(end)), number, TITLES_A_PAGE)
    if not page.items:
        raise Http404("Nothing appeared in that year.")
    years = counted(years_out(months_out(language), language))
    context = {
        "year": year,
        "page": page,
        "months": [(start, list(posts)) for start, posts in groupby(page, month_of)],
        "total": dict(years).get(year, 0),
        "years": years,
        "is_in_both": have_posts(Period(other_language(language), start, end))[0],
    }
    return tag_page(render(request, "blog/everything_year.html", context))


def month_of(post: Post):
    """Return the first moment of the month in which a post appeared, by the publication's own clocks."""
    local = timezone.localtime(post.published_at, timezone.get_default_timezone())
    return month_bounds(local.year, local.month)[0]
