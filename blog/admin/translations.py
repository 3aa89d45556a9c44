"""The two languages of a post in the admin: side by side, begun, said to be up to date, published together."""

from collections.abc import Iterable

from django.contrib import messages
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import BaseInlineFormSet, ModelForm
from django.forms.widgets import Script
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from js_asset import Media

from blog.admin.autosaves import SCRIPTS
from blog.admin.filling import management_of, typed
from blog.admin.library import THUMBNAIL_WIDTH, rendition_address
from blog.admin.revisions import IN_REVISIONS, typed_rows
from blog.admin.side_claims import claim_rows, claims_sent
from blog.body import clean_source
from blog.models import Claim, Image, Post, Revision
from blog.publishing import UNPUBLISHED, may_publish
from blog.revising import CLAIMS, as_written, record, token_of
from blog.side_by_side import body_sent, changed_words, rows_of
from blog.translating import can_be_translated, publish_beside, start_translation, want_translation
from blog.translation_states import TRANSLATED, base_version, text_of, version_saying

SIDES = Media(js=[Script("admin-tribune/sides.js", type="module")])

# What the parts of a text are called to who translates them.
KINDS = {
    "p": gettext_lazy("Paragraph"),
    "h2": gettext_lazy("Heading"),
    "h3": gettext_lazy("Heading"),
    "h4": gettext_lazy("Heading"),
    "figure": gettext_lazy("Caption"),
    "blockquote": gettext_lazy("Quote"),
    "ul": gettext_lazy("List"),
    "ol": gettext_lazy("List"),
    "table": gettext_lazy("Table"),
    "aside": gettext_lazy("Box"),
    "pre": gettext_lazy("Code"),
    "hr": gettext_lazy("Line"),
}

# Each is two or three fields, and a form may have two thousand.
MOST_ROWS = 600

# What the page sends of a text beside its blocks, under the names that they have in the form of the post.
SENT_AS_IT_IS = (
    "title", "standfirst", "seen", "seen_original", "is_up_to_date", "step", "autosave", "taken_up",
    "csrfmiddlewaretoken",
)  # fmt: skip


