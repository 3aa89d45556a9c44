"""The card of a post for other sites: https://oembed.com/, section 2.2."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from authors.addresses import address
from blog.oembed import MEDIA_TYPES, as_xml, card_of, find_post
from blog.pagecache import SECONDS
from blog.views.reading import only_read

TEXT = "text/plain; charset=utf-8"


@only_read
def oembed(request: HttpRequest) -> HttpResponse:
    """A card of the post at ``url``: 404 where readers see no post of ours, 501 in a format that there is not."""
    kind = request.GET.get("format", "json")
    if kind not in MEDIA_TYPES:
        response = HttpResponse(gettext("The formats are json and xml."), content_type=TEXT, status=501)
        # The specification wants this status; for whoever runs the site it is no error.
        response._has_been_logged = True
        return response
    try:
        max_width, max_height = (read_size(request.GET.get(name, "")) for name in ("maxwidth", "maxheight"))
    except ValueError:
        return HttpResponse(gettext("A size is a whole number of pixels."), content_type=TEXT, status=400)
    if not request.GET.get("url"):
        words = gettext("Say of which page: ?url=https://…")
        return HttpResponse(words, content_type=TEXT, status=400)
    post = find_post(request.GET["url"])
    if post is None:
        return HttpResponse(gettext("There is no article at this address."), content_type=TEXT, status=404)
    card = card_of(post, max_width, max_height)
    if kind == "json":
        response = JsonResponse(card, json_dumps_params={"ensure_ascii": False})
    else:
        response = HttpResponse(as_xml(card), content_type="text/xml; charset=utf-8")
    # Not kept here, where anybody could fill the cache with sizes; a cache in front has it for as long as a page.
    response.headers["Cache-Control"] = f"public, max-age={SECONDS}"
    # The same for everybody, and for scripts of other pages too.
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@only_read
def wordpress_oembed(request: HttpRequest) -> HttpResponse:
    """To the same card from where WordPress has it."""
    return redirect(f"{address('oembed')}?{request.META['QUERY_STRING']}", permanent=True)


def read_size(text: str) -> int | None:
    """Return a size in pixels, None where none is given; raise ValueError for what is none."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text)):
        raise ValueError(text)
    return int(text)
