from django.urls import path
from django.utils.functional import keep_lazy_text
from django.utils.translation import gettext_lazy as _

from blog.urls import NUMBERED, feeds_below
from comments import feeds, mine, views
from comments.alerts import views as alerts
from comments.following import views as following
from comments.law import views as law


@keep_lazy_text
def without_feed(route: str) -> str:
    """Return the address of a feed as that of what it is of."""
    return str(route).removesuffix("feed/")


app_name = "comments"

urlpatterns = [
    path(_("comments/on/<int:post_id>/"), views.comment_create, name="comment-create"),
    path(_("comments/on/<int:post_id>/<int:pk>/"), views.comment_answer, name="comment-answer"),
    path(_("comments/waiting/<str:token>/"), views.comment_waiting, name="comment-waiting"),
    path(_("comments/mine/"), mine.comment_mine, name="comment-mine"),
    path(_("comments/mine/<str:token>/"), mine.comment_own, name="comment-own"),
    path(_("comments/mine/<str:token>/withdraw/"), mine.comment_withdraw, name="comment-withdraw"),
    path(_("comments/mine/<str:token>/mail/"), mine.comment_mail_address, name="comment-mail-address"),
    path(_("comments/mail/confirm/<str:token>/"), following.following_confirm, name="following-confirm"),
    path(_("comments/mail/<str:token>/"), following.following_detail, name="following-detail"),
    path(_("comments/moderate/<str:token>/"), alerts.comment_decide, name="comment-decide"),
    path(_("comments/moderate/mail/<str:token>/"), alerts.moderator_mail, name="moderator-mail"),
    path(_("comments/<int:pk>/"), views.comment_detail, name="comment-detail"),
    path(_("comments/<int:pk>/since/"), views.comment_news, name="comment-news"),
    path(_("comments/<int:pk>/reply/"), views.comment_reply, name="comment-reply"),
    *feeds_below(without_feed(_("comments/feed/")), feeds.site_feed, "site", part=NUMBERED),
    *feeds_below("blog/<int:year>/<int:month>/<slug:slug>/", feeds.post_feed, "post", part=NUMBERED),
    # What the law asks for
    path(_("comments/<int:pk>/report/"), law.comment_report, name="comment-report"),
    path(_("comments/notices/<str:token>/"), law.notice_detail, name="notice-detail"),
    path(_("comments/waiting/<str:token>/contest/"), law.statement_contest, name="statement-contest"),
    path(_("comments/my-data/"), law.own_data_request, name="own-data-request"),
    path(_("comments/my-data/<str:token>/"), law.own_data, name="own-data"),
    path(_("comments/my-data/<str:token>/copy.json"), law.own_data_copy, name="own-data-copy"),
    path(_("privacy/"), law.privacy, name="privacy"),
    path(_("right-of-reply/"), law.reply_request, name="reply-request"),
    path(_("right-of-reply/<str:token>/"), law.reply_request_detail, name="reply-request-detail"),
]
