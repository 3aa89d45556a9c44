"""Handing a tribune to a partner's WordPress.

A post there bears a mark, an HTML comment with the key of the tribune: where an answer was lost on the way, the post is
found by it, and written again instead of twice. Before it is written, it is read: where somebody there has changed the
text since, nothing is written, and an editor is shown what they made of it.

An account may be let do less than is wanted. Then as much is done as it may, and an editor reads what is left to do.
"""

import html
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import PurePath

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from blog.models import HandOver, Partner, Tribune, WordPressCopy
from blog.syndication.comparing import is_same_html
from blog.syndication.errors import FetchError
from blog.syndication.packaging import Package, Picture
from blog.syndication.wordpress_api import Account, CategoryThere, Entry, NotTakenError, WordPress
from blog.syndication.words import keep, keep_all, keep_error

Status = WordPressCopy.Status

# How often a post that is not public there is looked at, and how many are at a time.
BETWEEN_LOOKS = timedelta(hours=3)
MOST_LOOKED_AT = 50


class ChangedThereError(FetchError):
    """Somebody changed the text there; ``WordPressCopy`` holds what they made of it."""

    words = _("Somebody changed this text at the partner’s since it was sent. Nothing was written over it.")


class DeletedThereError(FetchError):
    """The post was deleted there, or lies in their bin."""

    words = _("The partner deleted this text from their WordPress. Handed over again, it is a new post there.")


def mark_of(tribune: Tribune) -> str:
    """Return what a post at a partner's is found by: nobody else writes it, and it tells nothing."""
    return f"tribune-{salted_hmac('blog.syndication.wordpress', str(tribune.pk), algorithm='sha256').hexdigest()[:32]}"


def content_of(package: Package, *, mark: str, addresses: dict[str, str], language: str) -> str:
    """Return the HTML of a post at a partner's, with the addresses that its pictures have there."""
    content = package.article_html
    for ours, theirs in addresses.items():
        content = content.replace(f'src="{html.escape(ours)}"', f'src="{html.escape(theirs)}"')
    if package.language != language:
        content = f'<div lang="{package.language}">\n{content}\n</div>'
    return f"{content}\n<!-- {mark} -->"


@dataclass
class Put:
    """What became of the pictures of a text: the numbers and addresses that they have there, and why some have none."""

    addresses: dict[str, str] = field(default_factory=dict)
    cover: int = 0
    problem: dict | None = None


def deliver(record: HandOver, tribune: Tribune) -> dict:
    """Write what was handed over into a partner's WordPress; return what came back, as ``words.keep()`` does.

    Called again after a process was killed, or after an answer was lost, it writes the same post again. Raise
    ChangedThereError or DeletedThereError where an editor has to decide first.
    """
    package = Package.from_data(record.package)
    blog, mark = WordPress(tribune.partner), mark_of(tribune)
    account = blog.account()
    entry = find_entry(blog, mark, package, WordPressCopy.objects.filter(tribune=tribune).first())
    categories, missing = find_categories(blog, package, tribune.partner)
    put = put_pictures(blog, package, account)
    values = {
        "title": package.title,
        "content": content_of(package, mark=mark, addresses=put.addresses, language=tribune.partner.language),
        "excerpt": package.standfirst,
        **values_of_state(entry, wanted=tribune.partner.wordpress_status, account=account),
    }
    if entry is None:
        values["slug"] = package.slug
    if categories:
        values["categories"] = categories
    if put.cover:
        values["featured_media"] = put.cover
    entry = blog.write(values, entry and entry.number)
    note_written(tribune, entry)
    return keep_all(
        keep(WRITTEN[entry.status], number=entry.number),
        *([keep(MAY_NOT_PUBLISH)] if falls_short(tribune, entry, account) else []),
        *([put.problem] if put.problem else []),
        *([keep(WITHOUT_CATEGORIES, categories=", ".join(missing))] if missing else []),
    )


def find_categories(blog: WordPress, package: Package, partner: Partner) -> tuple[list[int], list[str]]:
    """Return the numbers that a text's categories have there, and the names of those that they do not have.

    The names that they have are kept for the page of the partner, where an editor says what ours are called there.
    """
    if not package.categories:
        return [], []
    there = blog.categories()
    keep_names(partner, there)
    found = {name: next((each.number for each in there if each.is_called(name)), 0) for name in package.categories}
    return list(dict.fromkeys(filter(None, found.values()))), [name for name, number in found.items() if not number]


def learn_categories(partner: Partner) -> None:
    """Keep the names of the categories of a partner's WordPress, which everybody may ask for."""
    keep_names(partner, WordPress(partner, is_stranger=True).categories())


def keep_names(partner: Partner, there: list[CategoryThere]) -> None:
    names = [each.name for each in there]
    if names != partner.categories_there:
        Partner.objects.filter(pk=partner.pk).update(categories_there=names)


def put_pictures(blog: WordPress, package: Package, account: Account) -> Put:
    """Put the pictures of a text into the media library; one that is not taken there is shown from this site."""
    put = Put()
    for picture in package.pictures:
        if not account.may_upload:
            put.problem = keep(MAY_NOT_UPLOAD)
            break
        try:
            number, put.addresses[picture.address] = blog.upload(picture, file_name(picture))
        except NotTakenError as error:
            put.problem = keep_all(keep(NOT_TAKEN), keep_error(error))
            continue
        put.cover = number if picture.is_cover else put.cover
    return put


def values_of_state(entry: Entry | None, *, wanted: str, account: Account) -> dict[str, str]:
    """Return what the state of a post is to become; nothing where it stays."""
    if wanted == Status.PUBLISHED and not account.may_publish:
        wanted = Status.PENDING.value
    if entry is None or entry.status == Status.DRAFT or wanted == Status.PUBLISHED:
        return {"status": wanted}
    # What they have published meanwhile is not taken off again.
    return {}


