"""A page costs the same number of queries however much there is: the budgets of the design, as counts."""

from datetime import timedelta

from django.core.cache import cache
from django.db import connection
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext

from blog.models import Series, SeriesPart
from tests.factories import (
    PUBLISHED_AT,
    add_comments,
    make_author,
    make_category,
    make_claim,
    make_event,
    make_image,
    make_page,
    make_partner,
    make_post,
    make_tag,
    make_translation,
    make_tribune,
)

POST_QUERIES = 8
LIST_QUERIES = 6
HOME_QUERIES = 6

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
ENGLISH_POST = "/en/blog/2016/06/digital-president-good-idea-webinar/"


class BudgetTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.category = make_category()
        cls.child = make_category(slug="cloud", name_fr="Nuage", name_en="Cloud", parent=cls.category)
        cls.authors = [make_author(), make_author(name="Camille Ferrand", slug="camille-ferrand")]
        for author in cls.authors:
            author.links.create(network="mastodon", address=f"https://mastodon.example/@{author.slug}")
            author.links.create(network="feed", address=f"https://example.org/{author.slug}.xml", position=1)
        cls.tags = [make_tag(), make_tag(slug="election", name_fr="élection", name_en="election")]
        cls.event = make_event()
        cls.event.speakers.create(name="Alain Garnier", author=cls.authors[1])
        cls.event.speakers.create(name="Jean-Michel Billaut", position=1)
        make_page()
        shared = {
            "category": cls.child,
            "authors": cls.authors,
            "tags": cls.tags,
            "event": cls.event,
            "cover": make_image(),
            "disclosure": "client",
            "disclosure_with": "Orange Cloud for Business",
        }
        # With everything on it that a post can have.
        cls.post = make_post(**shared)
        english = make_translation(cls.post, **shared)
        for post in (cls.post, english):
            make_claim(post)
            make_claim(post, position=1, verdict="true")
        series = Series.objects.create(slug="feuilleton", title_fr="Feuilleton", title_en="Serial")
        SeriesPart.objects.create(series=series, post=cls.post)
        make_tribune(cls.post, make_partner())
        make_tribune(cls.post, make_partner(slug="autre", name="Un autre blog"))
        for number in range(1, 60):
            make_post(
                slug=f"autre-{number}",
                category=cls.child,
                authors=cls.authors,
                tags=cls.tags,
                published_at=PUBLISHED_AT - timedelta(days=number),
            )

    def setUp(self):
        # The footer is kept, as on every page but the first after a change of it.
        for address in ("/", "/en/"):
            self.client.get(address)

    def queries_of(self, address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            response = self.client.get(address)
        self.assertEqual(response.status_code, 200, address)
        return len(queries)

    def test_post_with_4_comments(self):
        add_comments(self.post, 4)
        self.assertLessEqual(self.queries_of(POST), POST_QUERIES)
        self.assertLessEqual(self.queries_of(ENGLISH_POST), POST_QUERIES)

    def test_post_costs_the_same_with_1000_comments(self):
        add_comments(self.post, 4)
        few = self.queries_of(POST)
        add_comments(self.post, 996)
        self.assertEqual(self.queries_of(POST), few)
        self.assertEqual(self.queries_of(f"{POST}?comments=25"), few)

    def test_post_costs_the_same_however_it_is_asked_for(self):
        self.assertEqual(self.queries_of(f"{POST}?share=email"), self.queries_of(POST))

    def test_home(self):
        for address in ("/", "/en/"):
            self.assertLessEqual(self.queries_of(address), HOME_QUERIES)

    def test_lists(self):
        for address in (
            "/blog/",
            "/blog/2016/",
            "/blog/2016/06/",
            "/blog/archives/",
            "/blog/archives/2016/",
            "/en/blog/most-discussed/",
            "/series/feuilleton/",
            "/en/blog/",
            "/categorie/economie-et-numerique/cloud/",
            "/en/category/economie-et-numerique/",
            "/sujet/cloud/",
            "/auteurs/",
            "/auteurs/yann-gourvennec/",
            "/en/authors/yann-gourvennec/tribunes/",
            "/en/disclosures/",
            "/en/disclosures/orange-cloud-for-business/",
            "/partenaires/",
            "/partenaires/blog-du-communicant/",
            "/tribunes/",
            "/evenements/",
        ):
            with self.subTest(address=address):
                self.assertLessEqual(self.queries_of(address), LIST_QUERIES)

    def test_lists_cost_the_same_at_every_depth(self):
        for address in ("/blog/", "/categorie/economie-et-numerique/", "/sujet/cloud/", "/auteurs/yann-gourvennec/"):
            with self.subTest(address=address):
                # The first page of an author shows tribunes as well.
                self.assertLessEqual(self.queries_of(f"{address}?page=3"), self.queries_of(address))

    def test_other_pages_of_readers(self):
        for address in ("/mentions-legales/", "/evenements/webinaire-president-numerique/"):
            with self.subTest(address=address):
                self.assertLessEqual(self.queries_of(address), LIST_QUERIES)

    @override_settings(PAGE_CACHE=True)
    def test_kept_pages_cost_nothing(self):
        cache.clear()
        for address in (POST, "/", "/blog/?page=2", "/sujet/cloud/"):
            with self.subTest(address=address):
                self.queries_of(address)
                self.assertEqual(self.queries_of(address), 0)
