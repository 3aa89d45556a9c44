"""Waves, orbits, networks, clocks, cables: what travels, and how it is measured."""

from math import exp, pi, sin

from demo.drawings.press import ACCENT, DARK, DEEP, LIGHT, PALE, PAPER, WARM, Dots, Sheet
from demo.drawings.scenes import scene
from demo.drawings.shapes import arc, box, circle, pie, polar, ring
from demo.drawings.things import clock, headphones, margin, ruled, shadow, sound, stars, text_lines


@scene("braille dots ear waves page accessibility", key="accessibilite-couverture")
def lines_to_dots(s: Sheet) -> None:
    third = s.width / 3
    s.flood(LIGHT)
    s.fill(box(third * 2, -20, third + 40, 940), DARK)
    s.fill(box(third * 2 - 130, -20, 130, 940), (Dots(0, 1, "right", 26), 0, 1))
    sheet = box(-30, -30, third + 60, 960)
    shadow(s, sheet, 22, 0)
    s.fill(sheet, PAPER)
    margin(s, x=92)
    s.fill(box(140, 74, third * 0.5, 46), DARK)
    for row in range(9):
        y = 186 + row * 74
        is_last = row in (3, 8)
        start = 140 + (third * 0.4 if is_last else 0)
        if is_last:
            s.stroke([(140, y), (start - 70, y)], 15, DARK)
        line, x = [], start
        while x <= third * 2:
            rise = max(0.0, min(1.0, (x - third * 0.82) / (third * 0.7)))
            line.append((x, y + 27 * rise * sin((x - third * 0.82) / 34 + row * 0.5)))
            x += 7
        s.stroke(line, 15, DARK if row % 3 != 1 else ACCENT)
        column = 0
        x = third * 2 + 46
        while x < s.width - 20:
            if s.rng.random() < 0.6:
                colour = ACCENT if row % 3 == 1 else PAPER
                s.fill(circle(x + 3, y + 4, 17), DEEP)
                s.fill(circle(x, y, 15), colour)
            column += 1
            x += 46 if column % 2 else 64


@scene("sound wave microphone headphones podcast silence", key="podcasts-couverture")
def silence_between(s: Sheet) -> None:
    cx = s.width / 2
    s.flood(LIGHT)
    s.fill(circle(cx, 450, 400), (0, 0, 0.45))
    margin(s)
    sound(s, 30, cx - 330, 500, 210, DARK)
    sound(s, cx + 342, s.width - 10, 500, 210, DARK)
    headphones(s, cx, 470, 320)
    s.stroke([(cx - 226, 560), (cx + 226, 560)], 16, ACCENT)


@scene("network letters constellation blogroll threads", key="cover-blogroll")
def names_in_the_sky(s: Sheet) -> None:
    s.flood(DARK)
    stars(s, 50, 900, (0.6, 0, 0))
    names = ("Inès", "Tom", "Aya", "Maud", "Léo", "Ken", "Zoé", "Paul", "Anouk", "Sam", "Elsa")
    spots = (
        (0.1, 0.24),
        (0.28, 0.13),
        (0.22, 0.6),
        (0.44, 0.4),
        (0.37, 0.84),
        (0.6, 0.16),
        (0.63, 0.66),
        (0.8, 0.36),
        (0.86, 0.12),
        (0.87, 0.78),
        (0.08, 0.84),
    )
    points = [(x * s.width, y * 880) for x, y in spots]
    ties = (
        (0, 1),
        (0, 2),
        (1, 3),
        (2, 3),
        (3, 5),
        (3, 6),
        (2, 4),
        (4, 6),
        (5, 7),
        (6, 7),
        (7, 8),
        (6, 9),
        (2, 10),
        (5, 8),
    )
    for a, b in ties:
        s.stroke([points[a], points[b]], 4, PAPER)
    s.fill(circle(*points[3], 150), (1, 0, Dots(0.45, 0.1, "down", 24)))
    for i, ((x, y), name) in enumerate(zip(points, names, strict=True)):
        size = (30, 22, 32, 60, 24, 28, 44, 32, 22, 30, 26)[i]
        s.fill(circle(x, y, size + 12), DARK)
        s.fill(circle(x, y, size), ACCENT if i % 3 == 0 else LIGHT)
        s.fill(circle(x - size * 0.2, y - size * 0.2, size * 0.35), PAPER)
        s.letter(name, x + size + 14, y + size * 0.9 + 6, 46 + size * 0.6, PAPER, font="serif", anchor="lm")


