"""Pickup: the client comes with a code; what they keep is handed over, what they refuse is for sale again.

Money follows ten minutes later (the maison's capture delay), so that a hand-over can be undone until then.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from enfilade.base import facts, jobs
from enfilade.base.db import Conn, execute, many
from enfilade.base.secrets import hashed
from enfilade.maisons.policies import policy_of
from enfilade.orders import delivery, ending, fulfilment, settlement
from enfilade.orders.delivery import NO_AMOUNT
from enfilade.orders.events import (
    ClientOnTheWay,
    FulfilmentHandedOver,
    FulfilmentNotCollected,
    HandOverUndone,
)
from enfilade.orders.fulfilment import EngravingBegun, Line, PiecesGone
from enfilade.orders.lawful import AgeNotChecked
from enfilade.orders.partners import dues
from enfilade.payments import ledger
from enfilade.staff.people import Colleague
from enfilade.stock import allocations, pieces_chosen
from enfilade.stock.allocations import LineDemand


class WrongCode(Exception):
    """The code does not open this order."""


class NotAmongThese(Exception):
    """A line to refuse is not among the picked ones."""


class TooLateToUndo(Exception):
    """The payment has been captured."""


@dataclass(frozen=True, slots=True)
class _Found:
    id: UUID


def as_written(code: str) -> str:
    """A code as it was made: capitals, without the spaces and dashes of who reads it aloud."""
    return "".join(letter for letter in code.upper() if letter.isalnum())[:8]


async def with_code(conn: Conn, *, maison_id: UUID, by: Colleague, code: str) -> UUID | None:
    """The fulfilment that waits with this code at one of `by`'s boutiques."""
    found = await many(
        conn,
        _Found,
        """
        select id from orders.fulfilment
        where maison_id = %(maison_id)s and code_hash = %(code_hash)s and state = 'ready'
          and (%(everywhere)s or location_id = any(%(locations)s::uuid[]))
        limit 1
        """,
        maison_id=maison_id,
        code_hash=hashed(as_written(code)),
        everywhere=by.role == "maison_manager",
        locations=sorted(by.location_ids),
    )
    return found[0].id if found else None


async def ask_on_my_way(conn: Conn, *, maison_id: UUID, order_id: UUID) -> bool:
    """The client, with their link or signed in, says that they are coming; the boutique's screen shows it.

    False when nothing waits for them.
    """
    waiting = await many(
        conn,
        _Found,
        """
        select id from orders.fulfilment
        where maison_id = %(maison_id)s and order_id = %(order_id)s and state = 'ready'
        """,
        maison_id=maison_id,
        order_id=order_id,
    )
    if waiting:
        work = [jobs.Job("orders.on_my_way", {"fulfilment_id": one.id}) for one in waiting]
        await jobs.defer(conn, maison_id=maison_id, jobs=work)
    return bool(waiting)


async def on_my_way(conn: Conn, *, maison_id: UUID, fulfilment_id: UUID, now: datetime) -> None:
    """Shows the boutique that the client comes now; said again, the first time counts. Raises IllegalStep."""
    held = await fulfilment.locked(conn, maison_id=maison_id, fulfilment_id=fulfilment_id, by=None)
    if held.state != "ready":
        raise held.refuse("on my way")
    if held.on_my_way_at is not None:
        return
    await execute(
        conn,
        """
        update orders.fulfilment set on_my_way_at = %(now)s, version = version + 1
        where maison_id = %(maison_id)s and id = %(id)s and state = 'ready'
        """,
        maison_id=maison_id,
        id=held.id,
        now=now,
    )
    fact = ClientOnTheWay(held.id, held.order_id, held.location_id)
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])


