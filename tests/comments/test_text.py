import random
import re
from unittest import mock

from django.test import SimpleTestCase

from comments.text import MAX_LENGTH, SHOWN_ADDRESS_LENGTH, as_quote, render_comment
from tests.timing import SECONDS_OF_NO_BOMB, within

REL = 'rel="nofollow ugc noopener"'


class CommentTextTests(SimpleTestCase):
    def assert_rendered(self, table: dict[str, str], language: str = "fr") -> None:
        """Check the HTML of each text, in which ~ is a no-break space and ^ a narrow one."""
        for typed, wanted in table.items():
            with self.subTest(typed=typed):
                html = render_comment(typed, language=language)
                self.assertEqual(html.replace("\u00a0", "~").replace("\u202f", "^"), wanted)

    def assert_linked(self, table: dict[str, str]) -> None:
        """Check which part of each text became a link, and where it leads."""
        for typed, address in table.items():
            with self.subTest(typed=typed):
                html = render_comment(typed, language="fr")
                self.assertEqual(html.count("<a "), 1)
                self.assertIn(f'<a href="{address}" {REL}>', html)


class ParagraphTests(CommentTextTests):
    def test_paragraphs_and_lines(self):
        self.assert_rendered(
            {
                "a": "<p>a</p>",
                "a\nb": "<p>a<br>b</p>",
                "oui :\n*b*\nc !": "<p>oui~:<br><em>b</em><br>c^!</p>",
                "a\r\n\r\nb": "<p>a</p>\n<p>b</p>",
                "a\n \n\n\t\n\nb\n\n": "<p>a</p>\n<p>b</p>",
                "  a  \n  b": "<p>a<br>b</p>",
                "": "",
                " \n\n ": "",
            }
        )

    def test_hashtag_is_no_heading(self):
        self.assert_rendered({"#GetCovered\n# Titre\n===": "<p>#GetCovered<br># Titre<br>===</p>"})

    def test_markup_is_shown_and_not_used(self):
        self.assert_rendered(
            {
                "<script>alert(1)</script>": "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
                '<a href="x">a</a> &amp;': "<p>&lt;a href=&quot;x&quot;&gt;a&lt;/a&gt; &amp;amp;</p>",
            }
        )

    def test_typography_is_that_of_the_language(self):
        self.assert_rendered({'C\'est "bien" : oui !': "<p>C’est «~bien~»~: oui^!</p>"})
        self.assert_rendered({'It\'s "fine" !': "<p>It’s “fine”!</p>"}, "en")


class UnmarkedTests(SimpleTestCase):
    def test_text_without_markup_is_rendered_as_if_it_were_parsed(self):
        chance = random.Random(7)
        parts = [
            *(
                "Oui",
                "l'été",
                '"bon"',
                "a.b",
                "https://example.org/x?y=1",
                "www.example.org",
                "<b>",
                "&amp;",
                "1789",
                "5 %",
            ),
            *(
                " ",
                "  ",
                "\t",
                "\n",
                "\n\n",
                "\n \n",
                "\n    ",
                "\u00a0",
                "!",
                "?",
                ":",
                "...",
                "#",
                "# ",
                "==",
                "|",
                "'",
                "[x](y)",
            ),
        ]
        for _time in range(3000):
            text = "".join(chance.choices(parts, k=chance.randrange(12)))
            for language in ("fr", "en"):
                with mock.patch("comments.text._MAY_BE_MARKED", re.compile("")):
                    parsed = render_comment(text, language=language)
                self.assertEqual(render_comment(text, language=language), parsed, repr(text))


class MarkupTests(CommentTextTests):
    def test_emphasis_and_code(self):
        self.assert_rendered(
            {
                "*a* _b_ **c**": "<p><em>a</em> <em>b</em> <strong>c</strong></p>",
                '`<b> "x"`': "<p><code>&lt;b&gt; &quot;x&quot;</code></p>",
                "mot_à_mot et 2 * 3 * 4": "<p>mot_à_mot et 2 * 3 * 4</p>",
                "\\*a\\*": "<p>*a*</p>",
                "```\na  < b\n  c\n```": "<pre><code>a  &lt; b\n  c</code></pre>",
                "<u>*a*</u>": "<p>&lt;u&gt;<em>a</em>&lt;/u&gt;</p>",
            }
        )

    def test_quotation_marks_reach_around_emphasis(self):
        self.assert_rendered({'C\'est "*bien*" !': "<p>C’est «~<em>bien</em>~»^!</p>"})

    def test_quotes_and_lists(self):
        self.assert_rendered(
            {
                "> a\nb": "<blockquote><p>a</p>\n</blockquote>\n<p>b</p>",
                "> a\n> > b": "<blockquote><p>a</p>\n<blockquote><p>b</p>\n</blockquote>\n</blockquote>",
                "- a\n- b": "<ul><li>a</li><li>b</li></ul>",
                "3. a\n4. b": '<ol start="3"><li>a</li><li>b</li></ol>',
                "voir\n- a": "<p>voir</p>\n<ul><li>a</li></ul>",
            }
        )

    def test_address_is_not_emphasised(self):
        html = render_comment("*voir* https://exemple.fr/_a_/*b* ici", language="fr")
        self.assertIn('href="https://exemple.fr/_a_/*b*"', html)
        self.assertIn("<em>voir</em>", html)

    def test_quoting_a_text(self):
        self.assertEqual(as_quote("a\r\n\r\nb "), "> a\n>\n> b\n\n")
        self.assertEqual(
            render_comment(as_quote("a\n> b") + "c", language="fr"),
            "<blockquote><p>a</p>\n<blockquote><p>b</p>\n</blockquote>\n</blockquote>\n<p>c</p>",
        )

    def test_what_is_nested_beyond_reading_is_shown_as_typed(self):
        for typed in ("> " * 4000 + "fond", "- " * 4000 + "fond", "> - " * 2000 + "fond"):
            html = render_comment(typed, language="fr")
            self.assertTrue(html.endswith("fond</p>"))
            self.assertEqual(html.count("<"), 2)

    def test_accents_are_not_piled_over_other_lines(self):
        html = render_comment("z" + "\u0335\u0301" * 60 + " é", language="fr")
        self.assertLess(len(html), 20)
        self.assertIn("é", html)


