"""The page on which a partner begins with its address, and the one that shows what has changed at an old one."""

from base64 import b64encode
from dataclasses import asdict
from secrets import token_urlsafe

from django import forms
from django.contrib import admin, messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import transaction
from django.forms import ModelForm, modelform_factory
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from authors.editing import EditorsForm
from blog.markup import MAX_ADDRESS_LENGTH
from blog.models import Image, Partner
from blog.syndication.discovery import FOUND_FIELDS, Discovery, discover
from blog.syndication.errors import FetchError

# How long what was found is at hand for the form, in seconds.
SECONDS_KEPT = 3600
# What a way of adding somebody in a window of its own has to carry on, and the way back to a filtered list.
CARRIED = ("_popup", "_to_field", "_changelist_filters")
# What an editor may have put better than the blog itself does: taken over only where it is ticked.
EDITED = ("name", "keeper", "language")


class AddressForm(forms.Form):
    """Where a blog is; its feed or one of its articles will do, with or without https://."""

    address = forms.CharField(
        label=_("Address of the blog"),
        max_length=MAX_ADDRESS_LENGTH,
        widget=forms.TextInput(attrs={"class": "vTextField", "inputmode": "url", "autofocus": True}),
        help_text=_("Such as blog.example.org. What the blog says of itself is looked for there, and shown to you."),
    )


