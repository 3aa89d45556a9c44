"""The short facts beside a title: when, how long, how much talked about.

A list page says forty of them. Django's ``date`` filter and ``blocktranslate`` take some thirty
microseconds each, which adds up to more than all the rest of the page; these take one or two.
"""

from datetime import date, datetime
from functools import lru_cache

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext

register = template.Library()

# A page of a list shows some twenty days; this is what the readers of an hour see.
KEPT_DAYS = 4096


@register.filter
def day(moment: datetime | None) -> str:
    """Return the day of a moment, in the site's time zone and the page's language."""
    return written_out(timezone.localtime(moment).date(), get_language()) if moment else ""


@register.filter
def day_and_time(moment: datetime) -> str:
    """Return day and time of a moment, in the site's time zone and the page's language."""
    local = timezone.localtime(moment)
    return f"{written_out(local.date(), get_language())}, {local:%H:%M}"


@register.filter
def iso(moment: datetime | None) -> str:
    """Return a moment for a ``datetime`` attribute, which takes no microseconds."""
    return moment.isoformat(timespec="seconds") if moment else ""


@register.filter
def as_comments(number: int) -> str:
    """Return a number of comments in words of the page's language."""
    return ngettext("%(n)s comment", "%(n)s comments", number) % {"n": number}


@register.filter
def as_minutes(number: int) -> str:
    """Return how many minutes something takes to read."""
    return ngettext("%(n)s minute to read", "%(n)s minutes to read", number) % {"n": number}


@lru_cache(maxsize=KEPT_DAYS)
def written_out(day: date, language: str) -> str:
    """Return a day as ``language``, which is the active one, writes it."""
    return date_format(day, "DATE_FORMAT")
