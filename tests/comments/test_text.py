"""What readers type becomes paragraphs and links, and never anything that acts."""

import time

from django.test import SimpleTestCase

from comments.text import render_comment


class RenderingTests(SimpleTestCase):
    def assert_rendered(self, text, html, language="en"):
        self.assertEqual(render_comment(text, language=language), html)

    def link(self, address, shown=None):
        return f'<a href="{address}" rel="nofollow ugc noopener">{shown or address}</a>'

    def test_lines_and_paragraphs(self):
        self.assert_rendered("One\ntwo\r\n\r\n\n  \nthree", "<p>One<br>two</p><p>three</p>")

    def test_markup_is_text(self):
        self.assert_rendered("<b>x</b> & co", "<p>&lt;b&gt;x&lt;/b&gt; &amp; co</p>")

    def test_address_is_linked_without_what_follows_it(self):
        link = self.link("https://example.org/a")
        for before, after in (("", ""), ("(", ")"), ("see ", "."), ("", "!"), ("", "?"), ("", "…")):
            with self.subTest(before + after):
                self.assert_rendered(f"{before}https://example.org/a{after}", f"<p>{before}{link}{after}</p>")

    def test_address_in_french_quotation_marks(self):
        html = render_comment("Voyez « https://example.org/a » : c’est là !", language="fr")
        self.assertIn(self.link("https://example.org/a"), html)
        self.assertIn("\u00a0: c’est là\u202f!", html)

    def test_address_without_scheme(self):
        self.assert_rendered("www.example.org", f"<p>{self.link('https://www.example.org', 'www.example.org')}</p>")

    def test_long_address_is_cut_for_the_eye_only(self):
        address = "https://example.org/" + "a" * 100
        html = render_comment(address, language="en")
        self.assertIn(f'href="{address}"', html)
        self.assertNotIn(f">{address}<", html)

    def test_hashtag_at_the_start_of_a_line_is_no_heading(self):
        self.assert_rendered("#GetCovered now", "<p>#GetCovered now</p>")

    def test_only_the_web_is_linked(self):
        for text in ("javascript:alert(1)", "data:text/html,x", "somebody@example.org", "file:///etc/passwd"):
            with self.subTest(text):
                self.assertNotIn("<a", render_comment(text, language="en"))

    def test_address_cannot_break_out_of_its_link(self):
        html = render_comment('https://example.org/"onmouseover="alert(1)', language="en")
        self.assertNotIn('"onmouseover', html)

    def test_typography_is_that_of_the_language_and_spares_addresses(self):
        self.assert_rendered("Vraiment ?", "<p>Vraiment\u202f?</p>", "fr")
        self.assert_rendered("Really?", "<p>Really?</p>")
        self.assertIn('href="https://example.org/?a=1"', render_comment("https://example.org/?a=1", language="fr"))

    def test_characters_that_deceive_are_dropped(self):
        self.assert_rendered("a\x00b\u202ec\u2066d\x1be", "<p>abcde</p>")

    def test_absurd_texts_take_no_time(self):
        for piece in ("http://a.", "((((", "www.", "<", "&", "« ", "\n", "a@b.c ", "http://a.b/)", "!?;:"):
            with self.subTest(piece):
                start = time.process_time()
                render_comment(piece * (1_000_000 // len(piece)), language="fr")
                self.assertLess(time.process_time() - start, 2)
