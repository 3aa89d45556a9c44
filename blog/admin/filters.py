"""What the lists of the admin can be narrowed to. Each costs a query of its own at most, and counts nothing."""

from collections.abc import Iterable

from django.contrib import admin
from django.db.models import Max, Min, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from authors.models import Author
from blog.admin.choices import indented
from blog.models import Category, Post, Sponsor

# A list of more is not read; whoever is not among them is found by search, under Sponsors and clients.
SPONSORS_OFFERED = 40


class KeyFilter(admin.SimpleListFilter):
    """Narrows to the rows of one object, named by its key; nonsense narrows to nothing."""

    def chosen(self) -> int | None:
        value = self.value()
        return int(value) if value and value.isascii() and value.isdigit() and len(value) < 19 else None

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() is None:
            return queryset
        key = self.chosen()
        return queryset.none() if key is None else self.narrow(queryset, key)

    def narrow(self, queryset: QuerySet, key: int) -> QuerySet:
        raise NotImplementedError


class StatusFilter(admin.SimpleListFilter):
    """Status of a post, with those that are yet to appear apart."""

    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[tuple[str, str]]:
        for value, label in Post.Status.choices:
            yield value, label
            if value == Post.Status.PUBLISHED:
                yield "scheduled", _("scheduled")

    def queryset(self, request: HttpRequest, queryset: QuerySet[Post]) -> QuerySet[Post]:
        match self.value():
            case None:
                return queryset
            case Post.Status.PUBLISHED:
                # As published() says, but in a form that leaves the index of the order to be walked along.
                to_come = Post.objects.scheduled().order_by().values("pk")
                return queryset.filter(status=Post.Status.PUBLISHED).exclude(pk__in=to_come)
            case "scheduled":
                return queryset.scheduled()
        return queryset.filter(status=self.value())


class CategoryFilter(KeyFilter):
    """A category with all that stands below it."""

    title = _("category")
    parameter_name = "category"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[int, str]]:
        return [(category.pk, indented(category)) for category in Category.objects.in_order()]

    def narrow(self, queryset: QuerySet, key: int) -> QuerySet:
        path = Category.objects.filter(pk=key).values_list("path", flat=True).first()
        if path is None:
            return queryset.none()
        inside = Category.objects.filter(Q(pk=key) | Q(path__startswith=f"{path}/"))
        return queryset.filter(category__in=list(inside.values_list("pk", flat=True)))


class AuthorFilter(KeyFilter):
    """Posts with one author on their byline."""

    title = _("author")
    parameter_name = "author"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[tuple[int, str]]:
        return Author.objects.order_by("sort_name", "pk").values_list("pk", "name")

    def narrow(self, queryset: QuerySet[Post], key: int) -> QuerySet[Post]:
        return queryset.filter(pk__in=Post.authors.through.objects.filter(author=key).values("post"))


class SponsorFilter(KeyFilter):
    """Posts with a commercial relation to one sponsor or client; there may be thousands, so a search leads here."""

    title = _("sponsor or client")
    parameter_name = "sponsor"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[tuple[int, str]]:
        names = Sponsor.objects.in_order().values_list("pk", "name")
        offered = list(names[:SPONSORS_OFFERED])
        key = self.chosen()
        if key is not None and all(key != each for each, _name in offered):
            offered += names.filter(pk=key)
        return offered

    def narrow(self, queryset: QuerySet[Post], key: int) -> QuerySet[Post]:
        return queryset.filter(disclosure_with=key)


class YearFilter(KeyFilter):
    """The year of publication."""

    title = _("year")
    parameter_name = "year"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[int, int]]:
        ends = Post.objects.filter(status=Post.Status.PUBLISHED).aggregate(
            first=Min("published_at"), last=Max("published_at")
        )
        if ends["first"] is None:
            return []
        years = range(timezone.localtime(ends["last"]).year, timezone.localtime(ends["first"]).year - 1, -1)
        return [(year, year) for year in years]

    def narrow(self, queryset: QuerySet[Post], key: int) -> QuerySet[Post]:
        return queryset.filter(published_at__year=key) if 1 <= key <= 9999 else queryset.none()


class MineFilter(admin.SimpleListFilter):
    """What whoever looks is writing, or has written."""

    title = _("mine")
    parameter_name = "mine"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("open", _("what I am writing")), ("all", _("all that I wrote"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Post]) -> QuerySet[Post]:
        match self.value():
            case "open":
                return queryset.written_by(request.user).being_written()
            case "all":
                return queryset.written_by(request.user)
        return queryset


class LackFilter(admin.SimpleListFilter):
    """What somebody has to see to before, or after, readers do."""

    title = _("what is lacking")
    parameter_name = "lacks"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [
            ("translation", _("translation out of date")),
            ("disclosure", _("no disclosure chosen")),
            ("alt", _("pictures without alternative text")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Post]) -> QuerySet[Post]:
        match self.value():
            case "translation":
                return queryset.with_outdated_translation()
            case "disclosure":
                return queryset.without_disclosure()
            case "alt":
                return queryset.with_pictures_lacking_alt()
        return queryset
