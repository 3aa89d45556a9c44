"""Refuse at the door what no browser sends and what would fail deep inside, where it costs more."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# How a NUL byte can arrive: in the path, encoded in a query, or as an octal escape in a cookie.
# Neither database stores one, and PostgreSQL's driver fails on it.
ENCODED_NUL = "%00"
ESCAPED_NUL = "\\000"
UTF_8 = "utf-8"


class HostileRequestsMiddleware:
    """Answer 400 to NUL bytes and other encodings than UTF-8, and 413 to bodies that no form of ours needs.

    All of that before anything is read or looked up.

    It stands behind the language of the page, so that the answer is in it. In a form's fields NUL bytes are the
    form's to refuse, since what was typed has to come back.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            "\0" in request.path_info
            or ENCODED_NUL in request.META["QUERY_STRING"]
            or ESCAPED_NUL in request.headers.get("cookie", "")
        ):
            raise BadRequest("There is a NUL byte in the request.")
        if request.content_params.get("charset", UTF_8).lower() != UTF_8:
            # Django refuses them for other forms than those with files, and decodes these as told, by ‘hex’ or ‘idna’.
            raise BadRequest("The body of a request has to be UTF-8.")
        if self.weighs_too_much(request):
            return render(request, "413.html", status=413)
        return self.get_response(request)

    @staticmethod
    def weighs_too_much(request: HttpRequest) -> bool:
        try:
            return int(request.headers.get("content-length") or 0) > settings.LARGEST_REQUEST
        except ValueError:
            return False
