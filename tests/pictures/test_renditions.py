import signal
import subprocess
import sys
import tempfile
from unittest import mock

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, InMemoryStorage
from django.test import SimpleTestCase
from PIL import Image

from pictures import renditions, storing
from pictures.masters import reencode
from pictures.renditions import (
    delete_renditions,
    make_renditions,
    rendition_name,
    rendition_widths,
    srcsets,
)
from tests.pictures.hostile import photograph, saved, upload

MASTER = "pictures/ab/abcdef.jpg"


class NameTests(SimpleTestCase):
    def test_name_follows_from_the_master(self):
        self.assertEqual(rendition_name(MASTER, 640, "avif"), "pictures/ab/abcdef-640.avif")

    def test_no_width_is_above_the_master(self):
        for master_width, expected in ((200, []), (640, [320, 640]), (1600, [320, 640, 960, 1280])):
            self.assertEqual(rendition_widths(master_width), expected)

    def test_srcsets_offer_avif_before_webp(self):
        storage = InMemoryStorage(base_url="/media/")
        self.assertEqual(
            srcsets(MASTER, [320, 640], storage),
            [
                (
                    "image/avif",
                    "/media/pictures/ab/abcdef-320.avif 320w, /media/pictures/ab/abcdef-640.avif 640w",
                ),
                (
                    "image/webp",
                    "/media/pictures/ab/abcdef-320.webp 320w, /media/pictures/ab/abcdef-640.webp 640w",
                ),
            ],
        )

    def test_srcsets_look_nothing_up(self):
        storage = mock.Mock(url=lambda name: f"/media/{name}", spec_set=["url"])
        self.assertEqual(len(srcsets(MASTER, [320], storage)), 2)

    def test_no_renditions_no_srcsets(self):
        self.assertEqual(srcsets(MASTER, [], InMemoryStorage()), [])


class RenditionTests(SimpleTestCase):
    def setUp(self):
        self.storage = InMemoryStorage()

    def master(self, image: Image.Image, image_format: str = "JPEG") -> str:
        master = reencode(upload(saved(image, image_format)))
        return storing.store(self.storage, master.name, master.read())

    def test_renditions_have_their_width_and_shape(self):
        name = self.master(photograph(1000, 500))
        self.assertEqual(make_renditions(self.storage, name), [320, 640, 960])
        for width in (320, 640, 960):
            for extension in ("avif", "webp"):
                with self.storage.open(rendition_name(name, width, extension)) as file:
                    image = Image.open(file)
                    self.assertEqual(image.size, (width, width // 2))
                    self.assertEqual(image.format, extension.upper())

    def test_alpha_shows_through_renditions(self):
        drawing = Image.new("RGBA", (400, 400))
        drawing.paste((200, 30, 30, 255), (100, 100, 300, 300))
        name = self.master(drawing, "PNG")
        make_renditions(self.storage, name)
        for extension in ("avif", "webp"):
            with self.storage.open(rendition_name(name, 320, extension)) as file:
                self.assertEqual(Image.open(file).convert("RGBA").getpixel((4, 4))[3], 0)

    def test_second_time_makes_only_what_is_missing(self):
        name = self.master(photograph())
        make_renditions(self.storage, name)
        lost = rendition_name(name, 320, "webp")
        self.storage.delete(lost)
        with mock.patch.object(renditions, "store", wraps=storing.store) as store:
            self.assertEqual(make_renditions(self.storage, name), [320, 640])
        self.assertEqual([call.args[1] for call in store.mock_calls], [lost])

    def test_small_picture_has_none(self):
        self.assertEqual(make_renditions(self.storage, self.master(photograph(200, 200))), [])

    def test_renditions_are_removed_and_the_master_stays(self):
        name = self.master(photograph())
        make_renditions(self.storage, name)
        delete_renditions(self.storage, name)
        folder = name.rpartition("/")[0]
        self.assertEqual(self.storage.listdir(folder), ([], [name.rpartition("/")[2]]))
        delete_renditions(self.storage, name)


class StoreTests(SimpleTestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.storage = FileSystemStorage(folder.name)

    def test_file_gets_its_name_and_leaves_nothing_beside(self):
        self.assertEqual(storing.store(self.storage, MASTER, b"whole"), MASTER)
        self.assertEqual(self.storage.listdir("pictures/ab"), ([], ["abcdef.jpg"]))
        with self.storage.open(MASTER) as file:
            self.assertEqual(file.read(), b"whole")

    def test_file_that_is_there_is_kept(self):
        self.storage.save(MASTER, ContentFile(b"whole"))
        self.assertEqual(storing.store(self.storage, MASTER, b"whole"), MASTER)
        self.assertEqual(self.storage.listdir("pictures/ab"), ([], ["abcdef.jpg"]))

    def test_interrupted_write_leaves_no_file_of_that_name(self):
        with mock.patch("pathlib.Path.replace", side_effect=KeyboardInterrupt), self.assertRaises(KeyboardInterrupt):
            storing.store(self.storage, MASTER, b"whole")
        self.assertFalse(self.storage.exists(MASTER))

    def test_storage_without_paths_is_enough(self):
        storage = InMemoryStorage()
        storing.store(storage, MASTER, b"whole")
        self.assertEqual(storage.size(MASTER), len(b"whole"))


KILLED = """
import os, signal, sys
from django.conf import settings
settings.configure(USE_I18N=False)
from django.core.files.storage import FileSystemStorage
from pictures import renditions, storing

storage, name, left = FileSystemStorage(sys.argv[1]), sys.argv[2], int(sys.argv[3])
writes = 0

class Cut(storing.ContentFile):
    def chunks(self, *args):
        global writes
        writes += 1
        content = self.read()
        yield content[: len(content) // 2]
        if writes > left:
            os.kill(os.getpid(), signal.SIGKILL)
        yield content[len(content) // 2 :]

storing.ContentFile = Cut
renditions.make_renditions(storage, name)
"""


class KilledTests(SimpleTestCase):
    def test_a_process_that_is_killed_leaves_no_broken_file_under_a_name_that_is_served(self):
        for left in (0, 1, 2):
            with self.subTest(left=left), tempfile.TemporaryDirectory() as folder:
                storage = FileSystemStorage(folder)
                master = reencode(upload(saved(photograph(), "JPEG")))
                name = storing.store(storage, master.name, master.read())
                run = subprocess.run([sys.executable, "-c", KILLED, folder, name, str(left)], check=False)
                self.assertEqual(run.returncode, -signal.SIGKILL)
                place = name.rpartition("/")[0]
                for each in storage.listdir(place)[1]:
                    if not each.endswith(".part"):
                        with storage.open(f"{place}/{each}") as file:
                            Image.open(file).load()
                self.assertEqual(make_renditions(storage, name), [320, 640])
                for width in (320, 640):
                    for extension in ("avif", "webp"):
                        with storage.open(rendition_name(name, width, extension)) as file:
                            self.assertEqual(Image.open(file).width, width)
