"""Geometry shared by the models: lathes, lofts, sweeps, plates, stitches.

Every model is built in its own units, facing the viewer along -y with z up.
The studio scales the finished piece, so only proportions matter here.
"""

import itertools
import math

import bpy
import numpy as np


def add_mesh(name, vertices, faces, material=None, smooth=True, sharp=40.0):
    """Make a mesh object; edges steeper than ``sharp`` degrees stay crisp."""
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata([tuple(map(float, v)) for v in vertices], [], faces)
    mesh.validate()
    mesh.update()
    obj = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(obj)
    if material is not None:
        mesh.materials.append(material)
    if smooth:
        mesh.polygons.foreach_set("use_smooth", [True] * len(mesh.polygons))
        mesh.set_sharp_from_angle(angle=math.radians(sharp))
    return obj


def bevel(obj, width, segments=5, angle=30.0):
    """Round the hard edges; light needs a radius to run along."""
    mod = obj.modifiers.new("bevel", "BEVEL")
    mod.width = width
    mod.segments = segments
    mod.limit_method = "ANGLE"
    mod.angle_limit = math.radians(angle)
    mod.use_clamp_overlap = True
    normals = obj.modifiers.new("normals", "WEIGHTED_NORMAL")
    normals.keep_sharp = False
    return obj


def solidify(obj, thickness, offset=1.0, rim=None, inner=None):
    """Give a sheet its thickness, with other materials for edge and inside."""
    mod = obj.modifiers.new("solidify", "SOLIDIFY")
    mod.thickness = thickness
    mod.offset = offset
    mod.use_even_offset = True
    if inner is not None:
        obj.data.materials.append(inner)
        mod.material_offset = len(obj.data.materials) - 1
    if rim is not None:
        obj.data.materials.append(rim)
        mod.material_offset_rim = len(obj.data.materials) - 1
    return obj


def subdivide(obj, levels=2):
    """Smooth a coarse cage."""
    mod = obj.modifiers.new("subdivide", "SUBSURF")
    mod.levels = levels
    mod.render_levels = levels
    return obj


