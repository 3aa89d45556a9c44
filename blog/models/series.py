"""Series: posts that are read one after the other, in an order that editors give them."""

from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from authors.addresses import address
from authors.bilingual import LANGUAGES, Bilingual
from blog.models.posts import Post

# All parts stand on the page of each of them.
MOST_PARTS = 60


class SeriesQuerySet(models.QuerySet):
    def readable(self, now: datetime | None = None) -> "SeriesQuerySet":
        """Say of each in which languages readers may see a part: ``is_in_fr``, ``is_in_en``."""
        return self.annotate(**{f"is_in_{language}": has_part(language, now) for language in LANGUAGES})


def has_part(language: str, now: datetime | None = None) -> Exists:
    """Return the condition of series of which readers may see a part in ``language``."""
    out = Post.objects.published(now).in_language(language)
    translations = Post.objects.still_published(now).in_language(language)
    part = Q(Exists(out.filter(pk=OuterRef("post")))) | Q(Exists(translations.filter(translation_of=OuterRef("post"))))
    return Exists(SeriesPart.objects.filter(part, series=OuterRef("pk")))


class Series(models.Model):
    """Posts that belong together, and in which order; they are its parts in both languages."""

    title_fr = models.CharField(_("title, in French"), max_length=120)
    title_en = models.CharField(_("title, in English"), max_length=120)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    description_fr = models.TextField(_("description, in French"), blank=True)
    description_en = models.TextField(_("description, in English"), blank=True)

    title = Bilingual()
    description = Bilingual()

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = pgettext_lazy("several", "series")
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title_fr="") & ~Q(title_en="") & ~Q(slug=""), name="series_has_titles_and_slug"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address("blog:series-detail", self.slug)

    def is_public(self, now: datetime | None = None) -> bool:
        """Say whether readers may see a part of it, in either language."""
        return bool(Series.objects.readable(now).get(pk=self.pk).languages())

    def languages(self) -> list[str]:
        """Return the languages in which readers may see a part; only of what ``readable()`` has fetched."""
        return [language for language in LANGUAGES if getattr(self, f"is_in_{language}")]


class SeriesPartQuerySet(models.QuerySet):
    def as_column(self) -> Subquery:
        """Return the series of a post as an annotation of posts: that of the original, for its translation too."""
        rows = self.filter(post=Coalesce(OuterRef("translation_of"), OuterRef("pk")))
        named = {name: f"series__{name}" for name in ("id", "slug", "title_fr", "title_en")}
        return Subquery(rows.values(column=JSONObject(**named))[:1])

    def place_in(self, series: object) -> Subquery:
        """Return the place that a post has in a series, as an annotation of posts; NULL where it has none."""
        rows = self.filter(series=series, post=Coalesce(OuterRef("translation_of"), OuterRef("pk")))
        return Subquery(rows.values("position")[:1])

    def versions_of_parts(self, series: object) -> tuple[QuerySet, QuerySet]:
        """Return the keys of the parts of a series, and those of their translations, whoever may see them."""
        own = self.filter(series=series).order_by().values("post")
        return own, Post.objects.filter(translation_of__in=own).order_by().values("pk")

    def follow_original(self, post: Post) -> None:
        """Let the original be the part where a post that was one has become its translation."""
        part = self.filter(post=post).first() if post.translation_of_id else None
        if part is None:
            return
        if self.filter(post=post.translation_of_id).exists():
            part.delete()
        else:
            self.filter(pk=part.pk).update(post=post.translation_of_id)

    follow_original.alters_data = True


class SeriesPart(models.Model):
    """One part of a series: an original, whose translation is the same part in the other language."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="parts", verbose_name=_("series"))
    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="series_part", verbose_name=_("post"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = SeriesPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("part of the series")
        verbose_name_plural = _("parts of the series")
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["series", "position"], name="series_part_in_order")]

    def __str__(self) -> str:
        return f"{self.series}: {self.post_id}"
