"""Partners as an OPML file (http://opml.org/spec2.opml), for a feed reader to take over, and such files read."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count

from django.utils.translation import gettext_lazy as _
from lxml import etree

from authors.bilingual import current_language
from authors.slugs import make_slug
from blog.markup import clean_language
from blog.models import Partner
from blog.models.languages import Language
from blog.syndication.addresses import read_address
from blog.syndication.errors import FetchError
from blog.syndication.pages import comparable
from blog.typography import typeset

# Ten thousand entries with long addresses have some 4 MB.
LARGEST_FILE = 5 * 1024 * 1024
MOST_ENTRIES = 10_000
_UNKEPT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class OpmlError(Exception):
    """A file is not taken, and why, in words for an editor."""

    NOT_OPML = _("This file is no OPML.")
    TOO_LARGE = _("This file is larger than an OPML of 10,000 blogs, and was not read.")
    TOO_MANY = _("This file has more than 10,000 blogs: divide it, and take it in piece by piece.")
    EMPTY = _("There is no blog in this file.")


@dataclass(frozen=True)
class Entry:
    """A blog that a file names."""

    name: str
    feed: str
    site: str
    language: str


def write_opml(title: str, partners: Iterable[Partner]) -> bytes:
    """Return a file of the partners that have a feed, in their order."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = _UNKEPT.sub("", title)
    body = etree.SubElement(root, "body")
    for partner in partners:
        said = {
            "type": "rss",
            "text": partner.name,
            "title": partner.name,
            "description": typeset(partner.note, current_language()),
            "xmlUrl": partner.feed,
            "htmlUrl": partner.site,
            "language": partner.language,
        }
        kept = {name: _UNKEPT.sub("", value) for name, value in said.items() if value}
        etree.SubElement(body, "outline", kept)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def read_opml(data: bytes) -> list[Entry]:
    """Return the blogs that a file names, each once; raise OpmlError where it is none, or names too many."""
    if len(data) > LARGEST_FILE:
        raise OpmlError(OpmlError.TOO_LARGE)
    entries: dict[str, Entry] = {}
    # Nothing is fetched for it, no entity is expanded, and what is broken at its end is read as far as it goes.
    reader = etree.XMLPullParser(
        events=("start",), recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        reader.feed(data)
        for _event, node in reader.read_events():
            if node.tag == "outline" and (entry := read_outline(node)):
                entries.setdefault(comparable(entry.feed or entry.site), entry)
            if len(entries) > MOST_ENTRIES:
                raise OpmlError(OpmlError.TOO_MANY)
        root = reader.close()
    except (etree.LxmlError, ValueError) as error:
        raise OpmlError(OpmlError.NOT_OPML) from error
    if root is None or root.tag != "opml":
        raise OpmlError(OpmlError.NOT_OPML)
    if not entries:
        raise OpmlError(OpmlError.EMPTY)
    return list(entries.values())


def read_outline(node: etree._Element) -> Entry | None:
    """Return the blog of an outline; None for a folder, and for what leads nowhere on the web."""
    feed, site = (checked(node.get(name, "")) for name in ("xmlUrl", "htmlUrl"))
    if not (feed or site):
        return None
    name = " ".join(_UNKEPT.sub("", node.get("title") or node.get("text") or "").split())
    tag = clean_language(node.get("language", "")).partition("-")[0]
    return Entry(name, feed, site or origin_of(feed), tag if tag in Language.values else "")


def checked(address: str) -> str:
    """Return an address that may be asked and fits its column, or ''."""
    longest = Partner._meta.get_field("site").max_length
    try:
        found = str(read_address(address)) if address.strip() else ""
    except FetchError:
        return ""
    return found if len(found) <= longest else ""


def origin_of(address: str) -> str:
    """Return the first page of the host of a feed, for want of a better one."""
    return str(read_address(address).copy_with(raw_path=b"/"))


def take_in(entries: Iterable[Entry], language: str) -> tuple[int, int]:
    """Make a partner of each blog that is not there yet, not listed; return how many, and how many were there.

    ``language`` is that of blogs of which the file does not say it. Two queries, and one more for each 500 blogs.
    """
    known = {comparable(address) for pair in Partner.objects.values_list("feed", "site") for address in pair if address}
    slugs = set(Partner.objects.values_list("slug", flat=True))
    entries, made = list(entries), []
    for entry in entries:
        # Several blogs may share a first page that was guessed; a feed is one blog's.
        if comparable(entry.feed or entry.site) in known:
            continue
        name = (entry.name or read_address(entry.site).host)[: Partner._meta.get_field("name").max_length]
        made.append(
            Partner(
                name=name,
                slug=free_slug(name, slugs),
                language=entry.language or language,
                site=entry.site,
                feed=entry.feed,
                takes=Partner.Takes.PAGE,
                is_listed=False,
            )
        )
    Partner.objects.bulk_create(made, batch_size=500)
    return len(made), len(entries) - len(made)


def free_slug(name: str, taken: set[str]) -> str:
    """Return an address for a name that none of ``taken`` is, and add it to them."""
    length = Partner._meta.get_field("slug").max_length
    slug = wanted = make_slug(name, length - 8) or "blog"
    numbers = count(2)
    while slug in taken:
        slug = f"{wanted}-{next(numbers)}"
    taken.add(slug)
    return slug
