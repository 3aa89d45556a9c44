"""What robots, and browsers that look ahead, are told they may fetch."""

import json
from urllib.robotparser import RobotFileParser

from django.test import TestCase, override_settings
from lxml.html import document_fromstring

from tests.factories import make_category, make_post

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"


class RobotsTests(TestCase):
    def rules(self):
        parser = RobotFileParser()
        response = self.client.get("/robots.txt")
        self.assertEqual(response["Content-Type"], "text/plain; charset=utf-8")
        parser.parse(response.content.decode().splitlines())
        self.assertEqual(parser.site_maps(), ["http://testserver/sitemap.xml"])
        return parser

    def test_everybody_may_visit_all_but_the_admin(self):
        rules = self.rules()
        for name in ("Googlebot", "GPTBot", "Anybody"):
            self.assertTrue(rules.can_fetch(name, POST))
            self.assertFalse(rules.can_fetch(name, "/admin/login/"))

    @override_settings(AI_CRAWLERS=False)
    def test_those_who_gather_texts_for_models_are_refused_where_the_operator_says_so(self):
        rules = self.rules()
        for name in ("GPTBot", "ClaudeBot", "CCBot", "Google-Extended", "Applebot-Extended", "Bytespider"):
            self.assertFalse(rules.can_fetch(name, POST), name)
        for name in ("Googlebot", "bingbot", "Applebot", "OAI-SearchBot"):
            self.assertTrue(rules.can_fetch(name, POST), name)


class PicturePreviewTests(TestCase):
    def test_search_engines_may_show_large_pictures_of_what_they_may_show(self):
        post = make_post()
        for path, said in (
            ("/", "max-image-preview:large"),
            ("/blog/", "max-image-preview:large"),
            (post.path(), "max-image-preview:large"),
            ("/recherche/", "max-image-preview:large"),
            ("/recherche/?q=vent", "noindex, follow"),
            ("/nowhere/", "noindex"),
        ):
            with self.subTest(path):
                page = document_fromstring(self.client.get(path).content.decode())
                self.assertEqual(page.xpath("//meta[@name='robots']/@content"), [said])


class SpeculationTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        make_post()

    def test_icon_is_found_where_no_page_names_it(self):
        self.assertEqual(self.client.get("/favicon.ico")["Location"], "/static/pictures/favicon.svg")

    def test_pages_name_the_rules_and_nothing_else_does(self):
        for address in ("/", "/en/", "/blog/", POST):
            self.assertEqual(self.client.get(address)["Speculation-Rules"], '"/speculation-rules.json"', address)
        make_category(slug="x")
        for address in ("/blog/feed/", "/robots.txt", "/nulle-part/", "/admin/login/", "/commentaires/les-miens/"):
            self.assertNotIn("Speculation-Rules", self.client.get(address).headers, address)

    def test_rules_fetch_pages_and_leave_out_what_is_private_or_no_page(self):
        response = self.client.get("/speculation-rules.json")
        self.assertEqual(response["Content-Type"], "application/speculationrules+json")
        rules = json.loads(response.content)
        self.assertEqual(list(rules), ["prefetch"])
        [rule] = rules["prefetch"]
        every, not_these, not_marked = rule["where"]["and"]
        self.assertEqual((every, rule["eagerness"]), ({"href_matches": "/*"}, "moderate"))
        left_out = not_these["not"]["href_matches"]
        for pattern in (
            "/admin/*",
            "/media/*",
            "/commentaires/*",
            "/en/comments/*",
            "/tribunes/p/*",
            "/en/review/p/*",
            "/droit-de-reponse/*",
        ):
            self.assertIn(pattern, left_out)
        self.assertIn("nofollow", not_marked["not"]["selector_matches"])
