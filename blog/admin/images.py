"""The library of pictures."""

from django.contrib import admin, messages
from django.contrib.admin.options import Action, ActionLocation
from django.db import IntegrityError, transaction
from django.db.models import BooleanField, Case, Q, QuerySet, Value, When
from django.forms import ModelForm
from django.forms.widgets import Script
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from authors.editing import EditorsAdmin, EditorsForm
from authors.overwriting import CarefulForm
from blog.admin.alike import AlikeMixin, alike
from blog.admin.library import THUMBNAIL_WIDTH, VIEW_WIDTH, LibraryAdmin, rendition_address
from blog.admin.picture_places import PlacesMixin
from blog.admin.picture_texts import PictureTextsMixin
from blog.admin.uploads import LibraryForm, UploadsMixin, drop_context
from blog.admin.writing import WritingMixin
from blog.models import Image
from blog.picture_uses import is_used, unused, used_somewhere
from blog.tasks import prepare_image

# Making renditions again asks as many tasks.
MOST_PREPARED = 200


class AltFilter(admin.SimpleListFilter):
    """Pictures that somebody who does not see them learns nothing of."""

    title = _("alternative text")
    parameter_name = "alt"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [
            ("no_fr", _("missing in French")),
            ("no_en", _("missing in English")),
            ("both", _("in both languages")),
            ("decorative", _("only decorates")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Image]) -> QuerySet[Image]:
        match self.value():
            case "no_fr":
                return queryset.filter(is_decorative=False, alt_fr="")
            case "no_en":
                return queryset.filter(is_decorative=False, alt_en="")
            case "both":
                return queryset.exclude(Q(alt_fr="") | Q(alt_en=""))
            case "decorative":
                return queryset.filter(is_decorative=True)
        return queryset


class UseFilter(admin.SimpleListFilter):
    """Pictures that could go, and those that could not."""

    title = _("use")
    parameter_name = "use"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("none", _("used nowhere")), ("some", _("used"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Image]) -> QuerySet[Image]:
        match self.value():
            case "none":
                return unused(queryset)
            case "some":
                return queryset.filter(used_somewhere())
        return queryset


class RightsFilter(admin.SimpleListFilter):
    """Pictures of which it is not known who made them, or by what right they are shown.

    Those that came with a text of somebody else's are to be checked first.
    """

    title = _("credit and licence")
    parameter_name = "rights"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [
            ("to_check", _("to be checked")),
            ("no_credit", _("without credit")),
            ("no_licence", _("without licence")),
            ("lacking", _("one missing")),
            ("noted", _("licence noted")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Image]) -> QuerySet[Image]:
        match self.value():
            case "to_check":
                return queryset.exclude(source="").filter(Q(licence="") | Q(credit=""))
            case "noted":
                return queryset.exclude(licence="")
            case "no_credit":
                return queryset.filter(credit="")
            case "no_licence":
                return queryset.filter(licence="")
            case "lacking":
                return queryset.filter(pk__in=Image.objects.lacking_rights())
        return queryset


class RenditionsFilter(admin.SimpleListFilter):
    """What has become of the smaller files that readers get."""

    title = _("renditions")
    parameter_name = "renditions"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("waiting", _("waiting")), ("failed", _("failed"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Image]) -> QuerySet[Image]:
        match self.value():
            case "waiting":
                return queryset.filter(pk__in=Image.objects.waiting())
            case "failed":
                return queryset.exclude(problem="")
        return queryset


class ImageForm(CarefulForm, LibraryForm, EditorsForm):
    """One picture of the library."""

    mended_at = {"image_decorative_says_nothing": "is_decorative"}


