"""Our own catalogue CSV: one row a variant, texts by language, prices by currency; see docs/formats.md."""

from collections.abc import Iterable, Iterator
from typing import Literal

from enfilade.boutiques.making import LEAD_DAYS_MAX, TAKES_MAX
from enfilade.catalogue.descriptions import plain
from enfilade.catalogue.engraving import ENGRAVING_LETTERS_MAX
from enfilade.catalogue.entries import PictureEntry, PriceEntry, ProductEntry, TextEntry, VariantEntry
from enfilade.catalogue.options import options_of
from enfilade.channels import cells
from enfilade.channels.catalogues import (
    DESCRIPTION_CHARACTERS_MAX,
    HANDLE_CHARACTERS_MAX,
    NAME_CHARACTERS_MAX,
    WORD_CHARACTERS_MAX,
    Group,
    Made,
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
from enfilade.maisons.laws import KINDS

_TEXTS = ("name", "description", "materials", "care")


def recognises(columns: list[str]) -> bool:
    """Whether the header is ours: a handle and a name in some language."""
    return "handle" in columns and any(name.startswith("name_") for name in columns)


def read_catalogue(
    rows: Iterable[Row | Refusal], columns: list[str], prices: PriceList
) -> Iterator[Item[Offered] | Refusal | Notice]:
    """The products of the rows. A column for a currency no market has is noticed and passed over."""
    currencies = [name.removeprefix("price_").upper() for name in columns if name.startswith("price_")]
    sold_in = {market.currency for market in prices.in_question}
    for currency in currencies:
        if currency not in sold_in:
            yield Notice(
                1, f"price_{currency}: no market of the maison sells in {currency}; the column is passed over"
            )
    languages = sorted({name.removeprefix("name_") for name in columns if name.startswith("name_")})
    for group in grouped(rows, _handle):
        if isinstance(group, Refusal):
            yield group
        else:
            yield from _product(group, languages, [name for name in currencies if name in sold_in], prices)


def _handle(row: Row) -> str:
    return cells.required(row, "handle", HANDLE_CHARACTERS_MAX)


def _product(
    group: Group, languages: list[str], currencies: list[str], prices: PriceList
) -> Iterator[Item[Offered] | Refusal]:
    facts: dict[str, str | None] = {}
    published: bool | None = None
    engraving: int | None = None
    kinds: list[str] | None = None
    texts: dict[str, dict[str, str]] = {}
    pictures: dict[PictureEntry, None] = {}
    row = group.rows[0]
    try:
        for row in group.rows:
            for name in ("brand", "family", "gender", "made_in"):
                facts[name] = facts.get(name) or cells.text(row, name, WORD_CHARACTERS_MAX)
            if engraving is None:
                engraving = cells.whole(row, "engraving", 0, ENGRAVING_LETTERS_MAX)
            published = cells.yes_no(row, "published") if published is None else published
            kinds = _kinds(row) if kinds is None else kinds
            for language in languages:
                _texts(row, language, texts)
    except CellRefused as refused:
        yield from refused_group(group, refused, row.line)
        return
    variants: list[VariantEntry] = []
    serialised: dict[str, tuple[bool, int]] = {}
    making: dict[str, Made | None] = {}
    for row in group.rows:
        try:
            shots = _pictures(row)
            variants.append(_variant(row, currencies, prices))
            if (one_by_one := cells.yes_no(row, "serialised")) is not None:
                serialised[keyed(variants[-1].options)] = (one_by_one, row.line)
            if (made := _made(row)) is not False:
                making[keyed(variants[-1].options)] = made
            pictures |= dict.fromkeys(shots)
        except CellRefused as refused:
            yield refused.at(row.line)
    if not variants:
        return
    product = ProductEntry(
        line=group.rows[0].line,
        handle=group.handle,
        brand=facts["brand"],
        family=facts["family"],
        gender=facts["gender"],
        made_in=facts["made_in"],
        engraving_letters_max=engraving,
        published=published,
        texts=[TextEntry(language, **words) for language, words in texts.items()],
        variants=variants,
        pictures=list(pictures),
        kinds=kinds,
    )
    yield Item(product.line, len(variants), Offered(product, serialised=serialised, making=making))


def _made(row: Row) -> Made | Literal[False] | None:
    """How it is made to order; None: no more; False: nothing is said of it."""
    workshop = cells.text(row, "made_by", WORD_CHARACTERS_MAX)
    if workshop is None:
        return False
    if workshop == "none":
        return None
    days = cells.whole(row, "made_in_days", 0, LEAD_DAYS_MAX)
    if days is None:
        raise CellRefused(
            "made_in_days", "", "how many working days it takes is not said", "write a whole number of days"
        )
    return Made(
        workshop,
        days,
        cells.whole(row, "made_takes", 1, TAKES_MAX) or 1,
        cells.yes_no(row, "made_to_specification") or False,
        row.line,
    )


def _kinds(row: Row) -> list[str] | None:
    said = cells.text(row, "kinds", WORD_CHARACTERS_MAX)
    if said is None:
        return None
    words = sorted(set(said.split()) - {"none"})
    for word in words:
        if word not in KINDS:
            raise CellRefused(
                "kinds", said, f"no kind is called {word}", f"write some of {' '.join(KINDS)}, or none"
            )
    return words


def _texts(row: Row, language: str, texts: dict[str, dict[str, str]]) -> None:
    for kind in _TEXTS:
        limit = NAME_CHARACTERS_MAX if kind == "name" else DESCRIPTION_CHARACTERS_MAX
        value = cells.text(row, f"{kind}_{language}", limit)
        if value is not None and (shown := plain(value)):
            texts.setdefault(language, {}).setdefault(kind, shown)


def _pictures(row: Row) -> list[PictureEntry]:
    names = ("picture_1", "picture_2", "picture_3")
    told = [(name, cells.text(row, name, cells.ADDRESS_CHARACTERS_MAX)) for name in names]
    return [picture(name, value) for name, value in told if value is not None]


def _variant(row: Row, currencies: list[str], prices: PriceList) -> VariantEntry:
    entries: list[PriceEntry] = []
    for currency in currencies:
        column = f"price_{currency.lower()}"
        if (value := cells.text(row, column, 100)) is not None:
            entries += prices.entries(price(column, value, currency))
    return VariantEntry(
        line=row.line,
        options=options_of(
            {name: cells.text(row, name, WORD_CHARACTERS_MAX) or "" for name in ("colour", "size")}
        ),
        sku=cells.text(row, "sku", WORD_CHARACTERS_MAX),
        barcode=cells.text(row, "barcode", WORD_CHARACTERS_MAX),
        prices=entries,
    )
