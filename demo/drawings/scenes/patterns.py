"""What any word may ask for: sea, planets, webs, tiles, clocks, cables."""

from demo.drawings.press import ACCENT, DARK, DEEP, LIGHT, PAPER, WARM, Dots, Sheet
from demo.drawings.scenes import scene
from demo.drawings.shapes import arc, band, box, circle, oval, pie, polar, smooth
from demo.drawings.things import arrow, clock, margin, plug, ruled, sea, stars, sun


@scene("waves sea sun")
def open_sea(s: Sheet) -> None:
    s.flood((0, 0, 0.3))
    x = s.width * s.rng.uniform(0.25, 0.75)
    sun(s, x, 330, 220, ACCENT)
    s.fill(circle(x, 330, 220), (0, 0, Dots(0, 1, "down", 24)), over=True)
    sea(s, 400, 9, [LIGHT, DARK, PAPER, DARK, (0, 0, 0.6), DARK, DEEP], s.rng.uniform(260, 420), 22)


@scene("orbit planet space satellite")
def planet(s: Sheet) -> None:
    s.flood(DARK)
    stars(s, 120, 900)
    cx, cy, turn = s.width * s.rng.uniform(0.36, 0.64), 450, s.rng.uniform(-28, 28)
    with s.moved(cx, cy, turn):
        for i in range(4):
            s.fill([*oval(0, 0, 620 - i * 70, 170 - i * 20)], (LIGHT, DARK, ACCENT, DARK)[i])
    s.fill(circle(cx, cy, 250), DARK)
    s.fill(circle(cx, cy, 238), LIGHT)
    s.fill(circle(cx, cy, 238), (Dots(0, 0.9, "right", 24), Dots(0.5, 0, "down", 24), 0), over=True)
    with s.moved(cx, cy, turn):
        for i in range(3):
            outer, inner = 620 - i * 70, 620 - i * 70 - 40
            front = oval(0, 0, outer, outer * 0.274)[:61] + oval(0, 0, inner, inner * 0.274)[60::-1]
            s.fill(front, (LIGHT, PAPER, ACCENT)[i])
    for angle, radius, size in ((210, 420, 34), (320, 400, 22), (130, 390, 16)):
        s.fill(circle(*polar(cx, cy, radius, angle), size), PAPER)


@scene("network nodes links web")
def web_of_nodes(s: Sheet) -> None:
    s.flood(LIGHT)
    s.fill(circle(s.width / 2, 450, 380), (0, 0, Dots(0.9, 0.2, "down", 26)))
    points = []
    while len(points) < 26:
        x, y = s.rng.uniform(60, s.width - 60), s.rng.uniform(60, 840)
        if all((x - a) ** 2 + (y - b) ** 2 > 150**2 for a, b in points):
            points.append((x, y))
        elif s.rng.random() < 0.002:
            break
    for i, (x, y) in enumerate(points):
        nearest = sorted(points, key=lambda p: (p[0] - x) ** 2 + (p[1] - y) ** 2)[1:4]
        for near in nearest:
            s.stroke([(x, y), near], 6, DARK if i % 3 else ACCENT)
    for i, (x, y) in enumerate(points):
        radius = s.rng.choice((22, 30, 44, 62))
        s.fill(circle(x, y, radius), DARK)
        s.fill(circle(x, y, radius * 0.72), (PAPER, ACCENT, LIGHT, PAPER)[i % 4])
        if radius > 40:
            s.fill(circle(x, y, radius * 0.4), DARK)


@scene("grid squares tiles pattern mosaic")
def tiles(s: Sheet) -> None:
    side = 900 / 4
    colours = [DARK, ACCENT, LIGHT, PAPER, WARM, (0, 0, Dots(0.75, 0.25)), (Dots(0.7, 0.2), 0, 0)]
    for c in range(round(s.width / side + 1.5)):
        for r in range(4):
            square = box(c * side, r * side, side, side)
            ground, front = s.rng.sample(colours, 2)
            s.fill(square, ground)
            s.fill(_in_tile(s.rng.randrange(6), side / 2, c * side + side / 2, r * side + side / 2), front)
            s.stroke(square, 4, DARK, closed=True)


def _in_tile(kind: int, r: float, x: float, y: float) -> list:
    """One of six shapes that touch the edges of a square around (x, y), or stay off them."""
    match kind:
        case 0:
            return pie(x - r, y + r, 2 * r, 270, 360)
        case 1:
            return circle(x, y, 0.72 * r)
        case 2:
            return [(x - r, y - r), (x + r, y - r), (x - r, y + r)]
        case 3:
            return arc(x, y - r, r, 0, 180) + arc(x, y, r, 180, 0)
        case 4:
            return arc(x, y, r, 0, 180)
    return band(x - r, y - r, 1.9 * r, r, 0, 90)


@scene("bars chart growth")
def bars_and_arrow(s: Sheet) -> None:
    s.flood(PAPER)
    ruled(s, (0, 0, 0.35), 100, 100)
    margin(s)
    count = 9
    step = (s.width - 260) / count
    heights = [130 + i * 54 + s.rng.uniform(-80, 80) for i in range(count)]
    for i, height in enumerate(heights):
        bar = box(190 + i * step, 840 - height, step * 0.68, height)
        s.fill(bar, (DARK, LIGHT, ACCENT)[i % 3])
        if i % 3 == 1:
            s.fill(bar, (Dots(0, 0.6, "down", 22), 0, 0), over=True)
    s.fill(box(-20, 838, s.width + 40, 90), DARK)
    tops = [(190 + (i + 0.34) * step, 760 - height) for i, height in enumerate(heights)]
    arrow(s, smooth(tops[::2], closed=False), 18, ACCENT)


@scene("clock time hours hourglass")
def great_clock(s: Sheet) -> None:
    s.flood(ACCENT)
    s.fill(box(-20, 450, s.width + 40, 480), (0, 1, Dots(0, 0.8, "down", 26)))
    hour = s.rng.choice((1.8, 4.15, 8.33, 10.15))
    clock(s, s.width * s.rng.uniform(0.3, 0.7), 450, 380, hour, face=PAPER, rim=DARK)


@scene("cables wires plugs cords")
def cables(s: Sheet) -> None:
    s.flood(LIGHT)
    s.fill(box(s.width * 0.72, -20, s.width, 940), DARK)
    colours = (DARK, ACCENT, PAPER, (0, 1, 1), (0.4, 0, 0), ACCENT, PAPER, DARK)
    ends = s.rng.sample(range(8), 8)
    for i, colour in enumerate(colours):
        y0, y1 = 70 + i * 108, 70 + ends[i] * 108
        line = smooth(
            [
                (-60, y0),
                (s.width * 0.16, y0),
                (s.width * 0.45, (y0 + y1) / 2),
                (s.width * 0.66, y1),
                (s.width * 0.72, y1),
            ],
            closed=False,
        )
        s.stroke(line, 46, DARK)
        s.stroke(line, 34, colour)
        s.fill(circle(s.width * 0.8, y1, 40), (1, 0, 0.6))
        s.fill(circle(s.width * 0.8, y1, 22), PAPER)
        plug(s, s.width * 0.76, y1, 0, colour if colour != DARK else ACCENT)
