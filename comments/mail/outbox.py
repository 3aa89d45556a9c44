"""Mails that wait as rows of the database: each is sent once, whatever happens to the process that does so."""

import logging
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from django.core.mail import EmailMessage, mailers
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.tasks import Task, TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from blog.mail.refusals import DELAYS, Outcome, breaks_connection, describe, judge
from comments.models import QueuedMail

State = QueuedMail.State

# Mails that one task sends. With a slow server that is a minute, after which pictures have their turn.
SENT_AT_ONCE = 50

# What the mails of one task are made from: fifty digests of an ordinary day, several times over.
READ_AT_ONCE = 1000

# When digests leave, by the clocks of the site: before people read their mail.
DIGEST_HOUR = 7


class Outbox:
    """Sends what is due of one kind of row, over one connection for a batch.

    A subclass says what the rows are, whose they are (``owner``, a foreign key), whether each is still wanted, and what
    mail is made of one, or of somebody's digest.
    """

    model: type[QueuedMail]
    owner: str
    # How the rows of a digest follow each other.
    order: tuple[str, ...] = ("comment__post", "comment__path")
    # Sends what is due; called with nothing.
    task: Task
    logger: logging.Logger

    def rows(self) -> QuerySet:
        """Return the rows with all that their mails are made from."""
        return self.model.objects.all()

    def drop_unwanted(self, groups: Iterable[Sequence]) -> list[list]:
        """Return what is still wanted of each mail; note the rest, which nobody wants any more."""
        kept, dropped = [], []
        for group in groups:
            wanted = [row for row in group if self.is_wanted(row)]
            dropped += [row.pk for row in group if row not in wanted]
            if wanted:
                kept.append(wanted)
        if dropped:
            self.model.objects.filter(pk__in=dropped, state=State.PENDING).update(state=State.DROPPED)
        return kept

    def is_wanted(self, row: QueuedMail) -> bool:
        """Say whether a mail may still be sent."""
        raise NotImplementedError

    def prepare(self, groups: list[list]) -> object:
        """Return what the mails of a batch share, for ``make_message``."""

    def make_message(self, group: list, shared: object) -> EmailMessage:
        """Return the mail of one row, or of a digest."""
        raise NotImplementedError

    def note_sent(self, groups: list[list]) -> None:
        """Note what the mails of a batch have told."""

    def stop_bounced(self, row: QueuedMail) -> None:
        """Mail nothing more to the owner of a row, whose address takes no mail."""
        raise NotImplementedError

    def deliver(self) -> None:
        """Mail a batch of what is due, and have the next batch mailed when it is due."""
        now = timezone.now()
        groups = self.take_due(now)
        if groups:
            self.send_groups(groups, now)
        upcoming = (
            self.model.objects.filter(state=State.PENDING).order_by("due_at").values_list("due_at", flat=True).first()
        )
        if upcoming is not None and upcoming <= now:
            self.task.enqueue()
        elif upcoming is not None:
            self.deliver_at(upcoming)

    def deliver_at(self, moment: datetime) -> None:
        """Have what is due at a time to come mailed then, unless a task waits for an earlier time already."""
        waiting = DBTaskResult.objects.filter(
            status=TaskResultStatus.READY, task_path=self.task.module_path, run_after__lte=moment
        )
        if not waiting.exists():
            self.task.using(run_after=moment).enqueue()

    def deliver_forgotten(self) -> None:
        """Have mailed what is due and has no task any more."""
        if self.model.objects.due(timezone.now()).exists():
            self.task.enqueue()

    def take_due(self, now: datetime) -> list[list]:
        """Return the rows of each mail that is due: one, or those of somebody's digest."""
        due = self.rows().due(now)
        first = list(due.values_list("pk", self.owner, "is_digest")[:SENT_AT_ONCE])
        if not first:
            return []
        single = [pk for pk, _, is_digest in first if not is_digest]
        digests = {owner for _, owner, is_digest in first if is_digest}
        rows = list(
            due.filter(Q(pk__in=single) | Q(**{f"{self.owner}__in": digests}, is_digest=True)).order_by(
                "is_digest", self.owner, *self.order
            )[:READ_AT_ONCE]
        )
        groups = [[row] for row in rows if not row.is_digest]
        digest_rows = [row for row in rows if row.is_digest]
        groups += [list(group) for _, group in groupby(digest_rows, key=lambda row: getattr(row, f"{self.owner}_id"))]
        if len(rows) == READ_AT_ONCE and len(groups) > 1:
            # The last digest may have been cut: it has its turn in the next batch, whole.
            groups.pop()
        return groups

    def send_groups(self, groups: list[list], now: datetime) -> None:
        """Send the mails of a batch over one connection; where there is none, try everything that is due later."""
        mailer = mailers.default
        wanted = self.drop_unwanted(groups)
        if not wanted:
            return
        shared = self.prepare(wanted)
        try:
            mailer.open()
        except OSError as error:
            self.logger.warning("The mail server cannot be reached: %s", describe(error))
            postpone(self.model.objects.due(now).order_by(), now)
            return
        try:
            for group in wanted:
                if not self.send_group(mailer, group, shared, now):
                    break
        finally:
            mailer.close()
        self.note_sent([group for group in wanted if group[0].state == State.SENT])

    def send_group(self, mailer: BaseEmailBackend, group: list, shared: object, now: datetime) -> bool:
        """Send one mail and note what became of it; return whether the connection still serves.

        The claim is committed before the mail leaves: a process that is killed in between leaves a row that nobody
        sends again, never a mail that comes twice.
        """
        rows = self.model.objects
        name, keys = self.model._meta.object_name, [row.pk for row in group]
        try:
            message = self.make_message(group, shared)
        except Exception:
            # A mail that cannot be made must not hold up the others.
            self.logger.exception("%s %s cannot be written", name, group[0].pk)
            postpone(rows.filter(pk__in=keys, state=State.PENDING), now)
            return True
        claim = uuid.uuid4()
        taken = rows.filter(pk__in=keys, state=State.PENDING).update(state=State.SENDING, claim=claim)
        ours = rows.filter(pk__in=keys, claim=claim)
        if taken < len(group):
            # Another process has some of it. What it left is due again at once, and makes another mail.
            ours.update(state=State.PENDING, claim=None)
            return True
        try:
            mailer.send_messages([message])
        except Exception as error:
            self.logger.warning("%s %s: %s", name, group[0].pk, describe(error))
            self.note_refusal(ours, group, judge(error), now)
            return not breaks_connection(error)
        ours.update(state=State.SENT, sent_at=timezone.now(), attempts=F("attempts") + 1)
        for row in group:
            row.state = State.SENT
        return True

    def note_refusal(self, rows: QuerySet, group: list, outcome: Outcome, now: datetime) -> None:
        """Note that a mail was not taken: to be tried again, or not."""
        if outcome is Outcome.LATER:
            postpone(rows, now)
            return
        rows.update(state=State.FAILED, attempts=F("attempts") + 1)
        if outcome is Outcome.BOUNCED:
            self.stop_bounced(group[0])


def postpone(rows: QuerySet, now: datetime) -> None:
    """Have mails sent later, each time after a longer while, until they are given up. One query."""
    rows.update(
        due_at=Case(
            *[When(attempts=n, then=Value(now + delay)) for n, delay in enumerate(DELAYS)], default=F("due_at")
        ),
        state=Case(When(attempts__gte=len(DELAYS), then=Value(State.FAILED)), default=Value(State.PENDING)),
        attempts=F("attempts") + 1,
        claim=None,
    )


def next_digest(now: datetime) -> datetime:
    """Return when the next digests leave."""
    local = timezone.localtime(now, timezone.get_default_timezone())
    hour = local.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    return hour if hour > local else hour + timedelta(days=1)
