"""Charts with invented figures. One picture serves both languages: labels are numbers and units."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, log10, sin

from demo.drawings.press import ACCENT, DARK, LIGHT, PAPER, WARM, Colour, Hatch, Sheet
from demo.drawings.shapes import Point, box, circle, polar, smooth

Chart = Callable[[Sheet], None]
BY_KEY: dict[str, Chart] = {}
BY_WORD: dict[str, list[Chart]] = {}

GRID: Colour = (0.16, 0, 0)
LABEL = 42  # size of type: 20 pixels in a column of 640


def chart(words: str, key: str = "") -> Callable[[Chart], Chart]:
    def register(draw: Chart) -> Chart:
        for word in words.split():
            BY_WORD.setdefault(word, []).append(draw)
        if key:
            BY_KEY[key] = draw
        return draw

    return register


@dataclass(frozen=True, slots=True)
class Frame:
    """The field of a chart: units of the sheet for values on both axes."""

    left: float
    top: float
    right: float
    bottom: float
    across: tuple[float, float]
    up: tuple[float, float]

    def x(self, value: float) -> float:
        return self.left + (self.right - self.left) * (value - self.across[0]) / (self.across[1] - self.across[0])

    def y(self, value: float) -> float:
        return self.bottom - (self.bottom - self.top) * (value - self.up[0]) / (self.up[1] - self.up[0])

    def at(self, x: float, y: float) -> Point:
        return self.x(x), self.y(y)


def frame(s: Sheet, across: tuple[float, float], up: tuple[float, float], left: float = 170) -> Frame:
    s.flood(PAPER)
    return Frame(left, 110, s.width - 80, 770, across, up)


def label(
    s: Sheet, text: str, x: float, y: float, anchor: str = "mm", colour: Colour = DARK, size: float = LABEL
) -> None:
    s.letter(text, x, y, size, colour, font="label", anchor=anchor)


def left_axis(s: Sheet, f: Frame, values: Sequence[float], unit: str = "") -> None:
    """Label the upright axis; the unit stands above it."""
    for value in values:
        y = f.y(value)
        s.stroke([(f.left, y), (f.right, y)], 3, GRID, caps=False)
        label(s, number(value), f.left - 22, y, "rm")
    if unit:
        label(s, unit, f.left - 22, f.top - 62, "rm")


def lower_axis(s: Sheet, f: Frame, values: Sequence[float], unit: str = "", names: Sequence[str] = ()) -> None:
    """Label the axis at the foot; the unit stands at its end."""
    s.stroke([(f.left, f.bottom), (f.right, f.bottom)], 6, DARK, caps=False)
    for i, value in enumerate(values):
        x = f.x(value)
        s.stroke([(x, f.bottom), (x, f.bottom + 14)], 5, DARK, caps=False)
        label(s, names[i] if names else number(value), x, f.bottom + 46)
    if unit:
        label(s, unit, f.right, f.bottom + 98, "rm")


def number(value: float) -> str:
    return f"{value:,.0f}".replace(",", "\N{NO-BREAK SPACE}")


def stack(s: Sheet, f: Frame, y: float, height: float, parts: Sequence[tuple[float, Colour, str, Colour]]) -> None:
    """A bar that lies: each part has a value, a colour, a label and the label's colour."""
    start = 0.0
    for value, colour, text, ink in parts:
        s.fill(box(f.x(start), y, f.x(start + value) - f.x(start), height), colour)
        if text:
            label(s, text, (f.x(start) + f.x(start + value)) / 2, y + height / 2, colour=ink, size=56)
        start += value


# For the articles of the demo publication


@chart("weight stacked", key="chart-bloqueurs")
def weight_of_a_page(s: Sheet) -> None:
    f = frame(s, (0, 8), (0, 1), left=90)
    for value in (0, 2, 4, 6, 8):
        s.stroke([(f.x(value), 190), (f.x(value), f.bottom)], 3, GRID, caps=False)
    stack(s, f, 310, 290, [(1.9, LIGHT, "26 %", DARK), (5.5, DARK, "74 %", PAPER)])
    lower_axis(s, f, (0, 2, 4, 6, 8), "Mo · MB")


