"""Booking: a time with an advisor, and the pieces to try, are kept for somebody.

Lock order: the boutique's turn, the appointment, what is brought to it, then positions and holds. Free times are looked
at after the turn was taken, by
the same function that offered them. Done again it changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from psycopg import errors

from enfilade.appointments import bringing, keeping, turns
from enfilade.appointments.events import AppointmentBooked
from enfilade.appointments.keeping import KEPT_AFTER, Booked, ComesAlready, SlotTaken, TooManyPieces
from enfilade.appointments.slots import chosen
from enfilade.base import facts, limits
from enfilade.base.db import Conn, constraint, execute
from enfilade.base.secrets import hashed
from enfilade.orders.fulfilment import NotYourBoutique
from enfilade.orders.marks import marks_of
from enfilade.orders.placing import Contact, new_number
from enfilade.staff.people import Colleague

#: What one mailbox books in a day without a colleague: pieces are held for it, and the day’s times are few.
DAY_SECONDS = 24 * 60 * 60
BOOKED_PER_MAILBOX_MAX = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for. `advisor_language`: '' for any; `advisor_id`: that one alone. `starts_at` is a slot's.

    `mail` or `phone` may be ''; `answers`: to the service's questions, as they were put.
    """

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
    advisor_id: UUID | None = None
    answers: tuple[tuple[str, str], ...] = ()


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

    Raises NoAppointmentsThere, SlotTaken, PiecesLater, ComesAlready, TooManyPieces, NotEnoughStock, Crowded, NotYourBoutique, and
    TooManyAttempts for a mailbox that has booked a few times this day.
    """
    if by is not None and not by.works_at(asked.location_id):
        raise NotYourBoutique
    await turns.take(conn, maison_id=maison_id, location_ids=[asked.location_id])
    if (known := await keeping.booked(conn, maison_id=maison_id, appointment_id=appointment_id)) is not None:
        return known
    service = await keeping.offered(conn, maison_id, asked.service_id, asked.location_id)
    variants = list(dict.fromkeys(asked.variant_ids))
    if len(variants) > service.pieces_max:
        raise TooManyPieces(service.pieces_max)
    found = await bringing.plans(
        conn,
        maison_id=maison_id,
        location_ids=[asked.location_id],
        variant_ids=variants,
        brought_max=service.brought_max,
        since=now,
    )
    plan = found[asked.location_id]
    place, slot = await keeping.slot_at(
        conn,
        maison_id,
        service,
        asked.location_id,
        asked.starts_at,
        asked.advisor_language,
        now,
        advisor=asked.advisor_id,
        not_before=plan.not_before,
    )
    who = chosen(service.terms, place, slot.starts_at, asked.advisor_language, advisor=asked.advisor_id)
    assert who is not None, "a slot has somebody"
    ends_at = slot.starts_at + timedelta(minutes=service.minutes)
    (booker,) = marks_of(
        key,
        maison_id,
        contact=Contact(asked.name, asked.mail, "" if asked.mail else asked.phone, None, ""),
        client_id=None,
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
                busy=keeping.busy(service, slot.starts_at),
                link_hash=hashed(keeping.link_secret(key, appointment_id)),
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
          insert into appointments.contact (maison_id, appointment_id, name, mail, phone, words, answers, forget_at)
          values (%(maison_id)s, %(id)s, %(name)s, %(mail)s, %(phone)s, %(words)s, %(answers)s::jsonb, %(forget_at)s)
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
        answers=msgspec.json.encode(
            [[put[:200], said.strip()[:500]] for put, said in asked.answers]
        ).decode(),
        forget_at=ends_at + KEPT_AFTER,
        variants=variants,
    )
    if variants:
        await bringing.take(
            conn,
            maison_id=maison_id,
            appointment_id=appointment_id,
            plan=plan,
            starts_at=slot.starts_at,
            until=keeping.held_until(service, slot),
            now=now,
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
    kept = await keeping.booked(conn, maison_id=maison_id, appointment_id=appointment_id)
    assert kept is not None
    return kept
