"""What all readers' pages have in common: kept, compressed, and not sent twice."""

import gzip
import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import parse_http_date_safe

from authors.addresses import address
from blog.pagecache import SECONDS, is_dropped

# The parts of a query that a page depends on; the rest (trackers, nonsense) shares its page.
PARAMETERS = (
    "author", "category", "comments", "feed", "kind", "language", "order", "p", "page", "page_id", "q", "s",
    "share", "since", "thread", "year",
)  # fmt: skip

# Pages on which some of these headers differ are told apart by nothing else than the address.
KEPT_HEADERS = (
    "Content-Type",
    "Content-Disposition",
    "Content-Language",
    "ETag",
    "Last-Modified",
    "Link",
    "X-Robots-Tag",
)

# What browsers offer to save, where they could show it: Firefox does so with feeds, whatever style sheet they name.
XML_KINDS = ("application/rss+xml", "application/atom+xml")

# Beyond this, gzip gains nothing that a reader would notice, and takes time.
GZIP_LEVEL = 5
# RFC 9110, section 12.5.3: a weight of zero says that it must not come.
_TAKES_GZIP = re.compile(r"(?:^|,)\s*gzip\s*(?:;\s*q\s*=\s*(?!0(?:\.0*)?\s*(?:,|$))[\d.]+\s*)?(?:,|$)", re.IGNORECASE)


@dataclass(frozen=True)
class KeptPage:
    """A page as it was made."""

    made_at: float
    tags: frozenset[str]
    content: bytes
    headers: dict[str, str]
    csp: dict | None

    def to_response(self) -> HttpResponse:
        response = HttpResponse(self.content, headers=self.headers)
        if self.csp is not None:
            response._csp_config = self.csp
        return response


class PageCacheMiddleware:
    """Answer from the kept pages, and keep what a view marked with ``tag_page``.

    A page has an ETag and a Cache-Control that lets a shared cache keep it for a minute, and a
    browser only after asking again. Everything else is marked as private.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_reading = request.method in ("GET", "HEAD")
        key = key_of(request) if is_reading and settings.PAGE_CACHE else None
        if key:
            kept = cache.get(key)
            if kept is not None and not is_dropped(kept.tags, kept.made_at):
                return finish(request, kept.to_response())
        made_at = time.time()
        response = self.get_response(request)
        tags = getattr(response, "page_tags", None)
        if tags is None or not is_reading or response.status_code != 200 or response.cookies:
            response.headers.setdefault("Cache-Control", "private, no-cache")
            return response
        response.headers["ETag"] = f'W/"{hashlib.md5(response.content, usedforsecurity=False).hexdigest()}"'
        if key and request.method == "GET":
            cache.set(key, keep(response, tags, made_at), SECONDS)
        return finish(request, response)


def key_of(request: HttpRequest) -> str:
    """Return the key under which the page of an address is kept."""
    # Encoded, since what is looked for may read like a parameter: ‘presse&year=2016’ is no search of a year.
    query = urlencode([(name, request.GET[name]) for name in PARAMETERS if name in request.GET])
    address = f"{request.path_info}?{query}"
    return f"page:{hashlib.sha256(address.encode()).hexdigest()}"


def keep(response: HttpResponse, tags: frozenset[str], made_at: float) -> KeptPage:
    """Return what must be stored of a response so that it can be given again."""
    return KeptPage(
        made_at=made_at,
        tags=tags,
        content=response.content,
        headers={name: response.headers[name] for name in KEPT_HEADERS if name in response.headers},
        csp=getattr(response, "_csp_config", None),
    )


def finish(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Add what caches need to know, and answer with 304 or compressed where the browser can."""
    response.headers["Cache-Control"] = f"public, max-age=0, s-maxage={SECONDS}"
    patch_vary_headers(response, ("Accept-Encoding",))
    if response.headers["Content-Type"].startswith(XML_KINDS):
        show_in_browsers(request, response)
    if response.headers["Content-Type"].startswith("text/html"):
        # A file and no script element: the policy of readers' pages lets none be written into them.
        response.headers["Speculation-Rules"] = f'"{address("speculation-rules")}"'
    changed = parse_http_date_safe(response.headers.get("Last-Modified", ""))
    conditional = get_conditional_response(request, response.headers["ETag"], changed, response)
    # A browser that keeps its copy takes the headers of the 304 for it: they must be those of the page.
    if hasattr(response, "_csp_config"):
        conditional._csp_config = response._csp_config
    if conditional.status_code == 200 and _TAKES_GZIP.search(request.headers.get("Accept-Encoding", "")):
        # No secret stands in a reader's page, so that its length gives none away (BREACH).
        conditional.content = gzip.compress(conditional.content, GZIP_LEVEL, mtime=0)
        conditional.headers["Content-Encoding"] = "gzip"
        conditional.headers["Content-Length"] = str(len(conditional.content))
    return conditional


def show_in_browsers(request: HttpRequest, response: HttpResponse) -> None:
    """Give a feed that somebody opens in a browser the type of any XML, so that it is shown with its style sheet.

    A cache that mixes the two up does no harm: feed readers take it under either type.
    """
    patch_vary_headers(response, ("Sec-Fetch-Dest",))
    if request.headers.get("Sec-Fetch-Dest") == "document":
        response.headers["Content-Type"] = "application/xml; charset=utf-8"
