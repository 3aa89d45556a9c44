"""What other sites say of posts, decided on like comments, and what they are told of links in posts."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from authors.editing import EditorsAdmin
from blog.models import Mention, Post, SentMention
from blog.models.posts import long_texts
from blog.publishing import PUBLISH
from blog.syndication.mentions import complete_tribune, decide, erase
from blog.syndication.telling import say_state, send_again

MODERATE = "blog.moderate_mention"
# Each decision writes the list of a discussion anew.
MOST_AT_ONCE = 200
# On the page of a post; the rest is found in the list.
ROWS_ON_POST = 50

State, Status = Mention.State, Mention.Status


class ShowFilter(admin.SimpleListFilter):
    """What was decided; without a choice, what is to be decided on."""

    title = _("status")
    parameter_name = "show"
    AWAITING, TRIBUNES, SHOWN, REFUSED, UNSEEN, GONE, ALL = (
        "awaiting",
        "tribunes",
        "shown",
        "refused",
        "unseen",
        "gone",
        "all",
    )

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [
            (self.AWAITING, _("to be decided on")),
            (self.TRIBUNES, _("awaited tribunes")),
            (self.SHOWN, _("shown")),
            (self.REFUSED, _("rejected, or spam")),
            (self.UNSEEN, _("not looked at yet")),
            (self.GONE, _("gone, or without a link")),
            (self.ALL, _("all")),
        ]

    def value(self) -> str:
        return super().value() or self.AWAITING

    def choices(self, changelist) -> list[dict]:
        return list(super().choices(changelist))[1:]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Mention]) -> QuerySet[Mention]:
        if self.value() == self.TRIBUNES:
            return queryset.completing()
        conditions = {
            self.AWAITING: {"state": State.VERIFIED, "status": Status.PENDING},
            self.SHOWN: {"state": State.VERIFIED, "status": Status.APPROVED},
            self.REFUSED: {"status__in": (Status.REJECTED, Status.SPAM)},
            self.UNSEEN: {"state": State.WAITING},
            self.GONE: {"state__in": (State.GONE, State.REFUSED)},
        }
        return queryset.filter(**conditions.get(self.value(), {}))


class ReadOnlyAdmin(EditorsAdmin):
    """Rows that the program writes: people decide on them, and change nothing in them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Mention)
