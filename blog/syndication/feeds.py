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
from django.utils.html import linebreaks
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
# Of the text of an article; a longer one is refused later, when it is taken in.
LONGEST_ARTICLE = 1_500_000
MOST_TAGS = 30

ACCEPTED = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"

_DECLARATION = re.compile(r"\A\s*<\?xml\b[^>]{0,300}>")
# All but those that XML has itself.
_ENTITY = re.compile("&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,31});")
# What no page begins with, whatever its server calls it: a feed of XML, or an object of JSON.
_BEGINNING = re.compile(
    r"\s{0,100}(?:<\?[^>]{0,300}\?>\s{0,100}|<!--(?:(?!-->).){0,1000}-->\s{0,100}){0,5}"
    r"(?:<(?:rss|feed|rdf:RDF)[\s>]|\{)",
    re.DOTALL,
)
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
# What is read besides where the texts of the articles are wanted, and which of it may be long.
_TELLING = {"encoded", "content", "author", "creator", "name", "category"}
_TEXTS = {"encoded", "content", "description", "summary"}
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
class Article(Item):
    """An article with its text, as far as the feed holds it: HTML that nobody has cleaned.

    ``is_content`` says that the feed gives it as the text itself, not as words about it.
    """

    html: str = ""
    is_content: bool = False
    summary: str = ""
    language: str = ""
    authors: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    picture: str = ""


@dataclass(frozen=True)
class FeedContent:
    """What a feed says of its blog, and its articles in its own order."""

    title: str = ""
    about: str = ""
    language: str = ""
    home: str = ""
    items: list[Item] = field(default_factory=list)


def is_feed(answer: Answer) -> bool:
    """Say whether an answer may be a feed: servers that do not know feeds call them pages."""
    return not answer.is_html or bool(_BEGINNING.match(answer.text))


def read_feed(answer: Answer) -> FeedContent:
    """Return what stands in a feed, or raise NoFeedError where it is none, BadAnswerError where it is broken JSON."""
    return _read_json(answer) if _is_json(answer) else _read_xml(answer)


def read_articles(answer: Answer) -> list[Article]:
    """Return the articles of a feed with their texts, in its own order; raise as ``read_feed()`` does."""
    return _articles_of_json(answer) if _is_json(answer) else _articles_of_xml(answer)


