from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models.comments import Comment


class Edit(models.Model):
    """What a comment said before its text was changed, when and by whom. Rows are added, never edited."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="edits", verbose_name=_("comment"))
    text = models.TextField(_("text before"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("by"),
        help_text=_("Empty: its writer."),
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now)

    class Meta:
        verbose_name = _("edit")
        verbose_name_plural = _("edits")
        ordering = ["-made_at", "-pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.text[:60]
