from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from authors.addresses import address
from authors.bilingual import Bilingual
from authors.tasks import prepare_portrait
from pictures.fields import PictureField
from pictures.renditions import RENDITION_WIDTHS, make_renditions, sources_of_file

# Each author has one biography in each language; a role in both or in none.
NEEDED_WORDS, PAIRED_WORDS = ("biography",), ("role",)


class AuthorQuerySet(models.QuerySet):
    def listed(self) -> "AuthorQuerySet":
        """Return the authors whom readers can find, in the order of a directory."""
        return self.filter(is_listed=True).order_by("sort_name", "pk")

    def waiting(self) -> "AuthorQuerySet":
        """Return the authors of whose portrait the renditions are yet to be made."""
        return self.exclude(portrait="").filter(portrait_widths=[], portrait_width__gte=RENDITION_WIDTHS[0])


class Author(models.Model):
    """Who writes: a public profile, with or without an account in the admin."""

    name = models.CharField(_("name"), max_length=120)
    sort_name = models.CharField(
        _("name for sorting"),
        max_length=120,
        blank=True,
        help_text=_("For instance ‘Gourvennec, Yann’. Left empty, it is made from the name."),
    )
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    role_fr = models.CharField(_("role, in French"), max_length=160, blank=True)
    role_en = models.CharField(_("role, in English"), max_length=160, blank=True)
    biography_fr = models.TextField(_("biography, in French"), blank=True)
    biography_en = models.TextField(_("biography, in English"), blank=True)
    portrait = PictureField(
        _("portrait"),
        width_field="portrait_width",
        height_field="portrait_height",
        blank=True,
    )
    portrait_width = models.PositiveIntegerField(null=True, editable=False)
    portrait_height = models.PositiveIntegerField(null=True, editable=False)
    # The widths of its renditions, which the background makes.
    portrait_widths = models.JSONField(
        default=list, db_default=models.Value([], models.JSONField()), editable=False, blank=True
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="author",
        verbose_name=_("account"),
        help_text=_("Whose articles and answers to comments are signed by this author."),
    )
    email = models.EmailField(_("e-mail"), blank=True, help_text=_("Never shown to readers."))
    is_listed = models.BooleanField(_("listed among the authors"), default=True)

    role = Bilingual()
    biography = Bilingual()

    objects = AuthorQuerySet.as_manager()

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        ordering = ["sort_name", "pk"]
        indexes = [models.Index(fields=["is_listed", "sort_name"], name="author_listed")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(name="") & ~models.Q(slug=""), name="author_has_name_and_slug"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs) -> None:
        if not self.sort_name:
            self.sort_name = sort_name_of(self.name)
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "sort_name"}
        if kwargs.get("update_fields") is None or "portrait" in kwargs["update_fields"]:
            self._note_portrait(kwargs)
        super().save(**kwargs)

    def get_absolute_url(self) -> str:
        return address("blog:author-detail", self.slug)

    def _note_portrait(self, kwargs: dict) -> None:
        """Have the renditions of a portrait made that has changed; until then there are none."""
        # Its name follows from its content.
        self._meta.get_field("portrait").pre_save(self, add=False)
        stored = (
            Author.objects.filter(pk=self.pk).values_list("portrait", "portrait_widths").first() if self.pk else None
        )
        before, widths = stored or ("", [])
        if before == (self.portrait.name or ""):
            # The background may have made them since this row was read.
            self.portrait_widths = widths
            return
        self.portrait_widths = []
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {
                *kwargs["update_fields"],
                "portrait_widths",
                "portrait_width",
                "portrait_height",
            }
        if self.portrait:
            transaction.on_commit(lambda: prepare_portrait.enqueue(author_id=self.pk))

    @property
    def portrait_sources(self) -> list[tuple[str, str]]:
        """The ``<source>`` elements of the portrait: pairs of media type and srcset."""
        return sources_of_file(self.portrait.name, tuple(self.portrait_widths)) if self.portrait else []

    def prepare_portrait(self) -> None:
        """Make the renditions of the portrait.

        Raises what ``pictures.renditions.make_renditions`` does, where its file cannot be read.
        """
        name = self.portrait.name
        widths = make_renditions(self.portrait.storage, name)
        with transaction.atomic():
            # It may be another one by now, which another task prepares.
            author = Author.objects.select_for_update().filter(pk=self.pk, portrait=name).first()
            if author is not None and author.portrait_widths != widths:
                author.portrait_widths = widths
                author.save(update_fields=["portrait_widths"])


class AuthorLink(models.Model):
    """One of the addresses of a 'follow me' line."""

    class Network(models.TextChoices):
        LINKEDIN = "linkedin", "LinkedIn"
        MASTODON = "mastodon", "Mastodon"
        BLUESKY = "bluesky", "Bluesky"
        GITHUB = "github", "GitHub"
        YOUTUBE = "youtube", "YouTube"
        X = "x", "X"
        WEBSITE = "website", _("Website")
        FEED = "feed", _("Feed")

    author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="links", verbose_name=_("author"))
    network = models.CharField(_("network"), max_length=20, choices=Network)
    address = models.URLField(_("address"), max_length=300)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("‘follow me’ link")
        verbose_name_plural = _("‘follow me’ links")
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["author", "position"], name="author_links_in_order")]
        constraints = [
            models.UniqueConstraint(fields=["author", "address"], name="author_link_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_network_display()} – {self.author}"


def sort_name_of(name: str) -> str:
    """Return the name as a directory sorts it: ‘Gourvennec, Yann’ for ‘Yann Gourvennec’."""
    first, _space, last = name.strip().rpartition(" ")
    return f"{last}, {first}" if first else last
