"""Booking: a time with an advisor is kept for somebody, moved, or given back.

Lock order: the boutiques' turns, the appointment, then positions and holds. Free times are looked at after the turn was taken, by
the same function that offered them. Every verb may be repeated: done again it changes nothing.
"""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from weakref import WeakKeyDictionary

from psycopg import errors
from psycopg.types.range import TimestamptzRange

from enfilade.appointments import free, services, turns
from enfilade.appointments.events import AppointmentBooked, AppointmentCancelled, AppointmentMoved
from enfilade.appointments.services import Offered
from enfilade.appointments.slots import Place, Slot, chosen, slots
from enfilade.appointments.turns import NoAppointmentsThere
from enfilade.base import facts, limits
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, constraint, execute, many, maybe
from enfilade.base.secrets import derived, hashed
from enfilade.boutiques.zones import zone_of
from enfilade.clients.contact_points import NotAContactPoint, contact_point
from enfilade.orders.fulfilment import NotYourBoutique
from enfilade.orders.marks import marks_of
from enfilade.orders.placing import Contact, new_number
from enfilade.staff.people import Colleague
from enfilade.stock import holds
from enfilade.stock.holds import Demand

#: Visits last longer than planned; what is tried is not sold meanwhile.
HELD_AFTER = timedelta(minutes=60)
#: How long after the visit it is known who came.
KEPT_AFTER = timedelta(days=90)
NEXT_SLOTS = 3
NEXT_DAYS = 7
WINDOW_SECONDS = 60 * 60
ASKED_PER_NETWORK_MAX = 60
#: What one mailbox books in a day without a colleague: pieces are held for it, and the day’s times are few.
DAY_SECONDS = 24 * 60 * 60
BOOKED_PER_MAILBOX_MAX = 3
#: So many bookings of strangers at a time in one process.
AT_ONCE = 4
_room: WeakKeyDictionary[Db, asyncio.Semaphore] = WeakKeyDictionary()


class SlotTaken(Exception):
    """Nobody is free then any more; `free` are the next times that are, in the boutique's clock."""

    def __init__(self, free: list[Slot]) -> None:
        said = ", ".join(f"{slot.wall:%d.%m. %H:%M}" for slot in free)
        super().__init__(f"This time is taken. Free are: {said}" if said else "This time is taken")
        self.free = free


class ComesAlready(Exception):
    """The same mailbox has an appointment at this time."""

    def __init__(self) -> None:
        super().__init__("You have an appointment at this time already; you can move it by its link")


class TooManyPieces(Exception):
    """More pieces than are brought to one appointment of this kind."""

    def __init__(self, most: int) -> None:
        super().__init__(f"At most {most} pieces can be tried" if most else "No pieces are chosen for this")
        self.most = most


class NoSuchAppointment(Exception):
    """There is none of this id."""


class AppointmentOver(Exception):
    """It has begun, ended or been cancelled: it cannot be moved or cancelled any more."""

    def __init__(self) -> None:
        super().__init__("This appointment cannot be changed any more")


class TooLateToChange(Exception):
    """It begins too soon for its client to change it alone; the boutique can."""

    def __init__(self) -> None:
        super().__init__("It is too late to change it here; please call the boutique")


class ChangedMeanwhile(Exception):
    """It was moved since the page was opened."""

    def __init__(self) -> None:
        super().__init__("This appointment was changed meanwhile; look at it again")


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for. `advisor_language`: '' for any. `starts_at` is a slot's."""

    service_id: UUID
    location_id: UUID
    starts_at: datetime
    name: str
    mail: str
    phone: str
    words: str
    store_id: UUID
    market: str
    language: str
    advisor_language: str = ""
    variant_ids: tuple[UUID, ...] = ()
    client_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Booked:
    """What is kept."""

    id: UUID
    number: str
    location_id: UUID
    staff_id: UUID
    seat_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    state: str
    sequence: int


@dataclass(frozen=True, slots=True)
class Opened:
    """The appointment behind a link."""

    maison_id: UUID
    region: str
    appointment_id: UUID
    store_id: UUID

    @property
    def actor(self) -> Actor:
        return Actor.booking(self.appointment_id)


