"""Every page of the admin, found from its addresses: what is new and not named here fails the tests that walk them."""

from collections.abc import Iterator
from datetime import timedelta

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.urls import NoReverseMatch, URLPattern, URLResolver, reverse
from django.utils import timezone

from blog.binning import put_in_bin
from blog.bulk_changing import prepare
from blog.models import Autosave, Category, LinkedAddress, Mention, Post, SentMention, Tag
from blog.models.mentions import digest_addresses
from blog.models.reviews import GOOD_FOR
from blog.reviewing import Reader, open_address, say, state_of
from blog.revising import begin, content_of, keep_apart
from tests.factories import (
    add_comments,
    make_author,
    make_category,
    make_comment,
    make_event,
    make_image,
    make_page,
    make_partner,
    make_post,
    make_recording,
    make_sponsor,
    make_tag,
    make_translation,
    make_tribune,
    make_upload,
)

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


def model_pages() -> list[str]:
    """Return the addresses of Django's pages: each list, and the form, history and deletion of a row of each."""
    pages = []
    for model in models():
        start = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        pages += [reverse(f"{start}_changelist"), reverse(f"{start}_changelist") + "?q=an", f"{_add(start)}"]
        row = model._default_manager.order_by("pk").first()
        if row is not None:
            pages += [reverse(f"{start}_{kind}", args=[row.pk]) for kind in ("change", "history", "delete")]
    return [page for page in pages if page]


def _add(start: str) -> str:
    try:
        return reverse(f"{start}_add")
    except NoReverseMatch:
        return ""


def narrowed(changelist) -> list[str]:
    """Return queries of a list: each of its filters set to something, and ordered by each column."""
    queries = [[choice["query_string"] for choice in spec.choices(changelist)][1:2] for spec in changelist.filter_specs]
    orders = [f"?o={number}" for number in range(1, len(changelist.list_display))]
    return [query for query in dict.fromkeys([*(query for each in queries for query in each), *orders]) if query]


def fill(first: int, last: int, user) -> None:
    """Make something of each kind, with numbers from one to another: a post and all that hangs on one."""
    category = make_category()
    for number in range(first, last):
        author = make_author(name=f"Auteur {number}", slug=f"auteur-{number}")
        image = make_image(title=f"Image {number}", file=make_upload(size=(640, 400 + number)), alt_en="")
        image.save()
        tag = make_tag(slug=f"sujet-{number}", name_fr=f"Sujet {number}", name_en=f"Subject {number}")
        make_category(slug=f"rubrique-{number}", name_fr=f"Rubrique {number}", parent=category)
        sponsor = make_sponsor(f"Annonceur {number}")
        event = make_event(slug=f"evenement-{number}")
        post = make_post(
            title=f"Un article {number}",
            slug=f"article-{number}",
            authors=[author],
            tags=[tag],
            cover=image,
            event=event,
            disclosure="client",
            disclosure_with=sponsor,
            body=f'<p>Un <a href="https://site-{number}.example/">lien</a>.</p>'
            f'<figure data-image="{image.pk}"></figure><figure data-recording="{make_recording(number).pk}"></figure>',
        )
        make_translation(post, title=f"A post {number}", slug=f"post-{number}", translated_revision=0)
        partner = make_partner(name=f"Blog {number}", slug=f"blog-{number}")
        make_tribune(post, partner, url=f"https://blog-{number}.example/tribune/")
        make_page(slug=f"page-{number}", title=f"Page {number}")
        add_comments(post, 3)
        make_comment(post, status="pending")
        begin(post)
        keep_apart(post, content_of(post) | {"title": f"Retouché {number}"}, by=user)
        for status in ("draft", "in_review"):
            make_post(
                title=f"À écrire {number}",
                slug=f"{status.replace('_', '-')}-{number}",
                status=status,
                published_at=None,
                authors=[author],
            )
        make_post(
            title=f"Programmé {number}",
            slug=f"programme-{number}",
            published_at=timezone.now() + timedelta(hours=number),
        )
        put_in_bin(make_post(slug=f"corbeille-{number}", status="draft", published_at=None), by=user)
        source = f"https://ailleurs-{number}.example/"
        Mention.objects.create(
            post=post,
            source=source,
            target=f"http://testserver{post.path()}",
            pair=digest_addresses(source, post.path()),
            host=f"ailleurs-{number}.example",
            received_at=timezone.now(),
            state="verified",
        )
        SentMention.objects.create(
            post=post,
            source=f"http://testserver{post.path()}",
            target=source,
            target_digest=digest_addresses(source),
            edition=1,
            about="published",
            created_at=timezone.now(),
            due_at=timezone.now(),
        )
        LogEntry.objects.create(
            user=user,
            content_type=ContentType.objects.get_for_model(Post),
            object_id=post.pk,
            object_repr=str(post),
            action_flag=CHANGE,
        )
        address = open_address(
            post, Reader(f"Lectrice {number}", "fr"), expires_at=timezone.now() + GOOD_FOR, by=user, language="fr"
        )
        say(address, "remark", text="À revoir.", once=str(number), state=state_of(post))
        asked = {"in": "fr", "note": "classés", "add_tags": [{"id": tag.pk, "name": str(tag)}]}
        prepare("refile", asked, [post.pk], summary=f"+ Sujet {number}", by=user)
    LinkedAddress.objects.update(state="dead", kind="gone", facts={"status": 404}, since=timezone.now())
