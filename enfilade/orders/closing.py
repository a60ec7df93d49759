"""Closing: what a place that closes does for orders no more. Parcels go elsewhere, collections keep longer, work waits.

Each verb looks again under the order's lock and may be repeated; docs/algorithms/closures.md says when it is called.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from enfilade.base import facts
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, execute, scalar, tuples
from enfilade.orders import fulfilment, preparations, rejections, resourcing, waiting
from enfilade.orders.events import FulfilmentLeftClosed, FulfilmentPostponed
from enfilade.orders.fulfilment import Fulfilment
from enfilade.orders.resourcing import Lost
from enfilade.orders.waiting import Batch
from enfilade.stock import allocations

#: A place that nobody knows when to reopen is taken to open by then, where a last day has to be said.
UNKNOWN_END = timedelta(days=21)

#: Moved, or in part; or why not: nothing is left to move, somebody has picked it, no place has it, or had it a moment ago.
Left = Literal["moved", "in part", "over", "picked", "nowhere", "taken"]


class _Taken(Exception):
    """Somebody was faster elsewhere; the transaction's part is rolled back, and the pieces are still promised here."""


async def gathered(
    db: Db, *, maison_id: UUID, fulfilment_ids: Collection[UUID], closed: Collection[UUID]
) -> Batch:
    """The parcels to be decided together, in one snapshot, as if their lines looked for a place; `closed` have none."""
    async with db.acting(Actor.job(), maison_id, snapshot=True) as conn:
        found = await tuples(
            conn,
            """
            select l.order_id, l.id, l.variant_id, l.quantity, greatest(l.attempts - 1, 0), l.total_minor,
              array(select distinct r.location_id from orders.rejection r
                where r.maison_id = l.maison_id and r.order_line_id = l.id and r.reason <> 'lost_on_way'), l.unit_price_minor
            from orders.order_line l
            where l.maison_id = %(maison_id)s and l.fulfilment_id = any(%(ids)s::uuid[]) and l.state = 'sourced'
              and l.transfer_id is null
            order by l.order_id, l.id
            """,
            maison_id=maison_id,
            ids=list(fulfilment_ids),
        )
        leaving = [(order_id, Lost(*line)) for order_id, *line in found]
        for _, line in leaving:
            line.rejected_at.extend(closed)
        return await waiting.batch_of(conn, maison_id=maison_id, looking=leaving)


async def leave(
    conn: Conn, *, maison_id: UUID, fulfilment_ids: list[UUID], decided_at: dict[UUID, UUID], now: datetime
) -> dict[UUID, Left]:
    """Moves parcels' lines (line → place) in this transaction: no line is ever without a place.

    Where somebody was faster at a place, none of these parcels is moved, and each may be tried by itself. It uses up none of
    the lines' attempts.
    """
    held = await fulfilment.locked_together(conn, maison_id=maison_id, fulfilment_ids=fulfilment_ids)
    still: dict[UUID, list[UUID]] = {}
    picked: set[UUID] = set()
    for fulfilment_id, line_id, state in await tuples(
        conn,
        """
        select fulfilment_id, id, state from orders.order_line
        where maison_id = %(maison_id)s and fulfilment_id = any(%(ids)s::uuid[]) and state in ('sourced', 'picked') order by id
        """,
        maison_id=maison_id,
        ids=fulfilment_ids,
    ):
        still.setdefault(fulfilment_id, []).append(line_id)
        if state == "picked":
            picked.add(fulfilment_id)
    left: dict[UUID, Left] = dict.fromkeys(fulfilment_ids, "over")
    moving: dict[Fulfilment, list[UUID]] = {}
    for one in held:
        lines = still.get(one.id, [])
        decided = [line_id for line_id in lines if line_id in decided_at]
        if one.state not in ("asked", "accepted") or one.order_state != "placed" or not lines:
            continue
        if one.id in picked:
            left[one.id] = "picked"
        elif not decided:
            left[one.id] = "nowhere"
        else:
            moving[one] = decided
            left[one.id] = "moved" if len(decided) == len(lines) else "in part"
    if moving and not await _moved(conn, maison_id, moving, decided_at, now):
        left |= dict.fromkeys([one.id for one in moving], "taken")
    return left


async def _moved(
    conn: Conn,
    maison_id: UUID,
    moving: dict[Fulfilment, list[UUID]],
    decided_at: dict[UUID, UUID],
    now: datetime,
) -> bool:
    """All of them, or none where somebody was faster at one."""
    line_ids = {line_id for lines in moving.values() for line_id in lines}
    try:
        async with conn.transaction():
            await _given_up(conn, maison_id, moving, now)
            found = await resourcing.take_up(
                conn,
                maison_id=maison_id,
                order_ids={one.order_id for one in moving},
                decided_at={line_id: decided_at[line_id] for line_id in line_ids},
                now=now,
            )
            if found != line_ids:
                raise _Taken
    except _Taken:
        return False
    return True


async def _given_up(conn: Conn, maison_id: UUID, moving: dict[Fulfilment, list[UUID]], now: datetime) -> None:
    held = list(moving)
    line_ids = [line_id for lines in moving.values() for line_id in lines]
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
        conn,
        maison_id=maison_id,
        fulfilment_ids=[one.id for one in held],
        state="rejected",
        by_id=None,
        now=now,
    )
    news: list[facts.Fact] = [
        FulfilmentLeftClosed(one.id, one.order_id, one.location_id, len(lines))
        for one, lines in moving.items()
    ]
    await facts.record(conn, maison_id=maison_id, now=now, facts=news)


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
