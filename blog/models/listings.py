from collections.abc import Iterable
from datetime import datetime

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from authors.models import Author
from blog.models.taxonomy import Category, Tag

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
        """Write anew in which lists these posts stand, after a change of any of them."""
        posts = list(posts)
        self.filter(post__in=posts).delete()
        self.bulk_create(row for post in posts for row in rows_of(post))

    refresh.alters_data = True

    def refresh_category(self, category: Category) -> None:
        """Write anew the rows of all posts in a category that was moved, and below it."""
        from blog.models.posts import Post

        inside = Category.objects.filter(Q(pk=category.pk) | Q(path__startswith=f"{category.path}/"))
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


def rows_of(post) -> list[Listing]:
    """Return the rows that list a post: none unless it is published or scheduled."""
    if post.status != post.Status.PUBLISHED:
        return []
    categories = set()
    direct = list(post.categories.select_related("parent__parent"))
    if post.category_id:
        direct.append(Category.objects.with_parents().get(pk=post.category_id))
    for category in direct:
        categories.update(each.pk for each in category.trail())
    keys = [
        *({"category_id": key} for key in sorted(categories)),
        *({"tag_id": key} for key in post.tags.values_list("pk", flat=True)),
        *({"author_id": key} for key in post.authorships.values_list("author", flat=True)),
        *([{"sponsor_id": post.disclosure_with_id}] if post.is_sponsored() else []),
    ]
    return [Listing(post_id=post.pk, language=post.language, published_at=post.published_at, **key) for key in keys]
