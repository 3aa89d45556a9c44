"""Names and addresses that deceive: taken out or shown as they are, and said why, to writers and to moderators."""

from django.test import SimpleTestCase, TestCase, override_settings

from comments.forms import make_stamp
from comments.lookalikes import resembles, undisguised
from comments.models import Comment
from comments.notes import notes_on_hosts, notes_on_text
from comments.spam.judging import judge_and_hold
from comments.text import has_deceptive_signs, render_comment, tidied, tidied_name
from tests.factories import make_author, make_carol, make_comment, make_post

FLAG = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"


class LookalikeTests(SimpleTestCase):
    def test_names_that_look_alike(self):
        for name in (
            "Yann Gourvennec",
            "yann gourvennec",
            "YANN  GOURVENNEC ✓",
            "Gourvennec Yann",
            "Υann Gοurvеnnес",
            "Y.a.n.n Gourvennec",
            "Yann (l’auteur) Gourvennec",
            "𝒀𝒂𝒏𝒏 𝑮𝒐𝒖𝒓𝒗𝒆𝒏𝒏𝒆𝒄",
            "Ｙａｎｎ Ｇｏｕｒｖｅｎｎｅｃ",
            "ʏᴀɴɴ ɢᴏᴜʀᴠᴇɴɴᴇᴄ",
            "Yann G0urvennec",
            "Yánn Gourvénnec",
            "Yann Gourvenec",
            "Yann Gourvenmec",
            "Yann\u200bGourvennec",
        ):
            with self.subTest(name):
                self.assertTrue(resembles(tidied_name(name), "Yann Gourvennec"))

    def test_names_that_do_not(self):
        for name in ("Yann", "Gourvennec", "Yannick Gourmelen", "Anne", "Marthe", "—", "محمد"):
            with self.subTest(name):
                self.assertFalse(resembles(name, "Yann Gourvennec"))

    def test_name_of_one_word_is_not_found_inside_another(self):
        self.assertTrue(resembles("Lа Маrgе", "La Marge"))
        self.assertFalse(resembles("Marie-Ange", "Ange"))

    def test_host_is_shown_as_it_is_asked_for_where_it_deceives(self):
        for address, shown in (
            ("https://pаypal.com/x?q=1", "https://xn--pypal-4ve.com/x?q=1"),
            ("https://аррӏе.com", "https://xn--80ak6aa92e.com"),
            ("www.gοοgle.com", "www.xn--ggle-0nda.com"),
            ("https://éditions-du-phare.fr/", "https://éditions-du-phare.fr/"),
            ("https://bücher.de:80/a", "https://bücher.de:80/a"),
            ("https://пример.рф/", "https://пример.рф/"),
            ("https://日本語ひらがな.jp", "https://日本語ひらがな.jp"),
        ):
            with self.subTest(address):
                self.assertEqual(undisguised(address), shown)
                self.assertIn(f">{shown}</a>", render_comment(f"voir {address}", language="fr"))

    def test_asked_host_that_deceives_is_said_too(self):
        self.assertIn("xn--pypal-4ve.com", notes_on_hosts("https://xn--pypal-4ve.com/")[0])
        self.assertEqual(notes_on_hosts("https://xn--bcher-kva.de/ et https://example.org"), [])

    def test_signs_that_nobody_sees_go(self):
        for typed, kept in (
            ("vi\u200bag\u2060ra", "viagra"),
            ("a\u202ecba", "acba"),
            ("\u2067a\u2069", "a"),
            ("a\u200eb\u061c", "ab"),
            ("x\U000e0041\U000e0042y", "xy"),
            ("a\u200d\u200cb", "ab"),
            ("\u3164", ""),
        ):
            with self.subTest(ascii(typed)):
                self.assertEqual(tidied(typed), kept)
                self.assertTrue(has_deceptive_signs(typed))

    def test_signs_that_join_letters_and_pictograms_stay(self):
        for text in ("👩\u200d👧", "می\u200cخواهم", FLAG, "क्\u200dष", "Việt Nam", "e\u0301", "❤\ufe0f"):
            with self.subTest(ascii(text)):
                self.assertEqual(tidied(text), text)
                self.assertFalse(has_deceptive_signs(text))

    def test_name_has_one_line_and_few_accents(self):
        self.assertEqual(tidied_name("  Zoé\n\u2028 Le\u00a0Goff "), "Zoé Le Goff")
        self.assertLess(len(tidied_name("Z" + "\u0335" * 40)), 5)

    def test_what_is_shown_otherwise_is_said(self):
        for text, said in (
            ("<b>x</b>", "HTML"),
            ("[url=https://example.org]x[/url]", "HTML"),
            ("[x](javascript:alert(1))", "http"),
            (">" * 60 + " x", "imbriquées"),
            ("a\u202eb", "inversent le sens"),
        ):
            with self.subTest(text[:20]):
                self.assertIn(said, " ".join(notes_on_text(text)))
        self.assertEqual(notes_on_text("Une *remarque* : 3 < 4, `a > b`\n> citée\n\nhttps://example.org"), [])


class DeceptiveNameTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post(authors=[make_author()])

    def send(self, **changes):
        data = {"name": "Marthe", "text": "Une remarque.", "stamp": make_stamp(self.post.pk)}
        return self.client.post(f"/commentaires/sur/{self.post.pk}/", data | changes)

    def test_name_like_the_author_s_waits_and_both_are_told(self):
        waiting = self.client.get(self.send(name="Yаnn Gourvennеc")["Location"])
        self.assertContains(waiting, "ressemble à celui de Yann Gourvennec")
        self.assertNotContains(waiting, "comment-author-mark")
        comment = Comment.objects.get()
        verdict = judge_and_hold(comment)
        self.assertTrue(verdict.is_to_be_read)
        self.assertEqual(comment.status, Comment.Status.PENDING)
        self.client.force_login(make_carol())
        page = self.client.get(f"/admin/comments/comment/{comment.pk}/change/")
        self.assertContains(page, "Yann Gourvennec")

    def test_preview_says_it_before(self):
        response = self.send(name="Yann  GOURVENNEC", preview="yes")
        self.assertContains(response, "ressemble à celui de Yann Gourvennec")

    @override_settings(SITE_NAME="La Marge")
    def test_name_of_the_site_waits_too(self):
        self.assertTrue(judge_and_hold(make_comment(self.post, name="La Мarge")).is_to_be_read)

    def test_author_of_ours_is_not_taken_for_another(self):
        author = make_author(name="Alix Ferrand", slug="alix-ferrand")
        comment = make_comment(self.post, name=author.name, author=author)
        self.assertFalse(judge_and_hold(comment).is_to_be_read)

    def test_reader_s_own_name_does_not_wait_for_it(self):
        self.assertFalse(judge_and_hold(make_comment(self.post, name="Marthe")).is_to_be_read)

    def test_name_that_turns_the_text_comes_back_without(self):
        response = self.send(name="\u202eMarthe\u2066")
        self.assertContains(response, "Vérifiez le nom", status_code=422)
        self.assertContains(response, 'value="Marthe"', status_code=422)
        self.assertContains(response, "Une remarque", status_code=422)
        self.assertFalse(Comment.objects.exists())

    def test_name_of_nothing_visible_is_none(self):
        for name in ("\u200b", "\u3164\u3164", "\u202e", "\U000e0041"):
            with self.subTest(ascii(name)):
                self.assertEqual(self.send(name=name).status_code, 422)
        self.assertFalse(Comment.objects.exists())

    def test_site_that_hides_where_it_leads_is_refused(self):
        for site in (
            "https://www.banque.example@ailleurs.example/",
            "ftp://example.org/",
            "javascript://x.org/%0aalert(1)",
        ):
            with self.subTest(site):
                self.assertContains(self.send(site=site), 'id="site-error"', status_code=422)

    def test_site_that_deceives_is_kept_as_it_is_asked_for(self):
        waiting = self.client.get(self.send(site="https://www.pаypal.com/")["Location"])
        self.assertContains(waiting, "www.xn--pypal-4ve.com")
        comment = Comment.objects.get()
        self.assertEqual(comment.site, "https://www.xn--pypal-4ve.com/")
        judge_and_hold(comment)
        self.assertIn("disguised_host", [reason["code"] for reason in comment.spam_reasons])
