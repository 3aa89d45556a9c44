"""Addresses are for ever: what was one once goes on leading somewhere, or says that it is gone."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from blog.models import OldAddress


class OldAddressMiddleware:
    """Where nothing stands at an address, look whether something stood there once.

    Answers 301 to where it stands now, 410 where it is gone. Only a page that was not found
    costs this look.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 404 or request.method not in ("GET", "HEAD"):
            return response
        old = OldAddress.objects.find(request.get_full_path(), request.path)
        if old is None:
            return response
        target = old.public_target()
        if target is None:
            return render(request, "410.html", status=410)
        return redirect(target, permanent=True)
