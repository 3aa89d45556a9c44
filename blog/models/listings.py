from collections.abc import Iterable
from datetime import datetime
from itertools import batched

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from authors.models import Author
from blog.models.search import SearchStale
from blog.models.taxonomy import Category, Tag

# As many keys stand in one statement.
POSTS_AT_ONCE = 300

# What a post can be listed under.
KINDS = ("category", "tag", "author", "sponsor")


class ListingQuerySet(models.QuerySet):
    def out(self, now: datetime | None = None) -> "ListingQuerySet":
        """Return the rows of posts whose hour has come, the newest first."""
        return self.filter(published_at__lte=now or timezone.now()).order_by("-published_at", "-post_id")

    def in_language(self, language: str) -> "ListingQuerySet":
        """Return the rows of posts written in ``language``."""
        return self.filter(language=language)

    @transaction.atomic
    def refresh(self, posts: Iterable) -> None:
        """Write anew in which lists these posts stand, after a change of any of them.

        The number of queries is that of the batches, not of the posts.
        """
        for some in batched(posts, POSTS_AT_ONCE):
            self.filter(post__in=some).delete()
            self.bulk_create(rows_of(*some))
            SearchStale.objects.mark("post", [post.pk for post in some])

    refresh.alters_data = True

    def refresh_category(self, category: Category) -> None:
        """Write anew the rows of all posts in a category that was moved, and below it."""
        from blog.models.posts import Post

        inside = Category.objects.inside(category.pk)
        self.refresh(Post.objects.filter(Q(category__in=inside) | Q(categories__in=inside)).distinct())

    refresh_category.alters_data = True


class Listing(models.Model):
    """In which lists a post stands: an index, kept by ``Post.save()``, never edited.

    The page of a category, a tag, an author or a sponsor must cost the same with fifty posts or fifty
    thousand, at page 1 or 1,000. That takes one index that holds the list *and* its order,
    which a many-to-many table cannot: the date and the language are the post's. A category's
    list holds the posts of the categories below it too.
    """

    post = models.ForeignKey("blog.Post", on_delete=models.CASCADE, related_name="listings")
    category = models.ForeignKey(Category, on_delete=models.CASCADE, null=True, related_name="listings", db_index=False)
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, null=True, related_name="listings", db_index=False)
    author = models.ForeignKey(Author, on_delete=models.CASCADE, null=True, related_name="listings", db_index=False)
    sponsor = models.ForeignKey(
        "blog.Sponsor", on_delete=models.CASCADE, null=True, related_name="listings", db_index=False
    )
    language = models.CharField(max_length=2)
    published_at = models.DateTimeField()

    objects = ListingQuerySet.as_manager()

    class Meta:
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        default_permissions = ()
        indexes = [
            models.Index(
                fields=[kind, "language", "-published_at", "-post"],
                condition=Q(**{f"{kind}__isnull": False}),
                name=f"listing_of_{kind}",
            )
            for kind in KINDS
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    *[Q(**{f"{kind}__isnull": kind != named for kind in KINDS}) for named in KINDS],
                    _connector=Q.OR,
                ),
                name="listing_is_of_one_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category or self.tag or self.author or self.sponsor}: {self.post_id}"


def rows_of(*posts) -> list[Listing]:
    """Return the rows that list some posts: none of those that are neither published nor scheduled."""
    listed = {post.pk: post for post in posts if post.status == post.Status.PUBLISHED}
    if not listed:
        return []
    model = next(iter(listed.values()))._meta.model
    categories, tags, authors = (
        _pairs(through, name, listed)
        for through, name in (
            (model.categories.through, "category"),
            (model.tags.through, "tag"),
            (model.authors.through, "author"),
        )
    )
    for key, post in listed.items():
        if post.category_id:
            categories[key].add(post.category_id)
    above = _trails(set().union(*categories.values()))
    rows = []
    for key, post in listed.items():
        keys = [
            *({"category_id": each} for each in sorted({each for own in categories[key] for each in above[own]})),
            *({"tag_id": each} for each in sorted(tags[key])),
            *({"author_id": each} for each in sorted(authors[key])),
            *([{"sponsor_id": post.disclosure_with_id}] if post.is_sponsored() else []),
        ]
        rows += [Listing(post_id=key, language=post.language, published_at=post.published_at, **each) for each in keys]
    return rows


def _pairs(through: type[models.Model], name: str, posts: Iterable[int]) -> dict[int, set[int]]:
    """Return, for each of these posts, the keys of what it stands beside in a table."""
    found: dict[int, set[int]] = {key: set() for key in posts}
    for post, key in through.objects.filter(post__in=found).order_by().values_list("post_id", f"{name}_id"):
        found[post].add(key)
    return found


def _trails(categories: Iterable[int]) -> dict[int, set[int]]:
    """Return, for each of these categories, the keys from the top to it."""
    found = Category.objects.with_parents().filter(pk__in=categories)
    return {category.pk: {each.pk for each in category.trail()} for category in found}
