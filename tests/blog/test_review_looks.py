"""A post in the admin as it will look: in windows of two widths, as a card where it is shared, in a search result."""

from datetime import timedelta

from django.db import connection
from django.test import SimpleTestCase, TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from blog.appearance import appearance_of, cut, read_head, width_of
from blog.revising import begin, content_of, keep_apart
from tests.factories import (
    make_alice,
    make_author,
    make_bob,
    make_carol,
    make_image,
    make_post,
    make_translation,
    make_upload,
)


class LookTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.alice = make_alice()
        cls.author = make_author(user=cls.alice)
        cls.post = make_post(authors=[cls.author], published_at=timezone.now() - timedelta(days=1))
        cls.translation = make_translation(cls.post, standfirst="")
        cls.base = f"/admin/blog/post/{cls.post.pk}/"

    def setUp(self):
        self.client.force_login(self.alice)

    def english(self, address):
        return self.client.get(address, headers={"accept-language": "en"})

    def test_both_windows_stand_there_or_the_one_that_was_chosen(self):
        page = self.english(f"{self.base}look/")
        self.assertContains(page, "<iframe", 2)
        self.assertContains(page, "Phone, 360 pixels wide")
        phone = self.english(f"{self.base}look/?window=phone&scheme=dark")
        self.assertContains(phone, "<iframe", 1)
        self.assertContains(phone, 'class="is-dark"')
        self.assertEqual(self.client.get(f"{self.base}look/?window=nonsense&scheme=x").status_code, 200)

    def test_the_frame_holds_what_readers_will_see_and_only_pages_of_this_site_hold_it(self):
        begin(self.post)
        keep_apart(self.post, content_of(self.post) | {"title": "Retouché"}, by=self.alice)
        frame = self.client.get(f"{self.base}look/frame/")
        self.assertContains(frame, "Retouché")
        self.assertIn("frame-ancestors 'self'", frame.headers["Content-Security-Policy"])
        self.assertEqual(frame.headers["X-Frame-Options"], "SAMEORIGIN")
        self.assertIn("no-store", frame.headers["Cache-Control"])

    def test_no_other_page_may_be_framed_or_frame(self):
        look = self.client.get(f"{self.base}look/")
        self.assertIn("frame-src 'self'", look.headers["Content-Security-Policy"])
        for page in (look, self.client.get(f"{self.base}change/"), self.client.get(f"{self.base}preview/")):
            self.assertIn("frame-ancestors 'none'", page.headers["Content-Security-Policy"])
            self.assertEqual(page.headers["X-Frame-Options"], "DENY")

    def test_both_versions_are_shown_as_they_appear_elsewhere(self):
        page = self.english(f"{self.base}appearance/")
        for words in (
            "Président numérique",
            "A digital president",
            "› blog ›",
            "There is no standfirst: the card has no text.",
            "there is no standfirst: the engine takes any words",
        ):
            self.assertContains(page, words)
        self.assertContains(page, f"/admin/blog/post/{self.post.pk}/shared.jpg")

    def test_they_say_what_the_head_of_the_readers_page_says(self):
        public = read_head(self.client.get(self.post.path()))
        versions = self.english(f"{self.base}appearance/").context["versions"]
        shown = [appearance.head for _post, appearance, _picture in versions]
        self.assertEqual((shown[0].title, shown[0].description), (public.title, public.description))
        self.assertEqual(shown[0].card["og:url"], public.card["og:url"])
        self.assertEqual(shown[0].card["og:title"], public.card["og:title"])

    def test_a_working_copy_is_what_is_judged(self):
        begin(self.post)
        keep_apart(self.post, content_of(self.post) | {"title": "Un titre sans fin " * 8}, by=self.alice)
        page = self.english(f"{self.base}appearance/")
        self.assertContains(page, "pixels wide: results cut it after 600")
        self.assertContains(page, "cards cut it behind 90 or so")

    def test_it_speaks_french_too(self):
        for page in ("look", "appearance"):
            self.assertContains(self.client.get(f"{self.base}{page}/"), '<html lang="fr"')

    def test_who_may_not_see_the_post_sees_none_of_it(self):
        for user, expected in ((make_bob(), 404), (make_carol(), 403)):
            self.client.force_login(user)
            for page in ("look/", "look/frame/", "appearance/"):
                with self.subTest(user=user.username, page=page):
                    self.assertEqual(self.client.get(self.base + page).status_code, expected)
                    self.assertEqual(self.client.post(self.base + page).status_code, 405)

    def test_what_is_not_there_is_not_found(self):
        for page in ("look/", "look/frame/", "appearance/"):
            self.assertEqual(self.client.get(f"/admin/blog/post/{'9' * 25}/{page}").status_code, 404)

    def test_queries_are_few(self):
        for page, most in (("look/", 10), ("look/frame/", 20), ("appearance/", 40)):
            with CaptureQueriesContext(connection) as queries:
                self.client.get(self.base + page)
            self.assertLess(len(queries), most, page)


