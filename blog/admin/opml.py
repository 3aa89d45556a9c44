"""The page on which an editor takes in the blogs of a feed reader, as partners to look at."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from blog.models.languages import Language
from blog.syndication.opml import LARGEST_FILE, Entry, OpmlError, read_opml, take_in


class OpmlForm(forms.Form):
    file = forms.FileField(label=_("OPML file"), help_text=_("At most 10,000 blogs."))
    language = forms.ChoiceField(
        label=_("Language"), choices=Language.choices, help_text=_("Of blogs of which the file does not say it.")
    )

    def clean_file(self) -> list[Entry]:
        """Return the blogs that the file names."""
        file: UploadedFile = self.cleaned_data["file"]
        try:
            if file.size > LARGEST_FILE:
                raise OpmlError(OpmlError.TOO_LARGE)
            return read_opml(file.read())
        except OpmlError as error:
            raise forms.ValidationError(str(error)) from error


class OpmlAdmin(admin.ModelAdmin):
    """The part of an admin of partners that takes OPML files in."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.opml_view)
        return [path("opml/", view, name="blog_partner_opml"), *super().get_urls()]

    def opml_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = OpmlForm(request.POST or None, request.FILES or None, initial={"language": Language.FRENCH})
        if form.is_valid():
            with transaction.atomic():
                made, known = take_in(form.cleaned_data["file"], form.cleaned_data["language"])
            self.message_user(request, " ".join(outcome(made, known)), messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:blog_partner_changelist", query={"is_listed__exact": 0}))
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": _("Take in an OPML file"),
            "form": form,
            "media": self.media,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/blog/partner/opml.html", context)


def outcome(made: int, known: int) -> list[str]:
    """Return what came of a file, in sentences."""
    said = [
        ngettext("%(count)d blog was taken in.", "%(count)d blogs were taken in.", made) % {"count": made},
        ngettext("%(count)d was here already.", "%(count)d were here already.", known) % {"count": known},
    ]
    return said if known else said[:1]
