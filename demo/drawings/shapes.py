"""Outlines as lists of points, in the units of a sheet: it is 900 high, angles in degrees.

An angle of 0 points to the right and 90 down, as on screens.
"""

from itertools import pairwise
from math import atan2, ceil, cos, hypot, pi, radians, sin

Point = tuple[float, float]
Outline = list[Point]


_UNIT_CIRCLE = [(cos(pi * i / 60), sin(pi * i / 60)) for i in range(120)]


def polar(x: float, y: float, radius: float, angle: float) -> Point:
    return x + radius * cos(radians(angle)), y + radius * sin(radians(angle))


def arc(x: float, y: float, radius: float, start: float, end: float) -> Outline:
    steps = max(6, ceil(abs(end - start) / 360 * (24 + radius / 4)))
    return [polar(x, y, radius, start + (end - start) * i / steps) for i in range(steps + 1)]


def circle(x: float, y: float, radius: float) -> Outline:
    return arc(x, y, radius, 0, 360)


def oval(x: float, y: float, across: float, down: float) -> Outline:
    return [(x + px * across, y + py * down) for px, py in _UNIT_CIRCLE]


def pie(x: float, y: float, radius: float, start: float, end: float) -> Outline:
    return [(x, y), *arc(x, y, radius, start, end)]


def band(x: float, y: float, outer: float, inner: float, start: float = 0, end: float = 360) -> Outline:
    """The part of a ring between two angles."""
    return arc(x, y, outer, start, end) + arc(x, y, inner, end, start)


def box(x: float, y: float, width: float, height: float, corner: float = 0) -> Outline:
    """A rectangle from its upper left corner."""
    right, bottom = x + width, y + height
    if not corner:
        return [(x, y), (right, y), (right, bottom), (x, bottom)]
    return [
        *arc(right - corner, y + corner, corner, -90, 0),
        *arc(right - corner, bottom - corner, corner, 0, 90),
        *arc(x + corner, bottom - corner, corner, 90, 180),
        *arc(x + corner, y + corner, corner, 180, 270),
    ]


def ring(outer: Outline, inner: Outline) -> Outline:
    """What lies between two closed outlines."""
    return [*outer, outer[0], inner[0], *inner[::-1]]


def regular(x: float, y: float, radius: float, corners: int, turn: float = -90) -> Outline:
    return [polar(x, y, radius, turn + 360 * i / corners) for i in range(corners)]


def star(x: float, y: float, outer: float, inner: float, points: int, turn: float = -90) -> Outline:
    return [polar(x, y, inner if i % 2 else outer, turn + 180 * i / points) for i in range(points * 2)]


def smooth(points: Outline, closed: bool = True, steps: int = 12) -> Outline:
    """A curve through all points (Catmull-Rom)."""
    count = len(points)
    around = [points[i % count] for i in range(-1, count + 2)] if closed else [points[0], *points, points[-1]]
    curve = []
    for i in range(len(around) - 3):
        a, b, c, d = around[i : i + 4]
        for step in range(steps):
            t = step / steps
            curve.append(tuple(_between(a[axis], b[axis], c[axis], d[axis], t) for axis in (0, 1)))
    return curve if closed else [*curve, points[-1]]


def _between(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)


def wave(start: float, end: float, y: float, height: float, length: float, phase: float = 0) -> Outline:
    """A sine line from x = start to end; `phase` counts wavelengths."""
    count = max(2, ceil(abs(end - start) / 8))
    xs = [start + (end - start) * i / count for i in range(count + 1)]
    return [(x, y + height * sin(2 * pi * (x / length + phase))) for x in xs]


def strip(line: Outline, width: float) -> Outline:
    """The outline of a line drawn with a flat pen, for when a stroke needs a texture."""
    left, right = [], []
    for i, (x, y) in enumerate(line):
        (x0, y0), (x1, y1) = line[max(0, i - 1)], line[min(len(line) - 1, i + 1)]
        angle = atan2(y1 - y0, x1 - x0) + pi / 2
        dx, dy = cos(angle) * width / 2, sin(angle) * width / 2
        left.append((x + dx, y + dy))
        right.append((x - dx, y - dy))
    return left + right[::-1]


def along(line: Outline, distance: float) -> list[Point]:
    """Points every `distance` along a line."""
    points, left = [line[0]], distance
    for (x0, y0), (x1, y1) in pairwise(line):
        length = hypot(x1 - x0, y1 - y0)
        at = left
        while at <= length:
            points.append((x0 + (x1 - x0) * at / length, y0 + (y1 - y0) * at / length))
            at += distance
        left = at - length
    return points
