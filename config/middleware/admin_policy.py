"""The content security policy of the admin."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from config.middleware.language import ADMIN_PREFIX


class AdminPolicyMiddleware:
    """Give every answer below ``/admin/`` the admin's policy, errors and the login included.

    A view that has set a policy of its own keeps it: the preview of a post is shown under that of readers' pages.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith(ADMIN_PREFIX) and not hasattr(response, "_csp_config"):
            response._csp_config = settings.ADMIN_CSP
        return response
