"""Footnotes, boxes, recordings, sizes of pictures and links to our posts: from what is typed to what is read."""

from django.test import SimpleTestCase

from blog.body import (
    BodyPicture,
    RenderedBody,
    clean_source,
    plain_text,
    post_ids,
    render_body,
    videos_without_poster,
)
from blog.embeds import find_audio
from blog.markup import with_whole_addresses
from blog.syndication.packaging import make_portable
from tests.blog.test_body import PICTURES, CleaningTests, visible


def rendered(source: str, language: str = "fr", **about) -> RenderedBody:
    return render_body(clean_source(source), language=language, pictures=PICTURES, **about)


class FootnoteCleaningTests(CleaningTests):
    def test_footnotes_hold_one_line_and_no_others(self):
        self.assert_cleaned(
            {
                "<p>a<foot-note>b <em>c</em></foot-note>d</p>": "<p>a<foot-note>b <em>c</em></foot-note>d</p>",
                "<p>a<foot-note>b<br>c<br></foot-note></p>": "<p>a<foot-note>b<br>c</foot-note></p>",
                "<div>a<foot-note><p>b</p><p>c</p></foot-note></div>": "<p>a<foot-note>b<br>c</foot-note></p>",
                "<p>a<foot-note>b<foot-note>c</foot-note></foot-note></p>": "<p>a<foot-note>b c</foot-note></p>",
                "<p>a<foot-note> <br> </foot-note>b</p>": "<p>ab</p>",
                "<p>a<foot-note>b</foot-note><foot-note>c</foot-note></p>": (
                    "<p>a<foot-note>b</foot-note><foot-note>c</foot-note></p>"
                ),
                "<foot-note>a</foot-note>": "<p><foot-note>a</foot-note></p>",
                "<pre>a<foot-note>b</foot-note></pre>": "<pre>a</pre>",
            }
        )

    def test_footnote_stands_behind_a_link_and_keeps_its_own(self):
        self.assert_cleaned(
            {
                '<p><a href="/x">a<foot-note>b <a href="/y">c</a></foot-note></a>.</p>': (
                    '<p><a href="/x">a</a><foot-note>b <a href="/y">c</a></foot-note>.</p>'
                ),
                '<p><foot-note><a href="/y">c</a></foot-note></p>': '<p><foot-note><a href="/y">c</a></foot-note></p>',
                "<p><strong>a<foot-note>b <b>c</b></foot-note></strong></p>": (
                    "<p><strong>a<foot-note>b <strong>c</strong></foot-note></strong></p>"
                ),
            }
        )

    def test_hostile_footnotes_have_no_teeth(self):
        self.assert_cleaned(
            {
                '<p>a<foot-note onclick="x" style="y" id="note-1">b<script>c</script></foot-note></p>': (
                    "<p>a<foot-note>b</foot-note></p>"
                ),
                "<p>a<foot-note><img src=x onerror=alert(1)><svg onload=alert(1)></svg></foot-note></p>": "<p>a</p>",
                '<p><foot-note><a href="javascript:alert(1)">b</a></foot-note></p>': "<p><foot-note>b</foot-note></p>",
                "<p>a<foot-note>b": "<p>a<foot-note>b</foot-note></p>",
            }
        )


