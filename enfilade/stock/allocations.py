"""Allocations: pieces promised to the lines of a placed order, bound to one location until they leave or are given back."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from enfilade.base.db import Conn, execute, many, one
from enfilade.base.ids import new_id
from enfilade.stock import pieces, pieces_given
from enfilade.stock.holds import Demand, Method, lock, sweep
from enfilade.stock.pieces import Wanted


@dataclass(frozen=True, slots=True)
class LineDemand:
    """What one order line needs at one location."""

    order_line_id: UUID
    location_id: UUID
    variant_id: UUID
    quantity: int


class NoLongerHeld(Exception):
    """The holds lapsed and the pieces went to somebody else; nothing was allocated."""


@dataclass(frozen=True, slots=True)
class _Line:
    order_line_id: UUID


async def convert(
    conn: Conn,
    *,
    maison_id: UUID,
    holder_id: UUID,
    lines: list[LineDemand],
    now: datetime,
    again: bool = False,
) -> None:
    """Turns the holder's holds into allocations, all or none; what lapsed and was swept is claimed again where free.

    Raises NoLongerHeld, after which the caller's transaction must roll back. `again` is the second, certain try: it locks
    first and looks afresh, and takes what others let lapse. Safety stock is ignored: the piece is paid for.
    """
    if again:
        demands = [Demand(line.location_id, line.variant_id, line.quantity) for line in lines]
        await lock(conn, maison_id=maison_id, demands=demands)
        await sweep(conn, maison_id=maison_id, demands=demands, now=now)
    moved = await many(
        conn,
        _Line,
        """
        with line as (
          select * from unnest(%(ids)s::uuid[], %(lines)s::uuid[], %(locations)s::uuid[], %(variants)s::uuid[],
            %(quantities)s::integer[]) as d(movement_id, order_line_id, location_id, variant_id, quantity)
        ), needed as (
          -- Two lines that share an item are judged together.
          select l.location_id, l.variant_id, sum(l.quantity)::integer as quantity from line l group by 1, 2
        ), locked as materialized (
          select n.quantity, p.location_id, p.variant_id, p.on_hand - p.unavailable - p.allocated - p.held as free
          from stock.position p
          join needed n on n.location_id = p.location_id and n.variant_id = p.variant_id
          where p.maison_id = %(maison_id)s and not p.serialised
          order by p.location_id, p.variant_id
          for no key update of p
        ), gone as (
          delete from stock.hold h using locked l
          where h.maison_id = %(maison_id)s and h.holder_id = %(holder_id)s
            and h.location_id = l.location_id and h.variant_id = l.variant_id
          returning h.location_id, h.variant_id, h.quantity
        ), judged as (
          select l.*, coalesce(g.quantity, 0) as was_held, l.free + coalesce(g.quantity, 0) >= l.quantity as fits
          from locked l left join gone g on g.location_id = l.location_id and g.variant_id = l.variant_id
        ), moved as (
          update stock.position p set held = p.held - j.was_held, allocated = p.allocated + j.quantity
          from judged j
          where p.maison_id = %(maison_id)s and p.location_id = j.location_id and p.variant_id = j.variant_id and j.fits
            and p.on_hand - p.unavailable - p.allocated - p.held + j.was_held >= j.quantity
          returning p.location_id, p.variant_id
        ), given as (
          select l.* from line l join moved m on m.location_id = l.location_id and m.variant_id = l.variant_id
        ), promised as (
          insert into stock.allocation (maison_id, order_line_id, location_id, variant_id, quantity, allocated_at)
          select %(maison_id)s, g.order_line_id, g.location_id, g.variant_id, g.quantity, %(now)s from given g
        ), written as (
          insert into stock.movement (maison_id, id, recorded_at, location_id, variant_id, kind, allocated, cause_id)
          select %(maison_id)s, g.movement_id, %(now)s, g.location_id, g.variant_id, 'allocated', g.quantity, g.order_line_id
          from given g
        )
        select order_line_id from given
        """,
        maison_id=maison_id,
        holder_id=holder_id,
        now=now,
        **_arrays(lines, now),
    )
    rest = _rest(lines, {row.order_line_id for row in moved})
    if rest and len(rest) != len(
        await pieces.convert(
            conn, maison_id=maison_id, holder_id=holder_id, wanted=rest, now=now, again=again
        )
    ):
        raise NoLongerHeld


async def move(
    conn: Conn, *, maison_id: UUID, demands: list[LineDemand], method: Method, now: datetime
) -> set[UUID]:
    """Promises lines that lost their place to another one, each by itself; returns the lines that were allocated.

    A line must hold no allocation any more. Safety stock counts, as for every new claim.
    """
    await lock(
        conn,
        maison_id=maison_id,
        demands=[Demand(demand.location_id, demand.variant_id, demand.quantity) for demand in demands],
    )
    moved = await many(
        conn,
        _Line,
        """
        with line as (
          select * from unnest(%(ids)s::uuid[], %(lines)s::uuid[], %(locations)s::uuid[], %(variants)s::uuid[],
            %(quantities)s::integer[]) as d(movement_id, order_line_id, location_id, variant_id, quantity)
        ), locked as materialized (
          select p.location_id, p.variant_id, p.on_hand, p.unavailable, p.allocated, p.held from stock.position p
          where p.maison_id = %(maison_id)s and not p.serialised
            and (p.location_id, p.variant_id) in (select location_id, variant_id from line)
          order by p.location_id, p.variant_id
          for no key update of p
        ), lapsed as (
          delete from stock.hold h using locked l
          where h.maison_id = %(maison_id)s and h.location_id = l.location_id and h.variant_id = l.variant_id
            and h.expires_at <= %(now)s
          returning h.location_id, h.variant_id, h.quantity
        ), swept as (
          select location_id, variant_id, sum(quantity)::integer as quantity from lapsed group by 1, 2
        ), running as (
          select l.*, sum(l.quantity) over (partition by l.location_id, l.variant_id order by l.order_line_id) as so_far
          from line l
        ), fitting as (
          select r.* from running r
          join locked p on p.location_id = r.location_id and p.variant_id = r.variant_id
          join stock.exposed e on e.maison_id = %(maison_id)s and e.location_id = p.location_id
          left join swept s on s.location_id = r.location_id and s.variant_id = r.variant_id
          where r.so_far <= case
            when not case %(method)s::text when 'collect' then e.collect when 'reserve' then e.reserve else e.ship end then 0
            when %(method)s::text = 'ship' then stock.atp(p.on_hand, p.unavailable, p.allocated, p.held,
              coalesce(s.quantity, 0), e.safety_ship, e.safety_ship_percent)
            else stock.atp(p.on_hand, p.unavailable, p.allocated, p.held, coalesce(s.quantity, 0), e.safety_collect,
              e.safety_collect_percent) end
        ), gained as (
          select k.location_id, k.variant_id, coalesce(s.quantity, 0) as was_lapsed, coalesce(f.quantity, 0) as quantity
          from locked k
          left join swept s on s.location_id = k.location_id and s.variant_id = k.variant_id
          left join (select location_id, variant_id, sum(quantity)::integer as quantity from fitting group by 1, 2) f
            on f.location_id = k.location_id and f.variant_id = k.variant_id
        ), counted as (
          update stock.position p set held = p.held - g.was_lapsed, allocated = p.allocated + g.quantity
          from gained g
          where p.maison_id = %(maison_id)s and p.location_id = g.location_id and p.variant_id = g.variant_id
            and (g.was_lapsed > 0 or g.quantity > 0)
        ), promised as (
          insert into stock.allocation (maison_id, order_line_id, location_id, variant_id, quantity, allocated_at)
          select %(maison_id)s, f.order_line_id, f.location_id, f.variant_id, f.quantity, %(now)s from fitting f
        ), written as (
          insert into stock.movement (maison_id, id, recorded_at, location_id, variant_id, kind, allocated, cause_id)
          select %(maison_id)s, f.movement_id, %(now)s, f.location_id, f.variant_id, 'allocated', f.quantity, f.order_line_id
          from fitting f
        )
        select order_line_id from fitting
        """,
        maison_id=maison_id,
        method=method,
        now=now,
        **_arrays(demands, now),
    )
    found = {row.order_line_id for row in moved}
    rest = _rest(demands, found)
    if rest:
        kept = await pieces.kept_back(
            conn,
            maison_id=maison_id,
            location_ids=[line.location_id for line in rest],
            variant_ids=[line.variant_id for line in rest],
            method=method,
        )
        keep = {(row.location_id, row.variant_id): row.keep for row in kept}
        wanted = [
            replace(line, keep=keep[line.location_id, line.variant_id])
            for line in rest
            if (line.location_id, line.variant_id) in keep
        ]
        found |= await pieces.promise(conn, maison_id=maison_id, wanted=wanted, now=now)
    return found


def _rest(lines: list[LineDemand], done: set[UUID]) -> list[Wanted]:
    return [
        Wanted(line.order_line_id, line.location_id, line.variant_id, line.quantity)
        for line in lines
        if line.order_line_id not in done
    ]


@dataclass(frozen=True, slots=True)
class _Gone:
    """How many lines were done, and those whose pieces are told apart, still to be done."""

    done: int
    by_piece: list[UUID]


async def release(conn: Conn, *, maison_id: UUID, order_line_ids: list[UUID], now: datetime) -> int:
    """Gives the lines' allocations back; lines without one are passed over. Returns how many were given back."""
    gone = await one(
        conn,
        _Gone,
        """
        with locked as materialized (
          select p.location_id, p.variant_id from stock.position p
          where p.maison_id = %(maison_id)s and not p.serialised and (p.location_id, p.variant_id) in (
            select a.location_id, a.variant_id from stock.allocation a
            where a.maison_id = %(maison_id)s and a.order_line_id = any(%(lines)s))
          order by p.location_id, p.variant_id
          for no key update of p
        ), gone as (
          delete from stock.allocation a using locked l
          where a.maison_id = %(maison_id)s and a.order_line_id = any(%(lines)s)
            and a.location_id = l.location_id and a.variant_id = l.variant_id
          returning a.order_line_id, a.location_id, a.variant_id, a.quantity
        ), counted as (
          update stock.position p set allocated = p.allocated - g.quantity
          from (select location_id, variant_id, sum(quantity)::integer as quantity from gone group by 1, 2) g
          where p.maison_id = %(maison_id)s and p.location_id = g.location_id and p.variant_id = g.variant_id
        ), written as (
          insert into stock.movement (maison_id, id, recorded_at, location_id, variant_id, kind, allocated, cause_id)
          select %(maison_id)s, uuidv7(), %(now)s, g.location_id, g.variant_id, 'released', -g.quantity, g.order_line_id
          from gone g
        )
        select (select count(*) from gone)::integer as done, array(select a.order_line_id from stock.allocation a
          join stock.position p on p.maison_id = a.maison_id and p.location_id = a.location_id and p.variant_id = a.variant_id
          where a.maison_id = %(maison_id)s and a.order_line_id = any(%(lines)s) and p.serialised) as by_piece
        """,
        maison_id=maison_id,
        lines=order_line_ids,
        now=now,
    )
    if not gone.by_piece:
        return gone.done
    return gone.done + await pieces_given.give_back(
        conn, maison_id=maison_id, order_line_ids=gone.by_piece, now=now
    )


