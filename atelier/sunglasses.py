"""Sunglasses of polished acetate, resting on their rims and temple tips."""

import numpy as np

from atelier import materials as m
from atelier import shapes as s
from atelier.piece import Piece

RIM = [
    (0, 0.19),
    (0.13, 0.235),
    (0.3, 0.40),
    (0.6, 0.49),
    (0.92, 0.51),
    (1.2, 0.50),
    (1.285, 0.42),
    (1.24, 0.27),
    (1.17, 0.0),
    (1.03, -0.32),
    (0.77, -0.48),
    (0.5, -0.465),
    (0.28, -0.31),
    (0.175, -0.06),
    (0.1, 0.05),
    (0, 0.085),
]
EYE = [
    (0.245, 0.10),
    (0.31, 0.27),
    (0.46, 0.37),
    (0.7, 0.405),
    (0.95, 0.39),
    (1.08, 0.28),
    (1.06, 0.0),
    (0.93, -0.26),
    (0.72, -0.375),
    (0.5, -0.36),
    (0.33, -0.22),
]


def _wrap(x):
    """How far the front curves back towards the temples."""
    return 0.13 * x * x


def _curve(obj):
    for v in obj.data.vertices:
        v.co.y += _wrap(v.co.x)
    return obj


def _front(acetate):
    half = RIM[1:-1]
    outline = [RIM[0], *half, RIM[-1], *[(-x, z) for x, z in reversed(half)]]
    ring = [tuple(p) for p in s.spline(outline, 10, closed=True)]
    eyes = [[(side * x, z) for x, z in s.spline(EYE, 12, closed=True)] for side in (1, -1)]
    return _curve(s.plate("front", ring, 0.13, acetate, eyes, edge=0.035))


def _lens(side, material):
    ring = [(side * x, z) for x, z in s.spline(EYE, 12, closed=True)]
    middle = np.mean(ring, axis=0)
    rows = []
    for k in np.linspace(0.001, 1.02, 14):
        row = [middle + (np.array(p) - middle) * k for p in ring]
        row.append(row[0])
        rows.append([(x, _wrap(x) - 0.02 - 0.035 * (1 - k * k), z) for x, z in row])
    return s.sheet("lens", rows, material)


def _temple(side, acetate, accent):
    x, y0 = side * 1.235, _wrap(1.235) + 0.05
    path = s.spline(
        [
            (x, y0, 0.385),
            (x * 1.005, y0 + 0.5, 0.385),
            (x * 0.99, y0 + 1.15, 0.37),
            (x * 0.97, y0 + 1.5, 0.27),
            (x * 0.94, y0 + 1.78, 0.04),
            (x * 0.92, y0 + 1.98, -0.17),
        ],
        12,
    )
    k = np.linspace(0, 1, len(path))
    s.sweep(
        "temple",
        path,
        s.strap_section(0.16, 0.07, 0.03),
        acetate,
        across=(0, 0, 1),
        scale=1.05 - 0.35 * np.sin(np.pi * k) ** 0.8,
    )
    s.box("hinge", (0.05, 0.14, 0.1), (side * 1.19, y0 - 0.01, 0.385), accent, 0.01)
    y = _wrap(1.18) - 0.068
    bars = [
        s.box("bar", (0.022, 0.018, 0.085), (side * (1.155 + d), y + 0.03 * (d > 0), 0.4), accent, 0.007)
        for d in (0.0, 0.045)
    ]
    s.box("side bar", (0.016, 0.2, 0.03), (side * 1.275, y0 + 0.2, 0.385), accent, 0.007)
    return bars


def build(finish):
    """Model the sunglasses in one finish."""
    import bpy

    acetate = m.acetate(finish["colour"], finish.get("second"), finish.get("through", 0.3))
    accent = m.metal(finish["accent"])
    _front(acetate)
    for side in (1, -1):
        _lens(side, m.lens(finish["lens"]))
        _temple(side, acetate, accent)
    everything = [o for o in bpy.context.scene.objects if o.type == "MESH"]
    bpy.context.view_layer.update()
    s.move(everything, tilt=-8.5)
    return Piece(turn=-21, pitch=13, fill_height=0.42, fill_width=0.76, real_height_m=0.057)