class FootnoteTests(SimpleTestCase):
    def test_number_leads_to_the_note_and_back(self):
        html = rendered("<p>Un mot<foot-note>La note.</foot-note> et la suite.</p>").html
        self.assertIn(
            '<p>Un mot<sup><a href="#note-1" id="note-ref-1" role="doc-noteref" aria-label="Note 1">1</a></sup> et',
            html,
        )
        self.assertIn('<div class="notes" role="doc-endnotes" aria-labelledby="notes-of-the-text">', html)
        self.assertIn('<li id="note-1">La note.', html)
        self.assertIn('<a href="#note-ref-1" role="doc-backlink" aria-label="', html)

    def test_typography_sees_the_words_around_a_number_as_one_passage(self):
        html = visible(rendered('<p>"Un mot <foot-note>Vu : "là"</foot-note>" ?</p>').html)
        self.assertIn("«~Un mot<sup>", html)
        self.assertIn("</sup>~»^?</p>", html)
        self.assertIn("Vu~: «~là~»", html)

    def test_words_are_counted_and_found_but_no_number_is_glued_to_one(self):
        body = rendered("<p>Un mot<foot-note>La note</foot-note>.</p><p>Fin</p>")
        self.assertEqual(body.text, "Un mot.\nFin\nLa note")
        self.assertEqual(body.words, 5)

    def test_notes_of_captions_cells_headings_and_boxes_are_numbered_in_order(self):
        html = rendered(
            "<h2>Titre<foot-note>a</foot-note></h2>"
            '<figure data-image="12"><figcaption>Vue<foot-note>b</foot-note></figcaption></figure>'
            "<table><caption>Prix<foot-note>c</foot-note></caption><tr><th>x</th></tr>"
            "<tr><td>y<foot-note>d</foot-note></td></tr></table>"
            '<aside data-kind="note"><p>z<foot-note>e</foot-note></p></aside>'
        ).html
        for number, letter in enumerate("abcde", start=1):
            self.assertIn(f'<li id="note-{number}">{letter}', html)
            self.assertEqual(html.count(f'href="#note-{number}"'), 1)
        self.assertIn('id="section-titre"', html)
        self.assertIn('role="region" aria-label="Prix"', html)

    def test_a_picture_that_has_gone_takes_its_notes_along(self):
        html = rendered(
            '<figure data-image="99"><figcaption>x<foot-note>a</foot-note></figcaption></figure>'
            "<p>y<foot-note>b</foot-note></p>"
        ).html
        self.assertIn('<li id="note-1">b', html)
        self.assertNotIn("note-2", html)

    def test_note_in_another_language_says_so_where_it_now_stands(self):
        html = rendered('<p lang="en">A word<foot-note>"A note"</foot-note></p>').html
        self.assertIn('<li id="note-1" lang="en">“A note”', html)

    def test_names_are_in_the_language_of_the_text(self):
        html = rendered("<p>a<foot-note>b</foot-note></p>", "en").html
        self.assertIn('aria-label="Back to the text, from note 1"', html)

    def test_feeds_and_partners_get_notes_that_can_be_read(self):
        html = rendered("<p>Un mot<foot-note>La note</foot-note></p>").html
        feed = with_whole_addresses(html, "https://exemple.fr/a/")
        self.assertIn('<sup><a href="https://exemple.fr/a/#note-1">1</a></sup>', feed)
        self.assertIn("<p>Notes</p><ol><li>La note", feed)
        portable = visible(make_portable(html, base="https://exemple.fr/a/")).replace("~", "")
        self.assertEqual(portable, "<p>Un mot<sup>1</sup></p><p>Notes</p><ol><li>La note</li></ol>")

    def test_plain_text_of_a_source_has_the_words(self):
        self.assertIn("note", plain_text("<p>a<foot-note>note</foot-note></p>"))

    def test_thousands_of_notes_are_rendered(self):
        html = render_body("<p>" + "a<foot-note>b</foot-note> " * 7000, language="fr", pictures={}).html
        self.assertIn('id="note-7000"', html)


class CalloutTests(CleaningTests):
    def test_boxes_of_known_kinds_stay(self):
        self.assert_cleaned(
            {
                '<aside data-kind="warning"><header><p>a</p></header>b<h2>c</h2></aside>': (
                    '<aside data-kind="warning"><header>a</header><p>b</p><p><strong>c</strong></p></aside>'
                ),
                '<aside data-kind="note"><aside data-kind="note"><p>a</p></aside></aside>': (
                    '<aside data-kind="note"><p>a</p></aside>'
                ),
                '<div lang="en"><aside data-kind="note"><header>a</header><p>b</p></aside></div>': (
                    '<aside data-kind="note"><header><span lang="en">a</span></header><p lang="en">b</p></aside>'
                ),
                '<aside data-kind="x" onclick="y"><p>a</p></aside>': "<p>a</p>",
                "<aside><p>a</p></aside>": "<p>a</p>",
                '<aside data-kind="note"><header>a</header></aside>': "<p>a</p>",
                '<aside data-kind="note"> </aside>': "",
                "<header>a</header>": "<p>a</p>",
            }
        )

    def test_box_says_its_kind_and_title_in_the_language_of_the_text(self):
        source = '<aside data-kind="warning"><header>Le "prix"</header><p>Un.</p></aside>'
        html = rendered(source, "en").html
        self.assertEqual(
            html,
            '<aside class="callout is-warning" role="note" aria-labelledby="box-1">'
            '<p id="box-1"><strong>Caution: Le “prix”</strong></p><p>Un.</p></aside>',
        )
        self.assertEqual(rendered(source, "en").text, "Caution: Le “prix”\nUn.")

    def test_feeds_and_partners_get_its_words(self):
        html = rendered('<aside data-kind="summary"><p>Un.</p></aside>', "en").html
        self.assertIn("<p><strong>In short</strong></p><p>Un.</p>", with_whole_addresses(html, "https://a.fr/"))
        self.assertEqual(make_portable(html, base="https://a.fr/"), "<p><strong>In short</strong></p><p>Un.</p>")


class SizeTests(CleaningTests):
    def test_sizes_have_names(self):
        self.assert_cleaned(
            {
                '<figure data-image="12" data-size="small"></figure>': (
                    '<figure data-image="12" data-size="small"></figure>'
                ),
                '<figure data-image="12" data-size="500px"></figure>': '<figure data-image="12"></figure>',
                '<figure data-video="https://youtu.be/dQw4w9WgXcQ" data-size="small"></figure>': (
                    '<figure data-video="https://youtu.be/dQw4w9WgXcQ"></figure>'
                ),
            }
        )
        html = rendered('<figure data-image="12" data-size="small"></figure>').html
        self.assertIn('<figure class="picture small">', html)
        self.assertIn('sizes="(min-width: 36rem) 17rem, calc(100vw - 3rem)"', html)


