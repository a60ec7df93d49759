"""What every catalogue format shares: markets its prices are for, pictures, and how a batch is taken."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn
from enfilade.base.money import Money
from enfilade.boutiques.making import Making, set_making
from enfilade.boutiques.workshops import workshops
from enfilade.catalogue.entries import PictureEntry, PriceEntry, ProductEntry, RefusedEntry
from enfilade.catalogue.options import option_key
from enfilade.catalogue.products import upsert_products
from enfilade.channels.cells import CellRefused, address
from enfilade.channels.files import UNWRITABLE, Row
from enfilade.channels.imports import FileRefused, Notice, Refusal, Taken
from enfilade.channels.prices import PriceRefused, read_price
from enfilade.maisons.markets import Market
from enfilade.stock.counts import Count, record_counts
from enfilade.stock.serialising import InStockStill, serialise

HANDLE_CHARACTERS_MAX = 200
NAME_CHARACTERS_MAX = 300
WORD_CHARACTERS_MAX = 200
DESCRIPTION_CHARACTERS_MAX = 50_000
PICTURES_MAX = 50
VARIANTS_MAX = 2000


@dataclass(frozen=True, slots=True)
class PriceList:
    """The markets a file's prices are for. Without `chosen` markets: all of a price's currency."""

    markets: list[Market]
    chosen: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        known = {market.code for market in self.markets}
        for code in self.chosen:
            if code not in known:
                raise FileRefused(
                    f"the maison has no market “{code}”",
                    f"choose among {', '.join(sorted(known)) or 'none yet'}",
                )

    @property
    def in_question(self) -> list[Market]:
        """The markets that get prices from this file."""
        return [market for market in self.markets if not self.chosen or market.code in self.chosen]

    def only_currency(self) -> str:
        """The currency of a file that names none. Raises FileRefused where the markets have several."""
        currencies = sorted({market.currency for market in self.in_question})
        if len(currencies) == 1:
            return currencies[0]
        if not currencies:
            raise FileRefused("the maison has no market, so no price can be taken", "open a market first")
        raise FileRefused(
            f"the file names no currency and the maison sells in {', '.join(currencies)}",
            "say which markets its prices are for with --market-prices CODE",
        )

    def entries(self, money: Money) -> list[PriceEntry]:
        """The price in every market of its currency; none where the maison has no such market."""
        return [
            PriceEntry(market.code, money.currency, money.minor)
            for market in self.in_question
            if market.currency == money.currency
        ]


def price(column: str, value: str, currency: str | None) -> Money:
    """The price in a cell, above zero. Raises CellRefused."""
    try:
        money = read_price(value, currency)
    except PriceRefused as refused:
        raise CellRefused(column, value, refused.reason, refused.remedy) from None
    if money.minor == 0:
        raise CellRefused(
            column, value, "a price of nothing", "leave the cell blank if the piece is not for sale"
        )
    return money


def picture(column: str, value: str, alt: str = "") -> PictureEntry:
    """A picture at an address, or one of ours by its name."""
    if UNWRITABLE.search(alt):
        raise CellRefused(column, ascii(alt), "holds a character that is no text", "remove it")
    if ":" in value or "/" in value:
        return PictureEntry(source_url=address(column, value), alt=alt[:NAME_CHARACTERS_MAX])
    if len(value) > WORD_CHARACTERS_MAX or not all(sign.isalnum() or sign in "-_." for sign in value):
        raise CellRefused(
            column,
            value,
            "is neither an address nor the name of a picture",
            "use letters, digits and hyphens",
        )
    return PictureEntry(name=value, alt=alt[:NAME_CHARACTERS_MAX])


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of one product that stand together."""

    handle: str
    rows: list[Row]


def grouped(rows: Iterable[Row | Refusal], handle_of: Callable[[Row], str]) -> Iterator[Group | Refusal]:
    """Neighbouring rows with the same handle, as one product. A row whose handle is refused is refused."""
    group: Group | None = None
    for row in rows:
        if isinstance(row, Refusal):
            yield row
            continue
        try:
            handle = handle_of(row)
        except CellRefused as refused:
            yield refused.at(row.line)
            continue
        if group is not None and group.handle == handle and len(group.rows) < VARIANTS_MAX:
            group.rows.append(row)
            continue
        if group is not None:
            yield group
        group = Group(handle, [row])
    if group is not None:
        yield group


def refused_group(group: Group, refused: CellRefused, line: int) -> Iterator[Refusal]:
    """Every row of a product whose common part was refused on `line`."""
    for row in group.rows:
        if row.line == line:
            yield refused.at(line)
        else:
            yield Refusal(
                row.line,
                refused.column,
                "",
                f"belongs to a piece refused on line {line}",
                "correct that line",
            )


