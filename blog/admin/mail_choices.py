"""Where people choose what they are mailed: each their own, and whoever manages accounts, all."""

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from authors.editing import EditorsAdmin, EditorsForm
from blog.mail.editors import choices_of_editors
from blog.models import EditorMail
from blog.syndication.offer_mails import EDIT

# Who has texts read before they appear.
WRITE = "blog.change_post"
# Who looks after accounts looks after their mail too.
MANAGE_ACCOUNTS = "auth.change_user"


class MailChoiceAdmin(EditorsAdmin):
    """The choices of those who have a permission (``asked_of``), each a row with its ``user`` and ``bounced_at``."""

    asked_of: str
    actions = None
    list_select_related = ("user",)
    ordering = ("user__username",)
    readonly_fields = ("user", "address")

    def choices(self) -> QuerySet:
        """Return the rows of those who may have one, making what is missing."""
        raise NotImplementedError

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(self.asked_of) or request.user.has_perm(MANAGE_ACCOUNTS)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        is_theirs = obj is None or obj.user_id == request.user.pk
        return self.has_module_permission(request) and (is_theirs or request.user.has_perm(MANAGE_ACCOUNTS))

    has_change_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request).select_related("user")
        return rows if request.user.has_perm(MANAGE_ACCOUNTS) else rows.filter(user=request.user.pk)

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Lead those who have one row to it; everybody who may have one has it from now on."""
        if self.has_view_permission(request):
            own = next((each for each in self.choices() if each.user_id == request.user.pk), None)
            if own and not request.user.has_perm(MANAGE_ACCOUNTS):
                return HttpResponseRedirect(
                    reverse(f"admin:{self.opts.label_lower.replace('.', '_')}_change", args=[own.pk])
                )
        return super().changelist_view(request, extra_context)

    def save_model(self, request: HttpRequest, obj: Model, form: ModelForm, change: bool) -> None:
        # An address that took no mail is tried again.
        obj.bounced_at = None
        super().save_model(request, obj, form, change)

    @admin.display(description=_("e-mail"))
    def address(self, obj: Model) -> str:
        if not obj.user.email:
            return _("None: whoever manages accounts can enter one.")
        if obj.bounced_at:
            return _("%(email)s takes no mail; saved again, it is tried again.") % {"email": obj.user.email}
        return obj.user.email


class EditorMailForm(EditorsForm):
    class Meta:
        model = EditorMail
        fields = ("is_on", "remarks_on", "language")


@admin.register(EditorMail)
class EditorMailAdmin(MailChoiceAdmin):
    """What those who write are mailed of: what is said of their texts, and what partners hand over."""

    asked_of = WRITE
    form = EditorMailForm
    list_display = ("user", "address", "remarks_on", "is_on", "language")
    list_filter = ("remarks_on", "is_on")

    def get_fields(self, request: HttpRequest, obj: EditorMail | None = None) -> list[str]:
        """Offer mails about texts from partners to those who decide on them."""
        decides = obj is None or obj.user.has_perm(EDIT)
        return ["user", "address", "remarks_on", *(["is_on"] if decides else []), "language"]

    def choices(self) -> QuerySet[EditorMail]:
        return choices_of_editors(WRITE)
