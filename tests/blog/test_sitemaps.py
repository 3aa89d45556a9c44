"""The sitemap, as a search engine reads it."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import etree

from blog import sitemaps
from blog.models import Partner, Post
from tests.factories import (
    PUBLISHED_AT,
    make_author,
    make_category,
    make_event,
    make_image,
    make_page,
    make_partner,
    make_post,
    make_tag,
    make_translation,
    make_tribune,
)

SITE = "http://testserver"
POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
ENGLISH_POST = "/en/blog/2016/06/digital-president-good-idea-webinar/"
FILE = "/sitemap-posts-2016.xml"
INDEX_QUERIES = 11
FILE_QUERIES = 5
NAMES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
    "n": "http://www.google.com/schemas/sitemap-news/0.9",
    "i": "http://www.google.com/schemas/sitemap-image/1.1",
}


class SitemapTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.author, cls.tag = make_author(), make_tag()
        cls.picture = make_image()
        cls.post = make_post(
            authors=[cls.author],
            tags=[cls.tag],
            cover=make_image(),
            body=f'<p>A</p><figure data-image="{cls.picture.pk}"></figure>',
        )

    def read(self, address):
        response = self.client.get(address)
        self.assertEqual(response.status_code, 200, address)
        self.assertEqual(response["Content-Type"], "application/xml; charset=utf-8")
        self.assertFalse(response.cookies)
        return etree.fromstring(response.content)

    def files(self):
        return [each.text.removeprefix(SITE) for each in self.read("/sitemap.xml").iterfind("s:sitemap/s:loc", NAMES)]

    def addresses(self, *files):
        return [
            each.text.removeprefix(SITE)
            for file in files or self.files()
            for each in self.read(file).iterfind("s:url/s:loc", NAMES)
        ]

    def test_robots_find_it(self):
        self.assertContains(self.client.get("/robots.txt"), f"\nSitemap: {SITE}/sitemap.xml\n")

    def test_article_of_these_two_days_is_news_unless_it_was_paid_for(self):
        now = timezone.now()
        make_post(slug="neuf", title='Neuf & "frais"', published_at=now - timedelta(hours=47))
        make_post(slug="hier", language="en", title="Yesterday", published_at=now - timedelta(hours=1))
        make_post(slug="ancien", published_at=now - timedelta(hours=49))
        make_post(slug="paye", disclosure="paid", disclosure_with="Acme", published_at=now - timedelta(hours=1))
        found = {}
        for file in {f"/sitemap-posts-{(now - age).year}.xml" for age in (timedelta(0), timedelta(hours=49))}:
            for news in self.read(file).iterfind("s:url/n:news", NAMES):
                title, name, language, day = (
                    news.findtext(path, namespaces=NAMES)
                    for path in ("n:title", "n:publication/n:name", "n:publication/n:language", "n:publication_date")
                )
                self.assertIsNotNone(datetime.fromisoformat(day).tzinfo)
                found[title] = (name, language)
        self.assertEqual(found, {"Neuf & «\u00a0frais\u00a0»": ("La Marge", "fr"), "Yesterday": ("La Marge", "en")})

    def test_it_has_each_page_that_stands_for_itself_once(self):
        make_event()
        page = make_page()
        make_page(language="en", title="Legal notice", slug="legal-notice", translation_of=page)
        make_partner()
        make_translation(self.post)
        addresses = self.addresses()
        self.assertEqual(len(addresses), len(set(addresses)))
        for address in (
            *("/", "/en/", "/blog/", "/en/blog/", "/tribunes/", "/confidentialite/", "/mentions-legales/"),
            *("/en/legal-notice/", POST, ENGLISH_POST, "/categorie/economie-et-numerique/", "/en/tag/cloud/"),
            *("/auteurs/yann-gourvennec/", "/en/partners/blog-du-communicant/"),
            "/evenements/webinaire-president-numerique/",
        ):
            self.assertIn(address, addresses)
        for address in addresses:
            self.assertContains(self.client.get(address), f'rel="canonical" href="{SITE}{address}"')

    def test_an_article_has_its_versions_its_last_change_and_its_pictures(self):
        make_translation(self.post)
        Post.objects.filter(pk=self.post.pk).update(updated_at=datetime(2016, 7, 1, 8, tzinfo=UTC))
        [url] = [each for each in self.read(FILE) if each.findtext("s:loc", namespaces=NAMES) == SITE + POST]
        versions = {each.get("hreflang"): each.get("href") for each in url.iterfind("x:link", NAMES)}
        self.assertEqual(versions, {"fr": SITE + POST, "en": SITE + ENGLISH_POST, "x-default": SITE + POST})
        self.assertEqual(url.findtext("s:lastmod", namespaces=NAMES), "2016-07-01T08:00:00+00:00")
        pictures = [each.text for each in url.iterfind("i:image/i:loc", NAMES)]
        self.assertEqual(pictures, [SITE + self.post.cover.file.url, SITE + self.picture.file.url][: len(pictures)])

    def test_heads_and_sitemap_name_the_same_versions(self):
        make_translation(self.post)
        for file in self.files():
            for url in self.read(file):
                page = self.client.get(url.findtext("s:loc", namespaces=NAMES).removeprefix(SITE)).content.decode()
                for version in url.iterfind("x:link", NAMES):
                    self.assertIn(f'hreflang="{version.get("hreflang")}" href="{version.get("href")}"', page)

    def test_what_readers_may_not_see_is_not_in_it(self):
        make_post(slug="retire", status="withdrawn")
        make_post(slug="a-venir", published_at=timezone.now() + timedelta(days=400))
        make_tag(slug="vide")
        make_partner(slug="cache", name="Caché", is_listed=False)
        make_event(slug="cache", is_public=False)
        make_page(slug="cachee", is_published=False)
        addresses = " ".join(self.addresses())
        for word in ("retire", "a-venir", "vide", "cache"):
            self.assertNotIn(word, addresses)

    def test_an_article_whose_original_is_elsewhere_is_not_in_it_and_comes_back(self):
        tribune = make_tribune(self.post)
        self.assertNotIn(FILE, self.files())
        self.assertEqual(self.client.get(FILE).status_code, 404)
        tribune.state = "withdrawn"
        tribune.save()
        self.assertEqual(self.addresses(FILE), [POST])

    def test_a_partner_whom_readers_see_because_of_a_tribune_is_in_it(self):
        make_tribune(self.post)
        Partner.objects.update(is_listed=False)
        self.assertIn("/partenaires/blog-du-communicant/", self.addresses())

    def test_a_file_has_a_bounded_number_of_addresses(self):
        for number in range(4):
            make_post(slug=f"p{number}", published_at=PUBLISHED_AT + timedelta(days=number))
        with patch.object(sitemaps.OwnSitemap, "limit", 2):
            files = [file for file in self.files() if "posts" in file]
            self.assertEqual(files, [FILE, f"{FILE}?p=2", f"{FILE}?p=3"])
            self.assertEqual([len(self.addresses(file)) for file in files], [2, 2, 1])
            self.assertEqual(len(set(self.addresses(*files))), 5)

    def test_files_that_are_not_there(self):
        for address in (
            f"{FILE}?p=2",
            f"{FILE}?p=x",
            f"{FILE}?p={'9' * 40}",
            "/sitemap-posts-2015.xml",
            "/sitemap-x.xml",
        ):
            self.assertEqual(self.client.get(address).status_code, 404, address)

    def test_a_plain_page_that_is_shown_within_another_is_there_once(self):
        make_page(slug="confidentialite", title="Confidentialité")
        self.assertEqual(self.addresses().count("/confidentialite/"), 1)

    def test_it_names_the_site_whoever_asks(self):
        with self.settings(ALLOWED_HOSTS=["*"]):
            response = self.client.get(FILE, headers={"host": "evil.example"})
        self.assertNotContains(response, "evil.example")

    def test_a_file_costs_the_same_however_many_articles_there_are(self):
        few = [self.count(address) for address in ("/sitemap.xml", FILE)]
        for number in range(30):
            post = make_post(slug=f"p{number}", cover=self.picture, published_at=PUBLISHED_AT - timedelta(days=number))
            make_translation(post, slug=f"e{number}")
        self.assertEqual([self.count(address) for address in ("/sitemap.xml", FILE)], few)
        self.assertLessEqual(few[0], INDEX_QUERIES)
        self.assertLessEqual(few[1], FILE_QUERIES)

    def count(self, address):
        with CaptureQueriesContext(connection) as queries:
            self.client.get(address)
        return len(queries)

    def test_empty_site_has_one_too(self):
        self.post.status = "withdrawn"
        self.post.save()
        make_category(slug="vide")
        self.assertIn("/sitemap-lists.xml", self.files())
        self.assertNotIn("/categorie/vide/", self.addresses())
