"""Rejections: a location cannot give a line, or did not in time; stock is corrected and the line sourced again."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from enfilade.base import facts, jobs
from enfilade.base.db import Conn, execute, scalar
from enfilade.base.ids import new_id
from enfilade.orders import awaited, fulfilment, parting
from enfilade.orders.events import FulfilmentExpired, FulfilmentLate, LineRejected
from enfilade.orders.fulfilment import Fulfilment
from enfilade.staff.people import Colleague
from enfilade.stock import allocations, corrections

Reason = Literal["not_in_stock", "mismatch", "damaged", "worn_display"]

#: The reasons an advisor may give, in their words.
REASONS: dict[Reason, str] = {
    "not_in_stock": "Not in stock: there is none here",
    "mismatch": "Fewer here than the count says",
    "damaged": "Damaged",
    "worn_display": "Worn from display",
}


class NothingToReject(Exception):
    """The line is not open here."""


class UnknownReason(Exception):
    """A rejection has one of four reasons, since each corrects stock in its own way."""


async def reject(
    conn: Conn,
    *,
    maison_id: UUID,
    by: Colleague,
    fulfilment_id: UUID,
    line_id: UUID,
    reason: str,
    now: datetime,
    keep: int = 0,
) -> None:
    """The location cannot give this line: stock is corrected by the reason, the line goes elsewhere.

    `keep`: so many of it are here and stay, and the others go elsewhere. Repeated, it changes nothing. Raises IllegalStep,
    NothingToReject, UnknownReason, NotYourBoutique.
    """
    known: Reason | None = next((one for one in REASONS if one == reason), None)
    if known is None:
        raise UnknownReason("Choose one of the reasons")
    held = await fulfilment.locked(conn, maison_id=maison_id, fulfilment_id=fulfilment_id, by=by)
    if await _rejected_before(conn, maison_id, held, line_id):
        return
    if held.state not in ("asked", "accepted", "ready"):
        raise held.refuse("reject")
    if keep > 0:
        here = await _quantity(conn, maison_id, held, line_id)
        if here is None:
            raise NothingToReject("This piece is not among those to prepare here")
        if here <= keep:
            return
        part_id = await parting.part(
            conn, maison_id=maison_id, line_id=line_id, pieces=here - keep, by_id=by.staff_id, now=now
        )
        if part_id is None:
            raise NothingToReject("This piece is not among those to prepare here")
        # Some are there: the books had too many, not all of them wrong.
        line_id, known = part_id, "mismatch" if known == "not_in_stock" else known
    if not await unsource(conn, maison_id, [held], [line_id], known, by.staff_id, now):
        raise NothingToReject("This piece is not among those to prepare here")
    # What else loses its promise is told by stock as AllocationLost, and heard by `lose`.
    await corrections.reject(conn, maison_id=maison_id, order_line_id=line_id, reason=known, now=now)
    await fulfilment.end_if_empty(
        conn, maison_id=maison_id, fulfilment_ids=[held.id], state="rejected", by_id=by.staff_id, now=now
    )
    fact = LineRejected(line_id, held.order_id, held.location_id, known, by.staff_id)
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])
    await source_again(conn, maison_id=maison_id, order_id=held.order_id)


async def lose(conn: Conn, *, maison_id: UUID, line_id: UUID, now: datetime) -> bool:
    """A fact about stock took the line's pieces: it goes elsewhere, unless it has found its place since."""
    fulfilment_id: UUID | None = await scalar(
        conn,
        """
        select l.fulfilment_id from orders.order_line l
        where l.maison_id = %(maison_id)s and l.id = %(line_id)s and l.state in ('sourced', 'picked')
        """,
        maison_id=maison_id,
        line_id=line_id,
    )
    if fulfilment_id is None:
        return False
    held = await fulfilment.locked(conn, maison_id=maison_id, fulfilment_id=fulfilment_id, by=None)
    promised = await scalar(
        conn,
        "select 1 from stock.allocation where maison_id = %(maison_id)s and order_line_id = %(line_id)s",
        maison_id=maison_id,
        line_id=line_id,
    )
    if promised or await awaited.in_transit(conn, maison_id=maison_id, line_id=line_id):
        return False
    at = await awaited.lost_at_origin(conn, maison_id=maison_id, line_id=line_id) or held.location_id
    await awaited.let_go_of(conn, maison_id=maison_id, order_line_ids=[line_id], now=now)
    if not await unsource(conn, maison_id, [held], [line_id], "shortage", None, now, place=at):
        return False
    await awaited.end_or_begin(conn, maison_id=maison_id, held=held, state="rejected", now=now)
    fact = LineRejected(line_id, held.order_id, at, "shortage", None)
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])
    await source_again(conn, maison_id=maison_id, order_id=held.order_id)
    return True


