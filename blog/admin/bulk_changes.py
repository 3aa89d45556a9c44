"""Changes of many posts in the admin: looked at, chosen from, carried out, taken back; words replaced everywhere."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from authors.editing import EditorsAdmin, suggest
from authors.written_numbers import read_numbers
from blog import bulk_changing, refiling, replacing
from blog.admin.revisions import FACTS, in_words
from blog.merging_terms import MODELS, undo_merge
from blog.models import BulkChange, Category, ChangedPost, Post, Revision
from blog.models.languages import Language
from blog.models.posts import long_texts
from blog.revising import BYLINE, content_of, naming
from blog.syndication.words import say

CHANGE_MANY = "blog.change_many"

POSTS_A_PAGE = 25
# Of a post that is full of a word, examples are enough.
HITS_SHOWN = 5
LONGEST_WORDS = 200

WHERE_LABELS = {
    "title": gettext_lazy("titles"),
    "standfirst": gettext_lazy("standfirsts"),
    "body": gettext_lazy("texts"),
    "links": gettext_lazy("addresses of links in texts"),
}


class ReplaceForm(forms.Form):
    """Words to be found in posts, and what takes their place."""

    find = forms.CharField(
        label=gettext_lazy("Find"),
        max_length=LONGEST_WORDS,
        strip=False,
        help_text=gettext_lazy(
            "Plain words. A space stands for any space, an apostrophe for either kind. A word of which only some "
            "letters are bold or linked is not found."
        ),
    )
    replace = forms.CharField(
        label=gettext_lazy("Replace with"),
        max_length=LONGEST_WORDS,
        required=False,
        strip=False,
        help_text=gettext_lazy("Left empty, the words are taken out."),
    )
    match_case = forms.BooleanField(
        label=gettext_lazy("Tell capital letters from small ones"), required=False, initial=True
    )
    whole_words = forms.BooleanField(label=gettext_lazy("Whole words only"), required=False, initial=True)
    where = forms.MultipleChoiceField(
        label=gettext_lazy("Where"),
        choices=list(WHERE_LABELS.items()),
        widget=forms.CheckboxSelectMultiple,
        initial=["title", "standfirst", "body"],
    )
    skip_code = forms.BooleanField(label=gettext_lazy("Leave code as it is"), required=False, initial=True)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=[("", gettext_lazy("both")), *Language.choices], required=False
    )
    status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        choices=[("", gettext_lazy("any")), *Post.Status.choices],
        required=False,
    )
    category = forms.ModelChoiceField(
        label=gettext_lazy("Category"),
        queryset=Category.objects.all(),
        required=False,
        help_text=gettext_lazy("With all that stands below it. Left empty, everywhere."),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        suggest(self.fields["category"], Post._meta.get_field("category"))

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("find") is not None and cleaned["find"] == cleaned.get("replace"):
            raise ValidationError(_("Both are the same: there is nothing to replace."))
        return cleaned

    def clean_find(self) -> str:
        """Refuse what stands everywhere, and what no text holds."""
        find = self.cleaned_data["find"]
        if not find.strip():
            raise ValidationError(_("Type at least one letter."))
        return find

    def asked(self) -> dict:
        """Return what is asked for, as it is kept."""
        asked = dict(self.cleaned_data) | {"category": naming(self.cleaned_data["category"]), "in": get_language()}
        return asked | {"note": (_("find and replace: %(what)s") % {"what": replacing.summary_of(asked)})[:200]}


@admin.register(BulkChange)
class BulkChangeAdmin(EditorsAdmin):
    """The list of what was done to many posts; each has a page of its own, on which it is carried out or taken back."""

    list_display = ("kind", "summary", "state", "made_at", "made_by_name", "until")
    list_display_links = ("kind", "summary")
    list_filter = ("kind", "state")
    search_fields = ("summary",)
    ordering = ("-made_at", "-pk")
    actions = ()
    change_list_template = "admin/blog/bulkchange/change_list.html"

    def for_list(self, rows: QuerySet[BulkChange]) -> QuerySet[BulkChange]:
        return rows.defer("asked", "done", "notes")

    def may_use(self, request: HttpRequest, obj: BulkChange | None = None) -> bool:
        return request.user.has_perm(CHANGE_MANY)

    has_view_permission = may_use
    has_module_permission = may_use

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: BulkChange | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: BulkChange | None = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("can be taken back until"))
    def until(self, obj: BulkChange):
        return obj.undone_until if obj.can_be_undone() else None

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        acts = [
            path(f"<int:pk>/{name}/", view(require_POST(act)), name=f"blog_bulkchange_{name.replace('-', '_')}")
            for name, act in (
                ("choose", self.choose_view),
                ("undo", self.undo_view),
                ("go-on", self.go_on_view),
            )
        ]
        return [path("replace/", view(self.replace_view), name="blog_bulkchange_replace"), *acts, *super().get_urls()]

    # The pages

    def replace_view(self, request: HttpRequest) -> HttpResponse:
        """Ask what is to be replaced, and look for it; nothing is changed before somebody has seen it."""
        self.refuse_others(request)
        form = ReplaceForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            asked = form.asked()
            change = bulk_changing.look_for(asked, summary=replacing.summary_of(asked), by=request.user)
            return HttpResponseRedirect(page_of(change))
        context = {"title": _("Find and replace"), "form": form, "media": self.media + form.media}
        return self.show(request, "replace.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        """Show what a change does or did, post by post."""
        self.refuse_others(request)
        change = self.get_object(request, object_id)
        if change is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        counts = bulk_changing.counts(change)
        shown = change.posts.order_by("pk").select_related("post").defer(*long_texts("post"))
        page = Paginator(shown, POSTS_A_PAGE).get_page(request.GET.get("page"))
        is_preview = change.state == BulkChange.State.FOUND
        context = {
            "title": change.get_kind_display().capitalize(),
            "change": change,
            "counts": [(label, counts[value]) for value, label in ChangedPost.State.choices if value in counts],
            "chosen": counts.get(ChangedPost.State.CHOSEN, 0),
            "is_preview": is_preview,
            "is_merger": change.kind in MODELS,
            "page": page,
            "lines": [line_of(change, item, is_preview=is_preview) for item in page],
            "notes": [say(note) for note in change.notes],
            "facts": facts_of(change),
            "unsettled": bool(counts.get(ChangedPost.State.SKIPPED) or counts.get(ChangedPost.State.KEPT)),
        }
        return self.show(request, "change.html", context)

    def choose_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Leave posts of a page out, or take them in again; with ``_start``, carry out what is chosen."""
        change = self.find(request, pk)
        states = ChangedPost.State
        shown = read_numbers(request.POST.getlist("shown"))[:POSTS_A_PAGE]
        chosen = set(read_numbers(request.POST.getlist("chosen")))
        if change.state == BulkChange.State.FOUND:
            rows = change.posts.filter(pk__in=shown, state__in=[states.CHOSEN, states.LEFT_OUT])
            rows.filter(pk__in=[key for key in shown if key in chosen]).update(state=states.CHOSEN)
            rows.exclude(pk__in=[key for key in shown if key in chosen]).update(state=states.LEFT_OUT)
        if "_start" not in request.POST:
            number = request.POST.get("_page", "1")
            return HttpResponseRedirect(f"{page_of(change)}?page={number if number.isdigit() else 1}")
        if not change.posts.chosen().exists():
            self.message_user(request, _("No post is chosen: nothing was changed."), messages.WARNING)
        elif bulk_changing.start(change):
            log(request, change, change.asked["note"])
        else:
            self.message_user(request, _("This was begun already: nothing is done twice."), messages.WARNING)
        return HttpResponseRedirect(page_of(change))

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take a change back."""
        change = self.find(request, pk)
        try:
            if change.kind in MODELS:
                undo_merge(change, by=request.user)
            elif not bulk_changing.undo(change, by=request.user):
                raise ValidationError(_("This cannot be taken back, or no longer."))
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
        else:
            log(request, change, _("Taken back."))
        return HttpResponseRedirect(page_of(change))

    def go_on_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do a little more at once, for who waits."""
        change = self.find(request, pk)
        bulk_changing.go_on(change)
        return HttpResponseRedirect(page_of(change))

    def refuse_others(self, request: HttpRequest) -> None:
        if not self.may_use(request):
            raise PermissionDenied

    def find(self, request: HttpRequest, pk: int) -> BulkChange:
        self.refuse_others(request)
        return get_object_or_404(BulkChange, pk=pk)

    def show(self, request: HttpRequest, template: str, context: dict) -> HttpResponse:
        request.current_app = self.admin_site.name
        context = self.admin_site.each_context(request) | {"opts": self.opts} | context
        return TemplateResponse(request, f"admin/blog/bulkchange/{template}", context)


