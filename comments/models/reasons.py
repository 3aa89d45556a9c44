from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.models.languages import Language
from comments.models.comments import Comment
from comments.models.decisions import Decision
from comments.models.notices import Category, Notice
from comments.text import MAX_LENGTH


class StatementOfReasons(models.Model):
    """Why a comment was taken off or kept out, for its writer (Regulation (EU) 2022/2065, article 17).

    Rows are added, never edited but for what becomes of them. Redress is the same for all, and so stands in the page
    and the mail.
    """

    comment = models.ForeignKey(
        Comment, on_delete=models.SET_NULL, null=True, related_name="statements", verbose_name=_("comment")
    )
    decision = models.OneToOneField(
        Decision, on_delete=models.SET_NULL, null=True, related_name="statement", verbose_name=_("decision")
    )
    measure = models.CharField(_("what was decided"), max_length=10, choices=Comment.Status)
    ground = models.CharField(_("ground"), max_length=10, choices=Category, default=Category.RULES)
    provision = models.CharField(_("law or rule"), max_length=200, blank=True)
    facts = models.TextField(_("facts"), blank=True, max_length=MAX_LENGTH)
    is_automated = models.BooleanField(_("decided by a program"), default=False)
    notice = models.ForeignKey(
        Notice, on_delete=models.SET_NULL, null=True, related_name="statements", verbose_name=_("notice")
    )
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    mailed_at = models.DateTimeField(_("mailed"), null=True, editable=False)
    # Its decision was undone.
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, editable=False)

    class Meta:
        verbose_name = _("statement of reasons")
        verbose_name_plural = _("statements of reasons")
        ordering = ["-created_at", "-pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["created_at"], name="statement_register")]

    def __str__(self) -> str:
        return f"{self.get_measure_display()}: {self.get_ground_display()}"

    def is_about_law(self) -> bool:
        """Say whether the comment was found unlawful, and not only against the rules of the discussion."""
        return self.ground != Category.RULES


class AppealQuerySet(models.QuerySet):
    def open(self) -> "AppealQuerySet":
        """Return what nobody has decided on, the oldest first."""
        return self.filter(outcome="").order_by("created_at", "pk")


class Appeal(models.Model):
    """What the writer of a comment says against the decision on it; one for each statement of reasons."""

    class Outcome(models.TextChoices):
        KEPT = "kept", _("the decision stands")
        RESTORED = "restored", _("the comment is back")

    statement = models.OneToOneField(
        StatementOfReasons, on_delete=models.CASCADE, related_name="appeal", verbose_name=_("statement of reasons")
    )
    text = models.TextField(_("text"), max_length=MAX_LENGTH)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    created_at = models.DateTimeField(_("received"), default=timezone.now)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    answer = models.TextField(_("reasons of the decision"), blank=True, max_length=MAX_LENGTH)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = _("contestation")
        verbose_name_plural = _("contestations")
        ordering = ["-created_at", "-pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["outcome", "created_at", "id"], name="appeal_queue")]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", decided_at=None) | (~Q(outcome="") & Q(decided_at__isnull=False)),
                name="appeal_decided_has_a_date",
            )
        ]

    def __str__(self) -> str:
        return f"{self.statement}"

    def is_open(self) -> bool:
        """Say whether somebody still has to decide on it."""
        return self.outcome == ""
