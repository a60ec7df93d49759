"""A maison's catalogue as rows: from its own file when it is drawn in full, composed otherwise, with the
pictures that exist.
"""

import csv
from collections.abc import Iterator
from functools import cache
from itertools import chain, islice
from pathlib import Path

from enfilade.world.brands import brand_rows
from enfilade.world.cities import city_named
from enfilade.world.compose import Row, derived_pieces, endless_pieces, variant_rows, written_pieces
from enfilade.world.maisons import Maison, number_of
from enfilade.world.pictures import pictures
from enfilade.world.scale import Scale

HERE = Path(__file__).parent


@cache
def catalogue_rows(scale: Scale, maison: Maison) -> tuple[Row, ...]:
    """One row a variant. The store has the pieces of its third-party brands."""
    if maison.kind == "retailer":
        return tuple(_pictured(row) for row in brand_rows(maison))
    if not maison.drawn:
        pieces = derived_pieces(maison, scale.seed, scale.pieces_min, scale.pieces_max)
        return tuple(
            _pictured(row) for row in variant_rows(maison, pieces, number_of(maison), _made_in(maison))
        )
    with (HERE / "catalogue" / f"{maison.slug}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_pictured(row) for row in csv.DictReader(file))


def many_rows(scale: Scale, maison: Maison, variants: int) -> Iterator[Row]:
    """So many rows, one at a time: the maison's own file where it has one, then piece after piece composed."""
    if maison.kind == "retailer":
        return iter(())
    own = list(catalogue_rows(scale, maison)) if maison.drawn else []
    handles = len({row["handle"] for row in own})
    pieces = endless_pieces(maison, scale.seed)
    composed = variant_rows(
        maison, pieces, number_of(maison), _made_in(maison), after_pieces=handles, after_variants=len(own)
    )
    return islice(chain(own, (_pictured(row) for row in composed)), variants)


def composed_rows(maison: Maison) -> list[Row]:
    """What catalogue/{slug}.csv holds, put together anew from words/{slug}.toml."""
    return list(variant_rows(maison, written_pieces(maison.slug), number_of(maison), _made_in(maison)))


def _pictured(row: Row) -> Row:
    kind, _, colour = row["picture_1"].partition("-")
    found = [*pictures(kind, colour), "", "", ""]
    return row | {"picture_1": found[0], "picture_2": found[1], "picture_3": found[2]}


def _made_in(maison: Maison) -> str:
    return city_named(maison.city).country
