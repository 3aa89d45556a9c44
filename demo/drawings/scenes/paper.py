"""Pages, letters, envelopes, windows of text: what is written, and what becomes of it."""

from math import sin

from demo.drawings.press import ACCENT, DARK, DEEP, LIGHT, PAPER, SHADOW, WARM, Colour, Dots, Hatch, Sheet
from demo.drawings.scenes import scene
from demo.drawings.shapes import box, circle, oval, pie, ring, smooth, wave
from demo.drawings.things import (
    below,
    bubble,
    envelope,
    knot,
    leaf,
    margin,
    megaphone,
    microphone,
    newspaper,
    open_book,
    pencil,
    pointer,
    ruled,
    shadow,
    squared,
    sun,
    text_lines,
    window_frame,
    windows,
)


@scene("envelopes letters square sky birds newsletter flight", key="lettres-couverture")
def envelopes_take_flight(s: Sheet) -> None:
    horizon = 640
    s.flood(LIGHT)
    s.fill(box(-20, -20, s.width + 40, horizon + 20), (0, 0, Dots(0.95, 0.25, "down", 26)))
    sun(s, s.width * 0.2, 470, 120, ACCENT)
    # Façades around an empty square, two lamps and their shadows.
    for i in range(14):
        x = i * s.width / 13 - 60
        height = s.rng.uniform(70, 150)
        s.fill(box(x, horizon - height, s.width / 13 + 2, height + 4), DARK if i % 3 else DEEP)
        windows(s, x + 10, horizon - height + 12, s.width / 13 - 20, height - 20, 3, 2, [LIGHT, DARK, DARK])
    s.fill(box(-20, horizon, s.width + 40, 300), PAPER)
    for i in range(-9, 10):
        s.stroke([(s.width / 2 + i * 60, horizon), (s.width / 2 + i * 330, 930)], 3, (0.35, 0, 0))
    for y in (664, 700, 752, 826):
        s.stroke([(-20, y), (s.width + 20, y)], 3, (0.35, 0, 0))
    for x, size in ((s.width * 0.16, 1.0), (s.width * 0.86, 1.25)):
        with s.moved(x, 730, scale=size):
            s.fill([(0, 0), (230, 54), (236, 66), (-4, 10)], SHADOW, over=True)
            s.fill(box(-5, -190, 10, 194), DARK)
            s.fill(box(-16, -8, 32, 14, 6), DARK)
            s.fill(circle(0, -206, 24), ACCENT)
    flock = (
        (0.3, 590, 90, -8),
        (0.4, 520, 120, 12),
        (0.33, 400, 150, -16),
        (0.5, 420, 170, 8),
        (0.46, 250, 205, -14),
        (0.64, 330, 190, 18),
        (0.62, 140, 250, -6),
        (0.8, 220, 290, 14),
        (0.92, 60, 220, -20),
        (0.78, 480, 110, -22),
    )
    for x, y, width, turn in flock:
        _winged(s, x * s.width, y, width, turn)


def _winged(s: Sheet, x: float, y: float, width: float, turn: float) -> None:
    with s.moved(x, y, turn):
        for side in (-1, 1):
            wing = [
                (side * width * 0.3, -width * 0.18),
                (side * width * 0.95, -width * 0.62),
                (side * width * 0.5, width * 0.1),
            ]
            s.fill(wing, PAPER)
            s.fill(wing, (Dots(0, 0.5, "down", 18), 0, 0), over=True)
        envelope(s, 0, 0, width)


