"""Serialised pieces, claimed one by one: a buyer takes a free piece that nobody else is taking, and waits for no counter.

Lock order within a position: its row (facts alone), holds, allocations, pieces. docs/algorithms/pieces.md tells why.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from enfilade.base.db import Conn, execute, many, one
from enfilade.base.ids import new_id

#: How often somebody else may be first before we give up; each time at least one piece went to a buyer.
LOOKS_MAX = 100

_FREE: LiteralString = """p.maison_id = %(maison_id)s and p.location_id = %(location_id)s
              and p.variant_id = %(variant_id)s and p.whereabouts = 'here' and p.state is null and p.hold_id is null
              and p.order_line_id is null"""


@dataclass(frozen=True, slots=True)
class Free:
    """Free pieces, locked for us, or none; and how many were free when that was decided."""

    ids: list[UUID]
    seen: int


async def hold(
    conn: Conn,
    *,
    maison_id: UUID,
    purpose: str,
    holder_id: UUID,
    location_id: UUID,
    variant_id: UUID,
    quantity: int,
    keep: int,
    expires_at: datetime,
    now: datetime,
) -> int | None:
    """Holds so many pieces of a serialised position and leaves `keep` free; None when done, else how many could be had.

    Breaks one_hold_per_holder where the same holder does it twice at once.
    """
    asked: dict[str, object] = {
        "maison_id": maison_id,
        "location_id": location_id,
        "variant_id": variant_id,
        "purpose": purpose,
        "holder_id": holder_id,
        "hold_id": new_id(now),
        "quantity": quantity,
        "expires_at": expires_at,
        "now": now,
    }
    if quantity == 1 and keep == 0:
        # Passing over what others have locked may find nothing where one of them is about to let go: see `free`.
        taken = await execute(
            conn,
            f"""
            with free as materialized (
              select p.id from stock.piece p
              where {_FREE}
              order by p.id limit 1
              for no key update skip locked
            ), kept as (
              insert into stock.hold (maison_id, id, location_id, variant_id, purpose, holder_id, quantity, expires_at,
                created_at)
              select %(maison_id)s, %(hold_id)s, %(location_id)s, %(variant_id)s, %(purpose)s, %(holder_id)s,
                %(quantity)s, %(expires_at)s, %(now)s
              from free
            )
            update stock.piece t set hold_id = %(hold_id)s, changed_at = %(now)s from free f
            where t.maison_id = %(maison_id)s and t.id = f.id
            """,
            **asked,
        )
        if taken:
            return None
    found = await free(
        conn,
        maison_id=maison_id,
        location_id=location_id,
        variant_id=variant_id,
        quantity=quantity + keep,
        now=now,
    )
    if not found.ids:
        return max(0, found.seen - keep)
    await execute(
        conn,
        """
        with kept as (
          insert into stock.hold (maison_id, id, location_id, variant_id, purpose, holder_id, quantity, expires_at, created_at)
          values (%(maison_id)s, %(hold_id)s, %(location_id)s, %(variant_id)s, %(purpose)s, %(holder_id)s, %(quantity)s,
            %(expires_at)s, %(now)s)
        )
        update stock.piece set hold_id = %(hold_id)s, changed_at = %(now)s
        where maison_id = %(maison_id)s and id = any(%(ids)s::uuid[])
        """,
        **asked,
        ids=found.ids[:quantity],
    )
    return None


async def free(
    conn: Conn, *, maison_id: UUID, location_id: UUID, variant_id: UUID, quantity: int, now: datetime
) -> Free:
    """So many free pieces of a position, locked in the order of their ids, or none of them.

    Waits for whoever is taking one, and says that there are not enough only where a look saw fewer, locked ones counted, and
    no hold had lapsed.
    """
    place = {"maison_id": maison_id, "location_id": location_id, "variant_id": variant_id}
    seen, swept = 0, False
    for _ in range(LOOKS_MAX):
        found = await one(
            conn,
            Free,
            f"""
            with free as materialized (
              select p.id from stock.piece p
              where {_FREE}
              order by p.id limit %(quantity)s
              for no key update
            )
            select array(select id from free order by id) as ids, (select count(*)::integer from stock.piece p
              where {_FREE}) as seen
            """,
            **place,
            quantity=quantity,
        )
        if len(found.ids) == quantity:
            return found
        seen = found.seen
        if seen < quantity and (swept or not await sweep(conn, **place, now=now)):
            break
        swept = seen < quantity
    return Free([], seen)


async def sweep(conn: Conn, *, maison_id: UUID, location_id: UUID, variant_id: UUID, now: datetime) -> int:
    """Frees the pieces of lapsed holds of a serialised position; returns how many. A hold extended meanwhile stays."""
    lapsed = await many(
        conn,
        _Hold,
        """
        select h.id from stock.hold h
        join stock.position p on p.maison_id = h.maison_id and p.location_id = h.location_id
          and p.variant_id = h.variant_id and p.serialised
        where h.maison_id = %(maison_id)s and h.location_id = %(location_id)s and h.variant_id = %(variant_id)s
          and h.expires_at <= %(now)s
        order by h.id
        for update of h
        """,
        maison_id=maison_id,
        location_id=location_id,
        variant_id=variant_id,
        now=now,
    )
    return await _free_held(conn, maison_id, lapsed)


async def let_go(conn: Conn, *, maison_id: UUID, holder_id: UUID) -> int:
    """Gives back all pieces of serialised positions that the holder holds; returns how many holds there were."""
    held = await many(
        conn,
        _Hold,
        """
        select h.id from stock.hold h
        join stock.position p on p.maison_id = h.maison_id and p.location_id = h.location_id
          and p.variant_id = h.variant_id and p.serialised
        where h.maison_id = %(maison_id)s and h.holder_id = %(holder_id)s
        order by h.id
        for update of h
        """,
        maison_id=maison_id,
        holder_id=holder_id,
    )
    await _free_held(conn, maison_id, held)
    return len(held)


@dataclass(frozen=True, slots=True)
class _Hold:
    id: UUID


async def _free_held(conn: Conn, maison_id: UUID, held: list[_Hold]) -> int:
    # In a statement of its own: a count that we waited for may have given these holds other pieces.
    if not held:
        return 0
    return await execute(
        conn,
        """
        with gone as (
          delete from stock.hold where maison_id = %(maison_id)s and id = any(%(ids)s::uuid[]) returning id
        )
        update stock.piece p set hold_id = null from gone g
        where p.maison_id = %(maison_id)s and p.hold_id = g.id
        """,
        maison_id=maison_id,
        ids=[hold.id for hold in held],
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an order line needs of a position."""

    order_line_id: UUID
    location_id: UUID
    variant_id: UUID
    quantity: int
    keep: int = 0


