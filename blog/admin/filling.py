"""A form of the admin filled with something else than what is saved: a working copy, or two versions put together."""

from django.forms import BaseForm, BaseModelFormSet
from django.forms.utils import ErrorDict, ErrorList
from django.utils.datastructures import MultiValueDict


def fill_formset(formset: BaseModelFormSet, data: MultiValueDict) -> None:
    """Let a formset show ``data``, which has its management form too, as if it had been typed."""
    formset.data = data
    formset.is_bound = True
    formset._errors = []
    formset._non_form_errors = ErrorList()
    # Made anew from the data.
    formset.__dict__.pop("forms", None)
    formset.__dict__.pop("management_form", None)
    for form in formset.forms:
        form._errors = ErrorDict()
        form.cleaned_data = {}


def typed(form: BaseForm, values: dict) -> MultiValueDict:
    """Return values of fields, as Python knows them, as a browser would send them."""
    data = MultiValueDict()
    for name, value in values.items():
        widget = form.fields[name].widget
        prefixed = form.add_prefix(name)
        if hasattr(widget, "widgets"):
            for part, suffix, one in zip(widget.widgets, widget.widgets_names, widget.decompress(value), strict=True):
                data[prefixed + suffix] = part.format_value(one) or ""
        elif isinstance(value, list):
            data.setlist(prefixed, [str(each) for each in value])
        else:
            data[prefixed] = "" if value is None else str(value)
    return data


def typed_byline(formset: BaseModelFormSet, authors: list[int]) -> MultiValueDict:
    """Return what a browser would send of a byline that is to name these authors, in this order."""
    rows = [(row.pk, row.author_id) for row in formset.get_queryset()]
    positions = {author: position for position, author in enumerate(authors)}
    lines = [(pk, author, positions.get(author)) for pk, author in rows]
    kept = {author for _pk, author in rows}
    lines += [("", author, position) for author, position in positions.items() if author not in kept]
    prefix = formset.prefix
    data = MultiValueDict(
        {
            f"{prefix}-TOTAL_FORMS": [str(len(lines))],
            f"{prefix}-INITIAL_FORMS": [str(len(rows))],
            f"{prefix}-MIN_NUM_FORMS": ["0"],
            f"{prefix}-MAX_NUM_FORMS": ["1000"],
        }
    )
    for number, (pk, author, position) in enumerate(lines):
        data[f"{prefix}-{number}-id"] = str(pk)
        data[f"{prefix}-{number}-author"] = str(author)
        data[f"{prefix}-{number}-position"] = str(number if position is None else position)
        if position is None:
            data[f"{prefix}-{number}-DELETE"] = "on"
    return data
