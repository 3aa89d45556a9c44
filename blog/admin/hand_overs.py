"""Handing a tribune over from its page: the preview of what is sent, the history, the notes, the private address."""

import secrets
from collections.abc import Callable
from functools import update_wrapper

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_http_methods, require_POST

from authors.bilingual import current_language
from blog.admin.copies import CopyMixin, describe_copy
from blog.hand_over_forms import EditorNoteForm
from blog.mail.letters import Letter
from blog.markup import as_html
from blog.models import HandOver, HandOverNote, Partner, Tribune
from blog.syndication.answering import confirm_appeared, newest_of, say_found, write_note
from blog.syndication.handing_over import (
    HAND_OVER,
    ChangedMeanwhileError,
    ObstacleError,
    hand_over,
    name_of,
    send_again,
)
from blog.syndication.letters import propose
from blog.syndication.packaging import Package, canonical_line, find_obstacles, make_package
from blog.syndication.private_addresses import (
    GOOD_FOR,
    address_in_force,
    extend_address,
    path_of,
    renew_address,
    revoke_address,
)
from blog.views.hand_overs import as_shown_here

# What is older is in the database; nobody scrolls that far.
SHOWN = 20
NOTES_SHOWN = 100

CONFIRMED = gettext_lazy("The tribune is published: readers are led there.")
NOT_CONFIRMED = gettext_lazy(
    "Nothing was changed: the tribune is published already, or the partner answered otherwise."
)


class SeenForm(forms.Form):
    """A button on something that the editor has before them."""

    seen = forms.CharField(max_length=100)


