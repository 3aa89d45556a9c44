"""The pages on which an editor takes in a partner's tribune: where it is, what it would be here, and the draft.

What was fetched is kept in the cache for an hour, under a token in the address, and nowhere else before it is saved.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import update_wrapper
from secrets import token_urlsafe

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from blog.body import BodyPicture, render_body
from blog.markup import MAX_ADDRESS_LENGTH, as_html
from blog.models import Partner, Tribune
from blog.models.languages import Language
from blog.syndication.addresses import read_address
from blog.syndication.errors import FetchError
from blog.syndication.intakes import Intake, TheirPicture, TheirPiece, Way, key_of, read_piece
from blog.syndication.packaging import make_portable
from blog.syndication.pieces import piece_of_page, pieces_of_feed, pieces_of_wordpress
from blog.syndication.taking_in import Agreement, find_taken_in, make_draft, which_are_here
from blog.syndication.their_pictures import credit_of, fetch_pictures
from blog.syndication.words import say
from blog.views.hand_overs import as_shown_here

# How long what was fetched is at hand, in seconds.
SECONDS_KEPT = 3600

# Who takes in makes all of these.
NEEDED = ("blog.view_partner", "blog.add_tribune", "blog.add_post", "blog.add_image")

# Where a list of texts comes from.
SOURCES: dict[str, tuple[str, Callable[[Partner], list[TheirPiece]]]] = {
    "feed": (Way.FEED, pieces_of_feed),
    "wordpress": (Way.API, pieces_of_wordpress),
}

NOT_AT_HAND = gettext_lazy("What was fetched is no longer at hand: look again.")


class PageForm(forms.Form):
    """Where one text is."""

    address = forms.CharField(
        label=gettext_lazy("Address of the page"),
        max_length=MAX_ADDRESS_LENGTH,
        widget=forms.TextInput(attrs={"class": "vTextField", "inputmode": "url"}),
        help_text=gettext_lazy("Of the tribune itself, as their blog shows it. Another site’s will do, and is told."),
    )

    def clean_address(self) -> str:
        address = self.cleaned_data["address"].strip()
        return address if "://" in address else f"https://{address}"


class ChoiceForm(forms.Form):
    """One text of a list that was fetched."""

    list = forms.CharField(max_length=64)
    number = forms.IntegerField(min_value=0, max_value=1000)


class DraftForm(forms.Form):
    """What is agreed with the partner, and the language of the draft."""

    agreement = forms.ChoiceField(
        label=gettext_lazy("What stands where"), choices=Agreement.choices, widget=forms.RadioSelect
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of the draft"), choices=Language.choices)


@dataclass
class Kept:
    """An intake in the cache, with what an editor is warned of."""

    partner: int
    intake: Intake
    original_elsewhere: str = ""


class TakingInAdmin(admin.ModelAdmin):
    """The part of an admin of partners that takes their tribunes in."""

    def get_urls(self) -> list[URLPattern]:
        shown, sent = require_http_methods(["GET", "HEAD"]), require_http_methods(["GET", "HEAD", "POST"])
        wrap = self.wrap_for_partner
        return [
            path("<int:pk>/take-in/", wrap(self.start_view, sent), name="blog_partner_take_in"),
            path("<int:pk>/take-in/<str:token>/", wrap(self.preview_view, sent), name="blog_partner_take_in_preview"),
            path(
                "<int:pk>/take-in/<str:token>/<int:number>/",
                wrap(self.picture_view, shown),
                name="blog_partner_take_in_picture",
            ),
            *super().get_urls(),
        ]

    def wrap_for_partner(self, view: Callable, methods: Callable) -> Callable:
        """Return a view of a partner as the admin calls it: 403 to who may not take in, 404 where there is none."""

        def wrapper(request: HttpRequest, pk: int, **kwargs) -> HttpResponse:
            if not request.user.has_perms(NEEDED):
                raise PermissionDenied
            partner = Partner.objects.filter(pk=pk).first()
            if partner is None:
                raise Http404("No such partner.")
            return view(request, partner, **kwargs)

        def outer(request: HttpRequest, **kwargs) -> HttpResponse:
            return self.admin_site.admin_view(methods(wrapper))(request, **kwargs)

        return update_wrapper(outer, view)

    # Where it is

    def start_view(self, request: HttpRequest, partner: Partner) -> HttpResponse:
        """Offer what the partner has published, and fetch what is asked for."""
        if request.method != "POST":
            return self.show_start(request, partner, PageForm())
        form = PageForm(request.POST) if "address" in request.POST else PageForm()
        try:
            if (source := request.POST.get("look")) in SOURCES:
                token = keep_pieces(partner, source, SOURCES[source][1](partner))
                return HttpResponseRedirect(f"{start_address(partner)}?list={token}#pieces")
            if "list" in request.POST:
                return self.choose(request, partner)
            if form.is_valid():
                piece, elsewhere = piece_of_page(form.cleaned_data["address"])
                return self.prepare(request, partner, piece, Way.PAGE, elsewhere)
        except (FetchError, ValidationError) as error:
            text = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            if form.is_bound:
                form.add_error("address", text)
            else:
                self.message_user(request, text, messages.ERROR)
        return self.show_start(request, partner, form)

    def choose(self, request: HttpRequest, partner: Partner) -> HttpResponse:
        """Take a text out of the list that was fetched; where the list has only words about it, ask for its page."""
        form = ChoiceForm(request.POST)
        source, pieces = find_pieces(partner, form.cleaned_data["list"]) if form.is_valid() else ("", [])
        if not source or form.cleaned_data["number"] >= len(pieces):
            self.message_user(request, NOT_AT_HAND, messages.WARNING)
            return HttpResponseRedirect(start_address(partner))
        piece, elsewhere, way = pieces[form.cleaned_data["number"]], "", SOURCES[source][0]
        if not piece.html and source == "feed":
            page, elsewhere = piece_of_page(piece.address)
            known = {name: value for name, value in vars(piece).items() if value and name not in ("html", "summary")}
            piece, way = replace(page, **known), Way.PAGE
        return self.prepare(request, partner, piece, way, elsewhere)

    def prepare(
        self, request: HttpRequest, partner: Partner, piece: TheirPiece, way: str, elsewhere: str
    ) -> HttpResponse:
        """Fetch the pictures of a text and lead to its preview, or to the draft that it is already."""
        if found := find_taken_in(partner, piece.address, key_of(partner, piece)):
            return self.lead_to(request, found, is_new=False)
        intake = read_piece(partner, piece, way=way, is_out=True)
        fetch_pictures(intake)
        token = keep_intake(Kept(partner.pk, intake, elsewhere))
        return HttpResponseRedirect(preview_address(partner, token))

    def show_start(self, request: HttpRequest, partner: Partner, form: PageForm) -> HttpResponse:
        token = request.GET.get("list", "")
        source, pieces = find_pieces(partner, token)
        if token and not source:
            self.message_user(request, NOT_AT_HAND, messages.WARNING)
        here = which_are_here(partner, [(piece.address, key_of(partner, piece)) for piece in pieces])
        context = {
            "title": _("Take in a tribune of %(name)s") % {"name": partner.name},
            "form": form,
            "source": source,
            "token": token,
            "pieces": list(zip(pieces, here, strict=True)),
            "headlines": () if source else partner.headlines.order_by("position"),
        }
        return self.show(request, partner, "take_in.html", context)

    # What it would be here

    def preview_view(self, request: HttpRequest, partner: Partner, token: str) -> HttpResponse:
        """Show exactly what would be taken in, and make the draft."""
        kept = find_intake(partner, token)
        if kept is None:
            self.message_user(request, NOT_AT_HAND, messages.WARNING)
            return HttpResponseRedirect(start_address(partner))
        if "_again" in request.POST:
            fetch_pictures(kept.intake)
            keep_intake(kept, token)
            return HttpResponseRedirect(preview_address(partner, token))
        initial = {"agreement": Agreement.WHOLE, "language": kept.intake.language}
        form = DraftForm(request.POST if request.method == "POST" else None, initial=initial)
        if form.is_valid():
            try:
                tribune, is_new = make_draft(partner, kept.intake, by=request.user, **form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                if is_new:
                    self.log_addition(request, tribune.post, [{"added": {}}])
                return self.lead_to(request, tribune, is_new=is_new)
        return self.show_preview(request, partner, token, kept, form)

    def show_preview(
        self, request: HttpRequest, partner: Partner, token: str, kept: Kept, form: DraftForm
    ) -> HttpResponse:
        intake = kept.intake
        places = {
            each.number: reverse("admin:blog_partner_take_in_picture", args=[partner.pk, token, each.number])
            for each in intake.pictures
            if each.content
        }
        here = find_taken_in(partner, intake.address, intake.key)
        context = {
            "title": _("Take in a tribune of %(name)s") % {"name": partner.name},
            "subtitle": intake.title,
            "form": form,
            "intake": intake,
            "way": Way(intake.way).label,
            "here": here,
            "host": other_host(partner, intake.address),
            "original_elsewhere": kept.original_elsewhere,
            "article": article_of(intake, partner, places),
            "notes": [say(note) for note in intake.left_out()],
            "pictures": [
                (each, places.get(each.number, ""), credit_of(partner, each.address)) for each in intake.pictures
            ],
        }
        return self.show(request, partner, "take_in_preview.html", context)

    def picture_view(self, request: HttpRequest, partner: Partner, token: str, number: int) -> HttpResponse:
        """Show a picture that was fetched and is nowhere but in the cache."""
        kept = find_intake(partner, token)
        picture = next((each for each in kept.intake.pictures if each.number == number), None) if kept else None
        if picture is None or not picture.content:
            raise Http404("It is no longer at hand.")
        kind = "png" if picture.file.endswith(".png") else "jpeg"
        return HttpResponse(picture.content, content_type=f"image/{kind}", headers={"Cache-Control": "private"})

    # What all of it has in common

    def lead_to(self, request: HttpRequest, tribune: Tribune, *, is_new: bool) -> HttpResponse:
        """Lead to a draft that was made, or to what was here already."""
        if is_new:
            text = _(
                "The draft is made; readers do not see it. Choose a category and a disclosure before it is published. "
                "What was left out stands on {link}."
            )
            place = reverse("admin:blog_tribune_change", args=[tribune.pk])
            link = format_html('<a href="{}">{}</a>', place, _("the page of the tribune"))
            self.message_user(request, format_html(text, link=link), messages.SUCCESS)
        elif tribune.is_ours():
            text = _("This is our own piece, which stands at the partner’s: here it is. Nothing was made.")
            self.message_user(request, text, messages.WARNING)
        else:
            text = _("This tribune was taken in already: here it is. Nothing was made twice.")
            self.message_user(request, text, messages.WARNING)
        return HttpResponseRedirect(reverse("admin:blog_post_change", args=[tribune.post_id]))

    def show(self, request: HttpRequest, partner: Partner, template: str, context: dict) -> HttpResponse:
        request.current_app = self.admin_site.name
        shared = {"opts": self.opts, "partner": partner, "media": self.media}
        context = self.admin_site.each_context(request) | shared | context
        response = TemplateResponse(request, f"admin/blog/partner/{template}", context)
        response.headers["Cache-Control"] = "no-store"
        return response


def start_address(partner: Partner) -> str:
    return reverse("admin:blog_partner_take_in", args=[partner.pk])


def preview_address(partner: Partner, token: str) -> str:
    return reverse("admin:blog_partner_take_in_preview", args=[partner.pk, token])


def article_of(intake: Intake, partner: Partner, places: dict[int, str]) -> str:
    """Return the text of an intake as readers would see it, with its pictures from the cache."""
    shown = {
        each.number: BodyPicture(
            src=places[each.number],
            sources=(),
            width=each.width,
            height=each.height,
            alt=each.alt,
            caption=each.caption,
            credit=credit_of(partner, each.address),
        )
        for each in intake.pictures
        if each.number in places
    }
    rendered = render_body(intake.source, language=intake.language, pictures=shown)
    return as_html(as_shown_here(make_portable(rendered.html, base=settings.SITE_URL)))


def other_host(partner: Partner, address: str) -> str:
    """Return the host of an address where that is not the partner's, else ''."""
    try:
        host, theirs = (read_address(each).host.removeprefix("www.") for each in (address, partner.site))
    except FetchError:
        return ""
    return "" if host == theirs else host