@scene("grid orbit boxes crm", key="cover-crm")
def boxes_nearly_all_full(s: Sheet) -> None:
    s.flood(PAPER)
    columns, rows = max(5, round(s.width / 178)), 5
    side = 900 / rows
    left = (s.width - columns * side) / 2
    empty = {(2, 1), (6, 3), (7, 1), (3, 3)}
    for c in range(-1, columns + 1):
        for r in range(rows):
            x, y = left + c * side, r * side
            cell = box(x + 9, y + 9, side - 18, side - 18, 14)
            if (c, r) in empty:
                s.dashes([*cell, cell[0]], 6, ACCENT, 20, 16)
                s.stroke(circle(x + side / 2, y + side / 2, 13), 5, ACCENT, closed=True)
                continue
            _filled_box(s, cell, (x + side / 2, y + side / 2), (c * 7 + r * 5 + s.rng.randrange(2)) % 6)


def _filled_box(s: Sheet, cell: list, centre: tuple, kind: int) -> None:
    x, y = centre
    grounds = (DARK, LIGHT, ACCENT, DARK, PALE, DEEP)
    s.fill(cell, grounds[kind])
    if kind == 0:
        for radius in (58, 38):
            s.stroke(circle(x, y, radius), 5, LIGHT, closed=True)
        s.fill(circle(x, y, 15), PAPER)
        s.fill(circle(*polar(x, y, 58, 320), 11), ACCENT)
    elif kind == 1:
        s.fill(circle(x, y - 22, 26), DARK)
        s.fill(pie(x, y + 60, 50, 180, 360), DARK)
    elif kind == 2:
        text_lines(s, x - 52, y - 44, 104, 5, 22, 10, PAPER)
    elif kind == 3:
        for i, height in enumerate((40, 84, 60, 104)):
            s.fill(box(x - 54 + i * 28, y + 52 - height, 20, height), PAPER if i != 3 else LIGHT)
    elif kind == 4:
        s.fill(cell, (Dots(0.1, 0.8, "down", 22), 0, 0), over=True)
    else:
        s.fill(circle(x - 26, y, 34), PAPER)
        s.fill(circle(x + 26, y, 34), ACCENT)


@scene("orbit waves conversation interview", key="cover-interroger")
def two_voices(s: Sheet) -> None:
    cx, cy = s.width / 2, 450
    s.flood(PAPER)
    s.fill(box(cx, -20, cx + 40, 940), LIGHT)
    for i, radius in enumerate((430, 340, 250)):
        s.fill(arc(cx, cy, radius, 90, 270), ((0.1, 0, 0), (0.2, 0, 0), (0.34, 0, 0))[i])
        s.fill(arc(cx, cy, radius, -90, 90), (((0, 0.3, 1)), (0, 0.5, 1), (0, 0.75, 1))[i])
    for side in (-1, 1):
        for row, reach in enumerate((0, -1, 1)):
            line = []
            for i in range(91):
                t = i / 90
                swell = sin(pi * t) ** 0.8 * (90 - 22 * abs(reach))
                x = cx + side * (cx + 30 - t * (cx - 130))
                line.append((x, cy + reach * 150 + swell * sin(t * 24 + row + (0 if side < 0 else pi / 2))))
            s.stroke(line, 22 - 6 * abs(reach), DARK if side < 0 else ACCENT)
    s.fill(circle(cx, cy, 128), PAPER)
    s.fill(circle(cx, cy, 104), DARK)
    s.fill(arc(cx, cy, 104, -90, 90), ACCENT)
    s.letter("?", cx, cy - 4, 140, PAPER, font="serif")


