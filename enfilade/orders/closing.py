"""Closing: what a place that closes does for orders no more. Parcels go elsewhere, collections keep longer, work waits.

Each verb looks again under the order's lock and may be repeated; docs/algorithms/closures.md says when it is called.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from enfilade.base import facts
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, execute, many, scalar
from enfilade.orders import fulfilment, preparations, rejections, resourcing
from enfilade.orders.events import FulfilmentLeftClosed, FulfilmentPostponed
from enfilade.orders.fulfilment import Fulfilment
from enfilade.orders.resourcing import Lost
from enfilade.orders.sourcing_terms import sourcing_of
from enfilade.orders.waiting import Batch, InBatch
from enfilade.stock import allocations

#: A place that nobody knows when to reopen is taken to open by then, where a last day has to be said.
UNKNOWN_END = timedelta(days=21)

#: Moved, or in part; or why not: nothing is left to move, somebody has picked it, no place has it, or had it a moment ago.
Left = Literal["moved", "in part", "over", "picked", "nowhere", "taken"]


class _Taken(Exception):
    """Somebody was faster elsewhere; the transaction's part is rolled back, and the pieces are still promised here."""


@dataclass(frozen=True, slots=True)
class _Leaving:
    order_id: UUID
    id: UUID
    variant_id: UUID
    quantity: int
    attempts: int
    total_minor: int
    unit_price_minor: int
    rejected_at: list[UUID]


async def gathered(
    db: Db, *, maison_id: UUID, fulfilment_ids: Collection[UUID], closed: Collection[UUID]
) -> Batch:
    """The parcels to be decided together, in one snapshot, as if their lines looked for a place; `closed` have none."""
    async with db.acting(Actor.job(), maison_id, snapshot=True) as conn:
        sourcing = await sourcing_of(conn, maison_id=maison_id)
        leaving = await many(
            conn,
            _Leaving,
            """
            select l.order_id, l.id, l.variant_id, l.quantity, greatest(l.attempts - 1, 0) as attempts, l.total_minor,
              l.unit_price_minor, array(select distinct r.location_id from orders.rejection r
                where r.maison_id = l.maison_id and r.order_line_id = l.id and r.reason <> 'lost_on_way') as rejected_at
            from orders.order_line l
            where l.maison_id = %(maison_id)s and l.fulfilment_id = any(%(ids)s::uuid[]) and l.state = 'sourced'
              and l.transfer_id is null
            order by l.order_id, l.id
            """,
            maison_id=maison_id,
            ids=list(fulfilment_ids),
        )
        orders: list[InBatch] = []
        for order_id in dict.fromkeys(line.order_id for line in leaving):
            order = await resourcing.order_of(conn, maison_id=maison_id, order_id=order_id)
            lines = [
                Lost(
                    line.id,
                    line.variant_id,
                    line.quantity,
                    line.attempts,
                    line.total_minor,
                    [*line.rejected_at, *closed],
                    line.unit_price_minor,
                )
                for line in leaving
                if line.order_id == order_id
            ]
            origin = await resourcing.origin_of(conn, maison_id=maison_id, order_id=order_id)
            orders.append(InBatch(order_id, order, lines, origin))
        for one in orders:
            places = await resourcing.places_of(conn, maison_id=maison_id, lost=one.lines, order=one.order)
            refused = {at for line in one.lines for at in line.rejected_at}
            one.places = [place for place in places if place.location_id not in refused]
        return Batch(orders, sourcing)


async def leave(
    conn: Conn, *, maison_id: UUID, fulfilment_id: UUID, decided_at: dict[UUID, UUID], now: datetime
) -> Left:
    """Moves a parcel's lines (line → place) in this transaction: no line is ever without a place.

    What was decided and is gone meanwhile leaves all as it was. It uses up none of the lines' attempts.
    """
    held = await fulfilment.locked(conn, maison_id=maison_id, fulfilment_id=fulfilment_id, by=None)
    if held.state not in ("asked", "accepted") or held.order_state != "placed":
        return "over"
    lines = await fulfilment.lines_of(conn, maison_id=maison_id, fulfilment_id=fulfilment_id)
    if any(line.state == "picked" for line in lines):
        return "picked"
    still = [line.id for line in lines if line.open]
    moving = {line_id: decided_at[line_id] for line_id in still if line_id in decided_at}
    if not moving:
        return "nowhere" if still else "over"
    try:
        async with conn.transaction():
            await _given_up(conn, maison_id, held, list(moving), now)
            found = await resourcing.take_up(
                conn, maison_id=maison_id, order_id=held.order_id, decided_at=moving, now=now
            )
            if found != set(moving):
                raise _Taken
    except _Taken:
        return "taken"
    return "moved" if len(moving) == len(still) else "in part"


