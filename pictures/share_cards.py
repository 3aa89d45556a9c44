"""Draws the picture that a page is shared with: its title beside its picture, in the typefaces of the site.

1200 by 630 pixels, which is what the networks and messengers that read Open Graph show whole.
"""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

SIZE = WIDTH, HEIGHT = 1200, 630
QUALITY = 88

# A change of how they are drawn has all of them drawn anew.
EDITION = 1

INK, PAPER, QUIET, MARK = (28, 29, 59), (252, 252, 254), (84, 88, 123), (189, 15, 78)
MARGIN = 64
COVER_WIDTH = 480
RULE = 12

# From the largest to the smallest that is read on a phone, where the picture is as wide as a hand.
TITLE_SIZES = range(76, 39, -4)
LEADING = 1.14
SMALL = 30
ELLIPSIS = "…"


# What the typeface lacks is left out. Of a title in another alphabet that is nearly all.
LEAST_KNOWN = 0.8


class TypefaceError(Exception):
    """The FreeType of this installation does not read WOFF2, or the file is not there."""


class AlphabetError(Exception):
    """The typeface does not have the letters of the title."""


@dataclass(frozen=True)
class Card:
    """What is drawn; texts in their final typography."""

    title: str
    site: str
    kicker: str = ""
    # Where the picture is looked at when it is cropped, in % from the left and from the top.
    focus: tuple[int, int] = (50, 50)


def draw_card(card: Card, typeface: Path, cover: Image.Image | None = None) -> bytes:
    """Return a JPEG; raise TypefaceError or AlphabetError where the title cannot be set."""
    sheet = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(sheet)
    if len(_known(card.title, _face(typeface, SMALL, 600))) < LEAST_KNOWN * len(card.title):
        raise AlphabetError(card.title)
    right = WIDTH - MARGIN
    if cover is not None:
        sheet.paste(_cropped(cover, (COVER_WIDTH, HEIGHT), card.focus), (WIDTH - COVER_WIDTH, 0))
        right -= COVER_WIDTH
    pen.rectangle((0, 0, RULE, HEIGHT), fill=MARK)
    small = _face(typeface, SMALL, 600)
    top = MARGIN
    if card.kicker:
        pen.text((MARGIN, top), _shortened(_known(card.kicker, small), small, right - MARGIN), QUIET, small)
        top += 2 * SMALL
    bottom = HEIGHT - MARGIN - 2 * SMALL
    face, lines = _fitted(card.title, typeface, right - MARGIN, bottom - top)
    for number, line in enumerate(lines):
        pen.text((MARGIN, top + round(number * face.size * LEADING)), line, INK, face)
    pen.text((MARGIN, HEIGHT - MARGIN), _shortened(_known(card.site, small), small, right - MARGIN), MARK, small, "ls")
    buffer = BytesIO()
    sheet.save(buffer, "JPEG", quality=QUALITY, progressive=True, optimize=True)
    return buffer.getvalue()


def _cropped(image: Image.Image, size: tuple[int, int], focus: tuple[int, int]) -> Image.Image:
    """Return the part of an image that fills ``size``, with the focal point as near to its middle as can be."""
    width, height = size
    scale = max(width / image.width, height / image.height)
    part = min(image.width, width / scale), min(image.height, height / scale)
    left, top = (
        min(max(whole * at / 100 - share / 2, 0), whole - share)
        for whole, at, share in zip(image.size, focus, part, strict=True)
    )
    box = (left, top, left + part[0], top + part[1])
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, PAPER), image)
    return image.convert("RGB").resize(size, Image.Resampling.LANCZOS, box)


def _fitted(title: str, typeface: Path, width: int, height: int) -> "tuple[FreeTypeFont, list[str]]":
    """Return the largest size in which a title fits, and its lines; the end of one that fits in none is left out."""
    for size in TITLE_SIZES:
        face = _face(typeface, size, 800)
        lines = _lines(_known(title, face), face, width)
        most = max(1, int(height / (size * LEADING)))
        if len(lines) <= most and all(face.getlength(line) <= width for line in lines):
            return face, lines
    kept = lines[:most]
    if len(lines) > most:
        kept[-1] = _shortened(f"{kept[-1]} {lines[most]}", face, width)
    return face, [_shortened(line, face, width) for line in kept]


def _lines(text: str, face: "FreeTypeFont", width: int) -> list[str]:
    """Break a text at its ordinary spaces; those before French marks hold."""
    lines: list[str] = []
    for word in text.replace("\n", " ").split(" "):
        if lines and face.getlength(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        elif word:
            lines.append(word)
    return lines


def _shortened(text: str, face: "FreeTypeFont", width: int) -> str:
    """Return a text that fits on one line, cut between two words if it may be."""
    if face.getlength(text) <= width:
        return text
    while text and face.getlength(text + ELLIPSIS) > width:
        text = text.rpartition(" ")[0] if " " in text else text[:-1]
    return text.rstrip(" \u00a0\u202f,;:.–—«(") + ELLIPSIS


@lru_cache(maxsize=32)
def _face(typeface: Path, size: int, weight: int) -> "FreeTypeFont":
    # FreeType is for the worker, which draws; processes that serve pages know this module by its measures alone.
    from PIL import ImageFont

    try:
        face = ImageFont.truetype(str(typeface), size)
        axes = face.get_variation_axes()
        face.set_variation_by_axes(
            [min(max(weight if b"eight" in axis["name"] else size, axis["minimum"]), axis["maximum"]) for axis in axes]
        )
    except OSError as error:
        raise TypefaceError(str(typeface)) from error
    return face


def _known(text: str, face: "FreeTypeFont") -> str:
    """Return a text without the letters that the typeface does not have; accents of other languages are dropped."""
    return "".join(_known_letter(letter, face) for letter in text)


@lru_cache(maxsize=1024)
def _known_letter(letter: str, face: "FreeTypeFont") -> str:
    if letter.isspace() or not _is_missing(letter, face):
        return letter
    base, _with, _mark = unicodedata.name(letter, "").partition(" WITH ")
    try:
        plain = unicodedata.lookup(base)
    except KeyError:
        plain = unicodedata.normalize("NFKD", letter)
    return "".join(each for each in plain if each.isspace() or not _is_missing(each, face))


def _is_missing(letter: str, face: "FreeTypeFont") -> bool:
    """Say whether a letter is drawn as the box that stands for what is not there."""
    return bytes(face.getmask(letter)) == bytes(face.getmask("\uffff"))
