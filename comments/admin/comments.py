from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import Action, ActionLocation
from django.db import transaction
from django.db.models import QuerySet
from django.forms import Script
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from authors.editing import EditorsAdmin, NamedRows
from authors.models import Author
from authors.written_numbers import read_number
from blog.models.posts import long_texts
from comments.admin.law import ReasonsForm
from comments.admin.locking import LockMixin, pressed
from comments.admin.queue import QueueMixin
from comments.admin.undoing import UndoMixin
from comments.discussion import address_of
from comments.holding import hold_all
from comments.mending import change_text
from comments.models import Comment, Decision, Edit, ThreadLock
from comments.moderation import DECISION_LABELS, DECISIONS, answer_comment, decide, decisions_on
from comments.moderators import MODERATE
from comments.spam.admin import show_verdict
from comments.text import MAX_LENGTH

Status = Comment.Status

# The same in every language, as in other programs that moderators use.
DECISION_KEYS = {Status.APPROVED: "A", Status.REJECTED: "R", Status.SPAM: "S", Status.REMOVED: "D"}

# Each decision recounts a discussion and drops its pages; a list shows fifty comments.
MOST_AT_ONCE = 200

# What a list shows of a comment, in characters: enough to know spam by.
EXCERPT = 160


class ModerationForm(ReasonsForm):
    """What a moderator does with a comment. Of the comment itself only the text can be changed, which readers see."""

    decision = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("reason"),
        max_length=Decision._meta.get_field("reason").max_length,
        required=False,
        help_text=_("Noted with the decision; readers do not see it."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    answer = forms.CharField(
        label=_("your answer"),
        max_length=MAX_LENGTH,
        required=False,
        help_text=_("It appears at once, signed by you; a comment that waits is approved with it."),
        widget=forms.Textarea(attrs={"class": "vLargeTextField", "rows": 6}),
    )

    new_text = forms.CharField(
        label=_("changed text"),
        max_length=MAX_LENGTH,
        required=False,
        help_text=_("Readers see that it was changed; the text before is kept."),
        widget=forms.Textarea(attrs={"class": "vLargeTextField", "rows": 6}),
    )

    # The author as whom somebody answers, and which of the buttons they pressed: set by the admin.
    author: Author | None = None
    is_answering = False
    is_editing = False

    class Meta:
        model = Comment
        fields = ()

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.initial["new_text"] = self.instance.text

    def clean_new_text(self) -> str:
        # A browser sends line breaks of two characters.
        return self.cleaned_data["new_text"].replace("\r\n", "\n")

    def clean_decision(self) -> str:
        decision = self.cleaned_data["decision"]
        if decision and decision not in decisions_on(self.instance):
            raise forms.ValidationError(_("Meanwhile somebody has decided on this comment: look at it again."))
        return decision

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        if "decision" in self.errors:
            self.add_error(None, self.errors.pop("decision"))
        if self.is_editing:
            if not cleaned.get("new_text"):
                self.add_error("new_text", _("A text that should go is removed or rejected."))
        elif "new_text" in self.fields and cleaned.get("new_text", "") != self.instance.text.replace("\r\n", "\n"):
            self.add_error("new_text", _("This change was not saved: press “Save the text”, or undo it."))
        if self.is_answering:
            self.check_answer(cleaned)
        elif cleaned.get("answer"):
            # A decision would let a text go that somebody typed.
            self.add_error("answer", _("This text was not sent: press “Answer”, or empty the field."))
        return cleaned

    def check_answer(self, cleaned: dict) -> None:
        if self.author is None:
            self.add_error(
                "answer",
                _("Your account has no author’s profile to sign an answer. An editor can choose it on your profile."),
            )
        elif self.instance.is_locked:
            self.add_error("answer", _("The thread is locked: unlock it first."))
        elif not cleaned.get("answer"):
            self.add_error("answer", _("Write an answer first."))
        elif self.instance.status not in (Status.PENDING, Status.APPROVED):
            self.add_error("answer", _("A comment that readers cannot read is not answered: approve it first."))


class DecisionInline(NamedRows):
    """What was decided before: read only, for good."""

    model = Decision
    fields = readonly_fields = ("made_at", "before", "after", "by", "reason")
    extra = 0
    can_delete = False
    verbose_name_plural = _("Decisions on this comment")

    def has_add_permission(self, request: HttpRequest, obj: Comment | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Comment | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Comment | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Comment | None = None) -> bool:
        return request.user.has_perm(MODERATE)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Decision]:
        return super().get_queryset(request).select_related("by")


