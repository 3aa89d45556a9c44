"""How discussions are held: what the site says, where a post does not say otherwise."""

from typing import NamedTuple

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q, Subquery
from django.utils.translation import gettext_lazy as _

from blog.pagecache import drop_pages

# There is one row at most, under this key.
ONLY = 1


class Moderation(models.TextChoices):
    """When what readers write appears."""

    SITE = "site", _("as on the whole site")
    BEFORE = "before", _("once a moderator has approved it")
    AFTER = "after", _("at once, unless it looks like spam")
    FIRST = "first", _("once a moderator has approved it; at once from who was approved before")


class SitePractice(NamedTuple):
    """The rules of the site as a post reads them; these are in force where nobody has set any."""

    moderation: str = Moderation.BEFORE
    links_held: int | None = 2
    comment_days: int | None = None


class DiscussionRulesQuerySet(models.QuerySet):
    def practice(self) -> SitePractice:
        """Return the rules in force: one query."""
        row = self.filter(pk=ONLY).values_list(*SitePractice._fields).first()
        return SitePractice(*row) if row else SitePractice()

    def as_columns(self) -> dict[str, Subquery]:
        """Return the rules as annotations of posts, so that a post's page asks for them in the query of its row."""
        row = self.filter(pk=ONLY)
        return {f"site_{name}": Subquery(row.values(name)[:1]) for name in SitePractice._fields}


class DiscussionRules(models.Model):
    """What holds for the discussions of all posts that do not say otherwise. Edited below the comments."""

    moderation = models.CharField(
        _("comments appear"),
        max_length=10,
        choices=[choice for choice in Moderation.choices if choice[0] != Moderation.SITE],
        default=Moderation.BEFORE,
    )
    links_held = models.PositiveSmallIntegerField(
        _("links that hold a comment"),
        null=True,
        blank=True,
        default=2,
        validators=[MinValueValidator(1)],
        help_text=_("With so many links a comment waits where others appear at once. Empty: however many."),
    )
    comment_days = models.PositiveSmallIntegerField(
        _("days until comments close"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("After the publication of a post. Empty: they never close."),
    )

    objects = DiscussionRulesQuerySet.as_manager()

    class Meta:
        verbose_name = _("rules of the discussions")
        verbose_name_plural = _("rules of the discussions")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(pk=ONLY), name="discussion_rules_once"),
            models.CheckConstraint(
                condition=Q(moderation__in=[Moderation.BEFORE, Moderation.AFTER, Moderation.FIRST]),
                name="discussion_rules_say_when",
            ),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    def save(self, **kwargs) -> None:
        """Save the one row, and let no kept page say what held before."""
        self.pk = ONLY
        super().save(**kwargs)
        drop_pages()
