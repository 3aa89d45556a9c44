"""The watch over tribunes: each published one is looked at once a day, by turns, and what is found is kept.

A look is claimed by putting the next one off for an hour, and noted in one transaction that ends the claim. A process
that is killed in between leaves a tribune that is looked at again an hour later, and nothing half noted.

Hosts are asked one at a time, with a pause; what is due meanwhile gets a turn of its own, later.
"""

import logging
import random
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

from blog.models import Finding, KeptPage, Look, SearchStale, Tribune
from blog.models.looks import DEAD, Kind
from blog.models.posts import long_texts
from blog.pagecache import drop_pages
from blog.syndication.answers import Answer, make_conditions
from blog.syndication.comparing import says_the_same
from blog.syndication.findings import (
    LONGEST_ADDRESS,
    Found,
    judge,
    leads_home,
    says_missing,
    see,
    see_again,
)
from blog.syndication.looking import TURN, Outcome, ask, look_in_turn
from blog.syndication.pages import Page, comparable

logger = logging.getLogger("tribune.watching")

DAY = timedelta(days=1)
# What was published or mended in the last day is looked at soon, so that the page is known as it was agreed.
NEW = timedelta(days=1)
# New ones are found as often, whoever made them.
BETWEEN_ROUNDS = timedelta(minutes=15)
# What is wrong is looked at again after these; before HELD a second look proves nothing.
UNTIL_SECOND_LOOK = timedelta(hours=6)
HELD = timedelta(hours=4)
# An editor who asks for a look is there to judge what it finds: seen twice within these, it is certain.
HELD_WHEN_ASKED = timedelta(minutes=1)
# A server that fails is asked again after an hour, two, four and so on, up to this.
FIRST_DELAY = timedelta(hours=1)
LONGEST_DELAY = timedelta(days=3)
# What has given no answer for so long, while others have, is dead for readers too.
SILENT = timedelta(days=3)
JUST_NOW = timedelta(minutes=1)
# A page that is dead is asked for now and then: it may come back.
BETWEEN_LOOKS_AT_DEAD = timedelta(days=3)
# No claim outlives this.
CLAIM = timedelta(hours=1)
# A server may say that a page is unchanged, and forget what only its headers say.
WHOLE_EVERY = timedelta(days=6)

# Of what is due, so much is taken at a time, and so many are looked at by one task: with slow servers that takes two
# minutes, after which others have their turn.
HEAP = 50
LOOKS_AT_ONCE = 4
# Those without an appointment that get one at a time.
APPOINTED_AT_ONCE = 500

SECONDS = 20
# An article is in the first megabytes of its page.
LARGEST_PAGE = 2 * 1024 * 1024
# Lines of the history that are kept of a tribune.
MOST_LOOKS = 100

# What a server that fails gives, and what besides is found without a look at the page itself.
TROUBLE = {Kind.FAILING, Kind.UNREACHABLE, Kind.SLOW, Kind.BROKEN}
UNSEEN = TROUBLE | {Kind.CERTIFICATE, Kind.DISALLOWED, Kind.FORBIDDEN, Kind.REFUSED}


# When


def look_around() -> None:
    """Look at some of what is due, and have the next look made when it is."""
    now = timezone.now()
    appoint(now)
    looks = 0
    for tribune in due(now)[:HEAP]:
        if looks == LOOKS_AT_ONCE:
            break
        turn = look_in_turn(tribune.url, partial(look_and_note, tribune))
        if turn is None:
            looks += 1
        else:
            postpone(tribune, turn)
    schedule(now)


def look_again(tribune_id: int) -> datetime | None:
    """Look at a tribune because somebody asked for it; return when to do so again, None where that is not called for.

    It is where its host is busy, and once more where something was found that a second look decides.
    """
    rows = Tribune.objects.filter(pk=tribune_id, state=Tribune.State.PUBLISHED)
    # Who presses the button ten times wants one look.
    rows = rows.exclude(looked_at__gt=timezone.now() - JUST_NOW, looked_url=F("url"))
    tribune = with_all_it_needs(rows).first()
    if tribune is None:
        return None
    turn = look_in_turn(tribune.url, partial(look_and_note, tribune, held=HELD_WHEN_ASKED))
    if turn is None and tribune.findings.filter(confirmed_at=None).exclude(kind__in=TROUBLE).exists():
        return timezone.now() + HELD_WHEN_ASKED + timedelta(seconds=TURN / 2)
    return turn


