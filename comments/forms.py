"""What readers may send, and the checks that it passes."""

import secrets
import time
from collections.abc import Sequence
from functools import partial
from urllib.parse import urlsplit

from django import forms
from django.core import signing, validators
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from comments.lookalikes import undisguised
from comments.models import Comment, Following
from comments.proof_of_work import asked_bits, is_solved
from comments.text import MAX_LENGTH, has_deceptive_signs, has_something_to_show, tidied_name

# What an address looks like: said before it is typed, and again where it is wrong.
EMAIL = {
    "help_text": _("Such as name@example.org."),
    "error_messages": {"invalid": _("Give a whole address, such as name@example.org.")},
}

STAMP_SALT = "comments.stamp"

# A kept page is shared by its readers, and a tab stays open over a week-end. After this, the
# form comes back with the text and a fresh stamp.
STAMP_SECONDS = 7 * 24 * 3600

# What the columns hold.
NAME_LENGTH, EMAIL_LENGTH, SITE_LENGTH = (
    Comment._meta.get_field(name).max_length for name in ("name", "email", "site")
)

# What can be mailed to the writer of a comment: of which comments, and how often.
ANSWERS, DISCUSSION = "answers", "discussion"
FOLLOW_CHOICES = [
    ("", _("No")),
    (f"{ANSWERS}:{Following.Cadence.AT_ONCE}", _("Answers to my comment, at once")),
    (f"{ANSWERS}:{Following.Cadence.DAILY}", _("Answers to my comment, once a day")),
    (f"{DISCUSSION}:{Following.Cadence.AT_ONCE}", _("The whole discussion, at once")),
    (f"{DISCUSSION}:{Following.Cadence.DAILY}", _("The whole discussion, once a day")),
]


def make_stamp(made_for: int | str) -> str:
    """Return a signed note of what a form was made for, such as a discussion, and when; no two are the same."""
    return signing.dumps([made_for, secrets.token_urlsafe(6)], salt=STAMP_SALT)


def check_stamp(stamp: str, *, made_for: int | str) -> str:
    """Return a stamp that was made here, for this, and not too long ago; raise ValidationError where it was not."""
    try:
        is_for, _nonce = signing.loads(stamp, salt=STAMP_SALT, max_age=STAMP_SECONDS)
    except signing.SignatureExpired:
        raise forms.ValidationError(
            _("The page had been open for a long time. Your text is here: send it again.")
        ) from None
    except (signing.BadSignature, TypeError, ValueError):
        # Before stamps were made to be used once, they held the post alone.
        is_for = None
    if is_for != made_for:
        raise forms.ValidationError(_("This form was not made by this page. Your text is here: send it again."))
    return stamp


def digest_stamp(stamp: str, sender: str) -> str:
    """Return what is kept of a stamp that was used. Readers share a kept page and its stamp, so each has one use."""
    return salted_hmac("comments.stamp.used", f"{sender} {stamp}", algorithm="sha256").hexdigest()


def stamp_age(stamp: str) -> int:
    """Return how many seconds ago a stamp was made whose signature was checked."""
    return max(0, int(time.time()) - signing.b62_decode(stamp.split(":")[-2]))


