"""What else a reader may want after a post: what is about the same, its series, and what appeared before and after it.

All of it is one query, of keys that indexes give.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import BigAutoField, CharField, DateTimeField, Q, QuerySet
from django.utils import timezone

from authors.bilingual import LANGUAGES
from blog.models import Listing, Post, Relation, Series, SeriesPart
from blog.prepared import Prepared
from blog.relating import SHOWN

KEY, MOMENT = BigAutoField(), DateTimeField()

# No series has it.
NONE = 0

FIELDS = (
    "language",
    "title",
    "slug",
    "status",
    "published_at",
    "words",
    "disclosure",
    "translation_of",
    "disclosure_with__name",
    "disclosure_with__slug",
)


class Part(NamedTuple):
    """A part of a series that readers may see, with its number among those."""

    number: int
    post: Post


class PartsOfSeries(NamedTuple):
    """A series, and which of its parts a post is: ``here`` is None on the page of the series itself."""

    series: Series
    parts: list[Part]
    here: Part | None

    @property
    def before(self) -> Part | None:
        """The part before the post."""
        return self.parts[self.here.number - 2] if self.here and self.here.number > 1 else None

    @property
    def after(self) -> Part | None:
        """The part after the post."""
        return self.parts[self.here.number] if self.here and self.here.number < len(self.parts) else None


class Nearby(NamedTuple):
    """What stands near a post: each is of its language, and published."""

    related: list[Post]
    previous: Post | None
    next: Post | None
    series: PartsOfSeries | None


def neighbours(post: object, language: object, moment: object, now: object) -> tuple[QuerySet, QuerySet]:
    """Return the key of the post before a moment and that of the one after it; of one moment, the keys order them.

    The moment has come. Of two bounds above, SQLite would begin at that of now, and walk to the post from the newest.
    """
    posts = Post.objects.in_language(language)
    before = posts.published(moment).filter(Q(published_at__lt=moment) | Q(pk__lt=post))
    after = posts.published(now).filter(Q(published_at__gt=moment) | Q(pk__gt=post), published_at__gte=moment)
    return before.newest_first().values("pk")[:1], after.order_by("published_at", "pk").values("pk")[:1]


def keys_nearby(
    post: object, category: object, language: object, moment: object, now: object, series: object
) -> QuerySet:
    """Return the keys of all that may stand near a post."""
    before, after = neighbours(post, language, moment, now)
    in_category = Listing.objects.filter(category=category).in_language(language).out(moment).exclude(post=post)
    latest = Post.objects.filter(pk__in=in_category.values("post")[: SHOWN + 1])
    return Relation.objects.of(post).union(
        Post.objects.filter(pk__in=before).order_by().values("pk"),
        Post.objects.filter(pk__in=after).order_by().values("pk"),
        latest.order_by().values("pk"),
        *SeriesPart.objects.versions_of_parts(series),
        all=True,
    )


def own_and_translated(series: object) -> QuerySet:
    """Return the keys of all versions of the parts of a series, whoever may see them."""
    own, translated = SeriesPart.objects.versions_of_parts(series)
    return own.union(translated, all=True)


NEARBY = Prepared(
    lambda post, category, language, moment, now, series: (
        Post.objects.filter(pk__in=keys_nearby(post, category, language, moment, now, series))
        .order_by()
        .select_related("disclosure_with")
        .only(*FIELDS)
        .annotate(score=Relation.objects.score_with(post), place=SeriesPart.objects.place_in(series))
    ),
    post=KEY,
    category=KEY,
    language=CharField(),
    moment=MOMENT,
    now=MOMENT,
    series=KEY,
)
PARTS = Prepared(
    lambda series: (
        Post.objects.filter(pk__in=own_and_translated(series))
        .order_by()
        .only("language", "status", "published_at", "translation_of")
        .annotate(place=SeriesPart.objects.place_in(series))
    ),
    series=KEY,
)


def nearby_of(post: Post) -> Nearby:
    """Return what stands near a post: one query."""
    now = timezone.now()
    if post.published_at is None:
        return Nearby([], None, None, None)
    named = getattr(post, "series_of_it", None)
    series = Series(**named) if named else None
    moment = min(post.published_at, now)
    rows = NEARBY(
        post=post.pk,
        category=post.category_id or NONE,
        language=post.language,
        moment=moment,
        now=now,
        series=series.pk if series else NONE,
    )
    found = [row for row in rows if row.language == post.language and row.is_published(now)]
    others = [row for row in found if row.pk != post.pk]
    # Between a post and its neighbours nothing stands, so of all that is near they are the nearest in time.
    place = (moment, post.pk or NONE)
    return Nearby(
        related=related_of(others, place),
        previous=before_of(others, place),
        next=min((row for row in others if in_time(row) > place), key=in_time, default=None),
        series=parts_of(series, found, post) if series else None,
    )


def related_of(others: list[Post], place: tuple[datetime, int]) -> list[Post]:
    """Return what is about the same, the nearest first; until that is known, what stood in the category before."""
    scored = sorted((row for row in others if row.score is not None), key=lambda row: (-row.score, -row.pk))
    if scored:
        return scored[:SHOWN]
    shown_elsewhere = before_of(others, place)
    in_category = [row for row in others if in_time(row) < place and row.place is None and row != shown_elsewhere]
    return sorted(in_category, key=in_time, reverse=True)[:SHOWN]


def before_of(others: list[Post], place: tuple[datetime, int]) -> Post | None:
    """Return the latest of the posts before a place in time."""
    return max((row for row in others if in_time(row) < place), key=in_time, default=None)


def in_time(post: Post) -> tuple[datetime, int]:
    """Return the place of a post in the order of all posts."""
    return post.published_at, post.pk


def parts_of(series: Series, posts: Iterable[Post], post: Post | None = None) -> PartsOfSeries:
    """Return which posts are parts of a series, in their order, of some that are annotated with their ``place``."""
    ordered = sorted((row for row in posts if row.place is not None), key=lambda row: (row.place, row.discussion_id))
    parts = [Part(number, row) for number, row in enumerate(ordered, start=1)]
    here = next((part for part in parts if post is not None and part.post.pk == post.pk), None)
    return PartsOfSeries(series, parts, here)


def parts_in_languages(series: Series, now: datetime) -> dict[str, list[int]]:
    """Return by language the keys of the parts that its readers may see, in their order: one query."""
    found = [row for row in PARTS(series=series.pk) if row.is_published(now)]
    return {
        language: [part.post.pk for part in parts_of(series, [row for row in found if row.language == language]).parts]
        for language in LANGUAGES
    }
