"""What a partner sends from the private page, and what editors send from the page of a tribune."""

import secrets
from datetime import timedelta

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.mail.lines import plain_text
from blog.models.moments import validate_year
from blog.syndication.addresses import can_be_public, read_address
from blog.syndication.errors import ForbiddenAddressError
from blog.syndication.mentions import is_ours
from blog.visitors import Limit, is_from_here

# A note, not an article; longer things go by mail.
NOTE_LENGTH = 2000
ADDRESS_LENGTH = 500
ONCE_LENGTH = 40

AN_HOUR = 3600
# A lively exchange stays below; who found an address does not fill a mailbox.
FROM_PARTNERS = Limit("hand-over", most=20, of_network=60, seconds=AN_HOUR)
# The same for one page, from wherever.
ON_A_PAGE = Limit("hand-over-page", most=30, of_network=30, seconds=AN_HOUR)

FROM_ELSEWHERE = _("The form was sent from another site. What you typed is here: send it again.")
TOO_MANY = _("Much has just come from this page. Wait an hour, then send again: what you typed is still here.")


class PartnerForm(forms.Form):
    """A form of a private page: its address is the key, the browser says where it was sent from.

    ``once`` makes of a form that is sent twice one note; ``seen`` names the text that the partner had before them.
    """

    status = 422

    once = forms.CharField(max_length=ONCE_LENGTH, widget=forms.HiddenInput)
    seen = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

    def __init__(self, data: dict | None = None, *, seen: int | str = 0, prefix: str = "", **kwargs) -> None:
        self.fresh = {"once": secrets.token_urlsafe(18), "seen": seen}
        super().__init__(data, label_suffix="", auto_id=f"{prefix}-%s", **kwargs)

    def asked_names(self) -> list[str]:
        return [name for name in self.fields if name not in ("once", "seen")]

    def asked_fields(self) -> list[forms.BoundField]:
        """Return what a person fills in."""
        return [self[name] for name in self.asked_names()]

    def hidden(self) -> list[tuple[str, str]]:
        """Return what goes with the form that goes out, whatever the one that came in was."""
        return list(self.fresh.items())

    def limits(self) -> tuple[Limit, Limit]:
        """Return what may come from one sender, and what at one page from wherever."""
        return FROM_PARTNERS, ON_A_PAGE

    def may_be_taken(self, request: HttpRequest, page: str) -> bool:
        """Say whether everything is right; the form holds what is not, and the ``status`` to answer with."""
        if not self.is_valid():
            return False
        of_sender, on_page = self.limits()
        if not is_from_here(request):
            self.add_error(None, FROM_ELSEWHERE)
            self.status = 403
        elif not (on_page.allows_one(page) and of_sender.allows(request)):
            self.add_error(None, TOO_MANY)
            self.status = 429
        return not self.errors


def clean_note(text: str) -> str:
    """Return a note without what is invisible; raise ValidationError where nothing is left of it."""
    text = plain_text(text)
    if not text:
        raise forms.ValidationError(_("Nothing of this would be seen: write a few words."))
    return text


def note_field(label: object, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=NOTE_LENGTH, required=required, widget=forms.Textarea(attrs={"rows": 4})
    )


class AcceptForm(PartnerForm):
    """Nothing but the button."""


class DeclineForm(PartnerForm):
    text = note_field(_("Why, if you want to say so"), required=False)

    def clean_text(self) -> str:
        return plain_text(self.cleaned_data["text"])


class AppearedForm(PartnerForm):
    url = forms.CharField(
        label=_("Address of the page where it has appeared"),
        max_length=ADDRESS_LENGTH,
        help_text=_("As it stands in your browser, such as https://example.org/article/."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "placeholder": "https://"}),
    )
    day = forms.DateField(
        label=_("On which day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        error_messages={"invalid": _("Give a day, such as 2026-06-25 or 25/06/2026.")},
    )

    def __init__(self, *args, **kwargs) -> None:
        kwargs.setdefault("initial", {"day": today()})
        super().__init__(*args, **kwargs)

    def clean_url(self) -> str:
        """Take an address of the web that may be asked for, and not one of this site."""
        url = self.cleaned_data["url"]
        try:
            address = read_address(url)
        except ForbiddenAddressError as error:
            raise forms.ValidationError(str(error)) from None
        if is_ours(address):
            raise forms.ValidationError(_("This is an address of our own site: give that of the page on yours."))
        if not can_be_public(address):
            # Readers would be led there.
            raise forms.ValidationError(ForbiddenAddressError.words)
        return url

    def clean_day(self):
        day = self.cleaned_data["day"]
        validate_year(day)
        # Somewhere it is tomorrow already.
        if day > today() + timedelta(days=1):
            raise forms.ValidationError(_("That day is still to come: say so once the text has appeared."))
        return day


class NoteForm(PartnerForm):
    text = note_field(_("A note for the editors"))

    def clean_text(self) -> str:
        return clean_note(self.cleaned_data["text"])


class EditorNoteForm(forms.Form):
    """A note from the page of a tribune."""

    text = note_field(_("A note for the partner"))
    once = forms.CharField(max_length=ONCE_LENGTH, widget=forms.HiddenInput)

    def clean_text(self) -> str:
        return clean_note(self.cleaned_data["text"])


def today():
    return timezone.localdate(timezone=timezone.get_default_timezone())
