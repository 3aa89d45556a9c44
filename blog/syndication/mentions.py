"""Webmentions that come in: taken at once, looked at later, decided on by a moderator, shown below the post.

A mention is a row before its sender is answered, so none that was acknowledged is lost. What their page holds is
looked at by a task, which may be killed at any moment and does the same again then: looking changes nothing there.
"""

import json
import logging
import re
import uuid
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from time import monotonic
from urllib.parse import urlsplit

import httpx2
from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from blog.mail.refusals import DELAYS
from blog.markup import MAX_ADDRESS_LENGTH
from blog.models import Mention, OldAddress, Partner, Post, ShownMentions, Tribune
from blog.models.mentions import digest_addresses
from blog.models.posts import LONG_TEXTS, long_texts
from blog.own_addresses import view_at
from blog.pagecache import discussion_tags, drop_pages
from blog.syndication.addresses import is_same_host, port_of
from blog.syndication.answers import Answer
from blog.syndication.dispatching import enqueue_at
from blog.syndication.errors import BadAnswerError, BadStatusError, FetchError
from blog.syndication.fetching import fetch
from blog.syndication.mention_limits import (
    AHEAD,
    BETWEEN_LOOKS,
    has_room_for_another_try,
    is_known_site,
    make_sure_of_room,
)
from blog.syndication.retrying import CLAIM_HOLDS, NO_PROBLEM, in_both_languages, next_attempt

logger = logging.getLogger("tribune.mentions")

State, Status = Mention.State, Mention.Status

# A page of a few hundred kB is long; a link behind this is not found.
LARGEST_SOURCE = 1024 * 1024
SECONDS_FOR_SOURCE = 15
# The first time: others wait. Who is slower is asked again later, with more patience.
SECONDS_AT_FIRST = 10
# Pages that are asked for at the same time, each of another host: a slow server keeps nobody else waiting.
PAGES_AT_ONCE = 6
ACCEPT = "text/html, application/xhtml+xml, application/json;q=0.8, text/plain;q=0.7, */*;q=0.1"
GONE = {404, 410}
# How long one task looks at pages, after which others have their turn.
SECONDS_AT_ONCE = 30
# Ten thousand that come at once are no ten thousand tasks.
GATHERED = timedelta(seconds=2)
# Below a post; of more, the last ones.
MOST_SHOWN = 20
MOST_NAMES = 12

# Under this name the cache knows that a task is asked for.
TO_LOOK_AT = "mentions-to-look-at"

_PLAIN_ADDRESS = re.compile(r"(?:p|page_id)=[0-9]+(?:&|$)")

NO_LINK = _("This page does not link to the address that was given.")
NOT_READABLE = _("This page is neither HTML, nor text, nor JSON.")
NOT_THERE = _("There is no page at this address (%(status)d).")
LINK_GONE = _("This page does not link here any more.")


# Taking them


def find_target(address: httpx2.URL) -> Post | None:
    """Return the post that readers find at an address of this site, at one that leads there too; None for others."""
    if not is_ours(address):
        return None
    path, query = address.path, address.query.decode("ascii")
    full = f"{path}?{query}" if query else path
    with override("en" if path.startswith("/en/") else "fr"):
        match = view_at(path)
    if match and match.view_name == "blog:post-detail":
        language = "en" if path.startswith("/en/") else "fr"
        posts = Post.objects.published().in_language(language).defer(*LONG_TEXTS)
        post = posts.filter(slug=match.kwargs["slug"]).first()
        if post:
            return post
    old = OldAddress.objects.find(full, path)
    target = old.public_target() if old else None
    return target if isinstance(target, Post) else None


def is_ours(address: httpx2.URL) -> bool:
    """Say whether an address is one of this site, by http or https."""
    own = httpx2.URL(settings.SITE_URL)
    ports = {80, 443} if own.port is None else {own.port}
    return address.raw_host == own.raw_host and port_of(address) in ports


