from datetime import UTC
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.widgets import AdminSplitDateTime
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from authors.editing import EditorsAdmin, EditorsFields, EditorsForm, NamedRows, SlugForm
from authors.overwriting import CarefulForm
from blog.admin.filters import MissingEventWords
from blog.admin.moments import WallClockField
from blog.models import Event, Speaker
from blog.models.events import validate_time_zone
from blog.models.moments import validate_year


class EventForm(CarefulForm, SlugForm, EditorsForm):
    """Takes the hours of an event as the clocks of its place show them."""

    slug_source = "title_fr"
    mended_at = {"event_ends_after_its_start": "ends_at", "event_has_a_title": "title_fr"}

    starts_at = WallClockField(label=_("start"), widget=AdminSplitDateTime, validators=[validate_year])
    ends_at = WallClockField(label=_("end"), widget=AdminSplitDateTime, validators=[validate_year])

    class Meta:
        model = Event
        fields = "__all__"

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["starts_at"] = self.instance.local_start.replace(tzinfo=None)
            self.initial["ends_at"] = self.instance.local_end.replace(tzinfo=None)

    def make_slug(self, cleaned: dict) -> None:
        """Make the address of the title that there is."""
        self.slug_source = "title_fr" if cleaned.get("title_fr") else "title_en"
        super().make_slug(cleaned)

    def clean_time_zone(self) -> str:
        """Look at the zone before the hours, which are nothing without it."""
        name = self.cleaned_data["time_zone"]
        validate_time_zone(name)
        return name

    def clean(self) -> dict:
        cleaned = super().clean()
        # With a zone that there is not, nothing is saved, and any other does to check the rest.
        zone = ZoneInfo(cleaned.get("time_zone") or settings.TIME_ZONE)
        for name in ("starts_at", "ends_at"):
            if cleaned.get(name):
                self.put_in_zone(cleaned, name, zone)
        return cleaned

    def put_in_zone(self, cleaned: dict, name: str, zone: ZoneInfo) -> None:
        """Make a moment of what a clock shows; say so where no clock of the zone ever shows it."""
        moment = cleaned[name].replace(tzinfo=zone)
        if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != cleaned[name]:
            self.add_error(name, _("The clocks skip this hour, from winter time to summer time."))
        else:
            cleaned[name] = moment


class SpeakerInline(EditorsFields, NamedRows):
    model = Speaker
    form = EditorsForm
    fields = ("name", "role", "url", "author", "position")
    autocomplete_fields = ("author",)
    extra = 0


class WhenFilter(admin.SimpleListFilter):
    """To come, or over."""

    title = _("when")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("coming", _("to come")), ("past", _("over"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        match self.value():
            case "coming":
                return queryset.coming()
            case "past":
                return queryset.past()
        return queryset


@admin.register(Event)
class EventAdmin(EditorsAdmin):
    form = EventForm
    inlines = (SpeakerInline,)
    list_display = ("name", "kind", "language", "start", "where", "is_public", "is_cancelled")
    list_filter = (WhenFilter, MissingEventWords, "kind", "language", "is_public", "is_cancelled")
    search_fields = ("title_fr", "title_en", "place", "host_name", "speakers__name")
    ordering = ("-starts_at", "-pk")
    # Some hundred rows at most, in twenty years.
    date_hierarchy = "starts_at"
    fieldsets = (
        (None, {"fields": (("title_fr", "title_en"), "slug", ("kind", "language"))}),
        (_("Description"), {"fields": ("description_fr", "description_en")}),
        (
            _("When and where"),
            {
                "fields": (("starts_at", "ends_at"), "time_zone", "place"),
                "description": _("Hours are those of the clocks at the place, in the time zone given below them."),
            },
        ),
        (
            _("Who invites, and where to go"),
            {"fields": ("host_name", "host_url", "join_url", "recording_url")},
        ),
        (_("Visibility"), {"fields": (("is_public", "is_cancelled"),)}),
    )

    def for_list(self, rows: QuerySet[Event]) -> QuerySet[Event]:
        return rows.defer("description_fr", "description_en")

    def view_on_site(self, obj: Event) -> str | None:
        return obj.get_absolute_url() if obj.is_public else None

    @admin.display(description=_("title"), ordering="title_fr")
    def name(self, obj: Event) -> str:
        return obj.title

    @admin.display(description=_("start"), ordering="starts_at")
    def start(self, obj: Event) -> str:
        return date_format(obj.local_start, "SHORT_DATETIME_FORMAT")

    @admin.display(description=_("place"), ordering="place")
    def where(self, obj: Event) -> str:
        return obj.place or _("online")
