"""Pictures of pieces as they are worn: from straight ahead, without a room around, lenses one can see through.

    python -m atelier.worn [--finish noir] [--again]

The store lays them over the picture of whoever looks into the mirror of their phone.
"""

import argparse
import importlib
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from atelier import album
from atelier.render import load_table

#: What is tried on, and how bright the room is round it: a dial mirrors what lies before it.
KINDS = {"sunglasses": 0.2, "watch": 1.0}
#: What lies along the head of whoever wears it.
BEHIND = ("temple", "hinge", "side bar")
WIDTH = 800
#: Of a frame one can see through, no more than that: nothing lies behind it here, and the nothing would darken it.
THROUGH_MAX = 0.25
#: How light the face behind a lens is taken to be.
MIDDLE_LIGHT = 0.6


def photograph(kind, finish, original):
    """Render the piece from the front on nothing, as large as its longer side allows."""
    import bpy

    from atelier import studio

    studio.empty_room()
    solid = finish | {"through": min(finish["through"], THROUGH_MAX)} if "through" in finish else finish
    piece = importlib.import_module(f"atelier.{kind}").build(solid)
    for hidden in [o for o in bpy.context.scene.objects if o.name.startswith(BEHIND)]:
        bpy.data.objects.remove(hidden)
    objects = [o for o in bpy.context.scene.objects if o.type == "MESH"]
    studio.light()
    bpy.context.scene.world.node_tree.nodes["Background"].inputs["Strength"].default_value = KINDS[kind]
    handle = studio.pose(objects, piece, 0.0)
    points = studio.positions(objects)
    wide, high = (max(p[i] for p in points) - min(p[i] for p in points) for i in (0, 2))
    handle.scale = [4.0 / max(wide, high)] * 3
    bpy.context.view_layer.update()
    points = studio.positions(objects)
    eye = studio.camera(0.0)
    eye.data.type = "ORTHO"
    eye.data.sensor_fit = "HORIZONTAL"
    eye.data.ortho_scale = 4.2
    eye.data.dof.use_dof = False
    eye.location.x = (max(p.x for p in points) + min(p.x for p in points)) / 2
    eye.location.z = (max(p.z for p in points) + min(p.z for p in points)) / 2
    scene = bpy.context.scene
    scene.render.resolution_x = scene.render.resolution_y = WIDTH
    scene.render.film_transparent = True
    scene.cycles.film_transparent_glass = True
    scene.render.image_settings.color_mode = "RGBA"
    studio.render(original, samples=24, seconds=0)


def seen_through(picture, lens):
    """Lenses as a page lays them over a face.

    The renderer says how much light passes, a browser mixes colours as they are written: without this, lenses are black.
    What passes is tinted too, which a picture with one transparency cannot do; the tint is laid on it instead.
    """
    pixels = np.asarray(picture, dtype=float) / 255
    colours, covers = pixels[..., :3], pixels[..., 3:]
    # The outline stays as it is: there the transparency is that of an edge.
    inside = np.asarray(picture.getchannel("A").filter(ImageFilter.MinFilter(5)))[..., None] > 25
    passes = (1 - covers) ** (1 / 2.2)
    tint = np.array([int(lens[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    shine = colours * covers + (tint - tint.min()) * MIDDLE_LIGHT * np.minimum(1, passes / tint.mean())
    cover = np.where(inside, 1 - passes, covers)
    colour = np.where(inside, np.clip(shine / np.maximum(cover, 0.01), 0, 1), colours)
    return Image.fromarray((np.concatenate((colour, cover), axis=2) * 255).round().astype(np.uint8), "RGBA")


def main(arguments=None):
    """Command line entry; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m atelier.worn", description=__doc__.splitlines()[0])
    parser.add_argument("--finish", help="one finish, or several separated by commas")
    parser.add_argument("--again", action="store_true", help="render what exists anew")
    options = parser.parse_args(arguments)
    table = load_table()
    with tempfile.TemporaryDirectory() as scratch:
        for kind in KINDS:
            for name, finish in table[kind]["finishes"].items():
                path = album.FOLDER / f"{kind}-{name}-worn.webp"
                if (options.finish and name not in options.finish.split(",")) or (
                    path.exists() and not options.again
                ):
                    continue
                original = Path(scratch) / f"{name}.png"
                photograph(kind, finish, original)
                picture = Image.open(original).convert("RGBA")
                if "lens" in finish:
                    picture = seen_through(picture, finish["lens"])
                picture.crop(picture.getbbox()).save(path, quality=album.WEBP_QUALITY, method=6)
                print(path.name, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
