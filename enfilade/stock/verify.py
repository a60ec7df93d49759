"""Proves, while orders run, that the counters agree with what they count: ledger, holds, allocations, transfers."""

from dataclasses import dataclass
from uuid import UUID

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, many


@dataclass(frozen=True, slots=True)
class Drift:
    """A position whose counters and records disagree. Ledger folds are (on_hand, allocated, unavailable)."""

    location_id: UUID
    variant_id: UUID
    on_hand: int
    on_hand_ledger: int
    unavailable: int
    unavailable_ledger: int
    allocated: int
    allocated_ledger: int
    allocated_rows: int
    held: int
    held_rows: int


@dataclass(frozen=True, slots=True)
class Astray:
    """A transfer whose lines, holds, movements and receipts disagree."""

    what: str
    transfer_id: UUID
    variant_id: UUID | None
    said: int
    found: int


@dataclass(frozen=True, slots=True)
class Mislaid:
    """Serialised pieces that disagree with what counts them. `subject_id`: a piece, hold, order line, transfer or variant."""

    what: str
    subject_id: UUID
    said: int
    found: int


async def verify(db: Db, *, maison_id: UUID) -> list[Drift | Astray | Mislaid]:
    """Positions, serialised pieces and transfers of a maison, in one snapshot."""
    async with db.acting(Actor.job(), maison_id, snapshot=True) as conn:
        return [
            *await _positions(conn, maison_id),
            *await _pieces(conn, maison_id),
            *await _transfers(conn, maison_id),
        ]


async def _positions(conn: Conn, maison_id: UUID) -> list[Drift]:
    """All positions against fold(ledger), hold rows and allocation rows.

    States are compared one by one; records without a position are found too.
    """
    return await many(
        conn,
        Drift,
        """
        with ledger as (
          select location_id, variant_id, sum(on_hand)::integer as on_hand, sum(allocated)::integer as allocated,
            sum(unavailable)::integer as unavailable,
            coalesce(sum(unavailable) filter (where state = 'display'), 0)::integer as display,
            coalesce(sum(unavailable) filter (where state = 'damaged'), 0)::integer as damaged,
            coalesce(sum(unavailable) filter (where state = 'quality_control'), 0)::integer as quality_control,
            coalesce(sum(unavailable) filter (where state = 'on_approval'), 0)::integer as on_approval,
            coalesce(sum(unavailable) filter (where state = 'vic_hold'), 0)::integer as vic_hold,
            coalesce(sum(unavailable) filter (where state = 'at_atelier'), 0)::integer as at_atelier
          from stock.movement where maison_id = %(maison_id)s group by 1, 2
        ), holds as (
          select location_id, variant_id, sum(quantity)::integer as quantity
          from stock.hold where maison_id = %(maison_id)s group by 1, 2
        ), promised as (
          select location_id, variant_id, sum(quantity)::integer as quantity
          from stock.allocation where maison_id = %(maison_id)s group by 1, 2
        ), counters as (
          select p.*, case when p.serialised then coalesce(a.quantity, 0) else p.allocated end as promised,
            case when p.serialised then coalesce(h.quantity, 0) else p.held end as kept
          from stock.position p
          left join promised a on a.location_id = p.location_id and a.variant_id = p.variant_id
          left join holds h on h.location_id = p.location_id and h.variant_id = p.variant_id
          where p.maison_id = %(maison_id)s
        )
        select coalesce(p.location_id, l.location_id, h.location_id, a.location_id) as location_id,
          coalesce(p.variant_id, l.variant_id, h.variant_id, a.variant_id) as variant_id,
          coalesce(p.on_hand, 0) as on_hand, coalesce(l.on_hand, 0) as on_hand_ledger,
          coalesce(p.unavailable, 0) as unavailable, coalesce(l.unavailable, 0) as unavailable_ledger,
          coalesce(p.promised, 0) as allocated, coalesce(l.allocated, 0) as allocated_ledger,
          coalesce(a.quantity, 0) as allocated_rows, coalesce(p.kept, 0) as held, coalesce(h.quantity, 0) as held_rows
        from counters p
        full join ledger l on l.location_id = p.location_id and l.variant_id = p.variant_id
        full join holds h on h.location_id = coalesce(p.location_id, l.location_id)
          and h.variant_id = coalesce(p.variant_id, l.variant_id)
        full join promised a on a.location_id = coalesce(p.location_id, l.location_id, h.location_id)
          and a.variant_id = coalesce(p.variant_id, l.variant_id, h.variant_id)
        where (coalesce(p.on_hand, 0), coalesce(p.promised, 0), coalesce(p.display, 0), coalesce(p.damaged, 0),
            coalesce(p.quality_control, 0), coalesce(p.on_approval, 0), coalesce(p.vic_hold, 0), coalesce(p.at_atelier, 0))
          is distinct from
            (coalesce(l.on_hand, 0), coalesce(l.allocated, 0), coalesce(l.display, 0), coalesce(l.damaged, 0),
            coalesce(l.quality_control, 0), coalesce(l.on_approval, 0), coalesce(l.vic_hold, 0), coalesce(l.at_atelier, 0))
          or coalesce(p.kept, 0) <> coalesce(h.quantity, 0)
          or coalesce(p.promised, 0) <> coalesce(a.quantity, 0)
          or coalesce(p.promised + p.kept + p.unavailable > p.on_hand, false)
        """,
        maison_id=maison_id,
    )


