"""A form of the admin that arrives too late: its session has ended, or its token was changed by logging in elsewhere.

What was written comes back in a page that can send it again, once its writer is logged in and says so. This is for the
forms in which editors write, and for nothing else: what the forms of accounts hold is nobody's to see twice.
"""

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import REASON_NO_CSRF_COOKIE
from django.template.response import TemplateResponse
from django.urls import Resolver404, resolve
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from authors.editing import EditorsAdmin

# The first is good for one session only. No form of writing has one of the others, and none is ever given back.
NEVER_GIVEN_BACK = ("token", "password", "secret", "credential")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Give a form back that our own page sent with a token that no longer holds; refuse everything else."""
    if comes_from_our_page(request) and (sent := what_was_sent(request)):
        return give_back(request, sent)
    return refuse(request, reason)


def comes_from_our_page(request: HttpRequest) -> bool:
    """Say whether the browser says so. Without its word nothing is given back: another site might have made it up."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    here = f"{request.scheme}://{request.get_host()}"
    return origin == here or origin in settings.CSRF_TRUSTED_ORIGINS


def what_was_sent(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the fields of a form in which something is written, without files; nothing of other forms."""
    if request.method != "POST" or not is_for_writing(request):
        return []
    try:
        sent = request.POST.lists()
    except (RequestDataTooBig, TooManyFieldsSent, MultiPartParserError, OSError):
        return []
    return [
        (name, value)
        for name, values in sent
        if not any(secret in name.lower() for secret in NEVER_GIVEN_BACK)
        for value in values
    ]


def is_for_writing(request: HttpRequest) -> bool:
    """Say whether an address is that of a form of the editors' side, to add a row or to change one."""
    try:
        view = resolve(request.path_info)
    except Resolver404:
        return False
    model_admin = getattr(view.func, "model_admin", None)
    if not isinstance(model_admin, EditorsAdmin):
        return False
    kind = f"{model_admin.opts.app_label}_{model_admin.opts.model_name}"
    return view.url_name in (f"{kind}_add", f"{kind}_change", f"{kind}_sides")


def refuse(request: HttpRequest, reason: str) -> HttpResponse:
    """Say that nothing was taken. Django's own page is said to be English, whatever its language."""
    context = {"title": _("This form was refused"), "has_no_cookie": reason == REASON_NO_CSRF_COOKIE}
    return show(request, "admin/refused.html", context)


def give_back(request: HttpRequest, sent: list[tuple[str, str]]) -> HttpResponse:
    """Show a page that holds what was sent, and sends it again when its button is pressed."""
    context = {
        "title": _("Nothing is lost"),
        "sent": sent,
        "is_in": admin.site.has_permission(request),
        "had_files": bool(request.FILES),
        "address": request.get_full_path(),
    }
    return show(request, "admin/resending.html", context)


def show(request: HttpRequest, template: str, context: dict) -> HttpResponse:
    """Return a page of the admin, kept by no cache, as 403."""
    response = TemplateResponse(request, template, admin.site.each_context(request) | context, status=403)
    add_never_cache_headers(response)
    return response.render()
