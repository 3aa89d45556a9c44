from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from authors.addresses import address
from authors.bilingual import Bilingual
from blog.models.images import Image
from blog.models.languages import Language
from blog.models.looks import Watched
from blog.models.moments import validate_year

if TYPE_CHECKING:
    from blog.models.posts import Post


class PartnerQuerySet(models.QuerySet):
    def listed(self) -> "PartnerQuerySet":
        """Return the partners whom readers can find, in the order of the alphabet."""
        return self.filter(is_listed=True).order_by("name", "pk")


class Partner(models.Model):
    """A peer's blog with which tribunes are exchanged."""

    class Takes(models.TextChoices):
        WORDPRESS = "wordpress", _("by the API of its WordPress")
        MICROPUB = "micropub", _("by Micropub")
        PAGE = "page", _("from a private page, read by a person")

    class StatusThere(models.TextChoices):
        DRAFT = "draft", _("a draft")
        PENDING = "pending", _("a text that waits to be read there")
        PUBLISHED = "publish", _("public at once")

    name = models.CharField(_("name of the blog"), max_length=120)
    slug = models.SlugField(_("address here"), max_length=80, unique=True)
    keeper = models.CharField(_("who keeps it"), max_length=120)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    site = models.URLField(_("site"), max_length=300)
    feed = models.URLField(_("feed"), max_length=300, blank=True)
    api = models.URLField(_("API of its WordPress"), max_length=300, blank=True)
    micropub = models.URLField(_("Micropub endpoint"), max_length=300, blank=True, default="", db_default="")
    webmention = models.URLField(_("webmention endpoint"), max_length=300, blank=True, default="", db_default="")
    takes = models.CharField(_("how it takes tribunes"), max_length=20, choices=Takes)
    status_there = models.CharField(
        _("what a tribune becomes there"),
        max_length=10,
        choices=StatusThere,
        default=StatusThere.DRAFT,
        help_text=_("By the API of its WordPress, or by Micropub, where a text that waits is a draft."),
    )
    # The names of its WordPress's categories, as they were when last asked for.
    categories_there = models.JSONField(editable=False, default=list, db_default=[])
    email = models.EmailField(_("e-mail"), blank=True, help_text=_("Never shown to readers."))
    note_fr = models.TextField(_("public note, in French"), blank=True)
    note_en = models.TextField(_("public note, in English"), blank=True)
    logo = models.ForeignKey(
        Image,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("logo"),
    )
    is_listed = models.BooleanField(_("listed among the partners"), default=True)

    note = Bilingual()

    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["is_listed", "name"], name="partner_listed")]
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(slug="") & ~Q(site=""), name="partner_has_name_and_site"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("blog:partner-detail", self.slug)


class TribuneQuerySet(models.QuerySet):
    def published(self, now: datetime | None = None) -> "TribuneQuerySet":
        """Return the tribunes that readers may see: both copies are out."""
        from blog.models.posts import Post

        posts = Post.objects.published(now).filter(pk=OuterRef("post"))
        return self.filter(Exists(posts), state=Tribune.State.PUBLISHED).order_by("-published_at", "-pk")

    def originals_there(self) -> "TribuneQuerySet":
        """Return those whose copy at the partner's is the original that search engines should name, while it is there.

        The twin of ``Tribune.is_original_there()``.
        """
        return self.filter(state=Tribune.State.PUBLISHED, canonical=Tribune.Canonical.THERE, gone_since__isnull=True)

    def in_language(self, language: str) -> "TribuneQuerySet":
        """Return those of posts written in ``language``."""
        return self.filter(post__language=language)

    def by(self, author: int) -> "TribuneQuerySet":
        """Return those that an author wrote, ours or the partner's: the post here names them, or the text for there."""
        from blog.models.posts import Authorship

        texts = Q(post=OuterRef("post")) | Q(post=OuterRef("piece"))
        return self.filter(Exists(Authorship.objects.filter(texts, author=author)))

    def for_cards(self) -> "TribuneQuerySet":
        """Fetch what a card shows of a tribune, its partner, its post, and whom that has a relation with."""
        return self.select_related("partner", "post__disclosure_with").only(*CARD_FIELDS)

    def leading_away(self) -> "TribuneQuerySet":
        """Return those whose whole text stands at the partner's alone: the twin of ``Tribune.leads_away()``."""
        return self.filter(state=Tribune.State.PUBLISHED, content=Tribune.Content.TEASER, gone_since=None)

    def as_columns(self) -> dict[str, Coalesce]:
        """Return where the text of a post goes on (``goes_on_at``) and in which language, for a queryset of posts.

        A translation goes on where its original does, unless it does so elsewhere itself.
        """
        own = self.leading_away().filter(post=OuterRef("pk")).order_by("pk")
        of_original = (
            self.leading_away().filter(post=OuterRef("translation_of"), post__status="published").order_by("pk")
        )
        columns = {"goes_on_at": "partner__name", "goes_on_in": "partner__language"}
        return {
            name: Coalesce(Subquery(own.values(column)[:1]), Subquery(of_original.values(column)[:1]))
            for name, column in columns.items()
        }


