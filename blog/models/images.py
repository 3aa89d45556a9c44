import logging

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from authors.bilingual import Bilingual
from blog.markup import MAX_ADDRESS_LENGTH
from pictures.fields import PictureField
from pictures.fingerprints import fingerprint_of
from pictures.masters import Master
from pictures.renditions import RENDITION_WIDTHS, make_renditions, sources_of_file

logger = logging.getLogger("tribune.pictures")

# The page has one class a cell of this grid for the part of a picture that must stay in sight:
# a style attribute would need 'unsafe-inline'.
FOCUS_GRID = 5

# What the background notes about a picture, which changes no text of it.
KEPT_BY_THE_BACKGROUND = frozenset({"rendition_widths", "problem"})

# Texts that one task renders anew: a quarter of a minute's work, so that others get their turn.
TEXTS_AT_ONCE = 100


class ImageQuerySet(models.QuerySet):
    def lacking_alt(self, language: str) -> "ImageQuerySet":
        """Return the pictures that say nothing to who does not see them, in ``language``: the twin of ``lacks_alt()``.

        A picture that only decorates is to say nothing.
        """
        return self.filter(is_decorative=False, **{f"alt_{language}": ""})

    def lacking_rights(self) -> "ImageQuerySet":
        """Return the pictures of which it is not known who made them, or by what right they are shown."""
        return self.filter(Q(credit="") | Q(licence=""))

    def waiting(self) -> "ImageQuerySet":
        """Return the pictures whose renditions are yet to be made: the twin of ``is_waiting()``."""
        return self.filter(rendition_widths=[], width__gte=RENDITION_WIDTHS[0], problem="")

    def same_as(self, master: Master) -> "ImageQuerySet":
        """Return the pictures that were made of the same file, or have the same pixels."""
        same = Q(file=master.name)
        if master.upload_digest:
            same |= Q(upload_digest=master.upload_digest)
        return self.filter(same)

    def shown_in(self, source: str) -> dict[int, "Image"]:
        """Return the pictures, by key, that the source of a body names."""
        from blog.body import picture_ids

        return self.in_bulk(picture_ids(source))


