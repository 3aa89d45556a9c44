"""The mails that the law has sent, and the erasing that it grants, in the background.

What somebody typed who may be a stranger stands on the page that a letter leads to, never in it: an address that nobody
has confirmed would carry it to whomever they like. A task that runs twice, after a process was killed, sends a mail
twice: that does less harm than none. One that the mail server does not take is tried again for two days.
"""

from typing import TYPE_CHECKING

from django.tasks import task
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from blog.typography import typeset
from comments.mail.letters import Letter, letter_task
from comments.models.decisions import TIME_TO_UNDO

if TYPE_CHECKING:
    from comments.models import Comment, StatementOfReasons


@letter_task
def mail_acknowledgement(*, notice_id: int) -> None:
    """Tell whoever reported a comment that it arrived (Digital Services Act, article 16(4))."""
    from comments.models import Notice
    from comments.reporting import notice_path

    notice = Notice.objects.filter(pk=notice_id).exclude(email="").first()
    if notice is None:
        return
    with override(notice.language):
        Letter(
            to=notice.email,
            subject=_("Your notice %(reference)s has arrived") % {"reference": notice.reference},
            paragraphs=[
                _("You reported a comment. A person reads your notice and decides on it, without undue delay."),
                _("What you wrote, and what becomes of it, stands at the address below. It is yours alone: keep it."),
                _("If you reported nothing, somebody else typed in your address: you have nothing to do."),
            ],
            path=notice_path(notice),
        ).send()


@letter_task
def mail_outcome(*, notice_id: int) -> None:
    """Tell whoever reported a comment what was decided, and what they can do (article 16(5))."""
    from comments.models import Notice
    from comments.reporting import notice_path

    notice = Notice.objects.filter(pk=notice_id).exclude(email="").first()
    if notice is None or notice.is_open():
        return
    with override(notice.language):
        is_upheld = notice.state == Notice.State.UPHELD
        Letter(
            to=notice.email,
            subject=_("Your notice %(reference)s has been decided on") % {"reference": notice.reference},
            paragraphs=[
                _("The comment that you reported is no longer in the discussion.")
                if is_upheld
                else _("The comment that you reported stays in the discussion."),
                _("A person decided, without automated means."),
                _("If you disagree, answer this mail, or turn to a court."),
                *([_("The reasons:")] if notice.outcome else []),
            ],
            quoted=notice.outcome,
            path=notice_path(notice),
        ).send()


def mail_statement_later(statement: "StatementOfReasons") -> None:
    """Have a statement mailed, where a person decided only when they have had time to undo it."""
    mailing = mail_statement
    if not statement.is_automated and mailing.get_backend().supports_defer:
        mailing = mailing.using(run_after=timezone.now() + TIME_TO_UNDO)
    mailing.enqueue(statement_id=statement.pk)


@letter_task
def mail_statement(*, statement_id: int) -> None:
    """Tell the writer of a comment why it went (article 17)."""
    from comments.law.reasons import waiting_path
    from comments.models import Comment, StatementOfReasons

    statement = StatementOfReasons.objects.select_related("comment__post").filter(pk=statement_id).first()
    if statement is None or statement.comment is None or not statement.comment.email or statement.withdrawn_at:
        return
    comment = statement.comment
    with override(comment.language):
        was_removed = statement.measure == Comment.Status.REMOVED
        is_sent = Letter(
            to=comment.email,
            subject=_("Your comment was removed") if was_removed else _("Your comment was not published"),
            paragraphs=[
                _("Your comment was taken out of the discussion, for everybody and for good.")
                if was_removed
                else _("Your comment was not published."),
                _("The ground: %(ground)s.") % {"ground": statement.get_ground_display()},
                *([statement.provision] if statement.provision else []),
                *([statement.facts] if statement.facts else []),
                _("A program decided.") if statement.is_automated else _("A person decided, without automated means."),
                *([_("It had been reported.")] if statement.notice_id else []),
                where_to_read(comment),
                _("You can contest this decision at the address below, or before a court."),
            ],
            path=waiting_path(comment),
        ).send()
    if is_sent:
        StatementOfReasons.objects.filter(pk=statement_id).update(mailed_at=timezone.now())


def where_to_read(comment: "Comment") -> str:
    """Return which comment a letter is about; what it says stays out of it."""
    return _("The address below shows what you wrote on “%(title)s”.") % {
        "title": typeset(comment.post.title, comment.post.language)
    }


