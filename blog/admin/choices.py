"""Fields by which an editor chooses among things that stand in an order."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, ManyToManyField

from authors.editing import suggest
from authors.written_numbers import read_numbers
from blog.models import BulkChange, Category
from blog.revising import MERGERS

# A longer list is no longer read: names are typed then.
MOST_OPTIONS = 100

# Before each name, once a level.
INDENT = "– "


def indented(category: Category) -> str:
    """Return a category's name, behind as many dashes as it stands below others."""
    return f"{INDENT * category.path.count('/')}{category.name}"


class FollowsMergers:
    """A field of tags or categories: one that was merged into another while the form was open stands for that one."""

    def clean(self, value: object) -> object:
        try:
            return super().clean(value)
        except ValidationError as error:
            if error.code != "invalid_choice":
                raise
            chosen = self.with_heirs(value if isinstance(value, list | tuple) else [value])
        return super().clean(chosen if isinstance(value, list | tuple) else next(iter(chosen), value))

    def with_heirs(self, value: list) -> list[int]:
        """Return what was chosen, with what is gone as what took it in."""
        wanted = read_numbers(value)
        there = set(self.queryset.filter(pk__in=wanted).values_list("pk", flat=True))
        heirs = BulkChange.objects.heirs(MERGERS[self.queryset.model], set(wanted) - there)
        return [*(key for key in wanted if key in there), *sorted(heirs - there)]


class TagsField(FollowsMergers, forms.ModelMultipleChoiceField):
    """Any number of tags."""


class CategoryField(FollowsMergers, forms.ModelChoiceField):
    """One category, in the order of the directory."""

    def label_from_instance(self, obj: Category) -> str:
        return indented(obj)


class CategoriesField(FollowsMergers, forms.ModelMultipleChoiceField):
    """Any number of categories, as boxes to tick in the order of the directory."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Category) -> str:
        return indented(obj)


def keep_short(form: forms.BaseForm, *relations: ForeignKey | ManyToManyField) -> None:
    """Let the fields of these relations to categories offer the few that there are, which are read once for all.

    Where there are too many, they suggest them while somebody types.
    """
    fields = [(form.fields[relation.name], relation) for relation in relations if relation.name in form.fields]
    offered = list(Category.objects.in_order()[: MOST_OPTIONS + 1]) if fields else []
    for field, relation in fields:
        if len(offered) > MOST_OPTIONS:
            suggest(field, relation)
        else:
            none = [] if field.empty_label is None else [("", field.empty_label)]
            field.choices = [*none, *((category.pk, field.label_from_instance(category)) for category in offered)]
