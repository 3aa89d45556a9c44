"""An editor takes in a partner's tribune: where it is, what it would be here, the draft, in both languages."""

from urllib.parse import urlsplit

from django.core.cache import cache

from blog.models import HandOver, Image, Post, TakenIn, Tribune
from tests.blog.syndication.servers import http
from tests.blog.syndication.test_pieces import PAGE, RSS
from tests.blog.syndication.test_taking_in import WORDS, BlogTestCase
from tests.factories import make_alice, make_bob, make_carol, make_post, make_tribune
from tests.forms import FormTestCase


class TakingInTestCase(FormTestCase, BlogTestCase):
    language = "en"

    def setUp(self):
        super().setUp()
        self.partner.feed, self.partner.api = f"{self.base}/feed/", f"{self.base}/wp-json/"
        self.partner.save()
        self.blog.pages |= {
            "/feed/": http(RSS.format(base=self.base, text=WORDS), Content_Type="application/rss+xml"),
            "/suite/": http(PAGE.format(text=f'<p>{WORDS}</p><img src="/une.png">', content="e-content", body="null")),
        }
        self.start = f"/admin/blog/partner/{self.partner.pk}/take-in/"
        self.client.force_login(make_alice())
        self.client.cookies["django_language"] = self.language
        self.addCleanup(cache.clear)

    def look(self, source="feed"):
        return self.client.post(self.start, {"look": source}, follow=True)

    def preview(self, address="/suite/"):
        return self.client.post(self.start, {"address": f"{self.base}{address}"}, follow=True)

    def draft(self, answer, **changes):
        return self.fill(answer.request["PATH_INFO"], "draft_form", changes, button="_draft", follow=True)

    def messages(self, answer):
        return " ".join(str(message) for message in answer.context["messages"])


class WayTests(TakingInTestCase):
    def test_page_of_a_partner_leads_there_and_asks_nobody(self):
        page = self.client.get(f"/admin/blog/partner/{self.partner.pk}/change/")
        self.assertContains(page, self.start)
        self.partner.headlines.create(position=0, title="Une manchette", address=f"{self.base}/suite/")
        page = self.client.get(self.start)
        for text in ("Show the latest of their feed", "Show the latest of their WordPress", "Une manchette"):
            self.assertContains(page, text)
        self.assertEqual(self.server.requests, [])

    def test_text_of_their_feed_is_fetched_once_and_becomes_a_draft(self):
        page = self.look()
        self.assertContains(page, "Le papier – l’encre")
        token = page.request["QUERY_STRING"].removeprefix("list=")
        preview = self.client.post(self.start, {"list": token, "number": "0"}, follow=True)
        self.assertContains(preview, "Le papier garde ce que l’écran oublie")
        self.assertContains(preview, "their feed")
        self.assertEqual((Post.objects.count(), Image.objects.count()), (0, 0))
        self.draft(preview)
        self.assertEqual(self.asked(), ["/feed/", "/une.png"])
        tribune = Tribune.objects.get()
        self.assertEqual((tribune.taken_in.way, tribune.taken_in.by_name), ("feed", "alice"))
        self.assertEqual((tribune.content, tribune.canonical), ("whole", "there"))
        self.assertEqual(tribune.post.pictures.count(), 1)
        self.assertContains(self.look(), "Here already")

    def test_entry_without_its_text_is_fetched_from_its_page(self):
        token = self.look().request["QUERY_STRING"].removeprefix("list=")
        preview = self.client.post(self.start, {"list": token, "number": "1"}, follow=True)
        self.assertContains(preview, "Une suite")
        self.assertIn("/suite/", self.asked())

    def test_preview_shows_pictures_and_what_is_left_out(self):
        preview = self.preview()
        for text in ("Nadia Khelil, L’Atelier", "Pourquoi écrire.", "would be taken in", f"{self.base}/une.png"):
            self.assertContains(preview, text)
        picture = self.client.get(f"{preview.request['PATH_INFO']}1/")
        self.assertEqual(picture.headers["Content-Type"], "image/png")
        self.assertContains(preview, f'src="{preview.request["PATH_INFO"]}1/"')
        self.assertNotContains(preview, 'src="http')

    def test_what_was_agreed_and_the_language_are_chosen(self):
        for agreement, agreed in (("teaser", ("teaser", "there")), ("ours", ("whole", "here"))):
            TakenIn.objects.all().delete()
            Tribune.objects.all().delete()
            self.draft(self.preview(), agreement=agreement, language="en")
            tribune = Tribune.objects.get()
            self.assertEqual((tribune.content, tribune.canonical), agreed)
            self.assertEqual(tribune.post.language, "en")
            self.assertEqual((tribune.state, tribune.post.disclosure), ("published", ""))
        self.assertEqual(HandOver.objects.count(), 0)

    def test_teaser_is_not_the_whole(self):
        text = "".join(f"<p>{number} {WORDS}</p>" for number in range(5))
        self.blog.pages["/suite/"] = http(PAGE.format(text=text, content="e-content", body="null"))
        self.draft(self.preview(), agreement="teaser")
        tribune = Tribune.objects.get()
        self.assertLess(tribune.post.words, tribune.words / 2)

    def test_second_time_leads_to_the_draft_that_there_is(self):
        preview = self.preview()
        self.draft(preview)
        twice = self.client.post(preview.request["PATH_INFO"], {"agreement": "whole", "language": "fr"}, follow=True)
        again = self.preview("/suite/?utm_source=x")
        for answer in (twice, again):
            self.assertIn("taken in already", self.messages(answer))
            self.assertEqual(answer.request["PATH_INFO"], f"/admin/blog/post/{Post.objects.get().pk}/change/")

    def test_our_own_piece_is_not_taken_in(self):
        post = make_post()
        make_tribune(post, self.partner, url=f"{self.base}/2026/10/papier/")
        answer = self.preview()
        self.assertIn("our own piece", self.messages(answer))
        self.assertEqual(answer.request["PATH_INFO"], f"/admin/blog/post/{post.pk}/change/")

    def test_missing_picture_is_asked_for_once_more(self):
        picture = self.blog.pages.pop("/une.png")
        preview = self.preview()
        self.assertContains(preview, "404")
        self.blog.pages["/une.png"] = picture
        preview = self.client.post(preview.request["PATH_INFO"], {"_again": "1"}, follow=True)
        self.assertNotContains(preview, "404")
        self.assertEqual(self.asked().count("/suite/"), 1)

    def test_record_stands_on_the_page_of_the_tribune(self):
        self.draft(self.preview())
        page = self.client.get(f"/admin/blog/tribune/{Tribune.objects.get().pk}/change/")
        self.assertContains(page, "Taken in by alice")
        self.assertContains(page, "Ask the partner whether its pictures may be shown here")