async def part(
    conn: Conn, *, maison_id: UUID, order_line_id: UUID, part_id: UUID, pieces: int, now: datetime
) -> bool:
    """So many of a line's allocation are another line's, at the same place, put aside as they were; no position changes.

    Of pieces that are told apart, those that were promised last. False where the line has no allocation of more than that.
    """
    await execute(
        conn,
        """
        select 1 from stock.position p join stock.allocation a on a.maison_id = p.maison_id
          and a.location_id = p.location_id and a.variant_id = p.variant_id
        where a.maison_id = %(maison_id)s and a.order_line_id = %(line)s
        for no key update of p
        """,
        maison_id=maison_id,
        line=order_line_id,
    )
    return bool(
        await execute(
            conn,
            """
            with less as (
              update stock.allocation set quantity = quantity - %(pieces)s
              where maison_id = %(maison_id)s and order_line_id = %(line)s and quantity > %(pieces)s
              returning *
            ), given as (
              update stock.piece p set order_line_id = %(part)s, changed_at = %(now)s
              where p.maison_id = %(maison_id)s and exists (select 1 from less) and p.id in (
                select x.id from stock.piece x where x.maison_id = %(maison_id)s and x.order_line_id = %(line)s
                  and x.whereabouts = 'here' order by x.id desc limit %(pieces)s)
            )
            insert into stock.allocation (maison_id, region, order_line_id, location_id, variant_id, quantity, secured,
              allocated_at)
            select l.maison_id, l.region, %(part)s, l.location_id, l.variant_id, %(pieces)s, l.secured, l.allocated_at
            from less l
            """,
            maison_id=maison_id,
            line=order_line_id,
            part=part_id,
            pieces=pieces,
            now=now,
        )
    )


