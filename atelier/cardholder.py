"""A card holder with stepped pockets, leaning on a plaster block."""

import itertools
import math

import numpy as np

from atelier import materials as m
from atelier import shapes as s
from atelier.piece import Piece

WIDTH, HEIGHT = 1.4, 1.0
LEAN = 14.0  # degrees from upright


def _pocket(top, notch=0.0):
    """Outline of a pocket whose upper edge dips in the middle."""
    w = WIDTH / 2
    line = [(-w, 0), (w, 0), (w, top)]
    if notch:
        line += [
            (x, top - notch * 0.5 * (1 + math.cos(math.pi * x / 0.3))) for x in np.linspace(0.3, -0.3, 25)
        ]
    line.append((-w, top))
    corners = [(-w, 0, 0.07), (w, 0, 0.07), *[(x, z, 0.0) for x, z in line[2:]]]
    return [tuple(p) for p in s.round_corners(corners, 0.0, 8, closed=True)]


def build(finish):
    """Model the card holder in one finish."""
    leather = m.leather(finish["colour"], grain=60.0, depth=0.4)
    thread = m.plain(finish.get("thread", finish["colour"]), 0.7)
    accent = m.metal(finish["accent"])
    parts = [
        s.plate("back", s.rounded_outline(WIDTH, HEIGHT, 0.07, (0, HEIGHT / 2)), 0.05, leather, edge=0.012)
    ]
    front = 0.0
    for top, notch in ((0.84, 0.0), (0.70, 0.0), (0.56, 0.0)):
        front -= 0.034
        parts.append(s.plate("pocket", _pocket(top, notch), 0.03, leather, edge=0.008, centre=(0, front, 0)))
        rim = [(x, front - 0.017, top - 0.028) for x in np.linspace(-WIDTH / 2 + 0.05, WIDTH / 2 - 0.05, 60)]
        parts.append(s.stitches("rim thread", rim, thread, 0.032, 0.02, 0.005))
    for colour, left, rise, y in (
        (finish.get("card", "#EFE7DA"), -0.02, 0.10, -0.017),
        (finish.get("second_card", "#3A3733"), 0.03, 0.075, -0.051),
    ):
        top = 0.84 + rise if y > -0.03 else 0.70 + rise
        parts.append(
            s.plate(
                "card",
                s.rounded_outline(1.22, 0.5, 0.05, (left, top - 0.25)),
                0.006,
                m.plain(colour, 0.35),
                centre=(0, y, 0),
            )
        )
    sides = [
        (-WIDTH / 2 + 0.045, 0.5),
        (-WIDTH / 2 + 0.045, 0.045),
        (WIDTH / 2 - 0.045, 0.045),
        (WIDTH / 2 - 0.045, 0.5),
    ]
    path = [(x, front - 0.017, z) for a, b in itertools.pairwise(sides) for x, z in np.linspace(a, b, 30)]
    parts.append(s.stitches("thread", path, thread, 0.034, 0.022, 0.0055))
    parts += s.arches("emblem", 0.12, 0.19, accent, 3, 0.006, (0, front - 0.016, 0.17))
    s.move(parts, (0, 0, 0), tilt=-LEAN)
    reach = 1.18 * math.tan(math.radians(LEAN))
    block = s.box(
        "block",
        (0.95, 0.5, 0.86),
        (0.12, 0.25 + 0.03 + 0.86 / 1.18 * reach * 0.98, 0.43),
        m.porcelain(finish.get("block", "#DDD3C6")),
        0.02,
    )
    return Piece(turn=-22, pitch=9, fill_height=0.5, fill_width=0.66, real_height_m=0.075, props=[block])
