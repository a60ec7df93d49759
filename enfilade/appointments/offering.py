"""Offering: what becomes free on a full day is kept for the first who waits and whom it fits, until they answer.

Lock order: the boutique's turn, who waits, the alternative, then positions and holds.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import structlog

from enfilade.appointments import alternatives, keeping, services, turns, waitlist
from enfilade.appointments.events import AppointmentCancelled, AppointmentMissed, AppointmentMoved
from enfilade.appointments.nearest import Better, taken
from enfilade.appointments.services import Offered
from enfilade.appointments.slots import Place, chosen
from enfilade.appointments.waitlist import MAIL, OFFER
from enfilade.base import jobs
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, execute, many, scalar
from enfilade.base.facts import Heard
from enfilade.base.ids import new_id
from enfilade.base.tenants import each
from enfilade.boutiques.zones import zone_of
from enfilade.stock import holds
from enfilade.stock.holds import Demand, NotEnoughStock

log = structlog.get_logger()

ROUND = "* * * * *"
#: How long somebody has to answer by day; what becomes free in the evening or at night, from nine on.
ANSWER_WITHIN = timedelta(hours=3)
ANSWER_AT_LEAST = timedelta(minutes=30)
AWAKE_FROM, AWAKE_UNTIL = 9, 21
HELD_AFTER_ANSWER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class _Waiting:
    id: UUID
    part: int | None
    asked_language: str
    variant_ids: list[UUID]


async def offer(
    conn: Conn, *, maison_id: UUID, service_id: UUID, location_id: UUID, on: date, now: datetime
) -> int:
    """Keeps what is free on that day for the first who wait and whom it fits; returns for how many. Raises Crowded."""
    await turns.take(conn, maison_id=maison_id, location_ids=[location_id], all_offer=False)
    service = await services.read(conn, maison_id=maison_id, service_id=service_id)
    if service is None or not service.active:
        return 0
    waiting = await many(
        conn,
        _Waiting,
        """
        select id, part, asked_language, variant_ids from appointments.waiting
        where maison_id = %(maison_id)s and service_id = %(service_id)s and location_id = %(location_id)s
          and on_day = %(on)s and state = 'waiting'
        order by asked_at, id for no key update
        """,
        maison_id=maison_id,
        service_id=service_id,
        location_id=location_id,
        on=on,
    )
    place = await waitlist.place_on(conn, maison_id, service, location_id, on)
    if place is None:
        return 0
    kept = 0
    for one in waiting:
        for slot in waitlist.fitting(service, place, on, one.asked_language, one.part, now, ANSWER_AT_LEAST):
            who = chosen(service.terms, place, slot.starts_at, one.asked_language)
            assert who is not None, "a slot has somebody"
            better = Better(location_id, slot, *who)
            if not await _keep(conn, maison_id, service, place, one, better, now):
                break
            taken(service.terms, place, better)
            kept += 1
            break
    return kept


async def _keep(
    conn: Conn, maison_id: UUID, service: Offered, place: Place, one: _Waiting, better: Better, now: datetime
) -> bool:
    """False where a piece it is about is not in the boutique: another time does not help, and the next one's turn it is."""
    id_, starts_at = new_id(now), better.slot.starts_at
    answer_by = _answer_by(now, place.zone, starts_at - timedelta(minutes=service.notice_minutes))
    if one.variant_ids:
        try:
            async with conn.transaction():
                await holds.claim(
                    conn,
                    maison_id=maison_id,
                    purpose="appointment",
                    holder_id=id_,
                    demands=[Demand(place.location_id, variant, 1) for variant in one.variant_ids],
                    method="reserve",
                    expires_at=answer_by + HELD_AFTER_ANSWER,
                    now=now,
                )
        except NotEnoughStock:
            return False
    await execute(
        conn,
        """
        with told as (
          update appointments.waiting set state = 'offered' where maison_id = %(maison_id)s and id = %(waiting_id)s
        )
        insert into appointments.alternative (maison_id, id, waiting_id, cause, location_id, staff_id, seat_id, wall, zone,
          starts_at, ends_at, busy, answer_by, asked_at)
        values (%(maison_id)s, %(id)s, %(waiting_id)s, %(waiting_id)s, %(location_id)s, %(staff_id)s, %(seat_id)s, %(wall)s,
          %(zone)s, %(starts_at)s, %(ends_at)s, %(busy)s, %(answer_by)s, %(now)s)
        """,
        maison_id=maison_id,
        id=id_,
        waiting_id=one.id,
        location_id=place.location_id,
        staff_id=better.staff_id,
        seat_id=better.seat_id,
        wall=better.slot.wall,
        zone=place.zone,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=service.minutes),
        busy=keeping.busy(service, starts_at),
        answer_by=answer_by,
        now=now,
    )
    await jobs.defer(conn, maison_id=maison_id, jobs=[jobs.Job(MAIL, {"waiting_id": one.id})])
    return True