class EditInline(DecisionInline):
    """What the text was before it was changed: read only, for good."""

    model = Edit
    fields = readonly_fields = ("made_at", "by", "text")
    verbose_name_plural = _("Texts before")


class LockInline(DecisionInline):
    """When the thread was locked and opened again: read only, for good."""

    model = ThreadLock
    fields = readonly_fields = ("made_at", "is_locked", "by", "reason")
    verbose_name_plural = _("Locks of this thread")


class QueueFilter(admin.SimpleListFilter):
    """Status; without a choice, what waits for a decision."""

    title = _("status")
    parameter_name = "status"
    ALL = "all"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [*Status.choices, (self.ALL, _("all"))]

    def value(self) -> str:
        return super().value() or Status.PENDING

    def choices(self, changelist) -> list[dict]:
        return list(super().choices(changelist))[1:]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Comment]) -> QuerySet[Comment]:
        return queryset if self.value() == self.ALL else queryset.filter(status=self.value())


class VoiceFilter(admin.SimpleListFilter):
    """Readers, or authors of ours."""

    title = _("writer")
    parameter_name = "by"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("readers", _("readers")), ("authors", _("authors of ours"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Comment]) -> QuerySet[Comment]:
        match self.value():
            case "readers":
                return queryset.filter(author=None)
            case "authors":
                return queryset.exclude(author=None)
        return queryset