class AppearanceTests(TestCase):
    def head_of(self, post):
        return read_head(self.client.get(post.path()))

    def test_a_small_picture_and_a_lacking_text_are_told(self):
        cover = make_image(alt_fr="", file=make_upload(size=(400, 200)))
        small = appearance_of(self.head_of(make_post(cover=cover)))
        self.assertTrue(any("315" in words for words in small.of_card))
        large = make_image(alt_fr="", alt_en="", file=make_upload(size=(900, 600)))
        silent = appearance_of(self.head_of(make_post(slug="b", cover=large)))
        self.assertEqual(len(silent.of_card), 1)
        none = appearance_of(self.head_of(make_post(slug="c")))
        self.assertEqual(len(none.of_card), 1)
        self.assertEqual(appearance_of(none.head, has_drawn=True).of_card, [])

    def test_advice_names_the_text_that_results_show(self):
        long = "Une phrase qui dit ce que dit le texte. " * 5
        for described, standfirst, words in (
            ("", "Court.", "The standfirst is very short"),
            ("Court.", long, "The description in search results is very short"),
            ("", long, "The standfirst is longer"),
            (long[:160], "Court.", ""),
            (long[:190], "Court.", "The description in search results is longer"),
        ):
            with self.subTest(words):
                slug = f"s{len(described)}-{len(standfirst)}"
                post = make_post(slug=slug, standfirst=standfirst, search_description=described)
                head = self.head_of(post)
                with translation.override("en"):
                    found = appearance_of(head, is_described=bool(described)).of_search
                self.assertEqual([each for each in found if words in each], found[:1])
                self.assertEqual(bool(found), bool(words))

    def test_page_says_so_of_the_description_that_an_editor_wrote(self):
        post = make_post(standfirst="Une phrase. " * 15, search_description="Court.")
        self.client.force_login(make_alice())
        page = self.client.get(f"/admin/blog/post/{post.pk}/appearance/", headers={"accept-language": "en"})
        self.assertContains(page, "The description in search results is very short")
        self.assertNotContains(page, "The standfirst is longer than two lines")

    def test_host_and_trail_come_from_the_address(self):
        head = self.head_of(make_post())
        self.assertEqual(head.trail, ["blog", "2016", "06"])
        self.assertTrue(head.host)


class WidthTests(SimpleTestCase):
    def test_letters_have_the_widths_of_arial(self):
        # 20 px: M is 833 thousandths of it, i 222.
        self.assertEqual(width_of("M" * 10, 20), 167)
        self.assertEqual(width_of("i" * 10, 20), 44)
        self.assertEqual(width_of("é", 20), width_of("e", 20))
        self.assertEqual(width_of("e\u0301", 20), width_of("e", 20))

    def test_what_fits_is_whole_and_the_rest_is_cut_between_words(self):
        self.assertEqual(cut("Un titre", 600, 20), "Un titre")
        shown = cut("mot " * 60, 600, 20)
        self.assertTrue(shown.endswith("mot …"))
        self.assertLessEqual(width_of(shown, 20), 600)
        self.assertEqual(cut("M" * 200, 600, 20), "…")
