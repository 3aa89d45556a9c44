"""What pages say to machines in JSON-LD and Open Graph."""

import json
from datetime import UTC, datetime

from django.test import TestCase
from lxml.html import document_fromstring

from tests.factories import (
    make_author,
    make_category,
    make_image,
    make_partner,
    make_post,
    make_sponsor,
    make_tag,
    make_translation,
    make_tribune,
)

SITE = "http://testserver"
POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
ENGLISH_POST = "/en/blog/2016/06/digital-president-good-idea-webinar/"


class StructuredDataTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        parent = make_category()
        cls.category = make_category(slug="cloud", name_fr="Nuage", name_en="Cloud", parent=parent)
        cls.author, cls.tag, cls.cover = make_author(), make_tag(), make_image()
        cls.author.links.create(network="mastodon", address="https://mastodon.example/@yann")
        cls.author.links.create(network="feed", address="https://yann.example/feed.xml", position=1)
        cls.post = make_post(
            authors=[cls.author],
            tags=[cls.tag],
            category=cls.category,
            cover=cls.cover,
            updated_at=datetime(2016, 7, 1, 8, tzinfo=UTC),
        )

    def page(self, address):
        response = self.client.get(address)
        self.assertEqual(response.status_code, 200, address)
        return document_fromstring(response.content.decode())

    def graph(self, address) -> dict[str, dict]:
        [script] = self.page(address).xpath("//head/script[@type='application/ld+json']/text()")
        data = json.loads(script)
        self.assertEqual(data["@context"], "https://schema.org")
        nodes = data["@graph"]
        return {node["@type"] if isinstance(node["@type"], str) else node["@type"][-1]: node for node in nodes}

    def open_graph(self, address) -> dict[str, str]:
        metas = self.page(address).xpath("//head/meta[@property]")
        return {meta.get("property"): meta.get("content") for meta in metas}

    def test_article(self):
        make_translation(self.post)
        text = self.graph(POST)["BlogPosting"]
        self.assertEqual(text["headline"], "Président numérique\u00a0: une bonne idée\u202f?")
        self.assertEqual((text["url"], text["mainEntityOfPage"]), (SITE + POST, SITE + POST))
        self.assertEqual(text["inLanguage"], "fr")
        self.assertEqual(text["datePublished"], "2016-06-02T06:30:00+00:00")
        self.assertEqual(text["dateModified"], "2016-07-01T08:00:00+00:00")
        [author] = text["author"]
        self.assertEqual((author["@type"], author["name"]), ("Person", "Yann Gourvennec"))
        self.assertEqual(author["url"], f"{SITE}/auteurs/yann-gourvennec/")
        self.assertEqual((text["publisher"]["@type"], text["publisher"]["name"]), ("Organization", "La Marge"))
        self.assertEqual(text["image"]["url"], SITE + self.cover.file.url)
        size = (f"{self.cover.width} px", f"{self.cover.height} px")
        self.assertEqual((text["image"]["width"], text["image"]["height"]), size)
        self.assertEqual((text["articleSection"], text["keywords"]), ("Nuage", ["Informatique en nuage"]))
        self.assertEqual(text["workTranslation"], [{"@id": f"{SITE}{ENGLISH_POST}#article"}])
        english = self.graph(ENGLISH_POST)["BlogPosting"]
        self.assertEqual(english["translationOfWork"], [{"@id": text["@id"]}])
        for name in ("isBasedOn", "sameAs", "sponsor", "funder"):
            self.assertNotIn(name, text)

    def test_search_results_show_what_an_editor_wrote_for_them_and_cards_do_not(self):
        self.post.search_title, self.post.search_description = "Vote & numérique", "Ce qu'il faut en savoir."
        self.post.save()
        head = self.page(POST).find("head")
        self.assertEqual(head.findtext("title"), "Vote & numérique – La Marge")
        [description] = head.xpath("meta[@name='description']/@content")
        self.assertEqual(description, "Ce qu’il faut en savoir.")
        self.assertEqual(self.open_graph(POST)["og:description"], "Un avis, et pourquoi il est ailleurs.")
        self.assertIn("Président numérique", self.open_graph(POST)["og:title"])

    def test_way_to_an_article_and_to_lists(self):
        for address, names in {
            POST: ["La Marge", "Économie et numérique", "Nuage", "Président numérique\u00a0: une bonne idée\u202f?"],
            "/categorie/economie-et-numerique/cloud/": ["La Marge", "Économie et numérique", "Nuage"],
            "/en/category/economie-et-numerique/": ["La Marge", "Economy and digital"],
            "/sujet/cloud/": ["La Marge", "Informatique en nuage"],
            "/blog/": ["La Marge", "Tous les articles"],
            "/blog/2016/06/": ["La Marge", "Tous les articles", "2016", "Juin 2016"],
            "/tribunes/": ["La Marge", "Tribunes"],
            "/auteurs/yann-gourvennec/": ["La Marge", "Auteurs", "Yann Gourvennec"],
        }.items():
            with self.subTest(address):
                steps = self.graph(address)["BreadcrumbList"]["itemListElement"]
                self.assertEqual([step["name"] for step in steps], names)
                self.assertEqual([step["position"] for step in steps], list(range(1, len(names) + 1)))
                self.assertEqual(steps[-1]["item"], SITE + address)
                for step in steps:
                    self.assertEqual(self.client.get(step["item"].removeprefix(SITE)).status_code, 200)

    def test_who_stands_behind_an_article(self):
        sponsor = make_sponsor("Acme </script> & fils")
        for disclosure, name, is_paid in (
            ("client", "sponsor", False),
            ("paid", "funder", True),
            ("advertising", "funder", True),
            ("affiliate", "sponsor", False),
            ("gift", "sponsor", False),
        ):
            with self.subTest(disclosure):
                self.post.disclosure, self.post.disclosure_with = disclosure, sponsor
                self.post.save()
                graph = self.graph(POST)
                self.assertEqual("AdvertiserContentArticle" in graph, is_paid)
                text = graph["AdvertiserContentArticle" if is_paid else "BlogPosting"]
                self.assertEqual((text[name]["@type"], text[name]["name"]), ("Organization", "Acme </script> & fils"))
                self.assertIn("Acme", text[name]["description"])

    def test_author(self):
        profile = self.graph("/auteurs/yann-gourvennec/")["ProfilePage"]
        person = profile["mainEntity"]
        self.assertEqual(profile["url"], f"{SITE}/auteurs/yann-gourvennec/")
        self.assertEqual((person["@type"], person["name"]), ("Person", "Yann Gourvennec"))
        self.assertEqual(person["@id"], self.graph(POST)["BlogPosting"]["author"][0]["@id"])
        self.assertEqual(person["jobTitle"], "Directeur de la publication")
        self.assertEqual(person["sameAs"], ["https://mastodon.example/@yann"])

    def test_front_page_says_whose_site_it_is(self):
        for address in ("/", "/en/"):
            graph = self.graph(address)
            self.assertEqual(graph["WebSite"]["url"], f"{SITE}/")
            self.assertEqual(graph["Organization"]["name"], "La Marge")
            self.assertEqual(self.graph(POST)["BlogPosting"]["publisher"]["@id"], graph["Organization"]["@id"])

    def test_nothing_ends_the_element_early(self):
        self.post.title = "</script><script>alert(1)</script><!-- & \u2028"
        self.post.save()
        page = self.client.get(POST).content.decode()
        self.assertNotIn("<script>alert", page)
        self.assertIn("alert(1)", self.graph(POST)["BlogPosting"]["headline"])

    def test_pages_of_a_moment_have_none(self):
        for address in (f"{POST}?order=oldest", "/rien/", f"{POST}?thread=1"):
            self.assertNotContains(
                self.client.get(address), "ld+json", status_code=self.client.get(address).status_code
            )

    def test_open_graph_of_an_article(self):
        make_translation(self.post)
        said = self.open_graph(POST)
        self.assertEqual(said["og:type"], "article")
        self.assertEqual(said["og:title"], "Président numérique\u00a0: une bonne idée\u202f?")
        self.assertEqual(said["og:url"], SITE + POST)
        self.assertEqual(said["og:description"], "Un avis, et pourquoi il est ailleurs.")
        self.assertEqual((said["og:locale"], said["og:locale:alternate"]), ("fr_FR", "en_GB"))
        self.assertEqual((said["og:image"], said["og:image:alt"]), (SITE + self.cover.file.url, "Une urne"))
        self.assertEqual(said["og:image:width"], str(self.cover.width))
        self.assertEqual(said["article:published_time"], "2016-06-02T06:30:00+00:00")
        self.assertEqual(said["article:author"], f"{SITE}/auteurs/yann-gourvennec/")
        self.assertEqual(said["article:section"], "Nuage")

    def test_open_graph_of_lists_and_authors(self):
        for address, title, kind in (
            ("/", "La Marge", "website"),
            ("/categorie/economie-et-numerique/", "Économie et numérique – La Marge", "website"),
            ("/en/tag/cloud/", "Cloud computing – La Marge", "website"),
            ("/auteurs/yann-gourvennec/", "Yann Gourvennec – La Marge", "profile"),
        ):
            with self.subTest(address):
                said = self.open_graph(address)
                self.assertEqual((said["og:title"], said["og:type"]), (title, kind))
                self.assertEqual(said["og:url"], SITE + address)
                self.assertTrue(said["og:description"])
                self.assertEqual(said["og:locale"], "en_GB" if address.startswith("/en/") else "fr_FR")

    def test_a_partner_is_named_as_the_publisher_of_theirs(self):
        make_tribune(self.post, make_partner(), direction="theirs_here")
        piece = self.graph(POST)["BlogPosting"]["isBasedOn"]
        self.assertEqual(piece["headline"], "Pour un président numérique")
        self.assertEqual(piece["publisher"]["name"], "Blog du communicant")
        self.assertEqual(piece["author"]["name"], "Olivier Cimelière")
