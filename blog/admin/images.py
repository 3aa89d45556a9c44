from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from authors.editing import EditorsAdmin, EditorsForm
from blog.admin.library import THUMBNAIL_WIDTH, LibraryAdmin, rendition_address
from blog.admin.writing import WritingMixin
from blog.models import Image, Page, Partner, Post

# More places than these are not listed: one is enough to know that a picture is needed.
PLACES_SHOWN = 20


class AltFilter(admin.SimpleListFilter):
    """Pictures that somebody who does not see them learns nothing of."""

    title = _("alternative text")
    parameter_name = "alt"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("no_fr", _("missing in French")), ("no_en", _("missing in English")), ("both", _("in both languages"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Image]) -> QuerySet[Image]:
        match self.value():
            case "no_fr":
                return queryset.filter(alt_fr="")
            case "no_en":
                return queryset.filter(alt_en="")
            case "both":
                return queryset.exclude(Q(alt_fr="") | Q(alt_en=""))
        return queryset


@admin.register(Image)
class ImageAdmin(LibraryAdmin, WritingMixin, EditorsAdmin):
    """The library of pictures."""

    form = EditorsForm
    list_display = ("thumbnail", "title", "has_alt_fr", "has_alt_en", "credit", "size", "created_at")
    list_display_links = ("thumbnail", "title")
    list_filter = (AltFilter, "created_at")
    search_fields = ("title", "alt_fr", "alt_en", "caption_fr", "caption_en", "credit")
    ordering = ("-created_at", "-pk")
    readonly_fields = ("preview", "width", "height", "places")
    # One by one only, see has_delete_permission().
    actions = None
    fieldsets = (
        (None, {"fields": ("title", "file", "preview", ("width", "height"))}),
        (
            _("For those who do not see it"),
            {
                "fields": ("alt_fr", "alt_en"),
                "description": _("Empty only where a picture decorates and says nothing."),
            },
        ),
        (_("Below it"), {"fields": ("caption_fr", "caption_en", ("credit", "licence"), "source")}),
        (
            _("What stays in sight where it is cropped"),
            {
                "fields": (("focal_x", "focal_y"),),
                "description": _("50 and 50 is the middle; 0 and 0 the top left corner."),
            },
        ),
        (_("Where it is used"), {"fields": ("places",)}),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Image | None = None) -> bool:
        """A picture that is used somewhere stays."""
        return super().has_delete_permission(request, obj) and (obj is None or not places_of(obj))

    def delete_model(self, request: HttpRequest, obj: Image) -> None:
        file = obj.file
        super().delete_model(request, obj)
        file.delete(save=False)

    @admin.display(description=_("picture"))
    def thumbnail(self, obj: Image) -> SafeString:
        address = rendition_address(obj, THUMBNAIL_WIDTH)
        return format_html('<img class="thumbnail" src="{}" alt="" loading="lazy">', address)

    @admin.display(description=_("picture"))
    def preview(self, obj: Image) -> SafeString | str:
        return format_html('<img class="picture" src="{}" alt="">', obj.file.url) if obj.file else ""

    @admin.display(description=_("alt, French"), boolean=True, ordering="alt_fr")
    def has_alt_fr(self, obj: Image) -> bool:
        return bool(obj.alt_fr)

    @admin.display(description=_("alt, English"), boolean=True, ordering="alt_en")
    def has_alt_en(self, obj: Image) -> bool:
        return bool(obj.alt_en)

    @admin.display(description=_("size"), ordering="width")
    def size(self, obj: Image) -> str:
        return f"{obj.width} × {obj.height}"

    @admin.display(description=_("places"))
    def places(self, obj: Image) -> SafeString | str:
        if obj.pk is None:
            return ""
        places = [
            (reverse(f"admin:blog_{place._meta.model_name}_change", args=[place.pk]), place) for place in places_of(obj)
        ]
        return render_to_string("admin/blog/image/_places.html", {"places": places})


def places_of(image: Image) -> list[Post | Page | Partner]:
    """Return what shows a picture, as far as ``PLACES_SHOWN``."""
    posts = Post.objects.filter(Q(pictures=image) | Q(cover=image)).distinct().only("title", "language")
    pages = Page.objects.filter(pictures=image).only("title", "language")
    partners = Partner.objects.filter(logo=image).only("name", "language")
    return [place for places in (posts, pages, partners) for place in places[:PLACES_SHOWN]]