def receive(source: str, target: str, post: Post) -> Mention:
    """Note that a page says that it links to a post, and have it looked at; raise BusyError where that is too much.

    The same pair again is the same row, which is looked at anew (Webmention, section 3.2.3).
    """
    now = timezone.now()
    pair = digest_addresses(source, target)
    mention = Mention.objects.filter(pair=pair).first()
    host = host_of(source)
    is_known = is_known_site(host)
    if mention is None or mention.due_at is None:
        make_sure_of_room(host, post, is_known=is_known)
    due_at = now - AHEAD if is_known else now
    if mention is None:
        try:
            with transaction.atomic():
                mention = Mention.objects.create(
                    post=post, source=source, target=target, pair=pair, host=host, received_at=now, due_at=due_at
                )
        except IntegrityError:
            # It came twice in the same moment.
            mention = Mention.objects.get(pair=pair)
    elif mention.due_at is None or mention.due_at > now:
        last_look = mention.claimed_at or mention.looked_at
        due_at = max(due_at, last_look + BETWEEN_LOOKS) if last_look else due_at
        due_at = min(due_at, mention.due_at or due_at)
        Mention.objects.filter(pk=mention.pk).update(due_at=due_at, attempts=0, post=post)
    have_looked(max(due_at - now, timedelta()) + GATHERED)
    return mention


def have_looked(delay: timedelta = GATHERED) -> None:
    """Have what waits looked at, unless that was asked for just now and has not begun."""
    from blog.tasks import look_at_mentions

    # One task for what is new, and one for what was looked at within this minute.
    name = TO_LOOK_AT if delay <= GATHERED else f"{TO_LOOK_AT}-again"
    if cache.add(name, True, 60):
        enqueue_at(look_at_mentions, delay)


def host_of(address: str) -> str:
    """Return the site of an address, with its port where that is not the usual one."""
    return httpx2.URL(address).netloc.decode("ascii")


def name_of_host(site: str) -> str:
    """Return the host of a site without its port: its servers are one machine, as far as anybody knows."""
    return site.rpartition(":")[0] if site.rpartition(":")[2].isdigit() else site


# Looking at them


def look(now: datetime | None = None) -> None:
    """Look at what is due, for a while, one after the other; have the rest looked at by another task."""
    from blog.tasks import look_at_mentions

    cache.delete(TO_LOOK_AT)
    now = now or timezone.now()
    take_up_abandoned(now)
    ends = monotonic() + SECONDS_AT_ONCE
    # Hosts that are asked just now, and those that gave no answer: these are not asked by each of their pages.
    busy: dict[Future, Mention] = {}
    silent: set[str] = set()
    with ThreadPoolExecutor(PAGES_AT_ONCE, thread_name_prefix="mentions") as asking:
        while True:
            while monotonic() < ends and len(busy) < PAGES_AT_ONCE:
                mention = take_next(now, without=silent | {name_of_host(each.host) for each in busy.values()})
                if mention is None:
                    break
                busy[asking.submit(ask, mention)] = mention
            if not busy:
                break
            for done in wait(busy, return_when=FIRST_COMPLETED).done:
                mention = busy.pop(done)
                if not note_answer(mention, done.result):
                    silent.add(name_of_host(mention.host))
    if silent:
        # Its silence counts for each of them: pages of a site that is down wait for days otherwise, one by one.
        left = Mention.objects.due(now).of_hosts(silent)
        left.update(due_at=now + DELAYS[0], attempts=F("attempts") + 1)
    if Mention.objects.due(now).exists():
        look_at_mentions.enqueue()


def take_up_abandoned(now: datetime) -> None:
    """Have those looked at again whose looking did not end."""
    left = Mention.objects.exclude(claim=None).filter(claimed_at__lt=now - CLAIM_HOLDS)
    left.update(claim=None, due_at=now)


