from django.urls import path
from django.utils.translation import gettext_lazy as _

from comments import views
from comments.following import views as following

app_name = "comments"

urlpatterns = [
    path(_("comments/on/<int:post_id>/"), views.comment_create, name="comment-create"),
    path(_("comments/waiting/<str:token>/"), views.comment_waiting, name="comment-waiting"),
    path(_("comments/mail/confirm/<str:token>/"), following.following_confirm, name="following-confirm"),
    path(_("comments/mail/<str:token>/"), following.following_detail, name="following-detail"),
    path(_("comments/<int:pk>/"), views.comment_detail, name="comment-detail"),
    path(_("comments/<int:pk>/reply/"), views.comment_reply, name="comment-reply"),
]
