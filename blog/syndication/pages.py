"""What a page of another site says of itself, read without trust.

Everything is a text or an address of the web, and bounded; nothing of it is HTML. What is not there is ''.
"""

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from urllib.parse import parse_qsl, quote, unquote, urldefrag, urlencode, urljoin, urlsplit

from lxml import etree

from blog.markup import MAX_ADDRESS_LENGTH, clean_language
from blog.syndication.answers import Answer
from blog.syndication.links import header_links
from blog.syndication.parsing import parse_untrusted

LONGEST_TITLE = 500
MOST_LINKS = 5000
MOST_FEEDS = 20
# An article of 20,000 words; what is longer is compared as far as here.
LONGEST_TEXT = 150_000
# An element that claims to be the article and holds less is a card, or a heading without its text.
SHORTEST_ARTICLE = 200
# A page with more articles than these is a list.
MOST_CLAIMS = 20
# As much of a paragraph as it takes to see that it is one.
WORDS_WEIGHED = 2000

FEED_TYPES = {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/json"}
WORDPRESS_API = "https://api.w.org/"
# Search engines that a page names are the ones of which an editor asks.
ROBOTS = {"", "robots", "googlebot", "bingbot"}
ROBOTS_WITH_VALUE = {"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"}

# What is no part of an article's text, though it may stand within.
_ASIDE = {
    *("script", "style", "template", "noscript", "nav", "aside", "form", "button", "select", "textarea", "iframe"),
    *("svg", "math", "object", "head", "dialog"),
}
# Classes and ids that WordPress, Ghost and common themes give to the same. Whole names: 'has-sidebar' is the page's.
_ASIDE_NAME = re.compile(
    r"(?:post-|entry-|article-)?(?:comments?(?:-area|-list|-respond)?|respond|sidebar|widget(?:-area)?|share(?:-buttons)?"
    r"|sharing|sharedaddy|related(?:-posts)?|jp-relatedposts|breadcrumbs?|newsletter|pagination|navigation|meta"
    r"|screen-reader-text|author-box)",
    re.IGNORECASE,
)
# Classes of microformats and of themes; WordPress's own blocks have the last two.
_AUTHOR_NAMES = {
    *("p-author", "u-author", "byline", "author", "author-name", "entry-author", "post-author"),
    *("wp-block-post-author__name", "wp-block-post-author-name"),
}
# Citations and comments of microformats, which have authors of their own.
_OF_OTHERS = {"h-cite", "p-comment", "u-comment"}
# Where links are no promise to anybody, since nobody can follow them.
_UNSEEN = {"template", "script", "style"}
_BLOCKS = {
    *("p", "div", "section", "article", "main", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "dl", "dt", "dd"),
    *("blockquote", "pre", "table", "tr", "td", "th", "figure", "figcaption", "header", "footer", "br", "hr", "body"),
}
_WEIGHED = {"p", "h2", "h3", "blockquote", "pre", "ul", "ol"}
_SOURCES = {"img": "src", "video": "src", "audio": "src", "source": "src", "iframe": "src", "embed": "src"}
_QUOTES = {"blockquote": "cite", "q": "cite", "ins": "cite", "del": "cite"}
_ADDRESSES = {"a": "href", "area": "href", **_SOURCES, **_QUOTES, "object": "data"}
_SPACES = re.compile(r"\s+")
_SPACES_OF_LINE = re.compile(r"[^\S\n]+")
_WORDPRESS_API = re.compile(r"/wp-json/|[?&]rest_route=")
_ROBOT = re.compile(r"[\w*/.-]+")
_UNSAFE = re.compile(r"[\s\x00-\x1f\\]")


@dataclass(frozen=True)
class Link:
    """A link of a page: an address of the web, its relations in small letters, and its words."""

    address: str
    rel: frozenset[str]
    text: str


@dataclass(frozen=True)
class Feed:
    """A feed that a page names; a blog names that of its articles first, that of its comments after it."""

    address: str
    type: str
    title: str


class Page:
    """A page, of which each part is looked for when it is asked for.

    What an answer says in its headers goes before what stands in its HTML, as RFC 8288 and Webmention want it.
    """

    def __init__(self, answer: Answer) -> None:
        self.address = answer.address
        self._headers = answer.headers
        self._tree = parse_untrusted(answer.text if answer.is_html else "")

    # Whose page it is, and of what

    @cached_property
    def title(self) -> str:
        """Return the title as the browser shows it, often with the name of the site."""
        titles = (_words(node) for node in self._tree.iter("title") if _parent_tag(node) != "svg")
        return next(filter(None, titles), "")

    @cached_property
    def headline(self) -> str:
        """Return the title of the article alone, as far as the page says which that is."""
        heading = next(filter(None, map(_words, self._tree.iter("h1"))), "")
        return (self._meta("og:title") or heading or self.title)[:LONGEST_TITLE]

    @cached_property
    def site_name(self) -> str:
        return (self._meta("og:site_name") or self._meta("application-name"))[:LONGEST_TITLE]

    @cached_property
    def language(self) -> str:
        """Return the language tag of the page."""
        said = (
            self._tree.get("lang", ""),
            self._headers.get("Content-Language", "").partition(",")[0],
            self._meta("content-language"),
            self._meta("og:locale"),
        )
        return next(filter(None, map(clean_language, said)), "")

    @cached_property
    def byline(self) -> str:
        """Return who the page says has written it."""
        for node in _walk(self._tree, _is_of_others):
            names = set(node.get("class", "").split())
            is_author = "author" in _relations(node) or node.get("itemprop") == "author"
            if (is_author or names & _AUTHOR_NAMES) and (words := _words(node)):
                return words
        return self._meta("author")[:LONGEST_TITLE]

    @cached_property
    def author_page(self) -> str:
        """Return the address of who the page says has written it."""
        return next(self._named("author", {"link", "a"}), "")

    # What it says to machines

    @cached_property
    def canonical(self) -> str:
        """Return the address that the page says is the right one (RFC 6596)."""
        return next(self._named("canonical", {"link"}), "")

    @cached_property
    def robots(self) -> frozenset[str]:
        """Return what search engines are told, in small letters, by the page or by X-Robots-Tag."""
        told = {token for value in self._headers.get_list("X-Robots-Tag") for token in _robots_tokens(value)}
        for node in self._tree.iter("meta"):
            if node.get("name", "").strip().lower() in ROBOTS - {""}:
                told |= {token.strip() for token in node.get("content", "").lower().split(",")}
        return frozenset(told - {""})

    @property
    def is_noindex(self) -> bool:
        return bool(self.robots & {"noindex", "none"})

    @cached_property
    def feeds(self) -> list[Feed]:
        found: dict[str, Feed] = {}
        for node in self._tree.iter("link", "a"):
            kind = node.get("type", "").partition(";")[0].strip().lower()
            address = self._absolute(node.get("href"))
            # WordPress names its API as an alternative in JSON, which is no feed.
            if (
                "alternate" in _relations(node)
                and kind in FEED_TYPES
                and address
                and not _WORDPRESS_API.search(address)
            ):
                found.setdefault(address, Feed(address, kind, _one_line(node.get("title", ""))[:LONGEST_TITLE]))
            if len(found) >= MOST_FEEDS:
                break
        return list(found.values())

    @cached_property
    def wordpress_api(self) -> str:
        """Return the root of the REST API of a WordPress, like https://blog.example.org/wp-json/."""
        return next(self._named(WORDPRESS_API, {"link"}), "")

    @cached_property
    def micropub(self) -> str:
        return next(self._named("micropub", {"link"}), "")

    @cached_property
    def webmention(self) -> str:
        """Return where mentions of the page are sent to (Webmention, section 3.1.2)."""
        return next(self._named("webmention", {"link", "a"}), "")

    @cached_property
    def icon(self) -> str:
        return next(self._named("icon", {"link"}), "") or next(self._named("apple-touch-icon", {"link"}), "")

    # What stands in it

    @cached_property
    def links(self) -> list[Link]:
        found = []
        for node in self._seen("a", "area"):
            if address := self._absolute(node.get("href")):
                found.append(Link(address, frozenset(_relations(node)), _words(node)))
            if len(found) >= MOST_LINKS:
                break
        return found

    @cached_property
    def addresses(self) -> frozenset[str]:
        """Return all addresses that the page leads to, shows or quotes."""
        nodes = self._seen(*_ADDRESSES)
        return frozenset(filter(None, (self._absolute(node.get(_ADDRESSES[node.tag])) for node in nodes)))

    def links_to(self, address: str) -> bool:
        """Say whether a reader gets from the page to an address, however it is written."""
        wanted = comparable(address)
        return any(comparable(found) == wanted for found in self.addresses)

    @cached_property
    def text(self) -> str:
        """Return the words of the article, a line each paragraph, to compare with what it said another day."""
        return _paragraphs(self._article)

    @cached_property
    def html(self) -> str:
        """Return the article as HTML that nobody has cleaned, without what only stands beside it."""
        tree = deepcopy(self._article)
        for node in [node for node in tree.iterdescendants(etree.Element) if is_aside(node)]:
            take_out(node)
        for node in tree.iter("a"):
            address = node.get("href", "").strip()
            # A place within the page is not to be looked for in another one.
            node.set("href", "" if address.startswith("#") else self._absolute(address))
        tree.tail = None
        return etree.tostring(tree, encoding="unicode", method="html")

    @cached_property
    def raw_html(self) -> str:
        """Return the article as it stands in the page, with whatever stands within it."""
        tree = deepcopy(self._article)
        tree.tail = None
        if self._base != self.address:
            for node in tree.iter(*_ADDRESSES):
                name = _ADDRESSES[node.tag]
                node.set(name, self._absolute(node.get(name)) or node.get(name, ""))
        return etree.tostring(tree, encoding="unicode", method="html")

    @cached_property
    def _article(self) -> etree._Element:
        """Return the element that holds the article: what says so of itself, or the largest block of text."""
        claims: list[list[etree._Element]] = [[], [], []]
        for node in self._tree.iter(etree.Element):
            names = set(node.get("class", "").split())
            if names & {"e-content", "entry-content"} or node.get("itemprop") == "articleBody":
                claims[0].append(node)
            elif node.tag == "article":
                claims[1].append(node)
            elif node.tag == "main" or node.get("role") == "main":
                claims[2].append(node)
        for nodes in claims:
            texts = [(node, len(_paragraphs(node))) for node in nodes[:MOST_CLAIMS]]
            longest, length = max(texts, key=itemgetter(1), default=(None, 0))
            if length >= SHORTEST_ARTICLE:
                return longest
        return _largest_block(self._tree)

    def mentions(self, words: str) -> bool:
        """Say whether a name or title stands on the page, in its head or in what is read."""
        wanted = _one_line(words).casefold()
        said = (self.byline, self.headline, self._meta("author"), _paragraphs(self._tree, _is_unseen))
        return bool(wanted) and any(wanted in _one_line(part).casefold() for part in said)

    # How it is found

    @cached_property
    def _base(self) -> str:
        """Return what relative addresses of the HTML stand to."""
        for node in self._tree.iter("base"):
            if node.get("href"):
                return web_address(self.address, node.get("href")) or self.address
        return self.address

    def _absolute(self, address: str | None) -> str:
        return "" if address is None else web_address(self._base, address)

    def _named(self, relation: str, tags: set[str]) -> Iterator[str]:
        """Yield addresses with a relation: of the Link headers first, then of elements in the order of the page."""
        for address, relations in header_links(self._headers.get_list("Link")):
            if relation in relations and (found := web_address(self.address, address)):
                yield found
        for node in self._seen(*tags):
            # An empty address is the page's own; an element without any names none.
            if relation in _relations(node) and (found := self._absolute(node.get("href"))):
                yield found

    def _seen(self, *tags: str) -> Iterator[etree._Element]:
        return (node for node in _walk(self._tree, _is_unseen) if node.tag in tags)

    @cached_property
    def _metas(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for node in self._tree.iter("meta"):
            name = node.get("property") or node.get("name") or node.get("http-equiv") or ""
            content = _one_line(node.get("content", ""))
            if name and content:
                found.setdefault(name.strip().lower(), content)
        return found

    def _meta(self, name: str) -> str:
        return self._metas.get(name, "")


def comparable(address: str) -> str:
    """Return an address as all its usual spellings have it: of one scheme, without a fragment or a last slash."""
    try:
        parts = urlsplit(urldefrag(address).url)
        port = "" if parts.port in {None, 80, 443} else f":{parts.port}"
        host = (parts.hostname or "").encode("idna").decode("ascii")
        query = urlencode(parse_qsl(parts.query, keep_blank_values=True, max_num_fields=100))
    except ValueError:
        return address
    path = quote(unquote(parts.path), safe="/:@!$&'()*+,;=~").rstrip("/")
    return f"//{host}{port}{path}?{query}"


def web_address(base: str, address: str) -> str:
    """Return an address of the web, or '' for any other and for what cannot be read."""
    address = address.strip()
    if len(address) > MAX_ADDRESS_LENGTH:
        return ""
    try:
        joined = urljoin(base, address.replace(" ", "%20"))
        parts = urlsplit(joined)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return ""
    return joined if is_web and len(joined) <= MAX_ADDRESS_LENGTH and not _UNSAFE.search(joined) else ""


def _relations(node: etree._Element) -> set[str]:
    return set(node.get("rel", "").lower().split())


def _parent_tag(node: etree._Element) -> str:
    parent = node.getparent()
    return "" if parent is None else parent.tag


def _one_line(text: str) -> str:
    return _SPACES.sub(" ", text).strip()


def _words(node: etree._Element, longest: int = LONGEST_TITLE) -> str:
    """Return the beginning of the words within an element, in one line."""
    found, length = [], 0
    for text in node.itertext():
        found.append(text[:longest])
        length += len(text)
        if length > 2 * longest:
            break
    return _one_line("".join(found))[:longest]


def _robots_tokens(value: str) -> Iterator[str]:
    """Yield what an X-Robots-Tag says; a name before it, 'otherbot: noindex', is whom all the rest is said to."""
    robot = ""
    for token in value.lower().split(","):
        name, colon, rest = token.partition(":")
        said = token
        # The commas and colons of a date are none of the header's.
        if colon and _ROBOT.fullmatch(name.strip()) and name.strip() not in ROBOTS_WITH_VALUE:
            robot, said = name.strip(), rest
        if robot in ROBOTS:
            yield said.strip()


def is_aside(node: etree._Element) -> bool:
    """Say whether an element only stands beside an article: it is no part of its text."""
    if node.tag in {"html", "body"}:
        return False
    names = f"{node.get('class', '')} {node.get('id', '')}".split()
    return node.tag in _ASIDE or node.get("hidden") is not None or any(map(_ASIDE_NAME.fullmatch, names))


def _is_unseen(node: etree._Element) -> bool:
    return node.tag in _UNSEEN


def _is_of_others(node: etree._Element) -> bool:
    return not _OF_OTHERS.isdisjoint(node.get("class", "").split())


def _walk(tree: etree._Element, is_skipped: Callable[[etree._Element], bool]) -> Iterator[etree._Element]:
    """Yield elements in order, without those that are skipped and what they hold."""
    walk = etree.iterwalk(tree, events=("start",))
    for _event, node in walk:
        if is_skipped(node):
            walk.skip_subtree()
        else:
            yield node


def _paragraphs(tree: etree._Element, is_skipped: Callable[[etree._Element], bool] = is_aside) -> str:
    """Return the words of an element, a line for each block, without what only stands beside the article."""
    found, length = [], 0
    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, node in walk:
        text = node.text if event == "start" else node.tail if node is not tree else ""
        if event == "start" and node is not tree and is_skipped(node):
            walk.skip_subtree()
            text = ""
        edge = "\n" if node.tag in _BLOCKS else ""
        piece = _SPACES.sub(" ", text or "")
        found += [edge, piece]
        length += len(piece)
        if length > 2 * LONGEST_TEXT:
            break
    lines = _SPACES_OF_LINE.sub(" ", "".join(found)).split("\n")
    return "\n".join(filter(None, map(str.strip, lines)))[:LONGEST_TEXT]


def take_out(node: etree._Element) -> None:
    """Take an element out of its tree, but leave what comes after it."""
    parent, before, tail = node.getparent(), node.getprevious(), node.tail or ""
    if parent is None:
        return
    if before is None:
        parent.text = (parent.text or "") + tail
    else:
        before.tail = (before.tail or "") + tail
    parent.remove(node)


def _largest_block(tree: etree._Element) -> etree._Element:
    """Return the element with the most words in paragraphs directly within it: for a page that does not say which."""
    best, most = tree, 0
    weights: dict[etree._Element, int] = {}
    for node in _walk(tree, is_aside):
        parent = node.getparent()
        if parent is None or node.tag not in _WEIGHED:
            continue
        weights[parent] = weights.get(parent, 0) + len(_words(node, WORDS_WEIGHED))
        if weights[parent] > most:
            best, most = parent, weights[parent]
    return best
