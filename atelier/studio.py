"""The photographer's studio: backdrop, light, camera, framing, rendering.

The studio never changes its scale. A piece is scaled until it fills its share of
the 4:5 picture, so that light, horizon and shadow are alike for a ring and a trunk.
"""

import math

import bpy
from bpy_extras.object_utils import world_to_camera_view
from mathutils import Matrix, Vector

from atelier.materials import rgb

WIDTH, HEIGHT = 800, 1000
OFF_WHITE = "#E7E2DA"
DISTANCE = 10.5  # studio units from the camera to the piece
LENS_MM = 100.0
LOOK_SHARE = 0.6  # of the share a piece fills in the studio: in a room the room is seen too


def empty_room():
    """Start from nothing, whatever was built before in this process."""
    bpy.ops.wm.read_factory_settings(use_empty=True)


def _backdrop(colour):
    """A seamless sheet: floor, a wide curve, wall."""
    material = bpy.data.materials.new("backdrop")
    material.use_nodes = True
    bsdf = material.node_tree.nodes["Principled BSDF"]
    bsdf.inputs["Base Color"].default_value = rgb(colour)
    bsdf.inputs["Roughness"].default_value = 0.9
    bsdf.inputs["Specular IOR Level"].default_value = 0.1
    profile = [(-7.0, 0.0), (3.0, 0.0)]
    radius = 4.0
    for k in range(1, 25):
        angle = math.radians(90 * k / 24)
        profile.append((3.0 + radius * math.sin(angle), radius - radius * math.cos(angle)))
    profile.append((7.0, 12.0))
    vertices = [(x, y, z) for y, z in profile for x in (-14.0, 14.0)]
    faces = [(2 * i, 2 * i + 1, 2 * i + 3, 2 * i + 2) for i in range(len(profile) - 1)]
    mesh = bpy.data.meshes.new("backdrop")
    mesh.from_pydata(vertices, [], faces)
    mesh.polygons.foreach_set("use_smooth", [True] * len(mesh.polygons))
    mesh.materials.append(material)
    obj = bpy.data.objects.new("backdrop", mesh)
    bpy.context.scene.collection.objects.link(obj)


def _softbox(name, at, size, watts, warmth=(1.0, 1.0, 1.0), aim=(0, 0, 0.9)):
    light = bpy.data.lights.new(name, "AREA")
    light.shape = "RECTANGLE"
    light.size, light.size_y = size
    light.energy = watts
    light.color = warmth
    obj = bpy.data.objects.new(name, light)
    obj.location = at
    obj.rotation_euler = (Vector(aim) - Vector(at)).to_track_quat("-Z", "Y").to_euler()
    bpy.context.scene.collection.objects.link(obj)


def _flag(at, size):
    """A black card that only mirrors see: it draws the edge of metal and glass."""
    material = bpy.data.materials.new("flag")
    material.use_nodes = True
    bsdf = material.node_tree.nodes["Principled BSDF"]
    bsdf.inputs["Base Color"].default_value = (0.01, 0.01, 0.01, 1)
    bsdf.inputs["Roughness"].default_value = 1.0
    w, h = size[0] / 2, size[1] / 2
    mesh = bpy.data.meshes.new("flag")
    mesh.from_pydata([(-w, 0, -h), (w, 0, -h), (w, 0, h), (-w, 0, h)], [], [(0, 1, 2, 3)])
    mesh.materials.append(material)
    obj = bpy.data.objects.new("flag", mesh)
    obj.location = at
    obj.rotation_euler[2] = math.atan2(at[0], -at[1]) if at[1] else math.pi / 2
    obj.visible_diffuse = False
    obj.visible_shadow = False
    obj.visible_camera = False
    bpy.context.scene.collection.objects.link(obj)


def _world():
    """Dim warm room light; mirrors see a darker room with a bright ceiling."""
    world = bpy.data.worlds.new("room")
    bpy.context.scene.world = world
    world.use_nodes = True
    nodes, links = world.node_tree.nodes, world.node_tree.links
    background = nodes["Background"]
    coordinates = nodes.new("ShaderNodeTexCoord")
    parts = nodes.new("ShaderNodeSeparateXYZ")
    links.new(coordinates.outputs["Generated"], parts.inputs["Vector"])
    ramp = nodes.new("ShaderNodeValToRGB")
    ramp.color_ramp.elements[0].position = 0.05
    ramp.color_ramp.elements[0].color = (0.16, 0.15, 0.14, 1)
    ramp.color_ramp.elements[1].position = 0.8
    ramp.color_ramp.elements[1].color = (0.9, 0.88, 0.85, 1)
    links.new(parts.outputs["Z"], ramp.inputs["Fac"])
    links.new(ramp.outputs["Color"], background.inputs["Color"])
    background.inputs["Strength"].default_value = 0.2


def dress(backdrop=OFF_WHITE):
    """Put up the backdrop and the lights."""
    _backdrop(backdrop)
    light()


def light():
    """The lights alone."""
    _world()
    _softbox("key", (-5.2, -4.2, 6.0), (3.4, 3.4), 960, (1.0, 0.98, 0.955))
    _softbox("top", (0.5, 1.2, 7.5), (4.5, 3.0), 210, (1.0, 0.98, 0.95))
    _softbox("fill", (6.0, -4.5, 3.0), (3.5, 5.0), 48, (0.96, 0.98, 1.0))
    _softbox("rim", (4.6, 3.2, 3.2), (0.9, 4.5), 130, (1.0, 0.98, 0.95))
    _flag((-3.6, -3.0, 1.2), (0.5, 5.0))
    _flag((3.4, -1.2, 1.2), (0.7, 5.0))


