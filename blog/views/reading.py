"""What pages that are only read have in common."""

from collections.abc import Callable

from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe


def only_read(view: Callable) -> Callable:
    """Let a page be read, and answer 405 to everything else.

    What takes no form needs no protection of forms. Django would ask for its token first, and refuse with a page that
    speaks of cookies, where there are none.
    """
    return csrf_exempt(require_safe(view))