async def hand_over(
    conn: Conn,
    *,
    maison_id: UUID,
    by: Colleague,
    fulfilment_id: UUID,
    code: str,
    refused_line_ids: list[UUID],
    now: datetime,
    in_hand: dict[UUID, tuple[str, ...]] | None = None,
    age_checked: bool = False,
) -> None:
    """The client leaves with all but the refused lines, which are for sale again at once.

    `in_hand`: of a line, the serials of the pieces that are in the hand; the books follow. `age_checked`: `by` has checked that
    the client has the age the law asks for what they keep. Repeated, it changes nothing. Raises IllegalStep, WrongCode,
    AgeNotChecked, NotAmongThese, PiecesGone, NotYourBoutique, SerialRefused, and EngravingBegun for an engraved piece that is to
    be left.
    """
    held = await fulfilment.locked(conn, maison_id=maison_id, fulfilment_id=fulfilment_id, by=by)
    if held.state in ("handed_over", "cancelled") and held.code_hash == hashed(as_written(code)):
        return
    if held.state != "ready":
        raise held.refuse("hand over")
    if held.code_hash != hashed(as_written(code)):
        raise WrongCode("This code is not the one of this order")
    lines = await fulfilment.lines_of(conn, maison_id=maison_id, fulfilment_id=fulfilment_id)
    picked = [line.id for line in lines if line.state == "picked"]
    refused = [line_id for line_id in picked if line_id in refused_line_ids]
    if len(refused) != len(set(refused_line_ids)):
        raise NotAmongThese("A refused piece is not among those to hand over")
    if any(line.begun for line in lines if line.id in refused):
        raise EngravingBegun
    kept = [line_id for line_id in picked if line_id not in refused]
    age = max((line.age_min for line in lines if line.id in kept and line.age_min), default=None)
    if age is not None and not age_checked:
        raise AgeNotChecked(age)
    for line_id in sorted(kept):
        if in_hand is not None and line_id in in_hand:
            await pieces_chosen.take(
                conn,
                maison_id=maison_id,
                order_line_id=line_id,
                serials=list(in_hand[line_id]),
                by_id=by.staff_id,
                now=now,
            )
    policy = await policy_of(conn, maison_id=maison_id)
    capture_after = now + timedelta(minutes=policy.capture_delay_minutes)
    await execute(
        conn,
        """
        with given as (
          update orders.fulfilment set state = %(state)s, ended_at = %(now)s, ended_by = %(by)s,
            capture_after = %(capture_after)s, version = version + 1
          where maison_id = %(maison_id)s and id = %(id)s and state = 'ready' returning id
        )
        update orders.order_line l
        set state = case when l.id = any(%(refused)s::uuid[]) then 'refused' else 'handed_over' end,
          age_checked_by = case when l.age_min is not null and l.id <> all(%(refused)s::uuid[]) then %(by)s::uuid end
        from given g where l.maison_id = %(maison_id)s and l.fulfilment_id = g.id and l.state = 'picked'
        """,
        maison_id=maison_id,
        id=held.id,
        state="handed_over" if kept else "cancelled",
        by=by.staff_id,
        refused=refused,
        capture_after=capture_after,
        now=now,
    )
    left = await allocations.leave(conn, maison_id=maison_id, order_line_ids=kept, kind="collected", now=now)
    if left != len(kept):
        raise PiecesGone("A piece was taken from stock meanwhile: look again")
    await allocations.release(conn, maison_id=maison_id, order_line_ids=refused, now=now)
    fact = FulfilmentHandedOver(
        held.id, held.order_id, held.location_id, len(kept), len(refused), by.staff_id
    )
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])
    await fulfilment.close_if_done(conn, maison_id=maison_id, order_id=held.order_id, now=now)
    job = jobs.Job("orders.finish_hand_over", {"fulfilment_id": held.id}, capture_after)
    await jobs.defer(conn, maison_id=maison_id, jobs=[job])


async def undo_hand_over(
    conn: Conn, *, maison_id: UUID, by: Colleague, fulfilment_id: UUID, now: datetime
) -> int:
    """Everything is behind the counter again, waiting with the same code. Raises TooLateToUndo, IllegalStep.

    Returns how many refused lines could not come back: somebody else has bought their pieces meanwhile.
    """
    held = await fulfilment.locked(conn, maison_id=maison_id, fulfilment_id=fulfilment_id, by=by)
    if held.state == "ready":
        return 0
    if held.state not in ("handed_over", "cancelled") or held.code_hash is None:
        raise held.refuse("undo the hand-over")
    if held.capture_after is None or now >= held.capture_after:
        raise TooLateToUndo("The payment has been taken: a return is possible, undoing is not")
    lines = await fulfilment.lines_of(conn, maison_id=maison_id, fulfilment_id=fulfilment_id)
    gone = [line for line in lines if line.state == "handed_over"]
    refused = [line for line in lines if line.state == "refused"]
    came = await allocations.take_back(
        conn, maison_id=maison_id, lines=_demands(held.location_id, gone), now=now
    )
    if came != len(gone):
        raise TooLateToUndo("A piece is counted by its serial since it left: take it back as a return")
    again: set[UUID] = set()
    if refused:
        again = await allocations.move(
            conn,
            maison_id=maison_id,
            demands=_demands(held.location_id, refused),
            method="reserve" if held.method == "reserve" else "collect",
            now=now,
        )
    if not gone and not again:
        raise TooLateToUndo("The pieces have been sold meanwhile")
    back = [*(line.id for line in gone), *again]
    await allocations.secure(conn, maison_id=maison_id, order_line_ids=back)
    await execute(
        conn,
        """
        with back as (
          update orders.fulfilment set state = 'ready', ended_at = null, ended_by = null, capture_after = null,
            version = version + 1
          where maison_id = %(maison_id)s and id = %(id)s returning id
        ), reopened as (
          update orders.order set state = 'placed', changed_at = %(now)s
          where maison_id = %(maison_id)s and id = %(order_id)s
        )
        update orders.order_line l set state = 'picked' from back b
        where l.maison_id = %(maison_id)s and l.fulfilment_id = b.id and l.id = any(%(lines)s::uuid[])
        """,
        maison_id=maison_id,
        id=held.id,
        order_id=held.order_id,
        lines=back,
        now=now,
    )
    fact = HandOverUndone(held.id, held.order_id, held.location_id, by.staff_id)
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])
    return len(refused) - len(again)


