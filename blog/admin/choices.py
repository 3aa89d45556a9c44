"""Fields by which an editor chooses among things that stand in an order."""

from django import forms
from django.db.models import ForeignKey, ManyToManyField

from authors.editing import suggest
from blog.models import Category

# A longer list is no longer read: names are typed then.
MOST_OPTIONS = 100

# Before each name, once a level.
INDENT = "– "


def indented(category: Category) -> str:
    """Return a category's name, behind as many dashes as it stands below others."""
    return f"{INDENT * category.path.count('/')}{category.name}"


class CategoryField(forms.ModelChoiceField):
    """One category, in the order of the directory."""

    def label_from_instance(self, obj: Category) -> str:
        return indented(obj)


class CategoriesField(forms.ModelMultipleChoiceField):
    """Any number of categories, as boxes to tick in the order of the directory."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Category) -> str:
        return indented(obj)


def keep_short(form: forms.BaseForm, *relations: ForeignKey | ManyToManyField) -> None:
    """Let the fields of these relations to categories suggest them while somebody types, where there are too many."""
    fields = [(form.fields[relation.name], relation) for relation in relations if relation.name in form.fields]
    if fields and Category.objects.order_by().values_list("pk")[MOST_OPTIONS:].exists():
        for field, relation in fields:
            suggest(field, relation)
