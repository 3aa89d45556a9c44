"""Looks at the addresses that texts link to: slowly, by turns, so many an hour and not more.

A look is claimed by putting the next one off for an hour, and noted where that claim still holds: a process that is
killed in between leaves an address that is looked at again, and nothing half noted.

What does not answer well is looked at again sooner. It is dead once a later look found the same, and only where the
answer leaves no doubt: 404, 410, a name or a certificate that is gone for a day. All else is for an editor to look at.
"""

import logging
import random
from datetime import datetime, timedelta
from functools import partial
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from blog.markup import MAX_ADDRESS_LENGTH
from blog.models import LinkedAddress
from blog.models.looks import DEAD, Kind
from blog.models.text_links import OwnKind
from blog.own_addresses import look_up
from blog.syndication.findings import Found, is_called_missing, is_nearly_empty, leads_home
from blog.syndication.looking import Outcome, ask, look_in_turn
from blog.syndication.pages import Page, comparable
from blog.text_links import BETWEEN_LOOKS, forget_unlinked, note_unknown

logger = logging.getLogger("tribune.links")

State = LinkedAddress.State

# One round after the other, so that links of a text that is being written are soon known.
BETWEEN_ROUNDS = timedelta(minutes=5)
# How long one round looks, after which others have their turn.
SECONDS_AT_ONCE = 60
# Of what is due, so much is taken at a time.
HEAP = 200
# Posts whose links are written down by one round, where nobody did so when they were saved.
NOTED_AT_ONCE = 200
# No claim outlives this.
CLAIM = timedelta(hours=1)

SECONDS = 15
# Of a page so much is read: enough to see that it says that there is none.
LARGEST_PAGE = 64 * 1024

# After so many looks that found something wrong; later ones wait as long as the last says.
UNTIL_NEXT = (timedelta(hours=6), timedelta(days=1), timedelta(days=3), timedelta(weeks=2))
# Our own addresses cost no request.
BETWEEN_OWN = timedelta(weeks=1)
# The first look and the one that calls it dead lie so far apart, less where an editor asked for both.
HELD = timedelta(hours=4)
HELD_WHEN_ASKED = timedelta(minutes=1)
# A name or a certificate is forgotten to be paid for, or renewed, and mended the next day.
HELD_OF_SITE = timedelta(days=1)
LOOKS_AT_SITE = 3
JUST_NOW = timedelta(minutes=1)

# What proves nothing of the page itself.
TROUBLE = {Kind.FAILING, Kind.UNREACHABLE, Kind.SLOW, Kind.BROKEN, Kind.REFUSED, Kind.DISALLOWED}
FAMILIES = {"trouble": TROUBLE, "gone": DEAD}
# So many say enough.
MOST_TRIES = 1000
NO_NAME = "UnreachableError.NO_NAME"
# What can be read without asking anybody: such an address leads nowhere.
MISWRITTEN = {"ForbiddenAddressError.UNREADABLE", "ForbiddenAddressError.NOT_WEB"}


# When


def is_on() -> bool:
    """Say whether links are looked at here at all."""
    return settings.LINKS_PER_HOUR > 0


def look_around() -> None:
    """Look at some of what is due, and have the next round made."""
    if not is_on():
        return
    now = timezone.now()
    schedule(now + BETWEEN_ROUNDS)
    note_unknown(NOTED_AT_ONCE)
    leave_alone_what_is_private(now)
    left = settings.LINKS_PER_HOUR - looks_within_the_hour(now)
    began = monotonic()
    for row in due(now)[:HEAP]:
        if monotonic() - began > SECONDS_AT_ONCE:
            break
        if row.is_own():
            look_and_note(row)
        elif left > 0:
            turn = look_in_turn(row.address, partial(look_and_note, row))
            if turn is None:
                left -= 1
            else:
                LinkedAddress.objects.filter(pk=row.pk, due_at=row.due_at).update(due_at=turn)