def appointment_id(secret: str) -> UUID:
    """The appointment of a form: made of the secret the form carries, so that only who has the form can repeat it."""
    return UUID(bytes=hashed("appointment:" + secret)[:16])


def link_secret(key: bytes, appointment_id: UUID) -> str:
    """What its link says; stored as its hash alone."""
    return derived(key, "appointment", appointment_id)


async def opened(db: Db, secret: str) -> Opened | None:
    """The appointment behind the link."""
    async with db.door() as conn:
        return await maybe(
            conn,
            Opened,
            "select maison_id, region, appointment_id, store_id from door.appointment_of_link(%(link)s)",
            link=hashed(secret),
        )


async def ask(
    db: Db, *, maison_id: UUID, secret: str, asked: Asked, key: bytes, network: str, now: datetime
) -> Booked:
    """`book` for somebody unknown, a few times an hour. Raises what it raises, NotAContactPoint and TooManyAttempts."""
    to = contact_point(asked.mail, "")
    if to.kind != "mail":
        raise NotAContactPoint
    # Who waits for a turn keeps a connection: the rest of the shop needs the others.
    async with _room.setdefault(db, asyncio.Semaphore(AT_ONCE)):
        async with db.door() as conn:
            await limits.spend(
                conn,
                bucket=f"appointments asked from {network}",
                most=ASKED_PER_NETWORK_MAX,
                window_seconds=WINDOW_SECONDS,
                now=now,
            )
        id_ = appointment_id(secret)
        return await db.run(
            Actor.booking(id_),
            maison_id,
            lambda conn: book(
                conn, maison_id=maison_id, appointment_id=id_, by=None, asked=asked, key=key, now=now
            ),
        )


async def book(
    conn: Conn,
    *,
    maison_id: UUID,
    appointment_id: UUID,
    by: Colleague | None,
    asked: Asked,
    key: bytes,
    now: datetime,
) -> Booked:
    """Keeps the time and the pieces; the same id again gives what it gave. `by` None: the client.

    Raises NoAppointmentsThere, SlotTaken, ComesAlready, TooManyPieces, NotEnoughStock, Crowded, NotYourBoutique, and
    TooManyAttempts for a mailbox that has booked a few times this day.
    """
    if by is not None and not by.works_at(asked.location_id):
        raise NotYourBoutique
    await turns.take(conn, maison_id=maison_id, location_ids=[asked.location_id])
    if (known := await booked(conn, maison_id=maison_id, appointment_id=appointment_id)) is not None:
        return known
    service = await _offered(conn, maison_id, asked.service_id, asked.location_id)
    variants = list(dict.fromkeys(asked.variant_ids))
    if len(variants) > service.pieces_max:
        raise TooManyPieces(service.pieces_max)
    place, slot = await _slot(
        conn, maison_id, service, asked.location_id, asked.starts_at, asked.advisor_language, now
    )
    who = chosen(service.terms, place, slot.starts_at, asked.advisor_language)
    assert who is not None, "a slot has somebody"
    ends_at = slot.starts_at + timedelta(minutes=service.minutes)
    (booker,) = marks_of(
        key, maison_id, contact=Contact(asked.name, asked.mail, "", None, ""), client_id=None
    )
    try:
        async with conn.transaction():
            await execute(
                conn,
                """
                insert into appointments.appointment (maison_id, id, number, service_id, location_id, staff_id, needs_seat,
                  seat_id, store_id, client_id, booker, market, language, asked_language, wall, zone, starts_at, ends_at,
                  preparation_minutes, clearing_minutes, busy, link_hash, booked_at, changed_at)
                values (%(maison_id)s, %(id)s, %(number)s, %(service_id)s, %(location_id)s, %(staff_id)s, %(needs_seat)s,
                  %(seat_id)s, %(store_id)s, %(client_id)s, %(booker)s, %(market)s, %(language)s, %(asked_language)s, %(wall)s,
                  %(zone)s, %(starts_at)s, %(ends_at)s, %(preparation)s, %(clearing)s, %(busy)s, %(link_hash)s, %(now)s,
                  %(now)s)
                """,
                maison_id=maison_id,
                id=appointment_id,
                number=new_number(),
                service_id=service.id,
                location_id=asked.location_id,
                staff_id=who[0],
                needs_seat=service.needs_seat,
                seat_id=who[1],
                store_id=asked.store_id,
                client_id=asked.client_id,
                booker=booker,
                market=asked.market,
                language=asked.language,
                asked_language=asked.advisor_language,
                wall=slot.wall,
                zone=place.zone,
                starts_at=slot.starts_at,
                ends_at=ends_at,
                preparation=service.preparation_minutes,
                clearing=service.clearing_minutes,
                busy=_busy(service, slot.starts_at),
                link_hash=hashed(link_secret(key, appointment_id)),
                now=now,
            )
    except errors.ExclusionViolation as error:
        if constraint(error) == "visitor_once":
            raise ComesAlready from None
        raise SlotTaken([]) from None
    if by is None:
        # Counted with the booking: what is refused or rolled back counts nothing.
        await limits.spend(
            conn,
            bucket=f"appointments of {maison_id} {booker.hex()}",
            most=BOOKED_PER_MAILBOX_MAX,
            window_seconds=DAY_SECONDS,
            now=now,
        )
    await execute(
        conn,
        """
        with who as (
          insert into appointments.contact (maison_id, appointment_id, name, mail, phone, words, forget_at)
          values (%(maison_id)s, %(id)s, %(name)s, %(mail)s, %(phone)s, %(words)s, %(forget_at)s)
        )
        insert into appointments.piece (maison_id, appointment_id, variant_id, place)
        select %(maison_id)s, %(id)s, p.variant_id, p.place
        from unnest(%(variants)s::uuid[]) with ordinality as p(variant_id, place)
        """,
        maison_id=maison_id,
        id=appointment_id,
        name=asked.name.strip()[:100],
        mail=asked.mail.strip(),
        phone=asked.phone.strip()[:20],
        words=asked.words.strip()[:500],
        forget_at=ends_at + KEPT_AFTER,
        variants=variants,
    )
    if variants:
        await _hold(
            conn, maison_id, appointment_id, asked.location_id, variants, _held_until(service, slot), now
        )
    await facts.record(
        conn,
        maison_id=maison_id,
        now=now,
        facts=[
            AppointmentBooked(
                appointment_id, asked.location_id, service.id, slot.starts_at, pieces=len(variants)
            )
        ],
    )
    kept = await booked(conn, maison_id=maison_id, appointment_id=appointment_id)
    assert kept is not None
    return kept