@scene("page bars newspaper bands adblock", key="cover-bloqueurs")
def page_crossed_by_bands(s: Sheet) -> None:
    s.flood(LIGHT)
    s.fill(box(-20, -20, s.width + 40, 940), (0, 0, Dots(1, 0.6, "down", 28)))
    margin(s)
    newspaper(s, s.width * 0.5, 480, 700, 960, -6)
    cx = s.width / 2
    with s.moved(cx, 450, -6):
        for y, height, colour in ((-250, 96, DARK), (-30, 150, ACCENT), (236, 70, DARK)):
            outline = box(-s.width, y, s.width * 2, height)
            shadow(s, outline, 0, 14)
            s.fill(outline, colour)
        s.fill(box(-s.width, -30, s.width * 2, 150), (0, 1, Dots(0, 0.55, "down", 24)))
        for i in range(-9, 10):
            s.fill([(i * 120, 236), (i * 120 + 50, 236), (i * 120 + 10, 306), (i * 120 - 40, 306)], LIGHT)


@scene("page letters list label rules contract", key="cover-charte-parrainage")
def nine_rules(s: Sheet) -> None:
    cx = s.width * 0.47
    s.flood(DARK)
    s.fill(circle(cx, 470, 460), (1, 0, Dots(0.1, 0.55, "down", 28)))
    with s.moved(cx, 480, -3):
        sheet = box(-330, -430, 660, 900)
        shadow(s, sheet, 20, 22)
        s.fill(sheet, PAPER)
        s.stroke([(-214, -430), (-214, 470)], 4, ACCENT)
        s.fill(box(-180, -386, 300, 34), DARK)
        for i in range(9):
            y = -284 + i * 78
            s.letter(str(i + 1), -264, y, 62, ACCENT, font="serif")
            s.fill(box(-180, y - 14, 440 * s.rng.uniform(0.8, 1), 12), DARK)
            s.fill(box(-180, y + 12, 440 * s.rng.uniform(0.3, 0.75), 12), (0.4, 0, 0))
    with s.moved(cx + 370, 560, 24):
        tag = [(-60, -190), (60, -190), (130, -110), (130, 210), (-130, 210), (-130, -110)]
        string = smooth([(0, -130), (-60, -280), (-190, -330), (-300, -250)], closed=False)
        shadow(s, tag)
        s.fill(tag, ACCENT)
        s.fill(tag, (0, 0, Dots(0, 0.8, "down", 24)), over=True)
        s.fill(circle(0, -130, 30), PAPER)
        s.fill(circle(0, -130, 17), DARK)
        s.stroke(string, 7, LIGHT)
        s.letter("€", 0, 30, 210, PAPER)
        s.fill(box(-80, 150, 160, 14), PAPER)


@scene("megaphone letters press release announcement", key="cover-communique")
def letters_tumble_out(s: Sheet) -> None:
    s.flood(LIGHT)
    s.fill(pie(s.width * 0.3, 470, 1500, -34, 12), (0, 0, 0.35))
    s.fill(pie(s.width * 0.3, 470, 1500, -24, 1), PAPER)
    margin(s)
    letters = (
        ("C", 0.56, 0.38, 230, -18, DARK, "sans"),
        ("o", 0.68, 0.22, 150, 24, ACCENT, "serif"),
        ("m", 0.71, 0.5, 220, 12, DARK, "serif"),
        ("?", 0.83, 0.3, 260, -12, ACCENT, "sans"),
        ("e", 0.62, 0.68, 180, -30, DARK, "serif"),
        ("!", 0.93, 0.5, 250, 20, DARK, "sans"),
        ("a", 0.8, 0.74, 210, 34, ACCENT, "sans"),
        ("s", 0.92, 0.84, 170, -20, DARK, "serif"),
        ("R", 0.95, 0.13, 150, -8, DARK, "serif"),
        ("n", 0.69, 0.9, 150, 16, WARM, "sans"),
    )
    for text, x, y, size, turn, colour, font in letters:
        with s.moved(x * s.width, y * 900, turn):
            s.letter(text, 10, 12, size * 1.15, SHADOW, font=font, over=True)
            s.letter(text, 0, 0, size * 1.15, colour, font=font)
    megaphone(s, s.width * 0.29, 500, 620, -14)


