"""The inks. A palette is a paper and three inks; where inks overlap they make a fourth colour."""

from dataclasses import dataclass

from PIL import ImageColor

RGB = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Palette:
    paper: RGB
    inks: tuple[RGB, ...]  # dark, accent, light: the order of the plates


def _palette(paper: str, dark: str, accent: str, light: str) -> Palette:
    paper, *inks = (ImageColor.getrgb(colour) for colour in (paper, dark, accent, light))
    return Palette(paper, tuple(inks))


PALETTES = {
    "ink": _palette("#f4f0e6", "#26309a", "#ea4a80", "#f4bf45"),
    "brick": _palette("#f7eee1", "#3b2350", "#dd4a2d", "#f2b04a"),
    "teal": _palette("#f1f1e6", "#0e4a5e", "#f0694a", "#6cc4b0"),
    "moss": _palette("#f3f1e0", "#27472f", "#e2683a", "#b4c962"),
    "ochre": _palette("#f8f0dd", "#2d2f7c", "#dc5a35", "#f0b730"),
    "plum": _palette("#f6ede8", "#4d1f5c", "#e8533f", "#eaa3c4"),
    "sea": _palette("#eff2ee", "#143f7c", "#f2774f", "#63c0d2"),
    "slate": _palette("#f1efe8", "#2f3d54", "#d95c3c", "#a9c0ce"),
    "tricolour": _palette("#f6f2e8", "#22328c", "#de3d43", "#9db4e8"),
    "rose": _palette("#f8efe9", "#7a1f45", "#2f59a8", "#f3a7a0"),
    "vermilion": _palette("#f6f0e3", "#23252f", "#e5472b", "#e9c99a"),
    "sand": _palette("#f5efe0", "#5a3a26", "#1f7a7a", "#e3bf7c"),
}

# Words for colours that are not the name of a palette.
COLOUR_WORDS = {
    "blue": "ink",
    "indigo": "ink",
    "red": "vermilion",
    "terracotta": "brick",
    "orange": "brick",
    "turquoise": "teal",
    "green": "moss",
    "olive": "moss",
    "yellow": "ochre",
    "gold": "ochre",
    "purple": "plum",
    "violet": "plum",
    "ocean": "sea",
    "sky": "sea",
    "grey": "slate",
    "gray": "slate",
    "night": "slate",
    "france": "tricolour",
    "pink": "rose",
    "black": "vermilion",
    "brown": "sand",
    "warm": "sand",
}
