"""A walk from link to link, as a search engine goes, that asks for every address once."""

import json
from collections import Counter, deque
from collections.abc import Callable, Iterable

import httpx2
from lxml import etree

from blog.syndication.answers import Answer
from blog.syndication.errors import FetchError
from blog.syndication.feeds import NoFeedError, read_feed
from config.crawl.reading import FEED_TYPES, Page, Reader

# Whoever finds more than these a page has walked into a trap: a calendar without an end, say.
MOST_REDIRECTS = 10
ARCHIVE_RELATIONS = {"prev-archive", "next-archive", "current"}
USER_AGENT = "Tribune-Crawl/1"


def read_archive_links(answer: Answer) -> list[str]:
    """Return where the rest of a feed stands: what was before, and after, and the feed that a part is of."""
    if answer.content_type.endswith("json"):
        found = json.loads(answer.text).get("next_url")
        return [found] if isinstance(found, str) else []
    try:
        root = etree.fromstring(answer.body, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return []
    return [link.get("href", "") for link in root.iter("{*}link") if link.get("rel") in ARCHIVE_RELATIONS]


class Walk:
    """All addresses of a site that can be reached, each with what it answered and where the way to it was found."""

    def __init__(self, client: httpx2.Client, site: str, *, most: int) -> None:
        """``site`` is how its pages name it, ``client`` asks it, wherever that is; ``most`` addresses are asked for."""
        self.client, self.most = client, most
        self.reader = Reader(site)
        self.pages: dict[str, Page] = {}
        self.found_on: dict[str, str] = {}
        self.times: Counter[str] = Counter()
        # Of each feed: what it names, as pairs of address and title.
        self.feeds: dict[str, list[tuple[str, str]]] = {}
        # Of each feed: the rest of it, to which it leads (RFC 5005).
        self.archives: dict[str, list[str]] = {}
        self.sitemaps: dict[str, dict[str, dict[str, str]]] = {}
        # Of what stands in a sitemap: when it changed last, and its pictures.
        self.changed_at: dict[str, str] = {}
        self.sitemap_pictures: dict[str, list[str]] = {}
        self.is_whole = True

    def ask(self, path: str) -> Answer:
        """Return what an address of the site answers, without following it."""
        response = self.client.get(path, follow_redirects=False)
        return Answer(path, self.reader.site + path, response.status_code, response.headers, response.content)

    def look_at(self, path: str) -> Page:
        """Return what an address answers, asked for once only."""
        if path not in self.pages:
            answer = self.ask(path)
            self.pages[path] = self.reader.read(path, answer)
            if answer.content_type in FEED_TYPES and answer.is_success:
                self.feeds[path] = self._entries(path, answer)
                self.archives[path] = [self.reader.local(each, path)[0] for each in read_archive_links(answer)]
        return self.pages[path]

    def _entries(self, path: str, answer: Answer) -> list[tuple[str, str]]:
        try:
            return [(self.reader.local(item.address)[0], item.title) for item in read_feed(answer).items]
        except (NoFeedError, FetchError) as error:
            self.pages[path].complaints.append(f"it is no feed that can be read: {error}")
            return []

    def go(self, starts: Iterable[str], *, told: Callable[[int], None] = lambda _count: None) -> None:
        """Walk from these paths to all that can be reached from them; ``told`` hears now and then how many there were.

        What crawlers are told not to follow is asked for, since readers do, and not walked on from.
        """
        waiting = deque((path, "", True) for path in starts)
        known = {path for path, _found_on, _goes_on in waiting}
        while waiting:
            path, found_on, goes_on = waiting.popleft()
            if len(self.pages) >= self.most:
                self.is_whole = False
                return
            page = self.look_at(path)
            self.found_on.setdefault(path, found_on)
            told(len(self.pages))
            ahead = [(link.path, not link.is_quiet) for link in page.links] if goes_on else []
            self.times.update(next_path for next_path, _goes_on in ahead)
            if page.location.startswith("/"):
                ahead.append((page.location.partition("#")[0], goes_on))
            ahead += [(address, True) for address, _title in self.feeds.get(path, ())]
            ahead += [(address, True) for address in self.archives.get(path, ())]
            ahead += [(address, True) for address in [*page.canonicals, *page.alternates.values(), *page.feeds]]
            for next_path, is_open in ahead:
                if next_path.startswith("/") and next_path not in known:
                    known.add(next_path)
                    waiting.append((next_path, path, is_open))

    def end_of(self, path: str) -> list[Page]:
        """Return the addresses that one leads over, itself first and the page where it ends last."""
        way = [self.look_at(path)]
        while way[-1].location.startswith("/") and len(way) <= MOST_REDIRECTS:
            way.append(self.look_at(way[-1].location.partition("#")[0]))
        return way
