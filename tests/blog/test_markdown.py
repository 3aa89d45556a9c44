"""Markdown of another editor, pasted here."""

import contextlib

from django.core.exceptions import ValidationError
from django.test import SimpleTestCase

from blog.body import clean_source
from blog.markdown import LONGEST_TEXT, source_of_markdown
from tests.timing import SECONDS_OF_NO_BOMB, within


class MarkdownTests(SimpleTestCase):
    def assert_read(self, table: dict[str, str]) -> None:
        for text, wanted in table.items():
            with self.subTest(text=text):
                self.assertEqual(source_of_markdown(text), wanted)
                self.assertEqual(clean_source(wanted), wanted)

    def test_what_it_means_is_kept(self):
        self.assert_read(
            {
                '## A\n\n**b** *c* ~~d~~ `e**f**` [g](https://a.fr/ "h")': (
                    "<h2>A</h2>\n<p><strong>b</strong> <em>c</em> <s>d</s> <code>e**f**</code> "
                    '<a href="https://a.fr/" title="h">g</a></p>'
                ),
                "- a\n- b\n    1. c": "<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul>",
                "> a\n\n---\n\n```py\nx = '**y**'\n```": (
                    "<blockquote><p>a</p></blockquote>\n<hr>\n<pre><code>x = '**y**'</code></pre>"
                ),
                "|a|b|\n|-|-|\n|1|2|": (
                    '<table><thead><tr><th scope="col">a</th><th scope="col">b</th></tr></thead>'
                    "<tbody><tr><td>1</td><td>2</td></tr></tbody></table>"
                ),
                "": "",
            }
        )

    def test_title_of_a_page_is_no_heading_of_a_text(self):
        self.assert_read({"# A\n\n## B\n\n### C": "<h2>A</h2>\n<h3>B</h3>\n<h4>C</h4>"})

    def test_footnotes(self):
        self.assert_read(
            {
                "a[^1] b[^x]\n\n[^1]: La *note*\n    et la suite.\n[^x]: y": (
                    "<p>a<foot-note>La <em>note</em> et la suite.</foot-note> b<foot-note>y</foot-note></p>"
                ),
                "a[^2] `[^1]`\n\n[^1]: b": "<p>a[^2] <code>[^1]</code></p>",
                "```\n[^1]: b\n```": "<pre><code>[^1]: b</code></pre>",
                "a[^1]\n\n[^1]: [^1]": "<p>a<foot-note>[^1]</foot-note></p>",
            }
        )

    def test_html_and_hostile_addresses_are_words(self):
        self.assert_read(
            {
                "<b>a</b> <script>x</script>": "<p>&lt;b&gt;a&lt;/b&gt; &lt;script&gt;x&lt;/script&gt;</p>",
                "[a](javascript:alert(1))": "<p>[a](javascript:alert(1))</p>",
                "a[^1]\n\n[^1]: <img src=x onerror=y>": "<p>a<foot-note>&lt;img src=x onerror=y&gt;</foot-note></p>",
            }
        )

    def test_too_much_is_refused_in_words(self):
        with self.assertRaises(ValidationError):
            source_of_markdown("a" * (LONGEST_TEXT + 1))
        with self.assertRaises(ValidationError):
            source_of_markdown("*a* " * 16_000)

    def test_bombs_are_answered_in_time(self):
        for text in ("[", "![", "*", "`", "> ", "- ", "[^1]", "<", "[a](", "|a|\n", "**a ", "_a", "[^1]: a\n"):
            with within(SECONDS_OF_NO_BOMB, text), contextlib.suppress(ValidationError):
                source_of_markdown((text * LONGEST_TEXT)[: LONGEST_TEXT // 20])
