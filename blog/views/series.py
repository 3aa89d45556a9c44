"""The page of a series."""

from django.db.models import SlugField
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from authors.bilingual import LANGUAGES, current_language
from blog.cards import with_posts
from blog.models import Series
from blog.nearby import parts_in_languages
from blog.paging import PAGE_SIZE, get_page, items_before, page_number
from blog.prepared import Prepared
from blog.views.lists import one, render_list
from blog.views.reading import only_read

SERIES_AT = Prepared(lambda slug: Series.objects.filter(slug=slug), slug=SlugField())


@only_read
def series_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """The parts of a series that readers of a language see, in their order."""
    series = one(SERIES_AT(slug=slug))
    number = page_number(request)
    keys = parts_in_languages(series, timezone.now())
    mine = keys[current_language()]
    if not mine:
        raise Http404("Nothing of it has appeared in this language.")
    context = {
        "series": series,
        "count": len(mine),
        "first_number": items_before(number, PAGE_SIZE) + 1,
        "is_in_both": all(keys[language] for language in LANGUAGES),
    }
    return render_list(request, "blog/series_detail.html", with_posts(get_page(mine, number)), context)
