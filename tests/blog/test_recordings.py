"""Recordings of our own: what readers get of one, and what becomes of its file."""

from io import BytesIO

import feedparser
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import SimpleTestCase, TestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext, override

from blog.models import Chapter, FormerRecording, Post, Recording
from blog.recordings import Spoken, read_moment, read_transcript, write_moment
from tests.factories import make_page, make_post, make_recording, make_sound, make_translation

POST = "/blog/2016/06/president-numerique-bonne-idee-webinaire/"
ENGLISH_POST = "/en/blog/2016/06/digital-president-good-idea-webinar/"


class TranscriptTests(SimpleTestCase):
    def test_paragraphs_have_their_time_and_speaker(self):
        typed = (
            "0:00 Owen Prichard : Et puis ?\r\n\r\n[0:03] (Onze secondes\nde silence.)\n\n\n"
            "1:02:14 – Hélène de la Tour: Rien.\n\nElle le dit ainsi : rien.\n\nsans majuscule : rien\n\n"
            "1:03:00 Une auditrice : Oui."
        )
        self.assertEqual(
            list(read_transcript(typed)),
            [
                Spoken(0, "Owen Prichard", "Et puis ?"),
                Spoken(3, "", "(Onze secondes de silence.)"),
                Spoken(3734, "Hélène de la Tour", "Rien."),
                Spoken(None, "", "Elle le dit ainsi : rien."),
                Spoken(None, "", "sans majuscule : rien"),
                Spoken(3780, "Une auditrice", "Oui."),
            ],
        )

    def test_moments_are_read_and_written_as_players_show_them(self):
        for text, seconds in {"0:07": 7, "12:30": 750, "1:02:03": 3723, "90:00": 5400}.items():
            self.assertEqual(read_moment(text), seconds)
        self.assertEqual([write_moment(each) for each in (7, 750, 3723)], ["0:07", "12:30", "1:02:03"])
        for nonsense in ("", "7", "1:7", "1:60", "a:bc", "-1:00", "1:2:3:4", "٠:٠٧"):
            self.assertIsNone(read_moment(nonsense))


class RecordingTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.recording = make_recording(
            description_fr="Un silence.",
            credit="Pontcanna Audio",
            licence="CC BY 4.0",
            transcript_fr='0:00 Owen Prichard : "Et puis" ?\n\n0:03 (Silence.)',
            transcript_en="0:00 Owen Prichard: And then?",
        )
        cls.recording.chapters.create(seconds=3, title_fr="Le silence", title_en="Silence")
        cls.recording.chapters.create(seconds=0, title_fr="La question")
        source = f'<p>Écoutez.</p><figure data-recording="{cls.recording.pk}"></figure><p>Voilà.</p>'
        cls.post = make_post(body=source)
        cls.translation = make_translation(cls.post, body=source)

    def test_page_has_the_player_of_the_browser_that_asks_for_nothing_before(self):
        response = self.client.get(POST)
        src = self.recording.file.url
        self.assertContains(
            response, f'<audio src="{src}" preload="none" controls="controls" aria-label="Onze secondes"></audio>'
        )
        self.assertContains(response, f'href="{src}" download="onze-secondes.mp3"')
        self.assertContains(response, "(MP3, 11,7\u00a0Kio, 0:12)")
        self.assertContains(response, "Pontcanna Audio · CC BY 4.0")
        self.assertIn("media-src 'self'", response.headers["Content-Security-Policy"])
        self.assertContains(response, "/js/seek.")

    def test_page_without_a_recording_has_neither_its_script_nor_its_policy(self):
        make_post(slug="sans-son")
        response = self.client.get("/blog/2016/06/sans-son/")
        self.assertNotContains(response, "seek")
        self.assertNotIn("media-src", response.headers["Content-Security-Policy"])

    def test_chapters_are_links_to_moments_of_the_file_in_their_order(self):
        html = Post.objects.get(pk=self.post.pk).body_html
        src = self.recording.file.url
        self.assertIn(
            f'<li><a href="{src}#t=0" data-seek="0"><time datetime="PT0S">0:00</time> La question</a></li>'
            f'<li><a href="{src}#t=3" data-seek="3"><time datetime="PT3S">0:03</time> Le silence</a></li>',
            html,
        )

    def test_transcript_is_folded_behind_the_player_and_typeset(self):
        html = Post.objects.get(pk=self.post.pk).body_html
        src = self.recording.file.url
        with override("fr"):
            self.assertIn(f'</figure><details class="transcript"><summary>{gettext("Transcript")}</summary>', html)
        self.assertIn(
            f'<p><a href="{src}#t=0" data-seek="0"><time datetime="PT0S">0:00</time></a> '
            "<strong>Owen Prichard\u00a0:</strong> «\u00a0Et puis\u00a0»\u202f?</p>",
            html,
        )

    def test_each_language_has_its_words_and_marks_those_of_the_other(self):
        html = Post.objects.get(pk=self.translation.pk).body_html
        self.assertIn("<figcaption><strong>Eleven seconds</strong>", html)
        self.assertIn('</time> <span lang="fr">La question</span>', html)
        self.assertIn("</time> Silence</a>", html)
        self.assertIn("<summary>Transcript</summary>", html)
        self.assertIn("<strong>Owen Prichard:</strong> And then?", html)
        Recording.objects.filter(pk=self.recording.pk).update(transcript_en="")
        self.translation.save()
        self.assertIn('<summary>Transcript</summary><div lang="fr"><p>', self.translation.body_html)

    def test_search_finds_what_was_said_and_reading_takes_no_longer(self):
        post = Post.objects.get(pk=self.post.pk)
        self.assertIn("(Silence.)", post.body_text)
        self.assertIn("Le silence", post.body_text)
        self.assertLess(post.words, 12)

    def test_caption_of_the_article_takes_the_place_of_the_description(self):
        self.assertIn("Un silence.", self.post.body_html)
        self.post.body = f'<figure data-recording="{self.recording.pk}"><figcaption>Ma légende</figcaption></figure>'
        self.post.save()
        self.assertIn("<strong>Onze secondes</strong> Ma légende", self.post.body_html)
        self.assertNotIn("Un silence.", self.post.body_html)

    def test_words_of_the_library_are_no_html(self):
        Recording.objects.filter(pk=self.recording.pk).update(
            title_fr="<script>a</script>", transcript_fr="0:01 <img src=x onerror=a>", credit="<b>c</b>"
        )
        Chapter.objects.update(title_fr="<i>d</i>")
        self.post.save()
        for tag in ("<script", "<img", "<b>", "<i>"):
            self.assertNotIn(tag, self.post.body_html)

    def test_figure_of_a_recording_that_has_gone_leaves_nothing(self):
        self.post.body = '<p>Avant.</p><figure data-recording="999999"><figcaption>Perdu</figcaption></figure>'
        self.post.save()
        self.assertEqual(self.post.body_html.strip(), "<p>Avant.</p>")
        self.assertFalse(self.post.recordings.exists())

    def test_plain_pages_play_too(self):
        make_page(body=f'<figure data-recording="{self.recording.pk}"></figure>')
        response = self.client.get("/mentions-legales/")
        self.assertContains(response, "<audio ")
        self.assertIn("media-src 'self'", response.headers["Content-Security-Policy"])
        self.assertContains(response, "/js/seek.")


class FeedTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.recording = make_recording(transcript_fr="0:01 Un mot.")
        cls.other = make_recording(1, file=make_sound(90))
        shown = (cls.recording, cls.other)
        make_post(body="".join(f'<figure data-recording="{each.pk}"></figure>' for each in shown))

    def setUp(self):
        self.address = f"http://testserver{self.recording.file.url}"

    def test_rss_and_atom_send_the_recording_along(self):
        for kind in ("feed/", "feed/atom/"):
            with self.subTest(kind):
                [entry] = feedparser.parse(self.client.get(f"/blog/{kind}").content).entries
                [enclosure] = entry.enclosures
                self.assertEqual(enclosure.href, self.address)
                self.assertEqual((enclosure.type, enclosure.length), ("audio/mpeg", str(self.recording.size)))

    def test_json_feed_names_them_all_with_their_length(self):
        [item] = self.client.get("/blog/feed/json/").json()["items"]
        first, second = item["attachments"]
        self.assertEqual((first["url"], first["duration_in_seconds"]), (self.address, 12))
        self.assertEqual((second["mime_type"], second["duration_in_seconds"]), ("audio/mpeg", 90))

    def test_recordings_stand_in_the_order_of_the_text_also_when_it_is_turned_round(self):
        post = Post.objects.get()
        post.body = "".join(f'<figure data-recording="{each.pk}"></figure>' for each in (self.other, self.recording))
        post.save()
        [item] = self.client.get("/blog/feed/json/").json()["items"]
        self.assertEqual([each["duration_in_seconds"] for each in item["attachments"]], [90, 12])

    def test_text_of_an_item_leads_to_the_recording(self):
        [item] = self.client.get("/blog/feed/json/").json()["items"]
        self.assertIn(f'href="{self.address}"', item["content_html"])
        self.assertIn("Un mot.", item["content_html"])
        self.assertNotIn("<audio", item["content_html"])
        self.assertNotIn('src="/', item["content_html"])

    def test_more_recordings_cost_no_query_more(self):
        with CaptureQueriesContext(connection) as few:
            self.client.get("/blog/feed/")
        for number in range(5):
            make_post(slug=f"p{number}", body=f'<figure data-recording="{make_recording(number + 2).pk}"></figure>')
        with CaptureQueriesContext(connection) as many:
            self.client.get("/blog/feed/")
        self.assertEqual(len(few), len(many))


