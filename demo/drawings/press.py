"""A small printing press: shapes are cut into plates, one an ink, and the plates are printed
over one another, never quite in register, on paper that is not quite even.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from math import atan2, cos, degrees, hypot, pi, radians, sin
from pathlib import Path
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFont

from demo.drawings.palettes import Palette
from demo.drawings.shapes import Outline, along, box

HEIGHT = 900  # of a sheet, in its own units, whatever it is printed at
OVERSAMPLING = 3  # plates are cut this much finer than they are printed, for smooth edges
BLEED = 12  # units beyond every edge, so that a shifted plate still covers the sheet
LARGEST_SHIFT = 2.2  # units that a plate may be out of register
FONT_FOLDER = Path(__file__).resolve().parents[2] / "static" / "fonts"
FONTS = {"sans": ("bricolage.woff2", 800), "label": ("bricolage.woff2", 500), "serif": ("newsreader.woff2", 600)}


@dataclass(frozen=True, slots=True)
class Part:
    """Where on a plate a texture goes: pixels, and how many of them a unit has."""

    corner: tuple[int, int]
    size: tuple[int, int]
    unit: float
    rng: Random


class Texture:
    """A tone that is not the same everywhere."""

    def render(self, part: "Part") -> Image.Image:
        """Return the coverage of a part of a plate, each pixel 0 or 255."""
        raise NotImplementedError


class Dots(Texture):
    """A halftone screen that goes from one tone to another."""

    def __init__(self, start: float, end: float, towards: str = "down", pitch: float = 24) -> None:
        self.start, self.end, self.towards, self.pitch = start, end, towards, pitch

    def render(self, part: Part) -> Image.Image:
        side = max(8, round(self.pitch * part.unit / 2) * 2)
        wanted = _gradient(part.size, self.start, self.end, self.towards)
        return _threshold(wanted, _tiled(_screen(side), part))


class Grain(Texture):
    """A spray of specks that goes from one tone to another."""

    def __init__(self, start: float, end: float, towards: str = "down", speck: float = 2.6) -> None:
        self.start, self.end, self.towards, self.speck = start, end, towards, speck

    def render(self, part: Part) -> Image.Image:
        cell = max(1, self.speck * part.unit)
        coarse = (int(part.size[0] / cell) + 2, int(part.size[1] / cell) + 2)
        noise = Image.frombytes("L", coarse, part.rng.randbytes(coarse[0] * coarse[1]))
        wanted = _gradient(part.size, self.start, self.end, self.towards)
        return _threshold(wanted, noise.resize(part.size, Image.Resampling.BICUBIC))


class Hatch(Texture):
    """Parallel lines: `weight` is their share of the surface."""

    def __init__(self, pitch: float = 16, weight: float = 0.4, angle: float = 45) -> None:
        self.pitch, self.weight, self.angle = pitch, weight, angle

    def render(self, part: Part) -> Image.Image:
        image = Image.new("L", part.size)
        pen = ImageDraw.Draw(image)
        dx, dy = cos(radians(self.angle)), sin(radians(self.angle))
        pitch, reach = self.pitch * part.unit, sum(part.size)
        # The lines of neighbouring shapes shall meet: they are counted from the plate's corner.
        first = (part.corner[0] * dy - part.corner[1] * dx) % pitch
        for i in range(-int(reach / pitch) - 1, int(reach / pitch) + 2):
            x, y = -dy * (first + i * pitch), dx * (first + i * pitch)
            ends = [(x - dx * reach * 2, y - dy * reach * 2), (x + dx * reach * 2, y + dy * reach * 2)]
            pen.line(ends, fill=255, width=max(1, round(pitch * self.weight)))
        return image


Tone = float | Texture
Colour = tuple[Tone, ...]  # one tone a plate: dark, accent, light; none on those not named

PAPER: Colour = (0, 0, 0)
DARK: Colour = (1, 0, 0)
ACCENT: Colour = (0, 1, 0)
LIGHT: Colour = (0, 0, 1)
WARM: Colour = (0, 1, 1)
DEEP: Colour = (1, 0, 1)
FOG: Colour = (0.13, 0, 0)
PALE: Colour = (0, 0, 0.4)
BLUSH: Colour = (0, 0.3, 0)
SHADOW: Colour = (0.25, 0, 0)  # to be printed over


class Sheet:
    """What a drawing is made on: `width` x 900 units, with one plate for each ink."""

    def __init__(self, size: tuple[int, int], palette: Palette, seed: str) -> None:
        self.rng = Random(seed)  # noqa: S311 (a drawing, not a secret)
        self.size = size
        self.palette = palette
        self.width = HEIGHT * size[0] / size[1]
        self.unit = size[1] * OVERSAMPLING / HEIGHT
        margin = round(BLEED * self.unit) * 2
        plate_size = (size[0] * OVERSAMPLING + margin, size[1] * OVERSAMPLING + margin)
        self.plates = [Image.new("L", plate_size) for _ink in palette.inks]
        self._pens = [ImageDraw.Draw(plate) for plate in self.plates]
        self._matrix = (self.unit, 0.0, margin / 2, 0.0, self.unit, margin / 2)

    # Where things are drawn

    @contextmanager
    def moved(
        self, x: float = 0, y: float = 0, turn: float = 0, scale: float = 1, flip: bool = False
    ) -> Iterator[None]:
        """Draw what follows around the point (x, y), turned, scaled, mirrored."""
        before = self._matrix
        a, b, c, d, e, f = before
        dx, dy = cos(radians(turn)) * scale, sin(radians(turn)) * scale
        side = -1 if flip else 1
        self._matrix = (
            side * (a * dx + b * dy),
            b * dx - a * dy,
            a * x + b * y + c,
            side * (d * dx + e * dy),
            e * dx - d * dy,
            d * x + e * y + f,
        )
        try:
            yield
        finally:
            self._matrix = before

    @contextmanager
    def clipped(self, outline: Outline) -> Iterator[None]:
        """Draw what follows inside an outline only."""
        before = [plate.copy() for plate in self.plates]
        mask = Image.new("L", self.plates[0].size)
        ImageDraw.Draw(mask).polygon(self._on_plate(outline), fill=255)
        yield
        for plate, old in zip(self.plates, before, strict=True):
            plate.paste(Image.composite(plate, old, mask))

    # What is drawn

    def fill(self, outline: Outline, colour: Colour, over: bool = False) -> None:
        """Fill a shape; `over` prints on top of what is there, else that is cut out first."""
        path = self._on_plate(outline)
        for plate, pen, tone in zip(self.plates, self._pens, self._tones(colour), strict=True):
            if over and tone == 0:
                continue
            if over or isinstance(tone, Texture):
                self._blend(plate, path, tone, over)
            else:
                pen.polygon(path, fill=round(tone * 255))

    def stroke(
        self, line: Outline, width: float, colour: Colour, closed: bool = False, caps: bool = True, over: bool = False
    ) -> None:
        """Draw a line; its tones are plain, and printed over only where they are full."""
        path = self._on_plate([*line, line[0], line[1]] if closed else line)
        pixels = max(1, round(width * self._scale()))
        for pen, tone in zip(self._pens, self._tones(colour), strict=True):
            if over and tone == 0:
                continue
            tint = round(tone * 255)
            pen.line(path, fill=tint, width=pixels, joint="curve")
            if caps and not closed:
                for x, y in (path[0], path[-1]):
                    r = pixels / 2 - 0.5
                    pen.ellipse((x - r, y - r, x + r, y + r), fill=tint)

    def dashes(self, line: Outline, width: float, colour: Colour, dash: float = 22, gap: float = 18) -> None:
        points = along(line, 2)
        on, period = max(1, round(dash / 2)), max(2, round((dash + gap) / 2))
        for start in range(0, len(points), period):
            piece = points[start : start + on + 1]
            if len(piece) > 1:
                self.stroke(piece, width, colour, caps=False)

    def flood(self, colour: Colour) -> None:
        """Fill the whole sheet."""
        self.fill(box(-BLEED, -BLEED, self.width + 2 * BLEED, HEIGHT + 2 * BLEED), colour)

    def letter(
        self,
        text: str,
        x: float,
        y: float,
        size: float,
        colour: Colour,
        *,
        font: str = "sans",
        anchor: str = "mm",
        over: bool = False,
    ) -> None:
        """Print text at a point, after Pillow's anchors; `size` is that of the type."""
        face = load_font(font, round(size * self._scale()))
        reach = round(max(abs(edge) for edge in face.getbbox(text, anchor=anchor))) + 4
        mask = Image.new("L", (reach * 2, reach * 2))
        ImageDraw.Draw(mask).text((reach, reach), text, fill=255, font=face, anchor=anchor)
        turn = degrees(atan2(self._matrix[3], self._matrix[0]))
        if turn:
            mask = mask.rotate(-turn, Image.Resampling.BICUBIC)
        ((px, py),) = self._on_plate([(x, y)])
        part = Part((round(px) - reach, round(py) - reach), mask.size, self.unit, self.rng)
        for plate, tone in zip(self.plates, self._tones(colour), strict=True):
            if over and tone == 0:
                continue
            self._press(plate, mask, part, tone, over)

    def printed(self, roughness: float = 1) -> Image.Image:
        """Print all plates; 0 is a flat, exact print without grain."""
        image = Image.new("RGB", self.size, self.palette.paper)
        for number, (plate, ink) in enumerate(zip(self.plates, self.palette.inks, strict=True)):
            coverage = self._trimmed(plate, roughness if number else 0)
            if roughness:
                coverage = ImageChops.multiply(coverage, self._unevenness(roughness))
            layer = Image.merge("RGB", [coverage.point(_density(part)) for part in ink])
            image = ImageChops.multiply(image, layer)
        return image

    def _on_plate(self, outline: Outline) -> Outline:
        a, b, c, d, e, f = self._matrix
        return [(a * x + b * y + c, d * x + e * y + f) for x, y in outline]

    def _tones(self, colour: Colour) -> Colour:
        return (*colour, *(0,) * (len(self.plates) - len(colour)))

    def _scale(self) -> float:
        return hypot(self._matrix[0], self._matrix[3])

    def _blend(self, plate: Image.Image, path: Outline, tone: Tone, over: bool) -> None:
        xs, ys = [x for x, _y in path], [y for _x, y in path]
        left, top = max(0, int(min(xs))), max(0, int(min(ys)))
        right, bottom = min(plate.width, int(max(xs)) + 1), min(plate.height, int(max(ys)) + 1)
        if right <= left or bottom <= top:
            return
        part = Part((left, top), (right - left, bottom - top), self.unit, self.rng)
        mask = Image.new("L", part.size)
        ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in path], fill=255)
        self._press(plate, mask, part, tone, over)

    def _press(self, plate: Image.Image, mask: Image.Image, part: Part, tone: Tone, over: bool) -> None:
        ink = tone.render(part) if isinstance(tone, Texture) else Image.new("L", part.size, round(tone * 255))
        if over:
            x, y = part.corner
            there = plate.crop((x, y, x + part.size[0], y + part.size[1]))
            ink = ImageChops.lighter(there, ink)
        plate.paste(ink, part.corner, mask)

    def _trimmed(self, plate: Image.Image, roughness: float) -> Image.Image:
        margin = (plate.width - self.size[0] * OVERSAMPLING) // 2
        reach = LARGEST_SHIFT * self.unit * roughness
        left = margin + round(self.rng.uniform(-reach, reach))
        top = margin + round(self.rng.uniform(-reach, reach))
        width, height = self.size
        return plate.crop((left, top, left + width * OVERSAMPLING, top + height * OVERSAMPLING)).reduce(OVERSAMPLING)

    def _unevenness(self, roughness: float) -> Image.Image:
        """Ink that lies thinner here and there, and a few specks without any."""
        width, height = self.size
        coarse = (width // 5, height // 5)
        noise = Image.frombytes("L", coarse, self.rng.randbytes(coarse[0] * coarse[1]))
        depth = 15 * roughness
        image = noise.resize(self.size, Image.Resampling.BICUBIC).point(
            [255 - round(depth * level / 255) for level in range(256)]
        )
        pen = ImageDraw.Draw(image)
        for _speck in range(width * height // 3600):
            x, y, r = self.rng.random() * width, self.rng.random() * height, self.rng.random() * 1.1
            pen.ellipse((x - r, y - r, x + r, y + r), fill=120)
        return image


@lru_cache(maxsize=32)
def load_font(name: str, pixels: int) -> ImageFont.FreeTypeFont:
    """Return the site's own typeface, or Pillow's where that cannot be read."""
    file_name, weight = FONTS[name]
    try:
        font = ImageFont.truetype(FONT_FOLDER / file_name, pixels)
        axes = font.get_variation_axes()
        font.set_variation_by_axes([weight if axis["name"] == b"Weight" else axis["default"] for axis in axes])
    except OSError:
        return ImageFont.load_default(pixels)
    return font


def _density(part: int) -> list[int]:
    """How much of a colour's red, green or blue is left under a coverage."""
    return [255 - round(covered * (255 - part) / 255) for covered in range(256)]


@lru_cache(maxsize=16)
def _screen(side: int) -> Image.Image:
    """One tile of a halftone at 45 degrees: the share of its pixels below n is n / 256."""
    heights = [cos(2 * pi * x / side) * cos(2 * pi * y / side) for y in range(side) for x in range(side)]
    order = sorted(range(side * side), key=lambda i: heights[i])
    levels = bytearray(side * side)
    for rank, i in enumerate(order):
        levels[i] = rank * 255 // (side * side)
    return Image.frombytes("L", (side, side), bytes(levels))


def _tiled(tile: Image.Image, part: Part) -> Image.Image:
    """Cover a part with tiles that are counted from the plate's corner."""
    side = tile.width
    dx, dy = part.corner[0] % side, part.corner[1] % side
    image = Image.new("L", (part.size[0] + side, part.size[1] + side))
    image.paste(tile)
    across = down = side
    while across < image.width:
        image.paste(image.crop((0, 0, across, side)), (across, 0))
        across *= 2
    while down < image.height:
        image.paste(image.crop((0, 0, image.width, down)), (0, down))
        down *= 2
    return image.crop((dx, dy, dx + part.size[0], dy + part.size[1]))


def _gradient(size: tuple[int, int], start: float, end: float, towards: str) -> Image.Image:
    if towards == "out":
        image = Image.radial_gradient("L").resize(size, Image.Resampling.BILINEAR)
    else:
        image = Image.linear_gradient("L")
        turn = {"down": 0, "right": 90, "up": 180, "left": 270}[towards]
        image = image.rotate(turn).resize(size, Image.Resampling.BILINEAR)
    return image.point([round(255 * (start + (end - start) * i / 255)) for i in range(256)])


def _threshold(wanted: Image.Image, screen: Image.Image) -> Image.Image:
    """Ink where the wanted tone is above the screen."""
    return ImageChops.subtract(wanted, screen).point([0] + [255] * 255)