def looks_within_the_hour(now: datetime) -> int:
    """Return how many addresses of other sites were asked for in the last hour."""
    return LinkedAddress.objects.filter(looked_at__gt=now - timedelta(hours=1)).exclude(host="").count()


def leave_alone_what_is_private(now: datetime) -> None:
    """Have no look made at what only drafts, withdrawn texts or none lead to; where they appear, it is due again."""
    rows = LinkedAddress.objects.filter(due_at__lte=now)
    rows.exclude(pk__in=rows.of_readers_interest().values("pk")).update(due_at=None)


def due(now: datetime) -> QuerySet[LinkedAddress]:
    """Return the addresses that are to be looked at, the longest due first, by an index."""
    return LinkedAddress.objects.filter(due_at__lte=now).order_by("due_at", "pk")


def look_again(pk: int) -> datetime | None:
    """Look at an address because somebody asked for it; return when to do so again, None where that is not called for.

    It is where its host is busy, and once more where something was found that a second look decides.
    """
    row = LinkedAddress.objects.filter(pk=pk).exclude(looked_at__gt=timezone.now() - JUST_NOW).first()
    if row is None:
        return None
    look = partial(look_and_note, row, held=HELD_WHEN_ASKED)
    turn = None
    if row.is_own():
        look()
    else:
        turn = look_in_turn(row.address, look)
    row = LinkedAddress.objects.filter(pk=pk).first()
    if turn is None and row and row.kind == Kind.GONE and row.state != State.DEAD and row.tries == 1:
        return timezone.now() + HELD_WHEN_ASKED + JUST_NOW / 2
    return turn


def schedule(at: datetime) -> None:
    """Enqueue the next round, unless one waits already."""
    from django.tasks import TaskResultStatus
    from django_tasks_db.models import DBTaskResult

    from blog.tasks import look_at_links

    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=look_at_links.module_path)
    if not waiting.exists() and look_at_links.get_backend().supports_defer:
        look_at_links.using(run_after=at).enqueue()


def resume() -> None:
    """Have the rounds go on where their chain was broken, and forget addresses that no text leads to any more."""
    forget_unlinked()
    if is_on():
        schedule(timezone.now())


def next_look(row: LinkedAddress, outcome: Outcome, now: datetime) -> datetime:
    """Return when to look next, after what was just noted on ``row``."""
    if row.is_own():
        delay = BETWEEN_OWN
    elif not row.kind or row.kind in {Kind.DISALLOWED, Kind.FORBIDDEN}:
        delay = BETWEEN_LOOKS
    else:
        delay = UNTIL_NEXT[min(row.tries, len(UNTIL_NEXT)) - 1]
        delay = max(delay, timedelta(seconds=outcome.retry_after or 0))
    # A little early or late, so that what came at once is spread in time.
    return now + delay * random.uniform(0.95, 1.05)  # noqa: S311 (nothing secret depends on it)


# A look


def look_and_note(row: LinkedAddress, *, held: timedelta = HELD) -> None:
    """Claim an address, look at it, and note what was found."""
    now = timezone.now()
    claim = now + CLAIM
    if not LinkedAddress.objects.filter(pk=row.pk, due_at=row.due_at).update(due_at=claim):
        return
    try:
        outcome = look_at_own(row.address) if row.is_own() else look_at(row.address)
    except Exception:
        # One page that cannot be read must not keep all others from being looked at.
        logger.exception("%s cannot be looked at", row.address)
        outcome = Outcome([Found(Kind.BROKEN, {"status": ""})])
    note(row, claim, outcome, now, held=held)


def look_at_own(address: str) -> Outcome:
    """Look what stands at an address of this site."""
    standing = look_up(address)
    found = [Found(standing.kind, standing.facts)] if standing.kind else []
    return Outcome(found + ([Found(Kind.MOVED, {}, standing.moved_to)] if standing.moved_to else []))


