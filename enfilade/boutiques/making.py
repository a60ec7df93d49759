"""Making: which variants a maison's workshops make to order, and the room that checkouts and orders have claimed for it.

A claim is one guarded statement; expiry is judged when read. Lock order as of workshops: all of them by id, then claims, then
their days. docs/algorithms/made-to-order.md tells it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from enfilade.base.db import Conn, execute, many, maybe
from enfilade.boutiques import workshops
from enfilade.boutiques.workshops import NoRoom, NoSuchWorkshop

LEAD_DAYS_MAX = 250
TAKES_MAX = 1000
#: How far ahead room is looked for, as `public_facts.made_by` does.
AHEAD_DAYS = 90


class MakingUnclear(Exception):
    """What is made needs sensible figures; `field` is the wrong one."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True, slots=True)
class Making:
    """How a variant is made: `lead_days` working days after its room, of which one piece `takes` so much of a day's."""

    workshop_id: UUID
    lead_days: int
    takes: int = 1
    to_specification: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """A variant that is made so."""

    variant_id: UUID
    workshop_id: UUID
    lead_days: int
    takes: int
    to_specification: bool


async def made(conn: Conn, *, maison_id: UUID) -> list[Made]:
    """All that the maison makes to order."""
    return await many(
        conn,
        Made,
        """
        select variant_id, workshop_id, lead_days, takes, to_specification from public_facts.made_to_order
        where maison_id = %(maison_id)s order by variant_id
        """,
        maison_id=maison_id,
    )


async def set_making(
    conn: Conn, *, maison_id: UUID, variant_ids: Sequence[UUID], making: Making | None
) -> None:
    """In force for what is checked out from now on; None: made no more. Raises MakingUnclear, NoSuchWorkshop."""
    if making is None:
        await execute(
            conn,
            """
            delete from public_facts.made_to_order
            where maison_id = %(maison_id)s and variant_id = any(%(variants)s::uuid[])
            """,
            maison_id=maison_id,
            variants=list(variant_ids),
        )
        return
    if not 0 <= making.lead_days <= LEAD_DAYS_MAX:
        raise MakingUnclear("lead_days")
    if not 1 <= making.takes <= TAKES_MAX:
        raise MakingUnclear("takes")
    known = await maybe(
        conn,
        _Id,
        """
        select id from boutiques.workshop
        where maison_id = %(maison_id)s and id = %(id)s and location_id is not null
        """,
        maison_id=maison_id,
        id=making.workshop_id,
    )
    if known is None:
        raise NoSuchWorkshop
    await execute(
        conn,
        """
        insert into public_facts.made_to_order (maison_id, variant_id, workshop_id, lead_days, takes, to_specification)
        select %(maison_id)s, v, %(workshop_id)s, %(lead_days)s, %(takes)s, %(to_specification)s
        from unnest(%(variants)s::uuid[]) v
        on conflict (maison_id, variant_id) do update set workshop_id = excluded.workshop_id, lead_days = excluded.lead_days,
          takes = excluded.takes, to_specification = excluded.to_specification
        """,
        maison_id=maison_id,
        variants=sorted(set(variant_ids)),
        workshop_id=making.workshop_id,
        lead_days=making.lead_days,
        takes=making.takes,
        to_specification=making.to_specification,
    )


