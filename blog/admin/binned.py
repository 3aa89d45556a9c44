"""The bin in the admin: what was deleted, by whom, until when it can be taken back."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from authors.editing import EditorsAdmin
from blog.binning import delete_for_good, put_in_bin, take_out_of_bin
from blog.models import BinnedPost, Post
from blog.models.posts import long_texts
from blog.publishing import PUBLISH


class BinMixin:
    """Gives the admin of posts a bin, instead of deleting for good."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        return super().get_queryset(request).outside_bin()

    def delete_model(self, request: HttpRequest, obj: Post) -> None:
        put_in_bin(obj, by=request.user)

    def get_deleted_objects(self, objs: QuerySet[Post], request: HttpRequest) -> tuple[list, dict, set, list]:
        """Name what keeps a post from being deleted; what belongs to it goes to the bin with it, and needs no leave."""
        _to_delete, _count, _needed, protected = super().get_deleted_objects(objs, request)
        return [], {}, set(), protected

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict | None = None) -> HttpResponse:
        title = {"title": _("Put in the bin?")}
        return super().delete_view(request, object_id, title | (extra_context or {}))


@admin.register(BinnedPost)
class BinnedPostAdmin(EditorsAdmin):
    """The list of what is in the bin; each line has its buttons."""

    list_display = ("title", "binned_at", "binned_by_name", "gone_at", "acts")
    list_display_links = None
    search_fields = ("post__title",)
    ordering = ("-binned_at", "-pk")
    list_select_related = ("post",)
    actions = ("take_out", "delete_now")

    def get_queryset(self, request: HttpRequest) -> QuerySet[BinnedPost]:
        """Return all, or for who may not publish those of their own."""
        binned = super().get_queryset(request)
        if request.user.has_perm(PUBLISH):
            return binned
        return binned.filter(post__in=Post.objects.written_by(request.user))

    def for_list(self, rows: QuerySet[BinnedPost]) -> QuerySet[BinnedPost]:
        return rows.defer(*long_texts("post"))

    def may_use(self, request: HttpRequest) -> bool:
        return request.user.has_perm("blog.delete_post")

    def has_view_permission(self, request: HttpRequest, obj: BinnedPost | None = None) -> bool:
        return self.may_use(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may_use(request)

    has_take_out_permission = may_use

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: BinnedPost | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: BinnedPost | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/take-out/", view(require_POST(self.take_out_view)), name="blog_binnedpost_take_out"),
            *super().get_urls(),
        ]

    def take_out_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take one post back, and lead to it."""
        if not self.may_use(request):
            raise PermissionDenied
        binned = get_object_or_404(self.get_queryset(request), pk=pk)
        post = self.take_back(request, binned)
        self.message_user(request, _("“%(title)s” is back, as a draft.") % {"title": post.title}, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:blog_post_change", args=[post.pk]))

    def take_back(self, request: HttpRequest, binned: BinnedPost) -> Post:
        post = take_out_of_bin(binned)
        self.log_change(request, post, _("Taken out of the bin."))
        return post

    @admin.display(description=gettext_lazy("title"), ordering="post__title")
    def title(self, obj: BinnedPost) -> SafeString:
        return format_html('<span lang="{}">{}</span>', obj.post.language, obj.post.title)

    @admin.display(description=gettext_lazy("deleted for good on"), ordering="binned_at")
    def gone_at(self, obj: BinnedPost):
        return obj.gone_at

    @admin.display(description=gettext_lazy("actions"))
    def acts(self, obj: BinnedPost) -> SafeString:
        address = reverse("admin:blog_binnedpost_take_out", args=[obj.pk])
        return format_html(
            '<button type="submit" formaction="{}" formmethod="post">{}</button>', address, _("Take back")
        )

    @admin.action(description=gettext_lazy("Take back"), permissions=["take_out"])
    def take_out(self, request: HttpRequest, queryset: QuerySet[BinnedPost]) -> None:
        count = sum(bool(self.take_back(request, binned)) for binned in queryset)
        text = ngettext("%(count)s post is back, as a draft.", "%(count)s posts are back, as drafts.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)

    @admin.action(description=gettext_lazy("Delete for good"), permissions=["take_out"])
    def delete_now(self, request: HttpRequest, queryset: QuerySet[BinnedPost]) -> None:
        outcomes = [delete_for_good(binned) for binned in queryset]
        gone, kept = sum(outcomes), len(outcomes) - sum(outcomes)
        if gone:
            text = ngettext("%(count)s post is deleted for good.", "%(count)s posts are deleted for good.", gone)
            self.message_user(request, text % {"count": gone}, messages.SUCCESS)
        if kept:
            text = ngettext(
                "%(count)s post is still needed, and stays.", "%(count)s posts are still needed, and stay.", kept
            )
            self.message_user(request, text % {"count": kept}, messages.ERROR)
