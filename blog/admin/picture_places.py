"""Where a picture is used: on its own page as far as that has room, then on one of their own."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from authors.editing import LongListPaginator
from blog.models import Image
from blog.picture_uses import uses_of

# More places than these are on a page of their own.
PLACES_SHOWN = 20
PLACES_A_PAGE = 50


class PlacesMixin(admin.ModelAdmin):
    """Gives the admin of pictures a field ``places`` and the address ``<id>/places/?kind=``."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.places_view)
        return [path("<int:pk>/places/", view, name="blog_image_places"), *super().get_urls()]

    def get_object(self, request: HttpRequest, *args, **kwargs) -> Image | None:
        image = super().get_object(request, *args, **kwargs)
        if image is not None:
            image.places_seen = self.find_places(request, image)
        return image

    @admin.display(description=_("places"))
    def places(self, obj: Image) -> SafeString | str:
        if obj.pk is None:
            return ""
        return render_to_string("admin/blog/image/_places.html", {"image": obj, "kinds": obj.places_seen})

    def find_places(self, request: HttpRequest, image: Image) -> list[dict]:
        """Return what shows a picture: for each kind how many there are, and the first that may be seen."""
        kinds = []
        for model, condition in uses_of(image):
            rows = model._default_manager.filter(condition)
            count = LongListPaginator(rows, PLACES_SHOWN).count
            if count:
                seen = seen_rows(self.admin_site, request, model, condition)
                kinds.append(
                    {
                        "name": capfirst(model._meta.verbose_name_plural if count > 1 else model._meta.verbose_name),
                        "model": model._meta.label_lower,
                        "count": count,
                        "places": [as_place(row) for row in seen[:PLACES_SHOWN]],
                        "are_more": count > PLACES_SHOWN,
                    }
                )
        return kinds

    def places_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """List all posts, or all of another kind, that show a picture."""
        image = self.get_object(request, str(pk))
        if image is None:
            raise Http404("No such picture.")
        if not self.has_view_permission(request, image):
            raise PermissionDenied
        kinds = {model._meta.label_lower: (model, condition) for model, condition in uses_of(image)}
        if request.GET.get("kind") not in kinds:
            raise Http404("Nothing of this kind shows pictures.")
        model, condition = kinds[request.GET["kind"]]
        page = LongListPaginator(seen_rows(self.admin_site, request, model, condition), PLACES_A_PAGE).get_page(
            request.GET.get("page")
        )
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": gettext("Where “{picture}” is used").format(picture=image.title),
            "image": image,
            "kind": model._meta.label_lower,
            "kind_name": capfirst(model._meta.verbose_name_plural),
            "page": page,
            "places": [as_place(row) for row in page],
            "media": self.media,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/blog/image/places.html", context)


def seen_rows(site: admin.AdminSite, request: HttpRequest, model: type, condition: Q) -> QuerySet:
    """Return the rows of a kind that somebody may see: not the drafts of others."""
    if not site.is_registered(model):
        return model._default_manager.none()
    rows = site.get_model_admin(model)
    if not rows.has_view_permission(request):
        return model._default_manager.none()
    names = [name for name in ("title", "name", "language") if name in {field.name for field in model._meta.fields}]
    return rows.get_queryset(request).filter(condition).order_by("-pk").only(*names)


def as_place(row) -> tuple[str, str, str]:
    """Return the address, the name and the language of what shows a picture."""
    try:
        address = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    except NoReverseMatch:
        address = ""
    return address, str(row), getattr(row, "language", "")