@letter_task
def mail_taking_back(*, statement_id: int) -> None:
    """Tell the writer of a comment that the decision of which they were mailed was undone."""
    from comments.law.reasons import waiting_path
    from comments.models import StatementOfReasons

    statement = StatementOfReasons.objects.select_related("comment__post").filter(pk=statement_id).first()
    comment = statement.comment if statement else None
    if comment is None or not comment.email:
        return
    with override(comment.language):
        Letter(
            to=comment.email,
            subject=_("The decision on your comment was taken back"),
            paragraphs=[
                _("What we wrote to you about your comment no longer holds: the decision was taken back."),
                _("It stands in the discussion again.") if comment.is_readable() else _("It waits to be read again."),
                where_to_read(comment),
            ],
            path=waiting_path(comment),
        ).send()


@letter_task
def mail_appeal_outcome(*, appeal_id: int) -> None:
    """Tell the writer of a comment what was decided on what they said."""
    from comments.law.reasons import waiting_path
    from comments.models import Appeal

    appeal = Appeal.objects.select_related("statement__comment").filter(pk=appeal_id).first()
    comment = appeal.statement.comment if appeal else None
    if comment is None or appeal.is_open() or not comment.email:
        return
    with override(comment.language):
        Letter(
            to=comment.email,
            subject=_("Your appeal has been decided"),
            paragraphs=[
                _("A person has read your comment again, and what you said about it: %(outcome)s.")
                % {"outcome": appeal.get_outcome_display()},
                *([_("The reasons:")] if appeal.answer else []),
            ],
            quoted=appeal.answer,
            path=waiting_path(comment),
        ).send()


@letter_task
def mail_reply_acknowledgement(*, request_id: int) -> None:
    """Tell whoever asks for a right of reply that it arrived, and until when it is to be granted."""
    from blog.facts import day_and_time
    from comments.models import ReplyRequest
    from comments.reporting import reply_path

    request = ReplyRequest.objects.filter(pk=request_id).exclude(email="").first()
    if request is None:
        return
    with override(request.language):
        Letter(
            to=request.email,
            subject=_("Your right of reply %(reference)s has arrived") % {"reference": request.reference},
            paragraphs=[
                _(
                    "You asked for a right of reply more than three months after the article appeared. The law no "
                    "longer binds the publication to grant it; the editors decide."
                )
                if request.is_late()
                else _("You asked for a right of reply. If the law grants it, it appears before %(when)s.")
                % {"when": day_and_time(request.due_at)},
                _("What you wrote, and what becomes of it, stands at the address below. It is yours alone: keep it."),
                _("If you asked for nothing, somebody else typed in your address: you have nothing to do."),
            ],
            path=reply_path(request),
        ).send()


@letter_task
def mail_reply_outcome(*, request_id: int) -> None:
    """Tell whoever asked for a right of reply what was decided, and why."""
    from comments.models import ReplyRequest
    from comments.reporting import reply_path

    request = ReplyRequest.objects.filter(pk=request_id).exclude(email="").first()
    if request is None or request.is_open():
        return
    with override(request.language):
        is_published = request.state == ReplyRequest.State.PUBLISHED
        Letter(
            to=request.email,
            subject=_("Your right of reply %(reference)s has been decided on") % {"reference": request.reference},
            paragraphs=[
                _("The reply that you asked for is published.")
                if is_published
                else _("The reply that you asked for is not published."),
                *([] if is_published else [_("If you disagree, answer this mail, or turn to a court.")]),
                *([_("The reasons:")] if request.outcome else []),
            ],
            quoted=request.outcome,
            path=reply_path(request),
        ).send()


@letter_task
def mail_own_data(*, trace: str, language: str) -> None:
    """Send whoever holds the address of a trace the way to all they wrote; nothing where there is no trace."""
    from comments.law.own_data import email_at, own_data_path

    email = email_at(trace)
    if not email:
        return
    with override(language):
        Letter(
            to=email,
            subject=_("What you wrote here"),
            paragraphs=[
                _("Somebody asked for all that was written here with this address."),
                _("If it was you: the address below shows them, for a day, and lets you copy or erase them."),
                _("If it was not, you have nothing to do: without this mail nobody sees anything."),
            ],
            path=own_data_path(trace),
        ).send()


@task()
def erase_own_data(*, trace: str) -> None:
    """Erase some of what was written with the address of a trace, and have the rest erased after what else waits."""
    from comments.law.own_data import erase_some

    if erase_some(trace):
        erase_own_data.enqueue(trace=trace)