def look_at(address: str) -> Outcome:
    """Ask for an address of another site and return what is found; nothing is noted."""
    headers = {"Accept": "text/html, application/xhtml+xml;q=0.9, */*;q=0.8"}
    answer, outcome = ask(address, headers=headers, seconds=SECONDS, limit=LARGEST_PAGE)
    if answer is None or outcome.found:
        return outcome
    if leads_home(address, answer.address):
        outcome.found.append(Found(Kind.HOME, {"address": answer.address}))
        return outcome
    if answer.is_html:
        page = Page(answer)
        # The beginning of a long page holds little of its text.
        if is_called_missing(answer, page) and (is_nearly_empty(page) or answer.is_cut):
            facts = {"status": answer.status, "title": page.headline or page.title}
            outcome.found.append(Found(Kind.NOT_FOUND, facts))
            return outcome
    if answer.moved_to and comparable(answer.moved_to) != comparable(address):
        outcome.found.append(Found(Kind.MOVED, {}, answer.moved_to))
    return outcome


# What is kept of it


def note(row: LinkedAddress, claim: datetime, outcome: Outcome, now: datetime, *, held: timedelta) -> None:
    """Keep what a look found, unless somebody else looked meanwhile."""
    problem = next((found for found in outcome.found if found.kind != Kind.MOVED), None)
    moved = next((found.detail for found in outcome.found if found.kind == Kind.MOVED), "")
    with transaction.atomic():
        row = LinkedAddress.objects.select_for_update().filter(pk=row.pk, due_at=claim).first()
        if row is None:
            return
        row.looked_at, row.status = now, outcome.status
        row.moved_to = moved if len(moved) <= MAX_ADDRESS_LENGTH else ""
        if problem is None:
            row.since = now if row.kind or row.since is None else row.since
            row.state = State.MOVED if row.moved_to else State.WORKS
            row.kind, row.facts, row.tries = "", {}, 0
            forget_trust(row)
        elif row.state == State.DEAD and problem.kind in TROUBLE and not is_lost_name(problem.facts):
            # What was known of the page stays: nothing was learnt of it.
            row.tries += 1
        else:
            note_problem(row, problem, now, held)
        row.tries = min(row.tries, MOST_TRIES)
        row.due_at = next_look(row, outcome, now)
        row.save()


def note_problem(row: LinkedAddress, problem: Found, now: datetime, held: timedelta) -> None:
    """Write on a row what is wrong, since when, and whether that is certain by now."""
    if row.kind and family_of(row.kind, row.facts) == family_of(problem.kind, problem.facts):
        row.tries += 1
    else:
        row.since, row.tries = now, 1
        forget_trust(row)
    row.kind, row.facts = str(problem.kind), problem.facts
    row.state = State.DEAD if is_certain(row, now, held) else State.UNSURE


def forget_trust(row: LinkedAddress) -> None:
    """Let what an editor said of an address not hold for something else that is found there."""
    row.trusted_at, row.trusted_by, row.trusted_by_name = None, None, ""


def family_of(kind: str, facts: dict) -> str:
    """Return a name for all that comes to the same: a page that is gone in another way has been gone as long."""
    if is_lost_name(facts):
        return "name"
    return next((name for name, kinds in FAMILIES.items() if kind in kinds), str(kind))


def is_lost_name(facts: dict) -> bool:
    """Say whether there is no site of that name."""
    return facts.get("error") == NO_NAME


def is_certain(row: LinkedAddress, now: datetime, held: timedelta) -> bool:
    """Say whether what was found on an address, once or again, leaves no doubt that nothing is there."""
    if row.kind in OwnKind.values or row.facts.get("error") in MISWRITTEN:
        return True
    if row.kind == Kind.GONE:
        return row.tries > 1 and now - row.since >= held
    if row.kind == Kind.CERTIFICATE or is_lost_name(row.facts):
        return row.tries >= LOOKS_AT_SITE and now - row.since >= HELD_OF_SITE and has_answers(now)
    return False


def has_answers(now: datetime) -> bool:
    """Say whether other sites answer: else it is this one that is cut off."""
    return LinkedAddress.objects.filter(looked_at__gt=now - HELD_OF_SITE, status__isnull=False).exists()
