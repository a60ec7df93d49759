"""A dress watch on a leather strap, closed as if round a wrist."""

import math

import numpy as np

from atelier import materials as m
from atelier import shapes as s
from atelier.piece import Piece

TIME = (10, 9)


def _face_on(objects):
    """Turn parts made round z so that they look at the viewer."""
    return s.move(objects, tilt=90)


def _case(accent, brushed):
    body = [
        (0, -0.14),
        (0.5, -0.14),
        (0.6, -0.08, 0.05),
        (0.635, 0.0, 0.06),
        (0.62, 0.07, 0.03),
        (0.565, 0.12, 0.02),
        (0.545, 0.12, 0.01),
        (0.535, 0.06),
        (0, 0.055),
    ]
    _face_on([s.lathe("case", body, accent, 0.01, 160)])
    crown = s.lathe(
        "crown",
        [(0, 0), (0.045, 0), (0.045, 0.03), (0.075, 0.03), (0.075, 0.12), (0.05, 0.135), (0, 0.135)],
        brushed,
        0.01,
        flutes=(24, 0.06, 0.03, 0.12),
    )
    s.move([crown], (0.61, 0.03, 0), roll=90)
    for x in (-0.265, 0.265):
        for z in (-1, 1):
            path = s.spline(
                [(x, 0.02, z * 0.46), (x, 0.03, z * 0.62), (x, 0.09, z * 0.70), (x, 0.15, z * 0.745)], 8
            )
            s.sweep("lug", path, s.strap_section(0.085, 0.11, 0.03), accent, across=(1, 0, 0))


def _at(angle, r, y):
    """A point on the dial; angles are clockwise from noon, in degrees."""
    a = math.radians(angle)
    return (r * math.sin(a), y, r * math.cos(a))


def _hand(name, length, width, angle, y, accent, tail=0.09):
    outline = [
        (-width * 0.35, -tail),
        (width * 0.35, -tail),
        (width / 2, length * 0.25),
        (0.004, length),
        (-0.004, length),
        (-width / 2, length * 0.25),
    ]
    hand = s.plate(name, outline, 0.012, accent, edge=0.003)
    s.move([hand], (0, y, 0), roll=angle)


def _dial(finish, accent):
    y = -0.062
    s.plate(
        "dial",
        s.circle(0.54, 128),
        0.01,
        m.sunburst(finish["dial"], finish.get("dial_metal", 0.75)),
        centre=(0, y, 0),
    )
    for hour in range(12):
        if hour in (6, 0):
            continue
        size = (0.03, 0.02, 0.115)
        index = s.box("index", size, (0, 0, 0.43), accent, 0.008, 3)
        s.move([index], (0, y - 0.014, 0), roll=hour * 30)
    s.arches("noon", 0.085, 0.13, accent, 2, 0.009, (0, y - 0.012, 0.36))
    ink = m.plain(finish["ink"], 0.5)
    dots = [_at(k * 6, 0.51, y - 0.006) for k in range(60)]
    s.spheres("minutes", dots, 0.0055, ink, (1, 0.4, 1), 5)
    s.torus("seconds", 0.12, 0.004, accent, (0, y - 0.006, -0.26), "y", 64)
    s.spheres(
        "second marks",
        [(x, at_y, z - 0.26) for x, at_y, z in (_at(k * 30, 0.1, y - 0.006) for k in range(12))],
        0.0045,
        ink,
        (1, 0.4, 1),
        5,
    )
    needle = s.plate("second", [(-0.004, -0.03), (0.004, -0.03), (0.002, 0.1), (-0.002, 0.1)], 0.006, accent)
    s.move([needle], (0, y - 0.014, -0.26), roll=130)
    hour, minute = TIME
    _hand("hour", 0.27, 0.05, (hour % 12) * 30 + minute * 0.5, y - 0.022, accent)
    _hand("minute", 0.42, 0.042, minute * 6, y - 0.036, accent)
    cap = s.lathe("cap", [(0, 0), (0.026, 0), (0.026, 0.05), (0, 0.056)], accent, 0.006, 40)
    s.move([cap], (0, y, 0), tilt=90)


def _strap(leather, thread, lining):
    ring = s.spline(
        [
            (0, 0.05, 0.60),
            (0, 0.19, 0.80),
            (0, 0.5, 0.98),
            (0, 0.85, 0.98),
            (0, 1.2, 0.7),
            (0, 1.32, 0.1),
            (0, 1.2, -0.55),
            (0, 0.85, -0.95),
            (0, 0.5, -0.98),
            (0, 0.19, -0.80),
            (0, 0.05, -0.60),
        ],
        12,
    )
    k = np.linspace(-1, 1, len(ring))
    width = 0.82 + 0.18 * np.abs(k) ** 1.5
    rows = []
    for point, w in zip(ring, width, strict=True):
        rows.append([(0.235 * w * u, point[1], point[2]) for u in np.linspace(-1, 1, 9)])
    strap = s.sheet("strap", rows, leather)
    s.solidify(strap, 0.075, offset=0.0, inner=lining)
    s.bevel(strap, 0.022, 4, 50)
    centre = np.array((0, 0.68, 0))
    for side in (-1, 1):
        seam = []
        for point, w in zip(ring, width, strict=True):
            away = (point - centre) / np.linalg.norm(point - centre)
            seam.append(point + away * 0.04 + np.array((side * (0.235 * w - 0.045), 0, 0)))
        s.stitches("strap thread", seam, thread, 0.032, 0.024, 0.006)


def build(finish):
    """Model the watch in one finish."""
    accent = m.metal(finish["accent"])
    brushed = m.metal(finish["accent"], roughness=0.25)
    _case(accent, brushed)
    _dial(finish, accent)
    crystal = s.lathe(
        "crystal", [(0, 0.128), (0.3, 0.124), (0.545, 0.112)], m.lens("#FBFBFB", 1.22), 0.05, 96
    )
    _face_on([crystal])
    leather = m.leather(finish["colour"], grain=70.0, depth=0.35)
    _strap(
        leather,
        m.plain(finish.get("thread", finish["colour"]), 0.7),
        m.suede(finish.get("lining", "#B08A62")),
    )
    return Piece(
        turn=-26,
        pitch=7,
        fill_height=0.6,
        detail=(0.0, -0.1, 0.0),
        detail_span=1.5,
        detail_turn=-14,
        real_height_m=0.07,
    )
