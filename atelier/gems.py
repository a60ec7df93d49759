"""Cut stones as convex solids."""

import math

import bmesh
import bpy
import numpy as np


def _ring(count, radius, z, phase=0.0):
    return [
        (radius * math.cos(a + phase), radius * math.sin(a + phase), z)
        for a in np.linspace(0, 2 * math.pi, count, endpoint=False)
    ]


def _hull(name, points, material):
    mesh = bpy.data.meshes.new(name)
    work = bmesh.new()
    for p in points:
        work.verts.new(p)
    bmesh.ops.convex_hull(work, input=work.verts)
    bmesh.ops.dissolve_limit(work, angle_limit=math.radians(1), verts=work.verts, edges=work.edges)
    bmesh.ops.recalc_face_normals(work, faces=work.faces)
    work.to_mesh(mesh)
    work.free()
    mesh.materials.append(material)
    obj = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(obj)
    return obj


def brilliant(name, radius, material, squash=1.0):
    """A round (or oval) brilliant, table up, girdle at z = 0."""
    step = math.pi / 8
    points = [
        *_ring(8, 0.55, 0.30),
        *_ring(8, 0.80, 0.185, step),
        *_ring(16, 1.0, 0.02),
        *_ring(16, 1.0, -0.02),
        *_ring(8, 0.34, -0.63, step),
        (0, 0, -0.86),
    ]
    return _hull(name, [(radius * x * squash, radius * y, radius * z) for x, y, z in points], material)


def emerald_cut(name, width, height, material):
    """A step cut with clipped corners, table up, girdle at z = 0."""
    points = []
    for k, z in (
        (0.62, 0.26),
        (0.82, 0.18),
        (1.0, 0.02),
        (1.0, -0.02),
        (0.78, -0.26),
        (0.5, -0.46),
        (0.12, -0.6),
    ):
        w, h = width * k, max(height * k, height * k)
        c = 0.28 * min(w, h)
        size = min(width, height)
        for x, y in (
            (w - c, h),
            (w, h - c),
            (w, c - h),
            (w - c, -h),
            (c - w, -h),
            (-w, c - h),
            (-w, h - c),
            (c - w, h),
        ):
            points.append((x, y, z * size))
    return _hull(name, points, material)
