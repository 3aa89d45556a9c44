"""Drawings inside an article, each for one passage of it, on a sheet of 1350 units."""

from demo.drawings.press import ACCENT, DARK, DEEP, LIGHT, PALE, PAPER, WARM, Dots, Grain, Hatch, Sheet
from demo.drawings.scenes import scene
from demo.drawings.shapes import arc, box, circle, oval, polar, regular, smooth, wave
from demo.drawings.things import (
    arrow,
    below,
    clock,
    folder,
    margin,
    open_book,
    pencil,
    plug,
    pointer,
    ruled,
    shadow,
    squared,
    stars,
    text_lines,
)


@scene(key="urne-et-curseur")
def click_and_vote(s: Sheet) -> None:
    cx = s.width * 0.44
    s.flood(PALE)
    s.fill(box(-20, 730, s.width + 40, 200), DARK)
    s.fill(circle(cx, 450, 400), (0, 0, Dots(0.35, 0.9, "down", 26)))
    margin(s, x=96)
    # A box of glass: its back, what lies in it, its front.
    s.fill(box(cx - 300, 400, 600, 380), PAPER)
    for i in range(11):
        with s.moved(cx - 220 + (i * 137) % 440, 716 - (i // 4) * 46, (i * 53) % 64 - 32):
            s.fill(box(-62, -38, 124, 76), (ACCENT, PAPER, LIGHT)[i % 3])
            s.stroke(box(-62, -38, 124, 76), 4, DARK, closed=True)
            s.stroke([(-62, -38), (0, 12), (62, -38)], 4, DARK)
    s.fill([(cx - 290, 410), (cx - 150, 410), (cx - 290, 640)], (0, 0, 0.4), over=True)
    s.stroke(box(cx - 300, 400, 600, 380), 16, DARK, closed=True)
    s.fill(box(cx - 336, 360, 672, 58, 12), DARK)
    with s.moved(cx + 8, 290, -9):
        ballot = box(-116, -130, 232, 220)
        shadow(s, ballot)
        s.fill(ballot, PAPER)
        s.stroke(ballot, 5, DARK, closed=True)
        s.stroke(box(-76, -92, 44, 44), 6, DARK, closed=True)
        s.stroke([(-70, -72), (-54, -54), (-24, -104)], 11, ACCENT)
        s.fill(box(-10, -80, 96, 14), DARK)
        s.stroke(box(-76, -22, 44, 44), 6, DARK, closed=True)
        s.fill(box(-10, -8, 80, 14), DARK)
    s.fill(box(cx - 150, 372, 300, 22, 10), PAPER)
    s.fill(box(cx - 336, 394, 672, 24), DARK)
    pointer(s, cx + 80, 190, 300, ACCENT, DARK)


@scene(key="carnet-d-adresses")
def disk_on_an_address_book(s: Sheet) -> None:
    cx = s.width / 2
    s.flood(LIGHT)
    s.fill(box(-20, -20, s.width + 40, 940), (0, 0, Hatch(90, 0.06, 4)))
    with s.moved(cx - 40, 450, -5):
        open_book(s, 0, 0, 1060, 700)
        for side in (-1, 1):
            for row in range(9):
                y = -250 + row * 62
                x = -470 if side < 0 else 90
                s.fill(box(x, y + 20, 390, 4), (0.3, 0, 0))
                if (row + side) % 4:
                    line = wave(x + 10, x + s.rng.uniform(140, 330), y + 4, 8, 26, row * 0.3)
                    s.stroke(line, 6, DARK)
        for i, letter in enumerate("ACEGLNPRTW"):
            s.fill(box(524, -300 + i * 58, 52, 52, 10), ACCENT if i % 2 else LIGHT)
            s.letter(letter, 552, -276 + i * 58, 34, DARK if i % 2 == 0 else PAPER)
    with s.moved(cx + 150, 500, 14):
        disk = [(-200, -200), (160, -200), (200, -160), (200, 200), (-200, 200)]
        shadow(s, disk, 20, 22)
        s.fill(disk, DARK)
        s.fill(box(-110, -200, 220, 130), PALE)
        s.fill(box(40, -184, 44, 98), DARK)
        s.fill(box(-150, -20, 300, 220), PAPER)
        s.fill(box(-150, -20, 300, 44), ACCENT)
        for row, length in enumerate((230, 190, 120)):
            s.stroke(wave(-122, -122 + length, 70 + row * 44, 8, 28), 6, DARK)
        s.fill(box(-186, 166, 20, 20), PAPER)


@scene(key="chaine-de-redirections")
def five_boxes_and_a_hole(s: Sheet) -> None:
    s.flood(PAPER)
    ruled(s, (0, 0, 0.35), 75, 75)
    margin(s, x=84)
    s.fill(box(-20, 690, s.width + 40, 240), DARK)
    hole = s.width * 0.86
    s.fill(oval(hole, 720, 150, 40), PAPER)
    s.fill(oval(hole, 726, 140, 33), DEEP)
    years = ("2011", "2013", "2015", "2017", "2019")
    step = s.width * 0.158
    for i, year in enumerate(years):
        x, y = s.width * 0.15 + i * step, 210 + (i % 2) * 130 + i * 18
        front = box(x - 82, y - 62, 164, 132, 10)
        shadow(s, front, 10, 12)
        s.fill(front, (LIGHT, ACCENT)[i % 2] if i < 4 else PAPER)
        s.stroke(front, 6, DARK, closed=True)
        s.letter(year, x, y + 2, 58, DARK if i % 2 == 0 else PAPER)
        if i < 4:
            nx, ny = x + step, 210 + ((i + 1) % 2) * 130 + (i + 1) * 18
            arrow(s, [(x + 84, y + 6), (nx - 108, ny - 4)], 10, DARK)
    x, y = s.width * 0.15 + 4 * step, 210 + 72
    fall = smooth([(x + 70, y + 80), (hole + 40, 440), (hole + 60, 560), (hole + 10, 660)], closed=False)
    arrow(s, fall, 12, ACCENT)
    s.letter("404", hole, 836, 92, PAPER, font="serif")


@scene(key="fig-blogroll-2006")
def fourteen_still_lit(s: Sheet) -> None:
    s.flood(DARK)
    lit = {0, 3, 9, 12, 17, 20, 21, 28, 31, 36, 40, 45, 47, 52}
    casino = {5, 8, 15, 24, 26, 33, 38, 43, 50}
    columns = 9
    dx, dy = s.width / (columns + 1), 900 / 7
    points = []
    for i in range(53):
        column, row = i % columns, i // columns
        points.append(((column + 1) * dx + (row % 2) * 18 - 9, (row + 1) * dy))
    for i in lit:
        x, y = points[i]
        near = sorted((points[j] for j in lit), key=lambda p: (p[0] - x) ** 2 + (p[1] - y) ** 2)[1:3]
        for other in near:
            s.stroke([(x, y), other], 4, (0.45, 0, 0.6))
    for i, (x, y) in enumerate(points):
        if i in lit:
            s.fill(circle(x, y, 62), (1, 0, Dots(0.55, 0.0, "out", 18)))
            s.fill(circle(x, y, 34), LIGHT)
            s.fill(circle(x, y, 16), PAPER)
        elif i in casino:
            s.fill(regular(x, y, 26, 4), ACCENT)
        else:
            s.stroke(circle(x, y, 20), 4, (0.55, 0, 0), closed=True)


@scene(key="fig-carnet-entretien")
def two_columns_of_notes(s: Sheet) -> None:
    cx = s.width / 2
    s.flood(LIGHT)
    s.fill(box(-20, -20, s.width + 40, 940), (Dots(0.0, 0.28, "down", 26), 0, 1))
    with s.moved(cx, 470, -3):
        sheet = box(-470, -410, 940, 980, 18)
        shadow(s, sheet, 22, 24)
        s.fill(sheet, PAPER)
        for row in range(14):
            s.fill(box(-470, -270 + row * 60, 940, 3), (0.22, 0, 0))
        s.stroke([(40, -410), (40, 570)], 6, ACCENT)
        for i in range(9):
            x = -420 + i * 105
            s.fill(circle(x, -370, 20), DARK)
            s.stroke(arc(x, -420, 46, 60, 120), 10, (0.6, 0, 0))
            s.stroke([(x, -370), (x, -436)], 10, (0.6, 0, 0))
        for row in range(13):
            y = -286 + row * 60
            if row % 4 != 3:
                s.stroke(wave(-430, -430 + s.rng.uniform(280, 430), y + 2, 10, 30, row * 0.4), 7, DARK)
            if row in (0, 1, 5, 6, 9):
                s.stroke(wave(80, 80 + s.rng.uniform(180, 340), y + 2, 9, 30, row * 0.3), 7, ACCENT)
        # What one sees: a pair of hands, a clock, a door that stands open.
        clock(s, 330, 40, 82, 5.25)
        s.stroke(box(120, 330, 110, 170), 8, ACCENT, closed=True)
        s.fill([(120, 330), (196, 352), (196, 512), (120, 500)], ACCENT)
        s.fill(circle(180, 430, 8), PAPER)
    with s.moved(cx + 500, 600, 26):
        pencil(s, 560)


@scene(key="fig-epreuves")
def annotated_proof(s: Sheet) -> None:
    cx = s.width / 2
    s.flood(ACCENT)
    s.fill(box(-20, -20, s.width + 40, 940), (0, 1, Dots(0.7, 0.0, "down", 26)))
    with s.moved(cx, 480, 2):
        sheet = box(-500, -430, 1000, 960)
        shadow(s, sheet, 22, 24)
        s.fill(sheet, PAPER)
        s.fill(box(-430, -366, 420, 46), DARK)
        struck = {2, 3, 7, 8, 9, 13}
        for row in range(16):
            y = -268 + row * 48
            width = 560 * (s.rng.uniform(0.5, 0.7) if row in (5, 11) else s.rng.uniform(0.95, 1))
            s.fill(box(-430, y, width, 16), (0.35, 0, 0) if row in struck else DARK)
            if row in struck:
                s.stroke(wave(-446, -414 + width, y + 8, 4, 90, row * 0.3), 7, ACCENT)
        s.stroke([(190, -430), (190, 530)], 4, (0.25, 0, 0))
        for y, lines in ((-230, 3), (40, 3), (310, 2)):
            s.letter("?", 440, y + 14, 120, ACCENT, font="serif")
            for i in range(lines):
                s.stroke(wave(220, 220 + s.rng.uniform(110, 170), y + i * 40 - 30, 8, 28, i * 0.4), 6, ACCENT)
            s.stroke([(140, y - 10), (206, y - 10)], 6, ACCENT)


@scene(key="fig-facture-eau")
def bill_line_by_line(s: Sheet) -> None:
    s.flood(LIGHT)
    s.fill(below(wave(-40, s.width + 40, 690, 22, 380)), (0, 0, Dots(0.5, 0.1, "down", 26)))
    s.fill(below(wave(-40, s.width + 40, 800, 26, 420, 0.4)), DARK)
    bill = box(120, 70, 520, 760)
    shadow(s, bill, 20, 22)
    s.fill(bill, PAPER)
    with s.moved(200, 158):
        s.fill(smooth([(0, -62), (34, -4), (26, 36), (0, 48), (-26, 36), (-34, -4)]), DARK)
        s.fill(smooth([(10, 6), (16, 18), (8, 30), (2, 20)]), PAPER)
    s.fill(box(270, 122, 240, 30), DARK)
    s.fill(box(270, 172, 160, 16), (0.4, 0, 0))
    figures = ("120", "34", "18", "9", "2")
    for i, figure in enumerate(figures):
        y = 270 + i * 96
        s.fill(box(170, y - 8, 230 - i * 22, 16), DARK)
        s.letter(f"{figure} €", 596, y, 44, DARK, font="label", anchor="rm")
        s.fill(box(170, y + 40, 426, 3), (0.3, 0, 0))
        note = box(800, y - 40, 420, 80, 16)
        s.stroke([(612, y), (720, y), (800, y)], 5, ACCENT)
        s.fill(circle(612, y, 9), ACCENT)
        s.fill(note, PAPER)
        s.stroke(note, 5, ACCENT, closed=True)
        text_lines(s, 828, y - 20, 360, 2, 26, 12, DARK)
    s.fill(box(170, 752, 426, 46), ACCENT)
    s.letter("183 €", 580, 774, 40, PAPER, font="label", anchor="rm")


@scene(key="fig-redaction-nuit")
def list_at_six(s: Sheet) -> None:
    s.flood(DARK)
    s.fill(box(-20, 560, s.width + 40, 370), (1, Dots(0, 0.7, "down", 26), 0))
    stars(s, 30, 420)
    clock(s, s.width * 0.76, 320, 220, 6, face=LIGHT, rim=PAPER)
    with s.moved(s.width * 0.34, 470, -4):
        sheet = box(-300, -410, 600, 980)
        shadow(s, sheet, 22, 24)
        s.fill(sheet, PAPER)
        for side in (-1, 1):
            for i in range(20):
                s.fill(circle(side * 274, -380 + i * 48, 9), DARK)
        s.fill(box(-220, -350, 300, 40), DARK)
        for row in range(11):
            y = -250 + row * 70
            s.stroke(box(-222, y - 12, 30, 30), 5, DARK, closed=True)
            if row in (0, 1, 4):
                s.stroke([(-218, y + 2), (-208, y + 14), (-186, y - 22)], 8, ACCENT)
            s.fill(box(-160, y - 10, s.rng.uniform(240, 360), 13), DARK)
            s.fill(box(-160, y + 14, s.rng.uniform(120, 260), 11), ACCENT if row % 4 == 2 else (0.4, 0, 0))


@scene(key="illu-crise-chronologie")
def five_messages(s: Sheet) -> None:
    s.flood(DARK)
    s.fill(box(s.width * 0.5, -20, s.width, 940), (1, 0, Dots(0, 0.6, "right", 26)))
    y, left, right = 520, 130, s.width - 130

    def at(hour: float) -> float:
        return left + (right - left) * (hour - 3) / 6

    s.stroke([(left - 40, y), (right + 40, y)], 14, PAPER)
    for hour in range(3, 10):
        s.stroke([(at(hour), y - 22), (at(hour), y + 22)], 8, PAPER)
        s.letter(f"{hour}", at(hour), y + 84, 74, PAPER)
    messages = ((3.4, True), (4.5, False), (5.5, False), (6.6, True), (8.6, True))
    for i, (hour, has_news) in enumerate(messages):
        x, top = at(hour), 250 + (i % 2) * 60
        s.stroke([(x, top + 70), (x, y)], 6, LIGHT if has_news else PAPER)
        outline = box(x - 84, top - 66, 168, 124, 44)
        foot = [(x - 26, top + 50), (x + 26, top + 50), (x, top + 100)]
        if has_news:
            s.fill(foot, ACCENT)
            s.fill(outline, ACCENT)
            text_lines(s, x - 52, top - 36, 104, 3, 28, 12, PAPER)
        else:
            s.dashes([*outline, outline[0]], 7, PAPER, 18, 14)
        s.fill(circle(x, y, 22), LIGHT if has_news else DARK)
        s.stroke(circle(x, y, 22), 6, PAPER, closed=True)
    s.fill(below([(-40, 800), (s.width * 0.3, 770), (s.width + 40, 800)]), (1, 1, 0))


@scene(key="illu-formats-couches")
def four_layers(s: Sheet) -> None:
    cx = s.width / 2
    s.flood(PAPER)
    s.fill(circle(cx, 450, 420), (0, 0, 0.35))
    margin(s, x=84)
    fills = (
        DARK,
        (0.75, 0, 0.3),
        (Dots(0.62, 0.42, pitch=18), 0, LIGHT[2]),
        (Grain(0.42, 0.3, speck=5), Grain(0.2, 0.3, speck=6), 0),
    )
    for i in range(3, -1, -1):
        y = 250 + i * 150
        plane = [(cx - 470, y), (cx - 130, y - 130), (cx + 470, y - 10), (cx + 130, y + 130)]
        shadow(s, plane, 0, 26)
        s.fill(plane, PAPER)
        s.fill(plane, fills[i])
        s.stroke(plane, 5, DARK, closed=True) if i < 3 else s.dashes([*plane, plane[0]], 5, DARK, 16, 14)
    # The letters of the top layer are sharp, the others are less and less so.
    for i, letter in enumerate("abcd"):
        with s.moved(cx - 200 + i * 132, 236 + i * 10, 10):
            s.letter(letter, 0, 0, 150, PAPER, font="serif")
    for i, y in enumerate((250, 400, 550, 700)):
        s.stroke([(cx + 474, y - 10), (cx + 540, y - 10)], 5, ACCENT)
        s.letter(str(i + 1), cx + 576, y - 14, 64, ACCENT, font="serif")


@scene(key="illu-podcast-standard")
def postcard_and_plugs(s: Sheet) -> None:
    s.flood(DARK)
    for row in range(7):
        for column in range(11):
            x, y = 70 + column * 122, 70 + row * 128
            s.fill(circle(x, y, 30), DEEP)
            s.fill(circle(x, y, 15), (0.35, 0, 0.4))
    with s.moved(s.width * 0.5, 460, -5):
        card = box(-450, -290, 900, 580)
        shadow(s, card, 24, 26)
        s.fill(card, PAPER)
        s.stroke(box(-430, -270, 860, 540), 4, ACCENT, closed=True)
        s.stroke([(70, -220), (70, 220)], 5, DARK)
        for row, length in enumerate((330, 420, 250, 380)):
            s.stroke(wave(-390, -390 + length, -150 + row * 86, 13, 36, row * 0.3), 8, DARK)
        for row in range(4):
            s.fill(box(120, 10 + row * 58, 280, 5), DARK)
        stamp = box(280, -240, 120, 150)
        s.fill(stamp, ACCENT)
        s.fill(circle(340, -165, 40), LIGHT)
        s.stroke(circle(250, -150, 62), 5, DARK, closed=True)
        for i in range(3):
            s.stroke(wave(120, 260, -180 + i * 30, 6, 46), 5, DARK)
    cords = (
        ((-60, 820), (240, 640), (560, 700), (800, 560), LIGHT, -30),
        ((s.width + 60, 700), (1150, 640), (980, 380), (840, 260), ACCENT, 214),
        ((-60, 200), (160, 330), (330, 250), (500, 330), WARM, 24),
    )
    for *points, colour, turn in cords:
        line = smooth(points, closed=False, steps=24)
        s.stroke(line, 34, DARK)
        s.stroke(line, 22, colour, caps=False)
        plug(s, *points[-1], turn, ACCENT if colour != ACCENT else LIGHT, PAPER)


@scene(key="illu-rss-colonne")
def headlines_in_folders(s: Sheet) -> None:
    s.flood(LIGHT)
    s.fill(box(-20, -20, s.width + 40, 940), (0, 0, Dots(0.5, 1, "down", 26)))
    column = box(110, -40, 500, 990)
    shadow(s, column, 20, 0)
    s.fill(column, PAPER)
    for row in range(14):
        y = 40 + row * 64
        s.fill(circle(156, y + 2, 13), (ACCENT, DARK, (0, 1, 1), LIGHT, (0.5, 0, 0))[(row * 7 + row // 3) % 5])
        s.fill(box(190, y - 12, s.rng.uniform(240, 370), 15), DARK)
        s.fill(box(190, y + 12, s.rng.uniform(90, 200), 10), (0.35, 0, 0))
    pairs = (
        (ACCENT, (0, 0.8, 0.4)),
        (DARK, (0.85, 0, 0)),
        (WARM, (0, 0.8, 1)),
        (PAPER, PALE),
        ((0.5, 0, 0), (0.4, 0, 0.2)),
    )
    for i, (back, front) in enumerate(pairs):
        x, y = (930, 1180)[i % 2], 180 + i * 140
        arrow(s, smooth([(620, y - 30), (680, y), (x - 150, y)], closed=False), 7, DARK)
        folder(s, x, y, 220, back, front)


@scene(key="illu-salon-allee")
def aisle_of_a_fair(s: Sheet) -> None:
    s.flood(PAPER)
    squared(s, (0, 0, 0.3), 45, 2)
    colours = (LIGHT, ACCENT, DARK, (0, 0, Dots(0.6, 0.6, pitch=20)), WARM, PALE)
    for side in (0, 1):
        x = 20.0
        i = 0
        while x < s.width - 60:
            width = s.rng.choice((130, 170, 220))
            height = 200 if side else 190
            y = 30 if side == 0 else 670
            stand = box(x, y, width - 16, height)
            s.fill(stand, colours[(i * 5 + side * 2) % 6])
            s.stroke(stand, 6, DARK, closed=True)
            s.fill(box(x + 18, y + (height - 40 if side == 0 else 14), width - 52, 26), PAPER)
            x += width
            i += 1
    benches = ((300, 450), (690, 450), (1080, 450))
    for bx, by in benches:
        s.fill(circle(bx, by, 150), (0, 0, Dots(0.9, 0.1, "out", 24)), over=True)
        for slat in (-20, 0, 20):
            s.stroke([(bx - 66, by + slat), (bx + 66, by + slat)], 12, DARK)
        for i in range(19):
            x, y = polar(bx, by, s.rng.uniform(58, 128), i * 360 / 19 + s.rng.uniform(-8, 8))
            s.fill(circle(x, y, 14), DARK if i % 3 else ACCENT)
    for _walker in range(12):
        s.fill(circle(s.rng.uniform(40, s.width - 40), s.rng.choice((270, 620)) + s.rng.uniform(-20, 20), 14), DARK)
