from django.test import TestCase

from authors.models import Author
from blog.models import Image
from pictures.renditions import make_renditions, rendition_name
from tests.pictures.hostile import photograph, saved, upload


class DeletionTests(TestCase):
    def setUp(self):
        self.content = saved(photograph(), "JPEG")
        self.image = Image.objects.create(title="First", file=upload(self.content))
        self.name, self.storage = self.image.file.name, self.image.file.storage
        make_renditions(self.storage, self.name)
        self.addCleanup(self.storage.delete, self.name)

    def test_files_go_with_the_last_row_that_shows_them(self):
        self.image.file.delete(save=False)
        self.assertFalse(self.storage.exists(self.name))
        self.assertFalse(self.storage.exists(rendition_name(self.name, 320, "avif")))

    def test_files_stay_while_another_row_shows_them(self):
        other = Image.objects.create(title="Second", file=upload(self.content))
        self.assertEqual(other.file.name, self.name)
        other.file.delete(save=False)
        self.assertFalse(other.file)
        self.assertTrue(self.storage.exists(self.name))
        self.assertTrue(self.storage.exists(rendition_name(self.name, 320, "avif")))

    def test_files_stay_while_another_kind_of_row_shows_them(self):
        Author.objects.create(name="Ada", slug="ada", portrait=upload(self.content))
        self.image.file.delete(save=False)
        self.assertTrue(self.storage.exists(self.name))

    def test_row_remembers_the_measures_of_its_master(self):
        self.image.refresh_from_db()
        self.assertEqual((self.image.width, self.image.height), (640, 360))

    def test_loading_a_row_opens_no_file(self):
        self.storage.delete(self.name)
        image = Image.objects.get(pk=self.image.pk)
        self.assertEqual((image.width, image.height), (640, 360))
