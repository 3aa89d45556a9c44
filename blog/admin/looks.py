"""A post as it will look: on a phone and on a large screen, where it is shared, and in the results of a search."""

from collections.abc import Callable
from functools import update_wrapper

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from blog.appearance import appearance_of, read_head
from blog.models import Post
from blog.previewing import as_it_will_be, show

# The windows that a post is shown in, by the width in CSS pixels, and the schemes of colours.
WINDOWS = {"phone": (gettext_lazy("Phone"), 360), "desktop": (gettext_lazy("Large screen"), 1280)}
SCHEMES = {"light": gettext_lazy("Light"), "dark": gettext_lazy("Dark")}


class LookMixin:
    """Gives the admin of posts ``<id>/look/`` with its frame, and ``<id>/appearance/``."""

    def get_urls(self) -> list[URLPattern]:
        return [
            path("<int:pk>/look/", self.for_viewer(self.look_view), name="blog_post_look"),
            path("<int:pk>/look/frame/", self.for_viewer(self.frame_view), name="blog_post_look_frame"),
            path("<int:pk>/appearance/", self.for_viewer(self.appearance_view), name="blog_post_appearance"),
            *super().get_urls(),
        ]

    def for_viewer(self, view: Callable) -> Callable:
        """Return a view of a post for who may see it: 404 where there is none, 403 to everybody else."""

        def wrapper(request: HttpRequest, pk: int) -> HttpResponse:
            if not self.has_view_permission(request):
                raise PermissionDenied
            post = self.get_object(request, str(pk))
            if post is None:
                raise Http404("No such post.")
            if not self.has_view_permission(request, post):
                raise PermissionDenied
            return view(request, post)

        return update_wrapper(self.admin_site.admin_view(require_safe(wrapper)), view)

    def look_view(self, request: HttpRequest, post: Post) -> HttpResponse:
        """Show the post in windows of both widths, or one; ?window=phone&scheme=dark."""
        chosen, scheme = request.GET.get("window", ""), request.GET.get("scheme", "")
        chosen, scheme = chosen if chosen in WINDOWS else "", scheme if scheme in SCHEMES else ""
        context = self.admin_site.each_context(request) | {
            "title": _("On a phone and on a large screen"),
            "original": post,
            "opts": self.opts,
            "windows": [(key, label, width) for key, (label, width) in WINDOWS.items() if chosen in ("", key)],
            "choices": [("", _("Both")), *((key, label) for key, (label, _width) in WINDOWS.items())],
            "schemes": [("", _("As on this device")), *SCHEMES.items()],
            "chosen": chosen,
            "scheme": scheme,
        }
        response = TemplateResponse(request, "admin/blog/post/look.html", context)
        response._csp_config = settings.ADMIN_CSP | {"frame-src": [CSP.SELF]}
        return response

    def frame_view(self, request: HttpRequest, post: Post) -> HttpResponse:
        """Show what stands in such a window: the page as it will be, the working copy where there is one."""
        shown, around = as_it_will_be(post.pk)
        return show(request, shown, can_be_framed=True, **around)

    def appearance_view(self, request: HttpRequest, post: Post) -> HttpResponse:
        """Show the card and the result of a search, of each version that whoever asks may see."""
        original = post.original
        versions = [original, *original.translations.order_by("language")]
        shown = []
        for version in filter(lambda each: self.has_view_permission(request, each), versions):
            picture = self.picture_shared(version)
            # What the page shows, which is the working copy where there is one.
            seen, around = as_it_will_be(version.pk)
            head = read_head(show(request, seen, can_be_framed=True, **around))
            appearance = appearance_of(
                head, has_drawn=not picture["problem"], is_described=bool(seen.search_description)
            )
            shown.append((version, appearance, picture))
        context = self.admin_site.each_context(request) | {
            "title": _("When shared, and in search results"),
            "original": post,
            "opts": self.opts,
            "versions": shown,
            "site": settings.SITE_NAME,
        }
        return TemplateResponse(request, "admin/blog/post/appearance.html", context)
