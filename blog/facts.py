"""The short facts beside a title: when, how long, how much talked about. Filters of the templates."""

from datetime import date, datetime
from functools import lru_cache

from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from blog.models import Event
from blog.typography import NBSP

# A page of a list shows some twenty days; this is what the readers of an hour see.
KEPT_DAYS = 4096


def day(moment: datetime | None) -> str:
    """Return the day of a moment, in the site's time zone and the page's language."""
    return written_out(on_our_clocks(moment).date(), get_language()) if moment else ""


def day_and_time(moment: datetime) -> str:
    """Return day and time of a moment, in the site's time zone and the page's language."""
    local = on_our_clocks(moment)
    return f"{written_out(local.date(), get_language())}, {clock(local)}"


def iso(moment: datetime | None) -> str:
    """Return a moment for a ``datetime`` attribute, which takes no microseconds."""
    return moment.isoformat(timespec="seconds") if moment else ""


def as_comments(number: int) -> str:
    """Return a number of comments in words of the page's language."""
    return ngettext("%(n)s comment", "%(n)s comments", number) % {"n": number}


def as_minutes(number: int) -> str:
    """Return how many minutes something takes to read."""
    return ngettext("%(n)s minute to read", "%(n)s minutes to read", number) % {"n": number}


def as_articles(number: int) -> str:
    """Return a number of articles in words of the page's language."""
    return ngettext("%(n)s article", "%(n)s articles", number) % {"n": number_format(number, force_grouping=True)}


def as_parts(number: int) -> str:
    """Return how many parts a series has."""
    return ngettext("%(n)s part", "%(n)s parts", number) % {"n": number}


def when(event: Event) -> SafeString:
    """Say when an event is, by the clocks of its place: a day with its hours, or the first and the last day."""
    start, end = event.local_start, event.local_end
    if not event.is_on_one_day():
        return format_html("{} – {}", day_of_week(start), day_of_week(event.last_moment))
    if event.is_all_day():
        return day_of_week(start)
    hours = gettext("%(start)s to %(end)s") % {"start": clock(start), "end": clock(end)}
    return format_html("{}, {}", day_of_week(start), hours)


def when_in_list(event: Event) -> SafeString:
    """Say when an event is, and by which clocks where its hours are not those of the site, as no heading tells."""
    moment = event.local_start
    has_hours = event.is_on_one_day() and not event.is_all_day()
    if not has_hours or moment.utcoffset() == on_our_clocks(moment).utcoffset():
        return when(event)
    return format_html("{} ({})", when(event), event.time_zone)


def day_of_week(moment: datetime) -> SafeString:
    """Return the element of a day with its name."""
    return format_html(
        '<time datetime="{}">{} {}</time>',
        iso(moment),
        name_of_day(moment.weekday(), get_language()),
        written_out(moment.date(), get_language()),
    )


def on_our_clocks(moment: datetime) -> datetime:
    """Return a moment in the time zone of the site."""
    return timezone.localtime(moment, timezone.get_default_timezone())


def clock(moment: datetime) -> str:
    """Return the time of day, which both languages write in 24 hours."""
    return f"{moment.hour:02}:{moment.minute:02}"


@lru_cache(maxsize=KEPT_DAYS)
def written_out(day: date, language: str) -> str:
    """Return a day as ``language``, which is the active one, writes it: French has an ordinal for the first.

    No line breaks between the day and its month.
    """
    number, month_and_year = date_format(day, "DATE_FORMAT").split(" ", 1)
    return f"{'1er' if language == 'fr' and day.day == 1 else number}{NBSP}{month_and_year}"


@lru_cache
def name_of_day(weekday: int, language: str) -> str:
    """Return the name of a day of the week, of which 0 is Monday, in ``language``, which is the active one."""
    return str(WEEKDAYS[weekday])
