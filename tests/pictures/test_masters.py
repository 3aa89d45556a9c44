from io import BytesIO

from django.test import SimpleTestCase
from PIL import Image, ImageDraw

from pictures.masters import Master, reencode
from tests.pictures.hostile import photograph, saved, upload


class ReencodeTests(SimpleTestCase):
    def decoded(self, master: Master) -> Image.Image:
        image = Image.open(BytesIO(master.read()))
        image.load()
        return image

    def test_photograph_becomes_a_progressive_jpeg(self):
        for picture_format in ("JPEG", "PNG", "WEBP", "AVIF"):
            with self.subTest(picture_format):
                master = reencode(upload(saved(photograph(), picture_format)))
                image = self.decoded(master)
                self.assertEqual(image.format, "JPEG")
                self.assertTrue(image.info["progressive"])
                self.assertEqual((master.width, master.height), image.size)

    def test_flat_drawing_becomes_an_exact_png(self):
        drawing = Image.new("RGB", (600, 400), "white")
        ImageDraw.Draw(drawing).ellipse((50, 50, 350, 350), fill="teal")
        image = self.decoded(reencode(upload(saved(drawing, "PNG"))))
        self.assertEqual((image.format, image.mode), ("PNG", "P"))
        self.assertEqual(image.convert("RGB").tobytes(), drawing.tobytes())

    def test_alpha_is_kept(self):
        image = photograph()
        image.putalpha(Image.linear_gradient("L").resize(image.size))
        result = self.decoded(reencode(upload(saved(image, "WEBP", lossless=True))))
        self.assertEqual((result.format, result.mode), ("PNG", "RGBA"))
        self.assertEqual(result.getchannel("A").getextrema(), (0, 255))

    def test_master_is_named_by_its_content(self):
        content = saved(photograph(), "JPEG")
        first = reencode(upload(content, "../../etc/passwd\x00.php"))
        second = reencode(upload(content, "é" * 300 + ".jpg"))
        other = reencode(upload(saved(photograph(320, 200), "JPEG")))
        self.assertRegex(first.name, r"\Apictures/([0-9a-f]{2})/\1[0-9a-f]{30}\.jpg\Z")
        self.assertEqual(first.name, second.name)
        self.assertNotEqual(first.name, other.name)

    def test_position_and_comments_are_dropped(self):
        exif = Image.Exif()
        exif.get_ifd(0x8825)[1] = "N"
        exif.get_ifd(0x8825)[2] = (48.0, 51.0, 30.25)
        exif[0x013B] = "An artist"
        content = saved(photograph(), "JPEG", exif=exif, comment=b"secret comment")
        self.assertIn(b"An artist", content)
        stored = reencode(upload(content)).read()
        for trace in (b"Exif", b"An artist", b"secret comment", b"ICC_PROFILE", b"http"):
            self.assertNotIn(trace, stored)

    def test_what_follows_or_hides_in_a_picture_is_dropped(self):
        payload = b"<?php system('id'); ?><script>alert(1)</script>PK\x03\x04"
        polyglots = {
            "after a JPEG": saved(photograph(), "JPEG") + payload,
            "in a JPEG": saved(photograph(), "JPEG", comment=payload),
            "after a PNG": saved(photograph(), "PNG") + payload,
            "after a GIF": saved(photograph(), "GIF") + payload,
            "in a GIF": saved(photograph(), "GIF", comment=payload),
        }
        for name, content in polyglots.items():
            with self.subTest(name):
                self.assertIn(payload, content)
                stored = reencode(upload(content)).read()
                self.assertNotIn(b"script", stored)
                self.assertNotIn(b"PK\x03\x04", stored)

    def test_master_is_not_encoded_twice(self):
        master = reencode(upload(saved(photograph(), "JPEG")))
        self.assertIs(reencode(master), master)