@dataclass(frozen=True, slots=True)
class _Line:
    order_line_id: UUID
    whole: bool


async def convert(
    conn: Conn, *, maison_id: UUID, holder_id: UUID, wanted: list[Wanted], now: datetime, again: bool = False
) -> set[UUID]:
    """Promises the holder's pieces of serialised positions to lines; what lapsed is taken anew where free.

    Returns the lines that have their pieces; those of other positions are passed over, and those whose pieces a count has
    exchanged meanwhile: then the caller's transaction must roll back and try `again`, which locks before it looks.
    """
    if again:
        await many(
            conn,
            _Hold,
            """
            select h.id from stock.hold h
            where h.maison_id = %(maison_id)s and h.holder_id = %(holder_id)s
            order by h.id
            for update
            """,
            maison_id=maison_id,
            holder_id=holder_id,
        )
    ordered = sorted(wanted, key=lambda line: (line.location_id, line.variant_id))
    places = [(line.location_id, line.variant_id) for line in ordered]
    shared = sorted({place for place in places if places.count(place) > 1})
    if shared:
        # One hold for several lines: its pieces are free for a moment that nobody else sees, and each line takes its own.
        holds = await many(
            conn,
            _Hold,
            """
            select h.id from stock.hold h
            join unnest(%(locations)s::uuid[], %(variants)s::uuid[]) as s(location_id, variant_id)
              on s.location_id = h.location_id and s.variant_id = h.variant_id
            join stock.position p on p.maison_id = h.maison_id and p.location_id = h.location_id
              and p.variant_id = h.variant_id and p.serialised
            where h.maison_id = %(maison_id)s and h.holder_id = %(holder_id)s
            order by h.id
            for update of h
            """,
            maison_id=maison_id,
            holder_id=holder_id,
            locations=[location for location, _ in shared],
            variants=[variant for _, variant in shared],
        )
        await _free_held(conn, maison_id, holds)
    moved = await many(
        conn,
        _Line,
        """
        with line as (
          select * from unnest(%(ids)s::uuid[], %(lines)s::uuid[], %(locations)s::uuid[], %(variants)s::uuid[],
            %(quantities)s::integer[]) as d(movement_id, order_line_id, location_id, variant_id, quantity)
        ), gone as (
          delete from stock.hold h using line l, stock.position p
          where h.maison_id = %(maison_id)s and h.holder_id = %(holder_id)s
            and h.location_id = l.location_id and h.variant_id = l.variant_id and h.quantity = l.quantity
            and p.maison_id = %(maison_id)s and p.location_id = l.location_id and p.variant_id = l.variant_id and p.serialised
          returning h.id, l.movement_id, l.order_line_id, l.location_id, l.variant_id, l.quantity
        ), promised as (
          insert into stock.allocation (maison_id, order_line_id, location_id, variant_id, quantity, allocated_at)
          select %(maison_id)s, g.order_line_id, g.location_id, g.variant_id, g.quantity, %(now)s from gone g
        ), written as (
          insert into stock.movement (maison_id, id, recorded_at, location_id, variant_id, kind, allocated, cause_id)
          select %(maison_id)s, g.movement_id, %(now)s, g.location_id, g.variant_id, 'allocated', g.quantity, g.order_line_id
          from gone g
        ), given as (
          update stock.piece p set hold_id = null, order_line_id = g.order_line_id, changed_at = %(now)s from gone g
          where p.maison_id = %(maison_id)s and p.hold_id = g.id
          returning p.id, p.location_id, p.order_line_id
        ), stepped as (
          insert into stock.piece_step (maison_id, id, piece_id, recorded_at, kind, location_id, cause_id)
          select %(maison_id)s, uuidv7(), s.id, %(now)s, 'allocated', s.location_id, s.order_line_id from given s
        )
        select g.order_line_id, g.quantity = (select count(*) from given x where x.order_line_id = g.order_line_id) as whole
        from gone g
        """,
        maison_id=maison_id,
        holder_id=holder_id,
        now=now,
        ids=[new_id(now) for _ in ordered],
        lines=[line.order_line_id for line in ordered],
        locations=[line.location_id for line in ordered],
        variants=[line.variant_id for line in ordered],
        quantities=[line.quantity for line in ordered],
    )
    if not all(row.whole for row in moved):
        return set()
    done = {row.order_line_id for row in moved}
    rest = [line for line in ordered if line.order_line_id not in done]
    return done | (await promise(conn, maison_id=maison_id, wanted=rest, now=now) if rest else set[UUID]())


