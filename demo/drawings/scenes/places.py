"""Towns, hills, the sea."""

from demo.drawings.press import ACCENT, BLUSH, DARK, DEEP, LIGHT, PALE, PAPER, SHADOW, WARM, Dots, Grain, Hatch, Sheet
from demo.drawings.scenes import scene
from demo.drawings.shapes import along, box, circle, oval, pie, smooth
from demo.drawings.things import below, clock, cloud, hill, knot, margin, sea, shadow, stars, sun, town, windows


@scene("palace facade columns pediment podium elysee museum bank", key="president-numerique-couverture")
def palace_on_a_circuit(s: Sheet) -> None:
    cx, ground = s.width / 2, 500
    s.flood(PAPER)
    s.fill(box(-20, -20, s.width + 40, ground), (0, 0, Dots(0.8, 0.1, pitch=20)))
    sun(s, cx + 400, 200, 150, BLUSH)
    s.fill(box(-20, ground, s.width + 40, 430), DARK)
    # Its columns run on as the tracks of a circuit.
    columns = [cx - 420 + i * 168 for i in range(6)]
    bends = ((-230, 560), (-130, 640), (-50, 700), (50, 700), (130, 640), (230, 560))
    for i, (x, (shift, y)) in enumerate(zip(columns, bends, strict=True)):
        for j, offset in enumerate((-26, 0, 26)):
            lift = (j - 1) * (12 if shift > 0 else -12)
            end_x = x + offset * 1.7 + shift
            bend = y - lift - 20
            foot = bend + abs(end_x - x - offset)
            end = (end_x, max(foot + 10, 800 + (j % 2) * 34 - i % 2 * 24))
            colour = (LIGHT, PAPER, ACCENT)[(i + j) % 3]
            s.stroke([(x + offset, ground), (x + offset, bend), (end_x, foot), end], 9, colour)
            knot(s, *end, 19, DARK, colour)
    # The palace: steps, columns, entablature, pediment, flag.
    with s.moved(cx, ground, scale=0.875):
        for i in range(3):
            s.fill(box(-560 - i * 30, -72 + i * 24, 1120 + i * 60, 26), LIGHT if i == 1 else PAPER)
        s.fill(box(-505, -290, 1010, 220), DARK)
        for i in range(6):
            x = -480 + i * 192
            s.fill(box(x - 45, -290, 90, 220), PAPER)
            s.fill(box(x - 8, -290, 53, 220), (Dots(0.1, 0.6, "right", 19), 0, 0), over=True)
            s.fill(box(x - 58, -290, 116, 24), LIGHT)
        s.fill(box(-560, -342, 1120, 56), PAPER)
        s.fill(box(-560, -302, 1120, 16), DARK)
        s.fill([(-600, -340), (0, -500), (600, -340)], DARK)
        s.fill([(-490, -356), (0, -484), (490, -356)], ACCENT)
        s.fill([(0, -484), (490, -356), (0, -356)], (Dots(0.1, 0.5, "right", 20), 0, 0), over=True)
        s.fill(circle(0, -400, 32), PAPER)
        s.stroke([(0, -490), (0, -560)], 9, DARK)
        for i, colour in enumerate((DARK, PAPER, ACCENT)):
            s.fill(box(4 + i * 34, -560, 34, 54), colour)


