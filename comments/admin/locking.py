"""Locking a thread from the page of its first comment."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from comments.locking import lock_thread, unlock_thread
from comments.models import Comment

LOCK, UNLOCK = "_lock", "_unlock"


class LockMixin:
    """For an admin of comments: two buttons, of which one is there. The reason is that of the form."""

    def render_change_form(self, request: HttpRequest, context: dict, obj: Comment | None = None, **kwargs):
        if obj and obj.locked_at:
            context["lock_step"] = (UNLOCK, _("Unlock the thread"))
        elif obj and obj.can_be_locked():
            context["lock_step"] = (LOCK, _("Lock the thread"))
        return super().render_change_form(request, context, obj=obj, **kwargs)

    def change_lock(self, request: HttpRequest, comment: Comment, reason: str) -> None:
        """Do what the button says that was pressed."""
        step = lock_thread if pressed(request) == LOCK else unlock_thread
        step(comment, by=request.user, reason=reason)

    def response_to_lock(self, request: HttpRequest) -> HttpResponse:
        """Say what has become of the thread, and stay at its comment."""
        texts = {LOCK: _("The thread is locked: nobody can answer in it."), UNLOCK: _("The thread is open again.")}
        self.message_user(request, texts[pressed(request)], messages.SUCCESS)
        return HttpResponseRedirect(request.get_full_path())


def pressed(request: HttpRequest) -> str:
    """Return which of the two buttons sent the form, or ''."""
    return next((name for name in (LOCK, UNLOCK) if name in request.POST), "")
