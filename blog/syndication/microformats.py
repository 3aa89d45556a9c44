"""What a page of another site says in microformats2: who wrote it, and what it is to an address that it links to.

https://microformats.org/wiki/h-entry. The parser is mf2py's, which is loaded here alone, when the background first
reads a page: it takes 16 MiB, which no process that answers readers has to bear. It gets a tree of ours, bounded
(``parsing``), and no tree of which it would make more than ``LARGEST_PARSED``.
"""

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.utils import timezone
from lxml import etree

from blog.markup import MAX_ADDRESS_LENGTH, clean_language
from blog.models.mentions import EXCERPT_LENGTH, NAME_LENGTH, TITLE_LENGTH, Mention
from blog.models.moments import EARLIEST
from blog.syndication.answers import Answer
from blog.syndication.pages import Page, comparable
from blog.syndication.parsing import parse_untrusted

logger = logging.getLogger("tribune.mentions")

Kind = Mention.Kind

# In characters that the parser copies. It copies the text of each property anew, within each that holds it, and a
# property of several names once for each of them: a page of 10 kB that is made for it becomes gigabytes. A long
# article of a common theme comes to two million.
LARGEST_PARSED = 10_000_000
# Of a page with more it takes ten seconds and 200 MB; a discussion of five hundred comments has some ten thousand.
MOST_ELEMENTS = 15_000
# An author within a citation within an entry within a feed; of old formats each is copied with all that it holds.
MOST_NESTED = 10
# Entries within entries that are looked at.
MOST_ITEMS = 200
# What an element weighs besides its text and attributes.
TAG = 20

# In the order in which they are looked for: who likes a page in answer to it likes it.
PROPERTIES = {"like-of": Kind.LIKE, "repost-of": Kind.REPOST, "in-reply-to": Kind.REPLY}

_OLDER = r"hentry|hfeed|hnews|hreview|vcard|vevent|hproduct|hrecipe|hresume|adr|geo"
# Old formats have words of their own for properties, of which any may be one.
_OLD_ROOT = re.compile(_OLDER)
_ROOT = re.compile(rf"h-(?:[a-z0-9]+-)?[a-z]|{_OLDER}")
_PROPERTY = re.compile(r"(?:p|u|dt|e)-(?:[a-z0-9]+-)?[a-z]")
_SPACES = re.compile(r"\s+")
_UNSAFE = re.compile(r"[\s\\<>\"]")
# What is not seen but changes what is: controls, and marks that turn the direction of a text.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


@dataclass(frozen=True)
class Entry:
    """What is kept of a page that mentions one of ours: plain texts, bounded; '' for what it does not say."""

    kind: str = Kind.MENTION
    author_name: str = ""
    author_url: str = ""
    title: str = ""
    text: str = ""
    language: str = ""
    said_at: datetime | None = None


def read_entry(answer: Answer, is_target: Callable[[str], bool]) -> Entry:
    """Return what a page says of itself and of the address for which ``is_target`` is true."""
    if not answer.is_html:
        return Entry()
    page = Page(answer)
    found = parse_microformats(answer)
    entry = _chosen(list(_items(found)), is_target) or next((item for item in found if "h-entry" in item["type"]), None)
    if entry is None:
        byline = _line(page.byline or page.site_name, NAME_LENGTH)
        return Entry(author_name=byline, title=_line(page.headline, TITLE_LENGTH), language=page.language)
    properties = entry["properties"]
    name, address = _author(entry, found, page)
    title, text = _texts(properties)
    return Entry(
        kind=_kind(properties, is_target),
        author_name=name or _line(page.byline or page.site_name, NAME_LENGTH),
        author_url=address,
        title=title,
        text=text,
        language=clean_language(str(entry.get("lang") or "")) or page.language,
        said_at=_moment(_first(properties.get("published"))),
    )


