from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from authors.editing import EditorsAdmin, EditorsFields, EditorsForm, SlugForm
from blog.admin.hand_overs import HandOverMixin
from blog.models import Partner, Tribune
from blog.models.partners import LAST_LOOK
from blog.models.posts import long_texts

# More than a partner's page can show is found in the list of tribunes.
TRIBUNES_SHOWN = 50

# What a line about a tribune does not show of its post.
LONG_TEXTS = long_texts("post")


class PartnerForm(SlugForm, EditorsForm):
    class Meta:
        model = Partner
        fields = "__all__"


@admin.register(Partner)
class PartnerAdmin(EditorsAdmin):
    form = PartnerForm
    list_display = ("name", "keeper", "language", "takes", "is_listed")
    list_filter = ("language", "takes", "is_listed")
    search_fields = ("name", "keeper", "site")
    ordering = ("name", "pk")
    autocomplete_fields = ("logo",)
    readonly_fields = ("tribunes",)
    fieldsets = (
        (None, {"fields": ("name", "slug", ("keeper", "language"), "site", "logo", "is_listed")}),
        (_("Public note"), {"fields": ("note_fr", "note_en")}),
        (_("How it takes tribunes"), {"fields": ("takes", "email", "feed", "api")}),
        (_("Tribunes"), {"fields": ("tribunes",)}),
    )

    def for_list(self, rows: QuerySet[Partner]) -> QuerySet[Partner]:
        return rows.defer("note_fr", "note_en")

    def view_on_site(self, obj: Partner) -> str:
        return obj.get_absolute_url()

    @admin.display(description=_("tribunes"))
    def tribunes(self, obj: Partner) -> SafeString | str:
        if obj.pk is None:
            return ""
        rows = list(obj.tribunes.select_related("post").defer(*LONG_TEXTS))
        context = {"tribunes": rows[:TRIBUNES_SHOWN], "partner": obj, "has_others": len(rows) > TRIBUNES_SHOWN}
        return render_to_string("admin/blog/partner/_tribunes.html", context)


class TribuneForm(EditorsForm):
    mended_at = {
        "tribune_once_a_partner": "partner",
        "tribune_published_has_an_address": "url",
        "tribune_teaser_is_not_canonical": "canonical",
    }

    class Meta:
        model = Tribune
        fields = "__all__"


class TribuneInline(EditorsFields, admin.StackedInline):
    """The tribunes of a post, on the page of the post."""

    model = Tribune
    fk_name = "post"
    form = TribuneForm
    extra = 0
    autocomplete_fields = ("partner",)
    show_change_link = True
    fields = (
        ("partner", "direction", "state"),
        ("content", "canonical"),
        "title",
        "url",
        ("published_at", "words"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tribune]:
        return super().get_queryset(request).select_related("partner", "post").defer(*LONG_TEXTS)


@admin.register(Tribune)
class TribuneAdmin(HandOverMixin, EditorsAdmin):
    form = TribuneForm
    list_display = ("there", "partner", "direction", "state", "published_at", "looked_at", "found_status")
    list_filter = ("state", "direction", "partner", "post__language")
    list_select_related = ("post", "partner")
    search_fields = ("title", "post__title", "partner__name", "url")
    ordering = ("-published_at", "-pk")
    autocomplete_fields = ("post", "partner", "piece")
    readonly_fields = LAST_LOOK
    fieldsets = (
        (None, {"fields": ("post", ("partner", "direction", "state"), ("content", "canonical"), "piece")}),
        (_("At the partner’s"), {"fields": ("title", "url", ("published_at", "words"))}),
        (_("The last look at it"), {"fields": LAST_LOOK, "classes": ("collapse",)}),
    )

    def for_list(self, rows: QuerySet[Tribune]) -> QuerySet[Tribune]:
        return rows.defer(*LONG_TEXTS)

    def view_on_site(self, obj: Tribune) -> str | None:
        return obj.url or None

    @admin.display(description=_("tribune"), ordering="title")
    def there(self, obj: Tribune) -> str:
        return obj.title or str(obj.post)

    def has_delete_permission(self, request: HttpRequest, obj: Tribune | None = None) -> bool:
        """What stands at a partner's, or was handed over to them, is withdrawn, not forgotten."""
        is_deletable = obj is None or not (obj.is_published() or obj.hand_overs.exists())
        return super().has_delete_permission(request, obj) and is_deletable
