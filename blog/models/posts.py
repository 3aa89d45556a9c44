from datetime import datetime, timedelta
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from authors.models import Author
from blog.models.discussions import DiscussionRules, Moderation, SitePractice
from blog.models.events import Event
from blog.models.images import Image
from blog.models.languages import Language, TranslationState
from blog.models.listings import Listing
from blog.models.moments import EARLIEST, LATEST, validate_year
from blog.models.months import Month
from blog.models.post_querysets import PostQuerySet
from blog.models.recordings import Recording, note_recordings
from blog.models.sponsors import Sponsor
from blog.models.taxonomy import Category, Tag
from blog.own_links import follow_post
from blog.translation_states import follow_original, settle_state

# Longer ones are cut wherever they are shown: results have room for 60 and 160 characters or so.
SEARCH_TITLE_LENGTH, SEARCH_DESCRIPTION_LENGTH = 120, 320

# What an adult reads on a screen in a minute, in either language; for 'so many minutes' only.
WORDS_PER_MINUTE = 230

# A title must fit a card, a search result and a line of a feed reader.
TITLE_LENGTH = 200

# What the rendered text is made of.
SHOWN_IN_TEXT = {"body", "language", "disclosure", "disclosure_with"}

# What the state of a translation follows from.
DECIDE_TRANSLATION = {"status", "translation_of", "translated_revision", "translated_version", "translation_state"}

# The parts whose change makes a new revision of the text.
TEXT_FIELDS = ("title", "standfirst", "body")


# What lists and mails show nothing of, and would be fetched with each row that points at a post.
LONG_TEXTS = ("standfirst", "body", "body_html", "body_text")


def long_texts(relation: str) -> list[str]:
    """Return the long texts of a post as ``defer()`` names them for rows that point at it by ``relation``."""
    return [f"{relation}__{name}" for name in LONG_TEXTS]