def take_next(now: datetime, *, without: Collection[str] = ()) -> Mention | None:
    """Claim the mention that has waited longest, of a host that is none of these; return None where none waits."""
    due = Mention.objects.due(now)
    rows = due.exclude(pk__in=due.of_hosts(without).order_by().values("pk")) if without else due
    for key in rows.values_list("pk", flat=True)[:20]:
        claim = uuid.uuid4()
        # Asked for once more while it is looked at, it gets a moment again, and is looked at once more.
        taken = Mention.objects.filter(pk=key, claim=None, due_at__lte=now).update(
            claim=claim, claimed_at=timezone.now(), due_at=None, attempts=F("attempts") + 1
        )
        if taken:
            return Mention.objects.select_related("post").defer(*long_texts("post")).get(pk=key)
    return None


def look_at(mention: Mention) -> None:
    """Ask for a page that mentions a post, and note what stands there."""
    note_answer(mention, lambda: ask(mention))


def ask(mention: Mention) -> Answer:
    """Ask for a page that mentions a post; raise a FetchError where nothing is answered. No database is needed."""
    return fetch(
        mention.source,
        headers={"Accept": ACCEPT},
        seconds=SECONDS_FOR_SOURCE if mention.attempts > 1 else SECONDS_AT_FIRST,
        limit=LARGEST_SOURCE,
        is_cut=True,
    )


def note_answer(mention: Mention, answered: Callable[[], Answer]) -> bool:
    """Note what stands on a page, which ``answered()`` returns or raises; return whether its server answered."""
    now = timezone.now()
    try:
        answer = answered()
        if answer.status in GONE:
            note_gone(mention, NOT_THERE, status=answer.status)
            return True
        answer.expect_success()
        is_linked = links_to(answer, mention.target)
    except FetchError as error:
        due_at = next_attempt(mention.attempts, error, now)
        if due_at and mention.state == State.WAITING and not has_room_for_another_try(mention.host):
            due_at = None
        # What was seen once stands until it is seen to have gone.
        state = State.REFUSED if mention.state == State.WAITING and due_at is None else mention.state
        finish(
            mention, state=state, attempts=mention.attempts if due_at else 0, again=due_at, **in_both_languages(error)
        )
        return not error.may_pass or isinstance(error, BadStatusError)
    if is_linked:
        note_link(mention, answer)
    else:
        note_gone(mention, NO_LINK if mention.state == State.WAITING else LINK_GONE)
    return True


def links_to(answer: Answer, target: str) -> bool:
    """Say whether a page has a link to exactly this address (Webmention, section 3.2.2).

    Raise BadAnswerError where nobody can tell what it has.
    """
    is_target = same_as(target)
    if answer.is_html:
        from blog.syndication.pages import Page

        return any(map(is_target, Page(answer).addresses))
    if answer.content_type == "application/json" or answer.content_type.endswith("+json"):
        return any(map(is_target, _values(answer.json())))
    if answer.content_type.startswith("text/"):
        return any(map(is_target, _words_with_addresses(answer.text)))
    raise BadAnswerError(NOT_READABLE)


def same_as(target: str) -> Callable[[str], bool]:
    """Return a function that says whether an address, however it is escaped, is this one."""
    wanted = spelt(target)
    return lambda address: spelt(address) == wanted


def spelt(address: str) -> str:
    """Return an address of the web in the one spelling that it is compared and kept in, '' for any other.

    Letters are escaped as requests have them, the host is in small ones, and what a browser keeps to itself, the
    fragment, is left out; nothing else is evened out.
    """
    if not address[:8].lower().startswith(("http://", "https://")) or len(address) > MAX_ADDRESS_LENGTH:
        return ""
    try:
        url = httpx2.URL(address).copy_with(fragment=None)
    except (httpx2.InvalidURL, ValueError):
        return ""
    return str(url) if url.raw_host and not url.userinfo else ""


def _values(data: object) -> Iterable[str]:
    match data:
        case str():
            yield data.strip()
        case list():
            for item in data:
                yield from _values(item)
        case dict():
            for item in data.values():
                yield from _values(item)


def _words_with_addresses(text: str) -> Iterable[str]:
    """Yield what may be an address in a plain text, as it stands and without what ends a sentence."""
    for word in text.split():
        start = word.find("http")
        if start >= 0:
            yield word[start:].rstrip("\"'>)]}»”’")
            yield word[start:].rstrip(".,;:!?\"'>)]}»”’…")


