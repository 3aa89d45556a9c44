from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models.comments import Comment


class ThreadLock(models.Model):
    """That a thread was locked, or opened again: when, by whom and why. Rows are added, never edited."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="locks", verbose_name=_("comment"))
    is_locked = models.BooleanField(_("locked"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    made_at = models.DateTimeField(_("made"), default=timezone.now)

    class Meta:
        verbose_name = _("lock of a thread")
        verbose_name_plural = _("locks of threads")
        ordering = ["-made_at", "-pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return str(_("locked") if self.is_locked else _("open again"))
