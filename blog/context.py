"""What every page of the site shows, whatever it is about."""

from typing import NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.urls import NoReverseMatch, Resolver404, resolve
from django.utils.translation import gettext
from jinja2 import pass_context
from jinja2.runtime import Context

from authors.addresses import address
from authors.bilingual import current_language, other_language
from blog.feeds import FORMATS, media_type
from blog.models import Page

FOOTER_SECONDS = 600

# Under which names pages have a form that somebody may have sent.
FORM_NAMES = ("form", "comment_form", "withdrawal")

# As Open Graph names the languages.
LOCALES = {"fr": "fr_FR", "en": "en_GB"}

# Pages of lists that have feeds, by the names of their addresses; the other pages lead to the feeds of all articles.
WITH_FEEDS = {
    "blog:post-list",
    "blog:category-detail",
    "blog:tag-detail",
    "blog:author-detail",
    "blog:partner-detail",
    "blog:tribune-list",
}


def site(request: HttpRequest) -> dict:
    """Return the name and address of the site, the page's language and canonical, the footer."""
    return {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
        "LANGUAGE_CODE": current_language(),
        "canonical": canonical_of(request),
        "is_first_page": not canonical_query(request),
        "number_in_title": number_in_title(request),
        "footer_pages": footer_pages,
    }


def canonical_of(request: HttpRequest) -> str:
    """Return the absolute address of a page, without what trackers add to it."""
    query = canonical_query(request)
    return settings.SITE_URL + request.path + (f"?{urlencode(query)}" if query else "")


def canonical_query(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what tells a page from the first of its list or discussion."""
    numbers = getattr(request, "page_numbers", {})
    return [(name, str(number)) for name, number in numbers.items() if number != 1]


def number_in_title(request: HttpRequest) -> str:
    """Return what the title of a page says after its name where it is not the first of its list or discussion."""
    numbers = canonical_query(request)
    if not numbers:
        return ""
    texts = {"comments": gettext("comments, page %(number)s")}
    return "".join(f" – {texts.get(name, gettext('page %(number)s'))}" % {"number": number} for name, number in numbers)


@pass_context
def error_in_title(context: Context) -> str:
    """Return what the title begins with where a form of the page was refused: a screen reader says it first of all."""
    forms = [context.get(name) for name in FORM_NAMES] + list(context.get("forms", {}).values())
    return gettext("Error:") + " " if any(getattr(form, "errors", None) for form in forms) else ""


def alternate_url(request: HttpRequest) -> str:
    """Return the address of the same list in the other language, or of its home page."""
    try:
        match = request.resolver_match or resolve(request.path)
        # Django's path() hands over by name and reverse() takes both, in the order in which they stand in the address.
        values = match.args or match.kwargs.values()
        return address(match.view_name, *values, language=other_language(current_language()))
    except (NoReverseMatch, Resolver404):
        return other_home()


def other_home() -> str:
    """Return the address of the home page in the other language."""
    return address("blog:home", language=other_language(current_language()))


class PageFeeds(NamedTuple):
    """The feeds that a page names: ``title`` is '' where they are of what the page itself lists."""

    title: str
    formats: list[tuple[str, str, str]]


def page_feeds(request: HttpRequest) -> PageFeeds:
    """Return the feeds of what a page lists, or else of all articles in its language: media type, name, address."""
    match = request.resolver_match
    if match and match.view_name in WITH_FEEDS:
        title, name, values = "", match.view_name, tuple(match.args or match.kwargs.values())
    else:
        title, name, values = gettext("All articles"), "blog:post-list", ()
    return PageFeeds(
        title,
        [(media_type(each), each.label, address(name + each.suffix, *values)) for each in FORMATS],
    )


def locale_of(language: str) -> str:
    """Return the name that Open Graph has for a language of the publication."""
    return LOCALES[language]


def footer_key(language: str) -> str:
    """Return the key under which the footer of a language is kept."""
    return f"footer:{language}"


def footer_pages() -> tuple[tuple[str, str], ...]:
    """Return address and title of the plain pages that the footer names.

    Kept until a plain page is saved: a query for the footer would be one in eight of a page's.
    """
    language = current_language()
    pages = cache.get(footer_key(language))
    if pages is None:
        found = Page.objects.published().in_language(language).exclude(position=None)
        pages = tuple((page.path(), page.title) for page in found.order_by("position", "title"))
        cache.set(footer_key(language), pages, FOOTER_SECONDS)
    return pages


def drop_footers(**kwargs) -> None:
    """Forget the kept footers: a receiver of the signals of ``Page``."""
    cache.delete_many([footer_key(language) for language in ("fr", "en")])
