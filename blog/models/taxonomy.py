from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from authors.addresses import address
from authors.bilingual import Bilingual

# A category line of more than three names is no longer read, and a page must be able to fetch
# a category with all its parents in one join.
MAX_DEPTH = 3


class CategoryQuerySet(models.QuerySet):
    def with_parents(self) -> "CategoryQuerySet":
        """Fetch the parents in the same query, so that ``trail()`` asks nothing more."""
        return self.select_related("parent__parent")

    def in_order(self) -> "CategoryQuerySet":
        """Return them as a directory lists them: each parent before its children."""
        return self.order_by("path")

    def inside(self, key: int) -> "CategoryQuerySet":
        """Return a category and all that stands below it; none where there is no such category."""
        path = Category.objects.filter(pk=key).values_list("path", flat=True).first()
        return self.filter(models.Q(pk=key) | models.Q(path__startswith=f"{path}/")) if path else self.none()

    def top_level(self) -> "CategoryQuerySet":
        """Return those that stand in no other."""
        return self.filter(parent=None).order_by("position", "path")


class Category(models.Model):
    """A nested heading; the path of slugs is its address in both languages."""

    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent"),
    )
    slug = models.SlugField(_("address"), max_length=80)
    path = models.CharField(_("path"), max_length=250, unique=True, editable=False)
    name_fr = models.CharField(_("name, in French"), max_length=80)
    name_en = models.CharField(_("name, in English"), max_length=80)
    description_fr = models.TextField(_("description, in French"), blank=True)
    description_en = models.TextField(_("description, in English"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    name = Bilingual()
    description = Bilingual()

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["path"]
        indexes = [models.Index(fields=["parent", "position", "path"], name="category_children")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(parent=None) | ~models.Q(parent=models.F("pk")),
                name="category_not_its_own_parent",
            ),
            models.CheckConstraint(
                condition=~models.Q(name_fr="") & ~models.Q(name_en="") & ~models.Q(slug=""),
                name="category_has_names_and_slug",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs) -> None:
        """Save, and carry a changed path on to everything that stands below."""
        from blog.models.listings import Listing

        with transaction.atomic():
            before = Category.objects.filter(pk=self.pk).first() if self.pk else None
            self.path = self.make_path()
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "path"}
            super().save(**kwargs)
            if before and before.path != self.path:
                for child in self.children.all():
                    child.parent = self
                    child.save()
            if before and before.parent_id != self.parent_id:
                Listing.objects.refresh_category(self)

    def get_absolute_url(self) -> str:
        return address("blog:category-detail", self.path)

    def clean(self) -> None:
        """Refuse loops, too deep a nest, and an address that another category has."""
        trail = self.trail() if self.parent_id != self.pk or self.pk is None else None
        if trail is None:
            raise ValidationError({"parent": _("A category cannot stand in itself.")})
        depth_below = self.depth_below()
        if len(trail) + depth_below > MAX_DEPTH:
            raise ValidationError(
                {
                    "parent": _("Categories nest %(depth)s deep at most.") % {"depth": MAX_DEPTH},
                }
            )
        if Category.objects.exclude(pk=self.pk).filter(path=self.make_path()).exists():
            raise ValidationError({"slug": _("Another category has this address.")})

    def make_path(self) -> str:
        """Return the path of slugs from the top to here."""
        return f"{self.parent.path}/{self.slug}" if self.parent_id else self.slug

    def trail(self) -> list["Category"] | None:
        """Return the categories from the top to this one, or None where they form a loop."""
        trail, category = [], self
        while category is not None:
            trail.append(category)
            if len(trail) > MAX_DEPTH + 1 or (category.parent_id and category.parent_id == self.pk):
                return None
            category = category.parent
        return trail[::-1]

    def depth_below(self) -> int:
        """Return how many levels stand below this one."""
        if self.pk is None:
            return 0
        paths = Category.objects.filter(path__startswith=f"{self.path}/").values_list("path", flat=True)
        return max((path.count("/") - self.path.count("/") for path in paths), default=0)


class TagQuerySet(models.QuerySet):
    def in_order(self) -> "TagQuerySet":
        """Return them by slug, which is the order of the alphabet without accents."""
        return self.order_by("slug")


class Tag(models.Model):
    """A subject, flat: what a post is about besides its category."""

    slug = models.SlugField(_("address"), max_length=80, unique=True)
    name_fr = models.CharField(_("name, in French"), max_length=80)
    name_en = models.CharField(_("name, in English"), max_length=80)

    name = Bilingual()

    objects = TagQuerySet.as_manager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(name_fr="") & ~models.Q(name_en="") & ~models.Q(slug=""),
                name="tag_has_names_and_slug",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("blog:tag-detail", self.slug)
