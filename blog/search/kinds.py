"""What of the publication can be found: posts, with the tribunes they stand for, plain pages, authors, events and
partners.

What readers say is registered by the app that has it.
"""

import re
from collections import defaultdict
from html import unescape

from django.db.models import BigAutoField, DateTimeField, Exists, OuterRef, Q
from django.db.models.functions import Left
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from authors.bilingual import LANGUAGES, current_language
from authors.models import Author
from blog.cards import with_authors
from blog.facts import written_out
from blog.models import Authorship, Category, Claim, Event, KeptPage, Page, Partner, Post, Tag, Tribune
from blog.models.post_querysets import CARD_FIELDS
from blog.paging import PAGE_SIZE
from blog.prepared import Prepared, Several
from blog.search.documents import Document, Found, Kind, register
from blog.search.facets import AUTHOR, CATEGORY, KIND, LANGUAGE

POST, TRIBUNE, PAGE, AUTHOR_KIND, EVENT, PARTNER = "post", "tribune", "page", "author", "event", "partner"

# What a search can be narrowed to, by the words of its addresses; comments add theirs.
KIND_LABELS = {
    POST: _("Articles"),
    TRIBUNE: _("Tribunes"),
    PAGE: _("Pages"),
    AUTHOR_KIND: _("Authors"),
    EVENT: _("Events"),
    PARTNER: _("Partners"),
}
# What is there in both languages at once is found in either.
BOTH_LANGUAGES = tuple(LANGUAGE + each for each in LANGUAGES)

_TAG = re.compile(r'<[^<>"]*(?:"[^"]*"[^<>"]*)*>')

# So much of a text is looked through for the words to show around; what is found further down is shown without.
MOST_SHOWN = 20_000


def without_tags(html: str) -> str:
    """Return the words of HTML that was rendered when it was saved, those of two elements apart."""
    return unescape(_TAG.sub(" ", html))


# Posts


def post_documents(keys: list[int]) -> list[Document]:
    """Return what the index takes of posts that are out, or will be."""
    posts = Post.objects.filter(pk__in=keys, status=Post.Status.PUBLISHED).order_by()
    posts = list(posts.defer("body", "body_html"))
    keys = [post.pk for post in posts]
    writers, subjects, above = _writers(keys), _subjects(posts), _categories_above(posts)
    tribunes, claims = _tribunes(keys), _claims(keys)
    documents = []
    for post in posts:
        rows = tribunes[post.pk]
        names = [name for _key, name in writers[post.pk]] + subjects[post.pk]
        names += [text for tribune in rows for text in (tribune.title, tribune.partner.name, tribune.partner.keeper)]
        archived = [kept for tribune in rows if (kept := archived_text(tribune))]
        documents.append(
            Document(
                POST,
                post.pk,
                title=post.title,
                lead=post.standfirst,
                names="\n".join(names),
                body="\n".join([post.body_text, *claims[post.pk], *archived]),
                moment=post.published_at,
                language=post.language,
                facets=(
                    KIND + POST,
                    *([KIND + TRIBUNE] if rows else []),
                    LANGUAGE + post.language,
                    *(f"{CATEGORY}{key}" for key in above[post.pk]),
                    *(f"{AUTHOR}{key}" for key, _name in writers[post.pk]),
                ),
                discussion=post.discussion_id,
            )
        )
    return documents


def _writers(keys: list[int]) -> dict[int, list[tuple[int, str]]]:
    found = defaultdict(list)
    rows = Authorship.objects.filter(post__in=keys).order_by("position", "pk")
    for post, key, name in rows.values_list("post_id", "author_id", "author__name"):
        found[post].append((key, name))
    return found


def _subjects(posts: list[Post]) -> dict[int, list[str]]:
    """Return the names of what posts are about, each in the language of its post."""
    languages = {post.pk: post.language for post in posts}
    found = defaultdict(list)
    tags = Tag.objects.filter(posts__in=languages).order_by().values_list("posts", "name_fr", "name_en")
    filed = Category.objects.filter(posts__in=languages).order_by().values_list("posts", "name_fr", "name_en")
    main = Category.objects.filter(main_posts__in=languages).order_by().values_list("main_posts", "name_fr", "name_en")
    for rows in (main, filed, tags):
        for post, french, english in rows:
            found[post].append(french if languages[post] == "fr" else english)
    return found


