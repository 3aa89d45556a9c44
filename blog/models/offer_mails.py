"""What editors are mailed of, and each mail about texts from partners that waits or was sent."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from blog.models.handovers import Dispatch, DispatchQuerySet
from blog.models.languages import Language


class EditorMail(models.Model):
    """What one editor wants to be mailed; who never chose is told: nobody looks for what they do not expect."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="editor_mail",
        verbose_name=_("account"),
        editable=False,
    )
    is_on = models.BooleanField(_("mails about texts that partners hand over by Micropub"), default=True)
    remarks_on = models.BooleanField(_("mails about what is said of your texts before they appear"), default=True)
    language = models.CharField(
        _("language"), max_length=2, choices=Language, default=settings.LANGUAGE_CODE, help_text=_("Of the mails.")
    )
    bounced_at = models.DateTimeField(_("bounced"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("mail to an editor")
        verbose_name_plural = _("mail to editors")
        ordering = ["user"]
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user)

    def is_reached(self) -> bool:
        """Say whether there is an address that takes mail, and it is that of somebody who works here."""
        user = self.user
        return self.bounced_at is None and bool(user.email) and user.is_active and user.is_staff


class OfferMail(Dispatch):
    """That one editor is told, in one mail, of all the texts from partners that nobody has seen to by then."""

    class State(models.TextChoices):
        WAITING = Dispatch.WAITING, pgettext_lazy("mail", "waiting")
        SENDING = Dispatch.SENDING, pgettext_lazy("mail", "being sent")
        SENT = Dispatch.SENT, pgettext_lazy("mail", "sent")
        FAILED = Dispatch.FAILED, pgettext_lazy("mail", "failed")

    recipient = models.ForeignKey(EditorMail, on_delete=models.CASCADE, related_name="mails", verbose_name=_("editor"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING, editable=False)

    objects = DispatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail about texts from partners")
        verbose_name_plural = _("mails about texts from partners")
        ordering = ["pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["state", "next_try_at"], name="offer_mail_due")]
        constraints = [
            models.UniqueConstraint(fields=["recipient"], condition=Q(state="waiting"), name="offer_mail_waits_once"),
        ]

    def __str__(self) -> str:
        return f"{self.recipient_id}: {self.state}"
