"""What an address agrees to: it is asked once, confirms or refuses, and stops when it likes."""

import logging
from collections.abc import Collection
from datetime import timedelta

from django.core.mail import mailers
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from blog.mail.refusals import Outcome, describe, judge
from comments.following import mails, tasks
from comments.following.tokens import CONFIRM_SECONDS
from comments.limits import may_be_written_to
from comments.models import Comment, Follower, Following, Notification, normalise_email
from comments.models.followers import AFTER_A_BOUNCE, FollowingQuerySet

logger = logging.getLogger("tribune.following")

# Whoever types somebody's address into forms has one mail sent to it a day, whatever the forms.
BETWEEN_INVITATIONS = timedelta(days=1)

# Three hours in all: who waits for the mail at the screen has gone by then.
INVITATION_DELAYS = (timedelta(minutes=2), timedelta(minutes=20), timedelta(hours=3))

# Longer than any mail server keeps a program waiting, so that a claim which has ended is one of a process that died.
CLAIM_HOLDS = timedelta(minutes=15)

# What was sent is kept to be looked up; after this nobody approves a comment a second time.
NOTICES_KEPT = timedelta(days=90)


def follow(comment: Comment, *, whole_discussion: bool, cadence: str) -> Following:
    """Note that the writer of a comment wants to be mailed; ask the owner of the address where that is still open.

    Called in the transaction that saves the comment. Nothing is mailed to an address before its owner confirmed it.
    """
    follower, _ = Follower.objects.get_or_create(
        email=normalise_email(comment.email), defaults={"language": comment.language}
    )
    is_stopped = follower.is_reachable() and has_stopped(follower, comment.post_id)
    following, _ = Following.objects.update_or_create(
        follower=follower,
        post_id=comment.post_id,
        comment=None if whole_discussion else comment,
        defaults={
            "cadence": cadence,
            "stopped_at": timezone.now() if is_stopped else None,
            "seen_number": comment.number,
            "seen_at": comment.created_at,
        },
    )
    if is_stopped and may_be_written_to(follower.email, about="following-again"):
        tasks.mail_question_again.enqueue(following_id=following.pk)
    ask(follower, language=comment.language)
    return following


def has_stopped(follower: Follower, post_id: int) -> bool:
    """Say whether somebody followed a discussion, and wanted no more of it.

    Anybody can type their address into the form there: it is they who take that back, on their own page.
    """
    here = follower.followings.filter(post=post_id)
    return here.filter(stopped_at__isnull=False).exists() and not here.active().exists()


def resume(following: Following) -> None:
    """Mail again what was stopped, as it was followed last."""
    Following.objects.filter(pk=following.pk).update(stopped_at=None)


def is_followed(comment: Comment) -> bool:
    """Say whether the writer of a comment is to be mailed, as far as the form with it says."""
    if not comment.email:
        return False
    followings = Following.objects.active().filter(follower__email=normalise_email(comment.email))
    return followings.filter(Q(comment=comment) | Q(comment=None, post=comment.post_id)).exists()


def ask(follower: Follower, *, language: str) -> bool:
    """Have the owner of an address asked whether it is theirs; return whether a mail goes out for it.

    None does to one that has confirmed, has refused, has bounced lately, or has been asked today.
    """
    now = timezone.now()
    day_ago, lately = now - BETWEEN_INVITATIONS, now - AFTER_A_BOUNCE
    # One conditional update: of two forms that are sent at once, one asks.
    is_asked = (
        Follower.objects.filter(pk=follower.pk, refused_at=None)
        .filter(Q(confirmed_at=None) | Q(bounced_at__isnull=False))
        .filter(Q(bounced_at=None) | Q(bounced_at__lt=lately))
        .filter(Q(asked_at=None) | Q(asked_at__lt=day_ago))
        .update(asked_at=now, invited_at=None, inviting_at=None, language=language)
    )
    if is_asked:
        tasks.send_invitation.enqueue(follower_id=follower.pk)
    return bool(is_asked)


def invite(follower_id: int, attempt: int = 0) -> None:
    """Mail the question whether an address wants to be mailed; once, even where two processes do so."""
    now = timezone.now()
    uninvited = Follower.objects.filter(pk=follower_id, invited_at=None, refused_at=None)
    uninvited = uninvited.filter(Q(confirmed_at=None) | Q(bounced_at__isnull=False))
    free = Q(inviting_at=None) | Q(inviting_at__lte=now - CLAIM_HOLDS)
    if not uninvited.filter(free).update(inviting_at=now):
        if uninvited.exists():
            # Another process is sending it, or was killed while it did: then it is sent once the claim has ended.
            tasks.send_invitation.using(run_after=now + CLAIM_HOLDS).enqueue(follower_id=follower_id, attempt=attempt)
        return
    follower = Follower.objects.get(pk=follower_id)
    following = follower.followings.active().select_related("post").order_by("-pk").first()
    if following is None:
        return
    try:
        mailers.default.send_messages([mails.invitation(follower, following.post)])
    except Exception as error:
        outcome = judge(error)
        logger.warning("Invitation of follower %s: %s", follower_id, describe(error))
        if outcome is Outcome.LATER and attempt < len(INVITATION_DELAYS):
            Follower.objects.filter(pk=follower_id).update(inviting_at=None)
            later = timezone.now() + INVITATION_DELAYS[attempt]
            tasks.send_invitation.using(run_after=later).enqueue(follower_id=follower_id, attempt=attempt + 1)
            return
        if outcome is Outcome.BOUNCED:
            stop_bounced(follower)
    Follower.objects.filter(pk=follower_id).update(invited_at=timezone.now(), inviting_at=None)


