"""What readers may send, and the checks that it passes."""

import secrets
import time

from django import forms
from django.core import signing
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from comments.text import MAX_LENGTH

STAMP_SALT = "comments.stamp"

# A kept page is shared by its readers, and a tab stays open over a week-end. After this, the
# form comes back with the text and a fresh stamp.
STAMP_SECONDS = 7 * 24 * 3600


def make_stamp(post_id: int) -> str:
    """Return a signed note of which discussion a form was made for, and when; no two are the same."""
    return signing.dumps([post_id, secrets.token_urlsafe(6)], salt=STAMP_SALT)


def digest_stamp(stamp: str, sender: str) -> str:
    """Return what is kept of a stamp that was used. Readers share a kept page and its stamp, so each has one use."""
    return salted_hmac("comments.stamp.used", f"{sender} {stamp}", algorithm="sha256").hexdigest()


def stamp_age(stamp: str) -> int:
    """Return how many seconds ago a stamp was made whose signature was checked."""
    return max(0, int(time.time()) - signing.b62_decode(stamp.split(":")[-2]))


class CommentForm(forms.Form):
    """A comment or an answer, by anybody.

    ``post_id`` is the discussion that it is for. ``website`` is a trap: people do not see it,
    and what fills it in is no person.
    """

    template_name = "comments/_fields.html"

    name = forms.CharField(
        label=_("Your name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail (optional, never shown)"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    site = forms.URLField(
        label=_("Your site (optional)"),
        max_length=300,
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"autocomplete": "url"}),
    )
    text = forms.CharField(
        label=_("Your comment"),
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    website = forms.CharField(required=False)
    stamp = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: dict | None = None, *, post_id: int, **kwargs) -> None:
        self.post_id = post_id
        kwargs.setdefault("label_suffix", "")
        kwargs.setdefault("initial", {"stamp": make_stamp(post_id)})
        super().__init__(data, **kwargs)

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Leave this field empty: it is there for robots."))
        return ""

    def clean_stamp(self) -> str:
        """Check where and when the form was made; give it a fresh stamp where that is wrong."""
        stamp = self.cleaned_data["stamp"]
        try:
            made_for, _once = signing.loads(stamp, salt=STAMP_SALT, max_age=STAMP_SECONDS)
        except signing.SignatureExpired:
            self.restamp()
            raise forms.ValidationError(
                _("The page had been open for a long time. Your text is here: send it again.")
            ) from None
        except (signing.BadSignature, TypeError):
            # Before stamps were made to be used once they held the post alone.
            made_for = None
        if made_for != self.post_id:
            self.restamp()
            raise forms.ValidationError(_("This form was not made by this page. Your text is here: send it again."))
        return stamp

    def restamp(self) -> None:
        """Put a fresh stamp into the form that goes back to the person."""
        self.data = self.data.copy()
        self.data[self.add_prefix("stamp")] = make_stamp(self.post_id)
