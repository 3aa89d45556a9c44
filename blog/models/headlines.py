from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from authors.bilingual import Bilingual
from blog.models.partners import Partner


class FeedReadingQuerySet(models.QuerySet):
    def due(self, now: datetime) -> "FeedReadingQuerySet":
        """Return those to be looked at again, the longest overdue first; a feed that has another address is due."""
        moved = ~Q(address=F("partner__feed"))
        return (
            self.filter(Q(next_at__lte=now) | moved, partner__is_listed=True)
            .exclude(partner__feed="")
            .order_by("next_at", "pk")
        )


class FeedReading(models.Model):
    """How it stands with the feed of a partner: when it was read, with what outcome, and when it is read again."""

    partner = models.OneToOneField(Partner, on_delete=models.CASCADE, related_name="reading", verbose_name=_("partner"))
    # Of which the two conditions hold (RFC 9110, section 13.1).
    address = models.URLField(max_length=300, blank=True)
    etag = models.CharField(max_length=300, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    read_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0)
    # What an editor is told, in either language; empty where all is well.
    problem_fr = models.CharField(max_length=500, blank=True)
    problem_en = models.CharField(max_length=500, blank=True)

    problem = Bilingual()

    objects = FeedReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("reading of a feed")
        verbose_name_plural = _("readings of feeds")
        default_permissions = ()
        indexes = [models.Index(fields=["next_at"], name="feed_to_read")]

    def __str__(self) -> str:
        return self.address


class Headline(models.Model):
    """An article of a partner's blog, as its feed names it: plain text, and where it stands."""

    partner = models.ForeignKey(
        Partner, on_delete=models.CASCADE, related_name="headlines", db_index=False, verbose_name=_("partner")
    )
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    address = models.URLField(max_length=2000)
    published_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("headline")
        verbose_name_plural = _("headlines")
        default_permissions = ()
        ordering = ["partner", "position"]
        constraints = [models.UniqueConstraint(fields=["partner", "position"], name="headline_has_its_place")]

    def __str__(self) -> str:
        return self.title
