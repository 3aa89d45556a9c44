"""The language of a page follows from its address."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

ADMIN_PREFIX = "/admin/"


class LanguageMiddleware:
    """Activate English below ``/en/``, French elsewhere, and the editor's choice in the admin.

    Django's LocaleMiddleware looks at the browser's wish for every page without a prefix, and
    adds ``Vary: Accept-Language`` to it: a reader's page is the same for everybody, so that any
    cache may keep it. Only the admin, which is kept by none, asks cookie and browser.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def language_of(request: HttpRequest) -> str:
    """Return the code of the language in which a request is to be answered."""
    path = request.path_info
    if path.startswith(ADMIN_PREFIX):
        return translation.get_language_from_request(request)
    return "en" if path == "/en" or path.startswith("/en/") else "fr"