async def booked(conn: Conn, *, maison_id: UUID, appointment_id: UUID) -> Booked | None:
    """As it stands."""
    return await maybe(
        conn,
        Booked,
        """
        select id, number, location_id, staff_id, seat_id, starts_at, ends_at, state, sequence
        from appointments.appointment where maison_id = %(maison_id)s and id = %(appointment_id)s
        """,
        maison_id=maison_id,
        appointment_id=appointment_id,
    )


@dataclass(frozen=True, slots=True)
class _Standing:
    location_id: UUID
    staff_id: UUID
    service_id: UUID
    asked_language: str
    starts_at: datetime
    state: str
    sequence: int


async def _standing(conn: Conn, maison_id: UUID, appointment_id: UUID) -> _Standing:
    """Locked. Raises NoSuchAppointment."""
    found = await maybe(
        conn,
        _Standing,
        """
        select location_id, staff_id, service_id, asked_language, starts_at, state, sequence
        from appointments.appointment where maison_id = %(maison_id)s and id = %(appointment_id)s for no key update
        """,
        maison_id=maison_id,
        appointment_id=appointment_id,
    )
    if found is None:
        raise NoSuchAppointment
    return found


async def move(
    conn: Conn,
    *,
    maison_id: UUID,
    appointment_id: UUID,
    by: Colleague | None,
    location_id: UUID,
    starts_at: datetime,
    sequence: int,
    now: datetime,
) -> Booked:
    """To another slot, perhaps of another boutique; all of it or nothing. `by` None: its client. `sequence`: as it was seen.

    Raises NoSuchAppointment, AppointmentOver, ChangedMeanwhile, TooLateToChange, NotYourBoutique, and what `book` raises.
    """
    before = await booked(conn, maison_id=maison_id, appointment_id=appointment_id)
    if before is None:
        raise NoSuchAppointment
    await turns.take(conn, maison_id=maison_id, location_ids=[before.location_id, location_id])
    standing = await _standing(conn, maison_id, appointment_id)
    if standing.state == "booked" and (standing.location_id, standing.starts_at) == (location_id, starts_at):
        return before
    service = await _offered(conn, maison_id, standing.service_id, location_id)
    _changeable(standing, service, by, now)
    if standing.sequence != sequence or standing.location_id != before.location_id:
        raise ChangedMeanwhile
    if by is not None and not by.works_at(location_id):
        raise NotYourBoutique
    place, slot = await _slot(
        conn, maison_id, service, location_id, starts_at, standing.asked_language, now, appointment_id
    )
    who = chosen(service.terms, place, slot.starts_at, standing.asked_language, standing.staff_id)
    assert who is not None, "a slot has somebody"
    try:
        async with conn.transaction():
            await execute(
                conn,
                """
                update appointments.appointment set location_id = %(location_id)s, staff_id = %(staff_id)s,
                  seat_id = %(seat_id)s, wall = %(wall)s, zone = %(zone)s, starts_at = %(starts_at)s, ends_at = %(ends_at)s,
                  preparation_minutes = %(preparation)s, clearing_minutes = %(clearing)s, busy = %(busy)s,
                  sequence = sequence + 1, changed_at = %(now)s
                where maison_id = %(maison_id)s and id = %(id)s and state = 'booked'
                """,
                maison_id=maison_id,
                id=appointment_id,
                location_id=location_id,
                staff_id=who[0],
                seat_id=who[1],
                wall=slot.wall,
                zone=place.zone,
                starts_at=slot.starts_at,
                ends_at=slot.starts_at + timedelta(minutes=service.minutes),
                preparation=service.preparation_minutes,
                clearing=service.clearing_minutes,
                busy=_busy(service, slot.starts_at),
                now=now,
            )
    except errors.ExclusionViolation as error:
        if constraint(error) == "visitor_once":
            raise ComesAlready from None
        raise SlotTaken([]) from None
    await execute(
        conn,
        """
        update appointments.contact set forget_at = %(forget_at)s
        where maison_id = %(maison_id)s and appointment_id = %(id)s
        """,
        maison_id=maison_id,
        id=appointment_id,
        forget_at=slot.starts_at + KEPT_AFTER,
    )
    variants = await _pieces(conn, maison_id, appointment_id)
    if variants:
        # Refused, the whole move is rolled back: nobody else has seen the pieces free meanwhile.
        await holds.lock(
            conn,
            maison_id=maison_id,
            demands=[
                Demand(place_id, variant, 1)
                for place_id in {standing.location_id, location_id}
                for variant in variants
            ],
        )
        await holds.release(conn, maison_id=maison_id, holder_id=appointment_id)
        await _hold(conn, maison_id, appointment_id, location_id, variants, _held_until(service, slot), now)
    await facts.record(
        conn,
        maison_id=maison_id,
        now=now,
        facts=[AppointmentMoved(appointment_id, location_id, slot.starts_at)],
    )
    kept = await booked(conn, maison_id=maison_id, appointment_id=appointment_id)
    assert kept is not None
    return kept


