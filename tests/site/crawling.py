"""Walk over a running site as a search engine does, and keep what it answered."""

import http.client
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urldefrag, urljoin, urlsplit

import lxml.html

# The addresses that an element holds. The last of them hold several, with widths.
ADDRESSES = (
    ("a", "href"),
    ("link", "href"),
    ("script", "src"),
    ("img", "src"),
    ("iframe", "src"),
    ("form", "action"),
    ("blockquote", "cite"),
    ("source", "srcset"),
    ("img", "srcset"),
)
# What a page tells other sites about itself.
TOLD_ADDRESSES = ("og:image", "og:url")
CSS_ADDRESS = re.compile(r"url\(\s*['\"]?([^'\")]+)")

# A site of some sixty posts has well under a thousand pages, a form and a place for each comment, pictures, and three
# feeds of each list; more than this is a trap for robots.
MOST_PAGES = 4000


@dataclass(frozen=True)
class Link:
    """An address in a page, absolute, and the element it stands in."""

    url: str
    fragment: str
    tag: str
    attributes: dict[str, str]


@dataclass
class Answer:
    """What the site said to one request."""

    path: str
    status: int
    headers: http.client.HTTPMessage
    body: bytes
    # The address of the first page that leads here.
    found_on: str = ""
    site_url: str = ""
    _links: list[Link] = field(default_factory=list, repr=False)

    @property
    def is_html(self) -> bool:
        return bool(self.body) and self.headers.get("Content-Type", "").startswith("text/html")

    @property
    def location(self) -> str:
        """The path that a redirect leads to; what leads to another host stays whole."""
        address = urldefrag(urljoin(self.site_url + self.path, self.headers.get("Location", ""))).url
        return address.removeprefix(self.site_url)

    @property
    def language(self) -> str:
        return "en" if self.path.startswith("/en/") else "fr"

    @property
    def text(self) -> str:
        return self.body.decode()

    @cached_property
    def tree(self) -> lxml.html.HtmlElement:
        return lxml.html.document_fromstring(self.text)

    @cached_property
    def ids(self) -> set[str]:
        return set(self.tree.xpath("//@id"))

    @cached_property
    def links(self) -> list[Link]:
        """Every address in a page, in the documents of its frames, or in a style sheet."""
        if self.is_html:
            return list(self._read_links(self.tree))
        if self.headers.get("Content-Type", "").startswith("text/css"):
            return [self._link(found, "css", {}) for found in CSS_ADDRESS.findall(self.text)]
        return []

    def _read_links(self, tree: lxml.html.HtmlElement) -> Iterator[Link]:
        for tag, name in ADDRESSES:
            for element in tree.iter(tag):
                value = element.get(name)
                if value is not None:
                    values = [each.split()[0] for each in value.split(",")] if name == "srcset" else [value]
                    for each in values:
                        yield self._link(each, tag, dict(element.attrib))
        for meta in tree.iter("meta"):
            if meta.get("property") in TOLD_ADDRESSES:
                yield self._link(meta.get("content", ""), "meta", dict(meta.attrib))
        for frame in tree.iter("iframe"):
            if frame.get("srcdoc"):
                yield from self._read_links(lxml.html.document_fromstring(frame.get("srcdoc")))

    def _link(self, value: str, tag: str, attributes: dict[str, str]) -> Link:
        url, fragment = urldefrag(urljoin(self.site_url + self.path, value.strip()))
        return Link(url, fragment, tag, attributes)

    def inner_links(self) -> Iterator[tuple[str, Link]]:
        """Return the links that stay on the site, each with its path."""
        for link in self.links:
            if link.url == self.site_url or link.url.startswith(self.site_url + "/"):
                yield link.url.removeprefix(self.site_url) or "/", link

    def outer_links(self) -> Iterator[Link]:
        """Return the links to other hosts."""
        for link in self.links:
            if urlsplit(link.url).scheme in ("http", "https") and not (link.url + "/").startswith(self.site_url + "/"):
                yield link


class Reader:
    """A visitor who keeps one connection open."""

    def __init__(self, site_url: str) -> None:
        self.site_url = site_url
        self.connection = http.client.HTTPConnection(urlsplit(site_url).netloc, timeout=30)

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *args: object) -> None:
        self.connection.close()

    def fetch(self, path: str, *, method: str = "GET", body: str | None = None, **headers: str) -> Answer:
        """Ask for a path, or send a form; header names are written with underscores."""
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            self.connection.request(method, path, body=body, headers=headers)
            response = self.connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            # The server closes a connection that was idle; a second try opens a new one.
            self.connection.close()
            self.connection.request(method, path, body=body, headers=headers)
            response = self.connection.getresponse()
        return Answer(path, response.status, response.headers, response.read(), site_url=self.site_url)

    def crawl(self, *starts: str) -> dict[str, Answer]:
        """Return the answers at all addresses that can be reached from the ones given, redirects included."""
        answers: dict[str, Answer] = {}
        waiting = deque((start, "") for start in starts)
        known = set(starts)
        while waiting:
            path, found_on = waiting.popleft()
            answer = answers[path] = self.fetch(path)
            answer.found_on = found_on
            next_paths = [path for path, _link in answer.inner_links()]
            if 300 <= answer.status < 400 and answer.location.startswith("/"):
                next_paths.append(answer.location)
            for next_path in next_paths:
                if next_path not in known:
                    known.add(next_path)
                    waiting.append((next_path, path))
            if len(known) > MOST_PAGES:
                raise AssertionError(f"more than {MOST_PAGES} addresses: {path} leads to ever more of them")
        return answers
