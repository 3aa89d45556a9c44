import contextlib
import random
from pathlib import Path

from django.core.exceptions import ValidationError
from django.test import SimpleTestCase

from blog.body import BodyPicture, clean_source, excerpt, picture_ids, plain_text, render_body
from blog.markup import MAX_DEPTH, MAX_ELEMENTS, MAX_LENGTH
from tests.timing import SECONDS_OF_NO_BOMB, within

BRIDGE = BodyPicture(
    src="/media/pont.jpg",
    sources=(("image/avif", "/media/pont-480.avif 480w, /media/pont-960.avif 960w"),),
    width=1200,
    height=800,
    alt="Un pont",
    caption="Le pont : il mène où ?",
    credit="Anne Dupont",
)
POSTER = BodyPicture(src="/media/affiche.jpg", sources=(), width=1280, height=720, alt="")
PICTURES = {12: BRIDGE, 13: POSTER}
VIDEO = '<figure data-video="https://youtu.be/dQw4w9WgXcQ" data-poster="13"><figcaption>Un "mot"</figcaption></figure>'


def visible(text: str) -> str:
    """Return a text with ~ for each no-break space and ^ for each narrow one."""
    return text.replace("\u00a0", "~").replace("\u202f", "^")


class CleaningTests(SimpleTestCase):
    def assert_cleaned(self, table: dict[str, str]) -> None:
        """Check what each typed text becomes, and that cleaning it again changes nothing."""
        for typed, wanted in table.items():
            with self.subTest(typed=typed):
                self.assertEqual(clean_source(typed), wanted)
                self.assertEqual(clean_source(wanted), wanted)


class SemanticsTests(CleaningTests):
    def test_looks_become_meanings(self):
        self.assert_cleaned(
            {
                "<p><b>a</b> <i>b</i> <del>c</del> <u>d</u> <kbd>e</kbd></p>": (
                    "<p><strong>a</strong> <em>b</em> <s>c</s> d <code>e</code></p>"
                ),
                "<p><b>a</b><b>b</b></p>": "<p><strong>ab</strong></p>",
                "<p>a<b> b </b>c</p>": "<p>a <strong>b</strong> c</p>",
                "<b><p>a</p><p>b</p></b>": "<p><strong>a</strong></p>\n<p><strong>b</strong></p>",
                "<p><q>a</q></p>": '<p>"a"</p>',
                "<h1>a</h1><h5><b>b</b></h5>": "<h2>a</h2>\n<h4>b</h4>",
                "<dl><dt>a<dd>b</dl>": "<p><strong>a</strong></p>\n<p>b</p>",
                "<p>H<sub>2</sub>O, 1<sup>er</sup></p>": "<p>H<sub>2</sub>O, 1<sup>er</sup></p>",
            }
        )

    def test_loose_words_become_paragraphs(self):
        self.assert_cleaned(
            {
                "bonjour": "<p>bonjour</p>",
                "<div>a<br><br>b<div>c</div>d</div>": "<p>a</p>\n<p>b</p>\n<p>c</p>\n<p>d</p>",
                "<p>a<br>b<br></p>": "<p>a<br>b</p>",
                "<section><p>a</p>b</section>": "<p>a</p>\n<p>b</p>",
            }
        )

    def test_what_is_empty_goes(self):
        self.assert_cleaned(
            {
                "<p>&nbsp;</p><p><br></p><p><b> </b></p><h2></h2><ul><li></li></ul><blockquote></blockquote>": "",
                "<p>a</p><p>&nbsp;</p><p>b</p>": "<p>a</p>\n<p>b</p>",
                '<p>a <a href="/x"></a>b</p>': "<p>a b</p>",
                "<p>a&nbsp;&nbsp; b</p>": "<p>a b</p>",
            }
        )

    def test_code_keeps_its_spaces(self):
        self.assert_cleaned(
            {"<pre><code>a  &lt;b&gt;\n  c\n</code></pre>": "<pre><code>a  &lt;b&gt;\n  c</code></pre>"}
        )

    def test_quotation_keeps_its_source(self):
        self.assert_cleaned(
            {
                "<blockquote>a<cite>X</cite></blockquote>": "<blockquote><p>a</p><footer>X</footer></blockquote>",
                "<blockquote><p>a</p><footer><p>X</p></footer></blockquote>": (
                    "<blockquote><p>a</p><footer>X</footer></blockquote>"
                ),
                "<footer>a</footer>": "<p>a</p>",
            }
        )

    def test_typography_is_left_as_typed(self):
        self.assert_cleaned({'<p>l\'ami "dit" : oui ?</p>': '<p>l\'ami "dit" : oui ?</p>'})


