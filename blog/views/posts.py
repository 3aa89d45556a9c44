"""The page of a post."""

from django.conf import settings
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from authors.bilingual import current_language
from authors.models import Author, AuthorLink
from blog.models import Listing, Post, Tag, Tribune
from blog.pagecache import discussion_tags, tag_page

# How many posts are offered at the end of one.
NEXT_POSTS = 3


def post_detail(request: HttpRequest, year: int, month: int, slug: str) -> HttpResponse:
    """A post at its address; from the right slug with a wrong date, the way there."""
    posts = Post.objects.published().in_language(current_language()).for_page()
    post = get_object_or_404(posts, slug=slug)
    if post.path() != request.path:
        return redirect(post, permanent=True)
    response = render_post(request, post)
    return tag_page(response, discussion_tags([post]))


def render_post(request: HttpRequest, post: Post, *, status: int = 200, **context) -> HttpResponse:
    """Render the page of a post, with what is around it.

    The preview in the admin and the page that gives a refused comment back call it too.
    """
    tribunes = tribunes_of(post)
    context = {
        "post": post,
        "authors": authors_with_links(post),
        "translations": translations_of(post),
        "tribune": next((tribune for tribune in tribunes if tribune.post_id == post.pk), None),
        "tribunes": tribunes,
        "tags": Tag.objects.filter(posts=post).in_order(),
        "speakers": post.event.speakers.select_related("author") if post.event else (),
        "next_posts": next_posts(post),
        "share_by_mail": request.GET.get("share") == "email",
    } | context
    response = render(request, "blog/post_detail.html", context, status=status)
    allow_frames(response, post.frame_hosts)
    return response


def allow_frames(response: HttpResponse, hosts: list[str]) -> None:
    """Let a page hold the frames of the video sites that its text names, and no others."""
    if hosts:
        response._csp_config = settings.SECURE_CSP | {"frame-src": ["'self'", *hosts]}


def authors_with_links(post: Post) -> list[Author]:
    """Return the authors in their order, each with its ``follow_me`` links: one query."""
    rows = (
        Author.objects.filter(authorships__post=post)
        .order_by("authorships__position", "authorships__pk", "links__position", "links__pk")
        .annotate(link_network=F("links__network"), link_address=F("links__address"))
    )
    authors = {}
    for row in rows:
        author = authors.setdefault(row.pk, row)
        if not hasattr(author, "follow_me"):
            author.follow_me = []
        if row.link_address:
            label = AuthorLink.Network(row.link_network).label
            author.follow_me.append((label, row.link_address))
    return list(authors.values())


def tribunes_of(post: Post) -> list[Tribune]:
    """Return the tribunes of a post that are out.

    A translation leads to those of its original too, but for partners who have one of its own.
    """
    versions = {post.pk: post}
    if post.translation_of_id and post.translation_of.is_published():
        versions[post.translation_of_id] = post.translation_of
    rows = Tribune.objects.filter(post__in=versions).select_related("partner")
    tribunes = [tribune for tribune in rows if tribune.is_published()]
    for tribune in tribunes:
        tribune.post = versions[tribune.post_id]
    partners = {tribune.partner_id for tribune in tribunes if tribune.post == post}
    return [tribune for tribune in tribunes if tribune.post == post or tribune.partner_id not in partners]


def translations_of(post: Post) -> list[Post]:
    """Return the published posts that say the same in another language.

    There are two languages, so a translation's other version is its original, which ``for_page()`` has fetched.
    """
    if post.translation_of_id:
        others = [post.translation_of]
    else:
        others = post.translations.only("language", "title", "slug", "status", "published_at")
    return [other for other in others if other.is_published()]


def next_posts(post: Post) -> list[Post]:
    """Return what else appeared in the main category, the nearest before this post."""
    if post.category_id is None or post.published_at is None:
        return []
    before = (
        Listing.objects.filter(category=post.category_id)
        .in_language(post.language)
        .out(min(post.published_at, timezone.now()))
        .exclude(post=post)
    )
    return list(
        Post.objects.filter(pk__in=before.values("post_id")[:NEXT_POSTS])
        .only("language", "title", "slug", "status", "published_at", "standfirst", "words")
        .newest_first()
    )
