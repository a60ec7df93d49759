"""Pieces that come back: on hand where they are brought, for sale again or kept aside."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from enfilade.base.db import Conn
from enfilade.stock import positions
from enfilade.stock.positions import STATES

Disposition = Literal["sellable", "display", "quality_control", "damaged", "at_atelier"]
DISPOSITIONS: tuple[Disposition, ...] = ("sellable", "display", "quality_control", "damaged", "at_atelier")


@dataclass(frozen=True, slots=True)
class Returned:
    """Pieces of one variant that came back, and what becomes of them. `cause_id`: the line of the return."""

    cause_id: UUID
    variant_id: UUID
    quantity: int
    disposition: Disposition


async def take_in(
    conn: Conn, *, maison_id: UUID, location_id: UUID, pieces: list[Returned], now: datetime
) -> None:
    """Each is on hand at the location from now on, where it came from or not; a count taken before does not know of it.

    Positions are locked in the order of their keys.
    """
    for piece in sorted(pieces, key=lambda piece: piece.variant_id):
        position = await positions.there(conn, maison_id, location_id, piece.variant_id, now)
        await positions.change(
            conn,
            maison_id=maison_id,
            position=position,
            on_hand=position.on_hand + piece.quantity,
            states=tuple(
                count + (piece.quantity if state == piece.disposition else 0)
                for state, count in zip(STATES, position.states, strict=True)
            ),
            kind="returned",
            cause="return",
            cause_id=piece.cause_id,
            as_of=max(now, position.as_of),
            now=now,
        )