@scene("map streets plan district city dots", key="campagne-2017-couverture")
def district(s: Sheet) -> None:
    s.flood(PAPER)
    tones = (
        PAPER,
        (0, 0, 0.35),
        (0, 0, Dots(0.5, 0.5, pitch=22)),
        LIGHT,
        (0, Dots(0.25, 0.25, pitch=22), 1),
        (0, Dots(0.6, 0.6, pitch=22), 1),
        ACCENT,
    )
    hot = [(s.width * x, y) for x, y in ((-0.22, -150), (0.2, -330), (0.3, 240), (-0.3, 330))]

    def block(corners: list, depth: int) -> None:
        a, b, c, d = corners
        size = abs((c[0] - a[0]) * (d[1] - b[1]) - (d[0] - b[0]) * (c[1] - a[1])) / 2
        if depth and size > 9000 * s.rng.uniform(0.8, 1.6):
            t, gap = s.rng.uniform(0.38, 0.62), 0.035 if depth > 4 else 0.05
            along_ab = abs(b[0] - a[0]) + abs(b[1] - a[1])
            along_bc = abs(c[0] - b[0]) + abs(c[1] - b[1])
            if along_ab < along_bc:
                a, b, c, d = b, c, d, a
            before, after = t - gap / 2, t + gap / 2
            block([a, _mix(a, b, before), _mix(d, c, before), d], depth - 1)
            block([_mix(a, b, after), b, c, _mix(d, c, after)], depth - 1)
            return
        x, y = sum(p[0] for p in corners) / 4, sum(p[1] for p in corners) / 4
        near = min(((x - hx) ** 2 + (y - hy) ** 2) ** 0.5 for hx, hy in hot)
        level = 6 - near / 58 + s.rng.uniform(-1.4, 1.4)
        s.fill(corners, tones[max(0, min(6, round(level)))])
        s.stroke(corners, 3, DARK, closed=True)

    cx = s.width / 2
    with s.moved(cx, 450, -12):
        block([(-cx - 160, -700), (-60, -700), (-120, 760), (-cx - 160, 760)], 9)
        block([(20, -700), (cx + 200, -700), (cx + 200, 40), (-10, -40)], 9)
        block([(-40, 40), (cx + 200, 120), (cx + 200, 760), (-80, 760)], 9)
        river = smooth([(-cx - 300, 300), (-420, 250), (-60, 330), (330, 260), (cx + 300, 400)], closed=False)
        s.stroke(river, 92, PAPER)
        s.stroke(river, 78, DARK)
        for x in (-560, -220, 180, 560):
            s.fill(box(x, 180, 26, 240), PAPER)
        s.fill(circle(-26, 0, 86), PAPER)
        s.fill(circle(-26, 0, 58), LIGHT)
        s.fill(circle(-26, 0, 20), DARK)


def _mix(a: tuple, b: tuple, t: float) -> tuple:
    return a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t


@scene("cables skyline cloud sky", key="cover-cloud-souverain")
def cables_into_the_sky(s: Sheet) -> None:
    s.flood(LIGHT)
    s.fill(box(-20, -20, s.width + 40, 560), (0, 0, Dots(0.2, 1, "down", 24)))
    sun(s, s.width * 0.76, 240, 150, ACCENT)
    cloud(s, s.width * 0.2, 240, 380, PAPER)
    cloud(s, s.width * 0.66, 330, 480, PAPER)
    colours = (DARK, PAPER, ACCENT, DARK, WARM, PAPER, DARK, ACCENT, PAPER, DARK)
    for i, colour in enumerate(colours):
        x = s.width * (0.06 + 0.095 * i)
        top = s.width * 0.43 + i * 24
        line = smooth([(x, 900), (x, 660), ((x + top) / 2 + 30, 420), (top, 200), (top + 20, -40)], closed=False)
        s.stroke(line, 20, DARK)
        s.stroke(line, 12, colour)
    town(s, 900, 90, 250, [DARK, DEEP, ACCENT], [LIGHT, LIGHT, PAPER, DEEP])
    s.fill(box(-20, 870, s.width + 40, 60), DARK)


