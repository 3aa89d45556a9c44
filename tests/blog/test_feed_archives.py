"""Archived feeds (RFC 5005, section 4), followed as a reader does who wants every article."""

import json
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import feedparser
import time_machine
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from lxml import etree

from blog.models import Post
from blog.views import feeds
from tests.factories import make_author, make_category, make_post, make_tag

NOW = datetime(2016, 9, 15, 12, tzinfo=UTC)
FH = "{http://purl.org/syndication/history/1.0}"
ATOM = "{http://www.w3.org/2005/Atom}"
LISTS = ("/blog/", "/categorie/economie-et-numerique/", "/sujet/cloud/", "/auteurs/yann-gourvennec/")
SIZE = 3


@time_machine.travel(NOW, tick=False)
@patch.object(feeds, "ITEMS", SIZE)
class ArchiveTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.category, cls.tag, cls.author = make_category(), make_tag(), make_author()
        # Seven in January, none in February, two in June, seven in this month.
        moments = [datetime(2016, 1, 1 + day, tzinfo=UTC) for day in range(7)]
        moments += [datetime(2016, 6, 3, tzinfo=UTC), datetime(2016, 6, 30, 23, 59, 59, tzinfo=UTC)]
        moments += [datetime(2016, 9, 1 + day, tzinfo=UTC) for day in range(7)]
        for number, moment in enumerate(moments, start=1):
            cls.add(number, moment)

    @classmethod
    def add(cls, number, moment, **fields):
        return make_post(
            slug=f"p{number}",
            title=f"Article {number}",
            body="<p>Texte.</p>",
            published_at=moment,
            category=cls.category,
            tags=[cls.tag],
            authors=[cls.author],
            **fields,
        )

    def read(self, address):
        """Return the parsed document of an address, and its links by their relation."""
        response = self.client.get(address)
        self.assertEqual(response.status_code, 200, address)
        if "json" in address:
            feed = response.json()
            return feed, {"prev-archive": feed.get("next_url"), "self": feed["feed_url"]}
        tree = etree.fromstring(response.content)
        links = tree.findall(f".//channel/{ATOM}link") or tree.findall(f"{ATOM}link")
        return tree, {link.get("rel"): link.get("href") for link in links}

    def follow(self, address, relation="prev-archive"):
        """Return all documents from one on."""
        documents = []
        while address:
            tree, links = self.read(address.removeprefix("http://testserver"))
            documents.append((tree, links))
            address = links.get(relation)
            self.assertLess(len(documents), 20)
        return documents

    def slugs(self, document):
        if isinstance(document, dict):
            return [item["id"].split("/")[-2] for item in document["items"]]
        return [entry.id.split("/")[-2] for entry in feedparser.parse(etree.tostring(document)).entries]

    def test_reader_gets_every_article_of_each_list_in_each_format(self):
        for path in LISTS:
            for kind in ("feed/", "feed/atom/", "feed/json/"):
                with self.subTest(path + kind):
                    found = [slug for document, _links in self.follow(path + kind) for slug in self.slugs(document)]
                    self.assertEqual(set(found), {f"p{number}" for number in range(1, 17)})

    def test_documents_say_what_they_are(self):
        (feed, links), *archive = self.follow("/blog/feed/atom/")
        self.assertIsNone(feed.find(f"{FH}archive"))
        self.assertEqual(links["self"], "http://testserver/blog/feed/atom/")
        base = "http://testserver/blog/feed/atom/"
        parts = [f"{base}{part}/" for part in ("2016/09/2", "2016/09/1", "2016/06/1", "2016/01/3", "2016/01/2")]
        self.assertEqual([links["self"] for _document, links in archive], [*parts, f"{base}2016/01/1/"])
        for document, links in archive:
            self.assertIsNotNone(document.find(f"{FH}archive"))
            self.assertEqual(links["current"], base)
            self.assertEqual(document.findtext(f"{ATOM}id"), feed.findtext(f"{ATOM}id"))
        self.assertIsNotNone(self.read("/blog/feed/2016/06/1/")[0].find(f"channel/{FH}archive"))

    def test_archive_leads_forwards_too(self):
        chain = [links["self"] for _document, links in self.follow("/blog/feed/2016/01/1/", "next-archive")]
        self.assertEqual(chain[-1], "http://testserver/blog/feed/2016/09/2/")
        self.assertEqual(len(chain), 6)

    def test_document_stays_as_it_is_when_more_appears(self):
        addresses = [links["self"] for _document, links in self.follow("/blog/feed/")[1:]]
        before = [self.slugs(self.read(address.removeprefix("http://testserver"))[0]) for address in addresses]
        for number in range(20, 25):
            self.add(number, NOW - timedelta(minutes=30 - number))
        later = [links["self"] for _document, links in self.follow("/blog/feed/")[1:]]
        self.assertEqual(later[-len(addresses) :], addresses)
        after = [self.slugs(self.read(address.removeprefix("http://testserver"))[0]) for address in addresses]
        self.assertEqual(after, before)

    def test_what_is_not_there_is_not_found(self):
        self.add(40, NOW + timedelta(days=1))
        for part in ("2016/02/1", "2016/09/3", "2016/10/1", "2016/06/2", "2016/06/0", "2016/06/9999", "2016/13/1"):
            self.assertEqual(self.client.get(f"/blog/feed/{part}/").status_code, 404, part)
        self.assertEqual(self.client.get("/tribunes/feed/2016/06/1/").status_code, 404)
        self.assertEqual(self.client.get("/en/blog/feed/2016/06/1/").status_code, 404)

    def test_short_list_has_no_archive_to_lead_to(self):
        Post.objects.filter(published_at__gte=datetime(2016, 1, 3, tzinfo=UTC)).delete()
        feed, links = self.read("/blog/feed/json/")
        self.assertEqual((len(feed["items"]), links["prev-archive"]), (2, None))

    def test_old_address_of_a_list_leads_to_its_archive(self):
        self.tag.slug = "nuage"
        self.tag.save()
        response = self.client.get("/sujet/cloud/feed/atom/2016/06/1/")
        self.assertRedirects(response, "/sujet/nuage/feed/atom/2016/06/1/", 301)

    def test_cost_is_the_same_in_a_long_archive(self):
        addresses = [path + kind for path in LISTS for kind in ("feed/", "feed/2016/01/2/", "feed/2016/09/1/")]
        few = [self.count(address) for address in addresses]
        for number in range(30):
            self.add(100 + number, datetime(2015, 1 + number % 12, 5, tzinfo=UTC))
        self.assertEqual([self.count(address) for address in addresses], few)
        self.assertLessEqual(max(few), 15)

    def count(self, address):
        with CaptureQueriesContext(connection) as queries:
            self.assertEqual(self.client.get(address).status_code, 200, address)
        return len(queries)


