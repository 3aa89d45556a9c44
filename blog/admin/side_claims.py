"""The claims of a translation beside those of its original: which goes with which follows from their order."""

from dataclasses import dataclass
from itertools import zip_longest

from django.forms import BaseForm, BaseInlineFormSet, DateInput
from django.http import QueryDict
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from blog.admin.filling import management_of
from blog.admin.taking_up import count_rows
from blog.claims import lines_of
from blog.models import Claim
from blog.models.claims import FACTS
from blog.side_by_side import changed_words
from blog.syndication.comparing import Piece

# What a claim has no words in that would have to be translated.
SAME_IN_BOTH = ("claimant", "claimant_kind", "appearance", "claimed_on", "verdict")


@dataclass(frozen=True)
class ClaimRow:
    """A claim of the original, in lines with what changed in them, and the fields of what translates it."""

    number: int
    lines: list[list[Piece]]
    is_changed: bool
    is_gone: bool
    form: BaseForm | None


def claim_rows(
    base: list[dict] | None, left: list[dict], formset: BaseInlineFormSet | None, language: str
) -> list[ClaimRow]:
    """Return the rows of the page. ``base`` is what the original said when the translation was up to date, if known."""
    add_lacking(formset, left)
    forms = formset.forms if formset is not None else []
    for form in forms:
        dress(form, formset.instance.language)
    rows = []
    for number in range(max(len(left), len(base or ()), len(forms))):
        now = words_of(left, number, language)
        then = now if base is None else words_of(base, number, language)
        rows.append(
            ClaimRow(
                number,
                [list(changed_words(old, new)) for old, new in zip_longest(then, now, fillvalue="")],
                is_changed=then != now,
                is_gone=bool(then) and not now,
                form=forms[number] if number < len(forms) else None,
            )
        )
    return rows


def dress(form: BaseForm, language: str) -> None:
    """Make the fields of a claim fit this page: words bear their language, and a day has no calendar beside it."""
    for name in ("claim_reviewed", "claimant", "explanation"):
        form.fields[name].widget.attrs["lang"] = language
    form.fields["claimed_on"].widget = DateInput()


def words_of(claims: list[dict], number: int, language: str) -> list[str]:
    """Return a claim of several in lines of the language of its post; [] where there are not so many."""
    if number >= len(claims):
        return []
    with translation.override(language):
        return lines_of(Claim.saying(claims[number]))


def add_lacking(formset: BaseInlineFormSet | None, left: list[dict]) -> None:
    """Let a formset have a row for each claim of the original, with what is the same in both languages."""
    lacking = left[len(formset.forms) :] if formset is not None else []
    if not lacking:
        return
    kept = [form.initial for form in formset.forms]
    formset.extra = len(formset.extra_forms) + len(lacking)
    # The forms are made anew, with as many empty ones.
    formset.__dict__.pop("forms", None)
    offered = [
        {name: getattr(claim, name) for name in SAME_IN_BOTH} | {"position": position}
        for position, claim in enumerate(map(Claim.saying, lacking), start=len(kept))
    ]
    for form, initial in zip(formset.forms, [*kept, *offered], strict=True):
        form.initial = initial


def claims_sent(sent: QueryDict, prefix: str) -> MultiValueDict:
    """Return the claims that the page sends as the form of a post would: one without words is none, or no longer."""
    saved, new = [], []
    for number in range(count_rows(sent, prefix)):
        names = ("id", *FACTS, "position", "DELETE")
        row = {name: sent[key] for name in names if (key := f"{prefix}-{number}-{name}") in sent}
        if not row.get("claim_reviewed", "").strip():
            if not row.get("id"):
                continue
            row["DELETE"] = "on"
        (saved if row.get("id") else new).append(row)
    data = management_of(prefix, total=len(saved) + len(new), initial=len(saved))
    for number, row in enumerate([*saved, *new]):
        data.update({f"{prefix}-{number}-{name}": value for name, value in row.items()})
    return data
