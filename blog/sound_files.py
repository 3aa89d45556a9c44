"""What a file of sound is, by its bytes: MP3, AAC in MP4, Opus or Vorbis in Ogg; and how long it plays.

Nothing is decoded, and no more is read than the heads of the parts. WAV and FLAC are refused: they weigh ten and five
times as much as what readers would hear no difference from.
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

TYPES_BY_ENDING = {".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".ogg": "audio/ogg"}

# A page of Ogg is at most 65,307 bytes long, so the last one begins within these.
OGG_END = 66_000
# Between the tags of an MP3 and its sound some programs leave a gap.
MP3_GAP = 64 * 1024
# A file of a few minutes has some ten boxes; one that was made to be read for ever is given up.
MOST_BOXES = 2000

# MPEG-1 and MPEG-2 (and 2.5) layer III, by the number in the frame's head: kbit/s.
_BIT_RATES = {
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
# By version: MPEG-2.5, none, MPEG-2, MPEG-1.
_SAMPLE_RATES = {0: (11025, 12000, 8000), 2: (22050, 24000, 16000), 3: (44100, 48000, 32000)}


class Sound(NamedTuple):
    """What is known of a file of sound: how its name ends, and for how many seconds it plays (None: not known)."""

    ending: str
    seconds: float | None

    @property
    def media_type(self) -> str:
        return TYPES_BY_ENDING[self.ending]


def read_sound(file: BinaryIO) -> Sound:
    """Return what a file is; raise ValidationError for anything that is no recording which every browser plays."""
    file.seek(0)
    head = file.read(36)
    try:
        for ending, reads in ((".ogg", _read_ogg), (".m4a", _read_mp4), (".mp3", _read_mp3)):
            found, seconds = reads(file, head)
            if found:
                return Sound(ending, seconds)
    except (struct.error, IndexError, ZeroDivisionError, OverflowError) as error:
        raise ValidationError(_("This recording is damaged: it cannot be read to its end."), code="damaged") from error
    if head[:4] in {b"RIFF", b"fLaC", b"FORM"}:
        raise ValidationError(
            _("WAV, AIFF and FLAC are too heavy for readers: save the recording as MP3, M4A (AAC) or Opus."),
            code="too_heavy",
        )
    raise ValidationError(_("This is no recording in MP3, M4A (AAC) or Ogg (Opus, Vorbis)."), code="no_sound")


def _read_ogg(file: BinaryIO, head: bytes) -> tuple[bool, float | None]:
    """Read Ogg (RFC 3533): the first page says what is in it, the last how many samples there are."""
    if head[:4] != b"OggS":
        return False, None
    file.seek(0)
    first = file.read(512)
    packet = first[27 + first[26] :]
    if packet.startswith(b"OpusHead"):
        # RFC 7845: 48,000 a second, whatever was recorded; the first few are not heard.
        rate, skipped = 48_000, struct.unpack_from("<H", packet, 10)[0]
    elif packet.startswith(b"\x01vorbis"):
        rate, skipped = struct.unpack_from("<I", packet, 12)[0], 0
    else:
        return False, None
    size = file.seek(0, 2)
    file.seek(max(0, size - OGG_END))
    end = file.read()
    at = end.rfind(b"OggS")
    samples = struct.unpack_from("<q", end, at + 6)[0] if at >= 0 else -1
    return True, max(0, samples - skipped) / rate if samples > 0 else None


def _read_mp4(file: BinaryIO, head: bytes) -> tuple[bool, float | None]:
    """Read MP4 (ISO 14496-12) with sound and without pictures that move."""
    if head[4:8] != b"ftyp":
        return False, None
    size = file.seek(0, 2)
    seconds, kinds = None, set()
    for name, start, end in _boxes(file, 0, size):
        if name != b"moov":
            continue
        for inner, inner_start, inner_end in _boxes(file, start, end):
            if inner == b"mvhd":
                seconds = _length_of_movie(_read_at(file, inner_start, 32))
            elif inner == b"trak":
                kinds |= set(_kinds_of_track(file, inner_start, inner_end))
    if b"vide" in kinds:
        raise ValidationError(_("This is a video. Only its sound can be taken: save it as MP3 or M4A."), code="video")
    return b"soun" in kinds, seconds


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield the boxes between two places: name, where its contents begin, where they end."""
    for _number in range(MOST_BOXES):
        if start + 8 > end:
            return
        head = _read_at(file, start, 16)
        size, name = struct.unpack_from(">I4s", head)
        begin = 8
        if size == 1:
            size, begin = struct.unpack_from(">Q", head, 8)[0], 16
        size = size or end - start
        if size < begin or start + size > end:
            raise struct.error("A box is longer than what it lies in.")
        yield name, start + begin, start + size
        start += size


