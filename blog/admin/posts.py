from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR, Action, ActionLocation
from django.core.exceptions import ValidationError
from django.db.models import Field, ManyToManyField, Prefetch, QuerySet
from django.forms import Field as FormField
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from authors.bilingual import other_language
from authors.editing import EditorsAdmin, KeysFirstPaginator
from authors.models import Author
from blog.admin.autosaves import AutosaveMixin
from blog.admin.binned import BinMixin
from blog.admin.calendar import CalendarMixin
from blog.admin.checking import ChecklistMixin
from blog.admin.choices import TagsField
from blog.admin.exporting import ExportingMixin
from blog.admin.filters import (
    AuthorFilter,
    CategoryFilter,
    LackFilter,
    MineFilter,
    SponsorFilter,
    StatusFilter,
    TranslationFilter,
    YearFilter,
)
from blog.admin.importing import ImportingMixin
from blog.admin.library import THUMBNAIL_WIDTH, rendition_address
from blog.admin.linking import LinkingMixin
from blog.admin.looks import LookMixin
from blog.admin.mentions import show_sent
from blog.admin.merging import MergingMixin
from blog.admin.missing import MissingMixin
from blog.admin.moments import MOMENT_FIELDS
from blog.admin.partners import TribuneInline
from blog.admin.post_forms import AuthorshipInline, BylineMixin, ClaimInline, ClaimsMixin, PostForm
from blog.admin.post_pictures import PostPicturesMixin
from blog.admin.previews import PreviewMixin
from blog.admin.refiling import RefilingMixin
from blog.admin.reviews import ReviewMixin
from blog.admin.revisions import RevisionsMixin
from blog.admin.series import show_place
from blog.admin.text_links import TextLinksMixin
from blog.admin.translations import TranslationsMixin, original_when_opened, show_versions
from blog.models import Authorship, Category, Post
from blog.models.languages import Language
from blog.models.posts import LONG_TEXTS, long_texts
from blog.publishing import PUBLISH, PUBLISH_OWN, UNPUBLISHED, can_write, may_publish, move, next_steps
from blog.revising import begin, record
from blog.translating import can_be_translated

Status = Post.Status

# What the buttons below the form say, by the step that they take.
STEP_LABELS = {
    Status.DRAFT: _("Back to draft"),
    Status.IN_REVIEW: _("Put in review"),
    Status.PUBLISHED: _("Publish"),
    Status.WITHDRAWN: _("Withdraw"),
}
KEEP_LABELS = {
    Status.DRAFT: _("Save draft"),
}
TRANSLATE_LABELS = {
    Language.FRENCH: _("Save and translate into French"),
    Language.ENGLISH: _("Save and translate into English"),
}

# A post takes some ten queries to save; these many are done before anybody wonders.
MOST_AT_ONCE = 200


def keep_label(post: Post) -> str:
    """Return what the button says that changes no status."""
    return _("Save working copy") if post.is_published() else KEEP_LABELS.get(Status(post.status), _("Save"))


def step_label(post: Post, step: str) -> str:
    """Return what the button of a step says."""
    return _("Publish again") if step == post.status else STEP_LABELS[step]


