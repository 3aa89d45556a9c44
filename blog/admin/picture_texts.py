"""The words of several pictures on one page: title, alternative text, credit, licence."""

from datetime import timedelta

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from authors.editing import EditorsForm
from authors.written_numbers import read_numbers
from blog.admin.library import THUMBNAIL_WIDTH, rendition_address
from blog.models import Image

# A page that somebody gets through in one go; the others are a page of their own.
MOST_AT_ONCE = 50

# How long who added a picture, and may not change others, may still write its words.
TIME_TO_DESCRIBE = timedelta(days=1)

WORDS = ("title", "alt_fr", "alt_en", "is_decorative", "credit", "licence")
CREDITS = ("credit", "licence")
ALTERNATIVES = ("alt_fr", "alt_en")


class WordsForm(EditorsForm):
    """The words of one picture."""

    mended_at = {"image_decorative_says_nothing": "is_decorative"}

    class Meta:
        model = Image
        fields = WORDS

    def __init__(self, *args, own: set[int] | None = None, **kwargs):
        """Take which pictures somebody may say everything of, None for all: of others, only what nobody has said."""
        super().__init__(*args, **kwargs)
        if own is not None and self.instance.pk and self.instance.pk not in own:
            for name, field in self.fields.items():
                field.disabled = name not in ALTERNATIVES or bool(getattr(self.instance, name))

    @property
    def thumbnail(self) -> str:
        # A forged key names no picture of this page.
        return rendition_address(self.instance, THUMBNAIL_WIDTH) if self.instance.pk else ""


class CreditsForm(forms.Form):
    """A credit and a licence for all pictures of the page that have none."""

    credit = forms.CharField(label=gettext_lazy("Credit"), max_length=200, required=False)
    licence = forms.CharField(label=gettext_lazy("Licence"), max_length=200, required=False)


WordsFormSet = forms.modelformset_factory(Image, WordsForm, extra=0, edit_only=True)


class PictureTextsMixin(admin.ModelAdmin):
    """Gives the library the address ``texts/?key=1&key=2``, and an action that leads there."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.texts_view)
        return [path("texts/", view, name="blog_image_texts"), *super().get_urls()]

    def texts_view(self, request: HttpRequest) -> HttpResponse:
        keys = read_numbers(request.GET.getlist("key"))
        pictures, own = self.describable(request, keys[:MOST_AT_ONCE])
        if not pictures.exists():
            if keys and not self.has_change_permission(request):
                raise PermissionDenied
            self.message_user(request, _("None of these pictures is here (any more)."), messages.WARNING)
            return HttpResponseRedirect(reverse("admin:blog_image_changelist"))
        data = request.POST if request.method == "POST" else None
        formset = WordsFormSet(data, queryset=pictures, prefix="picture", form_kwargs={"own": own})
        credits_form = CreditsForm(data, prefix="all")
        if data is not None and all([formset.is_valid(), credits_form.is_valid()]):
            count = self.save_words(request, formset, credits_form.cleaned_data, own)
            text = ngettext(
                "The words of %(count)s picture are saved.", "The words of %(count)s pictures are saved.", count
            )
            self.message_user(request, text % {"count": count}, messages.SUCCESS)
            rest = keys[MOST_AT_ONCE:]
            address = reverse("admin:blog_image_texts", query={"key": rest}) if rest else ""
            return HttpResponseRedirect(address or reverse("admin:blog_image_changelist"))
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": _("What these pictures show"),
            "formset": formset,
            "credits_form": credits_form,
            "others": len(keys[MOST_AT_ONCE:]),
            "media": self.media,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/blog/image/texts.html", context)

    def describable(self, request: HttpRequest, keys: list[int]) -> tuple[QuerySet[Image], set[int] | None]:
        """Return those of the pictures whose words somebody may write, in the order of the library.

        And which of them they may say everything of, None for all: the others are without an alternative text in a
        language, and whoever writes with a picture may give it one.
        """
        pictures = Image.objects.filter(pk__in=keys).order_by("-created_at", "-pk")
        if self.has_change_permission(request):
            return pictures, None
        if not self.has_add_permission(request):
            raise PermissionDenied
        added = LogEntry.objects.filter(
            user=request.user.pk,
            content_type=ContentType.objects.get_for_model(Image),
            action_flag=ADDITION,
            action_time__gte=timezone.now() - TIME_TO_DESCRIBE,
            object_id__in=[str(key) for key in keys],
        )
        own = {int(key) for key in added.values_list("object_id", flat=True)}
        silent = Q(is_decorative=False) & (Q(alt_fr="") | Q(alt_en=""))
        return pictures.filter(Q(pk__in=own) | silent), own

    @transaction.atomic
    def save_words(
        self, request: HttpRequest, formset: forms.BaseModelFormSet, for_all: dict, own: set[int] | None
    ) -> int:
        """Save what was typed, and what is for all where nothing stands; return how many changed."""
        count = 0
        # One without a key names a picture that is none of this page.
        for form in [each for each in formset.forms if each.instance.pk]:
            is_own = own is None or form.instance.pk in own
            filled = [name for name in CREDITS if is_own and for_all[name] and not getattr(form.instance, name)]
            for name in filled:
                setattr(form.instance, name, for_all[name])
            changed = {*form.changed_data, *filled} - {"id"}
            if changed:
                form.instance.save(update_fields=sorted(changed))
                self.log_change(request, form.instance, [{"changed": {"fields": sorted(changed)}}])
                count += 1
        return count

    @admin.action(description=gettext_lazy("Write their words"), permissions=["change"])
    def write_words(self, request: HttpRequest, queryset: QuerySet[Image]) -> HttpResponse:
        keys = list(queryset.values_list("pk", flat=True)[:MOST_AT_ONCE])
        return HttpResponseRedirect(reverse("admin:blog_image_texts", query={"key": keys}))
