"""Many pictures at once: dropped on the library or chosen in a form, each taken or refused for itself."""

from pathlib import PurePosixPath
from typing import NamedTuple

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog.models import Image
from pictures.masters import Master

# As many as Django takes in one request; a script sends them one by one, and so as many as there are.
MOST_WITHOUT_SCRIPT = 20


class LibraryForm(forms.ModelForm):
    """A form in which a file is chosen: says if it is in the library already.

    It is then added, or put in the place of another one, only by who ticks ``add_anyway``. Until that is ticked the
    file need not be chosen again: ``same_as`` names the picture that has it.
    """

    # Whether what is wrong may hold a link.
    links_twins = True

    add_anyway = forms.BooleanField(
        label=gettext_lazy("Take it all the same"),
        required=False,
        help_text=gettext_lazy("Though the same picture is in the library: for instance with other words."),
    )
    same_as = forms.ModelChoiceField(Image.objects.all(), required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.twin: Image | None = None
        if self.is_bound and self.data.get(self.add_prefix("same_as")) and "file" in self.fields:
            # It is known which file is meant.
            self.fields["file"].required = False

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        file, meant = cleaned.get("file"), cleaned.get("same_as")
        if not isinstance(file, Master) and meant and cleaned.get("add_anyway"):
            cleaned["file"] = meant.file.name
            return cleaned
        if isinstance(file, Master):
            self.twin = Image.objects.same_as(file).exclude(pk=self.instance.pk).order_by("pk").first()
        if self.twin and not cleaned.get("add_anyway"):
            self.add_error("file", self.say_twin())
        elif not file and "file" in self.fields and "file" not in self.errors:
            self.add_error("file", self.fields["file"].error_messages["required"])
        return cleaned

    def say_twin(self) -> forms.ValidationError:
        """Return what is said of a file that is there already, and remember it for the next time."""
        if hasattr(self.data, "copy"):
            self.data = self.data.copy()
            self.data[self.add_prefix("same_as")] = str(self.twin.pk)
        text = _("This picture is in the library already: {picture}.")
        if not self.links_twins:
            return forms.ValidationError(text.format(picture=self.twin.title), code="twin")
        address = reverse("admin:blog_image_change", args=[self.twin.pk])
        return forms.ValidationError(
            format_html(text, picture=format_html('<a href="{}">{}</a>', address, self.twin.title)), code="twin"
        )

    def _post_clean(self) -> None:
        super()._post_clean()
        file = self.cleaned_data.get("file")
        if isinstance(file, Master):
            self.instance.upload_digest = None if self.twin else file.upload_digest


class ManyForm(forms.Form):
    """What is chosen where no script sends the files one by one; the files themselves are taken from the request."""

    files = forms.FileField(
        label=gettext_lazy("Pictures"),
        required=False,
        help_text=gettext_lazy("JPEG, PNG, WebP, GIF or AVIF, up to 20 MB each."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif,image/avif"}),
    )
    add_anyway = forms.BooleanField(label=gettext_lazy("Take also what is in the library already"), required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["files"].widget.attrs["multiple"] = True


class OneForm(LibraryForm):
    """One of many: it gets its name from its file."""

    links_twins = False

    class Meta:
        model = Image
        fields = ("title", "file")


class Outcome(NamedTuple):
    """What became of one file."""

    name: str
    image: Image | None
    twin: Image | None
    complaints: list[str]

    def as_json(self) -> dict:
        """Return what the script shows; addresses only of what is there."""
        known = self.image or self.twin
        return {
            "key": self.image.pk if self.image else None,
            "title": known.title if known else self.name,
            "address": reverse("admin:blog_image_change", args=[known.pk]) if known else "",
            "complaints": self.complaints,
        }


class UploadsMixin(admin.ModelAdmin):
    """Gives the library the addresses ``add-many/`` (a form) and ``add-one.json`` (what a script sends)."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("add-many/", view(self.add_many_view), name="blog_image_add_many"),
            path("add-one.json", view(self.add_one_view), name="blog_image_add_one"),
            *super().get_urls(),
        ]

    def add_many_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ManyForm(request.POST or None)
        outcomes: list[Outcome] = []
        if request.method == "POST" and form.is_valid():
            files = request.FILES.getlist("files")
            if not files:
                form.add_error("files", _("Choose at least one file."))
            outcomes = [self.take_in(request, file, form.cleaned_data["add_anyway"]) for file in files]
            added = [outcome.image.pk for outcome in outcomes if outcome.image]
            if added and len(added) == len(outcomes):
                text = ngettext("%(count)s picture was added.", "%(count)s pictures were added.", len(added))
                self.message_user(request, text % {"count": len(added)}, messages.SUCCESS)
                return HttpResponseRedirect(texts_address(added))
        added = [outcome.image.pk for outcome in outcomes if outcome.image]
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": _("Add several pictures"),
            "form": form,
            "outcomes": outcomes,
            "texts_address": texts_address(added) if added else "",
            "media": self.media,
            **drop_context(),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/blog/image/add_many.html", context)

    def add_one_view(self, request: HttpRequest) -> HttpResponse:
        """Take in one file; what is wrong with it is an answer like any other."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_add_permission(request):
            raise PermissionDenied
        file = request.FILES.get("file")
        if file is None:
            return JsonResponse(Outcome("", None, None, [_("Choose at least one file.")]).as_json())
        return JsonResponse(self.take_in(request, file, "add_anyway" in request.POST).as_json())

    def take_in(self, request: HttpRequest, file: UploadedFile, add_anyway: bool) -> Outcome:
        """Add one picture to the library, or say why not; the others are another matter."""
        data = {"title": title_from(file.name)} | ({"add_anyway": "on"} if add_anyway else {})
        form = OneForm(data, {"file": file})
        if not form.is_valid():
            complaints = [message for errors in form.errors.values() for message in errors]
            return Outcome(file.name, None, form.twin, complaints)
        try:
            with transaction.atomic():
                image = form.save()
        except IntegrityError:
            # It was sent twice at the same time, and the other one came first.
            twin = Image.objects.filter(upload_digest=form.instance.upload_digest).first()
            return Outcome(file.name, None, twin, [_("This picture has just been added.")])
        self.log_addition(request, image, [{"added": {}}])
        return Outcome(file.name, image, None, [])


def drop_context() -> dict:
    """Return what the part of a page needs on which files are dropped."""
    return {
        "drop_texts": {
            "waiting": _("waits"),
            "sending": _("is being sent"),
            "reading": _("is being looked at"),
            "added": _("added"),
            "no-answer": _("The server did not answer. Try again."),
            "too-large": _("This file is too large for this site."),
            "logged-out": _("You are no longer logged in. Log in in another tab, then try again."),
            "again": _("Try again"),
            "anyway": _("Take it all the same"),
            "done": _("Done: {added} of {all} added."),
        },
    }


def texts_address(keys: list[int]) -> str:
    """Return the address at which the words of these pictures are written."""
    return reverse("admin:blog_image_texts", query={"key": keys})


def title_from(file_name: str) -> str:
    """Return what a picture is called in the library until somebody says otherwise."""
    stem = PurePosixPath(file_name.replace("\\", "/")).stem.replace("_", " ").replace("-", " ").strip()
    return (stem or _("Picture"))[: Image._meta.get_field("title").max_length]