class ListAndTableTests(CleaningTests):
    def test_lists(self):
        self.assert_cleaned(
            {
                "<ul><li><p>a</p></li><li><p>b</p><p>c</p></li></ul>": ("<ul><li>a</li><li><p>b</p><p>c</p></li></ul>"),
                "<ul><li>a</li><ul><li>b</li></ul></ul>": "<ul><li>a<ul><li>b</li></ul></li></ul>",
                "<ul><li><ul><li>a</li></ul></li></ul>": "<ul><li>a</li></ul>",
                "<li>a<li>b": "<ul><li>a</li><li>b</li></ul>",
            }
        )

    def test_table_gets_head_and_scopes(self):
        self.assert_cleaned(
            {
                "<table><tr><th><p>A</p></th><th>B</th></tr><tr><th>C</th><td><p>1</p></td></tr></table>": (
                    '<table><thead><tr><th scope="col">A</th><th scope="col">B</th></tr></thead>'
                    '<tbody><tr><th scope="row">C</th><td>1</td></tr></tbody></table>'
                ),
                '<table><tr><td colspan="2" width="9">a</td></tr><tr><td>b</td><td colspan="x">c</td></tr></table>': (
                    '<table><tbody><tr><td colspan="2">a</td></tr><tr><td>b</td><td>c</td></tr></tbody></table>'
                ),
                "<table><thead><tr><td>A</td><td>B</td></tr></thead><tr><td>1</td><td></td></tr></table>": (
                    '<table><thead><tr><th scope="col">A</th><th scope="col">B</th></tr></thead>'
                    "<tbody><tr><td>1</td><td></td></tr></tbody></table>"
                ),
            }
        )

    def test_box_drawn_with_a_table_is_none(self):
        self.assert_cleaned({"<table><tr><td><p>a</p><p>b</p></td></tr></table>": "<p>a</p>\n<p>b</p>"})


class PastingTests(CleaningTests):
    def test_word_list(self):
        item = (
            "<p class=MsoListParagraphCxSpMiddle style='margin-left:36pt;mso-list:l0 level{} lfo1'>"
            "<![if !supportLists]><span lang=EN-US style='font-family:Symbol'><span style='mso-list:Ignore'>{}"
            "<span style='font:7pt'>&nbsp;&nbsp; </span></span></span><![endif]>"
            "<span lang=EN-US style='mso-ansi-language:EN-US'>{}<o:p></o:p></span></p>"
        )
        self.assertEqual(
            clean_source(item.format(1, "·", "Un") + item.format(2, "a)", "Deux") + item.format(1, "·", "Trois")),
            "<ul><li>Un<ol><li>Deux</li></ol></li><li>Trois</li></ul>",
        )

    def test_word_document(self):
        self.assertEqual(
            clean_source(
                "<html xmlns:o='urn:schemas-microsoft-com:office:office'><head><meta charset=utf-8><style><!-- p {} -->"
                "</style><!--[if gte mso 9]><xml><o:x/></xml><![endif]--></head><body lang=FR>"
                "<p class=MsoNormal><b style='mso-bidi-font-weight:normal'><span lang=EN-US style='font-size:12.0pt;"
                "mso-ansi-language:EN-US'>Un\nmot<o:p></o:p></span></b></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>"
            ),
            "<p><strong>Un mot</strong></p>",
        )

    def test_google_docs(self):
        self.assertEqual(
            clean_source(
                '<b style="font-weight:normal;" id="docs-internal-guid-1"><p dir="ltr" style="line-height:1.38">'
                '<span style="font-size:11pt;font-weight:700;font-style:normal">Gras</span>'
                '<span style="font-weight:400;font-style:italic"> et penché</span></p><br></b>'
                '<p><a href="https://www.google.com/url?q=https://exemple.fr/a&amp;sa=D">lien</a></p>'
            ),
            '<p><strong>Gras</strong> <em>et penché</em></p>\n<p><a href="https://exemple.fr/a">lien</a></p>',
        )

    def test_web_page(self):
        self.assert_cleaned(
            {
                '<p>Bon <img src="https://s.w.org/e.svg" alt="🎉"> <img src="/x.jpg" alt="texte"></p>': "<p>Bon 🎉</p>",
                '<p style="display:none">caché</p><p>vu</p>': "<p>vu</p>",
                "<p>• Un</p><p>• Deux</p>": "<ul><li>Un</li><li>Deux</li></ul>",
                '<iframe src="https://www.youtube.com/embed/dQw4w9WgXcQ"></iframe>': (
                    '<figure data-video="https://www.youtube.com/embed/dQw4w9WgXcQ"></figure>'
                ),
                '<iframe src="https://exemple.fr/carte"></iframe>': (
                    '<p><a href="https://exemple.fr/carte">https://exemple.fr/carte</a></p>'
                ),
            }
        )


