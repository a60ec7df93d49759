"""Which known variant an entry speaks of. Pure: values in, decisions out.

A SKU decides first, then the options. An entry whose SKU is new to a variant known by its options renames it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from enfilade.catalogue.entries import ProductEntry, RefusedEntry, VariantEntry
from enfilade.catalogue.options import option_key


@dataclass(frozen=True, slots=True)
class KnownVariant:
    """A variant as it stands, with its product's source and handle."""

    id: UUID
    product_id: UUID
    source: str
    handle: str
    option_key: str
    sku: str | None


@dataclass(frozen=True, slots=True)
class Match:
    """`entry` is the known variant `known`, or a new one (None)."""

    entry: VariantEntry
    key: str
    known: KnownVariant | None


def merged(products: Iterable[ProductEntry], refused: list[RefusedEntry]) -> list[ProductEntry]:
    """One entry a handle, one variant a set of options and a SKU; what contradicts itself is refused."""
    by_handle: dict[str, ProductEntry] = {}
    for product in products:
        first = by_handle.get(product.handle)
        by_handle[product.handle] = product if first is None else _joined(first, product)
    skus: dict[str, str] = {}
    return [replace(product, variants=_distinct(product, skus, refused)) for product in by_handle.values()]


def _joined(first: ProductEntry, later: ProductEntry) -> ProductEntry:
    texts = {text.language: text for text in (*first.texts, *later.texts)}
    return replace(
        first,
        brand=later.brand or first.brand,
        family=later.family or first.family,
        gender=later.gender or first.gender,
        made_in=later.made_in or first.made_in,
        engraving_letters_max=first.engraving_letters_max
        if later.engraving_letters_max is None
        else later.engraving_letters_max,
        published=first.published if later.published is None else later.published,
        texts=list(texts.values()),
        variants=[*first.variants, *later.variants],
        pictures=list(dict.fromkeys([*first.pictures, *later.pictures])),
    )


def _distinct(product: ProductEntry, skus: dict[str, str], refused: list[RefusedEntry]) -> list[VariantEntry]:
    kept: dict[str, VariantEntry] = {}
    for entry in product.variants:
        key = option_key(entry.options)
        first = kept.get(key)
        if first is not None:
            if (first.sku or entry.sku) == entry.sku or entry.sku is None:
                kept[key] = _richer(first, entry)
                if entry.sku:
                    skus.setdefault(entry.sku, product.handle)
            else:
                refused.append(
                    RefusedEntry(
                        entry.line,
                        "sku",
                        entry.sku,
                        f"the same options as line {first.line}, under another SKU ({first.sku})",
                        "give the two variants different options, or remove one",
                    )
                )
            continue
        if entry.sku is not None:
            if (other := skus.get(entry.sku)) is not None:
                refused.append(
                    RefusedEntry(
                        entry.line,
                        "sku",
                        entry.sku,
                        f"the SKU already stands in this file, for “{other}”",
                        "give every variant a SKU of its own",
                    )
                )
                continue
            skus[entry.sku] = product.handle
        kept[key] = entry
    return list(kept.values())


def _richer(first: VariantEntry, later: VariantEntry) -> VariantEntry:
    # The same variant told twice: what the first row left out, the later one may say.
    return replace(
        first,
        sku=first.sku or later.sku,
        barcode=first.barcode or later.barcode,
        prices=first.prices or later.prices,
    )


def match(
    product: ProductEntry,
    known: list[KnownVariant],
    by_sku: dict[str, KnownVariant],
    source: str,
    refused: list[RefusedEntry],
) -> list[Match]:
    """Decides for each variant of a merged entry; `known` are its variants, `by_sku` the maison's."""
    entries: list[VariantEntry] = []
    for entry in product.variants:
        owner = by_sku.get(entry.sku) if entry.sku is not None else None
        if owner is not None and (owner.source, owner.handle) != (source, product.handle):
            refused.append(
                RefusedEntry(
                    entry.line,
                    "sku",
                    entry.sku or "",
                    f"the SKU belongs to “{owner.handle}” ({owner.source}); a SKU never changes product",
                    "correct the SKU, or import the piece under that handle and source",
                )
            )
        else:
            entries.append(entry)
    while True:
        matches = _matches(entries, known, by_sku)
        taken = {found.known.id for found in matches if found.known is not None}
        keys = {variant.option_key for variant in known if variant.id not in taken}
        clash = next((found for found in matches if found.key in keys), None)
        if clash is None:
            return matches
        refused.append(
            RefusedEntry(
                clash.entry.line,
                "options",
                clash.key,
                f"SKU {clash.entry.sku} takes the options of a variant the file does not mention",
                "include that variant with its new options, or give this one different options",
            )
        )
        entries.remove(clash.entry)


def _matches(
    entries: list[VariantEntry], known: list[KnownVariant], by_sku: dict[str, KnownVariant]
) -> list[Match]:
    claimed: dict[int, KnownVariant] = {}
    for index, entry in enumerate(entries):
        if entry.sku is not None and entry.sku in by_sku:
            claimed[index] = by_sku[entry.sku]
    taken = {variant.id for variant in claimed.values()}
    free = {variant.option_key: variant for variant in known if variant.id not in taken}
    matches: list[Match] = []
    for index, entry in enumerate(entries):
        key = option_key(entry.options)
        matches.append(Match(entry, key, claimed.get(index) or free.get(key)))
    return matches
