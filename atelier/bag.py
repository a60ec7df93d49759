"""A structured top-handle bag with a flap and a turn lock."""

import math

import numpy as np

from atelier import materials as m
from atelier import shapes as s
from atelier.piece import Piece

HEIGHT = 1.5
SQUARENESS = 5.0


def _half_width(z):
    return 1.2 - 0.2 * (z / HEIGHT)


def _half_depth(z):
    return 0.47 - 0.23 * (z / HEIGHT) ** 1.1


def _edge(z, radius=0.09):
    """How far the body draws in at its rounded bottom and top edges."""
    near = min(z, HEIGHT - z)
    return 0.0 if near >= radius else radius - math.sqrt(radius**2 - (radius - near) ** 2)


def _bulge(x, z):
    """Depth of the front at x, as a share of the depth in the middle."""
    share = min(abs(x) / _half_width(z), 0.999)
    return (1 - share**SQUARENESS) ** (1 / SQUARENESS)


def _front(x, z, lift=0.0):
    return (x, -(_half_depth(z) * _bulge(x, z) + lift), z)


def _body(leather):
    levels = [0, 0.005, 0.02, 0.045, 0.09, *np.linspace(0.14, HEIGHT - 0.14, 30)]
    levels += [HEIGHT - 0.09, HEIGHT - 0.045, HEIGHT - 0.02, HEIGHT - 0.005, HEIGHT]
    rings = [
        s.superellipse(_half_width(z) - _edge(z), _half_depth(z) - _edge(z), SQUARENESS, 160, z)
        for z in levels
    ]
    return s.loft("body", rings, leather, sharp=60)


def _flap_end(u):
    """Height of the flap's lower edge: a shallow curve with rounded corners."""
    z = 0.60 + 0.05 * u * u
    corner = 0.84
    if abs(u) > corner:
        k = (abs(u) - corner) / (1 - corner)
        z += 0.22 * (1 - math.sqrt(max(0.0, 1 - k * k)))
    return z


def _flap(leather, edge):
    """The flap starts behind, turns over the top and falls in front."""
    us = np.linspace(-1, 1, 121)
    over = s.round_corners(
        [(0.30, HEIGHT - 0.3), (0.27, HEIGHT + 0.015), (-0.265, HEIGHT + 0.015), (-0.275, HEIGHT - 0.12)],
        0.1,
        8,
    )
    rows = []
    for y, z in over:
        row = []
        for u in us:
            share = 0.985 * abs(u)
            row.append(
                (u * 0.985 * _half_width(min(z, HEIGHT)), y * (1 - share**SQUARENESS) ** (1 / SQUARENESS), z)
            )
        rows.append(row)
    start = over[-1][1]
    for f in np.linspace(0.06, 1, 40):
        row = []
        for u in us:
            z = start - f * (start - _flap_end(u))
            x = u * 0.985 * _half_width(z)
            row.append(_front(x, z, 0.018 + 0.012 * f))
        rows.append(row)
    flap = s.sheet("flap", rows, leather)
    return s.solidify(flap, 0.028, offset=-1.0, rim=edge)


def _lock(accent, brushed):
    """A plate with the doorways, and a turning bar on it."""
    z = 0.72
    y = _front(0, z, 0.07)[1]
    parts = [
        s.plate("lock", s.rounded_outline(0.30, 0.34, 0.07), 0.035, brushed, edge=0.008, centre=(0, y, z)),
        s.plate(
            "lock rim",
            s.rounded_outline(0.325, 0.365, 0.08),
            0.02,
            accent,
            edge=0.006,
            centre=(0, y + 0.012, z),
        ),
        s.box("turn", (0.045, 0.06, 0.17), (0, y - 0.06, z), accent, 0.02),
        s.lathe("post", [(0, 0), (0.045, 0), (0.045, 0.05), (0, 0.05)], accent, 0.01, 48),
    ]
    s.move(parts[-1:], (0, y - 0.005, z), tilt=90)
    return parts


def _handle(leather, accent, thread):
    parts = []
    arc = s.spline(
        [
            (-0.52, 0, HEIGHT + 0.13),
            (-0.5, 0, HEIGHT + 0.32),
            (-0.36, 0, HEIGHT + 0.58),
            (0, 0, HEIGHT + 0.7),
            (0.36, 0, HEIGHT + 0.58),
            (0.5, 0, HEIGHT + 0.32),
            (0.52, 0, HEIGHT + 0.13),
        ],
        14,
    )
    swell = 0.8 + 0.35 * np.sin(np.linspace(0, math.pi, len(arc))) ** 0.7
    parts.append(s.tube("handle", arc, 0.058, leather, steps=28, scale=swell))
    outer = [(x * 1.07, -0.045, HEIGHT + (z - HEIGHT) * 1.0) for x, _, z in arc[8:-8]]
    parts.append(s.stitches("handle thread", outer, thread, 0.045, 0.03, 0.006))
    for side in (-1, 1):
        x = side * 0.52
        parts.append(s.torus("ring", 0.085, 0.017, accent, (x, 0, HEIGHT + 0.105), "y"))
        parts.append(
            s.lathe("cap", [(0, 0), (0.062, 0), (0.062, 0.07), (0.045, 0.085), (0, 0.085)], accent, 0.01, 48)
        )
        s.move(parts[-1:], (x, 0, HEIGHT + 0.15))
        parts.append(s.box("tab", (0.13, 0.16, 0.05), (x, 0, HEIGHT + 0.03), leather, 0.02))
    return parts


def build(finish):
    """Model the bag in one finish."""
    leather = m.leather(finish["colour"], grain=58.0, depth=0.42)
    plain = m.smooth_leather(finish["colour"])
    edge = m.plain(finish.get("edge", finish["colour"]), 0.45)
    thread = m.plain(finish.get("thread", finish["colour"]), 0.7)
    accent = m.metal(finish["accent"])
    brushed = m.metal(finish["accent"], brushed=1.0)
    _body(leather)
    _flap(leather, edge)
    seam = []
    for u in np.linspace(-0.955, 0.955, 300):
        z = _flap_end(u) + 0.055
        seam.append(_front(u * 0.985 * _half_width(z), z, 0.058))
    top = HEIGHT - 0.15
    left = [_front(-0.955 * 0.985 * _half_width(z), z, 0.055) for z in np.linspace(top, seam[0][2], 40)]
    right = [_front(0.955 * 0.985 * _half_width(z), z, 0.055) for z in np.linspace(seam[-1][2], top, 40)]
    s.stitches("flap thread", [*left, *seam, *right], thread, 0.042, 0.026, 0.0075)
    base = [
        (x, y, 0.19)
        for x, y, _ in s.superellipse(_half_width(0.19) + 0.008, _half_depth(0.19) + 0.008, SQUARENESS, 200)
    ]
    s.tube("piping", base, 0.016, plain, closed=True, steps=10)
    low = [
        (x, y, 0.235)
        for x, y, _ in s.superellipse(_half_width(0.235) + 0.004, _half_depth(0.235) + 0.004, SQUARENESS, 300)
    ]
    s.stitches("base thread", low, thread, 0.042, 0.026, 0.0065)
    for x in (-0.95, 0.95):
        for y in (-0.28, 0.28):
            s.lathe("foot", [(0, -0.045), (0.05, -0.045), (0.06, 0.0), (0, 0.02)], accent, 0.012, 40, (x, y))
    _lock(accent, brushed)
    _handle(plain, accent, thread)
    return Piece(turn=24, detail=(0, -0.35, 0.86), detail_span=1.15, detail_turn=14, real_height_m=0.30)
