"""Duties of a checkout: asked once its pieces are held, outside any transaction, and frozen with its lines; or it is not sold.

`docs/algorithms/duties.md`.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

import structlog

from enfilade.base.db import Conn, execute
from enfilade.base.money import Money
from enfilade.duties.quote import Consignment, DutiesQuote, DutiesSilent, DutiesUnknown, Line, Quote
from enfilade.orders.placing import PlacingLine

log = structlog.get_logger()


class DutiesNotQuoted(Exception):
    """Nobody says what customs will ask for these pieces there, and the maison does not leave it to the door."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


@dataclass(frozen=True, slots=True)
class Abroad:
    """A line that crosses a customs border. `at_door`: its maison sells it too where nobody quotes."""

    line: PlacingLine
    origin: str
    destination: str
    hs_code: str
    made_in: str
    at_door: bool

    @property
    def value(self) -> Money:
        """Without tax."""
        return Money(self.line.total.minor - self.line.tax.minor, self.line.currency)


@dataclass(frozen=True, slots=True)
class Frozen:
    """What a line's client pays of duties, and who collects it. `until` None: it holds as it is."""

    line: PlacingLine
    duties: str
    duty_minor: int
    until: datetime | None


async def ask(
    who: DutiesQuote | None,
    *,
    checkout_id: UUID,
    abroad: Sequence[Abroad],
    timeout_seconds: float,
    now: datetime,
) -> list[Frozen]:
    """What is owed for these lines, each consignment asked by itself; what nobody quotes is left to the door where it may.

    Raises DutiesNotQuoted. Call it outside any transaction.
    """
    found: list[Frozen] = []
    ways = sorted({(one.line.selling_maison_id, one.origin, one.destination) for one in abroad})
    for maison_id, origin, destination in ways:
        these = [
            one
            for one in abroad
            if (one.line.selling_maison_id, one.origin, one.destination) == (maison_id, origin, destination)
        ]
        consignment = Consignment(
            checkout_id,
            origin,
            destination,
            [
                Line(_number(one), one.line.name, one.hs_code, one.made_in, one.line.quantity, one.value)
                for one in these
            ],
        )
        quote = await _quoted(who, consignment, timeout_seconds, now)
        if quote is None:
            if not all(one.at_door for one in these):
                raise DutiesNotQuoted([one.line.name for one in these])
            found += [Frozen(one.line, "at_door", 0, None) for one in these]
            continue
        owed = {line.id: line.total for line in quote.lines}
        found += [Frozen(one.line, "paid", owed[_number(one)].minor, quote.valid_until) for one in these]
    return found


def _number(one: Abroad) -> UUID:
    """Of its line: a variant may stand in several, with other words on each."""
    return uuid5(one.line.variant_id, str(one.line.line))


async def _quoted(
    who: DutiesQuote | None, consignment: Consignment, timeout_seconds: float, now: datetime
) -> Quote | None:
    if who is None:
        return None
    try:
        async with asyncio.timeout(timeout_seconds):
            quote = await who.quote(consignment=consignment, now=now)
    except (TimeoutError, DutiesSilent, DutiesUnknown, OSError) as error:
        log.warning("duties not quoted", by=who.name, error=type(error).__name__)
        return None
    asked = {line.id: line.value.currency for line in consignment.lines}
    if {line.id: line.total.currency for line in quote.lines} != asked:
        log.warning("duties quoted otherwise than asked", by=who.name)
        return None
    return quote


async def freeze(conn: Conn, *, maison_id: UUID, checkout_id: UUID, found: list[Frozen]) -> int:
    """Writes them beside the lines of an open checkout in the store's tenant; returns how many."""
    return await execute(
        conn,
        """
        update orders.checkout_line l set duties = f.duties, duty_minor = f.duty_minor, duties_until = f.until
        from unnest(%(maisons)s::uuid[], %(variants)s::uuid[], %(numbers)s::smallint[], %(duties)s::text[],
          %(minors)s::bigint[], %(until)s::timestamptz[]) as f(selling_maison_id, variant_id, line, duties, duty_minor, until)
        where l.maison_id = %(maison_id)s and l.checkout_id = %(checkout_id)s and l.variant_id = f.variant_id
          and l.line = f.line and l.selling_maison_id = f.selling_maison_id and l.duties = 'asked'
          and exists (select 1 from orders.checkout c
            where c.maison_id = l.maison_id and c.id = l.checkout_id and c.state = 'open')
        """,
        maison_id=maison_id,
        checkout_id=checkout_id,
        maisons=[one.line.selling_maison_id for one in found],
        variants=[one.line.variant_id for one in found],
        numbers=[one.line.line for one in found],
        duties=[one.duties for one in found],
        minors=[one.duty_minor for one in found],
        until=[one.until for one in found],
    )
