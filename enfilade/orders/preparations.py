"""Preparing: an advisor accepts, picks each line, and says it is ready for the client, or sends it off.

Every verb may be repeated: done again by the same person it changes nothing. Raises IllegalStep, NotYourBoutique.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from enfilade.base import facts, jobs
from enfilade.base.db import Conn, execute, tuples
from enfilade.base.secrets import derived_code, hashed
from enfilade.orders import addresses, fulfilment, parcels
from enfilade.orders.events import (
    FulfilmentAccepted,
    FulfilmentDispatched,
    FulfilmentGivenBack,
    FulfilmentReady,
    LinePicked,
    LinePutBack,
)
from enfilade.orders.fulfilment import EngravingBegun, PiecesGone, TakenBy
from enfilade.staff import people
from enfilade.staff.people import Colleague
from enfilade.stock import allocations, pieces_chosen


class NothingToPick(Exception):
    """This line is not among those to pick here."""


async def accept(conn: Conn, *, maison_id: UUID, by: Colleague, fulfilment_id: UUID, now: datetime) -> None:
    """`by` takes the work, and with it the credit of lines nobody is credited for. Raises TakenBy."""
    held = await fulfilment.locked(conn, maison_id=maison_id, fulfilment_id=fulfilment_id, by=by)
    if held.state == "accepted" and held.accepted_by == by.staff_id:
        return
    if held.state == "accepted" and held.accepted_by is not None:
        raise TakenBy(await people.name_of(conn, maison_id=maison_id, staff_id=held.accepted_by))
    if held.state != "asked":
        raise held.refuse("accept")
    await execute(
        conn,
        """
        with taken as (
          update orders.fulfilment set state = 'accepted', accepted_at = %(now)s, accepted_by = %(by)s,
            version = version + 1,
            -- Who has taken it has until the end of the day for which a workshop promised the piece.
            pick_by = greatest(pick_by, (select max((l.engrave_by + 1)::timestamp at time zone p.zone)
              from orders.order_line l join boutiques.location p on p.maison_id = l.maison_id and p.id = %(location_id)s
              where l.maison_id = %(maison_id)s and l.fulfilment_id = %(id)s and l.state = 'sourced'))
          where maison_id = %(maison_id)s and id = %(id)s and state = 'asked' returning id, location_id
        )
        update orders.order_line l set credited_staff_id = coalesce(l.credited_staff_id, %(by)s),
          credited_location_id = coalesce(l.credited_location_id, t.location_id)
        from taken t where l.maison_id = %(maison_id)s and l.fulfilment_id = t.id
        """,
        maison_id=maison_id,
        id=held.id,
        location_id=held.location_id,
        by=by.staff_id,
        now=now,
    )
    fact = FulfilmentAccepted(held.id, held.order_id, held.location_id, by.staff_id)
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])


async def give_back(
    conn: Conn, *, maison_id: UUID, by: Colleague, fulfilment_id: UUID, now: datetime
) -> None:
    """Undoes `accept`: nothing is picked any more and a colleague may take it. The time to prepare runs on.

    Raises EngravingBegun.
    """
    held = await fulfilment.locked(conn, maison_id=maison_id, fulfilment_id=fulfilment_id, by=by)
    if held.state == "asked":
        return
    if held.state != "accepted":
        raise held.refuse("give back")
    if any(
        line.begun for line in await fulfilment.lines_of(conn, maison_id=maison_id, fulfilment_id=held.id)
    ):
        raise EngravingBegun
    await execute(
        conn,
        """
        with given as (
          update orders.fulfilment set state = 'asked', accepted_at = null, accepted_by = null, version = version + 1
          where maison_id = %(maison_id)s and id = %(id)s and state = 'accepted' returning id
        )
        update orders.order_line l set state = 'sourced',
          credited_staff_id = nullif(l.credited_staff_id, %(accepted_by)s)
        from given g where l.maison_id = %(maison_id)s and l.fulfilment_id = g.id and l.state in ('sourced', 'picked')
        """,
        maison_id=maison_id,
        id=held.id,
        accepted_by=held.accepted_by,
    )
    fact = FulfilmentGivenBack(held.id, held.order_id, held.location_id, by.staff_id)
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])


async def pick(
    conn: Conn,
    *,
    maison_id: UUID,
    by: Colleague,
    fulfilment_id: UUID,
    line_id: UUID,
    now: datetime,
    serials: tuple[str, ...] = (),
) -> None:
    """The pieces of the line are found and set aside. Raises NothingToPick.

    `serials`: those that were found, where they are counted one by one; else the ones the books have for the line. Raises
    SerialRefused for one that cannot be taken.
    """
    await _set_line(conn, maison_id, by, fulfilment_id, line_id, "pick", now, serials)


async def put_back(
    conn: Conn, *, maison_id: UUID, by: Colleague, fulfilment_id: UUID, line_id: UUID, now: datetime
) -> None:
    """Undoes `pick`. Raises EngravingBegun."""
    await _set_line(conn, maison_id, by, fulfilment_id, line_id, "put back", now)


async def _set_line(
    conn: Conn,
    maison_id: UUID,
    by: Colleague,
    fulfilment_id: UUID,
    line_id: UUID,
    step: str,
    now: datetime,
    serials: tuple[str, ...] = (),
) -> None:
    held = await fulfilment.locked(conn, maison_id=maison_id, fulfilment_id=fulfilment_id, by=by)
    if held.state != "accepted":
        raise held.refuse(step)
    picked = step == "pick"
    touched = await execute(
        conn,
        """
        update orders.order_line set state = %(after)s
        where maison_id = %(maison_id)s and fulfilment_id = %(fulfilment_id)s and id = %(line_id)s and state = %(before)s
          and engraving_begun_at is null
        """,
        maison_id=maison_id,
        fulfilment_id=fulfilment_id,
        line_id=line_id,
        before="sourced" if picked else "picked",
        after="picked" if picked else "sourced",
    )
    if touched and serials:
        await pieces_chosen.take(
            conn,
            maison_id=maison_id,
            order_line_id=line_id,
            serials=list(serials),
            by_id=by.staff_id,
            now=now,
        )
    if touched and picked:
        await allocations.secure(conn, maison_id=maison_id, order_line_ids=[line_id])
    if touched:
        fact = (LinePicked if picked else LinePutBack)(line_id, held.id, held.location_id, by.staff_id)
        await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])
        return
    lines = await fulfilment.lines_of(conn, maison_id=maison_id, fulfilment_id=fulfilment_id)
    if not any(line.id == line_id and line.open for line in lines):
        raise NothingToPick("This piece is not among those to pick here")
    if not picked and any(line.id == line_id and line.begun for line in lines):
        raise EngravingBegun


@dataclass(frozen=True, slots=True)
class Terms:
    """What bounds the last day to collect."""

    collect_days: int
    capture_delay_minutes: int
    zone: str
    separate_capture: bool
    authorised_until: datetime | None


def last_moment(terms: Terms, now: datetime) -> datetime:
    """The end of the local day after `collect_days`, and never so late that a capture would find no authorisation."""
    local = now.astimezone(ZoneInfo(terms.zone))
    end = datetime.combine(
        local.date() + timedelta(days=terms.collect_days), time(23, 59, 59), ZoneInfo(terms.zone)
    ).astimezone(now.tzinfo)
    if not terms.separate_capture or terms.authorised_until is None:
        return end
    return min(end, terms.authorised_until - timedelta(minutes=terms.capture_delay_minutes + 60))


async def terms_of(conn: Conn, *, maison_id: UUID, fulfilment_ids: list[UUID]) -> dict[UUID, Terms]:
    """What bounds the last day to collect each of these, by its id."""
    found = await tuples(
        conn,
        """
        select f.id, t.collect_days, t.capture_delay_minutes, l.zone,
          coalesce(p.separate_capture, false) as separate_capture, p.authorised_until
        from orders.fulfilment f
        join orders.order o on o.maison_id = f.maison_id and o.id = f.order_id
        join maisons.policy t on t.maison_id = f.maison_id
        join boutiques.location l on l.maison_id = f.maison_id and l.id = f.location_id
        left join payments.payment p on p.maison_id = o.maison_id and p.id = o.payment_id
        where f.maison_id = %(maison_id)s and f.id = any(%(ids)s::uuid[])
        """,
        maison_id=maison_id,
        ids=fulfilment_ids,
    )
    return {id_: Terms(*bounds) for id_, *bounds in found}


async def ready(
    conn: Conn, *, maison_id: UUID, by: Colleague, fulfilment_id: UUID, key: bytes, now: datetime
) -> None:
    """Everything that remains is picked: the client is told with a code, and may come until the last moment."""
    held = await fulfilment.locked(conn, maison_id=maison_id, fulfilment_id=fulfilment_id, by=by)
    if held.state == "ready":
        return
    if held.state != "accepted" or held.method == "ship":
        raise held.refuse("ready")
    await fulfilment.all_picked(conn, maison_id=maison_id, fulfilment_id=fulfilment_id)
    terms = await terms_of(conn, maison_id=maison_id, fulfilment_ids=[held.id])
    collect_by = last_moment(terms[held.id], now)
    await execute(
        conn,
        """
        update orders.fulfilment set state = 'ready', ready_at = %(now)s, collect_by = %(collect_by)s,
          code_hash = %(code_hash)s, version = version + 1
        where maison_id = %(maison_id)s and id = %(id)s and state = 'accepted'
        """,
        maison_id=maison_id,
        id=held.id,
        now=now,
        collect_by=collect_by,
        code_hash=hashed(pickup_code(key, held.id)),
    )
    fact = FulfilmentReady(held.id, held.order_id, held.location_id, collect_by, by.staff_id)
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])
    await jobs.defer(
        conn, maison_id=maison_id, jobs=[jobs.Job("orders.mail_ready", {"fulfilment_id": held.id})]
    )


async def dispatch(
    conn: Conn,
    *,
    maison_id: UUID,
    by: Colleague,
    fulfilment_id: UUID,
    tracking: str,
    now: datetime,
    address_seen: str = "",
) -> None:
    """The parcel leaves with what is picked, and its money is captured. `tracking`: as typed, '' for that of its label.

    `address_seen`: the `addresses.mark` of the address on the screen, '' where none was. Raises PiecesGone, AddressSince,
    LabelForOldAddress.
    """
    held = await fulfilment.locked(conn, maison_id=maison_id, fulfilment_id=fulfilment_id, by=by)
    if held.state == "dispatched":
        return
    if held.state != "accepted" or held.method != "ship":
        raise held.refuse("dispatch")
    if address_seen:
        await addresses.look_again_if_changed(
            conn, maison_id=maison_id, order_id=held.order_id, seen=address_seen
        )
    line_ids = await fulfilment.all_picked(conn, maison_id=maison_id, fulfilment_id=fulfilment_id)
    number = await parcels.leaving_with(
        conn, maison_id=maison_id, held=held, typed=tracking.strip()[:100], now=now
    )
    await execute(
        conn,
        """
        with sent as (
          update orders.fulfilment set state = 'dispatched', ended_at = %(now)s, ended_by = %(by)s,
            capture_after = %(now)s, tracking = %(tracking)s, version = version + 1
          where maison_id = %(maison_id)s and id = %(id)s and state = 'accepted' returning id
        )
        update orders.order_line l set state = 'dispatched' from sent s
        where l.maison_id = %(maison_id)s and l.fulfilment_id = s.id and l.state = 'picked'
        """,
        maison_id=maison_id,
        id=held.id,
        by=by.staff_id,
        tracking=number,
        now=now,
    )
    left = await allocations.leave(
        conn, maison_id=maison_id, order_line_ids=line_ids, kind="dispatched", now=now
    )
    if left != len(line_ids):
        raise PiecesGone("A piece was taken from stock meanwhile: look again")
    fact = FulfilmentDispatched(held.id, held.order_id, held.location_id, by.staff_id)
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])
    await fulfilment.close_if_done(conn, maison_id=maison_id, order_id=held.order_id, now=now)
    await jobs.defer(
        conn,
        maison_id=maison_id,
        jobs=[
            jobs.Job("orders.finish_hand_over", {"fulfilment_id": held.id}),
            jobs.Job("orders.mail_dispatched", {"fulfilment_id": held.id}),
        ],
    )


def pickup_code(key: bytes, fulfilment_id: UUID) -> str:
    """The eight letters the client shows, made again whenever they must be sent."""
    return derived_code(key, "pickup", fulfilment_id)