class TextForm(forms.Form):
    """The text of a comment, to be looked at first or sent."""

    text = forms.CharField(
        label=_("Your comment"),
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    # Of the button that shows how it will look, instead of sending it.
    preview = forms.CharField(required=False)

    # How the text will look, for a form that is shown with it, and what is said of it: set by the view.
    preview_html = ""
    notes: Sequence[str] = ()

    def clean_text(self) -> str:
        """Refuse a text of which nothing would be seen: of characters that are taken out, or signs of mark-up alone."""
        text = self.cleaned_data["text"]
        if not has_something_to_show(text):
            raise forms.ValidationError(_("Nothing of this would be seen: write a few words."))
        return text

    def is_to_be_shown(self) -> bool:
        """Say whether the person asked how the text will look; what is wrong with it comes first."""
        return self.is_valid() and bool(self.cleaned_data["preview"])

    def is_given_back(self) -> bool:
        """Say whether it comes back with something to read first: what is wrong, or how the text will look."""
        return bool(self.errors or self.preview_html)


class MendingForm(TextForm):
    """Another text for a comment, by its writer."""


class WithdrawalForm(forms.Form):
    """The button that takes a comment back for good, once its writer has said that they mean it."""

    sure = forms.BooleanField(
        label=_("I am sure: my words do not come back."),
        error_messages={"required": _("Nothing was withdrawn. If you mean it, tick the box.")},
    )


class CommentForm(TextForm):
    """A comment or an answer, by anybody.

    ``post_id`` is the discussion that it is for. ``website`` is a trap: people do not see it,
    and what fills it in is no person.
    """

    template_name = "comments/_fields.html"

    name = forms.CharField(
        label=_("Your name"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail (optional, never shown)"),
        max_length=EMAIL_LENGTH,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        **EMAIL,
    )
    site = forms.URLField(
        label=_("Your site (optional)"),
        max_length=SITE_LENGTH,
        required=False,
        assume_scheme="https",
        help_text=_("Such as https://example.org/."),
        widget=forms.URLInput(attrs={"autocomplete": "url"}),
        error_messages={"invalid": _("Give the address of a site, such as https://example.org/.")},
    )
    follow = forms.ChoiceField(label=_("Mail me the answers"), choices=FOLLOW_CHOICES, required=False)
    website = forms.CharField(required=False)
    stamp = forms.CharField(required=False, widget=forms.HiddenInput)
    work = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: dict | None = None, *, post_id: int, **kwargs) -> None:
        self.post_id = post_id
        kwargs.setdefault("label_suffix", "")
        kwargs.setdefault("initial", {"stamp": partial(make_stamp, post_id)})
        super().__init__(data, **kwargs)

    @property
    def asked_bits(self) -> int:
        """How much the browser is asked to calculate before it sends."""
        return asked_bits()

    def has_worked(self) -> bool:
        """Say whether the browser calculated what the form asked for."""
        return is_solved(self.cleaned_data["stamp"], self.cleaned_data["work"])

    def clean_name(self) -> str:
        """Take out what deceives the eye; whoever typed it is shown what is left before it is sent."""
        name = self.cleaned_data["name"]
        tidy = tidied_name(name)
        if has_deceptive_signs(name) or not tidy:
            self.put("name", tidy)
            raise forms.ValidationError(
                _("Characters that are invisible, reverse the text or pile up were taken out. Check the name.")
            )
        # Put together anew, letters with their accents may be more characters than were typed.
        return self.within(NAME_LENGTH, tidy)

    def clean_site(self) -> str:
        """Take an address of the web only, with nothing before its host; one that deceives is shown as it is."""
        site = self.cleaned_data["site"]
        if not site:
            return ""
        parts = urlsplit(site)
        if parts.scheme not in ("http", "https"):
            raise forms.ValidationError(_("An address of the web begins with https:// or http://."))
        if parts.username is not None:
            raise forms.ValidationError(_("What stands before the @ of an address hides where it leads: leave it out."))
        return self.within(SITE_LENGTH, undisguised(site))

    def within(self, length: int, value: str) -> str:
        """Return what is kept of a field if its column can hold it."""
        validators.MaxLengthValidator(length)(value)
        return value

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Leave this field empty: it is there for robots."))
        return ""

    def clean(self) -> dict:
        """Ask for an address where answers are to be mailed."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("follow") and not cleaned.get("email") and "email" not in self.errors:
            self.add_error("email", forms.ValidationError(_("Answers are mailed to an address: give yours.")))
        return cleaned

    def clean_stamp(self) -> str:
        """Check where and when the form was made; give it a fresh stamp where that is wrong."""
        try:
            return check_stamp(self.cleaned_data["stamp"], made_for=self.post_id)
        except forms.ValidationError:
            self.restamp()
            raise

    def restamp(self) -> None:
        """Put a fresh stamp into the form that goes back to the person."""
        self.put("stamp", make_stamp(self.post_id))

    def put(self, field: str, value: str) -> None:
        """Put another value into a field of the form that goes back to the person."""
        self.data = self.data.copy()
        self.data[self.add_prefix(field)] = value
