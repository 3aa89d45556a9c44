from functools import partial

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import Field, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from authors.editing import EditorsAdmin, EditorsFields, EditorsForm, NamedRows, SlugForm
from authors.overwriting import CarefulForm
from blog.admin.agreements import AgreementMixin
from blog.admin.credentials import CredentialsAdmin
from blog.admin.discovering import DiscoveringAdmin, found_for
from blog.admin.filters import PartnerFilter
from blog.admin.hand_overs import HandOverMixin
from blog.admin.moments import MOMENT_FIELDS
from blog.admin.offers import MicropubTokenAdmin
from blog.admin.opml import OpmlAdmin
from blog.admin.taking_in import TakingInAdmin
from blog.admin.watching import AttentionFilter, WatchMixin
from blog.models import FeedReading, Partner, PartnerCategory, Tribune
from blog.models.looks import LAST_LOOK
from blog.models.posts import long_texts
from blog.tasks import learn_categories, read_headlines

# More than a partner's page can show is found in the list of tribunes.
TRIBUNES_SHOWN = 50

# What a line about a tribune does not show of its post.
LONG_TEXTS = long_texts("post")


class PartnerForm(CarefulForm, SlugForm, EditorsForm):
    keep_picture = forms.BooleanField(label=_("keep the icon as the logo"), required=False)

    class Meta:
        model = Partner
        fields = "__all__"


class CategoryLines(forms.BaseInlineFormSet):
    """Lines of which one at most is for all others; a formset finds only categories that are named twice."""

    def clean(self) -> None:
        super().clean()
        lines = [form for form in self.forms if form.has_changed() or form.instance.pk]
        for_others = [
            form
            for form in lines
            if form not in self.deleted_forms and form.is_valid() and not form.cleaned_data.get("category")
        ]
        for form in for_others[1:]:
            form.add_error("category", _("There is a line for all others already."))


class CategoryInline(EditorsFields, NamedRows):
    """What our categories are called at a partner's; the names that its WordPress has are offered."""

    model = PartnerCategory
    formset = CategoryLines
    extra = 0
    autocomplete_fields = ("category",)

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "name":
            field.widget.attrs |= {"list": "categories-there", "autocomplete": "off"}
        return field


@admin.register(Partner)
class PartnerAdmin(DiscoveringAdmin, CredentialsAdmin, MicropubTokenAdmin, TakingInAdmin, OpmlAdmin, EditorsAdmin):
    form = PartnerForm
    list_display = ("name", "keeper", "language", "takes", "is_listed")
    list_filter = ("language", "takes", "is_listed")
    search_fields = ("name", "keeper", "site")
    ordering = ("name", "pk")
    autocomplete_fields = ("logo",)
    inlines = (CategoryInline,)
    readonly_fields = ("tribunes", "let_in_by", "may_hand_over", "feed_state")
    fieldsets = (
        (None, {"fields": ("name", "slug", ("keeper", "language"), "site", "logo", "is_listed")}),
        (_("Public note"), {"fields": ("note_fr", "note_en")}),
        (
            _("How it takes tribunes"),
            {"fields": ("takes", "status_there", "email", "api", "micropub", "let_in_by")},
        ),
        (_("What is heard from it"), {"fields": ("feed", "feed_state", "webmention", "may_hand_over")}),
        (_("Tribunes"), {"fields": ("tribunes",)}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Partner | None = None) -> list:
        """Ask whether the icon is kept where one was found."""
        found = found_for(request) if obj is None else None
        if not (found and found.picture):
            return super().get_fieldsets(request, obj)
        (title, options), *others = super().get_fieldsets(request, obj)
        return [(title, options | {"fields": (*options["fields"], "keep_picture")}), *others]

    def save_model(self, request: HttpRequest, obj: Partner, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        self.after_change(obj, form.changed_data)

    def after_change(self, partner: Partner, changed: list[str]) -> None:
        """Have a feed read that is new, or a partner's that is listed now; and asked what a new WordPress has."""
        if {"feed", "is_listed"} & set(changed) and partner.feed and partner.is_listed:
            transaction.on_commit(partial(read_headlines.enqueue, partner_id=partner.pk))
        if "api" in changed and partner.api:
            transaction.on_commit(partial(learn_categories.enqueue, partner_id=partner.pk))

    @admin.display(description=_("its latest headlines"))
    def feed_state(self, obj: Partner) -> SafeString | str:
        if obj.pk is None or not obj.feed:
            return _("Without a feed there are none.")
        if not obj.is_listed:
            return _("They are read once the partner is listed.")
        reading = FeedReading.objects.filter(partner=obj).first()
        context = {"reading": reading, "headlines": obj.headlines.all(), "language": obj.language}
        return render_to_string("admin/blog/partner/_reading.html", context)

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
        "tribune_teaser_there_is_not_canonical": "content_there",
    }

    class Meta:
        model = Tribune
        fields = "__all__"


class TribuneInline(EditorsFields, admin.StackedInline):
    """The tribunes of a post, on the page of the post."""

    model = Tribune
    fk_name = "post"
    form = TribuneForm
    formfield_overrides = MOMENT_FIELDS
    extra = 0
    autocomplete_fields = ("partner",)
    show_change_link = True
    fields = (
        ("partner", "direction", "state"),
        ("content", "content_there", "canonical"),
        "title",
        "url",
        ("published_at", "words"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tribune]:
        return super().get_queryset(request).select_related("partner", "post").defer(*LONG_TEXTS)


@admin.register(Tribune)
class TribuneAdmin(HandOverMixin, WatchMixin, AgreementMixin, EditorsAdmin):
    form = TribuneForm
    formfield_overrides = MOMENT_FIELDS
    list_display = ("there", "partner", "direction", "state", "published_at", "looked_at", "how_it_is")
    list_filter = (AttentionFilter, "state", "direction", PartnerFilter, "post__language")
    list_select_related = ("post", "partner")
    search_fields = ("title", "post__title", "partner__name", "url")
    ordering = ("-published_at", "-pk")
    autocomplete_fields = ("post", "partner", "piece")
    readonly_fields = LAST_LOOK
    fieldsets = (
        (
            None,
            {"fields": ("post", ("partner", "direction", "state"), ("content", "content_there", "canonical"), "piece")},
        ),
        (_("At the partner’s"), {"fields": ("title", "url", ("published_at", "words"))}),
        (_("When the page is gone"), {"fields": ("is_watched", "archive_agreed", "archive_url")}),
        (_("The last look at it"), {"fields": LAST_LOOK, "classes": ("collapse",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tribune]:
        return super().get_queryset(request).select_related(*self.list_select_related).defer(*LONG_TEXTS)

    def for_list(self, rows: QuerySet[Tribune]) -> QuerySet[Tribune]:
        return rows.prefetch_related("findings")

    def view_on_site(self, obj: Tribune) -> str | None:
        return obj.url or None

    @admin.display(description=_("tribune"), ordering="title")
    def there(self, obj: Tribune) -> str:
        return obj.title or str(obj.post)

    def has_delete_permission(self, request: HttpRequest, obj: Tribune | None = None) -> bool:
        """What stands at a partner's, or was handed over to them, is withdrawn, not forgotten."""
        is_deletable = obj is None or not (obj.is_published() or obj.hand_overs.exists())
        return super().has_delete_permission(request, obj) and is_deletable
