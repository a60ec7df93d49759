"""A maison's catalogue as rows: from its own file when it is drawn in full, composed otherwise, with the
pictures that exist.
"""

import csv
from functools import cache
from pathlib import Path

from enfilade.world.cities import city_named
from enfilade.world.compose import Row, derived_pieces, variant_rows, written_pieces
from enfilade.world.maisons import Maison, maisons
from enfilade.world.pictures import pictures
from enfilade.world.scale import Scale

HERE = Path(__file__).parent


@cache
def catalogue_rows(scale: Scale, maison: Maison) -> tuple[Row, ...]:
    """One row a variant. A retailer owns no piece, so it has none."""
    if maison.kind == "retailer":
        return ()
    if not maison.drawn:
        pieces = derived_pieces(maison, scale.seed, scale.pieces_min, scale.pieces_max)
        return tuple(
            _pictured(row) for row in variant_rows(maison, pieces, _number(maison), _made_in(maison))
        )
    with (HERE / "catalogue" / f"{maison.slug}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_pictured(row) for row in csv.DictReader(file))


def composed_rows(maison: Maison) -> list[Row]:
    """What catalogue/{slug}.csv holds, put together anew from words/{slug}.toml."""
    return list(variant_rows(maison, written_pieces(maison.slug), _number(maison), _made_in(maison)))


def _pictured(row: Row) -> Row:
    kind, _, colour = row["picture_1"].partition("-")
    found = [*pictures(kind, colour), "", "", ""]
    return row | {"picture_1": found[0], "picture_2": found[1], "picture_3": found[2]}


def _number(maison: Maison) -> int:
    return [m.slug for m in maisons()].index(maison.slug) + 1


def _made_in(maison: Maison) -> str:
    return city_named(maison.city).country