async def cancel(
    conn: Conn, *, maison_id: UUID, appointment_id: UUID, by: Colleague | None, now: datetime
) -> None:
    """Gives the time and the pieces back. `by` None: its client. Repeatable.

    Raises NoSuchAppointment, AppointmentOver, TooLateToChange, NotYourBoutique.
    """
    standing = await _standing(conn, maison_id, appointment_id)
    if by is not None and not by.works_at(standing.location_id):
        raise NotYourBoutique
    if standing.state == "cancelled":
        return
    service = await services.read(conn, maison_id=maison_id, service_id=standing.service_id)
    assert service is not None
    _changeable(standing, service, by, now)
    await execute(
        conn,
        """
        update appointments.appointment set state = 'cancelled', sequence = sequence + 1, changed_at = %(now)s,
          ended_by = %(by_id)s
        where maison_id = %(maison_id)s and id = %(id)s and state = 'booked'
        """,
        maison_id=maison_id,
        id=appointment_id,
        by_id=by.staff_id if by else None,
        now=now,
    )
    await holds.release(conn, maison_id=maison_id, holder_id=appointment_id)
    await facts.record(
        conn,
        maison_id=maison_id,
        now=now,
        facts=[AppointmentCancelled(appointment_id, standing.location_id, "maison" if by else "client")],
    )


