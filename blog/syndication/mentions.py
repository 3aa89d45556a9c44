"""Webmentions that come in: taken at once, looked at later, decided on by a moderator, shown below the post.

A mention is a row before its sender is answered, so none that was acknowledged is lost. What their page holds is
looked at by a task, which may be killed at any moment and does the same again then: looking changes nothing there.
"""

import json
import logging
import re
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime
from time import monotonic
from urllib.parse import urlsplit

import httpx2
from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from blog.markup import MAX_ADDRESS_LENGTH
from blog.models import Mention, OldAddress, Partner, Post, ShownMentions, Tribune
from blog.models.mentions import digest_addresses
from blog.models.posts import LONG_TEXTS, long_texts
from blog.pagecache import discussion_tags, drop_pages
from blog.syndication.addresses import is_same_host, port_of
from blog.syndication.answers import Answer
from blog.syndication.errors import BadAnswerError, FetchError
from blog.syndication.fetching import fetch
from blog.syndication.retrying import CLAIM_HOLDS, NO_PROBLEM, in_both_languages, next_attempt
from blog.visitors import Limit

logger = logging.getLogger("tribune.mentions")

State, Status = Mention.State, Mention.Status

# One sender's in an hour. A blog that moves tells of a hundred articles at once; a service that sends for many blogs
# tries again later.
SENT = Limit("mentions", most=120, of_network=300, seconds=3600)
# Pages of one site that are looked at in an hour, so that nobody makes this site burden another one.
OF_SITE = Limit("mentions-of-site", most=120, of_network=120, seconds=3600)
# That wait to be looked at: of one site, on one post, and altogether. What is beyond is refused, and its sender knows.
MOST_OF_SITE = 50
MOST_ON_POST = 200
MOST_WAITING = 2000

# A page of a few hundred kB is long; a link behind this is not found.
LARGEST_SOURCE = 1024 * 1024
SECONDS_FOR_SOURCE = 15
ACCEPT = "text/html, application/xhtml+xml, application/json;q=0.8, text/plain;q=0.7, */*;q=0.1"
GONE = {404, 410}
# How long one task looks at pages, after which others have their turn.
SECONDS_AT_ONCE = 30
# Below a post; of more, the last ones.
MOST_SHOWN = 20
MOST_NAMES = 12

_PLAIN_ADDRESS = re.compile(r"(?:p|page_id)=[0-9]+(?:&|$)")

NO_LINK = _("This page does not link to the address that was given.")
NOT_READABLE = _("This page is neither HTML, nor text, nor JSON.")
NOT_THERE = _("There is no page at this address (%(status)d).")
LINK_GONE = _("This page does not link here any more.")


class BusyError(Exception):
    """More has come than is looked at now; ``str()`` says so, ``seconds`` when to try again."""

    def __init__(self, words: object, *, seconds: int, status: int = 429) -> None:
        super().__init__(words)
        self.seconds = seconds
        self.status = status


FROM_YOU = _("So many mentions have come from your network that more are taken in an hour only.")
FROM_SITE = _("So many mentions of this site wait to be looked at that more are taken later only.")
ON_POST = _("So many mentions of this article wait to be looked at that more are taken later only.")
TOO_MANY = _("So many mentions wait to be looked at that more are taken later only.")


# Taking them


def find_target(address: httpx2.URL) -> Post | None:
    """Return the post that readers find at an address of this site, at one that leads there too; None for others."""
    if not is_ours(address):
        return None
    path, query = address.path, address.query.decode("ascii")
    full = f"{path}?{query}" if query else path
    with override("en" if path.startswith("/en/") else "fr"):
        try:
            match = resolve(path)
        except Resolver404:
            match = None
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
    if mention is None or mention.due_at is None:
        make_sure_of_room(host, post)
    if mention is None:
        try:
            with transaction.atomic():
                mention = Mention.objects.create(
                    post=post, source=source, target=target, pair=pair, host=host, received_at=now, due_at=now
                )
        except IntegrityError:
            # It came twice in the same moment.
            mention = Mention.objects.get(pair=pair)
    elif mention.due_at is None or mention.due_at > now:
        Mention.objects.filter(pk=mention.pk).update(due_at=now, attempts=0, post=post)
    have_looked()
    return mention


def make_sure_of_room(host: str, post: Post) -> None:
    """Raise BusyError where too much waits already, or too many pages of a site were looked at lately."""
    waiting = Mention.objects.waiting().order_by()
    if waiting[:MOST_WAITING].count() >= MOST_WAITING:
        raise BusyError(TOO_MANY, seconds=600, status=503)
    if waiting.filter(post=post)[:MOST_ON_POST].count() >= MOST_ON_POST:
        raise BusyError(ON_POST, seconds=600)
    if waiting.filter(host=host)[:MOST_OF_SITE].count() >= MOST_OF_SITE or not OF_SITE.allows_one(host):
        raise BusyError(FROM_SITE, seconds=1800)


def have_looked() -> None:
    """Have what waits looked at, unless that was asked for just now and has not begun."""
    from blog.tasks import look_at_mentions

    if cache.add("mentions-to-look-at", True, 60):
        look_at_mentions.enqueue()


def host_of(address: str) -> str:
    """Return the site of an address, with its port where that is not the usual one."""
    return httpx2.URL(address).netloc.decode("ascii")


# Looking at them


def look(now: datetime | None = None) -> None:
    """Look at what is due, for a while, one after the other; have the rest looked at by another task."""
    from blog.tasks import look_at_mentions

    cache.delete("mentions-to-look-at")
    now = now or timezone.now()
    take_up_abandoned(now)
    began = monotonic()
    while monotonic() - began < SECONDS_AT_ONCE:
        mention = take_next(now)
        if mention is None:
            return
        look_at(mention)
    if Mention.objects.due(now).exists():
        look_at_mentions.enqueue()


def take_up_abandoned(now: datetime) -> None:
    """Have those looked at again whose looking did not end."""
    left = Mention.objects.exclude(claim=None).filter(claimed_at__lt=now - CLAIM_HOLDS)
    left.update(claim=None, due_at=now)


def take_next(now: datetime) -> Mention | None:
    """Claim the mention that has waited longest and return it; None where none waits."""
    for key in Mention.objects.due(now).values_list("pk", flat=True)[:20]:
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
    now = timezone.now()
    try:
        answer = fetch(
            mention.source,
            headers={"Accept": ACCEPT},
            seconds=SECONDS_FOR_SOURCE,
            limit=LARGEST_SOURCE,
            is_cut=True,
        )
        if answer.status in GONE:
            note_gone(mention, NOT_THERE, status=answer.status)
            return
        answer.expect_success()
        is_linked = links_to(answer, mention.target)
    except FetchError as error:
        due_at = next_attempt(mention.attempts, error, now)
        # What was seen once stands until it is seen to have gone.
        state = State.REFUSED if mention.state == State.WAITING and due_at is None else mention.state
        finish(
            mention, state=state, attempts=mention.attempts if due_at else 0, again=due_at, **in_both_languages(error)
        )
        return
    if is_linked:
        note_link(mention, answer)
    else:
        note_gone(mention, NO_LINK if mention.state == State.WAITING else LINK_GONE)


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