class Image(models.Model):
    """A picture of the library: its re-encoded file, what it shows, who made it, who may use it."""

    class Problem(models.TextChoices):
        MISSING = "missing", _("its file is not there")
        UNREADABLE = "unreadable", _("its file cannot be read")
        NOT_WRITTEN = "not_written", _("its renditions could not be written; they are tried again within the hour")

    title = models.CharField(_("title"), max_length=200, help_text=_("For the library; readers do not see it."))
    file = PictureField(_("file"), width_field="width", height_field="height")
    width = models.PositiveIntegerField(_("width"), editable=False)
    height = models.PositiveIntegerField(_("height"), editable=False)
    rendition_widths = models.JSONField(_("renditions"), default=list, editable=False, blank=True)
    # Of the file as it was sent. One that was added a second time on purpose has none.
    upload_digest = models.CharField(max_length=64, null=True, unique=True, editable=False)
    problem = models.CharField(
        _("why there are no renditions"), max_length=20, choices=Problem, blank=True, db_default="", editable=False
    )
    is_decorative = models.BooleanField(
        _("only decorates"),
        default=False,
        db_default=False,
        help_text=_("Who does not see it misses nothing: it then has no alternative text."),
    )
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
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="image_newest"),
            models.Index(fields=["file"], name="image_by_file"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(focal_x__lte=100, focal_y__lte=100), name="image_focus_inside"),
            models.CheckConstraint(
                condition=Q(is_decorative=False) | Q(alt_fr="", alt_en=""),
                name="image_decorative_says_nothing",
                violation_error_message=_(
                    "A picture that only decorates has no alternative text: empty it, or untick."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, **kwargs) -> None:
        """Save; a file that takes the place of another one keeps the address of that one alive."""
        from blog.models.former_files import FormerFile

        update_fields = kwargs.get("update_fields")
        if self.pk is None or (update_fields is not None and "file" not in update_fields):
            super().save(**kwargs)
            return
        with transaction.atomic():
            before = Image.objects.select_for_update().filter(pk=self.pk).values_list("file", flat=True).first()
            # Its name follows from its content.
            self._meta.get_field("file").pre_save(self, add=False)
            is_replaced = before is not None and before != self.file.name
            if is_replaced:
                # There are none of this file yet.
                self.rendition_widths, self.problem = [], ""
                if update_fields is not None:
                    kwargs["update_fields"] = {*update_fields, *KEPT_BY_THE_BACKGROUND, "width", "height"}
                FormerFile.objects.keep(self, before)
            super().save(**kwargs)

    @property
    def sources(self) -> list[tuple[str, str]]:
        """The ``<source>`` elements of this picture: pairs of media type and srcset."""
        return sources_of_file(self.file.name, tuple(self.rendition_widths))

    def lacks_alt(self, language: str) -> bool:
        """Say whether who does not see it learns nothing of it in ``language``."""
        return not self.is_decorative and not getattr(self, f"alt_{language}")

    def is_waiting(self) -> bool:
        """Say whether its renditions are yet to be made."""
        return not self.rendition_widths and self.width >= RENDITION_WIDTHS[0] and not self.problem

    def prepare(self) -> int | None:
        """Make the renditions, then render anew the texts that show this picture.

        Return the key from which ``render_texts()`` goes on, where there are more texts than one task takes.
        """
        name = self.file.name
        widths, problem = self._make_renditions()
        with transaction.atomic():
            # It may have got another file meanwhile, which another task prepares.
            if not Image.objects.select_for_update().filter(pk=self.pk, file=name).exists():
                return None
            if (widths, problem) != (self.rendition_widths, self.problem):
                self.rendition_widths, self.problem = widths, problem
                self.save(update_fields=KEPT_BY_THE_BACKGROUND)
        if problem:
            return None
        self.note_likeness()
        # As they are now: an editor may have saved one since.
        with transaction.atomic():
            for page in self.pages.select_for_update():
                page.save(update_fields=["body"])
        return self.render_texts()

    def _make_renditions(self) -> tuple[list[int], str]:
        """Return the widths that there are, and what went wrong."""
        try:
            return make_renditions(self.file.storage, self.file.name), ""
        except FileNotFoundError:
            problem = self.Problem.MISSING
        except ValidationError:
            problem = self.Problem.UNREADABLE
        except OSError:
            problem = self.Problem.NOT_WRITTEN
        logger.error("No renditions of picture %s (%s): %s", self.pk, self.file.name, problem)
        return [], problem

    def note_likeness(self) -> bool:
        """Look for pictures that look like this one, unless its file was looked at before; say whether it could be."""
        from blog.models.likeness import Fingerprint, Resemblance

        if Fingerprint.objects.filter(image=self.pk, file=self.file.name).exists():
            return True
        try:
            bits = fingerprint_of(self.file.storage, self.file.name)
        except (OSError, ValidationError) as error:
            self.problem = self.Problem.MISSING if isinstance(error, FileNotFoundError) else self.Problem.UNREADABLE
            self.save(update_fields=KEPT_BY_THE_BACKGROUND)
            return False
        Resemblance.objects.note(self, bits)
        return True

    def render_texts(self, after: int = 0) -> int | None:
        """Render anew some of the posts that show this picture, and draw what they are shared with.

        Return the key after which there are more; None at the end, when nothing shows a file of before any more.
        """
        from blog.models.former_files import FormerFile
        from blog.sharing import draw_for

        posts = self.posts.model.objects
        in_a_text = Q(pk__in=posts.model.pictures.through.objects.filter(image=self.pk).values("post"))
        shown = posts.filter(in_a_text | Q(cover=self), pk__gt=after).order_by("pk")
        keys = list(shown.values_list("pk", flat=True)[:TEXTS_AT_ONCE])
        in_text = set(self.posts.filter(pk__in=keys).values_list("pk", flat=True))
        for key in keys:
            if key in in_text:
                posts.render_anew(key)
            draw_for(key)
        if len(keys) == TEXTS_AT_ONCE:
            return keys[-1]
        FormerFile.objects.remove_files(self)
        return None

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
