"""The library of recordings, and what the body editor asks of it."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import Action, ActionLocation
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from authors.editing import EditorsAdmin, EditorsForm, NamedRows, WordsFilter
from blog.admin.picture_places import PLACES_SHOWN, as_place, seen_rows
from blog.models import Chapter, Page, Post, Recording
from blog.recordings import FORMATS, read_moment, write_moment
from blog.sound_files import TYPES_BY_ENDING

# A dialog's list; words narrow it.
RECORDINGS_FOUND = 20
# More words than these find nothing that fewer would not.
MOST_WORDS = 8
SEARCHED = ("title_fr", "title_en", "description_fr", "description_en", "credit")


class MomentField(forms.CharField):
    """A moment of a recording, written as players show it; its value is a number of seconds."""

    default_error_messages = {"invalid": _("Write minutes and seconds, such as 1:24, or 1:02:03 with hours.")}

    def __init__(self, **kwargs) -> None:
        super().__init__(**{"max_length": 9, "widget": forms.TextInput(attrs={"size": 8}), **kwargs})

    def prepare_value(self, value: int | str | None) -> str | None:
        return write_moment(value) if isinstance(value, int) else value

    def has_changed(self, initial: int | None, data: str | None) -> bool:
        return read_moment(data or "") != initial if initial is not None else bool(data)

    def clean(self, value: str) -> int | None:
        text = super().clean(value)
        seconds = read_moment(text)
        if text and seconds is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return seconds


class RecordingForm(EditorsForm):
    mended_at = {"recording_has_a_title": "title_fr"}

    class Meta:
        model = Recording
        fields = "__all__"
        widgets = {
            "description_fr": AdminTextareaWidget(attrs={"rows": 2}),
            "description_en": AdminTextareaWidget(attrs={"rows": 2}),
            "transcript_fr": AdminTextareaWidget(attrs={"rows": 14}),
            "transcript_en": AdminTextareaWidget(attrs={"rows": 14}),
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            self.fields["file"].max_length = None
            accept = {"accept": ",".join([*TYPES_BY_ENDING, ".opus", ".oga"]), "aria-label": self.fields["file"].label}
            self.fields["file"].widget.attrs |= accept
            if self.instance.pk:
                self.fields["file"].help_text = _(
                    "Another file takes the place of this one everywhere; its old address leads to it."
                )


class ChapterForm(EditorsForm):
    mended_at = {"chapter_has_a_title": "title_fr", "chapter_once_a_moment": "seconds"}

    seconds = MomentField(label=_("begins at"))

    class Meta:
        model = Chapter
        fields = ("seconds", "title_fr", "title_en")


class ChapterFormSet(forms.BaseInlineFormSet):
    """Knows how long the recording is, also of a file that is sent with it."""

    def clean(self) -> None:
        super().clean()
        length = self.instance.seconds
        for form in self.forms:
            seconds = form.cleaned_data.get("seconds") if form.is_valid() else None
            if length is not None and seconds is not None and seconds >= length and not form.cleaned_data.get("DELETE"):
                form.add_error("seconds", _("The recording is over by then: it ends at %s.") % write_moment(length))


class ChapterInline(NamedRows):
    model = Chapter
    form = ChapterForm
    formset = ChapterFormSet
    extra = 0


class MissingRecordingWords(WordsFilter):
    needed = ("transcript",)
    paired = ("title",)


@admin.register(Recording)
class RecordingAdmin(EditorsAdmin):
    """The list of recordings, a page for each, and what the editor's dialog offers."""

    form = RecordingForm
    inlines = (ChapterInline,)
    list_display = ("title", "facts", "lacking", "created_at")
    list_filter = (MissingRecordingWords, "created_at")
    search_fields = SEARCHED
    search_help_text = _("Words of the title, the description or the credit")
    ordering = ("-created_at", "-pk")
    readonly_fields = ("heard", "places")
    fieldsets = (
        (None, {"fields": ("title_fr", "title_en", "file", "heard")}),
        (_("With the player"), {"fields": ("description_fr", "description_en", ("credit", "licence"))}),
        (_("For those who do not hear it"), {"fields": ("transcript_fr", "transcript_en")}),
        (_("Articles and pages that play it"), {"fields": ("places",)}),
    )

    class Media:
        css = {"all": ["admin-tribune/recordings.css"]}

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_GET(self.find_view))
        return [path("find.json", view, name="blog_recording_find"), *super().get_urls()]

    def find_view(self, request: HttpRequest) -> HttpResponse:
        """Find recordings by words of theirs (GET ?q=), the newest first."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        found = Recording.objects.defer("transcript_fr", "transcript_en").order_by("-created_at", "-pk")
        for word in request.GET.get("q", "").split()[:MOST_WORDS]:
            found = found.filter(Q(*[(f"{field}__icontains", word) for field in SEARCHED], _connector=Q.OR))
        return JsonResponse(
            {"recordings": [{"id": str(each.pk)} | for_view(each) for each in found[:RECORDINGS_FOUND]]}
        )

    # Who may do what

    def has_delete_permission(self, request: HttpRequest, obj: Recording | None = None) -> bool:
        """A recording that is used somewhere stays."""
        return super().has_delete_permission(request, obj) and (obj is None or not obj.is_used())

    def get_actions(
        self, request: HttpRequest, action_location: ActionLocation = ActionLocation.CHANGE_LIST
    ) -> dict[str, Action]:
        actions = super().get_actions(request, action_location)
        # It asks nothing of those that are used, nor of their files.
        actions.pop("delete_selected", None)
        return actions

    # The list

    def for_list(self, rows: QuerySet[Recording]) -> QuerySet[Recording]:
        said = {f"says_{language}": Q(**{f"transcript_{language}": ""}) for language in ("fr", "en")}
        return rows.annotate(**said).defer("transcript_fr", "transcript_en")

    @admin.display(description=_("title"))
    def title(self, obj: Recording) -> str:
        return obj.title

    @admin.display(description=_("file"))
    def facts(self, obj: Recording) -> str:
        return facts_of(obj)

    @admin.display(description=_("what is lacking"))
    def lacking(self, obj: Recording) -> str:
        lacks = {"fr": gettext("transcript in French"), "en": gettext("transcript in English")}
        return ", ".join(words for language, words in lacks.items() if getattr(obj, f"says_{language}"))

    # The form

    def get_object(self, request: HttpRequest, *args, **kwargs) -> Recording | None:
        recording = super().get_object(request, *args, **kwargs)
        if recording is not None:
            recording.places_seen = self.find_places(request, recording)
        return recording

    def get_fieldsets(self, request: HttpRequest, obj: Recording | None = None) -> list[tuple[str | None, dict]]:
        hidden = {"heard", "places"} if obj is None else set()
        shown = [
            (name, options | {"fields": [field for field in options["fields"] if field not in hidden]})
            for name, options in super().get_fieldsets(request, obj)
        ]
        return [(name, options) for name, options in shown if options["fields"]]

    def find_places(self, request: HttpRequest, recording: Recording) -> list[dict]:
        """Return which posts and pages show a recording: how many, and the first that may be seen."""
        kinds = []
        for model in (Post, Page):
            through = model._meta.get_field("recordings").remote_field.through.objects
            keys = through.filter(recording=recording.pk).values(model._meta.model_name)
            count = keys.count()
            if count:
                seen = seen_rows(self.admin_site, request, model, Q(pk__in=keys))
                name = model._meta.verbose_name_plural if count > 1 else model._meta.verbose_name
                kinds.append({"name": name, "count": count, "places": [as_place(row) for row in seen[:PLACES_SHOWN]]})
        return kinds

    @admin.display(description=_("recording"))
    def heard(self, obj: Recording) -> SafeString | str:
        if not obj.file:
            return ""
        return render_to_string("admin/blog/recording/_heard.html", {"recording": obj, "facts": facts_of(obj)})

    @admin.display(description=_("places"))
    def places(self, obj: Recording) -> SafeString | str:
        if obj.pk is None:
            return ""
        return render_to_string("admin/blog/recording/_places.html", {"kinds": obj.places_seen})

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: list, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if change and form.instance.is_used():
            form.instance.render_texts()
            self.message_user(request, gettext("The texts that show it follow in the background."), messages.INFO)


def facts_of(recording: Recording) -> str:
    """Return format, size and length of a recording on one line."""
    length = "" if recording.seconds is None else write_moment(recording.seconds)
    return " · ".join(filter(None, [FORMATS.get(recording.media_type, ""), filesizeformat(recording.size), length]))


def for_view(recording: Recording) -> dict:
    """Return how the editor shows a recording that a body names."""
    return {"title": recording.title, "facts": facts_of(recording)}


def views_in(source: str) -> dict[str, dict]:
    """Return how the editor shows the recordings, by key, that a source names."""
    from blog.body import recording_ids

    return {str(key): for_view(each) for key, each in Recording.objects.in_bulk(recording_ids(source)).items()}