def page_of(change: BulkChange) -> str:
    return reverse("admin:blog_bulkchange_change", args=[change.pk])


def log(request: HttpRequest, change: BulkChange, words: str) -> None:
    """Note in the log who did what to many posts."""
    LogEntry.objects.create(
        user_id=request.user.pk,
        content_type_id=ContentType.objects.get_for_model(BulkChange).pk,
        object_id=str(change.pk),
        object_repr=str(change)[:200],
        action_flag=CHANGE,
        change_message=words,
    )


def facts_of(change: BulkChange) -> list[tuple[str, str]]:
    """Return what was asked for, as pairs of label and words."""
    asked = change.asked
    if change.kind == BulkChange.Kind.REPLACE:
        facts = [
            (_("Find"), asked["find"]),
            (_("Replace with"), asked["replace"] or _("nothing")),
            (_("Where"), ", ".join(str(WHERE_LABELS[name]) for name in asked["where"])),
        ]
        if asked["category"]:
            facts.append((_("Category"), asked["category"]["name"]))
        if asked["language"]:
            facts.append((_("Language"), str(Language(asked["language"]).label)))
        return facts
    if change.kind == BulkChange.Kind.REFILE:
        return refiled_in_words(asked)
    return []


REFILE_LABELS = {
    "main": gettext_lazy("Main category"),
    "add_categories": gettext_lazy("Add other categories"),
    "remove_categories": gettext_lazy("Take out of other categories"),
    "add_tags": gettext_lazy("Add tags"),
    "remove_tags": gettext_lazy("Take tags away"),
    "add_authors": gettext_lazy("Add authors"),
    "remove_authors": gettext_lazy("Take authors away"),
    "event": gettext_lazy("Event"),
    "clear_event": gettext_lazy("Take the event away"),
}


