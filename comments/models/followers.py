"""Who is mailed what is answered: addresses, what each follows, and each notification that was sent or is due."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.models import Post
from blog.models.languages import Language
from comments.models.comments import Comment
from comments.models.mails import QueuedMail

# A mailbox that does not exist seldom comes into being; one that was full is emptied.
AFTER_A_BOUNCE = timedelta(days=30)


def normalise_email(email: str) -> str:
    """Return an address as it is stored and compared: no mail server in use tells capitals from small letters."""
    return email.strip().lower()


class FollowerQuerySet(models.QuerySet):
    def reachable(self) -> "FollowerQuerySet":
        """Return those who can be written to: they said that the address is theirs, and still read there."""
        return self.filter(confirmed_at__isnull=False, bounced_at=None, refused_at=None)

    def closed(self, now: datetime | None = None) -> "FollowerQuerySet":
        """Return those whom nothing is mailed to, whatever it is: they want no mail from here, or took none lately."""
        lately = (now or timezone.now()) - AFTER_A_BOUNCE
        return self.filter(Q(refused_at__isnull=False) | Q(bounced_at__gt=lately))


class Follower(models.Model):
    """An address that answers are mailed to, once its owner has confirmed it."""

    email = models.EmailField(_("e-mail"), unique=True)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    # When somebody last asked for this address, and when the mail that asks its owner left.
    asked_at = models.DateTimeField(_("asked"), null=True, blank=True, editable=False)
    invited_at = models.DateTimeField(_("invited"), null=True, blank=True, editable=False)
    # Since when a process has been sending that mail: a claim, which ends where the process was killed.
    inviting_at = models.DateTimeField(null=True, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True, editable=False)
    bounced_at = models.DateTimeField(_("bounced"), null=True, blank=True, editable=False)
    # The owner wants no mail from here at all, whoever types the address into a form.
    refused_at = models.DateTimeField(_("refused"), null=True, blank=True, editable=False)

    objects = FollowerQuerySet.as_manager()

    class Meta:
        verbose_name = _("follower")
        verbose_name_plural = _("followers")
        ordering = ["email"]
        default_permissions = ("view", "delete")
        constraints = [models.CheckConstraint(condition=Q(email=Lower("email")), name="follower_email_is_normalised")]

    def __str__(self) -> str:
        return self.email

    def save(self, **kwargs) -> None:
        self.email = normalise_email(self.email)
        super().save(**kwargs)

    def is_reachable(self) -> bool:
        """Say whether a notification may be sent: the twin of ``FollowerQuerySet.reachable()``."""
        return self.confirmed_at is not None and self.bounced_at is None and self.refused_at is None


class FollowingQuerySet(models.QuerySet):
    def active(self) -> "FollowingQuerySet":
        """Return what has not been stopped."""
        return self.filter(stopped_at=None)

    def with_news(self) -> "FollowingQuerySet":
        """Annotate how many comments of the discussion its follower has not seen: ``news``, or None for none."""
        news = Comment.objects.standing().approved().filter(post=OuterRef("post"), number__gt=OuterRef("seen_number"))
        # As many rows as there are comments, counted as one: what is grouped by has one value.
        return self.annotate(news=Subquery(news.order_by().values("post").annotate(n=Count("pk")).values("n")))


class Following(models.Model):
    """What a follower wants to hear of: a discussion, or what is answered below one comment in it."""

    class Cadence(models.TextChoices):
        AT_ONCE = "at_once", _("at once")
        DAILY = "daily", _("once a day")

    follower = models.ForeignKey(
        Follower, on_delete=models.CASCADE, related_name="followings", verbose_name=_("follower")
    )
    # The original, as for comments: the discussion is one for all translations.
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+", verbose_name=_("post"), db_index=False)
    comment = models.ForeignKey(
        Comment, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("comment")
    )
    cadence = models.CharField(_("cadence"), max_length=10, choices=Cadence, default=Cadence.AT_ONCE)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True, editable=False)
    # As far as the follower knows the discussion: by the last mail, or by the button of their page. The number of a
    # comment, and when that was.
    seen_number = models.PositiveIntegerField(null=True, editable=False)
    seen_at = models.DateTimeField(null=True, editable=False)

    objects = FollowingQuerySet.as_manager()

    class Meta:
        verbose_name = _("following")
        verbose_name_plural = _("followings")
        ordering = ["pk"]
        default_permissions = ("view",)
        indexes = [models.Index(fields=["post", "id"], condition=Q(stopped_at=None), name="following_of_post")]
        constraints = [
            models.UniqueConstraint(
                fields=["follower", "post"], condition=Q(comment=None), name="following_discussion_once"
            ),
            models.UniqueConstraint(fields=["follower", "comment"], name="following_comment_once"),
        ]

    def __str__(self) -> str:
        return f"{self.follower_id} → {self.post_id}"


class Notification(QueuedMail):
    """That one follower is told of one comment: the row that keeps it from being told twice."""

    follower = models.ForeignKey(
        Follower, on_delete=models.CASCADE, related_name="notifications", verbose_name=_("follower")
    )
    following = models.ForeignKey(
        Following, on_delete=models.CASCADE, related_name="notifications", verbose_name=_("following")
    )
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="+", verbose_name=_("comment"))

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["pk"]
        default_permissions = ("view",)
        # Not partial: SQLite cannot tell that a bound state is the one of the condition.
        indexes = [models.Index(fields=["state", "due_at", "id"], name="notification_due")]
        constraints = [
            # Also where somebody follows the discussion and a comment in it.
            models.UniqueConstraint(fields=["follower", "comment"], name="notification_once_a_follower"),
        ]

    def __str__(self) -> str:
        return f"{self.follower_id}: {self.comment_id}"
