import subprocess
import sys
from io import BytesIO
from unittest import mock

from django.core.exceptions import ValidationError
from django.test import SimpleTestCase
from django.utils import translation
from PIL import Image, ImageCms

from pictures import reading
from pictures.reading import read_picture
from tests.pictures.hostile import MEASURE_MEMORY, RGBA, photograph, png_bomb, saved, upload


class RefusalTests(SimpleTestCase):
    def assert_refused(self, content: bytes, code: str, name: str = "picture.jpg") -> None:
        with self.assertRaises(ValidationError) as caught:
            read_picture(upload(content, name))
        self.assertEqual(caught.exception.code, code)

    def test_what_is_not_a_picture_is_refused(self):
        image = photograph(64, 64)
        for name, content in {
            "empty": b"",
            "text.png": b"not a picture",
            "page.html": b"<!doctype html><script>alert(1)</script>",
            "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
            "drawing.eps": saved(image, "EPS"),
            "scan.tiff": saved(image, "TIFF"),
            "old.bmp": saved(image, "BMP"),
            "icon.ico": saved(image, "ICO"),
            "page.pdf": saved(image, "PDF"),
            "script.gif": b"GIF89a/*" + b"." * 40 + b"*/=1;alert(1)//",
        }.items():
            with self.subTest(name):
                self.assert_refused(content, "not_a_picture", name)

    def test_truncated_file_is_refused_in_every_format(self):
        for picture_format in reading.FORMATS:
            content = saved(photograph(), picture_format)
            for share in (0.5, 0.9):
                with self.subTest(picture_format, share=share), self.assertRaises(ValidationError):
                    read_picture(upload(content[: int(len(content) * share)]))

    def test_bomb_of_144_million_pixels_is_refused(self):
        bomb = png_bomb(12_000, 12_000)
        self.assertLess(len(bomb), 200_000)
        self.assert_refused(bomb, "too_many_pixels")

    def test_bomb_is_refused_before_it_is_decoded(self):
        with mock.patch.object(Image.Image, "load", side_effect=AssertionError("decoded")):
            self.assert_refused(png_bomb(7_000, 7_000), "too_many_pixels")

    def test_pillow_itself_refuses_a_bomb(self):
        with self.assertRaises(Image.DecompressionBombError):
            Image.open(BytesIO(png_bomb(12_000, 12_000)))

    def test_progressive_jpeg_is_held_to_the_lower_limit(self):
        content = saved(Image.new("L", (6000, 5000)), "JPEG", progressive=True)
        self.assert_refused(content, "too_many_pixels")

    def test_very_long_picture_is_refused(self):
        self.assert_refused(png_bomb(20_000, 1), "too_long")

    def test_too_large_a_file_is_refused_unread(self):
        file = mock.Mock(size=reading.MAX_BYTES + 1, spec_set=["size"])
        with self.assertRaises(ValidationError) as caught:
            read_picture(file)
        self.assertEqual(caught.exception.code, "too_large")

    def test_file_that_hides_its_size_is_refused(self):
        with mock.patch.object(reading, "MAX_BYTES", 1000):
            file = BytesIO(saved(photograph(), "JPEG"))
            with self.assertRaises(ValidationError) as caught:
                read_picture(file)
        self.assertEqual(caught.exception.code, "too_large")

    def test_jpeg_of_a_thousand_scans_is_refused(self):
        content = saved(photograph(), "JPEG", progressive=True)
        scan = content.index(b"\xff\xda")
        self.assert_refused(content[:scan] + content[scan : scan + 10] * 1000 + content[scan:], "damaged")

    def test_message_names_what_to_do(self):
        with self.assertRaises(ValidationError) as caught:
            read_picture(upload(b"x"))
        with translation.override("en"):
            self.assertEqual(
                caught.exception.messages,
                ["This file is not a picture. Choose a JPEG, PNG, WebP, GIF or AVIF file."],
            )


