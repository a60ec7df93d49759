"""Export the pieces as GLB files in true size, for augmented reality.

    python -m atelier.models [--kind bag] [--finish cognac] [--again]

The procedural surfaces of the pictures do not travel; every material is reduced
to its colour, metalness, roughness and transparency, and dense meshes are thinned.
"""

import argparse
import importlib
import sys

from atelier import album
from atelier.render import load_table

BUDGET = 400_000  # bytes
SHARES = (1.0, 0.6, 0.35, 0.2, 0.12, 0.07)


def _plain(material):
    """Cut every texture off the shader; keep a printed image where there is one."""
    tree = material.node_tree
    shader = tree.nodes.get("Principled BSDF")
    for link in list(tree.links):
        printed = link.from_node.bl_idname == "ShaderNodeTexImage"
        if link.to_node == shader and not printed:
            tree.links.remove(link)
    surface = tree.nodes["Material Output"].inputs["Surface"]
    tree.links.new(shader.outputs["BSDF"], surface)


def _thin(objects, share):
    """Set how much of each mesh is kept; small parts are left alone."""
    for obj in objects:
        mod = obj.modifiers.get("thin") or obj.modifiers.new("thin", "DECIMATE")
        mod.ratio = share if len(obj.data.polygons) > 60 else max(share, 0.5)
        bevel = obj.modifiers.get("bevel")
        if bevel:
            bevel.segments = 2 if share > 0.5 else 1


def export(kind, finish, path):
    """Write one GLB within the budget; returns its size in bytes."""
    import bpy

    from atelier import studio

    studio.empty_room()
    piece = importlib.import_module(f"atelier.{kind}").build(finish)
    for prop in piece.props:
        bpy.data.objects.remove(prop)
    objects = [o for o in bpy.context.scene.objects if o.type == "MESH"]
    for material in bpy.data.materials:
        if material.node_tree:
            _plain(material)
    for image in bpy.data.images:
        if max(image.size) > 512:
            image.scale(512, 512)
    handle = studio.pose(objects, piece, 0.0)
    points = studio.positions(objects)
    tall = max(p.z for p in points) - min(p.z for p in points)
    handle.scale = [piece.real_height_m / tall] * 3
    handle.location.z *= piece.real_height_m / tall
    for obj in objects:
        for mod in obj.modifiers:
            if mod.type == "SUBSURF":
                mod.levels = 0
    for share in SHARES:
        _thin(objects, share)
        bpy.ops.export_scene.gltf(
            filepath=str(path),
            export_format="GLB",
            export_apply=True,
            export_cameras=False,
            export_lights=False,
            export_image_format="JPEG",
            export_jpeg_quality=80,
        )
        if path.stat().st_size <= BUDGET:
            break
    return path.stat().st_size


def main(arguments=None):
    """Command line entry; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m atelier.models", description=__doc__.splitlines()[0])
    parser.add_argument("--kind", help="one kind, or several separated by commas")
    parser.add_argument("--finish", help="one finish, or several separated by commas")
    parser.add_argument("--again", action="store_true", help="export what exists anew")
    options = parser.parse_args(arguments)
    too_large = 0
    for kind, entry in load_table().items():
        for finish, look in entry["finishes"].items():
            path = album.FOLDER / f"{kind}-{finish}.glb"
            unwanted = (options.kind and kind not in options.kind.split(",")) or (
                options.finish and finish not in options.finish.split(",")
            )
            if unwanted or (path.exists() and not options.again):
                continue
            size = export(kind, look, path)
            too_large += size > BUDGET
            print(f"{path.name}: {size / 1000:.0f} kB", flush=True)
    return 1 if too_large else 0


if __name__ == "__main__":
    sys.exit(main())
