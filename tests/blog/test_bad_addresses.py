"""Addresses that no page of ours has: the right status for each, at a cost that the tests count."""

from django.core.cache import cache
from django.db import connection
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext

from blog.models import OldAddress
from tests.blog.test_budgets import POST_QUERIES
from tests.factories import (
    make_author,
    make_category,
    make_comment,
    make_event,
    make_partner,
    make_post,
    make_tag,
    make_translation,
)

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
ENGLISH_POST = "/en/blog/2016/06/digital-president-good-idea-webinar/"
LISTS = (
    "/blog/",
    "/blog/2016/",
    "/blog/2016/06/",
    "/blog/les-plus-discutes/",
    "/categorie/economie-et-numerique/",
    "/sujet/cloud/",
    "/auteurs/",
    "/auteurs/yann-gourvennec/",
    "/auteurs/yann-gourvennec/tribunes/",
    "/tribunes/",
    "/evenements/",
    "/partenaires/blog-du-communicant/",
    "/en/blog/",
    "/en/tag/cloud/",
)
# What it takes to know a list, to look for the page and for a former address.
QUERIES_OF_NOTHING = 4
FAR = 1_000_000


class BadAddressTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        shared = {"category": make_category(), "authors": [make_author()], "tags": [make_tag()], "event": make_event()}
        cls.post = make_post(**shared)
        make_translation(cls.post, **shared)
        make_comment(cls.post)
        make_partner()
        gone = make_post(slug="parti")
        OldAddress.objects.create(path="/?p=77", post=gone)
        OldAddress.objects.create(path="/?page_id=78", post=cls.post)
        gone.status = "withdrawn"
        gone.save()

    def setUp(self):
        cache.clear()
        # The footer is kept, as on every page but the first after a change of it.
        for address in ("/", "/en/"):
            self.client.get(address)

    def assert_answers(self, address, status, *, at_most=QUERIES_OF_NOTHING, leads_to=None):
        with self.subTest(address=address[:100]):
            with CaptureQueriesContext(connection) as queries:
                response = self.client.get(address)
            self.assertEqual(response.status_code, status)
            self.assertEqual(response.get("Location"), leads_to)
            self.assertLessEqual(len(queries), at_most, [each["sql"] for each in queries])
            if status >= 400:
                language = "en" if address.startswith("/en/") else "fr"
                self.assertContains(response, f'lang="{language}"', status_code=status)
            return response

    def test_page_that_is_only_read_takes_no_other_method(self):
        # As a browser's: without the token that Django asks forms for.
        client = self.client_class(enforce_csrf_checks=True)
        machines = ("/sitemap.xml", "/robots.txt", "/oembed", "/evenements.ics", "/recherche/", "/blog/feed/")
        for address in ("/", "/en/", POST, ENGLISH_POST, *LISTS, *machines, "/category/cloud/", "/feed/", "/healthz"):
            for method in ("POST", "PUT", "DELETE", "OPTIONS", "TRACE", "NONSENSE"):
                with self.subTest(address=address, method=method):
                    response = client.generic(method, address)
                    self.assertEqual((response.status_code, response.headers["Allow"]), (405, "GET, HEAD"))

    def test_pages_beyond_the_last_are_not_there(self):
        for address in LISTS:
            self.assert_answers(f"{address}?page={FAR}", 404)
        self.assert_answers(f"{POST}?comments={FAR}", 404, at_most=POST_QUERIES + 1)

    def test_number_that_a_page_does_not_ask_for_is_no_part_of_its_address(self):
        for address in ("/", "/en/", POST, "/evenements/webinaire-president-numerique/", "/transparence/"):
            page = self.client.get(f"{address}?page={FAR}")
            if page.status_code == 200:
                self.assertContains(page, f'<link rel="canonical" href="http://testserver{address}">')
        for query in ("page=1", "page=0001", "comments=7"):
            page = self.client.get(f"/blog/?{query}")
            self.assertContains(page, '<link rel="canonical" href="http://testserver/blog/">')

    def test_days_that_never_were(self):
        for date in ("2016/13", "2016/00", "2016/6", "0000", "9999", "1899", "99999", "2017", "2017/02", "2016/06/31"):
            self.assert_answers(f"/blog/{date}/", 404)
            self.assert_answers(f"/en/blog/{date}/", 404)
        for address in (
            "/blog/archives/1900/",
            "/blog/archives/9999/",
            "/blog/feed/2016/13/1/",
            "/blog/feed/2099/01/1/",
        ):
            self.assert_answers(address, 404)
        self.assert_answers("/blog/2011/01/president-numerique-bonne-idee-webinaire/", 301, leads_to=POST)

    def test_words_of_one_language_below_the_other(self):
        for address in (
            "/en/blog/2016/06/president-numerique-bonne-idee-webinaire/",
            "/blog/2016/06/digital-president-good-idea-webinar/",
            "/en/categorie/economie-et-numerique/",
            "/en/sujet/cloud/",
            "/en/auteurs/",
            "/authors/",
            "/en/en/",
            "/fr/blog/",
        ):
            self.assert_answers(address, 404)

    def test_encoded_slash(self):
        self.assert_answers("/blog%252F2016/", 404)
        self.assert_answers("/blog/2016%5C06/", 404)
        page = self.client.get("/blog%2F2016%2F06/")
        self.assertContains(page, '<link rel="canonical" href="http://testserver/blog/2016/06/">')

    def test_short_address_of_what_is_gone(self):
        for address in ("/?p=77", "/?p=77&utm_source=lettre", "/?utm_source=lettre&p=77", "/en/?p=77"):
            self.assert_answers(address, 410)
        for query in ("p=79", "p=abc", "p=", "p=-1", "p=" + "9" * 500, "page_id=77", "p=77+or+1"):
            self.assert_answers(f"/?{query}", 404)
        self.assert_answers("/?page_id=78&utm_source=lettre", 301, leads_to=POST)

    def test_ten_thousand_parameters(self):
        many = "&".join(f"a{number}=1" for number in range(10_000))
        for address in ("/", "/en/", "/blog/", POST, ENGLISH_POST, "/recherche/", "/blog/feed/", "/jamais/"):
            self.assert_answers(f"{address}?{many}", 400, at_most=1)
            with override_settings(PAGE_CACHE=True):
                self.assert_answers(f"{address}?{many}", 400, at_most=1)

    @override_settings(PAGE_CACHE=True)
    def test_page_with_parameters_that_mean_nothing_is_the_kept_one(self):
        self.client.get(POST)
        for start in range(0, 10_000, 500):
            query = "&".join(f"a{number}={number}" for number in range(start, start + 500))
            self.assert_answers(f"{POST}?{query}", 200, at_most=0)

    @override_settings(PAGE_CACHE=True)
    def test_reader_of_feeds_that_asks_every_second(self):
        for address in ("/blog/feed/", "/blog/feed/atom/", "/blog/feed/json/", f"{POST}feed/", "/evenements.ics"):
            first = self.client.get(address)
            known = {"if-none-match": first.headers["ETag"]}
            with self.subTest(address), self.assertNumQueries(0):
                for _second in range(50):
                    self.assertEqual(self.client.get(address).content, first.content)
                    answer = self.client.get(address, headers=known)
                    self.assertEqual((answer.status_code, answer.content), (304, b""))
