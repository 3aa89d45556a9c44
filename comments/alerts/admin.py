"""Where moderators choose whether they are mailed about comments that wait."""

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from authors.editing import EditorsAdmin, EditorsForm
from comments.alerts.sending import choices_of_moderators
from comments.models import ModeratorMail
from comments.moderators import MODERATE

# Who looks after accounts looks after their mail too.
MANAGE_ACCOUNTS = "auth.change_user"


class ModeratorMailForm(EditorsForm):
    class Meta:
        model = ModeratorMail
        fields = ("cadence", "language")


@admin.register(ModeratorMail)
class ModeratorMailAdmin(EditorsAdmin):
    """One's own choice; for who manages accounts, that of each moderator."""

    form = ModeratorMailForm
    actions = None
    list_display = ("user", "address", "cadence", "language")
    list_filter = ("cadence",)
    list_select_related = ("user",)
    ordering = ("user__username",)
    fields = ("user", "address", "cadence", "language")
    readonly_fields = ("user", "address")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MODERATE) or request.user.has_perm(MANAGE_ACCOUNTS)

    def has_view_permission(self, request: HttpRequest, obj: ModeratorMail | None = None) -> bool:
        is_theirs = obj is None or obj.user_id == request.user.pk
        return self.has_module_permission(request) and (is_theirs or request.user.has_perm(MANAGE_ACCOUNTS))

    has_change_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[ModeratorMail]:
        rows = super().get_queryset(request).select_related("user")
        return rows if request.user.has_perm(MANAGE_ACCOUNTS) else rows.filter(user=request.user.pk)

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Lead those who have one row to it; each moderator has one from now on."""
        if self.has_view_permission(request):
            own = next((each for each in choices_of_moderators() if each.user_id == request.user.pk), None)
            if own and not request.user.has_perm(MANAGE_ACCOUNTS):
                return HttpResponseRedirect(reverse("admin:comments_moderatormail_change", args=[own.pk]))
        return super().changelist_view(request, extra_context)

    def save_model(self, request: HttpRequest, obj: ModeratorMail, form: ModelForm, change: bool) -> None:
        # An address that took no mail is tried again.
        obj.bounced_at = None
        super().save_model(request, obj, form, change)

    @admin.display(description=_("e-mail"))
    def address(self, obj: ModeratorMail) -> str:
        if not obj.user.email:
            return _("None: whoever manages accounts can enter one.")
        if obj.bounced_at:
            return _("%(email)s takes no mail; saved again, it is tried again.") % {"email": obj.user.email}
        return obj.user.email
