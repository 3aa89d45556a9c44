"""What the lists of the admin can be narrowed to. Each costs a query of its own at most, and counts nothing."""

from collections.abc import Iterable

from django.contrib import admin
from django.db.models import Max, Min, Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from authors.editing import WordsFilter
from authors.models import Author
from authors.written_numbers import read_number
from blog.admin.choices import indented
from blog.missing_words import CATEGORIES, EVENTS, SERIES, TAGS
from blog.models import Category, Partner, Post, Sponsor, TranslationState

# A list of more is not read. Who is not among them is found by search in the list of their own.
MOST_OFFERED = 40
CATEGORIES_OFFERED = 100


class KeyFilter(admin.SimpleListFilter):
    """Narrows to the rows of one object, named by its key; nonsense narrows to nothing."""

    def chosen(self) -> int | None:
        return read_number(self.value())

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() is None:
            return queryset
        key = self.chosen()
        return queryset.none() if key is None else self.narrow(queryset, key)

    def narrow(self, queryset: QuerySet, key: int) -> QuerySet:
        raise NotImplementedError


class OfferedFilter(KeyFilter):
    """Narrows to the rows of one object, of which there may be thousands: some are offered, and the one chosen."""

    most = MOST_OFFERED

    def rows(self) -> QuerySet:
        """Return all that may be chosen, in their order."""
        raise NotImplementedError

    def label(self, row: Model) -> str:
        return str(row)

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[int, str]]:
        offered = list(self.rows()[: self.most])
        key = self.chosen()
        if key is not None and all(row.pk != key for row in offered):
            offered += self.rows().filter(pk=key)
        return [(row.pk, self.label(row)) for row in offered]


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


class CategoryFilter(OfferedFilter):
    """A category with all that stands below it."""

    title = _("category")
    parameter_name = "category"
    most = CATEGORIES_OFFERED

    def rows(self) -> QuerySet[Category]:
        return Category.objects.in_order().defer("description_fr", "description_en")

    def label(self, row: Category) -> str:
        return indented(row)

    def narrow(self, queryset: QuerySet, key: int) -> QuerySet:
        return queryset.filter(category__in=list(Category.objects.inside(key).values_list("pk", flat=True)))


class AuthorFilter(OfferedFilter):
    """Posts with one author on their byline."""

    title = _("author")
    parameter_name = "author"

    def rows(self) -> QuerySet[Author]:
        return Author.objects.order_by("sort_name", "pk").only("name")

    def narrow(self, queryset: QuerySet[Post], key: int) -> QuerySet[Post]:
        return queryset.filter(pk__in=Post.authors.through.objects.filter(author=key).values("post"))


class SponsorFilter(OfferedFilter):
    """Posts with a commercial relation to one sponsor or client; there may be thousands, so a search leads here."""

    title = _("sponsor or client")
    parameter_name = "sponsor"

    def rows(self) -> QuerySet[Sponsor]:
        return Sponsor.objects.in_order().only("name")

    def narrow(self, queryset: QuerySet[Post], key: int) -> QuerySet[Post]:
        return queryset.filter(disclosure_with=key)


class PartnerFilter(OfferedFilter):
    """Tribunes, or texts, of one partner; a list of blogs that was taken in may make thousands of partners."""

    title = _("partner")
    parameter_name = "partner"

    def rows(self) -> QuerySet[Partner]:
        return Partner.objects.order_by("name", "pk").only("name")

    def narrow(self, queryset: QuerySet, key: int) -> QuerySet:
        return queryset.filter(partner=key)


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
            ("remarks", _("open remarks of who read it")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Post]) -> QuerySet[Post]:
        match self.value():
            case "translation":
                return queryset.with_outdated_translation()
            case "disclosure":
                return queryset.without_disclosure()
            case "alt":
                return queryset.with_pictures_lacking_alt()
            case "remarks":
                return queryset.with_open_remarks()
        return queryset


class TranslationFilter(admin.SimpleListFilter):
    """How far translations are, and what has none; asked for under “to do”, an original that somebody wants one of."""

    title = _("translation")
    parameter_name = "translation"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [*TranslationState.choices, ("open", _("all that is to be seen to")), ("none", _("no translation"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Post]) -> QuerySet[Post]:
        match self.value():
            case None:
                return queryset
            case "open":
                return queryset.with_translation_to_see_to()
            case "none":
                return queryset.without_translation()
        return queryset.filter(translation_state=self.value()) if self.value() in TranslationState else queryset.none()


class MissingCategoryWords(WordsFilter):
    needed, paired = CATEGORIES.needed, CATEGORIES.paired


class MissingTagWords(WordsFilter):
    needed = TAGS.needed


class MissingEventWords(WordsFilter):
    needed, paired = EVENTS.needed, EVENTS.paired


class MissingSeriesWords(WordsFilter):
    needed, paired = SERIES.needed, SERIES.paired
