"""Why a comment is taken off or kept out: what its writer is told of it."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from comments.models import Category, Comment, Decision, Notice, StatementOfReasons
from comments.tokens import make_token

# What a writer is told the reasons of. Spam is the ‘deceptive high-volume commercial content’ that article 17(2) of the
# Digital Services Act leaves out, and nobody reads what a robot is told.
STATED = (Comment.Status.REJECTED, Comment.Status.REMOVED)


@dataclass(frozen=True)
class Because:
    """The reasons of a decision, as its writer may read them; ``is_mailed`` is for people who exist."""

    ground: str = Category.RULES
    provision: str = ""
    facts: str = ""
    is_automated: bool = False
    notice: Notice | None = None
    is_mailed: bool = True


def state_reasons(decision: Decision, because: Because) -> StatementOfReasons | None:
    """Note for its writer why a comment goes, and have it mailed where they gave an address."""
    from comments.law.tasks import mail_statement_later

    if decision.after not in STATED:
        return None
    statement = StatementOfReasons.objects.create(
        comment=decision.comment,
        decision=decision,
        measure=decision.after,
        ground=because.ground,
        provision=because.provision,
        facts=because.facts,
        is_automated=because.is_automated,
        notice=because.notice,
    )
    if because.is_mailed and decision.comment.email:
        mail_statement_later(statement)
    return statement


def take_back_reasons(decision: Decision) -> None:
    """Withdraw the statement of a decision that was undone; who has been mailed it is mailed that too."""
    from comments.law.tasks import mail_taking_back

    statement = StatementOfReasons.objects.filter(decision=decision, withdrawn_at=None).first()
    if statement is None:
        return
    statement.withdrawn_at = timezone.now()
    statement.save(update_fields=["withdrawn_at"])
    if statement.mailed_at:
        mail_taking_back.enqueue(statement_id=statement.pk)


def statement_about(comment: Comment) -> StatementOfReasons | None:
    """Return why a comment is not in the discussion as it is now; None where it is, or nobody has said why."""
    if comment.status not in STATED:
        return None
    statements = comment.statements.filter(measure=comment.status, withdrawn_at=None).select_related("appeal")
    return statements.order_by("-created_at", "-pk").first()


def waiting_path(comment: Comment) -> str:
    """Return the address that only the writer of a comment has, in the language of the comment."""
    with override(comment.language):
        return reverse("comments:comment-waiting", args=[make_token(comment)])
