"""A flacon of thick glass with a lacquered cap and an applied plate."""

import numpy as np

from atelier import materials as m
from atelier import shapes as s
from atelier.piece import Piece


def _slab(name, width, depth, low, high, radius, material, exponent=7.0):
    """A rounded block whose edges curve in at floor and shoulder."""
    rings = []
    for a in np.linspace(90, 0, 10):
        d = radius * (1 - np.cos(np.radians(a)))
        rings.append(
            s.superellipse(width - d, depth - d, exponent, 160, low + radius * (1 - np.sin(np.radians(a))))
        )
    for a in np.linspace(0, 90, 10):
        d = radius * (1 - np.cos(np.radians(a)))
        rings.append(
            s.superellipse(width - d, depth - d, exponent, 160, high - radius * (1 - np.sin(np.radians(a))))
        )
    return s.loft(name, rings, material, sharp=60)


def build(finish):
    """Model the flacon in one finish."""
    glass = m.glass("#FCFBF8", ior=1.46)
    juice = m.liquid(finish["colour"])
    accent = m.metal(finish["accent"])
    brushed = m.metal(finish["accent"], brushed=0.8)
    cap = m.lacquer(finish["cap"])
    _slab("glass", 0.66, 0.30, 0.0, 1.5, 0.06, glass)
    _slab("juice", 0.575, 0.215, 0.17, 1.33, 0.07, juice, 6.0)
    s.lathe("collar", [(0, 1.49), (0.24, 1.49), (0.24, 1.6), (0, 1.6)], brushed, 0.012)
    s.lathe("thread", [(0, 1.6), (0.2, 1.6), (0.2, 1.63), (0, 1.63)], accent, 0.004)
    s.lathe(
        "cap", [(0, 1.63), (0.28, 1.63), (0.28, 2.16), (0, 2.16)], cap, 0.035, flutes=(40, 0.012, 1.66, 2.1)
    )
    s.lathe("cap inlay", [(0, 2.155), (0.2, 2.155), (0.2, 2.168), (0, 2.168)], accent, 0.004)
    pipe = [(0, 0, z) for z in np.linspace(0.22, 1.5, 12)]
    s.tube("pipe", pipe, 0.018, m.glass("#F2F2F2", ior=1.2), steps=12)
    y = -0.306
    s.plate(
        "label",
        s.rounded_outline(0.5, 0.62, 0.015),
        0.014,
        m.paper(finish.get("label", "#F6F1E7")),
        edge=0.003,
        centre=(0, y, 0.72),
    )
    s.arches("emblem", 0.17, 0.26, accent, 3, 0.0065, (0, y - 0.01, 0.70))
    ink = m.plain(finish.get("ink", "#2A2522"), 0.5)
    s.text("line", "EAU DE PARFUM", 0.042, ink, (0, y - 0.008, 0.575), 1.35)
    s.text("volume", "100 ML", 0.028, ink, (0, y - 0.008, 0.505), 1.35)
    for z in (1.0, 0.445):
        s.box("rule", (0.38, 0.006, 0.005), (0, y - 0.008, z), accent, 0)
    return Piece(
        turn=-17,
        pitch=6.5,
        fill_height=0.64,
        detail=(0, -0.3, 1.4),
        detail_span=1.15,
        detail_turn=-24,
        real_height_m=0.13,
    )
