"""Something of each kind in a database of tests, for the pages that config.bench.admin_pages names."""

from datetime import timedelta

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from blog.binning import put_in_bin
from blog.bulk_changing import prepare
from blog.models import LinkedAddress, Mention, Post, SentMention
from blog.models.mentions import digest_addresses
from blog.models.reviews import GOOD_FOR
from blog.reviewing import Reader, open_address, say, state_of
from blog.revising import begin, content_of, keep_apart
from tests.factories import (
    add_comments,
    make_author,
    make_category,
    make_claim,
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
        make_claim(post)
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
