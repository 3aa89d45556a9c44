"""Links to posts of this site, as editors make them: found by title, or by an address that was pasted."""

import re
from collections.abc import Iterable
from html import escape, unescape
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from blog.markup import MAX_ADDRESS_LENGTH
from blog.models import OldAddress, Post, Recording
from blog.models.posts import blog_root

# What fits below the field of the dialog.
POSTS_FOUND = 12
# A search of more words than these finds nothing that fewer would not.
MOST_WORDS = 8
# As many as a long article has; the links beyond stay what they are.
MOST_ADDRESSES = 200

_LINK = re.compile(r'<a href="([^"]*)"([^>]*)>')
_POST_PATH = re.compile(r"(/(?:en/)?blog/)[0-9]{4}/[0-9]{2}/([-\w]+)/")


class LinkingMixin:
    """Gives the admin of posts the address ``posts.json``, which finds posts to link to."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_safe(self.posts_view))
        return [path("posts.json", view, name="blog_post_find"), *super().get_urls()]

    def posts_view(self, request: HttpRequest) -> HttpResponse:
        """Find posts (GET ?q=): those that are out, and what the editor may see besides."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        words = request.GET.get("q", "")
        own = self.get_queryset(request) if not self.may_publish_all(request) else None
        posts = list(find_posts(words, own)) if words.strip() else []
        return JsonResponse({"posts": [as_found(post) for post in posts]})


def find_posts(words: str, own: QuerySet[Post] | None = None) -> QuerySet[Post]:
    """Return the posts whose titles have all these words, or parts of them, the newest first.

    ``own`` are those that may be found before they are out; None for all. Accents do not matter: the address has
    none. Only the narrow index of titles is read through, then the few posts that are shown.
    """
    found = Post.objects.all()
    for word in words.split()[:MOST_WORDS]:
        plain = slugify(word)
        found = found.filter(Q(title__icontains=word) | (Q(slug__contains=plain) if plain else Q()))
    posts = Post.objects.filter(pk__in=found.order_by().values("pk"))
    if own is not None:
        posts = posts.published() | posts.filter(pk__in=own.values("pk"))
    posts = posts.order_by(F("published_at").desc(nulls_first=True), "-pk")
    return posts.only("title", "language", "slug", "status", "published_at")[:POSTS_FOUND]


def as_found(post: Post) -> dict:
    """Return what the dialog shows of a post, and what a link to it needs."""
    return state_of(post) | {
        "id": str(post.pk),
        "title": post.title,
        "language": post.language,
        "date": date_format(timezone.localtime(post.published_at), "SHORT_DATE_FORMAT") if post.published_at else "",
    }


def state_of(post: Post) -> dict:
    """Return where a link to a post leads, and whether readers can follow it; nothing that is not out is told."""
    return {
        "address": post.path() if post.published_at else f"{blog_root(post.language)}?post={post.pk}",
        "isPublic": post.is_published(),
        "state": "" if post.is_published() else str(post.get_status_display()),
    }


def states_in(source: str) -> dict[str, dict]:
    """Return the state, by key, of each post that a source has links to."""
    posts = Post.objects.linked_in(source).only("language", "slug", "status", "published_at")
    return {str(post.pk): state_of(post) for post in posts}


def link_own_posts(source: str) -> str:
    """Return a source in which links to addresses of posts of this site name the posts, and so follow them.

    So do recordings at addresses of our library.
    """
    source = Recording.objects.named_in(source)
    wanted = {}
    for address, others in _LINK.findall(source):
        if "data-post" not in others and len(wanted) < MOST_ADDRESSES and (own := path_of(unescape(address))):
            wanted[address] = own
    if not wanted:
        return source
    keys = keys_at(set(wanted.values()))

    def name_post(link: re.Match) -> str:
        key = keys.get(wanted.get(link[1], ""))
        if key is None or "data-post" in link[2]:
            return link[0]
        address = urlsplit(unescape(link[1]))
        own = address.path + (f"#{address.fragment}" if address.fragment else "")
        return f'<a href="{escape(own)}"{link[2]} data-post="{key}">'

    return _LINK.sub(name_post, source)


def path_of(address: str) -> str:
    """Return the path of an address of this site that has no query; '' for any other."""
    if len(address) > MAX_ADDRESS_LENGTH:
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    here = urlsplit(settings.SITE_URL)
    is_here = not parts.scheme and not parts.netloc
    is_here = is_here or (parts.scheme in {"http", "https"} and parts.netloc.lower() == here.netloc)
    return unquote(parts.path) if is_here and parts.path.startswith("/") and not parts.query else ""


def keys_at(paths: Iterable[str]) -> dict[str, int]:
    """Return the keys of the posts at these paths: where they are, or once were."""
    named = {found[0]: (found[1], found[2]) for each in paths if (found := _POST_PATH.fullmatch(each))}
    slugs = {slug for _root, slug in named.values()}
    posts = (
        {
            (blog_root(post.language), post.slug): post
            for post in Post.objects.filter(slug__in=slugs).only("language", "slug", "published_at")
        }
        if slugs
        else {}
    )
    keys = {}
    for each, name in named.items():
        post = posts.get(name)
        if post is not None and post.published_at and post.path() == each:
            keys[each] = post.pk
    missing = [each for each in paths if each not in keys]
    if missing:
        moved = OldAddress.objects.filter(path__in=missing, post__isnull=False).values_list("path", "post")
        keys |= dict(moved)
    return keys
