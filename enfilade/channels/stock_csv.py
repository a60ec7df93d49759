"""Stock by file: what is on hand of a SKU at a location, how much of it not for sale; see docs/formats.md."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, many
from enfilade.boutiques.locations import ids_of
from enfilade.channels import cells
from enfilade.channels.boutiques_csv import CODE_CHARACTERS_MAX
from enfilade.channels.catalogues import WORD_CHARACTERS_MAX
from enfilade.channels.cells import CellRefused
from enfilade.channels.files import Row
from enfilade.channels.imports import Item, Notice, Refusal, Taken
from enfilade.stock import pieces_told
from enfilade.stock.counts import Count, record_counts
from enfilade.stock.positions import STATES
from enfilade.stock.serials import Found, SerialRefused

PIECES_MAX = 1_000_000


@dataclass(frozen=True, slots=True)
class ToldCount:
    """A count as a file tells it, by code and SKU."""

    line: int
    location: str
    sku: str
    on_hand: int
    states: tuple[int, ...]
    as_of: datetime
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sku:
    """A variant by its SKU; `serialised`: counted piece by piece."""

    id: UUID
    sku: str
    serialised: bool


def recognises(columns: list[str]) -> bool:
    """Whether the header is ours."""
    return {"location", "sku", "on_hand"} <= set(columns)


def read_stock(rows: Iterable[Row | Refusal], now: datetime) -> Iterator[Item[ToldCount] | Refusal | Notice]:
    """A count a row; without `as_of` it is known as of `now`."""
    for row in rows:
        if isinstance(row, Refusal):
            yield row
            continue
        try:
            yield Item(row.line, 1, _count(row, now))
        except CellRefused as refused:
            yield refused.at(row.line)


def _count(row: Row, now: datetime) -> ToldCount:
    on_hand = cells.whole(row, "on_hand", 0, PIECES_MAX)
    if on_hand is None:
        raise CellRefused("on_hand", "", "is blank", "write 0 where there is none")
    states = tuple(cells.whole(row, state, 0, PIECES_MAX) or 0 for state in STATES)
    if sum(states) > on_hand:
        raise CellRefused(
            "on_hand",
            str(on_hand),
            f"{sum(states)} pieces are not for sale, and only {on_hand} are on hand",
            "count the pieces on display and the like in on_hand too",
        )
    return ToldCount(
        line=row.line,
        location=cells.required(row, "location", CODE_CHARACTERS_MAX),
        sku=cells.required(row, "sku", WORD_CHARACTERS_MAX),
        on_hand=on_hand,
        states=states,
        as_of=cells.moment(row, "as_of", now) or now,
        serials=tuple(row.cells.get("serials", "").replace(",", " ").replace(";", " ").split()),
    )


class StockTaking:
    """Records batches of counts; a later row for the same place and SKU replaces the earlier one."""

    def __init__(self, *, maison_id: UUID, source: str, now: datetime) -> None:
        self._maison_id, self._source, self._now = maison_id, source, now
        # A maison has hundreds of locations, not millions: asked once.
        self._locations: dict[str, UUID] = {}

    async def __call__(self, conn: Conn, batch: list[ToldCount]) -> Taken:
        """The batch in the caller's transaction."""
        unknown = sorted({told.location for told in batch} - self._locations.keys())
        if unknown:
            self._locations |= await ids_of(conn, maison_id=self._maison_id, codes=unknown)
        variants = await variants_of(conn, maison_id=self._maison_id, skus=[told.sku for told in batch])
        lost = 0
        counts: dict[tuple[UUID, UUID], Count] = {}
        refusals: list[Refusal] = []
        for told in batch:
            location_id, variant = self._locations.get(told.location), variants.get(told.sku)
            if location_id is None:
                refusals.append(unknown_location(told.line, told.location))
            elif variant is None:
                refusals.append(
                    Refusal(
                        told.line,
                        "sku",
                        told.sku,
                        "no piece of the maison has this SKU",
                        "import the catalogue first",
                    )
                )
            elif variant.serialised or told.serials:
                try:
                    lost += await self._count_pieces(conn, told, location_id, variant)
                except SerialRefused as refused:
                    refusals.append(
                        Refusal(
                            told.line,
                            "serials",
                            refused.serial,
                            refused.reason,
                            "see docs/formats.md, serials",
                        )
                    )
            else:
                counts[location_id, variant.id] = Count(
                    location_id=location_id,
                    variant_id=variant.id,
                    on_hand=told.on_hand,
                    as_of=told.as_of,
                    **dict(zip(STATES, told.states, strict=True)),
                )
        shortfalls = await record_counts(
            conn, maison_id=self._maison_id, counts=list(counts.values()), source=self._source, now=self._now
        )
        return Taken(
            refusals=refusals,
            figures={
                "positions counted": len(counts),
                "order lines to source again": lost + sum(len(short.order_line_ids) for short in shortfalls),
                "pieces missing": sum(short.missing for short in shortfalls),
            },
        )

    async def _count_pieces(self, conn: Conn, told: ToldCount, location_id: UUID, variant: Sku) -> int:
        """What was found by serials; returns the order lines that lost their piece. Raises SerialRefused, changing nothing."""
        if not variant.serialised:
            raise SerialRefused(told.serials[0], "this piece is counted by number, not by serials")
        if len(told.serials) != told.on_hand or any(told.states):
            raise SerialRefused("", f"{told.on_hand} on hand: name as many serials, and no states")
        async with conn.transaction():
            shortfall = await pieces_told.count(
                conn,
                maison_id=self._maison_id,
                location_id=location_id,
                variant_id=variant.id,
                found=[Found(serial) for serial in told.serials],
                source=self._source,
                by_id=None,
                as_of=told.as_of,
                now=self._now,
            )
        return len(shortfall.order_line_ids)


def unknown_location(line: int, code: str) -> Refusal:
    """The refusal of a row that names a location the maison has not."""
    return Refusal(
        line, "location", code, "the maison has no location of this code", "import the boutiques first"
    )


async def variants_of(conn: Conn, *, maison_id: UUID, skus: list[str]) -> dict[str, Sku]:
    """The maison's variants with these SKUs; an unknown SKU is absent."""
    known = await many(
        conn,
        Sku,
        """
        select v.id, v.sku, exists (select 1 from stock.serialised s
          where s.maison_id = v.maison_id and s.variant_id = v.id) as serialised
        from catalogue.variant v where v.maison_id = %(maison_id)s and v.sku = any(%(skus)s::text[])
        """,
        maison_id=maison_id,
        skus=skus,
    )
    return {variant.sku: variant for variant in known}


async def variant_ids(conn: Conn, *, maison_id: UUID, skus: list[str]) -> dict[str, UUID]:
    """Their ids alone."""
    known = await variants_of(conn, maison_id=maison_id, skus=skus)
    return {sku: variant.id for sku, variant in known.items()}
