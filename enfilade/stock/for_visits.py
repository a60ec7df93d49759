"""Transfers that bring a piece to a visit: held where it lies, then on its way, then held in the boutique for who comes.

Such a transfer keeps what arrives for its holder until a moment (`keeps_for`, `keeps_until`); let go, it is ordinary stock on
arrival. Appointments are above: they hear of the steps by facts. Lock order: the appointment, transfers by id, positions.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base import facts
from enfilade.base.db import Conn, execute, many, tuples
from enfilade.stock import holds
from enfilade.stock.events import TransferAsked, TransferCancelled
from enfilade.stock.holds import Demand, NotEnoughStock

#: Working days of a way the maison no longer names, on which something is all the same.
DAYS_UNSAID = 3


@dataclass(frozen=True, slots=True)
class Way:
    """A place that could give a piece to a boutique, ready there at that moment; the boutique itself: None."""

    to_location_id: UUID
    variant_id: UUID
    location_id: UUID
    ready_about: datetime | None
    distance_km: float


@dataclass(frozen=True, slots=True)
class Waiting:
    """A piece that is kept for a visit at a place, and has not left it."""

    variant_id: UUID
    location_id: UUID


async def ways(
    conn: Conn,
    *,
    maison_id: UUID,
    location_ids: list[UUID],
    variant_ids: list[UUID],
    since: datetime,
    besides: list[Waiting],
) -> list[Way]:
    """For each boutique and variant: the boutique itself where it can set one aside, else who could send one.

    The days of docs/algorithms/ship-to-store.md, as from `since`. Reads published facts only, and locks nothing. `besides`:
    what is kept for the same visit already.
    """
    return await many(
        conn,
        Way,
        """
        with wanted as (
          select n.variant_id, coalesce(p.kinds, '{}') as kinds from unnest(%(variants)s::uuid[]) as n(variant_id)
          left join public_facts.variant v on v.id = n.variant_id
          left join public_facts.product p on p.id = v.product_id
        ), place as materialized (
          select * from public_facts.boutique where maison_id = %(maison_id)s and id = any(%(places)s::uuid[])
        ), lies as materialized (
          select n.variant_id, n.kinds, a.location_id, a.reserve, a.ship from wanted n
          join public_facts.availability a on a.maison_id = %(maison_id)s and a.variant_id = n.variant_id
          union all
          select n.variant_id, n.kinds, b.location_id, 0, 1 from wanted n
          join unnest(%(own)s::uuid[], %(own_places)s::uuid[]) as b(variant_id, location_id) on b.variant_id = n.variant_id
        ), origin as materialized (
          select o.id, o.country, o.latitude, o.longitude,
            public_facts.leaves_on(o.id, o.preparation_minutes, o.zone, %(since)s) as leaves_on
          from public_facts.boutique o
          where o.id in (select location_id from lies where ship > 0)
            and exists (select 1 from public_facts.promise_terms t where t.maison_id = %(maison_id)s
              and t.ship_to_store_days is not null)
        )
        select d.id as to_location_id, l.variant_id, l.location_id, null::timestamptz as ready_about,
          0::float8 as distance_km
        from place d join lies l on l.location_id = d.id and l.reserve > 0
        union all
        select s.* from (
          select d.id as to_location_id, l.variant_id, o.id as location_id,
            public_facts.ready_after(d.id, d.preparation_minutes, d.zone, public_facts.working_day(o.leaves_on, t.days))
              as ready_about, coalesce(public_facts.distance_km(d.latitude, d.longitude, o.latitude, o.longitude), 0)
              as distance_km
          from place d cross join lies l join origin o on o.id = l.location_id and o.id <> d.id
          cross join lateral (select public_facts.travel_days(%(maison_id)s, o.id, o.country, d.id, d.country) as days) t
          where l.ship > 0 and t.days is not null
            and (cardinality(l.kinds) = 0 or public_facts.may_go(%(maison_id)s, l.kinds, o.country, d.country))) s
        where s.ready_about is not null
        """,
        maison_id=maison_id,
        places=location_ids,
        variants=variant_ids,
        since=since,
        own=[one.variant_id for one in besides],
        own_places=[one.location_id for one in besides],
    )


async def ask(
    conn: Conn,
    *,
    maison_id: UUID,
    transfer_id: UUID,
    from_location_id: UUID,
    to_location_id: UUID,
    variant_id: UUID,
    keeps_for: UUID,
    keeps_until: datetime,
    now: datetime,
) -> None:
    """One piece, held where it lies as a parcel to a client would be. Raises NotEnoughStock: then roll back to before."""
    await execute(
        conn,
        """
        insert into stock.transfer (maison_id, id, from_location_id, to_location_id, reason, asked_at, keeps_for, keeps_until)
        values (%(maison_id)s, %(id)s, %(origin)s, %(to)s, 'for_order', %(now)s, %(keeps_for)s, %(until)s)
        """,
        maison_id=maison_id,
        id=transfer_id,
        origin=from_location_id,
        to=to_location_id,
        keeps_for=keeps_for,
        until=keeps_until,
        now=now,
    )
    await execute(
        conn,
        """
        insert into stock.transfer_line (maison_id, transfer_id, variant_id, asked)
        values (%(maison_id)s, %(id)s, %(variant_id)s, 1)
        """,
        maison_id=maison_id,
        id=transfer_id,
        variant_id=variant_id,
    )
    await holds.claim(
        conn,
        maison_id=maison_id,
        purpose="transfer",
        holder_id=transfer_id,
        demands=[Demand(from_location_id, variant_id, 1)],
        method="ship",
        expires_at=keeps_until,
        now=now,
    )
    fact = TransferAsked(transfer_id, from_location_id, to_location_id, 1, None)
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])


@dataclass(frozen=True, slots=True)
class _Open:
    id: UUID
    state: str
    from_location_id: UUID


async def _open(conn: Conn, maison_id: UUID, keeps_for: UUID, transfer_id: UUID | None = None) -> list[_Open]:
    """Those that still bring something to the holder, locked in order."""
    return await many(
        conn,
        _Open,
        """
        select id, state, from_location_id from stock.transfer
        where maison_id = %(maison_id)s and keeps_for = %(keeps_for)s and keeps_until is not null and ended_at is null
          and (%(id)s::uuid is null or id = %(id)s) order by id for no key update
        """,
        maison_id=maison_id,
        keeps_for=keeps_for,
        id=transfer_id,
    )


async def let_go(
    conn: Conn, *, maison_id: UUID, keeps_for: UUID, now: datetime, transfer_id: UUID | None = None
) -> None:
    """Nobody waits for these any more, or for this one: called off where it has not left, else ordinary stock on arrival."""
    found = await _open(conn, maison_id, keeps_for, transfer_id)
    if not found:
        return
    waiting = [one for one in found if one.state != "sent"]
    await execute(
        conn,
        """
        update stock.transfer set keeps_until = null, state = case when state = 'sent' then state else 'cancelled' end,
          ended_at = case when state = 'sent' then null else %(now)s::timestamptz end
        where maison_id = %(maison_id)s and id = any(%(ids)s::uuid[])
        """,
        maison_id=maison_id,
        ids=[one.id for one in found],
        now=now,
    )
    for one in waiting:
        await holds.release(conn, maison_id=maison_id, holder_id=one.id)
    news: list[facts.Fact] = [TransferCancelled(one.id, one.from_location_id, by_id=None) for one in waiting]
    await facts.record(conn, maison_id=maison_id, now=now, facts=news)


async def extend(conn: Conn, *, maison_id: UUID, keeps_for: UUID, until: datetime) -> None:
    """What is brought to the holder is kept until then at least, where it lies and where it arrives."""
    found = await _open(conn, maison_id, keeps_for)
    if not found:
        return
    await execute(
        conn,
        """
        update stock.transfer set keeps_until = greatest(keeps_until, %(until)s)
        where maison_id = %(maison_id)s and id = any(%(ids)s::uuid[])
        """,
        maison_id=maison_id,
        ids=[one.id for one in found],
        until=until,
    )
    for one in found:
        if one.state == "asked":
            await holds.extend(conn, maison_id=maison_id, holder_id=one.id, expires_at=until)


async def tried(conn: Conn, *, maison_id: UUID, keeps_for: UUID, variant_id: UUID) -> set[UUID]:
    """The places that were asked to give this piece to the holder."""
    found = await tuples(
        conn,
        """
        select t.from_location_id from stock.transfer t
        join stock.transfer_line l on l.maison_id = t.maison_id and l.transfer_id = t.id and l.variant_id = %(variant_id)s
        where t.maison_id = %(maison_id)s and t.keeps_for = %(keeps_for)s
        """,
        maison_id=maison_id,
        keeps_for=keeps_for,
        variant_id=variant_id,
    )
    return {location_id for (location_id,) in found}


async def keep(
    conn: Conn,
    *,
    maison_id: UUID,
    location_id: UUID,
    keeps_for: UUID,
    keeps_until: datetime,
    variant_ids: list[UUID],
    now: datetime,
) -> None:
    """What has just come out of the box is held for whom it was brought, before anybody else sees it; the caller received it."""
    for variant_id in sorted(variant_ids):
        try:
            async with conn.transaction():
                await holds.claim(
                    conn,
                    maison_id=maison_id,
                    purpose="appointment",
                    holder_id=keeps_for,
                    demands=[Demand(location_id, variant_id, 1)],
                    method="counter",
                    expires_at=keeps_until,
                    now=now,
                )
        except NotEnoughStock:
            # It was promised beyond what is there, as a count may leave it: the appointment hears that the parcel came.
            continue
