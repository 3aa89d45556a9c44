"""A feed of another blog, read without trust: RSS, Atom (RFC 4287) and JSON Feed.

Everything is plain text or an address of the web, and bounded; nothing of it is HTML. What is not there is ''.
"""

import re
from calendar import timegm
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from html.entities import html5
from io import BytesIO
from itertools import islice
from xml.parsers.expat import ExpatError, ParserCreate

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from lxml import etree

from blog.markup import clean_language
from blog.models.moments import FIRST_YEAR, LAST_YEAR
from blog.syndication.answers import Answer
from blog.syndication.errors import BadAnswerError
from blog.syndication.pages import web_address
from blog.syndication.parsing import parse_untrusted

# A feed of ten whole articles has a few hundred kB. The newest come first; what lies behind is not missed.
LARGEST_FEED = 2 * 1024 * 1024
# As many as anybody shows.
MOST_ITEMS = 20
LONGEST_LINE = 300
# A channel or an article says less; of a title in XHTML more are no words.
MOST_CHILDREN = 60
MOST_WITHIN = 200
# HTML of a title, of which the words are wanted.
LONGEST_HTML = 4000

ACCEPTED = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"

_DECLARATION = re.compile(r"\A\s*<\?xml\b[^>]{0,300}>")
# All but those that XML has itself.
_ENTITY = re.compile("&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,31});")
_SPACES = re.compile(r"\s+")
# Controls, and the characters that turn the direction of a line.
_UNSHOWN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
# What holds others in RSS (2.0, 1.0) and Atom, and what is read of them. Whole articles are not.
_HOLDING = {"rdf", "channel", "item", "feed", "entry"}
_SAYING = {
    *("title", "subtitle", "tagline", "description", "summary", "language", "link", "guid", "id"),
    *("pubdate", "published", "issued", "created", "updated", "modified", "date"),
}
_HTML = {"text/html", "application/xhtml+xml"}


class NoFeedError(BadAnswerError):
    """What came is a page, or nothing that a feed reader knows."""

    words = _("Their server answered with something that is no feed.")


@dataclass(frozen=True)
class Item:
    """An article that a feed names."""

    title: str
    address: str
    published_at: datetime | None


@dataclass(frozen=True)
class FeedContent:
    """What a feed says of its blog, and its articles in its own order."""

    title: str = ""
    about: str = ""
    language: str = ""
    home: str = ""
    items: list[Item] = field(default_factory=list)