@admin.register(Comment)
class CommentAdmin(UndoMixin, LockMixin, QueueMixin, EditorsAdmin):
    """Moderation: one permission opens all of it."""

    form = ModerationForm
    inlines = (DecisionInline, EditInline, LockInline)
    list_display = ("excerpt", "writer", "on_post", "in_answer_to", "decided", "created_at")
    list_display_links = ("excerpt",)
    list_filter = (QueueFilter, "language", VoiceFilter)
    list_select_related = ("post", "parent", "author")
    search_fields = ("name", "=email", "text")
    search_help_text = _("Words of the text or the name, or a whole e-mail address")
    actions = ("approve", "reject", "mark_as_spam", "remove")
    readonly_fields = (
        "decided",
        "whole_text",
        "writer",
        "email",
        "site_address",
        "post_address",
        "context",
        "created_at",
        "verdict",
    )
    fieldsets = (
        (None, {"fields": ("decided", "post_address", "context", "whole_text")}),
        (_("Who wrote it"), {"fields": (("writer", "email"), "site_address", "created_at")}),
        (_("Does it look like spam?"), {"fields": ("verdict",)}),
        (_("Decide"), {"fields": ("reason",)}),
        (_("What its writer is told of it"), {"fields": (("ground", "provision"), "facts")}),
        (_("Answer"), {"fields": ("answer",)}),
        (_("Change the text"), {"fields": ("new_text",), "classes": ("collapse",)}),
    )

    class Media:
        js = [Script("admin-tribune/keys.js", type="module")]

    # Who may do what

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MODERATE)

    def has_view_permission(self, request: HttpRequest, obj: Comment | None = None) -> bool:
        return self.has_moderate_permission(request)

    has_change_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Comments are written on the site, and answers below the comment that they answer."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Comment | None = None) -> bool:
        """What was decided stays known; a thread does not lose its middle."""
        return False

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict | None = None,
    ) -> HttpResponse:
        """Hold what is decided on: what the form has checked is still so when it is done."""
        with transaction.atomic():
            if request.method == "POST":
                list(hold_all(Comment.objects.filter(pk=read_number(object_id))))
            return super().changeform_view(request, object_id, form_url, extra_context)

    # The list

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """The queue begins with who has waited longest, everything else with what is new."""
        is_queue = request.GET.get(QueueFilter.parameter_name, Status.PENDING) == Status.PENDING
        return ("created_at", "pk") if is_queue else ("-created_at", "-pk")

    def for_list(self, rows: QuerySet[Comment]) -> QuerySet[Comment]:
        return rows.defer("html", "parent__text", "parent__html", *long_texts("post"))

    def get_actions(
        self, request: HttpRequest, action_location: ActionLocation = ActionLocation.CHANGE_LIST
    ) -> dict[str, Action]:
        actions = super().get_actions(request, action_location)
        actions.pop("delete_selected", None)
        return actions

    @admin.display(description=_("comment"))
    def excerpt(self, obj: Comment) -> str:
        return Truncator(obj.text).chars(EXCERPT)

    @admin.display(description=_("by"), ordering="name")
    def writer(self, obj: Comment) -> SafeString | str:
        return format_html("<strong>{}</strong>", obj.name) if obj.author_id else obj.name

    @admin.display(description=_("post"))
    def on_post(self, obj: Comment) -> str:
        return obj.post.title

    @admin.display(description=_("in answer to"))
    def in_answer_to(self, obj: Comment) -> str:
        return obj.parent.name if obj.parent else ""

    @admin.display(description=_("status"), ordering="status")
    def decided(self, obj: Comment) -> SafeString:
        return format_html('<span class="state is-{}">{}</span>', obj.status, obj.get_status_display())

    # The page of a comment

    @admin.display(description=_("text"))
    def whole_text(self, obj: Comment) -> SafeString:
        return format_html('<div class="typed" lang="{}">{}</div>', obj.language, obj.text)

    @admin.display(description=_("site"))
    def site_address(self, obj: Comment) -> str:
        """Not a link: what a stranger's address holds is not for a moderator's browser to find out."""
        return obj.site

    @admin.display(description=_("spam score"))
    def verdict(self, obj: Comment) -> SafeString | str:
        return show_verdict(obj)

    @admin.display(description=_("in answer to"))
    def context(self, obj: Comment) -> SafeString:
        above = list(obj.above().exclude(pk=obj.parent_id))
        return render_to_string("admin/comments/comment/_context.html", {"parent": obj.parent, "above": above})

    @admin.display(description=_("post"))
    def post_address(self, obj: Comment) -> SafeString:
        return format_html('<a href="{}">{}</a>', obj.post.path(), obj.post.title)

    def view_on_site(self, obj: Comment) -> str | None:
        return address_of(obj, obj.post) if obj.is_standing and obj.post.is_published() else None

    def get_fieldsets(self, request: HttpRequest, obj: Comment | None = None) -> list[tuple[str | None, dict]]:
        """Return the parts of the page that there is something to say in."""
        empty = set()
        if obj and obj.parent_id is None:
            empty.add("context")
        if obj and not obj.site:
            empty.add("site_address")
        return [
            (name, options | {"fields": [field for field in options["fields"] if field not in empty]})
            for name, options in self.fieldsets
        ]

    def get_form(self, request: HttpRequest, obj: Comment | None = None, **kwargs) -> type[forms.ModelForm]:
        form = super().get_form(request, obj, **kwargs)
        form.author = Author.objects.filter(user=request.user.pk).first()
        form.is_answering = "_answer" in request.POST
        form.is_editing = "_edit" in request.POST
        return form

    def buttons_for(self, status: str) -> list[tuple]:
        """Return what can be decided on a comment of a status: what it becomes, the label, the key."""
        return [(after, DECISION_LABELS[after], DECISION_KEYS[after]) for after in DECISIONS[Status(status)]]

    def render_change_form(self, request: HttpRequest, context: dict, obj: Comment | None = None, **kwargs):
        context["decisions"] = [] if obj.is_blank() else self.buttons_for(obj.status)
        context["next_waiting"] = Comment.objects.awaiting().after(obj).values_list("pk", flat=True).first()
        return super().render_change_form(request, context, obj=obj, **kwargs)

    def save_model(self, request: HttpRequest, obj: Comment, form: ModerationForm, change: bool) -> None:
        """Do what the button says that was pressed, by the rules of ``comments.moderation``."""
        if pressed(request):
            self.change_lock(request, obj, form.cleaned_data["reason"])
        elif form.is_editing:
            change_text(obj, form.cleaned_data["new_text"], by=request.user)
        elif form.is_answering:
            was_readable = obj.is_readable()
            answer = answer_comment(obj, author=form.author, text=form.cleaned_data["answer"], by=request.user)
            obj.just_decided = [each.decisions.first() for each in ([answer] if was_readable else [obj, answer])]
        elif form.cleaned_data["decision"]:
            data = form.cleaned_data
            made = decide(obj, data["decision"], by=request.user, reason=data["reason"], because=form.because())
            obj.just_decided = [made] if made else []

    def say_decided(self, request: HttpRequest, obj: Comment) -> None:
        """Say what became of one comment, on its page and in the queue; ``report()`` says it of several."""
        text = _("Your answer stands below the comment.") if "_answer" in request.POST else obj.get_status_display()
        message = format_html(_("Comment by {name}: {text}"), name=obj.name, text=text)
        if getattr(obj, "just_decided", None):
            self.offer_undo(request, message, obj.just_decided)
        elif request.POST.get("decision"):
            self.say_changed(request, obj)
        else:
            self.message_user(request, message, messages.SUCCESS)

    def response_change(self, request: HttpRequest, obj: Comment) -> HttpResponse:
        if pressed(request):
            return self.response_to_lock(request)
        self.say_decided(request, obj)
        if "_edit" in request.POST:
            return HttpResponseRedirect(request.get_full_path())
        if "decision" in request.POST or "_answer" in request.POST:
            following = Comment.objects.awaiting().after(obj).first()
            if following:
                return HttpResponseRedirect(reverse("admin:comments_comment_change", args=[following.pk]))
        return self.response_post_save_change(request, obj)

    # Actions on several comments

    @admin.action(description=_("Approve"), permissions=["moderate"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Comment]) -> HttpResponse | None:
        return self.decide_on_all(request, queryset, Status.APPROVED)

    @admin.action(description=_("Reject"), permissions=["moderate"])
    def reject(self, request: HttpRequest, queryset: QuerySet[Comment]) -> HttpResponse | None:
        return self.decide_on_all(request, queryset, Status.REJECTED)

    @admin.action(description=_("Mark as spam"), permissions=["moderate"])
    def mark_as_spam(self, request: HttpRequest, queryset: QuerySet[Comment]) -> HttpResponse | None:
        return self.decide_on_all(request, queryset, Status.SPAM)

    @admin.action(description=_("Remove from the page"), permissions=["moderate"])
    def remove(self, request: HttpRequest, queryset: QuerySet[Comment]) -> HttpResponse | None:
        return self.decide_on_all(request, queryset, Status.REMOVED)

    def decide_on_all(self, request: HttpRequest, comments: QuerySet[Comment], status: str) -> HttpResponse | None:
        """Decide on each comment for itself, and leave alone those that this cannot be decided on."""
        comments = list(comments[: MOST_AT_ONCE + 1])
        if len(comments) > MOST_AT_ONCE:
            text = _("At most %(count)s comments at once.") % {"count": MOST_AT_ONCE}
            self.message_user(request, text, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        decided = []
        for comment in comments:
            made = decide(comment, status, by=request.user) if status in decisions_on(comment) else None
            if made:
                decided.append(made)
                self.log_change(request, comment, [{"changed": {"fields": ["status"]}}])
        self.report(request, decided, len(comments) - len(decided), status)
        return None

    def report(self, request: HttpRequest, decided: list[Decision], left: int, status: str) -> None:
        if decided:
            text = ngettext("%(count)s comment: %(status)s.", "%(count)s comments: %(status)s.", len(decided))
            self.offer_undo(request, text % {"count": len(decided), "status": Status(status).label}, decided)
        if left:
            text = ngettext(
                "%(count)s comment stays as it is: its status does not allow that decision.",
                "%(count)s comments stay as they are: their status does not allow that decision.",
                left,
            )
            self.message_user(request, text % {"count": left}, messages.WARNING)
