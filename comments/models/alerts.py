"""Which moderators are mailed about comments that wait, and each mail that is due or was sent."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from blog.models.languages import Language
from comments.models.comments import Comment
from comments.models.mails import QueuedMail


class ModeratorMail(models.Model):
    """What one moderator wants to be mailed about comments that wait.

    Once a day is what everybody begins with: a comment that nobody is told of may wait for ever, and a mail a day, on
    days when something waits, is no burden to somebody who agreed to moderate.
    """

    class Cadence(models.TextChoices):
        NEVER = "never", _("no mail")
        AT_ONCE = "at_once", _("at once")
        DAILY = "daily", _("once a day")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="moderator_mail",
        verbose_name=_("account"),
        editable=False,
    )
    cadence = models.CharField(
        _("mails about comments that wait"), max_length=10, choices=Cadence, default=Cadence.DAILY
    )
    language = models.CharField(
        _("language"), max_length=2, choices=Language, default=settings.LANGUAGE_CODE, help_text=_("Of the mails.")
    )
    bounced_at = models.DateTimeField(_("bounced"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("mail to a moderator")
        verbose_name_plural = _("mail to moderators")
        ordering = ["user"]
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user)

    @property
    def email(self) -> str:
        """Where the mails go: the address of the account."""
        return self.user.email

    def is_wanted(self) -> bool:
        """Say whether anything is to be mailed, and there is an address that takes it."""
        return self.cadence != self.Cadence.NEVER and self.bounced_at is None and bool(self.user.email)


class Alert(QueuedMail):
    """That one moderator is told that a comment waits.

    Without a comment they are told what else waits: ``comments.alerts.cases`` has it.
    """

    recipient = models.ForeignKey(
        ModeratorMail, on_delete=models.CASCADE, related_name="alerts", verbose_name=_("moderator")
    )
    comment = models.ForeignKey(
        Comment, on_delete=models.CASCADE, null=True, related_name="+", verbose_name=_("comment")
    )
    # The key of the decision since which it waits once more, after its writer changed it; 0 for a new comment.
    waits_since = models.BigIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("mail about a comment that waits")
        verbose_name_plural = _("mails about comments that wait")
        ordering = ["pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["state", "due_at", "id"], name="alert_due")]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "comment", "waits_since"], name="alert_once_a_moderator"),
        ]

    def __str__(self) -> str:
        return f"{self.recipient_id}: {self.comment_id}"
