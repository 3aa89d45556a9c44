"""Nothing that is typed in the form of a post is lost: it is kept while it is typed, and offered again."""

import json
from collections.abc import Callable, Iterable
from functools import update_wrapper
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.contrib.admin.options import IS_POPUP_VAR, get_content_type_for_model
from django.core.exceptions import PermissionDenied
from django.forms import ModelForm
from django.forms.widgets import Script
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from js_asset import ImportMap, Media

from blog.admin.taking_up import difference_of, fill, fill_rows
from blog.autosaving import (
    MOST_UNSAVED,
    SettledError,
    TooLongError,
    TooManyError,
    in_words,
    is_open_elsewhere,
    keep,
    others_at,
    pairs_of,
    settle,
)
from blog.models import Autosave, Post, Presence
from blog.models.autosaves import LARGEST_NUMBER
from blog.revising import name_of, token_of

# In a query, the key of the unsaved text that the form is to begin with.
TAKE_UP = "autosave"

# More are found once some of these are taken up or discarded.
MOST_OFFERED = 10

MODULES = ("autosave-browser", "autosave-server")

# For the page of the form alone: the list has no import map.
SCRIPTS = Media(
    importmap=ImportMap({f"admin-tribune/{name}": f"admin-tribune/{name}.js" for name in MODULES}),
    js=[Script("admin-tribune/autosave.js", type="module")],
)


class SentForm(forms.Form):
    """What the script says beside the fields of the form itself."""

    autosave = forms.UUIDField()
    taken_up = forms.UUIDField(required=False)
    writer = forms.IntegerField()
    number = forms.IntegerField(min_value=0, max_value=LARGEST_NUMBER)
    # Says only that the window is open still.
    is_call = forms.BooleanField(required=False)
    seen = forms.CharField(required=False)


