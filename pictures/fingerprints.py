"""What a picture looks like, in 64 bits: two files of one photograph have nearly the same.

Each bit says whether a spot of the picture, made grey and nine by eight pixels small, is brighter than the one to the
left of it ('difference hash', N. Krawetz, 2013). Other size, format and quality of a file change a bit or two, another
photograph some thirty. A dozen lines on Pillow; the libraries for it bring numpy and scipy along, a hundred megabytes.
"""

from django.core.files.storage import Storage
from PIL import Image

from pictures.reading import read_picture

COLUMNS, ROWS = 8, 8
BITS = COLUMNS * ROWS

# Two of which no more bits differ are shown to somebody who can tell. A photograph that was made smaller and saved
# again differs by none to three.
MOST_DIFFERENT = 4

# What is spread over so many bands in no more places than above leaves one band untouched: that one an index finds.
BANDS = MOST_DIFFERENT + 1
BAND_BITS = -(-BITS // BANDS)

# An empty sheet, or an even slope from dark to bright, is like any other.
FEWEST_CHANGES = 6


def fingerprint_of(storage: Storage, name: str) -> int:
    """Return the 64 bits of a stored picture; raises as opening and ``read_picture`` do."""
    with storage.open(name) as file:
        return fingerprint(read_picture(file, longest_side=COLUMNS * 32).image)


def fingerprint(image: Image.Image) -> int:
    """Return the 64 bits of pixels, which what is transparent shows on white."""
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    grey = image.convert("L").resize((COLUMNS + 1, ROWS), Image.Resampling.BOX)
    spots = grey.tobytes()
    bits = 0
    for row in range(ROWS):
        for column in range(COLUMNS):
            left = row * (COLUMNS + 1) + column
            bits = bits << 1 | (spots[left + 1] > spots[left])
    return bits


def bands(bits: int) -> list[int]:
    """Return the bits in bands of thirteen, the last one of what is left."""
    return [bits >> BAND_BITS * band & (1 << BAND_BITS) - 1 for band in range(BANDS)]


def difference(one: int, other: int) -> int:
    """Return how many bits are not the same."""
    return (one ^ other).bit_count()


def says_something(bits: int) -> bool:
    """Say whether there is enough in a picture to know it again by."""
    return FEWEST_CHANGES <= bits.bit_count() <= BITS - FEWEST_CHANGES
