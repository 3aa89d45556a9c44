"""Things that several drawings show. Each is drawn around a point, at a size in units."""

from collections.abc import Iterable
from math import sin

from demo.drawings.press import ACCENT, DARK, LIGHT, PAPER, SHADOW, Colour, Dots, Sheet
from demo.drawings.shapes import Outline, arc, band, box, circle, oval, polar, smooth, wave

# Grounds


def margin(s: Sheet, colour: Colour = ACCENT, x: float = 118) -> None:
    """The line that the publication is named after: nearly every cover has it somewhere."""
    s.stroke([(x, -20), (x, 920)], 5, colour, over=True)


def ruled(s: Sheet, colour: Colour, start: float = 90, step: float = 90, width: float = 2.5) -> None:
    y = start
    while y < 900:
        s.stroke([(-20, y), (s.width + 20, y)], width, colour, over=True)
        y += step


def squared(s: Sheet, colour: Colour, step: float = 50, width: float = 2) -> None:
    ruled(s, colour, step / 2, step, width)
    x = step / 2
    while x < s.width:
        s.stroke([(x, -20), (x, 920)], width, colour, over=True)
        x += step


def below(line: Outline, bottom: float = 930) -> Outline:
    """Everything under a line that goes from left to right."""
    return [*line, (line[-1][0], bottom), (line[0][0], bottom)]


def hill(s: Sheet, points: Outline) -> Outline:
    return below(smooth([(-60, points[0][1]), *points, (s.width + 60, points[-1][1])], closed=False))


def stars(s: Sheet, count: int, bottom: float, colour: Colour = PAPER) -> None:
    for _star in range(count):
        x, y = s.rng.uniform(0, s.width), s.rng.uniform(0, bottom)
        s.fill(circle(x, y, s.rng.choice((2, 2.5, 3.5, 5))), colour)


def shadow(s: Sheet, outline: Outline, dx: float = 12, dy: float = 14) -> None:
    with s.moved(dx, dy):
        s.fill(outline, SHADOW, over=True)


# Paper


def text_lines(
    s: Sheet, x: float, y: float, width: float, count: int, step: float, weight: float, colour: Colour
) -> None:
    """Lines of text as bars, the last of them shorter."""
    for i in range(count):
        share = s.rng.uniform(0.35, 0.7) if i == count - 1 else s.rng.uniform(0.93, 1)
        s.fill(box(x, y + i * step, width * share, weight), colour)


def leaf(
    s: Sheet,
    x: float,
    y: float,
    width: float,
    height: float,
    turn: float = 0,
    *,
    colour: Colour = PAPER,
    ink: Colour = DARK,
    lines: int = 9,
    head: bool = True,
) -> None:
    """A sheet of paper around (x, y) with a heading and lines."""
    with s.moved(x, y, turn):
        outline = box(-width / 2, -height / 2, width, height)
        shadow(s, outline)
        s.fill(outline, colour)
        edge = width * 0.11
        top = -height / 2 + edge * 1.1
        if head:
            s.fill(box(-width / 2 + edge, top, width * 0.62, height * 0.045), ink)
            top += height * 0.11
        step = (height / 2 - edge - top) / max(1, lines)
        text_lines(s, -width / 2 + edge, top, width - 2 * edge, lines, step, min(9, step * 0.34), ink)


def newspaper(s: Sheet, x: float, y: float, width: float, height: float, turn: float = 0) -> None:
    with s.moved(x, y, turn):
        outline = box(-width / 2, -height / 2, width, height)
        shadow(s, outline, 16, 18)
        s.fill(outline, PAPER)
        left, top, edge = -width / 2, -height / 2, width * 0.06
        inner = width - 2 * edge
        s.fill(box(left + edge, top + edge, inner, height * 0.095), DARK)
        s.fill(box(left + edge, top + edge + height * 0.12, inner, 5), DARK)
        column = (inner - 2 * edge * 0.7) / 3
        y0 = top + edge + height * 0.165
        s.fill(box(left + edge, y0, column * 2 + edge * 0.7, height * 0.05), DARK)
        s.fill(box(left + edge, y0 + height * 0.08, column * 2 + edge * 0.7, height * 0.27), (0, 0, Dots(0.25, 0.95)))
        s.fill(circle(left + edge + column * 1.3, y0 + height * 0.2, height * 0.09), ACCENT)
        for i in range(3):
            start = y0 if i == 2 else y0 + height * 0.385
            count = int((height / 2 - edge - start) / 21)
            text_lines(s, left + edge + i * (column + edge * 0.7), start, column, count, 21, 7, DARK)


