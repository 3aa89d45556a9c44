"""The private page on which somebody without an account reads a text before its readers do, and speaks of it."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from blog.body import excerpt
from blog.markup import make
from blog.models import Post, ReviewAddress, ReviewRemark
from blog.passages import Passage, passages_of, with_link
from blog.previewing import as_it_will_be, show
from blog.private_pages import NOT_MADE_HERE, for_one_person
from blog.review_forms import ApproveForm, ChangesForm, ReaderForm, RemarkForm, WithdrawForm
from blog.reviewing import (
    TooManyError,
    find_address,
    note_opened,
    path_to,
    place_of,
    say,
    state_of,
    verdict_of,
    withdraw,
)
from blog.typography import typeset

# Noted once in that time: programs that look for danger open an address several times over.
OPENED_EVERY = timedelta(minutes=10)

# So many characters of a passage tell the way to speak of it from the others.
BEGINNING = 40

Kind = ReviewRemark.Kind


@dataclass
class Reading:
    """A private address in force, the post as readers will see it, and its passages."""

    address: ReviewAddress
    post: Post
    around: dict
    passages: list[Passage]
    state: str


@for_one_person
def review(request: HttpRequest, token: str) -> HttpResponse:
    """Show the post with what can be said of it; ?passage= is the one that the form stands at."""
    reading, address = open_reading(token)
    if reading is None:
        return render_gone(request, address)
    if request.method == "GET":
        note_opened(address, every=OPENED_EVERY)
    return render_page(request, reading, token, at=request.GET.get("passage", ""))


@for_one_person
def review_look(request: HttpRequest, token: str) -> HttpResponse:
    """Show the post and nothing else: exactly what its readers will see."""
    reading, address = open_reading(token)
    if reading is None:
        return render_gone(request, address)
    return show(request, reading.post, **reading.around)


@for_one_person
def review_remark(request: HttpRequest, token: str) -> HttpResponse:
    """Say something of a passage, or of the whole."""

    def take(reading: Reading, form: RemarkForm) -> ReviewRemark:
        sent = form.cleaned_data
        remark, _is_new = say(
            reading.address,
            Kind.REMARK,
            text=sent["text"],
            once=sent["once"],
            state=sent["seen"],
            passage=form.chosen(),
            quote=sent["quote"],
        )
        return remark

    return take_form(request, token, "remark", take)


@for_one_person
def review_approve(request: HttpRequest, token: str) -> HttpResponse:
    """Approve of the text as it is."""
    return take_form(request, token, "approve", lambda reading, form: give_verdict(reading, form, Kind.APPROVED))


@for_one_person
def review_changes(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for changes."""
    return take_form(request, token, "changes", lambda reading, form: give_verdict(reading, form, Kind.CHANGES))


@for_one_person
def review_withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """Take back something that was said at this address."""

    def take(reading: Reading, form: WithdrawForm) -> None:
        withdraw(reading.address, form.cleaned_data["remark"])

    return take_form(request, token, "withdraw", take)


def give_verdict(reading: Reading, form: ReaderForm, kind: str) -> ReviewRemark:
    sent = form.cleaned_data
    remark, _is_new = say(reading.address, kind, text=sent["text"], once=sent["once"], state=sent["seen"])
    return remark


def take_form(
    request: HttpRequest, token: str, name: str, take: Callable[[Reading, ReaderForm], ReviewRemark | None]
) -> HttpResponse:
    """Take what a form of the page holds, or show the page with what is wrong and all that was typed."""
    reading, address = open_reading(token)
    if reading is None:
        return render_gone(request, address)
    here = path_to("", token, address.language)
    if request.method != "POST":
        return redirect(here)
    with override(address.language):
        form = make_form(name, reading, request.POST)
        if not form.may_be_taken(request, str(address.pk)):
            return render_page(request, reading, token, forms={name: form}, status=form.status)
        if name in ("approve", "changes") and form.cleaned_data["seen"] != reading.state:
            # Nobody approves of what they have not seen.
            return render_page(request, reading, token, forms={name: form}, is_newer=True, status=409)
        try:
            remark = take(reading, form)
        except TooManyError:
            form.add_error(
                None, _("So much has been said at this address that it takes no more: write to the editors.")
            )
            return render_page(request, reading, token, forms={name: form}, status=429)
    return redirect(f"{here}#{f'said-{remark.pk}' if remark else 'said'}")


