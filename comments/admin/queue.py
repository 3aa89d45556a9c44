"""The moderator's queue: what waits, each comment whole and in its context, decided on one by one or many at once."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2s
from html import unescape
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, QuerySet
from django.db.models.functions import Lower
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from authors.written_numbers import read_number
from blog.markup import as_html
from blog.models.posts import long_texts
from comments.holding import hold_all
from comments.models import Comment, normalise_email
from comments.moderation import DECISIONS
from comments.spam.admin import show_verdict

Status = Comment.Status

# Ten minutes' work, and a page that a phone still scrolls through.
CARDS = 20
# ‘999+’ says what a larger number would, and costs less.
MOST_COUNTED = 1000
# A parent that is longer stands folded: what is to be decided on is the comment. In characters.
LONG = 400
REFUSED = (Status.REJECTED, Status.SPAM, Status.REMOVED)


@dataclass(frozen=True)
class Place:
    """A page of the queue: what waits or what was put aside as spam, from behind a comment on.

    That comment is named by its key, so that a page goes on where it did when comments before it were decided on.
    """

    status: Status = Status.PENDING
    after: int | None = None

    @classmethod
    def asked(cls, request: HttpRequest) -> "Place":
        """Return the page that an address asks for; nonsense asks for the beginning."""
        status = Status.SPAM if request.GET.get("status") == Status.SPAM else Status.PENDING
        return cls(status, read_number(request.GET.get("after", "")))

    @property
    def address(self) -> str:
        query = {"status": str(self.status)} if self.is_spam else {}
        query |= {"after": self.after} if self.after else {}
        return reverse("admin:comments_comment_queue", query=query)

    @property
    def ticked_address(self) -> str:
        """The same page with each comment ticked, for browsers without scripts."""
        return f"{self.address}{'&' if '?' in self.address else '?'}{urlencode({'ticked': 1})}"

    @property
    def is_spam(self) -> bool:
        return self.status == Status.SPAM

    def rows(self) -> QuerySet[Comment]:
        return Comment.objects.set_aside() if self.is_spam else Comment.objects.awaiting()

    def rows_behind(self, comment: Comment) -> QuerySet[Comment]:
        return self.rows().before(comment) if self.is_spam else self.rows().after(comment)

    def comments(self) -> QuerySet[Comment]:
        """Return what stands on the page and all behind it."""
        last = Comment.objects.only("created_at").filter(pk=self.after).first() if self.after else None
        rows = self.rows_behind(last) if last else self.rows()
        unseen = ("parent__html", *long_texts("post"))
        return rows.select_related("post", "parent", "author", "decided_by").defer(*unseen)


@dataclass(frozen=True)
class Card:
    """A comment of the queue with what a moderator has to know and to press."""

    comment: Comment
    form: ModelForm
    buttons: list[tuple]
    approved: int
    refused: int

    @property
    def anchor(self) -> str:
        return anchor_of(self.comment)

    @property
    def token(self) -> str:
        return token_of(self.comment)

    @property
    def text(self) -> SafeString:
        return as_html(self.comment.html)

    @property
    def is_otherwise_typed(self) -> bool:
        """Whether what readers are shown leaves out or adds more than mark-up and typography."""
        return signs(self.comment.text) != signs(unescape(strip_tags(self.comment.html)))

    @property
    def verdict(self) -> SafeString | str:
        return show_verdict(self.comment)

    @property
    def has_long_parent(self) -> bool:
        return len(self.comment.parent.text) > LONG

    @property
    def can_be_answered(self) -> bool:
        return self.comment.status == Status.PENDING


class QueueMixin:
    """For an admin of comments: a page on which what waits is read and decided on."""

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.queue_view)
        return [path("queue/", view, name="comments_comment_queue"), *super().get_urls()]

    def queue_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_moderate_permission(request):
            raise PermissionDenied
        place = Place.asked(request)
        if request.method != "POST":
            return self.show_queue(request, place)
        if "decide" in request.POST:
            return self.decide_on_ticked(request, place)
        return self.decide_on_card(request, place)

    def show_queue(self, request: HttpRequest, place: Place, typed: ModelForm | None = None) -> HttpResponse:
        """Show a page; ``typed`` is the form of one card that was sent and comes back."""
        form_class = type(typed) if typed else self.queue_form(request)
        found = list(place.comments()[: CARDS + 1])
        comments, more = found[:CARDS], found[CARDS:]
        if typed and typed.instance not in comments:
            comments.insert(0, typed.instance)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": _("Put aside as spam") if place.is_spam else _("Queue"),
            "place": place,
            "cards": self.cards(comments, form_class, typed),
            "has_author": form_class.author is not None,
            "following": Place(place.status, comments[-1].pk) if more else None,
            "beginning": Place(place.status),
            "lists": [self.heading(each, place) for each in (Status.PENDING, Status.SPAM)],
            "buttons": self.buttons_for(place.status),
            "is_ticked": "ticked" in request.GET,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/comments/comment/queue.html", context)

    def heading(self, status: Status, here: Place) -> tuple[str, str, int | str, bool]:
        """Return a list's name, address and length, and whether it is the one that is shown."""
        name = _("Put aside as spam") if status == Status.SPAM else _("Waiting")
        count = Place(status).rows()[:MOST_COUNTED].count()
        shown = f"{MOST_COUNTED - 1}+" if count == MOST_COUNTED else count
        return name, Place(status).address, shown, status == here.status

    def cards(
        self, comments: Sequence[Comment], form_class: type[ModelForm], typed: ModelForm | None = None
    ) -> list[Card]:
        history = decisions_by_email(comments)
        return [
            Card(
                comment,
                typed if typed and typed.instance == comment else form_class(instance=comment, **ids_of(comment)),
                self.buttons_for(comment.status),
                history[normalise_email(comment.email), True],
                # Of those that were put aside, each would count itself.
                history[normalise_email(comment.email), False] - (bool(comment.email) and comment.status in REFUSED),
            )
            for comment in comments
        ]

    def queue_form(self, request: HttpRequest) -> type[ModelForm]:
        """Return the form of a comment's own page, less the text, which is changed there only."""
        form_class = self.get_form(request)
        form_class.is_editing = False
        del form_class.base_fields["new_text"]
        return form_class

    def decide_on_card(self, request: HttpRequest, place: Place) -> HttpResponse:
        """Do what a button of one card says, unless the comment is no longer what its moderator read."""
        with transaction.atomic():
            comment, is_as_seen = next(iter(hold_seen([request.POST.get("comment", "")])), (None, False))
            if not is_as_seen:
                self.say_changed(request, comment)
                return self.answer_of_queue(request, place, comment, "left")
            form = self.queue_form(request)(request.POST, instance=comment, **ids_of(comment))
            is_pressed = "_answer" in request.POST or request.POST.get("decision")
            is_done = form.is_valid() and is_pressed
            if is_done:
                self.save_model(request, comment, form, change=True)
                self.log_change(request, comment, [{"changed": {"fields": ["status"]}}])
                self.say_decided(request, comment)
        if is_done:
            return self.answer_of_queue(request, place, comment, "decided")
        if is_fetched(request):
            card = self.cards([comment], type(form), form)[0]
            context = {"outcome": "wrong", "card": card, "place": place, "has_author": form.author is not None}
            return render(request, "admin/comments/comment/_outcome.html", context)
        return self.show_queue(request, place, form)

    def answer_of_queue(
        self, request: HttpRequest, place: Place, comment: Comment | None, outcome: str
    ) -> HttpResponse:
        """Go on at the next comment of the same page; a script that sent the form gets what there is to say."""
        if is_fetched(request):
            return render(request, "admin/comments/comment/_outcome.html", {"outcome": outcome})
        following = place.rows_behind(comment).first() if comment else None
        return HttpResponseRedirect(place.address + (f"#{anchor_of(following)}" if following else ""))

    def decide_on_ticked(self, request: HttpRequest, place: Place) -> HttpResponse:
        """Decide the same on each comment that is ticked, but for those that somebody has changed meanwhile."""
        status = request.POST["decide"]
        tokens = request.POST.getlist("chosen")[:CARDS]
        if status not in DECISIONS[place.status] or not tokens:
            self.message_user(request, _("Tick comments first, then say what to do with them."), messages.WARNING)
            return HttpResponseRedirect(place.address)
        with transaction.atomic():
            held = hold_seen(tokens)
            keys = [comment.pk for comment, is_as_seen in held if is_as_seen]
            self.decide_on_all(request, Comment.objects.filter(pk__in=keys).order_by("created_at", "pk"), status)
        left = len(tokens) - len(keys)
        if left:
            text = ngettext(
                "%(count)s comment was changed or decided on meanwhile: look at it again.",
                "%(count)s comments were changed or decided on meanwhile: look at them again.",
                left,
            )
            self.message_user(request, text % {"count": left}, messages.WARNING)
        return HttpResponseRedirect(place.address)

    def say_changed(self, request: HttpRequest, comment: Comment | None) -> None:
        """Say why nothing was decided: somebody was quicker, or the writer changed the text."""
        if comment is None:
            text = _("This comment is no longer there.")
        elif comment.decided_at and comment.status != Status.PENDING:
            text = _("Comment by %(name)s: meanwhile %(who)s decided “%(status)s”. Nothing was changed.")
        else:
            text = _("Comment by %(name)s: it was changed meanwhile. Read it again; nothing was decided.")
        if comment:
            who = comment.decided_by or _("the site")
            text = text % {"name": comment.name, "who": who, "status": comment.get_status_display()}
        self.message_user(request, text, messages.WARNING)


