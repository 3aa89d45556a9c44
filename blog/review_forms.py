"""What somebody without an account sends from the private page of a preview, and what editors send about it."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from blog.body import excerpt
from blog.hand_over_forms import AN_HOUR, PartnerForm, clean_note, note_field, today
from blog.mail.lines import one_line, plain_text
from blog.models.handovers import DIGEST_LENGTH
from blog.models.languages import Language
from blog.models.reviews import GOOD_FOR, NAME_LENGTH
from blog.passages import STANDFIRST, TITLE, Passage
from blog.typography import typeset
from blog.visitors import Limit

# Who reads a long article with care stays below.
FROM_READERS = Limit("review", most=120, of_network=240, seconds=AN_HOUR)
ON_A_PAGE = Limit("review-page", most=120, of_network=120, seconds=AN_HOUR)

# A passage in a list of them.
LISTED = 70
QUOTE_LENGTH = 1000
LONGEST = timedelta(days=365)


class ReaderForm(PartnerForm):
    """A form of the private page of a preview; ``seen`` is the state of the text that its reader had before them."""

    seen = forms.CharField(max_length=DIGEST_LENGTH, widget=forms.HiddenInput)

    def limits(self) -> tuple[Limit, Limit]:
        return FROM_READERS, ON_A_PAGE


class RemarkForm(ReaderForm):
    """A remark on a passage, or on the whole."""

    passage = forms.ChoiceField(label=_("On which passage"), required=False)
    quote = forms.CharField(
        label=_("On these words of it (may stay empty)"),
        max_length=QUOTE_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    text = note_field(_("Your remark"))

    def __init__(self, *args, passages: list[Passage], language: str, **kwargs) -> None:
        """``language`` is that of the text."""
        super().__init__(*args, **kwargs)
        self.passages = {passage.key: passage for passage in passages}
        self.fields["passage"].choices = [
            ("", _("the whole text")),
            *(listed(passage, language) for passage in passages),
        ]
        self.fields["passage"].error_messages["invalid_choice"] = _(
            "The text has changed meanwhile, and this passage with it: choose the passage again."
        )

    def clean_text(self) -> str:
        return clean_note(self.cleaned_data["text"])

    def clean_quote(self) -> str:
        return one_line(self.cleaned_data["quote"])

    def clean(self) -> dict:
        """Look for the words in the passage, or, where none was chosen, for the passage that holds them."""
        cleaned = super().clean()
        quote = cleaned.get("quote")
        if "passage" in cleaned and quote:
            chosen = self.passages.get(cleaned["passage"])
            if chosen is None:
                chosen = next((each for each in self.passages.values() if each.holds(quote)), None)
            if chosen is None or not chosen.holds(quote):
                self.add_error("quote", _("These words do not stand in the passage: copy them from the text."))
            else:
                cleaned["passage"] = chosen.key
        return cleaned

    def chosen(self) -> Passage | None:
        """Return the passage that the remark is on; None where it is on the whole."""
        return self.passages.get(self.cleaned_data["passage"])


def listed(passage: Passage, language: str) -> tuple[str, str]:
    """Return a passage as it stands in a list: its key, and its first words, with the spaces that readers see."""
    words = typeset(excerpt(passage.words, LISTED), language) or _("a picture or video without words")
    names = {TITLE: _("title: %(words)s"), STANDFIRST: _("standfirst: %(words)s")}
    return passage.key, names[passage.key] % {"words": words} if passage.key in names else words


class ApproveForm(ReaderForm):
    text = note_field(_("A word with it, if you like"), required=False)

    def clean_text(self) -> str:
        return plain_text(self.cleaned_data["text"])


class ChangesForm(ReaderForm):
    text = note_field(_("What should change (unless your remarks say it)"), required=False)

    def clean_text(self) -> str:
        return plain_text(self.cleaned_data["text"])


class WithdrawForm(ReaderForm):
    """The button that takes a remark back."""

    remark = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)


class AddressForm(forms.Form):
    """For whom an editor makes a private address."""

    name = forms.CharField(
        label=_("Who reads it"),
        max_length=NAME_LENGTH,
        help_text=_("What they say stands under this name."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=_("Their language"), choices=Language.choices)
    until = forms.DateField(
        label=_("Good until the end of"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
    )
    email = forms.EmailField(
        label=_("Mail it to"),
        required=False,
        help_text=_("May stay empty: you can also copy the address and send it yourself."),
    )
    note = forms.CharField(
        label=_("A word to them"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: dict | None = None, *, language: str = "fr") -> None:
        initial = {"until": today() + GOOD_FOR, "language": language}
        super().__init__(data, label_suffix="", auto_id="id_%s", initial=initial)

    def clean_name(self) -> str:
        name = one_line(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("Nothing of this would be seen: write a few words."))
        return name

    def clean_note(self) -> str:
        return plain_text(self.cleaned_data["note"])

    def clean_until(self):
        until = self.cleaned_data["until"]
        if until < today():
            raise forms.ValidationError(_("That day is over."))
        if until > today() + LONGEST:
            raise forms.ValidationError(_("An address is good for a year at most."))
        return until


class AboutRemarkForm(forms.Form):
    """Which remark an editor sees to, and how."""

    remark = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    act = forms.ChoiceField(choices=[("done", ""), ("open", ""), ("answer", "")])
    text = forms.CharField(required=False, max_length=2000)

    def clean_text(self) -> str:
        return plain_text(self.cleaned_data["text"])


class WhichAddressForm(forms.Form):
    """Which private address an editor revokes."""

    address = forms.IntegerField(min_value=1, max_value=2**63 - 1)
