"""Webmentions: what other sites say of a post, and what they are told that it says of them.

W3C Recommendation of 12 January 2017, https://www.w3.org/TR/webmention/.
"""

import uuid
from collections.abc import Collection
from datetime import datetime
from hashlib import blake2b

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from authors.bilingual import Bilingual
from blog.markup import MAX_ADDRESS_LENGTH
from blog.models.partners import Tribune
from blog.models.posts import Post

# What is kept of the words of another site: a list shows less.
EXCERPT_LENGTH = 500
NAME_LENGTH = 120
TITLE_LENGTH = 200
# 253 are what a name may have (RFC 1035), and there may be a port behind it.
HOST_LENGTH = 260


def digest_addresses(*addresses: str) -> str:
    """Return what stands for addresses in an index, where they would be too long themselves."""
    return blake2b("\n".join(addresses).encode(), digest_size=20).hexdigest()


class MentionQuerySet(models.QuerySet):
    def due(self, now: datetime) -> "MentionQuerySet":
        """Return what is to be looked at now, what has waited longest first."""
        return self.filter(due_at__lte=now, claim=None).order_by("due_at", "pk")

    def waiting(self) -> "MentionQuerySet":
        """Return what is still to be looked at, now or later."""
        return self.filter(due_at__isnull=False)

    def of_hosts(self, names: Collection[str]) -> "MentionQuerySet":
        """Return those of pages on hosts of these names, whatever the port."""
        is_there = Q(host__in=names)
        for name in names:
            is_there |= Q(host__startswith=f"{name}:")
        return self.filter(is_there)

    def awaiting(self) -> "MentionQuerySet":
        """Return what a moderator has to decide on."""
        return self.filter(state=Mention.State.VERIFIED, status=Mention.Status.PENDING).order_by("received_at", "pk")

    def shown(self) -> "MentionQuerySet":
        """Return what readers see below its post, the oldest first."""
        return self.filter(state=Mention.State.VERIFIED, status=Mention.Status.APPROVED).order_by("said_at", "pk")

    def of_discussion(self, discussion: int) -> "MentionQuerySet":
        """Return those of all versions of a post, which its original's key names."""
        return self.filter(post__in=Post.objects.in_discussion(discussion))

    def completing(self) -> "MentionQuerySet":
        """Return those that may be the tribune that is awaited from a partner."""
        awaited = (Tribune.State.PROPOSED, Tribune.State.ACCEPTED)
        return self.filter(state=Mention.State.VERIFIED, tribune__state__in=awaited).exclude(
            status__in=(Mention.Status.REJECTED, Mention.Status.SPAM)
        )


