from io import BytesIO
from unittest import mock

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.db import models
from django.db.migrations.writer import MigrationWriter
from django.test import SimpleTestCase
from django.test.utils import isolate_apps
from PIL import Image

from pictures.fields import PictureField, PictureFormField
from pictures.masters import Master, reencode
from tests.pictures.hostile import photograph, png_bomb, saved, upload


def make_model(storage: InMemoryStorage) -> type[models.Model]:
    class Sheet(models.Model):  # noqa: DJ008
        file = PictureField(storage=storage, width_field="width", height_field="height", blank=True)
        width = models.PositiveIntegerField(null=True)
        height = models.PositiveIntegerField(null=True)

        class Meta:
            app_label = "blog"

    return Sheet


class FormFieldTests(SimpleTestCase):
    def setUp(self):
        self.field = PictureFormField()

    def test_upload_is_cleaned_to_a_master(self):
        master = self.field.clean(upload(saved(photograph(), "PNG"), "x" * 400 + "\x00.php"))
        self.assertIsInstance(master, Master)
        self.assertRegex(master.name, r"\Apictures/[0-9a-f]{2}/[0-9a-f]{32}\.jpg\Z")

    def test_bomb_is_refused_before_it_is_opened_by_anything_else(self):
        with (
            mock.patch.object(Image.Image, "load", side_effect=AssertionError("decoded")),
            self.assertRaises(ValidationError) as caught,
        ):
            self.field.clean(upload(png_bomb(12_000, 12_000)))
        self.assertEqual([error.code for error in caught.exception.error_list], ["too_many_pixels"])

    def test_what_is_no_picture_is_a_form_error(self):
        for name, content in (("a.png", b"<svg onload=alert(1)>"), ("a.jpg", b"\xff\xd8\xff")):
            with self.subTest(name), self.assertRaises(ValidationError) as caught:
                self.field.clean(upload(content, name))
            self.assertEqual([error.code for error in caught.exception.error_list], ["not_a_picture"])

    def test_missing_empty_and_kept_files_are_as_in_django(self):
        for value, initial, code in (
            (None, None, "required"),
            (upload(b""), None, "empty"),
            ("text", None, "invalid"),
        ):
            with self.subTest(code), self.assertRaises(ValidationError) as caught:
                self.field.clean(value, initial)
            self.assertEqual([error.code for error in caught.exception.error_list], [code])
        self.assertEqual(self.field.clean(None, "pictures/ab/ab.jpg"), "pictures/ab/ab.jpg")

    def test_file_chooser_offers_what_is_read(self):
        self.assertEqual(self.field.widget.attrs["accept"], "image/jpeg,image/png,image/webp,image/gif,image/avif")


@isolate_apps("blog")
class ModelFieldTests(SimpleTestCase):
    def setUp(self):
        self.storage = InMemoryStorage(base_url="/media/")
        self.model = make_model(self.storage)
        self.field = self.model._meta.get_field("file")

    def commit(self, instance: models.Model) -> None:
        """Do what saving the row does to its file."""
        self.field.pre_save(instance, add=True)

    def stored(self, instance: models.Model) -> Image.Image:
        with self.storage.open(instance.file.name) as file:
            return Image.open(BytesIO(file.read()))

    def test_migration_names_the_field_and_nothing_of_its_inside(self):
        field = PictureField("picture", blank=True, width_field="width")
        text, imports = MigrationWriter.serialize(field)
        self.assertEqual(text, "pictures.fields.PictureField(blank=True, verbose_name='picture', width_field='width')")
        self.assertEqual(imports, {"import pictures.fields"})
        self.assertEqual(field.clone().deconstruct()[1:], field.deconstruct()[1:])

    def test_form_of_the_model_takes_a_picture(self):
        form_class = forms.modelform_factory(self.model, fields=["file"])
        form = form_class({}, {"file": upload(saved(photograph(), "WEBP"), "x" * 300 + ".webp")})
        self.assertEqual(form.errors, {})
        self.assertEqual((form.instance.width, form.instance.height), (640, 360))
        self.commit(form.instance)
        self.assertEqual(self.stored(form.instance).format, "JPEG")

    def test_form_of_the_model_refuses_a_bomb(self):
        form_class = forms.modelform_factory(self.model, fields=["file"])
        form = form_class({}, {"file": upload(png_bomb(12_000, 12_000))})
        self.assertEqual([error.code for error in form.errors.as_data()["file"]], ["too_many_pixels"])

    def test_file_assigned_by_code_is_reencoded_when_saved(self):
        exif = Image.Exif()
        exif[0x0112] = 6
        exif[0x013B] = "An artist"
        instance = self.model(file=upload(saved(photograph(4000, 2000), "JPEG", exif=exif), "big.jpg"))
        self.commit(instance)
        self.assertEqual((instance.width, instance.height), (1280, 2560))
        image = self.stored(instance)
        self.assertEqual(image.size, (1280, 2560))
        self.assertFalse(image.getexif())

    def test_file_saved_through_the_attribute_is_reencoded(self):
        instance = self.model()
        instance.file.save("../../x.php", ContentFile(saved(photograph(), "GIF")), save=False)
        self.assertRegex(instance.file.name, r"\Apictures/[0-9a-f]{2}/[0-9a-f]{32}\.(png|jpg)\Z")
        self.assertEqual((instance.width, instance.height), (640, 360))

    def test_code_cannot_save_what_is_not_a_picture(self):
        for content in (b"<svg/>", png_bomb(12_000, 12_000)):
            instance = self.model(file=upload(content, "x.png"))
            self.assertEqual((instance.width, instance.height), (None, None))
            with self.assertRaises(ValidationError):
                self.commit(instance)
        self.assertEqual(self.storage.listdir(""), ([], []))

    def test_same_picture_is_stored_once(self):
        names = set()
        for _ in range(2):
            instance = self.model(file=upload(saved(photograph(), "JPEG")))
            self.commit(instance)
            names.add(instance.file.name)
        self.assertEqual(len(names), 1)
        folder = names.pop().rpartition("/")[0]
        self.assertEqual(len(self.storage.listdir(folder)[1]), 1)

    def test_stored_file_is_left_alone_when_the_row_is_saved_again(self):
        instance = self.model(file=upload(saved(photograph(), "JPEG")))
        self.commit(instance)
        with mock.patch("pictures.fields.reencode", side_effect=AssertionError("again")):
            self.commit(instance)
            other = self.model(file=instance.file)
            self.commit(other)
        self.assertEqual(other.file.name, instance.file.name)

    def test_master_is_kept_as_it_is(self):
        master = reencode(upload(saved(photograph(), "JPEG")))
        instance = self.model(file=master)
        self.commit(instance)
        self.assertEqual(instance.file.name, master.name)
        self.assertEqual((instance.width, instance.height), (640, 360))

    def test_measures_of_a_stored_file_can_be_read_again(self):
        instance = self.model(file=upload(saved(photograph(), "JPEG")))
        self.commit(instance)
        again = self.model(file=instance.file.name)
        self.assertEqual((again.width, again.height), (640, 360))
