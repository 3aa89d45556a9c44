"""Deciding from a mail: only on what the moderator has seen, and never over what somebody else has decided."""

from hashlib import sha256

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from comments.holding import hold
from comments.models import Comment
from comments.moderation import decide


class DecidedMeanwhileError(Exception):
    """The comment no longer waits: somebody has decided on it, or its writer has taken it back."""


class ChangedMeanwhileError(Exception):
    """Its writer has changed the text since the page was made that showed it."""


def decide_as_seen(comment: Comment, decision: str, *, expected: str, seen: str, by: AbstractBaseUser) -> None:
    """Give a comment a status if it is still the one that the moderator saw.

    ``expected`` is the status that it had, ``seen`` what ``digest_seen`` said of it. Where it was decided so before,
    nothing happens: a button may be pressed twice.
    """
    with transaction.atomic():
        locked = hold(comment)
        if locked.status == decision:
            return
        if locked.status != expected:
            raise DecidedMeanwhileError
        if digest_seen(locked) != seen:
            raise ChangedMeanwhileError
        if decide(locked, decision, by=by) is None:
            raise DecidedMeanwhileError


def digest_seen(comment: Comment) -> str:
    """Return what is different when the text is."""
    return sha256(comment.text.encode()).hexdigest()[:16]
