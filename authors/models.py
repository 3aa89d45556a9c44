from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from authors.addresses import address
from authors.bilingual import Bilingual
from pictures.fields import PictureField

# Each author has one biography in each language; a role in both or in none.
NEEDED_WORDS, PAIRED_WORDS = ("biography",), ("role",)


class AuthorQuerySet(models.QuerySet):
    def listed(self) -> "AuthorQuerySet":
        """Return the authors whom readers can find, in the order of a directory."""
        return self.filter(is_listed=True).order_by("sort_name", "pk")


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
        super().save(**kwargs)

    def get_absolute_url(self) -> str:
        return address("blog:author-detail", self.slug)


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
