"""What robots.txt and the sitemaps of a site name (RFC 9309 and the Sitemap protocol 0.9)."""

from collections.abc import Iterator

from lxml import etree

from blog.syndication.robots import read_rules
from config.crawl.walking import Walk

NAMES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
    "i": "http://www.google.com/schemas/sitemap-image/1.1",
}


def read_robots(walk: Walk) -> tuple[list[tuple[str, bool]], list[str]]:
    """Return the rules for all programs, and the paths of the sitemaps that robots.txt names."""
    answer = walk.ask("/robots.txt")
    lines = answer.text.splitlines() if answer.is_success else []
    named = [line.partition(":")[2].strip() for line in lines if line.lower().startswith("sitemap:")]
    return read_rules(answer.text) if answer.is_success else [], [walk.reader.local(address)[0] for address in named]


def read_sitemaps(walk: Walk, paths: list[str]) -> Iterator[tuple[str, str]]:
    """Read sitemaps, those that they name too, into ``walk.sitemaps``; yield a path and what is wrong there."""
    waiting, known = list(paths), set(paths)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    while waiting:
        path = waiting.pop()
        answer = walk.ask(path)
        if not answer.is_success:
            yield path, f"answers {answer.status}"
            continue
        try:
            root = etree.fromstring(answer.body, parser)
        except etree.XMLSyntaxError as error:
            yield path, f"is no XML: {error}"
            continue
        for child in root.iterfind("s:sitemap/s:loc", NAMES):
            local = walk.reader.local(child.text or "")[0]
            if local not in known:
                known.add(local)
                waiting.append(local)
        named = walk.sitemaps.setdefault(path, {})
        for url in root.iterfind("s:url", NAMES):
            address = walk.reader.local(url.findtext("s:loc", "", NAMES))[0]
            if address in named:
                yield path, f"names {address} twice"
            walk.changed_at[address] = url.findtext("s:lastmod", "", NAMES).strip()
            walk.sitemap_pictures[address] = [
                walk.reader.local(each.text or "")[0] for each in url.iterfind("i:image/i:loc", NAMES)
            ]
            named[address] = {
                link.get("hreflang", "").lower(): walk.reader.local(link.get("href", ""))[0]
                for link in url.iterfind("x:link", NAMES)
                if link.get("rel") == "alternate"
            }