async def expire(conn: Conn, *, maison_id: UUID, fulfilment_id: UUID, now: datetime) -> bool:
    """The time to prepare has passed: what is not ready goes elsewhere. False when it was done in time after all.

    What was made for its client stays: nobody else has it, and it is shown among what waits too long.
    """
    held = await fulfilment.locked(conn, maison_id=maison_id, fulfilment_id=fulfilment_id, by=None)
    if held.state not in ("asked", "accepted") or held.pick_by > now:
        return False
    lines = await fulfilment.lines_of(conn, maison_id=maison_id, fulfilment_id=fulfilment_id)
    open_ids = [line.id for line in lines if line.open]
    if any(line.made and line.open for line in lines):
        return False
    await unsource(conn, maison_id, [held], open_ids, "expired", None, now)
    await allocations.release(conn, maison_id=maison_id, order_line_ids=open_ids, now=now)
    await fulfilment.end_if_empty(
        conn, maison_id=maison_id, fulfilment_ids=[held.id], state="expired", by_id=None, now=now
    )
    fact = FulfilmentExpired(held.id, held.order_id, held.location_id)
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])
    await source_again(conn, maison_id=maison_id, order_id=held.order_id)
    return True


async def warn(conn: Conn, *, maison_id: UUID, fulfilment_id: UUID, sla_minutes: int, now: datetime) -> bool:
    """Half of the time to prepare is left and nobody accepted: the managers are told, once."""
    held = await fulfilment.locked(conn, maison_id=maison_id, fulfilment_id=fulfilment_id, by=None)
    if held.state != "asked" or held.warned_at is not None or not is_late(held.pick_by, sla_minutes, now):
        return False
    await execute(
        conn,
        """
        update orders.fulfilment set warned_at = %(now)s, version = version + 1
        where maison_id = %(maison_id)s and id = %(id)s and state = 'asked' and warned_at is null
        """,
        maison_id=maison_id,
        id=held.id,
        now=now,
    )
    fact = FulfilmentLate(held.id, held.order_id, held.location_id)
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])
    job = jobs.Job("orders.mail_late", {"fulfilment_id": held.id})
    await jobs.defer(conn, maison_id=maison_id, jobs=[job])
    return True


def is_late(pick_by: datetime, sla_minutes: int, now: datetime) -> bool:
    """Whether half of the time to prepare has passed; counted back from its end, so that no night counts."""
    return now >= pick_by - timedelta(minutes=sla_minutes) / 2


async def source_again(conn: Conn, *, maison_id: UUID, order_id: UUID) -> None:
    """Defers the re-sourcing of the order's unsourced lines."""
    await jobs.defer(conn, maison_id=maison_id, jobs=[jobs.Job("orders.resource", {"order_id": order_id})])


async def _quantity(conn: Conn, maison_id: UUID, held: Fulfilment, line_id: UUID) -> int | None:
    return await scalar(
        conn,
        """
        select quantity from orders.order_line where maison_id = %(maison_id)s and id = %(line_id)s
          and fulfilment_id = %(fulfilment_id)s and state in ('sourced', 'picked')
        """,
        maison_id=maison_id,
        line_id=line_id,
        fulfilment_id=held.id,
    )


async def _rejected_before(conn: Conn, maison_id: UUID, held: Fulfilment, line_id: UUID) -> bool:
    return bool(
        await scalar(
            conn,
            """
            select 1 from orders.rejection r
            join orders.order_line l on l.maison_id = r.maison_id and l.id = r.order_line_id
            where r.maison_id = %(maison_id)s and r.order_line_id = %(line_id)s and l.order_id = %(order_id)s
              and r.location_id = %(location_id)s and l.fulfilment_id is distinct from %(fulfilment_id)s
            """,
            maison_id=maison_id,
            line_id=line_id,
            order_id=held.order_id,
            location_id=held.location_id,
            fulfilment_id=held.id,
        )
    )


async def unsource(
    conn: Conn,
    maison_id: UUID,
    held: list[Fulfilment],
    line_ids: list[UUID],
    reason: str,
    by_id: UUID | None,
    now: datetime,
    *,
    place: UUID | None = None,
) -> int:
    """Takes the lines from the locked work, and writes down who could not give them: `place`, or whose work it is."""
    return await execute(
        conn,
        """
        with given_up as (
          update orders.order_line l set state = 'unsourced', fulfilment_id = null
          from unnest(%(fulfilments)s::uuid[], %(places)s::uuid[]) as f(id, location_id)
          where l.maison_id = %(maison_id)s and l.fulfilment_id = f.id and l.id = any(%(line_ids)s::uuid[])
            and l.state in ('sourced', 'picked')
          returning l.id, f.location_id
        ), named as (
          select * from unnest(%(ids)s::uuid[], %(line_ids)s::uuid[]) as n(id, line_id)
        )
        insert into orders.rejection (maison_id, id, order_line_id, location_id, reason, rejected_by, rejected_at)
        select %(maison_id)s, n.id, g.id, g.location_id, %(reason)s, %(by_id)s::uuid, %(now)s
        from given_up g join named n on n.line_id = g.id
        """,
        maison_id=maison_id,
        fulfilments=[one.id for one in held],
        places=[place or one.location_id for one in held],
        line_ids=line_ids,
        ids=[new_id(now) for _ in line_ids],
        reason=reason,
        by_id=by_id,
        now=now,
    )
