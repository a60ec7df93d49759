"""A file of catalogue, boutiques, stock or sales into a maison: its format is detected, then read and taken."""

import codecs
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, scalar
from enfilade.boutiques.locations import ids_of
from enfilade.channels import (
    boutiques_csv,
    boutiques_geojson,
    google_merchant,
    own_csv,
    sales_csv,
    shopify_csv,
    stock_csv,
)
from enfilade.channels.boutiques import BoutiquesTaking
from enfilade.channels.catalogues import CatalogueTaking, Offered, PriceList
from enfilade.channels.files import DelimitedFile, head
from enfilade.channels.google_merchant import GoogleReading, XmlFeed
from enfilade.channels.imports import FileRefused, Notice, Read, Refusal, Report, Take, run_import
from enfilade.channels.sales_csv import SalesTaking
from enfilade.channels.shopify_csv import ShopifyReading
from enfilade.channels.stock_csv import StockTaking
from enfilade.maisons.markets import markets_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asked:
    """What to import for whom and how; `on_bytes` hears how much of the file has been read, and its size."""

    path: Path
    maison_id: UUID
    now: datetime
    source: str = "main"
    dry_run: bool = False
    all_or_nothing: bool = False
    on_refusal: Callable[[Refusal], None] | None = None
    on_bytes: Callable[[int, int], None] | None = None


@dataclass(frozen=True, slots=True)
class CatalogueAsked:
    """`market_prices`: the markets the file's prices are for; `language` of a format that names none;
    `stock_location`: the code of the location whose stock the inventory column counts."""

    market_prices: tuple[str, ...] = ()
    language: str | None = None
    stock_location: str | None = None


async def import_catalogue(db: Db, asked: Asked, how: CatalogueAsked | None = None) -> Report:
    """Shopify CSV, Google Merchant XML or TSV, or our own CSV. Raises FileRefused."""
    how = how or CatalogueAsked()
    async with db.acting(Actor.importer(), asked.maison_id) as conn:
        prices = PriceList(await markets_of(conn, maison_id=asked.maison_id), how.market_prices)
        language = how.language or await _default_language(conn, asked.maison_id)
        location_id = await _location(conn, asked.maison_id, how.stock_location)
    taking = CatalogueTaking(
        maison_id=asked.maison_id, source=asked.source, now=asked.now, stock_location_id=location_id
    )
    reading = GoogleReading(language, prices, asked.now)
    first = _opening(asked.path)
    if first.startswith("<"):
        _no_stock_column(how, "a Google Merchant feed")
        with XmlFeed(asked.path) as feed:
            read = google_merchant.read_catalogue(feed.rows(), reading)
            return await _run(db, asked, "catalogue", "Google Merchant XML", feed, read, taking)
    with DelimitedFile(asked.path) as file:
        rows, columns = file.rows(), file.columns
        if shopify_csv.recognises(columns):
            shop = ShopifyReading(language, prices.only_currency(), prices, location_id is not None)
            read = shopify_csv.read_catalogue(rows, shop)
            return await _run(db, asked, "catalogue", "Shopify CSV", file, read, taking)
        if own_csv.recognises(columns):
            _no_stock_column(how, "our own catalogue CSV")
            own: Read[Offered] = own_csv.read_catalogue(rows, columns, prices)
            return await _run(db, asked, "catalogue", "own CSV", file, own, taking)
        if google_merchant.recognises(columns):
            _no_stock_column(how, "a Google Merchant feed")
            read = google_merchant.read_catalogue(rows, reading)
            return await _run(db, asked, "catalogue", "Google Merchant TSV", file, read, taking)
        raise _unknown(asked.path, "catalogue", columns)


async def import_boutiques(db: Db, asked: Asked, country: str | None = None) -> Report:
    """GeoJSON with OpenStreetMap tags, or our own CSV. Raises FileRefused."""
    taking = BoutiquesTaking(maison_id=asked.maison_id, now=asked.now)
    if _opening(asked.path).startswith(("{", "[")):
        read = boutiques_geojson.read_boutiques(asked.path, country)
        return await _run(db, asked, "boutiques", "GeoJSON", None, read, taking)
    with DelimitedFile(asked.path) as file:
        if not boutiques_csv.recognises(file.columns):
            raise _unknown(asked.path, "boutiques", file.columns)
        read = boutiques_csv.read_boutiques(file.rows())
        return await _run(db, asked, "boutiques", "own CSV", file, read, taking)


async def import_stock(db: Db, asked: Asked) -> Report:
    """Our own CSV of counts. Raises FileRefused."""
    taking = StockTaking(maison_id=asked.maison_id, source=asked.source, now=asked.now)
    with DelimitedFile(asked.path) as file:
        if not stock_csv.recognises(file.columns):
            raise _unknown(asked.path, "stock", file.columns)
        read = stock_csv.read_stock(file.rows(), asked.now)
        return await _run(db, asked, "stock", "own CSV", file, read, taking)


async def import_sales(db: Db, asked: Asked) -> Report:
    """Our own CSV of sales. Raises FileRefused."""
    taking = SalesTaking(maison_id=asked.maison_id)
    with DelimitedFile(asked.path) as file:
        if not sales_csv.recognises(file.columns):
            raise _unknown(asked.path, "sales", file.columns)
        read = sales_csv.read_sales(file.rows(), asked.now)
        return await _run(db, asked, "sales", "own CSV", file, read, taking)


async def _run(
    db: Db,
    asked: Asked,
    kind: str,
    format_: str,
    file: DelimitedFile | XmlFeed | None,
    read: Read[T],
    taking: Take[T],
) -> Report:
    report = Report(kind, format_, asked.path.name, asked.dry_run)
    for notice in file.notices if file is not None else list[Notice]():
        report.notice(notice)

    def on_batch() -> None:
        if asked.on_bytes is not None and file is not None:
            asked.on_bytes(file.position, file.size)

    return await run_import(
        db,
        maison_id=asked.maison_id,
        report=report,
        read=read,
        take=taking,
        now=asked.now,
        all_or_nothing=asked.all_or_nothing,
        on_refusal=asked.on_refusal,
        on_batch=on_batch,
    )


def _opening(path: Path) -> str:
    """The first characters of the file, whatever its encoding, to tell markup from a table."""
    first = head(path)
    encoding = "utf-16" if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    return first[:2000].decode(encoding, errors="replace").lstrip()


def _unknown(path: Path, kind: str, columns: list[str]) -> FileRefused:
    shown = ", ".join(name for name in columns[:8] if name)
    return FileRefused(
        f"{path.name} is no {kind} file we know (its columns begin {shown or 'with nothing'})",
        "compare its first line with docs/formats.md",
    )


def _no_stock_column(how: CatalogueAsked, format_: str) -> None:
    if how.stock_location is not None:
        raise FileRefused(
            f"{format_} counts no stock", "leave --stock-location out and use: enfilade import stock FILE"
        )


async def _location(conn: Conn, maison_id: UUID, code: str | None) -> UUID | None:
    if code is None:
        return None
    found = (await ids_of(conn, maison_id=maison_id, codes=[code])).get(code)
    if found is None:
        raise FileRefused(
            f"the maison has no location “{code}”", "import its boutiques first, or correct the code"
        )
    return found


async def _default_language(conn: Conn, maison_id: UUID) -> str:
    return str(
        await scalar(
            conn,
            "select default_language from maisons.maison where maison_id = %(maison_id)s",
            maison_id=maison_id,
        )
    )
