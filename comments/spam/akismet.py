"""Akismet as one more opinion, off unless the operator has a key: the one place where somebody outside is told.

After its ‘comment-check’: https://akismet.com/developers/detailed-docs/comment-check/. Sent is what it cannot judge
without; the e-mail of the writer is not. It is asked in the background, and what it fails to say changes nothing.
"""

import logging
from http.client import HTTPException
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings

from comments.models import Comment
from comments.spam.reasons import Reason

logger = logging.getLogger("tribune.akismet")

# A task that waits keeps others waiting.
SECONDS = 5
# It answers with one word.
LONGEST_ANSWER = 100

# Alone it does not hold a comment: of what it was not sure, the words decide.
SPAM_WEIGHT, PASSED_WEIGHT = 4, -1


class NoRedirects(HTTPRedirectHandler):
    """Sends what readers wrote nowhere else."""

    def redirect_request(self, *_args, **_options) -> None:
        return None


OPENER = build_opener(NoRedirects)


def is_on() -> bool:
    """Say whether the operator has comments shown to Akismet."""
    return bool(settings.AKISMET_KEY)


def ask(comment: Comment) -> list[Reason]:
    """Return what Akismet says of a comment of a reader: nothing where it is off, or does not answer as it should."""
    if not is_on() or not comment.network or comment.author_id:
        return []
    request = Request(settings.AKISMET_URL, data=urlencode(told(comment)).encode(), method="POST")  # noqa: S310
    try:
        with OPENER.open(request, timeout=SECONDS) as response:
            answer = response.read1(LONGEST_ANSWER).strip()
    except (OSError, HTTPException) as error:
        logger.warning("Akismet was not reached: %s", error)
        return []
    match answer:
        case b"true":
            return [Reason("akismet", SPAM_WEIGHT)]
        case b"false":
            return [Reason("akismet_passed", PASSED_WEIGHT)]
    logger.warning("Akismet answered %r: is AKISMET_KEY right?", answer)
    return []


def told(comment: Comment) -> dict[str, str]:
    """Return what Akismet is told of a comment."""
    return {
        "api_key": settings.AKISMET_KEY,
        "blog": settings.SITE_URL,
        "blog_charset": "UTF-8",
        "blog_lang": comment.language,
        "comment_type": "reply" if comment.parent_id else "comment",
        "comment_author": comment.name,
        "comment_author_url": comment.site,
        "comment_content": comment.text,
        "comment_date_gmt": comment.created_at.isoformat(),
        "permalink": settings.SITE_URL + comment.post.path(),
        "user_agent": comment.agent,
        "user_ip": str(comment.network),
    }
