"""Addresses are for ever: what was one once goes on leading somewhere, or says that it is gone."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from blog.feed_archives import NUMBERED_PART, PART
from blog.models import OldAddress
from blog.views.wordpress import feed_in_query, search_in_query, short_addresses

# As the addresses of feeds end, below that of what they are of.
FEED = re.compile(rf"(?<=/)feed/(?:(?:atom|json)/)?(?:(?:{PART}|{NUMBERED_PART})/)?$")

# What WordPress put behind the address of a post for a further page of its comments.
COMMENT_PAGE = re.compile(r"(?<=/)comment-page-\d{1,6}/?$")


class OldAddressMiddleware:
    """Where nothing stands at an address, look whether something stood there once.

    Answers 301 to where it stands now, 410 where it is gone. Only a page that was not found
    costs this look.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_read = request.method in ("GET", "HEAD")
        for name, lead in (("s", search_in_query), ("feed", feed_in_query)):
            found = lead(request) if is_read and name in request.GET else None
            if found is not None:
                return found
        response = self.get_response(request)
        if response.status_code != 404 or not is_read:
            return response
        list_path, feed = split_feed(request.path)
        others = [list_path] if feed else [COMMENT_PAGE.sub("", request.path), *short_addresses(request)]
        old = OldAddress.objects.find(request.get_full_path(), request.path, *others)
        if old is None:
            return response
        target = old.public_target()
        if target is None:
            return render(request, "410.html", status=410)
        # What is noted of the feed itself leads where that says.
        ending = feed if feed and old.path == list_path else ""
        # In the language of the address, as the page itself.
        return redirect(f"{target.get_absolute_url()}{ending}", permanent=True)


def split_feed(path: str) -> tuple[str, str]:
    """Return the address of the list or post that a feed is of, and the rest of its own; no rest for what is none."""
    found = FEED.search(path)
    return (path[: found.start()], found[0]) if found else (path, "")
