from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from blog.models import Post
from blog.models.languages import Language
from comments.models.comments import Comment, EntrustedQuerySet
from comments.text import MAX_LENGTH

# Read out on the telephone: no letter that looks like a digit.
REFERENCE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
REFERENCE_LENGTH = 10

# A right of reply is asked for within three months of publication, and granted within three days of being asked:
# loi n° 2004-575 (LCEN), article 1-1, formerly 6 IV.
REPLY_MONTHS_IN_DAYS = 92
REPLY_TERM = timedelta(days=3)


def make_reference() -> str:
    """Return the name by which a person and a moderator speak of the same thing; it cannot be guessed."""
    return get_random_string(REFERENCE_LENGTH, REFERENCE_LETTERS)


class Category(models.TextChoices):
    """Why somebody reports a comment, and on what ground it goes."""

    HATE = "hate", _("hatred, discrimination or threats")
    DEFAMATION = "defamation", _("defamation or insult")
    PRIVACY = "privacy", _("private life or personal data")
    PROPERTY = "property", _("copyright or other intellectual property")
    MINORS = "minors", _("sexual offences against minors")
    UNLAWFUL = "unlawful", _("something else that is unlawful")
    RULES = "rules", _("breach of the rules of this discussion")


class NoticeQuerySet(EntrustedQuerySet):
    def open(self) -> "NoticeQuerySet":
        """Return what nobody has decided on, the oldest first."""
        return self.filter(state=Notice.State.OPEN).order_by("created_at", "pk")


class Notice(models.Model):
    """What somebody reported of a comment (Regulation (EU) 2022/2065, article 16).

    Nothing of it is edited but for its decision. It outlives the comment, and holds the text as it was reported.
    """

    class State(models.TextChoices):
        OPEN = "open", _("to be decided")
        UPHELD = "upheld", _("upheld")
        DISMISSED = "dismissed", _("dismissed")

    reference = models.CharField(_("reference"), max_length=REFERENCE_LENGTH, unique=True, default=make_reference)
    comment = models.ForeignKey(
        Comment, on_delete=models.SET_NULL, null=True, related_name="notices", verbose_name=_("comment")
    )
    reported_text = models.TextField(_("text as it was reported"), blank=True)
    category = models.CharField(_("why"), max_length=10, choices=Category)
    explanation = models.TextField(_("explanation"), max_length=MAX_LENGTH)
    name = models.CharField(_("name"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    created_at = models.DateTimeField(_("received"), default=timezone.now)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    outcome = models.TextField(_("reasons of the decision"), blank=True, max_length=MAX_LENGTH)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at", "-pk"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["state", "created_at", "id"], name="notice_queue"),
            models.Index(fields=["created_at"], name="notice_register"),
            models.Index(Lower("email"), condition=~Q(email=""), name="notice_by_email"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None) | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="notice_decided_has_a_date",
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.get_category_display()}"

    def is_open(self) -> bool:
        """Say whether somebody still has to decide on it."""
        return self.state == self.State.OPEN


class ReplyRequestQuerySet(EntrustedQuerySet):
    def open(self) -> "ReplyRequestQuerySet":
        """Return what is still to be granted or refused, the most urgent first."""
        return self.filter(state=ReplyRequest.State.OPEN).order_by("due_at", "pk")


class ReplyRequest(models.Model):
    """A right of reply that somebody asks for who is named in a post."""

    class State(models.TextChoices):
        OPEN = "open", _("to be decided")
        PUBLISHED = "published", _("reply published")
        REFUSED = "refused", _("refused")

    reference = models.CharField(_("reference"), max_length=REFERENCE_LENGTH, unique=True, default=make_reference)
    post = models.ForeignKey(
        Post, on_delete=models.SET_NULL, null=True, related_name="reply_requests", verbose_name=_("post")
    )
    passage = models.TextField(_("passage in question"), max_length=MAX_LENGTH)
    name = models.CharField(_("name"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    text = models.TextField(_("reply asked for"), max_length=MAX_LENGTH)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    due_at = models.DateTimeField(_("to be published before"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    outcome = models.TextField(_("reasons of the decision"), blank=True, max_length=MAX_LENGTH)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)

    objects = ReplyRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("right of reply")
        verbose_name_plural = _("rights of reply")
        ordering = ["due_at", "pk"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["state", "due_at"], name="reply_request_queue"),
            models.Index(Lower("email"), condition=~Q(email=""), name="reply_request_by_email"),
        ]

    def __str__(self) -> str:
        return self.reference

    def is_open(self) -> bool:
        """Say whether it is still to be granted or refused."""
        return self.state == self.State.OPEN

    def is_overdue(self) -> bool:
        """Say whether the three days of the law have passed without a decision; they bind only where it was in time."""
        return self.is_open() and not self.is_late() and self.due_at < timezone.now()

    def is_late(self) -> bool:
        """Say whether it came more than three months after the post appeared, when the law binds nobody to grant it."""
        published = self.post.published_at if self.post else None
        return bool(published and self.received_at > published + timedelta(days=REPLY_MONTHS_IN_DAYS))
