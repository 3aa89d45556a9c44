"""Calendar files (RFC 5545), made by the icalendar library."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from blog.models import Event


def make_calendar(events: Iterable[Event]) -> bytes:
    """Return a calendar of these events, whose speakers should have been fetched with them.

    Hours stand in the time zone of the place, with its rules, so that a change of the law on
    summer time moves the entry rightly.
    """
    # Imported here: the library takes 5 MiB that a process which makes no calendar need not have.
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.SITE_NAME}//Tribune//FR")
    calendar.add("version", "2.0")
    for event in events:
        calendar.add_component(make_entry(event))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def make_entry(event: Event):
    """Return the calendar's entry (VEVENT) of an event."""
    from icalendar import Event as Entry
    from icalendar import vText

    entry = Entry()
    entry.add("uid", f"event-{event.pk}@{urlsplit(settings.SITE_URL).hostname}")
    entry.add("dtstamp", timezone.now())
    entry.add("dtstart", event.local_start)
    entry.add("dtend", event.local_end)
    summary = vText(event.title)
    summary.params["LANGUAGE"] = event.title_language
    entry.add("summary", summary)
    names = ", ".join(speaker.name for speaker in event.speakers.all())
    description = "\n\n".join(text for text in (event.description, names) if text)
    if description:
        entry.add("description", description)
    if event.place or event.join_url:
        entry.add("location", event.place or event.join_url)
    with translation.override(event.language):
        entry.add("url", settings.SITE_URL + reverse("blog:event-detail", args=[event.slug]))
    return entry
