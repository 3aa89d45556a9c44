"""Stills of videos, 1600 units wide: a play button will lie on their middle."""

from demo.drawings.press import ACCENT, DARK, DEEP, LIGHT, PALE, PAPER, Dots, Hatch, Sheet
from demo.drawings.scenes import scene
from demo.drawings.shapes import box, circle, oval, pie, polar, smooth
from demo.drawings.things import cloud, cloud_outline, microphone, shadow, squared


@scene("poster interview stage lectern clouds speaker", key="billotte-affiche")
def lectern_before_clouds(s: Sheet) -> None:
    cx = s.width / 2
    s.flood(DARK)
    s.fill([(cx - 130, -20), (cx + 130, -20), (cx + 640, 780), (cx - 640, 780)], (1, 0, Dots(0.75, 0.25, "down", 28)))
    for x, y, width, colour in (
        (0.13, 420, 560, LIGHT),
        (0.88, 380, 600, LIGHT),
        (0.27, 560, 480, PAPER),
        (0.76, 540, 520, PAPER),
    ):
        cloud(s, x * s.width, y, width, colour)
        s.fill(cloud_outline(x * s.width, y, width), (0, Dots(0, 0.5, "down", 24), 0), over=True)
    s.fill(circle(cx, 300, 210), LIGHT)
    s.fill(box(-20, 770, s.width + 40, 160), ACCENT)
    s.fill(oval(cx, 780, 520, 58), PAPER)
    # The lectern and its microphone.
    s.fill(box(cx - 210, 756, 420, 34, 8), DARK)
    body = box(cx - 150, 430, 300, 330)
    s.fill(body, PAPER)
    s.fill(box(cx - 150, 430, 300, 330), (Dots(0, 0.5, "right", 22), 0, 0), over=True)
    s.fill(box(cx - 106, 490, 212, 230), ACCENT)
    for i in range(3):
        s.fill(box(cx - 70, 550 + i * 44, 140, 14), PAPER)
    s.fill([(cx - 226, 440), (cx + 226, 440), (cx + 196, 372), (cx - 196, 372)], DARK)
    s.fill(box(cx - 226, 432, 452, 26), (0.6, 0, 0))
    s.fill([(cx - 110, 424), (cx + 40, 424), (cx + 26, 384), (cx - 100, 384)], PAPER)
    s.stroke(smooth([(cx + 120, 386), (cx + 124, 300), (cx + 76, 226)], closed=False), 12, DARK)
    with s.moved(cx + 54, 196, -38):
        s.fill(box(-26, -34, 52, 84, 22), DARK)
        s.fill(box(-33, -88, 66, 84, 32), ACCENT)
        s.fill(box(-33, -88, 66, 84, 32), (Dots(0.2, 0.5, "right", 15), 0, 0), over=True)
    audience(s)


def audience(s: Sheet) -> None:
    """Heads in the first row, seen from behind."""
    for i in range(15):
        x = (i + 0.5) * s.width / 15 + s.rng.uniform(-16, 16)
        r = s.rng.uniform(38, 48)
        s.fill(circle(x, 862, r), DARK)
        s.fill(pie(x, 960, r * 1.9, 180, 360), DARK)


@scene("orbit grid screen play video player", key="poster-video-b2b")
def screen_with_triangle(s: Sheet) -> None:
    cx, cy = s.width / 2, 430
    s.flood(LIGHT)
    squared(s, (0, 0.2, 0), 75, 2.5)
    screen = box(cx - 560, 90, 1120, 660, 34)
    shadow(s, screen, 24, 26)
    s.fill(screen, DARK)
    glass = box(cx - 524, 126, 1048, 588, 14)
    with s.clipped(glass):
        s.fill(glass, PAPER)
        for i, (radius, colour) in enumerate(
            ((640, PALE), (520, LIGHT), (410, (0, 1, 0.5)), (310, ACCENT), (220, DARK), (140, PAPER))
        ):
            s.fill(circle(cx, cy, radius), colour)
            if i == 3:
                s.fill(circle(cx, cy, radius), (Dots(0, 0.5, "down", 22), 0, 0), over=True)
        for angle, radius, size in ((205, 360, 36), (318, 465, 28), (28, 265, 30), (120, 360, 22), (165, 560, 26)):
            x, y = polar(cx, cy, radius, angle)
            s.fill(circle(x, y, size), DARK)
            s.fill(circle(x, y, size * 0.55), LIGHT)
    s.fill([(cx - 46, cy - 76), (cx + 84, cy), (cx - 46, cy + 76)], ACCENT)
    s.fill(box(cx - 60, 750, 120, 70), DARK)
    s.fill(box(cx - 210, 812, 420, 30, 14), DARK)


