"""How something takes effect elsewhere once, whatever happens to the process that sees to it.

A delivery is a function of a claimed row: it returns what came back (``words.keep()``), or raises what its protocol
raises. What may pass is tried again, later each time; what a person sees stands in the row.
"""

import logging
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Manager, Max
from django.tasks import Task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.mail.refusals import Outcome, describe, judge
from blog.models.handovers import Dispatch
from blog.syndication.errors import FetchError
from blog.syndication.retrying import delay_after
from blog.syndication.words import keep, keep_error

logger = logging.getLogger("tribune.syndication")

# Of what has lost its task; more waits for the next round.
MOST_FORGOTTEN = 200


def dispatch(
    rows: Manager,
    pk: int,
    deliver: Callable[[Dispatch], dict | None],
    *,
    task: Task,
    run: str = "",
    can_be_repeated: Callable[[Dispatch], bool] = lambda _row: False,
) -> None:
    """Claim a row, let it take effect, and note what came back; do nothing where it is not due.

    ``task`` is called with ``pk`` when it is to be tried again. ``run`` names this run of it: begun once more under the
    same name, it was killed before, and so what it had claimed is done again if it ``can_be_repeated``, and otherwise
    is known to be uncertain.
    """
    claim = uuid.uuid5(uuid.NAMESPACE_OID, run) if run else uuid.uuid4()
    if left := rows.abandoned(pk, claim):
        if not can_be_repeated(left):
            left.give_up_claim()
            return
        left.make_due()
    row = rows.claim(pk, claim)
    if row is None:
        return
    try:
        answer = deliver(row)
    except FetchError as error:
        _note_failure(row, keep_error(error), task, may_pass=error.may_pass, wait=error.retry_after)
    except (OSError, ValueError) as error:
        # Mail servers refuse so, and what no mail can be made of.
        logger.warning("%s %s: %s", type(row).__name__, pk, describe(error))
        words = keep(_("The mail server did not take it (%(answer)s)."), answer=describe(error))
        _note_failure(row, words, task, may_pass=judge(error) is Outcome.LATER)
    except Exception:
        row.fail(answer=keep(_("Something went wrong here; whoever runs the site finds it in the log.")))
        raise
    else:
        row.settle(answer=answer)


def _note_failure(row: Dispatch, answer: dict, task: Task, *, may_pass: bool, wait: int | None = None) -> None:
    delay = delay_after(row.attempts, may_pass=may_pass, wanted=wait)
    if delay is None:
        row.fail(answer=answer)
        return
    row.postpone(delay, answer=answer)
    enqueue_at(task, delay, pk=row.pk)


def enqueue_at(task: Task, delay: timedelta, **about: object) -> None:
    """Have a task run later; where none can wait, housekeeping finds what is due."""
    if task.get_backend().supports_defer:
        task.using(run_after=timezone.now() + delay).enqueue(**about)


def gather(
    rows: Manager, task: Task, *, soon: timedelta, between: timedelta, now: datetime | None = None, **whose: object
) -> None:
    """Have somebody told, in one mail, of what came: soon, and not so soon after the mail before.

    ``whose`` are the values of a row that say whom it tells. One that waits already tells of this too.
    """
    now = now or timezone.now()
    mine = rows.filter(**whose)
    if mine.filter(state=Dispatch.WAITING).exists():
        return
    last_at = mine.aggregate(last_at=Max("claimed_at"))["last_at"]
    due_at = max(now + soon, last_at + between) if last_at else now + soon
    row, is_new = rows.get_or_create(**whose, state=Dispatch.WAITING, defaults={"next_try_at": due_at})
    if is_new:
        enqueue_at(task, due_at - now, pk=row.pk)


def enqueue_due(rows: Manager, task: Task) -> None:
    """Have done what is due and has no task any more."""
    for pk in rows.due().values_list("pk", flat=True)[:MOST_FORGOTTEN]:
        task.enqueue(pk=pk)
