from functools import lru_cache

from django.core.files.storage import default_storage
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from authors.bilingual import Bilingual
from blog.markup import MAX_ADDRESS_LENGTH
from pictures.fields import PictureField
from pictures.renditions import make_renditions, srcsets

# The page has one class a cell of this grid for the part of a picture that must stay in sight:
# a style attribute would need 'unsafe-inline'.
FOCUS_GRID = 5

# The covers that the readers of an hour see.
KEPT_FILES = 512


class ImageQuerySet(models.QuerySet):
    def shown_in(self, source: str) -> dict[int, "Image"]:
        """Return the pictures, by key, that the source of a body names."""
        from blog.body import picture_ids

        return self.in_bulk(picture_ids(source))


class Image(models.Model):
    """A picture of the library: its re-encoded file, what it shows, who made it, who may use it."""

    title = models.CharField(_("title"), max_length=200, help_text=_("For the library; readers do not see it."))
    file = PictureField(_("file"), width_field="width", height_field="height")
    width = models.PositiveIntegerField(_("width"), editable=False)
    height = models.PositiveIntegerField(_("height"), editable=False)
    rendition_widths = models.JSONField(_("renditions"), default=list, editable=False, blank=True)
    alt_fr = models.CharField(
        _("alternative text, in French"),
        max_length=300,
        blank=True,
        help_text=_("What somebody who does not see the picture must know of it."),
    )
    alt_en = models.CharField(_("alternative text, in English"), max_length=300, blank=True)
    caption_fr = models.CharField(_("caption, in French"), max_length=500, blank=True)
    caption_en = models.CharField(_("caption, in English"), max_length=500, blank=True)
    credit = models.CharField(_("credit"), max_length=200, blank=True)
    licence = models.CharField(_("licence"), max_length=200, blank=True)
    source = models.URLField(
        _("taken from"),
        max_length=MAX_ADDRESS_LENGTH,
        blank=True,
        default="",
        db_default="",
        help_text=_("Where it was fetched. Without a licence, somebody still has to ask whether we may show it."),
    )
    focal_x = models.PositiveSmallIntegerField(
        _("focal point, from the left in %"), default=50, validators=[MaxValueValidator(100)]
    )
    focal_y = models.PositiveSmallIntegerField(
        _("focal point, from the top in %"), default=50, validators=[MaxValueValidator(100)]
    )
    created_at = models.DateTimeField(_("added"), auto_now_add=True)

    alt = Bilingual()
    caption = Bilingual()

    objects = ImageQuerySet.as_manager()

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["-created_at", "-id"], name="image_newest")]
        constraints = [
            models.CheckConstraint(condition=models.Q(focal_x__lte=100, focal_y__lte=100), name="image_focus_inside"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def sources(self) -> list[tuple[str, str]]:
        """The ``<source>`` elements of this picture: pairs of media type and srcset."""
        return sources_of_file(self.file.name, tuple(self.rendition_widths))

    def prepare(self) -> None:
        """Make the renditions, then render anew the texts that show this picture."""
        widths = make_renditions(self.file.storage, self.file.name)
        if widths != self.rendition_widths:
            self.rendition_widths = widths
            self.save(update_fields=["rendition_widths"])
        posts = self.posts.model.objects
        for key in self.posts.order_by("pk").values_list("pk", flat=True):
            posts.render_anew(key)
        pages = self.pages.model.objects
        for key in self.pages.order_by("pk").values_list("pk", flat=True):
            pages.render_anew(key)

    def for_body(self):
        """Return what the renderer of a body needs to know, in the active language."""
        from blog.body import BodyPicture

        return BodyPicture(
            src=self.file.url,
            sources=self.sources,
            width=self.width,
            height=self.height,
            alt=self.alt,
            caption=self.caption,
            credit=self.credit,
        )

    @property
    def focus_class(self) -> str:
        """The class that keeps the focal point in sight when a card crops the picture."""
        column = min(self.focal_x * FOCUS_GRID // 100, FOCUS_GRID - 1)
        row = min(self.focal_y * FOCUS_GRID // 100, FOCUS_GRID - 1)
        return f"focus-{column}-{row}"


@lru_cache(maxsize=KEPT_FILES)
def sources_of_file(name: str, widths: tuple[int, ...]) -> list[tuple[str, str]]:
    """Return the pairs of media type and srcset of a file with these renditions."""
    return srcsets(name, widths, default_storage)