@scene("clock skyline factory night chimney", key="cover-crise-trois-heures-du-matin")
def three_in_the_morning(s: Sheet) -> None:
    s.flood(DARK)
    stars(s, 90, 560)
    x, y = s.width * 0.66, 300
    s.fill(circle(x, y, 330), (1, 0, Dots(0.0, 0.34, "down", 22)))
    clock(s, x, y, 236, 3, face=LIGHT, rim=PAPER)
    # A factory asleep: saw-tooth roofs, chimneys, one lamp.
    shade, base = (1, 1, 0), 900
    s.fill(below([(-40, 790), (s.width + 40, 760)]), shade)
    for i, (px, top) in enumerate(((0.07, 330), (0.15, 400), (0.225, 450))):
        cx = s.width * px
        s.fill([(cx - 30, top), (cx + 30, top), (cx + 42, base), (cx - 42, base)], shade)
        s.fill(box(cx - 32, top + 34, 64, 24), ACCENT)
        if i < 1:
            puff = [(cx + 20, top - 40), (cx + 70, top - 100), (cx + 160, top - 130)]
            for j, (qx, qy) in enumerate(puff):
                s.fill(circle(qx, qy, 34 + 16 * j), (0.72, 0, 0))
    for i in range(5):
        left = s.width * 0.29 + i * 178
        s.fill([(left, 700), (left, 560), (left + 178, 700)], shade)
        s.fill([(left + 14, 678), (left + 14, 590), (left + 126, 678)], DARK)
    s.fill(box(s.width * 0.29, 696, 5 * 178, 230), shade)
    windows(s, s.width * 0.3, 716, 860, 130, 11, 2, [DARK])
    s.fill(box(s.width * 0.3 + 860 / 11 * 3.25, 716 + 130 / 2 * 1.22, 39, 36), LIGHT)
    s.fill(box(-20, 872, s.width + 40, 50), DARK)


@scene("mountains grid fields hills", key="cover-linkedin")
def fields(s: Sheet) -> None:
    s.flood(PAPER)
    s.fill(box(-20, -20, s.width + 40, 420), (0, 0, Dots(0.05, 0.55, "down", 20)))
    sun(s, s.width * 0.24, 190, 110, ACCENT)
    far = hill(s, [(0, 330), (260, 210), (520, 320), (820, 150), (1120, 290), (1400, 200), (s.width, 300)])
    s.fill(far, PALE)
    near = hill(s, [(0, 400), (300, 330), (640, 410), (980, 290), (1300, 390), (s.width, 340)])
    s.fill(near, DARK)
    sheen_hill = hill(s, [(0, 440), (300, 400), (640, 450), (980, 380), (1300, 450), (s.width, 430)])
    s.fill(sheen_hill, (Dots(1, 0.55, "down", 20), 0, 1))
    # Plots in perspective: rows grow towards the reader, columns spread from a far point.
    rows = [452, 492, 548, 628, 742, 910]
    fillings = (
        LIGHT,
        (Hatch(20, 0.35, 88), 0, 1),
        WARM,
        (0, 0, Hatch(26, 0.5, 62)),
        PAPER,
        (0, 1, Hatch(24, 0.5, 118)),
        DEEP,
        (Dots(0.25, 0.25, pitch=24), 0, 1),
        PALE,
    )
    vanish = s.width * 0.56

    def at(column: float, y: float) -> tuple:
        return vanish + (column - 4.5) * (y - 330) * 0.52, y

    for r in range(5):
        columns = range(-5, 15)
        for c in columns:
            if s.rng.random() < 0.16:
                continue
            corners = [at(c, rows[r]), at(c + 1, rows[r]), at(c + 1, rows[r + 1]), at(c, rows[r + 1])]
            s.fill(corners, fillings[(c * 4 + r * 5 + s.rng.randrange(3)) % len(fillings)])
    for r in range(6):
        s.stroke([(-30, rows[r]), (s.width + 30, rows[r])], 3 + r, DARK)
    for c in range(-5, 16):
        s.stroke([at(c, 452), at(c, 930)], 5, DARK)


