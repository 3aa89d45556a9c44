"""Archived feeds (RFC 5005, section 4), followed as a reader does who wants every article."""

import json
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import time_machine
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from lxml import etree

from blog.feed_archives import Register
from blog.feeds import ITEMS
from blog.models import Post, Tribune
from blog.views import feeds
from tests.archived_feeds import ATOM, SITE, FollowsFeeds
from tests.factories import make_author, make_category, make_partner, make_post, make_tag, make_tribune

NOW = datetime(2016, 9, 15, 12, tzinfo=UTC)
FH = "{http://purl.org/syndication/history/1.0}"
KINDS = ("feed/", "feed/atom/", "feed/json/")
LISTS = ("/blog/", "/categorie/economie-et-numerique/", "/sujet/cloud/", "/auteurs/yann-gourvennec/")
SIZE = 3


@time_machine.travel(NOW, tick=False)
@patch.object(feeds, "ITEMS", SIZE)
class ArchiveTests(FollowsFeeds, TestCase):
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

    def test_reader_gets_every_article_of_each_list_in_each_format(self):
        wanted = {SITE + post.path() for post in Post.objects.all()}
        for path in LISTS:
            for kind in KINDS:
                with self.subTest(path + kind):
                    self.assert_gets_all(path + kind, wanted)

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
        before = self.parts("/blog/feed/")
        for number in range(20, 25):
            self.add(number, NOW - timedelta(minutes=30 - number))
        after = self.parts("/blog/feed/")
        self.assertGreater(len(after), len(before))
        self.assertEqual({address: after[address] for address in before}, before)

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


