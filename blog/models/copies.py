"""What a partner's WordPress holds of a tribune: the post there, as we left it and as it was found since."""

from hashlib import sha256

from django.db import models
from django.utils.translation import gettext_lazy as _

from blog.models.partners import Tribune


class WordPressCopy(models.Model):
    """The post of a partner's WordPress that a tribune became there.

    ``title`` and ``content`` are the raw texts as WordPress kept them when we last wrote: where it holds others now,
    somebody there has changed them, and nothing is written over that before an editor has seen it.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PENDING = "pending", _("waiting to be read there")
        FUTURE = "future", _("scheduled")
        PRIVATE = "private", _("private")
        PUBLISHED = "publish", _("published")
        TRASHED = "trash", _("in their bin")
        GONE = "gone", _("deleted there")

    tribune = models.OneToOneField(Tribune, on_delete=models.CASCADE, related_name="wordpress_copy")
    number = models.PositiveBigIntegerField(_("number there"), editable=False)
    status = models.CharField(_("state there"), max_length=10, choices=Status, editable=False)
    address = models.URLField(_("address there"), max_length=500, blank=True, editable=False)
    title = models.TextField(editable=False)
    content = models.TextField(editable=False)
    # What somebody there made of it, where that is something else; both empty otherwise.
    their_title = models.TextField(blank=True, editable=False)
    their_content = models.TextField(blank=True, editable=False)
    written_at = models.DateTimeField(_("last written"), editable=False)
    looked_at = models.DateTimeField(_("last look"), editable=False)

    class Meta:
        verbose_name = _("copy in a WordPress")
        verbose_name_plural = _("copies in a WordPress")
        default_permissions = ()
        indexes = [models.Index(fields=["status", "looked_at"], name="wordpress_copy_to_look_at")]

    def __str__(self) -> str:
        return f"{self.tribune_id} – {self.number}"

    def is_changed_there(self) -> bool:
        """Say whether somebody there has changed what we wrote."""
        return bool(self.their_title or self.their_content)

    @property
    def version_there(self) -> str:
        """What tells the text there as somebody saw it from what it became."""
        return sha256(f"{self.their_title}\x00{self.their_content}".encode()).hexdigest()[:16]
