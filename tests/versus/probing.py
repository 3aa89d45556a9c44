"""Which functions of a reader's site each engine has as it is installed, as far as that is seen from outside."""

import json
import re
from collections.abc import Iterable
from urllib.parse import urlencode

import httpx2
from lxml import etree, html

from tests.versus.engines import Engine

# What is asked of each search, by the name of what it tells. The words stand in articles of the demo.
SEARCHES = {
    "word": "numérique",
    "without accents": "numerique",
    "phrase": "« la question »",
    "phrase in straight quotes": '"la question"',
    "phrase turned round": '"question la"',
    "two words": "question numérique",
    "without": "question -numérique",
    "mistyped": "numérqiue",
}
MOST_PAGES = 40
NAMESPACES = {
    "sitemap": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "images": "http://www.google.com/schemas/sitemap-image/1.1",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
    "xhtml": "http://www.w3.org/1999/xhtml",
}


def probe_all(engines: list[Engine]) -> dict[str, dict]:
    """Return the evidence of each engine."""
    return {engine.name: probe(engine) for engine in engines}


def probe(engine: Engine) -> dict:
    with httpx2.Client(base_url=engine.url, timeout=60, follow_redirects=True) as client:
        article = client.get(engine.pages["article"])
        tree = html.fromstring(article.content)
        styles = read_styles(client, tree)
        return {
            "json_ld": sorted(set(kinds_in(tree))),
            "open_graph": sorted(set(tree.xpath("//meta[starts-with(@property, 'og:')]/@property"))),
            "robots": tree.xpath("//meta[@name='robots']/@content"),
            "hreflang": tree.xpath("//link[@hreflang]/@hreflang"),
            "microformats": sorted(set(re.findall(r"\b[hpue]-[a-z]+(?:-[a-z]+)*\b", " ".join(tree.xpath("//@class"))))),
            "oembed": len(tree.xpath("//link[contains(@type, 'oembed')]")),
            "webmention": tree.xpath("//link[contains(@rel, 'webmention') or @rel='pingback']/@rel")
            + [link for link in [article.headers.get("Link", "")] if "webmention" in link],
            "pingback": article.headers.get("X-Pingback", ""),
            "feeds": tree.xpath(
                "//link[@rel='alternate'][contains(@type, 'rss') or contains(@type, 'atom') or "
                "contains(@type, 'feed')]/@href"
            ),
            "headers": {
                name: article.headers.get(name, "")
                for name in ("Cache-Control", "ETag", "Last-Modified", "Content-Security-Policy", "Set-Cookie", "Vary")
            },
            "print": "@media print" in styles,
            "dark": "prefers-color-scheme" in styles,
            "years": [path for path in ("/2016/", "/blog/2016/") if client.get(path).status_code == 200],
            "sitemap": probe_sitemap(client),
            "answers": {
                path: client.get(path, follow_redirects=False).status_code
                for path in ("/llms.txt", "/robots.txt", "/favicon.ico", "/opensearch.xml", "/wp-sitemap.xml")
            },
            "feed": probe_feed(client, engine.pages["feed"]) if "feed" in engine.pages else {},
            "search": probe_search(client, engine),
            "typography": probe_typography(tree),
        }


def kinds_in(tree: html.HtmlElement) -> Iterable[str]:
    """Yield the types of the structured data of a page, at any depth."""
    todo = [json.loads(each) for each in tree.xpath("//script[@type='application/ld+json']/text()")]
    for each in todo:
        if isinstance(each, list):
            todo += each
        elif isinstance(each, dict):
            kind = each.get("@type", ())
            yield from [kind] if isinstance(kind, str) else kind
            todo += [value for value in each.values() if isinstance(value, (list, dict))]


def read_styles(client: httpx2.Client, tree: html.HtmlElement) -> str:
    sheets = tree.xpath("//link[@rel='stylesheet'][not(@media='print')]/@href")
    texts = [client.get(sheet).text for sheet in sheets if sheet.startswith(("/", str(client.base_url)))]
    if tree.xpath("//link[@rel='stylesheet'][@media='print']"):
        texts.append("@media print")
    return "".join([*texts, *tree.xpath("//style/text()")])


def probe_sitemap(client: httpx2.Client) -> dict:
    """Return how many addresses its sitemaps have, and what they say of them."""
    found = {"maps": 0, "addresses": 0, "images": 0, "news": 0, "alternates": 0, "lastmod": 0}
    todo = ["/sitemap.xml"]
    for path in todo:
        answer = client.get(path)
        if answer.status_code != 200 or not answer.content.lstrip().startswith(b"<?xml"):
            continue
        found["maps"] += 1
        tree = etree.fromstring(answer.content)
        todo += tree.xpath("//sitemap:sitemap/sitemap:loc/text()", namespaces=NAMESPACES)
        for name, path_of in (
            ("addresses", "//sitemap:url"),
            ("images", "//images:image"),
            ("news", "//news:news"),
            ("alternates", "//xhtml:link[@hreflang]"),
            ("lastmod", "//sitemap:lastmod"),
        ):
            found[name] += len(tree.xpath(path_of, namespaces=NAMESPACES))
    return found


def probe_feed(client: httpx2.Client, path: str) -> dict:
    """Return what a feed has, and whether it is sent again when nothing has changed."""
    first = client.get(path)
    validators = {"If-None-Match": first.headers.get("ETag"), "If-Modified-Since": first.headers.get("Last-Modified")}
    again = client.get(path, headers={name: value for name, value in validators.items() if value})
    tree = etree.fromstring(first.content)
    return {
        "items": len(tree.xpath("//item")),
        "whole texts": len(tree.xpath("//*[local-name()='encoded']")),
        "again": again.status_code,
        "hub": "hub" in first.headers.get("Link", "") or bool(tree.xpath("//*[@rel='hub']")),
        "archive": bool(tree.xpath("//*[@rel='prev-archive' or @rel='next']")),
        "elements": sorted({etree.QName(each).localname for each in tree.iter(etree.Element)}),
    }


def probe_search(client: httpx2.Client, engine: Engine) -> dict[str, str]:
    """Return how many results each search has; nothing where there is no page of results."""
    if "search" not in engine.pages:
        return {}
    return {what: count_results(client, engine.pages["search"], text) for what, text in SEARCHES.items()}


def count_results(client: httpx2.Client, place: str, text: str) -> str:
    """Return the number that a page of results gives; else how many different articles all of them show."""
    path, _, query = place.partition("?")
    asked = urlencode({query.partition("=")[0]: text})
    found: set[str] = set()
    for number in range(1, MOST_PAGES):
        # WordPress has the number in its path.
        page = client.get(f"/page/{number}/?{asked}" if path == "/" else f"{path}?{asked}&page={number}").text
        tree = html.fromstring(page)
        head = " ".join(tree.xpath("//main//h2[1]//text()"))
        if counted := re.search(r"(\d[\d\s\u00a0\u202f]*)\s*résultat", head):
            return counted[1].strip()
        shown = set(tree.xpath("//main//h2/a/@href | //li/h4/a/@href"))
        if shown <= found:
            break
        found |= shown
    return str(len(found))


def probe_typography(tree: html.HtmlElement) -> dict[str, int]:
    """Count what French typography asks for, and what it forbids, in the text of an article."""
    text = " ".join(tree.xpath("//p//text()"))
    return {
        "no-break space before : ; ! ?": len(re.findall(r"[\u00a0\u202f][:;!?]", text)),
        "ordinary space before : ; ! ?": len(re.findall(r" [:;!?](?=\s|$)", text)),
        "typographic apostrophes": text.count("’"),
        "straight apostrophes": text.count("'"),
    }