class LinkTests(CommentTextTests):
    def test_addresses(self):
        self.assert_linked(
            {
                "Voir http://exemple.fr/a?b=1&c=2": "http://exemple.fr/a?b=1&amp;c=2",
                "www.exemple.fr": "https://www.exemple.fr",
                "sur exemple.fr/blog ou pas": "https://exemple.fr/blog",
                "http://a.fr/b&copy=1": "http://a.fr/b&amp;copy=1",
                "https://fr.wikipedia.org/wiki/Tribune_(presse)": "https://fr.wikipedia.org/wiki/Tribune_(presse)",
                "d'https://exemple.fr": "https://exemple.fr",
                "https://exemple.fr/été": "https://exemple.fr/%C3%A9t%C3%A9",
                "HTTPS://exemple.fr:8080/": "HTTPS://exemple.fr:8080/",
            }
        )

    def test_punctuation_stays_outside(self):
        for before, after in (
            ("", "."),
            ("", ", oui"),
            ("", "…"),
            ("(", ")."),
            ("«~", "~»"),
            ("“", "”"),
            ("", "^!"),
            ("", "~: oui"),
            ("[", "]"),
        ):
            with self.subTest(before=before, after=after):
                typed = f"{before}https://exemple.fr/a{after}".replace("~", " ").replace("^", " ")
                html = render_comment(typed, language="fr").replace("\u00a0", "~").replace("\u202f", "^")
                link = f'<a href="https://exemple.fr/a" {REL}>https://exemple.fr/a</a>'
                self.assertEqual(html, f"<p>{before}{link}{after}</p>")

    def test_what_is_no_address_of_the_web(self):
        for typed in (
            "javascript:alert(1)",
            "http://javascript:alert(1)",
            "data:text/html,x",
            "ftp://exemple.fr",
            "prenom@exemple.fr",
            "node.js",
            "etc.Mais",
            "fin.Le",
            "Amazon.com",
            "http://localhost/",
            "http://",
            "www.",
            "https://banque.example@exemple.fr/",
            "http://[::1]/",
            "http://[x",
            "https://exemple.fr/" + "x" * 3000,
        ):
            with self.subTest(typed=typed[:40]):
                self.assertNotIn("<a", render_comment(typed, language="fr"))

    def test_quote_in_an_address_does_not_end_the_attribute(self):
        html = render_comment("https://exemple.fr/'onclick='x https://exemple.fr/\"onclick=\"x", language="fr")
        self.assertNotIn("'onclick", html)
        self.assertNotIn('"onclick', html)

    def test_long_address_is_shortened_for_the_eye_only(self):
        address = "https://www.exemple.fr/" + "a" * 100
        html = render_comment(address, language="fr")
        self.assertIn(f'href="{address}"', html)
        shown = html.partition(">")[2].partition(">")[2].partition("<")[0]
        self.assertTrue(shown.startswith("exemple.fr/aaa"))
        self.assertTrue(shown.endswith("…"))
        self.assertEqual(len(shown), SHOWN_ADDRESS_LENGTH)


class HostileTests(CommentTextTests):
    def test_characters_that_deceive_go(self):
        self.assert_rendered(
            {
                "a\x00b\x1b\x7fc\x85d": "<p>abcd</p>",
                "\u202emoc.live\u202c \u2066x\u2069": "<p>moc.live x</p>",
                "\ufeffa\ud800": "<p>a</p>",
            }
        )

    def test_joined_emoji_stays(self):
        self.assert_rendered({"👩\u200d💻": "<p>👩\u200d💻</p>"})

    def test_a_megabyte_of_anything_is_linear(self):
        for unit in (
            "http://a.",
            "((((",
            "))))",
            "http://a.b/(",
            "a.fr ",
            "a\n",
            "'",
            "&;",
            "…»",
            " ",
            "\u00a0",
            "www.",
        ):
            with self.subTest(unit=unit):
                text = unit * (1_000_000 // len(unit))
                with within(SECONDS_OF_NO_BOMB):
                    render_comment(text, language="fr")

    def test_longest_comment_is_quick(self):
        with within(5):
            render_comment('C\'est http://a.fr/b, "non" ?\n' * (MAX_LENGTH // 29), language="fr")