@dataclass(frozen=True, slots=True)
class Offered:
    """A product as a file offers it, with what the file says is on hand, by option key."""

    product: ProductEntry
    on_hand: dict[str, int] = field(default_factory=dict[str, int])
    #: By option key: whether it is counted piece by piece, and the line that says so.
    serialised: dict[str, tuple[bool, int]] = field(default_factory=dict[str, tuple[bool, int]])
    #: By option key: how it is made to order, None for no more.
    making: dict[str, "Made | None"] = field(default_factory=dict[str, "Made | None"])


@dataclass(frozen=True, slots=True)
class Made:
    """A variant made to order by the workshop of this name, as a line of a file says it."""

    workshop: str
    lead_days: int
    takes: int
    to_specification: bool
    line: int


class CatalogueTaking:
    """Writes batches of one file; remembers its handles, so that a product told in two places adds up."""

    def __init__(
        self, *, maison_id: UUID, source: str, now: datetime, stock_location_id: UUID | None = None
    ) -> None:
        self._maison_id, self._source, self._now = maison_id, source, now
        self._stock_location_id = stock_location_id
        # Eight bytes a handle instead of its text: a million products stay below a hundred megabytes.
        self._seen: set[int] = set()

    async def __call__(self, conn: Conn, batch: list[Offered]) -> Taken:
        """The batch in the caller's transaction."""
        products: list[ProductEntry] = []
        for offered in batch:
            known = hash(offered.product.handle) in self._seen
            products.append(replace(offered.product, more_pictures=True) if known else offered.product)
        upserted = await upsert_products(
            conn, maison_id=self._maison_id, source=self._source, products=products, now=self._now
        )
        figures = {
            "products new": upserted.new,
            "products changed": upserted.changed,
            "products unchanged": upserted.unchanged,
            "variants new": upserted.variants_new,
            "prices new or changed": upserted.prices_changed,
        }
        notices: list[Notice] = []
        if self._stock_location_id is not None:
            figures["positions counted"] = await self._count(conn, batch, upserted.variant_ids)
        refusals = [_refusal(refused) for refused in upserted.refused]
        refusals += await self._serialise(conn, batch, upserted.variant_ids)
        refusals += await self._make(conn, batch, upserted.variant_ids)
        # Only now: a batch that is tried again in halves must see the handles as it did the first time.
        self._seen.update(hash(offered.product.handle) for offered in batch)
        return Taken(refusals, notices, figures)

    async def _serialise(
        self, conn: Conn, batch: list[Offered], variant_ids: dict[tuple[str, str], UUID]
    ) -> list[Refusal]:
        """What the file says of how variants are counted; while there is stock of one, that stays as it was."""
        refusals: list[Refusal] = []
        for offered in batch:
            for key, (serialised, line) in offered.serialised.items():
                if (variant_id := variant_ids.get((offered.product.handle, key))) is None:
                    continue
                try:
                    await serialise(
                        conn,
                        maison_id=self._maison_id,
                        variant_id=variant_id,
                        serialised=serialised,
                        by_id=None,
                        now=self._now,
                    )
                except InStockStill as refused:
                    said = "yes" if serialised else "no"
                    refusals.append(
                        Refusal(line, "serialised", said, str(refused), "change it when there is none left")
                    )
        return refusals

    async def _make(
        self, conn: Conn, batch: list[Offered], variant_ids: dict[tuple[str, str], UUID]
    ) -> list[Refusal]:
        """What the file says of pieces made to order."""
        told = {
            variant_id: made
            for offered in batch
            for key, made in offered.making.items()
            if (variant_id := variant_ids.get((offered.product.handle, key))) is not None
        }
        if not told:
            return []
        known = {
            one.name: one.id for one in await workshops(conn, maison_id=self._maison_id) if one.location_id
        }
        refusals: list[Refusal] = []
        for variant_id, made in told.items():
            making = None
            if made is not None:
                if made.workshop not in known:
                    refusals.append(
                        Refusal(
                            made.line,
                            "made_by",
                            made.workshop,
                            "no workshop with a place has this name",
                            "write its name as the studio shows it",
                        )
                    )
                    continue
                making = Making(known[made.workshop], made.lead_days, made.takes, made.to_specification)
            await set_making(conn, maison_id=self._maison_id, variant_ids=[variant_id], making=making)
        return refusals

    async def _count(self, conn: Conn, batch: list[Offered], variant_ids: dict[tuple[str, str], UUID]) -> int:
        assert self._stock_location_id is not None
        counts = {
            variant_id: Count(
                location_id=self._stock_location_id,
                variant_id=variant_id,
                on_hand=max(0, on_hand),
                as_of=self._now,
            )
            for offered in batch
            for key, on_hand in offered.on_hand.items()
            if (variant_id := variant_ids.get((offered.product.handle, key))) is not None
        }
        await record_counts(
            conn, maison_id=self._maison_id, counts=list(counts.values()), source=self._source, now=self._now
        )
        return len(counts)


def keyed(options: dict[str, str]) -> str:
    """The key under which `Offered.on_hand` counts a variant."""
    return option_key(options)


def _refusal(refused: RefusedEntry) -> Refusal:
    return Refusal(refused.line, refused.column, refused.value[:80], refused.reason, refused.remedy)
