from datetime import datetime

from django.db import models
from django.utils import timezone

from blog.models.posts import Post


class Announced(models.Model):
    """What hubs and search engines were last told of a post: its address, and the lists in whose feeds it stood."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, primary_key=True, related_name="announced")
    # '' where readers cannot see it.
    address = models.CharField(max_length=500, blank=True)
    # Their paths; a feed of each format stands below.
    lists = models.JSONField(default=list)
    # Of what readers of feeds get of it.
    digest = models.CharField(max_length=64, blank=True)
    # Something beside the post has changed that no column of its tells: its tags, its authors, a tribune.
    is_stale = models.BooleanField(default=False, db_default=False)
    told_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["post"], condition=models.Q(is_stale=True), name="announced_stale")]

    def __str__(self) -> str:
        return f"Announced {self.pk}"


class AnnouncementQuerySet(models.QuerySet):
    def due(self, channel: str, now: datetime) -> "AnnouncementQuerySet":
        """Return what is to be told now, what has waited longest first."""
        return self.filter(channel=channel, claim=None, due_at__lte=now).order_by("due_at", "pk")


class Announcement(models.Model):
    """An address of ours that somebody is to be told has changed; the row goes once they were."""

    class Channel(models.TextChoices):
        # The addresses of feeds: https://www.w3.org/TR/websub/.
        WEBSUB = "websub", "WebSub"
        # Those of pages: https://www.indexnow.org/documentation.
        INDEXNOW = "indexnow", "IndexNow"

    channel = models.CharField(max_length=10, choices=Channel)
    address = models.CharField(max_length=500)
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.UUIDField(null=True)
    claimed_at = models.DateTimeField(null=True)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["channel", "due_at", "id"], name="announcement_due")]
        constraints = [models.UniqueConstraint(fields=["channel", "address"], name="announcement_once")]

    def __str__(self) -> str:
        return f"{self.channel}: {self.address}"
