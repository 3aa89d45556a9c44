from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from django.test import SimpleTestCase

from config.cache import FileCache


class FileCacheTests(SimpleTestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(TemporaryDirectory()))
        self.cache = FileCache(self.folder, {"OPTIONS": {"MAX_ENTRIES": 10}})

    def test_it_keeps_and_gives(self):
        self.cache.set("page", b"<p>", 60)
        self.assertEqual(self.cache.get("page"), b"<p>")

    def test_it_does_not_look_at_its_size_each_time(self):
        with mock.patch("random.randrange", return_value=1):
            for number in range(20):
                self.cache.set(number, "x")
        self.assertEqual(len(list(self.folder.iterdir())), 20)

    def test_it_becomes_smaller_when_it_looks(self):
        with mock.patch("random.randrange", return_value=0):
            for number in range(20):
                self.cache.set(number, "x")
        self.assertLessEqual(len(list(self.folder.iterdir())), 10)
