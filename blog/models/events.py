from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from authors.addresses import address
from authors.bilingual import Bilingual, current_language, other_language
from authors.models import Author
from blog.models.languages import Language
from blog.models.moments import validate_year


def validate_time_zone(name: str) -> None:
    """Raise ValidationError unless ``name`` is a zone of the IANA time zone database."""
    if name not in available_timezones():
        raise ValidationError(_("‘%(name)s’ is no time zone."), params={"name": name})


# What calendars take over: a change of any of it is a new version of the entry (RFC 5545, section 3.8.7.4).
IN_CALENDARS = ("starts_at", "ends_at", "time_zone", "place", "join_url", "title_fr", "title_en", "is_cancelled")


class EventQuerySet(models.QuerySet):
    def public(self) -> "EventQuerySet":
        """Return the events that readers may see."""
        return self.filter(is_public=True)

    def coming(self, now: datetime | None = None) -> "EventQuerySet":
        """Return those that are not over, the next one first."""
        return self.filter(ends_at__gt=now or timezone.now()).order_by("starts_at", "pk")

    def past(self, now: datetime | None = None) -> "EventQuerySet":
        """Return those that are over, the latest first."""
        return self.filter(ends_at__lte=now or timezone.now()).order_by("-starts_at", "-pk")


class Event(models.Model):
    """Something announced: when, with whom, by whom, and where to join or to see it again."""

    class Kind(models.TextChoices):
        WEBINAR = "webinar", _("Webinar")
        CONFERENCE = "conference", _("Conference")
        MEETUP = "meetup", _("Meet-up")
        TRAINING = "training", _("Training")

    title_fr = models.CharField(_("title, in French"), max_length=200, blank=True)
    title_en = models.CharField(_("title, in English"), max_length=200, blank=True)
    slug = models.SlugField(_("address"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    language = models.CharField(_("language"), max_length=2, choices=Language, db_default="fr")
    description_fr = models.TextField(_("description, in French"), blank=True)
    description_en = models.TextField(_("description, in English"), blank=True)
    starts_at = models.DateTimeField(_("start"), validators=[validate_year])
    ends_at = models.DateTimeField(_("end"), validators=[validate_year])
    time_zone = models.CharField(
        _("time zone"),
        max_length=60,
        default="Europe/Paris",
        validators=[validate_time_zone],
        help_text=_("Of the place where it happens, such as Europe/Paris."),
    )
    place = models.CharField(_("place"), max_length=200, blank=True, help_text=_("Empty: online."))
    host_name = models.CharField(_("host"), max_length=120, blank=True)
    host_url = models.URLField(_("address of the host"), max_length=300, blank=True)
    join_url = models.URLField(_("where to join"), max_length=300, blank=True)
    recording_url = models.URLField(_("recording"), max_length=300, blank=True)
    is_public = models.BooleanField(_("shown to readers"), default=True)
    is_cancelled = models.BooleanField(
        _("cancelled"),
        default=False,
        db_default=False,
        help_text=_("Its page stays and says so, and so do the calendars of those who follow the events."),
    )
    # Of the entry in calendars.
    sequence = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    modified_at = models.DateTimeField(_("last change"), auto_now=True, db_default=Now())

    title = Bilingual()
    description = Bilingual()

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-starts_at", "-pk"]
        indexes = [
            models.Index(fields=["is_public", "ends_at"], name="event_coming"),
            models.Index(fields=["is_public", "-starts_at", "-id"], name="event_past"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gte=models.F("starts_at")),
                name="event_ends_after_its_start",
                violation_error_message=_("An event cannot end before it starts."),
            ),
            models.CheckConstraint(
                condition=~models.Q(title_fr="", title_en=""),
                name="event_has_a_title",
                violation_error_message=_("Give the event a title, in French or in English."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, **kwargs) -> None:
        """Save, and number the version of what calendars have of it."""
        before = Event.objects.filter(pk=self.pk).first() if self.pk else None
        if before and any(getattr(before, name) != getattr(self, name) for name in IN_CALENDARS):
            self.sequence = before.sequence + 1
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "sequence", "modified_at"}
        super().save(**kwargs)

    def get_absolute_url(self) -> str:
        return address("blog:event-detail", self.slug)

    def calendar_url(self) -> str:
        """Return the address of the file that a calendar program takes."""
        return address("blog:event-calendar", self.slug)

    @property
    def title_language(self) -> str:
        """The language that its title is shown in: that of the page, where it has one in it."""
        return self._language_of("title")

    @property
    def description_language(self) -> str:
        """The language that its description is shown in."""
        return self._language_of("description")

    def _language_of(self, name: str) -> str:
        language = current_language()
        return language if getattr(self, f"{name}_{language}") else other_language(language)

    def takes_part(self, now: datetime | None = None) -> bool:
        """Say whether readers can still take part, and where is known."""
        return bool(self.join_url) and not self.is_cancelled and not self.is_over(now)

    def is_over(self, now: datetime | None = None) -> bool:
        """Say whether it has ended."""
        return self.ends_at <= (now or timezone.now())

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the place, in which its hours are shown."""
        return ZoneInfo(self.time_zone)

    @property
    def local_start(self) -> datetime:
        """The start, as the clocks of the place show it."""
        return self.starts_at.astimezone(self.zone)

    @property
    def local_end(self) -> datetime:
        """The end, as the clocks of the place show it."""
        return self.ends_at.astimezone(self.zone)

    @property
    def first_day(self) -> date:
        """The day at the place on which it starts."""
        return self.local_start.date()

    @property
    def last_moment(self) -> datetime:
        """The last second of it, at the place: one until midnight is over with the day before."""
        return max(self.local_start, self.local_end - timedelta(seconds=1))

    @property
    def last_day(self) -> date:
        """The day at the place on which it ends."""
        return self.last_moment.date()

    def is_on_one_day(self) -> bool:
        """Say whether it ends on the day on which it starts, at the place."""
        return self.first_day == self.last_day

    def is_all_day(self) -> bool:
        """Say whether it takes whole days: from midnight to midnight, or to the last minute before."""
        end = self.local_end.time().replace(second=0, microsecond=0)
        is_whole = end in (time(0), time(23, 59)) and self.ends_at > self.starts_at
        return self.local_start.time() == time(0) and is_whole

    def bounds(self) -> tuple[str, str]:
        """Return its start and end as programs read them (ISO 8601): days where it takes whole days."""
        both = (self.first_day, self.last_day) if self.is_all_day() else (self.local_start, self.local_end)
        return both[0].isoformat(), both[1].isoformat()


class Speaker(models.Model):
    """Who speaks at an event, in the order of the announcement."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="speakers", verbose_name=_("event"))
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=160, blank=True)
    url = models.URLField(_("address"), max_length=300, blank=True)
    author = models.ForeignKey(
        Author,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("author of ours"),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["event", "position"], name="speaker_in_order")]
        constraints = [
            models.UniqueConstraint(fields=["event", "name"], name="speaker_once_an_event"),
        ]

    def __str__(self) -> str:
        return self.name
