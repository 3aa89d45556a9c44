"""What of the publication can be found: posts, with the tribunes they stand for, plain pages, and authors.

What readers say is registered by the app that has it.
"""

import re
from collections import defaultdict
from html import unescape

from django.db.models import BigAutoField, DateTimeField, Exists, OuterRef, Q
from django.db.models.functions import Left
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from authors.models import Author
from blog.cards import with_authors
from blog.models import Authorship, Category, KeptPage, Page, Post, Tag, Tribune
from blog.models.post_querysets import CARD_FIELDS
from blog.paging import PAGE_SIZE
from blog.prepared import Prepared, Several
from blog.search.documents import Document, Found, Kind, register
from blog.search.facets import AUTHOR, CATEGORY, KIND, LANGUAGE

POST, TRIBUNE, PAGE, AUTHOR_KIND = "post", "tribune", "page", "author"

# What a search can be narrowed to, by the words of its addresses; comments add theirs.
KIND_LABELS = {
    POST: _("Articles"),
    TRIBUNE: _("Tribunes"),
    PAGE: _("Pages"),
    AUTHOR_KIND: _("Authors"),
}

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
    tribunes = _tribunes(keys)
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
                body="\n".join([post.body_text, *archived]),
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


def archived_text(tribune: Tribune) -> str:
    """Return the words of the archived text of a tribune, where readers may read that; ‘’ otherwise."""
    kept = getattr(tribune, "kept_page", None)
    if kept is None or not tribune.offers_archive():
        return ""
    kept.tribune = tribune
    return without_tags(kept.for_readers)


FOUND_POSTS = Prepared(
    lambda keys, now: (
        Post.objects.published(now)
        .filter(pk__in=keys)
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
            (post.beginning, *map(archived_text, archives.get(post.pk, ())), post.standfirst),
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
            facets=(KIND + AUTHOR_KIND, LANGUAGE + "fr", LANGUAGE + "en", f"{AUTHOR}{author.pk}"),
        )
        for author in Author.objects.listed().filter(pk__in=keys)
    ]


def show_authors(keys: list[int]) -> dict[int, Found]:
    """Return what a page shows of authors, in its own language."""
    return {
        author.pk: Found(
            AUTHOR_KIND, _("Author"), author.get_absolute_url(), author.name, (author.biography, author.role)
        )
        for author in Author.objects.listed().filter(pk__in=keys)
    }


def register_all() -> None:
    """Have all of them found; called once, by the app's configuration."""
    published = Post.objects.filter(status=Post.Status.PUBLISHED)
    register(Kind(POST, 0, True, post_documents, show_posts, lambda: published.values_list("pk", flat=True)))
    register(
        Kind(PAGE, 1, True, page_documents, show_pages, lambda: Page.objects.published().values_list("pk", flat=True))
    )
    register(
        Kind(
            AUTHOR_KIND,
            2,
            True,
            author_documents,
            show_authors,
            lambda: Author.objects.listed().values_list("pk", flat=True),
        )
    )
