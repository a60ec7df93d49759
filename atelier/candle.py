"""A lit scented candle in a lacquered vessel, its lid leaning by."""

import numpy as np

from atelier import materials as m
from atelier import shapes as s
from atelier.piece import Piece


def build(finish):
    """Model the candle in one finish."""
    vessel = m.porcelain(finish["colour"])
    accent = m.metal(finish["accent"])
    paper, ink = m.paper(finish.get("label", "#F5EFE4")), m.plain(finish.get("ink", "#2B2420"), 0.5)
    s.lathe(
        "vessel",
        [(0, 0), (0.6, 0, 0.08), (0.62, 1.3, 0.02), (0.575, 1.3, 0.02), (0.56, 0.2, 0.05), (0, 0.2)],
        vessel,
        0.03,
    )
    s.torus("rim", 0.598, 0.026, accent, (0, 0, 1.3), "z")
    s.lathe(
        "wax", [(0, 0.9), (0.572, 0.9), (0.572, 1.125), (0.54, 1.11), (0.2, 1.1), (0, 1.1)], m.wax(), 0.02
    )
    wick = s.spline([(0, 0, 1.08), (0.004, 0, 1.2), (0.02, 0.0, 1.27)], 8)
    s.tube("wick", wick, 0.013, m.plain("#2A2420", 0.9), steps=10)
    flame = s.lathe(
        "flame",
        [(0, 0), (0.035, 0.04), (0.046, 0.1), (0.036, 0.18), (0.016, 0.26), (0, 0.32)],
        m.flame(2.6),
        0.03,
        40,
    )
    s.move([flame], (0.015, 0, 1.21))
    r = 0.614
    span = np.radians(38)
    rows = [
        [
            ((r + 0.02 * (z - 0.75) / 1.3) * np.sin(a), -(r + 0.02 * (z - 0.75) / 1.3) * np.cos(a), z)
            for a in np.linspace(-span, span, 60)
        ]
        for z in np.linspace(0.33, 0.97, 6)
    ]
    s.solidify(s.sheet("label", rows, paper), 0.01, offset=0)
    on = r + 0.0035
    s.arches("emblem", 0.17, 0.26, accent, 3, 0.0065, (0, 0, 0.63), bend=on)
    s.text("scent", finish["scent"], 0.062, ink, (0, 0, 0.52), 1.35, 0.002, bend=on)
    s.text("weight", "220 G", 0.036, ink, (0, 0, 0.43), 1.4, 0.002, bend=on)
    lid = [
        s.lathe("lid", [(0, 0), (0.64, 0, 0.02), (0.64, 0.1, 0.03), (0, 0.1)], accent, 0.02),
        s.lathe(
            "knob",
            [(0, 0.1), (0.05, 0.1), (0.04, 0.16), (0.09, 0.2), (0.09, 0.25, 0.03), (0, 0.25)],
            accent,
            0.02,
            64,
        ),
    ]
    s.move(lid, (0.0, 0, 0), tilt=-76)
    s.move(lid, (0.66, -0.12, 0.62), turn=-38)
    return Piece(
        turn=0,
        pitch=11,
        fill_height=0.52,
        fill_width=0.66,
        detail=(0.05, -0.2, 1.15),
        detail_span=1.15,
        detail_pitch=20,
        real_height_m=0.1,
    )