@chart("squares count", key="chart-charte-annonceurs")
def nineteen_squares(s: Sheet) -> None:
    s.flood(PAPER)
    side, gap = 78, 15
    for row, (count, kind) in enumerate(((11, "signed"), (3, "left"), (5, "silent"))):
        y = 150 + row * 235
        label(s, str(count), 170, y + 60, "rm", size=104)
        for i in range(count):
            square = box(225 + i * (side + gap), y + 20, side, side, 8)
            if kind == "signed":
                s.fill(square, DARK)
            else:
                s.stroke(square, 7, DARK if kind == "silent" else ACCENT, closed=True)
            if kind == "left":
                x0, y0 = square[-1][0], y + 20
                x0 = 225 + i * (side + gap)
                for a, b in (((16, 16), (62, 62)), ((62, 16), (16, 62))):
                    s.stroke([(x0 + a[0], y0 + a[1]), (x0 + b[0], y0 + b[1])], 10, ACCENT)


@chart("curve decay seconds", key="chart-cookies-secondes")
def seconds_a_day(s: Sheet) -> None:
    f = frame(s, (1, 10), (0, 8))
    left_axis(s, f, (0, 2, 4, 6, 8), "s")
    days = [8, 2.8, 1.9, 1.4, 1.4, 1.5, 1.4, 1.3, 1.4, 1.4]
    line = [f.at(i + 1, value) for i, value in enumerate(days)]
    s.fill([*line, (f.right, f.bottom), (f.left, f.bottom)], LIGHT)
    s.stroke(line, 13, ACCENT)
    for i in (0, 1, 3, 9):
        s.fill(circle(*line[i], 20), DARK)
    label(s, "8 s", line[0][0] + 62, line[0][1] + 4, "lm", size=64)
    label(s, "1,4 · 1.4 s", line[3][0] + 20, line[3][1] - 66, "lm", size=64)
    lower_axis(s, f, range(1, 11), "j · d")


@chart("bars december calendar", key="chart-crm-decision")
def decisions_in_a_year(s: Sheet) -> None:
    f = frame(s, (0, 53), (0, 70))
    left_axis(s, f, (0, 10, 20, 30, 40, 50, 60, 70))
    for week in range(52):
        ends_quarter = week in (12, 25, 38)
        value = 64 if week == 51 else 9 if ends_quarter else s.rng.choice((0, 1, 1, 2, 2, 3, 3, 4))
        colour = ACCENT if week == 51 else DARK if ends_quarter else LIGHT
        s.fill(box(f.x(week) + 3, f.y(value), f.x(1) - f.x(0) - 6, f.bottom - f.y(value)), colour)
    label(s, "31.12", f.x(50.4), f.y(64) + 24, "rm", ACCENT, 64)
    label(s, "64", f.x(50.4), f.y(64) + 96, "rm", ACCENT, 64)
    lower_axis(s, f, [(month + 0.5) * 52 / 12 for month in range(12)], names=[str(month + 1) for month in range(12)])


@chart("scatter dots drop", key="chart-linkedin")
def views_of_posts(s: Sheet) -> None:
    f = frame(s, (0, 24), (0, 10_000), left=210)
    left_axis(s, f, range(0, 10_001, 2_000))
    step = 21.4
    s.dashes([(f.x(step), f.top), (f.x(step), f.bottom)], 6, ACCENT, 18, 14)
    for post in range(190):
        month = post * 24 / 190
        value = s.rng.gauss(8000, 620) if month < step else s.rng.gauss(1000, 130)
        s.fill(circle(*f.at(month, min(value, 9900)), 11), DARK if month < step else ACCENT)
    label(s, "10.2020", f.x(step) - 18, f.y(2800), "rm", ACCENT, 60)
    lower_axis(s, f, (3, 15), names=("2019", "2020"))


