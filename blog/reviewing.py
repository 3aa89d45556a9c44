"""Having a text read by people without an account before its readers see it: their addresses, and what they say there.

Who may change a post gives such an address, and sees to what is said at it. A button does everything: programs that
look for danger in mails only look.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from authors.addresses import kept_address
from blog.mail.editors import remember_language
from blog.models import Post, ReviewAddress, ReviewMail, ReviewRemark, Revision
from blog.models.posts import long_texts
from blog.passages import Passage, Place, find, readable
from blog.review_mails import tell_editor, tell_reader
from blog.revising import as_written, name_of
from blog.syndication.private_addresses import TOKEN_LENGTH, digest_token, make_token
from blog.tasks import deliver_review_mail

SALT = "blog.review_address"

# More people than read a text before it is out.
MOST_ADDRESSES = 40
# More than somebody says of the longest of articles.
MOST_REMARKS = 500

Kind = ReviewRemark.Kind


class TooManyError(Exception):
    """There is no room for another address of a post, or another remark at an address."""


@dataclass(frozen=True)
class Reader:
    """Whom an address is made for."""

    name: str
    language: str
    note: str = ""
    email: str = ""


# Addresses


@transaction.atomic
def open_address(post: Post, reader: Reader, *, expires_at: datetime, by, language: str) -> ReviewAddress:
    """Make a private address, and have it mailed where there is an e-mail. ``language`` is that of the editor."""
    Post.objects.select_for_update().only("pk").get(pk=post.pk)
    if ReviewAddress.objects.filter(post=post).in_force().count() >= MOST_ADDRESSES:
        raise TooManyError
    seed = secrets.token_urlsafe(24)
    address = ReviewAddress.objects.create(
        post=post,
        name=reader.name,
        email=reader.email,
        language=reader.language,
        note=reader.note,
        seed=seed,
        digest=digest_token(make_token(seed, salt=SALT)),
        expires_at=expires_at,
        made_by=by,
        made_by_name=name_of(by),
    )
    if by is not None:
        remember_language(by, language)
    if address.email:
        mail = ReviewMail.objects.create(address=address)
        deliver_review_mail.enqueue(pk=mail.pk)
    return address


def find_address(token: str) -> ReviewAddress | None:
    """Return what a token stands for, whether it is still in force or not; None where it was never made here."""
    if len(token) != TOKEN_LENGTH:
        return None
    rows = ReviewAddress.objects.select_related("post__binned").defer(*long_texts("post"))
    return rows.filter(digest=digest_token(token)).first()


def token_of(address: ReviewAddress) -> str:
    """Return the token of an address; '' where the secret key of the site has changed since."""
    token = make_token(address.seed, salt=SALT)
    return token if constant_time_compare(digest_token(token), address.digest) else ""


def path_of(address: ReviewAddress) -> str:
    """Return where the page is, in the language of its reader; '' where the secret key has changed since."""
    token = token_of(address)
    return path_to("", token, address.language) if token else ""


def path_to(act: str, token: str, language: str) -> str:
    """Return the address of the page, or of what one of its forms is sent to."""
    # Not kept in memory with the addresses of public pages.
    return kept_address.__wrapped__(f"blog:review-{act}" if act else "blog:review", (token,), language)


def revoke(address: ReviewAddress) -> bool:
    """Let an address lead to its page no more; return whether it did until now."""
    rows = ReviewAddress.objects.filter(pk=address.pk, revoked_at=None)
    return bool(rows.update(revoked_at=timezone.now()))


def note_opened(address: ReviewAddress, *, every: timedelta) -> None:
    """Note that the page was looked at, at most once in a while."""
    now = timezone.now()
    if address.opened_at is None or address.opened_at < now - every:
        ReviewAddress.objects.filter(pk=address.pk).update(opened_at=now)


# What is said


def state_of(post: Post) -> str:
    """Return the digest of what somebody approves of: title, standfirst, text and cover, as they are written."""
    parts = [post.title, post.standfirst, post.body, post.cover_id]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def say(
    address: ReviewAddress,
    kind: str,
    *,
    text: str,
    once: str,
    state: str,
    passage: Passage | None = None,
    quote: str = "",
) -> tuple[ReviewRemark, bool]:
    """Note what somebody says, and have the editor told; return the remark, and whether it is new.

    Raise TooManyError where there is room for no more.
    """
    with transaction.atomic():
        # Of two forms that come at once, the second one waits.
        ReviewAddress.objects.select_for_update().get(pk=address.pk)
        same = ReviewRemark.objects.filter(address=address, once=once).first()
        if same is not None:
            return same, False
        if address.remarks.count() >= MOST_REMARKS:
            raise TooManyError
        remark = ReviewRemark.objects.create(
            address=address,
            kind=kind,
            place=passage.key if passage else "",
            passage=passage.words if passage else "",
            quote=readable(quote) if passage else "",
            text=text,
            state=state,
            version=Revision.objects.newest_number(address.post),
            once=once,
        )
        if address.made_by_id:
            tell_editor(address.made_by_id)
    return remark, True


def withdraw(address: ReviewAddress, key: int) -> bool:
    """Take back what was said at an address; return whether there was such a thing."""
    rows = ReviewRemark.objects.standing().filter(address=address, pk=key)
    return bool(rows.update(withdrawn_at=timezone.now()))


def settle(remark: ReviewRemark, *, by, is_done: bool = True) -> None:
    """Note that an editor has dealt with what was said, or has not."""
    values = {"done_at": timezone.now(), "done_by_name": name_of(by)} if is_done else {"done_at": None}
    ReviewRemark.objects.filter(pk=remark.pk).update(**values)


@transaction.atomic
def answer(remark: ReviewRemark, text: str, *, by) -> None:
    """Let what was said have an answer, which its writer finds at their address and by mail; '' takes it away."""
    now = timezone.now() if text else None
    values = {"reply": text, "replied_at": now, "replied_by_name": name_of(by), "reply_told_at": None}
    ReviewRemark.objects.filter(pk=remark.pk).update(**values)
    if text and remark.address.email:
        tell_reader(remark.address)


# What is seen of it


def verdict_of(remarks: Iterable[ReviewRemark]) -> ReviewRemark | None:
    """Return the last word on the whole text among what stands of one address, in its order."""
    return next((each for each in reversed(list(remarks)) if each.is_verdict()), None)


def place_of(remark: ReviewRemark, passages: list[Passage]) -> Place | None:
    """Return where a remark belongs in the text as it is now; None for one on the whole, or on what is gone."""
    if not remark.place:
        return None
    return find(passages, place=remark.place, words=remark.passage, quote=remark.quote)


@dataclass(frozen=True)
class Approval:
    """That somebody approved of a text, or asked for changes; ``is_current`` says that it reads as it did then."""

    name: str
    remark: ReviewRemark
    is_current: bool


def remarks_on(post: Post) -> list[ReviewRemark]:
    """Return what stands of all that was said of a post, each with its address."""
    rows = ReviewRemark.objects.standing().filter(address__post=post)
    return list(rows.select_related("address").in_order())


def approvals_of(post: Post, remarks: Iterable[ReviewRemark]) -> list[Approval]:
    """Return the last word of each person who read a post before it was out, in the order of their addresses."""
    last = {row.address_id: row for row in remarks if row.is_verdict()}
    if not last:
        return []
    now = state_of(as_written(post))
    return [Approval(row.address.name, row, row.state == now) for _key, row in sorted(last.items())]
