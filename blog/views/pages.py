"""Plain pages, errors, and what machines ask for."""

import json
import mimetypes
from http import HTTPStatus
from pathlib import PurePosixPath

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousFileOperation, TooManyFieldsSent, TooManyFilesSent
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.template.loader import get_template

from authors.bilingual import current_language
from blog.file_answers import answer_with_file
from blog.models import FormerFile, FormerRecording, Page
from blog.pagecache import tag_page
from blog.robots import robots_txt
from blog.sharing import find_successor
from blog.sound_files import TYPES_BY_ENDING
from blog.speculation import MEDIA_TYPE, speculation_rules
from blog.structured_data import address_of_icon
from blog.views.posts import allow_players
from blog.views.reading import only_read

# A file's name in the media storage is made from its content, so it never shows anything else.
A_YEAR = 365 * 24 * 3600
AN_HOUR = 3600


@only_read
def page_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A plain page, such as the legal notice."""
    page = get_object_or_404(Page.objects.published().in_language(current_language()), slug=slug)
    original = page.translation_of_id or page.pk
    others = Page.objects.published().exclude(pk=page.pk)
    translations = list(others.filter(pk=original) | others.filter(translation_of=original))
    versions = [page, *translations] if translations else []
    context = {"plain_page": page, "translations": translations, "versions": versions}
    response = render(request, "blog/page_detail.html", context)
    allow_players(response, page)
    return tag_page(response)


@only_read
def media_file(request: HttpRequest, name: str) -> HttpResponse:
    """A picture from the storage, where no nginx serves it; or the way to the one that took its place."""
    file = open_media(name)
    if file is None:
        successor = (
            FormerFile.objects.find_successor(name)
            or find_successor(name)
            or FormerRecording.objects.find_successor(name)
        )
        if successor is None:
            raise Http404("No such file.")
        response = HttpResponseRedirect(successor)
        # It may be replaced again.
        response.headers["Cache-Control"] = f"public, max-age={AN_HOUR}"
        return response
    response = answer_with_file(
        request, file, modified_at=modified_at(name), content_type=type_of(name) or "application/octet-stream"
    )
    if response.status_code != HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    # A browser shows a recording in a page of its own making, which plays it, and may do so as one of this site only.
    response.headers["Content-Security-Policy"] = "default-src 'none'; media-src 'self'; sandbox allow-same-origin"
    return response


def type_of(name: str) -> str | None:
    """Return the media type of a file, which for recordings is not left to the tables of the machine."""
    return TYPES_BY_ENDING.get(PurePosixPath(name).suffix) or mimetypes.guess_type(name)[0]


def modified_at(name: str) -> float:
    """Return when a file of the storage was written, in seconds since 1970."""
    return default_storage.get_modified_time(name).timestamp()


def open_media(name: str) -> File | None:
    """Open a file of the storage; None of a name that leads out of its folder, or to another one."""
    try:
        return default_storage.open(name)
    except (SuspiciousFileOperation, OSError, ValueError):
        return None


@only_read
def health(request: HttpRequest) -> HttpResponse:
    """Say ‘ok’ when a page could be made: the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@only_read
def robots(request: HttpRequest) -> HttpResponse:
    """What robots may visit (RFC 9309)."""
    return tag_page(HttpResponse(robots_txt(), content_type="text/plain; charset=utf-8"))


@only_read
def favicon(request: HttpRequest) -> HttpResponse:
    """To the icon, from where browsers look for it where no page names one, as with a feed."""
    response = HttpResponseRedirect(address_of_icon())
    response.headers["Cache-Control"] = f"public, max-age={AN_HOUR}"
    return response


@only_read
def speculation(request: HttpRequest) -> HttpResponse:
    """Which pages a browser may fetch before a click; readers' pages name this file in a header."""
    return tag_page(HttpResponse(json.dumps(speculation_rules(), indent=1), content_type=MEDIA_TYPE))


@only_read
def indexnow_key(request: HttpRequest, key: str) -> HttpResponse:
    """The key of this site, by which search engines see that who tells them of its pages is of this site."""
    if not settings.INDEXNOW_KEY or key != settings.INDEXNOW_KEY:
        raise Http404("No such file.")
    return tag_page(HttpResponse(key, content_type="text/plain; charset=utf-8"))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 where the request was larger than anything the site takes."""
    if isinstance(exception, RequestDataTooBig | TooManyFilesSent):
        return render(request, "413.html", status=413)
    if isinstance(exception, TooManyFieldsSent):
        # The page that says so cannot be made with what could not be read.
        request.GET = QueryDict()
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, made without database or context, since either may be what failed."""
    return HttpResponse(get_template("500.html").render(), status=500)
