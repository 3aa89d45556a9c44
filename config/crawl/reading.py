"""What a page of the site says of itself: in its head, its structured data and its links."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin

from lxml import html as lxml_html

from blog.syndication.answers import Answer

# The attributes of an element that hold an address; a srcset has several, each with a width.
LINKING = {
    "a": ("href",),
    "link": ("href",),
    "script": ("src",),
    "img": ("src", "srcset"),
    "iframe": ("src",),
    "source": ("src", "srcset"),
    "audio": ("src",),
    "video": ("src", "poster"),
    "track": ("src",),
}
# Where JSON-LD has the address of something that can be asked for.
DATA_ADDRESSES = ("url", "item", "mainEntityOfPage", "image", "logo", "contentUrl", "embedUrl", "thumbnailUrl")
# What programs ask with a token or a form, and no reader.
FOR_PROGRAMS = {"webmention", "micropub", "hub", "token_endpoint", "preconnect", "dns-prefetch"}
FEED_TYPES = {"application/rss+xml", "application/atom+xml", "application/feed+json"}
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Link:
    """An address of this site in a page; ``is_quiet`` where crawlers are told not to follow it."""

    path: str
    fragment: str
    is_quiet: bool


@dataclass(slots=True)
class Page:
    """What is kept of an address: what it answered, and what other pages can contradict.

    Addresses of this site are paths with their query; those elsewhere are whole.
    """

    path: str
    status: int
    media_type: str = ""
    location: str = ""
    canonicals: list[str] = field(default_factory=list)
    alternates: dict[str, str] = field(default_factory=dict)
    language: str = ""
    is_hidden: bool = False
    names: frozenset[str] = frozenset()
    ids: str = ""
    feeds: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    # Whether it is the page of an article, and when its structured data say that this changed last.
    is_article: bool = False
    modified_at: str = ""
    # What its structured data and its card name: paths of this site.
    told: list[str] = field(default_factory=list)
    # What its structured data call translations of the article, and its original.
    translations: list[str] = field(default_factory=list)
    # What it says against itself.
    complaints: list[str] = field(default_factory=list)

    @property
    def is_html(self) -> bool:
        return self.media_type == "text/html" and self.status == 200

    @property
    def canonical(self) -> str:
        return self.canonicals[0] if len(self.canonicals) == 1 else ""

    @property
    def stands_for_itself(self) -> bool:
        """Say whether search engines are to show it, and under this address."""
        return self.is_html and not self.is_hidden and self.canonical == self.path

    @property
    def own_addresses(self) -> set[str]:
        """The addresses under which it may speak of itself: a later page of a discussion also speaks of the article."""
        return {self.canonical, self.path, self.path.partition("?")[0]}

    def has_id(self, name: str) -> bool:
        return f" {name} " in self.ids


class Reader:
    """Reads answers of one site, whose address its pages name."""

    def __init__(self, site: str) -> None:
        self.site = site.rstrip("/")

    def local(self, address: str, base: str = "/") -> tuple[str, str]:
        """Return an address as the path on this site, or whole where it is elsewhere, and its fragment."""
        whole, fragment = urldefrag(urljoin(self.site + base, address.strip()))
        if whole == self.site or whole.startswith(f"{self.site}/"):
            return whole.removeprefix(self.site) or "/", fragment
        return whole, fragment

    def read(self, path: str, answer: Answer) -> Page:
        """Return what is to be kept of an answer."""
        page = Page(path, answer.status, answer.content_type)
        page.is_hidden = "noindex" in answer.headers.get("X-Robots-Tag", "").lower()
        if "Location" in answer.headers:
            page.location = "#".join(filter(None, self.local(answer.headers["Location"], path)))
        if page.media_type == "text/html" and answer.body:
            self._read_html(page, answer)
        return page

    def _read_html(self, page: Page, answer: Answer) -> None:
        root = lxml_html.document_fromstring(answer.text)
        base = page.path
        page.language = root.get("lang", "").partition("-")[0].lower()
        robots = _meta(root, "name", "robots").lower()
        if page.is_hidden and robots and "noindex" not in robots and "none" not in robots:
            page.complaints.append(f"the header X-Robots-Tag hides it, and the meta robots says “{robots}”")
        page.is_hidden = page.is_hidden or "noindex" in robots or "none" in robots.split(",")
        for link in root.iter("link"):
            rels, href = link.get("rel", "").lower().split(), link.get("href", "")
            if "canonical" in rels:
                page.canonicals.append(self.local(href, base)[0])
            elif "alternate" in rels and link.get("hreflang"):
                page.alternates[link.get("hreflang").lower()] = self.local(href, base)[0]
            elif "alternate" in rels and link.get("type") in FEED_TYPES:
                page.feeds.append(self.local(href, base)[0])
        page.ids = f" {' '.join(root.xpath('//@id'))} "
        page.links = list(self._links(root, base))
        headings = [plain_words(heading.text_content()) for heading in root.iter("h1")]
        page.names = frozenset({*headings, plain_words(_meta(root, "property", "og:title"))} - {""})
        if page.status == 200:
            page.complaints += self._complaints(root, page)

    def _links(self, root: lxml_html.HtmlElement, base: str) -> Iterator[Link]:
        found: dict[tuple[str, str], Link] = {}
        for tag, attributes in LINKING.items():
            for element in root.iter(tag):
                rels = set(element.get("rel", "").lower().split())
                if rels & FOR_PROGRAMS:
                    continue
                values = [element.get(attribute, "") for attribute in attributes]
                if "srcset" in attributes:
                    values[-1:] = values[-1].split(",")
                for value in values:
                    # Behind the address stands how wide a picture is.
                    address = value.split()[0] if value.strip() else ""
                    path, fragment = self.local(address, base) if address else ("", "")
                    if path.startswith("/"):
                        found.setdefault((path, fragment), Link(path, fragment, "nofollow" in rels))
        return iter(found.values())

    def _complaints(self, root: lxml_html.HtmlElement, page: Page) -> Iterator[str]:
        """Yield what a page says against itself, whatever others say."""
        if not page.language:
            yield "it does not say in which language it is"
        if len(page.canonicals) > 1:
            yield f"it names {len(page.canonicals)} canonical addresses"
        elif not page.canonicals and not page.is_hidden:
            yield "it names no canonical address"
        if page.is_hidden and page.canonical and page.canonical != page.path:
            yield f"it is hidden from search engines, and says that it stands at {page.canonical}"
        shared = _meta(root, "property", "og:url")
        told = self.local(shared, page.path)[0] if shared else ""
        page.told += [self.local(each, page.path)[0] for each in (shared, _meta(root, "property", "og:image")) if each]
        if told and page.canonical.startswith("/") and told not in page.own_addresses:
            yield f"it is shared as {told}, and its canonical address is {page.canonical}"
        yield from self._data_complaints(root, page)

    def _data_complaints(self, root: lxml_html.HtmlElement, page: Page) -> Iterator[str]:
        """Yield what its JSON-LD says against the page."""
        for script in root.iterfind(".//script[@type='application/ld+json']"):
            try:
                data = json.loads(script.text or "")
            except ValueError as error:
                yield f"its structured data cannot be read: {error}"
                continue
            for node in _nodes(data):
                yield from self._node_complaints(node, page)

    def _node_complaints(self, node: dict, page: Page) -> Iterator[str]:
        kinds = _listed(node.get("@type"))
        for name in ("url", "mainEntityOfPage", "item"):
            value = node.get(name)
            address = _address_of(value)
            if address and "://" not in address:
                yield f"its structured data has an address that is not whole: {address}"
        addresses = filter(None, (_address_of(each) for name in DATA_ADDRESSES for each in _listed(node.get(name))))
        page.told += [self.local(address, page.path)[0] for address in addresses]
        if "BlogPosting" not in kinds:
            return
        main = _address_of(node.get("mainEntityOfPage"))
        told = self.local(main, page.path)[0] if main else ""
        page.is_article = page.is_article or told == page.path
        if told == page.path:
            page.modified_at = str(node.get("dateModified") or node.get("datePublished") or "")
            for name in ("workTranslation", "translationOfWork"):
                others = filter(None, map(_address_of, _listed(node.get(name))))
                page.translations += [self.local(each, page.path)[0] for each in others]
        if told and page.canonical.startswith("/") and told not in page.own_addresses:
            yield f"its structured data say that the article stands at {told}, its canonical is {page.canonical}"
        language = str(node.get("inLanguage", "")).partition("-")[0].lower()
        if language and page.language and language != page.language:
            yield f"its structured data are in “{language}”, the page in “{page.language}”"
        headline = plain_words(str(node.get("headline", "")))
        if told and told == page.path and headline and page.names and headline not in page.names:
            yield f"its structured data call it “{headline}”"


def _nodes(data: object) -> Iterator[dict]:
    """Yield all objects of JSON-LD, those within others too."""
    if isinstance(data, dict):
        if "@type" in data:
            yield data
        for value in data.values():
            yield from _nodes(value)
    elif isinstance(data, list):
        for value in data:
            yield from _nodes(value)


def _address_of(value: object) -> str:
    """Return the address that a value of JSON-LD is, or that it names; '' where it is something else."""
    value = value.get("@id", "") if isinstance(value, dict) else value
    return value if isinstance(value, str) else ""


def _listed(value: object) -> list:
    return value if isinstance(value, list) else [value]


def _meta(root: lxml_html.HtmlElement, attribute: str, name: str) -> str:
    found = root.find(f".//meta[@{attribute}='{name}']")
    return found.get("content", "").strip() if found is not None else ""


def plain_words(text: str) -> str:
    """Return words with plain spaces, for texts that were typeset are to equal those that were not."""
    return _SPACES.sub(" ", text).replace("’", "'").strip()
