"""What a post lacks, in the admin: beside the form, and where somebody publishes it."""

from django.contrib import admin, messages
from django.forms import ModelForm
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from blog.checklist import points_of
from blog.models import Post


class ChecklistMixin(admin.ModelAdmin):
    """Gives the admin of posts a field ``checklist``, and says after a publication what should be mended."""

    @admin.display(description=_("before readers see it"))
    def checklist(self, obj: Post) -> SafeString | str:
        if obj.pk is None:
            return ""
        points = points_of(obj)
        return render_to_string("admin/blog/post/_checklist.html", {"points": points, "post": obj})

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: list, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.cleaned_data.get("step") == Post.Status.PUBLISHED and not form.is_preview:
            for point in points_of(form.instance):
                self.message_user(request, point.with_way(), messages.WARNING)
