"""Webmentions that go out: pages that a post links to are told so, and told when it changes or links there no more.

A post appears because its hour has come, without a job. So a task looks every few minutes for what has become public
since, has changed, or was withdrawn (``note_changes()``), and writes a row for each page that is to be told. Another
sends them (``send_due()``): the row is claimed before the request leaves, and what came of it is noted after, so that a
process that is killed in between tells nobody twice.
"""

import logging
import uuid
from datetime import datetime, timedelta
from time import monotonic
from urllib.parse import urlsplit

import httpx2
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blog.markup import MAX_ADDRESS_LENGTH
from blog.models import Post, SentMention, Told, Tribune
from blog.models.mentions import digest_addresses
from blog.pagecache import SECONDS
from blog.syndication.addresses import can_be_public
from blog.syndication.answers import Answer
from blog.syndication.errors import BadStatusError, FetchError
from blog.syndication.fetching import fetch
from blog.syndication.mentions import is_ours
from blog.syndication.retrying import CLAIM_HOLDS, NO_PROBLEM, in_both_languages, next_attempt

logger = logging.getLogger("tribune.mentions")

State, About = SentMention.State, SentMention.About

# What appeared or changed longer ago is not looked for. A post that is older when it is first seen was brought from
# another site, which told of it in its time: 2,500 of them would tell the web of ten years.
WINDOW = timedelta(days=30)
# Posts that one transaction looks at.
POSTS_AT_ONCE = 200
# An article with more links is a list of links.
MOST_LINKS = 100
# Until then a cache may keep the page as it was, and their server would look in vain for the link.
DELAY = timedelta(seconds=SECONDS + 30)
# How long one task sends, after which others have their turn.
SECONDS_AT_ONCE = 30
# Where a page says who takes its mentions, it does so at its beginning.
LARGEST_TARGET = 1024 * 1024
# How long editors see what was sent.
DAYS_KEPT = 365

NO_ENDPOINT = _("This page names nobody who takes mentions of it.")


# What is to be told


def can_be_reached() -> bool:
    """Say whether other sites can look at this one: those that are told will, and a site on trial has no address."""
    return can_be_public(httpx2.URL(settings.SITE_URL))


def note_changes(now: datetime | None = None) -> int:
    """Write down who is to be told of what has appeared, changed or gone since the last time; return how many posts."""
    if not can_be_reached():
        return 0
    now = now or timezone.now()
    keys = list(changed_posts(now).values_list("pk", flat=True)[:POSTS_AT_ONCE])
    for key in keys:
        with transaction.atomic():
            post = Post.objects.select_for_update(of=("self",)).filter(pk=key).defer("body", "body_text").first()
            if post is not None:
                note_change(post, now)
    return len(keys)


def changed_posts(now: datetime, told: str = "told") -> QuerySet[Post]:
    """Return posts of which other sites may know something else than what is true now.

    ``told`` is the relation to what they were told, at ``told_at``: its ``address`` is '' where that was nothing.
    """
    since = now - WINDOW
    is_recent = Q(modified_at__gte=since) | Q(status=Post.Status.PUBLISHED, published_at__range=(since, now))
    is_out = Q(status=Post.Status.PUBLISHED, published_at__lte=now)
    is_new = is_out & Q((told, None))
    is_changed = Q(modified_at__gt=F(f"{told}__told_at")) & (is_out | ~Q((f"{told}__address", "")))
    has_appeared = is_out & Q(published_at__gt=F(f"{told}__told_at"))
    return Post.objects.filter(is_recent, is_new | is_changed | has_appeared).order_by("pk")


