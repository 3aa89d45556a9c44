from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.embeds import ADDRESS_MAX_LENGTH
from blog.models.images import Image


class VideoPosterQuerySet(models.QuerySet):
    def had(self, addresses: Iterable[str]) -> dict[str, Image]:
        """Return the pictures, by the addresses of their videos, that are kept here."""
        wanted = set(addresses)
        if not wanted:
            return {}
        rows = self.filter(address__in=wanted, image__isnull=False).select_related("image")
        return {row.address: row.image for row in rows}

    def want(self, addresses: Iterable[str]) -> list[str]:
        """Note that these videos are shown; return those whose picture is still to be had."""
        wanted = set(addresses)
        if not wanted:
            return []
        now = timezone.now()
        self.bulk_create([VideoPoster(address=each, due_at=now) for each in sorted(wanted)], ignore_conflicts=True)
        waiting = self.filter(address__in=wanted, image=None, due_at__isnull=False)
        return list(waiting.order_by("address").values_list("address", flat=True))

    want.alters_data = True

    def claim(self, address: str, holds: timedelta) -> "VideoPoster | None":
        """Return the row of a video that is due, which nobody else gets for a while; None where it is not."""
        now = timezone.now()
        due = self.filter(address=address, image=None, due_at__lte=now)
        if not due.update(due_at=now + holds, attempts=F("attempts") + 1):
            return None
        return self.get(address=address)

    claim.alters_data = True


class VideoPoster(models.Model):
    """The still picture of a video elsewhere, which was fetched once and is kept here with its credit.

    ``due_at`` says when it is asked for (again); without it and without a picture, ``problem`` says why there is none,
    as ``blog.syndication.words`` keeps it.
    """

    address = models.URLField(_("address"), max_length=ADDRESS_MAX_LENGTH, unique=True)
    image = models.ForeignKey(
        Image, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("picture")
    )
    due_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    problem = models.JSONField(_("problem"), default=dict, blank=True)

    objects = VideoPosterQuerySet.as_manager()

    class Meta:
        verbose_name = _("still picture of a video")
        verbose_name_plural = _("still pictures of videos")
        ordering = ["address"]

    def __str__(self) -> str:
        return self.address

    def postpone(self, problem: dict, until: datetime | None) -> None:
        """Note why there is no picture yet, and when to ask again; never, where ``until`` is None."""
        self.problem, self.due_at = problem, until
        self.save(update_fields=["problem", "due_at"])
