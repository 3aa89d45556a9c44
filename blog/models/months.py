from datetime import UTC, datetime

from django.db import models
from django.db.models import Count
from django.db.models.functions import ExtractMonth, ExtractYear
from django.utils.translation import gettext_lazy as _


class MonthQuerySet(models.QuerySet):
    def recount(self, before, after) -> None:
        """Count anew where a post leaves one month for another; None stands for a post that is not yet, or no more."""
        months = {month_of(before), month_of(after)}
        if len(months) == 1:
            return
        # In one order, so that two changes at once do not wait for each other for ever.
        for language, year, month in sorted(months - {None}):
            row, _created = self.get_or_create(language=language, year=year, month=month)
            # Counted under a lock of the row: who has it sees the posts of those who had it before.
            self.select_for_update().get(pk=row.pk)
            self.filter(pk=row.pk).update(posts=posts_in(language, year, month).count())

    recount.alters_data = True

    def recount_all(self) -> None:
        """Count every month anew, after posts were written past ``Post.save()``."""
        from blog.models.posts import Post

        months = (
            Post.objects.filter(status=Post.Status.PUBLISHED)
            .order_by()
            .values(
                "language",
                year=ExtractYear("published_at", tzinfo=UTC),
                month=ExtractMonth("published_at", tzinfo=UTC),
            )
            .annotate(posts=Count("pk"))
        )
        self.all().delete()
        self.bulk_create(Month(**month) for month in months)

    recount_all.alters_data = True


class Month(models.Model):
    """How many posts of a language are published in a month, or will be: an index, kept by ``Post.save()``.

    Page 1,000 of all posts begins after 18,000 others. An index of posts can only be walked there, entry by entry;
    with these counts the walk begins in the month in which the page does. The months are those of UTC, whatever the
    publication's time zone is, so that a change of that setting makes no count wrong.
    """

    language = models.CharField(max_length=2)
    year = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField()
    posts = models.PositiveIntegerField(default=0)

    objects = MonthQuerySet.as_manager()

    class Meta:
        verbose_name = _("month")
        verbose_name_plural = _("months")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["language", "year", "month"], name="month_once_a_language"),
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.year}-{self.month:02}: {self.posts}"


def month_of(post) -> tuple[str, int, int] | None:
    """Return language, year and month under which a post is counted: None unless it is published or scheduled."""
    if post is None or post.status != post.Status.PUBLISHED:
        return None
    moment = post.published_at.astimezone(UTC)
    return post.language, moment.year, moment.month


def month_start(year: int, month: int) -> datetime:
    """Return the first moment of a month of UTC; month 13 is the next year's first."""
    return datetime(year + month // 13, (month - 1) % 12 + 1, 1, tzinfo=UTC)


def posts_in(language: str, year: int, month: int) -> models.QuerySet:
    """Return the posts that are counted in a month."""
    from blog.models.posts import Post

    return Post.objects.filter(
        status=Post.Status.PUBLISHED,
        language=language,
        published_at__gte=month_start(year, month),
        published_at__lt=month_start(year, month + 1),
    )
