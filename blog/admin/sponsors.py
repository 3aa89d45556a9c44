from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from authors.editing import EditorsAdmin, EditorsForm, SlugForm
from authors.overwriting import CarefulForm
from blog.models import Sponsor


class SponsorForm(CarefulForm, SlugForm, EditorsForm):
    mended_at = {"sponsor_once_a_name": "name", "sponsor_has_name_and_slug": "slug"}

    class Meta:
        model = Sponsor
        fields = "__all__"
        widgets = {"sites": forms.Textarea(attrs={"rows": 4})}


class SitesFilter(admin.SimpleListFilter):
    """Whether it is known where their links lead."""

    title = _("their sites")
    parameter_name = "sites"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("known", _("known")), ("missing", _("not known yet"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Sponsor]) -> QuerySet[Sponsor]:
        if self.value() == "missing":
            return queryset.filter(sites="")
        return queryset.exclude(sites="") if self.value() == "known" else queryset


@admin.register(Sponsor)
class SponsorAdmin(EditorsAdmin):
    form = SponsorForm
    list_display = ("name", "their_sites", "their_posts")
    list_filter = (SitesFilter,)
    search_fields = ("name", "slug", "sites")
    search_help_text = _("Words of the name or of a site")
    ordering = ("name", "pk")
    fields = ("name", "slug", "sites")

    def view_on_site(self, obj: Sponsor) -> str | None:
        return obj.get_absolute_url() if obj.is_public() else None

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whom a post names stays."""
        return super().has_delete_permission(request, obj) and (obj is None or not obj.posts.exists())

    @admin.display(description=_("their sites"), empty_value=_("not known yet"))
    def their_sites(self, obj: Sponsor) -> str | None:
        return ", ".join(obj.sites.split()) or None

    @admin.display(description=_("posts"))
    def their_posts(self, obj: Sponsor) -> SafeString:
        address = f"{reverse('admin:blog_post_changelist')}?sponsor={obj.pk}"
        return format_html('<a href="{}">{}</a>', address, _("Show"))