class FormTests(TestCase):
    """The rules of the formats that the W3C's validator and the JSON Feed schema look at, read from the standards."""

    @classmethod
    def setUpTestData(cls):
        make_post(authors=[make_author()], tags=[make_tag()], updated_at=datetime(2016, 7, 1, tzinfo=UTC))

    def test_rss(self):
        response = self.client.get("/blog/feed/")
        self.assertEqual(response["Content-Type"], "application/rss+xml; charset=utf-8")
        self.assertEqual(response["Link"], '<http://testserver/blog/feed/>; rel="self"')
        tree = etree.fromstring(response.content)
        self.assertEqual((tree.tag, tree.get("version")), ("rss", "2.0"))
        [channel] = tree
        for name in ("title", "link", "description", "language", "lastBuildDate"):
            self.assertEqual(len(channel.findall(name)), 1, name)
        for item in channel.findall("item"):
            for name in ("title", "link", "description", "guid", "pubDate"):
                self.assertEqual(len(item.findall(name)), 1, name)
            self.assertIn(item.find("guid").get("isPermaLink"), {"true", "false"})
            self.assertEqual(item.findtext(f"{ATOM}updated"), "2016-07-01T00:00:00+00:00")

    def test_atom(self):
        response = self.client.get("/blog/feed/atom/")
        self.assertEqual(response["Content-Type"], "application/atom+xml; charset=utf-8")
        tree = etree.fromstring(response.content)
        for place in (tree, *tree.findall(f"{ATOM}entry")):
            for name in ("id", "title", "updated"):
                self.assertEqual(len(place.findall(f"{ATOM}{name}")), 1, name)
            alternates = [link for link in place.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
            self.assertEqual(len(alternates), 1)
        self.assertTrue(all(entry.find(f"{ATOM}author/{ATOM}name") is not None for entry in tree.iter(f"{ATOM}entry")))

    def test_json(self):
        response = self.client.get("/blog/feed/json/")
        self.assertEqual(response["Content-Type"], "application/feed+json")
        feed = json.loads(response.content)
        known = {"version", "title", "home_page_url", "feed_url", "description", "language", "next_url", "hubs"}
        self.assertLessEqual(set(feed), known | {"items"})
        for item in feed["items"]:
            names = {"id", "url", "external_url", "title", "content_html", "summary", "image", "date_published"}
            names |= {"date_modified", "authors", "tags", "language"}
            self.assertLessEqual({name for name in item if not name.startswith("_")}, names)
            self.assertIsInstance(item["id"], str)
            self.assertTrue(item["content_html"])
            for name in ("date_published", "date_modified"):
                self.assertIsNotNone(datetime.fromisoformat(item[name]).tzinfo)
            self.assertTrue(all(set(author) <= {"name", "url", "avatar"} and author for author in item["authors"]))

    def test_empty_feed_never_changes(self):
        Post.objects.update(status="withdrawn")
        for kind in ("", "atom/", "json/"):
            with time_machine.travel(NOW):
                first = self.client.get(f"/blog/feed/{kind}")["ETag"]
            self.assertEqual(self.client.get(f"/blog/feed/{kind}")["ETag"], first)

    def test_who_opens_a_feed_in_a_browser_sees_it_with_its_style(self):
        for kind in ("", "atom/"):
            seen = self.client.get(f"/blog/feed/{kind}", headers={"sec-fetch-dest": "document"})
            self.assertEqual(seen["Content-Type"], "application/xml; charset=utf-8")
            self.assertIn("Sec-Fetch-Dest", seen["Vary"])
            self.assertIn(b'<?xml-stylesheet href="/static/css/feed.css" type="text/css"', seen.content[:200])
            self.assertEqual(etree.fromstring(seen.content).get("{http://www.w3.org/XML/1998/namespace}lang"), "fr")
        page = self.client.get("/blog/", headers={"sec-fetch-dest": "document"})
        self.assertEqual(page["Content-Type"], "text/html; charset=utf-8")