class LinkAndLanguageTests(CleaningTests):
    def test_links(self):
        self.assert_cleaned(
            {
                '<p><a href="https://a.fr/b c" target="_blank" rel="x" class="y" id="z">a</a></p>': (
                    '<p><a href="https://a.fr/b%20c">a</a></p>'
                ),
                '<p><a href="//a.fr/b">a</a> <a href="/b" title="t">b</a> <a href="mailto:a@b.fr">c</a></p>': (
                    '<p><a href="https://a.fr/b">a</a> <a href="/b" title="t">b</a> <a href="mailto:a@b.fr">c</a></p>'
                ),
                '<p><a href="javascript:alert(1)">a</a> <a href="data:text/html,x">b</a> <a name="n">c</a></p>': (
                    "<p>a b c</p>"
                ),
                '<p>note<a href="#_ftn1">[1]</a>, <a href="#section-x">plus bas</a></p>': (
                    '<p>note[1], <a href="#section-x">plus bas</a></p>'
                ),
                '<p><a href=" java\nscript:alert(1)">a</a></p>': "<p>a</p>",
            }
        )

    def test_languages(self):
        self.assert_cleaned(
            {
                '<p lang="EN_us">a <span lang="de">b</span> <span lang="x\'">c</span> <font color="red">d</font></p>': (
                    '<p lang="en-US">a <span lang="de">b</span> c d</p>'
                ),
                '<p><span lang="en">a</span></p>': '<p lang="en">a</p>',
                '<div lang="en"><p>a</p><ul><li>b</li></ul></div>': '<p lang="en">a</p>\n<ul><li lang="en">b</li></ul>',
                '<p>a <strong lang="en">b</strong></p>': '<p>a <strong><span lang="en">b</span></strong></p>',
                '<p>a <a href="/b" lang="en">b</a></p>': '<p>a <a href="/b"><span lang="en">b</span></a></p>',
                '<p><i lang="en">a <span lang="en">b</span></i> c</p>': '<p><em lang="en">a b</em> c</p>',
            }
        )


class FigureTests(CleaningTests):
    def test_figures_of_the_library_and_known_videos_stay(self):
        for figure in (
            '<figure data-image="12"><img src="/media/a.jpg" alt="x"><figcaption>Un <em>mot</em></figcaption></figure>',
            '<figure data-image="12"></figure>',
            VIDEO,
        ):
            self.assert_cleaned({figure: figure})

    def test_other_figures_leave_their_words(self):
        self.assert_cleaned(
            {
                '<figure><img src="https://a.fr/b.jpg"><figcaption>Légende</figcaption></figure>': "<p>Légende</p>",
                '<figure><img src="/media/b.jpg"></figure>': "",
                '<figure data-image="x"><figcaption>a</figcaption></figure>': "<p>a</p>",
                '<figure data-image="9999999999999999999"></figure>': "",
                '<figure data-video="https://exemple.fr/v"><figcaption>a</figcaption></figure>': (
                    '<p><a href="https://exemple.fr/v">a</a></p>'
                ),
                '<figure data-video="javascript:alert(1)"><figcaption>a</figcaption></figure>': "<p>a</p>",
                "<figure><blockquote>a</blockquote></figure>": "<blockquote><p>a</p></blockquote>",
            }
        )

    def test_picture_of_another_site_is_not_asked_for(self):
        self.assertEqual(
            clean_source('<figure data-image="12"><img src="https://a.fr/b.jpg" alt=""></figure>'),
            '<figure data-image="12"></figure>',
        )

    def test_keys_are_found_in_figures_only(self):
        source = clean_source(
            f'<figure data-image="12"></figure>{VIDEO}<p>data-image="14" &lt;figure data-image="15"&gt;</p>'
        )
        self.assertEqual(picture_ids(source), {12, 13})


