from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from blog.models.partners import Partner


class Credentials(models.Model):
    """What a partner's blog lets us in by, sealed with a key that is not in the database.

    Written and opened by ``blog.syndication.credentials`` alone.
    """

    class Kind(models.TextChoices):
        WORDPRESS = "wordpress", _("application password of a WordPress")
        MICROPUB = "micropub", _("Micropub token")

    partner = models.OneToOneField(
        Partner, on_delete=models.CASCADE, related_name="credentials", verbose_name=_("partner")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    sealed = models.TextField(editable=False)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("credentials")
        verbose_name_plural = _("credentials")
        # Who may change a partner may change these, on a page of their own.
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["wordpress", "micropub"]) & ~Q(sealed=""), name="credentials_are_sealed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.partner_id})"