def note_change(post: Post, now: datetime) -> None:
    """Write down whom a change of a post concerns: the pages that it links to, and those that it linked to before."""
    told = Told.objects.filter(post=post).first()
    is_out = post.is_published(now)
    address = settings.SITE_URL + post.path() if is_out else ""
    links = links_of(post) if is_out else []
    if told is None:
        told = Told(post=post)
        is_known = post.published_at is not None and post.published_at < now - WINDOW
    else:
        is_known = (told.address, told.revision if is_out else 0, told.links) == (
            address,
            post.revision if is_out else 0,
            links,
        )
    if not is_known:
        told.edition += 1
        known = told.links if told.address == address else []
        about = {link: About.UPDATED if link in known else About.PUBLISHED for link in links}
        gone = About.UNLINKED if is_out else About.WITHDRAWN
        about |= {link: gone for link in told.links if link not in about}
        tell(post, about, source=address or told.address, edition=told.edition, now=now)
    told.address, told.links, told.revision, told.told_at = address, links, post.revision, now
    told.save()


def tell(post: Post, about: dict[str, str], *, source: str, edition: int, now: datetime) -> None:
    """Write a row for each page that is to be told; what still waits to be told to the same page has no more use."""
    digests = {digest_addresses(link): link for link in about}
    waiting = SentMention.objects.filter(post=post, state=State.WAITING, claim=None)
    waiting.filter(target_digest__in=digests).update(state=State.DROPPED)
    rows = [
        SentMention(
            post=post,
            source=source,
            target=link,
            target_digest=digest,
            edition=edition,
            about=about[link],
            created_at=now,
            due_at=now + DELAY,
        )
        for digest, link in digests.items()
    ]
    SentMention.objects.bulk_create(rows, ignore_conflicts=True)


def links_of(post: Post) -> list[str]:
    """Return the addresses of other sites that a post links to, as they stand there, each once.

    They are those of its text, and before it that of a partner's piece which it announces or brings here. Where a piece
    of ours stands, its partner knows without being told.
    """
    from blog.syndication.parsing import parse_untrusted

    theirs = post.tribunes.filter(direction=Tribune.Direction.THEIRS_HERE, state=Tribune.State.PUBLISHED)
    there = theirs.filter(gone_since=None).order_by("pk").values_list("url", flat=True)
    found: dict[str, None] = dict.fromkeys(filter(is_elsewhere, there))
    for node in parse_untrusted(post.body_html).iter("a"):
        address = node.get("href", "").strip()
        if is_elsewhere(address):
            found[address] = None
    return list(found)[:MOST_LINKS]


def is_elsewhere(address: str) -> bool:
    """Say whether an address is one of the web that is not of this site."""
    if not address.startswith(("http://", "https://")) or len(address) > MAX_ADDRESS_LENGTH:
        return False
    try:
        return bool(urlsplit(address).hostname) and not is_ours(httpx2.URL(address))
    except (httpx2.InvalidURL, ValueError):
        return False


# Telling it


def send_due(now: datetime | None = None) -> None:
    """Send what is due, for a while, one after the other; have the rest sent by another task."""
    from blog.tasks import send_mentions

    now = now or timezone.now()
    take_up_abandoned(now)
    began = monotonic()
    # A server that does not answer is not asked by each of its rows.
    silent: set[str] = set()
    while monotonic() - began < SECONDS_AT_ONCE:
        row = take_next(now, silent)
        if row is None:
            return
        if not send(row):
            silent.add(urlsplit(row.target).netloc)
    if SentMention.objects.due(now).exists():
        send_mentions.enqueue()


def take_up_abandoned(now: datetime) -> None:
    """Take up rows whose sending did not end: again where nothing had left, and not where it may have."""
    left = SentMention.objects.exclude(claim=None).filter(claimed_at__lt=now - CLAIM_HOLDS)
    left.filter(state=State.WAITING).update(claim=None)
    left.filter(state=State.SENDING).update(state=State.UNKNOWN, claim=None)


def take_next(now: datetime, silent: set[str]) -> SentMention | None:
    """Claim the row that has waited longest and return it; None where none waits."""
    for key, target in SentMention.objects.due(now).values_list("pk", "target")[:50]:
        if urlsplit(target).netloc in silent:
            SentMention.objects.filter(pk=key, claim=None).update(due_at=now + timedelta(minutes=5))
            continue
        taken = SentMention.objects.filter(pk=key, state=State.WAITING, claim=None).update(
            claim=uuid.uuid4(), claimed_at=timezone.now(), attempts=F("attempts") + 1
        )
        if taken:
            return SentMention.objects.get(pk=key)
    return None


