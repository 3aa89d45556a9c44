"""Another file in the place of a picture's: addresses, texts, renditions, and what happens when that fails."""

import posixpath
from pathlib import Path
from unittest import mock

from django.core.files.storage import default_storage
from django.test import TestCase

from blog.models import FormerFile, Image
from blog.models import images as images_module
from pictures.renditions import rendition_name
from tests.factories import make_alice, make_image, make_page, make_post, make_upload
from tests.forms import FormTestCase


def figure(image):
    return f'<figure data-image="{image.pk}"><img src="x" alt=""></figure>'


class ReplacingTests(FormTestCase, TestCase):
    def setUp(self):
        self.client.force_login(make_alice())
        self.image = make_image(file=make_upload(size=(1000, 500)))
        self.old = self.image.file.name

    def replace(self, size=(700, 400)):
        upload = {"file": make_upload(size=size)}
        response = self.fill(f"/admin/blog/image/{self.image.pk}/change/", "image_form", upload)
        self.assertEqual(response.status_code, 302)
        self.image = Image.objects.get(pk=self.image.pk)

    def test_the_old_address_leads_to_the_new_picture(self):
        self.replace()
        response = self.client.get(f"/media/{self.old}")
        self.assertRedirects(response, self.image.file.url, 302, fetch_redirect_response=False)
        self.assertEqual(response.headers["Cache-Control"], "public, max-age=3600")

    def test_renditions_lead_to_the_nearest_of_the_new(self):
        self.replace()
        for width, there in ((320, 320), (640, 640), (960, None)):
            old = rendition_name(self.old, width, "avif")
            new = (
                default_storage.url(rendition_name(self.image.file.name, there, "avif"))
                if there
                else self.image.file.url
            )
            response = self.client.get(f"/media/{old}")
            self.assertRedirects(response, new, 302, fetch_redirect_response=False)

    def test_texts_covers_and_pages_show_the_new_one(self):
        post = make_post(cover=self.image, body=figure(self.image))
        page = make_page(body=figure(self.image))
        self.assertContains(self.client.get(post.path()), self.old)
        self.replace()
        for path in (post.path(), page.path()):
            response = self.client.get(path)
            self.assertContains(response, self.image.file.name)
            self.assertNotContains(response, posixpath.splitext(self.old)[0])
            self.assertContains(response, f"{posixpath.splitext(self.image.file.name)[0]}-640.avif 640w")

    def test_the_old_files_are_removed_in_the_end(self):
        old = [self.old, rendition_name(self.old, 640, "webp")]
        self.assertTrue(all(default_storage.exists(name) for name in old))
        self.replace()
        self.assertFalse(any(default_storage.exists(name) for name in old))

    def test_the_old_file_stays_while_another_picture_has_it(self):
        other = make_image(file=make_upload(size=(1000, 500)))
        self.replace()
        self.assertEqual(other.file.name, self.old)
        self.assertTrue(default_storage.exists(self.old))

    def test_until_the_background_came_nothing_is_promised_that_is_not_there(self):
        post = make_post(cover=self.image, body=figure(self.image))
        with mock.patch("blog.signals.prepare_image"):
            self.replace()
        html = self.client.get(post.path()).content.decode()
        self.assertIn(self.image.file.name, html)
        self.assertNotIn(f"{posixpath.splitext(self.image.file.name)[0]}-640", html)
        self.assertTrue(default_storage.exists(self.old))

    def test_back_and_forth_leads_in_no_circle(self):
        self.replace()
        self.replace((1000, 500))
        self.assertEqual(self.image.file.name, self.old)
        response = self.client.get(self.image.file.url)
        self.assertTrue(b"".join(response.streaming_content))
        self.assertFalse(FormerFile.objects.filter(name=self.old).exists())

    def test_all_addresses_that_it_ever_had_lead_to_the_last(self):
        self.replace()
        between = self.image.file.name
        self.replace((640, 480))
        for name in (self.old, between):
            response = self.client.get(f"/media/{name}")
            self.assertRedirects(response, self.image.file.url, 302, fetch_redirect_response=False)

    def test_the_same_file_again_is_no_change(self):
        self.replace((1000, 500))
        self.assertFalse(FormerFile.objects.exists())
        self.assertTrue(default_storage.exists(self.old))

    def test_many_texts_are_rendered_piece_by_piece(self):
        posts = [make_post(slug=f"p{number}", body=figure(self.image)) for number in range(5)]
        with mock.patch.object(images_module, "TEXTS_AT_ONCE", 2):
            self.replace()
        for post in posts:
            post.refresh_from_db()
            self.assertIn(self.image.file.name, post.body_html)
        self.assertFalse(default_storage.exists(self.old))

    def test_one_piece_leaves_the_rest_to_the_next_task(self):
        for number in range(3):
            make_post(slug=f"p{number}", body=figure(self.image))
        with mock.patch.object(images_module, "TEXTS_AT_ONCE", 2):
            last = self.image.render_texts()
            self.assertIsNotNone(last)
            self.assertIsNone(self.image.render_texts(after=last))

    def test_a_file_that_came_meanwhile_keeps_its_own_renditions(self):
        stale = Image.objects.get(pk=self.image.pk)
        self.replace((330, 200))
        stale.prepare()
        self.assertEqual(Image.objects.get(pk=self.image.pk).rendition_widths, [320])

    def test_addresses_of_no_picture_lead_nowhere(self):
        for name in ("pictures/ab/" + "a" * 32 + ".jpg", "pictures/ab", "pictures/", "x" * 300):
            self.assertEqual(self.client.get(f"/media/{name}").status_code, 404, name)


class FailureTests(FormTestCase, TestCase):
    def setUp(self):
        self.client.force_login(make_alice())

    def page(self, image):
        return self.client.get(f"/admin/blog/image/{image.pk}/change/")

    def test_what_failed_is_said_and_made_again(self):
        with mock.patch("blog.models.images.make_renditions", side_effect=OSError("full")):
            image = make_image()
        self.assertEqual(image.rendition_widths or Image.objects.get(pk=image.pk).problem, "not_written")
        self.assertContains(self.page(image), "Échec")
        found = self.client.get("/admin/blog/image/?renditions=failed").context["cl"].result_list
        self.assertEqual([each.pk for each in found], [image.pk])
        self.client.post("/admin/blog/image/", {"action": "prepare_again", "_selected_action": [image.pk]})
        image.refresh_from_db()
        self.assertEqual((image.problem, image.rendition_widths), ("", [320, 640]))

    def test_a_missing_or_broken_file_is_told_apart(self):
        image = make_image()
        default_storage.delete(image.file.name)
        image.prepare()
        self.assertEqual(Image.objects.get(pk=image.pk).problem, "missing")
        Path(default_storage.path(image.file.name)).write_bytes(b"x" * 100)
        self.addCleanup(default_storage.delete, image.file.name)
        Image.objects.get(pk=image.pk).prepare()
        self.assertEqual(Image.objects.get(pk=image.pk).problem, "unreadable")

    def test_a_picture_that_waits_says_so_and_is_shown_as_it_is(self):
        with mock.patch("blog.signals.prepare_image"):
            image = make_image()
        post = make_post(cover=image)
        self.assertContains(self.client.get(post.path()), image.file.url)
        found = self.client.get("/admin/blog/image/?renditions=waiting").context["cl"].result_list
        self.assertEqual([each.pk for each in found], [image.pk])
