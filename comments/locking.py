"""Locking a thread: a comment and all that is below it take no answers any more."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import BigAutoField
from django.utils import timezone

from blog.pagecache import drop_discussions
from blog.prepared import Prepared
from comments.holding import hold
from comments.models import Comment, ThreadLock


class LockedError(Exception):
    """The thread takes no answers."""


class GoneError(Exception):
    """Readers cannot read any more what is to be answered."""


STATE = Prepared(
    lambda comment: Comment.objects.filter(pk=comment).order_by().values_list("status", "is_locked", "post"),
    comment=BigAutoField(),
)


def lock_thread(comment: Comment, *, by: AbstractBaseUser | None, reason: str = "") -> bool:
    """Let a comment and all below it take no more answers; say whether that was new."""
    with transaction.atomic():
        here = hold(comment)
        if not here.can_be_locked():
            return False
        note(comment, by, reason, locked_at=timezone.now())
        here.below().update(is_locked=True)
    return True


def unlock_thread(comment: Comment, *, by: AbstractBaseUser | None, reason: str = "") -> bool:
    """Let a comment and all below it be answered again; say whether it was locked.

    What is locked by itself below it stays so, and so does all of it where it stands in a locked thread.
    """
    with transaction.atomic():
        here = hold(comment)
        if here.locked_at is None:
            return False
        note(comment, by, reason, locked_at=None)
        if here.parent is None or not here.parent.is_locked:
            here.below().update(is_locked=False)
            for other in here.below().filter(locked_at__isnull=False):
                other.below().update(is_locked=True)
    return True


def note(comment: Comment, by: AbstractBaseUser | None, reason: str, *, locked_at: datetime | None) -> None:
    """Record who locked or opened a thread, and let its pages show it."""
    ThreadLock.objects.create(comment=comment, is_locked=locked_at is not None, by=by, reason=reason)
    Comment.objects.filter(pk=comment.pk).update(locked_at=locked_at)
    comment.locked_at = locked_at
    drop_discussions([comment.post_id])


def refuse_where_closed(parent: Comment) -> None:
    """Raise GoneError or LockedError where a comment takes no answers; called where the row of the post is held."""
    status, is_locked, post_id = STATE(comment=parent.pk).first() or ("", None, None)
    # Where its discussion was joined to another, it is there that it is answered.
    if status != Comment.Status.APPROVED or post_id != parent.post_id:
        raise GoneError
    if is_locked:
        raise LockedError
