"""What the lists and forms of the admin have in common, in this app and those above it."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import BadRequest, ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import ForeignKey, ManyToManyField, Model, QuerySet
from django.forms.widgets import Script
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from authors.bilingual import LANGUAGES, lacking_words
from authors.deleting import CountedDeletion
from authors.slugs import find_free_slug, make_slug
from authors.written_numbers import read_numbers

# Nobody turns two hundred pages of fifty, and to count half a million rows takes as long as to show them.
MOST_COUNTED = 10_000


class LongListPaginator(Paginator):
    """Counts and shows ``MOST_COUNTED`` rows at most; what lies behind them is reached by search and filters."""

    @cached_property
    def count(self) -> int:
        if isinstance(self.object_list, QuerySet):
            return self.object_list.order_by()[:MOST_COUNTED].count()
        return super().count

    @property
    def is_cut_short(self) -> bool:
        """Whether there may be more than was counted."""
        return self.count >= MOST_COUNTED


class KeysFirstPaginator(LongListPaginator):
    """Finds by an index which rows a page has, and reads these: to sort or to skip rows with long texts takes long."""

    def page(self, number: int | str) -> Page:
        page = super().page(number)
        if isinstance(page.object_list, QuerySet):
            keys = list(page.object_list.values_list("pk", flat=True))
            page.object_list = self.object_list.filter(pk__in=keys)
        return page


class KeysOnly:
    """Mixin of an autocompletion that offers again what was sent: nonsense is no row, and no error 500 either."""

    def optgroups(self, name: str, value: list[str], attrs: dict | None = None) -> list:
        return super().optgroups(name, [str(key) for key in read_numbers(value)], attrs)


class KeySelect(KeysOnly, AutocompleteSelect):
    pass


class KeySelectMultiple(KeysOnly, AutocompleteSelectMultiple):
    pass


def suggest(field: forms.ModelChoiceField, relation: ForeignKey | ManyToManyField) -> None:
    """Let a field suggest rows while somebody types, as ``relation`` does in a form of its model.

    Whoever may see the rows in the admin is given suggestions.
    """
    is_many = isinstance(field, forms.ModelMultipleChoiceField)
    field.widget = (KeySelectMultiple if is_many else KeySelect)(relation, admin.site)
    field.widget.choices = field.choices
    if is_many:
        leave_out_one_by_one(field)


def leave_out_one_by_one(field: forms.Field) -> None:
    """Let what was chosen be taken out one by one: a button for all would stand in a list without being an item."""
    field.widget.is_required = True


class EditorsFields:
    """Mixin for an admin, or an inline, with autocompletions."""

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs) -> forms.Field:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", KeySelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: ManyToManyField, request: HttpRequest, **kwargs) -> forms.Field:
        is_suggested = db_field.name in self.get_autocomplete_fields(request)
        if is_suggested:
            kwargs.setdefault("widget", KeySelectMultiple(db_field, self.admin_site))
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if is_suggested and field is not None:
            leave_out_one_by_one(field)
        return field


class NamedRows(admin.TabularInline):
    """A table of rows whose fields bear the names of their columns, for who hears one field at a time."""

    def get_formset(self, request: HttpRequest, obj: Model | None = None, **kwargs) -> type[forms.BaseFormSet]:
        formset = super().get_formset(request, obj, **kwargs)

        class Named(formset):
            def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
                super().add_fields(form, index)
                for name, field in form.fields.items():
                    label = field.label or self.model._meta.get_field(name).verbose_name
                    # That with buttons beside it shows another.
                    shown = getattr(field.widget, "widget", field.widget)
                    shown.attrs.setdefault("aria-label", capfirst(label))

        return Named


class CheckedKeys:
    """Mixin for an admin whose actions answer 400, not 500, to keys that are none."""

    def response_action(self, request: HttpRequest, *args, **kwargs) -> HttpResponse | None:
        try:
            for key in request.POST.getlist(ACTION_CHECKBOX_NAME):
                self.opts.pk.to_python(key)
        except ValidationError as error:
            raise BadRequest("What is selected has no such keys.") from error
        return super().response_action(request, *args, **kwargs)


class WordsFilter(admin.SimpleListFilter):
    """Rows that have yet to say something in a language; subclasses say what, as ``lacking_words()`` takes it."""

    title = _("what is missing")
    parameter_name = "missing"
    needed: tuple[str, ...] = ()
    paired: tuple[str, ...] = ()

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("fr", _("in French")), ("en", _("in English"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() not in LANGUAGES:
            return queryset if self.value() is None else queryset.none()
        return queryset.filter(lacking_words(self.value(), needed=self.needed, paired=self.paired))


class LongList(ChangeList):
    """A list that fetches what it shows of each row, and no more."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: list[str] | None = None) -> QuerySet:
        return self.model_admin.for_list(super().get_queryset(request, exclude_parameters))

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if isinstance(self.paginator, KeysFirstPaginator) and not self.multi_page:
            # A list that fits on one page is none of the paginator's to Django.
            self.result_list = self.paginator.page(1).object_list