class FileTests(TestCase):
    def test_file_is_named_by_its_content_and_measured(self):
        recording = make_recording(file=make_sound(90, name="../../etc/passwd.exe"))
        self.assertRegex(recording.file.name, r"^recordings/[0-9a-f]{2}/[0-9a-f]{32}\.mp3$")
        self.assertEqual((recording.media_type, recording.seconds), ("audio/mpeg", 90))
        self.assertEqual(default_storage.size(recording.file.name), recording.size)

    def test_player_gets_the_part_that_it_asks_for(self):
        recording = make_recording()
        response = self.client.get(recording.file.url, headers={"range": "bytes=-24"})
        self.assertEqual(response.status_code, 206)
        self.assertEqual(response.headers["Content-Type"], "audio/mpeg")
        self.assertEqual(len(b"".join(response.streaming_content)), 24)

    def test_replaced_file_goes_and_its_address_leads_to_the_new_one(self):
        recording = make_recording()
        before = recording.file.name
        recording.file = make_sound(24)
        with self.captureOnCommitCallbacks(execute=True):
            recording.save()
        self.assertFalse(default_storage.exists(before))
        self.assertEqual(recording.seconds, 24)
        response = self.client.get(f"/media/{before}")
        self.assertRedirects(response, recording.file.url, fetch_redirect_response=False)
        self.assertNotIn("immutable", response.headers["Cache-Control"])

    def test_file_that_comes_back_is_no_former_one(self):
        recording = make_recording()
        first = recording.file.name
        for file in (make_sound(24), make_sound()):
            recording.file = file
            with self.captureOnCommitCallbacks(execute=True):
                recording.save()
        self.assertEqual(recording.file.name, first)
        self.assertTrue(default_storage.exists(first))
        self.assertFalse(FormerRecording.objects.filter(name=first).exists())

    def test_file_goes_with_its_recording_unless_another_has_it(self):
        one, other = make_recording(), make_recording()
        name = one.file.name
        with self.captureOnCommitCallbacks(execute=True):
            one.delete()
        self.assertTrue(default_storage.exists(name))
        with self.captureOnCommitCallbacks(execute=True):
            other.delete()
        self.assertFalse(default_storage.exists(name))
        self.assertEqual(self.client.get(f"/media/{name}").status_code, 404)

    def test_what_is_no_recording_is_refused_by_code_too(self):
        with self.assertRaises(ValidationError):
            make_recording(file=SimpleUploadedFile("son.mp3", b"<html>" * 99))

    @override_settings(LARGEST_RECORDING=1000)
    def test_too_large_a_file_is_refused(self):
        with self.assertRaisesMessage(ValidationError, "1000"):
            make_recording(title_fr="x")

    def test_file_is_never_read_into_memory(self):
        content = CountedReads(make_sound(5000).read())
        size = len(content.getvalue())
        make_recording(file=File(content, "long.mp3"))
        self.assertGreater(size, 1_500_000)
        self.assertLessEqual(content.most, 256 * 1024)


class CountedReads(BytesIO):
    """Knows how much was asked of it at once."""

    most = 0

    def read(self, size: int = -1) -> bytes:
        content = super().read(size)
        self.most = max(self.most, len(content))
        return content