def box(name, size, centre, material, radius=0.03, segments=5):
    """A box with rounded edges; ``size`` and ``centre`` are x, y, z."""
    half = np.array(size) / 2
    signs = [(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]
    vertices = [np.array(centre) + half * s for s in signs]
    faces = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    obj = add_mesh(name, vertices, faces, material, sharp=180)
    if radius:
        bevel(obj, min(radius, min(half) * 0.98), segments)
    return obj


def round_corners(points, radius=0.03, steps=6, closed=False):
    """Replace the corners of a polyline by arcs.

    A point is (x, y), or (x, y, its own radius); a radius of 0 keeps it sharp.
    """
    pts, radii = [], []
    for point in points:
        pts.append(np.array(point[:2], dtype=float))
        radii.append(point[2] if len(point) == 3 else radius)
    count = len(pts)
    out = []
    for i, corner in enumerate(pts):
        if not closed and i in (0, count - 1):
            out.append(corner)
            continue
        before, after = pts[i - 1] - corner, pts[(i + 1) % count] - corner
        lb, la = np.linalg.norm(before), np.linalg.norm(after)
        if radii[i] <= 0 or lb < 1e-9 or la < 1e-9:
            out.append(corner)
            continue
        before, after = before / lb, after / la
        cosine = float(np.clip(before @ after, -1, 1))
        half = math.acos(cosine) / 2
        if abs(half - math.pi / 2) < 0.02:
            out.append(corner)
            continue
        cut = min(radii[i] / math.tan(half), 0.49 * lb, 0.49 * la)
        start, end = corner + before * cut, corner + after * cut
        reach = cut * math.tan(half)
        bisector = before + after
        bisector /= np.linalg.norm(bisector)
        centre = corner + bisector * math.hypot(cut, reach)
        a0 = math.atan2(*(start - centre)[::-1])
        a1 = math.atan2(*(end - centre)[::-1])
        sweep_angle = (a1 - a0 + math.pi) % (2 * math.pi) - math.pi
        for k in range(steps + 1):
            angle = a0 + sweep_angle * k / steps
            out.append(centre + reach * np.array([math.cos(angle), math.sin(angle)]))
    return out


def lathe(name, profile, material, radius=0.02, steps=112, centre=(0, 0), flutes=None):
    """Turn a profile of (r, z) or (r, z, corner radius) around the z axis.

    ``flutes`` is (count, depth, z from, z to): shallow grooves round the body.
    """
    points = round_corners([tuple(p) for p in profile], radius, 7)
    if flutes:
        steps = max(steps, flutes[0] * 12)
        points = dense(points, 0.05)
    angles = np.linspace(0, 2 * math.pi, steps, endpoint=False)
    vertices = []
    for r, z in points:
        factor = np.ones_like(angles)
        if flutes:
            count, depth, low, high = flutes
            edge = min(1.0, max(0.0, min(z - low, high - z) / 0.05))
            factor -= depth * edge * np.abs(np.sin(angles * count / 2)) ** 0.7 * (r > 0.01) / max(r, 0.1)
        for angle, f in zip(angles, factor, strict=True):
            vertices.append((centre[0] + r * f * math.cos(angle), centre[1] + r * f * math.sin(angle), z))
    return _grid(name, vertices, len(points), steps, material, wrap=True)


def dense(points, gap):
    """Insert points so that no span is longer than ``gap``."""
    out = [points[0]]
    for a, b in itertools.pairwise(points):
        n = max(1, int(np.ceil(np.linalg.norm(b - a) / gap)))
        out.extend(a + (b - a) * k / n for k in range(1, n + 1))
    return out


def _grid(name, vertices, rows, columns, material, wrap=False, caps=False, sharp=40.0):
    faces = []
    last = columns if wrap else columns - 1
    for i in range(rows - 1):
        for j in range(last):
            k = (j + 1) % columns
            faces.append((i * columns + j, i * columns + k, (i + 1) * columns + k, (i + 1) * columns + j))
    if caps:
        faces.append(tuple(reversed(range(columns))))
        faces.append(tuple((rows - 1) * columns + j for j in range(columns)))
    obj = add_mesh(name, vertices, faces, material, sharp=sharp)
    if wrap:
        _merge(obj)
    return obj


def _merge(obj, distance=1e-5):
    """Join the points that a profile on the axis leaves on one spot."""
    import bmesh

    mesh = bmesh.new()
    mesh.from_mesh(obj.data)
    bmesh.ops.remove_doubles(mesh, verts=mesh.verts, dist=distance)
    bmesh.ops.recalc_face_normals(mesh, faces=mesh.faces)
    mesh.to_mesh(obj.data)
    mesh.free()
    obj.data.set_sharp_from_angle(angle=math.radians(40))


def sheet(name, rows, material, sharp=60.0):
    """A surface through rows of points (a list of equally long lists)."""
    vertices = [p for row in rows for p in row]
    return _grid(name, vertices, len(rows), len(rows[0]), material, sharp=sharp)


def loft(name, rings, material, caps=True, sharp=40.0):
    """A closed surface through rings of points."""
    vertices = [p for ring in rings for p in ring]
    return _grid(name, vertices, len(rings), len(rings[0]), material, wrap=True, caps=caps, sharp=sharp)


def superellipse(a, b, exponent, steps=96, z=0.0):
    """A ring of points between an ellipse (2) and a rectangle (large exponent)."""
    ring = []
    for angle in np.linspace(0, 2 * math.pi, steps, endpoint=False):
        c, s = math.cos(angle), math.sin(angle)
        r = (abs(c) ** exponent + abs(s) ** exponent) ** (-1 / exponent)
        ring.append((a * r * c, b * r * s, z))
    return ring


def _between(p, t):
    """The point at ``t`` between the middle two of four, after Catmull and Rom."""
    return 0.5 * (
        2 * p[1]
        + (p[2] - p[0]) * t
        + (2 * p[0] - 5 * p[1] + 4 * p[2] - p[3]) * t**2
        + (3 * p[1] - p[0] - 3 * p[2] + p[3]) * t**3
    )


def spline(points, steps=16, closed=False):
    """Points of a Catmull-Rom curve through the given points."""
    pts = np.array(points, dtype=float)
    n = len(pts)
    out = []
    for i in range(n if closed else n - 1):
        if closed:
            p = [pts[(i + k) % n] for k in (-1, 0, 1, 2)]
        else:
            p = [pts[max(i - 1, 0)], pts[i], pts[i + 1], pts[min(i + 2, n - 1)]]
        out += [_between(p, t) for t in np.arange(steps) / steps]
    if not closed:
        out.append(pts[-1])
    return np.array(out)


def circle(radius, steps=16, squash=1.0):
    """A round (or squashed) section for ``sweep``."""
    return [
        (radius * math.cos(a), squash * radius * math.sin(a))
        for a in np.linspace(0, 2 * math.pi, steps, endpoint=False)
    ]


def strap_section(width, thickness, radius=None):
    """A flat section with rounded edges for ``sweep``."""
    w, t = width / 2, thickness / 2
    corners = [(-w, -t), (w, -t), (w, t), (-w, t)]
    return [tuple(p) for p in round_corners(corners, radius or t * 0.8, 4, closed=True)]


def sweep(name, path, section, material, closed=False, across=None, scale=None, sharp=50.0):
    """Drag a section along a path.

    ``across`` fixes the direction of the section's first axis (for straps);
    without it the section is carried along without twisting (for tubes).
    ``scale`` is one factor a point of the path.
    """
    path = np.array(path, dtype=float)
    count = len(path)
    tangents = np.roll(path, -1, 0) - np.roll(path, 1, 0) if closed else np.gradient(path, axis=0)
    tangents /= np.linalg.norm(tangents, axis=1)[:, None] + 1e-12
    rings = []
    side = None
    for i in range(count):
        t = tangents[i]
        if across is not None:
            side = np.array(across, dtype=float)
        elif side is None:
            side = np.cross(t, (0, 0, 1)) if abs(t[2]) < 0.9 else np.cross(t, (0, 1, 0))
        side = side - t * (side @ t)
        side /= np.linalg.norm(side)
        up = np.cross(side, t)
        k = 1.0 if scale is None else scale[i]
        rings.append([path[i] + k * (x * side + y * up) for x, y in section])
    if closed:
        rings.append(rings[0])
        obj = loft(name, rings, material, caps=False, sharp=sharp)
    else:
        obj = loft(name, rings, material, caps=True, sharp=sharp)
    return obj


def tube(name, path, radius, material, closed=False, steps=16, squash=1.0, scale=None):
    """A round tube along a path."""
    return sweep(name, path, circle(radius, steps, squash), material, closed, scale=scale)


def torus(name, radius, thickness, material, centre=(0, 0, 0), axis="y", steps=96, squash=1.0):
    """A ring whose hole looks along ``axis``."""
    path = []
    for a in np.linspace(0, 2 * math.pi, steps, endpoint=False):
        c, s = radius * math.cos(a), radius * math.sin(a)
        path.append({"y": (c, 0, s), "z": (c, s, 0), "x": (0, c, s)}[axis])
    path = np.array(path) + np.array(centre)
    return tube(name, path, thickness, material, closed=True, squash=squash)


def plate(name, outline, thickness, material, holes=(), edge=0.0, centre=(0, 0, 0), facing="y"):
    """A flat piece cut to an outline in x and z (x and y when it faces up)."""
    curve = bpy.data.curves.new(name, "CURVE")
    curve.dimensions = "2D"
    curve.fill_mode = "BOTH"
    curve.extrude = max(thickness / 2 - edge, 1e-4)
    curve.bevel_depth = edge
    curve.bevel_resolution = 3
    curve.offset = -edge
    for ring in (outline, *holes):
        poly = curve.splines.new("POLY")
        poly.points.add(len(ring) - 1)
        for point, (x, y) in zip(poly.points, ring, strict=True):
            point.co = (x, y, 0, 1)
        poly.use_cyclic_u = True
    holder = bpy.data.objects.new(name, curve)
    bpy.context.scene.collection.objects.link(holder)
    mesh = bpy.data.meshes.new_from_object(holder.evaluated_get(bpy.context.evaluated_depsgraph_get()))
    bpy.data.objects.remove(holder)
    vertices = []
    for v in mesh.vertices:
        x, y, z = v.co
        p = (x, -z, y) if facing == "y" else (x, y, z)
        vertices.append(np.array(p) + np.array(centre))
    faces = [tuple(p.vertices) for p in mesh.polygons]
    bpy.data.meshes.remove(mesh)
    obj = add_mesh(name, vertices, faces, material, sharp=35)
    _merge(obj, 1e-4)
    obj.data.set_sharp_from_angle(angle=math.radians(35))
    return obj


def rounded_outline(width, height, radius, centre=(0, 0)):
    """The outline of a rounded rectangle for ``plate``."""
    w, h = width / 2, height / 2
    corners = [(-w, -h), (w, -h), (w, h), (-w, h)]
    return [tuple(p + np.array(centre)) for p in round_corners(corners, radius, 8, closed=True)]


def arch_path(width, height, steps=20):
    """A doorway: two uprights and a half circle, in x and z from z = 0."""
    r = width / 2
    path = [(-r, 0.0), (-r, (height - r) * 0.5)]
    path += [(r * math.cos(a), height - r + r * math.sin(a)) for a in np.linspace(math.pi, 0, steps)]
    path += [(r, (height - r) * 0.5), (r, 0.0)]
    return path


def arches(name, width, height, material, count=3, line=0.01, centre=(0, 0, 0), bend=None):
    """The emblem of the demo world: doorways seen one through another.

    ``bend`` is the radius of a cylinder around the z axis to lay the emblem on.
    """
    objects = []
    for i in range(count):
        k = 1 - i / count
        path = []
        for x, z in arch_path(width * k, height * k):
            p = (centre[0] + x, centre[1], centre[2] + z)
            if bend:
                angle = p[0] / bend
                p = (bend * math.sin(angle), -bend * math.cos(angle), p[2])
            path.append(p)
        objects.append(tube(f"{name} {i}", path, line, material, steps=8))
    return objects


def stitches(name, path, material, length=0.05, gap=0.03, radius=0.008):
    """Thread along a path, one short capsule a stitch."""
    path = np.array(path, dtype=float)
    lengths = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])

    def at(s):
        return np.array([np.interp(s, lengths, path[:, k]) for k in range(3)])

    vertices, faces = [], []
    sides, cuts = 6, ((0.0, 0.35), (0.15, 0.85), (0.5, 1.0), (0.85, 0.85), (1.0, 0.35))
    start = gap / 2
    while start + length < lengths[-1]:
        base = len(vertices)
        for cut, k in cuts:
            p, q = at(start + cut * length), at(start + cut * length + 1e-3)
            t = (q - p) / (np.linalg.norm(q - p) + 1e-12)
            helper = np.array((0, 0, 1.0)) if abs(t[2]) < 0.9 else np.array((0, 1.0, 0))
            u = np.cross(t, helper)
            u /= np.linalg.norm(u)
            v = np.cross(t, u)
            turn = np.linspace(0, 2 * math.pi, sides, endpoint=False)
            vertices.extend(p + radius * k * (math.cos(a) * u + math.sin(a) * v) for a in turn)
        for i in range(len(cuts) - 1):
            for j in range(sides):
                n = (j + 1) % sides
                faces.append(
                    (
                        base + i * sides + j,
                        base + i * sides + n,
                        base + (i + 1) * sides + n,
                        base + (i + 1) * sides + j,
                    )
                )
        start += length + gap
    return add_mesh(name, vertices, faces, material, sharp=180)


