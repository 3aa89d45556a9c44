"""What the writer of a comment can do with it afterwards: change it for a while, or take it back."""

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from blog.pagecache import drop_discussions
from comments.holding import hold
from comments.models import Comment, Edit
from comments.moderation import Status, decide
from comments.policy import judge_at_once
from comments.spam.words import digest_text
from comments.tasks import judge_comment
from comments.text import render_comment


class TooLateError(Exception):
    """The comment can no longer be changed: its time is over, it was answered, or it has gone."""


def mend(comment: Comment, text: str) -> None:
    """Change the text for its writer; it is judged anew, and what a moderator had read waits to be read once more.

    Raises TooLateError where it may not be changed any more.
    """
    with transaction.atomic():
        locked = hold(comment)
        if not locked.can_be_mended():
            raise TooLateError
        if not change_text(locked, text, by=None):
            return
        if locked.is_readable():
            decide(locked, Status.PENDING, by=None)
        judge_comment.enqueue(comment_id=locked.pk)
    judge_at_once(locked)


def change_text(comment: Comment, text: str, *, by: AbstractBaseUser | None) -> bool:
    """Save another text and keep the former one; say whether they differ.

    Readers see a mark, unless nobody but its writer had seen the comment: then only the first of its texts is kept.
    """
    with transaction.atomic():
        locked = hold(comment)
        if text == locked.text:
            return False
        if by is not None or was_seen(locked) or not locked.edits.exists():
            Edit.objects.create(comment=locked, text=locked.text, by=by)
        comment.text = text
        comment.text_digest = digest_text(text)
        comment.html = render_comment(text, language=comment.language)
        if locked.status != Status.PENDING or by is not None:
            comment.edited_at = timezone.now()
        comment.save(update_fields=["text", "text_digest", "html", "edited_at"])
        drop_discussions([locked.post_id])
    return True


def was_seen(comment: Comment) -> bool:
    """Say whether others than its writer and moderators may have seen a comment, as it is or was."""
    if comment.status != Status.PENDING or comment.edited_at is not None:
        return True
    return comment.decisions.filter(after=Status.APPROVED).exists()


def withdraw(comment: Comment) -> None:
    """Take a comment back for its writer; raises TooLateError where it has gone or was refused already.

    Its place stays while something that answers it stands.
    """
    with transaction.atomic():
        locked = hold(comment)
        if not locked.can_be_withdrawn():
            raise TooLateError
        decide(locked, Status.WITHDRAWN, by=None)