class AudioTests(CleaningTests):
    def test_known_recordings_stay_and_others_lead_there(self):
        self.assert_cleaned(
            {
                '<figure data-audio="https://a.fr/b.mp3"><figcaption>c</figcaption></figure>': (
                    '<figure data-audio="https://a.fr/b.mp3"><figcaption>c</figcaption></figure>'
                ),
                '<figure data-audio="https://a.fr/b.exe"></figure>': (
                    '<p><a href="https://a.fr/b.exe">https://a.fr/b.exe</a></p>'
                ),
                '<figure data-audio="javascript:alert(1)//.mp3"></figure>': "",
            }
        )

    def test_file_is_played_by_the_browser_and_asked_for_after_a_click(self):
        body = rendered('<figure data-audio="https://a.fr/b.mp3"><figcaption>Un mot</figcaption></figure>')
        self.assertIn(
            '<audio src="https://a.fr/b.mp3" preload="none" controls="controls" aria-label="Un mot">', body.html
        )
        self.assertIn('<a href="https://a.fr/b.mp3" class="watch" rel="noopener">', body.html)
        self.assertEqual((body.media_hosts, body.frame_hosts), (("https://a.fr",), ()))

    def test_page_of_a_provider_is_a_facade(self):
        body = rendered('<figure data-audio="https://soundcloud.com/a/b"></figure>')
        self.assertIn("<iframe srcdoc=", body.html)
        self.assertNotIn('src="https://w.soundcloud.com', body.html)
        self.assertEqual((body.media_hosts, body.frame_hosts), ((), ("https://w.soundcloud.com",)))

    def test_addresses(self):
        for address, provider in {
            "https://exemple.fr/a.MP3?x=1": "exemple.fr",
            "https://soundcloud.com/a/sets/b?si=1": "SoundCloud",
            "https://open.spotify.com/episode/4rOoJ6Egrf8K2IrywzwOMk?si=1": "Spotify",
            "https://www.deezer.com/fr/episode/123456": "Deezer",
        }.items():
            self.assertEqual(find_audio(address).provider, provider, address)
        for address in (
            "", "http://exemple.fr/a.mp3", "https://exemple.fr:8000/a.mp3", "https://a@b.fr/a.mp3", "//b.fr/a.mp3",
            "https://exemple.fr/a", "https://localhost/a.mp3", "data:audio/mp3,a.mp3", 'https://b.fr/"a.mp3',
            "https://soundcloud.com/", "https://open.spotify.com/episode/x", "https://exemple.fr/" + "a" * 600 + ".mp3",
        ):  # fmt: skip
            self.assertIsNone(find_audio(address), address)


class OwnLinkTests(CleaningTests):
    def test_the_key_of_a_post_stays_and_nothing_else_does(self):
        self.assert_cleaned(
            {
                '<p><a href="/blog/x/" data-post="7">a</a></p>': '<p><a href="/blog/x/" data-post="7">a</a></p>',
                '<p><a href="/blog/x/" data-post="7 or 1">a</a></p>': '<p><a href="/blog/x/">a</a></p>',
                '<p><a data-post="7">a</a></p>': "<p>a</p>",
            }
        )
        self.assertEqual(post_ids('<p data-post="3"><a href="/" data-post="7">data-post="4"</a></p>'), {7})

    def test_link_leads_where_the_post_is_and_is_words_where_it_is_not(self):
        source = '<p><a href="/old/#section-a" data-post="7">a</a> <a href="/b/" data-post="8"><em>b</em></a></p>'
        self.assertEqual(
            rendered(source, linked={7: "/blog/2016/06/new/"}).html,
            '<p><a href="/blog/2016/06/new/#section-a">a</a> <em>b</em></p>',
        )
        self.assertEqual(rendered(source).html, '<p><a href="/old/#section-a">a</a> <a href="/b/"><em>b</em></a></p>')


class PosterTests(SimpleTestCase):
    VIDEO = '<figure data-video="https://youtu.be/dQw4w9WgXcQ"></figure>'
    WATCH = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"

    def test_videos_that_name_no_picture_are_known(self):
        named = '<figure data-video="https://vimeo.com/76979871" data-poster="3"></figure>'
        self.assertEqual(videos_without_poster(clean_source(self.VIDEO + named)), {self.WATCH})

    def test_fetched_picture_is_shown(self):
        still = BodyPicture(src="/media/still.jpg", sources=(), width=1280, height=720, alt="")
        self.assertIn("/media/still.jpg", rendered(self.VIDEO, posters={self.WATCH: still}).html)
        self.assertNotIn("/media/", rendered(self.VIDEO).html)
