import time
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

    def test_it_gives_what_another_process_has_put_in_or_taken_out(self):
        other = FileCache(self.folder, {})
        self.cache.set("footer", ("Legal notice",), 60)
        self.assertEqual(self.cache.get("footer"), ("Legal notice",))
        other.set("footer", ("Imprint",), 60)
        self.assertEqual(self.cache.get("footer"), ("Imprint",))
        other.delete("footer")
        self.assertEqual(self.cache.get("footer", "nothing"), "nothing")

    def test_it_reads_a_small_value_once_in_a_while(self):
        self.cache.set("footer", ("Legal notice",), 60)
        first = self.cache.get("footer")
        self.assertIs(self.cache.get("footer"), first)
        with mock.patch("time.monotonic", return_value=time.monotonic() + 60):
            again = self.cache.get("footer")
        self.assertEqual(again, first)
        self.assertIsNot(again, first)

    def test_what_expires_is_gone_a_little_later_at_the_latest(self):
        self.cache.set("footer", "here", 60)
        self.cache.get("footer")
        later = time.time() + 120
        with mock.patch("time.time", return_value=later), mock.patch("time.monotonic", return_value=later):
            self.assertIsNone(self.cache.get("footer"))
