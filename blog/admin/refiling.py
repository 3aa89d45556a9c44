"""Many posts filed otherwise at once: chosen in the list of posts, or all that it is narrowed to."""

from copy import copy

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from authors.editing import suggest
from authors.models import Author
from authors.written_numbers import read_numbers
from blog.admin.bulk_changes import CHANGE_MANY, REFILE_LABELS, page_of, refiled_in_words
from blog.bulk_changing import prepare
from blog.models import BulkChange, Category, Event, Post, Tag
from blog.revising import naming

CHOSEN, ALL = "chosen", "all"
MOST_KEYS = 1000


class RefileForm(forms.Form):
    """How posts are to be filed; what is left empty stays as it is."""

    scope = forms.ChoiceField(label=gettext_lazy("Which posts"), widget=forms.RadioSelect, choices=[])
    main = forms.ModelChoiceField(Category.objects.all(), required=False)
    add_categories = forms.ModelMultipleChoiceField(Category.objects.all(), required=False)
    remove_categories = forms.ModelMultipleChoiceField(Category.objects.all(), required=False)
    add_tags = forms.ModelMultipleChoiceField(Tag.objects.all(), required=False)
    remove_tags = forms.ModelMultipleChoiceField(Tag.objects.all(), required=False)
    add_authors = forms.ModelMultipleChoiceField(Author.objects.all(), required=False)
    remove_authors = forms.ModelMultipleChoiceField(Author.objects.all(), required=False)
    event = forms.ModelChoiceField(Event.objects.all(), required=False)
    clear_event = forms.BooleanField(required=False)

    # The field of a post whose autocompletion each has.
    sources = {
        "main": "category",
        "add_categories": "categories",
        "remove_categories": "categories",
        "add_tags": "tags",
        "remove_tags": "tags",
        "add_authors": "authors",
        "remove_authors": "authors",
        "event": "event",
    }

    def __init__(self, *args, scopes: list[tuple[str, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].choices = scopes
        self.fields["scope"].initial = scopes[0][0] if scopes else None
        for name, label in REFILE_LABELS.items():
            self.fields[name].label = label
        for name, source in self.sources.items():
            suggest(self.fields[name], Post._meta.get_field(source))

    def clean(self) -> dict:
        cleaned = super().clean()
        if not self.errors and not any(cleaned.get(name) for name in REFILE_LABELS):
            raise ValidationError(_("Say at least one thing that is to be otherwise."))
        if cleaned.get("event") and cleaned.get("clear_event"):
            self.add_error("clear_event", _("Either another event, or none."))
        for thing in ("categories", "tags", "authors"):
            both = set(cleaned.get(f"add_{thing}") or ()) & set(cleaned.get(f"remove_{thing}") or ())
            if both:
                names = ", ".join(map(str, both))
                self.add_error(
                    f"remove_{thing}", _("To be added and taken away at once: %(names)s.") % {"names": names}
                )
        return cleaned

    def asked(self) -> dict:
        """Return what is asked for, as it is kept."""
        asked = {"clear_event": self.cleaned_data["clear_event"], "in": get_language()}
        for name in self.sources:
            value = self.cleaned_data[name]
            is_many = isinstance(self.fields[name], forms.ModelMultipleChoiceField)
            asked[name] = [naming(row) for row in value] if is_many else naming(value)
        said = "; ".join(f"{label}: {words}" for label, words in refiled_in_words(asked))
        return asked | {"note": (_("filed otherwise: %(what)s") % {"what": said})[:200], "said": said}


class RefilingMixin(admin.ModelAdmin):
    """Gives the admin of posts the action and the page."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.refile_view)
        return [path("refile/", view, name="blog_post_refile"), *super().get_urls()]

    def has_change_many_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(CHANGE_MANY)

    @admin.action(description=gettext_lazy("File otherwise…"), permissions=["change_many"])
    def refile(self, request: HttpRequest, queryset: QuerySet[Post]) -> HttpResponse:
        """Lead to the page where it is said how; what the list is narrowed to goes along."""
        keys = ",".join(map(str, queryset.order_by("pk").values_list("pk", flat=True)[:MOST_KEYS]))
        place = reverse("admin:blog_post_refile", query={"keys": keys, "filter": request.GET.urlencode()})
        return HttpResponseRedirect(place)

    def refile_view(self, request: HttpRequest) -> HttpResponse:
        """Ask how posts are to be filed, and keep that to be looked at; nothing is changed yet."""
        if not self.has_change_many_permission(request):
            raise PermissionDenied
        try:
            scopes = self.scopes(request)
        except IncorrectLookupParameters:
            self.message_user(request, _("The list cannot be narrowed to that: begin again."), messages.ERROR)
            return HttpResponseRedirect(reverse("admin:blog_post_changelist"))
        found = {name: posts for name, (posts, _label) in scopes.items()}
        form = RefileForm(request.POST or None, scopes=[(name, label) for name, (_posts, label) in scopes.items()])
        if request.method == "POST" and form.is_valid():
            asked = form.asked()
            posts = found[form.cleaned_data["scope"]].order_by("pk").values_list("pk", flat=True)
            change = prepare(BulkChange.Kind.REFILE, asked, posts, summary=asked.pop("said"), by=request.user)
            return HttpResponseRedirect(page_of(change))
        context = self.admin_site.each_context(request) | {
            "title": _("File posts otherwise"),
            "opts": self.opts,
            "form": form,
            "media": self.media + form.media,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/blog/bulkchange/refile.html", context)

    def scopes(self, request: HttpRequest) -> dict[str, tuple[QuerySet[Post], str]]:
        """Return which posts can be meant: those that were chosen, and all that the list was narrowed to."""
        keys = read_numbers(request.GET.get("keys", "").split(",")[:MOST_KEYS])
        chosen = self.get_queryset(request).filter(pk__in=keys)
        every = self.matching(request, request.GET.get("filter", ""))
        scopes = {}
        if count := chosen.count():
            text = ngettext("the %(count)s post that is chosen", "the %(count)s posts that are chosen", count)
            scopes[CHOSEN] = (chosen, text % {"count": count})
        if count := every.count():
            text = ngettext(
                "all %(count)s post that the list is narrowed to",
                "all %(count)s posts that the list is narrowed to",
                count,
            )
            scopes[ALL] = (every, text % {"count": count})
        return scopes

    def matching(self, request: HttpRequest, query: str) -> QuerySet[Post]:
        """Return the posts that the list shows with this query; raise IncorrectLookupParameters."""
        narrowed = copy(request)
        narrowed.GET = QueryDict(query)
        posts = self.get_changelist_instance(narrowed).get_queryset(narrowed)
        return posts.prefetch_related(None).select_related(None).order_by("pk")
