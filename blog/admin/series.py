"""Series: what they are called, and which posts are their parts in which order."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.forms import Textarea
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from authors.bilingual import LANGUAGES
from authors.editing import EditorsAdmin, EditorsFields, EditorsForm, NamedRows, SlugForm
from authors.overwriting import CarefulForm
from blog.admin.filters import MissingSeriesWords
from blog.models import Post, Series, SeriesPart
from blog.models.posts import long_texts
from blog.models.series import MOST_PARTS


class SeriesForm(CarefulForm, SlugForm, EditorsForm):
    slug_source = "title_fr"

    class Meta:
        model = Series
        fields = "__all__"
        widgets = {f"description_{language}": Textarea(attrs={"rows": 3}) for language in LANGUAGES}


class PartForm(EditorsForm):
    def clean_post(self) -> Post:
        """Take the original where its translation was chosen: both are the same part."""
        return self.cleaned_data["post"].original


class PartInline(EditorsFields, NamedRows):
    """The parts."""

    model = SeriesPart
    form = PartForm
    fields = ("post", "position")
    autocomplete_fields = ("post",)
    extra = 0
    max_num = MOST_PARTS
    verbose_name = _("part of the series")
    verbose_name_plural = _("Parts, in the order of their positions")

    def get_queryset(self, request: HttpRequest) -> QuerySet[SeriesPart]:
        return super().get_queryset(request).select_related("post", "series").defer(*long_texts("post"))

    def get_formset(self, request: HttpRequest, obj: Series | None = None, **kwargs) -> type:
        return super().get_formset(request, obj, **{"validate_max": True} | kwargs)


def show_place(post: Post) -> SafeString | str:
    """Return which part of its series a post is, of those that there are, whoever sees them; nothing of another."""
    parts = (
        SeriesPart.objects.filter(series__parts__post=post.discussion_id).select_related("series") if post.pk else ()
    )
    keys = [part.post_id for part in parts]
    if not keys:
        return ""
    words = gettext("Part %(number)s of %(count)s") % {
        "number": keys.index(post.discussion_id) + 1,
        "count": len(keys),
    }
    series = parts[0].series
    address = reverse("admin:blog_series_change", args=[series.pk])
    return format_html('<a href="{}">{}</a> <small>{}</small>', address, series.title, words)


@admin.register(Series)
class SeriesAdmin(EditorsAdmin):
    form = SeriesForm
    inlines = (PartInline,)
    list_display = ("title_fr", "title_en", "slug", "parts_of_it")
    list_filter = (MissingSeriesWords,)
    search_fields = ("title_fr", "title_en", "slug")
    ordering = ("slug",)
    fieldsets = (
        (
            None,
            {
                "fields": (("title_fr", "title_en"), "slug"),
                "description": _(
                    "A part is a post and its translation: whichever you choose, both take that place, each for its "
                    "readers. Parts that readers do not see are not counted."
                ),
            },
        ),
        (_("Description"), {"fields": ("description_fr", "description_en")}),
    )

    def for_list(self, rows: QuerySet[Series]) -> QuerySet[Series]:
        return rows.defer("description_fr", "description_en").annotate(part_count=Count("parts"))

    def view_on_site(self, obj: Series) -> str | None:
        return obj.get_absolute_url() if obj.is_public() else None

    @admin.display(description=_("parts"))
    def parts_of_it(self, obj: Series) -> int:
        return obj.part_count
