"""The form in which a post is written."""

from uuid import UUID, uuid4

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from authors.editing import EditorsFields, EditorsForm, NamedRows, SlugForm
from authors.models import Author
from authors.overwriting import Aside
from authors.slugs import is_made_from
from authors.written_numbers import read_number
from blog.admin.choices import CategoriesField, CategoryField, keep_short
from blog.admin.editor import BodyField
from blog.admin.merging import find_conflict, merge_into
from blog.admin.moments import keep_untouched
from blog.admin.partners import LONG_TEXTS
from blog.admin.revisions import initial_of
from blog.checklist import musts_of, musts_of_place
from blog.models import Authorship, Category, Claim, Post, Revision, TranslationState
from blog.models.claims import FACTS
from blog.publishing import UNPUBLISHED, give_status, is_by, next_steps
from blog.revising import MOMENTS, claims_of, follow_claims, token_of
from blog.translating import (
    lacking_beside,
    note_revision,
    take_over_what_was_said,
    unpublished_translation,
)
from blog.translation_states import say_up_to_date


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

    ``user`` is who writes, ``is_preview`` whether nothing will be kept, ``working_copy`` what the form opens with
    instead of what readers see, ``shown`` the fields that the page shows: set by the admin on the class that it makes
    for each request.
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
    working_copy: Revision | None = None
    # The fields that the page has a place for; a declared field is in the form whether it has one or not.
    shown: frozenset[str] = frozenset()

    body = BodyField()
    category = CategoryField(label=_("main category"), queryset=Category.objects.in_order(), required=False)
    categories = CategoriesField(label=_("other categories"), queryset=Category.objects.in_order(), required=False)
    is_up_to_date = forms.BooleanField(
        label=_("This translation says what its original says now."),
        required=False,
        help_text=_("Tick it once the changes of the original are in the translation."),
    )
    # The version of the original that was beside the translation when that was said.
    seen_original = Aside(required=False)
    is_small_correction = forms.BooleanField(
        label=_("A small correction: the translation stays up to date."),
        required=False,
        help_text=_("For a typing error, say: tick it when readers get the change."),
    )
    is_wanted = forms.BooleanField(
        label=_("A translation is wanted."), required=False, help_text=_("It is then among what is to be translated.")
    )
    publishes_both = forms.BooleanField(
        label=_("Publish the translation together with it."),
        required=False,
        help_text=_("Both at the same moment, or neither. Without it, the translation is published later, by itself."),
    )
    # Named by the button that was pressed; none keeps the status.
    step = Aside(required=False)
    # The state of the post that stands in the form.
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
        self.was_published = self.instance.is_published()
        self.state_now = token_of(self.instance)
        self.conflict = None
        self.is_merged = False
        if self.working_copy:
            self.initial |= initial_of(self.working_copy.content, self.fields)
        self.initial["seen"] = self.state_now
        self.initial["is_wanted"] = self.instance.translation_state == TranslationState.TODO
        keep_short(self, *[Post._meta.get_field(name) for name in ("category", "categories")])
        if "standfirst" in self.fields:
            self.fields["standfirst"].widget.attrs["rows"] = 3

    def clean(self) -> dict:
        cleaned = super().clean()
        keep_untouched(self, MOMENTS)
        step = cleaned.get("step")
        if step and step not in next_steps(self.instance, self.user):
            self.add_error(None, _("This post cannot be given that status, or not by you."))
        if cleaned.get("disclosure") == Post.Disclosure.NONE:
            # Left over from a relation that was chosen before.
            cleaned["disclosure_with"] = None
        if cleaned.get("appears_with_original"):
            self.take_moment_of_original(cleaned)
        if not self.is_preview:
            self.look_for_other_changes(cleaned.get("seen", ""))
        return cleaned

    def take_moment_of_original(self, cleaned: dict) -> None:
        """Let a translation that is published appear when its original does, which must be known then."""
        original = cleaned.get("translation_of") or self.instance.translation_of
        is_to_come = cleaned.get("step") == Post.Status.PUBLISHED or self.instance.is_scheduled()
        if original is None or original.is_published() or not is_to_come:
            return
        if original.is_scheduled():
            cleaned["published_at"] = original.published_at
        else:
            self.add_error(
                "appears_with_original",
                _("The original has no moment yet: schedule it first, or publish both from its own form."),
            )

    def look_for_other_changes(self, seen: str) -> None:
        """Let no two editors overwrite each other unawares; who saves once more has been told.

        Who asks for it gets both versions put together, to be looked at before they are saved.
        """
        asked = self.data.get("_merge", "")
        if seen == self.state_now and not asked:
            return
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = self.state_now
        self.conflict = find_conflict(self.instance, asked or seen)
        if asked and self.conflict:
            merge_into(self, self.conflict)
            self.is_merged = True
            self.add_error(None, _("Both versions are put together below, and not saved yet: look at them, then save."))
            return
        self.add_error(
            None,
            _(
                "Somebody has changed this post since you opened it. Nothing of yours is lost: it stands below. Look "
                "at what they did; if you save once more, your text takes the place of theirs, which stays among "
                "the versions."
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
        if step == Post.Status.PUBLISHED and not self.is_preview:
            # A text that cannot be read at all has its own error, and claims have theirs.
            for point in () if "body" in self.errors else musts_of(self.instance, places=()):
                self.add_error(point.field if point.field in self.fields else None, point.with_way())
            self.look_at_translation()
        if self.errors or not forms.all_valid(self.instance.rows_beside):
            self.instance.status = before

    def look_at_translation(self) -> None:
        """Say what keeps the translation from appearing with its original: both do, or neither."""
        translation = self.translation_to_publish()
        if translation is None:
            return
        for words in lacking_beside(translation, self.instance, self.user):
            self.add_error("publishes_both", words)

    def translation_to_publish(self) -> Post | None:
        """Return the translation that is to appear at the same moment, where that was chosen."""
        is_chosen = self.cleaned_data.get("publishes_both") and self.cleaned_data.get("step") == Post.Status.PUBLISHED
        return unpublished_translation(self.instance) if is_chosen and not self.was_published else None

    def save(self, commit: bool = True) -> Post:
        post = self.instance
        said = self.cleaned_data
        if said.get("is_up_to_date"):
            say_up_to_date(post, read_number(said.get("seen_original")))
        elif post.translation_of_id != self.original_before:
            note_revision(post)
        elif post.translation_of_id and said.get("step") == Post.Status.PUBLISHED:
            take_over_what_was_said(post)
        post.is_small_correction = bool(said.get("is_small_correction"))
        return super().save(commit)


class AuthorshipInline(EditorsFields, NamedRows):
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


class ClaimForm(EditorsForm):
    """A claim that the post checks; a row in which nothing is said is none."""

    class Meta:
        model = Claim
        fields = (*FACTS, "position")
        widgets = {
            "claim_reviewed": AdminTextareaWidget(attrs={"rows": 2}),
            "explanation": AdminTextareaWidget(attrs={"rows": 2}),
        }


class ClaimFormSet(forms.BaseInlineFormSet):
    """The claims that the post checks; where it is published, readers find the places where they were made."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound and self.instance.pk:
            # The checklist looks at the same rows: one query less.
            self.instance.claims_shown = self.get_queryset()

    def clean(self) -> None:
        super().clean()
        # The step that a button of the form around takes.
        if self.data.get("step") != Post.Status.PUBLISHED:
            return
        for form in self.forms:
            if form.has_error("appearance") or form in self.deleted_forms:
                continue
            for point in musts_of_place(form.cleaned_data.get("appearance", "")):
                form.add_error("appearance", point.words)


class ClaimInline(admin.StackedInline):
    """The claims that a post checks."""

    model = Claim
    form = ClaimForm
    formset = ClaimFormSet
    fields = (
        "claim_reviewed",
        ("claimant", "claimant_kind"),
        ("appearance", "claimed_on"),
        "verdict",
        "explanation",
        "position",
    )
    extra = 0
    verbose_name_plural = _("Fact check: claims and verdicts")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Claim]:
        return super().get_queryset(request).select_related("post").defer(*LONG_TEXTS)


class ClaimsMixin:
    """Counts a change of the claims, in the admin of posts, as one of the text."""

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: list, change: bool) -> None:
        before = claims_of(form.instance)
        super().save_related(request, form, formsets, change)
        follow_claims(form.instance, before)


class BylineMixin:
    """Sees in the admin of posts that each has an author, and that a contributor's has the contributor."""

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: list, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        post, byline = form.instance, form.instance.authorships
        if byline.exists() and (self.may_publish_all(request) or is_by(post, request.user)):
            return
        author = Author.objects.filter(user=request.user.pk).first()
        if author:
            Authorship.objects.create(post=post, author=author, position=byline.count())
