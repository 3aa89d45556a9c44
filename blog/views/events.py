"""Events, and their calendar files."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import http_date
from django.utils.translation import gettext

from authors.addresses import address
from authors.bilingual import current_language
from blog.calendars import make_calendar, make_calendar_of_all
from blog.cards import with_authors
from blog.models import Event, Post
from blog.pagecache import seen_since, tag_page
from blog.paging import get_page, page_number
from blog.views.reading import only_read

CALENDAR = "text/calendar; charset=utf-8"

# How many posts about an event its page shows.
POSTS = 3


@only_read
def event_list(request: HttpRequest) -> HttpResponse:
    """What is to come, on the first page, and what is past, in pages."""
    past = get_page(Event.objects.public().past(), page_number(request))
    coming = Event.objects.public().coming() if past.number == 1 else ()
    context = {"coming": coming, "page": past}
    return tag_page(render(request, "blog/event_list.html", context))


@only_read
def event_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """An event, or that it is over, with what was written about it."""
    event = get_object_or_404(Event.objects.public(), slug=slug)
    posts = Post.objects.filter(event=event).still_published().in_language(current_language())
    context = {
        "event": event,
        "speakers": event.speakers.select_related("author"),
        "posts": with_authors(posts.for_cards().newest_first()[:POSTS]),
    }
    return tag_page(render(request, "blog/event_detail.html", context))


@only_read
def event_list_calendar(request: HttpRequest) -> HttpResponse:
    """All events as a calendar that a program follows."""
    title = f"{gettext('Events')} – {settings.SITE_NAME}"
    content = make_calendar_of_all(title, address("blog:event-list"))
    response = HttpResponse(content, content_type=CALENDAR)
    response.headers["Last-Modified"] = http_date(seen_since(request.path, content))
    return tag_page(response)


@only_read
def event_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The event as a file that a calendar program takes (RFC 5545)."""
    event = get_object_or_404(Event.objects.public().prefetch_related("speakers"), slug=slug)
    headers = {"Content-Disposition": f'attachment; filename="{event.slug}.ics"'}
    response = HttpResponse(make_calendar([event]), content_type=CALENDAR, headers=headers)
    return tag_page(response)