@scene("waves cables cupboard blanket microphone", key="poster-webinaire-son")
def microphone_in_a_cupboard(s: Sheet) -> None:
    cx = s.width / 2
    s.flood(ACCENT)
    s.fill(box(-20, -20, s.width + 40, 940), (0, 1, Hatch(70, 0.08, 90)))
    inside = box(cx - 420, 60, 840, 800)
    s.fill(inside, DARK)
    s.fill(inside, (1, 0, Dots(0.0, 0.45, "down", 26)))
    s.fill(box(cx - 420, 120, 840, 18), LIGHT)
    # Coats on a rail keep the echo out.
    for i, (colour, width) in enumerate(
        ((LIGHT, 110), (DEEP, 90), (ACCENT, 120), (PALE, 96), (DEEP, 110), (LIGHT, 100), (ACCENT, 92))
    ):
        x = cx - 350 + i * 116
        s.stroke([(x, 112), (x, 150)], 7, PAPER)
        s.fill(
            [
                (x - 20, 146),
                (x + 20, 146),
                (x + width / 2, 190),
                (x + width / 2, 470),
                (x - width / 2, 470),
                (x - width / 2, 190),
            ],
            colour,
        )
    for side in (-1, 1):
        hinge = cx + side * 420
        door = [(hinge, 60), (hinge + side * 230, 20), (hinge + side * 230, 900), (hinge, 860)]
        s.fill(door, PAPER)
        s.fill(door, (Dots(0.05, 0.35, "down", 24), 0, 0), over=True)
        s.stroke(door, 7, DARK, closed=True)
        s.fill(circle(hinge + side * 190, 470, 15), DARK)
    for i, colour in enumerate((LIGHT, PAPER, ACCENT, LIGHT)):
        y = 820 - i * 56
        s.fill(box(cx - 330 + i * 8, y - 62, 660 - i * 16, 66, 32), DARK)
        s.fill(box(cx - 324 + i * 8, y - 56, 648 - i * 16, 54, 27), colour)
        if i % 2 == 0:
            s.fill(box(cx - 240, y - 56, 480, 54), (Hatch(26, 0.35, 90), 0, 0), over=True)
    microphone(s, cx, 470, 300, -8)
    cord = smooth([(cx + 22, 600), (cx + 60, 690), (cx + 200, 700), (cx + 330, 800), (cx + 420, 930)], closed=False)
    s.stroke(cord, 13, DARK)


@scene("poster speaker conference talk audience")
def speaker_on_a_stage(s: Sheet) -> None:
    cx = s.width * s.rng.choice((0.38, 0.62))
    s.flood(DARK)
    beam = [(cx - 90, -20), (cx + 90, -20), (cx + 420, 760), (cx - 420, 760)]
    s.fill(beam, LIGHT)
    s.fill(beam, (Dots(0.5, 0.0, "down", 28), 0, 0), over=True)
    s.fill(box(-20, 750, s.width + 40, 180), ACCENT)
    s.fill(oval(cx, 760, 400, 46), PAPER)
    # Against the light: a head, shoulders, an arm that holds the microphone.
    coat = [(-120, 770), (-150, 560), (-128, 430), (-60, 392), (0, 384), (60, 392), (128, 430), (150, 560), (120, 770)]
    with s.moved(cx):
        s.fill(smooth(coat), DARK)
        s.fill(box(-34, 330, 68, 80), DARK)
        s.fill(oval(0, 280, 68, 86), DARK)
        s.fill([(-30, 392), (0, 450), (30, 392)], PAPER)
        s.stroke([(120, 470), (190, 560), (96, 440)], 54, DARK)
        with s.moved(92, 376, -24):
            s.fill(box(-13, -4, 26, 96, 10), ACCENT)
            s.fill(circle(0, -22, 27), ACCENT)
    audience(s)