class AutosaveMixin:
    """Gives the admin of posts the addresses ``<id>/autosave/`` and ``add/autosave/``, for the script of the form.

    What is typed is kept there by who may write the post, for themselves alone; who else has it open is the answer.
    ``autosave/<key>/`` shows what an unsaved text would change, ``autosave/<key>/discard/`` forgets it.
    """

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        keeping = self.answer_in_words(require_POST(self.autosave_view))
        return [
            path("add/autosave/", keeping, name="blog_post_autosave_new"),
            path("<int:pk>/autosave/", keeping, name="blog_post_autosave"),
            path("autosave/<uuid:key>/", view(require_GET(self.unsaved_view)), name="blog_post_unsaved"),
            path("autosave/<uuid:key>/discard/", view(require_POST(self.discard_view)), name="blog_post_discard"),
            *super().get_urls(),
        ]

    # What the script asks

    def answer_in_words(self, view: Callable) -> Callable:
        """Wrap a view for the script: who is logged out is told so, not led to a login that nobody would see."""

        def wrapper(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if not self.admin_site.has_permission(request):
                return refuse(401, "logged-out", _("You are logged out."))
            return self.admin_site.admin_view(view)(request, *args, **kwargs)

        return update_wrapper(wrapper, view)

    def autosave_view(self, request: HttpRequest, pk: int | None = None) -> JsonResponse:
        """Keep what stands in the form, and say who else has the post open."""
        sent = SentForm(request.POST)
        if not sent.is_valid():
            return refuse(400, "unreadable", _("What was sent to be kept could not be read."))
        said = sent.cleaned_data
        if said["writer"] != request.user.pk:
            return refuse(409, "other-user", _("Somebody else has logged in in this browser."))
        post = self.get_object(request, str(pk)) if pk else None
        if pk and post is None:
            return refuse(404, "gone", _("This post is no longer there, or no longer yours to write."))
        if not (self.has_change_permission(request, post) if post else self.has_add_permission(request)):
            return refuse(403, "forbidden", _("You may not change this post, or not any more."))
        if post:
            Presence.objects.note_seen(post, request.user)
        if not said["is_call"]:
            refused = self.keep_sent(request, post, said)
            if refused:
                return refused
        return JsonResponse(self.state_of(request, post, said))

    def keep_sent(self, request: HttpRequest, post: Post | None, said: dict) -> JsonResponse | None:
        """Keep what was sent; return an answer where that cannot be."""
        key, number, taken_up = said["autosave"], said["number"], said["taken_up"]
        try:
            keep(request.user, post, key, pairs_of(self.fields_sent(request)), number=number, taken_up=taken_up)
        except SettledError:
            return refuse(409, "settled", _("This form was saved already."), key=str(uuid4()))
        except TooLongError:
            return refuse(413, "too-long", _("The text is too long to be kept."))
        except TooManyError:
            words = _("You have %(count)s unsaved texts, and no more are kept: save or discard some of them.")
            return refuse(409, "too-many", words % {"count": MOST_UNSAVED})
        return None

    def fields_sent(self, request: HttpRequest) -> Iterable[tuple[str, list[str]]]:
        """Return what a form holds, under the names of the form of a post; for other pages to translate theirs."""
        return request.POST.lists()

    def state_of(self, request: HttpRequest, post: Post | None, said: dict) -> dict:
        """Return what is told to who writes: that it is kept, who is there, and what somebody saved meanwhile."""
        people = others_at(post, request.user) if post else []
        warnings = []
        if post and said["seen"] and said["seen"] != token_of(post):
            warnings.append(self.say_who_saved(request, post))
        if is_open_elsewhere(post, request.user, said["autosave"]):
            warnings.append(_("You are writing this post in another window as well."))
        return {
            "saved": "" if said["is_call"] else _("Kept at %(hour)s") % {"hour": in_words(timezone.now())},
            "people": [person.words for person in people],
            "warnings": warnings,
        }

    def say_who_saved(self, request: HttpRequest, post: Post) -> str:
        kind = get_content_type_for_model(post)
        entries = LogEntry.objects.filter(content_type=kind, object_id=str(post.pk)).select_related("user__author")
        last = entries.order_by("-action_time", "-pk").first()
        moment = in_words(post.modified_at)
        if last is None:
            return _("This post was changed at %(moment)s, after you opened it.") % {"moment": moment}
        if last.user_id == request.user.pk:
            return _("You saved this post at %(moment)s in another window.") % {"moment": moment}
        words = _("%(name)s saved this post at %(moment)s, after you opened it.")
        return words % {"name": name_of(last.user), "moment": moment}

    # What is offered

    def unsaved_of(self, request: HttpRequest, key: UUID) -> Autosave:
        row = Autosave.objects.unsaved().filter(user=request.user, key=key).select_related("post").first()
        if row is None:
            raise Http404("No such unsaved text.")
        return row

    def post_of(self, request: HttpRequest, row: Autosave) -> Post | None:
        """Return the post whose form an unsaved text belongs into; None where it can only become another one."""
        post = self.get_object(request, str(row.post_id)) if row.post_id else None
        return post if post and self.has_change_permission(request, post) else None

    def unsaved_view(self, request: HttpRequest, key: UUID) -> HttpResponse:
        """Show what an unsaved text would change."""
        row = self.unsaved_of(request, key)
        post = self.post_of(request, row)
        context = self.admin_site.each_context(request) | {
            "title": _("What you typed and did not save"),
            "opts": self.opts,
            "row": row,
            "post": post,
            "is_apart": bool(row.post_id) and post is None,
            "difference": difference_of(self, request, row, post),
            "take_up": self.take_up_address(row, post) if post or self.has_add_permission(request) else "",
            "language": row.typed.get("language") or (post.language if post else ""),
        }
        return TemplateResponse(request, "admin/blog/post/unsaved.html", context)

    def discard_view(self, request: HttpRequest, key: UUID) -> HttpResponse:
        """Forget an unsaved text of one's own."""
        row = self.unsaved_of(request, key)
        post = self.post_of(request, row)
        settle(request.user, [key])
        self.message_user(request, _("The unsaved text is discarded."), messages.SUCCESS)
        address = reverse("admin:blog_post_change", args=[post.pk]) if post else reverse("admin:index")
        return HttpResponseRedirect(address)

    def take_up_address(self, row: Autosave, post: Post | None) -> str:
        address = reverse("admin:blog_post_change", args=[post.pk]) if post else reverse("admin:blog_post_add")
        return f"{address}?{TAKE_UP}={row.key}"

    # The form

    def taken_up(self, request: HttpRequest, post: Post | None) -> Autosave | None:
        """Return the unsaved text that the form is asked to begin with, looked up once a request."""
        if not hasattr(request, "_taken_up"):
            request._taken_up = None
            key = SentKey(request.GET)
            if request.method == "GET" and key.is_valid():
                rows = Autosave.objects.unsaved().filter(user=request.user, key=key.cleaned_data[TAKE_UP])
                # A new article can begin with what can no longer be saved where it was typed.
                request._taken_up = (rows.filter(post=post) if post else rows).first()
        return request._taken_up

    def _create_formsets(self, request: HttpRequest, obj: Post | None, change: bool) -> tuple[list, list]:
        formsets, inlines = super()._create_formsets(request, obj, change)
        post = obj if change else None
        row = self.taken_up(request, post)
        if row is not None:
            for formset, inline in zip(formsets, inlines, strict=True):
                if inline.has_change_permission(request, post):
                    fill_rows(formset, row.typed)
        return formsets, inlines

    def render_change_form(self, request: HttpRequest, context: dict, obj: Post | None = None, **kwargs):
        form = context["adminform"].form
        may_write = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        if may_write and not context["is_popup"]:
            row = self.taken_up(request, obj)
            if row is not None:
                fill(form, row.typed)
            elif request.method == "GET" and TAKE_UP in request.GET:
                self.message_user(request, _("This unsaved text is no longer there."), messages.WARNING)
            context["media"] += SCRIPTS
            context["unsaved"] = self.describe_unsaved(request, obj, form, row)
        return super().render_change_form(request, context, obj=obj, **kwargs)

    def describe_unsaved(self, request: HttpRequest, post: Post | None, form: ModelForm, row: Autosave | None) -> dict:
        """Return what the page needs so that nothing typed in it is lost; note who has opened it."""
        if post:
            Presence.objects.note_opened(post, request.user)
        key, taken_up = keys_of(form)
        if row is not None:
            taken_up = row.key
        offers = Autosave.objects.unsaved().filter(user=request.user, post=post)
        offers = offers.exclude(key__in=[each for each in (key, taken_up) if each]).defer("data")
        address = (
            reverse("admin:blog_post_autosave", args=[post.pk]) if post else reverse("admin:blog_post_autosave_new")
        )
        return {
            "key": key,
            "taken_up": taken_up or "",
            "row": row,
            "offers": [(each, in_words(each.saved_at)) for each in offers[:MOST_OFFERED]],
            "taken_at": in_words(row.saved_at) if row else "",
            "people": others_at(post, request.user) if post else [],
            "for_script": json.dumps(
                {
                    "address": address,
                    "addressOfNew": reverse("admin:blog_post_autosave_new"),
                    "unsaved": reverse("admin:blog_post_unsaved", args=[UUID(int=0)]),
                    "token": reverse("admin:token"),
                    "logIn": reverse("admin:login"),
                    "writer": request.user.pk,
                    "post": post.pk if post else 0,
                    "texts": {name: str(text) for name, text in texts().items()},
                }
            ),
        }

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: list, change: bool) -> None:
        """Save the rest; what was kept of the form goes with it, in one transaction."""
        super().save_related(request, form, formsets, change)
        settle(request.user, [key for key in keys_of(form) if key])

    def delete_model(self, request: HttpRequest, obj: Post) -> None:
        """Delete a post, and what who deletes it has typed in it; what others have typed stays theirs."""
        rows = Autosave.objects.unsaved().filter(user=request.user, post=obj)
        settle(request.user, rows.values_list("key", flat=True))
        super().delete_model(request, obj)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        """Show the form, or save it; what somebody sends who may not save it any more is kept for them."""
        if request.method != "POST" or object_id is None or IS_POPUP_VAR in request.POST:
            return super().changeform_view(request, object_id, form_url, extra_context)
        post = self.get_object(request, object_id)
        if post is not None and self.has_change_permission(request, post):
            return super().changeform_view(request, object_id, form_url, extra_context)
        sent = SentKey(request.POST)
        if sent.is_valid() and self.has_add_permission(request):
            return self.keep_refused(request, sent.cleaned_data[TAKE_UP])
        return super().changeform_view(request, object_id, form_url, extra_context)

    def keep_refused(self, request: HttpRequest, key: UUID) -> HttpResponse:
        """Keep what was written in the form of a post that is gone, or not its writer's any more."""
        try:
            row = keep(request.user, None, key, pairs_of(request.POST.lists()), number=LARGEST_NUMBER)
        except (SettledError, TooLongError, TooManyError) as error:
            raise PermissionDenied from error
        words = _(
            "This post is no longer there, or no longer yours to change, so nothing was saved in it. What you wrote is "
            "kept here: take from it what you need, or make a new post of it."
        )
        self.message_user(request, words, messages.WARNING)
        return HttpResponseRedirect(reverse("admin:blog_post_unsaved", args=[row.key]))


