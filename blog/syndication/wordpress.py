"""Handing a tribune to a partner's WordPress.

A post there bears a mark, an HTML comment with the key of the tribune: where an answer was lost on the way, the post is
found by it, and written again instead of twice. Before it is written, it is read: where somebody there has changed the
text since, nothing is written, and an editor is shown what they made of it.

An account may be let do less than is wanted. Then as much is done as it may, and an editor reads what is left to do.
"""

from contextlib import suppress
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from blog.models import HandOver, Partner, PartnerCopy, Tribune
from blog.syndication.copies import WRITTEN, Entry, digest_of, expect_unchanged, note_written
from blog.syndication.errors import FetchError
from blog.syndication.packaging import Package, file_name, in_language, with_addresses
from blog.syndication.wordpress_api import Account, CategoryThere, NotTakenError, WordPress
from blog.syndication.words import keep, keep_all, keep_error

Status = PartnerCopy.Status
WAY = Partner.Takes.WORDPRESS


def mark_of(tribune: Tribune) -> str:
    """Return what a post at a partner's is found by."""
    return f"tribune-{digest_of(tribune, WAY)}"


def content_of(package: Package, *, mark: str, addresses: dict[str, str], language: str) -> str:
    """Return the HTML of a post at a partner's, with the addresses that its pictures have there."""
    content = in_language(with_addresses(package.article_html, addresses), package.language, language)
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
    entry = find_entry(blog, mark, package, PartnerCopy.objects.of(tribune, WAY))
    categories, missing = find_categories(blog, package, tribune.partner)
    put = put_pictures(blog, package, account)
    values = {
        "title": package.title,
        "content": content_of(package, mark=mark, addresses=put.addresses, language=tribune.partner.language),
        "excerpt": package.standfirst,
        **values_of_state(entry, wanted=tribune.partner.status_there, account=account),
    }
    if entry is None:
        values["slug"] = package.slug
    if categories:
        values["categories"] = categories
    if put.cover:
        values["featured_media"] = put.cover
    entry = blog.write(values, entry and entry.key)
    note_written(tribune, WAY, entry)
    return keep_all(
        keep(WRITTEN[entry.status], key=entry.key),
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


def learn_categories(partner_id: int) -> None:
    """Keep the names of the categories of a partner's WordPress, which everybody may ask for.

    Where it does not answer now, the first text that is sent brings them.
    """
    partner = Partner.objects.filter(pk=partner_id).exclude(api="").first()
    if partner is not None:
        with suppress(FetchError):
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
    is_wanted = tribune.partner.status_there == Status.PUBLISHED
    return is_wanted and not account.may_publish and entry.status != Status.PUBLISHED


MAY_NOT_PUBLISH = _("The account that the partner gave us may not publish: somebody there has to.")
MAY_NOT_UPLOAD = _(
    "The account may not upload pictures: the text shows them from this site, until somebody there puts them into "
    "their media library."
)
NOT_TAKEN = _("Their WordPress did not take every picture; the text shows what it did not take from this site.")
WITHOUT_CATEGORIES = _(
    "They have no category called %(categories)s: on the page of the partner you can say what ours are called there."
)


def find_entry(blog: WordPress, mark: str, package: Package, copy: PartnerCopy | None) -> Entry | None:
    """Return the post that a tribune is there, None where it has to be made; raise where an editor has to decide."""
    if copy is None or copy.status == Status.GONE:
        # An answer may have been lost: then the post is there, as we wrote it.
        return blog.find(mark, package.slug)
    entry = blog.get(copy.key)
    expect_unchanged(copy, entry)
    return entry


def look_at(copy: PartnerCopy) -> Entry | None:
    """Return what a partner's WordPress holds of a tribune now; None where nothing is left."""
    return WordPress(copy.tribune.partner).get(copy.key)