@scene("mountains letters valley", key="cover-local-papers-platform-tax")
def valley_of_letters(s: Sheet) -> None:
    cx = s.width * 0.52
    s.flood(LIGHT)
    sun(s, cx, 380, 220, PAPER)
    s.fill(circle(cx, 380, 220), (0, Dots(0.0, 0.85, "down", 22), 0), over=True)
    s.fill([(-40, 120), (180, 210), (420, 330), (cx - 40, 590), (cx - 40, 930), (-40, 930)], (0, Dots(0.8, 0.2), 1))
    s.fill(
        [
            (s.width + 40, 60),
            (s.width - 240, 230),
            (s.width - 480, 320),
            (cx + 20, 600),
            (cx, 930),
            (s.width + 40, 930),
        ],
        (Dots(0.75, 0.3, "down", 22), 0, 1),
    )
    s.fill(smooth([(-60, 400), (160, 430), (430, 560), (cx, 690), (cx + 40, 960), (-60, 960)], steps=8), DEEP)
    s.fill(
        smooth(
            [(s.width + 60, 330), (s.width - 250, 480), (cx + 160, 650), (cx - 20, 700), (cx, 960), (s.width + 60, 960)]
        ),
        DARK,
    )
    road = smooth([(cx + 10, 690), (cx - 36, 740), (cx + 60, 800), (cx - 120, 930)], closed=False)
    s.stroke(road, 34, PAPER)
    spots = (
        ("A", 130, 640, 130, -14, PAPER, "serif"),
        ("g", 300, 780, 180, 9, ACCENT, "sans"),
        ("R", 470, 700, 96, 16, LIGHT, "serif"),
        ("e", 540, 830, 130, -8, PAPER, "sans"),
        ("&", s.width - 560, 790, 150, 10, LIGHT, "serif"),
        ("t", s.width - 400, 660, 110, -12, PAPER, "sans"),
        ("n", s.width - 270, 800, 170, 12, ACCENT, "serif"),
        ("S", s.width - 120, 610, 130, -9, PAPER, "sans"),
        ("a", 640, 726, 70, 6, PAPER, "serif"),
        ("o", s.width - 590, 690, 60, 0, PAPER, "sans"),
    )
    for text, x, y, size, turn, colour, font in spots:
        with s.moved(x, y, turn):
            s.letter(text, 0, 0, size * 1.25, colour, font=font)


@scene("waves skyline town water harbour sea", key="cover-regie-des-eaux")
def town_by_the_water(s: Sheet) -> None:
    s.flood(PALE)
    sun(s, s.width * 0.3, 280, 170, ACCENT)
    s.fill(circle(s.width * 0.3, 280, 170), (0, 0, Dots(0, 0.9, "down", 22)), over=True)
    cloud(s, s.width * 0.72, 200, 320, PAPER)
    town(s, 560, 110, 300, [DARK, PAPER, ACCENT, LIGHT], [LIGHT, PAPER, DARK])
    # A water tower among the houses.
    x = s.width * 0.6
    s.fill([(x - 34, 340), (x + 34, 340), (x + 54, 560), (x - 54, 560)], PAPER)
    s.fill([(x - 130, 240), (x + 130, 240), (x + 70, 350), (x - 70, 350)], DARK)
    s.fill(pie(x, 242, 130, 180, 360), LIGHT)
    s.fill(box(x - 138, 226, 276, 24), PAPER)
    sea(s, 560, 8, [LIGHT, DARK, (0, 0, Dots(0.75, 0.3)), DARK, LIGHT, PAPER, DARK, DEEP], 300, 15)


