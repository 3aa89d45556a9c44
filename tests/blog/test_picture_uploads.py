"""Many pictures at once, and pictures that are in the library already."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.test import TestCase
from django.utils import translation

from blog.admin.uploads import title_from
from blog.models import Image
from tests.factories import make_alice, make_bob, make_dora, make_image, make_upload
from tests.forms import FormTestCase, read_form
from tests.pictures.hostile import png_bomb

MANY = "/admin/blog/image/add-many/"
ONE = "/admin/blog/image/add-one.json"
ADD = "/admin/blog/image/add/"


class DeskTestCase(FormTestCase, TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.alice = make_alice()

    def setUp(self):
        self.client.force_login(self.alice)


class ManyTests(DeskTestCase):
    def test_each_file_is_taken_or_refused_for_itself(self):
        files = [
            make_upload(size=(640, 300), name="un-phare_la-nuit.jpg"),
            SimpleUploadedFile("bombe.png", png_bomb(12_000, 12_000)),
            SimpleUploadedFile("page.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
            make_upload(size=(640, 310), name="port.png", kind="PNG"),
        ]
        response = self.fill(MANY, "many_form", {"files": files}, button="_add")
        self.assertEqual(set(Image.objects.values_list("title", flat=True)), {"un phare la nuit", "port"})
        for words in ("bombe.png", "trop de pixels", "page.svg", "n’est pas une image"):
            self.assertContains(response, words)

    def test_all_taken_leads_to_the_page_of_their_words(self):
        files = [make_upload(size=(640, 300 + number), name=f"{number}.jpg") for number in range(3)]
        response = self.fill(MANY, "many_form", {"files": files}, button="_add")
        self.assertEqual(Image.objects.count(), 3)
        keys = sorted(Image.objects.values_list("pk", flat=True))
        self.assertRedirects(response, "/admin/blog/image/texts/?" + "&".join(f"key={key}" for key in keys))

    def test_nothing_chosen_is_said(self):
        self.assertContains(self.fill(MANY, "many_form", {}, button="_add"), "errorlist")

    def test_the_same_file_twice_is_there_once(self):
        files = [make_upload(name="un.jpg"), make_upload(name="deux.jpg")]
        response = self.fill(MANY, "many_form", {"files": files}, button="_add")
        self.assertEqual(Image.objects.get().title, "un")
        self.assertContains(response, f"/admin/blog/image/{Image.objects.get().pk}/change/")

    def test_who_wants_it_twice_gets_it_twice(self):
        make_image()
        self.fill(MANY, "many_form", {"files": [make_upload()], "add_anyway": "on"}, button="_add")
        self.assertEqual(Image.objects.count(), 2)

    def test_a_script_gets_an_answer_for_each(self):
        answer = self.client.post(ONE, {"file": make_upload(name="phare.jpg")}).json()
        image = Image.objects.get()
        self.assertEqual((answer["key"], answer["title"], answer["complaints"]), (image.pk, "phare", []))
        answer = self.client.post(ONE, {"file": make_upload(name="autre.jpg")}).json()
        self.assertEqual((answer["key"], answer["address"]), (None, f"/admin/blog/image/{image.pk}/change/"))
        self.assertIn("phare", answer["complaints"][0])
        answer = self.client.post(ONE, {"file": make_upload(name="autre.jpg"), "add_anyway": "on"}).json()
        self.assertEqual(Image.objects.get(pk=answer["key"]).title, "autre")

    def test_complaints_are_in_the_language_of_the_person(self):
        bomb = SimpleUploadedFile("b.png", png_bomb(12_000, 12_000))
        with translation.override(None):
            self.client.cookies["django_language"] = "en"
            answer = self.client.post(ONE, {"file": bomb}).json()
        self.assertEqual(answer["complaints"], ["This picture has too many pixels: at most 25 million."])

    def test_bad_requests_are_answered(self):
        self.assertEqual(self.client.get(ONE).status_code, 405)
        self.assertTrue(self.client.post(ONE).json()["complaints"])
        self.assertTrue(self.client.post(ONE, {"file": "text"}).json()["complaints"])

    def test_too_many_files_in_one_request_are_refused_in_words(self):
        files = [SimpleUploadedFile(f"{number}.jpg", b"x") for number in range(21)]
        response = self.client.post(MANY, {"files": files})
        self.assertEqual(response.status_code, 413)

    def test_two_that_come_at_the_same_time_make_one_picture(self):
        self.client.post(ONE, {"file": make_upload()})
        digest = Image.objects.get().upload_digest
        with self.assertRaises(IntegrityError):
            make_image(file=make_upload(size=(640, 300)), upload_digest=digest)

    def test_who_may_not_add_is_refused(self):
        self.client.force_login(make_dora())
        self.assertNotEqual(self.client.post(ONE, {"file": make_upload()}).status_code, 200)
        self.assertFalse(Image.objects.exists())

    def test_titles_come_from_names_of_files(self):
        for name, title in {"C:\\Photos\\Le_port.JPG": "Le port", "..jpg": ".", "x" * 400: "x" * 200}.items():
            self.assertEqual(title_from(name), title)


class TwinTests(DeskTestCase):
    def test_what_is_there_already_is_told_with_the_way_to_it(self):
        twin = make_image(title="Le phare")
        response = self.fill(ADD, "image_form", {"title": "Encore", "file": make_upload()})
        self.assertEqual(Image.objects.count(), 1)
        self.assertContains(response, f'<a href="/admin/blog/image/{twin.pk}/change/">Le phare</a>')
        self.assertContains(response, f'name="same_as" value="{twin.pk}"')

    def test_it_is_added_all_the_same_without_choosing_the_file_again(self):
        twin = make_image()
        self.client.post(ADD, {"title": "x", "file": make_upload(), "focal_x": 50, "focal_y": 50})
        data = {"title": "Encore", "add_anyway": "on", "same_as": twin.pk, "focal_x": 50, "focal_y": 50}
        self.client.post(ADD, data)
        again = Image.objects.get(title="Encore")
        self.assertEqual((again.file.name, again.width, again.height), (twin.file.name, 800, 450))

    def test_the_dialog_of_the_editor_says_it_in_plain_words(self):
        make_image(title="Le <phare>")
        data = {"title": "x", "file": make_upload(), "alt_fr": "Un phare"}
        answer = self.client.post("/admin/blog/image/library.json", data).json()
        self.assertIn("Le <phare>", answer["errors"][0])

    def test_a_file_is_still_wanted(self):
        for same_as in ("", "999", "x"):
            data = {"title": "x", "same_as": same_as, "focal_x": 50, "focal_y": 50}
            self.assertIn("file", self.client.post(ADD, data).context["adminform"].form.errors)


class WordsTests(DeskTestCase):
    def address(self, *images):
        return "/admin/blog/image/texts/?" + "&".join(f"key={image.pk}" for image in images)

    def test_the_words_of_several_are_written_at_once(self):
        one, two = make_image(title="un", alt_fr="", alt_en=""), make_image(title="deux", credit="AFP")
        changes = {"picture-1-alt_fr": "Un phare", "all-credit": "La Marge"}
        response = self.fill(self.address(one, two), "texts_form", changes)
        self.assertRedirects(response, "/admin/blog/image/")
        one.refresh_from_db(), two.refresh_from_db()
        self.assertEqual((one.alt_fr, one.credit, two.credit), ("Un phare", "La Marge", "AFP"))

    def test_what_is_wrong_is_said_there_and_the_rest_stays_typed(self):
        one, two = make_image(title="un"), make_image(title="deux")
        changes = {"picture-0-title": "", "picture-1-alt_fr": "Tapé"}
        response = self.fill(self.address(one, two), "texts_form", changes)
        self.assertContains(response, "errorlist")
        self.assertContains(response, "Tapé")

    def test_what_decorates_says_nothing(self):
        image = make_image()
        response = self.fill(self.address(image), "texts_form", {"picture-0-is_decorative": "on"})
        self.assertContains(response, "errorlist")
        empty = {"picture-0-is_decorative": "on", "picture-0-alt_fr": "", "picture-0-alt_en": ""}
        self.fill(self.address(image), "texts_form", empty)
        self.assertTrue(Image.objects.get().is_decorative)

    def test_a_contributor_describes_what_they_added_and_nothing_else(self):
        other = make_image(title="D’Alice")
        self.client.force_login(make_bob())
        own = Image.objects.get(pk=self.client.post(ONE, {"file": make_upload(size=(640, 300))}).json()["key"])
        response = self.client.get(self.address(own, other))
        self.assertEqual([form.instance for form in response.context["formset"]], [own])
        self.fill(self.address(own), "texts_form", {"picture-0-alt_fr": "De Bob"})
        own.refresh_from_db()
        self.assertEqual(own.alt_fr, "De Bob")
        self.assertEqual(self.client.get(self.address(other)).status_code, 403)

    def test_who_writes_with_a_picture_says_what_nobody_has_said_of_it_and_nothing_else(self):
        other = make_image(title="D’Alice", alt_fr="Un phare", alt_en="")
        self.client.force_login(make_bob())
        self.fill(self.address(other), "texts_form", {"picture-0-alt_en": "A lighthouse", "all-credit": "Bob"})
        other.refresh_from_db()
        self.assertEqual((other.alt_en, other.credit), ("A lighthouse", ""))
        self.assertEqual(self.client.get(self.address(other)).status_code, 403, "all is said")

    def test_what_somebody_has_said_is_not_overwritten_by_a_forged_form(self):
        other = make_image(title="D’Alice", alt_fr="Un phare", alt_en="", credit="AFP")
        self.client.force_login(make_bob())
        names = ("title", "alt_fr", "credit", "licence", "is_decorative")
        forged = {f"picture-0-{name}": "De Bob" for name in names} | {"picture-0-alt_en": "A lighthouse"}
        page = self.client.get(self.address(other)).content.decode()
        self.client.post(self.address(other), read_form(page, "texts_form")[0] | forged)
        other.refresh_from_db()
        said = (other.title, other.alt_fr, other.credit, other.licence, other.is_decorative, other.alt_en)
        self.assertEqual(said, ("D’Alice", "Un phare", "AFP", "", False, "A lighthouse"))

    def test_a_forged_key_changes_no_other_picture(self):
        other = make_image(title="D’Alice", alt_fr="")
        self.client.force_login(make_bob())
        own = Image.objects.get(pk=self.client.post(ONE, {"file": make_upload(size=(640, 300))}).json()["key"])
        forged = {"picture-0-id": str(other.pk), "picture-0-alt_fr": "De Bob"}
        self.fill(self.address(own), "texts_form", forged)
        other.refresh_from_db()
        self.assertEqual(other.alt_fr, "")
        response = self.fill(self.address(own), "texts_form", forged | {"picture-0-title": ""})
        self.assertIn(response.status_code, (200, 302))

    def test_nonsense_leads_back(self):
        for query in ("", "?key=x", "?key=999999", "?key=" + "9" * 40):
            self.assertRedirects(self.client.get(f"/admin/blog/image/texts/{query}"), "/admin/blog/image/")

    def test_an_action_of_the_list_leads_there(self):
        image = make_image()
        data = {"action": "write_words", "_selected_action": [image.pk]}
        self.assertRedirects(self.client.post("/admin/blog/image/", data), self.address(image))

    def test_its_cost_does_not_grow_with_the_pictures(self):
        images = [make_image(title=str(number)) for number in range(8)]
        self.client.get(self.address(*images))
        with self.assertNumQueries(6):
            self.client.get(self.address(*images))
