"""What a partner's site holds of a tribune, on its page: how it stands there, and what somebody made of it."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from blog.models import PartnerCopy, Tribune
from blog.syndication.answering import newest_of
from blog.syndication.comparing import Piece, differences, mark_words
from blog.syndication.copies import Entry, is_taken_off, put_aside, settle_unsure, stranded, write_over
from blog.syndication.editions import is_same_title, lines_of
from blog.syndication.handing_over import send_again
from blog.syndication.words import say
from blog.tasks import look_at_partner_copy


class UnsureForm(forms.Form):
    """Where an editor found a post of which nobody knew whether it is there; no address says that it is not."""

    seen = forms.CharField(max_length=100)
    address = forms.URLField(max_length=500, required=False, assume_scheme="https")
    is_there = forms.BooleanField(required=False)

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("is_there") and not cleaned.get("address") and "address" not in self.errors:
            self.add_error("address", _("Give the address at which you found it."))
        return cleaned


class CopyMixin:
    """Gives the admin of tribunes the buttons that decide on what the partner's site holds of a text.

    For ``HandOverMixin``, whose ``wrap()`` and ``back()`` it calls.
    """

    def get_urls(self) -> list:
        write_over = self.wrap(self.write_over_view, require_POST)
        found = self.wrap(self.found_there_view, require_POST)
        look = self.wrap(self.look_there_view, require_POST)
        seen = self.wrap(self.seen_there_view, require_POST)
        return [
            path("<int:pk>/hand-over/look/", look, name="blog_tribune_look_there"),
            path("<int:pk>/hand-over/seen/", seen, name="blog_tribune_seen_there"),
            path("<int:pk>/hand-over/write-over/", write_over, name="blog_tribune_write_over"),
            path("<int:pk>/hand-over/found/", found, name="blog_tribune_found_there"),
            *super().get_urls(),
        ]

    def look_there_view(self, request: HttpRequest, tribune: Tribune) -> HttpResponse:
        """Have it looked at now what became of the text there."""
        look_at_partner_copy.enqueue(tribune_id=tribune.pk)
        words = _("It is looked at in the background: load the page again in a moment.")
        self.message_user(request, words, messages.SUCCESS)
        return self.back(tribune)

    def seen_there_view(self, request: HttpRequest, tribune: Tribune) -> HttpResponse:
        """Note that an editor has seen what became of the text there, as the page showed it."""
        copy = PartnerCopy.objects.filter(tribune=tribune).first()
        is_seen = bool(copy and put_aside(copy, seen=request.POST.get("seen", "")))
        words = (
            _("Nothing more is said of it, until something else becomes of it.")
            if is_seen
            else _("Something else has become of it since you looked: look again.")
        )
        self.message_user(request, words, messages.SUCCESS if is_seen else messages.WARNING)
        return self.back(tribune)

    def write_over_view(self, request: HttpRequest, tribune: Tribune) -> HttpResponse:
        """Let the text there be written over, as the editor saw it, and send ours again."""
        copy = PartnerCopy.objects.filter(tribune=tribune).first()
        newest = newest_of(tribune)
        is_ours = bool(copy and newest and write_over(copy, seen=request.POST.get("seen", "")))
        if is_ours:
            send_again(newest, seen=newest.version)
            words = _("Their text is written over with what you handed over last.")
        else:
            words = _("Their text has changed once more since you looked at it. Nothing was written over it.")
        self.message_user(request, words, messages.SUCCESS if is_ours else messages.WARNING)
        return self.back(tribune)

    def found_there_view(self, request: HttpRequest, tribune: Tribune) -> HttpResponse:
        """Take what an editor found of a post that was sent without an answer, and send it again."""
        form = UnsureForm(request.POST)
        if not form.is_valid():
            words = " ".join(str(error) for errors in form.errors.values() for error in errors)
            self.message_user(request, words, messages.ERROR)
            return self.back(tribune)
        copy, newest = PartnerCopy.objects.filter(tribune=tribune).first(), newest_of(tribune)
        address = form.cleaned_data["address"] if form.cleaned_data["is_there"] else ""
        is_news = bool(copy and newest and settle_unsure(copy, seen=form.cleaned_data["seen"], address=address))
        if is_news:
            send_again(newest, seen=newest.version)
            words = _("It is written anew at that address.") if address else _("It is sent again.")
        else:
            words = _("Nothing was sent: it is known meanwhile whether the text is there.")
        self.message_user(request, words, messages.SUCCESS if is_news else messages.WARNING)
        return self.back(tribune)


def describe_copy(tribune: Tribune) -> dict | None:
    """Return what the page of a tribune shows of the post at the partner's; None where there is none."""
    copy = PartnerCopy.objects.filter(tribune=tribune).first()
    if copy is None:
        return None
    return {
        "copy": copy,
        "is_taken_off": is_taken_off(copy),
        "stranded": say_stranded(copy, tribune),
        "title_difference": title_difference(copy),
        "text_difference": text_difference(copy),
    }


def say_stranded(copy: PartnerCopy, tribune: Tribune) -> str:
    """Say what is to be done of a post that is public there and that readers cannot be led to; '' elsewhere."""
    entry = Entry(copy.key, copy.status, copy.address, copy.title, copy.content, None)
    return say(stranded(tribune, entry) or {})


def title_difference(copy: PartnerCopy) -> list[Piece]:
    """Return how the title there differs from ours, in pieces; nothing where it does not."""
    if not copy.is_changed_there() or is_same_title(copy.their_title, copy.title):
        return []
    return list(mark_words(copy.title, copy.their_title))


def text_difference(copy: PartnerCopy) -> list[list[Piece]]:
    """Return how the text there differs from ours, paragraph by paragraph; nothing where only its looks do.

    Where it is not the words alone, the addresses of links and pictures stand behind them.
    """
    if not copy.is_changed_there():
        return []
    for is_detailed in (False, True):
        ours, theirs = (lines_of(html, is_detailed=is_detailed) for html in (copy.content, copy.their_content))
        if ours != theirs:
            return differences(ours, theirs)
    return []
