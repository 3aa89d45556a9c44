"""What a partner's site holds of a tribune: the post there, as we left it and as it was found since."""

from hashlib import sha256

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from blog.models.partners import Partner, Tribune


class PartnerCopyQuerySet(models.QuerySet):
    def of(self, tribune: Tribune, way: str) -> "PartnerCopy | None":
        """Return what a partner's site holds of a tribune that was handed over by this way."""
        return self.filter(tribune=tribune, way=way).first()


class PartnerCopy(models.Model):
    """The post of a partner's site that a tribune became there.

    ``title`` and ``content`` are the texts as their site kept them when we last wrote: where it holds others now,
    somebody there has changed them, and nothing is written over that before an editor has seen it. Both are empty where
    their site does not tell.
    """

    class Status(models.TextChoices):
        # Nothing was asked for that makes a post.
        ABSENT = "absent", _("not there yet")
        # It was asked for, and nobody knows what came of it.
        UNSURE = "unsure", _("perhaps there: no answer came back")
        DRAFT = "draft", _("draft")
        PENDING = "pending", _("waiting to be read there")
        FUTURE = "future", _("scheduled")
        PRIVATE = "private", _("private")
        PUBLISHED = "publish", _("published")
        TRASHED = "trash", _("in their bin")
        GONE = "gone", _("deleted there")

    # In these it may become public without us.
    WAITING = (Status.DRAFT, Status.PENDING, Status.FUTURE, Status.PRIVATE)

    tribune = models.OneToOneField(Tribune, on_delete=models.CASCADE, related_name="partner_copy")
    way = models.CharField(
        _("way"), max_length=20, choices=Partner.Takes, default=Partner.Takes.WORDPRESS, editable=False
    )
    # The number of a post of a WordPress; the address that a Micropub server gave.
    key = models.CharField(_("known there by"), max_length=2000, blank=True, editable=False)
    status = models.CharField(_("state there"), max_length=10, choices=Status, editable=False)
    address = models.URLField(_("address there"), max_length=500, blank=True, editable=False)
    title = models.TextField(editable=False)
    content = models.TextField(editable=False)
    # What somebody there made of it, where that is something else; both empty otherwise.
    their_title = models.TextField(blank=True, editable=False)
    their_content = models.TextField(blank=True, editable=False)
    # The addresses there of what was uploaded by Micropub, by the name of the file: it has no way to ask for them.
    uploads = models.JSONField(default=dict, blank=True, editable=False)
    # Something became of it that no editor has seen yet.
    is_news = models.BooleanField(default=False, db_default=False, editable=False)
    written_at = models.DateTimeField(_("last written"), editable=False)
    looked_at = models.DateTimeField(_("last look"), editable=False)

    objects = PartnerCopyQuerySet.as_manager()

    class Meta:
        verbose_name = _("copy at a partner’s")
        verbose_name_plural = _("copies at partners’")
        default_permissions = ()
        indexes = [
            models.Index(fields=["status", "looked_at"], name="partner_copy_to_look_at"),
            models.Index(fields=["tribune"], condition=Q(is_news=True), name="partner_copy_news"),
        ]

    def __str__(self) -> str:
        return f"{self.tribune_id} – {self.key}"

    def is_there(self) -> bool:
        """Say whether their site has it, as far as is known."""
        return bool(self.key) and self.status not in (self.Status.ABSENT, self.Status.UNSURE, self.Status.GONE)

    def is_told(self) -> bool:
        """Say whether their site tells what it holds."""
        return bool(self.title or self.content)

    def is_changed_there(self) -> bool:
        """Say whether somebody there has changed what we wrote."""
        return bool(self.their_title or self.their_content)

    @property
    def version_there(self) -> str:
        """What tells the text there as somebody saw it from what it became."""
        said = f"{self.status}\x00{self.their_title}\x00{self.their_content}"
        return sha256(said.encode()).hexdigest()[:16]
