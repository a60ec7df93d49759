"""A spirit in a fluted decanter with a faceted stopper."""

from atelier import materials as m
from atelier import shapes as s
from atelier.piece import Piece


def build(finish):
    """Model the decanter in one finish."""
    glass = m.glass("#FBFAF7", ior=1.5)
    accent = m.metal(finish["accent"])
    body = [
        (0, 0.03),
        (0.5, 0.0, 0.04),
        (0.66, 0.03, 0.08),
        (0.78, 0.6, 0.4),
        (0.6, 1.15, 0.35),
        (0.19, 1.4, 0.2),
        (0.17, 1.86, 0.05),
        (0.24, 1.94, 0.03),
        (0.22, 1.97, 0.02),
        (0, 1.97),
    ]
    s.lathe("glass", body, glass, 0.03, 160, flutes=(24, 0.028, 0.08, 1.2))
    s.lathe(
        "spirit",
        [(0, 0.17), (0.54, 0.17, 0.08), (0.67, 0.6, 0.35), (0.55, 0.98, 0.2), (0.45, 1.06), (0, 1.06)],
        m.liquid(finish["colour"]),
        0.03,
        160,
    )
    s.lathe("collar", [(0.19, 1.5), (0.21, 1.5), (0.21, 1.6), (0.19, 1.6)], accent, 0.01)
    s.lathe(
        "stopper",
        [(0, 1.96), (0.16, 1.96), (0.2, 2.06, 0.03), (0.31, 2.24, 0.06), (0.2, 2.5, 0.05), (0, 2.54)],
        glass,
        0.02,
        96,
        flutes=(12, 0.04, 2.04, 2.48),
    )
    s.lathe("seat", [(0, 1.965), (0.2, 1.965), (0.2, 1.99), (0, 1.99)], accent, 0.005)
    plaque = s.rounded_outline(0.4, 0.28, 0.03)
    s.plate("plaque", plaque, 0.02, m.metal(finish["accent"], 0.6), edge=0.005, centre=(0, -0.775, 0.62))
    s.arches("emblem", 0.12, 0.18, m.plain("#2B2119", 0.5), 3, 0.006, (0, -0.788, 0.53))
    return Piece(
        turn=-8,
        pitch=6,
        fill_height=0.66,
        fill_width=0.6,
        detail=(0, -0.5, 1.5),
        detail_span=1.5,
        real_height_m=0.26,
    )
