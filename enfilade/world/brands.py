"""The third-party brands of the multi-brand store and their pieces, read from brands.toml: the same in every world."""

import tomllib
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from enfilade.base.db import Conn
from enfilade.catalogue import brands
from enfilade.world.compose import Piece, Row, kinds, variant_rows
from enfilade.world.maisons import Maison
from enfilade.world.words import Words, slug_of

HERE = Path(__file__).parent
#: In the numbers of its barcodes the store stands before the first maison.
NUMBER = 0


def brand_rows(store: Maison) -> Iterator[Row]:
    """One row a variant of the store's catalogue, brand after brand."""
    pieces = variants = 0
    for entry in _entries():
        own = [_piece(entry["name"], piece) for piece in entry["piece"]]
        rows = variant_rows(
            store, iter(own), NUMBER, entry["made_in"], after_pieces=pieces, after_variants=variants
        )
        for row in rows:
            variants += 1
            yield row | ({"brand": entry["name"]} if row["brand"] else {})
        pieces += len(own)


async def keep_brands(conn: Conn, *, maison_id: UUID, now: datetime) -> None:
    """Keeps and shows them all; those that stand already stay as they are."""
    known = {one.name: one.id for one in await brands.brands_of(conn, maison_id=maison_id)}
    for entry in _entries():
        name, city, country, number = entry["company"]
        texts = asdict(Words.of(entry["text"]))
        told = brands.Brand(entry["name"], entry["terms"], name, city, country, number, texts)
        brand_id = await brands.keep(
            conn, maison_id=maison_id, brand=told, now=now, brand_id=known.get(told.name)
        )
        await brands.publish(conn, maison_id=maison_id, brand_id=brand_id, now=now)


def _piece(brand: str, entry: dict[str, Any]) -> Piece:
    kind: str = entry["kind"]
    words = {"name": entry["name"], "description": entry["text"]}
    words |= {text: kinds()[kind][text] for text in ("materials", "care")}
    return Piece(
        handle=slug_of(f"{brand} {entry['name'][0]}"),
        kind=kind,
        gender=kinds()[kind]["gender"],
        texts={text: Words.of(four) for text, four in words.items()},
        colours=tuple(entry["colours"]),
        sizes=tuple(kinds()[kind].get("sizes", ("",))),
        price=entry["price"],
    )


@cache
def _entries() -> list[dict[str, Any]]:
    return tomllib.loads((HERE / "brands.toml").read_text("utf-8"))["brand"]
