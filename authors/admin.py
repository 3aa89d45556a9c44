from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import ForeignKey, QuerySet
from django.forms import Field
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from authors.editing import EditorsAdmin, EditorsForm, NamedRows, SlugForm, WordsFilter
from authors.models import NEEDED_WORDS, PAIRED_WORDS, Author, AuthorLink
from authors.overwriting import CarefulForm

# What only those who manage authors decide on, not the author.
MANAGED_FIELDS = ("slug", "sort_name", "user", "is_listed")


class AuthorForm(CarefulForm, SlugForm, EditorsForm):
    class Meta:
        model = Author
        fields = "__all__"


class AuthorLinkInline(NamedRows):
    model = AuthorLink
    form = EditorsForm
    fields = ("network", "address", "position")
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuthorLink]:
        return super().get_queryset(request).select_related("author")


class MissingFilter(WordsFilter):
    needed, paired = NEEDED_WORDS, PAIRED_WORDS


@admin.register(Author)
class AuthorAdmin(EditorsAdmin):
    """Profiles. Who may not make new ones may write their own."""

    form = AuthorForm
    inlines = (AuthorLinkInline,)
    list_display = ("name", "role", "account", "is_listed")
    list_filter = ("is_listed", MissingFilter)
    list_select_related = ("user",)
    search_fields = ("name", "sort_name", "email")
    ordering = ("sort_name", "pk")
    readonly_fields = ("portrait_preview",)
    fieldsets = (
        (None, {"fields": ("name", "slug", ("portrait", "portrait_preview"), ("role_fr", "role_en"))}),
        (_("Biography"), {"fields": ("biography_fr", "biography_en")}),
        (
            _("Account and directory"),
            {"fields": ("user", "email", "is_listed", "sort_name")},
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Author | None = None) -> tuple[str, ...]:
        return self.readonly_fields if self.has_add_permission(request) else self.readonly_fields + MANAGED_FIELDS

    def has_change_permission(self, request: HttpRequest, obj: Author | None = None) -> bool:
        is_theirs = obj is None or obj.user_id == request.user.pk
        return super().has_change_permission(request, obj) and (is_theirs or self.has_add_permission(request))

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs) -> Field:
        if db_field.name == "user":
            # A choice of names: who manages authors need not be allowed to look at accounts.
            kwargs["queryset"] = get_user_model().objects.filter(is_staff=True).order_by("username")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def for_list(self, rows: QuerySet[Author]) -> QuerySet[Author]:
        return rows.defer("biography_fr", "biography_en")

    def view_on_site(self, obj: Author) -> str:
        return obj.get_absolute_url()

    @admin.display(description=_("role"))
    def role(self, obj: Author) -> str:
        return obj.role

    @admin.display(description=_("account"), ordering="user__username")
    def account(self, obj: Author) -> str:
        return obj.user.get_username() if obj.user else ""

    @admin.display(description=_("preview"))
    def portrait_preview(self, obj: Author) -> SafeString | str:
        if not obj.portrait:
            return ""
        return format_html('<img class="thumbnail" src="{}" alt="">', obj.portrait.url)