class Tribune(Watched):
    """An opinion piece that stands here and at a partner's, and what the two agreed on it."""

    class Direction(models.TextChoices):
        OURS_THERE = "ours_there", _("ours, at the partner’s")
        THEIRS_HERE = "theirs_here", _("theirs, here")

    class Content(models.TextChoices):
        TEASER = "teaser", _("a teaser")
        WHOLE = "whole", _("the whole text")

    class Canonical(models.TextChoices):
        HERE = "here", _("ours")
        THERE = "there", _("the partner’s")

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("tribune", "draft")
        PROPOSED = "proposed", pgettext_lazy("tribune", "proposed")
        ACCEPTED = "accepted", pgettext_lazy("tribune", "accepted")
        DECLINED = "declined", pgettext_lazy("tribune", "declined")
        PUBLISHED = "published", pgettext_lazy("tribune", "published")
        WITHDRAWN = "withdrawn", pgettext_lazy("tribune", "withdrawn")

    post = models.ForeignKey("blog.Post", on_delete=models.PROTECT, related_name="tribunes", verbose_name=_("post"))
    piece = models.ForeignKey(
        "blog.Post",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("text for the partner"),
        help_text=_("Where another text stands here, such as a teaser. Left empty, it is the text of the post."),
    )
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="tribunes", verbose_name=_("partner"))
    direction = models.CharField(_("direction"), max_length=20, choices=Direction)
    content = models.CharField(_("what stands here"), max_length=10, choices=Content)
    content_there = models.CharField(
        _("what stands there"),
        max_length=10,
        choices=Content,
        default=Content.WHOLE,
        db_default=Content.WHOLE,
        help_text=_("A teaser is sent as the standfirst, and a link to the text here."),
    )
    canonical = models.CharField(_("canonical copy"), max_length=10, choices=Canonical)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    title = models.CharField(_("title there"), max_length=200, blank=True)
    url = models.URLField(_("address there"), max_length=500, blank=True)
    words = models.PositiveIntegerField(_("words there"), null=True, blank=True)
    published_at = models.DateTimeField(_("published there"), null=True, blank=True, validators=[validate_year])

    objects = TribuneQuerySet.as_manager()

    class Meta:
        verbose_name = _("tribune")
        verbose_name_plural = _("tribunes")
        ordering = ["-published_at", "-pk"]
        indexes = [
            models.Index(fields=["post", "state"], name="tribune_of_post"),
            models.Index(fields=["state", "-published_at", "-id"], name="tribune_newest"),
            models.Index(fields=["state", "id"], name="tribune_by_key"),
            models.Index(fields=["partner", "state", "-published_at"], name="tribune_of_partner"),
            models.Index(fields=["state", "is_watched", "look_due_at"], name="tribune_look_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["post", "partner", "direction"],
                name="tribune_once_a_partner",
                violation_error_message=_("This post already has a tribune with this partner."),
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | (~Q(url="") & Q(published_at__isnull=False)),
                name="tribune_published_has_an_address",
                violation_error_message=_("A published tribune needs its address at the partner’s and its date there."),
            ),
            models.CheckConstraint(
                condition=~Q(content="teaser") | Q(canonical="there"),
                name="tribune_teaser_is_not_canonical",
                violation_error_message=_("Where a teaser stands here, the canonical copy is the partner’s."),
            ),
            # With the one above: of a teaser here and a teaser there, nobody could read the whole.
            models.CheckConstraint(
                condition=~Q(content_there="teaser") | Q(canonical="here"),
                name="tribune_teaser_there_is_not_canonical",
                violation_error_message=_(
                    "Where a teaser stands there, the whole text is here, and ours is the canonical copy."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title or self.post} – {self.partner}"

    def is_published(self) -> bool:
        """Say whether the copy at the partner's is out."""
        return self.state == self.State.PUBLISHED

    @property
    def text(self) -> "Post":
        """The post whose text the partner gets."""
        return self.piece or self.post

    def leads_away(self) -> bool:
        """Say whether a reader must go to the partner's to read the whole text, and can."""
        return self.is_published() and self.content == self.Content.TEASER and self.gone_since is None

    def is_original_there(self) -> bool:
        """Say whether the copy at the partner's is the original that search engines should name, and is there."""
        return self.is_published() and self.canonical == self.Canonical.THERE and self.gone_since is None

    def is_introduced_there(self) -> bool:
        """Say whether the partner has a teaser that leads to the whole text here."""
        return self.content_there == self.Content.TEASER

    def stands_here_alone(self) -> bool:
        """Say whether the text here is the partner's own, and no copy of it at theirs is out, nor ever was."""
        is_settled = self.state in (self.State.PUBLISHED, self.State.DECLINED, self.State.WITHDRAWN)
        return not self.is_ours() and self.content == self.Content.WHOLE and not is_settled

    def leads_to_sponsor(self) -> bool:
        """Say whether the partner is the one with whom the post has a commercial relation."""
        return self.post.leads_to_sponsor(self.url)

    @property
    def host(self) -> str:
        """The name of the site that it stands on."""
        return (urlsplit(self.url).hostname or "").removeprefix("www.")

    def is_ours(self) -> bool:
        """Say whether the piece was written by us."""
        return self.direction == self.Direction.OURS_THERE

    @property
    def reading_minutes(self) -> int | None:
        """Return how long the text there takes, or None where its length is not known."""
        from blog.models.posts import WORDS_PER_MINUTE

        return max(1, round(self.words / WORDS_PER_MINUTE)) if self.words else None


CARD_FIELDS = (
    "title",
    "url",
    "words",
    "state",
    "content",
    "content_there",
    "canonical",
    "direction",
    "published_at",
    "gone_since",
    "unsafe_since",
    "archive_agreed",
    "archive_url",
    "copied_at",
    "partner__name",
    "partner__slug",
    "partner__keeper",
    "partner__language",
    "post__title",
    "post__slug",
    "post__language",
    "post__status",
    "post__published_at",
    "post__standfirst",
    "post__disclosure",
    "post__disclosure_with__name",
    "post__disclosure_with__slug",
    "post__disclosure_with__sites",
)