def _categories_above(posts: list[Post]) -> dict[int, list[int]]:
    """Return the keys of the categories that posts stand in, those above them too: as lists of posts have them."""
    from blog.models import Listing

    found = defaultdict(list)
    rows = Listing.objects.filter(post__in=[post.pk for post in posts], category__isnull=False).order_by()
    for post, key in rows.values_list("post_id", "category_id"):
        found[post].append(key)
    return found


def _tribunes(keys: list[int]) -> dict[int, list[Tribune]]:
    found = defaultdict(list)
    rows = Tribune.objects.filter(post__in=keys, state=Tribune.State.PUBLISHED).order_by("pk")
    for tribune in rows.select_related("partner", "kept_page"):
        found[tribune.post_id].append(tribune)
    return found


def _claims(keys: list[int]) -> dict[int, list[str]]:
    """Return what posts say of the claims that they check."""
    found = defaultdict(list)
    for claim in Claim.objects.filter(post__in=keys):
        found[claim.post_id].append("\n".join([claim.claim_reviewed, claim.claimant, claim.explanation]))
    return found


def archived_text(tribune: Tribune) -> str:
    """Return the words of the archived text of a tribune, where readers may read that; ‘’ otherwise."""
    kept = getattr(tribune, "kept_page", None)
    if kept is None or not tribune.offers_archive():
        return ""
    kept.tribune = tribune
    return without_tags(kept.for_readers)


FOUND_POSTS = Prepared(
    lambda keys, now: (
        Post.objects.filter(pk__in=keys)
        .still_published(now)
        .for_cards()
        .annotate(
            beginning=Left("body_text", MOST_SHOWN),
            has_archive=Exists(
                KeptPage.objects.filter(tribune__post=OuterRef("pk"), tribune__archive_agreed=True).filter(
                    Q(tribune__gone_since__isnull=False) | Q(tribune__unsafe_since__isnull=False)
                )
            ),
            is_tribune=Exists(Tribune.objects.filter(post=OuterRef("pk"), state=Tribune.State.PUBLISHED)),
        )
        .only(*CARD_FIELDS)
        .order_by()
    ),
    keys=Several(BigAutoField(), PAGE_SIZE),
    now=DateTimeField(),
)


def show_posts(keys: list[int]) -> dict[int, Found]:
    """Return what a page shows of posts that are out."""
    posts = with_authors(list(FOUND_POSTS(keys=keys, now=timezone.now())))
    archives = _tribunes([post.pk for post in posts if post.has_archive]) if any(p.has_archive for p in posts) else {}
    return {
        post.pk: Found(
            POST,
            _("Tribune") if post.is_tribune else _("Article"),
            post.path(),
            post.title,
            (post.beginning, *map(archived_text, archives.get(post.pk, ()))),
            (post.standfirst,),
            language=post.language,
            at=post.published_at,
            writers=post.writers,
            post=post,
        )
        for post in posts
    }


# Pages


def page_documents(keys: list[int]) -> list[Document]:
    """Return what the index takes of plain pages."""
    return [
        Document(
            PAGE,
            page.pk,
            title=page.title,
            body=without_tags(page.body_html),
            language=page.language,
            facets=(KIND + PAGE, LANGUAGE + page.language),
        )
        for page in Page.objects.published().filter(pk__in=keys).defer("body")
    ]


def show_pages(keys: list[int]) -> dict[int, Found]:
    """Return what a page of results shows of plain pages."""
    return {
        page.pk: Found(
            PAGE,
            _("Page"),
            page.path(),
            page.title,
            (without_tags(page.body_html)[:MOST_SHOWN],),
            language=page.language,
        )
        for page in Page.objects.published().filter(pk__in=keys).only("language", "title", "slug", "body_html")
    }


# Authors


