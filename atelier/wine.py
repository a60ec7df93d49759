"""Bottles of wine: a tall-shouldered one and a champagne."""

from atelier import materials as m
from atelier import shapes as s
from atelier.piece import Piece

STILL = [
    (0, 0.05),
    (0.2, 0.03),
    (0.27, 0.0, 0.02),
    (0.345, 0.02, 0.03),
    (0.345, 1.66, 0.1),
    (0.322, 1.8, 0.1),
    (0.262, 1.9, 0.12),
    (0.178, 1.98, 0.1),
    (0.15, 2.12, 0.1),
    (0.142, 2.62, 0.02),
    (0.162, 2.63, 0.01),
    (0.162, 2.72, 0.01),
    (0.14, 2.74, 0.01),
    (0, 2.74),
]
SPARKLING = [
    (0, 0.05),
    (0.2, 0.03),
    (0.36, 0.0, 0.02),
    (0.455, 0.03, 0.04),
    (0.455, 1.1, 0.3),
    (0.43, 1.4, 0.4),
    (0.34, 1.66, 0.4),
    (0.22, 1.9, 0.4),
    (0.165, 2.2, 0.4),
    (0.155, 2.5, 0.02),
    (0.18, 2.52, 0.01),
    (0.18, 2.58, 0.01),
    (0.15, 2.62, 0.01),
    (0, 2.62),
]


def _inside(profile, wall=0.035, level=2.0):
    """The wine: the bottle's profile drawn in by the wall, up to its level."""
    out = [(0, 0.12)]
    for r, z, radius in profile[3:-5]:
        if z < level - 0.02:
            out.append((r - wall, max(z, 0.12), radius))
    r = out[-1][0]
    return [*out, (r, level), (0, level)]


def _over(profile, low, high, lift=0.006):
    """The bottle's own outline between two heights, lifted off the glass."""
    outline = s.dense(s.round_corners(profile, 0.02, 7), 0.02)
    return [(r + lift, z) for r, z in outline if low <= z <= high and r > 0.1]


def _label(finish, radius, low, high, paper, accent, ink):
    """A label on the glass: doorways, two lines of lettering, two rules."""
    import numpy as np

    span = np.radians(66)
    r = radius + 0.004
    rows = [[(r * np.sin(a), -r * np.cos(a), z) for a in np.linspace(-span, span, 80)] for z in (low, high)]
    s.solidify(s.sheet("label", rows, paper), 0.004, offset=0)
    middle, height = (low + high) / 2, high - low
    on = r + 0.004
    s.arches("emblem", 0.16, 0.24, accent, 3, 0.0055, (0, 0, middle + 0.0 * height), bend=on)
    s.text("cru", finish["cru"], 0.06, ink, (0, 0, middle - 0.15 * height), 1.3, 0.002, bend=on)
    s.text("year", finish["year"], 0.045, ink, (0, 0, middle - 0.3 * height), 1.5, 0.002, bend=on)
    for z in (low + 0.05, high - 0.05):
        path = [(on * np.sin(a), -on * np.cos(a), z) for a in np.linspace(-span * 0.85, span * 0.85, 40)]
        s.tube("rule", path, 0.003, accent, steps=6)


def build(finish):
    """Model a bottle in one finish."""
    sparkling = finish.get("shape") == "sparkling"
    profile = SPARKLING if sparkling else STILL
    glass = m.glass(finish["glass"], ior=1.5, shadow=finish["glass"])
    accent = m.metal(finish["accent"])
    foil = (
        m.metal(finish["foil_metal"], roughness=0.34)
        if "foil_metal" in finish
        else m.satin(finish["foil"], 0.3)
    )
    paper, ink = m.paper(finish.get("label", "#F3ECDD")), m.plain(finish.get("ink", "#2B2420"), 0.5)
    s.lathe("bottle", profile, glass, 0.02, 128)
    s.lathe("wine", _inside(profile, level=1.88 if sparkling else 2.1), m.liquid(finish["colour"]), 0.05, 128)
    if sparkling:
        top = [(0.19, 2.51, 0.01), (0.19, 2.59, 0.02), (0.17, 2.66, 0.06), (0.1, 2.71, 0.05), (0, 2.71)]
        s.lathe("foil", [*_over(profile, 1.72, 2.49), *s.round_corners(top, 0.01)], foil, 0)
        s.torus("band", 0.172, 0.008, accent, (0, 0, 2.42), "z")
        s.lathe("collar", _over(profile, 1.68, 1.8, 0.012), paper, 0)
        _label(finish, 0.455, 0.38, 0.98, paper, accent, ink)
    else:
        s.lathe(
            "foil",
            [
                (0.149, 2.12),
                (0.149, 2.61, 0.02),
                (0.163, 2.62, 0.01),
                (0.163, 2.73, 0.01),
                (0.15, 2.75, 0.02),
                (0, 2.75),
            ],
            foil,
            0.01,
        )
        s.torus("band", 0.149, 0.006, accent, (0, 0, 2.17), "z")
        _label(finish, 0.345, 0.55, 1.22, paper, accent, ink)
    return Piece(
        turn=-10,
        pitch=5,
        fill_height=0.72,
        detail=(0, -0.38, 0.95),
        detail_span=1.1,
        detail_turn=-16,
        real_height_m=0.31,
    )
