from urllib.parse import urlsplit

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from authors.editing import EditorsAdmin, EditorsForm
from blog.models import OldAddress
from blog.models.addresses import TARGETS

# Long texts of the targets, which a list of addresses does not show.
LONG_TEXTS = (
    "post__standfirst",
    "post__body",
    "post__body_html",
    "post__body_text",
    "page__body",
    "page__body_html",
    "event__description_fr",
    "event__description_en",
)


class OldAddressForm(EditorsForm):
    path = forms.CharField(
        label=_("path"),
        max_length=OldAddress._meta.get_field("path").max_length,
        help_text=_("With the query where it mattered, such as /?p=123. A whole address is cut to its path."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    class Meta:
        model = OldAddress
        fields = "__all__"

    mended_at = {"old_address_is_a_path": "path"}

    def clean_path(self) -> str:
        """Keep the path and query of an address that was pasted whole."""
        path = self.cleaned_data["path"]
        if not path.startswith(("http://", "https://")):
            return path
        try:
            parts = urlsplit(path)
        except ValueError:
            raise forms.ValidationError(_("This is no address.")) from None
        return f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"


class TargetFilter(admin.SimpleListFilter):
    """What an address leads to."""

    title = _("leads to")
    parameter_name = "leads_to"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        kinds = [(name, OldAddress._meta.get_field(name).verbose_name) for name in TARGETS]
        return [*kinds, ("gone", _("nothing: it is gone"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[OldAddress]) -> QuerySet[OldAddress]:
        if self.value() in TARGETS:
            return queryset.filter(**{f"{self.value()}__isnull": False})
        if self.value() == "gone":
            return queryset.filter(Q(*[Q(**{f"{name}__isnull": True}) for name in TARGETS]))
        return queryset


@admin.register(OldAddress)
class OldAddressAdmin(EditorsAdmin):
    form = OldAddressForm
    list_display = ("path", "leads_to", "created_at")
    list_filter = (TargetFilter,)
    search_fields = ("path",)
    ordering = ("path",)
    autocomplete_fields = TARGETS
    fieldsets = (
        (None, {"fields": ("path",)}),
        (
            _("Leads to"),
            {
                "fields": TARGETS,
                "description": _(
                    "Choose one. With none, readers are told that what stood there is gone (410). Addresses that "
                    "change in the admin are noted here by themselves."
                ),
            },
        ),
    )

    def for_list(self, rows: QuerySet[OldAddress]) -> QuerySet[OldAddress]:
        return rows.leading_somewhere().defer(*LONG_TEXTS)

    def view_on_site(self, obj: OldAddress) -> str:
        return obj.path

    @admin.display(description=_("leads to"))
    def leads_to(self, obj: OldAddress) -> SafeString | str:
        target = obj.target
        if target is None:
            return _("nothing: it is gone")
        label, name = target._meta.app_label, target._meta.model_name
        return format_html(
            '{}: <a href="{}">{}</a>',
            target._meta.verbose_name,
            reverse(f"admin:{label}_{name}_change", args=[target.pk]),
            target,
        )
