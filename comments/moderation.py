"""What happens to a comment: it is written, decided on, and stands or goes."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction
from django.db.models import BigAutoField, F, Q
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from authors.models import Author
from blog.models import Post
from blog.pagecache import drop_discussions
from blog.prepared import Prepared, PreparedInsert
from comments.alerts.tasks import gather_alerts
from comments.folding import fold_thread
from comments.following.notifications import announce
from comments.holding import hold
from comments.law.reasons import Because, state_reasons
from comments.locking import refuse_where_closed
from comments.models import Comment, Decision, path_below
from comments.models.kinship import keys_moved_by
from comments.spam.words import digest_text
from comments.tasks import learn_comment
from comments.text import render_comment

Status = Comment.Status

# What a moderator can decide on a comment, by its status. What stood on the page is removed, not rejected: it keeps its
# place while something answers it. What its writer withdrew stays withdrawn.
DECISIONS = {
    Status.PENDING: (Status.APPROVED, Status.REJECTED, Status.SPAM),
    Status.APPROVED: (Status.REMOVED,),
    Status.REJECTED: (Status.APPROVED, Status.SPAM),
    Status.SPAM: (Status.APPROVED, Status.REJECTED),
    Status.WITHDRAWN: (),
    Status.REMOVED: (Status.APPROVED,),
}

DECISION_LABELS = {
    Status.APPROVED: _("Approve"),
    Status.REJECTED: _("Reject"),
    Status.SPAM: _("Mark as spam"),
    Status.REMOVED: _("Remove"),
}

# What a decision goes by, and is asked again once the comment is held.
MAY_HAVE_CHANGED = ("post_id", "number", "path", "status", "is_standing", "is_folded")

# Whoever takes it holds the row until the transaction is through.
LOCKED_POST = Prepared(
    lambda post: Post.objects.select_for_update().filter(pk=post).order_by().values_list("pk", flat=True),
    post=BigAutoField(),
)
LAST_NUMBER = Prepared(
    lambda post: Comment.objects.filter(post=post).order_by("-number").values_list("number", flat=True),
    post=BigAutoField(),
)
insert_comment = PreparedInsert(Comment)


def write_comment(*, post: Post, parent: Comment | None, **fields: object) -> Comment:
    """Save a comment at its place in the discussion of ``post``, waiting for moderation.

    ``fields`` are those of ``draft_comment()``. Raises GoneError or LockedError where the parent takes no answers.
    """
    comment = draft_comment(**fields)
    place_comment(comment, post=post, parent=parent)
    return comment


def draft_comment(*, text: str, language: str, **fields: object) -> Comment:
    """Return a comment that is not saved yet, with all that its text gives: what others need not wait for.

    ``fields`` are who wrote it (``name``, and perhaps ``email``, ``site``, ``author``) and the columns that tell how it
    came: ``network``, ``agent``, ``form_age``, ``stamp``.
    """
    html = render_comment(text, language=language)
    return Comment(text=text, language=language, html=html, text_digest=digest_text(text), **fields)


def place_comment(comment: Comment, *, post: Post, parent: Comment | None) -> None:
    """Save a draft at its place in the discussion of ``post``.

    The row of the original post is locked while the number is given, so that two comments sent at once get two places.
    On SQLite nobody else writes meanwhile. Raises GoneError or LockedError where the parent takes no answers.
    """
    # Nothing goes on after a failure in here, so nothing need be undone of it alone.
    with transaction.atomic(savepoint=False):
        comment.post_id, comment.parent = post.discussion_id, parent
        if connection.features.has_select_for_update:
            LOCKED_POST(post=comment.post_id).first()
        if parent is not None:
            refuse_where_closed(parent)
        comment.number = (LAST_NUMBER(post=comment.post_id).first() or 0) + 1
        comment.path = path_below(parent, comment.number)
        comment.depth = len(comment.path) // len(path_below(None, comment.number)) - 1
        insert_comment(comment)


def answer_comment(parent: Comment, *, author: Author, text: str, by: AbstractBaseUser) -> Comment:
    """Save an author's answer and let it stand at once; an unread parent is approved first."""
    with transaction.atomic():
        if not parent.is_readable():
            decide(parent, Comment.Status.APPROVED, by=by)
        answer = write_comment(
            post=parent.post,
            parent=parent,
            name=author.name,
            author=author,
            text=text,
            language=parent.language,
        )
        decide(answer, Comment.Status.APPROVED, by=by)
    return answer