@scene("skyline grid screen hall fair factory", key="cover-salon-professionnel-ecran")
def hall_behind_a_screen(s: Sheet) -> None:
    s.flood(LIGHT)
    sun(s, s.width * 0.8, 230, 130, ACCENT)
    base, step = 690, s.width / 6
    for i in range(-1, 7):
        x = i * step
        s.fill([(x, base - 200), (x, base - 420), (x + step, base - 200)], DARK)
        s.fill([(x + 18, base - 226), (x + 18, base - 378), (x + step * 0.72, base - 226)], PAPER)
        s.fill([(x + 18, base - 226), (x + 18, base - 378), (x + step * 0.72, base - 226)], (0, 0, Hatch(22, 0.4, 90)))
    s.fill(box(-20, base - 202, s.width + 40, 210), ACCENT)
    s.fill(box(-20, base - 202, s.width + 40, 110), (Dots(0.4, 0.0, "down", 20), 1, 0))
    for i in range(9):
        x = s.width * (0.03 + i * 0.115)
        s.fill(box(x, base - 140, s.width * 0.06, 140), PAPER if i % 3 else DARK)
    s.fill(box(-20, base, s.width + 40, 300), DARK)
    for _visitor in range(26):
        x = s.width * s.rng.random()
        y = s.rng.uniform(base + 30, 870)
        s.fill(circle(x, y, 13), PAPER)
        s.fill(pie(x, y + 44, 26, 180, 360), s.rng.choice((ACCENT, LIGHT, PAPER)))
    # The screen it is seen through: a grid, and cells that arrive late or not at all.
    columns, rows = 12, 7
    dx, dy = s.width / columns, 900 / rows
    for c in range(columns):
        for r in range(rows):
            fate = s.rng.random()
            cell = box(c * dx, r * dy, dx, dy)
            if fate < 0.09:
                s.fill(cell, s.rng.choice((ACCENT, DARK, PAPER)))
            elif fate < 0.2:
                s.fill(cell, s.rng.choice(((Hatch(12, 0.35, 0), 0, 0), (0, Dots(0.5, 0.5, pitch=16), 0))), over=True)
    for c in range(columns + 1):
        s.stroke([(c * dx, -20), (c * dx, 920)], 7, PAPER)
    for r in range(rows + 1):
        s.stroke([(-20, r * dy), (s.width + 20, r * dy)], 7, PAPER)


@scene("lighthouse beam coast")
def lighthouse(s: Sheet) -> None:
    x = s.width * s.rng.choice((0.3, 0.68))
    s.flood(DARK)
    stars(s, 60, 500)
    s.fill([(x, 262), (-60, 60), (-60, 330)], (1, 0, Dots(0.5, 0.9, "right", 17)))
    s.fill([(x, 262), (s.width + 60, 170), (s.width + 60, 470)], LIGHT)
    rock = hill(s, [(0, 800), (x - 300, 760), (x - 90, 690), (x + 110, 690), (x + 320, 780), (s.width, 800)])
    s.fill(rock, (1, 1, 0))
    tower = [(x - 52, 310), (x + 52, 310), (x + 92, 720), (x - 92, 720)]
    s.fill(tower, PAPER)
    with s.clipped(tower):
        for i in range(3):
            s.fill(box(x - 120, 372 + i * 130, 240, 62), ACCENT)
        s.fill(box(x + 10, 300, 120, 430), (Dots(0, 0.5, "right", 14), 0, 0), over=True)
    s.fill(box(x - 78, 296, 156, 22), ACCENT)
    s.fill(box(x - 44, 226, 88, 72), LIGHT)
    s.fill([(x - 60, 228), (x, 160), (x + 60, 228)], ACCENT)
    sea(s, 790, 4, [DARK, LIGHT, DARK, DEEP], 260, 14)


@scene("bridge river arch")
def bridge(s: Sheet) -> None:
    cx = s.width / 2
    s.flood(PAPER)
    margin(s)
    sun(s, cx + 240, 330, 230, LIGHT)
    s.fill(circle(cx + 240, 330, 230), (0, Dots(0, 0.8, "down", 22), 0), over=True)
    sea(s, 690, 5, [DARK, LIGHT, DARK, PALE, DARK], 300, 14)
    for side in (-1, 1):
        tower = cx + side * 330
        s.fill(box(tower - 26, 190, 52, 560), ACCENT)
        s.fill(box(tower - 44, 176, 88, 30), DARK)
    cable = []
    for left, right, low, end in (
        (-60, cx - 330, 500, 0),
        (cx - 330, cx + 330, 560, 1),
        (cx + 330, s.width + 60, 500, 2),
    ):
        for i in range(41):
            t = i / 40
            sag = {0: (1 - t) ** 2, 1: 1 - (2 * t - 1) ** 2, 2: t**2}[end]
            cable.append((left + (right - left) * t, 196 + (low - 196) * sag))
    s.stroke(cable, 12, DARK)
    for x, y in along(cable, 40):
        if y < 596:
            s.stroke([(x, y), (x, 604)], 4, DARK)
    s.fill(box(-20, 596, s.width + 40, 34), DARK)
    s.fill(box(-20, 636, s.width + 40, 8), ACCENT)


