"""Tags or categories merged in the admin: which remains, what comes of it, and then it is done."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from authors.editing import suggest
from authors.written_numbers import read_numbers
from blog.admin.bulk_changes import CHANGE_MANY, link_to, log
from blog.merging_terms import MOST_AT_ONCE, SETS, merge, plan_merge
from blog.models import Post


class TermsForm(forms.Form):
    """Which are merged, and which of them remains."""

    terms = forms.ModelMultipleChoiceField(
        queryset=None, label=gettext_lazy("Which"), help_text=gettext_lazy("Two or more, in either language.")
    )
    kept = forms.TypedChoiceField(
        label=gettext_lazy("Which remains"), coerce=int, required=False, widget=forms.RadioSelect, choices=[]
    )

    def __init__(self, *args, model, chosen: list, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["terms"]
        field.queryset = model.objects.all()
        suggest(field, Post._meta.get_field(SETS[model]))
        self.fields["kept"].choices = [(term.pk, f"{term.name} ({term.get_absolute_url()})") for term in chosen]


class MergingTermsMixin(admin.ModelAdmin):
    """Gives the admin of tags, or of categories, the action and the page."""

    change_list_template = "admin/blog/tag/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.merge_view)
        return [path("merge/", view, name=f"blog_{self.opts.model_name}_merge"), *super().get_urls()]

    def has_merge_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(CHANGE_MANY) and self.has_delete_permission(request)

    def merge_address(self) -> str:
        return f"admin:blog_{self.opts.model_name}_merge"

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        address = reverse(self.merge_address()) if self.has_merge_permission(request) else ""
        return super().changelist_view(request, {"merge_address": address} | (extra_context or {}))

    @admin.action(description=gettext_lazy("Merge…"), permissions=["merge"])
    def merge(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        """Lead to the page that says what would come of it."""
        keys = list(queryset.values_list("pk", flat=True)[:MOST_AT_ONCE])
        return HttpResponseRedirect(reverse(self.merge_address(), query={"terms": keys}))

    def merge_view(self, request: HttpRequest) -> HttpResponse:
        """Show what a merger would do; POST does it."""
        if not self.has_merge_permission(request):
            raise PermissionDenied
        sent = request.POST if request.method == "POST" else request.GET
        keys = read_numbers(sent.getlist("terms"))
        chosen = list(self.model.objects.filter(pk__in=keys[:MOST_AT_ONCE]))
        kept = next((term for term in chosen if str(term.pk) == sent.get("kept")), None) or next(iter(chosen), None)
        form = TermsForm(
            initial={"terms": [term.pk for term in chosen], "kept": kept.pk if kept else None},
            model=self.model,
            chosen=chosen,
        )
        plan = plan_merge(kept, chosen) if len(chosen) > 1 else None
        if request.method == "POST" and plan and "_merge" in request.POST:
            try:
                change = merge(kept, plan.merged, by=request.user)
            except ValidationError as error:
                plan.problems = list(error.messages)
            else:
                log(request, change, _("Merged."))
                text = format_html(
                    _("Merged into “{name}”: {posts} posts filed anew. Old addresses lead on. {link}"),
                    name=kept.name,
                    posts=plan.posts,
                    link=link_to(change),
                )
                self.message_user(request, text, messages.SUCCESS)
                return HttpResponseRedirect(reverse(f"admin:blog_{self.opts.model_name}_changelist"))
        context = self.admin_site.each_context(request) | {
            "title": _("Merge"),
            "opts": self.opts,
            "form": form,
            "plan": plan,
            "chosen": chosen,
            "media": self.media + form.media,
            "list_address": reverse(f"admin:blog_{self.opts.model_name}_changelist"),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/blog/bulkchange/merge.html", context)
