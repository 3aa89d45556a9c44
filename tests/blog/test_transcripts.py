"""What is said in a video or a recording elsewhere: written in the text, folded below the player."""

from django.test import SimpleTestCase, TestCase, override_settings
from django.utils.translation import gettext, override

from blog.admin.linking import link_own_posts
from blog.body import clean_source, render_body
from blog.differences import mark_changes
from blog.markdown import html_of_markdown
from blog.markup import with_whole_addresses
from blog.models import Post, Recording
from blog.side_by_side import read_block, write_block
from blog.syndication.packaging import make_portable
from blog.syndication.their_html import read_file
from blog.to_markdown import markdown_of
from tests.blog.test_body import CleaningTests
from tests.factories import make_post, make_recording, make_sound

VIDEO = "https://vimeo.com/76979871"
FIGURE = (
    f'<figure data-video="{VIDEO}"><figcaption>La scène</figcaption>'
    '<details><p><strong>Owen :</strong> "Coupez" !</p><p lang="en">Cut.</p></details></figure>'
)


def rendered(source: str, language: str = "fr"):
    return render_body(clean_source(source), language=language, pictures={})


class CleaningTranscriptsTests(CleaningTests):
    def test_transcript_is_paragraphs_of_words(self):
        start = f'<figure data-video="{VIDEO}">'
        self.assert_cleaned(
            {
                FIGURE: FIGURE,
                f"{start}<details>a</details></figure>": f"{start}<details><p>a</p></details></figure>",
                f"{start}<details><summary>Texte</summary><h2>a</h2><ul><li>b</li><li>c</li></ul></details></figure>": (
                    f"{start}<details><p>a</p><p>b<br>c</p></details></figure>"
                ),
                f"{start}<details><p>a<foot-note>b</foot-note></p></details></figure>": (
                    f"{start}<details><p>a b</p></details></figure>"
                ),
                f"{start}<details> <p></p></details></figure>": f"{start}</figure>",
                f"{start}<details><p onclick=x>a<script>b</script></p><img src=x onerror=a></details></figure>": (
                    f"{start}<details><p>a</p></details></figure>"
                ),
                '<figure data-recording="3"><details><p>a</p></details></figure>': (
                    '<figure data-recording="3"></figure>'
                ),
                '<figure data-recording="x"><figcaption>a</figcaption></figure>': "<p>a</p>",
                "<details><summary>a</summary><p>b</p></details>": "<p>a</p>\n<p>b</p>",
            }
        )

    def test_words_of_a_video_that_is_not_known_stay(self):
        self.assert_cleaned(
            {
                '<figure data-video="https://example.org/x"><details><p>a</p></details></figure>': (
                    '<p><a href="https://example.org/x">https://example.org/x</a></p>\n<p>a</p>'
                )
            }
        )


class TranscriptTests(SimpleTestCase):
    def test_it_stands_folded_behind_its_figure_and_is_typeset_in_its_language(self):
        html = rendered(f"<p>Avant.</p>{FIGURE}<p>Après.</p>").html
        with override("fr"):
            summary = gettext("Transcript")
        self.assertIn(
            f'</figure><details class="transcript"><summary>{summary}</summary>'
            "<p><strong>Owen\u00a0:</strong> «\u00a0Coupez\u00a0»\u202f!</p>"
            '<p lang="en">Cut.</p></details>',
            html.replace("&nbsp;", "\u00a0"),
        )

    def test_it_is_text_to_a_search_and_not_to_reading_time(self):
        body = rendered(f"<p>Avant.</p>{FIGURE}")
        self.assertIn("Coupez", body.text)
        self.assertEqual(body.words, 3)

    def test_recordings_elsewhere_have_one_too(self):
        html = rendered('<figure data-audio="https://a.fr/b.mp3"><details><p>Dit.</p></details></figure>').html
        self.assertIn("<p>Dit.</p></details>", html)

    def test_differences_show_what_changed_in_it(self):
        before, after = (rendered(FIGURE.replace("Cut.", f"{word} here, please.")).html for word in ("Cut", "Stop"))
        html = mark_changes(before, after)
        self.assertIn("<del>Cut</del><ins>Stop</ins> here", html)
        self.assertNotIn("<details", html)

    def test_feeds_and_partners_get_it(self):
        html = rendered(FIGURE).html
        whole = with_whole_addresses(html, "https://la-marge.example/a/")
        portable = make_portable(html, base="https://la-marge.example/a/")
        for text in (whole, portable):
            self.assertIn("<details><summary>", text)
            self.assertIn("Cut.", text)

    def test_translators_write_it_below_the_caption(self):
        block = read_block(FIGURE)
        self.assertEqual(
            block.words,
            'La scène\n\n<p><strong>Owen :</strong> "Coupez" !</p>\n\n<p lang="en">Cut.</p>',
        )
        self.assertEqual(clean_source(write_block(block.frame, block.words)), FIGURE)
        translated = clean_source(write_block(block.frame, "The scene\r\n\r\nOwen: cut!\r\n\r\nCut."))
        self.assertIn("<figcaption>The scene</figcaption><details><p>Owen: cut!</p><p>Cut.</p></details>", translated)
        alone = read_block(FIGURE.replace("<figcaption>La scène</figcaption>", ""))
        self.assertNotIn("<figcaption>", write_block(alone.frame, alone.words))


@override_settings(SITE_URL="https://la-marge.example")
class ExportTests(TestCase):
    def test_recording_goes_out_by_its_address_and_comes_in_by_its_key(self):
        recording = make_recording()
        source = f'<figure data-recording="{recording.pk}"><figcaption>Le son</figcaption></figure>'
        written = markdown_of(source, recordings=Recording.objects.addresses_in(source))
        self.assertIn(f"https://la-marge.example{recording.file.url}", written)
        self.assertNotIn("data-recording", written)
        read = read_file(html_of_markdown(written, with_html=True), is_ours=True, is_here=True).source
        self.assertEqual(link_own_posts(read), source)

    def test_former_address_finds_the_recording_and_another_sites_does_not(self):
        recording = make_recording()
        former = f"https://la-marge.example{recording.file.url}"
        recording.file = make_sound(24)
        recording.save()
        figure = '<figure data-audio="{}"></figure>'
        self.assertEqual(link_own_posts(figure.format(former)), f'<figure data-recording="{recording.pk}"></figure>')
        elsewhere = figure.format(former.replace("la-marge", "autre"))
        self.assertEqual(link_own_posts(elsewhere), elsewhere)

    def test_post_plays_what_its_text_names(self):
        recording = make_recording()
        post = make_post(body=f'<figure data-recording="{recording.pk}"></figure>')
        self.assertEqual(list(Post.objects.get(pk=post.pk).recordings.all()), [recording])
        self.assertTrue(recording.is_used())