def envelope(
    s: Sheet, x: float, y: float, width: float, turn: float = 0, colour: Colour = PAPER, flap: Colour = LIGHT
) -> None:
    """An envelope; the flap stands open like a wing when `turn` is not that of a table."""
    height = width * 0.62
    with s.moved(x, y, turn):
        outline = box(-width / 2, -height / 2, width, height)
        shadow(s, outline, width * 0.04, width * 0.05)
        s.fill(outline, colour)
        s.fill([(-width / 2, height / 2), (-width * 0.06, 0), (width * 0.06, 0), (width / 2, height / 2)], flap)
        s.fill([(-width / 2, -height / 2), (width / 2, -height / 2), (0, height * 0.12)], ACCENT)
        s.stroke([(-width / 2, -height / 2), (0, height * 0.12), (width / 2, -height / 2)], max(3, width * 0.018), DARK)


def open_book(s: Sheet, x: float, y: float, width: float, height: float, colour: Colour = PAPER) -> None:
    """Two pages that bend to the fold, on a cover."""
    with s.moved(x, y):
        half, tall = width / 2, height / 2
        cover = box(-half - 18, -tall + 8, width + 36, height + 14, 10)
        shadow(s, cover, 14, 18)
        s.fill(cover, DARK)
        for side in (-1, 1):
            top = smooth(
                [
                    (0, -tall + 26),
                    (side * half * 0.3, -tall),
                    (side * half * 0.75, -tall - 4),
                    (side * half, -tall + 6),
                ],
                closed=False,
            )
            bottom = smooth(
                [
                    (side * half, tall - 2),
                    (side * half * 0.75, tall - 12),
                    (side * half * 0.3, tall - 8),
                    (0, tall + 18),
                ],
                closed=False,
            )
            s.fill(top + bottom, colour)
        fold = [(0, -tall + 26), (half * 0.16, -tall + 8), (half * 0.16, tall - 4), (0, tall + 18)]
        s.fill(fold, (Dots(0.4, 0, "right", 12), 0, 0), over=True)


def folder(s: Sheet, x: float, y: float, width: float, colour: Colour, front: Colour) -> None:
    height = width * 0.72
    with s.moved(x, y):
        back = [
            (-width / 2, -height / 2),
            (-width * 0.12, -height / 2),
            (-width * 0.04, -height * 0.36),
            (width / 2, -height * 0.36),
            (width / 2, height / 2),
            (-width / 2, height / 2),
        ]
        shadow(s, back, 8, 10)
        s.fill(back, colour)
        s.fill(box(-width * 0.42, -height * 0.3, width * 0.84, height * 0.5), PAPER)
        s.fill(box(-width / 2, -height * 0.16, width, height * 0.66, 8), front)


