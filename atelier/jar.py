"""A cream in a heavy jar of opal glass, lid on."""

from atelier import materials as m
from atelier import shapes as s
from atelier.piece import Piece


def build(finish):
    """Model the jar in one finish."""
    accent = m.metal(finish["accent"])
    lid = m.lacquer(finish["colour"])
    milk = m.lacquer(finish.get("cream", "#F1E9DE"), 0.2)
    s.lathe(
        "glass",
        [(0, 0), (0.745, 0, 0.13), (0.745, 0.76, 0.06), (0.66, 0.8), (0, 0.8)],
        milk,
        0.05,
        160,
    )
    s.lathe("ring", [(0, 0.79), (0.69, 0.79), (0.69, 0.86), (0, 0.86)], accent, 0.015)
    s.lathe("lid", [(0, 0.86), (0.72, 0.86), (0.72, 1.2, 0.09), (0, 1.24)], lid, 0.03, 160)
    emblem = s.arches("emblem", 0.3, 0.44, accent, 3, 0.012, (0, 0, 0))
    s.move(emblem, (0, -0.2, 1.232), tilt=-90)
    ink = m.plain(finish.get("ink", "#6B5A3C"), 0.4)
    s.text("name", "CRÈME DE NUIT", 0.075, ink, (0, 0, 0.46), 1.35, 0.004, bend=0.744)
    s.text("volume", "50 ML", 0.045, ink, (0, 0, 0.34), 1.4, 0.004, bend=0.744)
    return Piece(turn=-12, pitch=15, fill_height=0.5, fill_width=0.6, real_height_m=0.06)
