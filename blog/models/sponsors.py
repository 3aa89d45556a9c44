from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from authors.addresses import address
from blog.models.listings import Listing
from blog.sites import Site, clean_sites, is_at, read_sites
from blog.tasks import mark_sponsored_links


class SponsorQuerySet(models.QuerySet):
    def public(self, now: datetime | None = None) -> "SponsorQuerySet":
        """Return those whom readers can find: a post that names them is out, in either language.

        Until then nobody learns from here for whom something is being written.
        """
        return self.filter(Exists(Listing.objects.out(now).filter(sponsor=OuterRef("pk"))))

    def in_order(self) -> "SponsorQuerySet":
        """Return them in the order of the alphabet."""
        return self.order_by("name", "pk")


class Sponsor(models.Model):
    """Who stands behind a commercial relation: a client, an advertiser, a merchant, a giver.

    The field calls links to them ``rel="sponsored"``, whatever the relation is
    (https://developers.google.com/search/docs/crawling-indexing/qualify-outbound-links).
    """

    name = models.CharField(_("name"), max_length=160, help_text=_("As readers know them."))
    slug = models.SlugField(_("address here"), max_length=80, unique=True)
    sites = models.TextField(
        _("their sites"),
        blank=True,
        help_text=_(
            "One a line, such as acme.example, or a place on a site of others: video.example/acme. Where affiliate "
            "links lead belongs to them. In posts that name them, links to there are marked for search engines."
        ),
    )

    objects = SponsorQuerySet.as_manager()

    class Meta:
        verbose_name = _("sponsor or client")
        verbose_name_plural = _("sponsors and clients")
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["name", "id"], name="sponsor_in_order")]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="sponsor_once_a_name",
                violation_error_message=_("There is already a sponsor or client of this name."),
            ),
            models.CheckConstraint(condition=~Q(name="") & ~Q(slug=""), name="sponsor_has_name_and_slug"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs) -> None:
        """Save, and have the links to them marked anew where their sites changed."""
        before = Sponsor.objects.filter(pk=self.pk).values_list("sites", flat=True).first() if self.pk else None
        super().save(**kwargs)
        if before is not None and before != self.sites:
            mark_sponsored_links.enqueue(sponsor_id=self.pk)

    def get_absolute_url(self) -> str:
        return address("blog:sponsor-detail", self.slug)

    def clean(self) -> None:
        """Put name and sites into the form in which they are compared."""
        self.name = " ".join(self.name.split())
        try:
            self.sites = clean_sites(self.sites)
        except ValidationError as error:
            raise ValidationError({"sites": error}) from error

    def is_public(self, now: datetime | None = None) -> bool:
        """Say whether readers can find them: the twin of ``SponsorQuerySet.public()``."""
        return self.listings.out(now).exists()

    def read_sites(self) -> tuple[Site, ...]:
        """Return their sites."""
        return read_sites(self.sites)

    def is_at(self, url: str) -> bool:
        """Say whether a link leads to one of their sites."""
        return is_at(self.read_sites(), url)

    def mark_links(self) -> None:
        """Render anew the texts that name them, one at a time, so that links to them are marked as they are now."""
        from blog.models.posts import Post

        for key in Post.objects.filter(disclosure_with=self).order_by("pk").values_list("pk", flat=True):
            Post.objects.render_anew(key)
