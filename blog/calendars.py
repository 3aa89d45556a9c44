"""Calendar files (RFC 5545), made by the icalendar library."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from authors.bilingual import current_language
from blog.markup import without_controls
from blog.models import Event
from blog.typography import typeset

# How often a program that follows a calendar should ask again.
REFRESHED_EVERY = timedelta(hours=6)
# What is over stands in the calendar of all events for so long.
PAST = timedelta(days=365)
# More are no calendar; the next ones stand in it then.
MOST = 500


def make_calendar_of_all(title: str, address: str, now: datetime | None = None) -> bytes:
    """Return the calendar that programs follow: what is to come, and what was within a year.

    ``title`` is its name in the program, ``address`` the path of the page with the same events. An event that readers
    do not see any more stands in it no more, and with that programs drop it; one that is cancelled says so.
    """
    events = Event.objects.public().coming((now or timezone.now()) - PAST).prefetch_related("speakers")[:MOST]
    about = {"name": title, "x-wr-calname": title, "url": settings.SITE_URL + address}
    return make_calendar(events, about, refreshed_every=REFRESHED_EVERY)


def make_calendar(
    events: Iterable[Event], about: dict[str, str] | None = None, *, refreshed_every: timedelta | None = None
) -> bytes:
    """Return a calendar of these events, whose speakers should have been fetched with them.

    ``about`` has properties of the whole (RFC 7986). Hours stand in the time zone of the place, with its rules, so that
    a change of the law on summer time moves the entry rightly.
    """
    # Imported here: the library takes 5 MiB that a process which makes no calendar need not have.
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.SITE_NAME}//Tribune//FR")
    calendar.add("version", "2.0")
    for name, value in (about or {}).items():
        calendar.add(name, value)
    if refreshed_every:
        calendar.add("refresh-interval", refreshed_every, parameters={"VALUE": "DURATION"})
        # What programs knew before there was a standard for it.
        calendar.add("x-published-ttl", calendar["refresh-interval"].to_ical().decode())
    years = set()
    for event in events:
        calendar.add_component(make_entry(event))
        years |= {event.starts_at.year, event.ends_at.year}
    if years:
        # The changes of the clocks around the events alone: those of a century are several kB for each zone.
        calendar.add_missing_timezones(date(min(years) - 1, 1, 1), date(max(years) + 2, 1, 1))
    return calendar.to_ical()


def make_entry(event: Event):
    """Return the calendar's entry (VEVENT) of an event."""
    from icalendar import Event as Entry
    from icalendar import vText

    entry = Entry()
    entry.add("uid", f"event-{event.pk}@{urlsplit(settings.SITE_URL).hostname}")
    # When this version of it was made: the file is the same until something changes.
    entry.add("dtstamp", event.modified_at.astimezone(UTC))
    entry.add("last-modified", event.modified_at.astimezone(UTC))
    entry.add("sequence", event.sequence)
    entry.add("status", "CANCELLED" if event.is_cancelled else "CONFIRMED")
    if event.is_all_day():
        # As days, or programs put the event among the hours of whoever lives elsewhere. The end is the day after.
        entry.add("dtstart", event.first_day)
        entry.add("dtend", event.last_day + timedelta(days=1))
    else:
        entry.add("dtstart", event.local_start)
        # An end has to be later (section 3.8.2.2); without one, an event ends as it starts.
        if event.ends_at > event.starts_at:
            entry.add("dtend", event.local_end)
    summary = vText(without_controls(typeset(event.title, event.title_language)))
    summary.params["LANGUAGE"] = event.title_language
    entry.add("summary", summary)
    names = ", ".join(speaker.name for speaker in event.speakers.all())
    replay = event.recording_url if event.is_over() else ""
    recording = typeset(f"{gettext('Recording')}: {replay}", current_language()) if replay else ""
    said = typeset(event.description, event.description_language)
    description = "\n\n".join(text for text in (said, names, recording) if text)
    if description:
        # A text holds none (section 3.3.11), and what is pasted from slides does.
        entry.add("description", without_controls(description))
    if event.place or event.join_url:
        entry.add("location", without_controls(event.place or event.join_url))
    with translation.override(event.language):
        entry.add("url", settings.SITE_URL + reverse("blog:event-detail", args=[event.slug]))
    return entry
