"""Files that are made to do harm: each is refused before it is decoded, or leaves nothing but pixels."""

import struct
import subprocess
import sys
import zlib
from unittest import mock

from django.core.exceptions import ValidationError
from django.test import SimpleTestCase
from django.utils import translation
from PIL import Image, PngImagePlugin

from pictures import reading
from pictures.fields import PictureFormField
from pictures.masters import reencode
from tests.pictures.hostile import MEASURE_MEMORY, photograph, png_bomb, resized_header, saved, upload

SCRIPT = b"<?php system($_GET['c']); ?><script>alert(1)</script>"


def refused(content: bytes, name: str = "picture.jpg") -> str:
    """Return the code with which a file is refused; decoding a single pixel is an error."""
    with mock.patch.object(Image.Image, "load", side_effect=AssertionError("decoded")):
        try:
            reencode(upload(content, name))
        except ValidationError as error:
            return error.code
    raise AssertionError("It was taken.")


class BombTests(SimpleTestCase):
    def test_a_hundred_megapixels_are_refused_undecoded_in_every_format(self):
        small = {name: saved(photograph(64, 64), name) for name in ("JPEG", "GIF", "WEBP", "AVIF")}
        bombs = {"PNG": png_bomb(10_000, 10_000)} | {
            name: resized_header(content, name, 10_000, 10_000) for name, content in small.items()
        }
        for name, content in bombs.items():
            with self.subTest(name):
                self.assertLess(len(content), 200_000)
                # A header that lies is called damaged or no picture where the format notices it by itself.
                self.assertIn(refused(content), ("too_many_pixels", "not_a_picture"))

    def test_a_hundred_megapixels_of_honest_formats_are_said_in_the_language_of_the_person(self):
        for language, words in (("fr", "trop de pixels"), ("en", "too many pixels")):
            with self.assertRaises(ValidationError) as caught:
                PictureFormField().clean(upload(png_bomb(10_000, 10_000)))
            with translation.override(language):
                self.assertIn(words, caught.exception.messages[0])

    def test_an_animation_of_thousands_of_frames_costs_one(self):
        frames = [Image.new("P", (200, 200), number % 200) for number in range(2000)]
        for name in ("GIF", "WEBP"):
            content = saved(frames[0], name, save_all=True, append_images=frames[1 : 2000 if name == "GIF" else 100])
            with self.subTest(name), mock.patch.object(Image.Image, "seek", side_effect=AssertionError("sought")):
                self.assertEqual(reencode(upload(content)).width, 200)

    def test_compressed_metadata_is_not_inflated_without_limit(self):
        huge = zlib.compress(b"\0" * 200_000_000, 9)
        picture = saved(photograph(64, 64), "PNG")
        for kind, head in ((b"zTXt", b"Comment\0\0"), (b"iTXt", b"Comment\0\1\0\0\0"), (b"iCCP", b"x\0\0")):
            data = head + huge
            chunk = struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
            content = picture[:33] + chunk + picture[33:]
            with self.subTest(kind):
                run = subprocess.run(
                    [sys.executable, "-c", MEASURE_MEMORY], input=content, capture_output=True, check=True
                )
                self.assertLess(int(run.stdout), 64, run.stdout)


class PayloadTests(SimpleTestCase):
    def master_of(self, content: bytes, name: str = "picture.jpg") -> bytes:
        return reencode(upload(content, name)).read()

    def test_what_hides_in_metadata_is_not_in_the_master(self):
        exif = Image.Exif()
        exif[0x010E] = SCRIPT.decode()
        exif.get_ifd(0x8825)[2] = (48.0, 51.0, 24.0)
        information = PngImagePlugin.PngInfo()
        information.add_text("Comment", SCRIPT.decode())
        for name, options in (
            ("JPEG", {"exif": exif, "comment": SCRIPT, "xmp": SCRIPT, "icc_profile": SCRIPT}),
            ("PNG", {"exif": exif, "pnginfo": information, "icc_profile": SCRIPT}),
            ("WEBP", {"exif": exif, "xmp": SCRIPT, "icc_profile": SCRIPT}),
            ("AVIF", {"exif": exif, "xmp": SCRIPT}),
            ("GIF", {"comment": SCRIPT}),
        ):
            with self.subTest(name):
                content = saved(photograph(), name, **options)
                self.assertIn(b"system", content)
                master = self.master_of(content)
                for trace in (b"system", b"script", b"Exif", b"GPS", b"http", b"ICC"):
                    self.assertNotIn(trace, master)

    def test_what_is_appended_to_a_picture_is_gone(self):
        for name in reading.FORMATS:
            for tail in (SCRIPT, b"PK\x03\x04" + SCRIPT, b"%PDF-1.7\n" + SCRIPT):
                with self.subTest(name, tail=tail[:4]):
                    self.assertNotIn(b"system", self.master_of(saved(photograph(), name) + tail))

    def test_a_picture_that_is_a_page_as_well_is_neither(self):
        page = b"<!doctype html>" + SCRIPT
        self.assertEqual(refused(page + saved(photograph(64, 64), "JPEG")), "not_a_picture")

    def test_the_name_is_never_believed(self):
        for name in ("shell.php", "page.html", "drawing.svg", "../../etc/passwd", "a.jpg\0.php", "con.png"):
            master = reencode(upload(saved(photograph(64, 64), "PNG"), name))
            self.assertRegex(master.name, r"\Apictures/[0-9a-f]{2}/[0-9a-f]{32}\.(jpg|png)\Z")

    def test_a_drawing_of_vectors_is_refused_whatever_it_is_called(self):
        drawing = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
        for name in ("drawing.svg", "drawing.png", "drawing.jpg"):
            for content in (drawing, b"\xef\xbb\xbf" + drawing, zlib.compress(drawing)):
                self.assertEqual(refused(content, name), "not_a_picture")
