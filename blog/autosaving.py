"""Keeping what is typed in the form of a post before it is saved, and telling people of each other.

What is kept here never touches the row of the post, nor what readers see.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.markup import MAX_LENGTH
from blog.models.autosaves import PRESENT_FOR, Autosave, Presence
from blog.models.posts import TITLE_LENGTH, Post
from blog.revising import name_of

# The longest body, and as much again as all other fields together may hold.
MOST_CHARACTERS = MAX_LENGTH + 200_000

# Whoever has that many opened and left has lost sight of them.
MOST_UNSAVED = 50

# What a form sends that is nobody's text.
NEVER_KEPT = {"csrfmiddlewaretoken", "step", "autosave", "taken_up", "writer", "number"}

type Pairs = list[tuple[str, str]]


class SettledError(Exception):
    """The form with this key was saved or discarded: what is typed in it now needs another key."""


class TooLongError(Exception):
    """It is more than a post can be."""


class TooManyError(Exception):
    """There are more unsaved texts than anybody can look through."""


def pairs_of(sent: Iterable[tuple[str, list[str]]]) -> Pairs:
    """Return what is kept of a form's fields, given as names with their values; raise TooLongError."""
    pairs = [
        # NUL bytes are no text, and PostgreSQL keeps none.
        (name.replace("\0", ""), value.replace("\0", ""))
        for name, values in sent
        # The last are the empty row that the admin's script copies for a new one.
        if name not in NEVER_KEPT and not name.startswith("_") and "-__prefix__-" not in name
        for value in values
    ]
    if sum(len(name) + len(value) for name, value in pairs) > MOST_CHARACTERS:
        raise TooLongError
    return pairs


def keep(user, post: Post | None, key: UUID, pairs: Pairs, *, number: int, taken_up: UUID | None = None) -> Autosave:
    """Keep what stands in a form, unless something later of the same form is kept.

    ``taken_up`` is the key of the unsaved text that the form began with: the new row takes its place.
    Raises SettledError and TooManyError.
    """
    try:
        with transaction.atomic():
            return _keep(user, post, key, pairs, number=number, taken_up=taken_up)
    except IntegrityError:
        # Another request of the same form made the row meanwhile.
        with transaction.atomic():
            return _keep(user, post, key, pairs, number=number, taken_up=taken_up)


def _keep(user, post: Post | None, key: UUID, pairs: Pairs, *, number: int, taken_up: UUID | None) -> Autosave:
    row = Autosave.objects.select_for_update().filter(user=user, key=key).first()
    if row is None:
        if Autosave.objects.unsaved().filter(user=user)[:MOST_UNSAVED].count() == MOST_UNSAVED:
            raise TooManyError
        row = Autosave(user=user, key=key)
    elif row.settled_at:
        raise SettledError
    elif row.number >= number:
        return row
    row.post, row.data, row.number, row.saved_at = post, pairs, number, timezone.now()
    row.title = next((value for name, value in pairs if name == "title"), "")[:TITLE_LENGTH]
    row.save()
    if taken_up and taken_up != key:
        settle(user, [taken_up])
    return row


def settle(user, keys: Iterable[UUID]) -> None:
    """Forget the texts of forms that were saved or discarded, and let nothing of them come back."""
    keys, now = set(keys), timezone.now()
    emptied = {"settled_at": now, "data": [], "title": ""}
    Autosave.objects.filter(user=user, key__in=keys).update(**emptied)
    # Those of which nothing has arrived yet.
    Autosave.objects.bulk_create(
        [Autosave(user=user, key=key, number=0, **emptied) for key in keys], ignore_conflicts=True
    )


def forget_old(now: datetime | None = None) -> None:
    """Delete what nobody took up in a month, and who had which post open yesterday."""
    now = now or timezone.now()
    Autosave.objects.forgettable(now).delete()
    Presence.objects.filter(opened_at__lt=now - timedelta(days=1)).delete()


@dataclass(frozen=True)
class Person:
    """Somebody else who has a post open; ``words`` say what they do there."""

    name: str
    words: str
    is_writing: bool


def others_at(post: Post, user, now: datetime | None = None) -> list[Person]:
    """Return who else has a post open, and who of them is writing: one query."""
    now = now or timezone.now()
    begun = Autosave.objects.unsaved().filter(
        post=OuterRef("post"), user=OuterRef("user"), saved_at__gte=OuterRef("opened_at")
    )
    rows = (
        Presence.objects.now(now)
        .filter(post=post)
        .exclude(user=user)
        .select_related("user__author")
        .only("opened_at", "seen_at", "user__username", "user__first_name", "user__last_name", "user__author__name")
        .annotate(writing_since=Subquery(begun.values("begun_at")[:1]))
    )
    return [describe(row, now) for row in rows]


def describe(row: Presence, now: datetime) -> Person:
    """Put into words what somebody does at a post."""
    name = name_of(row.user)
    if row.writing_since:
        words = _("%(name)s is writing here, since %(moment)s.")
        return Person(name, words % {"name": name, "moment": in_words(row.writing_since, now)}, is_writing=True)
    if row.seen_at:
        words = _("%(name)s has this post open, since %(moment)s.")
        return Person(name, words % {"name": name, "moment": in_words(row.opened_at, now)}, is_writing=False)
    minutes = max(1, round((now - row.opened_at).total_seconds() / 60))
    words = ngettext(
        "%(name)s opened this post %(minutes)s minute ago.",
        "%(name)s opened this post %(minutes)s minutes ago.",
        minutes,
    )
    return Person(name, words % {"name": name, "minutes": minutes}, is_writing=False)


def in_words(moment: datetime, now: datetime | None = None) -> str:
    """Return an hour of the publication's clocks, with its day where that is not today's."""
    local, today = timezone.localtime(moment), timezone.localtime(now).date()
    return date_format(local, "TIME_FORMAT" if local.date() == today else "SHORT_DATETIME_FORMAT")


def is_open_elsewhere(post: Post | None, user, key: UUID, now: datetime | None = None) -> bool:
    """Say whether somebody writes the same post in another window of their own right now."""
    now = now or timezone.now()
    rows = Autosave.objects.unsaved().filter(user=user, post=post, saved_at__gt=now - PRESENT_FOR)
    return post is not None and rows.exclude(key=key).exists()
