"""A lipstick in a fluted case, its cap standing beside it."""

import math

import numpy as np

from atelier import materials as m
from atelier import shapes as s
from atelier.piece import Piece


def _bullet(material, radius=0.2, low=1.0, high=1.70):
    """A round stick cut at a slant, its cut face slightly hollowed."""
    angles = np.linspace(0, 2 * math.pi, 96, endpoint=False)

    def top(x, y):
        """Height of the slanted cut above a point."""
        reach = math.hypot(x, y) / radius
        return high - 0.165 * (1 - x / radius) - 0.05 * (x / radius) ** 2 - 0.02 * (1 - reach)

    def ring(k, rise=1.0, fall=0.0):
        """The cut's outline drawn in by ``k``, part of the way up, a little lower."""
        points = [(radius * k * math.cos(a), radius * k * math.sin(a)) for a in angles]
        return [(x, y, low + rise * (top(x, y) - low) - fall) for x, y in points]

    rings = [ring(1.0, rise) for rise in (0.0, 0.5, 0.9, 0.97)]
    rings += [
        ring(k, fall=0.05 * max(0.0, (k - 0.80) / 0.2) ** 2)
        for k in (0.995, 0.97, 0.93, 0.87, 0.75, 0.6, 0.45, 0.3, 0.15, 0.01)
    ]
    return s.loft("bullet", rings, material, sharp=80)


def build(finish):
    """Model the lipstick in one finish."""
    accent = m.metal(finish["accent"])
    case = m.lacquer(finish["case"])
    stick = m.satin(finish["colour"])
    s.lathe("base", [(0, 0), (0.31, 0), (0.31, 0.62), (0, 0.62)], case, 0.02, flutes=(28, 0.02, 0.05, 0.56))
    s.lathe("base ring", [(0, 0.6), (0.318, 0.6), (0.318, 0.68), (0, 0.68)], accent, 0.012)
    s.lathe(
        "inner",
        [(0, 0.68), (0.262, 0.68), (0.262, 0.97), (0.225, 0.99), (0.225, 0.97), (0, 0.97)],
        accent,
        0.008,
    )
    s.lathe(
        "cup",
        [(0.2, 0.9), (0.232, 0.9), (0.232, 1.12), (0.206, 1.12), (0.206, 0.95)],
        m.metal(finish["accent"], 0.7, direction="z"),
        0.006,
    )
    _bullet(stick)
    cap = [
        s.lathe(
            "cap",
            [(0, 0.0), (0.315, 0.0), (0.315, 0.98), (0, 0.98)],
            case,
            0.02,
            flutes=(28, 0.02, 0.1, 0.92),
        ),
        s.lathe("cap foot", [(0, -0.0), (0.322, 0.0), (0.322, 0.06), (0, 0.06)], accent, 0.01),
        s.lathe("cap top", [(0, 0.975), (0.27, 0.975), (0.27, 0.992), (0, 0.992)], accent, 0.006),
    ]
    s.move(cap, (0.72, 0.34, 0))
    return Piece(
        turn=4,
        pitch=8,
        fill_height=0.58,
        fill_width=0.56,
        detail=(0.0, -0.1, 1.42),
        detail_span=0.95,
        real_height_m=0.085,
    )
