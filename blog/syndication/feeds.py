"""A feed of another blog, read without trust: RSS, Atom (RFC 4287) and JSON Feed.

Everything is plain text or an address of the web, and bounded; nothing of it is HTML. What is not there is ''.
"""

import re
from calendar import timegm
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from io import BytesIO

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

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
# HTML of a title, of which the words are wanted.
LONGEST_HTML = 4000

ACCEPTED = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"

_SPACES = re.compile(r"\s+")
# Controls, and the characters that turn the direction of a line.
_UNSHOWN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
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
        BytesIO(answer.body),
        response_headers={
            "content-type": answer.headers.get("Content-Type", ""),
            "content-location": answer.address,
            "content-language": answer.headers.get("Content-Language", ""),
        },
        # No HTML of it is kept: what stands in titles is made plain below.
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not read.version and not read.entries:
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