def falls_short(tribune: Tribune, entry: Entry, account: Account) -> bool:
    """Say whether a text is not public there only because the account may not make it so."""
    is_wanted = tribune.partner.wordpress_status == Status.PUBLISHED
    return is_wanted and not account.may_publish and entry.status != Status.PUBLISHED


WRITTEN = {
    Status.DRAFT.value: _("It is a draft in their WordPress (number %(number)s)."),
    Status.PENDING.value: _("It waits in their WordPress for somebody to read it (number %(number)s)."),
    Status.FUTURE.value: _("It is scheduled in their WordPress (number %(number)s)."),
    Status.PRIVATE.value: _("It is private in their WordPress (number %(number)s)."),
    Status.PUBLISHED.value: _("It is published at the partner’s (number %(number)s)."),
    Status.TRASHED.value: _("It lies in the bin of their WordPress (number %(number)s)."),
}
MAY_NOT_PUBLISH = _("The account that the partner gave us may not publish: somebody there has to.")
MAY_NOT_UPLOAD = _(
    "The account may not upload pictures: the text shows them from this site, until somebody there puts them into "
    "their media library."
)
NOT_TAKEN = _("Their WordPress did not take every picture; the text shows what it did not take from this site.")
WITHOUT_CATEGORIES = _(
    "They have no category called %(categories)s: on the page of the partner you can say what ours are called there."
)


def find_entry(blog: WordPress, mark: str, package: Package, copy: WordPressCopy | None) -> Entry | None:
    """Return the post that a tribune is there, None where it has to be made; raise where an editor has to decide."""
    if copy is None or copy.status == Status.GONE:
        # An answer may have been lost: then the post is there, as we wrote it.
        return blog.find(mark, package.slug)
    entry = blog.get(copy.number)
    note_seen(copy, entry)
    if entry is None or entry.status == Status.TRASHED:
        raise DeletedThereError
    if copy.is_changed_there():
        raise ChangedThereError
    return entry


def file_name(picture: Picture) -> str:
    """Return the name of a picture's file at a partner's: the same for the same file with the same words."""
    path = PurePath(picture.file)
    salt = "blog.syndication.wordpress"
    digest = salted_hmac(salt, f"{picture.image} {picture.file}", algorithm="sha256").hexdigest()[:12]
    return f"{slugify(path.stem)[:60] or 'picture'}-{digest}{path.suffix.lower()}"


def note_written(tribune: Tribune, entry: Entry) -> None:
    """Keep what a partner's WordPress holds now that we have written it."""
    now = timezone.now()
    values = {
        "number": entry.number,
        "status": entry.status,
        "address": entry.address,
        "title": entry.title,
        "content": entry.content,
        "their_title": "",
        "their_content": "",
        "written_at": now,
        "looked_at": now,
    }
    with transaction.atomic():
        WordPressCopy.objects.update_or_create(tribune=tribune, defaults=values)
        complete(tribune, entry)


def note_seen(copy: WordPressCopy, entry: Entry | None) -> None:
    """Keep what a look at a post found: how it stands there, and what somebody made of its text."""
    copy.looked_at = timezone.now()
    copy.their_title = copy.their_content = ""
    if entry is None or entry.status == Status.TRASHED:
        copy.status = Status.GONE
    else:
        copy.status, copy.address = entry.status, entry.address
        if is_changed(entry, copy):
            copy.their_title, copy.their_content = entry.title, entry.content
    with transaction.atomic():
        copy.save()
        if entry is not None:
            complete(copy.tribune, entry)


def is_changed(entry: Entry, copy: WordPressCopy) -> bool:
    """Say whether the text there is no longer the one that we wrote, as far as we may see it."""
    if entry.title is None or entry.content is None:
        return False
    return entry.title != copy.title or not is_same_html(entry.content, copy.content)


def complete(tribune: Tribune, entry: Entry) -> None:
    """Publish a tribune whose post is public there: its address and date are those of the post."""
    if entry.status != Status.PUBLISHED or tribune.state == Tribune.State.WITHDRAWN:
        return
    if tribune.is_published() and tribune.url == entry.address:
        return
    tribune.state, tribune.url = Tribune.State.PUBLISHED, entry.address
    tribune.published_at = tribune.published_at or entry.published_at or timezone.now()
    tribune.save(update_fields=["state", "url", "published_at"])


def write_over(copy: WordPressCopy, *, seen: str) -> bool:
    """Let what somebody there made of a text be written over; return False where it is no longer what was ``seen``."""
    if copy.version_there != seen:
        return False
    copy.title, copy.content = copy.their_title, copy.their_content
    copy.their_title = copy.their_content = ""
    copy.save()
    return True


def copies_to_look_at() -> QuerySet[WordPressCopy]:
    """Return the posts that are not public there yet and are to be looked at, the longest unseen first."""
    waiting = [Status.DRAFT, Status.PENDING, Status.FUTURE, Status.PRIVATE]
    before = timezone.now() - BETWEEN_LOOKS
    return WordPressCopy.objects.filter(status__in=waiting, looked_at__lte=before).order_by("looked_at")


def look_at_copies() -> None:
    """See what became of posts that were handed over and are not public yet. One that fails keeps no other waiting."""
    for copy in copies_to_look_at().select_related("tribune__partner")[:MOST_LOOKED_AT]:
        try:
            note_seen(copy, WordPress(copy.tribune.partner).get(copy.number))
        except FetchError:
            # The next round looks at it after all others.
            WordPressCopy.objects.filter(pk=copy.pk).update(looked_at=timezone.now())
