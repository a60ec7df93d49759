"""Holds: pieces kept for somebody for a while. A claim is one guarded statement; expiry is judged when read.

Lock order, everywhere in stock: positions by (location, variant), then their holds and allocations.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from enfilade.base.db import Conn, execute, many, one
from enfilade.base.ids import new_id
from enfilade.stock import pieces

Method = Literal["collect", "reserve", "ship"]
#: At the counter the piece is in somebody’s hand: neither safety stock nor what the place offers online limits it.
Way = Method | Literal["counter"]


@dataclass(frozen=True, slots=True)
class Demand:
    """So many pieces of a variant at a location; `method` where it is not that of the whole claim."""

    location_id: UUID
    variant_id: UUID
    quantity: int
    method: Method | None = None


@dataclass(frozen=True, slots=True)
class Lack:
    """What was asked and what is left of it, at one location."""

    location_id: UUID
    variant_id: UUID
    asked: int
    left: int


class NotEnoughStock(Exception):
    """Some pieces cannot be promised there; nothing was claimed."""

    def __init__(self, lacking: list[Lack]) -> None:
        super().__init__(
            "; ".join(f"{lack.variant_id}: {lack.asked} asked, {lack.left} left" for lack in lacking)
        )
        self.lacking = lacking


@dataclass(frozen=True, slots=True)
class _Judged:
    location_id: UUID
    variant_id: UUID
    asked: int
    left: int
    claimed: bool
    #: Of a serialised position: so many free pieces have to stay, so many were seen, and somebody let some lapse.
    serialised: bool
    keep: int
    seen: int
    lapsed: bool


def summed(demands: list[Demand]) -> list[Demand]:
    """One demand a position, in lock order: two lines that share an item are judged together."""
    totals: dict[tuple[UUID, UUID], int] = {}
    methods: dict[tuple[UUID, UUID], Method | None] = {}
    for demand in demands:
        key = (demand.location_id, demand.variant_id)
        totals[key] = totals.get(key, 0) + demand.quantity
        methods[key] = demand.method
    return [Demand(*key, quantity, methods[key]) for key, quantity in sorted(totals.items())]


async def claim(
    conn: Conn,
    *,
    maison_id: UUID,
    purpose: str,
    holder_id: UUID,
    demands: list[Demand],
    method: Way,
    expires_at: datetime,
    now: datetime,
) -> None:
    """Holds all demands until `expires_at`, or none; asked again, what the holder has is not held twice.

    Raises NotEnoughStock after lapsed holds were swept once.
    """
    asked = summed(demands)
    assert asked and all(demand.quantity > 0 for demand in asked)
    judged = await _claim(conn, maison_id, purpose, holder_id, asked, method, expires_at, now)
    counted = [row for row in judged if not row.serialised]
    if not all(row.claimed for row in counted):
        # A guard that waited for another transaction judged what it saw before the wait: lock first, then look afresh.
        if any(row.claimed for row in counted):
            await release(conn, maison_id=maison_id, holder_id=holder_id)
        again = [Demand(row.location_id, row.variant_id, row.asked) for row in counted]
        await lock(conn, maison_id=maison_id, demands=again)
        await sweep(conn, maison_id=maison_id, demands=again, now=now)
        judged = await _claim(conn, maison_id, purpose, holder_id, asked, method, expires_at, now)
        counted = [row for row in judged if not row.serialised]
    if not all(row.claimed for row in counted):
        assert not any(row.claimed for row in counted), "a claim is all or nothing"
        raise NotEnoughStock(
            [
                Lack(row.location_id, row.variant_id, row.asked, row.left)
                for row in counted
                if row.left < row.asked
            ]
        )
    # Pieces come last, and in the order of their positions: nobody waits for a counter with a piece in hand.
    for row in sorted(
        (row for row in judged if row.serialised), key=lambda row: (row.location_id, row.variant_id)
    ):
        left: int | None = max(0, row.seen - row.keep)
        if row.seen >= row.asked + row.keep or row.lapsed:
            left = await pieces.hold(
                conn,
                maison_id=maison_id,
                purpose=purpose,
                holder_id=holder_id,
                location_id=row.location_id,
                variant_id=row.variant_id,
                quantity=row.asked,
                keep=row.keep,
                expires_at=expires_at,
                now=now,
            )
        if left is not None:
            if len(judged) > 1:
                await release(conn, maison_id=maison_id, holder_id=holder_id)
            raise NotEnoughStock([Lack(row.location_id, row.variant_id, row.asked, left)])


@dataclass(frozen=True, slots=True)
class _Place:
    location_id: UUID
    variant_id: UUID


async def lock(conn: Conn, *, maison_id: UUID, demands: list[Demand]) -> None:
    """Locks these positions in key order; what is read in later statements of the transaction stays true."""
    await many(
        conn,
        _Place,
        """
        select p.location_id, p.variant_id from stock.position p
        where p.maison_id = %(maison_id)s and (p.location_id, p.variant_id) in
          (select * from unnest(%(locations)s::uuid[], %(variants)s::uuid[]))
        order by p.location_id, p.variant_id
        for no key update
        """,
        maison_id=maison_id,
        locations=[demand.location_id for demand in demands],
        variants=[demand.variant_id for demand in demands],
    )


async def _claim(
    conn: Conn,
    maison_id: UUID,
    purpose: str,
    holder_id: UUID,
    asked: list[Demand],
    method: Way,
    expires_at: datetime,
    now: datetime,
) -> list[_Judged]:
    return await many(
        conn,
        _Judged,
        """
        with demand as (
          select * from unnest(%(ids)s::uuid[], %(locations)s::uuid[], %(variants)s::uuid[], %(quantities)s::integer[],
            %(methods)s::text[]) as d(hold_id, location_id, variant_id, quantity, method)
          where not exists (select 1 from stock.hold h where h.maison_id = %(maison_id)s and h.holder_id = %(holder_id)s
            and h.location_id = d.location_id and h.variant_id = d.variant_id)
        ), locked as materialized (
          select p.location_id, p.variant_id, d.hold_id, d.quantity,
            case when d.method = 'counter' then stock.atp(p.on_hand, p.unavailable, p.allocated, p.held, 0, 0, 0)
              when not case d.method when 'collect' then e.collect when 'reserve' then e.reserve else e.ship end
              then 0
              when d.method = 'ship' then stock.atp(p.on_hand, p.unavailable, p.allocated, p.held, 0,
                e.safety_ship, e.safety_ship_percent)
              else stock.atp(p.on_hand, p.unavailable, p.allocated, p.held, 0, e.safety_collect, e.safety_collect_percent)
            end as left
          from stock.position p
          join demand d on d.location_id = p.location_id and d.variant_id = p.variant_id
          left join stock.exposed e on e.maison_id = p.maison_id and e.location_id = p.location_id
          where p.maison_id = %(maison_id)s and not p.serialised and (e.maison_id is not null or d.method = 'counter')
          order by p.location_id, p.variant_id
          for no key update of p
        ), by_piece as (
          -- Not locked: its pieces are. What has to stay there is all of it where the method is closed. Where fewer are seen
          -- free than that takes, those that others are just claiming among them, there is nothing to wait for.
          select d.hold_id, k.keep, (select count(*)::integer from (select 1 from stock.piece x
              where x.maison_id = %(maison_id)s and x.location_id = p.location_id and x.variant_id = p.variant_id
                and x.whereabouts = 'here' and x.state is null and x.hold_id is null and x.order_line_id is null
              limit d.quantity + k.keep) y) as seen,
            exists (select 1 from stock.hold h where h.maison_id = %(maison_id)s and h.location_id = p.location_id
              and h.variant_id = p.variant_id and h.expires_at <= %(now)s) as lapsed
          from stock.position p
          join demand d on d.location_id = p.location_id and d.variant_id = p.variant_id
          left join stock.exposed e on e.maison_id = p.maison_id and e.location_id = p.location_id
          cross join lateral (select p.on_hand - case
              when d.method = 'counter' then p.on_hand
              when not coalesce(case d.method when 'collect' then e.collect when 'reserve' then e.reserve
                else e.ship end, false) then 0
              when d.method = 'ship' then stock.atp(p.on_hand, 0, 0, 0, 0, e.safety_ship, e.safety_ship_percent)
              else stock.atp(p.on_hand, 0, 0, 0, 0, e.safety_collect, e.safety_collect_percent) end as keep) k
          where p.maison_id = %(maison_id)s and p.serialised
        ), fits as (
          select count(*) filter (where l.left >= l.quantity)
            = (select count(*) from demand) - (select count(*) from by_piece) as everything from locked l
        ), claimed as (
          update stock.position p set held = p.held + l.quantity
          from locked l, fits f
          where f.everything and p.maison_id = %(maison_id)s and p.location_id = l.location_id
            and p.variant_id = l.variant_id and p.on_hand - p.unavailable - p.allocated - p.held >= l.quantity
          returning l.hold_id, p.location_id, p.variant_id, l.quantity
        ), kept as (
          insert into stock.hold (maison_id, id, location_id, variant_id, purpose, holder_id, quantity, expires_at, created_at)
          select %(maison_id)s, c.hold_id, c.location_id, c.variant_id, %(purpose)s, %(holder_id)s, c.quantity,
            %(expires_at)s, %(now)s
          from claimed c
          returning location_id, variant_id
        )
        select d.location_id, d.variant_id, d.quantity as asked, coalesce(l.left, 0) as left, k.variant_id is not null as claimed,
          b.hold_id is not null as serialised, coalesce(b.keep, 0) as keep, coalesce(b.seen, 0) as seen,
          coalesce(b.lapsed, false) as lapsed
        from demand d
        left join by_piece b on b.hold_id = d.hold_id
        left join locked l on l.location_id = d.location_id and l.variant_id = d.variant_id
        left join kept k on k.location_id = d.location_id and k.variant_id = d.variant_id
        """,
        maison_id=maison_id,
        purpose=purpose,
        holder_id=holder_id,
        methods=[demand.method or method for demand in asked],
        expires_at=expires_at,
        now=now,
        ids=[new_id(now) for _ in asked],
        locations=[demand.location_id for demand in asked],
        variants=[demand.variant_id for demand in asked],
        quantities=[demand.quantity for demand in asked],
    )


async def sweep(conn: Conn, *, maison_id: UUID, demands: list[Demand], now: datetime) -> int:
    """Removes lapsed holds of these positions and lowers their counters; returns how many positions gained.

    Serialised ones are passed over: `pieces.sweep`.
    """
    return await execute(
        conn,
        """
        with asked as (
          select * from unnest(%(locations)s::uuid[], %(variants)s::uuid[]) as d(location_id, variant_id)
        ), locked as materialized (
          select p.location_id, p.variant_id from stock.position p
          join asked a on a.location_id = p.location_id and a.variant_id = p.variant_id
          where p.maison_id = %(maison_id)s and not p.serialised
          order by p.location_id, p.variant_id
          for no key update of p
        ), lapsed as (
          delete from stock.hold h using locked l
          where h.maison_id = %(maison_id)s and h.location_id = l.location_id and h.variant_id = l.variant_id
            and h.expires_at <= %(now)s
          returning h.location_id, h.variant_id, h.quantity
        )
        update stock.position p set held = p.held - g.quantity
        from (select location_id, variant_id, sum(quantity)::integer as quantity from lapsed group by 1, 2) g
        where p.maison_id = %(maison_id)s and p.location_id = g.location_id and p.variant_id = g.variant_id
        """,
        maison_id=maison_id,
        now=now,
        locations=[demand.location_id for demand in demands],
        variants=[demand.variant_id for demand in demands],
    )


async def extend(conn: Conn, *, maison_id: UUID, holder_id: UUID, expires_at: datetime) -> int:
    """Lets the holder's holds live until `expires_at` at least; returns how many there are still."""
    return await execute(
        conn,
        """
        with locked as materialized (
          select p.location_id, p.variant_id from stock.position p
          where p.maison_id = %(maison_id)s and not p.serialised and (p.location_id, p.variant_id) in (
            select h.location_id, h.variant_id from stock.hold h
            where h.maison_id = %(maison_id)s and h.holder_id = %(holder_id)s)
          order by p.location_id, p.variant_id
          for no key update of p
        )
        update stock.hold h set expires_at = greatest(h.expires_at, %(expires_at)s)
        from stock.position p
        where h.maison_id = %(maison_id)s and h.holder_id = %(holder_id)s
          and p.maison_id = %(maison_id)s and p.location_id = h.location_id and p.variant_id = h.variant_id
          and (p.serialised or (p.location_id, p.variant_id) in (select l.location_id, l.variant_id from locked l))
        """,
        maison_id=maison_id,
        holder_id=holder_id,
        expires_at=expires_at,
    )


