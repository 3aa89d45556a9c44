"""What readers and other sites send to the publication."""

import httpx2
from django import forms
from django.utils.translation import gettext_lazy as _

from blog.markup import MAX_ADDRESS_LENGTH
from blog.syndication.addresses import read_address
from blog.syndication.errors import FetchError, ForbiddenAddressError
from blog.syndication.mentions import find_target, is_ours, spelt

NO_ARTICLE = _("No article of this site is found at this address.")


class MentionForm(forms.Form):
    """That a page links to an article here: what can be looked at without asking for that page.

    ``cleaned_data`` has both addresses in the spelling that they are kept in, and the ``post``.
    """

    source = forms.CharField(
        label=_("Address of your page"),
        max_length=MAX_ADDRESS_LENGTH,
        help_text=_("Such as https://example.org/my-answer/."),
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    target = forms.CharField(
        label=_("Address of our article, as your page links to it"),
        max_length=MAX_ADDRESS_LENGTH,
        help_text=_("As it stands in your browser, such as https://example.org/blog/2026/06/title/."),
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )

    def clean_source(self) -> str:
        try:
            source = read_address(self.cleaned_data["source"])
        except FetchError as error:
            raise forms.ValidationError(str(error)) from error
        if is_ours(source):
            raise forms.ValidationError(_("This page is one of this site, which knows of its own links."))
        return str(source)

    def clean_target(self) -> str:
        target = spelt(self.cleaned_data["target"])
        if not target:
            raise forms.ValidationError(ForbiddenAddressError.NOT_WEB)
        return target

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        if "target" in self.data and self.data.get("source") == self.data["target"]:
            self.errors.pop("source", None)
            self.add_error("source", _("Both addresses are the same: a page does not mention itself."))
        elif cleaned.get("target"):
            cleaned["post"] = find_target(httpx2.URL(cleaned["target"]))
            if cleaned["post"] is None:
                self.add_error("target", NO_ARTICLE)
        return cleaned
