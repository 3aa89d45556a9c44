"""A mail that waits for its sending as a row: what keeps it from being lost, and from coming twice."""

from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class QueuedMailQuerySet(models.QuerySet):
    def due(self, now: datetime) -> "QueuedMailQuerySet":
        """Return what is to be sent now, in the order in which it became due."""
        return self.filter(state=QueuedMail.State.PENDING, due_at__lte=now).order_by("due_at", "pk")


class QueuedMail(models.Model):
    """That somebody is told of something; ``comments.mail.outbox`` sends it."""

    class State(models.TextChoices):
        PENDING = "pending", _("to be sent")
        # Given to the mail server, which has not answered yet. Where the process was killed just then, nobody knows
        # whether the mail left, and it is not sent again.
        SENDING = "sending", _("handed over")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        DROPPED = "dropped", _("no longer wanted")

    is_digest = models.BooleanField(_("in a digest"), default=False)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    # Which process took it, so that two that take mails at once each know their own.
    claim = models.UUIDField(null=True, editable=False)

    objects = QueuedMailQuerySet.as_manager()

    class Meta:
        abstract = True
