"""One page of a discussion, as it is shown below a post."""

from datetime import datetime
from typing import TypedDict

from django.db.models import BigAutoField, F
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from authors.addresses import address
from authors.bilingual import current_language
from blog.models import Post
from blog.paging import ListPage, get_page
from blog.prepared import Prepared
from blog.templatetags.typography import as_html
from comments.models import Comment

# What a reader scrolls through before a link to more is welcome; it also bounds what a page of
# a long discussion costs.
COMMENTS_A_PAGE = 40

# Where the key stands in an address that is made once for all: forty comments have eighty addresses, and Django takes
# longer to make each of them than to show the comment.
NOBODY = "/0/"

# Deeper answers stay at this indentation, and say whom they answer: a phone's line is short.
DEEPEST_INDENT = 4

# From here on a phone indents no further, so that it says whom a comment answers.
SAYS_WHOM = 3

DISCUSSION = Prepared(
    lambda post: (
        Comment.objects.filter(post=post)
        .standing()
        .threaded()
        .annotate(answered_name=F("parent__name"))
        .only("author_id", "depth", "name", "site", "language", "html", "status", "created_at")
    ),
    post=BigAutoField(),
)


class Contribution(TypedDict):
    """What a discussion shows of a comment, ready for its template, which asks a dict much faster than a model."""

    classes: str
    anchor: str
    is_readable: bool
    is_withdrawn: bool
    is_author: bool
    name: SafeString
    site: str
    answered_name: str
    is_flattened: bool
    address: str
    answer_address: str
    created_at: datetime
    language: str
    html: SafeString


def comments_of(post: Post, number: int) -> ListPage:
    """Return page ``number`` of a post's discussion, each comment before its answers. One query."""
    page = get_page(DISCUSSION(post=post.discussion_id), number, COMMENTS_A_PAGE)
    language = current_language()
    return ListPage([contribution_of(comment, language) for comment in page], page.number, page.has_next)


def contribution_of(comment: Comment, language: str) -> Contribution:
    """Return what a page in ``language`` shows of a comment."""
    place = f"/{comment.pk}/"
    is_author = comment.author_id is not None
    indent = min(comment.depth, DEEPEST_INDENT)
    return {
        "classes": f"comment indent-{indent} is-author" if is_author else f"comment indent-{indent}",
        "anchor": comment.anchor,
        "is_readable": comment.is_readable(),
        "is_withdrawn": comment.status == Comment.Status.WITHDRAWN,
        "is_author": is_author,
        "name": conditional_escape(comment.name),
        "site": comment.site,
        "answered_name": comment.answered_name if indent >= SAYS_WHOM else "",
        "is_flattened": comment.depth > DEEPEST_INDENT,
        "address": address("comments:comment-detail", 0).replace(NOBODY, place),
        "answer_address": address("comments:comment-reply", 0).replace(NOBODY, place),
        "created_at": comment.created_at,
        "language": comment.language if comment.language != language else "",
        "html": as_html(comment.html),
    }


def address_of_new_comment(post: Post) -> str:
    """Return where the form below a post goes to."""
    return address("comments:comment-create", 0).replace(NOBODY, f"/{post.pk}/")


def address_of(comment: Comment, post: Post) -> str:
    """Return where a comment stands now: page and anchor on its post's page."""
    before = Comment.objects.of(post).standing().filter(path__lt=comment.path).count()
    number = before // COMMENTS_A_PAGE + 1
    query = f"?comments={number}" if number > 1 else ""
    return f"{post.path()}{query}#{comment.anchor}"
