"""An open bangle whose two ends meet as small doorways of stone."""

import math

import numpy as np

from atelier import gems
from atelier import materials as m
from atelier import shapes as s
from atelier.piece import Piece


def build(finish):
    """Model the bangle in one finish."""
    accent = m.metal(finish["accent"], roughness=0.12)
    stone = m.gem(finish["colour"], finish.get("ior", 2.0))
    small = m.gem("#FFFFFF", 2.3)
    gap = math.radians(9)
    path, scale = [], []
    for a in np.linspace(gap, 2 * math.pi - gap, 200):
        path.append((1.0 * math.sin(a), -0.86 * math.cos(a), 0.0))
        scale.append(0.8 + 0.5 * max(0.0, math.cos(a)) ** 4)
    s.sweep("bangle", path, s.strap_section(0.26, 0.13, 0.06), accent, across=(0, 0, 1), scale=scale)
    for side in (-1, 1):
        a = side * gap * 0.55
        at = np.array((1.0 * math.sin(a), -0.86 * math.cos(a) - 0.01, 0))
        cup = s.lathe(
            "cup",
            [(0, -0.1), (0.1, -0.1), (0.165, 0.0), (0.165, 0.03), (0.15, 0.03), (0.14, 0.0), (0, -0.02)],
            m.metal("palladium", roughness=0.06),
            0.01,
            64,
        )
        gem = gems.brilliant("stone", 0.15, stone)
        s.move([cup], at * 1.03 + (side * 0.09, 0, 0), tilt=90, turn=0)
        s.move([gem], at * 1.03 + (side * 0.09, -0.035, 0), tilt=90)
        for k in range(9):
            b = side * (gap + math.radians(11 + 5.2 * k))
            out = np.array((math.sin(b), -0.86 * math.cos(b), 0))
            tiny = gems.brilliant("small stone", 0.05 - 0.0026 * k, small)
            normal = math.degrees(math.atan2(0.86 * math.sin(b), math.cos(b)))
            s.move([tiny], (0, 0, 0), tilt=90)
            s.move([tiny], out * (1.0 + (0.084 - 0.001 * k)), turn=normal)
    return Piece(turn=-16, pitch=22, fill_height=0.4, fill_width=0.72, real_height_m=0.0105)