def _kinds_of_track(file: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    for name, inner_start, inner_end in _boxes(file, start, end):
        if name == b"mdia":
            for inner, at, _end in _boxes(file, inner_start, inner_end):
                if inner == b"hdlr":
                    yield _read_at(file, at, 12)[8:12]


def _length_of_movie(box: bytes) -> float | None:
    scale, length = struct.unpack_from(">IQ", box, 20) if box[0] == 1 else struct.unpack_from(">II", box, 12)
    return length / scale


def _read_mp3(file: BinaryIO, head: bytes) -> tuple[bool, float | None]:
    """Read MPEG audio, layer III: the first frame says how many there are, or else all are taken to be alike."""
    start = 0
    if head[:3] == b"ID3":
        # Seven bits of each byte count.
        start = 10 + sum(byte << 7 * (3 - place) for place, byte in enumerate(head[6:10]))
    elif not _frame(head):
        return False, None
    file.seek(0, 2)
    end = file.tell()
    gap = _read_at(file, start, MP3_GAP)
    offset = next((at for at in range(max(0, len(gap) - 4)) if gap[at] == 0xFF and _is_first_frame(gap, at)), None)
    if offset is None:
        return False, None
    version, bit_rate, sample_rate, is_mono = _frame(gap[offset:])
    samples = 1152 if version == 3 else 576
    # The table of contents stands where the frame's side information would.
    tag = gap[offset + 4 + {(True, True): 17, (True, False): 32, (False, True): 9}.get((version == 3, is_mono), 17) :]
    frames = None
    if tag[:4] in {b"Xing", b"Info"} and tag[7] & 1:
        frames = struct.unpack_from(">I", tag, 8)[0]
    elif gap[offset + 36 : offset + 40] == b"VBRI":
        frames = struct.unpack_from(">I", gap, offset + 50)[0]
    if frames:
        return True, frames * samples / sample_rate
    return True, (end - start - offset) * 8 / (bit_rate * 1000)


def _is_first_frame(gap: bytes, at: int) -> bool:
    """Say whether a frame begins here, and another one where it ends: two bytes alone are often met by chance."""
    found = _frame(gap[at : at + 4])
    if not found:
        return False
    version, bit_rate, sample_rate, _is_mono = found
    length = (144 if version == 3 else 72) * bit_rate * 1000 // sample_rate + (gap[at + 2] >> 1 & 1)
    following = gap[at + length : at + length + 4]
    return len(following) < 4 or bool(_frame(following))


def _frame(head: bytes) -> tuple[int, int, int, bool] | None:
    """Return version, kbit/s, samples a second and whether it is mono, of a frame; None of anything else."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    rate, frequency = head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or layer != 1 or rate in {0, 15} or frequency == 3:
        return None
    return version, _BIT_RATES[version == 3][rate], _SAMPLE_RATES[version][frequency], head[3] >> 6 == 3


def _read_at(file: BinaryIO, place: int, length: int) -> bytes:
    file.seek(place)
    return file.read(length)
