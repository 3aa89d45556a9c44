"""The demo publication's pictures, drawn by code: a print in two or three inks, each its own.

The same words always give the same picture. Whoever adds one to the content needs no
drawing for it: its motif and palette find one, however they are worded.
"""

from collections.abc import Callable
from random import Random

from PIL import Image

from demo.drawings import charts, logos
from demo.drawings.palettes import COLOUR_WORDS, PALETTES, Palette
from demo.drawings.portraits import draw_initials, draw_portrait, face_for, inks_with_skin
from demo.drawings.press import Sheet
from demo.drawings.scenes import BY_KEY, BY_WORD, paper, patterns, places, posters, signals, stories
from pictures.masters import Master, encode
from pictures.reading import Picture

__all__ = ["KINDS", "MOTIFS", "PALETTES", "draw", "draw_file"]

# Width and height of each kind of picture.
KINDS = {
    "cover": (1600, 900),
    "poster": (1280, 720),
    "illustration": (1200, 800),
    "chart": (1200, 800),
    "portrait": (800, 800),
    "logo": (400, 400),
}

# How uneven the print is. Charts are to be read, logos are shown small.
ROUGHNESS = {"chart": 0.4, "logo": 0.0}

# Loading them is what fills BY_KEY and BY_WORD.
SCENE_MODULES = (paper, patterns, places, posters, signals, stories)
MOTIFS = tuple(sorted(BY_WORD))


def draw(kind: str, motif: str, palette: str, seed: str) -> Image.Image:
    """Draw a picture; `seed` is its key, and known keys have a drawing of their own."""
    words = motif.lower().split()
    inks = _palette(palette)
    size = KINDS.get(kind, KINDS["cover"])
    if kind == "portrait":
        sheet = _portrait(size, inks, words, seed)
    elif kind == "chart":
        sheet = Sheet(size, inks, seed)
        _choice(charts.BY_KEY, charts.BY_WORD, words, seed)(sheet)
    elif kind == "logo":
        sheet = Sheet(size, inks, seed)
        _choice({}, {word: [mark] for word, mark in logos.MARKS.items()}, words, seed)(sheet)
    else:
        sheet = Sheet(size, inks if seed in BY_KEY else _reordered(inks, seed), seed)
        _choice(BY_KEY, BY_WORD, words, seed)(sheet)
    return sheet.printed(ROUGHNESS.get(kind, 1))


def draw_file(kind: str, motif: str, palette: str, seed: str) -> Master:
    """Draw a picture as the file that a PictureField keeps."""
    image = draw(kind, motif, palette, seed)
    # Grain is what JPEG is made for; flat marks are given the chance to be a PNG.
    return encode(Picture(image, "PNG" if kind == "logo" else "JPEG"))


def _palette(words: str) -> Palette:
    for word in words.lower().split():
        name = COLOUR_WORDS.get(word, word)
        if name in PALETTES:
            return PALETTES[name]
    return PALETTES[Random(words).choice(sorted(PALETTES))]  # noqa: S311 (a drawing, not a secret)


def _choice(
    by_key: dict[str, Callable], by_word: dict[str, list[Callable]], words: list[str], seed: str
) -> Callable[[Sheet], None]:
    """Return the drawing made for a key, else one that most of the words ask for, the first of them above all."""
    if seed in by_key:
        return by_key[seed]
    known = [word for word in words if word in by_word]
    if known:
        candidates = by_word[known[0]]
        asked = [sum(drawing in by_word[word] for word in known) for drawing in candidates]
        best = [drawing for drawing, count in zip(candidates, asked, strict=True) if count == max(asked)]
    else:
        best = [by_word[word][0] for word in sorted(by_word)]
    return Random(seed).choice(best)  # noqa: S311 (a drawing, not a secret)


def _reordered(inks: Palette, seed: str) -> Palette:
    """Exchange accent and light for half of the seeds, so that two pictures by one drawing differ."""
    dark, accent, light = inks.inks
    if Random(seed).random() < 0.5:  # noqa: S311 (a drawing, not a secret)
        return inks
    return Palette(inks.paper, (dark, light, accent))


def _portrait(size: tuple[int, int], inks: Palette, words: list[str], seed: str) -> Sheet:
    if "initials" in words:
        sheet = Sheet(size, inks, seed)
        draw_initials(sheet, "".join(name[0] for name in seed.split("-")[-2:] if name).upper())
        return sheet
    face = face_for(seed, words)
    sheet = Sheet(size, inks_with_skin(inks, face), seed)
    draw_portrait(sheet, face, words)
    return sheet
