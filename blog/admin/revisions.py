"""The versions of a post in the admin: its working copy in the form, any two compared, any one restored."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.forms import BaseModelFormSet, ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from authors.written_numbers import read_number
from blog.admin.filling import typed_byline, typed_claims
from blog.admin.library import THUMBNAIL_WIDTH, rendition_address
from blog.admin.taking_up import fill_rows
from blog.claims import lines_of
from blog.differences import mark_changes
from blog.markup import is_key
from blog.models import Authorship, Claim, Image, Post, Revision
from blog.revising import (
    BYLINE,
    CLAIMS,
    MOMENTS,
    OPTIONAL,
    PLAIN,
    ROWS,
    SETS,
    begin,
    content_of,
    discard_working_copy,
    keep_apart,
    keys,
    record,
    rendered,
    restore,
)
from blog.syndication.comparing import mark_words

# What readers see, where a version is asked for by its number.
NOW = "now"

# A page of versions; the older ones follow on the next.
VERSIONS_A_PAGE = 50

# What is no field of a post.
LABELS = {BYLINE: gettext_lazy("authors"), CLAIMS: Claim._meta.verbose_name_plural}

# The models of rows of the form that are among what a version says.
IN_REVISIONS = (Authorship, Claim)

# What is compared beside title, standfirst and text, in the order of the form.
FACTS = ("slug", *MOMENTS, "cover", "category", "categories", "tags", BYLINE, "event", "disclosure", "disclosure_with")


class RevisionsMixin:
    """Gives the admin of posts their working copies and the pages of their versions."""

    revisions_template = "admin/blog/post/revisions.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/versions/", view(require_GET(self.revisions_view)), name="blog_post_revisions"),
            path("<int:pk>/versions/compare/", view(require_GET(self.compare_view)), name="blog_post_compare"),
            path("<int:pk>/versions/restore/", view(require_POST(self.restore_view)), name="blog_post_restore"),
            path("<int:pk>/versions/set-aside/", view(require_POST(self.set_aside_view)), name="blog_post_set_aside"),
            *super().get_urls(),
        ]

    # The form

    def keeps_apart(self, form: ModelForm) -> bool:
        """Say whether what was sent is for the working copy: readers see the post, and no step was taken."""
        return form.was_published and not form.is_preview and not form.cleaned_data.get("step")

    def save_model(self, request: HttpRequest, obj: Post, form: ModelForm, change: bool) -> None:
        if change:
            begin(obj)
        if not (change and self.keeps_apart(form)):
            super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: list, change: bool) -> None:
        """Save the rest, and note the version; a working copy is what saving would give, kept instead of saved."""
        if not (change and self.keeps_apart(form)):
            super().save_related(request, form, formsets, change)
            record(form.instance, by=request.user, settles=True)
            return
        said = [formset for formset in formsets if formset.model in IN_REVISIONS]
        with transaction.atomic():
            super().save_model(request, form.instance, form, change)
            super().save_related(request, form, said, change)
            content = content_of(Post.objects.get(pk=form.instance.pk))
            transaction.set_rollback(True)
        kept = keep_apart(form.instance, content, by=request.user)
        form.instance.is_kept_apart = kept if kept.is_waiting else None
        for formset in formsets:
            if formset.model not in IN_REVISIONS:
                self.save_formset(request, form, formset, change=change)

    def get_form(self, request: HttpRequest, obj: Post | None = None, **kwargs) -> type[ModelForm]:
        form = super().get_form(request, obj, **kwargs)
        form.working_copy = self.working_copy(obj) if obj and request.method != "POST" else None
        return form

    def _create_formsets(self, request: HttpRequest, obj: Post, change: bool) -> tuple[list, list]:
        formsets, inlines = super()._create_formsets(request, obj, change)
        working_copy = self.working_copy(obj) if change and request.method == "GET" else None
        if working_copy and self.has_change_permission(request, obj):
            for formset in formsets:
                if formset.model in IN_REVISIONS:
                    fill_rows(formset, typed_rows(formset, working_copy.content))
        return formsets, inlines

    def render_change_form(self, request: HttpRequest, context: dict, obj: Post | None = None, **kwargs):
        if obj and obj.pk:
            context["working_copy"] = self.working_copy(obj)
        return super().render_change_form(request, context, obj=obj, **kwargs)

    def working_copy(self, post: Post) -> Revision | None:
        """Return the working copy of the post of this request; looked for once."""
        if "_working_copy" not in post.__dict__:
            post._working_copy = Revision.objects.waiting_for(post)
        return post._working_copy

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Post | None:
        """Return a post; who is going to save it has it alone until that is done."""
        if request.method == "POST" and connection.in_atomic_block and is_key(object_id):
            list(Post.objects.select_for_update().filter(pk=object_id).values_list("pk"))
        return super().get_object(request, object_id, from_field)

    # The pages

    def revisions_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """List the versions of a post, the newest first, two of them to be chosen and compared."""
        post = self._find(request, pk)
        before = read_number(request.GET.get("before", ""))
        revisions = Revision.objects.of(post).defer("content")
        if before is not None:
            revisions = revisions.filter(number__lt=before)
        found = list(revisions[: VERSIONS_A_PAGE + 1])
        context = self._context(request, post, _("Versions")) | {
            "revisions": found[:VERSIONS_A_PAGE],
            "older": found[VERSIONS_A_PAGE - 1].number if len(found) > VERSIONS_A_PAGE else None,
            "may_restore": self.has_change_permission(request, post),
            "is_published": post.is_published(),
        }
        return TemplateResponse(request, self.revisions_template, context)

    def compare_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show two versions as one, as readers see them, with what was put in and taken out; ?a= is the older."""
        post = self._find(request, pk)
        sides = [self._side(post, request.GET.get(name, NOW)) for name in ("a", "b")]
        # Older first, whichever was chosen first; what readers see comes before its working copy.
        sides.sort(key=lambda side: side["order"])
        before, after = (side["content"] for side in sides)
        context = self._context(request, post, _("Comparison")) | {
            "sides": sides,
            "language": after["language"],
            "title_pieces": list(mark_words(before["title"], after["title"])),
            "standfirst_pieces": list(mark_words(before["standfirst"], after["standfirst"])),
            "body": body_difference(before, after),
            "facts": fact_differences(before, after),
            "is_same": before == after,
            "is_published": post.is_published(),
            "may_restore": self.has_change_permission(request, post),
        }
        return TemplateResponse(request, "admin/blog/post/compare.html", context)

    def restore_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let the post say again what one of its versions says."""
        post = self._find(request, pk, to_change=True)
        revision = get_object_or_404(Revision, post=post, number=read_number(request.POST.get("number", "")))
        when = date_format(timezone.localtime(revision.made_at), "SHORT_DATETIME_FORMAT")
        restore(revision, by=request.user, note=_("as it was on %(when)s") % {"when": when})
        self.log_change(request, post, [{"changed": {"fields": ["body"]}}])
        if post.is_published():
            text = _("The version of %(when)s is in the working copy. Readers see it when you publish again.")
        else:
            text = _("The post says again what it said on %(when)s.")
        self.message_user(request, text % {"when": when}, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:blog_post_change", args=[post.pk]))

    def set_aside_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Leave the working copy, which stays among the versions."""
        post = self._find(request, pk, to_change=True)
        discard_working_copy(post, by=request.user)
        text = _("The working copy is set aside; it stays among the versions. This is what readers see.")
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:blog_post_change", args=[post.pk]))

    def _find(self, request: HttpRequest, pk: int, *, to_change: bool = False) -> Post:
        """Return a post that whoever asks may see, or change; raise Http404 or PermissionDenied."""
        post = self.get_object(request, str(pk))
        if post is None:
            raise Http404("No such post.")
        if not (self.has_change_permission if to_change else self.has_view_permission)(request, post):
            raise PermissionDenied
        return post

    def _context(self, request: HttpRequest, post: Post, title: str) -> dict:
        return self.admin_site.each_context(request) | {"title": title, "original": post, "opts": self.opts}

    def _side(self, post: Post, asked: str) -> dict:
        """Return one of the versions compared: its content, its place in the order of time, and its name in words."""
        number = read_number(asked)
        if number is not None:
            revision = get_object_or_404(Revision, post=post, number=number)
            return {"order": (1, revision.number), "content": revision.content, "revision": revision}
        if asked != NOW:
            raise Http404("No such version.")
        newest_shown = Revision.objects.of(post).filter(is_waiting=False).values_list("number", flat=True).first()
        return {"order": (1, newest_shown or 0), "content": content_of(post), "revision": None}


