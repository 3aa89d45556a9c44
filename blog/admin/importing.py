"""Texts taken in from files or pasted: each becomes a draft, and what was not understood of it is listed."""

from secrets import token_urlsafe

from django import forms
from django.contrib import admin, messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.admin.bulk_changes import CHANGE_MANY
from blog.admin.linking import link_own_posts
from blog.import_files import (
    HTML,
    LARGEST_ARCHIVE,
    LARGEST_TEXT,
    MARKDOWN,
    TOO_LARGE,
    Written,
    kind_of,
    read_upload,
)
from blog.importing import make_post, read_draft
from blog.models.languages import Language

# As many as Django takes in one request.
MOST_FILES = 20
SECONDS_KEPT = 3600


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class ImportForm(forms.Form):
    """What is taken in; the files themselves are taken from the request."""

    files = forms.FileField(
        label=gettext_lazy("Files"),
        required=False,
        widget=ManyFiles(attrs={"accept": ".md,.markdown,.txt,.html,.htm,.zip"}),
        help_text=gettext_lazy("Markdown, HTML, or a ZIP of them with their pictures; up to 20 at once."),
    )
    text = forms.CharField(
        label=gettext_lazy("Or a text, pasted"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "class": "vLargeTextField"}),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What was pasted is"),
        choices=[("", gettext_lazy("to be found out")), (MARKDOWN, "Markdown"), (HTML, "HTML")],
        required=False,
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=Language.choices,
        help_text=gettext_lazy("Of texts that do not say it themselves."),
    )
    fetches = forms.BooleanField(
        label=gettext_lazy("Fetch pictures from other sites"),
        required=False,
        help_text=gettext_lazy("Only where you may show them here."),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        # Each file is looked at for itself: one that is empty or wrong keeps none of the others out.
        self.sent: list[UploadedFile] = self.files.getlist("files") if self.is_bound else []
        self.fields["files"].clean = lambda *_data: None

    def clean(self) -> dict:
        cleaned = super().clean()
        if not self.sent and not (cleaned.get("text") or "").strip():
            raise ValidationError(_("Choose a file, or paste a text."))
        if len(self.sent) > MOST_FILES:
            self.add_error("files", _("At most %(most)d files at once: put them into a ZIP.") % {"most": MOST_FILES})
        return cleaned


class ImportingMixin(admin.ModelAdmin):
    """Gives the admin of posts the pages ``import/`` and ``import/<token>/``."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("import/", view(self.import_view), name="blog_post_import"),
            path("import/<str:token>/", view(self.imported_view), name="blog_post_imported"),
            *super().get_urls(),
        ]

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Take texts in, each for itself."""
        self.refuse_other_importers(request)
        sent = {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}
        form = ImportForm(**sent, initial={"language": request.LANGUAGE_CODE})
        if request.method == "POST" and form.is_valid():
            rows = self.take_all(request, form)
            made = [row for row in rows if row["post"]]
            if made:
                return HttpResponseRedirect(reverse("admin:blog_post_imported", args=[keep_rows(rows)]))
            for row in rows:
                form.add_error("text" if row["is_pasted"] else "files", f"{row['name']}: {row['problem']}")
        context = {"title": _("Import a text"), "form": form, "media": self.media + form.media}
        return self.show_import(request, "import.html", context)

    def take_all(self, request: HttpRequest, form: ImportForm) -> list[dict]:
        """Make drafts of all that was sent; return a row of each text, with its draft or what is wrong."""
        rows = []
        for file in form.sent:
            try:
                if file.size > LARGEST_ARCHIVE:
                    raise ValidationError(TOO_LARGE, params={"limit": LARGEST_ARCHIVE // 2**20})
                texts = read_upload(file.name, file.read())
            except ValidationError as error:
                rows.append(failed(file.name, error))
            else:
                rows += [self.take_one(request, form, written) for written in texts]
        pasted = form.cleaned_data["text"]
        if pasted.strip():
            kind = form.cleaned_data["kind"] or kind_of("", pasted)
            rows.append(self.take_one(request, form, Written("", pasted, kind), is_pasted=True))
        return rows

    def take_one(self, request: HttpRequest, form: ImportForm, written: Written, *, is_pasted: bool = False) -> dict:
        name = written.name or _("the text that was pasted")
        try:
            if len(written.text) > LARGEST_TEXT:
                raise ValidationError(TOO_LARGE, params={"limit": LARGEST_TEXT // 2**20})
            draft = read_draft(written, language=form.cleaned_data["language"])
            post, notes = make_post(draft, link_own_posts, by=request.user, fetches=form.cleaned_data["fetches"])
        except ValidationError as error:
            return failed(name, error) | {"is_pasted": is_pasted}
        self.log_addition(request, post, _("Imported from %(name)s.") % {"name": name})
        return {"name": name, "post": post.pk, "title": post.title, "language": post.language, "notes": notes}

    def imported_view(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show what became of what was sent."""
        self.refuse_other_importers(request)
        rows = cache.get(f"imported:{token}") if token.isascii() and len(token) < 64 else None
        if rows is None:
            text = _("What was imported stands among the posts; what was said of it is no longer at hand.")
            self.message_user(request, text, messages.WARNING)
            return HttpResponseRedirect(reverse("admin:blog_post_changelist"))
        return self.show_import(request, "imported.html", {"title": _("Imported"), "rows": rows})

    def refuse_other_importers(self, request: HttpRequest) -> None:
        if not (request.user.has_perm(CHANGE_MANY) and self.has_add_permission(request)):
            raise PermissionDenied

    def show_import(self, request: HttpRequest, template: str, context: dict) -> HttpResponse:
        request.current_app = self.admin_site.name
        context = self.admin_site.each_context(request) | {"opts": self.opts} | context
        return TemplateResponse(request, f"admin/blog/bulkchange/{template}", context)


def failed(name: str, error: ValidationError) -> dict:
    return {"name": name, "post": None, "problem": " ".join(map(str, error.messages)), "is_pasted": False}


def keep_rows(rows: list[dict]) -> str:
    """Keep what is to be said of an import; return what it is found by."""
    token = token_urlsafe(16)
    cache.set(f"imported:{token}", rows, SECONDS_KEPT)
    return token