def due(now: datetime) -> QuerySet[Tribune]:
    """Return the tribunes that are to be looked at, the longest due first, by an index."""
    rows = Tribune.objects.filter(state=Tribune.State.PUBLISHED, is_watched=True, look_due_at__lte=now)
    return with_all_it_needs(rows.order_by("look_due_at"))


def with_all_it_needs(rows: QuerySet[Tribune]) -> QuerySet[Tribune]:
    return rows.select_related("partner", "post").defer(*long_texts("post"))


def appoint(now: datetime) -> None:
    """Give those that nobody has looked at yet a time for it: the new soon, the others spread over a day."""
    rows = Tribune.objects.filter(state=Tribune.State.PUBLISHED, is_watched=True, look_due_at=None)
    for key, published_at in rows.order_by("pk").values_list("pk", "published_at")[:APPOINTED_AT_ONCE]:
        is_new = published_at is not None and published_at > now - NEW
        moment = now if is_new else now + DAY * random.random()  # noqa: S311 (nothing secret depends on it)
        Tribune.objects.filter(pk=key, look_due_at=None).update(look_due_at=moment)


def postpone(tribune: Tribune, moment: datetime) -> None:
    """Have a tribune looked at later, unless somebody has it looked at already."""
    Tribune.objects.filter(pk=tribune.pk, look_due_at=tribune.look_due_at).update(look_due_at=moment)


def schedule(now: datetime) -> None:
    """Enqueue the next round: when the next look is due, and soon enough for what is new."""
    from blog.tasks import look_at_tribunes

    upcoming = (
        Tribune.objects.filter(state=Tribune.State.PUBLISHED, is_watched=True, look_due_at__isnull=False)
        .order_by("look_due_at")
        .values_list("look_due_at", flat=True)
        .first()
    )
    moment = min(upcoming or now + BETWEEN_ROUNDS, now + BETWEEN_ROUNDS)
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=look_at_tribunes.module_path)
    # What is to run at once is kept as what has all the time there is.
    if not waiting.filter(Q(run_after__lte=max(moment, now)) | Q(run_after=get_date_max())).exists():
        look_at_tribunes.using(run_after=moment if moment > now else None).enqueue()


def resume() -> None:
    """Have the rounds go on where their chain was broken."""
    from blog.tasks import look_at_tribunes

    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=look_at_tribunes.module_path)
    if not waiting.exists():
        look_at_tribunes.enqueue()


def next_look(tribune: Tribune, outcome: Outcome, findings: list[Finding], failures: int, now: datetime) -> datetime:
    """Return when to look next, after what was just found."""
    if failures:
        delay = min(FIRST_DELAY * 2 ** (failures - 1), LONGEST_DELAY)
        return now + max(delay, timedelta(seconds=outcome.retry_after or 0))
    if any(finding.confirmed_at is None for finding in findings):
        return now + UNTIL_SECOND_LOOK
    if any(finding.kind in DEAD for finding in findings):
        return now + BETWEEN_LOOKS_AT_DEAD
    # A little early or late, so that what came at once is spread in time.
    return now + DAY * random.uniform(0.95, 1.05)  # noqa: S311


def look_and_note(tribune: Tribune, *, held: timedelta = HELD) -> None:
    """Claim a tribune, look at it, and note what was found."""
    now = timezone.now()
    claim = now + CLAIM
    if not Tribune.objects.filter(pk=tribune.pk, look_due_at=tribune.look_due_at).update(look_due_at=claim):
        return
    kept = KeptPage.objects.filter(tribune=tribune).first() if tribune.looked_url == tribune.url else None
    try:
        outcome = look_at(tribune, kept, now)
    except Exception:
        # One page that cannot be read must not keep all others from being looked at.
        logger.exception("Tribune %s cannot be looked at", tribune.pk)
        Tribune.objects.filter(pk=tribune.pk, look_due_at=claim).update(look_due_at=now + DAY)
        return
    note(tribune, claim, outcome, now, held=held)


# A look


def look_at(tribune: Tribune, kept: KeptPage | None, now: datetime) -> Outcome:
    """Ask for the page of a tribune and return what is found; nothing is noted."""
    answer, outcome = ask(
        tribune.url,
        headers={"Accept": "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"} | conditions_of(kept, now),
        seconds=SECONDS,
        limit=LARGEST_PAGE,
    )
    if answer is None or outcome.found:
        return outcome
    if leads_home(tribune.url, answer.address, tribune.partner.site):
        outcome.found.append(Found(Kind.HOME, {"address": answer.address}, answer.address[:LONGEST_ADDRESS]))
    else:
        read_answer(tribune, kept, answer, outcome)
    return outcome


