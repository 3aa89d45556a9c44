"""What stands around a post on its own page: who wrote it, where else it is, what it is about, what to read next."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BigAutoField, F, Q, Value

from authors.addresses import address
from authors.bilingual import Bilingual
from authors.models import Author, AuthorLink
from blog.agreement import Agreement
from blog.headings import contents_of
from blog.models import Category, Claim, Post, Speaker, Tag, Tribune
from blog.models.looks import LAST_LOOK, SCHEDULE
from blog.nearby import nearby_of
from blog.prepared import Prepared

KEY = BigAutoField()

AUTHORS = Prepared(
    lambda post: (
        Author.objects.filter(authorships__post=post)
        .order_by("authorships__position", "authorships__pk", "links__position", "links__pk")
        .annotate(link_network=F("links__network"), link_address=F("links__address"))
        .defer("sort_name", "user_id", "email")
    ),
    post=KEY,
)
TRIBUNES = Prepared(
    lambda post, original: (
        Tribune.objects.filter(Q(post=post) | Q(post=original))
        .select_related("partner")
        .defer(*LAST_LOOK, *SCHEDULE, *BETWEEN_PARTNERS)
    ),
    post=KEY,
    original=KEY,
)
TRANSLATIONS = Prepared(
    lambda post: (
        Post.objects.filter(translation_of=post)
        .with_original_there()
        .only("language", "title", "slug", "status", "published_at")
    ),
    post=KEY,
)
SUBJECTS = Prepared(
    lambda post: (
        Category.objects.filter(posts=post)
        .order_by()
        .values_list(Value("category"), "path", "name_fr", "name_en")
        .union(
            Tag.objects.filter(posts=post).order_by().values_list(Value("tag"), "slug", "name_fr", "name_en"), all=True
        )
    ),
    post=KEY,
)
SPEAKERS = Prepared(
    lambda event: Speaker.objects.filter(event=event).select_related("author").only(*SPEAKER_FIELDS), event=KEY
)
# What an editor must know of a partner, and readers do not see.
BETWEEN_PARTNERS = (
    "partner__feed",
    "partner__api",
    "partner__takes",
    "partner__email",
    "partner__note_fr",
    "partner__note_en",
)
SPEAKER_FIELDS = ("event_id", "name", "role", "url", "author__slug", "author__name")


def surroundings_of(post: Post) -> dict:
    """Return what the template of a post's page takes besides the post."""
    rows = list(TRIBUNES(post=post.pk, original=post.discussion_id))
    agreement = Agreement.on(post, rows)
    tribunes = tribunes_of(post, rows)
    translations = translations_of(post)
    return {
        "authors": authors_with_links(post),
        "translations": translations,
        "versions": versions_of(agreement, translations, rows),
        "agreement": agreement,
        "tribunes": tribunes,
        "origin": next(filter(is_of_a_partner, tribunes), None),
        "here_alone": here_alone(rows),
        "subjects": subjects_of(post),
        "claims": Claim.all_of(post),
        "speakers": list(SPEAKERS(event=post.event_id)) if post.event_id else (),
        "nearby": nearby_of(post),
        "contents": contents_of(post.body_html, post.words),
        "mentions": mentions_of(post),
    }


def authors_with_links(post: Post) -> list[Author]:
    """Return the authors in their order, each with its ``follow_me`` links: one query."""
    return with_links(AUTHORS(post=post.pk))


def with_links(rows: Iterable[Author]) -> list[Author]:
    """Return authors, each once with its ``follow_me`` links, of rows that have one of them each."""
    authors = {}
    for row in rows:
        author = authors.setdefault(row.pk, row)
        if not hasattr(author, "follow_me"):
            author.follow_me = []
        if row.link_address:
            label = AuthorLink.Network(row.link_network).label
            author.follow_me.append((label, row.link_address))
    return list(authors.values())


def tribunes_of(post: Post, rows: list[Tribune]) -> list[Tribune]:
    """Return, of the tribunes of a post and of its original, those that are out.

    A translation leads to those of its original too, but for partners who have one of its own.
    """
    versions = {post.pk: post}
    if post.translation_of_id and post.translation_of.is_published():
        versions[post.translation_of_id] = post.translation_of
    tribunes = [tribune for tribune in rows if tribune.is_published() and tribune.post_id in versions]
    for tribune in tribunes:
        tribune.post = versions[tribune.post_id]
    partners = {tribune.partner_id for tribune in tribunes if tribune.post == post}
    return [tribune for tribune in tribunes if tribune.post == post or tribune.partner_id not in partners]


def here_alone(rows: list[Tribune]) -> list[Tribune]:
    """Return the tribunes of a post, or of its original, that are a partner's own text and stand nowhere else."""
    return [tribune for tribune in rows if tribune.stands_here_alone()]


def is_of_a_partner(tribune: Tribune) -> bool:
    """Say whether the text here is a partner's own, and not one of ours that announces theirs."""
    return not tribune.is_ours() and tribune.content == Tribune.Content.WHOLE


def mentions_of(post: Post) -> dict | None:
    """Return what readers see of the mentions of a post: ``said``, ``likes``, ``reposts``; None where there are none.

    It came with the row of the post (``PostQuerySet.for_page()``).
    """
    content = getattr(post, "shown_mentions_of_it", None)
    if not content:
        return None
    mentions = json.loads(content)
    for each in mentions["said"]:
        each["at"] = datetime.fromisoformat(each["at"])
    return mentions


def translations_of(post: Post) -> list[Post]:
    """Return the published posts that say the same in another language.

    There are two languages, so a translation's other version is its original, which ``for_page()`` has fetched.
    """
    others = [post.translation_of] if post.translation_of_id else TRANSLATIONS(post=post.pk)
    return [other for other in others if other.is_published()]


def versions_of(agreement: Agreement, translations: list[Post], rows: list[Tribune]) -> list[Post]:
    """Return the versions of a post that search engines are told of, this one among them; none where it is the only.

    All are originals: a page that names another one as the original cannot stand for its language as well.
    """
    originals = [agreement.post] if agreement.stands_for_itself() else []
    for translation in translations:
        has_original_there = getattr(translation, "has_original_there", None)
        if has_original_there is None:
            has_original_there = not Agreement.on(translation, rows).stands_for_itself()
        if not has_original_there:
            originals.append(translation)
    return originals if len(originals) > 1 else []


@dataclass(frozen=True)
class Subject:
    """What a post is about: a category or a tag, by its path or slug."""

    kind: str
    place: str
    name_fr: str
    name_en: str
    name = Bilingual()

    def get_absolute_url(self) -> str:
        return address(f"blog:{self.kind}-detail", self.place)


def subjects_of(post: Post) -> list[Subject]:
    """Return the other categories of a post, then its tags, each by the alphabet: one query."""
    return [Subject(*row) for row in sorted(SUBJECTS(post=post.pk))]
