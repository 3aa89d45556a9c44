"""Which moderators are told of a comment that waits, and when: at once, within bounds, or in a digest."""

import logging
from datetime import datetime, timedelta

from django.core.mail import EmailMessage
from django.db.models import BooleanField, Case, Count, Exists, F, Max, OuterRef, Q, QuerySet, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from blog.mail.refusals import MOST_ATTEMPTS
from blog.models.posts import long_texts
from comments.alerts import mails, tasks
from comments.alerts.cases import any_open, is_any_open
from comments.mail.outbox import Outbox, next_digest
from comments.models import Alert, Comment, ModeratorMail
from comments.moderators import moderators

Cadence = ModeratorMail.Cadence
State = Alert.State

# Whoever gets more than this within an hour reads none of them. What comes beyond waits for one mail with all of it.
AT_ONCE_AN_HOUR = 10
AN_HOUR = timedelta(hours=1)

# What was handed to a mail server this long ago, and never noted as sent, was in the hands of a process that died.
UNCERTAIN_AFTER = timedelta(hours=1)

# Nobody looks an older one up.
ALERTS_KEPT = timedelta(days=30)


def gather(comment_ids: list[int]) -> None:
    """Write an alert of each comment for each moderator who is to be told that it waits, in a few queries for all."""
    held = Max("decisions__pk", filter=Q(decisions__after=Comment.Status.PENDING))
    waiting = Comment.objects.awaiting().filter(pk__in=comment_ids).order_by("pk")
    comments = list(waiting.values_list("pk").annotate(waits_since=Coalesce(held, 0)))
    if not comments:
        return
    now = timezone.now()
    alerts = [
        Alert(
            recipient=choice,
            comment_id=comment,
            waits_since=waits_since,
            is_digest=choice.cadence == Cadence.DAILY,
            due_at=next_digest(now) if choice.cadence == Cadence.DAILY else now,
        )
        for choice in choices_of_moderators()
        if choice.is_wanted()
        for comment, waits_since in comments
    ]
    if alerts:
        Alert.objects.bulk_create(alerts, ignore_conflicts=True)
        tasks.send_alerts.enqueue()


def gather_cases() -> None:
    """Have moderators told in the next digest what people ask by law, as long as anything of it is open.

    Also those who are mailed each comment at once: nothing else tells of it, and the law gives three days for some.
    """
    if not is_any_open():
        return
    digest_at = next_digest(timezone.now())
    told = Alert.objects.filter(recipient=OuterRef("pk"), comment=None, state__in=(State.PENDING, State.SENDING))
    choices = choices_of_moderators().exclude(Exists(told))
    alerts = [Alert(recipient=choice, is_digest=True, due_at=digest_at) for choice in choices if choice.is_wanted()]
    if alerts:
        Alert.objects.bulk_create(alerts)
        OUTBOX.deliver_at(digest_at)


def choices_of_moderators() -> QuerySet[ModeratorMail]:
    """Return what each moderator chose; who has not been asked yet begins with what everybody does."""
    new = moderators().filter(moderator_mail=None)
    ModeratorMail.objects.bulk_create([ModeratorMail(user=user) for user in new], ignore_conflicts=True)
    return ModeratorMail.objects.filter(user__in=moderators()).select_related("user")


def choose(choice: ModeratorMail, cadence: str) -> None:
    """Note how often a moderator is to be mailed."""
    choice.cadence = cadence
    choice.save(update_fields=["cadence"])


def stop_bounced(choice: ModeratorMail) -> None:
    """Mail nothing more to an address that takes no mail, until somebody saves the choice again."""
    choice.bounced_at = timezone.now()
    choice.save(update_fields=["bounced_at"])


class AlertOutbox(Outbox):
    """Mails to moderators: of one comment each, or a digest."""

    model = Alert
    owner = "recipient"
    order = ("comment__created_at", "comment")
    task = tasks.send_alerts
    logger = logging.getLogger("tribune.alerts")

    def rows(self) -> QuerySet[Alert]:
        has_cases = Case(When(any_open(), then=True), default=False, output_field=BooleanField())
        return (
            Alert.objects.select_related("recipient__user", "comment__post", "comment__parent")
            .defer(*long_texts("comment__post"), "comment__parent__html", "comment__html")
            .annotate(may_moderate=Exists(moderators().filter(pk=OuterRef("recipient__user"))), has_cases=has_cases)
        )

    def take_due(self, now: datetime) -> list[list[Alert]]:
        gather_bursts(now)
        return super().take_due(now)

    def deliver_forgotten(self) -> None:
        now = timezone.now()
        if tell_again(now):
            self.deliver_at(next_digest(now))
        super().deliver_forgotten()

    def is_wanted(self, row: Alert) -> bool:
        """Say whether a comment, or something else, still waits, and its recipient may decide and wants to know."""
        waits = row.comment.status == Comment.Status.PENDING if row.comment else row.has_cases
        return waits and row.may_moderate and row.recipient.is_wanted()

    def make_message(self, group: list[Alert], shared: None) -> EmailMessage:
        return mails.digest(group) if group[0].is_digest else mails.alert(group[0])

    def stop_bounced(self, row: Alert) -> None:
        stop_bounced(row.recipient)


def gather_bursts(now: datetime) -> None:
    """Leave what would be too many mails at once to one mail, an hour after the first of those that were sent."""
    due = Alert.objects.due(now).filter(is_digest=False)
    for recipient, count in list(due.order_by().values_list("recipient").annotate(Count("pk"))):
        sent = Alert.objects.filter(
            recipient=recipient, is_digest=False, state=State.SENT, sent_at__gt=now - AN_HOUR
        ).order_by("sent_at")
        moments = list(sent.values_list("sent_at", flat=True)[:AT_ONCE_AN_HOUR])
        room = AT_ONCE_AN_HOUR - len(moments)
        if count > room:
            late = list(due.filter(recipient=recipient).values_list("pk", flat=True)[room:])
            until = (moments[0] if moments else now) + AN_HOUR
            Alert.objects.filter(pk__in=late, state=State.PENDING).update(is_digest=True, due_at=until)


def tell_again(now: datetime) -> int:
    """Have comments told of in the next digest whose mail was being sent by a process that died; return how many.

    Whether that mail left nobody knows, so it is not sent a second time. Where it did, the comment is decided on by
    then, or still waits.
    """
    lost = Alert.objects.filter(state=State.SENDING, attempts__lt=MOST_ATTEMPTS, due_at__lt=now - UNCERTAIN_AFTER)
    return lost.update(
        state=State.PENDING, attempts=F("attempts") + 1, is_digest=True, due_at=next_digest(now), claim=None
    )


def forget_alerts() -> None:
    """Remove what was sent long ago."""
    Alert.objects.exclude(state=State.PENDING).filter(due_at__lt=timezone.now() - ALERTS_KEPT).delete()


OUTBOX = AlertOutbox()
deliver = OUTBOX.deliver
deliver_forgotten = OUTBOX.deliver_forgotten
