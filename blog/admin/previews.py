"""A post as readers will see it, before they do."""

from functools import update_wrapper

from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import BaseForm, all_valid
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from blog.models import Post
from blog.previewing import as_it_will_be, show


class PreviewMixin:
    """Gives the admin of posts the addresses ``<id>/preview/`` and ``add/preview/``.

    GET shows a post as it is saved, with its working copy where there is one. POST takes what the form holds, saves it
    with all that hangs on it in a transaction, shows that, and takes everything back: what is seen is what saving would
    give.
    """

    def get_urls(self) -> list:
        def wrap(view):
            def wrapper(*args, **kwargs):
                return self.admin_site.admin_view(view)(*args, **kwargs)

            return update_wrapper(wrapper, view)

        methods = require_http_methods(["GET", "HEAD", "POST"])
        view = wrap(methods(self.preview_view))
        return [
            path("add/preview/", view, name="blog_post_preview_new"),
            path("<int:pk>/preview/", view, name="blog_post_preview"),
            *super().get_urls(),
        ]

    def preview_view(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Show a post as it is, or as the form that was sent would make it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        post = self.get_object(request, str(pk)) if pk else None
        if pk and post is None:
            raise Http404("No such post.")
        if request.method != "POST":
            if post is None or not self.has_view_permission(request, post):
                raise PermissionDenied
            shown, around = as_it_will_be(post.pk)
            return show(request, shown, **around)
        may_write = self.has_change_permission(request, post) if post else self.has_add_permission(request)
        if not may_write:
            raise PermissionDenied
        with transaction.atomic():
            response = self.preview_form(request, post)
            transaction.set_rollback(True)
        return response

    def preview_form(self, request: HttpRequest, post: Post | None) -> HttpResponse:
        """Save what was sent, and show it; the caller takes it back."""
        fields = flatten_fieldsets(self.get_fieldsets(request, post))
        form_class = self.get_form(request, post, change=bool(post), fields=fields)
        form_class.is_preview = True
        form = form_class(request.POST, request.FILES, instance=post)
        formsets, _inlines = self._create_formsets(request, form.instance, change=bool(post))
        is_valid = form.is_valid()
        if not all_valid(formsets) or not is_valid:
            return self.complain(request, [form, *[each for formset in formsets for each in formset.forms]], formsets)
        saved = self.save_form(request, form, change=bool(post))
        self.save_model(request, saved, form, change=bool(post))
        self.save_related(request, form, formsets, change=bool(post))
        return show(request, Post.objects.for_page().get(pk=saved.pk))

    def complain(self, request: HttpRequest, forms: list[BaseForm], formsets: list) -> HttpResponse:
        """Say why there is nothing to show; what was typed is in the window that the form was sent from."""
        complaints = [
            (form[name].label if name in form.fields else "", error)
            for form in forms
            for name, errors in form.errors.items()
            for error in errors
        ]
        complaints += [("", error) for formset in formsets for error in formset.non_form_errors()]
        context = self.admin_site.each_context(request) | {
            "title": _("No preview yet"),
            "complaints": complaints,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/blog/post/no_preview.html", context, status=422)
