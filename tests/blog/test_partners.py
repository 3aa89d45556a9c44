"""The directory of partners, as readers see it."""

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from lxml import etree

from blog.models import Headline
from tests.factories import PUBLISHED_AT, make_partner, make_post, make_tribune

DETAIL = "/partenaires/blog-du-communicant/"
ENGLISH = "/en/partners/blog-du-communicant/"


def make_partners():
    """Make a partner with a feed, one without, and one that is not listed; return the first and the last."""
    notes = {"note_fr": "Un blog de pair.", "note_en": "A peer’s blog."}
    first = make_partner(feed="https://example.org/blog-du-communicant/feed/", **notes)
    make_partner(name="The Slow Inbox & Co", slug="slow-inbox", keeper="Harriet", language="en")
    return first, make_partner(name="À examiner", slug="a-examiner", is_listed=False, feed="https://h.example/f")


class DirectoryTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.partner, cls.hidden = make_partners()

    def add_headlines(self, partner, count=3):
        for number in range(count):
            Headline.objects.create(
                partner=partner,
                position=number,
                title=f"<b>Titre {number}</b>",
                address=f"https://example.org/{number}/",
                published_at=datetime(2026, 11, 1 + number, 8, tzinfo=UTC),
            )

    def test_list_says_who_keeps_each_what_it_is_about_and_in_which_language(self):
        page = self.client.get("/partenaires/")
        for text in ("Tenu par Olivier Cimelière", "Un blog de pair.", "En français", "En anglais"):
            self.assertContains(page, text)
        self.assertContains(page, '<h2 class="p-org" lang="en">')
        self.assertNotContains(page, "À examiner")
        page = self.client.get("/en/partners/")
        self.assertContains(page, "Kept by Harriet")
        self.assertContains(page, "A peer’s blog.")
        self.assertContains(page, 'href="/en/partners.opml"')

    def test_page_has_the_latest_headlines_as_plain_text_in_their_language(self):
        self.add_headlines(self.partner)
        page = self.client.get(ENGLISH)
        self.assertContains(page, "Latest on their blog")
        self.assertContains(page, '<ul class="headlines" lang="fr">')
        self.assertContains(page, "&lt;b&gt;Titre 0&lt;/b&gt;</a>")
        self.assertContains(page, '<a href="https://example.org/0/" hreflang="fr">')
        self.assertContains(self.client.get(DETAIL), "Dernières parutions chez eux")

    def test_without_headlines_there_is_no_heading_for_them(self):
        self.assertNotContains(self.client.get(DETAIL), "Dernières parutions")

    def test_every_tribune_is_there_both_ways_and_in_pages(self):
        for number in range(20):
            post = make_post(slug=f"tribune-{number}", title=f"Avis {number:02}")
            make_tribune(
                post,
                self.partner,
                direction="theirs_here" if number % 2 else "ours_there",
                content="whole",
                published_at=PUBLISHED_AT - timedelta(days=number),
            )
        page = self.client.get(DETAIL)
        self.assertContains(page, "La nôtre, chez", count=9)
        self.assertContains(page, "La leur, de", count=9)
        self.assertContains(self.client.get(f"{DETAIL}?page=2"), "Avis 19")

    def test_cost_is_the_same_with_many(self):
        def queries(address):
            with CaptureQueriesContext(connection) as found:
                self.client.get(address)
            return len(found)

        self.add_headlines(self.partner, 1)
        make_tribune(make_post(), self.partner)
        self.client.get(DETAIL)
        few = queries(DETAIL)
        Headline.objects.all().delete()
        self.add_headlines(self.partner, 5)
        for number in range(40):
            make_tribune(make_post(slug=f"tribune-{number}"), self.partner)
        self.assertEqual(queries(DETAIL), few)
        self.assertLessEqual(queries(f"{DETAIL}?page=2"), few)

    def test_partner_that_nobody_has_looked_at_is_shown_to_nobody(self):
        self.assertEqual(self.client.get("/partenaires/a-examiner/").status_code, 404)
        make_tribune(make_post(), self.hidden)
        self.assertEqual(self.client.get("/partenaires/a-examiner/").status_code, 200)


class OpmlTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        make_partners()

    def outlines(self, address):
        response = self.client.get(address)
        self.assertEqual(response["Content-Type"], "text/x-opml; charset=utf-8")
        root = etree.fromstring(response.content)
        return root, [dict(node.attrib) for node in root.iter("outline")]

    def test_it_names_the_feeds_of_listed_partners(self):
        root, outlines = self.outlines("/partenaires.opml")
        self.assertEqual((root.tag, root.get("version")), ("opml", "2.0"))
        self.assertEqual(root.findtext("head/title"), "Partenaires – La Marge")
        self.assertEqual(
            outlines,
            [
                {
                    "type": "rss",
                    "text": "Blog du communicant",
                    "title": "Blog du communicant",
                    "description": "Un blog de pair.",
                    "xmlUrl": "https://example.org/blog-du-communicant/feed/",
                    "htmlUrl": "https://example.org/blog-du-communicant/",
                    "language": "fr",
                }
            ],
        )

    def test_english_says_it_in_english(self):
        root, outlines = self.outlines("/en/partners.opml")
        self.assertEqual(root.findtext("head/title"), "Partners – La Marge")
        self.assertEqual(outlines[0]["description"], "A peer’s blog.")

    def test_what_xml_does_not_bear_is_left_out(self):
        make_partner(slug="mauvais", name="Mauvais\x07 <nom> & Cie", feed="https://example.net/f")
        self.assertIn("Mauvais <nom> & Cie", [each["text"] for each in self.outlines("/partenaires.opml")[1]])

    def test_it_costs_one_query_however_many_there_are(self):
        for number in range(30):
            make_partner(slug=f"blog-{number}", feed=f"https://example.net/{number}")
        with self.assertNumQueries(1):
            self.client.get("/partenaires.opml")
