"""Taking a decision back: all is as it was before, and that this was done is noted too."""

from datetime import timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from comments.holding import hold
from comments.law.reasons import take_back_reasons
from comments.models import Comment, Decision
from comments.moderation import give_status
from comments.tasks import learn_comment

# Whoever finds at breakfast what they pressed in the evening. After that, the comment is decided on anew.
UNDO_TIME = timedelta(hours=24)


class NotUndoneError(Exception):
    """The decision stands; its text says why, for whoever wanted to undo it."""


def undo(decision: Decision, *, by: AbstractBaseUser) -> None:
    """Put a comment back to what it was before a decision; raises NotUndoneError where that cannot be.

    Mails that have not left do not leave; what was learnt of it is unlearnt.
    """
    with transaction.atomic():
        try:
            comment = hold(decision.comment) if decision.comment else None
        except ObjectDoesNotExist:
            # It was deleted since the decision was read.
            comment = None
        if comment is None:
            raise NotUndoneError(_("The comment is no longer kept."))
        complaint = obstacle_to_undoing(decision, comment)
        if complaint:
            raise NotUndoneError(complaint)
        Decision.objects.create(
            comment=comment, before=decision.after, after=decision.before, by=by, undoes=decision, reason=_("Undone")
        )
        former = decision_in_force(comment)
        give_status(comment, decision.before, by=former and former.by, at=former and former.made_at)
        take_back_reasons(decision)
        learn_comment.enqueue(comment_id=comment.pk)


def undoable_decision(comment: Comment) -> Decision | None:
    """Return the last decision on a comment where it can be undone."""
    newest = comment.decisions.first()
    return newest if newest and not obstacle_to_undoing(newest, comment) else None


def obstacle_to_undoing(decision: Decision, comment: Comment) -> str:
    """Return why a decision cannot be undone, or nothing."""
    newest = comment.decisions.first()
    if newest != decision:
        was_undone = newest is not None and newest.undoes_id == decision.pk
        return (
            _("It was undone already.") if was_undone else _("Meanwhile somebody has decided on it: look at it again.")
        )
    if decision.by_id is None or decision.undoes_id or decision.is_final:
        return _("This is not undone, but decided on anew.")
    if decision.made_at < timezone.now() - UNDO_TIME:
        return _("The decision is more than a day old: decide on it anew.")
    stood_before = decision.before in (Comment.Status.APPROVED, Comment.Status.REMOVED, Comment.Status.WITHDRAWN)
    if not stood_before and comment.answers.standing().exists():
        return _("It was answered meanwhile, and keeps its place: remove it instead.")
    return ""


def decision_in_force(comment: Comment) -> Decision | None:
    """Return the decision that made a comment what it is, those that were undone left out."""
    standing = []
    for decision in comment.decisions.order_by("made_at", "pk"):
        if decision.undoes_id:
            standing.pop()
        else:
            standing.append(decision)
    return standing[-1] if standing else None