@chart("curves waves three parallel", key="chart-mesure")
def three_counters(s: Sheet) -> None:
    f = frame(s, (1, 12), (0, 6_000), left=210)
    left_axis(s, f, range(0, 6_001, 1_000))
    shape = (0.9, 0.97, 0.86, 0.93, 1.05, 1.0, 1.1, 0.98, 0.9, 1.02, 1.08, 1.0)
    for level, colour, width in ((5400, DARK, 15), (4500, LIGHT, 15), (3600, ACCENT, 15)):
        line = [f.at(week + 1, level * share * s.rng.uniform(0.985, 1.015)) for week, share in enumerate(shape)]
        s.stroke(smooth(line, closed=False), width, colour)
        for point in line:
            s.fill(circle(*point, 15), colour)
            s.fill(circle(*point, 7), PAPER)
    lower_axis(s, f, range(1, 13))


@chart("bars stacked pound money", key="chart-platform-tax")
def one_pound(s: Sheet) -> None:
    f = frame(s, (0, 100), (0, 1), left=210)
    for value in (0, 25, 50, 75, 100):
        s.stroke([(f.x(value), 130), (f.x(value), f.bottom)], 3, GRID, caps=False)
    stack(s, f, 170, 210, [(100, DARK, "100", PAPER)])
    stack(s, f, 480, 210, [(16, DARK, "16", PAPER), (29, LIGHT, "29", DARK), (55, ACCENT, "55", PAPER)])
    label(s, "2009", f.left - 26, 275, "rm", size=56)
    label(s, "2018", f.left - 26, 585, "rm", size=56)
    lower_axis(s, f, (0, 25, 50, 75, 100), "p / £")


@chart("bars horizontal hours", key="chart-sortie-cloud")
def hours_to_leave(s: Sheet) -> None:
    f = frame(s, (0, 3.1), (0, 11), left=110)
    for power in range(4):
        s.stroke([(f.x(power), f.top), (f.x(power), f.bottom)], 3, GRID, caps=False)
    hours = (1, 2, 3, 6, 9, 24, 40, 72, 170, 340, 1008)
    for i, value in enumerate(hours):
        y = f.y(11 - i) + 9
        reach = max(10, f.x(log10(value)) - f.left)
        s.fill(box(f.left, y, reach, 42), ACCENT if value == 1008 else DARK if i % 2 else LIGHT)
    lower_axis(s, f, range(4), "h", [number(10**power) for power in range(4)])


@chart("curve line falling two series listeners", key="courbe-d-ecoute")
def listeners_by_minute(s: Sheet) -> None:
    f = frame(s, (0, 36), (0, 100))
    left_axis(s, f, (0, 25, 50, 75, 100), "%")
    slide = [(m / 2, 50 + 25 * exp(-(m / 2 - 3.6) / 9) if m > 7 else 100 - 25 * (m / 7) ** 0.8) for m in range(73)]
    steps = [
        (0, 100),
        (1.5, 92),
        (7, 92),
        (7.6, 86),
        (14, 86),
        (14.6, 79),
        (22, 79),
        (22.6, 73),
        (29, 73),
        (29.6, 68),
        (36, 68),
    ]
    s.fill([*(f.at(x, y) for x, y in slide), (f.right, f.bottom), (f.left, f.bottom)], (0, 0, 0.45))
    s.stroke([f.at(x, y) for x, y in slide], 14, DARK)
    s.stroke([f.at(x, y) for x, y in steps], 14, ACCENT)
    for (x, y), colour in (((36, 68), ACCENT), ((36, 50), DARK)):
        s.fill(circle(f.x(x) - 8, f.y(y), 20), colour)
        label(s, f"{round(y)} %", f.x(x) - 20, f.y(y) - 52, "rm", colour, 60)
    s.dashes([(f.x(4), f.y(0)), (f.x(4), f.y(75))], 5, DARK, 14, 14)
    lower_axis(s, f, (0, 4, 12, 20, 28, 36), "min")


