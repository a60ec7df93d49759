"""A travelling trunk: coated canvas, leather edges, nails, brass."""

import numpy as np

from atelier import materials as m
from atelier import shapes as s
from atelier.piece import Piece

WIDTH, DEPTH, HEIGHT, SEAM = 2.5, 1.35, 1.6, 1.12


def _frame(low, high, leather, strip=0.15, out=0.012):
    """Leather over the twelve edges of the box between two heights."""
    w, d = WIDTH / 2 - strip / 2 + out, DEPTH / 2 - strip / 2 + out
    for z in (low + strip / 2 - out, high - strip / 2 + out):
        for y in (-d, d):
            s.box("edge", (WIDTH + 2 * out, strip, strip), (0, y, z), leather, 0.022)
        for x in (-w, w):
            s.box("edge", (strip, DEPTH + 2 * out, strip), (x, 0, z), leather, 0.022)
    for x in (-w, w):
        for y in (-d, d):
            s.box("post", (strip, strip, high - low + out), (x, y, (low + high) / 2), leather, 0.022)


def _nails(accent):
    """Brass heads along every strip that can be seen."""
    front = -DEPTH / 2 - 0.014
    right, left = WIDTH / 2 + 0.014, -WIDTH / 2 - 0.014
    fronts, sides = [], []
    for z in (0.065, SEAM - 0.075, SEAM + 0.085, HEIGHT - 0.065):
        fronts += [(x, front, z) for x in np.arange(-WIDTH / 2 + 0.24, WIDTH / 2 - 0.2, 0.1)]
        for x in (left, right):
            sides += [(x, y, z) for y in np.arange(-DEPTH / 2 + 0.24, DEPTH / 2 - 0.2, 0.1)]
    for z in np.arange(0.25, SEAM - 0.2, 0.1):
        fronts += [(x, front, z) for x in (-WIDTH / 2 + 0.065, WIDTH / 2 - 0.065)]
        sides += [(x, y, z) for x in (left, right) for y in (-DEPTH / 2 + 0.065, DEPTH / 2 - 0.065)]
    s.spheres("front nails", fronts, 0.02, accent, (1, 0.5, 1), 6)
    s.spheres("side nails", sides, 0.02, accent, (0.5, 1, 1), 6)


def _corners(accent):
    for x in (-1, 1):
        for y in (-1, 1):
            for z in (0.09, HEIGHT - 0.09):
                at = (x * (WIDTH / 2 - 0.088), y * (DEPTH / 2 - 0.088), z)
                s.box("corner", (0.225, 0.225, 0.225), at, accent, 0.05, 7)


def _lock(accent, brushed):
    """The lock across the seam and two drop latches."""
    y = -DEPTH / 2 - 0.02
    s.plate(
        "lock plate",
        s.rounded_outline(0.36, 0.4, 0.05),
        0.035,
        brushed,
        edge=0.01,
        centre=(0, y, SEAM - 0.15),
    )
    s.plate(
        "hasp plate", s.rounded_outline(0.3, 0.16, 0.04), 0.03, brushed, edge=0.01, centre=(0, y, SEAM + 0.11)
    )
    s.plate(
        "hasp",
        s.rounded_outline(0.15, 0.42, 0.06),
        0.04,
        accent,
        edge=0.014,
        centre=(0, y - 0.035, SEAM - 0.0),
    )
    s.arches("emblem", 0.07, 0.11, m.plain("#3A2A18", 0.5), 2, 0.005, (0, y - 0.056, SEAM - 0.16))
    s.lathe("keyhole", [(0, 0), (0.022, 0), (0.022, 0.02), (0, 0.02)], m.plain("#0A0806", 0.9), 0, 24)
    for x in (-0.78, 0.78):
        s.plate("latch", s.rounded_outline(0.15, 0.44, 0.05), 0.03, accent, edge=0.01, centre=(x, y, SEAM))
        s.plate(
            "latch bar",
            s.rounded_outline(0.09, 0.3, 0.04),
            0.04,
            accent,
            edge=0.014,
            centre=(x, y - 0.03, SEAM - 0.03),
        )
        s.spheres(
            "latch screws", [(x, y - 0.02, SEAM + k) for k in (-0.19, 0.19)], 0.014, brushed, (1, 0.5, 1), 8
        )


def _handle(side, leather, accent):
    x = side * (WIDTH / 2 + 0.02)
    grip = s.spline(
        [
            (x, -0.27, 0.72),
            (x + side * 0.1, -0.2, 0.7),
            (x + side * 0.12, 0, 0.68),
            (x + side * 0.1, 0.2, 0.7),
            (x, 0.27, 0.72),
        ],
        12,
    )
    s.sweep("grip", grip, s.strap_section(0.13, 0.05), leather, across=(0, 0, 1))
    for y in (-0.3, 0.3):
        s.box("grip mount", (0.05, 0.14, 0.17), (x, y, 0.72), accent, 0.02)


def build(finish):
    """Model the trunk in one finish."""
    canvas = m.canvas(finish["colour"], 150.0)
    leather = m.smooth_leather(finish["trim"], 0.4)
    accent, brushed = m.metal(finish["accent"]), m.metal(finish["accent"], 0.7)
    wood = m.wood(finish.get("wood", "#7A4E2C"), "x")
    s.box("body", (WIDTH, DEPTH, SEAM - 0.006), (0, 0, SEAM / 2), canvas, 0.03)
    s.box("lid", (WIDTH, DEPTH, HEIGHT - SEAM - 0.006), (0, 0, (HEIGHT + SEAM) / 2 + 0.003), canvas, 0.03)
    _frame(0, SEAM - 0.004, leather)
    _frame(SEAM + 0.004, HEIGHT, leather)
    for z in (0.42, 0.72):
        s.box("slat", (WIDTH - 0.24, 0.05, 0.1), (0, -DEPTH / 2 - 0.015, z), wood, 0.018)
        s.spheres(
            "slat nails",
            [(x, -DEPTH / 2 - 0.042, z) for x in (-1.08, -0.55, 0, 0.55, 1.08)],
            0.022,
            accent,
            (1, 0.5, 1),
            8,
        )
    for y in (-0.34, 0.34):
        s.box("top slat", (WIDTH - 0.24, 0.1, 0.05), (0, y, HEIGHT + 0.012), wood, 0.018)
    _nails(accent)
    _corners(accent)
    _lock(accent, brushed)
    for side in (-1, 1):
        _handle(side, leather, accent)
    return Piece(
        turn=31,
        pitch=13,
        fill_height=0.55,
        fill_width=0.8,
        detail=(0, -0.68, 1.0),
        detail_span=1.25,
        detail_turn=20,
        real_height_m=0.5,
    )
