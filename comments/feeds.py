"""Comments as feeds: those of a post, and those of the whole site, in RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1."""

from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.feedgenerator import SyndicationFeed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from authors.bilingual import current_language
from blog.feeds import KINDS, answer_with, make_feed
from blog.models import Post
from blog.pagecache import DISCUSSIONS, discussion_tags, tag_page
from blog.typography import typeset
from comments.models import Comment
from comments.text import tidied

# A reader of feeds that comes by each hour misses nothing of a lively evening.
COMMENTS = 50


# What an entry shows of a post is its title and its address; it says itself whether readers may see it.
POST_SHOWN = ("title", "slug", "language", "status", "published_at")
SHOWN = ("name", "html", "language", "created_at", *[f"post__{name}" for name in POST_SHOWN])


@require_safe
def post_feed(request: HttpRequest, year: int, month: int, slug: str, kind: str) -> HttpResponse:
    """The newest comments on a post and its translations."""
    posts = Post.objects.published().in_language(current_language()).defer("body", "body_html", "body_text")
    post = get_object_or_404(posts, slug=slug)
    address = post.path() + KINDS[kind].below
    if address != request.path:
        return redirect(address, permanent=True)
    comments = Comment.objects.of(post).standing().approved().order_by("-number")
    title = _("Comments on “%(title)s”") % {"title": typeset(post.title, post.language)}
    feed = make_feed(kind, title=tidied(title), link=f"{post.path()}#comments", address=request.path)
    return respond(feed, comments, discussion_tags([post.discussion_id]))


@require_safe
def site_feed(request: HttpRequest, kind: str) -> HttpResponse:
    """The newest comments on all posts, in every language."""
    comments = Comment.objects.approved().on_published_posts().order_by("-created_at", "-pk")
    feed = make_feed(kind, title=_("Comments"), link=reverse("blog:home"), address=request.path)
    return respond(feed, comments, {DISCUSSIONS})


def respond(feed: SyndicationFeed, comments: Iterable[Comment], tags: Iterable[str]) -> HttpResponse:
    """Put the first of these comments into a feed, and return it as a page that may be kept."""
    comments = list(comments.select_related("post").only(*SHOWN)[:COMMENTS])
    versions = versions_shown(comments)
    for comment in comments:
        post = versions[comment.post_id]
        permalink = settings.SITE_URL + reverse("comments:comment-detail", args=[comment.pk])
        feed.add_item(
            title=tidied(
                _("%(name)s on “%(title)s”") % {"name": comment.name, "title": typeset(post.title, post.language)}
            ),
            link=permalink,
            unique_id=permalink,
            unique_id_is_permalink=True,
            description=comment.html,
            author_name=tidied(comment.name),
            language=comment.language,
            pubdate=comment.created_at,
            updateddate=comment.created_at,
        )
    return tag_page(answer_with(feed), tags)


def versions_shown(comments: Iterable[Comment]) -> dict[int, Post]:
    """Return the post of each of these comments by its key: where readers may not see it, a version that they may."""
    posts = {comment.post_id: comment.post for comment in comments}
    hidden = [key for key, post in posts.items() if not post.is_published()]
    if hidden:
        others = Post.objects.published().filter(translation_of__in=hidden).only("translation_of", *POST_SHOWN)
        posts |= {post.translation_of_id: post for post in others}
    return posts
