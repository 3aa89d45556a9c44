"""What anybody may send without an account about comments and posts, and the checks that it passes."""

from urllib.parse import urlsplit

from django import forms
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from blog.models import Post
from blog.visitors import is_from_here
from comments.forms import EMAIL, check_stamp, make_stamp
from comments.law.limits import APPEALS, OWN_DATA, REPLIES, REPORTS, Limit
from comments.models import Category
from comments.text import MAX_LENGTH

FROM_ELSEWHERE = _("The form was sent from another site. Your text is here: send it again.")
TOO_MANY = _("Much has just come from your address. Wait an hour, then send again: what you typed is still here.")


class PublicForm(forms.Form):
    """A form that needs no account nor cookie, protected as that of comments is: signed stamp, trap and origin.

    ``made_for`` says what the form is about, so that its stamp opens no other.
    """

    limit: Limit
    status = 422

    website = forms.CharField(required=False)
    stamp = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: dict | None = None, *, made_for: str, **kwargs) -> None:
        self.made_for = made_for
        super().__init__(data, label_suffix="", **kwargs)

    def asked_fields(self) -> list[forms.BoundField]:
        """Return what a person fills in."""
        return [self[name] for name in self.fields if name not in ("website", "stamp")]

    def fresh_stamp(self) -> str:
        """Return a stamp for the form that goes out, whatever the one that came in was."""
        return make_stamp(self.made_for)

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Leave this field empty: it is there for robots."))
        return ""

    def clean_stamp(self) -> str:
        return check_stamp(self.cleaned_data["stamp"], made_for=self.made_for)

    def may_be_taken(self, request: HttpRequest) -> bool:
        """Say whether everything is right; the form holds what is not, and the ``status`` to answer with."""
        if not self.is_valid():
            return False
        if not is_from_here(request):
            self.add_error(None, FROM_ELSEWHERE)
        elif not self.limit.allows(request):
            self.add_error(None, TOO_MANY)
            self.status = 429
        return not self.errors


class NoticeForm(PublicForm):
    """What article 16(2) of the Digital Services Act asks of a notice."""

    limit = REPORTS

    category = forms.ChoiceField(
        label=_("Why do you report this comment?"), choices=[("", "—"), *Category.choices], widget=forms.Select
    )
    explanation = forms.CharField(
        label=_("What is wrong with it, and why is it unlawful or against the rules?"),
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    name = forms.CharField(
        label=_("Your name"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("Name and e-mail may stay empty only for sexual offences against minors."),
    )
    email = forms.EmailField(
        label=_("Your e-mail"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages=EMAIL["error_messages"],
        help_text=_(
            "Such as name@example.org. Never shown, nor given to the writer of the comment. The decision is sent to it."
        ),
    )
    good_faith = forms.BooleanField(
        label=_("I believe in good faith that what I say here is accurate and complete."),
    )

    def clean(self) -> dict:
        """Ask for name and address, but for the offences of which anybody may speak without (article 16(2)(c))."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("category") != Category.MINORS:
            for field in ("name", "email"):
                if field not in self.errors and not cleaned.get(field):
                    self.add_error(field, _("Needed, except for sexual offences against minors."))
        return cleaned


class AppealForm(PublicForm):
    limit = APPEALS

    text = forms.CharField(
        label=_("Why should the decision be different?"),
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    sure = forms.BooleanField(label=_("I have said all that I have to say: I can contest the decision only once."))


class OwnDataForm(PublicForm):
    limit = OWN_DATA

    email = forms.EmailField(
        label=_("The e-mail that you gave here"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        **EMAIL,
    )


class ErasureForm(PublicForm):
    """The button, once somebody has said that they mean it: nothing brings back what it erases."""

    limit = OWN_DATA

    sure = forms.BooleanField(
        label=_("I am sure: what is erased does not come back."),
        error_messages={"required": _("Nothing was erased. If you mean it, tick the box.")},
    )


class ReplyRequestForm(PublicForm):
    limit = REPLIES

    address = forms.CharField(
        label=_("Address of the article"),
        max_length=500,
        help_text=_("As it stands in your browser, such as https://example.org/blog/2026/06/title/."),
        widget=forms.TextInput(attrs={"inputmode": "url"}),
    )
    passage = forms.CharField(
        label=_("The passage that names or points to you"),
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    text = forms.CharField(
        label=_("The reply that you ask us to publish"),
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    name = forms.CharField(label=_("Your name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(label=_("Your e-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"}), **EMAIL)
    sure = forms.BooleanField(label=_("This is the reply that I want published, word for word."))

    # The post that the address leads to, once it is clean.
    post: Post | None = None

    def clean_address(self) -> str:
        address = self.cleaned_data["address"]
        self.post = find_post(address)
        if self.post is None:
            raise forms.ValidationError(_("No article of this site stands at that address."))
        return address


def find_post(address: str) -> Post | None:
    """Return the published post whose page an address is, whole or from the path on, in whichever language."""
    try:
        path = urlsplit(address.strip()).path
        with override("en" if path.startswith("/en/") else "fr"):
            match = resolve(path)
    except (Resolver404, ValueError):
        return None
    if match.view_name != "blog:post-detail":
        return None
    posts = Post.objects.still_published().for_page().filter(slug=match.kwargs["slug"])
    return next((post for post in posts if post.path() == path), None)