def note_link(mention: Mention, answer: Answer) -> None:
    """Note what stands on a page that links here. What readers would see anew, a moderator sees first."""
    from blog.syndication.microformats import read_entry

    entry = read_entry(answer, same_as(mention.target))
    content = {name: getattr(entry, name) for name in CONTENT} | {"said_at": entry.said_at or mention.received_at}
    has_changed = any(getattr(mention, name) != value for name, value in content.items())
    status = mention.status
    if status == Status.APPROVED and has_changed:
        status = Status.PENDING
    elif mention.state == State.WAITING and status == Status.PENDING and is_known_for_spam(mention.host):
        status = Status.SPAM
    tribune = find_tribune(mention)
    if status == Status.PENDING and is_tribune_already(mention):
        status = Status.TRIBUNE
    finish(mention, state=State.VERIFIED, status=status, tribune=tribune, attempts=0, **content, **NO_PROBLEM)


CONTENT = ("kind", "author_name", "author_url", "title", "text", "language", "said_at")
NO_CONTENT = {"kind": Mention.Kind.MENTION, "said_at": None} | dict.fromkeys(
    ("author_name", "author_url", "title", "text", "language"), ""
)


def note_gone(mention: Mention, words: object, **facts) -> None:
    """Note that a page does not link here, or no more: what was kept of it goes, and readers see it no longer."""
    state = State.REFUSED if mention.state in (State.WAITING, State.REFUSED) else State.GONE
    status = Status.PENDING if mention.status == Status.APPROVED else mention.status
    gone = {"tribune": None, "attempts": 0} | NO_CONTENT | in_both_languages(words, **facts)
    finish(mention, state=state, status=status, **gone)


def finish(mention: Mention, *, again: datetime | None = None, **values) -> None:
    """Note what came of looking at a mention, unless somebody else has taken it up meanwhile."""
    was_shown = mention.is_shown()
    values |= {"claim": None, "claimed_at": None, "looked_at": timezone.now()}
    with transaction.atomic():
        rows = Mention.objects.filter(pk=mention.pk, claim=mention.claim)
        decided = rows.values_list("status", flat=True).select_for_update().first()
        if decided is None:
            return
        if decided != mention.status:
            # A moderator has decided while it was looked at.
            values.pop("status", None)
        rows.update(**values)
        if again:
            rows = Mention.objects.filter(pk=mention.pk, due_at=None)
            rows.update(due_at=again)
        if was_shown or decided == Status.APPROVED:
            show_anew(mention.post.discussion_id)


def is_known_for_spam(host: str) -> bool:
    """Say whether what came from a site so far was spam, and nothing that a moderator let through."""
    known = set(Mention.objects.filter(host=host).values_list("status", flat=True).distinct()[:10])
    return Status.SPAM in known and not known & {Status.APPROVED, Status.TRIBUNE}


# The tribune that it may be


def find_tribune(mention: Mention) -> Tribune | None:
    """Return the tribune that is awaited from the partner on whose site a page stands."""
    awaited = Tribune.objects.filter(
        post__in=Post.objects.in_discussion(mention.post.discussion_id),
        state__in=(Tribune.State.PROPOSED, Tribune.State.ACCEPTED),
    )
    for tribune in awaited.select_related("partner").order_by("-pk"):
        if stands_at(tribune.partner, mention.source):
            return tribune
    return None


def is_tribune_already(mention: Mention) -> bool:
    """Say whether a page is a tribune to which the post leads anyhow."""
    posts = Post.objects.in_discussion(mention.post.discussion_id)
    return Tribune.objects.filter(post__in=posts, state=Tribune.State.PUBLISHED, url=mention.source).exists()


