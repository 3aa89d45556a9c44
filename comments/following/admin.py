"""Those whom answers are mailed to, for whoever is asked to stop that, or to erase an address.

Nobody is added or confirmed here: an address is mailed only because its owner said so at the address in their mail.
"""

from django.contrib import admin, messages
from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from authors.editing import EditorsAdmin, NamedRows
from blog.models.posts import long_texts
from comments.following.consent import stop, stop_everything
from comments.forms import ANSWERS, DISCUSSION
from comments.models import Follower, Following, normalise_email

# What is mailed to somebody: of which comments.
SCOPES = {ANSWERS: _("answers to their comment"), DISCUSSION: _("the whole discussion")}

# By what of a row its state is told, the first that holds; the last is what none of the others is.
STATES = {
    "refused": (pgettext_lazy("address", "refused"), Q(refused_at__isnull=False)),
    "bounced": (pgettext_lazy("address", "bounced"), Q(bounced_at__isnull=False)),
    "unconfirmed": (_("not confirmed"), Q(confirmed_at=None)),
    "stopped": (_("follows nothing any more"), ~Exists(Following.objects.active().filter(follower=OuterRef("pk")))),
    "confirmed": (pgettext_lazy("address", "confirmed"), Q()),
}


def in_state(name: str) -> Q:
    """Return the condition of being in one state: its own, and none of those before it."""
    condition = Q()
    for state, (_label, own) in STATES.items():
        if state == name:
            return condition & Q(own)
        condition &= ~Q(own)
    raise KeyError(name)


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(name, label) for name, (label, _condition) in STATES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(in_state(self.value())) if self.value() in STATES else queryset


class ActiveFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("active", pgettext_lazy("following", "mailed")), ("stopped", pgettext_lazy("following", "stopped"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() in ("active", "stopped"):
            return queryset.filter(stopped_at__isnull=self.value() == "active")
        return queryset


class ReadOnlyAdmin(EditorsAdmin):
    """Rows that people make for themselves: nothing of them is typed here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_stop_permission(self, request: HttpRequest) -> bool:
        """Whoever may erase an address may also stop its mail."""
        return request.user.has_perm("comments.delete_follower")


class FollowingInline(NamedRows):
    """What somebody follows: read only."""

    model = Following
    fields = readonly_fields = ("post", "scope", "cadence", "created_at", "stopped_at")
    extra = 0
    can_delete = False
    ordering = ("-pk",)

    def has_add_permission(self, request: HttpRequest, obj: Follower | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Follower | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Following]:
        return super().get_queryset(request).select_related("post").defer(*long_texts("post"))

    @admin.display(description=_("what is mailed"))
    def scope(self, obj: Following) -> str:
        return SCOPES[ANSWERS if obj.comment_id else DISCUSSION]


@admin.register(Follower)
class FollowerAdmin(ReadOnlyAdmin):
    list_display = ("email", "state", "discussions", "language", "created_at", "confirmed_at")
    list_filter = (StateFilter, ("followings__cadence", admin.ChoicesFieldListFilter), "language")
    search_fields = ("email__startswith",)
    search_help_text = _("The address, or its beginning")
    ordering = ("email",)
    fields = readonly_fields = (
        "email",
        "state",
        "language",
        "created_at",
        "asked_at",
        "invited_at",
        "confirmed_at",
        "bounced_at",
        "refused_at",
    )
    inlines = (FollowingInline,)
    actions = ("stop_mailing",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Follower]:
        active = Count("followings", filter=Q(followings__stopped_at=None), distinct=True)
        return super().get_queryset(request).annotate(active=active)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        # Addresses are kept in small letters, and found by an index in them.
        return super().get_search_results(request, queryset, normalise_email(search_term))

    def get_deleted_objects(self, objs, request: HttpRequest) -> tuple:
        # What an address follows, and what was mailed of it, is nobody's to delete but with the address.
        to_delete, counts, _needed, protected = super().get_deleted_objects(objs, request)
        return to_delete, counts, set(), protected

    @admin.display(description=_("state"))
    def state(self, obj: Follower) -> str:
        if obj.refused_at:
            return STATES["refused"][0]
        if obj.bounced_at:
            return STATES["bounced"][0]
        if not obj.confirmed_at:
            return STATES["unconfirmed"][0]
        return STATES["confirmed" if obj.active else "stopped"][0]

    @admin.display(description=_("discussions followed"))
    def discussions(self, obj: Follower) -> int:
        return obj.active

    @admin.action(description=_("Stop all mail to these addresses"), permissions=["stop"])
    def stop_mailing(self, request: HttpRequest, followers: QuerySet[Follower]) -> None:
        count = 0
        for follower in followers.order_by("pk"):
            stop_everything(follower)
            self.log_change(request, follower, gettext("Stopped on request."))
            count += 1
        said = ngettext(
            "Nothing more is mailed to %(count)s address.", "Nothing more is mailed to %(count)s addresses.", count
        )
        self.message_user(request, said % {"count": count}, messages.SUCCESS)


@admin.register(Following)
class FollowingAdmin(ReadOnlyAdmin):
    list_display = ("follower", "discussion", "scope", "cadence", "created_at", "stopped_at")
    list_filter = (ActiveFilter, "cadence")
    search_fields = ("follower__email__istartswith", "post__title")
    search_help_text = _("The beginning of an address, or words of a title")
    list_select_related = ("follower", "post")
    ordering = ("-pk",)
    fields = readonly_fields = ("follower", "discussion", "scope", "cadence", "created_at", "stopped_at")
    actions = ("stop_mailing",)

    def has_delete_permission(self, request: HttpRequest, obj: Following | None = None) -> bool:
        return False

    def for_list(self, rows: QuerySet[Following]) -> QuerySet[Following]:
        return rows.defer(*long_texts("post"))

    @admin.display(description=_("post"))
    def discussion(self, obj: Following) -> SafeString:
        return format_html('<a href="{}">{}</a>', f"{obj.post.path()}#comments", obj.post.title)

    @admin.display(description=_("what is mailed"))
    def scope(self, obj: Following) -> str:
        return SCOPES[ANSWERS if obj.comment_id else DISCUSSION]

    @admin.action(description=_("Stop the mail about these discussions"), permissions=["stop"])
    def stop_mailing(self, request: HttpRequest, followings: QuerySet[Following]) -> None:
        count = 0
        for following in followings.order_by("pk"):
            stop(following)
            self.log_change(request, following, gettext("Stopped on request."))
            count += 1
        said = ngettext("%(count)s discussion is mailed no more.", "%(count)s discussions are mailed no more.", count)
        self.message_user(request, said % {"count": count}, messages.SUCCESS)
