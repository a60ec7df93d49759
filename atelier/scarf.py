"""A printed silk square hung over a slim brass rail.

The fall of the folds is a formula; the print is drawn with Pillow.
"""

import math

import bpy
import numpy as np
from PIL import Image, ImageDraw

from atelier import materials as m
from atelier import shapes as s
from atelier.piece import Piece

SIZE = 2.6
CELLS = 180
SLANT = math.radians(27)
FORWARD = 0.35  # how much more of the cloth hangs in front than behind
RAIL_HEIGHT = 2.3
RAIL_RADIUS = 0.045
PRINT = 2048


def _doorways(draw, colours, base_y, width, height, count):
    """Doorways seen one through another, standing on ``base_y``."""
    for k in range(count):
        share = 1 - k / count
        w, h = width * share, height * share
        left, right, top = PRINT / 2 - w / 2, PRINT / 2 + w / 2, base_y - h
        colour = colours[k % len(colours)]
        draw.pieslice((left, top, right, top + w), 180, 360, fill=colour)
        draw.rectangle((left, top + w / 2, right, base_y), fill=colour)


def draw_print(palette):
    """The design: four enfilades meeting, quarter suns, a rolled border."""
    ground, deep, warm, light, line = palette
    quarter = Image.new("RGB", (PRINT, PRINT), ground)
    draw = ImageDraw.Draw(quarter)
    edge = 150
    _doorways(draw, (deep, line, ground, line, warm, line, light, line), PRINT - edge, 980, 800, 24)
    for k in range(-5, 6):
        x = PRINT / 2 + k * 88
        y = PRINT - edge - 850 + abs(k) ** 1.75 * 12
        draw.ellipse((x - 13, y - 13, x + 13, y + 13), fill=warm)
    wedge = Image.new("L", (PRINT, PRINT), 0)
    ImageDraw.Draw(wedge).polygon([(0, PRINT), (PRINT, PRINT), (PRINT / 2, PRINT / 2)], fill=255)
    whole = Image.new("RGB", (PRINT, PRINT), ground)
    for turn in range(4):
        mirrored = quarter.rotate(90 * turn)
        whole.paste(mirrored, (0, 0), wedge.rotate(90 * turn))
    draw = ImageDraw.Draw(whole)
    for k in range(9, 0, -1):
        r = 42 * k
        for x, start in ((edge, 0), (PRINT - edge, 90)):
            fill = (warm, ground, light, ground)[k % 4]
            draw.pieslice((x - r, edge - r, x + r, edge + r), start, start + 90, fill=fill)
            draw.pieslice(
                (x - r, PRINT - edge - r, x + r, PRINT - edge + r), 270 - start, 360 - start, fill=fill
            )
    for k in range(6, 0, -1):
        r = 26 * k
        draw.regular_polygon(
            (PRINT / 2, PRINT / 2, r), 4, 45, fill=(deep, ground, warm, ground, light, deep)[k - 1]
        )
    for inset, width, colour in ((0, 96, deep), (96, 12, line), (118, 14, warm)):
        draw.rectangle((inset, inset, PRINT - inset - 1, PRINT - inset - 1), outline=colour, width=width)
    step = (PRINT - 96) / 36
    for k in range(36):
        c = 48 + (k + 0.5) * step
        for x, y in ((c, 48), (c, PRINT - 48), (48, c), (PRINT - 48, c)):
            draw.ellipse((x - 11, y - 11, x + 11, y + 11), fill=light)
    return whole


def _as_image(picture):
    pixels = np.asarray(picture.convert("RGBA"), dtype=np.float32)[::-1] / 255
    image = bpy.data.images.new("print", picture.width, picture.height)
    image.pixels.foreach_set(np.ascontiguousarray(pixels).ravel())
    image.pack()
    return image


def _hang(c, d):
    """Where a point of the cloth hangs.

    ``c`` runs along the rail and ``d`` across it, both measured on the cloth;
    the front falls where d is positive. Folds push away from the rail only.
    """
    quarter = RAIL_RADIUS * math.pi / 2
    fall = max(0.0, abs(d) - quarter)
    angle = max(-math.pi / 2, min(math.pi / 2, d / RAIL_RADIUS))
    normal_y, normal_z = -math.sin(angle), math.cos(angle)
    grown = 1 - math.exp(-fall / 0.35)
    spread = 0.50 + 0.07 * grown + 0.035 * fall
    side = 1.0 if d > 0 else 0.6
    phase = 2 * math.pi * (
        c / 0.47 + 0.22 * math.sin(1.9 * c + 0.5) + 0.05 * fall * math.sin(1.3 * c + 2.0)
    ) + 0.9 * (d < 0)
    depth = (0.05 + 0.10 * grown) * (0.8 + 0.3 * math.sin(2.3 * c + 1.1)) * side
    fold = 0.5 + 0.5 * math.sin(phase)
    ripple = 0.012 * grown * math.sin(2.2 * phase + 3.1 * fall) + 0.015 * fall * math.sin(2.6 * fall + 2 * c)
    out = depth * fold + ripple
    x = spread * c - 0.035 * (0.3 + grown) * math.sin(2 * phase) + 0.05 * fall * math.sin(0.9 * fall + 0.4)
    y = normal_y * (RAIL_RADIUS + out)
    z = RAIL_HEIGHT + normal_z * (RAIL_RADIUS + out) - fall * (0.985 - 0.01 * fold)
    return (x, y, z)


def _cloth(material):
    """The square, laid askew over the rail so that its hem falls at a slant."""
    n = CELLS + 1
    cosine, sine = math.cos(SLANT), math.sin(SLANT)
    vertices = []
    for j in range(n):
        for i in range(n):
            a, b = (i / CELLS - 0.5) * SIZE, (0.5 - j / CELLS) * SIZE
            vertices.append(_hang(a * cosine - b * sine, a * sine + b * cosine + FORWARD))
    faces = [
        (j * n + i, (j + 1) * n + i, (j + 1) * n + i + 1, j * n + i + 1)
        for j in range(CELLS)
        for i in range(CELLS)
    ]
    cloth = s.add_mesh("scarf", vertices, faces, material, sharp=180)
    layer = cloth.data.uv_layers.new(name="cloth")
    for loop in cloth.data.loops:
        j, i = divmod(loop.vertex_index, n)
        layer.data[loop.index].uv = (i / CELLS, j / CELLS)
    s.subdivide(cloth, 1)
    return s.solidify(cloth, 0.006, offset=0)


def build(finish):
    """Model the scarf in one finish."""
    _cloth(m.silk(_as_image(draw_print(finish["palette"]))))
    accent = m.metal(finish["accent"])
    rail = s.tube(
        "rail", [(k, 0, RAIL_HEIGHT) for k in (-6, -1, 0, 1, 6)], RAIL_RADIUS * 0.8, accent, steps=32
    )
    # Unseen, it keeps the hem clear of the studio's floor.
    floor = s.box("floor level", (0.01, 0.01, 0.01), (0, 0.5, 0.28), accent, 0)
    floor.hide_render = True
    return Piece(
        turn=-12,
        pitch=4,
        fill_height=0.66,
        fill_width=0.7,
        detail=(0.1, -0.2, 1.2),
        detail_span=1.1,
        real_height_m=0.5,
        props=[rail, floor],
    )
