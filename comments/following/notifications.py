"""Whom a comment is mailed to, and mailing it: each follower once, whatever happens to the process that does so."""

import logging

from django.core.mail import EmailMessage
from django.db.models import Case, Q, QuerySet, Value, When
from django.utils import timezone

from blog.models import Post
from blog.models.posts import long_texts
from comments.following import mails, tasks
from comments.following.consent import see, stop_bounced
from comments.mail.outbox import Outbox, next_digest
from comments.models import Comment, Following, Notification
from comments.models.decisions import TIME_TO_UNDO
from comments.models.kinship import keys_above

State = Notification.State

# Rows that one task writes: one statement, and short.
GATHERED_AT_ONCE = 500


def announce(comment: Comment) -> None:
    """Have followers mailed what has just been approved; called in the transaction that approves it.

    The task is a row of the same database, so there is one exactly where the comment is approved.
    """
    if Following.objects.active().filter(post=comment.post_id).exists():
        tasks.gather_notifications.enqueue(comment_id=comment.pk)


def gather(comment_id: int, after: int = 0) -> None:
    """Write a notification for each of the followers of a comment whose following has a key above ``after``.

    The same number of queries for one follower or a batch of them; a batch that is full is followed by another task.
    """
    comment = Comment.objects.approved().filter(pk=comment_id).first()
    if comment is None:
        return
    now = timezone.now()
    # What a moderator has approved by mistake is undone before it is mailed.
    soon, digest_at = now + TIME_TO_UNDO if comment.decided_by_id else now, next_digest(now)
    if not after:
        # It was taken down before it was mailed, and stands again.
        due = Case(When(is_digest=True, then=Value(digest_at)), default=Value(soon))
        Notification.objects.filter(comment=comment, state=State.DROPPED).update(state=State.PENDING, due_at=due)
    found = list(followings_of(comment).filter(pk__gt=after).order_by("pk")[:GATHERED_AT_ONCE])
    # Who follows twice is told once, in the quicker way.
    found.sort(key=lambda following: following.cadence != Following.Cadence.AT_ONCE)
    Notification.objects.bulk_create(
        [
            Notification(
                follower_id=following.follower_id,
                following=following,
                comment=comment,
                is_digest=following.cadence == Following.Cadence.DAILY,
                due_at=digest_at if following.cadence == Following.Cadence.DAILY else soon,
            )
            for following in found
        ],
        ignore_conflicts=True,
    )
    if len(found) == GATHERED_AT_ONCE:
        tasks.gather_notifications.enqueue(comment_id=comment_id, after=max(following.pk for following in found))
    tasks.send_notifications.enqueue()


def followings_of(comment: Comment) -> QuerySet[Following]:
    """Return the followings that a comment is news for: of its discussion, or of a comment that it is below of."""
    return (
        Following.objects.active()
        .filter(post=comment.post_id)
        .filter(Q(comment=None) | Q(comment__in=keys_above(comment)))
        .filter(follower__confirmed_at__isnull=False, follower__bounced_at=None, follower__refused_at=None)
        .exclude(follower__email=comment.email.lower())
    )


class NotificationOutbox(Outbox):
    """Mails to followers: of an answer each, or the digest of a day."""

    model = Notification
    owner = "follower"
    task = tasks.send_notifications
    logger = logging.getLogger("tribune.following")

    def rows(self) -> QuerySet[Notification]:
        unseen = (*long_texts("comment__post"), "comment__parent__text", "comment__parent__html")
        is_on_site = Post.objects.still_published().any_in_discussion("comment__post")
        rows = Notification.objects.select_related("follower", "following", "comment__post", "comment__parent")
        return rows.defer(*unseen).annotate(is_on_site=is_on_site)

    def is_wanted(self, row: Notification) -> bool:
        """Say whether a comment can still be read and its follower still wants to hear of it."""
        return (
            row.following.stopped_at is None
            and row.follower.is_reachable()
            and row.comment.is_readable()
            and row.is_on_site
        )

    def prepare(self, groups: list[list[Notification]]) -> dict[tuple[int, str], str]:
        return titles_of({notification.comment.post_id for group in groups for notification in group})

    def make_message(self, group: list[Notification], shared: dict[tuple[int, str], str]) -> EmailMessage:
        return mails.digest(group, shared) if group[0].is_digest else mails.answer(group[0], shared)

    def stop_bounced(self, row: Notification) -> None:
        stop_bounced(row.follower)

    def note_sent(self, groups: list[list[Notification]]) -> None:
        """Note how far mails have told their followers of each discussion: a query for all who were told the same."""
        newest: dict[tuple[int, int], int] = {}
        for row in (row for group in groups for row in group):
            told = (row.follower_id, row.comment.post_id)
            newest[told] = max(newest.get(told, 0), row.comment.number)
        followers: dict[tuple[int, int], list[int]] = {}
        for (follower_id, post_id), number in newest.items():
            followers.setdefault((post_id, number), []).append(follower_id)
        for (post_id, number), follower_ids in followers.items():
            see(follower_ids, post_id, number)


def titles_of(post_ids: set[int]) -> dict[tuple[int, str], str]:
    """Return the titles of discussions by the key of the original and language, where readers may see that version."""
    posts = Post.objects.still_published().filter(Q(pk__in=post_ids) | Q(translation_of__in=post_ids))
    return {
        (post.discussion_id, post.language): post.title for post in posts.only("title", "language", "translation_of")
    }


OUTBOX = NotificationOutbox()
deliver = OUTBOX.deliver
deliver_forgotten = OUTBOX.deliver_forgotten
take_due = OUTBOX.take_due
send_groups = OUTBOX.send_groups
