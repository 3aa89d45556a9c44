"""An unsaved text put back into the form that it was typed in, and what it would change."""

from dataclasses import dataclass, field

from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import ValidationError
from django.forms import BaseForm, BaseInlineFormSet, ModelForm
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from authors.written_numbers import read_number
from blog.autosaving import NEVER_KEPT
from blog.body import plain_text
from blog.models import Autosave, Post
from blog.syndication.comparing import Piece, differences, mark_words

# More rows than any byline has; what is sent may say any number.
MOST_ROWS = 100

SHOWN_WORD_BY_WORD = {"title", "standfirst", "body"}


def fill(form: BaseForm, typed: QueryDict, prefix: str = "") -> None:
    """Let a form begin with what was typed, unchecked; what was not in the form of then stays as it is."""
    for name, one in form.fields.items():
        where = f"{prefix}-{name}" if prefix else form.add_prefix(name)
        if name in NEVER_KEPT or one.disabled or one.widget.value_omitted_from_data(typed, {}, where):
            continue
        form.initial[name] = one.widget.value_from_datadict(typed, {}, where)


def fill_rows(formset: BaseInlineFormSet, typed: QueryDict) -> None:
    """Let the rows of an inline begin with what was typed.

    A row that was saved since then by somebody else stays; one that is gone since is offered as a new one.
    """
    there = {str(form.instance.pk): form for form in formset.initial_forms}
    new = []
    for number in range(count_rows(typed, formset.prefix)):
        row = f"{formset.prefix}-{number}"
        form = there.get(typed.get(f"{row}-{formset.model._meta.pk.name}", ""))
        if form is not None:
            fill(form, typed, row)
        elif f"{row}-DELETE" not in typed:
            new.append(row)
    # The forms are made anew, with as many empty ones.
    kept = [form.initial for form in formset.initial_forms]
    formset.extra = len(new)
    formset.__dict__.pop("forms", None)
    for form, initial in zip(formset.initial_forms, kept, strict=True):
        form.initial = initial
    for form, row in zip(formset.extra_forms, new, strict=False):
        fill(form, typed, row)


def count_rows(typed: QueryDict, prefix: str) -> int:
    """Return how many rows a form sent of an inline."""
    return min(read_number(typed.get(f"{prefix}-TOTAL_FORMS", "")) or 0, MOST_ROWS)


@dataclass
class Difference:
    """What an unsaved text would change: words of its texts, and the names of other fields."""

    title: list[Piece] = field(default_factory=list)
    texts: list[tuple[str, list[list[Piece]]]] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.title or self.texts or self.others)


def difference_of(model_admin, request: HttpRequest, row: Autosave, post: Post | None) -> Difference:
    """Compare an unsaved text with what is saved of its post, or with an empty form."""
    fields = flatten_fieldsets(model_admin.get_fieldsets(request, post))
    form = model_admin.get_form(request, post, change=bool(post), fields=fields)(row.typed, instance=post)
    before = post or Post()
    found = Difference()
    title, standfirst, body = (row.typed.get(name, "") for name in ("title", "standfirst", "body"))
    if title != before.title:
        found.title = list(mark_words(before.title, title))
    for label, old, new in (
        (_("standfirst"), before.standfirst, standfirst),
        (_("text"), words_of(before.body), words_of(body)),
    ):
        if lines_of(old) != lines_of(new):
            found.texts.append((label, differences("\n".join(lines_of(old)), "\n".join(lines_of(new)))))
    found.others = [
        str(form[name].label) for name in form.changed_data if name not in SHOWN_WORD_BY_WORD and is_shown(form, name)
    ]
    if "body" in form.changed_data and before.body != body and not any(label == _("text") for label, _a in found.texts):
        found.others.append(_("formatting of the text"))
    found.others += rows_changed(model_admin, request, row, post)
    return found


def words_of(html: str) -> str:
    """Return the words of a body, or its source where nothing can be made of it."""
    try:
        return plain_text(html)
    except ValidationError:
        return html


def lines_of(text: str) -> list[str]:
    return [line for line in text.replace("\r\n", "\n").split("\n") if line.strip()]


def is_shown(form: ModelForm, name: str) -> bool:
    return not form.fields[name].widget.is_hidden


def rows_changed(model_admin, request: HttpRequest, row: Autosave, post: Post | None) -> list[str]:
    """Return the names of the inlines of which something would change."""
    changed = []
    for formset_class, inline in model_admin.get_formsets_with_inlines(request, post):
        if not inline.has_change_permission(request, post):
            continue
        prefix = formset_class.get_default_prefix()
        if f"{prefix}-TOTAL_FORMS" not in row.typed:
            continue
        formset = formset_class(instance=post or Post(), prefix=prefix, queryset=inline.get_queryset(request))
        before = [form.initial.copy() for form in formset.initial_forms]
        fill_rows(formset, row.typed)
        is_changed = bool(formset.extra) or any(
            has_changed(form, initial) for form, initial in zip(formset.initial_forms, before, strict=True)
        )
        if is_changed:
            changed.append(str(inline.verbose_name_plural))
    return changed


def has_changed(form: ModelForm, before: dict) -> bool:
    """Say whether what was typed in a row differs from what is saved of it."""
    return any(
        one.has_changed(before.get(name), form.initial.get(name))
        for name, one in form.fields.items()
        if name in form.initial and not one.widget.is_hidden
    )