class TranslationsMixin:
    """Gives the admin of posts the addresses ``<id>/translation/`` and ``<id>/translate/``, and what hangs on them.

    What is sent from the first goes the way of the form of the post: conflicts, working copies, versions and the log
    are the same, and what cannot be saved stands in that form.
    """

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        sides = view(require_http_methods(["GET", "HEAD", "POST"])(self.sides_view))
        # By this, what comes back without a session is known to be a form in which somebody writes.
        sides.model_admin = self
        return [
            path("<int:pk>/translation/", sides, name="blog_post_sides"),
            path("<int:pk>/translate/", view(require_POST(self.translate_view)), name="blog_post_translate"),
            *super().get_urls(),
        ]

    # The page

    def sides_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show a translation beside its original, or save it; an original leads to its translation."""
        if request.method == "POST":
            return self.save_sides(request, pk)
        post = self._find(request, pk)
        return self.show_sides(request, post) if post.translation_of_id else self.show_lacking(request, post)

    def save_sides(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send what was written to the form of the post, which also keeps it where it can no longer be saved there."""
        post = self.get_object(request, str(pk))
        may_write = post is not None and self.has_change_permission(request, post)
        request.POST = self.whole_form(request, post) if may_write else self.texts_sent(request)
        return self.changeform_view(request, str(pk), reverse("admin:blog_post_change", args=[pk]))

    def show_lacking(self, request: HttpRequest, original: Post) -> HttpResponse:
        """Lead to the translation of an original, or offer to begin it."""
        translation = self.get_queryset(request).filter(translation_of=original).first()
        if translation is not None:
            return HttpResponseRedirect(reverse("admin:blog_post_sides", args=[translation.pk]))
        context = self._context(request, original, _("Translation")) | {
            "may_translate": self.may_translate(request, original),
            "is_elsewhere": original.translations.exists(),
        }
        return TemplateResponse(request, "admin/blog/post/no_translation.html", context)

    def show_sides(self, request: HttpRequest, post: Post) -> HttpResponse:
        """Show both, the translation as its form would open it."""
        row = self.taken_up(request, post)
        form = self.empty_form(request, post)
        right = {
            name: form.get_initial_for_field(form.fields[name], name) for name in form.fields if name in TRANSLATED
        }
        right = {name: getattr(post, name) for name in TRANSLATED} | right
        if row is not None:
            right |= {name: row.typed[name] for name in TRANSLATED if name in row.typed}
        try:
            right["body"] = clean_source(right["body"])
        except ValidationError:
            # What was typed and not saved may be more than a text can be.
            right["body"] = post.body
        original = post.translation_of
        base, left, seen, is_copy = self.left_of(post)
        rows = rows_of(base and base["body"], left["body"], right["body"], language=original.language, address_of=small)
        formset = self.claims_of(request, post)
        claims = claim_rows(base and base.get(CLAIMS, []), left.get(CLAIMS, []), formset, original.language)
        changed = [
            *(f"row-{name}" for name in ("title", "standfirst") if base and base[name] != left[name]),
            *(f"row-claim-{each.number}" for each in claims if each.is_changed),
            *(f"row-{each.number}" for each in rows if each.is_changed),
        ]
        is_too_long = len(rows) > MOST_ROWS
        may_write = self.has_change_permission(request, post) and not is_too_long
        context = self._context(request, post, _("Side by side")) | {
            "subtitle": str(post),
            "source": original,
            "left": left,
            "right": right,
            "title_pieces": list(changed_words(base and base["title"], left["title"])),
            "standfirst_pieces": list(changed_words(base and base["standfirst"], left["standfirst"])),
            "rows": [(each, KINDS.get(each.block.kind, KINDS["p"])) for each in rows],
            "claims": claims,
            "claims_form": formset,
            "changed": changed,
            "is_base_known": base is not None,
            "is_copy": is_copy,
            "seen": token_of(post),
            "seen_original": seen,
            "may_write": may_write,
            "is_too_long": is_too_long,
            "working_copy": self.working_copy(post),
            **self.buttons(request, post),
            "media": self.media + (SCRIPTS + SIDES if may_write else Media()),
        }
        if may_write:
            context["unsaved"] = self.describe_unsaved(request, post, form, row)
        return TemplateResponse(request, "admin/blog/post/sides.html", context)

    def claims_of(self, request: HttpRequest, post: Post) -> BaseInlineFormSet | None:
        """Return the claims of a translation as its form would open them."""
        formsets, _inlines = self._create_formsets(request, post, change=True)
        return next((formset for formset in formsets if formset.model is Claim), None)

    def left_of(self, post: Post) -> tuple[dict | None, dict, int | str, bool]:
        """Return the original as it was when the translation was up to date and as it is, the number of that version,
        and whether it is a working copy of which readers see nothing: the one that the translation was made from.
        """
        original = post.translation_of
        said = text_of(original)
        base, waiting, saved = (
            base_version(post),
            Revision.objects.waiting_for(original),
            version_saying(original, said),
        )
        is_copy = bool(base and waiting and base.number > (saved.number if saved else 0))
        shown = waiting if is_copy else saved
        left = waiting.content if is_copy else said
        return base.content if base else None, left, shown.number if shown else "", is_copy

    def empty_form(self, request: HttpRequest, post: Post) -> ModelForm:
        """Return the form of a post as its page would open it."""
        fields = flatten_fieldsets(self.get_fieldsets(request, post))
        form_class = self.get_form(request, post, change=True, fields=fields)
        form_class.working_copy = self.working_copy(post)
        return form_class(instance=post)

    def whole_form(self, request: HttpRequest, post: Post) -> QueryDict:
        """Return what the form of the post would send with the texts of this page in it."""
        form = self.empty_form(request, post)
        values = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
        values = {name: as_keys(value) for name, value in values.items()}
        data = QueryDict(mutable=True)
        data.update(typed(form, values))
        for formset_class, inline in self.get_formsets_with_inlines(request, post):
            formset = formset_class(
                instance=post, prefix=formset_class.get_default_prefix(), queryset=inline.get_queryset(request)
            )
            if f"{formset.prefix}-TOTAL_FORMS" not in request.POST:
                data.update(self.untouched(post, formset))
        for name in (*SENT_AS_IT_IS, "body"):
            data.pop(name, None)
        data.update(self.texts_sent(request))
        # Where it leads once it is saved.
        data["_sides"] = "1"
        return data

    def texts_sent(self, request: HttpRequest) -> QueryDict:
        """Return what this page sends as the form of the post would send it."""
        data = QueryDict(mutable=True)
        sent = list(request.POST.items())
        data.update({name: value for name, value in sent if name in SENT_AS_IT_IS})
        data["body"] = body_sent(sent)
        if f"{CLAIMS}-TOTAL_FORMS" in request.POST:
            data.update(claims_sent(request.POST, CLAIMS))
        return data

    def untouched(self, post: Post, formset) -> dict[str, list[str]]:
        """Return what a formset sends that nobody touched; of a byline and of claims, the working copy’s."""
        working_copy = self.working_copy(post)
        if formset.model in IN_REVISIONS and working_copy:
            return typed_rows(formset, working_copy.content)
        return management_of(formset.prefix, total=0, initial=0)

    def fields_sent(self, request: HttpRequest) -> Iterable[tuple[str, list[str]]]:
        """Return what a form sent to be kept; the blocks of this page as the text that they make."""
        if not any(name.startswith("frame-") for name in request.POST):
            return super().fields_sent(request)
        return self.texts_sent(request).lists()

    def page_after_saving(self, request: HttpRequest) -> str:
        """Return the name of the page on which writing goes on: that on which it was done."""
        return "admin:blog_post_sides" if "_sides" in request.POST else "admin:blog_post_change"

    # To begin one

    def may_translate(self, request: HttpRequest, post: Post) -> bool:
        return self.has_add_permission(request) and can_be_translated(post)

    def translate_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Begin the translation of a post that is saved."""
        post = self._find(request, pk)
        if not self.has_add_permission(request):
            raise PermissionDenied
        if not can_be_translated(post):
            return HttpResponseRedirect(reverse("admin:blog_post_sides", args=[pk]))
        return self.translate(request, post)

    def translate(self, request: HttpRequest, original: Post) -> HttpResponse:
        """Begin the translation of a post, and lead to it."""
        draft = start_translation(as_written(original))
        record(draft, by=request.user)
        self.log_addition(request, draft, [{"added": {}}])
        message = _(
            "This is the draft of the translation: its text is still that of the original, its pictures, category, "
            "tags, authors and disclosure are in place. Its address follows the title."
        )
        self.message_user(request, message, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:blog_post_sides", args=[draft.pk]))

    # The form of a post

    def get_form(self, request: HttpRequest, obj: Post | None = None, **kwargs) -> type[ModelForm]:
        form = super().get_form(request, obj, **kwargs)
        form.shown = frozenset(flatten_fieldsets(self.get_fieldsets(request, obj)))
        return form

    def translation_fields_to_hide(self, request: HttpRequest, post: Post | None) -> set[str]:
        """Return the fields of the form that have nothing to say about the translation of a post."""
        hidden = {"is_small_correction", "is_wanted", "publishes_both", "appears_with_original"}
        if post is None or post.pk is None:
            return hidden
        if original := original_when_opened(post):
            if not post.is_published() and not original.is_published():
                hidden.discard("appears_with_original")
            return hidden
        known = self.versions_of(post)
        if not known:
            hidden.discard("is_wanted")
        else:
            hidden.discard("is_small_correction")
            if not post.is_published() and may_publish(post, request.user) and unpublished_among(known):
                hidden.discard("publishes_both")
        return hidden

    def versions_of(self, post: Post) -> list[Post]:
        """Return the other versions of a post; looked for once a request."""
        if "_versions" not in post.__dict__:
            own = post.translation_of
            post._versions = [own] if own else list(post.translations.order_by("language"))
        return post._versions

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: list, change: bool) -> None:
        """Save the rest; the translation that is to appear at the same moment is in the same transaction."""
        super().save_related(request, form, formsets, change)
        if form.is_preview:
            return
        if "is_wanted" in form.shown:
            want_translation(form.instance, is_wanted=bool(form.cleaned_data.get("is_wanted")))
        translation = form.translation_to_publish()
        if translation is None:
            return
        publish_beside(translation, form.instance, by=request.user)
        self.log_change(request, translation, [{"changed": {"fields": ["status"]}}])
        words = _("The translation “%(title)s” appears at the same moment.")
        self.message_user(request, words % {"title": translation.title}, messages.SUCCESS)


def original_when_opened(post: Post) -> Post | None:
    """Return the original of which a form was opened as the translation, None for a post that is none.

    What was sent is in the post by the time that the form is shown again: the form has the fields that it had before.
    """
    if "_original_when_opened" not in post.__dict__:
        post._original_when_opened = post.translation_of
    return post._original_when_opened


def show_versions(post: Post) -> SafeString:
    """Return, for the list, the languages of a post, and how far its translation is, with the way to it."""
    others = [post.translation_of] if post.translation_of else post.translations.all()
    codes = " ".join([post.language.upper(), *[f"({other.language.upper()})" for other in others]])
    of = [post] if post.translation_of_id else [*others, *([post] if post.translation_state else [])]
    state = next((each.get_translation_state_display() for each in of if each.translation_state), "")
    if not state:
        return format_html("{}", codes)
    address = reverse("admin:blog_post_sides", args=[post.pk])
    kind = next(each.translation_state for each in of if each.translation_state)
    return format_html('{} <a class="translation-state is-{}" href="{}">{}</a>', codes, kind, address, state)


def small(image: Image) -> str:
    return rendition_address(image, THUMBNAIL_WIDTH)


def unpublished_among(versions: list[Post]) -> bool:
    return any(each.status in UNPUBLISHED for each in versions)


def as_keys(value):
    """Return the value of a field with the keys of rows in place of the rows."""
    return [getattr(each, "pk", each) for each in value] if isinstance(value, list) else value
