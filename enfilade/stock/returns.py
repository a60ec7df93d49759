"""Pieces that come back: on hand where they are brought, for sale again or kept aside."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from enfilade.base.db import Conn
from enfilade.stock import pieces_told, positions
from enfilade.stock.positions import STATES
from enfilade.stock.serials import Found

Disposition = Literal["sellable", "display", "quality_control", "damaged", "at_atelier"]
DISPOSITIONS: tuple[Disposition, ...] = ("sellable", "display", "quality_control", "damaged", "at_atelier")


@dataclass(frozen=True, slots=True)
class Returned:
    """Pieces of one variant that came back, and what becomes of them. `cause_id`: the line of the return."""

    cause_id: UUID
    variant_id: UUID
    quantity: int
    disposition: Disposition
    #: Where the variant is counted piece by piece: which they are, and the order line that sold them.
    serials: tuple[str, ...] = ()
    order_line_id: UUID | None = None


async def take_in(
    conn: Conn, *, maison_id: UUID, location_id: UUID, pieces: list[Returned], now: datetime
) -> None:
    """Each is on hand at the location from now on, where it came from or not; a count taken before does not know of it.

    Positions are locked in the order of their keys. Raises SayTheSerials, SerialRefused for a piece that the line did not sell.
    """
    for piece in sorted(pieces, key=lambda piece: piece.variant_id):
        position = await positions.there(conn, maison_id, location_id, piece.variant_id, now)
        if position.serialised:
            await pieces_told.take_in(
                conn,
                maison_id=maison_id,
                location_id=location_id,
                variant_id=piece.variant_id,
                order_line_id=piece.order_line_id,
                found=[
                    Found(serial, None if piece.disposition == "sellable" else piece.disposition)
                    for serial in piece.serials
                ],
                quantity=piece.quantity,
                cause_id=piece.cause_id,
                now=now,
            )
            continue
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