class SentKey(forms.Form):
    """The key of an unsaved text, in a query or among the fields of a post."""

    autosave = forms.UUIDField()


def keys_of(form: ModelForm) -> tuple[UUID, UUID | None]:
    """Return the key of the window of a form, and that of the unsaved text which it began with."""
    own, taken = (form.fields[name].clean(form[name].value()) for name in ("autosave", "taken_up"))
    return own or uuid4(), taken


def refuse(status: int, reason: str, words: str, **more: str) -> JsonResponse:
    """Answer the script that nothing was kept, and why: ``reason`` for it, ``words`` for who writes."""
    return JsonResponse({"reason": reason, "words": words} | more, status=status)


def unsaved_of(user) -> list[tuple[Autosave, str]]:
    """Return what somebody has typed and not saved, with its moment in words, for their first page."""
    rows = Autosave.objects.unsaved().filter(user=user).select_related("post")
    rows = rows.only("key", "title", "saved_at", "post__title")
    return [(row, in_words(row.saved_at)) for row in rows[:MOST_OFFERED]]


def texts() -> dict[str, str]:
    """Return what the script says by itself."""
    return {
        "unsent": _("Not kept yet"),
        "offline": _("No connection: kept in this browser, and sent as soon as it is back."),
        "failed": _("The server answers with an error: kept in this browser, and sent again."),
        "loggedOut": _("You are logged out: nothing is lost. It is kept in this browser until you are in again."),
        "logIn": _("Log in in another tab, then come back"),
        "otherUser": _(
            "Somebody else has logged in in this browser. Your text is kept in it, and sent once you are in again."
        ),
        "nowhere": _("It could not be kept, not even in this browser. Copy your text before you leave this page."),
        "apart": _("What you type is kept apart from it, among your unsaved texts."),
        "tooLong": _("The text is too long to be kept on the server; it is kept in this browser."),
        "held": _("Nothing was saved yet, and nothing is lost: press the button again when that is mended."),
        "checking": _("Looking whether it can be saved…"),
        "brought": _("What you typed at another time, and which was kept in this browser, is here."),
        "takeUp": _("Look at it"),
    }
