"""The pictures that posts are shared with."""

import io
import re
from unittest import mock

from django.core.files.storage import default_storage
from django.test import TestCase
from PIL import Image as Pillow

from blog import sharing
from blog.models import SharePicture
from blog.sharing import draw_for, draw_missing
from pictures.share_cards import AlphabetError, TypefaceError
from tests.factories import make_image, make_post, make_translation, make_upload

SITE = "http://testserver"


def metas(html):
    return dict(
        re.findall(r'<meta (?:property|name)="((?:og|twitter):image[^"]*|twitter:card)" content="([^"]*)">', html)
    )


class ShareTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cover = make_image(file=make_upload(size=(1600, 900)))

    def make(self, **overrides):
        with self.captureOnCommitCallbacks(execute=True):
            return make_post(**{"cover": self.cover} | overrides)

    def save(self, row, **values):
        for name, value in values.items():
            setattr(row, name, value)
        with self.captureOnCommitCallbacks(execute=True):
            row.save()

    def pixels(self, name):
        with default_storage.open(name) as file:
            return Pillow.open(io.BytesIO(file.read()))

    def test_the_page_names_a_picture_of_the_measures_that_networks_show(self):
        post = self.make()
        said = metas(self.client.get(post.path()).content.decode())
        kept = SharePicture.objects.get(post=post)
        self.assertEqual(said["og:image"], SITE + kept.url)
        self.assertEqual(said["twitter:image"], SITE + kept.url)
        self.assertEqual((said["og:image:width"], said["og:image:height"]), ("1200", "630"))
        self.assertEqual(
            said["og:image:alt"], "Président numérique\u202f: une bonne idée\u202f?".replace("\u202f:", "\xa0:")
        )
        self.assertEqual(said["twitter:card"], "summary_large_image")
        image = self.pixels(kept.file)
        self.assertEqual((image.size, image.format), ((1200, 630), "JPEG"))
        self.assertLess(default_storage.size(kept.file), 300_000)
        self.assertFalse(image.getexif())

    def test_structured_data_names_cover_and_picture(self):
        post = self.make()
        html = self.client.get(post.path()).content.decode()
        self.assertIn(f'"url":"{SITE}{post.share_picture.url}","width":"1200 px","height":"630 px"', html)
        self.assertIn(f'"url":"{SITE}{self.cover.file.url}"', html)

    def test_the_address_answers(self):
        response = self.client.get(self.make().share_picture.url)
        b"".join(response.streaming_content)
        self.assertEqual((response.status_code, response.headers["Content-Type"]), (200, "image/jpeg"))

    def test_cover_and_title_are_both_seen(self):
        image = self.pixels(self.make().share_picture.file)
        red, _green, _blue = image.getpixel((1100, 300))
        self.assertGreater(red, 150)
        dark = sum(1 for x in range(64, 700) for y in (180, 200, 220) if sum(image.getpixel((x, y))) < 250)
        self.assertGreater(dark, 50)

    def test_each_language_has_its_own(self):
        post = self.make()
        with self.captureOnCommitCallbacks(execute=True):
            other = make_translation(post, cover=self.cover)
        self.assertNotEqual(post.share_picture.file, other.share_picture.file)

    def test_a_post_without_cover_has_one_too(self):
        self.assertTrue(self.make(cover=None).share_picture.file)

    def test_it_follows_the_title_and_its_old_address_leads_to_it(self):
        post = self.make()
        before = SharePicture.objects.get(post=post)
        self.save(post, title="Un autre titre")
        now = SharePicture.objects.get(post=post)
        self.assertNotEqual(now.file, before.file)
        self.assertFalse(default_storage.exists(before.file))
        response = self.client.get(before.url)
        self.assertRedirects(response, now.url, 302, fetch_redirect_response=False)
        self.assertNotIn("immutable", response.headers["Cache-Control"])

    def test_it_follows_the_cover_and_its_focal_point(self):
        post = self.make(cover=make_image(file=make_upload(size=(1500, 400))))
        before = SharePicture.objects.get(post=post).drawn_from
        self.save(post.cover, focal_x=0)
        between = SharePicture.objects.get(post=post).drawn_from
        self.save(post.cover, file=make_upload(size=(1400, 700)))
        after = SharePicture.objects.get(post=post).drawn_from
        self.assertEqual(len({before, between, after}), 3)

    def test_nothing_is_drawn_twice(self):
        post = self.make()
        with mock.patch.object(sharing, "draw", side_effect=AssertionError("drawn")):
            self.save(post, standfirst="Un autre chapeau.")
            draw_for(post.pk)

    def test_drafts_have_none_and_what_is_withdrawn_loses_it(self):
        draft = self.make(slug="b", status="draft", published_at=None)
        self.assertFalse(SharePicture.objects.filter(post=draft).exists())
        post = self.make()
        name = post.share_picture.file
        self.save(post, status="withdrawn")
        self.assertFalse(SharePicture.objects.filter(post=post).exists())
        with self.captureOnCommitCallbacks(execute=True):
            draw_for(post.pk)
        self.assertFalse(default_storage.exists(name))

    def test_what_cannot_be_drawn_leaves_the_cover_and_says_why(self):
        for slug, error, problem in (
            ("a", TypefaceError("x"), "no_typeface"),
            ("b", AlphabetError("x"), "no_letters"),
            ("c", OSError("x"), "no_cover"),
        ):
            with self.subTest(problem), mock.patch.object(sharing, "draw", side_effect=error):
                post = self.make(slug=slug)
                self.assertEqual(post.share_picture.problem, problem)
                said = metas(self.client.get(post.path()).content.decode())
                self.assertEqual(said["og:image"], SITE + self.cover.file.url)

    def test_what_a_full_disk_refused_is_tried_again(self):
        with mock.patch.object(sharing, "store", side_effect=OSError("full")):
            post = self.make()
        self.assertEqual(post.share_picture.problem, "not_written")
        draw_missing()
        self.assertTrue(SharePicture.objects.get(post=post).file)

    def test_posts_of_before_are_made_up_for(self):
        post = make_post()
        self.assertEqual(draw_missing(), 1)
        self.assertTrue(SharePicture.objects.get(post=post).file)
        self.assertEqual(draw_missing(), 0)

    def test_addresses_that_never_were_lead_nowhere(self):
        for name in (
            "sharing/1-abc.jpg",
            "sharing/x.jpg",
            "sharing/",
            "sharing/9999999999999999999-1.jpg",
            "../secret-key",
        ):
            self.assertEqual(self.client.get(f"/media/{name}").status_code, 404, name)