async def _pieces(conn: Conn, maison_id: UUID) -> list[Mislaid]:
    """Pieces against positions by state, holds, allocations and transfers, each by each; positions against what is serialised."""
    return await many(
        conn,
        Mislaid,
        """
        with piece as (
          select * from stock.piece where maison_id = %(maison_id)s
        ), there as (
          select location_id, variant_id, count(*)::integer as on_hand,
            (count(*) filter (where state = 'display'))::integer as display,
            (count(*) filter (where state = 'damaged'))::integer as damaged,
            (count(*) filter (where state = 'quality_control'))::integer as quality_control,
            (count(*) filter (where state = 'on_approval'))::integer as on_approval,
            (count(*) filter (where state = 'vic_hold'))::integer as vic_hold,
            (count(*) filter (where state = 'at_atelier'))::integer as at_atelier
          from piece where whereabouts = 'here' group by 1, 2
        ), counters as (
          select * from stock.position where maison_id = %(maison_id)s and serialised
        )
        select 'position and its pieces differ' as what, coalesce(t.variant_id, p.variant_id) as subject_id,
          coalesce(p.on_hand, 0) as said, coalesce(t.on_hand, 0) as found
        from counters p full join there t on t.location_id = p.location_id and t.variant_id = p.variant_id
        where (coalesce(p.on_hand, 0), coalesce(p.display, 0), coalesce(p.damaged, 0), coalesce(p.quality_control, 0),
            coalesce(p.on_approval, 0), coalesce(p.vic_hold, 0), coalesce(p.at_atelier, 0)) is distinct from
          (coalesce(t.on_hand, 0), coalesce(t.display, 0), coalesce(t.damaged, 0), coalesce(t.quality_control, 0),
            coalesce(t.on_approval, 0), coalesce(t.vic_hold, 0), coalesce(t.at_atelier, 0))
        union all
        select 'hold and its pieces differ', coalesce(h.id, x.hold_id), coalesce(h.quantity, 0), coalesce(x.pieces, 0)
        from (select h.id, h.location_id, h.variant_id, h.quantity from stock.hold h
          join counters p on p.location_id = h.location_id and p.variant_id = h.variant_id
          where h.maison_id = %(maison_id)s) h
        full join (select hold_id, location_id, variant_id, count(*)::integer as pieces from piece where hold_id is not null
          group by 1, 2, 3) x on x.hold_id = h.id and x.location_id = h.location_id and x.variant_id = h.variant_id
        where h.quantity is distinct from x.pieces
        union all
        select 'allocation and its pieces differ', coalesce(a.order_line_id, x.order_line_id), coalesce(a.quantity, 0),
          coalesce(x.pieces, 0)
        from (select a.order_line_id, a.location_id, a.variant_id, a.quantity from stock.allocation a
          join counters p on p.location_id = a.location_id and p.variant_id = a.variant_id
          where a.maison_id = %(maison_id)s) a
        full join (select order_line_id, location_id, variant_id, count(*)::integer as pieces from piece
          where order_line_id is not null and whereabouts = 'here' group by 1, 2, 3) x
          on x.order_line_id = a.order_line_id and x.location_id = a.location_id and x.variant_id = a.variant_id
        where a.quantity is distinct from x.pieces
        union all
        select 'in transit otherwise than its pieces', coalesce(l.transfer_id, x.transfer_id), coalesce(l.open, 0),
          coalesce(x.pieces, 0)
        from (select l.transfer_id, l.variant_id, l.sent - l.received - l.lost as open from stock.transfer_line l
          join stock.serialised s on s.maison_id = l.maison_id and s.variant_id = l.variant_id
          where l.maison_id = %(maison_id)s and l.sent > l.received + l.lost) l
        full join (select transfer_id, variant_id, count(*)::integer as pieces from piece where whereabouts = 'on_its_way'
          group by 1, 2) x on x.transfer_id = l.transfer_id and x.variant_id = l.variant_id
        where l.open is distinct from x.pieces
        union all
        select 'position serialised otherwise than its variant', p.variant_id, p.serialised::integer,
          (s.variant_id is not null)::integer
        from stock.position p left join stock.serialised s on s.maison_id = p.maison_id and s.variant_id = p.variant_id
        where p.maison_id = %(maison_id)s and p.serialised <> (s.variant_id is not null)
        union all
        select 'piece without a step', p.id, 1, 0 from piece p
        where not exists (select 1 from stock.piece_step t where t.maison_id = p.maison_id and t.piece_id = p.id)
        """,
        maison_id=maison_id,
    )


