"""What a site knows of spam: the terms that it blocks, and how often each word was met."""

from ipaddress import ip_network

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models.comments import Comment
from comments.spam.words import normalise

# The row that counts comments, not a word: no token is empty.
TOTALS = ""


class BlockedTerm(models.Model):
    """A word, an address or a network whose comments are held as spam."""

    class Kind(models.TextChoices):
        WORD = "word", _("word or words")
        ADDRESS = "address", _("e-mail address or domain")
        NETWORK = "network", _("network")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.WORD)
    value = models.CharField(
        _("term"),
        max_length=200,
        help_text=_("Whole words, as in “casino en ligne”; eve@example.org or example.org; 192.0.2.0/24."),
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("added by"),
    )
    created_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("blocked term")
        verbose_name_plural = _("blocked terms")
        ordering = ["kind", "value"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "value"],
                name="blocked_term_once",
                violation_error_message=_("This term is blocked already."),
            ),
            models.CheckConstraint(condition=~models.Q(value=""), name="blocked_term_is_something"),
        ]

    def __str__(self) -> str:
        return self.value

    def clean(self) -> None:
        """Write the value in the one form in which it is looked for."""
        self.value = self.tidy_value()
        if not self.value:
            raise ValidationError({"value": _("Nothing in this term could be found in a comment.")})

    def tidy_value(self) -> str:
        """Return the value as it is compared; raise ValidationError where it is no network or address."""
        if self.kind == self.Kind.NETWORK:
            try:
                return str(ip_network(self.value.strip(), strict=False))
            except ValueError:
                raise ValidationError(
                    {"value": _("This is no network: write 192.0.2.7, 192.0.2.0/24 or 2001:db8::/64.")}
                ) from None
        if self.kind == self.Kind.ADDRESS:
            value = self.value.strip().casefold().removeprefix("@")
            if "." not in value or any(character.isspace() or character == "/" for character in value):
                raise ValidationError({"value": _("This is no address: write eve@example.org or example.org.")})
            return value
        return normalise(self.value)

    def would_hold(self, limit: int = 1000) -> list[Comment]:
        """Return which of the newest ``limit`` comments this term would have held, the newest first."""
        from comments.spam.blocking import find_held

        return find_held(self, limit)


class SpamToken(models.Model):
    """In how many comments a word was met that moderators decided on; the row ``TOTALS`` counts the comments."""

    token = models.CharField(max_length=60, unique=True)
    spam = models.PositiveIntegerField(default=0)
    ham = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("learnt word")
        verbose_name_plural = _("learnt words")
        ordering = ["token"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.token
