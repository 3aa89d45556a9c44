"""A body as Markdown, and read again: the same body, with every node of the editor and with odd texts."""

import random

from django.test import SimpleTestCase

from blog.body import clean_source
from blog.markdown import html_of_markdown
from blog.syndication.their_html import read_file
from blog.to_markdown import markdown_of

NODES = {
    "paragraph": "<p>Un texte.</p>",
    "headings": "<h2>Un</h2>\n<h3>Deux</h3>\n<h4>Trois</h4>",
    "marks": "<p>Du <strong>gras</strong>, de l’<em>italique</em>, du <s>barré</s>, <code>du code</code>.</p>",
    "indices": "<p>H<sub>2</sub>O et m<sup>2</sup></p>",
    "marks within a word": "<p>in<strong>ter</strong>dit, <strong>« a »</strong>b, <em>a</em><strong>b</strong></p>",
    "marks within marks": "<p><strong>a <em>b <s>c</s></em></strong></p>",
    "languages": '<p lang="en">All <em lang="la">et cetera</em> <span lang="de">Wort</span></p>\n<h2 lang="en">A</h2>',
    "links": '<p><a href="https://example.org/a_b?c=1&amp;d=(2)" title="Un « titre »">un lien</a> et '
    '<a href="mailto:a@example.org">b</a></p>',
    "line break": "<p>un<br>deux</p>",
    "list": "<ul><li>un</li><li>deux <strong>gras</strong><ul><li>dedans</li></ul></li></ul>",
    "numbered list": "<ol><li>un<ol><li>dedans</li></ol></li><li>deux</li></ol>",
    "list with paragraphs": "<ul><li><p>un</p><p>deux</p></li><li>trois</li></ul>",
    "two lists": "<ul><li>un</li></ul>\n<ul><li>deux</li></ul>",
    "quotation": "<blockquote><p>Dit.</p><p>Redit.</p><footer>Elle, <em>ici</em></footer></blockquote>",
    "code": "<pre><code>a = 1\n\n    b = `2` ```\n&lt;b&gt;</code></pre>",
    "plain block": "<pre>vers\n\n  libre</pre>",
    "rule": "<p>a</p>\n<hr>\n<p>b</p>",
    "table": '<table><thead><tr><th scope="col">A | B</th><th scope="col">C</th></tr></thead>'
    "<tbody><tr><td>1</td><td>2<br>3</td></tr></tbody></table>",
    "table with more": '<table><caption>Titre</caption><tbody><tr><th scope="row">A</th><td colspan="2">1</td></tr>'
    '<tr><th scope="row">B</th><td>1</td><td lang="en">2</td></tr></tbody></table>',
    "footnotes": "<p>Dit<foot-note>Un <em>livre</em>, <a href=\"https://example.org/\">là</a>.</foot-note> ici"
    "<foot-note>Deux.</foot-note>.</p>\n<p>Encore<foot-note>Trois.</foot-note></p>",
    "boxes": '<aside data-kind="note"><header>Titre <em>x</em></header><p>Un.</p><ul><li>a</li></ul></aside>\n'
    '<aside data-kind="summary"><p>Deux.</p></aside>',
    "video": '<figure data-video="https://www.youtube.com/watch?v=dQw4w9WgXcQ"><figcaption>La <em>vidéo</em>'
    "</figcaption></figure>",
    "video with a poster": '<figure data-video="https://www.youtube.com/watch?v=dQw4w9WgXcQ" data-poster="3"></figure>',
    "transcript": '<figure data-video="https://www.youtube.com/watch?v=dQw4w9WgXcQ"><figcaption>Elle</figcaption>'
    '<details><p><strong>Elle :</strong> ce qui est <em>dit</em>.</p><p lang="en">Said.</p></details></figure>',
    "recording": '<figure data-audio="https://example.org/a.mp3"><figcaption>Le son</figcaption></figure>',
}  # fmt: skip

ODD = (
    "* a", "- a", "+ a", "1. a", "1) a", "# a", "> a", "    a", "``` a", "~~~", "---", "===", "a  b", "[a]: b",
    "[^1]: b", "[^1]", "<b>a</b>", "&amp;amp; &amp;copy;", "\\", "\\\\*", "a|b", "| a |", "*a*", "_a_ __b__", "![a](b)",
    "[a](b)",
    "`a", "``", "a\u00a0!", "« a »", "l’a", "https://example.org/", "<!-- a -->", ":::", "a*b_c~~d`e", "!", "#", "—",
    "$x$", "{{ a }}", "%}", "www.example.org", "é" * 50, "0.", "12345678901. a", "\u200b", "🎉",
)  # fmt: skip


def again(source: str) -> str:
    return read_file(html_of_markdown(markdown_of(source), with_html=True), is_ours=True, is_here=True).source


class RoundTripTests(SimpleTestCase):
    def test_every_node(self):
        for name, source in NODES.items():
            with self.subTest(name):
                body = clean_source(source)
                self.assertEqual(again(body), body, markdown_of(body))

    def test_all_of_them_in_one_text(self):
        source = clean_source("\n".join(NODES.values()))
        self.assertEqual(again(source), source)

    def test_odd_texts_in_every_place(self):
        from html import escape

        for text in ODD:
            words = text if "&amp;" in text else escape(text, quote=False)
            source = clean_source(
                f"<p>{words}</p>\n<h2>{words}</h2>\n<ul><li>{words}</li></ul>\n<p>a <strong>{words}</strong> b</p>\n"
                f"<p><code>{words}</code></p>\n<pre><code>{words}</code></pre>\n<blockquote><p>{words}</p></blockquote>\n"
                f"<p>a<foot-note>{words}</foot-note></p>\n<p>un<br>{words}</p>\n"
                f'<table><thead><tr><th scope="col">{words}</th></tr></thead><tbody><tr><td>{words}</td></tr></tbody>'
                "</table>"
            )
            with self.subTest(text):
                self.assertEqual(again(source), source, markdown_of(source))

    def test_texts_made_of_odd_pieces(self):
        dice = random.Random(6)
        pieces = [
            "*",
            "_",
            "`",
            "[",
            "]",
            "(",
            ")",
            "<",
            "&",
            "\\",
            "#",
            "|",
            "~",
            "!",
            " ",
            "a",
            "1.",
            "-",
            "\u00a0",
            ">",
        ]
        marks = ["strong", "em", "s", "code", "sub"]
        from html import escape

        for _number in range(60):
            inner = "".join(
                f"<{mark}>{escape(words[:4])}</{mark}>{escape(words[4:])}"
                for mark in dice.choices(marks, k=3)
                for words in ["".join(dice.choices(pieces, k=7))]
            )
            source = clean_source(f"<p>{inner}</p>\n<ul><li>{inner}</li></ul>")
            with self.subTest(source):
                self.assertEqual(again(source), source, markdown_of(source))

    def test_it_is_markdown_where_that_is_possible(self):
        self.assertEqual(
            markdown_of('<h2>A</h2>\n<p>b <strong>c</strong> <a href="/d/">e</a></p>\n<ul><li>f</li></ul>'),
            "## A\n\nb **c** [e](/d/)\n\n- f\n",
        )

    def test_a_video_is_a_link_for_other_readers(self):
        self.assertIn('<a href="https://www.youtube.com/watch?v=dQw4w9WgXcQ">', markdown_of(NODES["video"]))

    def test_nothing(self):
        self.assertEqual(markdown_of(""), "")