async def _transfers(conn: Conn, maison_id: UUID) -> list[Astray]:
    """What a transfer keeps may be fewer than it asked (a count took them), never other pieces, and none once it left."""
    return await many(
        conn,
        Astray,
        """
        with line as (
          select t.id, t.state, t.from_location_id, t.to_location_id, l.variant_id, l.asked, l.packed, l.sent, l.received,
            l.damaged, l.lost
          from stock.transfer t join stock.transfer_line l on l.maison_id = t.maison_id and l.transfer_id = t.id
          where t.maison_id = %(maison_id)s
        ), moved as (
          select l.id, l.variant_id,
            coalesce(sum(m.on_hand) filter (where m.location_id = l.from_location_id), 0)::integer as left_,
            coalesce(sum(m.on_hand) filter (where m.location_id = l.to_location_id), 0)::integer as reached,
            coalesce(sum(m.unavailable) filter (where m.location_id = l.to_location_id), 0)::integer as damaged
          from line l left join stock.movement m on m.maison_id = %(maison_id)s and m.variant_id = l.variant_id
            and m.location_id in (l.from_location_id, l.to_location_id) and m.cause_id = l.id
          group by l.id, l.variant_id
        ), told as (
          select transfer_id, variant_id, sum(received)::integer as received, sum(damaged)::integer as damaged,
            sum(lost)::integer as lost
          from stock.arrival where maison_id = %(maison_id)s group by 1, 2
        )
        select 'kept otherwise than asked or packed' as what, h.holder_id as transfer_id, h.variant_id,
          coalesce(case l.state when 'asked' then l.asked when 'packed' then l.packed end, 0) as said, h.quantity as found
        from stock.hold h left join line l on l.id = h.holder_id and l.variant_id = h.variant_id
          and l.from_location_id = h.location_id
        where h.maison_id = %(maison_id)s and h.purpose = 'transfer'
          and h.quantity is distinct from case l.state when 'asked' then l.asked when 'packed' then l.packed end
        union all
        select 'sent otherwise than it left', l.id, l.variant_id, l.sent, -m.left_
        from line l join moved m on m.id = l.id and m.variant_id = l.variant_id where l.sent <> -m.left_
        union all
        select 'received otherwise than it reached', l.id, l.variant_id, l.received, m.reached
        from line l join moved m on m.id = l.id and m.variant_id = l.variant_id where l.received <> m.reached
        union all
        select 'damaged otherwise than it is there', l.id, l.variant_id, l.damaged, m.damaged
        from line l join moved m on m.id = l.id and m.variant_id = l.variant_id where l.damaged <> m.damaged
        union all
        select 'received, damaged, lost otherwise than told', l.id, l.variant_id, l.received + l.lost,
          coalesce(r.received + r.lost, 0)
        from line l left join told r on r.transfer_id = l.id and r.variant_id = l.variant_id
        where (l.received, l.damaged, l.lost) is distinct from
          (coalesce(r.received, 0), coalesce(r.damaged, 0), coalesce(r.lost, 0))
        union all
        select 'ended otherwise than its pieces', t.id, null, coalesce(i.sent, 0), coalesce(i.open, 0)
        from stock.transfer t
        left join (select id, sum(sent)::integer as sent, sum(sent - received - lost)::integer as open from line group by id) i
          on i.id = t.id
        where t.maison_id = %(maison_id)s and case t.state when 'sent' then coalesce(i.open, 0) = 0
          when 'received' then coalesce(i.open, 1) <> 0 or i.sent = 0 else coalesce(i.sent, 1) <> 0 end
        """,
        maison_id=maison_id,
    )
