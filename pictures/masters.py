"""The master of a picture: what is kept of an upload, and all that is ever served of it."""

import hashlib
from io import BytesIO

from django.core.files.base import ContentFile, File
from PIL import Image, ImageChops

from pictures.reading import Picture, read_picture

FOLDER = "pictures"
JPEG_QUALITY = 85

# Flat drawings, charts and screens are smaller as PNG, and sharp. Where a photograph's
# PNG is a little larger than its JPEG, the absence of blur is worth the bytes.
PNG_BYTES_PER_JPEG_BYTE = 1.25

# 128 bits of SHA-256: no two pictures meet by accident.
DIGEST_LENGTH = 32


class Master(ContentFile):
    """A file that was made here, named by its content, with its size in pixels.

    ``upload_digest`` is the SHA-256 of the file that it was made of, '' where it was drawn here.
    """

    upload_digest = ""

    def __init__(self, content: bytes, extension: str, size: tuple[int, int]) -> None:
        digest = hashlib.sha256(content).hexdigest()[:DIGEST_LENGTH]
        super().__init__(content, f"{FOLDER}/{digest[:2]}/{digest}.{extension}")
        self.width, self.height = size


def reencode(file: File) -> Master:
    """Make the master of an upload; raises ValidationError as `read_picture` does."""
    if isinstance(file, Master):
        return file
    master = encode(read_picture(file))
    file.seek(0)
    master.upload_digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return master


def encode(picture: Picture) -> Master:
    """Make the master of pixels: JPEG, or PNG where that loses something or saves nothing."""
    image = picture.image
    if image.mode == "RGBA":
        return Master(_png(image), "png", image.size)
    jpeg = _saved(image, "JPEG", quality=JPEG_QUALITY, progressive=True, optimize=True)
    if picture.format != "JPEG":
        png = _png(image)
        if len(png) <= len(jpeg) * PNG_BYTES_PER_JPEG_BYTE:
            return Master(png, "png", image.size)
    return Master(jpeg, "jpg", image.size)


def _png(image: Image.Image) -> bytes:
    if image.getcolors(256):
        # A palette holds them all, at a third of the bytes; that it is exact is checked,
        # since Pillow only promises to come near.
        reduced = image.quantize(256, dither=Image.Dither.NONE)
        difference = ImageChops.difference(image, reduced.convert(image.mode))
        if difference.getbbox(alpha_only=False) is None:
            return _saved(reduced, "PNG", optimize=True)
    return _saved(image, "PNG")


def _saved(image: Image.Image, image_format: str, **options) -> bytes:
    buffer = BytesIO()
    image.save(buffer, image_format, **options)
    return buffer.getvalue()