class EditorsAdmin(CountedDeletion, CheckedKeys, EditorsFields, admin.ModelAdmin):
    """A list that costs the same with fifty rows or half a million, and a form that loses nothing."""

    paginator = LongListPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    # Of what goes with a deleted row, examples are enough; how many there are stands above them.
    delete_confirmation_max_display = 12

    class Media:
        js = [
            Script("admin-tribune/assistive.js", type="module"),
            Script("admin-tribune/slug.js", type="module"),
            Script("admin-tribune/unsaved.js", type="module"),
        ]

    def get_changelist(self, request: HttpRequest, **kwargs) -> type[ChangeList]:
        return LongList

    def get_view_on_site_url(self, obj: Model | None = None) -> str | None:
        try:
            return super().get_view_on_site_url(obj)
        except NoReverseMatch:
            # A form that comes back with an error may hold an address that leads nowhere.
            return None

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, title | (extra_context or {}))

    def save_model(self, request: HttpRequest, obj: Model, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if kept := getattr(form, "kept_of_others", ()):
            words = _("Somebody has changed this meanwhile, and that stays: %(fields)s.")
            labels = ", ".join(str(form.fields[name].label) for name in kept)
            self.message_user(request, words % {"fields": labels}, messages.INFO)

    def for_list(self, rows: QuerySet) -> QuerySet:
        """Return the rows of the list without the long texts that it does not show; for subclasses to say which."""
        return rows


class EditorsForm(forms.ModelForm):
    """Says what is wrong with a whole row at the field where it can be mended.

    ``mended_at`` maps names of constraints to names of fields. Without a field of its own, what a constraint says
    stands at the top. Constraints on columns that are not in the form are looked at too.
    """

    mended_at: dict[str, str] = {}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            # As Django does for the fields that it makes itself.
            field.label = capfirst(field.label)

    def validate_constraints(self) -> None:
        unclear = set(self.errors)
        for model, constraints in self.instance.get_constraints():
            for constraint in constraints:
                try:
                    constraint.validate(model, self.instance, exclude=unclear)
                except ValidationError as error:
                    field = self.mended_at.get(constraint.name)
                    self.add_error(field if field in self.fields else None, error)


class SlugForm(forms.ModelForm):
    """Makes the address of a row from its name where the editor left it empty.

    ``slug_source`` names the field of the name, ``slug_scope`` the fields within which an address must be unique.
    """

    slug_source = "name"
    slug_scope: tuple[str, ...] = ()

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("slug")
        if field is None:
            return
        field.required = False
        field.help_text = _("Left empty, it is made from the name or the title.")
        if not self.instance.pk and self.slug_source in self.fields:
            field.widget.attrs["data-slug-from"] = self[self.slug_source].id_for_label

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        if "slug" in self.fields and not cleaned.get("slug") and "slug" not in self.errors:
            self.make_slug(cleaned)
        return cleaned

    def make_slug(self, cleaned: dict) -> None:
        """Put an address that is free into ``cleaned``, or say that none can be made."""
        length = self.fields["slug"].max_length
        name = cleaned.get(self.slug_source)
        slug = make_slug(name or "", length)
        if slug:
            scope = {field: cleaned.get(field, getattr(self.instance, field, None)) for field in self.slug_scope}
            rows = self._meta.model._default_manager.filter(**scope).exclude(pk=self.instance.pk)
            cleaned["slug"] = find_free_slug(slug, rows, length)
        elif name:
            self.add_error("slug", _("No address can be made from this name: type one, in letters and digits."))
