"""Undo, offered with the message that says what was decided, and on the page of the comment."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from authors.written_numbers import read_numbers
from comments.models import Comment, Decision
from comments.undoing import NotUndoneError, undo, undoable_decision


class UndoMixin:
    """For an admin of comments: what has just been decided can be taken back by one button, without JavaScript."""

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.undo_view)
        return [path("undo/", view, name="comments_comment_undo"), *super().get_urls()]

    def offer_undo(self, request: HttpRequest, text: str, decisions: Sequence[Decision]) -> None:
        """Say what was decided, with the button that undoes it."""
        context = {"text": text, "keys": keys_of(decisions), "back": request.get_full_path()}
        message = render_to_string("admin/comments/comment/_undo.html", context, request=request)
        self.message_user(request, message, messages.SUCCESS)

    def render_change_form(self, request: HttpRequest, context: dict, obj: Comment | None = None, **kwargs):
        context["undoable"] = undoable_decision(obj) if obj else None
        return super().render_change_form(request, context, obj=obj, **kwargs)

    def undo_view(self, request: HttpRequest) -> HttpResponse:
        """Undo decisions, the latest first, and say of each that stands why."""
        if not self.has_moderate_permission(request):
            return render(request, "403.html", status=403)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        decisions = list(named_decisions(request.POST.get("decisions", "")))
        undone = [decision.comment for decision in decisions if self.try_to_undo(request, decision)]
        if undone:
            text = ngettext(
                "%(count)s decision undone: all is as before.",
                "%(count)s decisions undone: all is as before.",
                len(undone),
            )
            self.message_user(request, text % {"count": len(undone)}, messages.SUCCESS)
        elif not decisions:
            self.message_user(request, _("There is nothing to undo any more."), messages.WARNING)
        return HttpResponseRedirect(self.way_back(request, decisions))

    def try_to_undo(self, request: HttpRequest, decision: Decision) -> bool:
        """Undo a decision; where it stands, say why."""
        try:
            undo(decision, by=request.user)
        except NotUndoneError as complaint:
            text = str(complaint)
            if decision.comment:
                text = _("Comment by %(name)s: %(complaint)s") % {"name": decision.comment.name, "complaint": complaint}
            self.message_user(request, text, messages.ERROR)
            return False
        self.log_change(request, decision.comment, [{"changed": {"fields": ["status"]}}])
        return True

    def way_back(self, request: HttpRequest, decisions: list[Decision]) -> str:
        """Return where to go on: to the queue or list that they were made in, or to the one comment."""
        back = request.POST.get("back", "")
        comment_id = decisions[0].comment_id if len(decisions) == 1 else None
        if comment_id and not back.startswith(reverse("admin:comments_comment_queue")):
            return reverse("admin:comments_comment_change", args=[comment_id])
        is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
        return back if is_ours and back.startswith("/") else reverse("admin:comments_comment_changelist")


def keys_of(decisions: Sequence[Decision]) -> str:
    """Return the keys of decisions as one field of a form holds them."""
    return ",".join(str(decision.pk) for decision in decisions)


def named_decisions(keys: str) -> Sequence[Decision]:
    """Return the decisions that such a field names, the latest first; nonsense names none."""
    return Decision.objects.filter(pk__in=read_numbers(keys.split(","))).select_related("comment").order_by("-pk")
