"""The form in which a post is written."""

from uuid import UUID, uuid4

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from authors.editing import EditorsFields, EditorsForm, SlugForm
from authors.slugs import is_made_from
from blog.admin.choices import CategoriesField, CategoryField
from blog.admin.editor import BodyField
from blog.admin.partners import LONG_TEXTS
from blog.models import Authorship, Category, Post
from blog.publishing import UNPUBLISHED, give_status, next_steps
from blog.translating import note_revision


class Aside(forms.CharField):
    """What the form says about itself, and no change of the post."""

    widget = forms.HiddenInput

    def has_changed(self, initial: str | None, data: str | None) -> bool:
        return False


class KeyOfForm(forms.UUIDField):
    """The key of an unsaved text; nonsense is none, and stops nobody from saving."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs) -> None:
        super().__init__(**{"required": False, "initial": uuid4} | kwargs)

    def clean(self, value: str | None) -> UUID | None:
        try:
            return super().clean(value)
        except ValidationError:
            return None

    def has_changed(self, initial: UUID | None, data: str | None) -> bool:
        return False


class PostForm(SlugForm, EditorsForm):
    """A post, and the step that one of the buttons below it takes.

    ``user`` is who writes, and ``is_preview`` whether nothing will be kept: set by the admin on the class that it
    makes for each request.
    """

    slug_source = "title"
    slug_scope = ("language",)
    mended_at = {
        "post_slug_once_a_language": "slug",
        "post_one_translation_a_language": "translation_of",
        "post_not_its_own_translation": "translation_of",
        "post_published_has_a_date": "published_at",
        "post_date_fits_an_address": "published_at",
        "post_published_has_a_disclosure": "disclosure",
        "post_published_has_a_category": "category",
        "post_disclosure_names_whom": "disclosure_with",
        "post_timed_comments_have_days": "comment_days",
    }
    user = None
    is_preview = False

    body = BodyField()
    category = CategoryField(label=_("main category"), queryset=Category.objects.in_order(), required=False)
    categories = CategoriesField(label=_("other categories"), queryset=Category.objects.in_order(), required=False)
    is_up_to_date = forms.BooleanField(
        label=_("This translation says what its original says now."),
        required=False,
        help_text=_("Tick it once the changes of the original are in the translation."),
    )
    # Named by the button that was pressed; none keeps the status.
    step = Aside(required=False)
    # When the post that stands in the form was last changed.
    seen = Aside(required=False)
    # What is typed in this window is kept under it until it is saved, and what it took up, if it did.
    autosave = KeyOfForm()
    taken_up = KeyOfForm(initial="")

    class Meta:
        model = Post
        fields = "__all__"
        help_texts = {"translation_of": _("Comments on this post move to the discussion of the original, for good.")}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.title_before = self.instance.title
        self.original_before = self.instance.translation_of_id
        self.changed_at = self.instance.modified_at.isoformat() if self.instance.pk else ""
        self.initial["seen"] = self.changed_at
        if "standfirst" in self.fields:
            self.fields["standfirst"].widget.attrs["rows"] = 3

    def clean(self) -> dict:
        cleaned = super().clean()
        step = cleaned.get("step")
        if step and step not in next_steps(self.instance, self.user):
            self.add_error(None, _("This post cannot be given that status, or not by you."))
        if cleaned.get("disclosure") == Post.Disclosure.NONE:
            # Left over from a relation that was chosen before.
            cleaned["disclosure_with"] = None
        if cleaned.get("seen", "") != self.changed_at and not self.is_preview:
            self.warn_of_other_changes()
        return cleaned

    def warn_of_other_changes(self) -> None:
        """Let no two editors overwrite each other unawares; who saves once more has been told."""
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = self.changed_at
        self.add_error(
            None,
            _(
                "Somebody has changed this post since you opened it. Nothing of yours is lost: it stands below. Look "
                "at what they did in another window; if you save once more, your text takes the place of theirs."
            ),
        )

    def clean_slug(self) -> str:
        """Let the address follow the title until somebody chose one, or readers know it."""
        slug = self.cleaned_data["slug"]
        was_made = slug == self.initial.get("slug") and is_made_from(
            slug, self.title_before, self.fields["slug"].max_length
        )
        is_new_to_readers = self.instance.status in UNPUBLISHED and self.instance.published_at is None
        if self.instance.pk and was_made and is_new_to_readers and "title" in self.changed_data:
            return ""
        return slug

    def validate_constraints(self) -> None:
        """Look at the post as it will be after the step, which is not taken where something is wrong."""
        before = self.instance.status
        step = self.cleaned_data.get("step")
        if step and not self.non_field_errors():
            give_status(self.instance, step)
        super().validate_constraints()
        if self.errors:
            self.instance.status = before

    def save(self, commit: bool = True) -> Post:
        post = self.instance
        if self.cleaned_data.get("is_up_to_date") or post.translation_of_id != self.original_before:
            note_revision(post)
        return super().save(commit)


class AuthorshipInline(EditorsFields, admin.TabularInline):
    """The byline."""

    model = Authorship
    form = EditorsForm
    fields = ("author", "position")
    autocomplete_fields = ("author",)
    extra = 0
    verbose_name = _("author")
    verbose_name_plural = _("Byline")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Authorship]:
        return super().get_queryset(request).select_related("author", "post").defer(*LONG_TEXTS)
