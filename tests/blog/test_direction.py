"""Texts that run from right to left say so, to whatever reads the page; no other does."""

from django.test import SimpleTestCase, TestCase

from blog.direction import direction, isolated
from tests.factories import make_comment, make_post

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
HEBREW, ARABIC = "שלום לכולם", "مرحبا بالجميع"


class DirectionTests(SimpleTestCase):
    def test_first_letter_decides(self):
        for text, attribute in (
            (HEBREW, ' dir="rtl"'),
            (f"<p>« {ARABIC}, 2026&nbsp;»</p>", ' dir="rtl"'),
            (f"Elle a dit « {HEBREW} ».", ' dir="ltr"'),
            ("Rien que du français, déjà.", ""),
            ("Plain English", ""),
            ("日本語", ""),
            ("", ""),
        ):
            with self.subTest(text):
                self.assertEqual(direction(text), attribute)

    def test_name_stands_by_itself_among_words_of_the_page(self):
        self.assertEqual(isolated(HEBREW), f'<span dir="rtl">{HEBREW}</span>')
        self.assertEqual(isolated("<b>Éva"), "&lt;b&gt;Éva")


class CommentTests(TestCase):
    def test_comment_of_either_direction(self):
        post = make_post()
        first = make_comment(post, name="דנה", text=HEBREW)
        make_comment(post, parent=first, name="Marthe", text="D’accord.")
        page = self.client.get(POST)
        self.assertContains(page, '<b class="who p-author h-card" dir="rtl">דנה</b>')
        self.assertContains(page, f'<div class="comment-text e-content" dir="rtl"><p>{HEBREW}</p></div>')
        self.assertContains(page, 'en réponse à <span dir="rtl">דנה</span>')
        self.assertContains(page, '<div class="comment-text e-content"><p>D’accord.</p></div>')