@scene("grid page windows cookies consent buttons", key="cover-cookies-consentement-fatigue")
def windows_with_two_buttons(s: Sheet) -> None:
    s.flood(LIGHT)
    s.fill(box(-20, -20, s.width + 40, 940), (0, 0, Dots(0.35, 1, "down", 28)))
    squared(s, (0, 0.25, 0), 75, 2)
    count = 6
    for i in range(count):
        x = s.width * 0.06 + i * s.width * 0.094
        y = 46 + i * 70
        width, height = 640, 400
        window_frame(s, x, y, width, height, DARK if i < count - 1 else ACCENT)
        s.fill(box(x + 44, y + 92, 330, 30), DARK)
        text_lines(s, x + 44, y + 156, 540, 3, 36, 12, (0.45, 0, 0))
        s.fill(box(x + 44, y + 300, 250, 68, 14), ACCENT)
        s.fill(box(x + 94, y + 328, 150, 12), PAPER)
        s.fill(box(x + 330, y + 300, 250, 68, 14), PAPER)
        s.stroke(box(x + 330, y + 300, 250, 68, 14), 5, DARK, closed=True)
        s.fill(box(x + 390, y + 328, 130, 12), DARK)
    pointer(s, s.width * 0.06 + (count - 1) * s.width * 0.094 + 460, 46 + (count - 1) * 70 + 345, 120)


@scene("network page files archive formats", key="cover-formats-ouverts-memoire")
def sheets_joined_by_threads(s: Sheet) -> None:
    s.flood(PAPER)
    s.fill(circle(s.width * 0.5, 450, 430), (0, 0, Dots(0.75, 0.1, "down", 28)))
    margin(s)
    spots = (
        (0.13, 0.27, -9, "full"),
        (0.31, 0.66, 7, "full"),
        (0.4, 0.24, 4, "ghost"),
        (0.56, 0.58, -6, "full"),
        (0.69, 0.22, 9, "full"),
        (0.75, 0.76, 5, "ghost"),
        (0.9, 0.45, -8, "full"),
        (0.12, 0.84, 12, "ghost"),
    )
    points = [(x * s.width, y * 900) for x, y, _turn, _kind in spots]
    for a, b in ((0, 1), (0, 2), (1, 2), (1, 3), (2, 4), (3, 4), (3, 5), (4, 6), (5, 6), (1, 7)):
        s.stroke([points[a], points[b]], 5, ACCENT)
    for i, ((x, y), (_x, _y, turn, kind)) in enumerate(zip(points, spots, strict=True)):
        if kind == "full":
            leaf(s, x, y, 190, 250, turn, lines=6, colour=PAPER if i % 2 else LIGHT)
        else:
            with s.moved(x, y, turn):
                outline = box(-95, -125, 190, 250)
                s.dashes([*outline, outline[0]], 5, DARK, 14, 14)
                for row in range(6):
                    s.dashes([(-70, -70 + row * 32), (70, -70 + row * 32)], 4, (0.3, 0, 0), 10, 22)
        knot(s, x, y - 125, 15, ACCENT)


@scene("waves page bubbles boats comments answers museum", key="cover-musee-repondre-commentaires")
def bubbles_at_sea(s: Sheet) -> None:
    s.flood((0, 0, 0.35))
    sun(s, s.width * 0.78, 230, 130, ACCENT)
    s.fill(circle(s.width * 0.78, 230, 130), (0, 0, Dots(0, 1, "down", 24)), over=True)
    rows = ((400, LIGHT), (470, DARK), (560, PAPER), (650, DARK), (750, LIGHT), (840, DARK))
    boats = {
        0: ((0.3, 0.62, PAPER), (0.58, 0.55, ACCENT)),
        2: ((0.14, 0.95, ACCENT), (0.83, 0.9, PAPER)),
        4: ((0.47, 1.3, PAPER),),
    }
    for i, (y, colour) in enumerate(rows):
        for x, size, fill in boats.get(i, ()):
            _rowing_bubble(s, x * s.width, y - 84 * size, size, fill)
        line = wave(-40, s.width + 40, y, 13 + i * 3, 220 + i * 50, i * 0.31)
        s.fill(below(line), colour)