class HandOverMixin(CopyMixin):
    """Gives the admin of tribunes what handing over needs."""

    change_form_template = "admin/blog/tribune/change_form.html"

    def wrap(self, view: Callable, methods: Callable) -> Callable:
        """Return a view of a tribune as the admin calls it, for some methods of HTTP."""

        def wrapper(request: HttpRequest, pk: int, **kwargs) -> HttpResponse:
            return self.admin_site.admin_view(methods(self.for_tribune(view)))(request, pk=pk, **kwargs)

        return update_wrapper(wrapper, view)

    def get_urls(self) -> list:
        wrap = self.wrap
        shown = require_http_methods(["GET", "HEAD", "POST"])
        return [
            path("<int:pk>/hand-over/", wrap(self.hand_over_view, shown), name="blog_tribune_hand_over"),
            path("<int:pk>/hand-over/again/", wrap(self.again_view, require_POST), name="blog_tribune_again"),
            path("<int:pk>/hand-over/confirm/", wrap(self.confirm_view, require_POST), name="blog_tribune_confirm"),
            path("<int:pk>/hand-over/note/", wrap(self.note_view, require_POST), name="blog_tribune_note"),
            path(
                "<int:pk>/hand-over/address/<str:act>/",
                wrap(self.address_view, require_POST),
                name="blog_tribune_address",
            ),
            path(
                "<int:pk>/hand-over/<int:record>/",
                wrap(self.record_view, require_http_methods(["GET", "HEAD"])),
                name="blog_tribune_hand_over_record",
            ),
            *super().get_urls(),
        ]

    def for_tribune(self, view: Callable) -> Callable:
        """Fetch the tribune for a view, with access: 404 where there is none, 403 to who may not hand over."""

        def wrapper(request: HttpRequest, pk: int, **kwargs) -> HttpResponse:
            if not request.user.has_perm(HAND_OVER) or not self.has_change_permission(request):
                raise PermissionDenied
            rows = Tribune.objects.select_related("partner", "post", "piece")
            tribune = rows.filter(pk=pk).first()
            if tribune is None:
                raise Http404("No such tribune.")
            return view(request, tribune, **kwargs)

        return wrapper

    # The page of a tribune

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context=None) -> HttpResponse:
        tribune = self.get_object(request, object_id)
        shown = {}
        if tribune is not None and tribune.is_ours() and request.user.has_perm(HAND_OVER):
            shown = {"hand_overs": self.describe(tribune)}
        return super().change_view(request, object_id, form_url, (extra_context or {}) | shown)

    def describe(self, tribune: Tribune) -> dict:
        """Return what the page of a tribune shows of its hand-overs."""
        records = list(tribune.hand_overs.newest_first()[:SHOWN])
        newest = records[0] if records else None
        address = tribune.private_addresses.filter(revoked_at=None).select_related("tribune__partner").first()
        notes = HandOverNote.objects.filter(tribune=tribune).order_by("-written_at", "-pk")[:NOTES_SHOWN]
        return {
            "copy": describe_copy(tribune),
            "records": records,
            "newest": newest,
            "address": address,
            "is_in_force": address is not None and address.is_in_force(),
            "link": settings.SITE_URL + path_of(address) if address and path_of(address) else "",
            "notes": list(notes)[::-1],
            "note_form": EditorNoteForm(initial={"once": secrets.token_urlsafe(18)}, label_suffix=""),
            "can_confirm": bool(
                newest and newest.state == HandOver.State.APPEARED and tribune.state == Tribune.State.ACCEPTED
            ),
            "found": say_found(newest) if newest and newest.state == HandOver.State.APPEARED else [],
        }

    def back(self, tribune: Tribune) -> HttpResponse:
        return HttpResponseRedirect(f"{reverse('admin:blog_tribune_change', args=[tribune.pk])}#hand-overs")

    # What can be done there

    def hand_over_view(self, request: HttpRequest, tribune: Tribune) -> HttpResponse:
        """Show exactly what would be sent, and send it."""
        form, status = SeenForm(request.POST or None), 200
        try:
            if request.method == "POST" and form.is_valid():
                if self.give(request, tribune, seen=form.cleaned_data["seen"]):
                    return self.back(tribune)
                status = 409
                tribune.refresh_from_db()
            package = make_package(tribune)
        except ValidationError as error:
            # A text that no parser reads.
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return self.back(tribune)
        return self.show_package(request, tribune, package, find_obstacles(tribune), status=status)

    def give(self, request: HttpRequest, tribune: Tribune, *, seen: str) -> bool:
        """Hand a tribune over, and say what came of it; return whether it is with the partner now."""
        try:
            _record, is_new = hand_over(tribune, by=request.user, seen=seen, language=current_language())
        except ChangedMeanwhileError:
            words = _("The text has changed since you looked at it: here it is as it is now. Nothing was sent.")
            self.message_user(request, words, messages.WARNING)
            return False
        except ObstacleError:
            # The page says which.
            return False
        words = _("Handed over.") if is_new else _("This very text was handed over already: nothing was sent twice.")
        self.message_user(request, words, messages.SUCCESS if is_new else messages.WARNING)
        return True

    def record_view(self, request: HttpRequest, tribune: Tribune, record: int) -> HttpResponse:
        """Show what was sent once."""
        found = tribune.hand_overs.filter(pk=record).first()
        if found is None:
            raise Http404("No such hand-over.")
        return self.show_package(request, tribune, Package.from_data(found.package), [], record=found)

    def show_package(
        self,
        request: HttpRequest,
        tribune: Tribune,
        package: Package,
        obstacles: list[str],
        *,
        record: HandOver | None = None,
        status: int = 200,
    ) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "title": _("Handed over") if record else _("Hand over"),
            "subtitle": package.title,
            "opts": self.opts,
            "tribune": tribune,
            "package": package,
            "article": as_html(as_shown_here(package.article_html)),
            "canonical": canonical_line(package),
            "obstacles": obstacles,
            "record": record,
            "letter": None if record else self.draft_letter(tribune, package),
        }
        return TemplateResponse(request, "admin/blog/tribune/hand_over.html", context, status=status)

    def draft_letter(self, tribune: Tribune, package: Package) -> Letter | None:
        """Return the mail that the partner would get, without the address of their page."""
        if tribune.partner.takes != Partner.Takes.PAGE or not tribune.partner.email:
            return None
        address = address_in_force(tribune)
        until = address.expires_at if address else timezone.now() + GOOD_FOR
        with override(tribune.partner.language):
            return propose(package.as_data(), tribune, until=until, path="")

    def again_view(self, request: HttpRequest, tribune: Tribune) -> HttpResponse:
        form, newest = SeenForm(request.POST), newest_of(tribune)
        is_sent = form.is_valid() and newest is not None and send_again(newest, seen=form.cleaned_data["seen"])
        words = (
            _("It is sent again.")
            if is_sent
            else _("Nothing was sent: somebody has just done so, or the partner answered.")
        )
        self.message_user(request, words, messages.SUCCESS if is_sent else messages.WARNING)
        return self.back(tribune)

    def confirm_view(self, request: HttpRequest, tribune: Tribune) -> HttpResponse:
        newest = newest_of(tribune)
        is_out = newest is not None and confirm_appeared(newest)
        if is_out:
            self.log_change(request, tribune, [{"changed": {"fields": ["state", "url", "published_at"]}}])
        self.message_user(
            request, CONFIRMED if is_out else NOT_CONFIRMED, messages.SUCCESS if is_out else messages.WARNING
        )
        return self.back(tribune)

    def note_view(self, request: HttpRequest, tribune: Tribune) -> HttpResponse:
        form, newest = EditorNoteForm(request.POST), newest_of(tribune)
        if newest is None or not form.is_valid():
            words = " ".join(str(error) for errors in form.errors.values() for error in errors)
            self.message_user(request, words or _("There is nothing to answer yet."), messages.ERROR)
            return self.back(tribune)
        sent = form.cleaned_data
        write_note(newest, text=sent["text"], once=sent["once"], is_from_partner=False, by_name=name_of(request.user))
        self.message_user(request, _("Your note stands on the partner’s page."), messages.SUCCESS)
        return self.back(tribune)

    def address_view(self, request: HttpRequest, tribune: Tribune, act: str) -> HttpResponse:
        acts = {
            "new": (renew_address, _("There is a new private address; the one before leads nowhere any more.")),
            "extend": (extend_address, _("The private address is good for another 90 days from now.")),
            "revoke": (revoke_address, _("The private address leads nowhere any more.")),
        }
        if act not in acts or newest_of(tribune) is None:
            raise Http404("No such act.")
        change, words = acts[act]
        change(tribune)
        self.message_user(request, words, messages.SUCCESS)
        return self.back(tribune)
