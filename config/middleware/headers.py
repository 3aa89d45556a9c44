"""Headers that Django has no setting for."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# What no page of ours uses; a page that shows a video allows fullscreen in its frame. Only names that browsers know:
# an unknown one is an error in their console.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "hid",
        "identity-credentials-get",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "screen-wake-lock",
        "serial",
        "usb",
        "xr-spatial-tracking",
    )
)


class HeadersMiddleware:
    """Say what a page may not use, and that other sites may not build it into theirs.

    Pictures are the exception: feed readers show them on pages of their own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        is_picture = request.path_info.startswith(settings.MEDIA_URL)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin" if is_picture else "same-origin")
        return response


def add_static_headers(headers, path: str, url: str) -> None:
    """Give static files the header of pages, but for pictures; WhiteNoise answers before the middleware above."""
    if not path.endswith((".avif", ".gif", ".ico", ".jpg", ".png", ".svg", ".webp")):
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
