"""The waitlist of a full day: what becomes free is kept for who waits, one after the other, each with a time to answer.

A place on the list has its own link, and the appointment that comes of it has the same id and the same link. What is kept for
somebody is an alternative (`alternatives.py`), so whoever looks for free times leaves it out. Lock order: the boutique's turn,
who waits, the alternative, then positions and holds. Each verb may be repeated.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from enfilade.appointments import alternatives, asking, booking, free, keeping, turns
from enfilade.appointments.asking import Opened
from enfilade.appointments.booking import Asked
from enfilade.appointments.keeping import Booked, SlotTaken
from enfilade.appointments.nearest import part
from enfilade.appointments.services import Offered
from enfilade.appointments.slots import Place, Slot, slots
from enfilade.base import jobs, limits
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, execute, maybe, scalar, tuples
from enfilade.base.secrets import hashed
from enfilade.boutiques.zones import zone_of
from enfilade.clients.contact_points import NotAContactPoint, contact_point
from enfilade.orders.marks import marks_of
from enfilade.orders.placing import Contact
from enfilade.stock import holds
from enfilade.stock.holds import Demand, NotEnoughStock

OFFER, MAIL = "appointments.offer_waiting", "appointments.mail_waiting"
#: Places on lists that one mailbox takes in a day.
WAITS_PER_MAILBOX_MAX = 5


class StillFree(Exception):
    """Something is free on that day: it can be booked."""


class NotThatDay(Exception):
    """The day is past, too far ahead, or the boutique is closed then."""


class WaitsAlready(Exception):
    """This mailbox is on the list of that day."""


class OfferOver(Exception):
    """Nothing is kept any more: it was not answered in time, or the boutique cannot that day after all."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A day somebody would come. `part`: 0 morning, 1 afternoon, 2 evening, None any; `language`: of page and letters."""

    service_id: UUID
    location_id: UUID
    on: date
    name: str
    mail: str
    store_id: UUID
    market: str
    language: str
    part: int | None = None
    advisor_language: str = ""
    variant_ids: tuple[UUID, ...] = ()
    client_id: UUID | None = None


async def wait(
    db: Db, *, maison_id: UUID, secret: str, wanted: Wanted, key: bytes, network: str, now: datetime
) -> UUID:
    """Puts somebody on the list, once for a form however often it is sent; returns the id its link is made of.

    Raises NotAContactPoint, NoAppointmentsThere, NotThatDay, StillFree, WaitsAlready, TooManyAttempts.
    """
    mail = contact_point(wanted.mail, "").value if wanted.mail else ""
    if "@" not in mail:
        raise NotAContactPoint
    id_ = asking.appointment_id(secret)
    async with db.door() as conn:
        await limits.spend(
            conn,
            bucket=f"appointments asked from {network}",
            most=asking.ASKED_PER_NETWORK_MAX,
            window_seconds=asking.WINDOW_SECONDS,
            now=now,
        )
    await db.run(
        Actor.booking(id_), maison_id, lambda conn: _join(conn, maison_id, id_, wanted, mail, key, now)
    )
    return id_