class DiscoveringAdmin(admin.ModelAdmin):
    """The part of an admin of partners that asks their blogs."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("look/", view(self.look_view), name="blog_partner_look"),
            path("<int:pk>/look/", view(self.look_again_view), name="blog_partner_look_again"),
            *super().get_urls(),
        ]

    # A new partner

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None) -> HttpResponse:
        """Begin with the address, unless something was found already, or is filled in by hand."""
        if request.method == "GET" and not request.GET.keys() - set(CARRIED) and self.has_add_permission(request):
            return self.ask_for_address(request, AddressForm())
        found = found_for(request)
        if found is None and "found" in request.GET and request.method == "GET":
            text = _("What was found is no longer at hand: look again.")
            self.message_user(request, text, messages.WARNING)
            return HttpResponseRedirect(address_with(request, "admin:blog_partner_add"))
        context = {"found": found, "problems": self.problems_of(found), "picture": as_data(found)} if found else {}
        return super().add_view(request, form_url, context | (extra_context or {}))

    def look_view(self, request: HttpRequest) -> HttpResponse:
        """Look at the address that was typed, and lead to the form with what was found."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseRedirect(address_with(request, "admin:blog_partner_add"))
        form = AddressForm(request.POST)
        if form.is_valid():
            try:
                found = discover(form.cleaned_data["address"])
            except FetchError as error:
                form.add_error("address", str(error))
            else:
                return HttpResponseRedirect(address_with(request, "admin:blog_partner_add", found=keep(found)))
        return self.ask_for_address(request, form)

    def ask_for_address(self, request: HttpRequest, form: AddressForm) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": _("Add a partner"),
            "form": form,
            "look_address": address_with(request, "admin:blog_partner_look"),
            "by_hand_address": address_with(request, "admin:blog_partner_add", by_hand=1),
            "is_popup": "_popup" in request.GET,
            "media": self.media,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/blog/partner/look.html", context)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict:
        initial = super().get_changeform_initial_data(request)
        if found := found_for(request):
            note = {f"note_{found.language}": found.about} if found.language else {}
            initial |= found.values() | note | {"takes": found.takes, "keep_picture": bool(found.picture)}
        return initial

    def save_model(self, request: HttpRequest, obj: Partner, form: ModelForm, change: bool) -> None:
        found = None if change else found_for(request)
        if found and found.picture and form.cleaned_data.get("keep_picture") and obj.logo is None:
            obj.logo = make_logo(obj, found)
        super().save_model(request, obj, form, change)

    # One that is there

    def look_again_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what differs at the blog now from what is kept of it, and take over what is ticked."""
        partner = self.get_object(request, str(pk))
        if partner is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        if not self.has_change_permission(request, partner):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseRedirect(change_address(partner))
        if "_take" in request.POST:
            return self.take_over(request, partner)
        try:
            found = discover(partner.site)
        except FetchError as error:
            self.message_user(request, f"{error} ({partner.site})", messages.ERROR)
            return HttpResponseRedirect(change_address(partner))
        values = found.values()
        # The same address with and without its last slash is no news.
        differs = {name: values[name].rstrip("/") != getattr(partner, name).rstrip("/") for name in values}
        names = [name for name in FOUND_FIELDS if differs.get(name)]
        form = differences_form(names)(instance=partner, initial=values)
        ticked = [name for name in names if name not in EDITED or not getattr(partner, name)]
        return self.show_differences(request, partner, form, ticked, found, keep(found))

    def take_over(self, request: HttpRequest, partner: Partner) -> HttpResponse:
        """Save those of the differences that are ticked, as they were shown or mended."""
        shown = [name for name in FOUND_FIELDS if name in request.POST]
        ticked = [name for name in shown if f"take-{name}" in request.POST]
        token = request.POST.get("found", "")
        found = find_kept(token)
        with transaction.atomic():
            form = differences_form(ticked)(request.POST, instance=partner)
            if form.is_valid():
                changed = list(form.changed_data)
                partner.save(update_fields=changed)
                if "take-picture" in request.POST and found and found.picture:
                    partner.logo = make_logo(partner, found)
                    partner.save(update_fields=["logo"])
                    changed.append("logo")
                if changed:
                    self.log_change(request, partner, [{"changed": {"fields": [label_of(name) for name in changed]}}])
        if form.is_valid():
            self.after_change(partner, changed)
            text = ngettext("%(count)d change was taken over.", "%(count)d changes were taken over.", len(changed))
            text = text % {"count": len(changed)} if changed else _("Nothing was taken over.")
            self.message_user(request, text, messages.SUCCESS if changed else messages.WARNING)
            return HttpResponseRedirect(change_address(partner))
        # What is not ticked stays on the page, as it was sent.
        whole = differences_form(shown)(request.POST, instance=self.get_object(request, str(partner.pk)))
        return self.show_differences(request, partner, whole, ticked, found, token)

    def after_change(self, partner: Partner, changed: list[str]) -> None:
        """Do what follows from these fields being changed; for the admin to say."""

    def show_differences(
        self,
        request: HttpRequest,
        partner: Partner,
        form: ModelForm,
        ticked: list[str],
        found: Discovery | None,
        token: str,
    ) -> HttpResponse:
        saved = Partner.objects.get(pk=partner.pk)
        shown = [(field, shown_value(saved, field.name), field.name in ticked) for field in form]
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": _("What has changed at %(name)s") % {"name": saved.name},
            "original": saved,
            "form": form,
            "differences": shown,
            "problems": self.problems_of(found) if found else [],
            # A logo that is there was chosen.
            "picture": as_data(found) if found and not saved.logo_id else "",
            "token": token,
            "media": self.media + form.media,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/blog/partner/differences.html", context)

    def problems_of(self, found: Discovery) -> list[tuple[str, str]]:
        """Return what could not be found, each by the name of its field and in a sentence."""
        return [(label_of(name), problem) for name, problem in found.problems.items()]


def differences_form(names: list[str]) -> type[ModelForm]:
    """Return a form of some fields of a partner, in their order."""
    return modelform_factory(Partner, form=EditorsForm, fields=names, localized_fields=())


def shown_value(partner: Partner, name: str) -> str:
    """Return what is kept, as an editor reads it."""
    display = getattr(partner, f"get_{name}_display", None)
    return display() if display else getattr(partner, name)


def label_of(name: str) -> str:
    return str(_("logo") if name == "picture" else Partner._meta.get_field(name).verbose_name)


def change_address(partner: Partner) -> str:
    return reverse("admin:blog_partner_change", args=[partner.pk])


def address_with(request: HttpRequest, name: str, **query: object) -> str:
    """Return an address with what has to be carried on from this one."""
    return reverse(name, query={key: request.GET[key] for key in CARRIED if key in request.GET} | query)


def keep(found: Discovery) -> str:
    """Keep what was found for the form that comes next; return what it is found by."""
    token = token_urlsafe(16)
    cache.set(f"discovery:{token}", asdict(found), SECONDS_KEPT)
    return token


def find_kept(token: str) -> Discovery | None:
    kept = cache.get(f"discovery:{token}") if token.isascii() and len(token) < 64 else None
    return Discovery(**kept) if kept else None


def found_for(request: HttpRequest) -> Discovery | None:
    """Return what was found for this form; None where nothing was looked for, or it was too long ago."""
    return find_kept(request.GET.get("found", ""))


def as_data(found: Discovery) -> str:
    """Return the picture that was found as an address that holds it, '' where there is none."""
    if not found.picture:
        return ""
    kind = "png" if found.picture.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{b64encode(found.picture).decode()}"


def make_logo(partner: Partner, found: Discovery) -> Image:
    """Put the icon of a blog into the library. It stands beside the blog's name, and says nothing more."""
    title = str(_("Logo of %(name)s") % {"name": partner.name})[:200]
    return Image.objects.create(title=title, file=ContentFile(found.picture, name="icon"), credit=partner.name)