@admin.register(Image)
class ImageAdmin(UploadsMixin, PictureTextsMixin, AlikeMixin, PlacesMixin, LibraryAdmin, WritingMixin, EditorsAdmin):
    """The library of pictures: a grid of them, and a page for each."""

    form = ImageForm
    list_display = ("thumbnail", "title", "said_of_it", "size", "created_at")
    list_display_links = ("title",)
    list_filter = (AltFilter, UseFilter, RightsFilter, RenditionsFilter, "created_at")
    search_fields = ("title", "alt_fr", "alt_en", "caption_fr", "caption_en", "credit")
    ordering = ("-created_at", "-pk")
    list_per_page = 48
    readonly_fields = ("preview", "width", "height", "renditions", "places", "twins")
    actions = ("write_words", "prepare_again", "delete_unused")
    fieldsets = (
        (None, {"fields": ("title", "file", "add_anyway", "same_as", "preview", ("width", "height"), "renditions")}),
        (
            _("What stays in sight where it is cropped"),
            {
                "fields": (("focal_x", "focal_y"),),
                "description": _(
                    "Click on the picture above, or move the ring with the arrow keys. 50 and 50 is the middle; 0 and "
                    "0 the top left corner."
                ),
            },
        ),
        (
            _("For those who do not see it"),
            {
                "fields": ("alt_fr", "alt_en", "is_decorative"),
                "description": _("A text in each language in which it is used; none where it only decorates."),
            },
        ),
        (_("Below it"), {"fields": ("caption_fr", "caption_en", ("credit", "licence"), "source")}),
        (_("Pictures that look the same"), {"fields": ("twins",)}),
        (_("Where it is used"), {"fields": ("places",)}),
    )

    class Media:
        js = [
            Script("admin-tribune/focal-point.js", type="module"),
            Script("admin-tribune/picture-drop.js", type="module"),
        ]
        css = {"all": ["admin-tribune/pictures.css"]}

    # Who may do what

    def has_delete_permission(self, request: HttpRequest, obj: Image | None = None) -> bool:
        """A picture that is used somewhere stays."""
        return super().has_delete_permission(request, obj) and (obj is None or not is_used(obj))

    def get_actions(
        self, request: HttpRequest, action_location: ActionLocation = ActionLocation.CHANGE_LIST
    ) -> dict[str, Action]:
        actions = super().get_actions(request, action_location)
        # It asks nothing of those that are used.
        actions.pop("delete_selected", None)
        return actions

    def delete_model(self, request: HttpRequest, obj: Image) -> None:
        file = obj.file
        super().delete_model(request, obj)
        file.delete(save=False)

    # The list

    def for_list(self, rows: QuerySet[Image]) -> QuerySet[Image]:
        is_used_now = Case(When(used_somewhere(), then=Value(True)), default=Value(False), output_field=BooleanField())
        return rows.annotate(is_used_now=is_used_now)

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        return super().changelist_view(request, drop_context() | (extra_context or {}))

    @admin.display(description=_("picture"))
    def thumbnail(self, obj: Image) -> SafeString:
        address = rendition_address(obj, THUMBNAIL_WIDTH)
        return format_html('<img class="thumbnail {}" src="{}" alt="" loading="lazy">', obj.focus_class, address)

    @admin.display(description=_("what is lacking"))
    def said_of_it(self, obj: Image) -> SafeString:
        """What an editor still has to do about it; nothing where all is well."""
        return render_to_string("admin/blog/image/_lacking.html", {"image": obj})

    @admin.display(description=_("size"), ordering="width")
    def size(self, obj: Image) -> str:
        return f"{obj.width} × {obj.height}"

    @admin.action(description=_("Make their renditions again"), permissions=["change"])
    def prepare_again(self, request: HttpRequest, queryset: QuerySet[Image]) -> None:
        keys = list(queryset.values_list("pk", flat=True)[:MOST_PREPARED])
        Image.objects.filter(pk__in=keys).exclude(problem="").update(problem="")
        for key in keys:
            prepare_image.enqueue(image_id=key)
        text = ngettext(
            "%(count)s picture is prepared again in the background.",
            "%(count)s pictures are prepared again in the background.",
            len(keys),
        )
        self.message_user(request, text % {"count": len(keys)}, messages.SUCCESS)

    @admin.action(description=_("Delete those that are used nowhere"), permissions=["delete"])
    def delete_unused(self, request: HttpRequest, queryset: QuerySet[Image]) -> HttpResponse | None:
        """Ask first, naming them; those that are used stay."""
        pictures = list(unused(queryset).order_by("-created_at", "-pk"))
        kept = queryset.count() - len(pictures)
        if kept:
            text = ngettext("%(count)s picture is used, and stays.", "%(count)s pictures are used, and stay.", kept)
            self.message_user(request, text % {"count": kept}, messages.WARNING)
        if not pictures:
            return None
        if request.POST.get("is_sure") != "yes":
            context = self.admin_site.each_context(request) | {
                "opts": self.opts,
                "title": gettext("Delete these pictures?"),
                "pictures": [(picture, rendition_address(picture, THUMBNAIL_WIDTH)) for picture in pictures],
                "media": self.media,
            }
            request.current_app = self.admin_site.name
            return TemplateResponse(request, "admin/blog/image/delete_unused.html", context)
        self.log_deletions(request, Image.objects.filter(pk__in=[picture.pk for picture in pictures]))
        for picture in pictures:
            self.delete_model(request, picture)
        text = ngettext("%(count)s picture is deleted.", "%(count)s pictures are deleted.", len(pictures))
        self.message_user(request, text % {"count": len(pictures)}, messages.SUCCESS)
        return None

    # The form

    def get_fieldsets(self, request: HttpRequest, obj: Image | None = None) -> list[tuple[str | None, dict]]:
        """Return the parts of the form that there is something to say in."""
        if obj is None:
            hidden = {"preview", "width", "height", "renditions", "twins", "places"}
        else:
            hidden = set() if alike(obj) else {"twins"}
        if obj is not None and not self.has_change_permission(request, obj):
            hidden |= {"add_anyway", "same_as"}
        shown = []
        for name, options in super().get_fieldsets(request, obj):
            fields = [field for field in options["fields"] if field not in hidden and not (set(field) & hidden)]
            if fields:
                shown.append((name, options | {"fields": fields}))
        return shown

    def get_form(self, request: HttpRequest, obj: Image | None = None, **kwargs) -> type[ModelForm]:
        form = super().get_form(request, obj, **kwargs)
        if obj is not None and "file" in form.base_fields:
            form.base_fields["file"].help_text = _(
                "Another file takes the place of this one everywhere, in the background; its old address leads to it."
            )
        return form

    def save_model(self, request: HttpRequest, obj: Image, form: ModelForm, change: bool) -> None:
        try:
            with transaction.atomic():
                super().save_model(request, obj, form, change)
        except IntegrityError:
            # The same file came in another window at the same time: there are two now, and either shows the other.
            obj.upload_digest = None
            super().save_model(request, obj, form, change)

    @admin.display(description=_("picture"))
    def preview(self, obj: Image) -> SafeString | str:
        if not obj.file:
            return ""
        seen = rendition_address(obj, VIEW_WIDTH)
        return render_to_string("admin/blog/image/_focus.html", {"image": obj, "seen": seen})

    @admin.display(description=_("renditions"))
    def renditions(self, obj: Image) -> str:
        if obj.problem:
            return gettext("Failed: {problem}.").format(problem=obj.get_problem_display())
        if obj.is_waiting():
            return gettext("They are being made in the background; until then readers get the picture as it is.")
        if not obj.rendition_widths:
            return gettext("None: the picture is smaller than the smallest.")
        return gettext("AVIF and WebP, {widths} pixels wide.").format(
            widths=", ".join(str(width) for width in obj.rendition_widths)
        )

    @admin.display(description=_("they look the same"))
    def twins(self, obj: Image) -> SafeString:
        return render_to_string("admin/blog/image/_twins.html", {"alike": alike(obj)})