async def leave(
    conn: Conn,
    *,
    maison_id: UUID,
    order_line_ids: list[UUID],
    kind: Literal["collected", "dispatched"],
    now: datetime,
) -> int:
    """The lines' pieces leave the house: on hand and allocated go down together. Returns how many lines left."""
    gone = await one(
        conn,
        _Gone,
        """
        with locked as materialized (
          select p.location_id, p.variant_id from stock.position p
          where p.maison_id = %(maison_id)s and not p.serialised and (p.location_id, p.variant_id) in (
            select a.location_id, a.variant_id from stock.allocation a
            where a.maison_id = %(maison_id)s and a.order_line_id = any(%(lines)s))
          order by p.location_id, p.variant_id
          for no key update of p
        ), gone as (
          delete from stock.allocation a using locked l
          where a.maison_id = %(maison_id)s and a.order_line_id = any(%(lines)s)
            and a.location_id = l.location_id and a.variant_id = l.variant_id
          returning a.order_line_id, a.location_id, a.variant_id, a.quantity
        ), counted as (
          update stock.position p set allocated = p.allocated - g.quantity, on_hand = p.on_hand - g.quantity
          from (select location_id, variant_id, sum(quantity)::integer as quantity from gone group by 1, 2) g
          where p.maison_id = %(maison_id)s and p.location_id = g.location_id and p.variant_id = g.variant_id
        ), written as (
          insert into stock.movement (maison_id, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, cause_id)
          select %(maison_id)s, uuidv7(), %(now)s, g.location_id, g.variant_id, %(kind)s, -g.quantity, -g.quantity,
            g.order_line_id
          from gone g
        )
        select (select count(*) from gone)::integer as done, array(select a.order_line_id from stock.allocation a
          join stock.position p on p.maison_id = a.maison_id and p.location_id = a.location_id and p.variant_id = a.variant_id
          where a.maison_id = %(maison_id)s and a.order_line_id = any(%(lines)s) and p.serialised) as by_piece
        """,
        maison_id=maison_id,
        lines=order_line_ids,
        kind=kind,
        now=now,
    )
    if not gone.by_piece:
        return gone.done
    left = await pieces_given.leave(
        conn, maison_id=maison_id, order_line_ids=gone.by_piece, kind=kind, now=now
    )
    return gone.done + left


