"""What the admin of posts says of their pictures: which lack an alternative text, and what a post is shared with."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from blog import sharing
from blog.models import Post, SharePicture
from blog.models.languages import Language
from pictures.share_cards import HEIGHT, WIDTH, AlphabetError, TypefaceError

# A post with more pictures than these without a word has a message that is long enough.
MOST_NAMED = 50


class PostPicturesMixin(admin.ModelAdmin):
    """Gives the admin of posts a field ``shared``, and the address ``<id>/shared.jpg``: the picture as it is now."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.shared_view)
        return [path("<int:pk>/shared.jpg", view, name="blog_post_shared"), *super().get_urls()]

    def shared_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Draw what a post will be shared with, a draft too, and keep nothing of it."""
        post = self.get_object(request, str(pk))
        if post is None:
            raise Http404("No such post.")
        if not self.has_view_permission(request, post):
            raise PermissionDenied
        try:
            content = sharing.draw(post)
        except (TypefaceError, AlphabetError, OSError, ValidationError) as error:
            raise Http404("It cannot be drawn.") from error
        return HttpResponse(content, content_type="image/jpeg", headers={"Cache-Control": "private, no-cache"})

    @admin.display(description=_("when shared"))
    def shared(self, obj: Post) -> SafeString | str:
        """The picture that readers share, or would, and what is wrong with it."""
        if obj.pk is None:
            return ""
        return render_to_string("admin/blog/post/_shared.html", self.picture_shared(obj))

    def picture_shared(self, obj: Post) -> dict:
        """Return where that picture is, how large, and the ``problem`` where none could be drawn, in words."""
        kept = SharePicture.objects.filter(post=obj.pk).first()
        return {
            "problem": kept.get_problem_display() if kept and kept.problem else "",
            "address": kept.url if kept and kept.file else reverse("admin:blog_post_shared", args=[obj.pk]),
            "is_coming": obj.status == Post.Status.PUBLISHED and kept is None,
            "width": WIDTH,
            "height": HEIGHT,
        }

    def warn_of_lacking_alt(self, request: HttpRequest, post: Post) -> None:
        """Tell who saved a post which of its pictures say nothing to readers who do not see them."""
        keys = list(post.pictures_lacking_alt().values_list("pk", flat=True)[:MOST_NAMED])
        if not keys:
            return
        text = ngettext(
            "%(count)s picture of this post has no alternative text in its language (%(language)s).",
            "%(count)s pictures of this post have no alternative text in its language (%(language)s).",
            len(keys),
        ) % {"count": len(keys), "language": Language(post.language).label}
        link = format_html('<a href="{}">{}</a>', reverse("admin:blog_image_texts", query={"key": keys}), _("Write it"))
        self.message_user(request, format_html("{} {}", text, link), messages.WARNING)
