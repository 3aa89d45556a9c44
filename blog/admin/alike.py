"""Pictures that look the same: the list of such pairs, and what is said of them on a picture's own page."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from authors.editing import LongListPaginator
from authors.written_numbers import read_number
from blog.admin.library import THUMBNAIL_WIDTH, rendition_address
from blog.models import Image, Resemblance

PAIRS_A_PAGE = 20

# On the page of a picture; the list has all.
MOST_BESIDE = 12


class AlikeMixin(admin.ModelAdmin):
    """Gives the library the address ``alike/``."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.alike_view)
        return [path("alike/", view, name="blog_image_alike"), *super().get_urls()]

    def alike_view(self, request: HttpRequest) -> HttpResponse:
        """Show the pairs that look the same; POST says of one that they are two pictures."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        may_decide = self.has_change_permission(request)
        if request.method == "POST":
            if not may_decide:
                raise PermissionDenied
            Resemblance.objects.filter(pk=read_number(request.POST.get("pair"))).update(is_dismissed=True)
            return HttpResponseRedirect(request.get_full_path())
        pairs = Resemblance.objects.open().select_related("first", "second").order_by("-pk")
        pages: Paginator = LongListPaginator(pairs, PAIRS_A_PAGE)
        page = pages.get_page(request.GET.get("page"))
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": _("Pictures that look the same"),
            "page": page,
            "pairs": [(pair.pk, [as_seen(pair.first), as_seen(pair.second)]) for pair in page],
            "may_decide": may_decide,
            "media": self.media,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/blog/image/alike.html", context)


def as_seen(image: Image) -> dict:
    """Return what tells a picture from one that looks the same."""
    return {
        "image": image,
        "address": reverse("admin:blog_image_change", args=[image.pk]),
        "thumbnail": rendition_address(image, THUMBNAIL_WIDTH),
    }


def alike(image: Image) -> list[dict]:
    """Return pictures that look like this one, those with the same file first."""
    same = list(Image.objects.filter(file=image.file.name).exclude(pk=image.pk).order_by("pk")[:MOST_BESIDE])
    pairs = Resemblance.objects.of(image).open().select_related("first", "second").order_by("distance", "pk")
    like = [pair.second if pair.first_id == image.pk else pair.first for pair in pairs[:MOST_BESIDE]]
    known = {each.pk for each in same}
    return [as_seen(each) for each in [*same, *[each for each in like if each.pk not in known]]]
