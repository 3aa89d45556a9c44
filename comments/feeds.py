"""Comments as feeds: those of a post, and those of the whole site, in RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1."""

from collections.abc import Iterable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from authors.bilingual import current_language
from blog.feed_archives import Register, archive_links
from blog.feeds import KINDS, answer_with, make_feed
from blog.models import Post
from blog.pagecache import DISCUSSIONS, discussion_tags, tag_page
from blog.typography import typeset
from blog.views.reading import only_read
from comments.models import Comment
from comments.models.comments import CommentQuerySet
from comments.text import tidied

# A reader of feeds that comes by each hour misses nothing of a lively evening.
COMMENTS = 50

# So many numbers are a part of an archive; some of them are of comments that nobody approved.
NUMBERS = 100

# What an entry shows of a post is its title and its address; it says itself whether readers may see it.
POST_SHOWN = ("title", "slug", "language", "status", "published_at")
SHOWN = ("name", "html", "language", "created_at", *[f"post__{name}" for name in POST_SHOWN])


@only_read
def post_feed(request: HttpRequest, year: int, month: int, slug: str, kind: str, part: str = "") -> HttpResponse:
    """The newest comments on a post and its translations, or a part of all of them."""
    posts = Post.objects.published().in_language(current_language()).defer("body", "body_html", "body_text")
    post = get_object_or_404(posts, slug=slug)
    address = post.path() + KINDS[kind].below + (f"{part}/" if part else "")
    if address != request.path:
        return redirect(address, permanent=True)
    comments = Comment.objects.of(post).standing().approved()
    archive = Register(comments, "number", COMMENTS, NUMBERS)
    title = _("Comments on “%(title)s”") % {"title": typeset(post.title, post.language)}
    about = {"title": tidied(title), "link": f"{post.path()}#comments"}
    tags = discussion_tags([post.discussion_id])
    return respond(request, kind, part, comments.order_by("-number"), archive, about, tags)


@only_read
def site_feed(request: HttpRequest, kind: str, part: str = "") -> HttpResponse:
    """The newest comments on all posts, in every language, or a part of all of them."""
    comments = Comment.objects.approved().on_published_posts()
    archive = Register(comments, "pk", COMMENTS, NUMBERS)
    about = {"title": _("Comments"), "link": reverse("blog:home")}
    return respond(request, kind, part, comments.order_by("-created_at", "-pk"), archive, about, {DISCUSSIONS})


def respond(
    request: HttpRequest,
    kind: str,
    part: str,
    newest: CommentQuerySet,
    archive: Register,
    about: dict[str, str],
    tags: Iterable[str],
) -> HttpResponse:
    """Return a feed of the newest comments, which leads to its archive, or the part of that which is asked for."""
    rows = archive.of(archive.read(part)) if part else newest[:COMMENTS]
    comments = list(rows.select_related("post").only(*SHOWN, "number"))
    if part and not comments:
        raise Http404("No such part.")
    # By their dates, also those that were brought in from elsewhere; in which part one is, its number says.
    comments.sort(key=lambda comment: (comment.created_at, comment.pk), reverse=True)
    shown = {getattr(comment, archive.column) for comment in comments}
    links = [
        (relation, settings.SITE_URL + path)
        for relation, path in archive_links(archive, request.path, part=part, shown=shown)
    ]
    feed = make_feed(kind, **about, address=request.path, links=links, is_archive=bool(part))
    versions = versions_shown(comments)
    for comment in comments:
        feed.add_item(**item_of(comment, versions[comment.post_id]))
    return tag_page(answer_with(feed), tags)


def item_of(comment: Comment, post: Post) -> dict:
    """Return what an item says of a comment on a post."""
    permalink = settings.SITE_URL + reverse("comments:comment-detail", args=[comment.pk])
    title = _("%(name)s on “%(title)s”") % {"name": comment.name, "title": typeset(post.title, post.language)}
    return {
        "title": tidied(title),
        "link": permalink,
        "unique_id": permalink,
        "unique_id_is_permalink": True,
        "description": comment.html,
        "author_name": tidied(comment.name),
        "language": comment.language,
        "pubdate": comment.created_at,
        "updateddate": comment.created_at,
    }


def versions_shown(comments: Iterable[Comment]) -> dict[int, Post]:
    """Return the post of each of these comments by its key: where readers may not see it, a version that they may."""
    posts = {comment.post_id: comment.post for comment in comments}
    hidden = [key for key, post in posts.items() if not post.is_published()]
    if hidden:
        others = Post.objects.still_published().filter(translation_of__in=hidden).only("translation_of", *POST_SHOWN)
        posts |= {post.translation_of_id: post for post in others}
    return posts
