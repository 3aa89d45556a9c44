from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models.comments import Comment

# So long mails that tell of a person's decision wait: who pressed the wrong button sees it at once, and undoes it.
TIME_TO_UNDO = timedelta(minutes=2)


class DecisionQuerySet(models.QuerySet):
    def without_place(self) -> "DecisionQuerySet":
        """Return those that would forget their comment if it were deleted."""
        return self.filter(comment_key=None, comment__isnull=False)

    def note_places(self) -> int:
        """Write on each the keys of its comment and its post, and return how many rows that was."""
        post = Comment.objects.filter(pk=OuterRef("comment")).values("post")
        return self.without_place().update(comment_key=F("comment"), post_key=Subquery(post))


class Decision(models.Model):
    """What was decided on a comment, when, by whom and why. Rows are added, never edited.

    They outlive the comment, of which they then keep the keys alone: nothing that its writer gave.
    """

    comment = models.ForeignKey(
        Comment, on_delete=models.SET_NULL, null=True, related_name="decisions", verbose_name=_("comment")
    )
    # Where it was decided, for when the comment is gone; empty on rows from before there were these columns.
    comment_key = models.PositiveBigIntegerField(null=True, editable=False)
    post_key = models.PositiveBigIntegerField(null=True, editable=False)
    before = models.CharField(_("before"), max_length=10, choices=Comment.Status)
    after = models.CharField(_("after"), max_length=10, choices=Comment.Status)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    # Others were told of it, such as who reported the comment: it is decided anew, but not undone.
    is_final = models.BooleanField(null=True, editable=False)
    undoes = models.OneToOneField(
        "self",
        on_delete=models.CASCADE,
        null=True,
        editable=False,
        related_name="undone_by",
        verbose_name=_("undoes"),
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-made_at", "-pk"]
        default_permissions = ("view",)
        indexes = [models.Index(fields=["comment", "-made_at"], name="decision_of_comment")]

    def __str__(self) -> str:
        return f"{self.get_before_display()} → {self.get_after_display()}"

    def save(self, **kwargs) -> None:
        if self.comment is not None and self.comment_key is None:
            self.comment_key, self.post_key = self.comment_id, self.comment.post_id
        super().save(**kwargs)