def send(row: SentMention) -> bool:
    """Look who takes mentions of a page, and tell them; return whether their server could be reached."""
    try:
        endpoint = find_endpoint(row.target)
        if not endpoint:
            note(row, state=State.NOT_TAKEN, **in_both_languages(NO_ENDPOINT))
            return True
        # From here on it may have arrived. Only who still holds the claim may send.
        ours = SentMention.objects.filter(pk=row.pk, claim=row.claim, state=State.WAITING)
        if not ours.update(state=State.SENDING, endpoint=endpoint):
            return True
        answer = fetch(endpoint, method="POST", data={"source": row.source, "target": row.target})
        if not answer.is_success:
            raise BadStatusError(answer.status, answer.retry_after)
    except FetchError as error:
        due_at = next_attempt(row.attempts, error, timezone.now())
        state = {"state": State.WAITING, "due_at": due_at} if due_at else {"state": State.FAILED}
        note(row, answer_status=getattr(error, "status", None), **state, **in_both_languages(error))
        return not error.may_pass or isinstance(error, BadStatusError)
    note(
        row,
        state=State.SENT,
        sent_at=timezone.now(),
        answer_status=answer.status,
        status_address=status_address(answer),
        **NO_PROBLEM,
    )
    return True


def note(row: SentMention, **values) -> None:
    """Note what came of sending a row, unless it was taken up by somebody else meanwhile."""
    SentMention.objects.filter(pk=row.pk, claim=row.claim).update(claim=None, claimed_at=None, **values)


def find_endpoint(address: str) -> str:
    """Return who takes mentions of a page, '' where nobody does (Webmention, section 3.1.2); raise FetchError."""
    from blog.syndication.pages import Page

    answer = fetch(address, headers={"Accept": "text/html, */*;q=0.5"}, limit=LARGEST_TARGET, is_cut=True)
    return Page(answer.expect_success()).webmention


def status_address(answer: Answer) -> str:
    """Return where their server says what becomes of a mention (section 3.2.1), or ''."""
    location = answer.headers.get("Location", "").strip() if answer.status == 201 else ""
    if not location:
        return ""
    try:
        joined = httpx2.URL(answer.address).join(location)
    except (httpx2.InvalidURL, ValueError):
        return ""
    return str(joined) if joined.scheme in {"http", "https"} and len(str(joined)) <= MAX_ADDRESS_LENGTH else ""


def say_state(row: SentMention) -> str:
    """Return in words what has become of telling a page, for editors."""
    words = row.get_state_display()
    if row.state == State.WAITING and row.problem:
        local = timezone.localtime(row.due_at)
        time = date_format(local, "TIME_FORMAT" if local.date() == timezone.localdate() else "SHORT_DATETIME_FORMAT")
        return gettext("%(problem)s Next try at %(time)s.") % {"problem": row.problem, "time": time}
    if row.state == State.SENT:
        time = date_format(timezone.localtime(row.sent_at), "SHORT_DATETIME_FORMAT")
        return gettext("sent on %(time)s; their server answered %(status)s") % {
            "time": time,
            "status": row.answer_status,
        }
    return f"{words}: {row.problem}" if row.state == State.FAILED and row.problem else str(words)


def send_again(rows: QuerySet[SentMention]) -> int:
    """Have rows sent once more that were not, or of which nobody knows; return how many."""
    states = (State.FAILED, State.UNKNOWN, State.NOT_TAKEN, State.WAITING)
    return rows.filter(state__in=states, claim=None).update(
        state=State.WAITING, due_at=timezone.now(), attempts=0, **NO_PROBLEM
    )


def forget_old(now: datetime | None = None) -> None:
    """Delete what was sent long ago."""
    past = (now or timezone.now()) - timedelta(days=DAYS_KEPT)
    SentMention.objects.exclude(state=State.WAITING).filter(created_at__lt=past).delete()
