"""The page on which an editor enters what a partner's blog lets us in by, and from which nobody ever reads it."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from blog.models import Credentials, Partner
from blog.syndication.credentials import CredentialsError, keep_credentials, partner_address, problem_with

Kind = Credentials.Kind
# A token of a Micropub server may be a signed JSON of some kB.
LONGEST_SECRET = 4000


class CredentialsForm(forms.Form):
    kind = forms.ChoiceField(label=_("What it is"), choices=Kind.choices)
    user = forms.CharField(
        label=_("User name there"),
        max_length=200,
        required=False,
        help_text=_("For a WordPress: of the account that the application password belongs to."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    secret = forms.CharField(
        label=_("Application password or token"),
        max_length=LONGEST_SECRET,
        help_text=_("It is encrypted, and shown to nobody again. Who lost it has a new one made at the partner’s."),
        # It never renders what was typed.
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args, partner: Partner, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.partner = partner

    @sensitive_variables()
    def clean(self) -> dict:
        cleaned = super().clean()
        kind, user, secret = (cleaned.get(name, "") for name in ("kind", "user", "secret"))
        if kind == Kind.WORDPRESS and not user and "user" not in self.errors:
            self.add_error("user", _("A WordPress wants the name of the user too."))
        if ":" in user:
            # RFC 7617, section 2: the first colon ends the name.
            self.add_error("user", _("There is no colon in the name of a user."))
        if any(not sign.isprintable() for sign in user + secret) or (kind == Kind.MICROPUB and not secret.isascii()):
            self.add_error("secret", _("It holds signs that cannot be sent: copy it once more."))
        if kind and not partner_address(self.partner, kind):
            field = "micropub" if kind == Kind.MICROPUB else "api"
            text = _("First enter where it is sent to: “%(field)s”, on the partner’s page.")
            self.add_error("kind", text % {"field": Partner._meta.get_field(field).verbose_name})
        return cleaned


class CredentialsAdmin(admin.ModelAdmin):
    """The part of an admin of partners that takes credentials in."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.credentials_view)
        return [path("<int:pk>/credentials/", view, name="blog_partner_credentials"), *super().get_urls()]

    @method_decorator(sensitive_post_parameters("secret", "user"))
    @sensitive_variables("form")
    def credentials_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        partner = self.get_object(request, str(pk))
        if partner is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        if not self.has_change_permission(request, partner):
            raise PermissionDenied
        if request.method == "POST" and "_remove" in request.POST:
            return self.remove_credentials(request, partner)
        initial = {"kind": Kind.MICROPUB if partner.takes == Partner.Takes.MICROPUB else Kind.WORDPRESS}
        form = CredentialsForm(request.POST or None, partner=partner, initial=initial)
        if form.is_valid() and self.take_in(request, partner, form):
            return HttpResponseRedirect(reverse("admin:blog_partner_change", args=[partner.pk]))
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": _("What %(name)s lets us in by") % {"name": partner.name},
            "original": partner,
            "form": form,
            "media": self.media,
            **state_of(partner),
        }
        request.current_app = self.admin_site.name
        response = TemplateResponse(request, "admin/blog/partner/credentials.html", context)
        response.headers["Cache-Control"] = "no-store"
        return response

    @sensitive_variables()
    def take_in(self, request: HttpRequest, partner: Partner, form: CredentialsForm) -> bool:
        """Keep what was entered; return whether that went well, or say at the form why not."""
        kind, user, secret = (form.cleaned_data[name] for name in ("kind", "user", "secret"))
        try:
            keep_credentials(partner, kind, user=user, secret=secret, by=request.user)
        except CredentialsError as error:
            form.add_error(None, str(error))
            return False
        self.log_change(request, partner, [{"changed": {"fields": [str(Credentials._meta.verbose_name)]}}])
        self.message_user(request, _("They are kept, encrypted, and shown to nobody again."), messages.SUCCESS)
        return True

    def remove_credentials(self, request: HttpRequest, partner: Partner) -> HttpResponse:
        count, _rows = Credentials.objects.filter(partner=partner).delete()
        if count:
            self.log_change(request, partner, [{"changed": {"fields": [str(Credentials._meta.verbose_name)]}}])
            text = _("They are forgotten here. Revoke them at the partner’s too.")
            self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:blog_partner_change", args=[partner.pk]))

    @admin.display(description=_("password or token"))
    def let_in_by(self, obj: Partner) -> SafeString | str:
        if obj.pk is None:
            return _("Once the partner is saved.")
        return render_to_string("admin/blog/partner/_credentials.html", {"partner": obj, **state_of(obj)})


def state_of(partner: Partner) -> dict:
    """Return what may be told of a partner's credentials: that they are there, since when, by whom, if they open."""
    kept = Credentials.objects.defer("sealed").select_related("set_by").filter(partner=partner).first()
    return {"kept": kept, "problem": problem_with(partner) if kept else ""}