def _changeable(standing: _Standing, service: Offered, by: Colleague | None, now: datetime) -> None:
    if standing.state != "booked":
        raise AppointmentOver
    if by is None and now > standing.starts_at - timedelta(minutes=service.cancel_until_minutes):
        raise TooLateToChange


async def _offered(conn: Conn, maison_id: UUID, service_id: UUID, location_id: UUID) -> Offered:
    service = await services.read(conn, maison_id=maison_id, service_id=service_id)
    if service is None or not service.active or location_id not in service.location_ids:
        raise NoAppointmentsThere
    return service


async def _slot(
    conn: Conn,
    maison_id: UUID,
    service: Offered,
    location_id: UUID,
    starts_at: datetime,
    language: str,
    now: datetime,
    apart: UUID | None = None,
) -> tuple[Place, Slot]:
    """The slot that begins then, with the people of its day. The boutique's turn is taken. Raises SlotTaken."""
    found = await free.times(
        conn,
        maison_id=maison_id,
        service_id=service.id,
        location_ids=[location_id],
        since=starts_at - timedelta(days=1),
        until=starts_at + timedelta(days=1),
        apart=apart,
    )
    if (place := found.get(location_id)) is not None:
        day: date = starts_at.astimezone(zone_of(place.zone)).date()
        for slot in slots(service.terms, place, first_day=day, days=1, now=now, language=language):
            if slot.starts_at == starts_at:
                return place, slot
    raise SlotTaken(
        await next_slots(
            conn,
            maison_id=maison_id,
            service=service,
            location_id=location_id,
            after=max(starts_at, now),
            now=now,
            language=language,
            apart=apart,
        )
    )


async def next_slots(
    conn: Conn,
    *,
    maison_id: UUID,
    service: Offered,
    location_id: UUID,
    after: datetime,
    now: datetime,
    language: str = "",
    apart: UUID | None = None,
) -> list[Slot]:
    """The first three of the boutique that begin at that time or later, within a week."""
    found = await free.week(
        conn,
        maison_id=maison_id,
        service=service,
        location_ids=[location_id],
        first_day=(after - timedelta(days=1)).date(),
        days=NEXT_DAYS + 2,
        now=now,
        language=language,
        apart=apart,
    )
    return [slot for slot in found.get(location_id, []) if slot.starts_at >= after][:NEXT_SLOTS]


def _busy(service: Offered, starts_at: datetime) -> TimestamptzRange:
    return TimestamptzRange(
        starts_at - timedelta(minutes=service.preparation_minutes),
        starts_at + timedelta(minutes=service.minutes + service.clearing_minutes),
    )


def _held_until(service: Offered, slot: Slot) -> datetime:
    return slot.starts_at + timedelta(minutes=service.minutes + service.clearing_minutes) + HELD_AFTER


@dataclass(frozen=True, slots=True)
class _Piece:
    variant_id: UUID


async def _pieces(conn: Conn, maison_id: UUID, appointment_id: UUID) -> list[UUID]:
    found = await many(
        conn,
        _Piece,
        """
        select variant_id from appointments.piece
        where maison_id = %(maison_id)s and appointment_id = %(appointment_id)s order by place
        """,
        maison_id=maison_id,
        appointment_id=appointment_id,
    )
    return [one.variant_id for one in found]


async def _hold(
    conn: Conn,
    maison_id: UUID,
    appointment_id: UUID,
    location_id: UUID,
    variants: list[UUID],
    until: datetime,
    now: datetime,
) -> None:
    await holds.claim(
        conn,
        maison_id=maison_id,
        purpose="appointment",
        holder_id=appointment_id,
        demands=[Demand(location_id, variant, 1) for variant in variants],
        method="reserve",
        expires_at=until,
        now=now,
    )
