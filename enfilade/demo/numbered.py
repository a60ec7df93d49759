"""What a stranger finds of pieces told apart in the demo: the watches of one maison, each with the serial engraved on it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Conn, Db, many
from enfilade.stock.counts import Count, record_counts
from enfilade.stock.pieces_told import receive
from enfilade.stock.positions import STATES
from enfilade.stock.serialising import serialise
from enfilade.stock.serials import Found

MAISON = "orsanne"
FIRST = 40_001


@dataclass(frozen=True, slots=True)
class _Lying:
    """Pieces of one watch at one place; `states`: how many of them are in each of STATES."""

    maison_id: UUID
    location_id: UUID
    variant_id: UUID
    on_hand: int
    states: list[int]


async def begin(at: Addresses, *, key: bytes, now: datetime) -> None:
    """Once; a second call finds them told apart and changes nothing. `key` is not needed: nothing is sold."""
    db = Db(at.app, at.public, at.group, connections_max=2)
    await db.open()
    try:
        async with db.public() as conn:
            maison = await many(
                conn,
                _Id,
                "select maison_id as id from public_facts.maison where slug = %(slug)s",
                slug=MAISON,
            )
        for one in maison:
            async with db.acting(Actor.importer(), one.id) as conn:
                await _tell_apart(conn, one.id, now)
    finally:
        await db.close()


@dataclass(frozen=True, slots=True)
class _Id:
    id: UUID


async def _tell_apart(conn: Conn, maison_id: UUID, now: datetime) -> None:
    lying = await many(
        conn,
        _Lying,
        """
        select q.maison_id, q.location_id, q.variant_id, q.on_hand,
          array[q.display, q.damaged, q.quality_control, q.on_approval, q.vic_hold, q.at_atelier] as states
        from public_facts.product p
        join public_facts.variant v on v.product_id = p.id
        join stock.position q on q.maison_id = p.maison_id and q.variant_id = v.id
        where p.maison_id = %(maison_id)s and p.family = 'watch' and not q.serialised
          and not exists (select 1 from stock.position o where o.maison_id = q.maison_id and o.variant_id = q.variant_id
                          and (o.allocated > 0 or o.held > 0))
        order by p.position, v.id, q.location_id
        """,
        maison_id=maison_id,
    )
    await record_counts(
        conn,
        maison_id=maison_id,
        counts=[Count(one.location_id, one.variant_id, 0, now) for one in lying],
        source="count",
        now=now,
    )
    for variant_id in dict.fromkeys(one.variant_id for one in lying):
        await serialise(
            conn, maison_id=maison_id, variant_id=variant_id, serialised=True, by_id=None, now=now
        )
    serial = FIRST
    for one in lying:
        states = [state for state, count in zip(STATES, one.states, strict=True) for _ in range(count)]
        found = [
            Found(f"OR-{serial + n}", state)
            for n, state in enumerate([*states, *[None] * (one.on_hand - len(states))])
        ]
        serial += len(found)
        if found:
            await receive(
                conn,
                maison_id=maison_id,
                location_id=one.location_id,
                variant_id=one.variant_id,
                found=found,
                by_id=None,
                now=now + timedelta(milliseconds=1),
            )