async def finish_hand_over(conn: Conn, *, maison_id: UUID, fulfilment_id: UUID, now: datetime) -> bool:
    """Posts the sale of what left and asks for its money, gives back what was paid for the refused; now nothing is undone.

    False when it was undone, is done, or its time has not come.
    """
    held = await fulfilment.locked(conn, maison_id=maison_id, fulfilment_id=fulfilment_id, by=None)
    if held.capture_after is None or held.capture_after > now:
        return False
    await execute(
        conn,
        """
        update orders.fulfilment set capture_after = null, version = version + 1
        where maison_id = %(maison_id)s and id = %(id)s
        """,
        maison_id=maison_id,
        id=held.id,
    )
    lines = await fulfilment.lines_of(conn, maison_id=maison_id, fulfilment_id=fulfilment_id)
    gone = [line for line in lines if line.state in ("handed_over", "dispatched")]
    carried = NO_AMOUNT
    if gone and held.method == "ship":
        carried = await delivery.charge(
            conn, maison_id=maison_id, order_id=held.order_id, fulfilment_id=held.id
        )
    total = sum(line.due_minor for line in gone) + carried.total_minor
    await ledger.post_sale(
        conn,
        maison_id=maison_id,
        payment_id=held.payment_id,
        order_id=held.order_id,
        fulfilment_id=held.id,
        total_minor=total,
        tax_minor=sum(line.tax_minor for line in gone) + carried.tax_minor,
        now=now,
    )
    await dues.post_sold(conn, maison_id=maison_id, fulfilment_id=held.id, now=now)
    document = jobs.Job("orders.invoice", {"fulfilment_id": held.id})
    await jobs.defer(conn, maison_id=maison_id, jobs=[document])
    await settlement.take(
        conn,
        maison_id=maison_id,
        payment_id=held.payment_id,
        fulfilment_id=held.id,
        amount_minor=total,
        now=now,
    )
    await settlement.give_back(
        conn,
        maison_id=maison_id,
        payment_id=held.payment_id,
        amounts={line.id: line.due_minor for line in lines if line.state == "refused"},
        now=now,
    )
    await settlement.let_go_of_the_rest(conn, maison_id=maison_id, order_id=held.order_id, now=now)
    return True


async def no_show(conn: Conn, *, maison_id: UUID, fulfilment_id: UUID, now: datetime) -> bool:
    """Nobody came in time: pieces are for sale again and put away, money is let go, the client is told. False: they came."""
    held = await fulfilment.locked(conn, maison_id=maison_id, fulfilment_id=fulfilment_id, by=None)
    if held.state != "ready" or held.collect_by is None or held.collect_by > now:
        return False
    lines = [
        line
        for line in await fulfilment.lines_of(conn, maison_id=maison_id, fulfilment_id=fulfilment_id)
        if line.open
    ]
    ids = [line.id for line in lines]
    await execute(
        conn,
        """
        with ended as (
          update orders.fulfilment set state = 'no_show', ended_at = %(now)s, version = version + 1
          where maison_id = %(maison_id)s and id = %(id)s and state = 'ready' returning id, location_id
        ), cancelled as (
          update orders.order_line l set state = 'cancelled' from ended e
          where l.maison_id = %(maison_id)s and l.fulfilment_id = e.id and l.id = any(%(lines)s::uuid[])
          returning l.id, e.id as fulfilment_id, e.location_id
        )
        insert into orders.putting_away (maison_id, order_line_id, fulfilment_id, location_id, asked_at)
        select %(maison_id)s, id, fulfilment_id, location_id, %(now)s from cancelled
        """,
        maison_id=maison_id,
        id=held.id,
        lines=ids,
        now=now,
    )
    await ending.end(
        conn,
        maison_id=maison_id,
        order=ending.Paid(held.order_id, held.payment_id, held.currency),
        lines=[ending.Ended(line.id, line.due_minor) for line in lines],
        cause="no_show",
        news=[FulfilmentNotCollected(held.id, held.order_id, held.location_id)],
        now=now,
    )
    job = jobs.Job("orders.mail_not_collected", {"fulfilment_id": held.id})
    await jobs.defer(conn, maison_id=maison_id, jobs=[job])
    return True


def _demands(location_id: UUID, lines: list[Line]) -> list[LineDemand]:
    return [LineDemand(line.id, location_id, line.variant_id, line.quantity) for line in lines]
