"""The rules of the site's discussions: one form, without a list."""

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from authors.editing import EditorsAdmin, EditorsForm
from blog.models import Post
from blog.models.discussions import ONLY
from comments.models import CommentRules

OPEN = Post.CommentPolicy.OPEN


class RulesForm(EditorsForm):
    """The rules, and whether posts that have one of their own give it up."""

    for_open_posts = forms.BooleanField(
        label=_("Close the posts that are set to “open” by this rule too"),
        required=False,
        help_text=_("They are set to “as on the whole site”. Each can be set otherwise afterwards."),
    )

    class Meta:
        model = CommentRules
        fields = ("moderation", "links_held", "comment_days")

    def save(self, commit: bool = True) -> CommentRules:
        if self.cleaned_data.get("for_open_posts"):
            Post.objects.filter(comment_policy=OPEN).update(comment_policy=Post.CommentPolicy.SITE)
        return super().save(commit)


@admin.register(CommentRules)
class CommentRulesAdmin(EditorsAdmin):
    form = RulesForm
    radio_fields = {"moderation": admin.VERTICAL}
    fieldsets = (
        (_("Before or after publication"), {"fields": ("moderation", "links_held")}),
        (_("Closing"), {"fields": ("comment_days", "for_open_posts")}),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: CommentRules | None = None) -> bool:
        return False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> CommentRules | None:
        """Return the rules; those that are in force while nobody has set any."""
        found = super().get_object(request, object_id, from_field)
        return found or (CommentRules(pk=ONLY) if object_id == str(ONLY) else None)

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:comments_commentrules_change", args=[ONLY]))

    def render_change_form(self, request: HttpRequest, context: dict, obj: CommentRules | None = None, **kwargs):
        context |= {"show_save_and_continue": False, "show_save_and_add_another": False, "show_close": False}
        return super().render_change_form(request, context, obj=obj, **kwargs)

    def response_post_save_change(self, request: HttpRequest, obj: CommentRules) -> HttpResponse:
        return HttpResponseRedirect(request.get_full_path())