def hold_seen(tokens: Iterable[str]) -> list[tuple[Comment, bool]]:
    """Return the comments that tokens name, held, each with whether it still is what the token was made of."""
    named = dict(filter(None, map(read_token, tokens)))
    held = hold_all(Comment.objects.filter(pk__in=named))
    return [(comment, token_of(comment) == f"{comment.pk}-{named[comment.pk]}") for comment in held]


def token_of(comment: Comment) -> str:
    """Return what names a comment as somebody reads it: with another text or status it has another token."""
    digest = blake2s(f"{comment.status} {comment.text}".encode(), digest_size=8).hexdigest()
    return f"{comment.pk}-{digest}"


def read_token(token: str) -> tuple[int, str] | None:
    """Return the key and the digest of a token; nothing where it has no such form."""
    text, _dash, digest = token.partition("-")
    key = read_number(text)
    return (key, digest) if key else None


def anchor_of(comment: Comment) -> str:
    """Return the id of a comment's element in the queue."""
    return f"queued-{comment.pk}"


def ids_of(comment: Comment) -> dict:
    """Return how the fields of one card among others are named in the page."""
    return {"auto_id": f"%s-{comment.pk}"}


def is_fetched(request: HttpRequest) -> bool:
    """Say whether the script of the queue sent the form, and only wants to know what came of it."""
    return request.headers.get("X-Requested-With") == "fetch"


def decisions_by_email(comments: Iterable[Comment]) -> Counter[tuple[str, bool]]:
    """Count what was decided on comments with the same e-mail addresses: (address, whether approved). One query."""
    emails = {normalise_email(comment.email) for comment in comments if comment.email}
    rows = (
        Comment.objects.exclude(email="")
        .annotate(address=Lower("email"))
        .filter(address__in=emails, status__in=[Status.APPROVED, *REFUSED])
        .values_list("address", "status")
        .annotate(count=Count("pk"))
        .order_by()
    )
    counts = Counter()
    for address, status, count in rows:
        counts[address, status == Status.APPROVED] += count
    return counts


def signs(text: str) -> str:
    """Return the letters, digits and invisible characters of a text, which typography leaves as they are."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in text if not sign.isspace() and unicodedata.category(sign)[0] in "LNMC")
