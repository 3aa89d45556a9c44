"""What a partner's site holds of a tribune, whichever way it got there: written once, looked at, and never written over
unseen.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from blog.models import Partner, PartnerCopy, Tribune
from blog.syndication.addresses import check_address, is_same_host
from blog.syndication.editions import is_same_html, is_same_title
from blog.syndication.errors import FetchError
from blog.syndication.words import keep

Status = PartnerCopy.Status

# How often a post that is not public there is looked at; one that is, since somebody may change it; and how many are at
# a time.
BETWEEN_LOOKS = timedelta(hours=3)
BETWEEN_LOOKS_AT_PUBLIC = timedelta(days=1)
MOST_LOOKED_AT = 50


class ChangedThereError(FetchError):
    """Somebody changed the text there; ``PartnerCopy`` holds what they made of it."""

    words = _("Somebody changed this text at the partner’s since it was sent. Nothing was written over it.")


class DeletedThereError(FetchError):
    """The post was deleted there, or lies in their bin."""

    words = _("The partner deleted this text from their site. Handed over again, it is a new post there.")


@dataclass(frozen=True)
class Entry:
    """A post as a partner's site describes it to who may edit it.

    ``key`` is what it is known by there. ``title`` and ``content`` are both '' where their site does not tell. What was
    sent last stands beside it (``is_beside``) where an editor there has still to decide between the two.
    """

    key: str
    status: str
    address: str
    title: str
    content: str
    published_at: datetime | None
    is_beside: bool = False


WRITTEN = {
    Status.DRAFT.value: _("It is a draft at the partner’s (%(key)s)."),
    Status.PENDING.value: _("It waits at the partner’s for somebody to read it (%(key)s)."),
    Status.FUTURE.value: _("It is scheduled at the partner’s (%(key)s)."),
    Status.PRIVATE.value: _("It is private at the partner’s (%(key)s)."),
    Status.PUBLISHED.value: _("It is published at the partner’s (%(key)s)."),
    Status.TRASHED.value: _("It lies in the bin at the partner’s (%(key)s)."),
}
TAKEN = _("Their site took it.")
BESIDE = _(
    "Their site took it. Somebody has changed the text there, so yours waits beside theirs: their editors decide."
)
STRANDED = _(
    "It is public there, but their site gives no address that readers can be led to. Find the page, note its "
    "address here and set the state to “published”."
)
STRANDED_AT = _(
    "It is public there, at an address that is none of the partner’s sites: %(address)s. Look at it, then note the "
    "right address here and set the state to “published”."
)
# In these an editor has said where it is, or that it is nowhere any more.
SETTLED = (Tribune.State.PUBLISHED, Tribune.State.WITHDRAWN)


def digest_of(tribune: Tribune, way: str) -> str:
    """Return what names a tribune at its partner's: nobody else can make it, and it tells nothing."""
    return salted_hmac(f"blog.syndication.{way}", str(tribune.pk), algorithm="sha256").hexdigest()[:32]


def expect_unchanged(copy: PartnerCopy, entry: Entry | None) -> None:
    """Keep what a look found before something is written; raise where an editor has to decide first."""
    note_seen(copy, entry)
    if copy.status == Status.GONE:
        raise DeletedThereError
    if copy.is_changed_there():
        raise ChangedThereError


def note_written(tribune: Tribune, way: str, entry: Entry) -> None:
    """Keep what a partner's site holds now that we have written it."""
    now = timezone.now()
    values = {
        "way": way,
        "key": entry.key,
        "status": entry.status,
        "address": entry.address,
        "title": entry.title,
        "content": entry.content,
        "their_title": "",
        "their_content": "",
        "is_news": is_stranded(tribune, entry),
        "written_at": now,
        "looked_at": now,
    }
    with transaction.atomic():
        PartnerCopy.objects.update_or_create(tribune=tribune, defaults=values)
        complete(tribune, entry)


def note_beside(tribune: Tribune, way: str, entry: Entry, *, title: str, content: str) -> None:
    """Keep that what we wrote waits beside what stands there; who sent it knows, so it is no news."""
    note_written(tribune, way, replace(entry, title=title, content=content))
    copy = PartnerCopy.objects.select_related("tribune").get(tribune=tribune)
    note_seen(copy, entry)
    put_aside(copy, seen=copy.version_there)


