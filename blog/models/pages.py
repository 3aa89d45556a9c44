from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from blog.models.images import Image
from blog.models.languages import Language
from blog.models.recordings import Recording, note_recordings


class PageQuerySet(models.QuerySet):
    def published(self) -> "PageQuerySet":
        """Return the pages that readers may see."""
        return self.filter(is_published=True)

    @transaction.atomic
    def render_anew(self, key: int) -> None:
        """Make the stored HTML of a page anew, from the text as it is now: nobody saves it meanwhile."""
        page = self.select_for_update().filter(pk=key).first()
        if page is not None:
            page.save(update_fields=["body"])

    render_anew.alters_data = True

    def in_language(self, language: str) -> "PageQuerySet":
        """Return the pages written in ``language``."""
        return self.filter(language=language)


class Page(models.Model):
    """A plain page, such as the legal notice, at the top of the site."""

    language = models.CharField(_("language"), max_length=2, choices=Language)
    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(
        _("address"),
        max_length=120,
        validators=[RegexValidator(r"^[a-z0-9-]+$", _("Lower-case letters, digits and hyphens."))],
    )
    body = models.TextField(_("text"), blank=True)
    body_html = models.TextField(editable=False, blank=True)
    frame_hosts = models.JSONField(editable=False, default=list, blank=True)
    media_hosts = models.JSONField(
        editable=False, default=list, db_default=models.Value([], models.JSONField()), blank=True
    )
    linked_posts = models.ManyToManyField(
        "blog.Post", related_name="linking_pages", editable=False, verbose_name=_("posts that the text links to")
    )
    pictures = models.ManyToManyField(
        Image, related_name="pages", editable=False, verbose_name=_("pictures in the text")
    )
    recordings = models.ManyToManyField(
        Recording, related_name="pages", editable=False, verbose_name=_("recordings in the text")
    )
    is_published = models.BooleanField(pgettext_lazy("page", "published"), default=True)
    position = models.PositiveSmallIntegerField(_("position in the footer"), null=True, blank=True)
    translation_of = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="translations",
        verbose_name=_("translation of"),
    )
    modified_at = models.DateTimeField(_("last change"), auto_now=True)

    objects = PageQuerySet.as_manager()

    class Meta:
        verbose_name = _("plain page")
        verbose_name_plural = _("plain pages")
        ordering = ["language", "position", "title"]
        indexes = [models.Index(fields=["language", "is_published", "position"], name="page_in_footer")]
        constraints = [
            models.UniqueConstraint(
                fields=["language", "slug"],
                name="page_slug_once_a_language",
                violation_error_message=_("Another page in this language has this address."),
            ),
            models.UniqueConstraint(fields=["translation_of", "language"], name="page_one_translation_a_language"),
            models.CheckConstraint(
                condition=Q(translation_of=None) | ~Q(translation_of=models.F("pk")),
                name="page_not_its_own_translation",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, **kwargs) -> None:
        """Save with the rendered text."""
        from blog.body import clean_source, render_body
        from blog.headings import headings_in
        from blog.still_pictures import posters_in, want_posters

        posts = Page.linked_posts.rel.model.objects
        self.body = clean_source(self.body)
        with translation.override(self.language):
            pictures = Image.objects.shown_in(self.body)
            posters = posters_in(self.body)
            rendered = render_body(
                self.body,
                language=self.language,
                known=headings_in(self.body_html),
                posters={address: image.for_body() for address, image in posters.items()},
                pictures={key: image.for_body() for key, image in pictures.items()},
                recordings=Recording.objects.for_body(self.body, self.language),
                linked=posts.addresses_in(self.body),
            )
            self.body_html = rendered.html
            self.frame_hosts, self.media_hosts = list(rendered.frame_hosts), list(rendered.media_hosts)
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {
                    *kwargs["update_fields"],
                    "body",
                    "body_html",
                    "frame_hosts",
                    "media_hosts",
                }
            super().save(**kwargs)
            self.pictures.set([*pictures.values(), *posters.values()])
            note_recordings(self)
            want_posters(self.body, "page", self.pk)
            self.linked_posts.set(posts.linked_in(self.body))

    def get_absolute_url(self) -> str:
        return self.path()

    def path(self) -> str:
        """Return the address, in the page's own language whatever language is active."""
        with translation.override(self.language):
            return reverse("blog:page-detail", args=[self.slug])