def window_frame(s: Sheet, x: float, y: float, width: float, height: float, bar: Colour = DARK) -> None:
    """A window of a computer with its bar and three dots, empty."""
    outline = box(x, y, width, height, 16)
    shadow(s, outline, 14, 16)
    s.fill(outline, bar)
    s.fill([(x, y + 44), (x + width, y + 44), *outline[len(outline) // 4 : -len(outline) // 4]], PAPER)
    s.stroke(outline, 5, DARK, closed=True)
    for i in range(3):
        s.fill(circle(x + 28 + i * 26, y + 22, 8), PAPER)


# Talk


def bubble(s: Sheet, x: float, y: float, width: float, height: float, colour: Colour, tail: float = -0.25) -> Outline:
    """A speech bubble; `tail` is where its point hangs, from -0.5 to 0.5 of the width."""
    outline = box(x - width / 2, y - height / 2, width, height, min(width, height) * 0.42)
    foot = x + tail * width
    lean = width * (0.12 if tail < 0 else -0.12)
    point = [
        (foot - width * 0.09, y + height * 0.4),
        (foot + width * 0.09, y + height * 0.4),
        (foot - lean, y + height * 0.78),
    ]
    s.fill(point, colour)
    s.fill(outline, colour)
    return outline


def megaphone(s: Sheet, x: float, y: float, size: float, turn: float = -20) -> None:
    """A megaphone that opens to the right; `size` is its length."""
    with s.moved(x, y, turn, size / 400):
        grip = box(-90, 40, 52, 150, 22)
        s.fill(grip, DARK)
        s.fill([(-170, -52), (150, -150), (150, 150), (-170, 52)], ACCENT)
        s.fill([(-170, 0), (150, 0), (150, 150), (-170, 52)], (Dots(0.05, 0.6, "down", 13), 1, 0))
        s.fill(oval(150, 0, 46, 150), DARK)
        s.fill(oval(154, 0, 33, 128), (0, 0, 1))
        s.fill(oval(158, 0, 16, 60), DARK)
        s.fill(box(-206, -62, 60, 124, 18), DARK)


def microphone(s: Sheet, x: float, y: float, size: float, turn: float = 0, stand: float = 0) -> None:
    """A stage microphone of `size` from head to foot, upright; `stand` adds a rod below it."""
    with s.moved(x, y, turn, size / 420):
        if stand:
            s.fill(box(-9, 180, 18, stand), DARK)
        s.fill([(-52, -60), (52, -60), (30, 200), (-30, 200)], DARK)
        s.fill([(6, -60), (52, -60), (30, 200), (10, 200)], (0, 0, 0.5))
        head = circle(0, -120, 96)
        s.fill(head, LIGHT)
        s.fill(head, (Dots(0.12, 0.75, "right", 15), 0, 0), over=True)
        s.fill(box(-102, -92, 204, 30, 12), ACCENT)


def headphones(s: Sheet, x: float, y: float, radius: float, colour: Colour = DARK, cup: Colour = ACCENT) -> None:
    s.fill(band(x, y, radius, radius * 0.86, 178, 362), colour)
    for side in (-1, 1):
        cx = x + side * radius * 0.93
        s.fill(box(cx - radius * 0.14, y - radius * 0.06, radius * 0.28, radius * 0.66, radius * 0.12), cup)
        inner = cx - side * radius * 0.17
        s.fill(box(inner - radius * 0.06, y, radius * 0.12, radius * 0.54, radius * 0.05), colour)


def plug(s: Sheet, x: float, y: float, turn: float, colour: Colour, tip: Colour = PAPER) -> None:
    """The plug of a telephone switchboard; its tip points to the right before turning."""
    with s.moved(x, y, turn):
        s.fill(box(-92, -22, 84, 44, 14), colour)
        s.fill(box(-14, -13, 46, 26), tip)
        s.fill(box(32, -13, 10, 26), colour)
        s.fill([(42, -12), (60, -14), (84, 0), (60, 14), (42, 12)], tip)


# Time


def clock(
    s: Sheet,
    x: float,
    y: float,
    radius: float,
    hour: float,
    face: Colour = PAPER,
    rim: Colour = DARK,
    hand: Colour = DARK,
) -> None:
    """A dial that reads `hour`, which may have a fraction."""
    s.fill(circle(x, y, radius), rim)
    s.fill(circle(x, y, radius * 0.9), face)
    for tick in range(12):
        long = tick % 3 == 0
        inner = radius * (0.7 if long else 0.77)
        line = [polar(x, y, inner, tick * 30), polar(x, y, radius * 0.82, tick * 30)]
        s.stroke(line, radius * (0.045 if long else 0.022), hand, caps=False)
    minute = hour % 1 * 360 - 90
    s.stroke([(x, y), polar(x, y, radius * 0.66, minute)], radius * 0.045, hand)
    s.stroke([(x, y), polar(x, y, radius * 0.42, hour * 30 - 90)], radius * 0.075, ACCENT)
    s.fill(circle(x, y, radius * 0.07), hand)


# Places


def house(s: Sheet, x: float, base: float, width: float, height: float, colour: Colour, roof: Colour) -> None:
    s.fill(box(x, base - height, width, height), colour)
    s.fill(
        [(x - 8, base - height), (x + width / 2, base - height - width * 0.42), (x + width + 8, base - height)], roof
    )


def windows(
    s: Sheet, x: float, y: float, width: float, height: float, columns: int, rows: int, colours: Iterable[Colour]
) -> None:
    """Rows of windows that fill a façade, each in one of the colours."""
    colours = list(colours)
    dx, dy = width / columns, height / rows
    for row in range(rows):
        for column in range(columns):
            pane = box(x + dx * (column + 0.25), y + dy * (row + 0.22), dx * 0.5, dy * 0.56)
            s.fill(pane, s.rng.choice(colours))


def town(s: Sheet, base: float, low: float, high: float, colours: list[Colour], panes: list[Colour]) -> None:
    """A row of buildings from edge to edge."""
    x, last = -30.0, None
    while x < s.width + 30:
        width = s.rng.choice((90, 110, 140, 170))
        height = s.rng.uniform(low, high)
        colour = s.rng.choice([c for c in colours if c != last])
        last = colour
        if s.rng.random() < 0.4 and width < 150:
            house(s, x, base, width, height * 0.8, colour, s.rng.choice(colours))
            height *= 0.8
        else:
            s.fill(box(x, base - height, width, height + 4), colour)
        windows(
            s, x + 6, base - height + 10, width - 12, height - 20, max(2, width // 42), max(2, int(height // 56)), panes
        )
        x += width + s.rng.choice((0, 0, 6))


def cloud(s: Sheet, x: float, y: float, width: float, colour: Colour, over: bool = False) -> None:
    """A cloud with a flat base, around its lower middle."""
    s.fill(cloud_outline(x, y, width), colour, over=over)


def cloud_outline(x: float, y: float, width: float) -> Outline:
    r = width / 2
    return [
        *arc(x - r * 0.68, y - r * 0.26, r * 0.26, 90, 250),
        *arc(x - r * 0.22, y - r * 0.5, r * 0.38, 185, 310),
        *arc(x + r * 0.36, y - r * 0.42, r * 0.3, 240, 350),
        *arc(x + r * 0.74, y - r * 0.2, r * 0.2, 270, 450),
    ]


def sea(s: Sheet, top: float, bands: int, colours: list[Colour], length: float = 300, height: float = 16) -> None:
    """Bands of waves from `top` to the lower edge, nearer ones larger."""
    for i in range(bands):
        depth = i / bands
        y = top + (900 - top) * (depth**1.15)
        phase = i * 0.37 + s.rng.random() * 0.2
        line = wave(-40, s.width + 40, y, height * (0.6 + depth), length * (0.6 + depth * 0.8), phase)
        s.fill(below(line), colours[i % len(colours)])


def sun(s: Sheet, x: float, y: float, radius: float, colour: Colour) -> None:
    s.fill(circle(x, y, radius), colour)


# Signs


def arrow(s: Sheet, line: Outline, width: float, colour: Colour) -> None:
    (x0, y0), (x1, y1) = line[-2], line[-1]
    s.stroke(line, width, colour, caps=False)
    length = max(1e-6, ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5)
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    head = width * 2.2
    tip = (x1 + ux * head, y1 + uy * head)
    s.fill([tip, (x1 - uy * head * 0.8, y1 + ux * head * 0.8), (x1 + uy * head * 0.8, y1 - ux * head * 0.8)], colour)


def pointer(s: Sheet, x: float, y: float, size: float, colour: Colour = DARK, edge: Colour = PAPER) -> None:
    """A mouse pointer; its tip is at (x, y)."""
    shape = [(0, 0), (0, 0.86), (0.2, 0.67), (0.34, 1), (0.5, 0.93), (0.36, 0.61), (0.63, 0.6)]
    outline = [(x + px * size, y + py * size) for px, py in shape]
    s.stroke(outline, size * 0.11, edge, closed=True)
    s.fill(outline, colour)


def sound(
    s: Sheet, start: float, end: float, y: float, height: float, colour: Colour, step: float = 34, width: float = 18
) -> None:
    """A recorded voice: upright bars around a line."""
    x, i = start, 0
    while x <= end:
        swell = abs(sin(i * 0.9) * 0.5 + sin(i * 0.37 + 1) * 0.5)
        reach = height * (0.12 + 0.88 * swell * s.rng.uniform(0.7, 1))
        s.stroke([(x, y - reach), (x, y + reach)], width, colour)
        x, i = x + step, i + 1


def knot(s: Sheet, x: float, y: float, radius: float, colour: Colour, rim: Colour = DARK) -> None:
    s.fill(circle(x, y, radius), rim)
    s.fill(circle(x, y, radius * 0.66), colour)


def sheen(s: Sheet, outline: Outline, towards: str = "right", most: float = 0.55, pitch: float = 16) -> None:
    """Shade a shape with the dark ink's dots, towards one side."""
    s.fill(outline, (Dots(0, most, towards, pitch), 0, 0), over=True)


def pencil(s: Sheet, length: float) -> None:
    """A pencil around the origin whose point is at its lower end."""
    half, w = length / 2, length * 0.055
    with s.moved(14, 16):
        s.fill([(-w, -half), (w, -half), (w, half * 0.75), (0, half), (-w, half * 0.75)], SHADOW, over=True)
    s.fill(box(-w, -half, 2 * w, half * 1.75), ACCENT)
    s.fill(box(w * 0.3, -half, w * 0.7, half * 1.75), (0.35, 1, 0))
    s.fill([(-w, half * 0.75), (w, half * 0.75), (0, half)], PAPER)
    s.fill([(-w * 0.36, half * 0.91), (w * 0.36, half * 0.91), (0, half)], DARK)
    s.fill(box(-w, -half, 2 * w, half * 0.09), LIGHT)
    s.fill(box(-w, -half - w, 2 * w, w * 1.2, w * 0.5), (0.6, 0, 0))