def _rowing_bubble(s: Sheet, x: float, y: float, size: float, colour: Colour) -> None:
    with s.moved(x, y, turn=-4, scale=size):
        for side in (-1, 1):
            s.stroke([(side * 120, 10), (side * 236, 66)], 13, WARM)
            with s.moved(side * 256, 76, side * 27):
                s.fill(oval(0, 0, 44, 18), WARM)
        outline = box(-165, -100, 330, 200, 84)
        with s.moved(0, 0):
            s.fill([(-110, 60), (-30, 60), (-90, 160)], DARK)
            s.fill(box(-177, -112, 354, 224, 92), DARK)
            s.fill([(-98, 60), (-42, 60), (-82, 140)], colour)
            s.fill(outline, colour)
        ink = DARK if colour == PAPER else PAPER
        text_lines(s, -105, -52, 210, 3, 42, 17, ink)


@scene("bars letters figures numbers digits", key="cover-nombres-pour-humains")
def figures_among_bars(s: Sheet) -> None:
    s.flood(PAPER)
    margin(s)
    ruled(s, (0, 0, 0.4), 100, 100)
    base = 800
    items = (
        ("bar", 420, LIGHT),
        ("7", 640, DARK),
        ("bar", 260, ACCENT),
        ("3", 460, "fading"),
        ("bar", 560, DARK),
        ("bar", 180, LIGHT),
        ("2", 840, ACCENT),
        ("bar", 330, DARK),
        ("9", 560, "fading"),
        ("bar", 480, LIGHT),
        ("5", 400, "fading"),
        ("bar", 240, "fading"),
    )
    scale = (s.width - 190) / sum(112 if text == "bar" else height * 0.56 + 22 for text, height, _colour in items)
    x = 150.0
    for text, height, colour in items:
        fill = (Dots(0.75, 0.12, "down", 22), 0, 0) if colour == "fading" else colour
        if text == "bar":
            s.fill(box(x, base - height, 88 * scale, height), fill)
            x += 112 * scale
        else:
            s.letter(text, x, base - 3, height * 1.05 * scale, fill, anchor="ls")
            x += (height * 0.56 + 22) * scale
    s.fill(box(-20, base, s.width + 40, 130), DARK)


@scene("letters page translation book languages", key="cover-traduire")
def letters_cross_the_fold(s: Sheet) -> None:
    cx = s.width / 2
    s.flood(LIGHT)
    s.fill(circle(cx, 450, 520), (0, 0, 0.5))
    s.fill(circle(cx, 450, 520), (0, Dots(0.0, 0.4, "down", 28), 0), over=True)
    open_book(s, cx, 470, min(1240, s.width - 120), 700)
    half = min(1240, s.width - 120) / 2
    for side, text, colour in ((-1, "çàéœùêïâ«»ÉÀ", ACCENT), (1, "thewkysobgnm", DARK)):
        for i, letter in enumerate(text):
            column, row = i % 3, i // 3
            x = cx + side * half * (0.26 + 0.27 * column)
            with s.moved(x, 240 + row * 150, s.rng.uniform(-9, 9)):
                s.letter(letter, 0, 0, 128, colour, font="serif")
    for i, (letter, t) in enumerate((("é", 0.3), ("w", 0.62), ("ç", 0.74), ("th", 0.42))):
        y = 190 + i * 160
        reach = half * 0.3
        path = [(cx - reach + 2 * reach * k / 20, y - 90 * sin(3.14159 * k / 20)) for k in range(21)]
        s.dashes(path, 6, DARK, 14, 12)
        point = path[round(t * 20)]
        s.fill(circle(*point, 50), ACCENT if i % 2 == 0 else DARK)
        s.letter(letter, point[0], point[1] - 4, 70, PAPER, font="serif")