@patch.object(feeds, "ITEMS", SIZE)
@patch.object(feeds, "NUMBERS", 4)
class TribuneArchiveTests(FollowsFeeds, TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.partner, other = make_partner(), make_partner(slug="autre", name="Autre", site="https://example.org/autre/")
        for number in range(1, 16):
            language = "en" if number % 4 == 0 else "fr"
            post = make_post(slug=f"p{number}", title=f"Article {number}", language=language)
            cls.add(post, cls.partner if number % 3 else other, number)

    @classmethod
    def add(cls, post, partner, number, **fields):
        moment = datetime(2016, 6, 1, 0, number % 60, tzinfo=UTC)
        # Those in the middle wait for the partner, or were declined.
        state = "proposed" if number in range(7, 11) else "published"
        return make_tribune(post, partner, **{"published_at": moment, "state": state} | fields)

    def published(self, **where):
        return {
            f"{SITE}{each.post.path()}#tribune-{each.pk}"
            for each in Tribune.objects.published().filter(**where).select_related("post")
        }

    def test_reader_gets_every_tribune_in_each_format_and_language(self):
        for path, wanted in (
            ("/tribunes/", self.published()),
            ("/en/tribunes/", self.published()),
            ("/partenaires/blog-du-communicant/", self.published(partner=self.partner)),
            ("/en/partners/blog-du-communicant/", self.published(partner=self.partner)),
        ):
            for kind in KINDS:
                with self.subTest(path + kind):
                    self.assert_gets_all(path + kind, wanted)

    def test_document_stays_when_another_appears_even_one_of_an_earlier_day(self):
        before = self.parts("/tribunes/feed/")
        for number in range(50, 56):
            # Heard of late: it was out there before most of the others.
            moment = datetime(2016, 6, 1, tzinfo=UTC) if number == 52 else datetime(2016, 7, 1, 0, number, tzinfo=UTC)
            self.add(make_post(slug=f"p{number}"), self.partner, number, published_at=moment)
        after = self.parts("/tribunes/feed/")
        self.assertGreater(len(after), len(before))
        self.assertEqual({address: after[address] for address in before}, before)
        self.assert_gets_all("/tribunes/feed/", self.published())

    def test_one_that_was_waited_for_joins_the_document_of_its_number(self):
        before = self.parts("/tribunes/feed/")
        tribune = Tribune.objects.filter(state="proposed").first()
        Tribune.objects.filter(pk=tribune.pk).update(state="published")
        name = f"{SITE}{tribune.post.path()}#tribune-{tribune.pk}"
        after = self.parts("/tribunes/feed/")
        for address, names in before.items():
            self.assertEqual([each for each in after[address] if each != name], names)
        self.assert_gets_all("/tribunes/feed/", self.published())

    def test_parts_lead_both_ways_and_say_what_they_are(self):
        for kind in KINDS[:2]:
            [_feed, *parts] = self.follow(f"/tribunes/{kind}")
            backwards = [links["self"] for _part, links in parts]
            self.assertTrue(all(part.find(f".//{FH}archive") is not None for part, _links in parts))
            self.assertEqual({links["current"] for _part, links in parts}, {f"{SITE}/tribunes/{kind}"})
            forwards = [each["self"] for _part, each in self.follow(backwards[-1], "next-archive")]
            self.assertEqual(forwards, backwards[::-1])

    def test_both_ways_are_one_wherever_the_last_part_ends(self):
        rows = Tribune.objects.published()
        shown = set(rows.values_list("pk", flat=True)[:SIZE])
        for span in range(SIZE + 1, SIZE + 7):
            with self.subTest(span=span):
                register = Register(rows, "pk", SIZE, span)
                backwards = [register.newest(shown)]
                while (part := register.before(backwards[-1])) is not None:
                    backwards.append(part)
                forwards = [backwards[-1]]
                while (part := register.after(forwards[-1])) is not None:
                    forwards.append(part)
                # The last is named by the feed alone while it is being filled.
                is_filled = rows.filter(pk__gte=backwards[0] * span).exists()
                self.assertEqual(forwards, backwards[::-1] if is_filled else backwards[:0:-1])

    def test_what_is_not_there_is_not_found(self):
        for end in ("999", "9999999", "99999999", "0", "01", "-1", "2016/06/1"):
            for path in ("/tribunes/feed/", "/partenaires/blog-du-communicant/feed/atom/"):
                self.assertEqual(self.client.get(f"{path}{end}/").status_code, 404, end)
        self.assertEqual(self.client.get("/partenaires/personne/feed/1/").status_code, 404)

    def test_short_list_has_no_archive_to_lead_to(self):
        Tribune.objects.exclude(pk__in=Tribune.objects.order_by("-pk")[:SIZE]).delete()
        for kind in KINDS:
            self.assertIsNone(self.read(f"/tribunes/{kind}")[1].get("prev-archive"))

    def test_cost_is_the_same_in_a_long_archive(self):
        addresses = ["/tribunes/feed/", self.follow("/tribunes/feed/")[1][1]["self"].removeprefix(SITE)]
        few = [self.count(address) for address in addresses]
        for number in range(60, 90):
            self.add(make_post(slug=f"p{number}"), self.partner, number)
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


class LongPartTests(TestCase):
    def test_part_with_more_than_a_feed_has_names_all_authors_and_subjects(self):
        partner = make_partner()
        count = ITEMS + 2
        for number in range(count):
            names = {"slug": f"p{number}", "authors": [make_author(slug=f"a{number}", name=f"Auteur {number}")]}
            post = make_post(**names, tags=[make_tag(slug=f"t{number}", name_fr=f"Sujet {number}")])
            make_tribune(post, partner, published_at=datetime(2016, 6, 1, 0, number, tzinfo=UTC))
        first = Tribune.objects.order_by("pk").first().pk
        with patch.object(feeds, "NUMBERS", first + count):
            items = self.client.get("/tribunes/feed/json/1/").json()["items"]
        self.assertEqual(len(items), count)
        for number, item in enumerate(reversed(items)):
            self.assertEqual([author["name"] for author in item["authors"]], [f"Auteur {number}"])
            self.assertIn(f"Sujet {number}", item["tags"])
