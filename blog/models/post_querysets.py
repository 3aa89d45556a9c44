"""Which posts: what readers may see, what waits for somebody, and what a page takes of each."""

from datetime import datetime
from functools import reduce
from operator import or_

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull
from django.utils import timezone

from blog.models.discussions import DiscussionRules
from blog.models.images import Image
from blog.models.languages import OPEN_STATES, Language, TranslationState

# What a card shows.
CARD_FIELDS = (
    "language",
    "title",
    "slug",
    "standfirst",
    "words",
    "status",
    "published_at",
    "comment_count",
    "disclosure",
    "disclosure_with__name",
    "disclosure_with__slug",
    "translation_of",
    "category__path",
    "category__name_fr",
    "category__name_en",
    "cover__file",
    "cover__width",
    "cover__height",
    "cover__rendition_widths",
    "cover__alt_fr",
    "cover__alt_en",
    "cover__focal_x",
    "cover__focal_y",
)

# What says when comments on a post appear, and until when they are taken.
DISCUSSION_FIELDS = ("comment_policy", "comment_days", "comment_moderation")


class PostQuerySet(models.QuerySet):
    def published(self, now: datetime | None = None) -> "PostQuerySet":
        """Return what readers may see; a scheduled post is among it once its hour has come."""
        return self.filter(status=self.model.Status.PUBLISHED, published_at__lte=now or timezone.now())

    def still_published(self, now: datetime | None = None) -> "PostQuerySet":
        """Leave those of few posts that readers may see: what ``published()`` says, in a form that no index serves.

        SQLite keeps no statistics. To find few posts by their keys among what is out, it would walk through all that is
        out, and for each row where the keys come from one.
        """
        status, moment = Coalesce("status", "status"), Coalesce("published_at", "published_at")
        out = self.alias(status_itself=status, moment_itself=moment)
        return out.filter(status_itself=self.model.Status.PUBLISHED, moment_itself__lte=now or timezone.now())

    def scheduled(self, now: datetime | None = None) -> "PostQuerySet":
        """Return the posts that will appear by themselves, the next one first."""
        return self.filter(status=self.model.Status.PUBLISHED, published_at__gt=now or timezone.now()).order_by(
            "published_at"
        )

    def in_language(self, language: str) -> "PostQuerySet":
        """Return the posts written in ``language``."""
        return self.filter(language=language)

    def outside_bin(self) -> "PostQuerySet":
        """Return the posts that were not deleted, or were taken back.

        By a join that finds nothing, PostgreSQL would believe that hardly any post is among them, and plan for that.
        """
        from blog.models.revisions import BinnedPost

        return self.filter(~Exists(BinnedPost.objects.filter(post=OuterRef("pk"))))

    def written_by(self, user) -> "PostQuerySet":
        """Return the posts with the author's profile of an account on their byline."""
        from blog.models.posts import Authorship

        return self.filter(pk__in=Authorship.objects.filter(author__user=user.pk).values("post"))

    def being_written(self) -> "PostQuerySet":
        """Return drafts, texts in review, and what is out and has a working copy: ``has_working_copy`` says which."""
        from blog.models.revisions import Revision

        waiting = Revision.objects.filter(post=OuterRef("pk"), is_waiting=True)
        unpublished = Q(status__in=[self.model.Status.DRAFT, self.model.Status.IN_REVIEW])
        return self.annotate(has_working_copy=Exists(waiting)).filter(unpublished | Q(has_working_copy=True))

    def with_outdated_translation(self) -> "PostQuerySet":
        """Return translations whose original has changed since: the twin of ``Post.is_translation_outdated()``."""
        return self.filter(translation_state=TranslationState.OUTDATED)

    def with_translation_to_see_to(self) -> "PostQuerySet":
        """Return what a translator has to do: translations that are wanted, begun, or out of date."""
        return self.filter(translation_state__in=OPEN_STATES).exclude(status=self.model.Status.WITHDRAWN)

    def without_translation(self) -> "PostQuerySet":
        """Return originals that have no translation, wanted or not; what is withdrawn needs none."""
        translated = self.model.objects.filter(translation_of=OuterRef("pk"))
        return self.filter(~Exists(translated), translation_of=None).exclude(status=self.model.Status.WITHDRAWN)

    def with_pictures_lacking_alt(self) -> "PostQuerySet":
        """Return the posts with a picture that says nothing, in their language, to who does not see it."""
        shown = self.model.pictures.through.objects
        lacking = Q()
        for language in Language.values:
            images = Image.objects.lacking_alt(language).values("pk")
            # Two look-ups by an index, where ‘or’ would have every post read.
            pictured = shown.filter(image__in=images).values("post")
            covered = self.model.objects.filter(cover__in=images).order_by().values("pk")
            lacking |= Q(language=language, pk__in=pictured.union(covered, all=True))
        return self.exclude(status=self.model.Status.WITHDRAWN).filter(lacking)

    def without_disclosure(self) -> "PostQuerySet":
        """Return the texts of which nobody has said yet whether there is something to disclose; none that is out."""
        return self.filter(disclosure="", status__in=[self.model.Status.DRAFT, self.model.Status.IN_REVIEW])

    def with_open_remarks(self) -> "PostQuerySet":
        """Return the posts of which somebody who read them before they are out said something still to be seen to."""
        from blog.models.reviews import ReviewRemark

        return self.filter(pk__in=ReviewRemark.objects.open().values("address__post"))

    def with_original_there(self) -> "PostQuerySet":
        """Say of each whether its original stands at a partner's: ``has_original_there``."""
        from blog.models.partners import Tribune

        return self.annotate(has_original_there=Exists(Tribune.objects.originals_there().filter(post=OuterRef("pk"))))

    def standing_for_themselves(self) -> "PostQuerySet":
        """Leave out those whose original stands elsewhere: the twin of ``Agreement.stands_for_itself()``."""
        return self.with_original_there().filter(has_original_there=False)

    def in_discussion(self, discussion: int) -> "PostQuerySet":
        """Return the versions of a post that share its discussion, which the original's key names."""
        return self.filter(Q(pk=discussion) | Q(translation_of=discussion))

    def any_in_discussion(self, discussion: str) -> Q:
        """Return the condition that one of these posts shares the discussion that rows name by this field.

        Asked for both at once, PostgreSQL would compare each row with all posts; asked whether one exists, it would
        read all their keys first. A value it looks up for each row.
        """
        own, translated = self.filter(pk=OuterRef(discussion)), self.filter(translation_of=OuterRef(discussion))
        keys = (Subquery(posts.order_by().values("pk")[:1]) for posts in (own, translated))
        return reduce(or_, (Q(IsNull(key, False)) for key in keys))

    def newest_first(self) -> "PostQuerySet":
        """Order as every list of posts is ordered; the key breaks ties."""
        return self.order_by("-published_at", "-pk")

    def for_cards(self) -> "PostQuerySet":
        """Fetch what a card shows of a row, without the texts that it does not show."""
        from blog.models.partners import Tribune

        posts = self.annotate(**Tribune.objects.as_columns())
        return posts.select_related("category", "cover", "disclosure_with").only(*CARD_FIELDS)

    def for_page(self) -> "PostQuerySet":
        """Fetch what a post's own page shows of its row and of the rows it points at, and the site's rules."""
        from blog.models.claims import Claim
        from blog.models.mentions import ShownMentions
        from blog.models.series import SeriesPart
        from blog.models.share_pictures import SharePicture

        posts = self.annotate(
            **DiscussionRules.objects.as_columns(),
            shown_mentions_of_it=ShownMentions.as_column(),
            share_file=SharePicture.objects.as_column(),
            series_of_it=SeriesPart.objects.as_column(),
            claims_of_it=Claim.objects.as_column(),
        )
        return posts.select_related(
            "category__parent__parent", "cover", "event", "translation_of", "disclosure_with"
        ).defer("body", "body_text", "translation_of__body", "translation_of__body_html")

    def for_discussion(self) -> "PostQuerySet":
        """Fetch what taking a comment asks of a post: its address, its original, and the rules."""
        own = ("language", "slug", "status", "published_at", *DISCUSSION_FIELDS)
        posts = self.annotate(**DiscussionRules.objects.as_columns()).select_related("translation_of")
        return posts.only(
            *own, "translation_of__published_at", *(f"translation_of__{name}" for name in DISCUSSION_FIELDS)
        )

    def linked_in(self, source: str) -> "PostQuerySet":
        """Return the posts that the source of a body has links to."""
        from blog.body import post_ids

        keys = post_ids(source)
        return self.filter(pk__in=keys) if keys else self.none()

    def addresses_in(self, source: str) -> dict[int, str]:
        """Return the addresses, by key, of the posts that a source has links to and readers may see."""
        posts = self.linked_in(source).still_published().only("language", "slug", "published_at")
        return {post.pk: post.path() for post in posts}

    @transaction.atomic
    def render_anew(self, key: int) -> None:
        """Make the stored HTML of a post anew, from the text as it is now: nobody saves it meanwhile."""
        post = self.select_for_update().filter(pk=key).first()
        if post is not None:
            post.save(update_fields=["body"])

    render_anew.alters_data = True