@scene("orbit network feeds cup coffee", key="cover-lecteur-rss-directrice-marketing")
def dots_around_a_cup(s: Sheet) -> None:
    cx, cy = s.width * 0.5, 460
    s.flood(LIGHT)
    s.fill(circle(cx, cy, 640), (0, 0, 0.72))
    s.fill(circle(cx, cy, 440), PALE)
    s.fill(circle(cx, cy, 250), PAPER)
    moons = []
    for orbit, (radius, count) in enumerate(((300, 7), (440, 10), (600, 13), (760, 14))):
        s.stroke(circle(cx, cy, radius), 4, DARK, closed=True)
        for i in range(count):
            angle = 360 * i / count + orbit * 17 + s.rng.uniform(-9, 9)
            moons.append((*polar(cx, cy, radius, angle), orbit, i))
    for x, y, orbit, i in moons:
        if (i + orbit) % 3 == 0:
            s.stroke([(cx, cy), (x, y)], 3, ACCENT)
    for x, y, orbit, i in moons:
        size = (15, 21, 27, 34)[orbit] * s.rng.uniform(0.7, 1.15)
        colour = (DARK, ACCENT, PAPER, WARM)[(i * 3 + orbit) % 4]
        s.fill(circle(x, y, size), colour)
        s.stroke(circle(x, y, size), 4, DARK, closed=True)
    saucer = circle(cx, cy, 210)
    shadow(s, saucer, 16, 20)
    s.fill(saucer, PAPER)
    s.stroke(circle(cx, cy, 196), 4, DARK, closed=True)
    with s.moved(cx, cy, 38):
        s.fill(box(110, -28, 104, 56, 26), DARK)
        s.fill(box(126, -12, 66, 24, 12), PAPER)
    s.fill(circle(cx, cy, 138), DARK)
    s.fill(circle(cx, cy, 120), PAPER)
    s.fill(circle(cx, cy, 106), WARM)
    s.fill(circle(cx, cy, 106), (Dots(0.65, 0.25, "down", 18), 0, 0), over=True)
    swirl = [polar(cx, cy, 66 - i * 1.1, i * 16) for i in range(48)]
    s.stroke(swirl, 9, PAPER)


@scene("waves bars measure audience curves", key="cover-mesure")
def curves_above_bars(s: Sheet) -> None:
    s.flood(LIGHT)
    s.fill(box(-20, -20, s.width + 40, 560), PAPER)
    for y in range(80, 560, 80):
        s.stroke([(-20, y), (s.width + 20, y)], 3, PALE)
    margin(s)

    def level(x: float) -> float:
        return 70 * sin(x / 150) + 34 * sin(x / 61 + 1) + 20 * sin(x / 310)

    for i, (base, colour) in enumerate(((150, DARK), (270, ACCENT), (390, LIGHT))):
        line = [(x, base + level(x)) for x in range(-20, round(s.width) + 40, 10)]
        s.stroke(line, 30, PAPER)
        s.stroke(line, 20, colour if i < 2 else (0, 0.4, 1))
    step = s.width / 22
    for i in range(23):
        x = i * step
        height = 180 - level(x) * 1.05 + s.rng.uniform(-14, 14)
        bar = box(x + 7, 880 - height, step - 14, height + 60)
        s.fill(bar, DARK if i % 5 != 3 else ACCENT)
        if i % 5 == 1:
            s.fill(bar, (1, 0, Dots(1, 0, "down", 22)))


@scene("waves break sound podcast", key="cover-premier-podcast-trois-erreurs")
def wave_that_breaks(s: Sheet) -> None:
    s.flood(DARK)
    s.fill(circle(s.width * 0.5, 450, 560), (1, Dots(0.0, 0.5, "down", 26), 0))
    gaps = ((0.24, 0.05), (0.52, 0.06), (0.78, 0.05))

    def height(x: float) -> float:
        return 450 + 190 * sin(x / 92) * (0.72 + 0.28 * sin(x / 330))

    for width, colour in ((150, ACCENT), (92, LIGHT), (40, PAPER)):
        start = -40.0
        for at, half in (*gaps, (1.2, 0.05)):
            end = s.width * (at - half)
            line = [(x, height(x)) for x in _steps(start, end)]
            s.stroke(line, width, colour, caps=False)
            start = s.width * (at + half)
    # What fell out of the three gaps.
    for at, _half in gaps:
        x = s.width * at
        for i, turn in enumerate((24, -38, 70)):
            with s.moved(x + (i - 1) * 46, 740 + (i % 2) * 66, turn):
                s.fill(box(-34, -18, 68, 36), (ACCENT, PAPER, LIGHT)[i])
        s.dashes([(x, height(x) + 60), (x, 690)], 5, PAPER, 14, 16)


