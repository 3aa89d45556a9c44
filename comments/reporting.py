"""What somebody says against a comment, its removal, or a post; and what is decided on it."""

from django.contrib.auth.models import AbstractBaseUser
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from authors.bilingual import current_language
from blog.models import Post
from comments.holding import hold
from comments.law.reasons import Because
from comments.law.tasks import (
    mail_acknowledgement,
    mail_appeal_outcome,
    mail_outcome,
    mail_reply_acknowledgement,
    mail_reply_outcome,
)
from comments.limits import may_be_written_to
from comments.models import Appeal, Comment, Notice, ReplyRequest, StatementOfReasons
from comments.models.notices import REPLY_TERM
from comments.moderation import decide, decisions_on

NOTICE_SALT = "comments.notice"
REPLY_SALT = "comments.reply-request"


def report(comment: Comment, *, category: str, explanation: str, name: str, email: str) -> Notice:
    """Save a notice with the text as it stands, and acknowledge it by mail where there is an address.

    A notice that is there already, word for word, was sent by a second click: it is one.
    """
    data = {"category": category, "explanation": explanation, "name": name, "email": email}
    twin = Notice.objects.open().filter(comment=comment, **data).first()
    if twin:
        return twin
    notice = Notice.objects.create(comment=comment, reported_text=comment.text, language=current_language(), **data)
    if email and may_be_written_to(email, about="notices"):
        mail_acknowledgement.enqueue(notice_id=notice.pk)
    return notice


def notice_path(notice: Notice) -> str:
    """Return the address at which who reported a comment sees what became of it, in their language."""
    with override(notice.language):
        return reverse("comments:notice-detail", args=[signing.dumps(notice.pk, salt=NOTICE_SALT)])


def uphold(notice: Notice, *, by: AbstractBaseUser, outcome: str, provision: str = "") -> bool:
    """Remove or reject the comment that a notice is about, tell its writer why, and whoever reported it.

    Both read the same reasons; the writer is never told who reported. Return False where somebody was quicker.
    """
    with transaction.atomic():
        # As it is now: its writer may have taken it back since the notice was read.
        comment = hold(notice.comment) if notice.comment else None
        if not close(notice, Notice.State.UPHELD, by=by, outcome=outcome):
            return False
        status = measure_against(comment) if comment else None
        if status:
            because = Because(ground=notice.category, provision=provision, facts=outcome, notice=notice)
            decide(comment, status, by=by, reason=notice.reference, because=because, is_final=True)
    return True


def dismiss(notice: Notice, *, by: AbstractBaseUser, outcome: str) -> bool:
    """Leave the comment as it is, and tell whoever reported it why; return False where somebody was quicker."""
    with transaction.atomic():
        return close(notice, Notice.State.DISMISSED, by=by, outcome=outcome)


def measure_against(comment: Comment) -> str | None:
    """Return what takes a comment off the page, or keeps it out; None where it is neither there nor coming."""
    allowed = decisions_on(comment)
    return next((status for status in (Comment.Status.REMOVED, Comment.Status.REJECTED) if status in allowed), None)


def close(notice: Notice, state: str, *, by: AbstractBaseUser, outcome: str) -> bool:
    """Note the decision on a notice, once; say whether it was this one."""
    decision = {"state": state, "outcome": outcome, "decided_by": by, "decided_at": timezone.now()}
    if not settle(notice, Notice.objects.open(), decision):
        return False
    if notice.email:
        mail_outcome.enqueue(notice_id=notice.pk)
    return True


def contest(statement: StatementOfReasons, *, text: str) -> Appeal:
    """Save what the writer of a comment says against a decision; the first word is the one that counts."""
    fields = {"text": text, "language": current_language()}
    return Appeal.objects.get_or_create(statement=statement, defaults=fields)[0]


def decide_appeal(appeal: Appeal, outcome: str, *, by: AbstractBaseUser, answer: str) -> bool:
    """Let a decision stand, or take it back, and tell the writer.

    Return False, with nothing changed, where somebody was quicker or the comment cannot come back.
    """
    with transaction.atomic():
        comment = hold(appeal.statement.comment) if appeal.statement.comment else None
        is_restored = outcome == Appeal.Outcome.RESTORED
        if is_restored and not can_be_restored(comment):
            return False
        decision = {"outcome": outcome, "answer": answer, "decided_by": by, "decided_at": timezone.now()}
        if not settle(appeal, Appeal.objects.open(), decision):
            return False
        if is_restored:
            decide(comment, Comment.Status.APPROVED, by=by, reason=answer[:300], is_final=True)
        if comment and comment.email:
            mail_appeal_outcome.enqueue(appeal_id=appeal.pk)
    return True


def can_be_restored(comment: Comment | None) -> bool:
    """Say whether a comment can come back: what its writer withdrew cannot, nor what is no longer kept."""
    return comment is not None and Comment.Status.APPROVED in decisions_on(comment)


def ask_for_reply(post: Post, *, passage: str, text: str, name: str, email: str) -> ReplyRequest:
    """Save a request for a right of reply, with the day on which the law wants it granted; acknowledge it by mail."""
    data = {"passage": passage, "text": text, "name": name, "email": email}
    twin = ReplyRequest.objects.open().filter(post=post, **data).first()
    if twin:
        return twin
    now = timezone.now()
    request = ReplyRequest.objects.create(
        post=post, language=current_language(), received_at=now, due_at=now + REPLY_TERM, **data
    )
    if may_be_written_to(email, about="replies"):
        mail_reply_acknowledgement.enqueue(request_id=request.pk)
    return request


def reply_path(request: ReplyRequest) -> str:
    """Return the address at which who asked for a right of reply sees what became of it, in their language."""
    with override(request.language):
        return reverse("comments:reply-request-detail", args=[signing.dumps(request.pk, salt=REPLY_SALT)])


def decide_reply(request: ReplyRequest, state: str, *, by: AbstractBaseUser, outcome: str) -> bool:
    """Note that a reply was published, or is refused, and tell whoever asked why; False where somebody was quicker."""
    decision = {"state": state, "outcome": outcome, "decided_by": by, "decided_at": timezone.now()}
    with transaction.atomic():
        if not settle(request, ReplyRequest.objects.open(), decision):
            return False
        if request.email:
            mail_reply_outcome.enqueue(request_id=request.pk)
    return True


def settle(row: Notice | Appeal | ReplyRequest, open_rows, decision: dict) -> bool:
    """Write a decision on a row that is still open, and say whether it was: two moderators may press at once."""
    if not open_rows.filter(pk=row.pk).update(**decision):
        return False
    for field, value in decision.items():
        setattr(row, field, value)
    return True
