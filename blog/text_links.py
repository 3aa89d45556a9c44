"""The links of a text: which there are, what is known of where they lead, and how an editor settles them.

The addresses at which claims were made that it checks are among them: readers follow them as they follow the others.

Addresses of other sites are looked at by ``blog.syndication.link_looks``, those of this site by
``blog.own_addresses``. Links that name a post by its key follow it, and are none of these (``blog.own_links``).
"""

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape, unescape
from urllib.parse import urljoin, urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from blog.markup import is_address
from blog.models import Claim, LinkedAddress, LinksNoted, Post, Revision, TextLink
from blog.models.text_links import describe_link, digest_of
from blog.own_addresses import look_up, path_at

# A text with more is a list of links, of which these are looked at.
MOST_LINKS = 500
# Looked up at once where they lead within this site; each takes a query or two.
MOST_OWN = 50
# At one time; the rest has its turn an hour later.
MOST_FORGOTTEN = 500
# Between two looks at an address that works.
BETWEEN_LOOKS = timedelta(weeks=8)
# Texts that were published longer ago are an archive: their first looks are spread.
NEW = timedelta(days=7)
# Of these texts the links are looked at by themselves: readers have them, or soon will.
LOOKED_AT = (Post.Status.PUBLISHED, Post.Status.IN_REVIEW)

_LINK = re.compile(r'<a\s(?:[^">]|"[^"]*")*+>', re.IGNORECASE)
_HREF = re.compile(r'(?<=\shref=")[^"]*(?=")', re.IGNORECASE)


# Which there are


def hrefs_in(source: str) -> list[str]:
    """Return what the links of a source lead to, in their order; not those that follow a post."""
    tags = (tag for tag in _LINK.findall(source) if "data-post=" not in tag)
    return [unescape(found[0]).strip() for tag in tags if (found := _HREF.search(tag))]


def read_link(href: str) -> str:
    """Return the address that a link leads to, without what follows a ‘#’; '' where there is nothing to look at.

    One of this site is its path, however it was written.
    """
    address = href.partition("#")[0]
    if not address or not is_address(address):
        return ""
    own = path_at(address)
    if own is not None:
        return own
    parts = urlsplit(address)
    # What was meant to be an address of the web, and lacks its beginning, leads to some place beside the text.
    is_beside = not parts.scheme and bool(parts.path)
    return address if parts.scheme in {"http", "https"} or is_beside else ""


def addresses_in(*sources: str, beside: Iterable[str] = ()) -> list[str]:
    """Return the addresses that sources have links to, and those of other links of theirs, each once."""
    hrefs = [*beside, *(href for source in sources for href in hrefs_in(source))]
    found = dict.fromkeys(map(read_link, hrefs))
    found.pop("", None)
    return list(found)[:MOST_LINKS]


def places_of(post: Post) -> list[str]:
    """Return where the claims were made that a post checks, as far as it says so; ``claims_shown`` may have them."""
    claims = post.__dict__.get("claims_shown")
    if claims is None:
        claims = Claim.objects.filter(post=post.pk).exclude(appearance="")
    return [claim.appearance for claim in claims if claim.appearance]


def is_elsewhere(address: str) -> bool:
    """Say whether an address, as ``read_link()`` returns it, is one of another site."""
    return urlsplit(address).scheme != ""


def note_links(post: Post, now: datetime | None = None) -> None:
    """Keep which addresses a post and its working copy lead to; nothing is written where they are the same still."""
    sources, beside = [post.body], places_of(post)
    waiting = Revision.objects.waiting_for(post)
    if waiting:
        sources.append(waiting.content["body"])
        beside += [facts["appearance"] for facts in waiting.content.get("claims", [])]
    addresses = addresses_in(*sources, beside=beside)
    digest = digest_of("\n".join(sorted(addresses)))
    if not LinksNoted.objects.filter(post=post, digest=digest).exists():
        _write(post, addresses, digest)
    if addresses and post.status in LOOKED_AT:
        expect_looks(post, now or timezone.now())


@transaction.atomic
def _write(post: Post, addresses: list[str], digest: str) -> None:
    digests = {digest_of(address): address for address in addresses}
    known = set(LinkedAddress.objects.filter(digest__in=digests).values_list("digest", flat=True))
    rows = [
        LinkedAddress(address=address, digest=digest, host=_host_of(address))
        for digest, address in sorted(digests.items())
        if digest not in known
    ]
    LinkedAddress.objects.bulk_create(rows, ignore_conflicts=True)
    # Nobody forgets one of them for being led to by nothing, while a link to it is made.
    rows = LinkedAddress.objects.select_for_update().filter(digest__in=digests).order_by("pk")
    targets = list(rows.values_list("pk", flat=True))
    TextLink.objects.filter(post=post).exclude(target__in=targets).delete()
    links = [TextLink(post=post, target_id=key) for key in targets]
    TextLink.objects.bulk_create(links, ignore_conflicts=True)
    if len(targets) == len(digests):
        LinksNoted.objects.update_or_create(post=post, defaults={"digest": digest})


def _host_of(address: str) -> str:
    return (urlsplit(address).hostname or "")[:255] if is_elsewhere(address) else ""