def camera(pitch):
    """A long lens looking slightly down at the piece."""
    data = bpy.data.cameras.new("camera")
    data.lens = LENS_MM
    data.sensor_fit = "VERTICAL"
    data.sensor_height = 36.0
    obj = bpy.data.objects.new("camera", data)
    bpy.context.scene.collection.objects.link(obj)
    scene = bpy.context.scene
    scene.camera = obj
    scene.render.resolution_x, scene.render.resolution_y = WIDTH, HEIGHT
    _aim(obj, Vector((0, 0, 1.0)), pitch, DISTANCE)
    data.dof.use_dof = True
    data.dof.aperture_fstop = 1.6
    return obj


def _aim(obj, target, pitch, distance):
    angle = math.radians(pitch)
    back = Vector((0, -math.cos(angle), math.sin(angle))) * distance
    obj.location = target + back
    obj.rotation_euler = (-back).to_track_quat("-Z", "Y").to_euler()
    bpy.context.view_layer.update()


def positions(objects):
    """World positions of the surface of the objects, thinned when very dense."""
    graph = bpy.context.evaluated_depsgraph_get()
    points = []
    for obj in objects:
        evaluated = obj.evaluated_get(graph)
        vertices = evaluated.data.vertices
        step = max(1, len(vertices) // 4000)
        points += [evaluated.matrix_world @ vertices[i].co for i in range(0, len(vertices), step)]
    return points


def pose(objects, piece, turn=None):
    """Gather the objects under one handle, turned and standing on the floor."""
    handle = bpy.data.objects.new("handle", None)
    bpy.context.scene.collection.objects.link(handle)
    bpy.context.view_layer.update()
    for obj in objects:
        if obj.parent is None:
            obj.parent = handle
    handle.rotation_euler[2] = math.radians(piece.turn if turn is None else turn)
    bpy.context.view_layer.update()
    lowest = min(p.z for p in positions(objects))
    handle.location.z = -lowest
    bpy.context.view_layer.update()
    return handle


def fit(handle, objects, piece, view, floor=0.0):
    """Scale the piece to its share of the picture and centre it; in a room it stands at the height ``floor``."""
    scene, obj = bpy.context.scene, bpy.context.scene.camera
    counted = [o for o in objects if o not in piece.props]
    base = handle.matrix_world.copy()
    factor, share = 1.0, LOOK_SHARE if view == "look" else 1.0
    for _ in range(6):
        handle.matrix_world = Matrix.Translation((0, 0, floor)) @ Matrix.Scale(factor, 4) @ base
        bpy.context.view_layer.update()
        seen = [world_to_camera_view(scene, obj, p) for p in positions(counted)]
        width = max(p.x for p in seen) - min(p.x for p in seen)
        height = max(p.y for p in seen) - min(p.y for p in seen)
        factor *= share * min(piece.fill_width / width, piece.fill_height / height)
    middle_x = (max(p.x for p in seen) + min(p.x for p in seen)) / 2
    middle_y = (max(p.y for p in seen) + min(p.y for p in seen)) / 2
    obj.data.shift_x = (middle_x - 0.5) * WIDTH / HEIGHT
    obj.data.shift_y = middle_y - (0.4 if view == "look" else 0.485)
    points = positions(counted)
    near = min((p - obj.location).length for p in points)
    far = max((p - obj.location).length for p in points)
    obj.data.dof.focus_distance = near + (far - near) * 0.33
    if view == "detail":
        target = handle.matrix_world @ Vector(piece.detail)
        span = piece.detail_span * handle.matrix_world.to_scale().x
        distance = span / (2 * math.tan(math.atan(18.0 / LENS_MM)))
        obj.data.shift_x = obj.data.shift_y = 0.0
        # Keep the lens outside the piece: stand back and lengthen it instead.
        stand = max(distance, 5.0)
        obj.data.lens = LENS_MM * stand / distance
        _aim(obj, target, piece.detail_pitch or piece.pitch, stand)
        obj.data.dof.focus_distance = stand - 0.03
        obj.data.dof.aperture_fstop = 1.1 * obj.data.lens / LENS_MM


def render(path, percent=100, samples=32, seconds=40):
    """Render the scene to a PNG, at a percentage of its size; below 100 it is a draft."""
    draft = percent < 100
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.render.threads_mode = "FIXED"
    scene.render.threads = 2
    scene.render.resolution_percentage = percent
    scene.render.image_settings.file_format = "PNG"
    scene.render.filepath = str(path)
    scene.view_settings.view_transform = "Khronos PBR Neutral"
    scene.view_settings.exposure = 0.0
    cycles = scene.cycles
    cycles.device = "CPU"
    cycles.samples = 14 if draft else samples
    cycles.time_limit = 20 if draft else seconds
    cycles.use_adaptive_sampling = True
    cycles.adaptive_threshold = 0.04
    cycles.adaptive_min_samples = 8
    cycles.use_denoising = True
    cycles.denoiser = "OPENIMAGEDENOISE"
    cycles.max_bounces = 10
    cycles.diffuse_bounces = 3
    cycles.glossy_bounces = 4
    cycles.transmission_bounces = 9
    cycles.transparent_max_bounces = 10
    cycles.caustics_reflective = False
    cycles.caustics_refractive = False
    cycles.blur_glossy = 0.6
    cycles.sample_clamp_indirect = 4.0
    bpy.ops.render.render(write_still=True)