async def _given_up(
    conn: Conn, maison_id: UUID, held: Fulfilment, line_ids: list[UUID], now: datetime
) -> None:
    await rejections.unsource(conn, maison_id, held, line_ids, "closed", None, now)
    await execute(
        conn,
        """
        update orders.order_line set attempts = greatest(attempts - 1, 0)
        where maison_id = %(maison_id)s and id = any(%(ids)s::uuid[]) and state = 'unsourced'
        """,
        maison_id=maison_id,
        ids=line_ids,
    )
    await allocations.release(conn, maison_id=maison_id, order_line_ids=line_ids, now=now)
    await fulfilment.end_if_empty(
        conn, maison_id=maison_id, fulfilment_ids=[held.id], state="rejected", by_id=None, now=now
    )
    fact = FulfilmentLeftClosed(held.id, held.order_id, held.location_id, len(line_ids))
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])


async def postpone(conn: Conn, *, maison_id: UUID, fulfilment_ids: list[UUID], now: datetime) -> set[UUID]:
    """The work's time to prepare begins anew with its place's next opening; where none is known it has two days.

    Returns what is still to be prepared.
    """
    held = await fulfilment.locked_together(conn, maison_id=maison_id, fulfilment_ids=fulfilment_ids)
    # What is awaited is followed with its transfer; its time to prepare begins when that is there.
    asked = [one for one in held if one.state in ("asked", "accepted")]
    if asked:
        minutes: int = await scalar(
            conn,
            "select pick_sla_minutes from maisons.policy where maison_id = %(maison_id)s",
            maison_id=maison_id,
        )
        due = {
            at: await fulfilment.pick_by(conn, location_id=at, minutes=minutes, now=now)
            for at in {one.location_id for one in asked}
        }
        later = {one: due[one.location_id] for one in asked if due[one.location_id] > one.pick_by}
        await execute(
            conn,
            """
            update orders.fulfilment f set pick_by = d.due, warned_at = null, version = f.version + 1
            from unnest(%(ids)s::uuid[], %(due)s::timestamptz[]) as d(id, due)
            where f.maison_id = %(maison_id)s and f.id = d.id and f.state in ('asked', 'accepted')
            """,
            maison_id=maison_id,
            ids=[one.id for one in later],
            due=list(later.values()),
        )
        await _told(conn, maison_id, later, now)
    return {one.id for one in held if one.state in ("awaited", "asked", "accepted")}


async def keep_longer(
    conn: Conn, *, maison_id: UUID, fulfilment_ids: list[UUID], reopens_at: datetime | None, now: datetime
) -> dict[UUID, Literal["kept", "bank"]]:
    """What is ready can be collected for the maison's days after the place reopens, never longer than the bank holds the money.

    `reopens_at` None: nobody knows. "bank": the money is let go before it reopens; the last day is the bank's. What is not
    ready any more is not returned.
    """
    held = await fulfilment.locked_together(conn, maison_id=maison_id, fulfilment_ids=fulfilment_ids)
    ready = {one: one.collect_by for one in held if one.state == "ready" and one.collect_by is not None}
    terms = await preparations.terms_of(conn, maison_id=maison_id, fulfilment_ids=[one.id for one in ready])
    opens = reopens_at or now + UNKNOWN_END
    # Where the bank lets go before it is made longer, the last day is what it was.
    until = {one: max(last, preparations.last_moment(terms[one.id], opens)) for one, last in ready.items()}
    longer = {one: last for one, last in until.items() if last > ready[one]}
    await execute(
        conn,
        """
        update orders.fulfilment f set collect_by = u.until, version = f.version + 1
        from unnest(%(ids)s::uuid[], %(until)s::timestamptz[]) as u(id, until)
        where f.maison_id = %(maison_id)s and f.id = u.id and f.state = 'ready'
        """,
        maison_id=maison_id,
        ids=[one.id for one in longer],
        until=list(longer.values()),
    )
    await _told(conn, maison_id, longer, now)
    return {
        one.id: "bank" if reopens_at is not None and last <= reopens_at else "kept"
        for one, last in until.items()
    }


async def _told(conn: Conn, maison_id: UUID, until: dict[Fulfilment, datetime], now: datetime) -> None:
    news: list[facts.Fact] = [
        FulfilmentPostponed(one.id, one.order_id, one.location_id, last) for one, last in until.items()
    ]
    await facts.record(conn, maison_id=maison_id, now=now, facts=news)
