"""What partners hand over to us by Micropub: who may, what came, and what became of it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from blog.models.handovers import DIGEST_LENGTH
from blog.models.partners import Partner, Tribune
from blog.models.posts import Post
from pictures.fields import PictureField


class MicropubTokenQuerySet(models.QuerySet):
    def in_force(self) -> "MicropubTokenQuerySet":
        """Return those that let their partners in."""
        return self.filter(revoked_at=None)


class MicropubToken(models.Model):
    """What a partner's program is let in by: only its digest is kept, so that nobody reads it here."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="micropub_tokens")
    digest = models.CharField(max_length=DIGEST_LENGTH, unique=True, editable=False)
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    objects = MicropubTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("Micropub token of a partner")
        verbose_name_plural = _("Micropub tokens of partners")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["partner"], condition=Q(revoked_at=None), name="micropub_token_in_force"),
        ]

    def __str__(self) -> str:
        return f"{self.partner_id} – {self.made_at:%Y-%m-%d}"


class OfferQuerySet(models.QuerySet):
    def news(self) -> "OfferQuerySet":
        """Return what an editor has not seen to: the twin of ``Offer.is_news()``."""
        return self.filter(seen_at=None)

    def newest_first(self) -> "OfferQuerySet":
        return self.order_by("-sent_at", "-pk")


class Offer(models.Model):
    """A text that a partner handed over by Micropub; ``key`` is in the address that the partner was given for it.

    ``sent`` are its properties as they came last, each a list (microformats2 in JSON), ``applied`` those that the draft
    was made of. ``edition`` counts what came. ``revision`` is that of the post as it was made: while it is the same, no
    editor has changed the text.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("offer", "being taken in")
        TAKEN = "taken", pgettext_lazy("offer", "a draft here")
        OVER = "over", pgettext_lazy("offer", "a later text came, and took the place of yours")
        APART = "apart", pgettext_lazy("offer", "a later text came, and waits beside yours")
        KEPT = "kept", pgettext_lazy("offer", "a later text came, and yours was kept")
        FAILED = "failed", pgettext_lazy("offer", "could not be taken in")

    # What was sent last is not what stands here, as an editor may still have it.
    APARTS = (State.APART, State.KEPT)

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="offers", verbose_name=_("partner"))
    # What tells that the same came twice: the uid that its sender gave it, or all of it.
    once = models.CharField(max_length=DIGEST_LENGTH, editable=False)
    tribune = models.ForeignKey(
        Tribune, on_delete=models.SET_NULL, null=True, related_name="offers", verbose_name=_("tribune")
    )
    title = models.CharField(_("title"), max_length=200, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING, editable=False)
    sent = models.JSONField(editable=False)
    applied = models.JSONField(default=dict, editable=False)
    edition = models.PositiveIntegerField(default=1, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)
    taken_over = models.PositiveIntegerField(null=True, editable=False)
    # Why it could not be taken in, as blog.syndication.words keeps it.
    problem = models.JSONField(default=dict, editable=False)
    received_at = models.DateTimeField(_("came"), default=timezone.now, editable=False)
    sent_at = models.DateTimeField(_("last sent"), default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(_("taken back by the partner"), null=True, editable=False)
    seen_at = models.DateTimeField(_("seen to"), null=True, editable=False)

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("text from a partner")
        verbose_name_plural = _("texts from partners")
        ordering = ["-sent_at", "-pk"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["-sent_at", "-id"], name="offer_newest"),
            models.Index(fields=["partner", "-sent_at", "-id"], name="offer_newest_of_partner"),
            models.Index(fields=["state", "sent_at"], name="offer_to_take_in"),
            models.Index(fields=["received_at"], condition=Q(seen_at=None), name="offer_news"),
        ]
        constraints = [models.UniqueConstraint(fields=["partner", "once"], name="offer_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def post(self) -> Post | None:
        """Return the post that it became here; None where there is none, or none any more."""
        return self.tribune.post if self.tribune else None

    @property
    def why(self) -> str:
        """Return why it could not be taken in, in the active language."""
        from blog.syndication.words import say

        return say(self.problem)

    def is_news(self) -> bool:
        """Say whether an editor has still to see to it: the twin of ``OfferQuerySet.news()``."""
        return self.seen_at is None

    def is_apart(self) -> bool:
        """Say whether the text that came last stands beside the one here."""
        return self.state in self.APARTS

    def is_untouched(self) -> bool:
        """Say whether the text here is as it was taken in, and nobody has published it."""
        post = self.post
        return post is not None and post.status == Post.Status.DRAFT and post.revision == self.revision

    def may_be_written_over(self) -> bool:
        """Say whether what came last takes the place of the text here: nobody changed it, or an editor wants so."""
        return self.is_untouched() or (self.post is not None and self.post.revision == self.taken_over)

    def is_over(self) -> bool:
        """Say whether it will not appear here, as things are: it was declined, withdrawn or removed."""
        if self.withdrawn_at:
            return True
        if self.tribune is None:
            return bool(self.applied)
        refused = (Tribune.State.DECLINED, Tribune.State.WITHDRAWN)
        return self.tribune.state in refused or self.tribune.post.status == Post.Status.WITHDRAWN


class OfferedPicture(models.Model):
    """A picture that a partner gave to the media endpoint, kept until a text shows it, or for a while."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="offered_pictures")
    file = PictureField(_("file"), width_field="width", height_field="height")
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    made_at = models.DateTimeField(default=timezone.now, db_index=True, editable=False)

    class Meta:
        verbose_name = _("picture from a partner")
        verbose_name_plural = _("pictures from partners")
        default_permissions = ()

    def __str__(self) -> str:
        return self.file.name