def read_answer(tribune: Tribune, kept: KeptPage | None, answer: Answer, outcome: Outcome) -> None:
    """Put into ``outcome`` what the page is that was given, or why it is none."""
    if answer.moved_to and comparable(answer.moved_to) != comparable(tribune.url):
        facts = {"address": answer.moved_to}
        outcome.found.append(Found(Kind.MOVED, facts, answer.moved_to[:LONGEST_ADDRESS]))
    if answer.is_unchanged and kept:
        outcome.seen = see_again(tribune, kept, answer.address)
        return
    if not answer.is_html:
        outcome.found.append(Found(Kind.NOT_HTML, {"type": answer.content_type}))
        return
    page = Page(answer)
    if says_missing(tribune, kept, answer, page):
        facts = {"status": answer.status, "title": page.headline or page.title}
        # Where such a page has moved to is worth nothing.
        outcome.found = [Found(Kind.NOT_FOUND, facts)]
        return
    outcome.seen = see(tribune, page)
    outcome.is_whole = True
    outcome.etag = answer.headers.get("ETag", "")
    outcome.last_modified = answer.headers.get("Last-Modified", "")


def conditions_of(kept: KeptPage | None, now: datetime) -> dict[str, str]:
    """Return the headers by which a page that is known is not sent again, but for now and then."""
    if kept is None or kept.fetched_at < now - WHOLE_EVERY:
        return {}
    return make_conditions(kept.etag, kept.last_modified)


# What is kept of it


def note(tribune: Tribune, claim: datetime, outcome: Outcome, now: datetime, *, held: timedelta) -> None:
    """Keep what a look found, unless the tribune was changed or claimed by somebody else meanwhile."""
    with transaction.atomic():
        rows = Tribune.objects.filter(pk=tribune.pk, look_due_at=claim, url=tribune.url, state=tribune.state)
        locked = with_all_it_needs(rows).select_for_update(of=("self",)).first()
        if locked is None:
            return
        if locked.looked_url != locked.url:
            locked.findings.all().delete()
        is_changed_again = False
        if outcome.seen:
            is_changed_again = keep_page(locked, outcome, now)
            outcome.found += judge(locked, locked.kept_page, outcome.seen)
        findings = note_findings(locked, outcome.found, now, is_changed_again=is_changed_again, held=held)
        note_look(locked, outcome, now)
        note_on_tribune(locked, outcome, findings, now)


def keep_page(tribune: Tribune, outcome: Outcome, now: datetime) -> bool:
    """Keep a page as it was seen, the first time at its address also as it was agreed.

    Say whether its text is another one than at the last look.
    """
    seen = outcome.seen
    kept = KeptPage.objects.filter(tribune=tribune).first()
    is_changed_again = kept is not None and not says_the_same(kept.text, seen.text)
    if kept is None or tribune.looked_url != tribune.url:
        is_ours = tribune.is_ours()
        kept = KeptPage(
            pk=kept.pk if kept else None,
            tribune=tribune,
            agreed_title=seen.title,
            agreed_text=seen.text,
            agreed_html=seen.html,
            # Whose piece is ours should say so; of theirs, what was there should stay.
            has_agreed_link=is_ours or seen.has_link,
            has_agreed_byline=is_ours,
            agreed_at=now,
        )
    kept.title, kept.text, kept.html, kept.has_byline, kept.seen_at = (
        *(seen.title, seen.text, seen.html, seen.has_byline),
        now,
    )
    if outcome.is_whole:
        kept.etag, kept.last_modified = sayable(outcome.etag, 300), sayable(outcome.last_modified, 100)
        kept.fetched_at = now
    kept.save()
    tribune.kept_page = kept
    tribune.found_link_back = seen.has_link
    return is_changed_again


def sayable(value: str, longest: int) -> str:
    """Return the value of a header, or '' where it is none that could be said back to the server."""
    return value if value.isascii() and value.isprintable() and len(value) <= longest else ""


