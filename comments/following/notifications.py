"""Whom a comment is mailed to, and mailing it: each follower once, whatever happens to the process that does so."""

import logging
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby

from django.core.mail import EmailMessage, mailers
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils import timezone

from blog.models import Post
from comments.following import mails, tasks
from comments.following.consent import see, stop_bounced
from comments.following.refusals import Outcome, breaks_connection, judge
from comments.models import Comment, Following, Notification
from comments.models.comments import MAX_DEPTH, STEP

logger = logging.getLogger("tribune.following")

State = Notification.State

# Rows that one task writes: one statement, and short.
GATHERED_AT_ONCE = 500

# Mails that one task sends. With a slow server that is a minute, after which pictures have their turn.
SENT_AT_ONCE = 50

# What the mails of one task are made from: fifty digests of an ordinary day, several times over.
READ_AT_ONCE = 1000

# After how long a mail is tried again. A server that refuses newcomers at first wants minutes, one that is down hours;
# after two days an answer is no news, and it is given up.
DELAYS = (
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
    timedelta(hours=36),
)
MOST_ATTEMPTS = len(DELAYS) + 1

# When digests leave, by the clocks of the site: before people read their mail.
DIGEST_HOUR = 7

# What no mail shows of the row of a post.
LONG_TEXTS = ("standfirst", "body", "body_html", "body_text")


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
    if not after:
        # It was taken down before it was mailed, and stands again.
        Notification.objects.filter(comment=comment, state=State.DROPPED).update(state=State.PENDING, due_at=now)
    found = list(followings_of(comment).filter(pk__gt=after).order_by("pk")[:GATHERED_AT_ONCE])
    # Who follows twice is told once, in the quicker way.
    found.sort(key=lambda following: following.cadence != Following.Cadence.AT_ONCE)
    digest_at = next_digest(now)
    Notification.objects.bulk_create(
        [
            Notification(
                follower_id=following.follower_id,
                following=following,
                comment=comment,
                is_digest=following.cadence == Following.Cadence.DAILY,
                due_at=digest_at if following.cadence == Following.Cadence.DAILY else now,
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
        .filter(Q(comment=None) | Q(comment__in=above(comment)))
        .filter(follower__confirmed_at__isnull=False, follower__bounced_at=None, follower__refused_at=None)
        .exclude(follower__email=comment.email.lower())
    )


def above(comment: Comment) -> list[int]:
    """Return the keys of the comments that a comment answers, directly or through others."""
    path = comment.path
    places = [path[:end] for end in range(STEP, len(path), STEP)]
    here = Comment.objects.filter(post=comment.post_id)
    if comment.depth < MAX_DEPTH - 1:
        return list(here.filter(path__in=places).values_list("pk", flat=True)) if places else []
    # At the greatest depth answers are filed beside what they answer, and only the rows say who answers whom.
    rows = here.filter(Q(path__in=places) | Q(path__startswith=path[:-STEP], depth=comment.depth))
    parents = dict(rows.values_list("pk", "parent_id"))
    found, parent = [], comment.parent_id
    while parent is not None:
        found.append(parent)
        parent = parents.get(parent)
    return found


def next_digest(now: datetime) -> datetime:
    """Return when the next digests leave."""
    local = timezone.localtime(now, timezone.get_default_timezone())
    hour = local.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    return hour if hour > local else hour + timedelta(days=1)


def deliver() -> None:
    """Mail a batch of what is due, and have the next batch mailed when it is due."""
    now = timezone.now()
    groups = take_due(now)
    if groups:
        send_groups(groups, now)
    upcoming = (
        Notification.objects.filter(state=State.PENDING).order_by("due_at").values_list("due_at", flat=True).first()
    )
    if upcoming is not None and upcoming <= now:
        tasks.send_notifications.enqueue()
    elif upcoming is not None:
        tasks.send_notifications_at(upcoming)


def deliver_forgotten() -> None:
    """Have mailed what is due and has no task any more."""
    if Notification.objects.due(timezone.now()).exists():
        tasks.send_notifications.enqueue()


def take_due(now: datetime) -> list[list[Notification]]:
    """Return the notifications of each mail that is due: one, or those of somebody's digest."""
    due = Notification.objects.due(now)
    first = list(due.values_list("pk", "follower_id", "is_digest")[:SENT_AT_ONCE])
    if not first:
        return []
    single = [pk for pk, _, is_digest in first if not is_digest]
    digests = {follower_id for _, follower_id, is_digest in first if is_digest}
    rows = list(
        due.filter(Q(pk__in=single) | Q(follower__in=digests, is_digest=True))
        .select_related("follower", "following", "comment__post", "comment__parent")
        .defer(*[f"comment__post__{name}" for name in LONG_TEXTS], "comment__parent__text", "comment__parent__html")
        .order_by("is_digest", "follower", "comment__post", "comment__path")[:READ_AT_ONCE]
    )
    groups = [[row] for row in rows if not row.is_digest]
    digest_rows = [row for row in rows if row.is_digest]
    groups += [list(group) for _, group in groupby(digest_rows, key=lambda row: row.follower_id)]
    if len(rows) == READ_AT_ONCE and len(groups) > 1:
        # The last digest may have been cut: it has its turn in the next batch, whole.
        groups.pop()
    return groups


def send_groups(groups: list[list[Notification]], now: datetime) -> None:
    """Send the mails of a batch over one connection; where there is none, try everything that is due again later."""
    mailer = mailers.default
    wanted = drop_unwanted(groups)
    if not wanted:
        return
    titles = titles_of({notification.comment.post_id for group in wanted for notification in group})
    try:
        mailer.open()
    except OSError as error:
        logger.warning("The mail server cannot be reached: %s", error)
        postpone(Notification.objects.due(now).order_by(), now)
        return
    try:
        for group in wanted:
            if not send_group(mailer, group, titles, now):
                break
    finally:
        mailer.close()
    note_seen(notification for group in wanted for notification in group if notification.state == State.SENT)


def drop_unwanted(groups: Iterable[list[Notification]]) -> list[list[Notification]]:
    """Return what is still wanted of each mail; note the rest, which was taken down, stopped or refused meanwhile."""
    kept, dropped = [], []
    for group in groups:
        wanted = [notification for notification in group if is_wanted(notification)]
        dropped += [notification.pk for notification in group if notification not in wanted]
        if wanted:
            kept.append(wanted)
    if dropped:
        Notification.objects.filter(pk__in=dropped, state=State.PENDING).update(state=State.DROPPED)
    return kept


def is_wanted(notification: Notification) -> bool:
    """Say whether a comment can still be read and its follower still wants to hear of it."""
    return (
        notification.following.stopped_at is None
        and notification.follower.is_reachable()
        and notification.comment.is_readable()
        and notification.comment.post.is_published()
    )


def titles_of(post_ids: set[int]) -> dict[tuple[int, str], str]:
    """Return the titles of discussions by the key of the original and language, where readers may see that version."""
    posts = Post.objects.published().filter(Q(pk__in=post_ids) | Q(translation_of__in=post_ids))
    return {
        (post.discussion_id, post.language): post.title for post in posts.only("title", "language", "translation_of")
    }


def send_group(mailer: BaseEmailBackend, group: list[Notification], titles: dict, now: datetime) -> bool:
    """Send one mail and note what became of it; return whether the connection still serves.

    The claim is committed before the mail leaves: a process that is killed in between leaves a notification that nobody
    sends again, never a mail that comes twice.
    """
    try:
        message = make_message(group, titles)
    except Exception:
        # A mail that cannot be made must not hold up the others.
        logger.exception("Notification %s cannot be written", group[0].pk)
        postpone(
            Notification.objects.filter(pk__in=[notification.pk for notification in group], state=State.PENDING), now
        )
        return True
    claim = uuid.uuid4()
    keys = [notification.pk for notification in group]
    taken = Notification.objects.filter(pk__in=keys, state=State.PENDING).update(state=State.SENDING, claim=claim)
    ours = Notification.objects.filter(pk__in=keys, claim=claim)
    if taken < len(group):
        # Another process has some of it. What it left is due again at once, and makes another mail.
        ours.update(state=State.PENDING, claim=None)
        return True
    try:
        mailer.send_messages([message])
    except Exception as error:
        logger.warning("Notification %s: %s", group[0].pk, error)
        note_refusal(ours, group, judge(error), now)
        return not breaks_connection(error)
    ours.update(state=State.SENT, sent_at=timezone.now(), attempts=F("attempts") + 1)
    for notification in group:
        notification.state = State.SENT
    return True


def note_seen(notifications: Iterable[Notification]) -> None:
    """Note how far mails have told their followers of each discussion: one query for all who were told the same."""
    newest: dict[tuple[int, int], int] = {}
    for notification in notifications:
        told = (notification.follower_id, notification.comment.post_id)
        newest[told] = max(newest.get(told, 0), notification.comment.number)
    followers: dict[tuple[int, int], list[int]] = {}
    for (follower_id, post_id), number in newest.items():
        followers.setdefault((post_id, number), []).append(follower_id)
    for (post_id, number), follower_ids in followers.items():
        see(follower_ids, post_id, number)


def make_message(group: list[Notification], titles: dict) -> EmailMessage:
    """Return the mail for one follower: of an answer, or the digest of a day."""
    if group[0].is_digest:
        return mails.digest(group, titles)
    return mails.answer(group[0], titles)


def note_refusal(
    notifications: QuerySet[Notification], group: list[Notification], outcome: Outcome, now: datetime
) -> None:
    """Note that a mail was not taken: to be tried again, or not."""
    if outcome is Outcome.LATER:
        postpone(notifications, now)
        return
    notifications.update(state=State.FAILED, attempts=F("attempts") + 1)
    if outcome is Outcome.BOUNCED:
        stop_bounced(group[0].follower)


def postpone(notifications: QuerySet[Notification], now: datetime) -> None:
    """Have notifications sent later, each time after a longer while, until they are given up. One query."""
    notifications.update(
        due_at=Case(
            *[When(attempts=n, then=Value(now + delay)) for n, delay in enumerate(DELAYS)], default=F("due_at")
        ),
        state=Case(When(attempts__gte=len(DELAYS), then=Value(State.FAILED)), default=Value(State.PENDING)),
        attempts=F("attempts") + 1,
        claim=None,
    )
