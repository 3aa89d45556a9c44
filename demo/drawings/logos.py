"""Flat marks for the blogs of partners: two colours on a third, no grain."""

from collections.abc import Callable

from demo.drawings.press import ACCENT, DARK, LIGHT, PALE, PAPER, Sheet
from demo.drawings.shapes import arc, box, circle, polar, smooth, wave
from demo.drawings.things import below

Mark = Callable[[Sheet], None]
MARKS: dict[str, Mark] = {}


def mark(words: str) -> Callable[[Mark], Mark]:
    def register(draw: Mark) -> Mark:
        for word in words.split():
            MARKS[word] = draw
        return draw

    return register


@mark("bubbles speech talk")
def two_bubbles(s: Sheet) -> None:
    s.flood(ACCENT)
    s.fill(box(130, 170, 470, 330, 130), PAPER)
    s.fill([(210, 440), (330, 440), (200, 620)], PAPER)
    s.fill(box(330, 370, 440, 310, 120), DARK)
    s.fill([(580, 620), (700, 620), (720, 790)], DARK)
    for i in range(3):
        s.fill(circle(450 + i * 100, 525, 32), LIGHT)


@mark("counter gears shop industry")
def counter_and_gear(s: Sheet) -> None:
    s.flood(LIGHT)
    gear = []
    for tooth in range(10):
        for radius, turn in ((212, -12), (262, -7), (262, 7), (212, 12)):
            gear.append(polar(450, 410, radius, tooth * 36 + turn))
    s.fill(gear, DARK)
    s.fill(circle(450, 410, 104), LIGHT)
    s.fill(box(90, 470, 720, 330), ACCENT)
    for i in range(6):
        s.fill([*box(90 + i * 120, 470, 120, 120), *arc(150 + i * 120, 590, 60, 0, 180)], PAPER if i % 2 else ACCENT)
        s.fill(box(90 + i * 120, 470, 120, 120), PAPER if i % 2 else ACCENT)
    s.fill(box(60, 448, 780, 44), DARK)
    s.fill(box(90, 690, 720, 110), DARK)


@mark("notebook grid data numbers")
def squared_notebook(s: Sheet) -> None:
    s.flood(LIGHT)
    s.fill(box(190, 110, 560, 680, 40), DARK)
    s.fill(box(270, 160, 430, 580, 10), PAPER)
    for i in range(1, 6):
        s.stroke([(270 + i * 72, 160), (270 + i * 72, 740)], 5, PALE, caps=False)
    for i in range(1, 8):
        s.stroke([(270, 160 + i * 72), (700, 160 + i * 72)], 5, PALE, caps=False)
    for column, height in enumerate((2, 4, 3, 6)):
        s.fill(box(342 + column * 72, 664 - height * 72, 72, height * 72), ACCENT if column % 2 else DARK)
    for i in range(5):
        s.fill(box(150, 190 + i * 120, 120, 34, 17), ACCENT)


@mark("envelope snail slow letter inbox")
def snail_mail(s: Sheet) -> None:
    s.flood(DARK)
    body = smooth(
        [
            (120, 700),
            (230, 640),
            (520, 640),
            (650, 600),
            (680, 470),
            (720, 400),
            (790, 420),
            (800, 520),
            (760, 660),
            (680, 730),
            (300, 740),
        ]
    )
    s.fill(body, LIGHT)
    for x in (724, 790):
        s.stroke([(x - 6, 430), (x + (-14 if x < 750 else 30), 300)], 20, LIGHT)
        s.fill(circle(x + (-14 if x < 750 else 30), 292, 26), ACCENT)
    with s.moved(400, 430, -8):
        s.fill(box(-260, -180, 520, 360, 20), PAPER)
        s.stroke([(-250, -166), (0, 40), (250, -166)], 26, ACCENT)
    s.fill(box(100, 730, 700, 24, 12), ACCENT)


@mark("wave waves sea water")
def three_waves(s: Sheet) -> None:
    s.flood(LIGHT)
    s.fill(circle(450, 450, 320), PAPER)
    with s.clipped(circle(450, 450, 320)):
        for i, colour in enumerate((ACCENT, DARK, LIGHT, DARK)):
            s.fill(below(wave(100, 800, 400 + i * 100, 34, 280, i * 0.4)), colour)


@mark("orbit network web star")
def rings(s: Sheet) -> None:
    s.flood(DARK)
    for radius, angle in ((320, 30), (220, 200), (120, 300)):
        s.stroke(circle(450, 450, radius), 20, LIGHT, closed=True)
        s.fill(circle(*polar(450, 450, radius, angle), 50), ACCENT)
    s.fill(circle(450, 450, 56), PAPER)


@mark("page book pen writing letters")
def initial(s: Sheet) -> None:
    s.flood(ACCENT)
    s.fill(circle(450, 450, 330), PAPER)
    s.letter(s.rng.choice("aegR&"), 450, 430, 560, DARK, font="serif")


@mark("mountains grid bars skyline arch")
def arches(s: Sheet) -> None:
    s.flood(LIGHT)
    for i, colour in enumerate((DARK, PAPER, ACCENT, DARK)):
        r = 330 - i * 84
        s.fill([(450 - r, 780), (450 - r, 470), *arc(450, 470, r, 180, 360), (450 + r, 780)], colour)