class PixelTests(SimpleTestCase):
    def read(self, image: Image.Image, image_format: str = "PNG", **options) -> Image.Image:
        return read_picture(upload(saved(image, image_format, **options))).image

    def test_every_format_is_read(self):
        for picture_format in reading.FORMATS:
            with self.subTest(picture_format):
                picture = read_picture(upload(saved(photograph(), picture_format)))
                self.assertEqual((picture.width, picture.height), (640, 360))
                self.assertEqual(picture.format, picture_format)

    def test_picture_is_scaled_to_the_longest_side(self):
        for picture_format in ("JPEG", "PNG"):
            image = self.read(photograph(4000, 1000), picture_format)
            self.assertEqual(image.size, (2560, 640))

    def test_small_picture_keeps_its_size(self):
        self.assertEqual(self.read(Image.new("RGB", (1, 1))).size, (1, 1))

    def test_picture_is_turned_upright(self):
        red = (0, 0)
        corners = {1: red, 3: (639, 359), 6: (359, 0), 8: (0, 639)}
        for orientation, corner in corners.items():
            exif = Image.Exif()
            exif[reading.ORIENTATION] = orientation
            for picture_format in ("JPEG", "PNG", "WEBP"):
                with self.subTest(picture_format, orientation=orientation):
                    image = self.read(photograph(), picture_format, exif=exif)
                    pixel = image.getpixel(corner)
                    self.assertGreater(pixel[0], 200)
                    self.assertLess(max(pixel[1:]), 90)

    def test_unreadable_exif_is_no_reason_to_refuse(self):
        image = self.read(photograph(), "JPEG", exif=b"Exif\0\0" + b"\xff" * 40)
        self.assertEqual(image.size, (640, 360))

    def test_nothing_but_pixels_is_left(self):
        exif = Image.Exif()
        exif.get_ifd(0x8825)[1] = "N"
        for picture_format in ("JPEG", "PNG", "WEBP", "AVIF"):
            with self.subTest(picture_format):
                image = self.read(photograph(), picture_format, exif=exif)
                self.assertEqual(image.info, {})
                self.assertFalse(image.getexif())

    def test_kinds_of_pixels(self):
        palette = Image.new("P", (8, 8), 1)
        palette.putpalette([0, 0, 0, 250, 20, 30])
        for name, image, options, expected in (
            ("two levels", Image.new("1", (8, 8), 1), {}, (255, 255, 255)),
            ("grey", Image.new("L", (8, 8), 99), {}, (99, 99, 99)),
            ("grey and alpha", Image.new("LA", (8, 8), (99, 120)), {}, (99, 99, 99, 120)),
            ("grey of 16 bits", Image.new("I;16", (8, 8), 0x8080), {}, (128, 128, 128)),
            ("palette", palette, {}, (250, 20, 30)),
            ("palette with a hole", palette, {"transparency": 1}, (0, 0, 0, 0)),
            ("opaque alpha", Image.new("RGBA", (8, 8), (1, 2, 3, 255)), {}, (1, 2, 3)),
            ("alpha", Image.new("RGBA", (8, 8), (10, 20, 30, 77)), {}, (10, 20, 30, 77)),
            ("hidden colour", Image.new("RGBA", (8, 8), (10, 20, 30, 0)), {}, (0, 0, 0, 0)),
        ):
            with self.subTest(name):
                self.assertEqual(self.read(image, **options).getpixel((4, 4)), expected)

    def test_cmyk_becomes_rgb(self):
        image = self.read(Image.new("CMYK", (16, 16), (0, 255, 255, 0)), "JPEG")
        self.assertEqual(image.mode, "RGB")
        red, green, blue = image.getpixel((8, 8))
        self.assertGreater(red, 230)
        self.assertLess(max(green, blue), 40)

    def test_first_frame_of_an_animation(self):
        frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue", "lime")]
        for picture_format in ("GIF", "WEBP", "PNG"):
            with self.subTest(picture_format):
                options = {"save_all": True, "append_images": frames[1:], "lossless": True}
                image = self.read(frames[0], picture_format, **options)
                self.assertEqual(image.getpixel((9, 9)), (255, 0, 0))

    def test_colours_of_another_profile_are_converted(self):
        # sRGB with the places of red and green exchanged.
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        profile = profile.replace(b"rXYZ", b"tXYZ", 1).replace(b"gXYZ", b"rXYZ", 1)
        profile = profile.replace(b"tXYZ", b"gXYZ", 1)
        image = self.read(Image.new("RGB", (8, 8), (200, 40, 40)), icc_profile=profile)
        red, green, _blue = image.getpixel((4, 4))
        self.assertLess(red, 60)
        self.assertGreater(green, 180)

    def test_unusable_profile_is_left_out(self):
        image = self.read(Image.new("RGB", (8, 8), (200, 40, 40)), icc_profile=b"x" * 300)
        self.assertEqual(image.getpixel((4, 4)), (200, 40, 40))


class MemoryTests(SimpleTestCase):
    def mebibytes_taken_by(self, content: bytes) -> int:
        run = subprocess.run([sys.executable, "-c", MEASURE_MEMORY], input=content, capture_output=True, check=True)
        return int(run.stdout)

    def test_refused_bomb_takes_no_memory(self):
        self.assertLess(self.mebibytes_taken_by(png_bomb(12_000, 12_000, RGBA)), 16)

    def test_largest_picture_taken_needs_bounded_memory(self):
        self.assertLess(self.mebibytes_taken_by(png_bomb(6000, 4160, RGBA)), 300)

    def test_largest_photograph_is_not_held_whole(self):
        content = saved(Image.new("RGB", (8160, 6120), "teal"), "JPEG")
        self.assertLess(self.mebibytes_taken_by(content), 120)
