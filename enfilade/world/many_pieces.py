"""A maison's catalogue by COPY: read by the reader of our own format, written as the importer would, then published."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.catalogue.entries import ProductEntry
from enfilade.catalogue.options import option_key
from enfilade.catalogue.publish import bring_in_line
from enfilade.catalogue.slugs import product_slug
from enfilade.channels.catalogues import PriceList
from enfilade.channels.files import column
from enfilade.channels.imports import Item, Refusal
from enfilade.channels.own_csv import read_catalogue
from enfilade.search.indexing import index_pieces
from enfilade.world.catalogue import Row, many_rows
from enfilade.world.chance import chance
from enfilade.world.compose import COLUMNS
from enfilade.world.copying import Copier, Ids, escaped
from enfilade.world.maisons import Maison
from enfilade.world.reading import WorldRefused, numbered
from enfilade.world.scale import Scale


@dataclass(frozen=True, slots=True)
class Piece:
    """A variant as stock and orders need it; `names` by language, `prices` in minor units by currency."""

    id: str
    product_id: str
    sku: str
    colour: str
    size: str
    names: dict[str, str]
    prices: dict[str, int]


async def copy_pieces(
    copier: Copier,
    *,
    maison_id: UUID,
    scale: Scale,
    maison: Maison,
    variants: int,
    prices: PriceList,
    now: datetime,
) -> list[Piece]:
    """Writes and publishes the catalogue; returns its variants in the order of their ids. Raises WorldRefused."""
    ids = Ids(chance(scale.seed, "ids of pieces", maison.slug))
    moment = round(now.timestamp() * 1000)
    pieces: list[Piece] = []
    for position, entry in enumerate(_read(many_rows(scale, maison, variants), prices), 1):
        pieces += _product(copier, str(maison_id), maison, entry, position, ids, moment, now.isoformat())
        await copier.write()
    await copier.write(every=True)
    # Publishing joins what was empty a moment ago; planned for that, it would go through all prices for each variant. To analyse
    # here would keep every other maison waiting for this transaction.
    await copier.conn.execute("set local enable_nestloop = off")
    await bring_in_line(copier.conn, maison_id=maison_id, now=now)
    await index_pieces(copier.conn, maison_id=maison_id)
    await copier.conn.execute("set local enable_nestloop = on")
    pieces.sort(key=lambda piece: piece.id)
    return pieces


def _read(rows: Iterator[Row], prices: PriceList) -> Iterator[ProductEntry]:
    columns = [column(name) for name in COLUMNS]
    for item in read_catalogue(numbered(rows), columns, prices):
        if isinstance(item, Refusal):
            raise WorldRefused(item)
        if isinstance(item, Item):
            yield item.entry.product


def _product(
    copier: Copier,
    tenant: str,
    maison: Maison,
    entry: ProductEntry,
    position: int,
    ids: Ids,
    moment: int,
    now: str,
) -> Iterator[Piece]:
    product_id = ids.at(moment)
    brand = entry.brand or maison.name
    facts = "\t".join(escaped(fact or "") for fact in (brand, entry.family, entry.gender, entry.made_in))
    slug = product_slug(maison.slug, entry.handle)
    copier.add(
        "catalogue.product",
        f"{tenant}\t{product_id}\tmain\t{escaped(entry.handle)}\t{slug}\t{facts}\t"
        f"{entry.engraving_letters_max or 0}\tt\t{position}\t{now}\n",
    )
    names: dict[str, str] = {}
    for text in entry.texts:
        names[text.language] = text.name or ""
        words = "\t".join(
            escaped(word or "") for word in (text.name, text.description, text.materials, text.care)
        )
        copier.add("catalogue.product_text", f"{tenant}\t{product_id}\t{text.language}\t{words}\n")
    for number, picture in enumerate(entry.pictures, 1):
        shown = f"{escaped(picture.name)}\t{escaped(picture.source_url)}\t{escaped(picture.alt)}"
        copier.add("catalogue.picture", f"{tenant}\t{product_id}\t{number}\t{shown}\n")
    for number, variant in enumerate(entry.variants):
        variant_id = ids.at(moment)
        colour, size = variant.options.get("colour", ""), variant.options.get("size", "")
        options = escaped(json.dumps(variant.options, ensure_ascii=False))
        key = escaped(option_key(variant.options))
        copier.add(
            "catalogue.variant",
            f"{tenant}\t{variant_id}\t{product_id}\t{key}\t{options}\t{variant.sku}\t{variant.barcode or ''}\t"
            f"{escaped(colour)}\t{escaped(size)}\t{number}\n",
        )
        for price in variant.prices:
            copier.add(
                "catalogue.price",
                f"{tenant}\t{variant_id}\t{price.market}\t{now}\t{price.currency}\t{price.amount_minor}\n",
            )
        prices = {price.currency: price.amount_minor for price in variant.prices}
        yield Piece(variant_id, product_id, variant.sku or "", colour, size, names, prices)