def parse_microformats(answer: Answer) -> list[dict]:
    """Return the microformats of a page, as mf2py gives them; none where it holds more than a page can mean."""
    tree = parse_untrusted(answer.text)
    if not is_bearable(tree):
        return []
    import mf2py
    from bs4 import BeautifulSoup

    document = BeautifulSoup(etree.tostring(tree, encoding="unicode", method="html"), "lxml")
    try:
        return mf2py.parse(doc=document, url=answer.address, filter_roots=True)["items"]
    except (RecursionError, ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        # A page that it fails on mentions us all the same.
        logger.warning("The microformats of %s cannot be read: %r", answer.address, error)
        return []


def is_bearable(tree: etree._Element) -> bool:
    """Say whether a parser of microformats can be given a tree: see the limits above."""
    count = copied = 0
    lengths, factors, roots = [], [1], 0
    for event, node in etree.iterwalk(tree, events=("start", "end")):
        names = node.get("class", "").split()
        is_root = any(map(_ROOT.match, names))
        is_old = any(map(_OLD_ROOT.match, names))
        copies = len(names) if is_old else sum(1 for name in names if _PROPERTY.match(name))
        if event == "start":
            count += 1
            roots += is_root
            factors.append(min(factors[-1] * (max(1, copies) if is_root else 1), LARGEST_PARSED))
            lengths.append(len(node.text or "") + sum(map(len, node.attrib.values())) + TAG)
        else:
            roots -= is_root
            length = lengths.pop()
            copied += factors.pop() * length * max(copies, is_root)
            if lengths:
                lengths[-1] += length + len(node.tail or "")
        if count > MOST_ELEMENTS or roots > MOST_NESTED or copied > LARGEST_PARSED:
            return False
    return True


def _items(items: list) -> Iterator[dict]:
    """Yield entries and cards in the order of the page: those of a feed, and those within others, too."""
    found, waiting = 0, list(reversed(items))
    while waiting and found < MOST_ITEMS:
        item = waiting.pop()
        if not isinstance(item, dict) or "properties" not in item:
            continue
        found += 1
        yield item
        waiting += reversed(item.get("children", ()))


def _chosen(items: list[dict], is_target: Callable[[str], bool]) -> dict | None:
    """Return the entry that says what it is to the target, or else holds a link to it."""
    entries = [item for item in items if "h-entry" in item["type"]]
    speaking = (entry for entry in entries if _kind(entry["properties"], is_target) != Kind.MENTION)
    linking = (entry for entry in entries if _holds(entry["properties"], is_target))
    return next(speaking, None) or next(linking, None)


def _kind(properties: dict, is_target: Callable[[str], bool]) -> str:
    for name, kind in PROPERTIES.items():
        if any(is_target(address) for value in properties.get(name, ()) for address in _addresses(value)):
            return kind
    return Kind.MENTION


def _holds(properties: dict, is_target: Callable[[str], bool]) -> bool:
    """Say whether the content of an entry links to the target."""
    for content in properties.get("content", ()):
        html = content.get("html", "") if isinstance(content, dict) else ""
        tree = parse_untrusted(html) if "href" in html else None
        if tree is not None and any(is_target(node.get("href", "").strip()) for node in tree.iter("a")):
            return True
    return False


def _addresses(value: object) -> list[str]:
    """Return the addresses that a property names: one, or those of a citation."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        urls = value.get("properties", {}).get("url", [])
        return [each for each in [value.get("value"), *urls] if isinstance(each, str)]
    return []


def _author(entry: dict, found: list[dict], page: Page) -> tuple[str, str]:
    """Return name and address of who wrote an entry, found as https://indieweb.org/authorship-spec says.

    Its own author goes first, then that of the feed it stands in, then whom the page links to as its author, then the
    one card of the page. Whom a citation names, or a text speaks of, has not written it. No other page is asked for.
    """
    author = _first_author(entry) or _first_author(_feed_of(entry, found)) or page.author_page or _only_card(found)
    if isinstance(author, str) and _can_be_linked_to(author):
        # Of a mere address a card of the page may say whose it is.
        author = next((card for card in _cards(found) if comparable(author) in _names_of(card)), author)
    if isinstance(author, dict):
        card = author.get("properties", {})
        name = _first(card.get("name")) or str(author.get("value") or "")
        address = _first(card.get("url"))
    else:
        name, address = author, author
    # A card without a name has its address for one.
    name = "" if name.startswith(("http://", "https://")) else _line(name, NAME_LENGTH)
    return name, address if _can_be_linked_to(address) else ""


def _first_author(item: dict) -> dict | str:
    return next(iter(item.get("properties", {}).get("author", ())), "")


def _feed_of(entry: dict, found: list[dict]) -> dict:
    """Return the feed in which an entry stands, an empty dict where it stands in none."""
    feeds = (item for item in _items(found) if "h-feed" in item["type"])
    return next((feed for feed in feeds if any(child is entry for child in feed.get("children", ()))), {})


def _cards(found: list[dict]) -> list[dict]:
    """Return the cards of a page that stand in no entry: one within is of somebody of whom that speaks."""
    feeds = (item for item in found if "h-feed" in item["type"])
    items = [*found, *(child for feed in feeds for child in feed.get("children", ())[:MOST_ITEMS])]
    return [item for item in items if "h-card" in item["type"]]


def _only_card(found: list[dict]) -> dict | str:
    """Return the card of a page that has one, '' for one with several: who of them has written it, nobody says."""
    cards = _cards(found)
    is_one = (
        len({(_first(each["properties"].get("name")), _first(each["properties"].get("url"))) for each in cards}) == 1
    )
    return cards[0] if is_one else ""


def _names_of(card: dict) -> set[str]:
    return {comparable(url) for url in card["properties"].get("url", ()) if isinstance(url, str)}


def _texts(properties: dict) -> tuple[str, str]:
    """Return title and excerpt of an entry; a note has no title, though parsers take its text for one."""
    content = _line(_first(properties.get("content")), EXCERPT_LENGTH)
    summary = _line(_first(properties.get("summary")), EXCERPT_LENGTH)
    name = _line(_first(properties.get("name")), TITLE_LENGTH)
    text = summary or content
    is_title = bool(name) and not (text or content).startswith(name.rstrip("…")) and len(name) < TITLE_LENGTH
    return name if is_title else "", text or ("" if is_title else name)


def _first(values: list | None) -> str:
    value = next(iter(values or ()), "")
    return str(value.get("value") or "") if isinstance(value, dict) else str(value)


def _line(text: str, longest: int) -> str:
    """Return a text in one line, without what is not seen, cut at a word."""
    line = _SPACES.sub(" ", _UNSEEN.sub(" ", text[: 10 * longest])).strip()
    if len(line) <= longest:
        return line
    cut = line[: longest - 1]
    return (cut.rpartition(" ")[0] or cut) + "…"


def _moment(text: str) -> datetime | None:
    """Return the moment that a page gives, unless it is to come; one without a zone is taken for that of the site."""
    try:
        moment = datetime.fromisoformat(text.strip())
        moment = moment if moment.tzinfo else timezone.make_aware(moment, timezone.get_default_timezone())
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if EARLIEST <= moment <= timezone.now() else None


def _can_be_linked_to(address: str) -> bool:
    try:
        parts = urlsplit(address)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return is_web and len(address) <= MAX_ADDRESS_LENGTH and not _UNSAFE.search(address)
