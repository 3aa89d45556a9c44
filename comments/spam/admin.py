"""The terms that moderators block, with what each would have held."""

from django.contrib import admin
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from authors.editing import EditorsAdmin
from comments.models import BlockedTerm, Comment
from comments.spam.judging import describe_verdict

# What is looked at when a term's page opens, and what is shown of it.
LOOKED_AT = 1000
SHOWN = 10


@admin.register(BlockedTerm)
class BlockedTermAdmin(EditorsAdmin):
    """Words, addresses and networks whose comments are held; for those who moderate."""

    list_display = ("value", "kind", "note", "created_by", "created_at")
    list_filter = ("kind",)
    list_select_related = ("created_by",)
    search_fields = ("value", "note")
    fields = ("kind", "value", "note", "created_by", "created_at", "would_have_held")
    readonly_fields = ("created_by", "created_at", "would_have_held")

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm("comments.moderate_comment")

    has_change_permission = has_delete_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def save_model(self, request: HttpRequest, obj: BlockedTerm, form: ModelForm, change: bool) -> None:
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)

    @admin.display(description=_("would have held"))
    def would_have_held(self, obj: BlockedTerm) -> SafeString | str:
        """Return which of the newest comments the saved term meets: a dry run."""
        if obj.pk is None:
            return "–"
        held = obj.would_hold(LOOKED_AT)
        count = _("%(held)s of the newest %(count)s comments") % {"held": len(held), "count": LOOKED_AT}
        rows = ((address_of(each), each.name, each.get_status_display()) for each in held[:SHOWN])
        return format_html("{}<ul>{}</ul>", count, format_html_join("", '<li><a href="{}">{}</a> ({})</li>', rows))


def address_of(comment: Comment) -> str:
    """Return where a comment is moderated."""
    return reverse("admin:comments_comment_change", args=[comment.pk])


def show_verdict(comment: Comment) -> SafeString:
    """Return the score of a comment and its reasons, as its page in the admin shows them."""
    score, reasons = describe_verdict(comment)
    return format_html("{}<ul>{}</ul>", score, format_html_join("", "<li>{}</li>", ((reason,) for reason in reasons)))
