"""What machines take from the demo publication, against the rules of each format: sitemaps, calendars, cards, OPML."""

import json
import re
from urllib.robotparser import RobotFileParser

import icalendar
import mf2py
import pytest
from lxml import etree

from tests.site.kinds import ENGLISH_POST, POST, THREAD
from tests.site.test_feed_rules import check_address

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
IMAGE = "{http://www.google.com/schemas/sitemap-image/1.1}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
VERSION = "{http://www.w3.org/1999/xhtml}link"
# The profile of ISO 8601 that the protocol names (W3C Datetime).
MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?")
MOST_IMAGES = 1000
LONGEST_LINE = 75


@pytest.fixture(scope="module")
def sitemaps(publication) -> dict[str, etree._Element]:
    """Return the root of each file that the index names."""
    answer = publication.reader.fetch("/sitemap.xml")
    assert answer.headers["Content-Type"] == "application/xml; charset=utf-8"
    index = etree.fromstring(answer.body)
    assert index.tag == f"{SITEMAP}sitemapindex"
    paths = [each.text.removeprefix(answer.site_url) for each in index.iterfind(f"{SITEMAP}sitemap/{SITEMAP}loc")]
    assert len(set(paths)) == len(paths)
    return {path: etree.fromstring(publication.reader.fetch(path).body) for path in paths}


def test_sitemaps(sitemaps):
    known = set()
    for path, root in sitemaps.items():
        assert root.tag == f"{SITEMAP}urlset", path
        assert 0 < len(root) <= 50_000, path
        for url in root:
            # By the schema the address goes first, then the date, then what other vocabularies add.
            tags = [child.tag for child in url]
            assert url.tag == f"{SITEMAP}url"
            assert tags[0] == f"{SITEMAP}loc"
            assert tags.count(f"{SITEMAP}loc") == 1
            assert f"{SITEMAP}lastmod" not in tags[2:]
            assert set(tags[1:]) <= {f"{SITEMAP}lastmod", VERSION, f"{IMAGE}image", f"{NEWS}news"}
            address = url.findtext(f"{SITEMAP}loc")
            check_address(address)
            assert len(address) < 2048
            assert address not in known
            known.add(address)
            changed = url.findtext(f"{SITEMAP}lastmod")
            assert changed is None or MOMENT.fullmatch(changed), changed
            check_images_and_news(url)


def check_images_and_news(url: etree._Element) -> None:
    images = url.findall(f"{IMAGE}image")
    assert len(images) <= MOST_IMAGES
    for image in images:
        assert [child.tag for child in image] == [f"{IMAGE}loc"]
        check_address(image[0].text)
    for news in url.iterfind(f"{NEWS}news"):
        assert [child.tag for child in news] == [NEWS + name for name in ("publication", "publication_date", "title")]
        assert [child.tag for child in news[0]] == [f"{NEWS}name", f"{NEWS}language"]
        assert MOMENT.fullmatch(news[1].text)


def test_robots_may_visit_what_the_sitemap_names(publication, sitemaps):
    robots = publication.reader.fetch("/robots.txt")
    assert robots.headers["Content-Type"].startswith("text/plain")
    rules = RobotFileParser()
    rules.parse(robots.text.splitlines())
    assert rules.site_maps() == [f"{robots.site_url}/sitemap.xml"]
    for root in sitemaps.values():
        for address in root.iterfind(f"{SITEMAP}url/{SITEMAP}loc"):
            assert rules.can_fetch("Googlebot", address.text), address.text
    assert not rules.can_fetch("Googlebot", f"{robots.site_url}/admin/")


def test_calendars(publication):
    calendars = [answer for path, answer in publication.answers.items() if path.endswith(".ics")]
    assert len(calendars) > 10
    for answer in calendars:
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8", answer.path
        lines = answer.body.split(b"\r\n")
        assert not any(b"\n" in line or len(line) > LONGEST_LINE for line in lines), answer.path
        calendar = icalendar.Calendar.from_ical(answer.body)
        assert not calendar.errors, answer.path
        zones = {str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")}
        events = calendar.walk("VEVENT")
        assert events, answer.path
        assert len({str(event["UID"]) for event in events}) == len(events), answer.path
        for event in events:
            assert {"DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "UID", "URL"} <= set(event), answer.path
            assert event["DTSTART"].params["TZID"] in zones, answer.path
            assert event.start < event.end, answer.path
            assert not re.search(r"\w'\w|\w [;!?:]", event["SUMMARY"] + event.get("DESCRIPTION", "")), answer.path


def test_every_card_that_a_page_names(publication):
    """By the specification of oEmbed, section 2.3.4."""
    cards = {
        path: link.attributes["type"]
        for page in publication.pages
        for path, link in page.inner_links()
        if link.attributes.get("type", "").endswith("+oembed")
    }
    assert len(cards) > 50
    for path, media_type in cards.items():
        answer = publication.answers[path]
        assert answer.status == 200, path
        assert answer.headers["Content-Type"].startswith(media_type.removesuffix("+oembed")), path
        if "json" in media_type:
            card = json.loads(answer.body)
        else:
            card = {node.tag: node.text for node in etree.fromstring(answer.body)}
        assert (card["type"], card["version"]) == ("rich", "1.0"), path
        assert int(card["width"]) > 0, path
        assert int(card["height"]) > 0, path
        assert "<script" not in card["html"], path
        pictures = {name for name in card if name.startswith("thumbnail_")}
        assert len(pictures) in (0, 3), path
        for name in ("author_url", "provider_url", "thumbnail_url"):
            if name in card:
                check_address(card[name])


def test_microformats_name_the_same_as_the_page(publication):
    for path in (POST, ENGLISH_POST, THREAD):
        page = publication[path]
        found = mf2py.parse(page.text, url=page.site_url + path)
        [entry] = [item for item in found["items"] if "h-entry" in item["type"]]
        assert entry["properties"]["url"][0] == page.site_url + path
        assert entry["properties"]["uid"][0] == page.site_url + path
        assert " ".join(entry["properties"]["name"][0].split()) == " ".join(page.tree.findtext(".//h1").split() or [])
        for author in entry["properties"]["author"]:
            check_address(author["properties"]["url"][0])


def test_feeds_of_partners_are_a_list_that_readers_take(publication):
    for path in ("/partenaires.opml", "/en/partners.opml"):
        root = etree.fromstring(publication.reader.fetch(path).body)
        assert (root.tag, root.get("version")) == ("opml", "2.0")
        assert [child.tag for child in root] == ["head", "body"]
        assert len(root[1]) > 2
        for outline in root[1]:
            assert outline.get("text")
            assert outline.get("type") == "rss"
            check_address(outline.get("xmlUrl"))
            assert "'" not in outline.get("description")
