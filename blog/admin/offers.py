"""What partners handed over by Micropub: who may, what came, and what is to be decided about it."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from authors.addresses import absolute_address
from authors.bilingual import current_language
from authors.editing import EditorsAdmin
from authors.written_numbers import read_number
from blog.admin.filters import PartnerFilter
from blog.body import plain_text
from blog.mail.editors import remember_language
from blog.models import MicropubToken, Offer, Partner, Post
from blog.models.posts import long_texts
from blog.syndication.comparing import Piece, differences, mark_words
from blog.syndication.micropub import text_of
from blog.syndication.offer_mails import EDIT
from blog.syndication.offers import html_here, html_of, keep_ours, make_token, note_seen_to, revoke_token, take_over

CHANGED = gettext_lazy("Something has changed since you looked: here it is. Nothing was done.")
OUTCOMES = {
    "seen": gettext_lazy("Noted: you have seen to it."),
    "keep": gettext_lazy("Your text stays as it is. Nothing more is said of theirs until it changes."),
    "over": gettext_lazy("Their text is taken over: load the page again in a moment."),
}


class DecisionForm(forms.Form):
    """A button below a text: on what came (``edition``) and what stands here (``revision``), as the editor saw them."""

    act = forms.ChoiceField(choices=[(name, name) for name in OUTCOMES])
    edition = forms.IntegerField(min_value=1, max_value=10**9)
    revision = forms.IntegerField(min_value=0, max_value=10**9, required=False)


class NewsFilter(admin.SimpleListFilter):
    """What nobody has seen to yet."""

    title = gettext_lazy("seen to")
    parameter_name = "news"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("1", _("to be seen to"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Offer]) -> QuerySet[Offer]:
        return queryset.news() if self.value() == "1" else queryset


@admin.register(Offer)
class OfferAdmin(EditorsAdmin):
    """The list of what came, and a page for each. The text itself is edited as the post that it became."""

    list_display = ("title", "partner", "state_in_words", "sent_at", "is_seen_to")
    list_display_links = ("title",)
    list_filter = (NewsFilter, "state", PartnerFilter)
    list_select_related = ("partner",)
    search_fields = ("title", "partner__name")
    ordering = ("-sent_at", "-pk")

    def has_view_permission(self, request: HttpRequest, obj: Offer | None = None) -> bool:
        return request.user.has_perm(EDIT)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(EDIT)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Offer | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Offer | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.decide_view))
        return [path("<int:pk>/decide/", view, name="blog_offer_decide"), *super().get_urls()]

    def for_list(self, rows: QuerySet[Offer]) -> QuerySet[Offer]:
        return rows.defer("sent", "applied")

    @admin.display(description=gettext_lazy("state"))
    def state_in_words(self, obj: Offer) -> str:
        return _("taken back by the partner") if obj.withdrawn_at else obj.get_state_display()

    @admin.display(description=gettext_lazy("seen to"), boolean=True)
    def is_seen_to(self, obj: Offer) -> bool:
        return not obj.is_news()

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context=None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        offers = Offer.objects.select_related("partner", "tribune__post").defer(*long_texts("tribune__post"))
        offer = offers.filter(pk=read_number(object_id)).first()
        if offer is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": offer.title,
            "original": offer,
            "offer": offer,
            "title_difference": title_difference(offer),
            "text_difference": text_difference(offer),
            "over_title": over_title(offer),
            "over_text": over_text(offer),
            "may_write": self.may_write(request, offer),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/blog/offer/change_form.html", context)

    def may_write(self, request: HttpRequest, offer: Offer) -> bool:
        """Say whether somebody may change the text that an offer became here."""
        post = offer.post
        return post is not None and self.admin_site.get_model_admin(Post).has_change_permission(request, post)

    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do what a button says about a text, as an editor saw it."""
        offer = get_object_or_404(Offer.objects.select_related("tribune__post"), pk=pk)
        form = DecisionForm(request.POST)
        act = form.cleaned_data["act"] if form.is_valid() else ""
        if not self.has_view_permission(request) or (act == "over" and not self.may_write(request, offer)):
            raise PermissionDenied
        if act and self.decide(offer, **form.cleaned_data):
            if act == "over":
                words = _("Took over the text that %(partner)s sent.") % {"partner": offer.partner.name}
                self.log_change(request, offer.post, words)
            self.message_user(request, OUTCOMES[act], messages.SUCCESS)
        else:
            self.message_user(request, CHANGED, messages.WARNING)
        return HttpResponseRedirect(reverse("admin:blog_offer_change", args=[offer.pk]))

    def decide(self, offer: Offer, *, act: str, edition: int, revision: int | None) -> bool:
        if act == "over":
            return revision is not None and take_over(offer, seen=edition, revision=revision)
        return (keep_ours if act == "keep" else note_seen_to)(offer, seen=edition)


