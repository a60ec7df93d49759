"""Shopify's product CSV, with older or newer column names: several rows a product, some only for pictures."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from enfilade.catalogue.descriptions import plain
from enfilade.catalogue.entries import PictureEntry, ProductEntry, TextEntry, VariantEntry
from enfilade.catalogue.options import options_of
from enfilade.channels import cells
from enfilade.channels.catalogues import (
    DESCRIPTION_CHARACTERS_MAX,
    HANDLE_CHARACTERS_MAX,
    NAME_CHARACTERS_MAX,
    WORD_CHARACTERS_MAX,
    Group,
    Offered,
    PriceList,
    grouped,
    keyed,
    picture,
    price,
    refused_group,
)
from enfilade.channels.cells import CellRefused
from enfilade.channels.files import Row
from enfilade.channels.imports import Item, Notice, Refusal

#: The newer export's names → those of the older one, which the rest of this file uses.
_RENAMED = {
    "url handle": "handle",
    "description": "body (html)",
    "published on online store": "published",
    "sku": "variant sku",
    "barcode": "variant barcode",
    "price": "variant price",
    "inventory quantity": "variant inventory qty",
    "product image url": "image src",
    "variant image url": "variant image",
}


@dataclass(frozen=True, slots=True)
class ShopifyReading:
    """`language` the texts are in; `currency` of the prices; `with_stock` counts the inventory column."""

    language: str
    currency: str
    prices: PriceList
    with_stock: bool = False


def recognises(columns: list[str]) -> bool:
    """Whether the header is Shopify's."""
    names = {_RENAMED.get(name, name) for name in columns}
    return {"handle", "title"} <= names and bool(names & {"option1 name", "variant price", "body (html)"})


def read_catalogue(
    rows: Iterable[Row | Refusal], reading: ShopifyReading
) -> Iterator[Item[Offered] | Refusal | Notice]:
    """The products of the rows."""
    renamed = (row if isinstance(row, Refusal) else _renamed(row) for row in rows)
    for group in grouped(renamed, lambda row: cells.required(row, "handle", HANDLE_CHARACTERS_MAX)):
        if isinstance(group, Refusal):
            yield group
        else:
            yield from _product(group, reading)


def _renamed(row: Row) -> Row:
    return Row(row.line, {_RENAMED.get(name, name): value for name, value in row.cells.items()})


def _product(group: Group, reading: ShopifyReading) -> Iterator[Item[Offered] | Refusal | Notice]:
    head = group.rows[0]
    try:
        common = _common(head, reading)
    except CellRefused as refused:
        yield from refused_group(group, refused, head.line)
        return
    # Only a product's first row names its options; the others give values alone.
    names = [cells.text(head, f"option{number} name", WORD_CHARACTERS_MAX) or "" for number in (1, 2, 3)]
    variants: list[VariantEntry] = []
    pictures: dict[tuple[str, str], PictureEntry] = {}
    of_variants: list[PictureEntry] = []
    on_hand: dict[str, int] = {}
    rows_taken = 0
    for row in group.rows:
        try:
            if (shot := cells.text(row, "image src", cells.ADDRESS_CHARACTERS_MAX)) is not None:
                alt = cells.text(row, "image alt text", NAME_CHARACTERS_MAX) or ""
                found = picture("image src", shot, alt)
                pictures.setdefault((found.name, found.source_url), found)
            if _is_variant(row, head):
                variant = _variant(row, names, reading)
                if (shot := cells.text(row, "variant image", cells.ADDRESS_CHARACTERS_MAX)) is not None:
                    of_variants.append(picture("variant image", shot))
                if reading.with_stock:
                    quantity = cells.whole(row, "variant inventory qty", -1_000_000, 1_000_000)
                    if quantity is not None:
                        on_hand[keyed(variant.options)] = quantity
                    if quantity is not None and quantity < 0:
                        yield Notice(row.line, f"{quantity} on hand: counted as none")
                variants.append(variant)
            rows_taken += 1
        except CellRefused as refused:
            yield refused.at(row.line)
    if rows_taken == 0:
        return
    for shown in of_variants:
        pictures.setdefault((shown.name, shown.source_url), shown)
    product = ProductEntry(
        line=head.line,
        handle=group.handle,
        brand=common.brand,
        family=common.family,
        gender=common.gender,
        published=common.published,
        texts=common.texts,
        variants=variants,
        pictures=list(pictures.values()),
    )
    yield Item(head.line, rows_taken, Offered(product, on_hand))


def _common(head: Row, reading: ShopifyReading) -> ProductEntry:
    name = cells.text(head, "title", NAME_CHARACTERS_MAX)
    body = cells.text(head, "body (html)", DESCRIPTION_CHARACTERS_MAX)
    family = cells.text(head, "type", WORD_CHARACTERS_MAX)
    category = cells.text(head, "product category", 1000)
    if family is None and category is not None:
        family = category.split(">")[-1].strip()[:WORD_CHARACTERS_MAX]
    published = cells.yes_no(head, "published")
    status = (cells.text(head, "status", 40) or "active").lower()
    said = TextEntry(reading.language, plain(name) if name else None, plain(body) if body else None)
    return ProductEntry(
        line=head.line,
        handle="",
        brand=cells.text(head, "vendor", WORD_CHARACTERS_MAX),
        family=family,
        gender=cells.text(head, "google shopping / gender", WORD_CHARACTERS_MAX),
        published=False if status != "active" else published,
        texts=[said] if said.name or said.description else [],
    )


def _is_variant(row: Row, head: Row) -> bool:
    # A row with nothing but a picture belongs to the product, not to a variant.
    return row is head or any(
        name in row.cells
        for name in ("option1 value", "option2 value", "option3 value", "variant sku", "variant price")
    )


def _variant(row: Row, names: list[str], reading: ShopifyReading) -> VariantEntry:
    options: dict[str, str] = {}
    for number, name in enumerate(names, 1):
        value = cells.text(row, f"option{number} value", WORD_CHARACTERS_MAX)
        if value is not None:
            options[name or f"option {number}"] = value
    sku = cells.text(row, "variant sku", WORD_CHARACTERS_MAX)
    barcode = cells.text(row, "variant barcode", WORD_CHARACTERS_MAX)
    value = cells.text(row, "variant price", 100)
    return VariantEntry(
        line=row.line,
        options=options_of(options),
        # Spreadsheets keep codes as text by a leading apostrophe; Shopify exports it.
        sku=sku.removeprefix("'") or None if sku else None,
        barcode=barcode.removeprefix("'") if barcode else None,
        prices=reading.prices.entries(price("variant price", value, reading.currency)) if value else [],
    )
