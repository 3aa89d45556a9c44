"""What is typed in the form of a post and not saved yet, and who has which post open."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from blog.models.posts import TITLE_LENGTH, Post

# As long as what is deleted stays in the bin: nobody who comes back from a holiday finds nothing.
DAYS_KEPT = 30

# A request that was on its way while the form was saved comes within this time.
DAYS_REMEMBERED = 1

# Browsers count milliseconds in numbers that are exact up to here.
LARGEST_NUMBER = 2**53 - 1

# A window asks every twenty seconds: two of its words may get lost before it counts as closed.
PRESENT_FOR = timedelta(seconds=60)

# Without a script nobody knows when a form was left; after this long it is no news that somebody opened it.
OPENED_FOR = timedelta(hours=1)


class AutosaveQuerySet(models.QuerySet):
    def unsaved(self) -> "AutosaveQuerySet":
        """Return what was neither saved nor discarded, the newest first."""
        return self.filter(settled_at=None).order_by("-saved_at", "-pk")

    def forgettable(self, now: datetime | None = None) -> "AutosaveQuerySet":
        """Return what nobody took up in all that time, and the marks of what was settled."""
        now = now or timezone.now()
        return self.filter(
            Q(settled_at=None, saved_at__lt=now - timedelta(days=DAYS_KEPT))
            | Q(settled_at__lt=now - timedelta(days=DAYS_REMEMBERED))
        )


class Autosave(models.Model):
    """The form of a post as it stands in one window of one person, which no reader ever sees.

    ``key`` is that of the window's form, so that two windows do not mix. ``post`` is None for an article that was
    never saved, and for one that is gone since. ``data`` holds pairs of name and value as the form would send them,
    unchecked. ``number`` grows with each change, so that what arrives late is known to be old.

    Once the form was saved or discarded, the row stays for a while without its text (``settled_at``): a request that
    was still on its way must not bring the text back.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="autosaves", verbose_name=_("who writes")
    )
    post = models.ForeignKey(
        Post, on_delete=models.SET_NULL, null=True, related_name="autosaves", verbose_name=_("post")
    )
    key = models.UUIDField(_("key of the form"))
    title = models.CharField(_("title"), max_length=TITLE_LENGTH, blank=True)
    data = models.JSONField(_("what was typed"), default=list)
    number = models.PositiveBigIntegerField(_("number"), validators=[MaxValueValidator(LARGEST_NUMBER)])
    begun_at = models.DateTimeField(_("begun"), default=timezone.now)
    saved_at = models.DateTimeField(_("last saved"), default=timezone.now)
    settled_at = models.DateTimeField(_("saved or discarded"), null=True)

    objects = AutosaveQuerySet.as_manager()

    class Meta:
        verbose_name = _("unsaved text")
        verbose_name_plural = _("unsaved texts")
        default_permissions = ()
        indexes = [
            models.Index(fields=["user", "-saved_at"], condition=Q(settled_at=None), name="autosave_of_writer"),
            models.Index(fields=["saved_at"], name="autosave_age"),
        ]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="autosave_once_a_form")]

    def __str__(self) -> str:
        return self.title or str(self.key)

    @cached_property
    def typed(self) -> QueryDict:
        """What the form would send."""
        typed = QueryDict(mutable=True)
        for name, value in self.data:
            typed.appendlist(name, value)
        return typed


class PresenceQuerySet(models.QuerySet):
    def now(self, now: datetime | None = None) -> "PresenceQuerySet":
        """Return those who have a post open, as far as is known, in the order in which they came."""
        now = now or timezone.now()
        return self.filter(Q(seen_at__gt=now - PRESENT_FOR) | Q(seen_at=None, opened_at__gt=now - OPENED_FOR)).order_by(
            "opened_at", "pk"
        )

    def note_opened(self, post: Post, user, now: datetime | None = None) -> None:
        """Note that somebody was given the form of a post."""
        now = now or timezone.now()
        self._note(post, user, {"opened_at": now, "seen_at": None}, now)

    def note_seen(self, post: Post, user, now: datetime | None = None) -> None:
        """Note that the window of somebody's form is still open."""
        now = now or timezone.now()
        self._note(post, user, {"seen_at": now}, now)

    def _note(self, post: Post, user, changes: dict, now: datetime) -> None:
        if not self.filter(post=post, user=user).update(**changes):
            # Two windows may come at once.
            self.bulk_create([Presence(post=post, user=user, **{"opened_at": now} | changes)], ignore_conflicts=True)

    note_opened.alters_data = note_seen.alters_data = True


class Presence(models.Model):
    """That somebody opened the form of a post, and when its window last spoke: None where it cannot, without script."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="presences", verbose_name=_("post"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="presences", verbose_name=_("who")
    )
    opened_at = models.DateTimeField(_("opened"))
    seen_at = models.DateTimeField(_("last seen"), null=True)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("presence at a post")
        verbose_name_plural = _("presences at posts")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["post", "user"], name="presence_once")]

    def __str__(self) -> str:
        return f"{self.user} – {self.post_id}"
