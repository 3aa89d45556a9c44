"""A file of sound is known by its bytes, and how long it plays by a few of them."""

import struct
from io import BytesIO

from django.core.exceptions import ValidationError
from django.test import SimpleTestCase

from blog.sound_files import read_sound
from tests.factories import make_sound


def box(name: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I4s", 8 + len(content), name) + content


def mp4(*kinds: bytes, length: int = 90_000, scale: int = 1000, wide: bool = False) -> bytes:
    """Return an MP4 without a sample: what is in it, and for how long it plays."""
    times = struct.pack(">IQQIQ", 1 << 24, 0, 0, scale, length) if wide else struct.pack(">5I", 0, 0, 0, scale, length)
    tracks = b"".join(box(b"trak", box(b"mdia", box(b"hdlr", bytes(8) + kind + bytes(12)))) for kind in kinds)
    return box(b"ftyp", b"M4A \0\0\0\0") + box(b"free") + box(b"moov", box(b"mvhd", times + bytes(80)) + tracks)


def ogg(packet: bytes, samples: int) -> bytes:
    """Return two pages of Ogg: the first packet, and an end after so many samples."""
    first = b"OggS\0\2" + bytes(20) + bytes([1, len(packet)]) + packet
    return first + b"OggS\0\4" + struct.pack("<q", samples) + bytes(12) + bytes([1, 1]) + b"x"


OPUS = b"OpusHead\1\1" + struct.pack("<HIhB", 312, 44100, 0, 0)
VORBIS = b"\x01vorbis" + struct.pack("<IBI", 0, 1, 44100) + bytes(14)


class SoundFileTests(SimpleTestCase):
    def read(self, content: bytes):
        return read_sound(BytesIO(content))

    def assertRefused(self, content: bytes, code: str):
        with self.assertRaises(ValidationError) as refused:
            self.read(content)
        self.assertEqual(refused.exception.code, code)

    def test_format_and_length_follow_from_the_bytes(self):
        for content, media_type, seconds in (
            (make_sound(12).read(), "audio/mpeg", 12),
            (make_sound(12).read()[16:], "audio/mpeg", 12),
            (mp4(b"soun"), "audio/mp4", 90),
            (mp4(b"soun", length=5400, scale=1, wide=True), "audio/mp4", 5400),
            (ogg(OPUS, 48_000 * 3 + 312), "audio/ogg", 3),
            (ogg(VORBIS, 44_100 * 7), "audio/ogg", 7),
        ):
            with self.subTest(media_type, seconds=seconds):
                sound = self.read(content)
                self.assertEqual(sound.media_type, media_type)
                self.assertAlmostEqual(sound.seconds, seconds, delta=0.05)

    def test_variable_bit_rate_says_how_many_frames_there_are(self):
        # 64 kbit/s, so that a frame has 192 bytes.
        frame = b"\xff\xf3\x84\xc4" + bytes(188)
        first = frame[:13] + b"Xing" + struct.pack(">II", 1, 5000) + frame[25:]
        self.assertAlmostEqual(self.read(first + frame * 9).seconds, 120, delta=0.1)

    def test_length_that_is_not_written_is_not_known(self):
        self.assertIsNone(self.read(ogg(OPUS, -1)).seconds)

    def test_other_files_are_refused_whatever_they_are_called(self):
        for content, code in (
            (b"", "no_sound"),
            (b"<!doctype html><script>alert(1)</script>" * 9, "no_sound"),
            (b"\x89PNG\r\n\x1a\n" + bytes(99), "no_sound"),
            (b"ID3\x04\x00\x00\x00\x00\x00\x00<script>" + bytes(999), "no_sound"),
            (b"RIFF\x24\x08\x00\x00WAVEfmt " + bytes(99), "too_heavy"),
            (b"fLaC" + bytes(99), "too_heavy"),
            (ogg(b"\x80theora" + bytes(40), 100), "no_sound"),
            (mp4(b"vide", b"soun"), "video"),
        ):
            with self.subTest(content[:12]):
                self.assertRefused(content, code)

    def test_damaged_files_are_refused_and_cost_little(self):
        for content in (
            ogg(OPUS, 1)[:32],
            mp4(b"soun")[:-40],
            mp4(b"soun", scale=0),
            box(b"ftyp") + struct.pack(">I4s", 8, b"free") * 50_000 + b"\0\0\0\5moov",
            b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f" + bytes(999),
        ):
            with self.subTest(content[:12]), self.assertRaises(ValidationError):
                self.read(content)