def author_documents(keys: list[int]) -> list[Document]:
    """Return what the index takes of authors whom readers can find; they are in both languages."""
    return [
        Document(
            AUTHOR_KIND,
            author.pk,
            title=author.name,
            lead=f"{author.role_fr}\n{author.role_en}",
            body=f"{author.biography_fr}\n{author.biography_en}",
            facets=(KIND + AUTHOR_KIND, *BOTH_LANGUAGES, f"{AUTHOR}{author.pk}"),
        )
        for author in Author.objects.listed().filter(pk__in=keys)
    ]


def show_authors(keys: list[int]) -> dict[int, Found]:
    """Return what a page shows of authors, in its own language."""
    return {
        author.pk: Found(
            AUTHOR_KIND, _("Author"), author.get_absolute_url(), author.name, typed=(author.biography, author.role)
        )
        for author in Author.objects.listed().filter(pk__in=keys)
    }


# Events


def event_documents(keys: list[int]) -> list[Document]:
    """Return what the index takes of events that readers can see; they are in both languages.

    They have no moment: one that is still to come is found today.
    """
    return [
        Document(
            EVENT,
            event.pk,
            title=f"{event.title_fr}\n{event.title_en}",
            names="\n".join(
                [
                    event.place,
                    event.host_name,
                    *(text for speaker in event.speakers.all() for text in (speaker.name, speaker.role)),
                    *(text for language in LANGUAGES for text in event_words(event, language)),
                ]
            ),
            body=f"{event.description_fr}\n{event.description_en}",
            year=event.local_start.year,
            facets=(
                KIND + EVENT,
                *BOTH_LANGUAGES,
                *(f"{AUTHOR}{key}" for key in {each.author_id for each in event.speakers.all()} if key),
            ),
        )
        for event in Event.objects.public().filter(pk__in=keys).prefetch_related("speakers")
    ]


def event_words(event: Event, language: str) -> list[str]:
    """Return the words of a language by which an event is looked for: its kind, and its first and last day."""
    with translation.override(language):
        days = dict.fromkeys((event.first_day, event.last_day))
        return [event.get_kind_display(), *(written_out(day, language) for day in days)]


def show_events(keys: list[int]) -> dict[int, Found]:
    """Return what a page shows of events, in its own language where they have it: of some, when and where they are."""
    return {
        event.pk: Found(
            EVENT,
            _("Event"),
            event.get_absolute_url(),
            event.title,
            typed=(event.description,),
            language=event.title_language,
            text_language=event.description_language,
            event=event,
        )
        for event in Event.objects.public().filter(pk__in=keys)
    }


# Partners


def partner_documents(keys: list[int]) -> list[Document]:
    """Return what the index takes of partners whom readers can find: they are in both languages."""
    return [
        Document(
            PARTNER,
            partner.pk,
            title=partner.name,
            names=partner.keeper,
            body=f"{partner.note_fr}\n{partner.note_en}",
            facets=(KIND + PARTNER, *BOTH_LANGUAGES),
        )
        for partner in Partner.objects.listed().filter(pk__in=keys)
    ]


def show_partners(keys: list[int]) -> dict[int, Found]:
    """Return what a page shows of partners."""
    return {
        partner.pk: Found(
            PARTNER,
            _("Partner"),
            partner.get_absolute_url(),
            partner.name,
            typed=(partner.note, partner.keeper),
            language=partner.language,
            text_language=current_language(),
        )
        for partner in Partner.objects.listed().filter(pk__in=keys)
    }


def register_all() -> None:
    """Have all of them found; called once, by the app's configuration."""
    for name, number, documents, show, rows in (
        (POST, 0, post_documents, show_posts, lambda: Post.objects.filter(status=Post.Status.PUBLISHED)),
        (PAGE, 1, page_documents, show_pages, Page.objects.published),
        (AUTHOR_KIND, 2, author_documents, show_authors, Author.objects.listed),
        # Comments have 3.
        (EVENT, 4, event_documents, show_events, Event.objects.public),
        (PARTNER, 5, partner_documents, show_partners, Partner.objects.listed),
    ):
        register(Kind(name, number, True, documents, show, rows))
