"""Google Merchant product feeds, XML (RSS 2.0, Atom) and TSV: one entry a variant, grouped by item_group_id.

XML is parsed as it streams: no entities are resolved, nothing is fetched, no node outlives its entry.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from enfilade.catalogue.descriptions import plain
from enfilade.catalogue.entries import PictureEntry, ProductEntry, TextEntry, VariantEntry
from enfilade.catalogue.options import options_of
from enfilade.channels import cells
from enfilade.channels.catalogues import (
    DESCRIPTION_CHARACTERS_MAX,
    HANDLE_CHARACTERS_MAX,
    NAME_CHARACTERS_MAX,
    PICTURES_MAX,
    WORD_CHARACTERS_MAX,
    Group,
    Offered,
    PriceList,
    grouped,
    picture,
    price,
)
from enfilade.channels.cells import CellRefused
from enfilade.channels.files import Row
from enfilade.channels.imports import FileRefused, Item, Notice, Refusal

# lxml ships no types of its own.
etree: Any = import_module("lxml.etree")

GOOGLE = "http://base.google.com/ns/1.0"
_OPTIONS = ("color", "size", "material", "pattern")
#: Joins the several values of one name; no XML text can hold it.
_AND = "\x1f"


@dataclass(frozen=True, slots=True)
class GoogleReading:
    """`language` the feed is written in; sale prices count while they are in effect at `now`."""

    language: str
    prices: PriceList
    now: datetime


def recognises(columns: list[str]) -> bool:
    """Whether the header is that of a product feed."""
    return {"id", "title"} <= set(columns) and bool(
        {"price", "image link", "image_link", "gtin"} & set(columns)
    )


class XmlFeed:
    """The entries of an XML feed as rows. Use `with`."""

    def __init__(self, path: Path) -> None:
        self.path, self.size = path, path.stat().st_size
        self.notices: list[Notice] = []
        self._file = path.open("rb")

    def __enter__(self) -> "XmlFeed":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def position(self) -> int:
        """Bytes read so far."""
        return self._file.tell()

    def rows(self) -> Iterator[Row | Refusal]:
        """Every item or entry. XML that breaks off is refused at its line; what came before is taken."""
        entries = etree.iterparse(
            self._file,
            events=("end",),
            tag=("{*}item", "{*}entry"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        line = 0
        try:
            for _, node in entries:
                if line == 0 and node.getroottree().docinfo.internalDTD is not None:
                    raise FileRefused("the feed declares a DTD", "export it without one")
                line = int(node.sourceline or line + 1)
                yield _row(node, line)
                # Freed with the siblings before it: the tree never grows beyond one entry.
                node.clear()
                while node.getprevious() is not None:
                    del node.getparent()[0]
        except etree.XMLSyntaxError as error:
            if line == 0:
                raise FileRefused(f"not XML: {error.msg}", "export the feed again") from None
            yield Refusal(
                int(error.lineno or line),
                "",
                "",
                f"the XML breaks off: {error.msg}",
                "repair it or export it again; what stands before was read",
            )
        if line == 0:
            raise FileRefused("the XML holds no item and no entry", "export RSS 2.0 or Atom")


def _row(node: Any, line: int) -> Row:
    values: dict[str, str] = {}
    for child in node:
        tag = etree.QName(child)
        if not isinstance(child.tag, str) or (
            tag.namespace not in (GOOGLE, None) and "Atom" not in str(tag.namespace)
        ):
            continue
        said = (
            str(child.get("href") or "") if tag.localname == "link" and child.get("href") else _inside(child)
        )
        name = tag.localname.lower()
        if not said.strip():
            continue
        if name == "additional_image_link" and name in values:
            values[name] += _AND + said
        else:
            # Both <title> and <g:title> may stand: Google's own name wins.
            values[name] = said if tag.namespace == GOOGLE else values.get(name, said)
    return Row(line, values)


def _inside(node: Any) -> str:
    return "".join(str(piece) for piece in node.itertext())


def read_catalogue(
    rows: Iterable[Row | Refusal], reading: GoogleReading
) -> Iterator[Item[Offered] | Refusal | Notice]:
    """The products of the feed; a price in a currency no market has is noticed, the piece taken without."""
    plain_names = (
        row
        if isinstance(row, Refusal)
        else Row(row.line, {_name(key): value for key, value in row.cells.items()})
        for row in rows
    )
    for group in grouped(plain_names, _handle):
        if isinstance(group, Refusal):
            yield group
        else:
            yield from _product(group, reading)


def _name(column: str) -> str:
    return re.sub(r"^g:", "", column).replace(" ", "_")


def _handle(row: Row) -> str:
    return cells.text(row, "item_group_id", HANDLE_CHARACTERS_MAX) or cells.required(
        row, "id", HANDLE_CHARACTERS_MAX
    )


def _product(group: Group, reading: GoogleReading) -> Iterator[Item[Offered] | Refusal | Notice]:
    variants: list[VariantEntry] = []
    pictures: dict[tuple[str, str], PictureEntry] = {}
    common: ProductEntry | None = None
    for row in group.rows:
        try:
            variant, unsold = _variant(row, reading)
            said = _common(row, reading)
            for shot in _pictures(row):
                pictures.setdefault((shot.name, shot.source_url), shot)
        except CellRefused as refused:
            yield refused.at(row.line)
            continue
        if unsold:
            yield Notice(row.line, f"no market sells in {unsold}: taken without its price")
        variants.append(variant)
        common = common or said
    if common is None:
        return
    product = ProductEntry(
        line=variants[0].line,
        handle=group.handle,
        brand=common.brand,
        family=common.family,
        gender=common.gender,
        texts=common.texts,
        variants=variants,
        pictures=list(pictures.values())[:PICTURES_MAX],
    )
    yield Item(product.line, len(variants), Offered(product))


def _common(row: Row, reading: GoogleReading) -> ProductEntry:
    name = cells.required(row, "title", NAME_CHARACTERS_MAX)
    body = cells.text(row, "description", DESCRIPTION_CHARACTERS_MAX)
    kind = cells.text(row, "product_type", 1000) or cells.text(row, "google_product_category", 1000) or ""
    family = kind.split(">")[-1].strip()
    return ProductEntry(
        line=row.line,
        handle="",
        brand=cells.text(row, "brand", WORD_CHARACTERS_MAX),
        # The category may be a number of Google's; that is no word of the maison's.
        family=None if not family or family.isdigit() else family[:WORD_CHARACTERS_MAX],
        gender=cells.text(row, "gender", WORD_CHARACTERS_MAX),
        texts=[TextEntry(reading.language, plain(name), plain(body) if body else None)],
    )


def _variant(row: Row, reading: GoogleReading) -> tuple[VariantEntry, str]:
    column, value = "price", cells.text(row, "price", 100)
    sale = cells.text(row, "sale_price", 100)
    if sale is not None and _in_effect(cells.text(row, "sale_price_effective_date", 100), reading.now):
        column, value = "sale_price", sale
    # A feed's price carries its code; one without counts in the maison's only currency.
    money = None
    if value is not None:
        bare = re.fullmatch(r"[\d\s.,']+", value) is not None
        money = price(column, value, reading.prices.only_currency() if bare else None)
    entries = reading.prices.entries(money) if money is not None else []
    variant = VariantEntry(
        line=row.line,
        options=options_of({name: cells.text(row, name, WORD_CHARACTERS_MAX) or "" for name in _OPTIONS}),
        sku=cells.required(row, "id", WORD_CHARACTERS_MAX),
        barcode=cells.text(row, "gtin", WORD_CHARACTERS_MAX),
        prices=entries,
    )
    return variant, money.currency if money is not None and not entries else ""


def _in_effect(between: str | None, now: datetime) -> bool:
    if between is None:
        return True
    try:
        begin, end = (datetime.fromisoformat(part.strip()) for part in between.split("/"))
        return begin <= now < end
    except (ValueError, TypeError):
        raise CellRefused(
            "sale_price_effective_date",
            between,
            "is not two dates with offsets",
            "write begin/end in ISO 8601",
        ) from None


def _pictures(row: Row) -> list[PictureEntry]:
    shots = [cells.text(row, "image_link", cells.ADDRESS_CHARACTERS_MAX)]
    further = row.cells.get("additional_image_link", "")
    # Several in a TSV cell are separated by commas, which an address may hold too: only before a scheme.
    shots += [part.strip() for part in re.split(rf"{_AND}|,(?=\s*https?://)", further)]
    return [picture("image_link", shot) for shot in shots if shot]