def _is_json(answer: Answer) -> bool:
    if not is_feed(answer):
        raise NoFeedError
    return answer.body[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def _data_of(answer: Answer) -> Mapping:
    data = answer.json()
    if not isinstance(data, Mapping) or not isinstance(data.get("items"), list):
        raise NoFeedError
    return data


def _read_json(answer: Answer) -> FeedContent:
    data = _data_of(answer)
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


def _articles_of_json(answer: Answer) -> list[Article]:
    data = _data_of(answer)
    found = []
    for item in data["items"][:MOST_ITEMS]:
        if not isinstance(item, Mapping):
            continue
        title, summary = _plain(item.get("title")), _plain(item.get("summary"))
        html, text = (
            item[name] if isinstance(item.get(name), str) else "" for name in ("content_html", "content_text")
        )
        address = _address(answer.address, item.get("url") or item.get("external_url"))
        people = [item.get("authors"), [item.get("author")], data.get("authors"), [data.get("author")]]
        named = (_names(each) for each in people if isinstance(each, list))
        if address and (title or summary or html or text):
            found.append(
                Article(
                    title=title,
                    address=address,
                    published_at=_moment_of(item.get("date_published")),
                    html=(html or linebreaks(text, autoescape=True))[:LONGEST_ARTICLE],
                    is_content=bool(html or text),
                    summary=summary,
                    language=clean_language(_plain(item.get("language") or data.get("language"))),
                    authors=next(filter(None, named), []),
                    tags=[tag for tag in map(_plain, _list(item.get("tags"))) if tag][:MOST_TAGS],
                    picture=_address(answer.address, item.get("image") or item.get("banner_image")),
                )
            )
    return found


def _list(value: object) -> list:
    return value if isinstance(value, list) else []


def _names(people: list) -> list[str]:
    """Return the names of people in a JSON Feed."""
    return [name for each in people if isinstance(each, Mapping) and (name := _plain(each.get("name")))]


def _articles_of_xml(answer: Answer) -> list[Article]:
    read = _parse_xml(answer, has_texts=True)
    language = _plain(read.feed.get("language"))
    found = []
    for entry in read.entries[:MOST_ITEMS]:
        title, address = _words(entry.get("title_detail")), _address(answer.address, entry.get("link"))
        summary = entry.get("summary_detail") or {}
        content = next((each for each in entry.get("content") or () if each.get("value")), None)
        names = [_plain(each.get("name") or "") for each in entry.get("authors") or ()]
        tags = [_plain(each.get("term") or "") for each in entry.get("tags") or ()]
        if address and (title or content or summary):
            found.append(
                Article(
                    title=title,
                    address=address,
                    published_at=_moment(entry.get("published_parsed") or entry.get("updated_parsed")),
                    html=_html_of(content or summary),
                    is_content=content is not None,
                    # Without a text of its own, what is said about an article may be its text.
                    summary=_words(summary),
                    language=clean_language(_plain((content or {}).get("language") or language)),
                    authors=list(filter(None, names)),
                    tags=list(filter(None, tags))[:MOST_TAGS],
                )
            )
    return found


def _html_of(detail: Mapping) -> str:
    """Return a text of feedparser's as HTML, which it says whether it is."""
    value = str(detail.get("value") or "")[:LONGEST_ARTICLE]
    return value if detail.get("type") in _HTML else linebreaks(value, autoescape=True)


def _parse_xml(answer: Answer, *, has_texts: bool = False) -> Mapping:
    """Return what feedparser reads in a feed; the texts of its articles, which may be long, only if wanted."""
    # Of text, or of bytes by themselves, it would open a file or an address of that name; a stream it only reads.
    from feedparser import parse

    read = parse(
        BytesIO(_well_formed(answer.text, has_texts=has_texts)),
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
    return read


def _read_xml(answer: Answer) -> FeedContent:
    read = _parse_xml(answer)
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


def _well_formed(text: str, *, has_texts: bool) -> bytes:
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
        _prune(root, has_texts=has_texts)
        data = etree.tostring(root, encoding="utf-8")
        ParserCreate(namespace_separator=" ").Parse(data, True)
    except (etree.LxmlError, ExpatError, ValueError) as error:
        raise NoFeedError from error
    return data


def _prune(node: etree._Element, depth: int = 0, *, has_texts: bool) -> None:
    """Leave of a feed what is read of it: feedparser takes a minute and more for a million elements."""
    count = {True: 0, False: 0}
    for child in list(node):
        name = child.tag.rpartition("}")[2].lower()
        holds_others = name in _HOLDING
        count[holds_others] += 1
        read = _HOLDING | _SAYING | (_TELLING if has_texts else set())
        if name not in read or count[holds_others] > MOST_CHILDREN or depth > 3:
            node.remove(child)
        elif holds_others:
            _prune(child, depth + 1, has_texts=has_texts)
        elif has_texts and name in _TEXTS:
            _as_text(child)
        elif any(True for _each in islice(child.iter(), MOST_WITHIN, None)):
            node.remove(child)
        else:
            child.text = (child.text or "")[:LONGEST_HTML]


def _as_text(node: etree._Element) -> None:
    """Write a text that is elements of its own (Atom's XHTML) as HTML in characters, which nobody parses but us."""
    inner = [etree.tostring(child, encoding="unicode", method="html") for child in node]
    if inner:
        node.text = (node.text or "") + "".join(inner)
        node.set("type", "html")
        for child in list(node):
            node.remove(child)
    node.text = (node.text or "")[:LONGEST_ARTICLE]


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