# What was fetched, in the cache


def keep_pieces(partner: Partner, source: str, pieces: list[TheirPiece]) -> str:
    """Keep a list of texts; return what it is found by."""
    token = token_urlsafe(16)
    kept = {"partner": partner.pk, "source": source, "pieces": [asdict(piece) for piece in pieces]}
    cache.set(f"their-pieces:{token}", kept, SECONDS_KEPT)
    return token


def find_pieces(partner: Partner, token: str) -> tuple[str, list[TheirPiece]]:
    """Return where a list of texts is from and the texts; '' where it is no longer at hand."""
    kept = cache.get(f"their-pieces:{token}") if is_token(token) else None
    if not kept or kept["partner"] != partner.pk:
        return "", []
    return kept["source"], [TheirPiece(**piece) for piece in kept["pieces"]]


def keep_intake(kept: Kept, token: str = "") -> str:
    """Keep an intake, each of its pictures by itself; return what it is found by."""
    token = token or token_urlsafe(16)
    facts = asdict(kept)
    for picture in facts["intake"]["pictures"]:
        content = picture.pop("content")
        if content:
            cache.set(f"their-picture:{token}:{picture['number']}", content, SECONDS_KEPT)
    cache.set(f"intake:{token}", facts, SECONDS_KEPT)
    return token


def find_intake(partner: Partner, token: str) -> Kept | None:
    """Return an intake of a partner's; a picture that the cache has dropped meanwhile is one to be asked for again."""
    facts = cache.get(f"intake:{token}") if is_token(token) else None
    if not facts or facts["partner"] != partner.pk:
        return None
    intake = dict(facts["intake"])
    intake["pictures"] = [
        TheirPicture(**picture, content=cache.get(f"their-picture:{token}:{picture['number']}") or b"")
        for picture in intake["pictures"]
    ]
    return Kept(partner.pk, Intake(**intake), facts["original_elsewhere"])


def is_token(token: str) -> bool:
    return bool(token) and token.isascii() and len(token) < 64