@chart("bars horizontal timeline two rows heard", key="article-entendu")
def seen_and_heard(s: Sheet) -> None:
    f = frame(s, (0, 12), (0, 1), left=90)
    for value in range(0, 13, 2):
        s.stroke([(f.x(value), 130), (f.x(value), f.bottom)], 3, GRID, caps=False)
    for y, parts in (
        (180, [(0.4, DARK), (1.1, LIGHT), (0.3, ACCENT), (0.9, LIGHT), (0.2, DARK), (1.1, LIGHT)]),
        (
            490,
            [
                *((0.5, DARK), (1.2, LIGHT), (1.5, ACCENT), (1.1, LIGHT), (1.4, ACCENT)),
                *((0.4, DARK), (1.3, LIGHT), (1.6, ACCENT), (1.5, LIGHT), (1.5, ACCENT)),
            ],
        ),
    ):
        stack(s, f, y, 190, [(value, colour, "", DARK) for value, colour in parts])
        start = 0.0
        for value, colour in parts:
            part = box(f.x(start), y, f.x(start + value) - f.x(start), 190)
            if colour == ACCENT:
                s.fill(part, (Hatch(24, 0.3), 0, 0), over=True)
            s.stroke(part, 5, PAPER, closed=True)
            start += value
    lower_axis(s, f, range(0, 13, 2), "min")


@chart("bars page falling press", key="fig-corbeille")
def received_opened_published(s: Sheet) -> None:
    f = frame(s, (0, 3), (0, 250))
    left_axis(s, f, range(0, 251, 50))
    for i, (value, colour) in enumerate(((212, DARK), (72, LIGHT), (3, ACCENT))):
        x, width = f.x(i + 0.2), (f.right - f.left) * 0.2
        bar = box(x, f.y(value), width, f.bottom - f.y(value))
        s.fill(bar, colour)
        label(s, str(value), x + width / 2, f.y(value) - 48, colour=DARK if i < 2 else ACCENT, size=84)
    s.stroke([(f.left, f.bottom), (f.right, f.bottom)], 6, DARK, caps=False)


@chart("scatter cloud sample grid dots", key="nuage-et-echantillon")
def cloud_and_sample(s: Sheet) -> None:
    s.flood(PAPER)
    s.stroke([(s.width / 2, 90), (s.width / 2, 810)], 4, GRID)
    colours = (DARK, ACCENT, LIGHT, WARM, (0.45, 0, 0))
    for _message in range(1500):
        angle, reach = s.rng.uniform(0, 360), abs(s.rng.gauss(0, 0.46))
        if reach > 1.02:
            continue
        x, y = polar(s.width * 0.26, 450, 285 * reach, angle)
        s.fill(circle(x, y, 9), DARK if s.rng.random() < 0.95 else s.rng.choice(colours[1:]))
    hands = [colours[i % 5] for i in range(80)]
    s.rng.shuffle(hands)
    for i, colour in enumerate(hands):
        x = s.width * 0.57 + (i % 8) * 69 + 12
        s.fill(circle(x, 128 + (i // 8) * 71, 19), colour)


# For any other


@chart("bars columns growth")
def columns(s: Sheet) -> None:
    f = frame(s, (0, 8), (0, 100))
    left_axis(s, f, (0, 20, 40, 60, 80, 100), "%")
    level = s.rng.uniform(18, 36)
    year = s.rng.randrange(2008, 2016)
    for i in range(8):
        level = min(96, max(8, level + s.rng.uniform(-6, 16)))
        bar = box(f.x(i + 0.18), f.y(level), f.x(0.64) - f.x(0), f.bottom - f.y(level))
        s.fill(bar, ACCENT if i == 7 else DARK if i % 2 else LIGHT)
    lower_axis(s, f, [i + 0.5 for i in range(8)], names=[str(year + i) for i in range(8)])


@chart("line lines curve waves")
def lines(s: Sheet) -> None:
    f = frame(s, (0, 10), (0, 100))
    left_axis(s, f, (0, 25, 50, 75, 100))
    for i, colour in enumerate((DARK, ACCENT)):
        base, drift = s.rng.uniform(30, 60), s.rng.uniform(-3, 4)
        points = [f.at(x, base + drift * x + 9 * sin(x * 1.1 + i * 2) + s.rng.uniform(-4, 4)) for x in range(11)]
        s.stroke(smooth(points, closed=False), 14, colour)
        s.fill(circle(*points[-1], 20), colour)
    lower_axis(s, f, range(0, 11, 2))