async def secure(conn: Conn, *, maison_id: UUID, order_line_ids: list[UUID]) -> int:
    """Marks the lines' pieces as picked and put aside: a fact that takes pieces away takes these last."""
    return await execute(
        conn,
        """
        update stock.allocation set secured = true
        where maison_id = %(maison_id)s and order_line_id = any(%(lines)s) and not secured
        """,
        maison_id=maison_id,
        lines=order_line_ids,
    )


async def take_back(conn: Conn, *, maison_id: UUID, lines: list[LineDemand], now: datetime) -> int:
    """Undoes `leave`: the pieces are here again and promised to the same lines. Returns how many lines came back.

    A line that left before its variant was serialised does not: nobody knows which pieces it had.
    """
    return await execute(
        conn,
        """
        with line as (
          select * from unnest(%(ids)s::uuid[], %(lines)s::uuid[], %(locations)s::uuid[], %(variants)s::uuid[],
            %(quantities)s::integer[]) as d(movement_id, order_line_id, location_id, variant_id, quantity)
        ), locked as materialized (
          select p.location_id, p.variant_id, p.serialised from stock.position p
          where p.maison_id = %(maison_id)s and (p.location_id, p.variant_id) in (select location_id, variant_id from line)
          order by p.location_id, p.variant_id
          for no key update of p
        ), back as (
          insert into stock.allocation (maison_id, order_line_id, location_id, variant_id, quantity, allocated_at)
          select %(maison_id)s, l.order_line_id, l.location_id, l.variant_id, l.quantity, %(now)s
          from line l join locked k on k.location_id = l.location_id and k.variant_id = l.variant_id
          where not k.serialised or l.quantity = (select count(*) from stock.piece p
            where p.maison_id = %(maison_id)s and p.order_line_id = l.order_line_id and p.whereabouts = 'sold')
          on conflict on constraint one_allocation_per_line do nothing
          returning order_line_id, location_id, variant_id, quantity
        ), counted as (
          update stock.position p set on_hand = p.on_hand + b.quantity,
            allocated = case when p.serialised then 0 else p.allocated + b.quantity end
          from (select location_id, variant_id, sum(quantity)::integer as quantity from back group by 1, 2) b
          where p.maison_id = %(maison_id)s and p.location_id = b.location_id and p.variant_id = b.variant_id
        ), here as (
          update stock.piece p set whereabouts = 'here', location_id = b.location_id, changed_at = %(now)s from back b
          where p.maison_id = %(maison_id)s and p.order_line_id = b.order_line_id and p.whereabouts = 'sold'
          returning p.id, p.location_id, b.order_line_id
        ), stepped as (
          insert into stock.piece_step (maison_id, id, piece_id, recorded_at, kind, location_id, cause_id)
          select %(maison_id)s, uuidv7(), h.id, %(now)s, 'taken_back', h.location_id, h.order_line_id from here h
        )
        insert into stock.movement (maison_id, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, cause_id)
        select %(maison_id)s, l.movement_id, %(now)s, b.location_id, b.variant_id, 'returned', b.quantity, b.quantity,
          b.order_line_id
        from back b join line l on l.order_line_id = b.order_line_id
        """,
        maison_id=maison_id,
        now=now,
        **_arrays(lines, now),
    )


def _arrays(lines: list[LineDemand], now: datetime) -> dict[str, object]:
    ordered = sorted(lines, key=lambda line: (line.location_id, line.variant_id))
    return {
        "ids": [new_id(now) for _ in ordered],
        "lines": [line.order_line_id for line in ordered],
        "locations": [line.location_id for line in ordered],
        "variants": [line.variant_id for line in ordered],
        "quantities": [line.quantity for line in ordered],
    }