def decisions_on(comment: Comment) -> tuple[str, ...]:
    """Return what a moderator can decide on a comment: nothing on one of which nothing is kept."""
    return () if comment.is_blank() else DECISIONS[Status(comment.status)]


def decide(
    comment: Comment,
    status: str,
    *,
    by: AbstractBaseUser | None,
    reason: str = "",
    because: Because | None = None,
    is_final: bool | None = None,
) -> Decision | None:
    """Give a comment another status, note who did it, and let its page show it.

    ``reason`` is for moderators; ``because`` says to the writer why the comment is taken off or kept out;
    ``is_final`` that others are told of the decision, so that it cannot be undone. Nothing is noted and None returned
    when the status is the same already, since two moderators may press one button, and where a person may not decide so
    on what the comment has become meanwhile: its writer may have taken it back.
    """
    with transaction.atomic():
        locked = hold(comment)
        before = locked.status
        # Somebody else may have decided since it was read, or moved it with its discussion.
        for name in MAY_HAVE_CHANGED:
            setattr(comment, name, getattr(locked, name))
        if before == status or (by is not None and status not in decisions_on(locked)):
            return None
        decision = Decision.objects.create(
            comment=locked, before=before, after=status, by=by, reason=reason, is_final=is_final
        )
        state_reasons(decision, because or Because(is_automated=by is None))
        give_status(comment, status, by=by, at=timezone.now())
        if status == Comment.Status.PENDING and by is None:
            # Its writer changed it. Where a moderator lets it wait, they know.
            gather_alerts.enqueue(comment_ids=[comment.pk])
        if by is not None:
            learn_comment.enqueue(comment_id=comment.pk)
    return decision


def give_status(comment: Comment, status: str, *, by: AbstractBaseUser | None, at: datetime | None) -> None:
    """Let a comment have a status, with its place, the counts and pages that show it, and the mails that tell of it.

    For ``decide()`` and what takes its decisions back: who decided, and when, is kept with the comment, which is held.
    """
    was_readable, was_standing, was_folded = comment.is_readable(), comment.is_standing, bool(comment.is_folded)
    comment.status = status
    comment.decided_by, comment.decided_at = by, at
    # A place stands while anything below it stands.
    comment.is_standing = comment.is_readable() or (comment.has_gone() and comment.answers.standing().exists())
    comment.is_folded = None
    comment.save(update_fields=["status", "decided_by", "decided_at", "is_standing", "is_folded"])
    if comment.is_standing != was_standing and comment.parent_id:
        keep_places(comment)
    if comment.depth:
        fold_thread(comment, is_one_less=was_readable and was_folded)
    count_one(comment.post_id, comment.is_readable() - was_readable)
    if comment.is_readable():
        announce(comment)


def keep_places(comment: Comment) -> None:
    """Let those that have gone above a comment keep or give up their place with it: one statement at any depth."""
    moved = Comment.objects.filter(pk__in=keys_moved_by(comment))
    moved.update(is_standing=comment.is_standing, is_folded=None)


def count_one(post_id: int, change: int) -> None:
    """Write on a post and its translations that readers can read a comment more or less there, and drop its pages.

    The row of the post is held; counting forty thousand at each decision would keep everybody waiting.
    """
    if change:
        count = Greatest(F("comment_count") + change, 0)
        Post.objects.filter(Q(pk=post_id) | Q(translation_of=post_id)).update(comment_count=count)
    drop_discussions([post_id])


def count_comments(post_ids: Iterable[int]) -> None:
    """Count how many comments readers can read on posts, and write it on them and their translations."""
    for post_id in post_ids:
        with transaction.atomic():
            Post.objects.select_for_update().only("pk").get(pk=post_id)
            count = Comment.objects.approved().filter(post=post_id).count()
            Post.objects.filter(Q(pk=post_id) | Q(translation_of=post_id)).update(comment_count=count)
        drop_discussions([post_id])
