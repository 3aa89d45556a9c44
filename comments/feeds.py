"""Comments as feeds: those of a post, and those of the whole site, in RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1."""

import json
from collections.abc import Iterable
from typing import TextIO

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from authors.bilingual import current_language
from blog.models import Post
from blog.pagecache import DISCUSSIONS, discussion_tags, tag_page
from blog.typography import typeset
from comments.models import Comment
from comments.text import tidied

# A reader of feeds that comes by each hour misses nothing of a lively evening.
COMMENTS = 50


class JsonFeed(SyndicationFeed):
    """JSON Feed 1.1: https://www.jsonfeed.org/version/1.1/."""

    # JSON has one encoding (RFC 8259), so the type names none.
    content_type = "application/feed+json"

    def write(self, outfile: TextIO, encoding: str) -> None:
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.feed["title"],
            "home_page_url": self.feed["link"],
            "feed_url": self.feed["feed_url"],
            "language": self.feed["language"],
            "items": [item_in_json(item) for item in self.items],
        }
        json.dump(feed, outfile, ensure_ascii=False, indent=1)


def item_in_json(item: dict) -> dict:
    """Return an item of a feed as JSON Feed has it."""
    return {
        "id": item["unique_id"],
        "url": item["link"],
        "title": item["title"],
        "content_html": item["description"],
        "date_published": item["pubdate"].isoformat(timespec="seconds"),
        "authors": [{"name": item["author_name"]}],
        "language": item["language"],
    }


KINDS = {"rss": Rss201rev2Feed, "atom": Atom1Feed, "json": JsonFeed}

# Where the feeds of a post stand, below its own address.
BELOW_POST = {"rss": "feed/", "atom": "feed/atom/", "json": "feed/json/"}

# What an entry shows of a post is its title and its address; it says itself whether readers may see it.
POST_SHOWN = ("title", "slug", "language", "status", "published_at")
SHOWN = ("name", "html", "language", "created_at", *[f"post__{name}" for name in POST_SHOWN])


@require_safe
def post_feed(request: HttpRequest, year: int, month: int, slug: str, kind: str) -> HttpResponse:
    """The newest comments on a post and its translations."""
    posts = Post.objects.published().in_language(current_language()).defer("body", "body_html", "body_text")
    post = get_object_or_404(posts, slug=slug)
    address = post.path() + BELOW_POST[kind]
    if address != request.path:
        return redirect(address, permanent=True)
    comments = Comment.objects.of(post).standing().approved().order_by("-number")
    title = _("Comments on “%(title)s”") % {"title": typeset(post.title, post.language)}
    feed = make_feed(kind, title=title, link=f"{post.path()}#comments", address=request.path)
    return respond(feed, comments, discussion_tags([post.discussion_id]))


@require_safe
def site_feed(request: HttpRequest, kind: str) -> HttpResponse:
    """The newest comments on all posts, in every language."""
    comments = Comment.objects.approved().on_published_posts().order_by("-created_at", "-pk")
    feed = make_feed(kind, title=_("Comments"), link=reverse("blog:home"), address=request.path)
    return respond(feed, comments, {DISCUSSIONS})


def make_feed(kind: str, *, title: str, link: str, address: str) -> SyndicationFeed:
    """Return an empty feed of a kind, in the page's language."""
    title = f"{tidied(title)} – {settings.SITE_NAME}"
    return KINDS[kind](
        title=title,
        link=settings.SITE_URL + link,
        description=title,
        language=current_language(),
        feed_url=settings.SITE_URL + address,
    )


def respond(feed: SyndicationFeed, comments: Iterable[Comment], tags: Iterable[str]) -> HttpResponse:
    """Put the first of these comments into a feed, and return it as a page that may be kept."""
    comments = list(comments.select_related("post").only(*SHOWN)[:COMMENTS])
    versions = versions_shown(comments)
    for comment in comments:
        post = versions[comment.post_id]
        address = settings.SITE_URL + reverse("comments:comment-detail", args=[comment.pk])
        feed.add_item(
            title=tidied(
                _("%(name)s on “%(title)s”") % {"name": comment.name, "title": typeset(post.title, post.language)}
            ),
            link=address,
            unique_id=address,
            unique_id_is_permalink=True,
            description=comment.html,
            author_name=tidied(comment.name),
            language=comment.language,
            pubdate=comment.created_at,
            updateddate=comment.created_at,
        )
    return tag_page(HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type), tags)


def versions_shown(comments: Iterable[Comment]) -> dict[int, Post]:
    """Return the post of each of these comments by its key: where readers may not see it, a version that they may."""
    posts = {comment.post_id: comment.post for comment in comments}
    hidden = [key for key, post in posts.items() if not post.is_published()]
    if hidden:
        others = Post.objects.published().filter(translation_of__in=hidden).only("translation_of", *POST_SHOWN)
        posts |= {post.translation_of_id: post for post in others}
    return posts
