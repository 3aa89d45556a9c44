"""A form of the admin filled with something else than what is saved: a working copy, or two versions put together."""

from django.forms import BaseForm, BaseModelFormSet
from django.forms.utils import ErrorDict, ErrorList
from django.utils.datastructures import MultiValueDict

from blog.models import Claim
from blog.models.claims import FACTS


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


def typed_claims(formset: BaseModelFormSet, claims: list[dict]) -> MultiValueDict:
    """Return what a browser would send of a form whose claims are to be these, in this order."""
    rows = list(formset.get_queryset())
    data = management_of(formset.prefix, total=max(len(rows), len(claims)), initial=len(rows))
    fields = formset.empty_form.fields
    for number, row in enumerate([*rows, *[None] * (len(claims) - len(rows))]):
        is_gone = number >= len(claims)
        claim = row if is_gone else Claim.saying(claims[number])
        prefix = f"{formset.prefix}-{number}"
        data[f"{prefix}-id"] = str(row.pk) if row else ""
        for name in FACTS:
            value = getattr(claim, name)
            shown = fields[name].widget.format_value(value) if name == "claimed_on" else value
            data[f"{prefix}-{name}"] = shown or ""
        data[f"{prefix}-position"] = str(number)
        if is_gone:
            data[f"{prefix}-DELETE"] = "on"
    return data


def management_of(prefix: str, *, total: int, initial: int) -> MultiValueDict:
    """Return what the management form of a formset sends, of so many rows, so many of which are saved."""
    numbers = {"TOTAL_FORMS": total, "INITIAL_FORMS": initial, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}
    return MultiValueDict({f"{prefix}-{name}": [str(number)] for name, number in numbers.items()})


def typed_byline(formset: BaseModelFormSet, authors: list[int]) -> MultiValueDict:
    """Return what a browser would send of a byline that is to name these authors, in this order."""
    rows = [(row.pk, row.author_id) for row in formset.get_queryset()]
    positions = {author: position for position, author in enumerate(authors)}
    lines = [(pk, author, positions.get(author)) for pk, author in rows]
    kept = {author for _pk, author in rows}
    lines += [("", author, position) for author, position in positions.items() if author not in kept]
    prefix = formset.prefix
    data = management_of(prefix, total=len(lines), initial=len(rows))
    for number, (pk, author, position) in enumerate(lines):
        data[f"{prefix}-{number}-id"] = str(pk)
        data[f"{prefix}-{number}-author"] = str(author)
        data[f"{prefix}-{number}-position"] = str(number if position is None else position)
        if position is None:
            data[f"{prefix}-{number}-DELETE"] = "on"
    return data
