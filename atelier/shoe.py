"""A pair of pumps with a sculpted heel.

Stations run along the foot from the heel (0) to the toe (1); each has a cross
section that is open at the top until the vamp closes it.
"""

import math

import bpy
import numpy as np

from atelier import materials as m
from atelier import shapes as s
from atelier.piece import Piece

LENGTH = 2.3
BOTTOM = [
    (0, 0.92),
    (0.1, 0.90),
    (0.2, 0.82),
    (0.35, 0.58),
    (0.5, 0.29),
    (0.62, 0.10),
    (0.72, 0.035),
    (0.85, 0.03),
    (1, 0.06),
]
WIDTH = [
    (0, 0.0),
    (0.012, 0.085),
    (0.04, 0.155),
    (0.1, 0.215),
    (0.2, 0.235),
    (0.35, 0.22),
    (0.5, 0.25),
    (0.62, 0.3),
    (0.7, 0.31),
    (0.8, 0.272),
    (0.9, 0.185),
    (0.96, 0.112),
    (0.99, 0.052),
    (1, 0.0),
]
FULL = [
    (0, 0.72),
    (0.1, 0.66),
    (0.25, 0.50),
    (0.4, 0.42),
    (0.55, 0.40),
    (0.64, 0.37),
    (0.72, 0.32),
    (0.82, 0.255),
    (0.9, 0.215),
    (0.97, 0.17),
    (1, 0.13),
]
OPEN = [
    (0, 0.60),
    (0.15, 0.58),
    (0.3, 0.52),
    (0.45, 0.49),
    (0.54, 0.53),
    (0.6, 0.62),
    (0.645, 0.76),
    (0.665, 0.88),
    (0.672, 1.0),
    (1, 1.0),
]


def _along(table, x):
    xs, ys = zip(*table, strict=True)
    return float(np.interp(x, xs, ys))


def _smooth(table, x, window=0.03):
    """Interpolate with the corners of the table worn off."""
    return float(np.mean([_along(table, min(max(x + d, 0), 1)) for d in np.linspace(-window, window, 9)]))


def _station(x, shares):
    z0, full = _smooth(BOTTOM, x), _smooth(FULL, x)
    near_end = min(x, 1 - x)
    width = _along(WIDTH, x) if near_end < 0.03 else _smooth(WIDTH, x, min(0.03, near_end))
    reach = math.pi * (_along(OPEN, x) if 0.6 < x < 0.7 else _smooth(OPEN, x, 0.02))
    row = []
    for u in shares:
        phi = abs(u) * reach
        side = math.copysign(width * abs(math.sin(phi)) ** 0.75, u)
        rise = (1 - math.cos(phi)) / 2
        lean = -0.06 * math.sin(math.pi * min(1, rise / 0.75)) * max(0.0, 1 - x / 0.12) + 0.05 * rise * max(
            0.0, 1 - x / 0.2
        )
        row.append((x * LENGTH + lean, side, z0 + full * rise))
    return row


def _stations(first=0.0, last=1.0):
    t = np.linspace(0, math.pi, 150)
    return first + (last - first) * (0.5 - 0.5 * np.cos(t))


def _upper(leather, lining):
    shares = np.linspace(-1, 1, 101)
    upper = s.sheet("upper", [_station(x, shares) for x in _stations(0.0002, 0.9998)], leather)
    return s.solidify(upper, 0.022, offset=-1, inner=lining, rim=leather)


def _sole(material):
    rows = []
    for x in _stations(0.004, 0.994):
        w = _along(WIDTH, x) * 0.90
        rows.append([(x * LENGTH, w * u, _smooth(BOTTOM, x) + 0.012 * u * u) for u in np.linspace(-1, 1, 21)])
    sole = s.sheet("sole", rows, material)
    return s.solidify(sole, 0.034, offset=0.0)


def _heel(material, tip, block):
    """From the seat, following the sole's slope, down to a small foot."""
    rings = []
    foot = 0.15 if block else 0.045
    for k in np.linspace(0, 1, 30):
        narrow = (1 - k) ** (1.5 if block else 3.2)
        half = foot + (0.205 - foot) * narrow
        wide = (foot + 0.02 if block else foot) + (0.165 - foot) * narrow
        middle = 0.2 * narrow + (0.215 if block else 0.17) * (1 - narrow)
        ring = []
        for a in np.linspace(0, 2 * math.pi, 64, endpoint=False):
            x, y = middle + half * math.cos(a), wide * math.sin(a)
            top = _smooth(BOTTOM, min(max(x / LENGTH, 0), 1)) + 0.02
            ring.append((x, y, 0.04 + (top - 0.04) * (1 - k)))
        rings.append(ring)
    s.loft("heel", rings, material, sharp=60)
    last = [(x, y, 0.042) for x, y, _ in rings[-1]]
    s.loft("tip", [last, [(x, y, 0.0) for x, y, _ in last]], tip)


def build(finish):
    """Model the pair in one finish."""
    makers = {
        "patent": lambda c: m.lacquer(c, 0.3),
        "suede": m.suede,
        "calf": lambda c: m.smooth_leather(c, 0.3),
    }
    leather = makers[finish.get("skin", "calf")](finish["colour"])
    lining = m.smooth_leather(finish.get("lining", "#D9B48C"), 0.45)
    accent = m.metal(finish["accent"])
    block = finish.get("heel") == "block"
    _upper(leather, lining)
    _sole(m.smooth_leather(finish.get("sole", "#3A2A1E"), 0.4))
    _heel(accent if finish.get("heel_metal") else leather, m.plain("#17130F", 0.5), block)
    vamp = [_station(0.676, np.linspace(0.86, 1.0, 12)), _station(0.676, np.linspace(-1.0, -0.86, 12))]
    band = [(x - 0.012, y, z + 0.012) for x, y, z in vamp[0] + vamp[1]]
    s.sweep("bar", band, s.strap_section(0.05, 0.02), accent, across=(1, 0, -0.3))
    first = [o for o in bpy.context.scene.objects if o.type == "MESH"]
    second = []
    for obj in first:
        twin = obj.copy()
        bpy.context.scene.collection.objects.link(twin)
        second.append(twin)
    bpy.context.view_layer.update()
    s.move(first, (-1.15, -0.42, 0), turn=-4)
    s.move(second, (-1.0, 0.45, 0), turn=9)
    return Piece(turn=-26, pitch=11, fill_height=0.5, fill_width=0.78, real_height_m=0.14)