class HostileTests(SimpleTestCase):
    def test_scripts_leave_nothing(self):
        for typed in (
            "<script>alert(1)</script>",
            "<style>p{}</style>",
            "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'>",
            "<img src=x onerror=alert(1)>",
            "<iframe src=javascript:alert(1)></iframe>",
            "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
            "<math><mi xlink:href='data:x,<script>alert(1)</script>'></mi></math>",
            "<noscript><img src=x onerror=alert(1)></noscript>",
            "<template><script>alert(1)</script></template>",
            "<object data=x></object><embed src=x><base href=//evil>",
        ):
            with self.subTest(typed=typed):
                self.assertEqual(clean_source(typed), "")

    def test_rendering_cleans_what_nobody_cleaned(self):
        html = render_body('<p onclick="x">a<script>b</script></p>', language="fr", pictures={}).html
        self.assertEqual(html, "<p>a</p>")

    def test_odd_characters_do_no_harm(self):
        self.assertEqual(clean_source("a\x00b\x0bc\ud800d&#1;e\ufffef"), "<p>abcdef</p>")

    def test_too_much_is_refused_in_clear_words(self):
        for code, typed in {
            "too_long": "a" * (MAX_LENGTH + 1),
            "too_many_elements": "<b>a</b>" * (MAX_ELEMENTS + 1),
            "too_deep": "<blockquote>" * (MAX_DEPTH + 1) + "a",
        }.items():
            with self.subTest(code=code), self.assertRaises(ValidationError) as raised:
                clean_source(typed)
            self.assertEqual(raised.exception.code, code)

    def test_pasted_picture_data_does_not_count(self):
        typed = '<p>a<img src="data:image/png;base64,' + "A" * 2 * MAX_LENGTH + '"></p>'
        self.assertEqual(clean_source(typed), "<p>a</p>")

    def test_bombs_are_answered_in_time(self):
        for name, typed in {
            "nested": "<div>" * MAX_ELEMENTS,
            "copied": "".join(f"<b title={n}>" for n in range(MAX_DEPTH)) + "<p>x" * 10_000,
            "escaped": "&" * MAX_LENGTH,
            "spaces": "\u00a0" * MAX_LENGTH,
            "comments": "<!--" * 200_000,
            "headings": "<h2>x</h2>" * (MAX_ELEMENTS - 1),
            "spans": "<p>" + '<span style="font-weight:700">x</span>' * (MAX_ELEMENTS - 2),
            "cells": "<table>" + "<tr><td>x" * 7000,
            "words": "mot : " * 160_000,
        }.items():
            with self.subTest(name=name), within(SECONDS_OF_NO_BOMB), contextlib.suppress(ValidationError):
                render_body(clean_source(typed), language="fr", pictures={})

    def test_any_heap_of_tags_is_cleaned_once_for_all(self):
        chance = random.Random(1996)
        pieces = (
            "<p>|</p>|<div>|</div>|<b>|</b>|<ul>|<li>|</ul>|<table>|<tr>|<td>|<th>|</table>|<figure data-image=12>"
            "|</figure>|<figcaption>|<blockquote>|</blockquote>|<h1>|</h1>|<a href=/x>|</a>|<br>|<hr>|<pre>|<svg>"
            "|<span lang=en>|</span>|<em lang=de>|<dt>|<cite>|x|« | |\n|&nbsp;|· |<!--|-->|<|\x00|<q>"
            "|<img src=/a alt=b>|<plaintext>"
        ).split("|")
        for _round in range(400):
            typed = "".join(chance.choices(pieces, k=25))
            once = clean_source(typed)
            self.assertEqual(clean_source(once), once, typed)
            render_body(once, language="fr", pictures=PICTURES)


