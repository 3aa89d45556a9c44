"""Two editors at one form: what one of them saved is not overwritten unawares by the other.

Articles have versions and a way of their own (``blog.admin.merging``).
"""

import json
from datetime import datetime
from hashlib import blake2b

from django import forms
from django.db.models import Manager, Model, QuerySet
from django.db.models.fields.files import FieldFile
from django.utils import timezone
from django.utils.formats import localize
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _

# Of what somebody else wrote; the rest is behind the link.
MOST_SHOWN = 300


class Aside(forms.CharField):
    """What the form says about itself, and no change of the row."""

    widget = forms.HiddenInput

    def has_changed(self, initial: str | None, data: str | None) -> bool:
        return False


class CarefulForm(forms.ModelForm):
    """Sees field by field what somebody else has saved since the form was opened.

    What only they changed stays theirs (``kept_of_others`` names it). Where both did, the form comes back and says so;
    who saves once more has been told. ``seen`` has digests of the values with which the form was opened.
    """

    seen = Aside(required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.kept_of_others: list[str] = []
        # Asked for when a subclass has said what its fields begin with.
        self.initial["seen"] = lambda: json.dumps(self.saved_now)

    @cached_property
    def saved_now(self) -> dict[str, str]:
        """Digests of the values that are saved, by field; none of a new row."""
        if not self.instance.pk:
            return {}
        # Of the model only: what else is in the form is made anew each time.
        names = {field.name for field in (*self.instance._meta.fields, *self.instance._meta.many_to_many)}
        return {name: digest_of(self.initial.get(name)) for name in self.fields if name in names}

    def saved_value(self, name: str):
        """Return the saved value of a field, as the form has it once it was looked at."""
        if not self.instance._meta.get_field(name).is_relation:
            return self.initial.get(name)
        value = getattr(self.instance, name)
        return value.all() if isinstance(value, Manager) else value

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        self.look_for_others(cleaned, read_digests(cleaned.get("seen", "")))
        return cleaned

    def look_for_others(self, cleaned: dict, seen: dict[str, str]) -> None:
        """Let stand in ``cleaned`` what others changed and this form did not, and say where both did."""
        told = {}
        for name, now in self.saved_now.items():
            before = seen.get(name, now)
            mine = digest_of(cleaned[name]) if name in cleaned else now
            if now in (before, mine):
                continue
            if mine == before:
                cleaned[name] = self.saved_value(name)
                self.kept_of_others.append(name)
            else:
                told[name] = now
        for name in told:
            self.add_error(name, self.words_about(name))
        if told:
            self.data = self.data.copy()
            self.data[self.add_prefix("seen")] = json.dumps(seen | told)

    def words_about(self, name: str) -> str:
        """Return that somebody else has changed a field, what it says now, and what becomes of it."""
        return format_html(
            '{} <a href="" target="_blank">{}</a>',
            _(
                "Somebody has changed this since you opened the form. It says now: “%(theirs)s”. Yours stands below, "
                "not saved yet: if you save once more, it takes the place of theirs."
            )
            % {"theirs": Truncator(in_words(self.instance, name, self.saved_value(name))).chars(MOST_SHOWN)},
            _("See theirs in another tab"),
        )


def read_digests(text: str) -> dict[str, str]:
    """Return what a form says of the values with which it was opened; nothing for nonsense."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return {str(name): str(digest) for name, digest in found.items()} if isinstance(found, dict) else {}


def digest_of(value) -> str:
    """Return what tells a value of a field from others, whether it was typed or comes from the database."""
    return blake2b(repr(_plain(value)).encode(errors="replace"), digest_size=8).hexdigest()


def _plain(value):
    """Return a value as one of those that a form, a row and a database have in common."""
    if isinstance(value, (list, tuple, set, QuerySet)):
        return sorted((_plain(each) for each in value), key=repr)
    if isinstance(value, Model):
        value = value.pk
    elif isinstance(value, FieldFile):
        value = value.name
    elif isinstance(value, datetime) and timezone.is_aware(value):
        value = value.timestamp()
    # A form sends every line break as two characters, and an empty field where there is nothing.
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def in_words(row: Model, name: str, value) -> str:
    """Return the saved value of a field of a row in words of the active language."""
    if isinstance(value, QuerySet):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    shown = getattr(row, f"get_{name}_display", None)
    return str(localize(shown() if shown else value)) if value is not None else ""
