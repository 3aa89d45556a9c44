"""What pages are measured against: the same bytes from memory, through the same middleware."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from blog.pagecache import tag_page

COUNT_HEADER = "X-Count-Queries"
FOLDER = "yardstick"


def yardstick(request: HttpRequest, name: str) -> HttpResponse:
    """Return the bytes of a page as they were when the benchmark began."""
    return tag_page(HttpResponse(read(name)))


@csrf_exempt
@require_POST
def insert(request: HttpRequest) -> HttpResponse:
    """Insert one row in a transaction, and do nothing else: what accepting a comment is measured against."""
    with transaction.atomic():
        Session.objects.create(session_key=uuid4().hex, session_data="yardstick", expire_date=timezone.now())
    return HttpResponse(status=204)


@cache
def read(name: str) -> bytes:
    """Return a page, read once a process."""
    return yardstick_file(settings.DATA_DIR, name).read_bytes()


def yardstick_file(data_dir: Path, name: str) -> Path:
    """Return where the bytes of a page are put by the benchmark and read by the site."""
    return data_dir / FOLDER / f"{name}.html"


class QueryCountMiddleware:
    """Say how many queries a page took, to who asks for it by a header."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if COUNT_HEADER not in request.headers:
            return self.get_response(request)
        count = 0

        def counted(execute, *arguments):
            nonlocal count
            count += 1
            return execute(*arguments)

        with connection.execute_wrapper(counted):
            response = self.get_response(request)
        response.headers[COUNT_HEADER] = str(count)
        return response