def expect_looks(post: Post, now: datetime) -> None:
    """Have the addresses looked at that a post leads to, and nobody looks at yet: soon, or spread for an old post."""
    is_old = post.published_at is not None and post.published_at < now - NEW
    moment = now + BETWEEN_LOOKS * random.random() if is_old else now  # noqa: S311 (nothing secret depends on it)
    unlooked = LinkedAddress.objects.filter(due_at=None, pk__in=TextLink.objects.filter(post=post).values("target"))
    unlooked.update(due_at=moment)


def look_again_at(paths: Iterable[str]) -> None:
    """Have links looked at that lead to places of this site where something else stands now."""
    digests = [digest_of(path) for path in paths if path]
    LinkedAddress.objects.filter(digest__in=digests, due_at__isnull=False).update(due_at=timezone.now())


def note_unknown(most: int) -> int:
    """Keep the links of posts that were saved before anybody kept them; return of how many posts."""
    posts = Post.objects.filter(links_noted=None).only("body", "status", "published_at").order_by("-pk")[:most]
    for post in posts:
        note_links(post)
    return len(posts)


@transaction.atomic
def forget_unlinked() -> None:
    """Forget addresses that no text leads to any more."""
    rows = LinkedAddress.objects.filter(links=None).order_by("pk").values_list("pk", flat=True)
    keys = list(LinkedAddress.objects.select_for_update().filter(pk__in=list(rows[:MOST_FORGOTTEN])).values_list("pk"))
    # Looked at again: a link may have been made until they were locked.
    LinkedAddress.objects.filter(pk__in=[key for (key,) in keys], links=None).delete()


# What is known of them


@dataclass
class LinksOfText:
    """What is wrong with the links of a text: addresses, with a sentence where there is one."""

    dead: list[tuple[str, str]] = field(default_factory=list)
    unsure: list[tuple[str, str]] = field(default_factory=list)
    moved: list[tuple[str, str]] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    broken_mail: list[str] = field(default_factory=list)


def judge_links(source: str, beside: Iterable[str] = ()) -> LinksOfText:
    """Return what is known of the links of a text, saved or not: of our own addresses now, of others as last seen.

    ``beside`` are links that do not stand in it.
    """
    judged = LinksOfText()
    addresses = addresses_in(source, beside=beside)
    known = LinkedAddress.objects.at([address for address in addresses if is_elsewhere(address)])
    for address in [each for each in addresses if not is_elsewhere(each)][:MOST_OWN]:
        standing = look_up(address)
        if standing.kind:
            judged.dead.append((address, describe_link(standing.kind, standing.facts)))
    for address in filter(is_elsewhere, addresses):
        row = known.get(address)
        if row is None or row.state == LinkedAddress.State.NEW:
            judged.unseen.append(address)
        elif row.is_dead():
            judged.dead.append((address, row.problem()))
        elif row.is_doubtful():
            judged.unsure.append((address, row.problem()))
        elif row.moved_to:
            judged.moved.append((address, row.moved_to))
    for href in hrefs_in(source):
        if href.lower().startswith("mailto:") and not _is_mail(href):
            judged.broken_mail.append(href)
    return judged


def _is_mail(href: str) -> bool:
    for address in href[len("mailto:") :].partition("?")[0].split(","):
        try:
            validate_email(address)
        except ValidationError:
            return False
    return True


# Settling them


def trust(targets: Iterable[int], *, by, name: str) -> int:
    """Note that somebody looked at addresses and says that they work; return of how many that had to be said."""
    wrong = LinkedAddress.objects.filter(
        pk__in=targets, state__in=[LinkedAddress.State.DEAD, LinkedAddress.State.UNSURE], trusted_at=None
    )
    return wrong.update(trusted_at=timezone.now(), trusted_by=by, trusted_by_name=name)


def replace_in(source: str, old: str, new: str) -> str:
    """Return a source whose links to ``old``, as ``read_link()`` returns it, lead to ``new``; all else is as it was."""

    def with_new_address(tag: re.Match[str]) -> str:
        if "data-post=" in tag[0]:
            return tag[0]
        return _HREF.sub(lambda href: _replaced(href[0], old, new), tag[0], count=1)

    return _LINK.sub(with_new_address, source)


def _replaced(written: str, old: str, new: str) -> str:
    href = unescape(written).strip()
    return escape(_led_to(href, new)) if read_link(href) == old else written


def _led_to(href: str, new: str) -> str:
    """Return a new address with the place on the page that the old one names."""
    _address, mark, fragment = href.partition("#")
    return new if "#" in new else f"{new}{mark}{fragment}"


def replace_in_claims(claims: list[dict], old: str, new: str) -> list[dict]:
    """Return what claims say, each that was made at ``old``, as ``read_link()`` returns it, as made at ``new``.

    A claim stays as it is where the new address is none that it can have.
    """
    return [facts | {"appearance": _appearance(facts["appearance"], old, new)} for facts in claims]


def _appearance(written: str, old: str, new: str) -> str:
    if not written or read_link(written) != old:
        return written
    # One of this site is a path in a text; a claim has it in full.
    address = urljoin(written, _led_to(written, new))
    try:
        Claim._meta.get_field("appearance").run_validators(address)
    except ValidationError:
        return written
    return address
