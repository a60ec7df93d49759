"""Room in a workshop for what is made to order: held with a checkout, kept by its order, given back as its lines end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from enfilade.base.db import Conn, many
from enfilade.boutiques import making
from enfilade.boutiques.making import Wanted


class ToMake(Protocol):
    """A line whose piece may have to be made."""

    @property
    def variant_id(self) -> UUID: ...
    @property
    def quantity(self) -> int: ...
    @property
    def make_by(self) -> date | None: ...
    @property
    def workshop_id(self) -> UUID | None: ...


def needed_by(lines: Sequence[ToMake]) -> list[Wanted]:
    """What the lines need of workshops; nothing where all of it exists."""
    return [
        Wanted(line.variant_id, line.workshop_id, line.quantity, line.make_by)
        for line in lines
        if line.make_by is not None and line.workshop_id is not None
    ]


async def hold(
    conn: Conn,
    *,
    maison_id: UUID,
    checkout_id: UUID,
    lines: Sequence[ToMake],
    until: datetime,
    now: datetime,
) -> None:
    """Claims what the checkout's lines at this maison need, until then. Raises workshops.NoRoom."""
    if wanted := needed_by(lines):
        await making.claim(
            conn, maison_id=maison_id, holder_id=checkout_id, wanted=wanted, expires_at=until, now=now
        )


async def keep(
    conn: Conn,
    *,
    maison_id: UUID,
    checkout_id: UUID,
    order_id: UUID,
    lines: Sequence[ToMake],
    now: datetime,
) -> None:
    """The order has what its checkout claimed. Raises workshops.NoRoom where it lapsed and others have it."""
    if wanted := needed_by(lines):
        await making.keep(
            conn, maison_id=maison_id, holder_id=checkout_id, order_id=order_id, wanted=wanted, now=now
        )


@dataclass(frozen=True, slots=True)
class _Still:
    variant_id: UUID
    pieces: int


async def give_back(conn: Conn, *, maison_id: UUID, order_id: UUID) -> None:
    """The order keeps room for what is still to be given, and no more. Repeated, nothing changes."""
    rows = await many(
        conn,
        _Still,
        """
        select variant_id, coalesce(sum(quantity) filter (where state not in ('cancelled', 'refused')), 0)::integer as pieces
        from orders.order_line where maison_id = %(maison_id)s and order_id = %(order_id)s and make_by is not null
        group by variant_id
        """,
        maison_id=maison_id,
        order_id=order_id,
    )
    if rows:
        needs = {row.variant_id: row.pieces for row in rows}
        await making.leave(conn, maison_id=maison_id, holder_id=order_id, needs=needs)
