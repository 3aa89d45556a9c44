"""When what a reader writes appears: what the rules of the site and of a post say, and what readers are told of it."""

import logging
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from blog.models import Moderation, Post
from comments import tasks
from comments.alerts.tasks import gather_alerts
from comments.holding import hold
from comments.models import Comment
from comments.moderation import decide
from comments.spam import akismet
from comments.spam.judging import Verdict, judge_and_hold

logger = logging.getLogger("tribune.comments")

BLOCKED = "blocked"

# The mark that a task was asked for, and how long it counts where that task was lost.
ASKED = "judging-is-asked-for"
ASKED_SECONDS = 60
# What waits for longer without a score was brought here, or could not be judged.
LATELY = timedelta(days=1)
MOST_AT_A_TIME = 200


def judge_at_once(comment: Comment) -> None:
    """Judge a new or changed comment before its writer is answered, where it may appear without having been read.

    The background judges the others, and all of them where Akismet is asked, which may take seconds to answer.
    """
    if comment.post.moderation != Moderation.BEFORE and not akismet.is_on():
        judge_and_tell([comment])
        comment.refresh_from_db(fields=["status", "is_standing", "is_folded"])


def judge_soon() -> None:
    """Have what was written judged in the background. Called once it is committed.

    A comment that has no score says itself that it is to be judged, so one task does it for all that have come until it
    begins: the mark in the cache says that one was asked for. Is the mark lost, or the process killed before it asks,
    the next comment asks, or the worker when it starts.
    """
    if cache.add(ASKED, True, ASKED_SECONDS):
        tasks.judge_unjudged.enqueue()


def judge_unjudged() -> None:
    """Judge the comments that came lately and were not judged, and tell moderators of those that wait."""
    # First: what is committed from here on asks for another task.
    cache.delete(ASKED)
    lately = Comment.objects.awaiting().filter(spam_score=None, created_at__gt=timezone.now() - LATELY)
    comments = list(lately.select_related("post")[:MOST_AT_A_TIME])
    judge_and_tell(comments)
    if len(comments) == MOST_AT_A_TIME:
        judge_soon()


def judge_and_tell(comments: list[Comment]) -> None:
    """Judge comments, and tell moderators of those that wait for them."""
    for comment in comments:
        try:
            judge_and_publish(comment)
        except Exception:
            # One that cannot be judged waits without a score, and keeps no other waiting.
            logger.exception("Comment %s could not be judged.", comment.pk)
    waiting = Comment.objects.awaiting().filter(pk__in=[comment.pk for comment in comments])
    gather_alerts.enqueue(comment_ids=list(waiting.values_list("pk", flat=True)))


def judge_and_publish(comment: Comment) -> None:
    """Judge a new or changed comment, and let it appear where the rules say that nobody need read it first.

    A second call, or one after a moderator has decided, publishes nothing; nor is a text published that was not judged.
    """
    with override(settings.LANGUAGE_CODE):
        verdict = judge_and_hold(comment)
        ground = ground_to_publish(comment, verdict)
        if not ground:
            return
        with transaction.atomic():
            locked = hold(comment)
            if locked.status == Comment.Status.PENDING and locked.text == comment.text:
                decide(locked, Comment.Status.APPROVED, by=None, reason=ground)


def ground_to_publish(comment: Comment, verdict: Verdict) -> str:
    """Return why a comment appears without having been read, in words for the record; '' where it waits.

    Blocked terms, and a name that could be taken for one of ours, hold it whatever else speaks for it.
    """
    if verdict.is_held_as_spam or verdict.is_to_be_read or any(reason.code == BLOCKED for reason in verdict.reasons):
        return ""
    if comment.author_id:
        return _("Written by an author of ours")
    if waits_by_rule(comment) or was_decided_by_person(comment):
        return ""
    if comment.post.moderation == Moderation.AFTER:
        return _("By rule: comments appear at once")
    return _("By rule: its writer was approved before, and writes from the same browser")


def waits_by_rule(comment: Comment) -> bool:
    """Say whether the rules have a moderator read a comment before it appears."""
    match comment.post.moderation:
        case Moderation.AFTER:
            is_trusted = True
        case Moderation.FIRST:
            is_trusted = bool(comment.is_known)
        case _:
            is_trusted = False
    most = comment.post.site_practice.links_held
    return not is_trusted or (most is not None and links_in(comment) >= most)


def links_in(comment: Comment) -> int:
    """Return how many links readers would see in the text of a comment."""
    return comment.html.count("<a ")


def was_decided_by_person(comment: Comment) -> bool:
    """Say whether a moderator has decided on a comment before: then no program publishes it."""
    return comment.decisions.filter(by__isnull=False).exists()


def waits_when_changed(comment: Comment) -> bool:
    """Say whether a text that its writer changes is read by a person before it appears."""
    return waits_by_rule(comment) or was_decided_by_person(comment)


def promise(post: Post) -> str:
    """Return what readers are told beside the form: when their comment appears."""
    most = post.site_practice.links_held
    match post.moderation:
        case Moderation.AFTER:
            said = _("Comments appear at once, unless they look like spam; moderators read them afterwards.")
        case Moderation.FIRST:
            said = _(
                "A first comment is read by a person before it appears; the next ones, sent from the same browser with "
                "the same name and e-mail, appear at once."
            )
        case _:
            return _("Comments are read by a person before they appear.")
    if most is None:
        return said
    waits = ngettext(
        "With a link in it, a comment waits to be read.",
        "With %(count)s links or more, a comment waits to be read.",
        most,
    )
    return f"{said} {waits % {'count': most}}"
