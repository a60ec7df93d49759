"""Shortages: what a fact took away beyond all promises. A person looks, finds out, and says that it is resolved."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, execute, many, maybe


@dataclass(frozen=True, slots=True)
class Shortage:
    """So many pieces more were sold or counted away than were there."""

    id: UUID
    location_id: UUID
    variant_id: UUID
    quantity: int
    cause: str
    recorded_at: datetime
    resolved_at: datetime | None


async def open_shortages(
    conn: Conn, *, maison_id: UUID, location_ids: list[UUID] | None, most: int = 100
) -> list[Shortage]:
    """The unresolved ones, oldest first, at these locations (None: at all of the maison's)."""
    return await many(
        conn,
        Shortage,
        """
        select id, location_id, variant_id, quantity, cause, recorded_at, resolved_at from stock.shortage
        where maison_id = %(maison_id)s and resolved_at is null
          and (%(everywhere)s or location_id = any(%(locations)s::uuid[]))
        order by recorded_at, id limit %(most)s
        """,
        maison_id=maison_id,
        everywhere=location_ids is None,
        locations=location_ids or [],
        most=most,
    )


async def shortage(conn: Conn, *, maison_id: UUID, shortage_id: UUID) -> Shortage | None:
    """One of them, resolved or not."""
    return await maybe(
        conn,
        Shortage,
        """
        select id, location_id, variant_id, quantity, cause, recorded_at, resolved_at from stock.shortage
        where maison_id = %(maison_id)s and id = %(shortage_id)s
        """,
        maison_id=maison_id,
        shortage_id=shortage_id,
    )


async def resolve(conn: Conn, *, maison_id: UUID, shortage_id: UUID, by_id: UUID, now: datetime) -> bool:
    """A person has seen to it. False when it was resolved before."""
    touched = await execute(
        conn,
        """
        update stock.shortage set resolved_at = %(now)s, resolved_by = %(by_id)s
        where maison_id = %(maison_id)s and id = %(shortage_id)s and resolved_at is null
        """,
        maison_id=maison_id,
        shortage_id=shortage_id,
        by_id=by_id,
        now=now,
    )
    return bool(touched)


async def reopen(conn: Conn, *, maison_id: UUID, shortage_id: UUID) -> bool:
    """Undoes `resolve`. False when it is open."""
    touched = await execute(
        conn,
        """
        update stock.shortage set resolved_at = null, resolved_by = null
        where maison_id = %(maison_id)s and id = %(shortage_id)s and resolved_at is not null
        """,
        maison_id=maison_id,
        shortage_id=shortage_id,
    )
    return bool(touched)
