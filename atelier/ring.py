"""A solitaire on a slim band with small stones at its shoulders."""

import math

import numpy as np

from atelier import gems
from atelier import materials as m
from atelier import shapes as s
from atelier.piece import Piece

RADIUS = 0.62


def _band(accent):
    path, scale = [], []
    for a in np.linspace(0, 2 * math.pi, 160, endpoint=False):
        path.append((RADIUS * math.sin(a), 0, RADIUS * math.cos(a)))
        scale.append(1.0 - 0.22 * max(0.0, math.cos(a)) ** 3 + 0.08 * max(0, -math.cos(a)))
    s.sweep(
        "band", path, s.strap_section(0.13, 0.085, 0.04), accent, closed=True, across=(0, 1, 0), scale=scale
    )


def _setting(accent, stone, radius, height):
    """A basket of two hoops and six claws."""
    for r, z, t in (
        (radius * 0.55, height - radius * 0.62, 0.018),
        (radius * 0.86, height - radius * 0.2, 0.018),
    ):
        s.torus("hoop", r, t, accent, (0, 0, z), "z", 64)
    for k in range(6):
        a = math.radians(60 * k + 30)
        out = np.array((math.cos(a), math.sin(a), 0))

        def claw(reach, rise, out=out):
            """A point of the claw: out from the axis and up from the girdle, in radii."""
            return out * radius * reach + np.array((0, 0, height + radius * rise))

        path = s.spline(
            [
                claw(0.3, -0.95),
                claw(0.62, -0.58),
                claw(1.03, -0.03),
                claw(0.9, 0.17),
            ],
            8,
        )
        s.tube("claw", path, 0.02, accent, steps=12)
        s.spheres("claw tip", [claw(0.9, 0.17)], 0.026, accent)
    gem = gems.brilliant("stone", radius, stone)
    s.move([gem], (0, 0, height), turn=11)


def _shoulders(accent, stone):
    for side in (-1, 1):
        for k in range(6):
            a = side * math.radians(26 + 8.6 * k)
            size = 0.042 - 0.002 * k
            r = RADIUS + 0.036
            gem = gems.brilliant("small stone", size, stone)
            s.move([gem], (r * math.sin(a), 0, r * math.cos(a)), roll=math.degrees(a))
            beads = [
                ((r + 0.012) * math.sin(a + d), y, (r + 0.012) * math.cos(a + d))
                for d in (-0.07, 0.07)
                for y in (-0.036, 0.036)
            ]
            s.spheres("bead", beads, 0.011, accent, rings=6)


def build(finish):
    """Model the ring in one finish."""
    accent = m.metal(finish["accent"], roughness=0.08)
    stone = m.gem(finish["colour"], finish.get("ior", 2.3))
    small = m.gem("#FFFFFF", 2.3)
    _band(accent)
    _setting(accent, stone, 0.29, RADIUS + 0.29)
    _shoulders(accent, small)
    return Piece(
        turn=-28,
        pitch=14,
        fill_height=0.56,
        fill_width=0.6,
        detail=(0, 0, RADIUS + 0.24),
        detail_span=1.0,
        detail_turn=-20,
        detail_pitch=24,
        real_height_m=0.028,
    )