class MentionAdmin(ReadOnlyAdmin):
    list_display = ("said", "about", "found", "decided", "received_at")
    list_display_links = None
    list_filter = (ShowFilter, "kind", "post__language")
    list_select_related = ("post", "tribune__partner", "decided_by")
    search_fields = ("author_name", "host", "title", "text", "source")
    search_help_text = _("Words of the text, a name, or a site")
    ordering = ("-received_at", "-pk")
    actions = ("approve", "reject", "mark_as_spam", "erase")
    fields = readonly_fields = ("said", "source", "target", "about", "found", "decided", "received_at", "looked_at")

    # Who may do what

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MODERATE)

    def has_view_permission(self, request: HttpRequest, obj: Mention | None = None) -> bool:
        return self.has_moderate_permission(request) or super().has_view_permission(request, obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def for_list(self, rows: QuerySet[Mention]) -> QuerySet[Mention]:
        return rows.defer(*long_texts("post"))

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.tribune_view)
        return [path("<int:pk>/tribune/", view, name="blog_mention_tribune"), *super().get_urls()]

    # What is shown

    @admin.display(description=_("what they say"))
    def said(self, obj: Mention) -> SafeString:
        return render_to_string("admin/blog/mention/_said.html", {"mention": obj})

    @admin.display(description=_("post"), ordering="post__title")
    def about(self, obj: Mention) -> SafeString:
        return format_html('<a href="{}" lang="{}">{}</a>', obj.post.path(), obj.post.language, obj.post.title)

    @admin.display(description=_("what was found"), ordering="state")
    def found(self, obj: Mention) -> SafeString:
        words = obj.get_state_display()
        return format_html("{} <small>{}</small>", words, obj.problem) if obj.problem else words

    @admin.display(description=_("decision"), ordering="status")
    def decided(self, obj: Mention) -> SafeString:
        who = obj.decided_by or ""
        return format_html(
            '<span class="state is-{}">{} <small>{}</small></span>', obj.status, obj.get_status_display(), who
        )

    # Deciding

    @admin.action(description=_("Approve"), permissions=["moderate"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Mention]) -> None:
        self.decide_all(request, queryset, Status.APPROVED)

    @admin.action(description=_("Reject"), permissions=["moderate"])
    def reject(self, request: HttpRequest, queryset: QuerySet[Mention]) -> None:
        self.decide_all(request, queryset, Status.REJECTED)

    @admin.action(description=_("Mark as spam"), permissions=["moderate"])
    def mark_as_spam(self, request: HttpRequest, queryset: QuerySet[Mention]) -> None:
        self.decide_all(request, queryset, Status.SPAM)

    @admin.action(description=_("Erase, as its writer asked"), permissions=["moderate"])
    def erase(self, request: HttpRequest, queryset: QuerySet[Mention]) -> None:
        """Erase for good; no log keeps what is to be forgotten."""
        count = erase(queryset.values_list("pk", flat=True)[:MOST_AT_ONCE])
        text = ngettext("%(count)s mention is erased.", "%(count)s mentions are erased.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)

    def decide_all(self, request: HttpRequest, mentions: QuerySet[Mention], status: str) -> None:
        """Decide on what is ticked. What does not link here is not shown, whatever is decided."""
        keys = list(mentions.values_list("pk", flat=True)[:MOST_AT_ONCE])
        if status == Status.APPROVED:
            unseen = mentions.exclude(state=State.VERIFIED).count()
            keys = list(mentions.filter(state=State.VERIFIED).values_list("pk", flat=True)[:MOST_AT_ONCE])
            if unseen:
                text = ngettext(
                    "%(count)s mention stays as it is: nobody has seen a link to the post there.",
                    "%(count)s mentions stay as they are: nobody has seen a link to the post there.",
                    unseen,
                )
                self.message_user(request, text % {"count": unseen}, messages.WARNING)
        count = decide(keys, status, by=request.user)
        if count:
            text = ngettext("%(count)s mention is now: %(status)s.", "%(count)s mentions are now: %(status)s.", count)
            self.message_user(request, text % {"count": count, "status": Status(status).label}, messages.SUCCESS)

    def tribune_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take a mention for the tribune that is awaited from its partner: the one click of an editor."""
        if not request.user.has_perm("blog.change_tribune"):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseRedirect(f"{reverse('admin:blog_mention_changelist')}?show=tribunes")
        mention = get_object_or_404(Mention.objects.select_related("tribune__post", "tribune__partner"), pk=pk)
        if mention.tribune is None:
            raise Http404("No tribune is awaited there.")
        if not mention.may_complete_tribune():
            self.message_user(
                request, _("Meanwhile somebody has decided on this tribune: look at it again."), messages.ERROR
            )
            return HttpResponseRedirect(reverse("admin:blog_tribune_change", args=[mention.tribune_id]))
        try:
            tribune = complete_tribune(mention, by=request.user)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
        else:
            self.log_change(request, tribune, [{"changed": {"fields": ["url", "published_at", "state"]}}])
            text = _("The tribune has appeared: the post leads to it now. Look whether its date and title are right.")
            self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:blog_tribune_change", args=[mention.tribune_id]))


@admin.register(SentMention)
class SentMentionAdmin(ReadOnlyAdmin):
    list_display = ("there", "post", "about", "state_in_words", "created_at")
    list_display_links = None
    list_filter = ("state", "about")
    list_select_related = ("post",)
    search_fields = ("target", "post__title")
    ordering = ("-created_at", "-pk")
    actions = ("try_again",)
    fields = readonly_fields = (
        "post",
        "source",
        "target",
        "about",
        "state_in_words",
        "endpoint",
        "answer_status",
        "created_at",
        "sent_at",
    )

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PUBLISH)

    def for_list(self, rows: QuerySet[SentMention]) -> QuerySet[SentMention]:
        return rows.defer(*long_texts("post"))

    @admin.display(description=_("their page"), ordering="target")
    def there(self, obj: SentMention) -> SafeString:
        return format_html('<a href="{}" rel="noreferrer">{}</a>', obj.target, obj.target)

    @admin.display(description=_("state"), ordering="state")
    def state_in_words(self, obj: SentMention) -> str:
        return say_state(obj)

    @admin.action(description=_("Send again"), permissions=["publish"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[SentMention]) -> None:
        count = send_again(queryset)
        text = ngettext("%(count)s is sent again.", "%(count)s are sent again.", count) % {"count": count}
        self.message_user(request, text, messages.SUCCESS if count else messages.WARNING)


def show_sent(post: Post) -> SafeString:
    """Return what the page of a post shows of the mentions that were sent for it."""
    rows = list(post.sent_mentions.exclude(state=SentMention.State.DROPPED)[: ROWS_ON_POST + 1])
    context = {
        "rows": [(row, say_state(row)) for row in rows[:ROWS_ON_POST]],
        "post": post,
        "has_others": len(rows) > ROWS_ON_POST,
    }
    return render_to_string("admin/blog/post/_sent_mentions.html", context)
