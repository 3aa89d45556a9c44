"""Every page of the admin, found from its addresses: what is measured, and walked by tests.

A page of our own that is not named here fails those tests.
"""

from collections.abc import Callable, Iterable, Iterator

from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.urls import NoReverseMatch, URLPattern, URLResolver, reverse

from blog.models import Autosave, Category, Tag

# Pages of our own beside those that Django makes of each model: what the one is that each is about, and its queries.
OF_ROWS = {
    "auth_user_password_change": ("auth.User", {}, ("",)),
    "blog_image_places": ("blog.Image", {}, ("?kind=blog.post",)),
    "blog_partner_credentials": ("blog.Partner", {}, ("",)),
    "blog_partner_micropub_token": ("blog.Partner", {}, ("",)),
    "blog_partner_take_in": ("blog.Partner", {}, ("",)),
    "blog_post_appearance": ("blog.Post", {}, ("",)),
    "blog_post_compare": ("blog.Post", {"revisions__is_waiting": True}, ("",)),
    "blog_post_links": ("blog.Post", {"text_links__isnull": False}, ("",)),
    "blog_post_look": ("blog.Post", {}, ("", "?scheme=dark")),
    "blog_post_look_frame": ("blog.Post", {}, ("",)),
    "blog_post_preview": ("blog.Post", {}, ("",)),
    "blog_post_review": ("blog.Post", {"review_addresses__isnull": False}, ("",)),
    "blog_post_revisions": ("blog.Post", {"revisions__is_waiting": True}, ("",)),
    "blog_post_sides": ("blog.Post", {"translation_of__isnull": False}, ("",)),
    "blog_tribune_hand_over": ("blog.Tribune", {}, ("",)),
}
ALONE = {
    "blog_bulkchange_replace": ("",),
    "blog_category_merge": ("",),
    "blog_image_add_many": ("",),
    "blog_image_alike": ("",),
    "blog_image_texts": ("",),
    "blog_partner_look": ("",),
    "blog_partner_opml": ("",),
    "blog_post_calendar": ("", "?week=2026-W48"),
    "blog_post_import": ("",),
    "blog_post_missing": ("", "?language=en&kind=images", "?language=en&kind=tags"),
    "blog_post_refile": ("?filter=status__exact%3Dpublished",),
    "blog_tag_merge": ("",),
    "blog_tribune_attention": ("",),
    "comments_comment_queue": ("",),
    "comments_notice_register": ("",),
    "index": ("",),
    "login": ("",),
    "password_change": ("",),
    "password_change_done": ("",),
}
# What is no page: acts that are sent by POST, data for scripts, files, and pages of what only another site can bring.
NO_PAGES = {
    *("token", "logout", "autocomplete", "jsi18n", "view_on_site", "app_list"),
    *("blog_bulkchange_choose", "blog_bulkchange_go_on", "blog_bulkchange_undo", "comments_comment_undo"),
    *("blog_image_add_one", "blog_image_library", "blog_image_video", "blog_image_audio"),
    "blog_recording_find",
    *("blog_image_markdown", "blog_image_typography", "blog_mention_tribune", "blog_offer_decide"),
    *("blog_partner_look_again", "blog_partner_take_in_preview", "blog_partner_take_in_picture"),
    *("blog_tribune_again", "blog_tribune_confirm", "blog_tribune_note", "blog_tribune_address"),
    *("blog_tribune_hand_over_record", "blog_tribune_look_there", "blog_tribune_seen_there"),
    *("blog_tribune_write_over", "blog_tribune_found_there", "blog_tribune_watch", "blog_binnedpost_take_out"),
    *("blog_post_autosave_new", "blog_post_autosave", "blog_post_discard", "blog_post_restore"),
    *("blog_post_set_aside", "blog_post_preview_new", "blog_post_move", "blog_post_find", "blog_post_shared"),
    *("blog_post_review_remark", "blog_post_review_revoke", "blog_post_translate"),
    # They stand under keys of their own, which own_pages() adds, or which an import makes.
    *("blog_post_unsaved", "blog_post_imported"),
}
OF_DJANGO = ("changelist", "add", "history", "delete", "change")
# Lists of the house, not of the publication.
BESIDE = {"django_tasks_database"}


def names() -> set[str]:
    """Return the names of all addresses of the admin."""
    return set(_names(admin.site.urls[0]))


def _names(patterns: list) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _names(pattern.url_patterns)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield pattern.name


def unknown_names() -> set[str]:
    """Return the names of addresses that nobody has said of what they are."""
    of_models = {
        f"{model._meta.app_label}_{model._meta.model_name}_{kind}"
        for model in admin.site._registry
        for kind in OF_DJANGO
    }
    return names() - of_models - OF_ROWS.keys() - ALONE.keys() - NO_PAGES


def models() -> list[type[Model]]:
    return [model for model in admin.site._registry if model._meta.app_label not in BESIDE]


def first_row(model: type[Model]) -> Iterable[Model]:
    return model._default_manager.order_by("pk")[:1]


def own_pages(username: str) -> list[str]:
    """Return the addresses of the pages that are our own, and not Django's of a model, as a user may open them."""
    pages = [reverse(f"admin:{name}") + query for name, queries in ALONE.items() for query in queries]
    for name, (label, which, queries) in OF_ROWS.items():
        row = apps.get_model(label)._default_manager.filter(**which).order_by("pk").first()
        if row is not None:
            pages += [reverse(f"admin:{name}", args=[row.pk]) + query for query in queries]
    for model in (Category, Tag):
        keys = model.objects.order_by("-pk").values_list("pk", flat=True)[:2]
        pages.append(reverse(f"admin:blog_{model._meta.model_name}_merge", query={"terms": list(keys)}))
    unsaved = Autosave.objects.filter(user__username=username, settled_at=None)[:1]
    pages += [reverse("admin:blog_post_unsaved", args=[row.key]) for row in unsaved]
    return pages


def model_pages(rows: Callable[[type[Model]], Iterable[Model]] = first_row) -> list[str]:
    """Return the addresses of Django's pages: each list, and the form, history and deletion of some rows of each."""
    pages = []
    for model in models():
        start = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        pages += [reverse(f"{start}_changelist"), reverse(f"{start}_changelist") + "?q=an", _add(start)]
        for row in rows(model):
            pages += [reverse(f"{start}_{kind}", args=[row.pk]) for kind in ("change", "history", "delete")]
    return [page for page in pages if page]


def _add(start: str) -> str:
    try:
        return reverse(f"{start}_add")
    except NoReverseMatch:
        return ""
