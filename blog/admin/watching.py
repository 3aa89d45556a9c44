"""What the watch over tribunes found, for editors: what needs somebody, the history of looks, and what can be done."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from authors.editing import LongListPaginator
from blog.models import Finding, KeptPage, Tribune
from blog.models.looks import Kind, title_agreed
from blog.models.posts import long_texts
from blog.syndication.comparing import Piece, differences, mark_words
from blog.syndication.handing_over import tribunes_to_see_to
from blog.syndication.settling import (
    ACCEPTABLE,
    ChangedError,
    accept_page,
    ask_for_look,
    put_aside,
    take_over_address,
    token_of,
    tribunes_in_need,
    withdraw,
)

# The first page of the admin has more to show; all of them are one click away.
CARDS_ON_FIRST_PAGE = 3
CARDS = 20
# Lines of the history on the page of a tribune.
LOOKS_SHOWN = 20

ACTS = {
    "move": (_("Take over the new address"), take_over_address, _("It leads to its new address now.")),
    "accept": (_("Accept the page as it is"), accept_page, _("The page is accepted as it is.")),
    "look": (_("Look again now"), None, _("It is looked at in the background: load the page again in a moment.")),
    "withdraw": (_("Mark as withdrawn"), withdraw, _("It is withdrawn: readers are no longer told of it.")),
    "quiet": (_("Not now"), put_aside, _("Nothing more is said of it until it changes.")),
}


class ActForm(forms.Form):
    """A button that was pressed, on what was seen (``token``), from a page (``back``)."""

    act = forms.ChoiceField(choices=[(name, name) for name in ACTS])
    token = forms.CharField(max_length=40, required=False)
    back = forms.CharField(max_length=500, required=False)


@dataclass
class Card:
    """What is wrong with one tribune, and what can be done about it."""

    tribune: Tribune
    findings: list[Finding]

    @property
    def token(self) -> str:
        return token_of(self.findings)

    @cached_property
    def kept(self) -> KeptPage | None:
        return getattr(self.tribune, "kept_page", None)

    @cached_property
    def kinds(self) -> set[str]:
        return {finding.kind for finding in self.findings}

    @property
    def acts(self) -> list[tuple[str, str]]:
        """Return the buttons, each a name and its words; ‘not now’ only where something presses."""
        names = ["look", "withdraw"] if self.tribune.is_published() else []
        if self.kept and self.kinds & set(ACCEPTABLE):
            names.insert(0, "accept")
        if Kind.MOVED in self.kinds:
            names.insert(0, "move")
        if any(finding.is_pressing() for finding in self.findings):
            names.append("quiet")
        return [(name, ACTS[name][0]) for name in names]

    @cached_property
    def title_difference(self) -> list[Piece]:
        if Kind.TITLE not in self.kinds or not self.kept:
            return []
        return list(mark_words(title_agreed(self.tribune, self.kept), self.kept.title))

    @cached_property
    def text_difference(self) -> list[list[Piece]]:
        if Kind.TEXT not in self.kinds or not self.kept:
            return []
        return differences(self.kept.agreed_text, self.kept.text)


def cards_of(tribunes: Iterable[Tribune]) -> list[Card]:
    """Return a card for each tribune, in three queries whatever their number."""
    tribunes = list(tribunes)
    prefetch_related_objects(tribunes, "findings", "kept_page")
    return [Card(tribune, list(tribune.findings.all())) for tribune in tribunes]


def rows_in_need() -> QuerySet[Tribune]:
    """Return the tribunes that somebody should see to, with what a card shows."""
    return tribunes_in_need().select_related("partner", "post").defer(*long_texts("post"))


def attention_for(user) -> list[Card]:
    """Return the cards of the first page of the admin: the first few, for those who may do something about them."""
    return cards_of(rows_in_need()[:CARDS_ON_FIRST_PAGE]) if user.has_perm("blog.change_tribune") else []


class AttentionFilter(admin.SimpleListFilter):
    title = _("attention")
    parameter_name = "attention"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [
            ("needed", _("needs attention")),
            ("gone", _("gone for readers")),
            ("hand_over", _("hand-over to see to")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "needed":
            return queryset.filter(pk__in=Finding.objects.pressing().values("tribune"))
        if self.value() == "hand_over":
            return queryset.filter(pk__in=tribunes_to_see_to().order_by().values("pk"))
        return queryset.filter(gone_since__isnull=False) if self.value() == "gone" else queryset


class WatchMixin:
    """Gives the admin of tribunes what was found, on the page of each and on one of all that need somebody."""

    change_form_template = "admin/blog/tribune/change_form.html"

    def get_urls(self) -> list:
        view = self.admin_site.admin_view
        return [
            path("attention/", view(self.attention_view), name="blog_tribune_attention"),
            path("<int:pk>/watch/", view(self.act_view), name="blog_tribune_watch"),
            *super().get_urls(),
        ]

    def attention_view(self, request: HttpRequest) -> HttpResponse:
        """Show all that needs somebody, the longest first."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        page = LongListPaginator(rows_in_need(), CARDS).get_page(request.GET.get("page"))
        context = self.admin_site.each_context(request) | {
            "title": _("Tribunes that need attention"),
            "cards": cards_of(page.object_list),
            "page": page,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/blog/tribune/attention.html", context)

    def act_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do what a button says, on what was seen and nothing else."""
        tribune = get_object_or_404(Tribune, pk=pk)
        if not self.has_change_permission(request, tribune):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        form = ActForm(request.POST)
        if not form.is_valid():
            self.message_user(request, _("Choose what to do by one of the buttons."), messages.WARNING)
            return HttpResponseRedirect(reverse("admin:blog_tribune_change", args=[pk]))
        self.do(request, tribune, form.cleaned_data["act"], form.cleaned_data["token"])
        back = form.cleaned_data["back"]
        is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
        is_way_back = is_ours and back.startswith("/")
        return HttpResponseRedirect(back if is_way_back else reverse("admin:blog_tribune_change", args=[pk]))

    def do(self, request: HttpRequest, tribune: Tribune, act: str, token: str) -> None:
        """Do it, log it, and say what came of it."""
        label, function, outcome = ACTS[act]
        try:
            if function:
                tribune = function(tribune.pk, token)
            elif not tribune.is_published():
                raise ChangedError
            else:
                ask_for_look(tribune)
        except ChangedError:
            text = _("Nothing was done: meanwhile something else was found, or somebody was quicker. Look at it again.")
            self.message_user(request, text, messages.WARNING)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
        else:
            self.log_change(request, tribune, str(label))
            text = _("%(tribune)s: %(outcome)s") % {"tribune": tribune, "outcome": outcome}
            self.message_user(request, text, messages.SUCCESS)

    def render_change_form(self, request: HttpRequest, context: dict, obj: Tribune | None = None, **kwargs):
        if obj:
            context["card"] = cards_of([obj])[0]
            context["may_act"] = self.has_change_permission(request, obj)
            context["looks"] = list(obj.looks.all()[:LOOKS_SHOWN])
        return super().render_change_form(request, context, obj=obj, **kwargs)

    @admin.display(description=_("how it is"), ordering="gone_since")
    def how_it_is(self, obj: Tribune) -> str:
        """In a few words: what is wrong, or that nothing is."""
        labels = [str(finding.get_kind_display()) for finding in obj.findings.all() if finding.confirmed_at]
        if labels:
            return ", ".join(labels)
        return str(_("as agreed")) if obj.looked_at else ""


def count_in_words(count: int) -> str:
    """Return how many tribunes need somebody, with a place for the number."""
    return ngettext("%(count)s tribune needs attention", "%(count)s tribunes need attention", count)