async def _join(
    conn: Conn, maison_id: UUID, id_: UUID, wanted: Wanted, mail: str, key: bytes, now: datetime
) -> None:
    if await _known(conn, maison_id, id_):
        return
    service = await keeping.offered(conn, maison_id, wanted.service_id, wanted.location_id)
    place = await place_on(conn, maison_id, service, wanted.location_id, wanted.on)
    today = now.astimezone(zone_of(place.zone)).date() if place else wanted.on
    ahead = (wanted.on - today).days
    if place is None or not _open(place, wanted.on) or not 0 <= ahead <= service.horizon_days:
        raise NotThatDay
    if fitting(service, place, wanted.on, wanted.advisor_language, wanted.part, now, timedelta()):
        raise StillFree
    (booker,) = marks_of(key, maison_id, contact=Contact(wanted.name, mail, "", None, ""), client_id=None)
    await limits.spend(
        conn,
        bucket=f"waitlists of {maison_id} {booker.hex()}",
        most=WAITS_PER_MAILBOX_MAX,
        window_seconds=booking.DAY_SECONDS,
        now=now,
    )
    written = await execute(
        conn,
        """
        insert into appointments.waiting (maison_id, id, service_id, location_id, on_day, part, asked_language, variant_ids,
          store_id, client_id, booker, market, language, name, mail, link_hash, asked_at)
        values (%(maison_id)s, %(id)s, %(service_id)s, %(location_id)s, %(on)s, %(part)s, %(asked_language)s,
          %(variants)s::uuid[], %(store_id)s, %(client_id)s, %(booker)s, %(market)s, %(language)s, %(name)s, %(mail)s,
          %(link_hash)s, %(now)s)
        on conflict do nothing
        """,
        maison_id=maison_id,
        id=id_,
        service_id=service.id,
        location_id=wanted.location_id,
        on=wanted.on,
        part=wanted.part,
        asked_language=wanted.advisor_language,
        variants=list(wanted.variant_ids[: service.pieces_max]),
        store_id=wanted.store_id,
        client_id=wanted.client_id,
        booker=booker,
        market=wanted.market,
        language=wanted.language,
        name=wanted.name.strip()[:100],
        mail=mail,
        link_hash=hashed(keeping.link_secret(key, id_)),
        now=now,
    )
    if written:
        await jobs.defer(conn, maison_id=maison_id, jobs=[jobs.Job(MAIL, {"waiting_id": id_})])
    elif not await _known(conn, maison_id, id_):
        raise WaitsAlready


async def _known(conn: Conn, maison_id: UUID, id_: UUID) -> bool:
    return bool(
        await scalar(
            conn,
            "select 1 from appointments.waiting where maison_id = %(maison_id)s and id = %(id)s",
            maison_id=maison_id,
            id=id_,
        )
    )


async def place_on(
    conn: Conn, maison_id: UUID, service: Offered, location_id: UUID, on: date
) -> Place | None:
    """The boutique on that day: when it is open, who is free."""
    midnight = datetime.combine(on, time(), ZoneInfo("UTC"))
    found = await free.times(
        conn,
        maison_id=maison_id,
        service_id=service.id,
        location_ids=[location_id],
        since=midnight - timedelta(days=1),
        until=midnight + timedelta(days=2),
    )
    return found.get(location_id)


def _open(place: Place, on: date) -> bool:
    begins = datetime.combine(on, time(), zone_of(place.zone)).timestamp()
    ends = datetime.combine(on + timedelta(days=1), time(), zone_of(place.zone)).timestamp()
    return any(since < ends and until > begins for since, until in place.open)


def fitting(
    service: Offered,
    place: Place,
    on: date,
    language: str,
    wanted: int | None,
    now: datetime,
    to_answer: timedelta,
) -> list[Slot]:
    earliest = now + timedelta(minutes=service.notice_minutes) + to_answer
    found = slots(service.terms, place, first_day=on, days=1, now=now, not_before=earliest, language=language)
    return [slot for slot in found if wanted is None or part(slot.wall) == wanted]


@dataclass(frozen=True, slots=True)
class Waits:
    """A place on a list as its client sees it. `starts_at`, `answer_by`: of what is kept for them, None while nothing is.

    `ahead`: how many were there before and wait still.
    """

    id: UUID
    state: str
    service_id: UUID
    location_id: UUID
    on: date
    part: int | None
    asked_language: str
    variant_ids: list[UUID]
    store_id: UUID
    client_id: UUID | None
    market: str
    language: str
    name: str
    mail: str
    alternative_id: UUID | None
    starts_at: datetime | None
    answer_by: datetime | None


async def opened(db: Db, secret: str) -> Opened | None:
    """The place on a list behind a link; its `appointment_id` is the place's id."""
    async with db.door() as conn:
        return await maybe(
            conn,
            Opened,
            """
            select maison_id, region, waiting_id as appointment_id, store_id from door.waiting_of_link(%(link)s)
            """,
            link=hashed(secret),
        )


async def waits(conn: Conn, *, maison_id: UUID, waiting_id: UUID) -> Waits | None:
    """As it stands."""
    return await maybe(
        conn,
        Waits,
        """
        select w.id, w.state, w.service_id, w.location_id, w.on_day as on, w.part, w.asked_language, w.variant_ids, w.store_id,
          w.client_id, w.market, w.language, w.name, w.mail, p.id as alternative_id, p.starts_at, p.answer_by
        from appointments.waiting w
        left join appointments.alternative p on p.maison_id = w.maison_id and p.waiting_id = w.id and p.state = 'open'
        where w.maison_id = %(maison_id)s and w.id = %(waiting_id)s
        """,
        maison_id=maison_id,
        waiting_id=waiting_id,
    )


