"""Having a post read by people without an account: their private addresses, and what they say beside the text."""

from collections.abc import Callable
from datetime import timedelta
from functools import update_wrapper

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from authors.bilingual import current_language
from blog.differences import without_players
from blog.markup import as_html
from blog.models import Post, ReviewAddress, ReviewRemark, Revision
from blog.models.moments import start_of
from blog.passages import Passage, passages_of, with_mark
from blog.previewing import as_it_will_be
from blog.review_forms import AboutRemarkForm, AddressForm, WhichAddressForm
from blog.reviewing import (
    Reader,
    TooManyError,
    answer,
    approvals_of,
    open_address,
    path_of,
    place_of,
    remarks_on,
    revoke,
    settle,
    state_of,
    verdict_of,
)

# What is older is in the database; nobody scrolls that far.
ADDRESSES_SHOWN = 60


class ReviewMixin(admin.ModelAdmin):
    """Gives the admin of posts the page ``<id>/review/``, what it does, and a field ``reviewed``."""

    def get_urls(self) -> list[URLPattern]:
        shown = require_http_methods(["GET", "HEAD", "POST"])
        return [
            path("<int:pk>/review/", self.for_writer(self.review_view, shown), name="blog_post_review"),
            path(
                "<int:pk>/review/revoke/",
                self.for_writer(self.revoke_view, require_POST),
                name="blog_post_review_revoke",
            ),
            path(
                "<int:pk>/review/remark/",
                self.for_writer(self.remark_view, require_POST),
                name="blog_post_review_remark",
            ),
            *super().get_urls(),
        ]

    def for_writer(self, view: Callable, methods: Callable) -> Callable:
        """Return a view of a post for who may change it: 404 where there is none, 403 to everybody else."""

        def wrapper(request: HttpRequest, pk: int) -> HttpResponse:
            if not self.has_change_permission(request):
                raise PermissionDenied
            post = self.get_object(request, str(pk))
            if post is None:
                raise Http404("No such post.")
            if not self.has_change_permission(request, post):
                raise PermissionDenied
            return view(request, post)

        return update_wrapper(self.admin_site.admin_view(methods(wrapper)), view)

    # The form of a post

    @admin.display(description=gettext_lazy("read before publication"))
    def reviewed(self, obj: Post) -> SafeString | str:
        """Say who approved of it and what remarks are open, with the way to them."""
        if obj.pk is None:
            return ""
        said = remarks_on(obj)
        remarks = [remark for remark in said if remark.is_open()]
        context = {"post": obj, "approvals": approvals_of(obj, said), "remarks": remarks}
        return render_to_string("admin/blog/post/_reviewed.html", context)

    # The page

    def review_view(self, request: HttpRequest, post: Post) -> HttpResponse:
        """Show the text with what was said of each passage, and the addresses; make another one."""
        form = AddressForm(request.POST or None, language=post.language)
        if request.method == "POST" and form.is_valid() and self.open_address(request, post, form):
            return self.back(post, "addresses")
        context = self.admin_site.each_context(request) | {
            "title": _("Review before publication"),
            "original": post,
            "opts": self.opts,
            "form": form,
            **describe(post),
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/blog/post/review.html", context, status=status)

    def open_address(self, request: HttpRequest, post: Post, form: forms.Form) -> bool:
        """Make an address as the form says, and say so; return whether there was room for it."""
        sent = form.cleaned_data
        try:
            address = open_address(
                post,
                Reader(sent["name"], sent["language"], sent["note"], sent["email"]),
                expires_at=start_of(sent["until"] + timedelta(days=1)) - timedelta(seconds=1),
                by=request.user,
                language=current_language(),
            )
        except TooManyError:
            form.add_error(None, _("So many addresses of this post are in force that it takes no more: revoke some."))
            return False
        self.log_address(request, address, "added")
        words = (
            _("The private address for %(name)s is made, and mailed to them.")
            if address.email
            else _("The private address for %(name)s is made: copy it from the list, and send it to them.")
        )
        self.message_user(request, words % {"name": address.name}, messages.SUCCESS)
        return True

    def revoke_view(self, request: HttpRequest, post: Post) -> HttpResponse:
        form = WhichAddressForm(request.POST)
        address = post.review_addresses.filter(pk=form.cleaned_data["address"]).first() if form.is_valid() else None
        if address is None:
            raise Http404("No such address.")
        if revoke(address):
            self.log_address(request, address, "deleted")
        self.message_user(request, _("The private address leads nowhere any more."), messages.SUCCESS)
        return self.back(post, "addresses")

    def remark_view(self, request: HttpRequest, post: Post) -> HttpResponse:
        """See to a remark: it is dealt with, or not; it gets an answer."""
        form = AboutRemarkForm(request.POST)
        if not form.is_valid():
            words = " ".join(str(error) for errors in form.errors.values() for error in errors)
            self.message_user(request, words, messages.ERROR)
            return self.back(post, "text")
        sent = form.cleaned_data
        remark = ReviewRemark.objects.standing().filter(address__post=post, pk=sent["remark"]).first()
        if remark is None:
            self.message_user(request, _("That remark was taken back meanwhile."), messages.WARNING)
            return self.back(post, "text")
        if sent["act"] == "answer":
            answer(remark, sent["text"], by=request.user)
            words = say_what_became_of(sent["text"], remark.address)
        else:
            settle(remark, by=request.user, is_done=sent["act"] == "done")
            words = _("Dealt with.") if sent["act"] == "done" else _("Open again.")
        self.message_user(request, words, messages.SUCCESS)
        return self.back(post, f"remark-{remark.pk}")

    def log_address(self, request: HttpRequest, address: ReviewAddress, done: str) -> None:
        name = str(ReviewAddress._meta.verbose_name)
        self.log_change(request, address.post, [{done: {"name": name, "object": address.name}}])

    def back(self, post: Post, place: str) -> HttpResponse:
        return HttpResponseRedirect(f"{reverse('admin:blog_post_review', args=[post.pk])}#{place}")


def say_what_became_of(reply: str, address: ReviewAddress) -> str:
    """Say where an answer is read."""
    if not reply:
        return _("The answer is taken away.")
    if address.email:
        return _("Your answer stands at their private address, and is mailed to them.")
    return _("Your answer stands at their private address.")


def describe(post: Post) -> dict:
    """Return what the page shows: passages with their remarks, those without a place, and the addresses."""
    shown, _around = as_it_will_be(post.pk)
    passages, state = passages_of(shown), state_of(shown)
    rows = list(
        ReviewAddress.objects.filter(post=post)
        .select_related("invitation")
        .prefetch_related("remarks")[:ADDRESSES_SHOWN]
    )
    remarks = []
    for address in rows:
        address.post = post
        address.said = [remark for remark in address.remarks.all() if remark.withdrawn_at is None]
        for remark in address.said:
            remark.address = address
        remarks += address.said
    remarks.sort(key=lambda remark: (remark.written_at, remark.pk))
    beside: dict[str, list] = {passage.key: [] for passage in passages}
    on_whole, gone = [], []
    for remark in remarks:
        place = place_of(remark, passages)
        if place:
            beside[place.passage.key].append((remark, place.is_changed))
        else:
            (gone if remark.place else on_whole).append((remark, False))
    return {
        "language": shown.language,
        "title_of_text": shown.title,
        "standfirst": shown.standfirst,
        "passages": [(passage, shown_here(passage, beside[passage.key]), beside[passage.key]) for passage in passages],
        "on_whole": on_whole,
        "gone": gone,
        "addresses": [row_of(address, state) for address in rows],
        "open_count": sum(remark.is_open() for remark in remarks),
        "newest_version": Revision.objects.newest_number(post),
    }


def shown_here(passage: Passage, remarks: list) -> SafeString | str:
    """Return the HTML of a block for the admin, with the words marked that remarks are on; '' for what is no block."""
    html = without_players(passage.html) if passage.html else ""
    for remark, _is_changed in remarks:
        html = with_mark(html, remark.quote) if html else ""
    return as_html(html)


def row_of(address: ReviewAddress, state: str) -> dict:
    """Return what the list of addresses shows of one."""
    verdict = verdict_of(address.said)
    path = path_of(address) if address.is_in_force() else ""
    invitation = getattr(address, "invitation", None)
    return {
        "address": address,
        "is_in_force": address.is_in_force(),
        "link": settings.SITE_URL + path if path else "",
        "mail": invitation.progress() if invitation else "",
        "count": len(address.said),
        "open": sum(remark.is_open() for remark in address.said),
        "verdict": verdict,
        "is_outdated": verdict is not None and verdict.state != state,
    }
