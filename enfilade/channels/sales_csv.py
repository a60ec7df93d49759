"""Sales made elsewhere, past and present, one line a row, by channel; see docs/formats.md."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast, get_args
from uuid import UUID

from enfilade.base.db import Conn
from enfilade.base.money import Money
from enfilade.boutiques.locations import ids_of
from enfilade.channels import cells
from enfilade.channels.boutiques_csv import CODE_CHARACTERS_MAX
from enfilade.channels.catalogues import WORD_CHARACTERS_MAX
from enfilade.channels.cells import CellRefused
from enfilade.channels.files import Row
from enfilade.channels.imports import Item, Notice, Refusal, Taken
from enfilade.channels.prices import PriceRefused, read_price
from enfilade.channels.stock_csv import unknown_location
from enfilade.orders.external_sales import Channel, ExternalSale, record_external_sales

_CHANNELS = get_args(Channel)
#: Where a row does not say: the promise of these was made online. A reservation is shown apart.
_ONLINE = frozenset({"web"})
VISIT_CHARACTERS_MAX = 60


@dataclass(frozen=True, slots=True)
class ToldSale:
    """A line as a file tells it; `location` is a code, blank where no place had a part in it."""

    line: int
    location: str | None
    sale: ExternalSale


def recognises(columns: list[str]) -> bool:
    """Whether the header is ours."""
    return {"reference", "sold_at", "channel"} <= set(columns)


def read_sales(rows: Iterable[Row | Refusal], now: datetime) -> Iterator[Item[ToldSale] | Refusal | Notice]:
    """A sale's line a row."""
    for row in rows:
        if isinstance(row, Refusal):
            yield row
            continue
        try:
            yield Item(row.line, 1, _sale(row, now))
        except CellRefused as refused:
            yield refused.at(row.line)


def _sale(row: Row, now: datetime) -> ToldSale:
    channel = cells.required(row, "channel", 40)
    if channel not in _CHANNELS:
        raise CellRefused("channel", channel, "is not a channel", f"write one of {', '.join(_CHANNELS)}")
    sold_at = cells.moment(row, "sold_at", now)
    if sold_at is None:
        raise CellRefused("sold_at", "", "is blank", "write when it was sold, with the offset")
    quantity = cells.whole(row, "quantity", -1000, 1000)
    if not quantity:
        raise CellRefused(
            "quantity",
            str(quantity or ""),
            "says no piece was sold",
            "write 1 or more, negative for a return",
        )
    currency = cells.required(row, "currency", 10).upper()
    if re.fullmatch(r"[A-Z]{3}", currency) is None:
        raise CellRefused("currency", currency, "is not a currency code", "write three letters, like EUR")
    net, tax = _amount(row, "net_amount", currency), _amount(row, "tax_amount", currency)
    for column, amount in (("net_amount", net), ("tax_amount", tax)):
        if amount.minor * quantity < 0:
            raise CellRefused(
                column,
                row.cells.get(column, ""),
                "has another sign than the quantity",
                "a return is negative in both",
            )
    promised_online = cells.yes_no(row, "promised_online")
    location = cells.text(row, "location", CODE_CHARACTERS_MAX)
    if location is None and channel == "boutique":
        raise CellRefused("location", "", "is blank for a sale in a boutique", "write the boutique's code")
    return ToldSale(
        row.line,
        location,
        ExternalSale(
            reference=cells.required(row, "reference", WORD_CHARACTERS_MAX),
            sold_at=sold_at,
            channel=cast("Channel", channel),
            location_id=None,
            sku=cells.required(row, "sku", WORD_CHARACTERS_MAX),
            quantity=quantity,
            net_minor=net.minor,
            tax_minor=tax.minor,
            currency=currency,
            promised_online=channel in _ONLINE if promised_online is None else promised_online,
            collected=cells.yes_no(row, "collected") or False,
            visit=cells.text(row, "visit", VISIT_CHARACTERS_MAX) or "",
        ),
    )


def _amount(row: Row, column: str, currency: str) -> Money:
    value = cells.text(row, column, 100)
    if value is None:
        if column == "tax_amount":
            return Money(0, currency)
        raise CellRefused(column, "", "is blank", "write the amount without tax")
    try:
        return read_price(value, currency, signed=True)
    except PriceRefused as refused:
        raise CellRefused(column, value, refused.reason, refused.remedy) from None


class SalesTaking:
    """Records batches of sales, known by their reference."""

    def __init__(self, *, maison_id: UUID) -> None:
        self._maison_id = maison_id
        self._locations: dict[str, UUID] = {}

    async def __call__(self, conn: Conn, batch: list[ToldSale]) -> Taken:
        """The batch in the caller's transaction."""
        unknown = sorted({told.location for told in batch if told.location} - self._locations.keys())
        if unknown:
            self._locations |= await ids_of(conn, maison_id=self._maison_id, codes=unknown)
        sales: list[ExternalSale] = []
        refusals: list[Refusal] = []
        for told in batch:
            if told.location is not None and told.location not in self._locations:
                refusals.append(unknown_location(told.line, told.location))
            else:
                at = self._locations[told.location] if told.location is not None else None
                sales.append(replace(told.sale, location_id=at))
        recorded = await record_external_sales(conn, maison_id=self._maison_id, sales=sales)
        return Taken(
            refusals,
            figures={
                "sales new": recorded.new,
                "sales corrected": recorded.corrected,
                "sales unchanged": len({(sale.reference, sale.sku) for sale in sales})
                - recorded.new
                - recorded.corrected,
            },
        )