def note_seen(copy: PartnerCopy, entry: Entry | None) -> None:
    """Keep what a look at a post found: how it stands there, and what somebody made of its text.

    An editor is told of what was not known before.
    """
    before = copy.version_there
    copy.looked_at = timezone.now()
    if entry is None or entry.status == Status.TRASHED:
        copy.status, copy.their_title, copy.their_content = Status.GONE, "", ""
    else:
        copy.status = entry.status
        if entry.status == Status.PUBLISHED or not copy.tribune.is_published():
            # One that is taken off is known by the address that it had.
            copy.address = entry.address
        is_told = bool(entry.title or entry.content)
        if is_told and not copy.is_told():
            # A server that works at it later had nothing to tell when it took the text.
            copy.title, copy.content = entry.title, entry.content
        is_same = is_same_title(entry.title, copy.title) and is_same_html(entry.content, copy.content)
        is_changed = is_told and not is_same
        copy.their_title, copy.their_content = (entry.title, entry.content) if is_changed else ("", "")
    is_off = is_taken_off(copy)
    is_noteworthy = is_off or copy.status == Status.GONE or copy.is_changed_there() or is_stranded(copy.tribune, entry)
    copy.is_news = is_noteworthy and (copy.is_news or copy.version_there != before)
    with transaction.atomic():
        copy.save()
        if entry is not None:
            complete(copy.tribune, entry)
        if is_off and copy.version_there != before:
            # What readers find at the page, who are led there, is for the watch to say; it need not wait for its day.
            rows = Tribune.objects.filter(pk=copy.tribune_id, is_watched=True)
            rows.update(look_due_at=copy.looked_at)


def may_lead_readers_to(partner: Partner, address: str) -> bool:
    """Say whether readers may be led to an address that a partner's site gives, without that an editor has looked.

    It is one that everybody can reach, and on a host at which the partner is known: one who was broken into, or who
    keeps a copy of their site elsewhere, may name any other.
    """
    try:
        check_address(address)
    except FetchError:
        return False
    return any(is_same_host(known, address) for known in (partner.site, partner.api, partner.micropub) if known)


def is_stranded(tribune: Tribune, entry: Entry | None) -> bool:
    """Say whether a post is public there and readers cannot be led to it."""
    if entry is None or entry.status != Status.PUBLISHED or tribune.state in SETTLED:
        return False
    return not may_lead_readers_to(tribune.partner, entry.address)


def is_taken_off(copy: PartnerCopy) -> bool:
    """Say whether a post is no longer public there, while readers of the tribune are led to it."""
    is_out = copy.tribune.is_published() and copy.tribune.url == copy.address
    return is_out and copy.status in (*PartnerCopy.WAITING, Status.TRASHED, Status.GONE)


def complete(tribune: Tribune, entry: Entry) -> None:
    """Publish a tribune whose post is public there: its address and date are those of the post."""
    if entry.status != Status.PUBLISHED or tribune.state == Tribune.State.WITHDRAWN:
        return
    if not may_lead_readers_to(tribune.partner, entry.address):
        return
    if tribune.is_published() and tribune.url == entry.address:
        return
    tribune.state, tribune.url = Tribune.State.PUBLISHED, entry.address
    tribune.published_at = tribune.published_at or entry.published_at or timezone.now()
    if tribune.content_there == Tribune.Content.WHOLE:
        tribune.words = tribune.words or tribune.text.words or None
    tribune.save(update_fields=["state", "url", "published_at", "words"])


def write_over(copy: PartnerCopy, *, seen: str) -> bool:
    """Let what somebody there made of a text be written over; return False where it is no longer what was ``seen``."""
    if copy.version_there != seen or not copy.is_changed_there():
        return False
    copy.title, copy.content = copy.their_title, copy.their_content
    copy.their_title = copy.their_content = ""
    copy.is_news = False
    copy.save()
    return True


def put_aside(copy: PartnerCopy, *, seen: str) -> bool:
    """Note that an editor has seen what became of a post there; return False where it is no longer what was ``seen``.

    What they changed there stays theirs: it is not written over later either before somebody says so.
    """
    if copy.version_there != seen:
        return False
    PartnerCopy.objects.filter(pk=copy.pk).update(is_news=False)
    return True


def stranded(tribune: Tribune, entry: Entry) -> dict | None:
    """Return what an editor reads of a post that readers cannot be led to, as ``words.keep()`` does."""
    if not is_stranded(tribune, entry):
        return None
    return keep(STRANDED_AT, address=entry.address) if entry.address else keep(STRANDED)


def settle_unsure(copy: PartnerCopy, *, seen: str, address: str) -> bool:
    """Note what an editor found of a post of which nobody knew whether it is there: its ``address``, or '' for none.

    Return False where that is known meanwhile.
    """
    if copy.version_there != seen or copy.status != Status.UNSURE:
        return False
    copy.key, copy.status = address, Status.DRAFT if address else Status.ABSENT
    copy.save()
    return True


def copies_to_look_at() -> QuerySet[PartnerCopy]:
    """Return the posts that are to be looked at, the longest unseen first: they may become public, or be changed."""
    now = timezone.now()
    waiting = Q(status__in=PartnerCopy.WAITING, looked_at__lte=now - BETWEEN_LOOKS)
    public = Q(status=Status.PUBLISHED, looked_at__lte=now - BETWEEN_LOOKS_AT_PUBLIC)
    rows = PartnerCopy.objects.filter(waiting | public).exclude(tribune__state=Tribune.State.WITHDRAWN)
    return rows.order_by("looked_at")