class Post(models.Model):
    """An article in one language. Its translation is another post, which names this one."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_REVIEW = "in_review", _("in review")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Disclosure(models.TextChoices):
        NONE = "none", _("nothing to disclose")
        CLIENT = "client", _("a client of whoever wrote it")
        PAID = "paid", _("paid collaboration")
        ADVERTISING = "advertising", _("advertising")
        AFFILIATE = "affiliate", _("affiliate links")
        GIFT = "gift", _("product or trip offered")

    class CommentPolicy(models.TextChoices):
        SITE = "site", _("as on the whole site")
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")
        TIMED = "timed", _("closed after some days")

    language = models.CharField(_("language"), max_length=2, choices=Language)
    title = models.CharField(_("title"), max_length=TITLE_LENGTH)
    slug = models.SlugField(_("address"), max_length=120)
    standfirst = models.TextField(
        _("standfirst"),
        blank=True,
        help_text=_("Two or three sentences that say what it is about and why to read it."),
    )
    body = models.TextField(_("text"), blank=True)
    body_html = models.TextField(editable=False, blank=True)
    body_text = models.TextField(editable=False, blank=True)
    frame_hosts = models.JSONField(editable=False, default=list, blank=True)
    media_hosts = models.JSONField(
        editable=False, default=list, db_default=models.Value([], models.JSONField()), blank=True
    )
    words = models.PositiveIntegerField(_("words"), editable=False, default=0)
    revision = models.PositiveIntegerField(_("revision"), editable=False, default=1)
    cover = models.ForeignKey(
        Image,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cover picture"),
    )
    pictures = models.ManyToManyField(
        Image, related_name="posts", editable=False, verbose_name=_("pictures in the text")
    )
    recordings = models.ManyToManyField(
        Recording, related_name="posts", editable=False, verbose_name=_("recordings in the text")
    )
    linked_posts = models.ManyToManyField(
        "self",
        symmetrical=False,
        related_name="linking_posts",
        editable=False,
        verbose_name=_("posts that the text links to"),
    )
    category = models.ForeignKey(
        Category,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="main_posts",
        verbose_name=_("main category"),
    )
    categories = models.ManyToManyField(Category, blank=True, related_name="posts", verbose_name=_("other categories"))
    tags = models.ManyToManyField(Tag, blank=True, related_name="posts", verbose_name=_("tags"))
    authors = models.ManyToManyField(Author, through="Authorship", related_name="posts", verbose_name=_("authors"))
    event = models.ForeignKey(
        Event,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="posts",
        verbose_name=_("event"),
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    published_at = models.DateTimeField(
        _("publication"),
        null=True,
        blank=True,
        validators=[validate_year],
        help_text=_("A time to come means that it appears by itself at that time."),
    )
    updated_at = models.DateTimeField(
        _("updated"),
        null=True,
        blank=True,
        validators=[validate_year],
        help_text=_("Shown to readers: only when the text changed in earnest."),
    )
    disclosure = models.CharField(
        _("disclosure"),
        max_length=12,
        choices=Disclosure,
        blank=True,
        help_text=_("There is no default: a post is not published until somebody chose."),
    )
    disclosure_with = models.ForeignKey(
        Sponsor,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="posts",
        verbose_name=_("with whom"),
        help_text=_("Named to readers, with a page of all that is written for or with them."),
    )
    comment_policy = models.CharField(_("comments"), max_length=10, choices=CommentPolicy, default=CommentPolicy.SITE)
    comment_days = models.PositiveSmallIntegerField(_("days until comments close"), null=True, blank=True)
    comment_moderation = models.CharField(
        _("comments appear"),
        max_length=10,
        choices=Moderation,
        default=Moderation.SITE,
        db_default=Moderation.SITE,
        help_text=_("Holds for the translations too: the discussion is one."),
    )
    comment_count = models.PositiveIntegerField(
        _("comments"), default=0, editable=False, help_text=_("Kept by the comments app.")
    )
    translation_of = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="translations",
        verbose_name=_("translation of"),
    )
    translated_revision = models.PositiveIntegerField(_("revision translated"), null=True, blank=True, editable=False)
    # The number of the version of the original that it was last said to be up to date with; see ``blog.translating``.
    translated_version = models.PositiveIntegerField(_("version translated"), null=True, blank=True, editable=False)
    translation_state = models.CharField(
        _("state of the translation"),
        max_length=8,
        choices=TranslationState,
        blank=True,
        editable=False,
        default="",
        db_default="",
    )
    appears_with_original = models.BooleanField(
        _("appears together with its original"),
        default=False,
        db_default=False,
        help_text=_("At the same moment; when the original is given another, this translation follows."),
    )
    search_title = models.CharField(
        _("title in search results"),
        max_length=SEARCH_TITLE_LENGTH,
        blank=True,
        default="",
        db_default="",
        help_text=_("Empty: the title. For words that people look for and the title does not have."),
    )
    search_description = models.CharField(
        _("description in search results"),
        max_length=SEARCH_DESCRIPTION_LENGTH,
        blank=True,
        default="",
        db_default="",
        help_text=_("Empty: the standfirst. One or two sentences, 160 characters or so."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    modified_at = models.DateTimeField(_("last change"), auto_now=True)

    # What the admin has just kept apart from it, a Revision.
    is_kept_apart = None
    # Said by who changes it: nothing that its translation would have to follow.
    is_small_correction = False

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["-published_at", "-pk"]
        indexes = [
            # Not partial: SQLite cannot tell that a bound status is the one of the condition.
            models.Index(fields=["status", "language", "-published_at", "-id"], name="post_newest"),
            models.Index(fields=["status", "published_at"], name="post_schedule"),
            models.Index(fields=["-modified_at"], name="post_last_change"),
            models.Index(fields=["translation_state", "-modified_at"], name="post_by_translation_state"),
            models.Index(fields=["status", "-modified_at"], name="post_by_status"),
            models.Index(fields=["language", "-modified_at"], name="post_by_language"),
            models.Index(fields=["disclosure", "-modified_at"], name="post_by_disclosure"),
            models.Index(fields=["category", "-modified_at"], name="post_by_category"),
            # Which are out of date is asked of it, since a row with its long texts takes ten times as long to read.
            models.Index(fields=["translation_of", "translated_revision"], name="post_translated"),
            # Read through from end to end where words of a title are looked for: it is narrow.
            models.Index(fields=["slug", "title", "disclosure_with", "modified_at"], name="post_in_a_line"),
            models.Index(fields=["event", "language"], condition=models.Q(event__isnull=False), name="post_of_event"),
            models.Index(fields=["published_at", "modified_at"], name="post_by_year"),
            models.Index(fields=["status", "language", "-comment_count", "-id"], name="post_most_discussed"),
            models.Index(fields=["comment_count", "modified_at"], name="post_by_comments"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["language", "slug"],
                name="post_slug_once_a_language",
                violation_error_message=_("Another post in this language has this address."),
            ),
            models.UniqueConstraint(
                fields=["translation_of", "language"],
                name="post_one_translation_a_language",
                violation_error_message=_("The original has a translation in this language."),
            ),
            models.CheckConstraint(
                condition=Q(translation_of=None) | ~Q(translation_of=F("pk")),
                name="post_not_its_own_translation",
            ),
            models.CheckConstraint(
                condition=~Q(status="published") | Q(published_at__isnull=False),
                name="post_published_has_a_date",
                violation_error_message=_("A published post needs a date of publication."),
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(published_at__range=(EARLIEST, LATEST)),
                name="post_date_fits_an_address",
                violation_error_message=_("The date of publication is out of range."),
            ),
            models.CheckConstraint(
                condition=~Q(status="published") | ~Q(disclosure=""),
                name="post_published_has_a_disclosure",
                violation_error_message=_("Choose a disclosure: a post is not published until somebody chose."),
            ),
            models.CheckConstraint(
                condition=~Q(status="published") | Q(category__isnull=False),
                name="post_published_has_a_category",
                violation_error_message=_("A published post needs a main category."),
            ),
            models.CheckConstraint(
                condition=Q(disclosure__in=["", "none"]) | Q(disclosure_with__isnull=False),
                name="post_disclosure_names_whom",
                violation_error_message=_("Say with whom: a relation is disclosed by its name."),
            ),
            models.CheckConstraint(
                condition=~Q(comment_policy="timed") | Q(comment_days__isnull=False),
                name="post_timed_comments_have_days",
                violation_error_message=_("Say after how many days comments close."),
            ),
        ]
        permissions = [
            ("publish_post", _("Can publish posts and withdraw them")),
            ("publish_own_post", _("Can publish what they wrote themselves, and withdraw it")),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, **kwargs) -> None:
        """Save, with the rendered text, the number of its revision and the lists it stands in."""
        from blog.still_pictures import want_posters
        from blog.text_links import note_links

        update_fields = kwargs.get("update_fields")
        with transaction.atomic():
            before = Post.objects.select_for_update().filter(pk=self.pk).first() if self.pk else None
            if update_fields is None or SHOWN_IN_TEXT & set(update_fields):
                # What readers may have the address of keeps it; a draft has none.
                self.body_html = before.body_html if before and before.status not in UNREAD else ""
                pictures = self.render()
                linked = Post.objects.linked_in(self.body)
                if update_fields is not None:
                    kwargs["update_fields"] = {*update_fields, *RENDERED_FIELDS}
            else:
                pictures = None
            if before and any(getattr(before, f) != getattr(self, f) for f in TEXT_FIELDS):
                self.revision = before.revision + 1
                if update_fields is not None:
                    kwargs["update_fields"] = {*kwargs["update_fields"], "revision"}
            if update_fields is None or DECIDE_TRANSLATION & set(update_fields):
                settle_state(self, before)
                if update_fields is not None:
                    kwargs["update_fields"] = {*kwargs["update_fields"], "translation_state"}
            super().save(**kwargs)
            if pictures is not None:
                self.pictures.set(pictures)
                note_recordings(self)
                self.linked_posts.set(linked)
                want_posters(self.body, "post", self.pk)
            if pictures is not None or before.status != self.status:
                note_links(self)
            Listing.objects.refresh([self])
            Month.objects.recount(before, self)
            if before:
                follow_post(before, self)
                follow_original(before, self)

    def get_absolute_url(self) -> str:
        return self.path()

    def clean(self) -> None:
        """Refuse a translation of a translation, or one in the language of its original."""
        if self.translation_of is not None:
            if self.translation_of.translation_of_id is not None:
                raise ValidationError({"translation_of": _("Choose the original: this post is a translation.")})
            if self.translation_of.language == self.language:
                raise ValidationError({"translation_of": _("The original is in the same language.")})
            if self.pk and self.translations.exists():
                raise ValidationError({"translation_of": _("This post has translations, so it is an original.")})

    def path(self) -> str:
        """Return the address, in the post's own language whatever language is active.

        A post without a date (a draft) has none, and leads to its preview in the admin.
        """
        if self.published_at is None:
            return reverse("admin:blog_post_preview", args=[self.pk])
        day = timezone.localtime(self.published_at, timezone.get_default_timezone())
        return f"{blog_root(self.language)}{day.year}/{day.month:02}/{self.slug}/"

    def is_published(self, now: datetime | None = None) -> bool:
        """Say whether readers may see it: the twin of ``PostQuerySet.published()``."""
        return (
            self.status == self.Status.PUBLISHED
            and self.published_at is not None
            and self.published_at <= (now or timezone.now())
        )

    def is_scheduled(self, now: datetime | None = None) -> bool:
        """Say whether it will appear by itself."""
        return self.status == self.Status.PUBLISHED and not self.is_published(now)

    def is_commercial(self) -> bool:
        """Say whether there is a relation that readers must know of."""
        return self.disclosure not in ("", self.Disclosure.NONE)

    def is_sponsored(self) -> bool:
        """Say whether it is known whom that relation is with, which a draft may yet have to say."""
        return self.is_commercial() and self.disclosure_with_id is not None

    def leads_to_sponsor(self, url: str) -> bool:
        """Say whether a link of this post leads to whom it has a commercial relation with."""
        return self.is_sponsored() and self.disclosure_with.is_at(url)

    def is_translation_outdated(self) -> bool:
        """Say whether the original has changed since this translation was made from it."""
        return self.translation_state == TranslationState.OUTDATED

    def takes_comments(self, now: datetime | None = None) -> bool:
        """Say whether readers may comment now: as its original says, since the discussion is one."""
        original = self.original
        if original.comment_policy == self.CommentPolicy.CLOSED:
            return False
        days = self.days_of_comments()
        if days is None or original.published_at is None:
            return True
        return (now or timezone.now()) < original.published_at + timedelta(days=days)

    def days_of_comments(self) -> int | None:
        """Return how many days after the publication of the original comments close; None where they do not."""
        original = self.original
        if original.comment_policy == self.CommentPolicy.TIMED:
            return original.comment_days
        return self.site_practice.comment_days if original.comment_policy == self.CommentPolicy.SITE else None

    @property
    def moderation(self) -> str:
        """When comments on it appear, as its original says, or else the site."""
        said = self.original.comment_moderation
        return self.site_practice.moderation if said == Moderation.SITE else said

    @cached_property
    def site_practice(self) -> SitePractice:
        """The rules of the site; ``PostQuerySet.for_page()`` fetches them with the row."""
        if "site_moderation" not in self.__dict__:
            return DiscussionRules.objects.practice()
        said = SitePractice(*[getattr(self, f"site_{name}") for name in SitePractice._fields])
        return said if said.moderation else SitePractice()

    @property
    def changed_at(self) -> datetime | None:
        """When readers last got something new: the change that is shown to them, or else the publication."""
        moments = [moment for moment in (self.published_at, self.updated_at) if moment]
        return max(moments, default=None)

    @property
    def original(self) -> "Post":
        """The post that this one translates, or itself."""
        return self.translation_of or self

    @property
    def discussion_id(self) -> int:
        """The key of the original: the discussion is one for all translations."""
        return self.translation_of_id or self.pk

    @property
    def reading_minutes(self) -> int:
        """How many minutes an adult reads, at least one."""
        return max(1, round(self.words / WORDS_PER_MINUTE))

    @cached_property
    def byline(self) -> list[Author]:
        """The authors in their order."""
        return [authorship.author for authorship in self.authorships.all()]

    def pictures_lacking_alt(self) -> models.QuerySet[Image]:
        """Return the pictures of this post, cover included, that lack an alternative text in its language."""
        shown = Q(pk__in=self.pictures.through.objects.filter(post=self.pk).values("image"))
        return Image.objects.lacking_alt(self.language).filter(shown | Q(pk=self.cover_id)).order_by("pk")

    def render(self) -> list[Image]:
        """Make the stored HTML from the source, and return the pictures that it shows.

        Called by ``save()``; a change of the rules of rendering calls it for every post.
        """
        from blog.body import clean_source, render_body
        from blog.headings import headings_in
        from blog.still_pictures import posters_in

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
                sponsored=self.disclosure_with.read_sites() if self.is_sponsored() else (),
                linked=Post.objects.addresses_in(self.body),
            )
        self.body_html = rendered.html
        self.body_text = rendered.text
        self.frame_hosts = list(rendered.frame_hosts)
        self.media_hosts = list(rendered.media_hosts)
        self.words = rendered.words
        return [*pictures.values(), *posters.values()]


# Nobody but editors has read it.
UNREAD = (Post.Status.DRAFT, Post.Status.IN_REVIEW)

RENDERED_FIELDS = ("body", "body_html", "body_text", "frame_hosts", "media_hosts", "words")


class Authorship(models.Model):
    """Who wrote a post, in the order of the byline."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="authorships", verbose_name=_("post"))
    author = models.ForeignKey(Author, on_delete=models.PROTECT, related_name="authorships", verbose_name=_("author"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("author of the post")
        verbose_name_plural = _("authors of the post")
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["post", "position"], name="authorship_in_order")]
        constraints = [
            models.UniqueConstraint(fields=["post", "author"], name="authorship_once"),
        ]

    def __str__(self) -> str:
        return f"{self.author} – {self.post}"


@lru_cache
def blog_root(language: str) -> str:
    """Return the address under which the posts of ``language`` stand.

    Kept, since a list page asks for the addresses of twenty posts and a switch of the active
    language for each of them costs more than all the rest of a card.
    """
    with translation.override(language):
        return reverse("blog:post-list")
