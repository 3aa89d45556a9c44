"""What is missing in a language, on one page: how much of each kind, and each with the way to the field."""

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from authors.editing import LongListPaginator
from blog.missing_words import KINDS, Kind, kind_named
from blog.models.languages import Language
from blog.publishing import PUBLISH

ROWS_A_PAGE = 50

# More are not counted: ‘999+’ says that it is work for many days.
MOST_COUNTED = 1000

TITLES = {
    Language.FRENCH: gettext_lazy("Missing in French"),
    Language.ENGLISH: gettext_lazy("Missing in English"),
}


class MissingMixin:
    """Gives the admin of posts the address ``missing/``, for who publishes."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_safe(self.missing_view))
        return [path("missing/", view, name="blog_post_missing"), *super().get_urls()]

    def missing_view(self, request: HttpRequest) -> HttpResponse:
        """List what lacks words in ?language=, of one ?kind= at a time; nonsense is the first of each."""
        if not request.user.has_perm(PUBLISH):
            raise PermissionDenied
        asked = request.GET.get("language")
        language = asked if asked in Language.values else Language.ENGLISH.value
        kind = kind_named(request.GET.get("kind"))
        page = LongListPaginator(kind.lacking(language).order_by("-pk"), ROWS_A_PAGE).get_page(request.GET.get("page"))
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": TITLES[Language(language)],
            "languages": [(each, TITLES[Language(each)], each == language) for each in Language.values],
            "language": language,
            "kinds": [(each, count_of(each, language), each is kind) for each in KINDS],
            "kind": kind,
            "rows": [(str(row), *self.wanting(row, kind, language)) for row in page],
            "page": page,
            "query": f"language={language}&kind={kind.key}&",
            "untranslated": f"{reverse('admin:blog_post_changelist')}?translation=none",
        }
        return TemplateResponse(request, "admin/blog/post/missing.html", context)

    def wanting(self, row: Model, kind: Kind, language: str) -> tuple[str, str]:
        """Return the address at which a row gets its words, and what it lacks in words."""
        fields = list(kind.fields_lacking(row, language))
        address = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
        names = ", ".join(capfirst(str(row._meta.get_field(name).verbose_name)) for name in fields)
        return f"{address}#id_{fields[0]}" if fields else address, names


def count_of(kind: Kind, language: str) -> str:
    """Return how many rows lack something, in figures."""
    count = kind.lacking(language).order_by()[:MOST_COUNTED].count()
    return f"{MOST_COUNTED - 1}+" if count == MOST_COUNTED else str(count)


def missing_for(user) -> list[tuple[str, str]]:
    """Return the ways from the first page to what is missing, as pairs of text and address; asks nothing."""
    if not user.has_perm(PUBLISH):
        return []
    address = reverse("admin:blog_post_missing")
    return [(str(TITLES[Language(each)]), f"{address}?language={each}") for each in Language.values]
