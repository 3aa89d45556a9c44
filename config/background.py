"""The background worker: runs enqueued tasks, takes up what a dead worker left, and clears what is long finished."""

import fcntl
import logging
import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.tasks import DEFAULT_TASK_BACKEND_ALIAS, Task, TaskResultStatus, task
from django.utils import timezone
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

from blog import autosaving, bulk_changing, relating, review_mails
from blog.binning import empty_bin
from blog.picture_upkeep import make_up_pictures
from blog.search import catching_up
from blog.syndication import announcing, handing_over, mentions, offer_mails, offers, telling
from blog.syndication.headlines import read_due
from blog.syndication.mention_limits import forget_refused
from blog.tasks import look_at_copies
from comments.alerts import sending as alerts
from comments.following.consent import forget_strangers
from comments.following.notifications import deliver_forgotten
from comments.law.retention import enforce
from comments.spam.learning import forget_rare_words
from comments.tasks import judge_unjudged
from comments.upkeep import make_up
from config.environment import MEBIBYTE

logger = logging.getLogger("tribune.background")

# A task that killed its worker this often is not given to another one.
MOST_ATTEMPTS = 3
# No task of ours takes longer; a row of another machine that is older was left behind.
LONGEST_TASK = timedelta(hours=1)
DAYS_KEPT = 14
# A post that appears by itself tells the pages that it links to this much later.
TIME_BETWEEN_MENTIONS = timedelta(minutes=5)
# The memory that large pictures took is given back by a new process, once the worker has this much of its own.
LARGEST_WORKER = 20 * MEBIBYTE
# Looking takes longer than a small task does.
SECONDS_BETWEEN_LOOKS = 1

# Whoever waits at a screen goes first where processors are short: what runs in the background has time.
NICENESS = 19


class Worker(db_worker.Worker):
    """A worker that gives way to a new one when it has grown large."""

    looked_at = 0.0

    def run_task(self, db_task_result: DBTaskResult) -> None:
        super().run_task(db_task_result)
        if time.monotonic() - self.looked_at > SECONDS_BETWEEN_LOOKS:
            self.looked_at = time.monotonic()
            if own_memory() > LARGEST_WORKER:
                self.max_tasks = self._run_tasks


def run_worker() -> None:
    """Run tasks until told to stop. One process at a time does so for one DATA_DIR; a second one waits for its turn."""
    if threading.current_thread() is threading.main_thread():
        os.nice(NICENESS)
    with the_only_worker() as name:
        take_up_abandoned_tasks(name)
        schedule_housekeeping(at=timezone.now())
        schedule(tend_mentions, at=timezone.now())
        judge_unjudged.enqueue()
        catching_up.resume()
        worker = Worker(
            queue_names=["*"],
            interval=1,
            batch=False,
            backend_name=DEFAULT_TASK_BACKEND_ALIAS,
            startup_delay=False,
            max_tasks=None,
            worker_id=f"{name}{uuid.uuid4().hex[:12]}",
            excluded_queue_names=[],
        )
        # Under a reloader it runs in a thread, where there are no signals to receive.
        if threading.current_thread() is threading.main_thread():
            worker.configure_signals()
        worker.run()


def own_memory() -> int:
    """Return the bytes that this process does not share with the one it was forked from; 0 where nobody can tell."""
    try:
        lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))


@contextmanager
def the_only_worker() -> Iterator[str]:
    """Hold the lock of DATA_DIR's worker; yield the beginning of the names that its workers bear."""
    place = settings.DATA_DIR / "worker.lock"
    with place.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield f"{socket.gethostname()[:20]}:{uuid.uuid5(uuid.NAMESPACE_URL, str(place)).hex[:12]}:"


def take_up_abandoned_tasks(name: str) -> int:
    """Put tasks back that a worker of this name, or any worker long ago, began and did not end; return how many.

    The caller holds the lock of that name, so none of its workers is alive. Tasks may therefore run twice, and must
    bear it.
    """
    long_ago = timezone.now() - LONGEST_TASK
    count = 0
    for result in DBTaskResult.objects.running():
        is_ours = bool(result.worker_ids) and result.worker_ids[-1].startswith(name)
        if not is_ours and result.started_at and result.started_at > long_ago:
            continue
        if len(result.worker_ids) >= MOST_ATTEMPTS:
            result.set_failed(RuntimeError(f"Begun {len(result.worker_ids)} times, and its worker died each time."))
            continue
        count += DBTaskResult.objects.filter(
            pk=result.pk, status=TaskResultStatus.RUNNING, started_at=result.started_at
        ).update(status=TaskResultStatus.READY, started_at=None)
    return count


@task
def keep_house() -> None:
    """Take up what was abandoned long ago, remove what finished long ago, expired sessions too; again in an hour.

    Mail that is due has a task of its own; where that was lost, this one sends it. So have the rounds over tribunes
    and over links.
    Feeds that are due are read. Pictures get what they lack, and posts what is related to them.
    Moderators are told daily of what people ask by law, while any of it is open.
    Once a day, also what is kept of readers for no longer than the rules of retention say, and what old comments lack;
    and the bin is emptied of what has been there for a month.
    """
    # It brings the client for other sites along, which whoever serves pages never needs.
    from blog.syndication import link_looks, watching

    # First, so that a failure below does not break the chain.
    schedule_housekeeping(at=timezone.now() + timedelta(hours=1))
    take_up_abandoned_tasks("no worker bears this name:")
    watching.resume()
    link_looks.resume()
    deliver_forgotten()
    handing_over.deliver_forgotten()
    offers.take_in_forgotten()
    offer_mails.deliver_forgotten()
    review_mails.deliver_forgotten()
    look_at_copies.enqueue()
    forget_strangers()
    alerts.gather_cases()
    alerts.deliver_forgotten()
    alerts.forget_alerts()
    autosaving.forget_old()
    bulk_changing.resume()
    catching_up.resume()
    read_due()
    make_up_pictures()
    relating.relate_missing()
    call_command("prune_db_task_results", queue_name="*", min_age_days=DAYS_KEPT, verbosity=0)
    call_command("clearsessions")
    # A day less the minutes by which the hourly round may come early; after a loss of the cache it is done again.
    if cache.add("retention-enforced", True, 23 * 3600):
        enforce()
        make_up()
        forget_rare_words()
        offers.forget_pictures()
        telling.forget_old()
        empty_bin()
        bulk_changing.forget_old()


@task(priority=-5)
def tend_mentions() -> None:
    """Note who is to be told of posts that have appeared or changed, send that, and look at what came in.

    Hubs and search engines are told as well.

    Again in a few minutes.
    """
    schedule(tend_mentions, at=timezone.now() + TIME_BETWEEN_MENTIONS)
    while telling.note_changes() == telling.POSTS_AT_ONCE:
        pass
    telling.send_due()
    mentions.look()
    forget_refused()
    announcing.announce()


def schedule_housekeeping(at: datetime) -> None:
    """Enqueue the next housekeeping, unless one waits already."""
    schedule(keep_house, at)


def schedule(next_task: Task, at: datetime) -> None:
    """Enqueue a task that comes again and again, unless one waits already."""
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=next_task.module_path)
    if not waiting.exists():
        next_task.using(run_after=at).enqueue()