def initial_of(content: dict, names) -> dict:
    """Return a revision's content as the initial values of those fields of a form that ``names`` names."""
    values: dict = {name: content[name] for name in PLAIN} | {name: content.get(name, "") for name in OPTIONAL}
    values |= {name: parse_datetime(content[name]) if content[name] else None for name in MOMENTS}
    values |= {name: content[name]["id"] if content[name] else None for name in ROWS}
    values |= {name: keys(content[name]) for name in SETS}
    return {name: value for name, value in values.items() if name in names}


def typed_rows(formset: BaseModelFormSet, content: dict) -> MultiValueDict:
    """Return what a browser would send of a byline, or of claims, that are to be those of a revision."""
    if formset.model is Claim:
        return typed_claims(formset, content.get(CLAIMS, []))
    return typed_byline(formset, keys(content[BYLINE]))


def body_difference(before: dict, after: dict) -> SafeString:
    """Return the two texts as one, in the languages that they are written in."""
    return mark_changes(rendered(before), rendered(after))


def fact_differences(before: dict, after: dict) -> list[dict]:
    """Return what differs beside the text: label, both values in words, and both pictures of a cover."""
    found = []
    before, after = (dict.fromkeys((*OPTIONAL, CLAIMS), "") | content for content in (before, after))
    for name in (*FACTS, CLAIMS, *OPTIONAL):
        if before[name] == after[name]:
            continue
        label = LABELS[name] if name in LABELS else Post._meta.get_field(name).verbose_name
        sides = [
            {"words": in_words(name, content[name]), "picture": thumbnail(name, content[name])}
            for content in (before, after)
        ]
        found.append({"label": label, "before": sides[0], "after": sides[1]})
    return found


def in_words(name: str, value) -> str:
    """Return a value of a revision as people write it."""
    if not value:
        return ""
    if name in MOMENTS:
        return date_format(timezone.localtime(parse_datetime(value)), "DATETIME_FORMAT")
    if name in ROWS:
        return value["name"]
    if name == CLAIMS:
        return " / ".join(" · ".join(lines_of(Claim.saying(facts))) for facts in value)
    if isinstance(value, list):
        return ", ".join(row["name"] for row in value)
    choices = dict(Post._meta.get_field(name).flatchoices)
    return str(choices.get(value, value))


def thumbnail(name: str, value: dict | None) -> str:
    """Return the address of a small picture where the value is one that is still there."""
    image = Image.objects.filter(pk=value["id"]).first() if name == "cover" and value else None
    return rendition_address(image, THUMBNAIL_WIDTH) if image else ""
