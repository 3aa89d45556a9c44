"""The pages that mails lead to, each of one person's affair.

Programs that look for danger open every address in a mail, so nothing happens without a button. The signed address is
the whole right to press it: there is no login, no cookie, and nothing that another site could abuse.
"""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

NOT_MADE_HERE = "This address was not made here."


def for_one_person(view: Callable) -> Callable:
    """Make a view one of a page that nobody keeps, lists or hands on the address of."""

    @wraps(view)
    def wrapped(request: HttpRequest, token: str) -> HttpResponse:
        response = view(request, token)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        # The address is a key: no other page learns it.
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return csrf_exempt(never_cache(require_http_methods(["GET", "HEAD", "POST"])(wrapped)))
