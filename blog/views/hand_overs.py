"""The private page of a partner: a text that is proposed to them, and what they answer."""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from authors.addresses import kept_address
from authors.bilingual import current_language, other_language
from blog.hand_over_forms import AcceptForm, AppearedForm, DeclineForm, NoteForm, PartnerForm
from blog.models import HandOver, HandOverNote, PrivateAddress, Tribune
from blog.private_pages import NOT_MADE_HERE, for_one_person
from blog.syndication.answering import accept, decline, newest_of, report_appeared, write_note
from blog.syndication.archives import archive_name, make_archive
from blog.syndication.packaging import Package, canonical_line
from blog.syndication.private_addresses import find_address
from blog.visitors import Limit

# A page that nobody scrolls through any more; the newest are shown.
NOTES_SHOWN = 200
# Noted once in that time: programs that look for danger open an address several times over.
OPENED_EVERY = timedelta(minutes=10)
# Each reads all pictures of a text.
ARCHIVES = Limit("hand-over-archive", most=20, of_network=40, seconds=3600)

# The forms of the page, by the last part of the address that each is sent to.
FORMS = {"accept": AcceptForm, "decline": DeclineForm, "appeared": AppearedForm, "note": NoteForm}


@for_one_person
def hand_over(request: HttpRequest, token: str) -> HttpResponse:
    """Show a partner the text that is proposed to them."""
    address, record = find_page(token)
    if record is None:
        return render_gone(request)
    if request.method == "GET":
        note_opened(address)
    return render_page(request, address, record)


@for_one_person
def hand_over_archive(request: HttpRequest, token: str) -> HttpResponse:
    """Give the text with its pictures as one file."""
    _address, record = find_page(token)
    if record is None:
        return render_gone(request)
    if request.method == "GET" and not ARCHIVES.allows(request):
        return render(request, "blog/hand_over/too_many.html", status=429)
    package = Package.from_data(record.package)
    content = make_archive(package) if request.method == "GET" else ()
    response = StreamingHttpResponse(content, content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{archive_name(package)}"'
    return response


@for_one_person
def hand_over_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Take the text."""
    return answer(request, token, "accept", lambda record, sent: accept(record, once=sent["once"]))


@for_one_person
def hand_over_decline(request: HttpRequest, token: str) -> HttpResponse:
    """Do not take it, and say why."""
    return answer(request, token, "decline", lambda record, sent: decline(record, text=sent["text"], once=sent["once"]))


@for_one_person
def hand_over_appeared(request: HttpRequest, token: str) -> HttpResponse:
    """Say where it has appeared."""
    return answer(
        request,
        token,
        "appeared",
        lambda record, sent: report_appeared(record, url=sent["url"], day=sent["day"], once=sent["once"]),
    )


@for_one_person
def hand_over_note(request: HttpRequest, token: str) -> HttpResponse:
    """Leave a note for the editors."""
    return answer(
        request,
        token,
        "note",
        lambda record, sent: write_note(record, text=sent["text"], once=sent["once"], is_from_partner=True),
    )


def answer(request: HttpRequest, token: str, name: str, take: Callable[[HandOver, dict], object]) -> HttpResponse:
    """Take what a form of the page holds, or show the page with what is wrong."""
    address, record = find_page(token)
    if record is None:
        return render_gone(request)
    if request.method != "POST":
        return redirect(path_here(token))
    form = FORMS[name](request.POST, prefix=name, seen=record.pk)
    if not form.may_be_taken(request, str(address.pk)):
        return render_page(request, address, record, forms={name: form}, status=form.status)
    if form.cleaned_data["seen"] != record.pk:
        # The editors handed a later text over meanwhile: the partner sees it before they answer.
        return render_page(request, address, record, forms={name: form}, is_newer=True, status=409)
    take(record, form.cleaned_data)
    return redirect(f"{path_here(token)}#answers")


def find_page(token: str) -> tuple[PrivateAddress, HandOver | None]:
    """Return what a token stands for, and the text to show; None for it where the page is over. Raise Http404."""
    address = find_address(token)
    if address is None:
        raise Http404(NOT_MADE_HERE)
    is_over = not address.is_in_force() or address.tribune.state == Tribune.State.WITHDRAWN
    record = None if is_over else newest_of(address.tribune)
    if record is not None:
        record.tribune = address.tribune
    return address, record


def path_here(token: str, name: str = "", language: str = "") -> str:
    """Return an address of the page, in the language that it is read in or another."""
    view = f"blog:hand-over-{name}" if name else "blog:hand-over"
    # Not kept in memory with the addresses of public pages.
    return kept_address.__wrapped__(view, (token,), language or current_language())


def render_gone(request: HttpRequest) -> HttpResponse:
    """Say that the page is over, and nothing of what stood there."""
    return render(request, "blog/hand_over/gone.html", status=410)


def render_page(
    request: HttpRequest,
    address: PrivateAddress,
    record: HandOver,
    *,
    forms: dict[str, PartnerForm] | None = None,
    is_newer: bool = False,
    status: int = 200,
) -> HttpResponse:
    """Render the page of a text, with forms as they came back where something in them is wrong."""
    token = request.resolver_match.kwargs["token"]
    tribune, package = address.tribune, Package.from_data(record.package)
    empty = {name: form(prefix=name, seen=record.pk) for name, form in FORMS.items()}
    notes = HandOverNote.objects.filter(tribune=tribune).order_by("-written_at", "-pk")[:NOTES_SHOWN]
    context = {
        "address": address,
        "tribune": tribune,
        "partner": tribune.partner,
        "record": record,
        "package": package,
        "article": as_shown_here(package.article_html),
        "canonical_line": canonical_line(package),
        "notes": list(notes)[::-1],
        "forms": empty | (forms or {}),
        "paths": {name: path_here(token, name) for name in (*FORMS, "archive")},
        "other_url": path_here(token, language=other_language(current_language())),
        "can_answer": tribune.state != Tribune.State.PUBLISHED and record.is_open(),
        "is_newer": is_newer,
    }
    return render(request, "blog/hand_over/page.html", context, status=status)


def as_shown_here(article_html: str) -> str:
    """Return the text of a package for our own pages: its pictures come from here, whatever the site is called outside.

    Within texts and attributes of what was cleaned, '<' is escaped: only elements are met.
    """
    html = article_html.replace("<img ", '<img loading="lazy" decoding="async" ')
    return html.replace(f'src="{settings.SITE_URL}/', 'src="/')


def note_opened(address: PrivateAddress) -> None:
    """Note that the page was looked at, for the editors."""
    now = timezone.now()
    if address.opened_at is None or address.opened_at < now - OPENED_EVERY:
        PrivateAddress.objects.filter(pk=address.pk).update(opened_at=now)