class RenderingTests(SimpleTestCase):
    def render(self, source: str, language: str = "fr", pictures=PICTURES):
        return render_body(source, language=language, pictures=pictures)

    def assert_rendered(self, table: dict[str, str], language: str = "fr") -> None:
        for source, wanted in table.items():
            with self.subTest(source=source):
                self.assertEqual(visible(self.render(source, language).html), wanted)

    def test_sign_before_the_break_of_a_line_is_typeset_too(self):
        html = self.render("<p>Ligne par ligne :<br>un !<br>deux</p>").html
        self.assertEqual(html, "<p>Ligne par ligne\u00a0:<br>un\u202f!<br>deux</p>")


class RenderedTypographyTests(RenderingTests):
    def test_quotation_spans_elements(self):
        self.assert_rendered(
            {
                '<p>"<em>mot</em>" : <strong>oui</strong>!</p>': "<p>«~<em>mot</em>~»~: <strong>oui</strong>^!</p>",
                "<p>« <em>mot</em> »</p>": "<p>«~<em>mot</em>~»</p>",
            }
        )

    def test_each_passage_in_its_language(self):
        self.assert_rendered(
            {
                '<p>Il dit : <span lang="en">"it\'s ok !"</span> !</p>': (
                    '<p>Il dit~: <span lang="en">“it’s ok!”</span>^!</p>'
                ),
                '<blockquote lang="en"><p>So ?</p></blockquote>': '<blockquote lang="en"><p>So?</p></blockquote>',
            }
        )
        self.assert_rendered(
            {"<p>Really ? <em lang='fr'>Oui ?</em></p>": '<p>Really? <em lang="fr">Oui^?</em></p>'}, "en"
        )

    def test_needless_language_goes(self):
        self.assert_rendered(
            {'<p lang="fr">Oui <span lang="en">yes</span></p>': '<p>Oui <span lang="en">yes</span></p>'}
        )

    def test_code_is_not_touched(self):
        self.assert_rendered(
            {
                "<p>Voir <code>a ? 'b' : c</code> !</p>": "<p>Voir <code>a ? 'b' : c</code>^!</p>",
                "<pre><code>a ?\n  b...</code></pre>": "<pre><code>a ?\n  b...</code></pre>",
            }
        )

    def test_attributes_are_not_touched(self):
        self.assert_rendered(
            {'<p><a href="/a?b=c" title="a : b">x</a></p>': '<p><a href="/a?b=c" title="a : b">x</a></p>'}
        )


class RenderedHeadingTests(RenderingTests):
    def test_headings_get_ids_of_their_own(self):
        rendered = self.render("<h2>Une idée ?</h2><h3>Une idée ?</h3><h2>???</h2>")
        self.assertEqual(
            [(heading.id, visible(heading.text), heading.level) for heading in rendered.headings],
            [
                ("section-une-idee", "Une idée^?", 2),
                ("section-une-idee-2", "Une idée^?", 3),
                ("section-3", "???", 2),
            ],
        )
        self.assertIn('<h3 id="section-une-idee-2">', rendered.html)

    def test_no_level_is_left_out(self):
        rendered = self.render("<h3>a</h3><h4>b</h4><h2>c</h2><h4>d</h4><h4>e</h4>")
        self.assertEqual([heading.level for heading in rendered.headings], [2, 3, 2, 3, 3])