def refiled_in_words(asked: dict) -> list[tuple[str, str]]:
    """Return what was asked for of posts that are filed otherwise."""
    facts = []
    for name, label in REFILE_LABELS.items():
        value = asked.get(name)
        if value is True:
            facts.append((str(label), _("yes")))
        elif value:
            facts.append((str(label), in_words(BYLINE if isinstance(value, list) else "category", value)))
    return facts


def line_of(change: BulkChange, item: ChangedPost, *, is_preview: bool) -> dict:
    """Return what is shown of a post: what would be changed, or where its versions are compared."""
    line = {"item": item, "post": item.post, "note": say(item.note)}
    if is_preview:
        line |= preview_of(change, item)
    numbers = (item.before, item.after) if item.after else (item.copy_before, item.copy_after)
    if all(numbers):
        address = reverse("admin:blog_post_compare", args=[item.post_id])
        line["compare"] = f"{address}?a={numbers[0]}&b={numbers[1]}"
    return line


def preview_of(change: BulkChange, item: ChangedPost) -> dict:
    """Return what would be changed in a post, as it is now."""
    post = Post.objects.get(pk=item.post_id)
    waiting = Revision.objects.waiting_for(post)
    if change.kind == BulkChange.Kind.REPLACE:
        content = {name: getattr(post, name) for name in replacing.TEXTS}
        hits = list(replacing.hits(content, change.asked))
        is_copy = not hits and waiting is not None
        if is_copy:
            hits = list(replacing.hits(waiting.content, change.asked))
        return {
            "hits": [{"hit": hit, "where": WHERE_LABELS[hit.where]} for hit in hits[:HITS_SHOWN]],
            "more": max(len(hits) - HITS_SHOWN, 0),
            "has_copy": waiting is not None,
            "is_copy": is_copy,
        }
    content = content_of(post)
    try:
        after = refiling.alter(content, change.asked)
    except ValidationError as error:
        return {"problem": " ".join(bulk_changing.in_words(error))}
    changed = [name for name in FACTS if content[name] != after[name]]
    labels = {name: Post._meta.get_field(name).verbose_name for name in changed}
    return {
        "differences": [(labels[name], in_words(name, content[name]), in_words(name, after[name])) for name in changed],
        "has_copy": waiting is not None,
    }


def link_to(change: BulkChange) -> str:
    return format_html('<a href="{}">{}</a>', page_of(change), _("Take it back"))