def title_difference(offer: Offer) -> list[Piece]:
    """Return how a later title differs from the one that the draft was made with, in pieces; nothing where not."""
    return compare_titles(title_sent(offer.applied), title_sent(offer.sent)) if offer.is_apart() else []


def text_difference(offer: Offer) -> list[list[Piece]]:
    """Return how a later text differs from the one that the draft was made of, paragraph by paragraph."""
    return compare_texts(text_sent(offer.applied), text_sent(offer.sent)) if offer.is_apart() else []


def over_title(offer: Offer) -> list[Piece]:
    """Return what would become of the title here, were theirs taken over."""
    return compare_titles(offer.post.title, title_sent(offer.sent)) if offer.is_apart() and offer.post else []


def over_text(offer: Offer) -> list[list[Piece]]:
    """Return what would become of the text here, were theirs taken over."""
    return compare_texts(html_here(offer.post), text_sent(offer.sent)) if offer.is_apart() and offer.post else []


def title_sent(properties: dict[str, list]) -> str:
    return text_of(properties.get("name", []))


def text_sent(properties: dict[str, list]) -> str:
    return html_of(properties.get("content", []))


def compare_titles(before: str, after: str) -> list[Piece]:
    return list(mark_words(before, after)) if before != after else []


def compare_texts(before: str, after: str) -> list[list[Piece]]:
    before, after = plain_text(before), plain_text(after)
    return differences(before, after) if before != after else []


class MicropubTokenAdmin(admin.ModelAdmin):
    """The part of an admin of partners that lets their programs in."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.micropub_token_view)
        return [path("<int:pk>/micropub-token/", view, name="blog_partner_micropub_token"), *super().get_urls()]

    @method_decorator(sensitive_variables("token", "context"))
    def micropub_token_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show whether a partner's program is let in; make a token, which this answer alone shows, or revoke it."""
        partner = self.get_object(request, str(pk))
        if partner is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        if not self.has_change_permission(request, partner):
            raise PermissionDenied
        token, act = "", request.POST.get("act") if request.method == "POST" else ""
        if act == "make":
            token = make_token(partner, by=request.user)
            remember_language(request.user, current_language())
        elif act == "revoke" and revoke_token(partner):
            self.message_user(request, _("The token lets nobody in any more."), messages.SUCCESS)
        if act in {"make", "revoke"}:
            self.log_change(request, partner, [{"changed": {"fields": [str(MicropubToken._meta.verbose_name)]}}])
        if act == "revoke":
            return HttpResponseRedirect(reverse("admin:blog_partner_change", args=[partner.pk]))
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": _("Let %(name)s hand over by Micropub") % {"name": partner.name},
            "original": partner,
            "token": token,
            "endpoint": absolute_address("blog:micropub", language="fr"),
            **token_of(partner),
        }
        request.current_app = self.admin_site.name
        response = TemplateResponse(request, "admin/blog/partner/micropub_token.html", context)
        response.headers["Cache-Control"] = "no-store"
        return response

    @admin.display(description=gettext_lazy("it may hand over to us"))
    def may_hand_over(self, obj: Partner) -> SafeString | str:
        if obj.pk is None:
            return _("Once the partner is saved.")
        return render_to_string("admin/blog/partner/_micropub_token.html", {"partner": obj, **token_of(obj)})


def token_of(partner: Partner) -> dict:
    """Return what may be told of a partner's token: since when it is there, by whom, and when it was used."""
    return {"in_force": MicropubToken.objects.in_force().select_related("made_by").filter(partner=partner).first()}