def spheres(name, centres, radius, material, squash=(1, 1, 1), rings=12):
    """Many small balls in one mesh: nail heads, pearls, beads."""
    vertices, faces = [], []
    sides = rings * 2
    radii = np.broadcast_to(radius, len(centres))
    for centre, r in zip(centres, radii, strict=True):
        base = len(vertices)
        for i in range(rings + 1):
            polar = math.pi * i / rings
            for j in range(sides):
                a = 2 * math.pi * j / sides
                unit = np.array(
                    (math.sin(polar) * math.cos(a), math.sin(polar) * math.sin(a), math.cos(polar))
                )
                vertices.append(np.array(centre) + r * unit * np.array(squash))
        for i in range(rings):
            for j in range(sides):
                n = (j + 1) % sides
                faces.append(
                    (
                        base + i * sides + j,
                        base + (i + 1) * sides + j,
                        base + (i + 1) * sides + n,
                        base + i * sides + n,
                    )
                )
    obj = add_mesh(name, vertices, faces, material, sharp=180)
    _merge(obj)
    return obj


def text(name, body, size, material, centre=(0, 0, 0), spacing=1.4, depth=0.004, bend=None):
    """A line of lettering that faces the viewer, or lies on a cylinder."""
    curve = bpy.data.curves.new(name, "FONT")
    curve.body = body
    curve.size = size
    curve.align_x = "CENTER"
    curve.align_y = "CENTER"
    curve.space_character = spacing
    curve.extrude = depth
    curve.resolution_u = 4
    holder = bpy.data.objects.new(name, curve)
    bpy.context.scene.collection.objects.link(holder)
    mesh = bpy.data.meshes.new_from_object(holder.evaluated_get(bpy.context.evaluated_depsgraph_get()))
    bpy.data.objects.remove(holder)
    vertices = []
    for v in mesh.vertices:
        x, y, z = v.co
        if bend:
            angle = (x + centre[0]) / bend
            r = bend + z
            vertices.append((r * math.sin(angle), -r * math.cos(angle), y + centre[2]))
        else:
            vertices.append((x + centre[0], -z + centre[1], y + centre[2]))
    faces = [tuple(p.vertices) for p in mesh.polygons]
    bpy.data.meshes.remove(mesh)
    return add_mesh(name, vertices, faces, material, smooth=False)


def move(objects, offset=(0, 0, 0), turn=0.0, tilt=0.0, roll=0.0):
    """Turn (about z), tilt (about x) and roll (about y), in degrees, then shift."""
    from mathutils import Euler, Matrix

    matrix = (
        Matrix.Translation(offset)
        @ Euler((math.radians(tilt), math.radians(roll), math.radians(turn)), "XYZ").to_matrix().to_4x4()
    )
    for obj in objects:
        obj.matrix_world = matrix @ obj.matrix_world
    return objects