def _answer_by(now: datetime, zone: str, latest: datetime) -> datetime:
    """Three hours of the day from now on, never later than `latest`."""
    there = now.astimezone(zone_of(zone))
    begins = now
    if not AWAKE_FROM <= there.hour < AWAKE_UNTIL:
        day = there.date() + timedelta(days=there.hour >= AWAKE_UNTIL)
        begins = datetime.combine(day, time(AWAKE_FROM), zone_of(zone))
    return min(begins + ANSWER_WITHIN, latest)


@dataclass(frozen=True, slots=True)
class _Due:
    """Somebody whose time to answer, or whose day, has passed; or a day that is waited for."""

    id: UUID
    service_id: UUID
    location_id: UUID
    on: date
    due: str


async def go_round(db: Db, *, maison_id: UUID, now: datetime) -> int:
    """Ends what is over, and keeps what is free for who waits; returns for how many. One read where nobody waits."""
    async with db.acting(Actor.job(), maison_id) as conn:
        found = await many(
            conn,
            _Due,
            """
            select w.id, w.service_id, w.location_id, w.on_day as on, case
                when p.answer_by < %(now)s then 'lapsed'
                when w.on_day < (%(now)s::timestamptz at time zone l.zone)::date then 'over' else '' end as due
            from appointments.waiting w
            join boutiques.location l on l.maison_id = w.maison_id and l.id = w.location_id
            left join appointments.alternative p on p.maison_id = w.maison_id and p.waiting_id = w.id and p.state = 'open'
            where w.maison_id = %(maison_id)s and w.ended_at is null
            order by w.id
            """,
            maison_id=maison_id,
            now=now,
        )
    for one in found:
        if one.due:
            await db.run(Actor.job(), maison_id, lambda conn, one=one: _pass(conn, maison_id, one, now))
    offered = 0
    for service_id, location_id, on in dict.fromkeys(
        (one.service_id, one.location_id, one.on) for one in found if not one.due or one.due == "lapsed"
    ):
        try:
            offered += await db.run(
                Actor.job(),
                maison_id,
                lambda conn, day=(service_id, location_id, on): offer(
                    conn, maison_id=maison_id, service_id=day[0], location_id=day[1], on=day[2], now=now
                ),
            )
        except Exception as error:
            log.exception("not offered", place=str(location_id), exc_info=error)
    return offered


async def _pass(conn: Conn, maison_id: UUID, one: _Due, now: datetime) -> None:
    await waitlist.locked(conn, maison_id, one.id)
    standing = await waitlist.waits(conn, maison_id=maison_id, waiting_id=one.id)
    if standing is None or standing.state not in ("waiting", "offered"):
        return
    if standing.alternative_id is not None:
        await alternatives.end(
            conn, maison_id=maison_id, alternative_id=standing.alternative_id, state="lapsed", now=now
        )
    await waitlist.end(conn, maison_id, one.id, one.due, now)


def register(known: jobs.Jobs, db: Db) -> None:
    """Names the round, and who asks for it at once: an appointment that was given back, moved or missed."""

    async def round_(now: datetime) -> None:
        await each(db, lambda maison_id: go_round(db, maison_id=maison_id, now=now))

    async def work(maison_id: UUID, ids: dict[str, UUID]) -> None:
        await go_round(db, maison_id=maison_id, now=datetime.now(UTC))

    async def ask(conn: Conn, heard: Heard) -> None:
        if await scalar(
            conn,
            "select exists (select 1 from appointments.waiting where maison_id = %(m)s and ended_at is null)",
            m=heard.maison_id,
        ):
            job = jobs.Job(OFFER, {"appointment_id": heard.subject_id})
            await jobs.defer(conn, maison_id=heard.maison_id, jobs=[job])

    known.every(ROUND, "appointments.waitlist", round_)
    known.add(OFFER, work)
    known.listen(AppointmentCancelled, "appointments.offer_when_cancelled", ask)
    known.listen(AppointmentMoved, "appointments.offer_when_moved", ask)
    known.listen(AppointmentMissed, "appointments.offer_when_missed", ask)
