"""Which pictures of the library look like others."""

from functools import reduce
from operator import or_

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from blog.models.images import Image
from pictures.fingerprints import BANDS, MOST_DIFFERENT, bands, difference, says_something

# Charts on white share many bits; more of them than these are not looked at one by one.
MOST_COMPARED = 2000


class FingerprintQuerySet(models.QuerySet):
    def near(self, bits: int) -> "FingerprintQuerySet":
        """Return those that share a band with ``bits``: all that are like it, and some that are not."""
        shared = [Q(**{f"band_{number}": band}) for number, band in enumerate(bands(bits))]
        return self.filter(reduce(or_, shared))


class Fingerprint(models.Model):
    """What a picture looks like, in the columns by which those like it are found."""

    image = models.OneToOneField(Image, on_delete=models.CASCADE, primary_key=True, related_name="fingerprint")
    # Of which file: a picture may get another one.
    file = models.CharField(max_length=100)
    # In hexadecimal, since the database's integers have a sign.
    bits = models.CharField(max_length=16)
    band_0 = models.PositiveSmallIntegerField()
    band_1 = models.PositiveSmallIntegerField()
    band_2 = models.PositiveSmallIntegerField()
    band_3 = models.PositiveSmallIntegerField()
    band_4 = models.PositiveSmallIntegerField()

    objects = FingerprintQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=[f"band_{number}"], name=f"fingerprint_band_{number}") for number in range(BANDS)
        ]

    def __str__(self) -> str:
        return f"Fingerprint {self.bits}"


class ResemblanceQuerySet(models.QuerySet):
    def open(self) -> "ResemblanceQuerySet":
        """Return the pairs that nobody has called different pictures."""
        return self.filter(is_dismissed=False)

    def of(self, image: Image) -> "ResemblanceQuerySet":
        """Return the pairs that a picture is in."""
        return self.filter(Q(first=image) | Q(second=image))

    @transaction.atomic
    def note(self, image: Image, bits: int) -> None:
        """Keep what a picture looks like now, and the pairs that it makes with those before it."""
        columns = {f"band_{number}": band for number, band in enumerate(bands(bits))}
        Fingerprint.objects.update_or_create(
            image=image, defaults={"file": image.file.name, "bits": f"{bits:016x}", **columns}
        )
        near = Fingerprint.objects.near(bits).exclude(image=image).order_by("-pk") if says_something(bits) else []
        like = {
            other.pk: distance
            for other in near[:MOST_COMPARED]
            if (distance := difference(bits, int(other.bits, 16))) <= MOST_DIFFERENT
        }
        pairs = {(min(image.pk, key), max(image.pk, key)): distance for key, distance in like.items()}
        for pair in self.of(image):
            distance = pairs.pop((pair.first_id, pair.second_id), None)
            if distance is None:
                pair.delete()
        self.bulk_create(
            [self.model(first_id=first, second_id=second, distance=each) for (first, second), each in pairs.items()],
            ignore_conflicts=True,
        )

    note.alters_data = True


class Resemblance(models.Model):
    """Two pictures that look the same, until somebody says that they are not."""

    first = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="+", verbose_name=_("picture"))
    second = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="+", verbose_name=_("other picture"))
    distance = models.PositiveSmallIntegerField()
    is_dismissed = models.BooleanField(default=False)

    objects = ResemblanceQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["is_dismissed", "-id"], name="resemblance_open")]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="resemblance_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="resemblance_in_order"),
        ]

    def __str__(self) -> str:
        return f"Resemblance {self.first_id} {self.second_id}"
