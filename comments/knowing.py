"""Whether a comment comes from somebody whose comments were approved before.

An address proves nothing: anybody can type that of a known commenter, and one that its owner confirmed for the mails
is typed as easily. What proves it is what only the browser of the earlier comment has: a signed cookie that names the
comments it sent. It is set by the answer to a sent form alone, where the rules ask for it, and goes back to the
addresses that forms are sent to, never to a page. It is not the token of those comments, which people hand on with the
address of a page. Who comes with another browser, name or address waits once more, and nothing else is lost.
"""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import override

from blog.models import Moderation
from blog.models.languages import Language
from comments.models import Comment, normalise_email

SALT = "comments.known"
COOKIE = "known-"

# Whoever comes back after half a year is read once more.
COOKIE_SECONDS = 180 * 24 * 3600

# Comments that a cookie names, the latest: one that was approved is among them.
MOST_NAMED = 20

Status = Comment.Status
REFUSED = (Status.REJECTED, Status.SPAM, Status.REMOVED)


def is_known(request: HttpRequest, *, name: str, email: str) -> bool:
    """Say whether this browser sent a comment of that name and address that a moderator approved, and none refused."""
    keys = named_in(request)
    if not keys or not email:
        return False
    rows = Comment.objects.filter(pk__in=keys).order_by()
    sent = list(rows.values_list("status", "decided_by", "name", "email"))
    if any(status in REFUSED for status, *_ in sent):
        return False
    return any(
        status == Status.APPROVED
        and by is not None
        and its_name.casefold() == name.casefold()
        and normalise_email(its_email) == normalise_email(email)
        for status, by, its_name, its_email in sent
    )


def named_in(request: HttpRequest) -> list[int]:
    """Return the keys of the comments that this browser has sent, as far as its cookies prove it, the latest first."""
    keys = set()
    for cookie, value in request.COOKIES.items():
        if cookie.startswith(COOKIE):
            try:
                keys.update(signing.loads(value, salt=SALT, max_age=COOKIE_SECONDS))
            except signing.BadSignature:
                # Somebody else's, or made up.
                continue
    return sorted(keys, reverse=True)[:MOST_NAMED]


def let_be_known(request: HttpRequest, comment: Comment, response: HttpResponse, *, moderation: str) -> None:
    """Let the browser that sent a comment show so with its next one, where that makes a difference."""
    if moderation != Moderation.FIRST:
        return
    keys = list(dict.fromkeys([comment.pk, *named_in(request)]))[:MOST_NAMED]
    for language in Language.values:
        with override(language):
            # What all addresses begin with that a form is sent to.
            place = reverse("comments:comment-create", args=[0]).removesuffix("0/")
        response.set_cookie(
            f"{COOKIE}{language}",
            signing.dumps(keys, salt=SALT),
            max_age=COOKIE_SECONDS,
            path=place,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Strict",
        )