def note_findings(
    tribune: Tribune, found: list[Found], now: datetime, *, is_changed_again: bool, held: timedelta = HELD
) -> list[Finding]:
    """Keep what is wrong now and forget what no longer is; return it.

    What was wrong before, in the same way, is confirmed once that has lasted for ``held``, a server that fails for
    HELD in any case; 410 needs no second look. Something else of the same kind begins anew, and whoever had put it
    aside is told again.
    """
    before = {finding.kind: finding for finding in tribune.findings.all()}
    kinds = {each.kind for each in found}
    # Where nothing was learnt of the page, what was known of it stays.
    passing = tribune.findings.filter(kind__in=UNSEEN) if kinds and kinds <= UNSEEN else tribune.findings
    passing.exclude(kind__in=kinds).delete()
    for each in found:
        finding = before.get(each.kind)
        is_new = finding is None or finding.detail != each.detail or (each.kind == Kind.TEXT and is_changed_again)
        if is_new:
            key = finding.pk if finding else None
            finding = Finding(pk=key, tribune=tribune, kind=each.kind, detail=each.detail, since=now)
            finding.since = min((one.since for one in before.values() if is_as_bad(one.kind, each.kind)), default=now)
        finding.facts = each.facts
        is_certain = each.kind == Kind.GONE and each.facts["status"] == 410
        lasting = HELD if each.kind in TROUBLE else held
        if finding.confirmed_at is None and (is_certain or now - finding.since >= lasting):
            finding.confirmed_at = now
        finding.save()
    return list(tribune.findings.all())


def is_as_bad(kind: str, other: str) -> bool:
    """Say whether two kinds come to the same: a page that is gone in another way has been gone as long."""
    return any({kind, other} <= alike for alike in (DEAD, TROUBLE))


def note_look(tribune: Tribune, outcome: Outcome, now: datetime) -> None:
    """Write a look into the history: one line as long as the same is found."""
    found = [[each.kind.value, each.facts] for each in outcome.found]
    # A server may say that a page is unchanged, which is the same answer for who reads the history.
    status = 200 if outcome.status == 304 else outcome.status
    last = tribune.looks.order_by("-last_at", "-pk").first()
    if last and (last.found, last.status, last.url) == (found, status, tribune.url):
        Look.objects.filter(pk=last.pk).update(last_at=now, times=last.times + 1)
        return
    Look.objects.create(tribune=tribune, url=tribune.url, status=status, found=found, first_at=now, last_at=now)
    for oldest in tribune.looks.order_by("-last_at", "-pk").values_list("pk", flat=True)[MOST_LOOKS : MOST_LOOKS + 10]:
        Look.objects.filter(pk=oldest).delete()


def note_on_tribune(tribune: Tribune, outcome: Outcome, findings: list[Finding], now: datetime) -> None:
    """Write on the tribune itself what lists and readers' pages need, and drop these pages where that changes them."""
    kinds = {each.kind for each in outcome.found}
    failures = min(tribune.look_failures + 1, 20) if kinds & TROUBLE else 0
    gone_since, unsafe_since = dead_since(tribune, findings, now), warned_since(findings)
    noted = {
        "looked_at": now,
        "looked_url": tribune.url,
        "found_status": outcome.status,
        "look_failures": failures,
        "look_due_at": next_look(tribune, outcome, findings, failures, now) if tribune.is_watched else None,
        "gone_since": gone_since,
        "unsafe_since": unsafe_since,
    }
    if seen := outcome.seen:
        noted |= {
            "found_title": seen.title[:300],
            "found_canonical": seen.canonical,
            "found_noindex": seen.is_noindex,
            "found_link_back": seen.has_link,
            "found_text_changed": Kind.TEXT in kinds,
            "copied_at": now if Kind.TEXT not in kinds else tribune.copied_at or now,
        }
    Tribune.objects.filter(pk=tribune.pk).update(**noted)
    if (gone_since, unsafe_since) != (tribune.gone_since, tribune.unsafe_since):
        drop_pages()
        if tribune.archive_agreed:
            # Readers get its archived text now, or no longer.
            SearchStale.objects.mark("post", [tribune.post_id])


def dead_since(tribune: Tribune, findings: list[Finding], now: datetime) -> datetime | None:
    """Return since when readers cannot get a page any more; None where they can, or where that is not certain yet."""
    dead = [
        finding.since
        for finding in findings
        if finding.confirmed_at
        and (finding.kind in DEAD or (finding.kind == Kind.UNREACHABLE and is_lasting(tribune, finding, now)))
    ]
    return min(dead, default=None)


def warned_since(findings: list[Finding]) -> datetime | None:
    """Return since when browsers warn of the page, as its certificate is not good; None where that is not certain.

    That is not to be gone: nobody could look behind the certificate, and what is there may be as it was.
    """
    since = (finding.since for finding in findings if finding.kind == Kind.CERTIFICATE and finding.confirmed_at)
    return next(since, None)


def is_lasting(tribune: Tribune, finding: Finding, now: datetime) -> bool:
    """Say whether a site has been silent for days, and not this one cut off: somebody else must have answered since."""
    answered = Tribune.objects.filter(
        state=Tribune.State.PUBLISHED, looked_at__gt=now - SILENT, found_status__isnull=False
    )
    return now - finding.since >= SILENT and answered.exclude(pk=tribune.pk).exists()
