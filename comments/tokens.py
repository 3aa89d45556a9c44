"""The signed address by which the writer of a comment, who has no account, is known again.

The browser that sent a comment keeps its token in a cookie, which it sends to one page only: the list of its comments.
"""

from functools import cache

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import override

from blog.models.languages import Language
from comments.models import Comment

SALT = "comments.waiting"

COOKIE = "comment-"

# Whoever comes back after a month has kept the address, or asks for it by mail.
COOKIE_SECONDS = 30 * 24 * 3600

# A browser keeps some fifty cookies of a site, and a server reads eight kilobytes of them.
MOST_REMEMBERED = 50


def make_token(comment: Comment) -> str:
    """Return what proves that somebody wrote a comment. It has no end: a comment can be taken back at any time."""
    return signing.dumps(comment.pk, salt=SALT)


def read_token(token: str) -> Comment:
    """Return the comment that a token was made for; raise Http404 where it was not made here."""
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        raise Http404("This address was not made here.") from None
    return get_object_or_404(Comment.objects.select_related("post", "parent"), pk=pk)


def own_path(comment: Comment) -> str:
    """Return the address at which its writer mends or withdraws a comment, in the language of the comment."""
    with override(comment.language):
        return reverse("comments:comment-own", args=[make_token(comment)])


@cache
def own_page(language: str) -> str:
    """Return where the list of a browser's own comments stands in a language."""
    with override(language):
        return reverse("comments:comment-mine")


def remember(comment: Comment, response: HttpResponse) -> None:
    """Let the browser that sent a comment keep its token."""
    token = make_token(comment)
    for language in Language.values:
        # A name for each language, since the list stands at an address in each, and a cookie belongs to one.
        response.set_cookie(
            f"{COOKIE}{language}-{comment.pk}",
            token,
            max_age=COOKIE_SECONDS,
            path=own_page(language),
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Strict",
        )


def remembered(request: HttpRequest) -> list[Comment]:
    """Return the comments that this browser has sent, the latest first, each with its ``token``."""
    tokens = [token for name, token in request.COOKIES.items() if name.startswith(COOKIE)][:MOST_REMEMBERED]
    keys = {}
    for token in tokens:
        try:
            keys[signing.loads(token, salt=SALT)] = token
        except signing.BadSignature:
            # Somebody else's, or made up.
            continue
    comments = list(Comment.objects.filter(pk__in=keys).select_related("post").order_by("-created_at", "-pk"))
    for comment in comments:
        comment.token = keys[comment.pk]
    return comments
