"""What was taken in of a partner's blog: whose text, as it came, when, by whom, and what was left out of it."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from blog.markup import MAX_ADDRESS_LENGTH
from blog.models.handovers import DIGEST_LENGTH
from blog.models.partners import Tribune


class TakenIn(models.Model):
    """The record of a partner's tribune that was taken in, which no later change of the draft changes.

    ``key`` is what it is found by when somebody takes it in again (``blog.syndication.taking_in.key_of()``).
    """

    class Way(models.TextChoices):
        FEED = "feed", pgettext_lazy("taken in", "their feed")
        API = "api", pgettext_lazy("taken in", "the API of their WordPress")
        PAGE = "page", pgettext_lazy("taken in", "a page")
        SENT = "sent", pgettext_lazy("taken in", "sent by them")

    tribune = models.OneToOneField(
        Tribune, on_delete=models.CASCADE, related_name="taken_in", verbose_name=_("tribune")
    )
    key = models.CharField(max_length=DIGEST_LENGTH, unique=True, editable=False)
    way = models.CharField(_("from where"), max_length=10, choices=Way)
    address = models.URLField(_("address"), max_length=MAX_ADDRESS_LENGTH, blank=True)
    taken_at = models.DateTimeField(_("taken in"), default=timezone.now, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    by_name = models.CharField(_("by whom"), max_length=150, blank=True)
    # What the other side said: title, summary, authors, language, published_at, tags. Plain texts.
    said = models.JSONField(_("what was said of it"), default=dict, editable=False)
    # The whole text, cleaned; pictures are numbered as they were found.
    body = models.TextField(_("text as it came"), editable=False)
    # Sentences as blog.syndication.words keeps them.
    left_out = models.JSONField(_("left out"), default=list, editable=False)

    class Meta:
        verbose_name = _("tribune taken in")
        verbose_name_plural = _("tribunes taken in")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.said.get("title") or self.address

    @property
    def text(self) -> str:
        """The words of the text as it came, a line for each of its blocks."""
        from blog.body import plain_text

        return plain_text(self.body)

    def sentences(self) -> list[str]:
        """Return what was left out and what is to be looked at, in the active language."""
        from blog.syndication.words import say

        return [say(kept) for kept in self.left_out]
