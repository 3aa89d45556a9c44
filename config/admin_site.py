"""The admin of the whole site: its name, the order of its parts, and what waits for whoever opens it."""

from collections.abc import Callable
from functools import update_wrapper

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

# Apps and models in the order of use; what is not named here follows in the order of the alphabet.
APP_ORDER = ("blog", "comments", "authors", "auth")
MODEL_ORDER = (
    "Post",
    "Page",
    "Image",
    "Recording",
    "Event",
    "Tribune",
    "Offer",
    "Partner",
    "Sponsor",
    "Mention",
    "SentMention",
    "Category",
    "Tag",
    "Series",
    "BulkChange",
    "TextLink",
    "OldAddress",
    "EditorMail",
    "BinnedPost",
)

# ‘99+’ says what a larger number would, and costs less.
MOST_WAITING = 100


class TribuneAdminSite(admin.AdminSite):
    site_title = site_header = settings.SITE_NAME
    site_url = reverse_lazy("blog:home")
    index_title = _("Editorial desk")

    def admin_view(self, view: Callable, cacheable: bool = False) -> Callable:
        """Let nobody in who is not logged in, as Django does; but what they wrote meanwhile is not lost with that."""
        from config.resending import give_back, what_was_sent

        guarded = super().admin_view(view, cacheable)

        def inner(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            # The token was looked at before: the form is one of ours.
            if not self.has_permission(request) and (sent := what_was_sent(request)):
                return give_back(request, sent)
            return guarded(request, *args, **kwargs)

        return update_wrapper(inner, guarded)

    def get_urls(self) -> list[URLPattern]:
        return [path("token/", never_cache(require_GET(self.token_view)), name="token"), *super().get_urls()]

    def token_view(self, request: HttpRequest) -> JsonResponse:
        """Give a page of ours that stands open the token of the session that there is now, and say whose it is.

        Logging in changes the token. It stands in every page of the admin too: other sites can read neither.
        """
        if not self.has_permission(request):
            return JsonResponse({"writer": None}, status=401)
        return JsonResponse({"writer": request.user.pk, "token": get_token(request)})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict]:
        from comments.moderators import may_moderate

        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(key=lambda model: position(model["object_name"], MODEL_ORDER))
            if app["app_label"] == "comments" and may_moderate(request.user):
                app["models"].insert(0, queue_entry())
        return sorted(apps, key=lambda app: position(app["app_label"], APP_ORDER))

    def index(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        from blog.admin.autosaves import unsaved_of
        from blog.admin.desk import parts_for
        from blog.admin.missing import missing_for
        from blog.admin.watching import attention_for
        from blog.models import Post

        can_write = self.get_model_admin(Post).has_add_permission(request)
        context = {
            "waiting": [*waiting_for(request.user), *missing_for(request.user)],
            "parts": parts_for(request.user),
            "unsaved": unsaved_of(request.user),
            "attention": attention_for(request.user),
            "can_write": can_write,
            "lacks_profile": request.user.has_perm("blog.add_post") and not can_write,
        }
        return super().index(request, context | (extra_context or {}))


def position(name: str, order: tuple[str, ...]) -> int:
    """Return where a name stands in an order; behind it when it is not named."""
    return order.index(name) if name in order else len(order)


def queue_entry() -> dict:
    """Return the entry of the moderators' queue: no model, but one click away on every page of the admin."""
    address = reverse("admin:comments_comment_queue")
    return {"name": _("Queue"), "object_name": "Queue", "admin_url": address, "perms": {}, "view_only": True}


def waiting_for(user) -> list[tuple[str, str]]:
    """Return what somebody has to do, as pairs of text and address."""
    from blog.admin.watching import count_in_words
    from blog.models import Mention, Offer
    from blog.syndication.handing_over import tribunes_to_see_to
    from blog.syndication.settling import tribunes_in_need
    from comments.models import Appeal, Comment, Notice, ReplyRequest
    from comments.moderators import may_moderate

    waiting = []
    if may_moderate(user):
        count = Comment.objects.awaiting()[:MOST_WAITING].count()
        text = ngettext("%(count)s comment waits", "%(count)s comments wait", count)
        waiting.append((count, text, reverse("admin:comments_comment_queue")))
        count = Notice.objects.open()[:MOST_WAITING].count()
        text = ngettext("%(count)s notice to decide on", "%(count)s notices to decide on", count)
        waiting.append((count, text, reverse("admin:comments_notice_changelist")))
        count = Appeal.objects.open()[:MOST_WAITING].count()
        text = ngettext("%(count)s contestation to decide on", "%(count)s contestations to decide on", count)
        waiting.append((count, text, reverse("admin:comments_appeal_changelist")))
        count = ReplyRequest.objects.open()[:MOST_WAITING].count()
        text = ngettext("%(count)s right of reply asked for", "%(count)s rights of reply asked for", count)
        waiting.append((count, text, reverse("admin:comments_replyrequest_changelist")))
    if user.has_perm("blog.moderate_mention"):
        count = Mention.objects.awaiting()[:MOST_WAITING].count()
        text = ngettext("%(count)s mention elsewhere to decide on", "%(count)s mentions elsewhere to decide on", count)
        waiting.append((count, text, reverse("admin:blog_mention_changelist")))
    if user.has_perm("blog.change_tribune"):
        count = Mention.objects.completing()[:MOST_WAITING].count()
        text = ngettext("%(count)s tribune may have appeared", "%(count)s tribunes may have appeared", count)
        waiting.append((count, text, f"{reverse('admin:blog_mention_changelist')}?show=tribunes"))
        count = Offer.objects.news()[:MOST_WAITING].count()
        text = ngettext("%(count)s text from a partner", "%(count)s texts from partners", count)
        waiting.append((count, text, f"{reverse('admin:blog_offer_changelist')}?news=1"))
        count = tribunes_to_see_to()[:MOST_WAITING].count()
        text = ngettext("%(count)s hand-over to see to", "%(count)s hand-overs to see to", count)
        waiting.append((count, text, f"{reverse('admin:blog_tribune_changelist')}?attention=hand_over"))
    waiting += posts_waiting_for(user)
    if user.has_perm("blog.change_tribune"):
        count = tribunes_in_need()[:MOST_WAITING].count()
        waiting.append((count, count_in_words(count), reverse("admin:blog_tribune_attention")))
    return [
        (text % {"count": f"{MOST_WAITING - 1}+" if count == MOST_WAITING else count}, address)
        for count, text, address in waiting
        if count
    ]


def posts_waiting_for(user) -> list[tuple[int, str, str]]:
    """Return what of the posts somebody has to see to who publishes: how many, in words, and where."""
    from blog.models import Post, TextLink

    if not user.has_perm("blog.publish_post"):
        return []
    known, posts = Post.objects.outside_bin(), reverse("admin:blog_post_changelist")
    waiting = []
    count = known.filter(status=Post.Status.IN_REVIEW)[:MOST_WAITING].count()
    text = ngettext("%(count)s post in review", "%(count)s posts in review", count)
    waiting.append((count, text, f"{posts}?status=in_review"))
    count = known.scheduled()[:MOST_WAITING].count()
    text = ngettext("%(count)s scheduled post", "%(count)s scheduled posts", count)
    waiting.append((count, text, f"{posts}?status=scheduled"))
    count = known.with_outdated_translation()[:MOST_WAITING].count()
    text = ngettext("%(count)s translation out of date", "%(count)s translations out of date", count)
    waiting.append((count, text, f"{posts}?lacks=translation"))
    count = known.without_disclosure()[:MOST_WAITING].count()
    text = ngettext("%(count)s post without a disclosure", "%(count)s posts without a disclosure", count)
    waiting.append((count, text, f"{posts}?lacks=disclosure"))
    count = known.with_pictures_lacking_alt()[:MOST_WAITING].count()
    text = ngettext("%(count)s post without alternative texts", "%(count)s posts without alternative texts", count)
    waiting.append((count, text, f"{posts}?lacks=alt"))
    count = TextLink.objects.in_use().dead()[:MOST_WAITING].count()
    text = ngettext("%(count)s dead link", "%(count)s dead links", count)
    waiting.append((count, text, reverse("admin:blog_textlink_changelist")))
    return waiting