@scene("window view curtain")
def window_on_a_garden(s: Sheet) -> None:
    cx = s.width / 2
    s.flood(ACCENT)
    s.fill(box(-20, -20, s.width + 40, 940), (0, 1, Hatch(60, 0.12, 90)))
    frame = box(cx - 360, 90, 720, 640)
    shadow(s, frame, 22, 26)
    s.fill(frame, PAPER)
    view = box(cx - 330, 120, 660, 580)
    with s.clipped(view):
        s.fill(view, PALE)
        sun(s, cx + 140, 290, 96, ACCENT)
        s.fill(hill(s, [(0, 520), (cx - 200, 430), (cx + 60, 520), (cx + 300, 420), (s.width, 500)]), LIGHT)
        s.fill(hill(s, [(0, 620), (cx - 120, 600), (cx + 220, 520), (s.width, 640)]), DARK)
        for x, size in ((cx - 220, 90), (cx - 110, 60)):
            s.fill(box(x - 7, 560, 14, 80), DARK)
            s.fill(circle(x, 540, size), DEEP)
    s.stroke([(cx, 100), (cx, 720)], 26, PAPER)
    s.stroke([(cx - 340, 390), (cx + 340, 390)], 26, PAPER)
    s.fill(box(cx - 400, 724, 800, 46), DARK)
    s.fill(box(cx + 200, 610, 96, 114), WARM)
    for turn in (-34, 0, 34):
        with s.moved(cx + 248, 614, turn):
            s.fill(oval(0, -70, 22, 76), DARK)


@scene("mountains snow hiking")
def range_of_mountains(s: Sheet) -> None:
    s.flood(PAPER)
    margin(s)
    sun(s, s.width * s.rng.uniform(0.3, 0.75), 240, 150, ACCENT)
    for layer, colour in enumerate((PALE, LIGHT, (Dots(0.9, 0.35), 0, 1), DARK)):
        base, x, line = 560 + layer * 100, -160.0, []
        while x < s.width + 300:
            peak = s.rng.uniform(170, 380 - layer * 60)
            line += [(x, base + s.rng.uniform(0, 30)), (x + peak * s.rng.uniform(0.7, 1.1), base - peak)]
            x = line[-1][0] + peak * s.rng.uniform(0.7, 1.2)
        s.fill(below([*line, (x, base)]), colour)
        if layer < 2:
            for (x0, y0), (x1, y1), (x2, y2) in zip(line[::2], line[1::2], line[2::2], strict=False):
                right, left = _mix((x1, y1), (x2, y2), 0.36), _mix((x1, y1), (x0, y0), 0.3)
                s.fill([(x1, y1), right, (x1 + 8, y1 + 50), (x1 - 16, y1 + 84), left], PAPER)
                s.fill([(x1, y1), (x2, y2), (x1 + 12, base + 30)], (Dots(0.1, 0.4, "down", 18), 0, 0), over=True)


@scene("skyline city buildings street")
def skyline(s: Sheet) -> None:
    s.flood(LIGHT)
    sun(s, s.width * s.rng.uniform(0.25, 0.75), 330, 230, PAPER)
    town(s, 900, 330, 620, [PALE, (0, 0, Dots(0.9, 0.4))], [PAPER, LIGHT])
    town(s, 900, 180, 420, [ACCENT, WARM, BLUSH], [PAPER, LIGHT, DARK])
    town(s, 900, 90, 240, [DARK, DEEP, (1, 0, Grain(0, 0.6))], [LIGHT, PAPER, DEEP])


SHADE = SHADOW