def _steps(start: float, end: float, step: float = 8) -> list[float]:
    count = max(1, round((end - start) / step))
    return [start + (end - start) * i / count for i in range(count + 1)]


@scene("letters network text generated", key="cover-texte-genere")
def letters_in_a_net(s: Sheet) -> None:
    s.flood(PAPER)
    ruled(s, (0, 0, 0.3), 60, 60)
    margin(s)
    spots = (
        ("a", 0.16, 0.46, 560, DARK),
        ("R", 0.41, 0.6, 470, LIGHT),
        ("e", 0.6, 0.36, 430, DARK),
        ("g", 0.8, 0.52, 560, ACCENT),
        ("&", 0.95, 0.24, 240, DARK),
        ("t", 0.31, 0.2, 260, ACCENT),
        ("s", 0.69, 0.83, 250, LIGHT),
    )
    for text, x, y, size, colour in spots:
        with s.moved(x * s.width, y * 900, s.rng.uniform(-14, 14)):
            s.letter(text, 0, 0, size, colour, font="serif", over=True)
    columns, rows = 10, 6
    knots = {}
    for c in range(-1, columns + 1):
        for r in range(-1, rows + 1):
            x = (c + 0.5 + (r % 2) * 0.5) * s.width / columns + s.rng.uniform(-26, 26)
            knots[c, r] = (x, (r + 0.5) * 900 / rows + s.rng.uniform(-24, 24))
    for (c, r), point in knots.items():
        for near in ((c + 1, r), (c + (r % 2), r + 1), (c - 1 + (r % 2), r + 1)):
            if near in knots:
                s.stroke([point, knots[near]], 4, DARK)
    for i, (x, y) in enumerate(knots.values()):
        s.fill(circle(x, y, 15), DARK)
        s.fill(circle(x, y, 9), (PAPER, ACCENT, LIGHT)[i % 3])


@scene("waves letters transcript sound", key="cover-transcript")
def voice_to_letters(s: Sheet) -> None:
    s.flood(PAPER)
    s.fill(box(-20, 540, s.width + 40, 400), LIGHT)
    margin(s)
    base = 540
    text = "aneobugpsdhqoevcxanebod"
    x, i = 60.0, 0
    while x < s.width + 20:
        t = x / s.width
        swell = abs(sin(i * 0.8) * 0.55 + sin(i * 0.31 + 1) * 0.45)
        if t < 0.42:
            up = 60 + 330 * swell
            s.stroke([(x, base - up), (x, base + up * 0.55)], 24, DARK if i % 4 else ACCENT)
            x += 46
        else:
            size = 190 + 230 * swell * (1.3 - t)
            x += size * 0.26
            if x + size * 0.26 > s.width - 40:
                break
            with s.moved(x, base, (1 - t) * s.rng.uniform(-24, 24)):
                colour = ACCENT if i % 4 == 0 else DARK
                s.letter(text[i % len(text)], 0, 8, size, colour, font="serif", anchor="ms")
            x += size * 0.26 + 6
        i += 1
    for k in range(3):
        y = 640 + k * 90
        s.dashes([(s.width * 0.44, y), (s.width - 70, y)], 12, DARK, 60 + 30 * k, 26)


@scene("clock waves video time", key="cover-video-b2b")
def waves_that_die_away(s: Sheet) -> None:
    s.flood(DARK)
    x, y = s.width * 0.29, 300
    s.fill(circle(x, y, 290), (1, Dots(0, 0.7, "down", 26), 0))
    clock(s, x, y, 220, 12.45, face=PAPER, rim=ACCENT)
    for row in range(6):
        base = 600 + row * 62
        line = []
        for px in _steps(-40, s.width + 40):
            fade = exp(-max(0, px - 60) / (s.width * (0.2 + 0.03 * row)))
            line.append((px, base + 74 * fade * sin(px / 58 + row * 0.7)))
        s.stroke(line, 26 - 2 * row, (LIGHT, ACCENT, PAPER)[row % 3], caps=False)


