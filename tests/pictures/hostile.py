"""Files that tests upload, made byte by byte where no honest program makes them."""

import struct
import zlib
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

GREY, RGB, RGBA = 0, 2, 6


def upload(content: bytes, name: str = "picture.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/jpeg")


def saved(image: Image.Image, image_format: str, **options) -> bytes:
    buffer = BytesIO()
    image.save(buffer, image_format, **options)
    return buffer.getvalue()


def photograph(width: int = 640, height: int = 360) -> Image.Image:
    """An RGB picture with some grain, the same every time, red in its upper left corner."""
    shades = Image.radial_gradient("L").resize((width, height))
    grain = Image.new("L", (width, height))
    grain.putdata([(x * 2654435761 >> 7) % 40 for x in range(width * height)])
    image = Image.merge("RGB", (shades, shades.transpose(Image.Transpose.ROTATE_180), grain))
    image.paste((255, 0, 0), (0, 0, width // 4, height // 4))
    return image


def png_bomb(width: int, height: int, colour_type: int = GREY) -> bytes:
    """A PNG of one colour: a few kilobytes that decode to width x height pixels."""
    channels = {GREY: 1, RGB: 3, RGBA: 4}[colour_type]
    compressor = zlib.compressobj(9)
    row = bytes(1 + width * channels)
    pixels = b"".join(compressor.compress(row) for _ in range(height)) + compressor.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, colour_type, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, data) for kind, data in ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


def resized_header(content: bytes, picture_format: str, width: int, height: int) -> bytes:
    """Return a picture whose header says that it is larger than it is."""
    data = bytearray(content)
    match picture_format:
        case "GIF":
            struct.pack_into("<HH", data, 6, width, height)
        case "JPEG":
            start = next(data.index(marker) for marker in (b"\xff\xc0", b"\xff\xc2") if marker in data)
            struct.pack_into(">HH", data, start + 5, height, width)
        case "WEBP":  # a lossy one: the dimensions of its only frame
            struct.pack_into("<HH", data, data.index(b"\x9d\x01\x2a") + 3, width, height)
        case "AVIF":
            struct.pack_into(">II", data, data.index(b"ispe") + 8, width, height)
    return bytes(data)


# Prints the mebibytes that reading what comes in takes at its peak.
MEASURE_MEMORY = """
import resource, sys
from io import BytesIO
from django.conf import settings
settings.configure(USE_I18N=False)
from pictures.masters import reencode
from pictures.reading import ValidationError
data = sys.stdin.buffer.read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    reencode(BytesIO(data))
except ValidationError:
    pass
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""