async def release(conn: Conn, *, maison_id: UUID, holder_id: UUID) -> int:
    """Gives back all the holder holds at this maison; returns how many holds there were."""
    gone = await one(
        conn,
        _Gone,
        """
        with locked as materialized (
          select p.location_id, p.variant_id from stock.position p
          where p.maison_id = %(maison_id)s and not p.serialised and (p.location_id, p.variant_id) in (
            select h.location_id, h.variant_id from stock.hold h
            where h.maison_id = %(maison_id)s and h.holder_id = %(holder_id)s)
          order by p.location_id, p.variant_id
          for no key update of p
        ), gone as (
          delete from stock.hold h using locked l
          where h.maison_id = %(maison_id)s and h.holder_id = %(holder_id)s
            and h.location_id = l.location_id and h.variant_id = l.variant_id
          returning h.location_id, h.variant_id, h.quantity
        ), counted as (
          update stock.position p set held = p.held - g.quantity from gone g
          where p.maison_id = %(maison_id)s and p.location_id = g.location_id and p.variant_id = g.variant_id
        )
        select (select count(*) from gone)::integer as done, exists (select 1 from stock.hold h
          join stock.position p on p.maison_id = h.maison_id and p.location_id = h.location_id and p.variant_id = h.variant_id
          where h.maison_id = %(maison_id)s and h.holder_id = %(holder_id)s and p.serialised) as by_piece
        """,
        maison_id=maison_id,
        holder_id=holder_id,
    )
    return gone.done + (
        await pieces.let_go(conn, maison_id=maison_id, holder_id=holder_id) if gone.by_piece else 0
    )


@dataclass(frozen=True, slots=True)
class _Gone:
    """How many holds are gone, and whether some whose pieces are told apart still are not."""

    done: int
    by_piece: bool
