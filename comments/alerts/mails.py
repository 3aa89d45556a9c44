"""The mails that moderators get: what waits, in its context, with a link for each decision."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from blog.mail.lines import one_line, plain_text, quote
from blog.typography import typeset
from comments.alerts.cases import open_cases
from comments.alerts.tokens import choose_address, decide_address
from comments.mail.marks import make_mark
from comments.mail.messages import ListMail, host, unsubscribe_headers, write_mail
from comments.models import Alert, Comment, ModeratorMail
from comments.moderation import DECISION_LABELS, DECISIONS
from comments.spam.judging import describe_verdict

# Each is shown whole; the others are in the queue.
SHOWN_IN_DIGEST = 20


def alert(alert: Alert) -> ListMail:
    """Return the mail of one comment that waits."""
    comment, choice = alert.comment, alert.recipient
    with override(choice.language):
        shown = {"entry": entry_of(comment, choice), "choose": choose_address(choice)}
        # The same subject for all comments on a post: mail programs thread by it too.
        title = typeset(one_line(comment.post.title), comment.post.language)
        subject = _("A comment waits: %(title)s") % {"title": title}
        message = write_mail(choice, "alert", subject, shown)
        root = f"<queue-{comment.post_id}-{choice.pk}@{host()}>"
        message.extra_headers |= {
            "Message-ID": f"<alert-{alert.pk}-{make_mark(choice)}@{host()}>",
            "In-Reply-To": root,
            "References": root,
            **list_headers(choice),
        }
    return message


def digest(alerts: list[Alert]) -> ListMail:
    """Return one mail of several comments that wait, the oldest first, and of what people ask by law."""
    choice = alerts[0].recipient
    comments = [alert.comment for alert in alerts if alert.comment]
    count = len(comments)
    with override(choice.language):
        entries = [entry_of(comment, choice) for comment in comments[:SHOWN_IN_DIGEST]]
        cases = open_cases() if count < len(alerts) else []
        subject = subject_of(count, sum(each.count for each in cases))
        shown = {
            "cases": cases,
            "entries": entries,
            "count": count,
            "more": count - len(entries),
            "queue": f"{settings.SITE_URL}{reverse('admin:comments_comment_changelist')}",
            "choose": choose_address(choice),
        }
        message = write_mail(choice, "alert_digest", subject, shown)
        message.extra_headers |= {
            "Message-ID": f"<alerts-{max(alert.pk for alert in alerts)}-{make_mark(choice)}@{host()}>",
            **list_headers(choice),
        }
    return message


def subject_of(comments: int, cases: int) -> str:
    """Return how much waits, in words."""
    parts = []
    if comments:
        parts.append(ngettext("%(count)s comment waits", "%(count)s comments wait", comments) % {"count": comments})
    if cases:
        text = ngettext("%(count)s request under the law waits", "%(count)s requests under the law wait", cases)
        parts.append(text % {"count": cases})
    return ", ".join(parts)


def list_headers(choice: ModeratorMail) -> dict[str, str]:
    """Return what these mails are sorted by, and stopped with one click."""
    return {"List-Id": f"<moderation.{host()}>", **unsubscribe_headers(choose_address(choice))}


def entry_of(comment: Comment, choice: ModeratorMail) -> dict:
    """Return what a mail shows of a comment that waits.

    Its writer's address is left out: what lies in mailboxes cannot be erased when its writer asks for that.
    """
    post, parent = comment.post, comment.parent
    score, reasons = describe_verdict(comment)
    return {
        "name": one_line(comment.name),
        "site": one_line(comment.site),
        "text": plain_text(comment.text),
        "quoted": quote(comment.text),
        "language": comment.language,
        "created_at": comment.created_at,
        "title": typeset(one_line(post.title), post.language),
        "title_language": post.language,
        "post_address": f"{settings.SITE_URL}{post.path()}" if post.is_published() else "",
        "parent_name": one_line(parent.name) if parent else "",
        "parent_text": plain_text(parent.text) if parent else "",
        "parent_quoted": quote(parent.text) if parent else "",
        "parent_language": parent.language if parent else "",
        "score": score,
        "reasons": [one_line(reason) for reason in reasons],
        "decisions": [
            (DECISION_LABELS[status], decide_address(comment, choice, status)) for status in DECISIONS[comment.status]
        ],
        "admin_address": settings.SITE_URL + reverse("admin:comments_comment_change", args=[comment.pk]),
    }