@scene("waves clock radio dial webinar", key="cover-webinaire-emission-radio")
def forty_minutes(s: Sheet) -> None:
    cx, cy = s.width * 0.5, 450
    s.flood(LIGHT)
    for i in range(9, 2, -1):
        radius = 130 + i * 88
        outline = [polar(cx, cy, radius + 15 * sin(a * pi / 180 * (8 + i * 2)) * (i > 2), a) for a in range(0, 360, 2)]
        s.fill(outline, ((0, 0, 0.3), LIGHT, DARK, LIGHT, PAPER, (0, 0, Dots(0.55, 0.55, pitch=26)), ACCENT)[i % 7])
    s.fill(circle(cx, cy, 330), DARK)
    s.fill(circle(cx, cy, 306), PAPER)
    s.fill(pie(cx, cy, 236, -90, 150), ACCENT)
    s.fill(pie(cx, cy, 236, -90, 150), (0, 1, Dots(0, 0.9, "down", 24)))
    for minute in range(60):
        angle = minute * 6 - 90
        inside = minute <= 40
        long = minute % 5 == 0
        line = [polar(cx, cy, 252 if long else 266, angle), polar(cx, cy, 290, angle)]
        s.stroke(line, 10 if long else 5, DARK if inside else (0.35, 0, 0), caps=False)
    s.stroke([(cx, cy), polar(cx, cy, 224, 150)], 16, DARK)
    s.stroke([(cx, cy), polar(cx, cy, 224, -90)], 16, DARK)
    s.fill(circle(cx, cy, 92), DARK)
    s.letter("40", cx, cy - 4, 104, PAPER)


@scene("chain broken links link rust", key="lien-mort-couverture")
def missing_link(s: Sheet) -> None:
    cx, cy = s.width / 2, 450
    s.flood(PAPER)
    s.stroke(box(40, 40, s.width - 80, 820), 5, DARK, closed=True)
    s.stroke(box(56, 56, s.width - 112, 788), 2.5, DARK, closed=True)
    s.fill(circle(cx, cy, 250), PALE)
    s.fill(circle(cx, cy, 250), (0, Dots(0, 0.35, "down", 26), 0), over=True)
    step = 212
    for side in (-1, 1):
        for i in (3, 2, 1):
            x = cx + side * (step * i + 10)
            if i % 2:
                outer, inner = box(x - 138, cy - 82, 276, 164, 81), box(x - 90, cy - 36, 180, 72, 35)
                link = ring(outer, inner)
                s.fill(link, DARK if side < 0 else ACCENT)
                s.fill(link, (Dots(0, 0.6, "down", 20) if side > 0 else 0, 0, Dots(0, 0.7, "down", 20)), over=True)
            else:
                s.fill(box(x - 128, cy - 22, 256, 44, 22), LIGHT)
                s.stroke(box(x - 128, cy - 22, 256, 44, 22), 6, DARK, closed=True)
    gone = box(cx - 128, cy - 22, 256, 44, 22)
    s.dashes([*gone, gone[0]], 6, DARK, 16, 14)
    labels = (
        ("a", cx - 432, 232, cx - 330, cy - 70),
        ("b", cx, 180, cx, cy - 30),
        ("c", cx + 432, 232, cx + 330, cy - 70),
    )
    labels += (("d", cx - 560, 690, cx - 470, cy + 26), ("e", cx + 560, 690, cx + 470, cy + 26))
    for text, x, y, to_x, to_y in labels:
        s.stroke([(x, y), (to_x, to_y)], 3, DARK)
        s.fill(circle(x, y, 34), PAPER)
        s.stroke(circle(x, y, 34), 4, DARK, closed=True)
        s.letter(text, x, y - 2, 46, ACCENT if text == "b" else DARK, font="serif")
    text_lines(s, cx - 180, 770, 360, 2, 26, 8, DARK)