@scene("page grid annotation margin method proof", key="cover-transparence-methode")
def page_with_notes(s: Sheet) -> None:
    cx = s.width * 0.52
    s.flood(LIGHT)
    squared(s, (0.35, 0, 0), 60, 2.5)
    with s.moved(cx, 470, -4):
        sheet = box(-430, -500, 860, 1060)
        shadow(s, sheet, 22, 24)
        s.fill(sheet, PAPER)
        s.stroke([(-190, -500), (-190, 560)], 5, ACCENT)
        s.fill(box(-140, -420, 420, 48), DARK)
        for row in range(15):
            y = -320 + row * 46
            if row in (4, 10):
                continue
            s.fill(box(-140, y, 500 * (s.rng.uniform(0.5, 0.7) if row in (3, 9) else s.rng.uniform(0.94, 1)), 15), DARK)
        s.fill(box(-146, -320 + 6 * 46 - 12, 330, 38), LIGHT, over=True)
        s.stroke(oval(60, -320 + 46 * 1 + 8, 150, 36), 7, ACCENT, closed=True)
        s.stroke([(-90, -272), (-215, -240)], 6, ACCENT)
        s.stroke(wave(-140, 200, -320 + 46 * 8 + 28, 5, 40), 6, ACCENT)
        notes = ((-400, -260, 3), (-400, -60, 4), (-400, 160, 2), (-400, 300, 3))
        for x, y, lines in notes:
            for i in range(lines):
                length = s.rng.uniform(90, 170)
                s.stroke(wave(x, x + length, y + i * 34, 6, 26, i * 0.3), 6, ACCENT)
        s.stroke([(-236, 40), (-250, 40), (-250, -80), (-236, -80)], 6, ACCENT)
        s.letter("?", -300, 226, 120, ACCENT, font="serif")
    with s.moved(cx + 520, 560, 34):
        pencil(s, 620)


@scene("page newspaper press print news")
def newspapers(s: Sheet) -> None:
    s.flood(ACCENT)
    s.fill(box(-20, -20, s.width + 40, 940), (0, 1, Dots(0, 0.8, "down", 28)))
    for i, turn in enumerate((14, -8, 3)):
        newspaper(s, s.width * (0.3 + 0.2 * i), 520 + (i % 2) * 60, 560, 780, turn + s.rng.uniform(-4, 4))


@scene("letters alphabet type typography words")
def overprinted_letters(s: Sheet) -> None:
    s.flood(PAPER)
    margin(s)
    text = s.rng.choice(("a&g", "Ré?", "éWo", "Qu!", "œMk"))
    for i, letter in enumerate(text):
        colour = (DARK, ACCENT, (0, 0, 1))[i]
        x = s.width * (0.29 + 0.21 * i)
        with s.moved(x, 470, s.rng.uniform(-10, 10)):
            s.letter(letter, 0, 0, 860, colour, font=("serif", "sans", "serif")[i], over=True)


@scene("books library stack reading book")
def stack_of_books(s: Sheet) -> None:
    cx = s.width / 2
    s.flood(LIGHT)
    s.fill(circle(cx, 430, 390), PAPER)
    s.fill(circle(cx, 430, 390), (0, Dots(0, 0.5, "down", 26), 0), over=True)
    s.fill(box(-20, 800, s.width + 40, 130), DARK)
    y = 800.0
    for i in range(7):
        height, width = s.rng.uniform(66, 112), s.rng.uniform(420, 620)
        colour = (DARK, ACCENT, PAPER, DEEP, WARM, DARK, ACCENT)[i]
        with s.moved(cx + s.rng.uniform(-46, 46), y - height / 2, 0 if i < 6 else -7):
            s.fill(box(-width / 2, -height / 2, width, height, 8), colour)
            s.fill(box(width / 2 - 120, -height / 2 + 8, 122, height - 16), PAPER)
            s.fill(box(width / 2 - 120, -height / 2 + 8, 122, height - 16), (Hatch(11, 0.3, 0), 0, 0))
            trim = PAPER if colour != PAPER else ACCENT
            s.fill(box(-width / 2 + 40, -height / 2, 14, height), trim)
            s.fill(box(-width / 2 + 90, -8, width * 0.3, 16), trim)
        y -= height


