"""What people ask by law of those who moderate: queues, each begun by what waits longest, and the register."""

from datetime import date

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import AbstractBaseUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from authors.editing import EditorsAdmin, EditorsForm
from comments.law.reasons import Because
from comments.law.register import FORMATS, register, written_as
from comments.models import Appeal, Category, Comment, Notice, ReplyRequest, StatementOfReasons
from comments.moderators import MODERATE
from comments.reporting import can_be_restored, decide_appeal, decide_reply, dismiss, uphold
from comments.text import MAX_LENGTH

EXCERPT = 160


class ReasonsForm(EditorsForm):
    """What the writer of a comment is told when it is rejected or removed."""

    ground = forms.ChoiceField(label=_("ground"), choices=Category, initial=Category.RULES, required=False)
    provision = forms.CharField(
        label=_("law or rule"),
        max_length=StatementOfReasons._meta.get_field("provision").max_length,
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    facts = forms.CharField(
        label=_("facts"),
        max_length=MAX_LENGTH,
        required=False,
        help_text=_("What its writer reads as the reasons, at the address of the comment and by mail."),
        widget=forms.Textarea(attrs={"class": "vLargeTextField", "rows": 4}),
    )

    def because(self) -> Because:
        """Return the reasons that were typed."""
        data = self.cleaned_data
        return Because(ground=data["ground"] or Category.RULES, provision=data["provision"], facts=data["facts"])


class CaseForm(EditorsForm):
    """A decision with its reasons; nothing of what somebody sent can be changed."""

    decision = forms.ChoiceField(label=_("decision"), widget=forms.RadioSelect)
    reasons = forms.CharField(
        label=_("reasons of the decision"),
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"class": "vLargeTextField", "rows": 6}),
        help_text=_("They are told to whoever the decision concerns: name nobody who reported."),
    )

    class Meta:
        fields = ()


class NoticeDecisionForm(CaseForm):
    decision = forms.ChoiceField(
        label=_("decision"),
        choices=[
            (Notice.State.UPHELD, _("Uphold: the comment goes")),
            (Notice.State.DISMISSED, _("Dismiss: the comment stays")),
        ],
        widget=forms.RadioSelect,
    )
    provision = forms.CharField(
        label=_("law or rule"),
        max_length=StatementOfReasons._meta.get_field("provision").max_length,
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )


class AppealDecisionForm(CaseForm):
    decision = forms.ChoiceField(
        label=_("decision"),
        choices=[
            (Appeal.Outcome.KEPT, _("Keep the decision")),
            (Appeal.Outcome.RESTORED, _("Restore the comment")),
        ],
        widget=forms.RadioSelect,
    )

    def clean_decision(self) -> str:
        decision = self.cleaned_data["decision"]
        if decision == Appeal.Outcome.RESTORED and not can_be_restored(self.instance.statement.comment):
            raise forms.ValidationError(_("This comment cannot come back: its writer has withdrawn it, or it is gone."))
        return decision


class ReplyDecisionForm(CaseForm):
    decision = forms.ChoiceField(
        label=_("decision"),
        choices=[
            (ReplyRequest.State.PUBLISHED, _("The reply is published")),
            (ReplyRequest.State.REFUSED, _("The reply is refused")),
        ],
        widget=forms.RadioSelect,
    )


class RegisterDay(forms.DateField):
    """A day that every database and calendar can reckon with."""

    default_validators = [MinValueValidator(date(1990, 1, 1)), MaxValueValidator(date(2199, 12, 31))]
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RegisterForm(forms.Form):
    begin = RegisterDay(label=_("From"))
    end = RegisterDay(label=_("To"))
    form = forms.ChoiceField(label=_("Format"), choices=[(name, name.upper()) for name in FORMATS])


