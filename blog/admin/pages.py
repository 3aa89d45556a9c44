from django.contrib import admin
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from authors.editing import EditorsAdmin, EditorsForm, SlugForm
from authors.overwriting import CarefulForm
from blog.admin.editor import BodyField
from blog.models import Page


class PageForm(CarefulForm, SlugForm, EditorsForm):
    slug_source = "title"
    slug_scope = ("language",)
    mended_at = {"page_slug_once_a_language": "slug", "page_one_translation_a_language": "translation_of"}

    body = BodyField()

    class Meta:
        model = Page
        fields = "__all__"


@admin.register(Page)
class PageAdmin(EditorsAdmin):
    form = PageForm
    list_display = ("title", "language", "slug", "position", "is_published", "modified_at")
    list_filter = ("language", "is_published")
    search_fields = ("title", "slug")
    ordering = ("language", "position", "title")
    autocomplete_fields = ("translation_of",)
    fieldsets = (
        (None, {"fields": ("title", ("language", "slug"), "body")}),
        (_("Place on the site"), {"fields": ("is_published", "position", "translation_of")}),
    )

    def for_list(self, rows: QuerySet[Page]) -> QuerySet[Page]:
        return rows.defer("body", "body_html")

    def view_on_site(self, obj: Page) -> str | None:
        return obj.path() if obj.is_published else None
