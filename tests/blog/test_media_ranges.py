"""A part of a file is answered as RFC 9110 has it, and nonsense as if nothing had been asked."""

import tempfile
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import SimpleTestCase, TestCase, override_settings

from blog.file_answers import PIECE, FilePart, NotInFileError, read_range

CONTENT = bytes(range(256)) * 1000
NAME = "recordings/aa/sound.mp3"
ADDRESS = f"/media/{NAME}"


class ReadingTests(SimpleTestCase):
    def test_one_range_is_read(self):
        for header, expected in {
            "bytes=0-0": (0, 0),
            "bytes=0-99": (0, 99),
            "bytes=10-": (10, 99),
            "bytes=-1": (99, 99),
            "bytes=-1000": (0, 99),
            "bytes=90-1000": (90, 99),
            "BYTES=0-1": (0, 1),
            "bytes=000-0000000000000000000001": (0, 1),
            f"bytes=0-{'9' * 5000}": (0, 99),
        }.items():
            with self.subTest(header[:40]):
                self.assertEqual(read_range(header, 100), expected)

    def test_nonsense_and_several_ranges_are_ignored(self):
        for header in (
            *("", "bytes", "bytes=", "bytes=-", "bytes=5-2", "bytes=a-b", "bytes=1", "bytes=--1", "bytes=1-2-3"),
            *("bytes=0-1,5-6", "bytes=0-1,", "lines=0-1", "bytes=0 - 1", "bytes=\u0661-\u0662", "bytes=0x1-0x2"),
            "bytes=" + "0-," * 1000,
        ):
            with self.subTest(header[:40]):
                self.assertIsNone(read_range(header, 100))

    def test_what_lies_outside_the_file_is_told_apart(self):
        for header in ("bytes=100-", "bytes=100-200", "bytes=-0", f"bytes={'9' * 5000}-"):
            with self.subTest(header[:40]), self.assertRaises(NotInFileError):
                read_range(header, 100)
        with self.assertRaises(NotInFileError):
            read_range("bytes=0-", 0)


class AnsweringTests(TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        settings = override_settings(MEDIA_ROOT=Path(folder.name))
        settings.enable()
        self.addCleanup(settings.disable)
        default_storage.save(NAME, ContentFile(CONTENT))

    def get(self, **headers):
        response = self.client.get(ADDRESS, headers=headers)
        self.addCleanup(response.close)
        return response

    def body(self, response) -> bytes:
        return b"".join(response.streaming_content)

    def test_whole_file_says_that_parts_can_be_had(self):
        response = self.get()
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.headers["Accept-Ranges"], "bytes")
        self.assertEqual(response.headers["Content-Type"], "audio/mpeg")
        self.assertEqual(response.headers["Content-Length"], "256000")
        self.assertEqual(self.body(response), CONTENT)

    def test_part_in_the_middle(self):
        response = self.get(range="bytes=1000-1999")
        self.assertEqual(response.status_code, 206)
        self.assertEqual(response.headers["Content-Range"], "bytes 1000-1999/256000")
        self.assertEqual(response.headers["Content-Length"], "1000")
        self.assertEqual(self.body(response), CONTENT[1000:2000])

    def test_end_of_a_file_comes_in_pieces(self):
        response = self.get(range="bytes=-200000")
        pieces = list(response.streaming_content)
        self.assertEqual(b"".join(pieces), CONTENT[56000:])
        self.assertLessEqual(max(map(len, pieces)), PIECE)

    def test_out_of_bounds_is_416_with_the_size(self):
        response = self.get(range="bytes=256000-")
        self.assertEqual(response.status_code, 416)
        self.assertEqual(response.headers["Content-Range"], "bytes */256000")
        self.assertNotIn("immutable", response.headers.get("Cache-Control", ""))

    def test_several_parts_and_nonsense_are_answered_with_the_whole(self):
        for header in ("bytes=0-1,4-5", "bytes=9-1", "pages=1-2", "bytes=\x7f", "é"):
            with self.subTest(header):
                self.assertEqual(self.get(range=header).status_code, 200)

    def test_rest_is_given_only_of_the_same_file(self):
        first = self.get()
        etag, moment = first.headers["ETag"], first.headers["Last-Modified"]
        for condition, status in {
            etag: 206,
            moment: 206,
            f"W/{etag}": 200,
            '"another"': 200,
            "Thu, 01 Jan 1970 00:00:00 GMT": 200,
            "nonsense": 200,
        }.items():
            with self.subTest(condition):
                self.assertEqual(self.get(range="bytes=0-9", if_range=condition).status_code, status)

    def test_who_has_it_is_not_sent_it_again(self):
        etag = self.get().headers["ETag"]
        response = self.get(range="bytes=0-9", if_none_match=etag)
        self.assertEqual((response.status_code, response.content), (304, b""))
        self.assertEqual(self.get(range="bytes=0-9", if_match='"another"').status_code, 412)

    def test_head_has_the_size_and_no_range(self):
        response = self.client.head(ADDRESS, headers={"range": "bytes=0-9"})
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.headers["Content-Length"], "256000")
        self.assertEqual(response.headers["Accept-Ranges"], "bytes")

    def test_file_is_closed_when_nobody_reads_it(self):
        file = default_storage.open(NAME)
        FilePart(file, 0, 10).close()
        self.assertTrue(file.closed)