def stands_at(partner: Partner, address: str) -> bool:
    """Say whether an address is that of a page on a partner's site, below its front page."""
    try:
        site, page = urlsplit(partner.site), urlsplit(address)
    except ValueError:
        return False
    folder = site.path.rstrip("/") + "/"
    is_theirs = is_same_host(partner.site, address)
    if page.path.rstrip("/") == site.path.rstrip("/"):
        # A WordPress without pretty addresses has all its articles there.
        return is_theirs and bool(_PLAIN_ADDRESS.match(page.query))
    return is_theirs and page.path.startswith(folder)


def complete_tribune(mention: Mention, *, by) -> Tribune:
    """Take the page that mentions a post for its tribune: its address and date there; raises ValidationError.

    Never without an editor. That a page of the partner's links here is certain, that it is the tribune is not: it may
    be the notice that one will appear, an archive, or another article. Readers are sent there, search engines told
    that it is the original, and an editor sees in a second what a program cannot.
    """
    with transaction.atomic():
        tribune = Tribune.objects.select_for_update().get(pk=mention.tribune_id)
        tribune.url = mention.source
        tribune.published_at = mention.said_at or mention.received_at
        tribune.title = tribune.title or mention.title
        tribune.state = Tribune.State.PUBLISHED
        tribune.full_clean()
        tribune.save(update_fields=["url", "published_at", "title", "state"])
        decide([mention.pk], Status.TRIBUNE, by=by)
    return tribune


# Deciding, and showing


def decide(keys: Iterable[int], status: str, *, by) -> int:
    """Give mentions a status, have the pages that show them made anew, and return how many there were."""
    with transaction.atomic():
        rows = Mention.objects.filter(pk__in=list(keys)).exclude(status=status)
        discussions = discussions_of(rows)
        count = rows.update(status=status, decided_by=by, decided_at=timezone.now())
        for discussion in discussions:
            show_anew(discussion)
    return count


def discussions_of(mentions: QuerySet[Mention]) -> set[int]:
    """Return the keys of the originals whose discussions show these mentions."""
    return {original or key for key, original in mentions.values_list("post_id", "post__translation_of_id").distinct()}


def show_anew(discussion: int) -> None:
    """Write what readers see of the mentions of a discussion, and drop the pages that show it."""
    shown = Mention.objects.of_discussion(discussion).shown()
    # One more than is shown of each, and no more: there may be thousands.
    said = newest(shown.filter(kind__in=(Mention.Kind.MENTION, Mention.Kind.REPLY)), MOST_SHOWN)
    content = {
        "said": [
            {
                "kind": str(each.kind),
                "source": each.source,
                "host": each.host,
                "name": each.author_name,
                "site": each.author_url,
                "title": each.title,
                "text": each.text,
                "language": each.language,
                "at": each.said_at.isoformat(),
            }
            for each in said[-MOST_SHOWN:]
        ],
        "has_more": len(said) > MOST_SHOWN,
    }
    for kind, name in ((Mention.Kind.LIKE, "likes"), (Mention.Kind.REPOST, "reposts")):
        rows = shown.filter(kind=kind)
        found = newest(rows, MOST_NAMES)[-MOST_NAMES:]
        content[name] = [[each.author_name or each.host, each.source] for each in found]
        content[f"{name}_in_all"] = rows.count()
    is_empty = not any(content.values())
    text = "" if is_empty else json.dumps(content, ensure_ascii=False)
    ShownMentions.objects.update_or_create(post_id=discussion, defaults={"content": text})
    drop_pages(discussion_tags([discussion]))


def newest(rows: QuerySet[Mention], most: int) -> list[Mention]:
    """Return the newest mentions, the oldest of them first, one of each page; one more than ``most`` if there are."""
    found: dict[str, Mention] = {}
    for each in rows.order_by("-said_at", "-pk")[: 2 * most]:
        found.setdefault(each.source, each)
    return list(found.values())[: most + 1][::-1]


def erase(keys: Iterable[int]) -> int:
    """Delete mentions with all that is kept of their writers, who asked for it, and return how many there were."""
    with transaction.atomic():
        rows = Mention.objects.filter(pk__in=list(keys))
        discussions = discussions_of(rows)
        count, _by_model = rows.delete()
        for discussion in discussions:
            show_anew(discussion)
    return count