async def promise(conn: Conn, *, maison_id: UUID, wanted: list[Wanted], now: datetime) -> set[UUID]:
    """Promises free pieces to lines, each by itself; returns those that were. Positions not serialised are passed over."""
    done: set[UUID] = set()
    for line in sorted(wanted, key=lambda line: (line.location_id, line.variant_id)):
        found = await free(
            conn,
            maison_id=maison_id,
            location_id=line.location_id,
            variant_id=line.variant_id,
            quantity=line.quantity + line.keep,
            now=now,
        )
        if not found.ids:
            continue
        await execute(
            conn,
            """
            with promised as (
              insert into stock.allocation (maison_id, order_line_id, location_id, variant_id, quantity, allocated_at)
              values (%(maison_id)s, %(line)s, %(location_id)s, %(variant_id)s, %(quantity)s, %(now)s)
            ), written as (
              insert into stock.movement (maison_id, id, recorded_at, location_id, variant_id, kind, allocated, cause_id)
              values (%(maison_id)s, %(id)s, %(now)s, %(location_id)s, %(variant_id)s, 'allocated', %(quantity)s, %(line)s)
            ), given as (
              update stock.piece set order_line_id = %(line)s, changed_at = %(now)s
              where maison_id = %(maison_id)s and id = any(%(ids)s::uuid[]) returning id
            )
            insert into stock.piece_step (maison_id, id, piece_id, recorded_at, kind, location_id, cause_id)
            select %(maison_id)s, uuidv7(), g.id, %(now)s, 'allocated', %(location_id)s, %(line)s from given g
            """,
            maison_id=maison_id,
            line=line.order_line_id,
            location_id=line.location_id,
            variant_id=line.variant_id,
            quantity=line.quantity,
            id=new_id(now),
            ids=found.ids[: line.quantity],
            now=now,
        )
        done.add(line.order_line_id)
    return done


@dataclass(frozen=True, slots=True)
class Kept:
    """A serialised position, and how many free pieces a method has to leave there: all of them where it is closed."""

    location_id: UUID
    variant_id: UUID
    keep: int


async def kept_back(
    conn: Conn, *, maison_id: UUID, location_ids: list[UUID], variant_ids: list[UUID], method: str
) -> list[Kept]:
    """Those of the positions, each a location and a variant, that are serialised."""
    return await many(
        conn,
        Kept,
        """
        select p.location_id, p.variant_id, p.on_hand - case %(method)s::text
          when 'ship' then case when e.ship then stock.atp(p.on_hand, 0, 0, 0, 0, e.safety_ship, e.safety_ship_percent)
            else 0 end
          else case when case %(method)s::text when 'collect' then e.collect else e.reserve end
            then stock.atp(p.on_hand, 0, 0, 0, 0, e.safety_collect, e.safety_collect_percent) else 0 end
          end as keep
        from stock.position p
        left join stock.exposed e on e.maison_id = p.maison_id and e.location_id = p.location_id
        where p.maison_id = %(maison_id)s and p.serialised and (p.location_id, p.variant_id) in
          (select * from unnest(%(locations)s::uuid[], %(variants)s::uuid[]))
        order by p.location_id, p.variant_id
        """,
        maison_id=maison_id,
        method=method,
        locations=location_ids,
        variants=variant_ids,
    )
