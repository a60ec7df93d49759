"""Finds, for a piece of a kind in a colour, the pictures that exist: the same colour, else the nearest,
else any of that kind.
"""

import csv
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
INDEX = HERE / "pictures" / "index.json"


@dataclass(frozen=True, slots=True)
class Picture:
    """One entry of the album's index."""

    name: str
    kind: str
    finish: str
    view: str


@cache
def colours() -> dict[tuple[str, str], dict[str, str]]:
    """Every colour that a piece may have, by kind and colour, with its hex value and its name in four
    languages.
    """
    with (HERE / "colours.csv").open(encoding="utf-8", newline="") as file:
        return {(row["kind"], row["colour"]): row for row in csv.DictReader(file)}


@cache
def album() -> tuple[Picture, ...]:
    """What has been rendered; empty before the atelier has made its first picture."""
    if not INDEX.exists():
        return ()
    entries = json.loads(INDEX.read_text("utf-8"))
    return tuple(Picture(e["name"], e["kind"], e["finish"], e["view"]) for e in entries)


@cache
def pictures(kind: str, colour: str) -> tuple[str, ...]:
    """Up to three names, the best first: the hero, its detail and its look, else a detail of the kind."""
    of_kind = [picture for picture in album() if picture.kind == kind]
    heroes = [picture for picture in of_kind if picture.view == "hero"]
    if not heroes:
        return ()
    finish = min(heroes, key=lambda picture: (_distance(kind, colour, picture.finish), picture.name)).finish
    same = sorted((p for p in of_kind if p.finish == finish), key=lambda p: (p.view != "hero", p.name))
    details = sorted((p for p in of_kind if p.finish != finish and p.view == "detail"), key=lambda p: p.name)
    return tuple(picture.name for picture in [*same, *details][:3])


def _distance(kind: str, one: str, other: str) -> float:
    """Distance of two colours of a kind, zero for the same; a colour nobody has written down is far from
    all.
    """
    if one == other:
        return 0.0
    known = colours()
    if (kind, one) not in known or (kind, other) not in known:
        return 1e9
    first, second = (known[kind, colour]["hex"] for colour in (one, other))
    return 1.0 + sum((int(first[i : i + 2], 16) - int(second[i : i + 2], 16)) ** 2 for i in (1, 3, 5))