class Mention(models.Model):
    """A page elsewhere of which somebody said that it links to a post."""

    class State(models.TextChoices):
        """What the last look at it found."""

        WAITING = "waiting", pgettext_lazy("mention", "not looked at yet")
        VERIFIED = "verified", pgettext_lazy("mention", "it links here")
        REFUSED = "refused", pgettext_lazy("mention", "it does not link here")
        GONE = "gone", pgettext_lazy("mention", "it has gone, or links here no more")

    class Status(models.TextChoices):
        """What a moderator decided."""

        PENDING = "pending", pgettext_lazy("mention", "to be decided on")
        APPROVED = "approved", pgettext_lazy("mention", "shown")
        REJECTED = "rejected", pgettext_lazy("mention", "rejected")
        SPAM = "spam", pgettext_lazy("mention", "spam")
        TRIBUNE = "tribune", pgettext_lazy("mention", "it is the tribune")

    class Kind(models.TextChoices):
        MENTION = "mention", _("mention")
        REPLY = "reply", _("answer")
        LIKE = "like", _("like")
        REPOST = "repost", _("repost")

    # By which its sender asks what has become of it.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="mentions", verbose_name=_("post"))
    source = models.CharField(_("their page"), max_length=MAX_ADDRESS_LENGTH)
    target = models.CharField(_("our address"), max_length=MAX_ADDRESS_LENGTH)
    pair = models.CharField(max_length=40, unique=True, editable=False)
    host = models.CharField(_("site"), max_length=HOST_LENGTH)
    state = models.CharField(_("what was found"), max_length=10, choices=State, default=State.WAITING)
    status = models.CharField(_("decision"), max_length=10, choices=Status, default=Status.PENDING)
    received_at = models.DateTimeField(_("received"), default=timezone.now)

    # What stands there
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.MENTION)
    author_name = models.CharField(_("who"), max_length=NAME_LENGTH, blank=True)
    author_url = models.CharField(_("their address"), max_length=MAX_ADDRESS_LENGTH, blank=True)
    title = models.CharField(_("title"), max_length=TITLE_LENGTH, blank=True)
    text = models.CharField(_("text"), max_length=EXCERPT_LENGTH, blank=True)
    language = models.CharField(_("language"), max_length=35, blank=True)
    said_at = models.DateTimeField(_("date there"), null=True, blank=True)
    tribune = models.ForeignKey(
        Tribune,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="mentions",
        verbose_name=_("tribune that it may be"),
    )

    # How it is looked at. What is shown stays so while it is looked at again: anybody may ask for that.
    due_at = models.DateTimeField(_("next look"), null=True, blank=True, default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claim = models.UUIDField(null=True, editable=False)
    claimed_at = models.DateTimeField(null=True, editable=False)
    looked_at = models.DateTimeField(_("last look"), null=True, blank=True)
    problem_fr = models.CharField(max_length=300, blank=True)
    problem_en = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    problem = Bilingual()

    objects = MentionQuerySet.as_manager()

    class Meta:
        verbose_name = _("mention elsewhere")
        verbose_name_plural = _("mentions elsewhere")
        ordering = ["-received_at", "-pk"]
        permissions = [("moderate_mention", _("Can decide on mentions elsewhere"))]
        indexes = [
            models.Index(fields=["due_at", "id"], name="mention_due"),
            models.Index(fields=["state", "status", "-received_at"], name="mention_to_decide_on"),
            models.Index(fields=["post", "state", "status"], name="mention_of_post"),
            models.Index(fields=["post", "due_at"], name="mention_of_post_due"),
            models.Index(fields=["host", "due_at"], name="mention_of_host"),
            models.Index(fields=["-received_at", "-id"], name="mention_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.author_name or self.host} → {self.post}"

    def is_shown(self) -> bool:
        """Say whether readers see it: the twin of ``MentionQuerySet.shown()``."""
        return self.state == self.State.VERIFIED and self.status == self.Status.APPROVED

    def may_complete_tribune(self) -> bool:
        """Say whether it may be the tribune that is awaited: the twin of ``MentionQuerySet.completing()``."""
        awaited = (Tribune.State.PROPOSED, Tribune.State.ACCEPTED)
        refused = (self.Status.REJECTED, self.Status.SPAM)
        is_awaited = self.tribune is not None and self.tribune.state in awaited
        return is_awaited and self.state == self.State.VERIFIED and self.status not in refused


class ShownMentions(models.Model):
    """What readers see of the mentions of a discussion, in one column: a post's page fetches it with the post.

    Written anew whenever one of them changes, by ``blog.syndication.mentions.show_anew()``.
    """

    post = models.OneToOneField(Post, on_delete=models.CASCADE, primary_key=True, related_name="shown_mentions")
    content = models.TextField(default="")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"ShownMentions {self.pk}"

    @classmethod
    def as_column(cls) -> Subquery:
        """Return the content as an annotation of posts: that of the original, since the discussion is one."""
        rows = cls.objects.filter(post=Coalesce(OuterRef("translation_of"), OuterRef("pk")))
        return Subquery(rows.values("content")[:1])


class Told(models.Model):
    """What other sites were last told of a post: at which address it links to which of theirs."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, primary_key=True, related_name="told")
    # '' where readers cannot see it.
    address = models.CharField(max_length=500, blank=True)
    revision = models.PositiveIntegerField(default=0)
    links = models.JSONField(default=list)
    # Of what is sent: each change of the above has a number of its own.
    edition = models.PositiveIntegerField(default=0)
    told_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Told {self.pk}"


class SentMentionQuerySet(models.QuerySet):
    def due(self, now: datetime) -> "SentMentionQuerySet":
        """Return what is to be sent now, what has waited longest first."""
        return self.filter(state=SentMention.State.WAITING, claim=None, due_at__lte=now).order_by("due_at", "pk")


class SentMention(models.Model):
    """That a page elsewhere is told what has become of a link to it in a post."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("sent mention", "waiting")
        # On the wire. Where the process was killed just then, nobody knows whether it arrived.
        SENDING = "sending", pgettext_lazy("sent mention", "being sent")
        SENT = "sent", pgettext_lazy("sent mention", "sent")
        NOT_TAKEN = "not_taken", pgettext_lazy("sent mention", "this page takes no mentions")
        FAILED = "failed", pgettext_lazy("sent mention", "given up")
        UNKNOWN = "unknown", pgettext_lazy("sent mention", "interrupted: it may have arrived")
        DROPPED = "dropped", pgettext_lazy("sent mention", "replaced by a later one")

    class About(models.TextChoices):
        PUBLISHED = "published", pgettext_lazy("sent mention", "a new link")
        UPDATED = "updated", pgettext_lazy("sent mention", "the text has changed")
        UNLINKED = "unlinked", pgettext_lazy("sent mention", "the link has gone")
        WITHDRAWN = "withdrawn", pgettext_lazy("sent mention", "the article was withdrawn")

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="sent_mentions", verbose_name=_("post"))
    source = models.CharField(_("our address"), max_length=500)
    target = models.CharField(_("their page"), max_length=MAX_ADDRESS_LENGTH)
    target_digest = models.CharField(max_length=40, editable=False)
    edition = models.PositiveIntegerField()
    about = models.CharField(_("what is told"), max_length=10, choices=About)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(_("noted"), default=timezone.now)
    due_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claim = models.UUIDField(null=True, editable=False)
    claimed_at = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    endpoint = models.CharField(_("sent to"), max_length=MAX_ADDRESS_LENGTH, blank=True)
    answer_status = models.PositiveSmallIntegerField(_("answer"), null=True, blank=True)
    # Where their server says what becomes of it.
    status_address = models.CharField(_("what they do with it"), max_length=MAX_ADDRESS_LENGTH, blank=True)
    problem_fr = models.CharField(max_length=300, blank=True)
    problem_en = models.CharField(max_length=300, blank=True)

    problem = Bilingual()

    objects = SentMentionQuerySet.as_manager()

    class Meta:
        verbose_name = _("mention sent")
        verbose_name_plural = _("mentions sent")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "due_at", "id"], name="sent_mention_due"),
            models.Index(fields=["-created_at", "-id"], name="sent_mention_newest"),
            models.Index(fields=["post", "-created_at"], name="sent_mention_of_post"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["post", "target_digest", "edition"], name="sent_mention_once"),
        ]

    def __str__(self) -> str:
        return f"{self.post} → {self.target}"
