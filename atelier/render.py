"""Render the pictures of the demo world's pieces.

    python -m atelier.render [--kind bag] [--finish cognac] [--view hero] [--draft] [--again]

Pictures that exist are skipped, so a run that was stopped can be started again.
"""

import argparse
import importlib
import sys
import tempfile
import time
import tomllib
from pathlib import Path

from atelier import album

TABLE = Path(__file__).with_name("finishes.toml")


def load_table():
    """Kinds and their finishes, in the order of the file."""
    with TABLE.open("rb") as file:
        return tomllib.load(file)


def jobs(table, kind=None, finish=None, view=None, first=False):
    """Every picture wanted: (kind, finish, view, large). The first finish of a kind is its large picture.

    All first finishes come before all second ones, and details and looks last, so
    that a run that is stopped leaves a rounded album.
    """
    heroes, details, looks = [], [], []
    for k, entry in table.items():
        if kind and k not in kind.split(","):
            continue
        for rank, f in enumerate(entry["finishes"]):
            if (finish and f not in finish.split(",")) or (first and rank):
                continue
            heroes.append((rank, (k, f, "hero", not rank)))
            looks.append((rank, (k, f, "look", False)))
            if f in entry.get("detail", []):
                details.append((k, f, "detail", False))
    in_turn = [[job for _, job in sorted(ranked, key=lambda item: item[0])] for ranked in (heroes, looks)]
    return [job for job in [*in_turn[0], *details, *in_turn[1]] if not view or job[2] == view]


def build_scene(kind, finish_table, view, room):
    """Model the piece in the studio, or in a room of this colour for a look, and frame it."""
    import bpy

    from atelier import setting, studio

    studio.empty_room()
    piece = importlib.import_module(f"atelier.{kind}").build(finish_table)
    objects = [o for o in bpy.context.scene.objects if o.type == "MESH"]
    turn = piece.detail_turn if view == "detail" and piece.detail_turn is not None else piece.turn
    floor = 0.0
    if view == "look":
        floor = setting.furnish(room)
    else:
        studio.dress(finish_table.get("backdrop", studio.OFF_WHITE))
    studio.camera(piece.pitch)
    handle = studio.pose(objects, piece, turn)
    studio.fit(handle, objects, piece, view, floor)
    return piece


def main(arguments=None):
    """Command line entry; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m atelier.render", description=__doc__.splitlines()[0])
    parser.add_argument("--kind", help="one kind, or several separated by commas")
    parser.add_argument("--finish", help="one finish, or several separated by commas")
    parser.add_argument("--view", choices=album.VIEW_PHRASE)
    parser.add_argument("--first", action="store_true", help="only the first finish of every kind")
    parser.add_argument("--draft", action="store_true", help="half size, few samples, kept out of the album")
    parser.add_argument("--again", action="store_true", help="render what exists anew")
    parser.add_argument("--samples", type=int, default=32)
    parser.add_argument("--seconds", type=int, default=40, help="longest time for sampling one picture")
    parser.add_argument("--out", type=Path, help="where PNG originals are kept (default: thrown away)")
    parser.add_argument("--reindex", action="store_true", help="only describe anew the pictures that exist")
    options = parser.parse_args(arguments)

    table = load_table()
    if options.reindex:
        print(f"{album.reindex(table)} pictures in the index.")
        return 0
    wanted = jobs(table, options.kind, options.finish, options.view, options.first)
    if not options.draft and not options.again:
        wanted = [job for job in wanted if not album.has(*job)]
    if not wanted:
        print("Nothing to render.")
        return 0

    from atelier import studio

    failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.out or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for number, (kind, finish, view, large) in enumerate(wanted, 1):
            name = album.picture_name(kind, finish, view)
            start = time.monotonic()
            original = folder / f"{name}.png"
            try:
                build_scene(kind, table[kind]["finishes"][finish], view, table[kind]["room"])
                percent = 50 if options.draft else 200 if large else 100
                studio.render(original, percent, options.samples, options.seconds * (4 if large else 1))
                if not options.draft:
                    album.add(original, table, kind, finish, view)
            except Exception as error:  # one bad piece must not stop the night's work
                failed += 1
                print(f"[{number}/{len(wanted)}] {name}: {error!r}", file=sys.stderr, flush=True)
                continue
            print(f"[{number}/{len(wanted)}] {name}: {time.monotonic() - start:.0f} s", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
