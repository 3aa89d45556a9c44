"""Reads an upload that may be anything, and returns pixels that hold nothing else.

What comes in is judged by its content alone: its name, its extension and the type
that the browser announced are never looked at.
"""

import warnings
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.files import File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms

# The five formats that browsers show and cameras, phones and screens make. Pillow
# knows some forty others, EPS among them, which starts another program.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")

# A camera's picture is 5 to 15 MB.
MAX_BYTES = 20 * 1024 * 1024

# The largest sensors of common phones have 48 to 50 million pixels. Their JPEG are decoded
# at a half or a quarter. All else is held whole, at up to 9 bytes a pixel while it is
# scaled, so that 25 million take 230 MB; the largest desktop screens have 20 million.
MAX_PIXELS = 50_000_000
MAX_PIXELS_HELD_WHOLE = 25_000_000

# The largest side of a WebP. Scaling a picture of 1 x 50,000,000 costs gigabytes.
MAX_SIDE = 16_383

# The long side of what is kept: a 4K screen's text column at twice the density.
LONGEST_SIDE = 2560

# A progressive JPEG of an ordinary encoder has about ten scans. Each one may ask for a
# pass over the whole picture, and an empty one takes a dozen bytes of the file.
MAX_JPEG_SCANS = 100

# EXIF's tag 0x0112: what to do so that the picture stands upright.
ORIENTATION = 0x0112
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# Scaling mixes neighbours, which means nothing for palette indices and two-level pixels.
SCALABLE_MODES = ("L", "LA", "RGB", "RGBA", "CMYK")

# Holds for every Image.open of this process, Django's own included; the module is loaded
# with the models.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class Picture:
    """Upright sRGB pixels without metadata, and the format that they came in."""

    image: Image.Image  # mode RGB, or RGBA where something shows through
    format: str  # one of FORMATS

    @property
    def width(self) -> int:
        return self.image.width

    @property
    def height(self) -> int:
        return self.image.height


def read_picture(file: File, longest_side: int = LONGEST_SIDE) -> Picture:
    """Decode `file`, scaled down to `longest_side`; of an animation, the first frame.

    Raises ValidationError when it is not a picture of FORMATS, is damaged, or is too
    large in bytes (looked at before reading) or pixels (before decoding).
    """
    data = _read_bytes(file)
    # A damaged file makes Pillow raise almost anything: OSError, SyntaxError, ValueError,
    # struct.error, zlib.error, IndexError, RuntimeError…
    try:
        image = Image.open(BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        limit = MAX_PIXELS if data.startswith(b"\xff\xd8") else MAX_PIXELS_HELD_WHOLE
        raise _too_many_pixels(limit) from error
    except Exception as error:
        raise _not_a_picture() from error
    with image:
        picture_format = "JPEG" if image.format == "MPO" else image.format
        _refuse_sizes(image, picture_format, data)
        try:
            return Picture(_clean(image, longest_side), picture_format)
        except Exception as error:
            raise _damaged() from error


def read_size(file: File) -> tuple[int, int] | tuple[None, None]:
    """Return width and height as the file's first bytes state them; decode nothing."""
    try:
        with Image.open(BytesIO(_read_bytes(file)), formats=FORMATS) as image:
            return image.size
    except Exception:  # see read_picture
        return (None, None)


def _read_bytes(file: File) -> bytes:
    size = getattr(file, "size", None)
    if size is not None and size > MAX_BYTES:
        raise _too_large()
    file.seek(0)
    data = file.read(MAX_BYTES + 1)
    file.seek(0)
    if len(data) > MAX_BYTES:
        raise _too_large()
    return data


def _refuse_sizes(image: Image.Image, picture_format: str, data: bytes) -> None:
    is_held_whole = picture_format != "JPEG" or "progressive" in image.info
    limit = MAX_PIXELS_HELD_WHOLE if is_held_whole else MAX_PIXELS
    if image.width * image.height > limit:
        raise _too_many_pixels(limit)
    if max(image.size) > MAX_SIDE:
        raise ValidationError(
            _("This picture is too long: at most %(side)s pixels in width and in height."),
            code="too_long",
            params={"side": MAX_SIDE},
        )
    if picture_format == "JPEG" and data.count(b"\xff\xda") > MAX_JPEG_SCANS:
        raise _damaged()


def _clean(image: Image.Image, longest_side: int) -> Image.Image:
    size = _fitting(image.size, longest_side)
    image.draft(None, size)  # has a JPEG decoded at a half, a quarter or an eighth
    image.load()
    orientation = _orientation(image)
    profile = image.info.get("icc_profile")
    image = _eight_bits(image)
    image = _scaled(image, size)
    image = _in_srgb(image, profile)
    if orientation in UPRIGHT:
        image = image.transpose(UPRIGHT[orientation])
    image = _without_hidden_pixels(image)
    image.info.clear()
    return image


def _fitting(size: tuple[int, int], longest_side: int) -> tuple[int, int]:
    scale = min(1, longest_side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _orientation(image: Image.Image) -> int | None:
    # Unreadable EXIF is common, and no reason to refuse the picture around it.
    with suppress(Exception):
        return image.getexif().get(ORIENTATION)
    return None


def _eight_bits(image: Image.Image) -> Image.Image:
    """Return it in one of SCALABLE_MODES."""
    if image.mode in SCALABLE_MODES and "transparency" not in image.info:
        return image
    if image.mode.startswith("I"):  # grey of 16 bits, which convert() would clip
        return image.point(lambda level: level * (1 / 257) + 0.5).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image.convert("L" if image.mode == "1" else "RGB")


def _scaled(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    if image.size == size:
        return image
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3)


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    mode = "RGBA" if image.mode in ("LA", "RGBA") else "RGB"
    if profile:
        # A profile that cannot be read or is for another kind of pixels is left out.
        with suppress(Exception):
            return ImageCms.profileToProfile(
                image,
                ImageCms.ImageCmsProfile(BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                outputMode=mode,
            )
    return image.convert(mode)


def _without_hidden_pixels(image: Image.Image) -> Image.Image:
    """Drop an alpha channel that hides nothing, else blacken what it hides altogether."""
    if image.mode != "RGBA":
        return image
    if image.getchannel("A").getextrema()[0] == 255:
        return image.convert("RGB")
    return Image.alpha_composite(Image.new("RGBA", image.size), image)


def _not_a_picture() -> ValidationError:
    return ValidationError(
        _("This file is not a picture. Choose a JPEG, PNG, WebP, GIF or AVIF file."),
        code="not_a_picture",
    )


def _damaged() -> ValidationError:
    return ValidationError(
        _("This picture is damaged or incomplete. Export it again, then choose it once more."),
        code="damaged",
    )


def _too_large() -> ValidationError:
    return ValidationError(
        _("This file is too large: at most %(size)s."),
        code="too_large",
        params={"size": filesizeformat(MAX_BYTES)},
    )


def _too_many_pixels(limit: int) -> ValidationError:
    return ValidationError(
        _("This picture has too many pixels: at most %(millions)s million."),
        code="too_many_pixels",
        params={"millions": limit // 1_000_000},
    )