@dataclass(frozen=True, slots=True)
class _Id:
    id: UUID


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many pieces of a variant, made in this workshop and finished `by` then."""

    variant_id: UUID
    workshop_id: UUID
    pieces: int
    by: date


async def claim(
    conn: Conn,
    *,
    maison_id: UUID,
    holder_id: UUID,
    wanted: Sequence[Wanted],
    expires_at: datetime | None,
    now: datetime,
) -> None:
    """Room for all of it, from the first free day on; what the holder has is not claimed twice.

    The workshops' rows are locked first, so what is read after is true until the transaction ends, and `never_beyond_room` stands
    behind it. Raises NoRoom.
    """
    await workshops.lock_and_sweep(conn, maison_id=maison_id, now=now)
    for one in sorted(wanted, key=lambda one: one.variant_id):
        mine = await maybe(
            conn,
            _Id,
            """
            select id from boutiques.making_claim
            where maison_id = %(maison_id)s and holder_id = %(holder_id)s and variant_id = %(variant_id)s limit 1
            """,
            maison_id=maison_id,
            holder_id=holder_id,
            variant_id=one.variant_id,
        )
        if mine is None:
            await _claim(conn, maison_id, holder_id, one, expires_at, now)


async def _claim(
    conn: Conn, maison_id: UUID, holder_id: UUID, one: Wanted, expires_at: datetime | None, now: datetime
) -> None:
    written = await execute(
        conn,
        """
        with free as (
          select t.day, m.lead_days, m.takes, m.takes * %(pieces)s as needed, w.pieces_a_day,
            case when d.closed then 0 else coalesce(d.room - d.taken, w.pieces_a_day) end as free
          from public_facts.made_to_order m
          join boutiques.workshop w on w.maison_id = m.maison_id and w.id = m.workshop_id and w.stopped_at is null
          cross join lateral (
            select public_facts.working_day((%(now)s::timestamptz at time zone w.zone)::date, 1) + n as day
            from generate_series(0, %(ahead)s - 1) n) t
          left join boutiques.workshop_day d on d.maison_id = w.maison_id and d.workshop_id = w.id and d.day = t.day
          where m.maison_id = %(maison_id)s and m.variant_id = %(variant_id)s and m.workshop_id = %(workshop_id)s
            and extract(isodow from t.day) < 6
        ), filled as (
          select f.*, sum(f.free) over (order by f.day) - f.free as before from free f where f.free > 0
        ), chosen as (
          select c.day, c.takes, c.lead_days, c.needed, c.pieces_a_day, least(c.free, c.needed - c.before)::integer as units
          from filled c where c.before < c.needed
        ), whole as (
          select 1 from chosen having sum(units) = max(needed)
            and public_facts.working_day(max(day), max(lead_days)) <= %(by)s
        ), counted as (
          insert into boutiques.workshop_day as d (maison_id, workshop_id, day, room, taken)
          select %(maison_id)s, %(workshop_id)s, c.day, c.pieces_a_day, c.units from chosen c where exists (select 1 from whole)
          on conflict (maison_id, workshop_id, day, region) do update set taken = d.taken + excluded.taken
          returning d.day
        )
        insert into boutiques.making_claim (maison_id, id, workshop_id, day, holder_id, variant_id, units, takes, expires_at,
          claimed_at)
        select %(maison_id)s, uuidv7(), %(workshop_id)s, c.day, %(holder_id)s, %(variant_id)s, c.units, c.takes,
          %(expires_at)s::timestamptz, %(now)s
        from chosen c join counted n on n.day = c.day
        """,
        maison_id=maison_id,
        holder_id=holder_id,
        variant_id=one.variant_id,
        workshop_id=one.workshop_id,
        pieces=one.pieces,
        by=one.by,
        ahead=AHEAD_DAYS,
        expires_at=expires_at,
        now=now,
    )
    if not written:
        raise NoRoom


async def extend(conn: Conn, *, maison_id: UUID, holder_id: UUID, expires_at: datetime) -> None:
    """Lets the holder's claims live until `expires_at` at least."""
    await execute(
        conn,
        """
        update boutiques.making_claim set expires_at = greatest(expires_at, %(expires_at)s)
        where maison_id = %(maison_id)s and holder_id = %(holder_id)s and expires_at is not null
        """,
        maison_id=maison_id,
        holder_id=holder_id,
        expires_at=expires_at,
    )


async def keep(
    conn: Conn, *, maison_id: UUID, holder_id: UUID, order_id: UUID, wanted: Sequence[Wanted], now: datetime
) -> None:
    """The checkout's claims are its order's from now on; what lapsed and was swept is claimed anew. Raises NoRoom."""
    # First of all: whoever sweeps holds them while it waits for a claim that we change.
    await workshops.lock(conn, maison_id=maison_id)
    await execute(
        conn,
        """
        update boutiques.making_claim set holder_id = %(order_id)s, expires_at = null
        where maison_id = %(maison_id)s and holder_id = %(holder_id)s
        """,
        maison_id=maison_id,
        holder_id=holder_id,
        order_id=order_id,
    )
    await claim(conn, maison_id=maison_id, holder_id=order_id, wanted=wanted, expires_at=None, now=now)


async def leave(conn: Conn, *, maison_id: UUID, holder_id: UUID, needs: dict[UUID, int]) -> None:
    """The holder needs room for so many pieces of each variant still, none of those not named; the last days are given back.

    Repeated, nothing changes.
    """
    mine = await maybe(
        conn,
        _Id,
        "select id from boutiques.making_claim where maison_id = %(maison_id)s and holder_id = %(holder_id)s limit 1",
        maison_id=maison_id,
        holder_id=holder_id,
    )
    if mine is None:
        return
    await workshops.lock(conn, maison_id=maison_id)
    await execute(
        conn,
        """
        with need as (
          select * from unnest(%(variants)s::uuid[], %(pieces)s::integer[]) as n(variant_id, pieces)
        ), mine as (
          select c.id, c.units, greatest(0, least(c.units, coalesce(n.pieces, 0) * c.takes
            - (sum(c.units) over (partition by c.variant_id order by c.day) - c.units)))::integer as kept
          from boutiques.making_claim c left join need n on n.variant_id = c.variant_id
          where c.maison_id = %(maison_id)s and c.holder_id = %(holder_id)s
        ), less as (
          update boutiques.making_claim c set units = m.kept from mine m
          where c.maison_id = %(maison_id)s and c.id = m.id and m.kept < c.units and m.kept > 0
          returning c.workshop_id, c.day, old.units - new.units as units
        ), gone as (
          delete from boutiques.making_claim c using mine m
          where c.maison_id = %(maison_id)s and c.id = m.id and m.kept = 0
          returning c.workshop_id, c.day, c.units
        )
        update boutiques.workshop_day d set taken = d.taken - l.units
        from (select workshop_id, day, sum(units)::integer as units
          from (select * from less union all select * from gone) x group by 1, 2) l
        where d.maison_id = %(maison_id)s and d.workshop_id = l.workshop_id and d.day = l.day
        """,
        maison_id=maison_id,
        holder_id=holder_id,
        variants=list(needs),
        pieces=list(needs.values()),
    )