@admin.register(Post)
class PostAdmin(
    TranslationsMixin,
    AutosaveMixin,
    MergingMixin,
    RevisionsMixin,
    PreviewMixin,
    LookMixin,
    ReviewMixin,
    MissingMixin,
    CalendarMixin,
    ChecklistMixin,
    LinkingMixin,
    TextLinksMixin,
    PostPicturesMixin,
    RefilingMixin,
    ExportingMixin,
    ImportingMixin,
    BinMixin,
    ClaimsMixin,
    BylineMixin,
    EditorsAdmin,
):
    form = PostForm
    inlines = (AuthorshipInline, ClaimInline, TribuneInline)
    paginator = KeysFirstPaginator
    list_display = ("title", "state", "versions", "filed", "byline", "answers", "changed")
    list_filter = (
        StatusFilter,
        MineFilter,
        LackFilter,
        TranslationFilter,
        "language",
        CategoryFilter,
        AuthorFilter,
        "disclosure",
        SponsorFilter,
        YearFilter,
    )
    list_select_related = ("category", "translation_of")
    search_fields = ("title", "slug", "disclosure_with__name")
    search_help_text = _("Words of the title, the address, or the name of a sponsor or client")
    ordering = ("-modified_at", "-pk")
    autocomplete_fields = ("cover", "tags", "event", "translation_of", "disclosure_with")
    radio_fields = {"disclosure": admin.VERTICAL}
    formfield_overrides = MOMENT_FIELDS
    readonly_fields = (
        "state",
        "length",
        "checklist",
        "reviewed",
        "cover_preview",
        "shared",
        "series",
        "translations_of_it",
        "sent_mentions",
        "modified_at",
    )
    actions = ("publish", "put_in_review", "withdraw", "refile", "export_markdown")
    fieldsets = (
        (None, {"fields": ("title", "standfirst", "body")}),
        (
            _("State"),
            {
                "fields": ("state", "published_at", "updated_at", "length", "checklist", "reviewed"),
                "classes": ("side",),
            },
        ),
        (_("Language and address"), {"fields": ("language", "slug"), "classes": ("side",)}),
        (_("Disclosure"), {"fields": ("disclosure", "disclosure_with"), "classes": ("side",)}),
        (_("Filed under"), {"fields": ("category", "categories", "tags", "event", "series"), "classes": ("side",)}),
        (_("Cover"), {"fields": ("cover", "cover_preview", "shared"), "classes": ("side",)}),
        (
            _("Translations"),
            {
                "fields": (
                    "translations_of_it",
                    "publishes_both",
                    "is_up_to_date",
                    "is_small_correction",
                    "is_wanted",
                    "appears_with_original",
                    "translation_of",
                ),
                "classes": ("side",),
            },
        ),
        (_("Discussion"), {"fields": ("comment_policy", "comment_days", "comment_moderation"), "classes": ("side",)}),
        (_("In search results"), {"fields": ("search_title", "search_description"), "classes": ("side",)}),
        (_("Links to other sites"), {"fields": ("sent_mentions",), "classes": ("side",)}),
    )

    # Who may do what

    def may_publish_all(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PUBLISH)

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """For the actions; each post is asked about once more."""
        return self.may_publish_all(request) or request.user.has_perm(PUBLISH_OWN)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        """Return all posts, or for who may not publish those of their own."""
        posts = super().get_queryset(request)
        if self.may_publish_all(request):
            return posts
        return posts.written_by(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Who may not publish needs a profile: a post of nobody's would be out of their sight once it is saved."""
        return super().has_add_permission(request) and (
            self.may_publish_all(request) or Author.objects.filter(user=request.user.pk).exists()
        )

    def has_change_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or can_write(obj, request.user))

    def has_delete_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        """What readers saw, or wait for, is withdrawn; the rest may be deleted by who may write it."""
        is_deletable = obj is None or (obj.status in UNPUBLISHED and can_write(obj, request.user))
        return super().has_delete_permission(request, obj) and is_deletable

    def get_readonly_fields(self, request: HttpRequest, obj: Post | None = None) -> tuple[str, ...]:
        is_free = may_publish(obj or Post(), request.user)
        decided = () if is_free else ("published_at", "updated_at", "comment_moderation", "appears_with_original")
        # The discussion, the address and the revision of a translation hang on its language.
        is_settled = obj and (original_when_opened(obj) or obj.status not in UNPUBLISHED)
        settled = ("language",) if is_settled else ()
        return (*self.readonly_fields, *decided, *settled)

    def get_actions(
        self, request: HttpRequest, action_location: ActionLocation = ActionLocation.CHANGE_LIST
    ) -> dict[str, Action]:
        actions = super().get_actions(request, action_location)
        # One by one only, on a page that says what goes with it.
        actions.pop("delete_selected", None)
        return actions

    # The list

    def for_list(self, rows: QuerySet[Post]) -> QuerySet[Post]:
        return rows.defer(*LONG_TEXTS, *long_texts("translation_of")).prefetch_related(
            Prefetch("authorships", Authorship.objects.select_related("author").only("post", "author__name")),
            Prefetch("translations", Post.objects.only("language", "translation_of", "translation_state")),
        )

    @admin.display(description=_("status"), ordering="status")
    def state(self, obj: Post) -> SafeString:
        if obj.is_scheduled():
            return format_html(
                '<span class="state is-scheduled">{} <small>{}</small></span>',
                _("scheduled for"),
                date_format(timezone.localtime(obj.published_at), "SHORT_DATETIME_FORMAT"),
            )
        return format_html('<span class="state is-{}">{}</span>', obj.status, obj.get_status_display())

    @admin.display(description=_("languages"), ordering="language")
    def versions(self, obj: Post) -> SafeString:
        """The language of a post, and behind it those of its other versions; how far the translation is."""
        return show_versions(obj)

    # In no order of its own: by the names of categories, all posts would be sorted. The filter has those of one.
    @admin.display(description=_("category"), empty_value=_("none yet"))
    def filed(self, obj: Post) -> Category | None:
        return obj.category

    @admin.display(description=_("authors"))
    def byline(self, obj: Post) -> str:
        return ", ".join(author.name for author in obj.byline)

    @admin.display(description=_("last change"), ordering="modified_at")
    def changed(self, obj: Post) -> str:
        return date_format(timezone.localtime(obj.modified_at), "SHORT_DATE_FORMAT")

    @admin.display(description=_("comments"), ordering="comment_count")
    def answers(self, obj: Post) -> int:
        return obj.comment_count

    # The form

    @admin.display(description=_("length"))
    def length(self, obj: Post) -> str:
        words = ngettext("%(words)s word", "%(words)s words", obj.words) % {"words": number_format(obj.words)}
        minutes = ngettext("%(minutes)s minute to read", "%(minutes)s minutes to read", obj.reading_minutes)
        return f"{words}, {minutes % {'minutes': obj.reading_minutes}}"

    @admin.display(description=_("preview"))
    def cover_preview(self, obj: Post) -> SafeString | str:
        if obj.cover is None:
            return ""
        return format_html('<img class="picture" src="{}" alt="">', rendition_address(obj.cover, THUMBNAIL_WIDTH))

    @admin.display(description=_("versions"))
    def translations_of_it(self, obj: Post) -> SafeString | str:
        if obj.pk is None:
            return ""
        return render_to_string("admin/blog/post/_versions.html", {"post": obj, "versions": self.versions_of(obj)})

    @admin.display(description=_("series"))
    def series(self, obj: Post) -> SafeString | str | None:
        return show_place(obj) or None

    @admin.display(description=_("what they were told"))
    def sent_mentions(self, obj: Post) -> SafeString:
        return show_sent(obj)

    def view_on_site(self, obj: Post) -> str | None:
        return obj.path() if obj.is_published() else None

    def get_fieldsets(self, request: HttpRequest, obj: Post | None = None) -> list[tuple[str | None, dict]]:
        """Return the parts of the form that there is something to say in."""
        hidden = set()
        if obj and not self.has_change_permission(request, obj):
            # Nobody reads HTML: the preview shows the text.
            hidden.add("body")
        if obj is None:
            hidden |= {"state", "length", "checklist", "reviewed", "cover_preview", "shared", "translations_of_it"}
        if obj is None or obj.published_at is None:
            hidden.add("sent_mentions")
        if obj and original_when_opened(obj):
            # The discussion is the original's.
            hidden |= {"comment_policy", "comment_days", "comment_moderation"}
        if obj is None or not obj.is_translation_outdated() or "body" in hidden:
            hidden.add("is_up_to_date")
        hidden |= self.translation_fields_to_hide(request, obj)
        shown = [
            (name, options | {"fields": [field for field in options["fields"] if field not in hidden]})
            for name, options in self.fieldsets
        ]
        return [(name, options) for name, options in shown if options["fields"]]

    def formfield_for_choice_field(self, db_field: Field, request: HttpRequest, **kwargs) -> FormField:
        if db_field.name == "disclosure":
            kwargs["choices"] = [("", _("not chosen yet")), *Post.Disclosure.choices]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: ManyToManyField, request: HttpRequest, **kwargs) -> FormField:
        if db_field.name == "tags":
            kwargs["form_class"] = TagsField
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_form(self, request: HttpRequest, obj: Post | None = None, **kwargs) -> type[ModelForm]:
        form = super().get_form(request, obj, **kwargs)
        form.user = request.user
        return form

    def _create_formsets(self, request: HttpRequest, obj: Post, change: bool) -> tuple[list, list]:
        formsets, inlines = super()._create_formsets(request, obj, change)
        # The form, which is looked at first, takes no step where they are wrong.
        obj.rows_beside = formsets if request.method == "POST" else []
        return formsets, inlines

    def get_changeform_initial_data(self, request: HttpRequest) -> dict:
        return {"language": request.LANGUAGE_CODE} | super().get_changeform_initial_data(request)

    def render_change_form(self, request: HttpRequest, context: dict, obj: Post | None = None, **kwargs):
        post = obj or Post()
        is_saved = post.pk is not None
        context |= self.buttons(request, post) | {
            "preview_url": reverse("admin:blog_post_preview", args=[post.pk])
            if is_saved
            else reverse("admin:blog_post_preview_new"),
            "translate_label": TRANSLATE_LABELS[other_language(post.language)]
            if is_saved and self.has_add_permission(request) and not (post.translation_of_id or self.versions_of(post))
            else "",
        }
        return super().render_change_form(request, context, obj=obj, **kwargs)

    def buttons(self, request: HttpRequest, post: Post) -> dict:
        """Return what the buttons below a post's form say, and which steps they take."""
        steps = [(step, step_label(post, step)) for step in next_steps(post, request.user)]
        return {"keep_label": keep_label(post), "steps": steps}

    def construct_change_message(
        self, request: HttpRequest, form: ModelForm, formsets: list, add: bool = False
    ) -> list:
        message = super().construct_change_message(request, form, formsets, add)
        step = form.cleaned_data.get("step")
        if not step:
            return message
        with translation.override(None):
            # The history is kept without a language, and read in that of its reader.
            return [*message, {"changed": {"fields": [str(Status(step).label)]}}]

    def response_add(self, request: HttpRequest, obj: Post, post_url_continue: str | None = None) -> HttpResponse:
        if IS_POPUP_VAR in request.POST:
            return super().response_add(request, obj, post_url_continue)
        return self.stay(request, obj)

    def response_change(self, request: HttpRequest, obj: Post) -> HttpResponse:
        if IS_POPUP_VAR in request.POST:
            return super().response_change(request, obj)
        if "_translate" in request.POST and self.has_add_permission(request) and can_be_translated(obj):
            return self.translate(request, obj)
        return self.stay(request, obj)

    def stay(self, request: HttpRequest, post: Post) -> HttpResponse:
        """Say what has become of a post, and lead back to it: writing goes on."""
        if post.is_kept_apart:
            text, address = _("“{title}”: the working copy is saved. Readers see it when you publish again. {link}"), ""
            address = f"{reverse('admin:blog_post_compare', args=[post.pk])}?a=now&b={post.is_kept_apart.number}"
            link = format_html('<a href="{}">{}</a>', address, _("What differs"))
        elif post.is_published():
            text, address = _("“{title}” is on the site. {link}"), post.path()
            link = format_html('<a href="{}">{}</a>', address, _("See it there"))
        else:
            text, link = _("“{title}” is saved: {state}."), ""
        message = format_html(text, title=post.title, link=link, state=self.state(post))
        self.message_user(request, message, messages.SUCCESS)
        self.warn_of_lacking_alt(request, post)
        return HttpResponseRedirect(reverse(self.page_after_saving(request), args=[post.pk]))

    # Actions on several posts

    @admin.action(description=_("Publish"), permissions=["publish"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        self.move_all(request, queryset, Status.PUBLISHED)

    @admin.action(description=_("Withdraw"), permissions=["publish"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        self.move_all(request, queryset, Status.WITHDRAWN)

    @admin.action(description=_("Put in review"), permissions=["change"])
    def put_in_review(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        self.move_all(request, queryset, Status.IN_REVIEW)

    def move_all(self, request: HttpRequest, posts: QuerySet[Post], status: str) -> None:
        """Give several posts another status, each for itself, and say of each that cannot have it why."""
        moved = 0
        for post in posts[:MOST_AT_ONCE]:
            can_go = post.status != status and status in next_steps(post, request.user)
            if not can_go or not self.has_change_permission(request, post):
                complaint = _("it cannot go there from where it is")
            else:
                complaint = self.try_to_move(request, post, status)
            if complaint:
                address = reverse("admin:blog_post_change", args=[post.pk])
                text = _("“{title}” stays as it is: {complaint}")
                link = format_html('<a href="{}">{}</a>', address, post.title)
                self.message_user(request, format_html(text, title=link, complaint=complaint), messages.ERROR)
            else:
                moved += 1
        if moved:
            text = ngettext("%(count)s post is now: %(status)s.", "%(count)s posts are now: %(status)s.", moved)
            self.message_user(request, text % {"count": moved, "status": Status(status).label}, messages.SUCCESS)

    def try_to_move(self, request: HttpRequest, post: Post, status: str) -> str:
        """Give a post another status; return what is lacking for it, or nothing."""
        begin(post)
        try:
            move(post, status)
        except ValidationError as error:
            return " ".join(error.messages)
        record(post, by=request.user)
        self.log_change(request, post, [{"changed": {"fields": ["status"]}}])
        return ""