async def take(conn: Conn, *, maison_id: UUID, waiting_id: UUID, key: bytes, now: datetime) -> Booked:
    """The time that is kept becomes an appointment with its pieces; taken again, it is as it stands.

    Raises OfferOver, and what `book` raises of who comes (ComesAlready, Crowded, TooManyAttempts).
    """
    standing = await waits(conn, maison_id=maison_id, waiting_id=waiting_id)
    if standing is None:
        raise OfferOver
    await turns.take(conn, maison_id=maison_id, location_ids=[standing.location_id])
    if (known := await keeping.booked(conn, maison_id=maison_id, appointment_id=waiting_id)) is not None:
        return known
    await locked(conn, maison_id, waiting_id)
    standing = await waits(conn, maison_id=maison_id, waiting_id=waiting_id)
    if standing is None or standing.alternative_id is None or standing.starts_at is None:
        raise OfferOver
    if standing.variant_ids:
        demands = [Demand(standing.location_id, variant, 1) for variant in standing.variant_ids]
        await holds.lock(conn, maison_id=maison_id, demands=demands)
    await alternatives.end(
        conn, maison_id=maison_id, alternative_id=standing.alternative_id, state="accepted", now=now
    )
    asked = Asked(
        standing.service_id,
        standing.location_id,
        standing.starts_at,
        standing.name,
        standing.mail,
        "",
        "",
        standing.store_id,
        standing.market,
        standing.language,
        standing.asked_language,
        tuple(standing.variant_ids),
        standing.client_id,
    )
    try:
        kept = await booking.book(
            conn, maison_id=maison_id, appointment_id=waiting_id, by=None, asked=asked, key=key, now=now
        )
    except (SlotTaken, NotEnoughStock):
        raise OfferOver from None
    await end(conn, maison_id, waiting_id, "booked", now)
    return kept


async def leave(conn: Conn, *, maison_id: UUID, waiting_id: UUID, now: datetime) -> bool:
    """Off the list; what was kept is for the next. False where it was over before."""
    await locked(conn, maison_id, waiting_id)
    standing = await waits(conn, maison_id=maison_id, waiting_id=waiting_id)
    if standing is None or standing.state not in ("waiting", "offered"):
        return False
    if standing.alternative_id is not None:
        await alternatives.end(
            conn, maison_id=maison_id, alternative_id=standing.alternative_id, state="changed", now=now
        )
        job = jobs.Job(OFFER, {"location_id": standing.location_id})
        await jobs.defer(conn, maison_id=maison_id, jobs=[job])
    await end(conn, maison_id, waiting_id, "left", now)
    return True


async def locked(conn: Conn, maison_id: UUID, waiting_id: UUID) -> None:
    await execute(
        conn,
        "select 1 from appointments.waiting where maison_id = %(maison_id)s and id = %(id)s for no key update",
        maison_id=maison_id,
        id=waiting_id,
    )


async def end(conn: Conn, maison_id: UUID, waiting_id: UUID, state: str, now: datetime) -> None:
    """Over; who it was is not kept here any longer."""
    await execute(
        conn,
        """
        update appointments.waiting set state = %(state)s, ended_at = %(now)s, name = '', mail = '', client_id = null,
          booker = %(booker)s
        where maison_id = %(maison_id)s and id = %(id)s and ended_at is null
        """,
        maison_id=maison_id,
        id=waiting_id,
        state=state,
        booker=secrets.token_bytes(16),
        now=now,
    )


async def forget(conn: Conn, *, maison_id: UUID, client_id: UUID, bookers: list[bytes], now: datetime) -> int:
    """An erased client waits for nothing any more; returns how many places they had."""
    found = await tuples(
        conn,
        """
        select id from appointments.waiting
        where maison_id = %(maison_id)s and ended_at is null and (client_id = %(client_id)s or booker = any(%(bookers)s::bytea[]))
        order by id
        """,
        maison_id=maison_id,
        client_id=client_id,
        bookers=bookers,
    )
    return sum([await leave(conn, maison_id=maison_id, waiting_id=id_, now=now) for (id_,) in found])
