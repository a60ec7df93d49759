"""A room for looks: nested doorways in a plaster wall, a stone step, morning sun through a window."""

import math

import bpy
from mathutils import Vector

from atelier import shapes as s
from atelier import studio
from atelier.materials import rgb

STONE = "#B9AC9A"
STEP = 0.42
#: Where the sun stands, seen from the piece.
SUN = Vector((-4.2, -4.6, 4.4))


def _rough(name, colour, grain, depth, mottle):
    """Plaster or stone: a little uneven in height, tone and shine."""
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    nodes, links = material.node_tree.nodes, material.node_tree.links
    shader = nodes["Principled BSDF"]
    shader.inputs["Roughness"].default_value = 0.88
    shader.inputs["Specular IOR Level"].default_value = 0.2
    place = nodes.new("ShaderNodeTexCoord")
    wide, fine = nodes.new("ShaderNodeTexNoise"), nodes.new("ShaderNodeTexNoise")
    for noise, scale, detail in ((wide, grain * 0.12, 4.0), (fine, grain, 8.0)):
        noise.inputs["Scale"].default_value = scale
        noise.inputs["Detail"].default_value = detail
        links.new(place.outputs["Object"], noise.inputs["Vector"])
    tones = nodes.new("ShaderNodeValToRGB")
    for element, factor, at in zip(
        tones.color_ramp.elements, (1 - mottle, 1 + mottle), (0.3, 0.7), strict=True
    ):
        r, g, b, a = rgb(colour)
        element.color = (r * factor, g * factor, b * factor, a)
        element.position = at
    links.new(wide.outputs["Fac"], tones.inputs["Fac"])
    links.new(tones.outputs["Color"], shader.inputs["Base Color"])
    bump = nodes.new("ShaderNodeBump")
    bump.inputs["Strength"].default_value = depth
    bump.inputs["Distance"].default_value = 0.02
    links.new(fine.outputs["Fac"], bump.inputs["Height"])
    links.new(bump.outputs["Normal"], shader.inputs["Normal"])
    return material


def _doorway(half, spring, steps=48):
    """The outline of an arch from foot to foot: (x, z) pairs; ``spring`` is where the curve begins."""
    curve = [math.pi * k / steps for k in range(steps + 1)]
    return [(-half, 0.0), *((-half * math.cos(a), spring + half * math.sin(a)) for a in curve), (half, 0.0)]


def _wall(plaster):
    """Doorways within doorways, each set back behind the one before."""
    widths = (1.15, 1.62, 2.12)
    for depth, half in enumerate(reversed(widths)):
        inner = _doorway(half, 2.35)
        outer = _doorway(half + 9.0, 2.35)
        y = 2.3 + depth * 0.34
        rows = [[(x, y, z) for x, z in outline] for outline in (inner, outer)]
        s.bevel(s.solidify(s.sheet("doorway", rows, plaster, sharp=20), 0.36, offset=0.0), 0.025, 3, 50)
    s.box("end", (8, 0.1, 10), (0, 3.6, 4), plaster, 0.01)


def _sun():
    """Sunlight through a window of nine panes that the camera does not see."""
    light = bpy.data.lights.new("sun", "SUN")
    light.energy, light.angle, light.color = 5.6, 0.012, (1.0, 0.9, 0.76)
    sun = bpy.data.objects.new("sun", light)
    to_sun = SUN.normalized()
    turned = to_sun.to_track_quat("Z", "Y")
    sun.rotation_euler = turned.to_euler()
    bpy.context.scene.collection.objects.link(sun)
    shade = bpy.data.materials.new("shade")
    middle = Vector((0.15, 0.6, 1.25)) + to_sun * 7
    pane, bar = (1.75, 1.75), 0.14
    half = (pane[0] * 1.5 + bar, pane[1] * 1.5 + bar)
    rails = [(0, side * (pane[1] + bar) / 2, half[0], bar / 2) for side in (-1, 1)]
    rails += [(side * (pane[0] + bar) / 2, 0, bar / 2, half[1]) for side in (-1, 1)]
    wall = 12.0
    rails += [(side * (half[0] + wall), 0, wall, 3 * wall) for side in (-1, 1)]
    rails += [(0, side * (half[1] + wall), half[0], wall) for side in (-1, 1)]
    for x, y, wide, high in rails:
        corners = [(x - wide, y - high), (x + wide, y - high), (x + wide, y + high), (x - wide, y + high)]
        points = [middle + turned @ Vector((u, v, 0)) for u, v in corners]
        pane_edge = s.add_mesh("window", points, [(0, 1, 2, 3)], shade, smooth=False)
        pane_edge.visible_camera = pane_edge.visible_glossy = pane_edge.visible_diffuse = False
        pane_edge.visible_transmission = False


def furnish(colour):
    """Put up a room of this colour and its light; returns how high the step is on which a piece stands."""
    plaster, stone = _rough("plaster", colour, 26.0, 0.35, 0.05), _rough("stone", STONE, 60.0, 0.5, 0.08)
    s.box("floor", (30, 22, 0.2), (0, -5, -0.1), _rough("floor", "#B7A68F", 40.0, 0.4, 0.06), 0.01)
    _wall(plaster)
    s.box("step", (2.75, 1.9, STEP), (0, 0.15, STEP / 2), stone, 0.02, 4)
    studio.light()
    for lamp in [o.data for o in bpy.context.scene.objects if o.type == "LIGHT"]:
        lamp.energy *= 0.42
    _sun()
    return STEP
