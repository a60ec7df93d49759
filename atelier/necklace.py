"""A necklace on a bust: a chain with a pendant, or a row of pearls."""

import math

import bpy
import numpy as np

from atelier import gems
from atelier import materials as m
from atelier import shapes as s
from atelier.piece import Piece

# Height, half width, half depth and centre of the bust's sections.
SECTIONS = [
    (0.0, 0.70, 0.38, 0.0),
    (0.3, 0.75, 0.42, 0.0),
    (0.7, 0.79, 0.43, 0.03),
    (0.95, 0.80, 0.42, 0.05),
    (1.15, 0.74, 0.37, 0.10),
    (1.32, 0.56, 0.32, 0.14),
    (1.45, 0.42, 0.285, 0.165),
    (1.6, 0.315, 0.265, 0.175),
    (1.85, 0.285, 0.255, 0.17),
    (2.15, 0.28, 0.25, 0.165),
]


def _section(z):
    """Half width, half depth and centre at a height."""
    zs = [row[0] for row in SECTIONS]
    wide = np.linspace(-0.12, 0.12, 9)
    return [
        float(np.mean([np.interp(z + d, zs, [row[k] for row in SECTIONS]) for d in wide])) for k in (1, 2, 3)
    ]


def _bust(material):
    rings = []
    for z in np.linspace(0, 2.15, 90):
        a, b, c = _section(z)
        rings.append(
            [(x, y + c, z + 0.25 * (z > 2.0) * (z - 2.0) * y) for x, y, _ in s.superellipse(a, b, 2.0, 128)]
        )
    top = rings[-1]
    middle = np.mean(top, axis=0)
    for k, lift in ((0.93, 0.02), (0.75, 0.035), (0.4, 0.042), (0.02, 0.045)):
        rings.append([tuple(middle + (np.array(p) - middle) * k + (0, 0, lift)) for p in top])
    return s.loft("bust", rings, material, sharp=80)


def _line(low, high, lift, count=600, sharpness=1.0):
    """The way a chain lies: round the nape, down to ``low`` in front."""
    path = []
    for angle in np.linspace(-math.pi, math.pi, count):
        k = min(1.0, abs(angle) / (0.62 * math.pi))
        z = low + (high - low) * (math.sin(k * math.pi / 2) ** sharpness)
        a, b, c = _section(z)
        path.append(((a + lift) * math.sin(angle), c - (b + lift) * math.cos(angle), z))
    return np.array(path)


def _even(path, gap):
    """Points at equal distances along a path, with the length they cover."""
    lengths = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
    count = int(lengths[-1] / gap) | 1
    at = np.linspace(0, lengths[-1], count)
    return np.array([[np.interp(v, lengths, path[:, k]) for k in range(3)] for v in at])


def _chain(path, accent, link=0.05):
    """Oval links, each turned a quarter against the one before."""
    points = _even(path, link * 0.66)
    model = s.torus("link", link / 2, link * 0.14, accent, axis="z", steps=20)
    mesh = model.data
    bpy.data.objects.remove(model)
    for i in range(1, len(points) - 1):
        along = points[i + 1] - points[i - 1]
        from mathutils import Matrix, Vector

        turn = Vector(along).to_track_quat("X", "Z").to_matrix().to_4x4()
        quarter = Matrix.Rotation(math.radians(45 if i % 2 else -45), 4, "X")
        obj = bpy.data.objects.new("link", mesh)
        bpy.context.scene.collection.objects.link(obj)
        obj.matrix_world = (
            Matrix.Translation(Vector(points[i])) @ turn @ quarter @ Matrix.Diagonal((1.15, 0.8, 0.9, 1))
        )


def _pendant(at, accent, stone, small):
    """Doorways in metal with a stone under the arch."""
    x, y, z = at
    parts = s.arches("door", 0.22, 0.34, accent, 2, 0.014, (0, 0, -0.40))
    parts.append(s.tube("sill", [(-0.124, 0, -0.40), (0.124, 0, -0.40)], 0.014, accent, steps=12))
    parts.append(s.torus("bail", 0.03, 0.009, accent, (0, 0, -0.025), "x", 32))
    gem = gems.brilliant("stone", 0.075, stone)
    back = s.lathe(
        "back",
        [(0, 0), (0.076, 0), (0.08, 0.03), (0.08, 0.07), (0.072, 0.07), (0.068, 0.03), (0, 0.004)],
        m.metal("palladium", roughness=0.05),
        0.004,
        48,
    )
    s.move([back], (0, 0.045, -0.225), tilt=90)
    parts.append(back)
    s.move([gem], (0, -0.02, -0.225), tilt=90)
    parts.append(gem)
    for k in range(9):
        a = math.pi * k / 8
        tiny = gems.brilliant("small stone", 0.016, small)
        s.move([tiny], (0.083 * math.cos(a), -0.012, -0.17 + 0.083 * math.sin(a)), tilt=90)
        parts.append(tiny)
    return s.move(parts, (x, y - 0.015, z), tilt=-4)


def build(finish):
    """Model the necklace in one finish."""
    accent = m.metal(finish["accent"], roughness=0.1)
    bust = _bust(m.suede(finish.get("bust", "#C9BBA8")))
    if finish.get("pearls"):
        path = _line(0.88, 1.50, 0.045, sharpness=1.05)
        for points, radius in ((_even(path, 0.094), 0.047),):
            s.spheres("pearls", points, radius, m.pearl(finish["colour"]), rings=16)
        _pendant(path[len(path) // 2] + (0, -0.03, -0.03), accent, m.gem("#FFFFFF"), m.gem("#FFFFFF"))
    else:
        path = _line(0.86, 1.50, 0.016, sharpness=1.0)
        _chain(path, accent)
        _pendant(
            path[len(path) // 2], accent, m.gem(finish["colour"], finish.get("ior", 2.2)), m.gem("#FFFFFF")
        )
    return Piece(
        turn=-12,
        pitch=4,
        fill_height=0.42,
        fill_width=0.5,
        detail=(0, -0.4, 0.7),
        detail_span=0.8,
        real_height_m=0.3,
        props=[bust],
    )
