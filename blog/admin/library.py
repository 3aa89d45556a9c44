"""What the body editor asks of the admin: pictures of the library, a new one in it, whether an address is a video's."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from authors.written_numbers import read_number
from blog.admin.uploads import LibraryForm
from blog.models import Image
from blog.models.languages import Language
from blog.paging import LAST_PAGE
from pictures.renditions import rendition_name

# Four rows of six in the dialog.
PICTURES_A_PAGE = 24

# A search of more words than these finds nothing that fewer would not.
MOST_WORDS = 8

# What a tile of the dialog and the column of the editor need on a screen of twice the density.
THUMBNAIL_WIDTH = 320
VIEW_WIDTH = 960

SEARCHED = ("title", "alt_fr", "alt_en", "caption_fr", "caption_en", "credit")


class UploadForm(LibraryForm):
    """A picture that is added to the library from the editor."""

    links_twins = False

    class Meta:
        model = Image
        fields = ("title", "file", "alt_fr", "alt_en", "is_decorative", "credit")

    def clean(self) -> dict:
        cleaned = super().clean()
        if not self.errors and not any(cleaned[name] for name in ("alt_fr", "alt_en", "is_decorative")):
            self.add_error(None, _("Say in one of the languages at least what the picture shows."))
        return cleaned

    def messages(self) -> list[str]:
        """Return what is wrong, each with the name of its field."""
        return [
            message if name == "__all__" else f"{self.fields[name].label}: {message}"
            for name, messages in self.errors.items()
            for message in messages
        ]


class LibraryAdmin(admin.ModelAdmin):
    """The part of an admin of pictures that answers the body editor in JSON."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("library.json", view(self.library_view), name="blog_image_library"),
            path("video.json", view(self.video_view), name="blog_image_video"),
            path("audio.json", view(self.audio_view), name="blog_image_audio"),
            *super().get_urls(),
        ]

    def library_view(self, request: HttpRequest) -> HttpResponse:
        """Find pictures (GET ?q=&page=), or add one (POST).

        What is wrong with a form is an answer like any other, as on the pages of the admin: status 200.
        """
        match request.method:
            case "GET":
                return self.find_pictures(request)
            case "POST":
                return self.add_picture(request)
        return HttpResponseNotAllowed(["GET", "POST"])

    def find_pictures(self, request: HttpRequest) -> JsonResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        number = read_page(request.GET.get("page", ""))
        first = (number - 1) * PICTURES_A_PAGE
        # One more than is shown says whether there is another page, without counting them all.
        found = list(search(request.GET.get("q", ""))[first : first + PICTURES_A_PAGE + 1])
        return JsonResponse(
            {
                "pictures": [as_tile(image) for image in found[:PICTURES_A_PAGE]],
                "next": number + 1 if len(found) > PICTURES_A_PAGE else None,
                "may_add": self.has_add_permission(request),
            }
        )

    def add_picture(self, request: HttpRequest) -> JsonResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return JsonResponse({"errors": form.messages()})
        image = form.save()
        self.log_addition(request, image, [{"added": {}}])
        return JsonResponse({"picture": as_tile(image)})

    def video_view(self, request: HttpRequest) -> HttpResponse:
        """Say whose video an address is, and its plain form."""
        from blog.embeds import find_video

        if request.method != "GET":
            return HttpResponseNotAllowed(["GET"])
        video = find_video(request.GET.get("address", ""))
        if video is None:
            return JsonResponse({"error": _("No video is known at this address.")})
        return JsonResponse({"address": video.watch_url})

    def audio_view(self, request: HttpRequest) -> HttpResponse:
        """Say whose recording an address is, and its plain form."""
        from blog.embeds import find_audio

        if request.method != "GET":
            return HttpResponseNotAllowed(["GET"])
        audio = find_audio(request.GET.get("address", ""))
        if audio is None:
            return JsonResponse({"error": _("No recording is known at this address.")})
        return JsonResponse({"address": audio.listen_url})


def search(words: str) -> QuerySet[Image]:
    """Return the pictures about which all these words are said somewhere, the newest first."""
    found = Image.objects.order_by("-created_at", "-pk")
    for word in words.split()[:MOST_WORDS]:
        found = found.filter(Q(*[(f"{field}__icontains", word) for field in SEARCHED], _connector=Q.OR))
    return found


def read_page(number: str) -> int:
    """Return the number of a page; the first for what is no such number."""
    return max(1, min(read_number(number) or 1, LAST_PAGE))


def as_tile(image: Image) -> dict:
    """Return what the editor needs to offer a picture and to put it in."""
    return for_view(image) | {
        "id": str(image.pk),
        "title": image.title,
        "thumb": rendition_address(image, THUMBNAIL_WIDTH),
        "width": image.width,
        "height": image.height,
    }


def for_view(image: Image) -> dict:
    """Return how the editor shows a picture that a body names."""
    return {
        "src": rendition_address(image, VIEW_WIDTH),
        "alt": {language: getattr(image, f"alt_{language}") for language in Language.values},
    }


def rendition_address(image: Image, width: int) -> str:
    """Return the address of the smallest rendition of that width at least, or of the file itself."""
    widths = [one for one in image.rendition_widths if one >= width]
    if not widths:
        return image.file.url
    return image.file.storage.url(rendition_name(image.file.name, min(widths), "webp"))
