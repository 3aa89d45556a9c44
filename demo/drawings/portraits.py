"""Faces cut from paper: the inks of the covers, and one more for the skin."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import sin
from random import Random

from PIL import ImageColor

from demo.drawings.palettes import Palette
from demo.drawings.press import ACCENT, DARK, LIGHT, PALE, PAPER, WARM, Colour, Dots, Hatch, Sheet
from demo.drawings.shapes import arc, box, circle, oval, polar, smooth, wave
from demo.drawings.things import below, headphones, knot, text_lines

# The fourth ink. A person is printed with one of them; what lies in shade has the accent's ink over it.
SKINS = tuple(
    ImageColor.getrgb(colour) for colour in ("#f6d3b6", "#eebd95", "#d99f72", "#b67c52", "#8f5a3c", "#6b412b")
)

SKIN: Colour = (0, 0, 0, 1)
SHADE: Colour = (0.12, 0.26, 0, 0)  # to be printed over
GREY: Colour = (0.42, 0, 0)


@dataclass(frozen=True, slots=True)
class Face:
    """What can be told of a person in a few cuts."""

    hair: str = "short"  # one of HAIRS
    tint: Colour = DARK
    glasses: bool = False
    beard: bool = False
    headphones: bool = False
    clothes: str = "shirt"  # one of CLOTHES
    skin: int = 1


HAIRS = ("short", "long", "curly", "bun", "bob", "parted")
CLOTHES = ("shirt", "roll", "round", "jacket")

# The people of the demo publication, so that a change of chance never gives them another face.
FACES = {
    "portrait-camille-ferrand": Face("bob", DARK, glasses=True, clothes="shirt", skin=0),
    "portrait-hugo-marchetti": Face("parted", DARK, beard=True, clothes="jacket", skin=2),
    "portrait-nadia-benslimane": Face("long", DARK, clothes="roll", skin=3),
    "portrait-owen-prichard": Face("short", WARM, headphones=True, clothes="round", skin=0),
    "portrait-solene-kervadec": Face("curly", ACCENT, clothes="jacket", skin=1),
}


def face_for(seed: str, words: Iterable[str]) -> Face:
    """Return the face of a known person, else one after the words, and chance for the rest."""
    if seed in FACES:
        return FACES[seed]
    rng, words = Random(seed), set(words)  # noqa: S311 (a drawing, not a secret)
    face = Face(
        hair=rng.choice(HAIRS),
        tint=rng.choice((DARK, DARK, WARM, ACCENT, GREY)),
        glasses=rng.random() < 0.3,
        clothes=rng.choice(CLOTHES),
        skin=rng.randrange(len(SKINS)),
    )
    for hair in words & set(HAIRS):
        face = replace(face, hair=hair)
    return replace(
        face,
        glasses=face.glasses or "glasses" in words,
        beard="beard" in words,
        headphones="headphones" in words,
    )


def inks_with_skin(palette: Palette, face: Face) -> Palette:
    return Palette(palette.paper, (*palette.inks, SKINS[face.skin]))


def draw_portrait(s: Sheet, face: Face, words: Iterable[str]) -> None:
    """A person from the shoulders up on a square sheet, before something of their work."""
    grounds = ((LIGHT, PAPER), (PALE, ACCENT), (PAPER, LIGHT), (ACCENT, LIGHT), (DARK, LIGHT))
    ground, disc = grounds[sum(map(ord, face.hair + face.clothes)) % len(grounds)]
    if face.tint in (ACCENT, WARM) and ACCENT in (ground, disc):
        ground, disc = PALE, LIGHT
    s.flood(ground)
    s.fill(circle(450, 430, 360), disc)
    words = set(words)
    works = [draw for names, draw in WORKS if words & set(names.split())]
    for draw in works[:1]:
        draw(s, PAPER if ground == DARK else DARK)
    if not works:
        s.fill(circle(450, 430, 360), (Dots(0.0, 0.35, "down", 24), 0, 0), over=True)
    _hair_behind(s, face)
    _shoulders(s, face, disc)
    _head(s, face)
    _hair_before(s, face)
    if face.glasses:
        for side in (-1, 1):
            s.stroke(circle(446 + side * 66, 392, 50), 9, DARK, closed=True)
        s.stroke(arc(446, 394, 20, 200, 340), 9, DARK)
        s.stroke([(330, 384), (308, 374)], 9, DARK)
        s.stroke([(562, 384), (590, 374)], 9, DARK)
    if face.headphones:
        headphones(s, 450, 372, 190, DARK, ACCENT)


HEAD = [
    (330, 330),
    (330, 420),
    (350, 506),
    (396, 572),
    (450, 596),
    (506, 572),
    (552, 506),
    (572, 420),
    (572, 330),
    (536, 236),
    (450, 204),
    (366, 236),
]


def _head(s: Sheet, face: Face) -> None:
    head = smooth(HEAD)
    for side in (-1, 1):
        s.fill(oval(450 + side * 124, 410, 24, 42), SKIN)
    s.fill(oval(574, 410, 24, 42), SHADE, over=True)
    s.fill(head, SKIN)
    # The side away from the light; its edge is the ridge of the nose, turned a little to the left.
    with s.clipped(head):
        ridge = smooth(
            [(480, 190), (486, 330), (462, 372), (424, 462), (436, 480), (466, 486), (456, 520), (470, 620)],
            closed=False,
        )
        s.fill([*ridge, (640, 620), (640, 190)], SHADE, over=True)
        if face.beard:
            beard = [
                (318, 420),
                (344, 470),
                (388, 500),
                (420, 496),
                (450, 502),
                (486, 496),
                (524, 498),
                (560, 466),
                (590, 420),
                (590, 640),
                (318, 640),
            ]
            s.fill(smooth(beard, steps=8), face.tint)
    # Eyes that look at something beside the reader; brows; mouth.
    for x in (384, 510):
        s.fill(smooth([(x - 28, 398), (x - 6, 384), (x + 16, 386), (x + 28, 398), (x + 4, 408), (x - 16, 406)]), PAPER)
        s.fill(circle(x - 5, 396, 12), DARK)
        s.stroke(smooth([(x - 30, 398), (x - 8, 383), (x + 14, 384), (x + 30, 398)], closed=False), 6, DARK)
    brow = DARK if face.tint != GREY else GREY
    s.stroke(smooth([(348, 356), (378, 342), (416, 350)], closed=False), 12, brow)
    s.stroke(smooth([(482, 350), (516, 342), (546, 356)], closed=False), 12, brow)
    lips = (0.25, 1, 0) if not face.beard else (0, 0.8, 0, 1)
    s.fill(smooth([(404, 532), (432, 522), (446, 527), (462, 522), (494, 532), (464, 546), (432, 546)]), lips)
    s.stroke(smooth([(402, 532), (434, 535), (464, 535), (496, 531)], closed=False), 4, DARK)


def _shoulders(s: Sheet, face: Face, disc: Colour) -> None:
    body = smooth(
        [
            (90, 930),
            (120, 770),
            (230, 704),
            (360, 672),
            (450, 690),
            (540, 672),
            (670, 704),
            (780, 770),
            (810, 930),
            (450, 990),
        ]
    )
    neck = [(388, 520), (512, 520), (512, 660), (540, 690), (450, 760), (360, 690), (388, 660)]
    colour = _cloth(face, disc)
    s.fill(body, colour)
    if face.clothes == "round":
        with s.clipped(body):
            for i in range(5):
                s.fill(box(60, 740 + i * 44, 780, 18), DARK)
    s.fill(neck, SKIN)
    s.fill([(388, 560), (512, 520), (512, 620), (450, 640), (396, 600)], SHADE, over=True)
    if face.clothes == "shirt":
        for side in (-1, 1):
            s.fill([(450 + side * 68, 648), (450, 762), (450 + side * 60, 832), (450 + side * 118, 690)], PAPER)
        s.stroke([(450, 770), (450, 930)], 5, PAPER)
    elif face.clothes == "roll":
        s.fill(box(372, 612, 156, 96, 26), colour)
        s.fill(box(372, 612, 156, 96, 26), (0, 0, Hatch(22, 0.3, 90)), over=True)
        s.fill([(372, 660), (528, 660), (580, 710), (540, 770), (450, 780), (360, 770), (320, 710)], colour)
    elif face.clothes == "round":
        s.stroke(arc(450, 650, 108, 18, 162), 24, DARK, caps=False)
    else:
        s.fill([(392, 676), (450, 760), (508, 676), (470, 930), (430, 930)], PAPER)
        for side in (-1, 1):
            lapel = [
                (450 + side * 58, 664),
                (450 + side * 118, 684),
                (450 + side * 132, 800),
                (450 + side * 28, 930),
                (450 + side * 4, 930),
            ]
            s.fill(lapel, colour)
            s.stroke([lapel[1], (450 + side * 82, 770), lapel[2]], 4, LIGHT)
            s.stroke([lapel[0], lapel[4]], 4, LIGHT)


def _cloth(face: Face, disc: Colour) -> Colour:
    """Choose a colour that stands off the disc and off the hair."""
    wanted = {"shirt": (ACCENT, LIGHT), "roll": (DARK, PAPER), "round": (PAPER, PAPER), "jacket": (DARK, DARK)}
    first, second = wanted[face.clothes]
    hidden = first == disc or (first == face.tint and face.hair in ("long", "curly", "bob"))
    return second if hidden else first


def _hair_behind(s: Sheet, face: Face) -> None:
    match face.hair:
        case "long":
            fall = [
                (450, 150),
                (320, 186),
                (276, 320),
                (262, 520),
                (226, 720),
                (300, 800),
                (450, 780),
                (600, 800),
                (674, 720),
                (638, 520),
                (624, 320),
                (580, 186),
            ]
            s.fill(smooth(fall), face.tint)
        case "bob":
            s.fill(
                smooth(
                    [
                        (450, 150),
                        (316, 190),
                        (280, 330),
                        (274, 520),
                        (330, 590),
                        (450, 560),
                        (570, 590),
                        (626, 520),
                        (620, 330),
                        (584, 190),
                    ]
                ),
                face.tint,
            )
        case "curly":
            for angle in range(120, 421, 22):
                x, y = polar(450, 350, 168, angle)
                s.fill(circle(x, y, 72), face.tint)
            for side in (-1, 1):
                s.fill(circle(450 + side * 172, 470, 66), face.tint)
                s.fill(circle(450 + side * 164, 560, 54), face.tint)
        case "bun":
            s.fill(circle(450, 142, 74), face.tint)
            s.fill(oval(450, 330, 146, 170), face.tint)
        case _:
            s.fill(oval(450, 320, 136, 150), face.tint)


def _hair_before(s: Sheet, face: Face) -> None:
    match face.hair:
        case "long" | "bun":
            left = [(456, 172), (350, 196), (308, 320), (312, 430), (342, 396), (372, 310), (440, 236)]
            right = [(444, 172), (552, 196), (594, 320), (590, 430), (560, 396), (536, 310), (474, 236)]
            for half in (left, right):
                s.fill(smooth(half), face.tint)
        case "bob":
            s.fill(
                smooth(
                    [
                        (560, 200),
                        (450, 158),
                        (336, 190),
                        (290, 330),
                        (288, 500),
                        (330, 520),
                        (342, 400),
                        (360, 330),
                        (470, 320),
                        (556, 300),
                        (566, 400),
                        (572, 520),
                        (612, 500),
                        (612, 320),
                    ]
                ),
                face.tint,
            )
        case "curly":
            for x, y, r in (
                (340, 250, 56),
                (404, 212, 58),
                (476, 204, 60),
                (546, 240, 56),
                (582, 306, 42),
                (318, 322, 42),
            ):
                s.fill(circle(x, y, r), face.tint)
            for x, y in ((352, 236), (430, 190), (506, 196), (570, 264)):
                s.stroke(arc(x, y, 26, 150, 330), 6, PAPER if face.tint == DARK else DARK)
        case "parted":
            s.fill(
                smooth(
                    [
                        (318, 388),
                        (312, 280),
                        (356, 196),
                        (450, 160),
                        (550, 182),
                        (596, 270),
                        (586, 388),
                        (568, 330),
                        (548, 272),
                        (480, 262),
                        (396, 282),
                        (350, 264),
                        (336, 320),
                    ]
                ),
                face.tint,
            )
        case _:
            s.fill(
                smooth(
                    [
                        (324, 372),
                        (316, 270),
                        (372, 186),
                        (470, 166),
                        (560, 200),
                        (594, 290),
                        (580, 376),
                        (560, 300),
                        (520, 258),
                        (440, 268),
                        (372, 252),
                        (344, 300),
                    ]
                ),
                face.tint,
            )


def _columns_of_text(s: Sheet, ink: Colour) -> None:
    for x in (60, 700):
        text_lines(s, x, 120, 150, 12, 40, 14, ink)


def _two_distributions(s: Sheet, ink: Colour) -> None:
    for row in range(9):
        for side in (-1, 1):
            for i in range(round(6 * (1 - ((row - 4) / 5) ** 2))):
                s.fill(circle(450 + side * (420 - i * 40), 110 + row * 58, 13), ink)


def _pipes(s: Sheet, ink: Colour) -> None:
    for side in (-1, 1):
        with s.moved(450, 0, flip=side > 0):
            for y, drop in ((110, 120), (330, -90), (520, 100)):
                s.stroke([(-470, y), (-330, y), (-330, y + drop), (-200, y + drop)], 36, ink)
                s.fill(box(-410, y - 36, 44, 72, 8), PAPER if ink == DARK else LIGHT)
                s.stroke([(-388, y - 36), (-388, y - 66)], 12, ink)
                s.stroke([(-424, y - 66), (-352, y - 66)], 16, ink)


def _sound_waves(s: Sheet, ink: Colour) -> None:
    for i in range(15):
        for side in (-1, 1):
            reach = 34 + 150 * abs(sin(i * 0.9 + 1)) * (0.4 + i / 18)
            x = 450 + side * (450 - i * 30)
            s.stroke([(x, 400 - reach), (x, 400 + reach)], 14, ink)


def _network(s: Sheet, ink: Colour) -> None:
    points = [
        *((70, 130), (200, 60), (96, 330), (190, 500), (60, 610)),
        *((720, 70), (846, 180), (800, 400), (700, 540), (850, 620)),
    ]
    for a, b in ((0, 1), (0, 2), (2, 3), (3, 4), (1, 3), (5, 6), (6, 7), (7, 8), (7, 9), (5, 8)):
        s.stroke([points[a], points[b]], 6, ink)
    for i, (x, y) in enumerate(points):
        knot(s, x, y, 26 if i % 3 else 38, LIGHT if ink == DARK else ACCENT, ink)


# What a person works with, by the words that ask for it.
WORKS = (
    ("newspaper column page letters", _columns_of_text),
    ("dots distribution bars", _two_distributions),
    ("pipes valves cables", _pipes),
    ("sound wave waves radio", _sound_waves),
    ("network lighthouse orbit", _network),
)


def draw_initials(s: Sheet, initials: str) -> None:
    """A likeness of nobody, for a real person: letters, a bridge, the sea."""
    s.flood(LIGHT)
    s.fill(circle(450, 350, 290), PAPER)
    s.fill(circle(450, 350, 290), (0, Dots(0, 0.8, "down", 24), 0), over=True)
    for i, letter in enumerate(initials[:2]):
        s.letter(letter, 318 + i * 264, 350, 350, DARK, font="serif")
    deck = 560
    s.fill(box(-20, deck, 940, 30), DARK)
    for x in (-60, 240, 540, 840):
        s.stroke(arc(x + 60, deck + 150, 140, 180, 360), 24, DARK, caps=False)
        s.fill(box(x - 92, deck, 24, 250), DARK)
    for i, colour in enumerate((ACCENT, PAPER, DARK, ACCENT, DARK)):
        s.fill(below(wave(-40, 940, 700 + i * 48, 14 + i * 2, 240 + i * 30, i * 0.35)), colour)
