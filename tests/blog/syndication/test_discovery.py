"""A partner begins with its address: what its blog says of itself is found, shown, mended and only then saved."""

import json
from io import BytesIO
from unittest import mock

from django.contrib.admin.models import LogEntry
from django.core.cache import cache
from django.test import TestCase
from PIL import Image as Pillow

from blog.models import Image, Partner
from blog.syndication.discovery import discover
from blog.syndication.errors import FetchError
from tests.blog.syndication.servers import http, playing
from tests.factories import make_alice, make_bob, make_partner
from tests.forms import FormTestCase

RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>L’Atelier</title><link>{base}/</link>
<description>Des carnets.</description><language>fr-FR</language>
<item><title>Le papier &amp;amp; l’encre</title><link>{base}/papier/</link>
<pubDate>Tue, 03 Nov 2026 08:00:00 GMT</pubDate></item></channel></rss>"""
ROOT = {
    "name": "L&#8217;Atelier",
    "description": "Un blog de papier",
    "home": "{base}",
    "namespaces": ["oembed/1.0", "wp/v2"],
    "authentication": {"application-passwords": {}},
    "site_icon_url": "{base}/icon.png",
}
HOME = """<!doctype html><html lang="fr-FR"><head><title>L’Atelier – accueil</title>
<meta name="author" content="Nadia Khelil"><link rel="alternate" type="application/rss+xml" href="/feed/">
<link rel="micropub" href="/micropub"><link rel="icon" href="/small.png"></head>
<body><h1>L’Atelier</h1><a rel="webmention" href="/mention">W</a></body></html>"""


def png(side):
    buffer = BytesIO()
    Pillow.new("RGB", (side, side), (20, 90, 70)).save(buffer, "PNG")
    return buffer.getvalue()


class Blog:
    """Plays a blog; ``pages`` maps a path to an answer, or to nothing where there is none."""

    def __init__(self):
        self.base = ""
        self.pages = {
            "/": lambda: http(HOME, Link=f'<{self.base}/wp-json/>; rel="https://api.w.org/"'),
            "/feed/": lambda: http(RSS.format(base=self.base), Content_Type="application/rss+xml"),
            "/wp-json/": lambda: http(self.filled(ROOT), Content_Type="application/json"),
            "/icon.png": lambda: http(png(192), Content_Type="image/png"),
            "/small.png": lambda: http(png(32), Content_Type="image/png"),
        }

    def filled(self, data):
        return json.dumps(data).replace("{base}", self.base)

    def answer(self, request, _connection):
        path = request.split(" ")[1].partition("?")[0]
        page = self.pages.get(path, lambda: http("nothing", status=404))
        return page() if callable(page) else page


class BlogTestCase(TestCase):
    def setUp(self):
        self.blog = Blog()
        self.server = self.enterContext(playing(self.blog.answer))
        self.blog.base = self.server.address


class SearchTests(BlogTestCase):
    def test_everything_that_a_blog_names_is_found(self):
        found = discover(f"{self.blog.base}/")
        self.assertEqual(
            found.values(),
            {
                "name": "L’Atelier",
                "keeper": "Nadia Khelil",
                "language": "fr",
                "site": self.blog.base,
                "feed": f"{self.blog.base}/feed/",
                "api": f"{self.blog.base}/wp-json/",
                "micropub": f"{self.blog.base}/micropub",
                "webmention": f"{self.blog.base}/mention",
            },
        )
        self.assertEqual((found.about, found.takes), ("Un blog de papier", "wordpress"))
        self.assertEqual(found.headlines, ["Le papier & l’encre"])
        self.assertTrue(found.picture.startswith(b"\x89PNG"))
        self.assertEqual(found.problems, {})
        self.assertEqual(len(self.server.requests), 4)

    def test_endpoints_named_by_headers_go_first(self):
        self.blog.pages["/"] = http(
            '<link rel="webmention" href="/second"><link rel=micropub href="/second">',
            Link='</first>; rel="webmention", </first>; rel=micropub',
        )
        found = discover(self.blog.base)
        self.assertEqual((found.webmention, found.micropub), (f"{self.blog.base}/first",) * 2)

    def test_what_is_missing_is_said_for_each_thing(self):
        self.blog.pages["/"] = http('<html lang="de"><title>Werkstatt</title>')
        found = discover(self.blog.base)
        self.assertEqual(found.values(), {"name": "Werkstatt", "site": self.blog.base})
        self.assertEqual(
            set(found.problems), {"keeper", "language", "feed", "api", "micropub", "webmention", "picture"}
        )
        self.assertIn("de", found.problems["language"])
        self.assertEqual(found.takes, "page")

    def test_page_of_html_for_the_api_or_the_feed_is_said_and_not_offered(self):
        self.blog.pages["/wp-json/"] = self.blog.pages["/feed/"] = http("<p>Bonjour")
        found = discover(self.blog.base)
        self.assertNotIn("api", found.values())
        self.assertNotIn("feed", found.values())
        self.assertEqual(set(found.problems), {"api", "feed"} | {"picture"})

    def test_feed_that_fails_today_is_offered_with_a_word(self):
        self.blog.pages["/feed/"] = http(status=503)
        found = discover(self.blog.base)
        self.assertTrue(found.feed)
        self.assertIn("503", found.problems["feed"])

    def test_wordpress_without_application_passwords_is_said(self):
        del (root := dict(ROOT))["authentication"]
        self.blog.pages["/wp-json/"] = lambda: http(self.blog.filled(root), Content_Type="application/json")
        found = discover(self.blog.base)
        self.assertTrue(found.api)
        self.assertIn("mots de passe d’application", found.problems["api"])

    def test_address_of_a_feed_or_an_article_leads_to_the_blog(self):
        self.assertEqual(discover(f"{self.blog.base}/feed/").feed, f"{self.blog.base}/feed/")
        self.blog.pages["/papier/"] = self.blog.pages["/"]
        self.assertEqual(discover(f"{self.blog.base}/papier/").site, self.blog.base)

    def test_private_addresses_that_a_page_names_are_not_offered(self):
        self.blog.pages["/"] = http(
            '<link rel="webmention" href="http://10.0.0.1/"><link rel=icon href="http://[::1]/i">'
        )
        found = discover(self.blog.base)
        self.assertEqual(found.webmention, "")
        self.assertIn("réseau privé", found.problems["webmention"])
        self.assertIn("réseau privé", found.problems["picture"])

    def test_longer_than_a_column_is_cut_or_left_out(self):
        self.blog.pages["/"] = http(f"<title>{'L' * 900}</title><link rel=micropub href='/{'m' * 400}'>")
        found = discover(self.blog.base)
        self.assertEqual((len(found.name), found.micropub), (120, ""))

    def test_hostile_answers_of_parts_break_nothing(self):
        for path in ("/feed/", "/wp-json/", "/icon.png"):
            for answer in (b"", b"\xff\xfe\x00", http(b"\xff" * 3000), http("[]", Content_Type="application/json")):
                with self.subTest(path), mock.patch.dict(self.blog.pages, {path: answer}):
                    self.assertTrue(discover(self.blog.base).name)

    def test_no_page_is_an_error_with_words(self):
        self.blog.pages["/"] = http("{}", Content_Type="application/json")
        for address in (
            self.blog.base,
            f"{self.blog.base}/nothing",
            "http://10.0.0.1/",
            "nonsense nonsense",
            "ftp://a",
        ):
            with self.subTest(address), self.assertRaises(FetchError) as caught:
                discover(address)
            self.assertTrue(str(caught.exception))


class AddingTests(FormTestCase, BlogTestCase):
    ADD = "/admin/blog/partner/add/"

    def setUp(self):
        super().setUp()
        self.alice = make_alice()
        self.client.force_login(self.alice)

    def look(self, address, **extra):
        return self.fill(
            self.ADD, "look_form", {"address": address}, button="_look", to="/admin/blog/partner/look/", **extra
        )

    def test_address_alone_leads_to_a_form_that_is_filled_in(self):
        response = self.look(self.blog.base, follow=True)
        self.assertContains(response, "L’Atelier")
        self.assertContains(response, "Le papier &amp; l’encre")
        self.assertFalse(Partner.objects.exists())
        address = response.request["PATH_INFO"] + "?" + response.request["QUERY_STRING"]
        self.fill(address, "partner_form", {"keeper": "Nadia Khelil-Roy"})
        partner = Partner.objects.get()
        self.assertEqual((partner.name, partner.slug, partner.keeper), ("L’Atelier", "l-atelier", "Nadia Khelil-Roy"))
        self.assertEqual((partner.takes, partner.note_fr), ("wordpress", "Un blog de papier"))
        self.assertEqual(partner.webmention, f"{self.blog.base}/mention")
        self.assertEqual((partner.logo.width, partner.logo.credit), (192, "L’Atelier"))

    def test_icon_is_left_where_nobody_wants_it(self):
        response = self.look(self.blog.base, follow=True)
        address = response.request["PATH_INFO"] + "?" + response.request["QUERY_STRING"]
        self.fill(address, "partner_form", {"keep_picture": []})
        self.assertIsNone(Partner.objects.get().logo)
        self.assertFalse(Image.objects.exists())

    def test_what_was_not_found_stands_on_the_page(self):
        self.blog.pages["/"] = http("<title>Un blog</title>")
        response = self.look(self.blog.base, follow=True)
        self.assertContains(response, "La page ne nomme aucun flux.")
        self.assertContains(response, "La page ne dit pas sa langue.")

    def test_what_cannot_be_asked_is_said_and_what_was_typed_stays(self):
        for address, words in (
            ("http://192.168.0.7/", "réseau privé"),
            (f"{self.blog.base}/nothing", "404"),
            ("", "obligatoire"),
            ("http://user:secret@example.org/", "identifiant"),
        ):
            with self.subTest(address):
                response = self.look(address)
                self.assertContains(response, words)
                self.assertContains(response, f'value="{address}"' if address else "look_form")

    def test_by_hand_and_after_an_hour_there_is_a_form_too(self):
        self.assertContains(self.client.get(f"{self.ADD}?by_hand=1"), 'id="partner_form"')
        response = self.look(self.blog.base)
        cache.clear()
        self.assertContains(self.client.get(response["Location"], follow=True), "look_form")

    def test_window_of_its_own_is_carried_on(self):
        response = self.client.post(
            "/admin/blog/partner/look/?_popup=1&_to_field=id&evil=1", {"address": self.blog.base}
        )
        self.assertIn("_popup=1&_to_field=id&found=", response["Location"])
        self.assertNotIn("evil", response["Location"])

    def test_contributor_asks_nobody(self):
        partner = make_partner(site=self.blog.base)
        self.client.force_login(make_bob())
        for address in ("look/", f"{partner.pk}/look/"):
            response = self.client.post(f"/admin/blog/partner/{address}", {"address": self.blog.base})
            self.assertEqual(response.status_code, 403, address)
        self.assertEqual(self.client.get(self.ADD).status_code, 403)
        self.assertEqual(self.server.requests, [])


class LookingAgainTests(FormTestCase, BlogTestCase):
    def setUp(self):
        super().setUp()
        self.client.force_login(make_alice())
        self.partner = make_partner(site=self.blog.base, feed="https://example.org/old/", name="L’atelier de Nadia")
        self.address = f"/admin/blog/partner/{self.partner.pk}/look/"

    def differences(self):
        return self.client.post(self.address).content.decode()

    def take(self, changes):
        from tests.forms import read_form

        fields, _buttons = read_form(self.differences(), "differences_form")
        return self.client.post(self.address, {**fields, "_take": "1", **changes}, follow=True)

    def test_page_of_a_partner_offers_it(self):
        self.assertContains(
            self.client.get(f"/admin/blog/partner/{self.partner.pk}/change/"), f'action="{self.address}"'
        )

    def test_differences_are_shown_and_nothing_is_saved(self):
        page = self.differences()
        self.assertIn("https://example.org/old/", page)
        self.assertIn(f"{self.blog.base}/feed/", page)
        self.assertIn("take-feed", page)
        self.assertNotIn("take-site", page)
        self.partner.refresh_from_db()
        self.assertEqual(self.partner.feed, "https://example.org/old/")

    def test_what_is_ticked_is_taken_over_and_an_edited_name_is_not(self):
        response = self.take({"api": f"{self.blog.base}/?rest_route=/"})
        self.partner.refresh_from_db()
        self.assertEqual(self.partner.feed, f"{self.blog.base}/feed/")
        self.assertEqual(self.partner.api, f"{self.blog.base}/?rest_route=/")
        self.assertEqual((self.partner.name, self.partner.keeper), ("L’atelier de Nadia", "Olivier Cimelière"))
        self.assertEqual(self.partner.logo.width, 192)
        self.assertContains(response, "changements ont été repris")
        self.assertEqual(LogEntry.objects.count(), 1)

    def test_what_is_wrong_comes_back_with_all_that_was_sent(self):
        response = self.take({"feed": "nonsense"})
        self.assertContains(response, "nonsense")
        self.assertContains(response, "take-api")
        self.partner.refresh_from_db()
        self.assertEqual((self.partner.feed, self.partner.api), ("https://example.org/old/", ""))

    def test_blog_that_does_not_answer_is_said_and_nothing_is_lost(self):
        self.blog.pages["/"] = http(status=500)
        response = self.client.post(self.address, follow=True)
        self.assertContains(response, "500")
        self.partner.refresh_from_db()
        self.assertEqual(self.partner.feed, "https://example.org/old/")

    def test_nothing_new_is_said(self):
        self.take({"take-name": "on", "take-keeper": "on"})
        self.assertIn("est déjà ainsi", self.differences())
