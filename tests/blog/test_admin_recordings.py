"""The library of recordings, as editors use it."""

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase, override_settings

from blog.models import Recording
from tests.factories import make_alice, make_bob, make_page, make_post, make_recording, make_sound, make_user

LIST = "/admin/blog/recording/"
FIND = "/admin/blog/recording/find.json"


def sent(**fields) -> dict:
    """Return what the form of a recording sends; ``chapters`` are triples."""
    chapters = fields.pop("chapters", ())
    data = {
        **dict.fromkeys(["title_fr", "title_en", "description_fr", "description_en", "credit", "licence"], ""),
        "transcript_fr": "",
        "transcript_en": "",
        "title_fr": "Onze secondes",
        "chapters-TOTAL_FORMS": len(chapters),
        "chapters-INITIAL_FORMS": 0,
    }
    for number, (seconds, french, english) in enumerate(chapters):
        start = f"chapters-{number}-"
        data |= {f"{start}seconds": seconds, f"{start}title_fr": french, f"{start}title_en": english}
    return data | fields


class RecordingAdminTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.alice = make_alice()

    def setUp(self):
        self.client.force_login(self.alice)

    def add(self, **fields):
        return self.client.post(f"{LIST}add/", sent(**{"file": make_sound()} | fields))

    def test_recording_is_added_with_its_chapters(self):
        response = self.add(chapters=[("0:03", "Le silence", "The silence"), ("0:00", "La question", "")])
        self.assertRedirects(response, LIST)
        recording = Recording.objects.get()
        self.assertEqual((recording.seconds, recording.media_type), (12, "audio/mpeg"))
        self.assertEqual(
            list(recording.chapters.values_list("seconds", "title_fr", "title_en")),
            [(0, "La question", ""), (3, "Le silence", "The silence")],
        )
        self.assertContains(self.client.get(f"{LIST}{recording.pk}/change/"), 'value="0:03"')

    def test_what_is_wrong_is_said_where_it_is_and_nothing_is_kept(self):
        for fields, field in (
            ({"file": SimpleUploadedFile("son.mp3", b"<html>" * 99)}, "file"),
            ({"file": SimpleUploadedFile("son.wav", b"RIFF\x24\x08\x00\x00WAVEfmt " + bytes(99))}, "file"),
            ({"file": SimpleUploadedFile("son.mp3", b"")}, "file"),
            ({"file": ""}, "file"),
            ({"title_fr": ""}, "title_fr"),
        ):
            with self.subTest(fields):
                response = self.add(**fields)
                self.assertEqual(response.status_code, 200)
                self.assertIn(field, response.context["adminform"].errors)
        self.assertFalse(Recording.objects.exists())

    def test_chapters_that_cannot_be_are_refused(self):
        for chapters in (
            [("x", "a", "")],
            [("1:75", "a", "")],
            [("9:59:59:59", "a", "")],
            [("0:12", "a", "")],
            [("0:01", "", "")],
            [("0:01", "a", ""), ("00:01", "b", "")],
            [("", "a", "")],
        ):
            with self.subTest(chapters):
                response = self.add(chapters=chapters)
                self.assertEqual(response.status_code, 200)
                [formset] = response.context["inline_admin_formsets"]
                self.assertTrue(formset.formset.total_error_count())
        self.assertFalse(Recording.objects.exists())

    @override_settings(LARGEST_RECORDING=5000)
    def test_too_large_a_file_is_refused_with_its_limit(self):
        response = self.add()
        self.assertIn("4,9", str(response.context["adminform"].errors["file"]))

    def test_same_file_is_named_and_not_taken_twice(self):
        make_recording(title_fr="Déjà là")
        response = self.add()
        self.assertIn("Déjà là", str(response.context["adminform"].errors["file"]))

    def test_texts_follow_a_change(self):
        recording = make_recording()
        post = make_post(body=f'<figure data-recording="{recording.pk}"></figure>')
        page = make_page(body=post.body)
        with self.captureOnCommitCallbacks(execute=True):
            response = self.client.post(
                f"{LIST}{recording.pk}/change/",
                sent(title_fr="Un autre titre", chapters=[("0:02", "Ensuite", "")], file=make_sound(24)),
            )
        self.assertRedirects(response, LIST)
        recording.refresh_from_db()
        for text in (post, page):
            text.refresh_from_db()
            self.assertIn("Un autre titre", text.body_html)
            self.assertIn("Ensuite", text.body_html)
            self.assertIn(recording.file.url, text.body_html)

    def test_what_is_used_stays_and_says_where(self):
        recording = make_recording()
        make_post(title="Le podcast", body=f'<figure data-recording="{recording.pk}"></figure>')
        self.assertEqual(self.client.post(f"{LIST}{recording.pk}/delete/", {"post": "yes"}).status_code, 403)
        self.assertContains(self.client.get(f"{LIST}{recording.pk}/change/"), "Le podcast")
        self.client.post(LIST, {"action": "delete_selected", "_selected_action": [recording.pk], "post": "yes"})
        self.assertTrue(Recording.objects.exists())

    def test_unused_one_goes_with_its_file(self):
        recording = make_recording()
        with self.captureOnCommitCallbacks(execute=True):
            self.client.post(f"{LIST}{recording.pk}/delete/", {"post": "yes"})
        self.assertFalse(Recording.objects.exists())
        self.assertFalse(default_storage.exists(recording.file.name))

    def test_list_says_which_transcripts_are_lacking(self):
        make_recording(transcript_fr="Un mot.")
        self.assertEqual(self.client.get(f"{LIST}?missing=fr").context["cl"].result_count, 0)
        self.assertEqual(self.client.get(f"{LIST}?missing=en").context["cl"].result_count, 1)

    def test_editor_finds_recordings_by_their_words(self):
        make_recording(title_fr="Le port de Brest", title_en="")
        make_recording(1, title_fr="Cardiff", credit="Pontcanna")
        for words, titles in {"": ["Cardiff", "Le port de Brest"], "PONT": ["Cardiff"], "port x": [], "%": []}.items():
            with self.subTest(words):
                found = self.client.get(FIND, {"q": words}).json()["recordings"]
                self.assertEqual([each["title"] for each in found], titles)
        self.assertIn("MP3 · ", self.client.get(FIND).json()["recordings"][0]["facts"])
        self.assertEqual(self.client.post(FIND).status_code, 405)

    def test_contributors_choose_and_add_others_do_not(self):
        recording = make_recording()
        self.client.force_login(make_bob())
        self.assertEqual(self.client.get(FIND).status_code, 200)
        self.assertEqual(self.client.get(f"{LIST}add/").status_code, 200)
        self.assertEqual(self.client.post(f"{LIST}{recording.pk}/delete/").status_code, 403)
        self.client.force_login(make_user("dora"))
        self.assertEqual(self.client.get(FIND).status_code, 403)
