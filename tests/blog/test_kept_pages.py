"""A tribune whose page at the partner's is gone, as readers see it."""

from datetime import UTC, datetime

from django.core.cache import cache
from django.db import connection
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext

from blog.models import KeptPage, Tribune
from tests.factories import PUBLISHED_AT, make_author, make_partner, make_post, make_tribune

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
URL = "https://example.org/blog-du-communicant/2016/06/president-numerique/"
GONE = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SEEN = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
ARCHIVE = "https://archive.example/2016/president"


class GoneTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post(authors=[make_author()])
        cls.tribune = make_tribune(cls.post)
        cls.address = f"/tribunes/{cls.tribune.pk}/archive/"
        KeptPage.objects.create(
            tribune=cls.tribune,
            agreed_title="Pour un président numérique",
            agreed_html="<p>Le texte convenu.</p>",
            agreed_at=PUBLISHED_AT,
            title="Pour un président numérique",
            html="<p>Le dernier texte vu.</p>",
            seen_at=SEEN,
            fetched_at=SEEN,
        )

    def bury(self, **changes):
        Tribune.objects.update(gone_since=GONE, copied_at=SEEN, **changes)

    def test_while_the_page_is_there_readers_are_led_to_it_and_get_no_copy(self):
        Tribune.objects.update(archive_agreed=True, archive_url=ARCHIVE, copied_at=SEEN)
        for address in (POST, "/tribunes/", "/partenaires/blog-du-communicant/"):
            response = self.client.get(address)
            self.assertContains(response, f'href="{URL}"')
            self.assertNotContains(response, ARCHIVE)
        self.assertEqual(self.client.get(self.address).status_code, 404)

    def test_no_page_leads_to_one_that_is_gone(self):
        self.bury()
        for address, words in {
            POST: "2\u00a0mars 2026",
            "/tribunes/": "2\u00a0mars 2026",
            "/partenaires/blog-du-communicant/": "2\u00a0mars 2026",
            "/": "2\u00a0mars 2026",
            "/en/tribunes/": "The page is gone from Blog du communicant since 2\u00a0March 2026.",
        }.items():
            with self.subTest(address=address):
                response = self.client.get(address)
                self.assertNotContains(response, f'href="{URL}"')
                self.assertContains(response, words)
                self.assertNotContains(response, "/archive/")

    def test_copy_is_private_unless_it_is_agreed(self):
        self.bury()
        self.assertEqual(self.client.get(self.address).status_code, 404)

    def test_agreed_copy_is_given_with_byline_and_origin_and_not_indexed(self):
        self.bury(archive_agreed=True, archive_url=ARCHIVE)
        for address in (POST, "/tribunes/"):
            self.assertContains(self.client.get(address), f'href="{self.address}"')
        response = self.client.get(self.address)
        self.assertContains(response, "<p>Le dernier texte vu.</p>", html=True)
        self.assertContains(response, "Yann Gourvennec")
        self.assertContains(response, URL)
        self.assertContains(response, ARCHIVE)
        self.assertContains(response, '<meta name="robots" content="noindex">', html=True)
        self.assertEqual(response.headers["X-Robots-Tag"], "noindex")
        english = self.client.get(f"/en{self.address}")
        self.assertContains(english, "as we last saw it, on 1\u00a0March 2026")
        self.assertContains(english, '<h1 class="p-name" lang="fr">')

    def test_copy_of_their_piece_has_their_name(self):
        self.bury(archive_agreed=True, direction="theirs_here")
        self.assertContains(self.client.get(self.address), "Olivier Cimelière")

    def test_text_that_was_changed_before_is_given_as_it_was_agreed(self):
        self.bury(archive_agreed=True, found_text_changed=True)
        response = self.client.get(self.address)
        self.assertContains(response, "Le texte convenu.")
        self.assertNotContains(response, "Le dernier texte vu.")

    def test_copy_goes_with_the_post_and_with_the_tribune(self):
        self.bury(archive_agreed=True)
        Tribune.objects.update(state="withdrawn")
        self.assertEqual(self.client.get(self.address).status_code, 404)
        Tribune.objects.update(state="published")
        self.post.status = "withdrawn"
        self.post.save()
        self.assertEqual(self.client.get(self.address).status_code, 404)

    def test_unknown_addresses(self):
        for key in (self.tribune.pk + 1, 0, "9" * 30):
            self.assertEqual(self.client.get(f"/tribunes/{key}/archive/").status_code, 404)

    def test_post_is_its_own_original_when_theirs_is_gone(self):
        self.assertContains(self.client.get(POST), f'<link rel="canonical" href="{URL}">')
        self.bury()
        self.assertContains(self.client.get(POST), f'<link rel="canonical" href="http://testserver{POST}">')

    def test_it_costs_no_more_queries(self):
        make_tribune(self.post, make_partner(slug="autre", name="Un autre blog"))
        for address in (POST, "/tribunes/", "/"):
            self.client.get(address)
            with self.subTest(address=address):
                before = self.count(address)
                self.bury(archive_agreed=True)
                self.assertEqual(self.count(address), before)

    def count(self, address):
        with CaptureQueriesContext(connection) as queries:
            self.client.get(address)
        return len(queries)

    @override_settings(PAGE_CACHE=True)
    def test_copy_is_kept_like_any_page(self):
        cache.clear()
        self.bury(archive_agreed=True)
        self.client.get(self.address)
        with self.assertNumQueries(0):
            self.assertEqual(self.client.get(self.address).status_code, 200)
