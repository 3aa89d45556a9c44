"""Cards of posts for other sites, as a consumer of https://oembed.com/ asks for them."""

from datetime import timedelta
from urllib.parse import quote

from django.test import TestCase
from django.utils import timezone
from lxml import etree
from lxml.html import document_fromstring, fromstring

from blog.models import OldAddress, Post
from tests.factories import make_author, make_image, make_page, make_post, make_tag, make_translation

PATH = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
ENGLISH = "/en/blog/2016/06/digital-president-good-idea-webinar/"
SITE = "http://testserver"


class OembedTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post(authors=[make_author(), make_author(slug="ana", name="Ana")], cover=make_image())
        make_translation(cls.post)

    def ask(self, url, status=200, **query):
        response = self.client.get("/oembed", {"url": url} | query)
        self.assertEqual(response.status_code, status, url)
        self.assertFalse(response.cookies)
        return response

    def card(self, url, **query):
        return self.ask(url, **query).json()

    def test_card_of_a_post(self):
        card = self.card(SITE + PATH)
        html = card.pop("html")
        picture = self.post.cover
        self.assertEqual(
            card,
            {
                "version": "1.0",
                "type": "rich",
                "provider_name": "La Marge",
                "provider_url": f"{SITE}/",
                "title": "Président numérique\u00a0: une bonne idée\u202f?",
                "cache_age": 86400,
                "width": 600,
                "height": 300,
                "author_name": "Yann Gourvennec, Ana",
                "author_url": f"{SITE}/auteurs/yann-gourvennec/",
                "thumbnail_url": card["thumbnail_url"],
                "thumbnail_width": card["thumbnail_width"],
                "thumbnail_height": card["thumbnail_height"],
            },
        )
        self.assertTrue(card["thumbnail_url"].startswith(f"{SITE}/media/"), picture)
        quotation = fromstring(html)
        self.assertEqual(
            (quotation.tag, quotation.get("lang"), quotation.get("cite")), ("blockquote", "fr", SITE + PATH)
        )
        self.assertEqual(quotation.xpath(".//a/@href"), [SITE + PATH])
        self.assertIn("2\u00a0juin 2016", quotation.text_content())
        self.assertEqual({node.tag for node in quotation.iter()}, {"blockquote", "p", "a", "strong", "footer"})

    def test_translation_has_its_own_title_and_language(self):
        card = self.card(SITE + ENGLISH)
        self.assertEqual(card["title"], "A digital president: a good idea?")
        self.assertIn('lang="en"', card["html"])
        self.assertEqual(card["provider_url"], f"{SITE}/en/")

    def test_xml_says_the_same(self):
        response = self.ask(SITE + PATH, format="xml")
        self.assertEqual(response["Content-Type"], "text/xml; charset=utf-8")
        root = etree.fromstring(response.content)
        self.assertEqual(root.tag, "oembed")
        self.assertEqual(
            {node.tag: node.text for node in root}, {key: str(value) for key, value in self.card(SITE + PATH).items()}
        )

    def test_it_is_no_larger_than_is_asked_for(self):
        card = self.card(SITE + PATH, maxwidth="320", maxheight="120")
        self.assertEqual((card["width"], card["height"]), (320, 120))
        self.assertNotIn("thumbnail_url", card)

    def test_other_ways_to_write_the_address_lead_there(self):
        OldAddress.objects.create(path="/vieux/", post=self.post)
        OldAddress.objects.create(path="/?p=12", post=self.post)
        for url in (
            PATH,
            SITE + PATH.removesuffix("/"),
            f"{SITE}/?p=12",
            f"https://testserver{PATH}",
            f"http://www.testserver{PATH}?utm_source=x#comments",
            f"{SITE}/blog/2015/01{PATH[13:]}",
            f"{SITE}/vieux/",
        ):
            self.assertEqual(self.card(url)["title"][:9], "Président", url)

    def test_what_readers_do_not_see_has_none(self):
        make_post(slug="a-venir", published_at=timezone.now() + timedelta(days=1))
        make_page()
        day = timezone.localtime(timezone.now() + timedelta(days=1))
        for url in (
            f"{SITE}/blog/{day:%Y/%m}/a-venir/",
            f"{SITE}/mentions-legales/",
            f"{SITE}/",
            f"{SITE}/admin/",
            f"https://example.org{PATH}",
            f"{SITE}.example.org{PATH}",
            "javascript:alert(1)",
            "http://[",
            "x" * 9000,
            f"{SITE}/blog/2016/06/{'x' * 500}/",
        ):
            self.ask(url, status=404)
        Post.objects.update(status="withdrawn")
        self.ask(SITE + PATH, status=404)

    def test_wrong_questions_are_told_what_is_wrong(self):
        self.ask(SITE + PATH, status=501, format="yaml")
        for size in ("abc", "-1", "0", "9" * 400, "٣", "1.5"):
            self.ask(SITE + PATH, status=400, maxwidth=size)
        self.assertEqual(self.client.get("/oembed").status_code, 400)
        self.assertEqual(self.client.post("/oembed").status_code, 405)
        self.assertEqual(self.client.head("/oembed", {"url": PATH}).status_code, 200)

    def test_text_that_looks_like_mark_up_stays_text(self):
        Post.objects.filter(pk=self.post.pk).update(title="<script>x</script>", standfirst='"><img src=x onerror=y>')
        html = self.card(SITE + PATH)["html"]
        self.assertEqual(fromstring(html).xpath(".//script | .//img"), [])
        self.assertIn("&lt;script&gt;", html)

    def test_commercial_relation_is_told_in_the_card(self):
        make_post(slug="paye", disclosure="paid", disclosure_with="Acme", tags=[make_tag()])
        self.assertIn("Acme", self.card(f"{SITE}/blog/2016/06/paye/")["html"])

    def test_page_names_its_card_and_wordpress_s_address_leads_there(self):
        for path in (PATH, ENGLISH):
            head = document_fromstring(self.client.get(path).content.decode())
            links = {
                link.get("type"): link.get("href") for link in head.xpath("//head/link[contains(@type, '+oembed')]")
            }
            self.assertEqual(set(links), {"application/json+oembed", "text/xml+oembed"})
            for address in links.values():
                self.assertEqual(self.client.get(address.removeprefix(SITE)).status_code, 200)
        query = f"url={quote(SITE + PATH)}&format=xml"
        old = self.client.get(f"/wp-json/oembed/1.0/embed?{query}")
        self.assertRedirects(old, f"/oembed?{query}", 301)

    def test_anybody_may_ask_and_caches_may_keep_it(self):
        response = self.ask(SITE + PATH)
        self.assertEqual(response["Access-Control-Allow-Origin"], "*")
        self.assertEqual(response["Cache-Control"], "public, max-age=60")
        with self.assertNumQueries(3):
            self.ask(SITE + PATH)