class RenderedFigureTests(RenderingTests):
    def test_picture(self):
        html = visible(self.render('<figure data-image="12"><img src="/media/old.jpg" alt="x"></figure>').html)
        self.assertEqual(
            html,
            '<figure class="picture"><picture><source type="image/avif" srcset="/media/pont-480.avif 480w, '
            '/media/pont-960.avif 960w" sizes="(min-width: 42rem) 37rem, calc(100vw - 3rem)"><img '
            'src="/media/pont.jpg" width="1200" height="800" loading="lazy" decoding="async" alt="Un pont"></picture>'
            "<figcaption>Le pont~: il mène où^? "
            '<small class="credit">Anne Dupont</small></figcaption></figure>',
        )

    def test_caption_in_the_text_wins(self):
        html = self.render('<figure data-image="12"><figcaption>Une <em>autre</em></figcaption></figure>').html
        self.assertIn("<figcaption>Une <em>autre</em> <small", html)
        self.assertNotIn("Le pont", html)

    def test_picture_without_words_has_no_caption(self):
        html = self.render('<figure data-image="13"></figure>').html
        self.assertNotIn("figcaption", html)
        self.assertIn('alt=""', html)

    def test_picture_that_has_gone_leaves_nothing(self):
        self.assert_rendered(
            {
                '<p>a</p><figure data-image="99"><img src="/x.jpg" alt=""><figcaption>b</figcaption></figure>': (
                    "<p>a</p>"
                ),
                '<p>a <img src="/media/x.jpg" alt=""></p>': "<p>a </p>",
            }
        )

    def test_video(self):
        rendered = self.render(VIDEO)
        html = visible(rendered.html)
        self.assertEqual(rendered.frame_hosts, ("https://www.youtube-nocookie.com",))
        self.assertIn('<figure class="video"><iframe srcdoc=', html)
        self.assertNotIn(" src=", html.replace("&quot;", '"').split("srcdoc='", 1)[0])
        self.assertIn('title="Un «~mot~»"', html)
        self.assertIn("/media/affiche.jpg", html)
        self.assertIn('<a href="https://www.youtube.com/watch?v=dQw4w9WgXcQ" class="watch" rel="noopener">', html)
        self.assertEqual(rendered.text, "Un «\u00a0mot\u00a0»")

    def test_video_whose_host_is_known_no_more_becomes_a_link(self):
        source = '<figure data-video="https://old.example/w/x"><figcaption>Un mot</figcaption></figure>'
        self.assertEqual(self.render(source).html, '<p><a href="https://old.example/w/x" rel="noopener">Un mot</a></p>')

    def test_poster_that_has_gone_does_no_harm(self):
        self.assertNotIn("<img", self.render(VIDEO, pictures={}).html)

    def test_words_of_the_frame_are_in_the_language_of_the_post(self):
        self.assertIn("Watch on YouTube", self.render(VIDEO, "en").html)


class RenderedRestTests(RenderingTests):
    def test_links_to_other_sites(self):
        self.assert_rendered(
            {
                '<p><a href="https://a.fr/b">a</a> <a href="/b">b</a></p>': (
                    '<p><a href="https://a.fr/b" rel="noopener">a</a> <a href="/b">b</a></p>'
                )
            }
        )

    def test_table_scrolls_by_itself(self):
        html = self.render("<table><caption>Prix : 2016</caption><tr><td>1</td></tr></table>").html
        self.assertTrue(
            visible(html).startswith('<div class="table-scroll" tabindex="0" role="region" aria-label="Prix~: 2016">')
        )

    def test_text_has_a_line_for_each_block(self):
        rendered = self.render(
            "<h2>Un</h2><p>deux <em>trois</em><br>quatre</p><ul><li>cinq<ul><li>l'an six</li></ul></li></ul>"
        )
        self.assertEqual(rendered.text, "Un\ndeux trois quatre\ncinq\nl’an six")
        self.assertEqual(rendered.words, 7)

    def test_nothing_gives_nothing(self):
        self.assertEqual(self.render("").html, "")

    def test_plain_text(self):
        self.assertEqual(plain_text("<p>a &amp; b</p><ul><li>c</li></ul>"), "a & b\nc")


class ExcerptTests(SimpleTestCase):
    def test_cut_at_a_word(self):
        for limit, wanted in {
            40: "Un texte, assez long\u00a0: oui",
            20: "Un texte, assez…",
            10: "Un texte…",
            4: "Un…",
        }.items():
            with self.subTest(limit=limit):
                cut = excerpt("Un texte,\nassez long\u00a0: oui", limit)
                self.assertEqual(cut, wanted)
                self.assertLessEqual(len(cut), limit)

    def test_mark_is_not_left_alone(self):
        self.assertEqual(excerpt("Une idée\u202f? Oui vraiment", 13), "Une idée\u202f?…")
        self.assertEqual(excerpt("Il dit «\u00a0bonjour\u00a0» à tous", 12), "Il dit…")

    def test_one_long_word(self):
        self.assertEqual(excerpt("a" * 50, 10), "a" * 9 + "…")


class WeightTests(SimpleTestCase):
    def test_readers_do_not_load_the_parser(self):
        for name in ("body", "cleaning", "lines", "markup", "pasted"):
            lines = Path(f"blog/{name}.py").read_text().splitlines()
            self.assertFalse([line for line in lines if line.startswith(("import lxml", "from lxml"))])