def open_reading(token: str) -> tuple[Reading | None, ReviewAddress]:
    """Return what a token lets somebody read, None where that is over, and the address; raise Http404."""
    address = find_address(token)
    if address is None:
        raise Http404(NOT_MADE_HERE)
    if not address.is_in_force():
        return None, address
    post, around = as_it_will_be(address.post_id)
    return Reading(address, post, around, passages_of(post), state_of(post)), address


def render_gone(request: HttpRequest, address: ReviewAddress) -> HttpResponse:
    """Say in the language of who was to read that the page is over, and nothing of what stood there."""
    with override(address.language):
        return render(request, "blog/review/gone.html", {"address": address}, status=410)


FORMS = {"remark": RemarkForm, "approve": ApproveForm, "changes": ChangesForm, "withdraw": WithdrawForm}


def make_form(name: str, reading: Reading, data: dict | None = None, **kwargs) -> ReaderForm:
    more = {"passages": reading.passages, "language": reading.post.language} if name == "remark" else {}
    return FORMS[name](data, prefix=name, seen=reading.state, **more, **kwargs)


def render_page(
    request: HttpRequest,
    reading: Reading,
    token: str,
    *,
    at: str = "",
    forms: dict[str, ReaderForm] | None = None,
    is_newer: bool = False,
    status: int = 200,
) -> HttpResponse:
    """Render the post with what was said of each passage, and the forms as they came back where something is wrong."""
    forms = forms or {}
    blocks = [passage for passage in reading.passages if passage.html]
    keys = {passage.key for passage in blocks}
    at = forms["remark"].data.get("passage", "") if "remark" in forms else at
    with override(reading.address.language):
        remarks = list(reading.address.remarks.standing().in_order())
        common = tools_of(reading, token, verdict_of(remarks), forms, at) | {"is_newer": is_newer}
        places = [(remark, place_of(remark, reading.passages)) for remark in remarks]
        in_text = {key: [(each, place) for each, place in places if place and place.passage.key == key] for key in keys}
        elsewhere = [(each, place) for each, place in places if not place or place.passage.key not in keys]
        bar = render_to_string("blog/review/_bar.html", common)
        panel = render_to_string("blog/review/_panel.html", common | {"said": elsewhere, "has_form": at not in keys})
        shown = [with_tools(block, common, in_text[block.key], is_at=block.key == at) for block in blocks]
    reading.post.body_html = "".join(shown)
    context = reading.around | {"review_bar": bar, "review_panel": panel, "forms": forms}
    return show(request, reading.post, template="blog/review/page.html", status=status, **context)


def tools_of(reading: Reading, token: str, verdict: ReviewRemark | None, forms: dict[str, ReaderForm], at: str) -> dict:
    """Return what all tools of the page take: who reads, where forms are sent to, and the forms."""
    address, post = reading.address, reading.post
    fresh = {name: make_form(name, reading) for name in ("approve", "changes") if name not in forms}
    if "remark" not in forms:
        fresh["remark"] = make_form("remark", reading, initial={"passage": at})
    return {
        "address": address,
        "LANGUAGE_CODE": address.language,
        "SITE_NAME": settings.SITE_NAME,
        "is_foreign": address.language != post.language,
        "here": path_to("", token, address.language),
        "paths": {name: path_to(name, token, address.language) for name in (*FORMS, "look")},
        "forms": forms | fresh,
        "post": post,
        "seen": reading.state,
        "verdict": verdict,
        "is_outdated": verdict is not None and verdict.state != reading.state,
        "withdrawal": secrets.token_urlsafe(18),
        "withdraw_errors": forms["withdraw"].non_field_errors() if "withdraw" in forms else (),
    }


def with_tools(passage: Passage, common: dict, said: list, *, is_at: bool) -> str:
    """Return a block with the way to speak of it, and below it what was said, and the form where it stands there."""
    # Each says which passage it is about: who goes from link to link hears nothing of what stands beside it.
    words = _("Remark on this passage")
    language = common["post"].language
    beginning = typeset(excerpt(passage.words, BEGINNING), language)
    named = make("span", [beginning], lang=language if common["is_foreign"] else "")
    link = make(
        "a",
        [words, *([f"{pgettext('after a label', ':')} ", named] if beginning else [])],
        href=f"{common['here']}?passage={passage.key}#remark",
        class_="review-link",
        id=f"passage-{passage.key}",
        data_passage=passage.key,
        title=words,
        rel="nofollow",
        lang=common["LANGUAGE_CODE"] if common["is_foreign"] else "",
    )
    html = with_link(passage, link)
    if not said and not is_at:
        return html
    context = common | {"said": said, "has_form": is_at, "beginning": beginning}
    return html + render_to_string("blog/review/_at_passage.html", context)
