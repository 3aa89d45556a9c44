"""The smaller AVIF and WebP files of a master that readers' browsers choose from.

They need no table: their names follow from the master's name, and which widths there
are is what `make_renditions` returned, kept by whoever keeps the master.
"""

import posixpath
from collections.abc import Iterable
from functools import lru_cache
from io import BytesIO

from django.core.files.storage import Storage, default_storage
from PIL import Image

from pictures.reading import read_picture
from pictures.storing import store

# The pictures that the readers of an hour see.
KEPT_FILES = 512

RENDITION_WIDTHS = (320, 640, 960, 1280, 1920)

# In the order that browsers shall try them.
MIME_TYPES = {"avif": "image/avif", "webp": "image/webp"}

# Measured on two cores for a grainy picture of 1920 x 1080, all five widths together, AVIF
# of quality 50: 0.16 s and 215 kB at speed 9, 0.48 s and 201 kB at 8, 0.82 s and 160 kB at 6;
# WebP of quality 75: 0.10 s and 248 kB by method 2, 0.22 s and 233 kB by 4. At 4:2:0, AVIF
# takes the colour out of fine dots and lines; whole chroma adds a tenth of the bytes.
ENCODERS = {
    "avif": {"quality": 55, "speed": 9, "subsampling": "4:4:4"},
    "webp": {"quality": 75, "method": 2},
}


def rendition_name(master_name: str, width: int, extension: str) -> str:
    """Return the name in storage of one rendition; `extension` is a key of ENCODERS."""
    return f"{_stem(master_name)}-{width}.{extension}"


def rendition_widths(master_width: int) -> list[int]:
    """Return the widths that a master of `master_width` pixels is rendered at."""
    return [width for width in RENDITION_WIDTHS if width <= master_width]


def make_renditions(storage: Storage, master_name: str) -> list[int]:
    """Make what is missing of a master's renditions; return the widths that there are."""
    with storage.open(master_name) as file:
        image = read_picture(file).image
    widths = rendition_widths(image.width)
    for width in widths:
        missing = [
            (name, extension)
            for extension in ENCODERS
            if not storage.exists(name := rendition_name(master_name, width, extension))
        ]
        if missing:
            scaled = _scaled(image, width)
            for name, extension in missing:
                store(storage, name, _encoded(scaled, extension))
    return widths


def delete_renditions(storage: Storage, master_name: str) -> None:
    """Remove all that `make_renditions` may have made of a master."""
    for width in RENDITION_WIDTHS:
        for extension in ENCODERS:
            storage.delete(rendition_name(master_name, width, extension))


def srcsets(master_name: str, widths: Iterable[int], storage: Storage) -> list[tuple[str, str]]:
    """Return (MIME type, srcset) for each <source> of a picture; [] without widths.

    `widths` are those that `make_renditions` returned. Nothing is looked up, and the
    storage is asked for one address only, of which the others are made: it must give
    plain addresses, not signed ones, which could not stand in a cached page anyway.
    """
    widths = list(widths)
    if not widths:
        return []
    stem = storage.url(_stem(master_name))
    return [
        (mime_type, ", ".join(f"{stem}-{width}.{extension} {width}w" for width in widths))
        for extension, mime_type in MIME_TYPES.items()
    ]


@lru_cache(maxsize=KEPT_FILES)
def sources_of_file(name: str, widths: tuple[int, ...]) -> list[tuple[str, str]]:
    """Return the pairs of media type and srcset of a file that has these renditions, where all pictures are kept."""
    return srcsets(name, widths, default_storage)


def _stem(master_name: str) -> str:
    return posixpath.splitext(master_name)[0]


def _scaled(image: Image.Image, width: int) -> Image.Image:
    size = (width, max(1, round(image.height * width / image.width)))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2)


def _encoded(image: Image.Image, extension: str) -> bytes:
    buffer = BytesIO()
    image.save(buffer, extension, **ENCODERS[extension])
    return buffer.getvalue()
