"""How search engines and feed readers find what there is: sitemap, feeds, structured data and heads say the same."""

import json

import feedparser
import pytest
from lxml import etree

from tests.site.kinds import PUBLIC_KINDS
from tests.site.test_heads import alternates, indexed

NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
# Archives by time list what other lists do, and later pages of a list what the first leads to.
BY_TIME = ("/blog/19", "/blog/20", "/blog/archives/19", "/blog/archives/20")
LEFT_OUT = (*BY_TIME, *(f"/en{path}" for path in BY_TIME))


@pytest.fixture(scope="module")
def sitemap(publication):
    """The versions of each page that the sitemap names, by its path."""
    index = etree.fromstring(publication.reader.fetch("/sitemap.xml").body)
    found = {}
    for file in index.iterfind("s:sitemap/s:loc", NAMES):
        answer = publication.reader.fetch(file.text.removeprefix(publication.reader.site_url))
        assert answer.status == 200, file.text
        for url in etree.fromstring(answer.body).iterfind("s:url", NAMES):
            path = url.findtext("s:loc", namespaces=NAMES).removeprefix(publication.reader.site_url)
            assert path not in found, f"{path} is in the sitemap twice"
            found[path] = {
                link.get("hreflang"): link.get("href").removeprefix(publication.reader.site_url)
                for link in url.iterfind("x:link", NAMES)
            }
    return found


def test_sitemap_names_pages_that_are_there_and_stand_for_themselves(publication, sitemap):
    pages = {page.path: page for page in indexed(publication)}
    for path, versions in sitemap.items():
        assert path in pages, f"{path} cannot be reached, or is not for search engines"
        assert canonical(pages[path]) == pages[path].site_url + path
        assert alternates(pages[path]) == versions, path


def test_sitemap_leaves_out_nothing_that_stands_for_itself(publication, sitemap):
    missing = [
        page.path
        for page in indexed(publication)
        if canonical(page) == page.site_url + page.path
        and "?" not in page.path
        and (page.tree.xpath("//article[contains(@class, 'h-entry')]//h1") or not page.path.startswith(LEFT_OUT))
        and page.path not in sitemap
    ]
    assert missing == [path for pair in NOT_FOR_SEARCH for path in pair if path in missing]


# The form of a right of reply is reached from each page.
NOT_FOR_SEARCH = [("/droit-de-reponse/", "/en/right-of-reply/")]


def test_every_page_says_the_same_in_its_head_and_its_data(publication):
    for page in indexed(publication):
        told = page.tree.xpath("//meta[@property='og:url']/@content")
        blocks = [json.loads(text) for text in page.tree.xpath("//script[@type='application/ld+json']/text()")]
        articles = [node for block in blocks for node in block["@graph"] if "BlogPosting" in node["@type"]]
        for article in articles:
            assert {article["url"], article["mainEntityOfPage"], *told} == {told[0]}, page.path
            if "?" not in page.path:
                assert canonical(page) == told[0], page.path
            assert article["headline"] == page.tree.xpath("//meta[@property='og:title']/@content")[0], page.path
        for node in (node for block in blocks for node in block["@graph"] if node["@type"] == "BreadcrumbList"):
            for step in node["itemListElement"]:
                path = step["item"].removeprefix(page.site_url)
                assert publication[path].status == 200, f"{page.path} → {path}"


def test_every_kind_of_article_and_list_has_data(publication):
    for kind, paths in PUBLIC_KINDS.items():
        if kind not in ("event-past", "event-coming", "privacy", "plain-page"):
            for path in paths:
                assert publication[path].tree.xpath("boolean(//script[@type='application/ld+json'])"), path


def test_feeds_that_pages_name_are_read_without_an_error(publication):
    feeds = {
        path: answer
        for path, answer in publication.answers.items()
        if path.endswith(("/feed/", "/feed/atom/", "/feed/json/")) and answer.status == 200
    }
    assert len(feeds) > 100
    for path, answer in feeds.items():
        if path.endswith("/json/"):
            assert json.loads(answer.body)["feed_url"] == answer.site_url + path
        else:
            feed = feedparser.parse(answer.body, response_headers={"content-type": answer.headers["Content-Type"]})
            assert not feed.bozo, f"{path}: {feed.get('bozo_exception')}"
            assert len({entry.id for entry in feed.entries}) == len(feed.entries), path


def canonical(page) -> str:
    return page.tree.xpath("//link[@rel='canonical']/@href")[0]