class RefusalTests(TakingInTestCase):
    def test_other_site_and_other_original_are_told(self):
        self.partner.site = "https://example.org/atelier/"
        self.partner.save()
        self.assertContains(self.preview(), "127.0.0.1, which is not the site of")

    def test_what_goes_wrong_is_said_and_never_an_error(self):
        self.blog.pages |= {
            "/500/": http(status=500),
            "/empty/": http("<html></html>"),
            "/long/": http(f"<article>{'<p>mot</p>' * 200_000}</article>"),
            "/deep/": http("<article>" + "<div>" * 10_000 + WORDS),
            "/wp-json/wp/v2/posts": http("<p>Bonjour"),
            "/feed/": http("<p>Bonjour"),
        }
        for address in ("/500/", "/empty/", "/long/", "/deep/", "/missing/"):
            with self.subTest(address):
                answer = self.preview(address)
                self.assertTrue(answer.context["form"].errors)
                self.assertEqual(answer.status_code, 200)
        for address in ("http://10.0.0.1/", "ftp://example.org/", "", "http://[", "x" * 3000):
            with self.subTest(address):
                self.assertTrue(self.client.post(self.start, {"address": address}).context["form"].errors)
        for source in ("feed", "wordpress"):
            self.assertTrue(self.messages(self.look(source)))
        self.assertEqual(Post.objects.count(), 0)

    def test_nonsense_leads_back_in_words(self):
        for data in ({"list": "x", "number": "0"}, {"list": "é", "number": "x"}, {"list": ""}):
            self.assertIn("no longer at hand", self.messages(self.client.post(self.start, data, follow=True)))
        self.assertIn("no longer at hand", self.messages(self.client.get(f"{self.start}nothing/", follow=True)))
        self.assertEqual(self.client.get(f"{self.start}nothing/1/").status_code, 404)
        self.assertEqual(self.client.get("/admin/blog/partner/999999/take-in/").status_code, 404)
        self.assertContains(self.client.get(f"{self.start}?list=nothing"), "no longer at hand")

    def test_nobody_else_may(self):
        for make in (make_bob, make_carol):
            self.client.force_login(make())
            for answer in (self.client.get(self.start), self.client.post(self.start, {"look": "feed"})):
                self.assertEqual(answer.status_code, 403)
        self.client.logout()
        self.assertEqual(urlsplit(self.client.get(self.start).url).path, "/admin/login/")
        self.assertEqual(self.server.requests, [])

    def test_wrong_methods(self):
        self.assertEqual(self.client.delete(self.start).status_code, 405)
        self.assertEqual(self.client.post(f"{self.start}x/1/").status_code, 405)


class FrenchTests(TakingInTestCase):
    language = "fr"

    def test_pages_are_in_french(self):
        self.assertEqual(self.look().headers["Content-Language"], "fr")
        self.assertEqual(self.preview().headers["Content-Language"], "fr")