class OpenFilter(admin.SimpleListFilter):
    """Decided or not; without a choice, what waits for a decision."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("open", _("to be decided")), ("decided", _("decided")), ("all", _("all"))]

    def value(self) -> str:
        return super().value() or "open"

    def choices(self, changelist) -> list[dict]:
        return list(super().choices(changelist))[1:]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        match self.value():
            case "open":
                return queryset.filter(decided_at=None)
            case "decided":
                return queryset.exclude(decided_at=None)
        return queryset


class ModeratorsAdmin(EditorsAdmin):
    """What one permission opens; nothing is added or deleted here."""

    actions = None

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm(MODERATE)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.display(description=_("comment"))
    def in_context(self, obj: Model) -> SafeString | str:
        comment = self.comment_of(obj)
        if comment is None:
            return _("It is no longer kept.")
        return render_to_string("admin/comments/comment/_parent.html", {"parent": comment})

    def comment_of(self, obj: Model) -> Comment | None:
        return obj.comment


class CaseAdmin(ModeratorsAdmin):
    """What is decided once; who is named in ``decide_fields`` types it."""

    list_filter = (OpenFilter,)
    decide_fields: tuple[str, ...] = ("decision", "reasons")
    received: tuple[str, ...] = ()
    outcome: tuple[str, ...] = ()

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_view_permission(request, obj) and (obj is None or obj.is_open())

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """The queue begins with who has waited longest."""
        return ("created_at", "pk")

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return (*self.received, *self.outcome)

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> list[tuple[str | None, dict]]:
        is_open = obj is None or obj.is_open()
        decided = (_("Decide"), {"fields": self.decide_fields}) if is_open else (_("Decided"), {"fields": self.outcome})
        return [(None, {"fields": self.received}), decided]

    def render_change_form(self, request: HttpRequest, context: dict, obj: Model | None = None, **kwargs):
        context |= {"show_save_and_continue": False, "show_save_and_add_another": False}
        return super().render_change_form(request, context, obj=obj, **kwargs)

    def save_model(self, request: HttpRequest, obj: Model, form: CaseForm, change: bool) -> None:
        obj.is_settled_now = self.settle(obj, form.cleaned_data, by=request.user)

    def settle(self, obj: Model, data: dict, *, by: AbstractBaseUser) -> bool:
        """Decide as the form says; return whether that changed anything."""
        raise NotImplementedError

    def response_change(self, request: HttpRequest, obj: Model) -> HttpResponse:
        if obj.is_settled_now:
            return super().response_change(request, obj)
        text = _("Meanwhile it was decided on, or its comment has changed: nothing was done. Look at it again.")
        self.message_user(request, text, messages.WARNING)
        return HttpResponseRedirect(request.get_full_path())


@admin.register(Notice)
class NoticeAdmin(CaseAdmin):
    form = NoticeDecisionForm
    list_display = ("reference", "category", "reported", "state", "created_at")
    search_fields = ("=reference", "=email")
    decide_fields = ("decision", "provision", "reasons")
    received = ("reference", "category", "in_context", "reported_text", "explanation", "name", "email", "created_at")
    outcome = ("state", "outcome", "decided_by", "decided_at")
    change_list_template = "admin/comments/notice/change_list.html"

    def for_list(self, rows: QuerySet[Notice]) -> QuerySet[Notice]:
        return rows.defer("explanation", "outcome")

    @admin.display(description=_("comment"))
    def reported(self, obj: Notice) -> str:
        return Truncator(obj.reported_text).chars(EXCERPT)

    def settle(self, obj: Notice, data: dict, *, by: AbstractBaseUser) -> bool:
        if data["decision"] == Notice.State.UPHELD:
            return uphold(obj, by=by, outcome=data["reasons"], provision=data["provision"])
        return dismiss(obj, by=by, outcome=data["reasons"])

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.register_view)
        return [path("register/", view, name="comments_notice_register"), *super().get_urls()]

    def register_view(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        """Give the register of some days as a file, without e-mail addresses; the command gives them too."""
        if not self.has_view_permission(request):
            return render(request, "403.html", status=403)
        today = timezone.localdate()
        initial = {"begin": today.replace(month=1, day=1), "end": today, "form": "csv"}
        form = RegisterForm(request.GET or None, initial=initial)
        if not form.is_valid():
            context = self.admin_site.each_context(request) | {"form": form, "opts": self.opts, "title": _("Register")}
            return render(request, "admin/comments/notice/register.html", context)
        begin, end, kind = (form.cleaned_data[name] for name in ("begin", "end", "form"))
        response = StreamingHttpResponse(written_as(kind, register(begin, end)), content_type=FORMATS[kind])
        response.headers["Content-Disposition"] = f'attachment; filename="register-{begin}-{end}.{kind}"'
        return response


@admin.register(StatementOfReasons)
class StatementAdmin(ModeratorsAdmin):
    list_display = ("measure", "ground", "provision", "is_automated", "created_at")
    list_filter = ("ground", "is_automated")
    fields = readonly_fields = (
        "measure",
        "ground",
        "provision",
        "facts",
        "is_automated",
        "notice",
        "in_context",
        "created_at",
        "mailed_at",
        "withdrawn_at",
    )


@admin.register(Appeal)
class AppealAdmin(CaseAdmin):
    form = AppealDecisionForm
    list_display = ("excerpt", "against", "outcome_or_none", "created_at")
    list_select_related = ("statement",)
    received = ("text", "against", "facts", "in_context", "created_at")
    outcome = ("outcome", "answer", "decided_by", "decided_at")

    def comment_of(self, obj: Appeal) -> Comment | None:
        return obj.statement.comment

    @admin.display(description=_("text"))
    def excerpt(self, obj: Appeal) -> str:
        return Truncator(obj.text).chars(EXCERPT)

    @admin.display(description=_("outcome"))
    def outcome_or_none(self, obj: Appeal) -> str:
        return obj.get_outcome_display()

    @admin.display(description=_("decision"))
    def against(self, obj: Appeal) -> str:
        return str(obj.statement)

    @admin.display(description=_("facts"))
    def facts(self, obj: Appeal) -> str:
        return obj.statement.facts

    def settle(self, obj: Appeal, data: dict, *, by: AbstractBaseUser) -> bool:
        return decide_appeal(obj, data["decision"], by=by, answer=data["reasons"])


@admin.register(ReplyRequest)
class ReplyRequestAdmin(CaseAdmin):
    form = ReplyDecisionForm
    list_display = ("reference", "article", "deadline", "state", "received_at")
    list_select_related = ("post",)
    received = ("reference", "article", "passage", "text", "name", "email", "received_at", "deadline", "is_in_time")
    outcome = ("state", "outcome", "decided_by", "decided_at")

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("due_at", "pk")

    def for_list(self, rows: QuerySet[ReplyRequest]) -> QuerySet[ReplyRequest]:
        return rows.defer("text", "passage", *[f"post__{name}" for name in ("body", "body_html", "body_text")])

    @admin.display(description=_("post"))
    def article(self, obj: ReplyRequest) -> SafeString | str:
        return format_html('<a href="{}">{}</a>', obj.post.path(), obj.post.title) if obj.post else ""

    @admin.display(description=_("to be published before"), ordering="due_at")
    def deadline(self, obj: ReplyRequest) -> SafeString | str:
        from blog.facts import day_and_time

        if obj.is_late():
            return _(
                "No term: asked more than three months after publication. The law does not bind you to publish it."
            )
        if obj.is_overdue():
            return format_html(
                '<strong class="state is-rejected">{} – {}</strong>', day_and_time(obj.due_at), _("overdue")
            )
        return day_and_time(obj.due_at)

    @admin.display(description=_("asked within three months"), boolean=True)
    def is_in_time(self, obj: ReplyRequest) -> bool:
        return not obj.is_late()

    def settle(self, obj: ReplyRequest, data: dict, *, by: AbstractBaseUser) -> bool:
        return decide_reply(obj, data["decision"], by=by, outcome=data["reasons"])
