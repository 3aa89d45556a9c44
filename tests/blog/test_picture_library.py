"""The library: what is lacking, where pictures are used, which look the same; its cost."""

from unittest import mock

from django.core.files.base import ContentFile
from django.test import TestCase
from PIL import Image as Pillow

from blog.models import Fingerprint, Image, Resemblance
from blog.picture_upkeep import make_up_pictures, note_likenesses
from blog.picture_uses import is_used, unused
from pictures.fingerprints import MOST_DIFFERENT, bands, difference, fingerprint
from tests.factories import (
    make_alice,
    make_author,
    make_bob,
    make_image,
    make_page,
    make_partner,
    make_post,
    make_upload,
)
from tests.forms import FormTestCase
from tests.pictures.hostile import photograph, saved

LIST = "/admin/blog/image/"


def figure(image):
    return f'<figure data-image="{image.pk}"><img src="x" alt=""></figure>'


def change_of(image):
    return f"/admin/blog/image/{image.pk}/change/"


class DeskTestCase(FormTestCase, TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.alice = make_alice()

    def setUp(self):
        self.client.force_login(self.alice)

    def found(self, query):
        return set(self.client.get(f"{LIST}?{query}").context["cl"].result_list)


class AltTests(DeskTestCase):
    def test_a_post_names_its_pictures_without_words_in_its_language(self):
        mute, said = make_image(alt_fr=""), make_image(alt_en="")
        ornament, cover = make_image(alt_fr="", alt_en="", is_decorative=True), make_image(alt_fr="")
        post = make_post(cover=cover, body=figure(mute) + figure(said) + figure(ornament))
        self.assertEqual(set(post.pictures_lacking_alt()), {mute, cover})
        english = make_post(language="en", slug="e", body=figure(mute) + figure(said) + figure(ornament))
        self.assertEqual(set(english.pictures_lacking_alt()), {said})

    def test_the_queryset_and_the_model_say_the_same(self):
        for words in ({"alt_fr": ""}, {"alt_en": ""}, {}, {"alt_fr": "", "alt_en": "", "is_decorative": True}):
            image = make_image(**words)
            for language in ("fr", "en"):
                is_lacking = Image.objects.lacking_alt(language).filter(pk=image.pk).exists()
                self.assertEqual(image.lacks_alt(language), is_lacking)

    def test_who_saves_a_post_is_told_with_the_way_to_mend_it(self):
        image = make_image(alt_fr="")
        post = make_post(body=figure(image), status="draft", published_at=None)
        response = self.fill(f"/admin/blog/post/{post.pk}/change/", "post_form", {"title": "Autre"}, follow=True)
        self.assertContains(response, f"/admin/blog/image/texts/?key={image.pk}")

    def test_a_decorative_picture_has_an_empty_alternative_for_readers(self):
        image = make_image(alt_fr="", alt_en="", is_decorative=True)
        self.assertContains(self.client.get(make_post(body=figure(image)).path()), 'alt=""')

    def test_a_picture_cannot_decorate_and_speak(self):
        image = make_image()
        response = self.fill(change_of(image), "image_form", {"is_decorative": "on"})
        self.assertIn("is_decorative", response.context["adminform"].form.errors)

    def test_filters(self):
        mute = make_image(alt_fr="", credit="AFP", licence="CC BY 4.0")
        ornament = make_image(alt_fr="", alt_en="", is_decorative=True)
        self.assertEqual(self.found("alt=no_fr"), {mute})
        self.assertEqual(self.found("alt=decorative"), {ornament})
        self.assertEqual(self.found("rights=lacking"), {ornament})
        self.assertEqual(self.found("rights=no_credit"), {ornament})
        self.assertEqual(self.found("rights=nonsense"), {mute, ornament})


class UseTests(DeskTestCase):
    def test_every_kind_of_use_counts(self):
        uses = {
            "cover": lambda image: make_post(slug="c", cover=image),
            "text": lambda image: make_post(slug="t", body=figure(image)),
            "poster": lambda image: make_post(
                slug="v",
                body=f'<figure data-video="https://vimeo.com/1" data-poster="{image.pk}"></figure>',
            ),
            "page": lambda image: make_page(body=figure(image)),
            "logo": lambda image: make_partner(logo=image),
            "portrait": lambda image: make_author(portrait=image.file.name),
        }
        idle = make_image(file=make_upload(size=(500, 500)))
        for number, (name, use) in enumerate(uses.items()):
            with self.subTest(name):
                image = make_image(file=make_upload(size=(400, 300 + number)))
                self.assertFalse(is_used(image))
                use(image)
                self.assertTrue(is_used(image))
                self.assertEqual(self.client.post(f"{LIST}{image.pk}/delete/", {"post": "yes"}).status_code, 403)
                self.assertNotContains(self.client.get(change_of(image)), 'class="places-kind">None')
        self.assertEqual(set(unused(Image.objects.all())), {idle})
        self.assertEqual(self.found("use=none"), {idle})
        self.assertNotIn(idle, self.found("use=some"))

    def test_many_uses_are_paged(self):
        image = make_image()
        for number in range(55):
            make_post(slug=f"p{number}", title=f"Article {number}.", cover=image)
        response = self.client.get(change_of(image))
        self.assertContains(response, "(55)")
        self.assertContains(response, f"{LIST}{image.pk}/places/?kind=blog.post")
        places = f"{LIST}{image.pk}/places/?kind=blog.post"
        self.assertContains(self.client.get(places), "Article 54.")
        self.assertContains(self.client.get(f"{places}&page=2"), "Article 0.")
        for wrong in (f"{LIST}{image.pk}/places/", f"{LIST}{image.pk}/places/?kind=auth.user", f"{LIST}999/places/"):
            self.assertEqual(self.client.get(wrong).status_code, 404)

    def test_a_contributor_does_not_read_titles_of_drafts_of_others(self):
        image = make_image()
        make_post(cover=image, title="Encore secret", status="draft", published_at=None)
        self.client.force_login(make_bob())
        response = self.client.get(change_of(image))
        self.assertNotContains(response, "Encore secret")
        self.assertContains(response, "(1)")

    def test_only_what_is_used_nowhere_is_deleted_and_only_after_a_question(self):
        used, idle = make_image(), make_image(file=make_upload(size=(500, 500)), title="Oisive")
        make_post(cover=used)
        data = {"action": "delete_unused", "_selected_action": [used.pk, idle.pk]}
        self.assertContains(self.client.post(LIST, data), "Oisive")
        self.assertEqual(Image.objects.count(), 2)
        self.client.post(LIST, data | {"is_sure": "yes"})
        self.assertEqual(Image.objects.get(), used)
        self.client.force_login(make_bob())
        self.client.post(LIST, data | {"is_sure": "yes"})
        self.assertEqual(Image.objects.get(), used)


class LikenessTests(DeskTestCase):
    def make(self, image, title, kind="JPEG", **options):
        return make_image(title=title, file=ContentFile(saved(image, kind, **options), name="x"))

    def test_a_fingerprint_bears_size_format_and_quality(self):
        whole = fingerprint(photograph())
        for other in (photograph().resize((320, 180)), photograph().resize((1280, 720)), photograph().convert("L")):
            self.assertLessEqual(difference(whole, fingerprint(other)), MOST_DIFFERENT)
        self.assertGreater(difference(whole, fingerprint(photograph().rotate(90, expand=True))), MOST_DIFFERENT)

    def test_bands_hold_every_bit_once(self):
        bits = 0xF0F1_2345_6789_ABCD
        self.assertEqual(sum(band << 13 * number for number, band in enumerate(bands(bits))), bits)

    def test_the_same_photograph_in_another_format_is_seen_on_both_pages_and_in_the_list(self):
        one = self.make(photograph(), "Grande")
        other = self.make(photograph().resize((500, 281)), "Petite", "WEBP", quality=40)
        self.assertEqual(Resemblance.objects.get().first, one)
        self.assertContains(self.client.get(change_of(one)), "Petite")
        self.assertContains(self.client.get(change_of(other)), "Grande")
        self.assertContains(self.client.get(f"{LIST}alike/"), "Petite")

    def test_sheets_of_one_colour_are_not_compared(self):
        self.make(Pillow.new("RGB", (400, 300), "red"), "Rouge")
        self.make(Pillow.new("RGB", (400, 300), "blue"), "Bleu")
        self.assertFalse(Resemblance.objects.exists())

    def test_who_says_that_they_differ_is_asked_no_more(self):
        one = self.make(photograph(), "Grande")
        self.make(photograph().resize((500, 281)), "Petite")
        pair = Resemblance.objects.get()
        self.client.post(f"{LIST}alike/", {"pair": pair.pk})
        one.prepare()
        self.assertNotContains(self.client.get(f"{LIST}alike/"), "Petite")
        for nonsense in ("x", "", "9" * 30):
            self.assertEqual(self.client.post(f"{LIST}alike/", {"pair": nonsense}).status_code, 302)
        self.client.force_login(make_bob())
        self.assertEqual(self.client.post(f"{LIST}alike/", {"pair": pair.pk}).status_code, 403)

    def test_another_file_is_looked_at_anew(self):
        one = self.make(photograph(), "Grande")
        other = self.make(photograph().resize((500, 281)), "Petite")
        other.file = make_upload()
        other.save()
        self.assertFalse(Resemblance.objects.exists())
        self.assertEqual(Fingerprint.objects.get(image=one).bits, f"{fingerprint(photograph()):016x}")

    def test_pictures_of_before_are_looked_at_by_and_by(self):
        images = [make_image(file=make_upload(size=(300 + number, 300))) for number in range(3)]
        Fingerprint.objects.all().delete()
        self.assertEqual(note_likenesses(most=2), 2)
        make_up_pictures()
        self.assertEqual(Fingerprint.objects.count(), len(images))

    def test_a_new_picture_costs_no_more_where_there_are_many(self):
        for number in range(20):
            self.make(photograph().rotate(number * 17), str(number))
        image = Image.objects.first()
        with self.assertNumQueries(8):
            Resemblance.objects.note(image, 0x0F0F_1234_5678_9ABC)


class CostTests(DeskTestCase):
    def setUp(self):
        super().setUp()
        with mock.patch("blog.signals.prepare_image"):
            image = make_image(credit="x")
            Image.objects.bulk_create(
                [
                    Image(title=f"Image {number}", file=image.file.name, width=800, height=450, credit="x")
                    for number in range(60)
                ]
            )

    def test_no_page_costs_more_than_thirty_queries(self):
        key = Image.objects.values_list("pk", flat=True).first()
        for path in (
            LIST,
            f"{LIST}?use=none",
            f"{LIST}?q=Image&alt=no_fr&rights=lacking&renditions=waiting",
            f"{LIST}?p=2",
            f"{LIST}alike/",
            f"{LIST}add-many/",
            f"{LIST}{key}/change/",
            f"{LIST}{key}/places/?kind=blog.post",
        ):
            with self.subTest(path), self.assertNumQueriesAtMost(30):
                self.assertEqual(self.client.get(path).status_code, 200)

    def assertNumQueriesAtMost(self, most):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        case = self

        class Counted(CaptureQueriesContext):
            def __exit__(self, *error):
                super().__exit__(*error)
                if error == (None, None, None):
                    case.assertLessEqual(len(self), most)

        return Counted(connection)