def read_feed(answer: Answer) -> FeedContent:
    """Return what stands in a feed, or raise NoFeedError where it is none, BadAnswerError where it is broken JSON."""
    if answer.is_html:
        raise NoFeedError
    start = answer.body[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    return _read_json(answer) if start.startswith(b"{") else _read_xml(answer)


def _read_json(answer: Answer) -> FeedContent:
    data = answer.json()
    if not isinstance(data, Mapping) or not isinstance(data.get("items"), list):
        raise NoFeedError
    items = [
        _item(
            answer.address,
            _plain(item.get("title") or item.get("summary")),
            item.get("url") or item.get("external_url"),
            _moment_of(item.get("date_published")),
        )
        for item in data["items"][:MOST_ITEMS]
        if isinstance(item, Mapping)
    ]
    return FeedContent(
        title=_plain(data.get("title")),
        about=_plain(data.get("description")),
        language=clean_language(_plain(data.get("language"))),
        home=_address(answer.address, data.get("home_page_url")),
        items=list(filter(None, items)),
    )


def _read_xml(answer: Answer) -> FeedContent:
    # Of text, or of bytes by themselves, it would open a file or an address of that name; a stream it only reads.
    from feedparser import parse

    read = parse(
        BytesIO(_well_formed(answer.text)),
        response_headers={
            "content-type": "application/xml; charset=utf-8",
            "content-location": answer.address,
            "content-language": answer.headers.get("Content-Language", ""),
        },
        # No HTML of it is kept: what stands in titles is made plain below.
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not read.get("version") and not read.entries:
        raise NoFeedError
    items = [
        _item(
            answer.address,
            _words(entry.get("title_detail")) or _words(entry.get("summary_detail")),
            entry.get("link"),
            _moment(entry.get("published_parsed") or entry.get("updated_parsed")),
        )
        for entry in read.entries[:MOST_ITEMS]
    ]
    about = read.feed
    return FeedContent(
        title=_words(about.get("title_detail")),
        about=_words(about.get("subtitle_detail")),
        language=clean_language(_plain(about.get("language"))),
        home=_address(answer.address, about.get("link")),
        items=list(filter(None, items)),
    )


def _well_formed(text: str) -> bytes:
    """Return what can be read of an XML file as one that every parser reads; raise NoFeedError where that is nothing.

    For what is not well-formed feedparser has a second parser, which takes a minute for 2 MB of '<a'. libxml2 mends
    the same in no time, and expat, feedparser's first parser, says beforehand whether it will go on with the second.
    """
    # No entity of the file's own is expanded; those of HTML, which many feeds use without saying so, are characters.
    text = _ENTITY.sub(lambda found: html5.get(f"{found[1]};", found[0]), _DECLARATION.sub("", _UNSHOWN.sub("", text)))
    parser = etree.XMLParser(
        encoding="utf-8", recover=True, resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
        if root is None:
            raise NoFeedError
        etree.strip_elements(root, etree.Entity, with_tail=False)
        for node in root.xpath("//*[contains(name(), ':') and namespace-uri() = '']"):
            # A prefix that nothing explains.
            if node is not root:
                node.getparent().remove(node)
        _prune(root)
        data = etree.tostring(root, encoding="utf-8")
        ParserCreate(namespace_separator=" ").Parse(data, True)
    except (etree.LxmlError, ExpatError, ValueError) as error:
        raise NoFeedError from error
    return data


def _prune(node: etree._Element, depth: int = 0) -> None:
    """Leave of a feed what is read of it: feedparser takes a minute and more for a million elements."""
    count = {True: 0, False: 0}
    for child in list(node):
        name = child.tag.rpartition("}")[2].lower()
        holds_others = name in _HOLDING
        count[holds_others] += 1
        if name not in _HOLDING | _SAYING or count[holds_others] > MOST_CHILDREN or depth > 3:
            node.remove(child)
        elif holds_others:
            _prune(child, depth + 1)
        elif any(True for _each in islice(child.iter(), MOST_WITHIN, None)):
            node.remove(child)
        else:
            child.text = (child.text or "")[:LONGEST_HTML]


def _item(base: str, title: str, link: object, moment: datetime | None) -> Item | None:
    """Return an article, or None for what has no title to show or leads nowhere."""
    address = _address(base, link)
    return Item(title, address, moment) if title and address else None


def _address(base: str, link: object) -> str:
    """Return an address of the web; '' also for an empty one, which would be the feed's own."""
    return web_address(base, link) if isinstance(link, str) and link.strip() else ""


def _words(detail: Mapping | None) -> str:
    """Return the words of a text of feedparser's, which says whether it is HTML."""
    if not detail:
        return ""
    value = str(detail.get("value") or "")
    if detail.get("type") in _HTML:
        value = "".join(parse_untrusted(f"<p>{value[:LONGEST_HTML]}").itertext())
    return _plain(value)


def _plain(text: object) -> str:
    """Return a text on one line, without what is not shown; '' for what is no text."""
    if not isinstance(text, str):
        return ""
    # WordPress writes '&#8217;' into titles that are plain text.
    text = _SPACES.sub(" ", _UNSHOWN.sub("", unescape(text[:LONGEST_HTML]))).strip()
    return text if len(text) <= LONGEST_LINE else f"{text[: LONGEST_LINE - 1]}…"


def _moment(parsed: tuple | None) -> datetime | None:
    """Return a moment that feedparser has read, in UTC; None where it is none of a blog's."""
    if not parsed or not FIRST_YEAR <= parsed[0] <= LAST_YEAR:
        return None
    try:
        return datetime.fromtimestamp(timegm(parsed), tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _moment_of(text: object) -> datetime | None:
    try:
        moment = parse_datetime(text) if isinstance(text, str) else None
    except ValueError:
        return None
    if moment is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
