"""Portraits: readers get them as small as they are shown, whoever brought them and whenever."""

from unittest import mock

from django.core.files.storage import default_storage
from django.test import TestCase

from authors.models import Author
from blog.picture_upkeep import make_up_pictures
from pictures.renditions import rendition_name
from tests.factories import make_author, make_post, make_upload

PAGE = "/auteurs/yann-gourvennec/"
FAILING = {"target": "authors.models.make_renditions", "side_effect": OSError("full")}


class PortraitTests(TestCase):
    def make_author(self, size=(700, 700)):
        with self.captureOnCommitCallbacks(execute=True):
            return make_author(portrait=make_upload(size=size))

    def assert_offers(self, address, name, widths):
        content = self.client.get(address).content.decode()
        self.assertIn(f"/media/{name}", content)
        for width in (320, 640, 960):
            for extension in ("avif", "webp"):
                file = rendition_name(name, width, extension)
                self.assertEqual(f"/media/{file} {width}w" in content, width in widths, file)
                if width in widths:
                    self.assertTrue(default_storage.exists(file), file)

    def test_every_page_offers_small_ones(self):
        author = self.make_author()
        post = make_post(authors=[author])
        for address in (PAGE, "/auteurs/", post.path(), "/en/authors/yann-gourvennec/"):
            with self.subTest(address):
                self.assert_offers(address, author.portrait.name, {320, 640})

    def test_until_they_are_made_the_page_shows_the_portrait_itself(self):
        author = make_author(portrait=make_upload(size=(700, 700)))
        self.assert_offers(PAGE, author.portrait.name, set())

    def test_another_portrait_is_shown_at_once_and_has_its_own(self):
        author = self.make_author()
        before = author.portrait.name
        with self.captureOnCommitCallbacks() as callbacks:
            author.portrait = make_upload(size=(400, 400))
            author.save(update_fields=["portrait"])
        self.assert_offers(PAGE, author.portrait.name, set())
        self.assertNotContains(self.client.get(PAGE), before)
        self.assertEqual(Author.objects.get().portrait_width, 400)
        for callback in callbacks:
            callback()
        self.assert_offers(PAGE, author.portrait.name, {320})

    def test_one_that_is_taken_away_leaves_nothing(self):
        author = self.make_author()
        with self.captureOnCommitCallbacks(execute=True):
            author.portrait = ""
            author.save()
        self.assertNotContains(self.client.get(PAGE), "<picture")
        self.assertEqual(Author.objects.get().portrait_widths, [])

    def test_saving_anything_else_makes_nothing_anew(self):
        author = self.make_author()
        with (
            mock.patch("authors.models.prepare_portrait") as asked,
            self.captureOnCommitCallbacks(execute=True),
        ):
            author.role_fr = "Rédactrice en chef"
            author.save()
        asked.enqueue.assert_not_called()
        self.assertEqual(Author.objects.get().portrait_widths, [320, 640])

    def test_what_could_not_be_written_is_tried_again_within_the_hour(self):
        with mock.patch(**FAILING), self.assertLogs("tribune.pictures", "ERROR"):
            author = self.make_author()
        self.assert_offers(PAGE, author.portrait.name, set())
        make_up_pictures()
        self.assert_offers(PAGE, author.portrait.name, {320, 640})
        self.assertFalse(Author.objects.waiting().exists())

    def test_who_has_none_and_one_that_is_small_are_not_waited_for(self):
        self.make_author(size=(200, 200))
        make_author(slug="sans", name="Sans Portrait")
        self.assertFalse(Author.objects.waiting().exists())
        self.assertEqual(self.client.get(PAGE).status_code, 200)