@scene("bubbles speech conversation talk discussion hands dialogue")
def speech_bubbles(s: Sheet) -> None:
    s.flood(ACCENT)
    s.fill(box(-20, -20, s.width + 40, 940), (0, 1, Dots(0.7, 0, "down", 28)))
    for x, y, width, height, colour, tail in (
        (0.3, 300, 640, 380, PAPER, -0.22),
        (0.7, 430, 560, 340, DARK, 0.25),
        (0.42, 660, 420, 240, LIGHT, -0.2),
    ):
        bubble(s, x * s.width, y, width, height, colour, tail)
        ink = PAPER if colour == DARK else DARK
        text_lines(s, x * s.width - width * 0.32, y - height * 0.24, width * 0.64, 4, height * 0.15, 16, ink)


@scene("keys key lock door password security")
def bunch_of_keys(s: Sheet) -> None:
    cx = s.width / 2
    s.flood(DARK)
    s.fill(circle(cx, 330, 300), (1, 0, Dots(0.1, 0.6, "down", 28)))
    s.fill(ring(circle(cx, 240, 150), circle(cx, 240, 122)), PAPER)
    for turn, colour in ((38, LIGHT), (4, ACCENT), (-30, PAPER)):
        with s.moved(cx, 350, turn):
            s.fill(ring(circle(0, 90, 92), circle(0, 90, 44)), colour)
            s.fill(box(-22, 170, 44, 330), colour)
            for y, reach in ((350, 74), (410, 54), (462, 84)):
                s.fill(box(18, y, reach, 34), colour)
            s.fill(box(4, 170, 18, 330), (Dots(0.4, 0.4, pitch=18), 0, 0), over=True)


@scene("ballot vote election box urn")
def ballot_box(s: Sheet) -> None:
    cx = s.width / 2
    s.flood(LIGHT)
    s.fill(circle(cx, 500, 420), (0, 0, Dots(0.2, 1, "down", 28)))
    margin(s)
    for i, turn in enumerate((-24, 10, 30)):
        envelope(s, cx + (i - 1) * 260, 170 + (i % 2) * 60, 230, turn)
    front = box(cx - 330, 420, 660, 400, 16)
    shadow(s, front, 24, 24)
    s.fill(front, DARK)
    s.fill([(cx - 330, 430), (cx - 250, 350), (cx + 250, 350), (cx + 330, 430)], DEEP)
    s.fill(box(cx - 120, 378, 240, 22, 10), PAPER)
    s.fill(circle(cx, 620, 110), PAPER)
    s.stroke([(cx - 54, 620), (cx - 14, 664), (cx + 60, 574)], 30, ACCENT)


@scene("microphone interview voice radio stage")
def great_microphone(s: Sheet) -> None:
    x = s.width * s.rng.uniform(0.36, 0.64)
    s.flood(ACCENT)
    for i in range(5, 0, -1):
        s.fill(circle(x, 330, 110 + i * 110), ((0, 1, 0.5), ACCENT)[i % 2])
    microphone(s, x, 470, 620, s.rng.choice((-16, 14)), 400)


@scene("megaphone campaign noise")
def great_megaphone(s: Sheet) -> None:
    s.flood(LIGHT)
    for i in range(7):
        angle = -62 + i * 20
        s.fill(pie(s.width * 0.3, 480, 1500, angle, angle + 9), PAPER if i % 2 else (0, 0.45, 1))
    margin(s)
    megaphone(s, s.width * 0.38, 480, 700, s.rng.uniform(-18, -6))