def confirm(follower: Follower) -> None:
    """Note that the owner of an address wants the mails; a second press of the button changes nothing."""
    if not follower.is_reachable():
        follower.confirmed_at, follower.bounced_at, follower.refused_at = timezone.now(), None, None
        follower.save(update_fields=["confirmed_at", "bounced_at", "refused_at"])


def refuse(follower: Follower) -> None:
    """Note that the owner of an address wants no mail from here, whatever is asked for it later."""
    stop_everything(follower)
    follower.refused_at = timezone.now()
    follower.save(update_fields=["refused_at"])


def stop(following: Following) -> None:
    """Mail no more of one discussion, whatever of it is followed: so the button of every mail about it says."""
    of_discussion(following).active().update(stopped_at=timezone.now())


def change(following: Following, *, cadence: str, whole_discussion: bool | None = None) -> bool:
    """Mail one discussion in another way: how often, and the whole of it or only what answers the follower.

    Return False where nothing of the follower's stands there that could be answered. Who goes over to the whole
    discussion and back follows again the answers that they did before.
    """
    with transaction.atomic():
        others = of_discussion(following).active()
        if whole_discussion is True:
            follow_again(following, None)
        elif whole_discussion is False:
            if not others.exclude(comment=None).exists():
                comment = answerable(following.follower, [following.post_id]).get(following.post_id)
                if comment is None:
                    return False
                follow_again(following, comment)
            others.filter(comment=None).update(stopped_at=timezone.now())
        others.update(cadence=cadence)
    return True


def follow_again(following: Following, comment: Comment | None) -> None:
    """Have the discussion, or what answers a comment, followed by who follows something there already."""
    seen = {"seen_number": following.seen_number, "seen_at": following.seen_at}
    Following.objects.update_or_create(
        follower_id=following.follower_id,
        post_id=following.post_id,
        comment=comment,
        defaults={"stopped_at": None} | (seen if following.seen_number else {}),
    )


def of_discussion(following: Following) -> FollowingQuerySet:
    """Return all that the follower follows, or followed, in one discussion."""
    return Following.objects.filter(follower=following.follower_id, post=following.post_id)


def answerable(follower: Follower, post_ids: Collection[int]) -> dict[int, Comment]:
    """Return, for each of these discussions, the last comment of a follower that somebody may answer: one query."""
    waiting_or_there = (Comment.Status.PENDING, Comment.Status.APPROVED)
    comments = Comment.objects.written_with(follower.email).filter(post__in=post_ids, status__in=waiting_or_there)
    return {comment.post_id: comment for comment in comments.only("post_id").order_by("number")}


def see(follower_ids: Collection[int], post_id: int, number: int) -> None:
    """Note that followers know a discussion up to the comment of that number."""
    followings = Following.objects.filter(follower__in=follower_ids, post=post_id)
    is_news = Q(seen_number=None) | Q(seen_number__lt=number)
    followings.filter(is_news).update(seen_number=number, seen_at=timezone.now())


def stop_everything(follower: Follower) -> None:
    """Mail nothing more; who follows again, or has the address typed in by a stranger, is asked again first."""
    with transaction.atomic():
        follower.followings.active().update(stopped_at=timezone.now())
        follower.confirmed_at = None
        follower.save(update_fields=["confirmed_at"])


def stop_bounced(follower: Follower) -> None:
    """Mail nothing more to an address that takes no mail."""
    follower.bounced_at = timezone.now()
    follower.save(update_fields=["bounced_at"])


def forget_strangers() -> int:
    """Remove addresses whose owners never confirmed or stopped everything, and old notifications; return how many.

    An address that refused stays known, or it would be asked again.
    """
    now = timezone.now()
    Notification.objects.exclude(state=Notification.State.PENDING).filter(due_at__lt=now - NOTICES_KEPT).delete()
    too_old = now - timedelta(seconds=CONFIRM_SECONDS)
    strangers = Follower.objects.filter(confirmed_at=None, refused_at=None, created_at__lt=too_old)
    strangers = strangers.filter(Q(asked_at=None) | Q(asked_at__lt=too_old))
    count = strangers.filter(Q(bounced_at=None) | Q(bounced_at__lt=now - AFTER_A_BOUNCE)).delete()[1]
    return count.get(Follower._meta.label, 0)
