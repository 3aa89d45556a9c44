"""One page of a discussion, as it is shown below a post."""

from functools import lru_cache

from django.db.models import BigAutoField, F
from django.urls import reverse

from authors.bilingual import current_language
from blog.models import Post
from blog.paging import ListPage, get_page
from blog.prepared import Prepared
from comments.models import Comment

# What a reader scrolls through before a link to more is welcome; it also bounds what a page of
# a long discussion costs.
COMMENTS_A_PAGE = 40

# Where the key stands in an address that is made once for all comments.
NOBODY = "/0/"

# Deeper answers stay at this indentation, and say whom they answer: a phone's line is short.
DEEPEST_INDENT = 4

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


def comments_of(post: Post, number: int) -> ListPage:
    """Return page ``number`` of a post's discussion, each comment before its answers.

    One query. Each comment knows whom it answers where its indentation does not show it.
    """
    page = get_page(DISCUSSION(post=post.discussion_id), number, COMMENTS_A_PAGE)
    language = current_language()
    address, answer_address = addresses_of_nobody(language)
    for comment in page:
        comment.address = address.replace(NOBODY, f"/{comment.pk}/")
        comment.answer_address = answer_address.replace(NOBODY, f"/{comment.pk}/")
        comment.indent = min(comment.depth, DEEPEST_INDENT)
        comment.place = f"indent-{comment.indent}"
        comment.is_flattened = comment.depth > DEEPEST_INDENT
        comment.foreign_language = comment.language if comment.language != language else ""
    return page


@lru_cache
def addresses_of_nobody(language: str) -> tuple[str, str]:
    """Return the addresses of comment 0 and of its answer form, in the active ``language``.

    Forty comments have eighty addresses; to ask for each of them takes longer than their text.
    """
    return tuple(reverse(f"comments:comment-{name}", args=[0]) for name in ("detail", "reply"))


def address_of(comment: Comment, post: Post) -> str:
    """Return where a comment stands now: page and anchor on its post's page."""
    before = Comment.objects.of(post).standing().filter(path__lt=comment.path).count()
    number = before // COMMENTS_A_PAGE + 1
    query = f"?comments={number}" if number > 1 else ""
    return f"{post.path()}{query}#{comment.anchor}"
