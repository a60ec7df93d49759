"""Proposing: for appointments of a boutique that cannot be at their time, the nearest slots are kept for their clients to answer.

Lock order: the turns of all boutiques that may take them, the appointments by id, positions.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from psycopg.types.range import TimestamptzRange

from enfilade.appointments import alternatives, bringing, free, services, turns
from enfilade.appointments.bringing import Plan
from enfilade.appointments.events import AppointmentProposed, AppointmentToCall
from enfilade.appointments.keeping import HELD_AFTER, busy
from enfilade.appointments.nearest import Better, Choice, Visit, nearest, taken
from enfilade.appointments.services import Offered
from enfilade.appointments.slots import Place, slots
from enfilade.base import facts
from enfilade.base.db import Conn, execute, many, tuples
from enfilade.base.ids import new_id
from enfilade.stock import holds
from enfilade.stock.holds import Demand, NotEnoughStock

#: How long a client has to answer; less where the time proposed is nearer, but never less than the second.
ANSWER_WITHIN = timedelta(hours=48)
ANSWER_AT_LEAST = timedelta(hours=2)
#: How far from now a time is looked for.
DAYS = 14
#: Boutiques of another city that are looked at where the own city has nothing.
FAR_KM = 100
#: Who comes so soon may be on their way.
SOON = timedelta(hours=3)
HELD_AFTER_ANSWER = timedelta(minutes=15)

#: A time is kept; one is kept and its client comes soon; there is none; nothing is to be moved any more.
Came = Literal["proposed", "soon", "nowhere", "over"]


@dataclass(frozen=True, slots=True)
class _Standing:
    id: UUID
    service_id: UUID
    location_id: UUID
    staff_id: UUID
    starts_at: datetime
    ends_at: datetime
    wall: datetime
    language: str
    booker: bytes
    pieces: list[UUID]


@dataclass(frozen=True, slots=True)
class _Fresh:
    """An alternative that is not written down yet; `minutes`: how long the visit is."""

    id: UUID
    appointment_id: UUID
    zone: str
    better: Better
    busy: TimestamptzRange
    minutes: int
    answer_by: datetime


async def propose(
    conn: Conn,
    *,
    maison_id: UUID,
    location_id: UUID,
    appointment_ids: Collection[UUID],
    cause: UUID,
    during: tuple[datetime, datetime | None],
    now: datetime,
) -> dict[UUID, Came]:
    """Keeps the nearest slot for each whose time, or whose proposed time, lies in what is closed `during` at the boutique.

    Done again, what is proposed stands. Raises Crowded.
    """
    kinds = await _kinds(conn, maison_id, appointment_ids)
    offered = {
        id_: await services.read(conn, maison_id=maison_id, service_id=id_) for id_ in sorted(set(kinds))
    }
    around = {
        id_: await _around(conn, maison_id, location_id, id_)
        for id_, service in offered.items()
        if service is not None and service.active
    }
    near = [place for places in around.values() for both in places for place in both]
    await turns.take(conn, maison_id=maison_id, location_ids=[location_id, *near], all_offer=False)
    standing = await _standing(conn, maison_id, appointment_ids)
    came: dict[UUID, Came] = dict.fromkeys(appointment_ids, "over")
    waiting = await alternatives.waiting(conn, maison_id=maison_id, appointment_ids=list(standing))
    to_move: list[_Standing] = []
    for one in sorted(standing.values(), key=lambda one: (one.starts_at, one.id)):
        before = waiting.get(one.id)
        if before is None:
            if one.location_id == location_id and _within(one.starts_at, one.ends_at, during):
                to_move.append(one)
        elif (
            before.state == "open"
            and before.location_id == location_id
            and before.starts_at is not None
            and before.ends_at is not None
            and _within(before.starts_at, before.ends_at, during)
        ):
            await alternatives.end(
                conn, maison_id=maison_id, alternative_id=before.id, state="withdrawn", now=now
            )
            to_move.append(one)
    if to_move:
        elsewhere = await _elsewhere(conn, maison_id, to_move, now)
        for service_id, (city, country) in around.items():
            service = offered[service_id]
            assert service is not None
            group = [one for one in to_move if one.service_id == service_id]
            left = await _found(conn, maison_id, service, [location_id, *city], group, elsewhere, cause, now)
            left = await _found(conn, maison_id, service, country, left, elsewhere, cause, now)
            for one in group:
                came[one.id] = (
                    "nowhere" if one in left else "soon" if one.starts_at < now + SOON else "proposed"
                )
        none = [one for one in to_move if came[one.id] in ("over", "nowhere")]
        came |= {one.id: "nowhere" for one in none}
        await _nowhere(conn, maison_id, none, cause, now)
    return came


def _within(starts_at: datetime, ends_at: datetime, during: tuple[datetime, datetime | None]) -> bool:
    return ends_at > during[0] and (during[1] is None or starts_at < during[1])


async def _kinds(conn: Conn, maison_id: UUID, appointment_ids: Collection[UUID]) -> list[UUID]:
    found = await tuples(
        conn,
        """
        select distinct service_id from appointments.appointment
        where maison_id = %(maison_id)s and id = any(%(ids)s::uuid[])
        """,
        maison_id=maison_id,
        ids=list(appointment_ids),
    )
    return [id_ for (id_,) in found]


async def _around(
    conn: Conn, maison_id: UUID, location_id: UUID, service_id: UUID
) -> tuple[list[UUID], list[UUID]]:
    """Other boutiques that offer it: those of the city, then those of the country that are not too far; the nearest first."""
    found = await tuples(
        conn,
        """
        select id, same from (
          select o.id, o.city = l.city as same, d.km,
            row_number() over (partition by o.city = l.city order by d.km, o.id) as place
          from boutiques.location l
          join boutiques.location o on o.maison_id = l.maison_id and o.id <> l.id and o.country = l.country
          join appointments.service_at s on s.maison_id = o.maison_id and s.location_id = o.id
            and s.service_id = %(service_id)s
          cross join lateral (select public_facts.distance_km(l.latitude, l.longitude, o.latitude, o.longitude) as km) d
          where l.maison_id = %(maison_id)s and l.id = %(location_id)s and (o.city = l.city or d.km <= %(far)s)) n
        where place <= %(most)s order by same desc, place
        """,
        maison_id=maison_id,
        location_id=location_id,
        service_id=service_id,
        far=FAR_KM,
        most=free.PLACES_MAX - 1,
    )
    return [id_ for id_, same in found if same], [id_ for id_, same in found if not same]


async def _standing(conn: Conn, maison_id: UUID, appointment_ids: Collection[UUID]) -> dict[UUID, _Standing]:
    """Those that are booked still, locked. `language`: the one asked for, or the client's where their advisor speaks it."""
    locked = await tuples(
        conn,
        """
        select id from appointments.appointment
        where maison_id = %(maison_id)s and id = any(%(ids)s::uuid[]) and state = 'booked' order by id for no key update
        """,
        maison_id=maison_id,
        ids=list(appointment_ids),
    )
    found = await many(
        conn,
        _Standing,
        """
        select a.id, a.service_id, a.location_id, a.staff_id, a.starts_at, a.ends_at, a.wall,
          case when a.asked_language <> '' then a.asked_language when a.language = any(d.languages) then a.language else '' end
            as language,
          a.booker, array(select x.variant_id from appointments.piece x
            where x.maison_id = a.maison_id and x.appointment_id = a.id and x.lacking is null order by x.variant_id) as pieces
        from appointments.appointment a
        left join appointments.advisor d on d.maison_id = a.maison_id and d.staff_id = a.staff_id
        where a.maison_id = %(maison_id)s and a.id = any(%(ids)s::uuid[]) and a.state = 'booked'
        """,
        maison_id=maison_id,
        ids=[id_ for (id_,) in locked],
    )
    return {one.id: one for one in found}


Times = dict[bytes, list[tuple[UUID, datetime, datetime]]]


async def _elsewhere(conn: Conn, maison_id: UUID, to_move: list[_Standing], now: datetime) -> Times:
    """When these clients have other appointments, by whose mailbox; kept up to date by `_found`."""
    found: Times = {}
    for booker, id_, starts_at, ends_at in await tuples(
        conn,
        """
        select a.booker, a.id, a.starts_at, a.ends_at from appointments.appointment a
        where a.maison_id = %(maison_id)s and a.booker = any(%(bookers)s::bytea[]) and a.state in ('booked', 'arrived')
          and a.ends_at > %(now)s
        union all
        select a.booker, a.id, p.starts_at, p.ends_at from appointments.appointment a
        join appointments.alternative p on p.maison_id = a.maison_id and p.appointment_id = a.id and p.state = 'open'
        where a.maison_id = %(maison_id)s and a.booker = any(%(bookers)s::bytea[]) and a.state = 'booked' and a.ends_at > %(now)s
        """,
        maison_id=maison_id,
        bookers=[one.booker for one in to_move],
        now=now,
    ):
        found.setdefault(booker, []).append((id_, starts_at, ends_at))
    return found


async def _found(
    conn: Conn,
    maison_id: UUID,
    service: Offered,
    location_ids: list[UUID],
    group: list[_Standing],
    elsewhere: Times,
    cause: UUID,
    now: datetime,
) -> list[_Standing]:
    """Keeps a time for each of the group where there is one; returns for whom there is none."""
    if not group or not location_ids:
        return group
    earliest = now + timedelta(minutes=service.notice_minutes) + ANSWER_AT_LEAST
    found = await free.times(
        conn,
        maison_id=maison_id,
        service_id=service.id,
        location_ids=location_ids,
        since=now - timedelta(days=2),
        until=now + timedelta(days=DAYS + 2),
    )

    def choice(place: Place) -> Choice:
        first = (now - timedelta(days=1)).date()
        return Choice(
            place,
            lambda language: slots(
                service.terms,
                place,
                first_day=first,
                days=DAYS + 2,
                now=now,
                not_before=earliest,
                language=language,
            ),
        )

    choices = [choice(found[place]) for place in location_ids if place in found]
    where = await _where(conn, maison_id, list(found), group, service.brought_max, now)
    left: list[_Standing] = []
    fresh: list[_Fresh] = []
    for one in group:
        busy_then = tuple(
            (begins, ends) for id_, begins, ends in elsewhere.get(one.booker, []) if id_ != one.id
        )
        there = where.get(one.id, {})
        visit = Visit(
            one.id,
            one.location_id,
            one.staff_id,
            one.starts_at,
            one.wall,
            one.language,
            busy_then,
            {place: plan.not_before for place, plan in there.items() if plan.not_before is not None},
        )
        without = frozenset(place for place, plan in there.items() if plan.lacking)
        while True:
            better = nearest(service.terms, visit, choices, without)
            if better is None:
                left.append(one)
                break
            plan = there.get(better.location_id, Plan(better.location_id))
            waiting = there[one.location_id].kept if one.location_id in there else {}
            kept = await _kept(
                conn, maison_id, service, found[better.location_id], one, better, plan, waiting, now
            )
            if kept is not None:
                fresh.append(kept)
                taken(service.terms, found[better.location_id], better)
                ends_at = better.slot.starts_at + timedelta(minutes=service.minutes)
                elsewhere.setdefault(one.booker, []).append((one.id, better.slot.starts_at, ends_at))
                break
            without |= {better.location_id}
    # Before the free times of another service are read: its advisors may be the same.
    await _write(conn, maison_id, cause, fresh, now)
    return left


async def _where(
    conn: Conn,
    maison_id: UUID,
    location_ids: list[UUID],
    group: list[_Standing],
    brought_max: int,
    now: datetime,
) -> dict[UUID, dict[UUID, Plan]]:
    """For each with pieces, which of them lie in each boutique, or could be brought there once its client has answered.

    Its own boutique keeps what it has, and waits for what is on its way. The positions of the boutiques are locked.
    """
    wanted = sorted({variant for one in group for variant in one.pieces})
    if not wanted:
        return {}
    places = sorted(location_ids)
    await holds.lock(
        conn,
        maison_id=maison_id,
        demands=[Demand(place, variant, 1) for place in places for variant in wanted],
    )
    found: dict[UUID, dict[UUID, Plan]] = {}
    for one in group:
        if not one.pieces:
            continue
        pieces = await bringing.standing(conn, maison_id=maison_id, appointment_id=one.id, now=now)
        found[one.id] = await bringing.plans(
            conn,
            maison_id=maison_id,
            location_ids=[place for place in places if place != one.location_id],
            variant_ids=one.pieces,
            brought_max=brought_max,
            since=now + ANSWER_WITHIN,
            besides=bringing.waiting(pieces),
        )
        found[one.id][one.location_id] = Plan(
            one.location_id,
            waits_until=bringing.ready(pieces),
            kept={one.variant_id: one.location_id for one in bringing.waiting(pieces)},
        )
    return found


async def _kept(
    conn: Conn,
    maison_id: UUID,
    service: Offered,
    place: Place,
    one: _Standing,
    better: Better,
    plan: Plan,
    waiting: dict[UUID, UUID],
    now: datetime,
) -> _Fresh | None:
    """Holds its pieces; None where somebody was faster at one."""
    id_, starts_at = new_id(now), better.slot.starts_at
    answer_by = min(now + ANSWER_WITHIN, starts_at - timedelta(minutes=service.notice_minutes))
    if one.pieces:
        # At the same boutique the pieces that are held already stay so; elsewhere others are held beside them.
        if better.location_id == one.location_id:
            during: TimestamptzRange = busy(service, starts_at)
            assert during.upper is not None
            await bringing.prolong(
                conn, maison_id=maison_id, appointment_id=one.id, until=during.upper + HELD_AFTER
            )
        else:
            # What would be brought is kept where it lies, until the answer sends it on its way; some of it is so already.
            demands = [Demand(better.location_id, variant, 1) for variant in plan.here] + [
                Demand(ways[0].location_id, variant, 1, "ship")
                for variant, ways in plan.brought.items()
                if waiting.get(variant) != ways[0].location_id
            ]
            try:
                async with conn.transaction():
                    if demands:
                        await holds.claim(
                            conn,
                            maison_id=maison_id,
                            purpose="appointment",
                            holder_id=id_,
                            demands=demands,
                            method="reserve",
                            expires_at=answer_by + HELD_AFTER_ANSWER,
                            now=now,
                        )
            except NotEnoughStock:
                return None
    return _Fresh(id_, one.id, place.zone, better, busy(service, starts_at), service.minutes, answer_by)


async def _write(conn: Conn, maison_id: UUID, cause: UUID, fresh: list[_Fresh], now: datetime) -> None:
    """The alternatives of a group; each client is told."""
    if not fresh:
        return
    minutes = [timedelta(minutes=one.minutes) for one in fresh]
    await execute(
        conn,
        """
        insert into appointments.alternative (maison_id, id, appointment_id, cause, location_id, staff_id, seat_id, wall, zone,
          starts_at, ends_at, busy, answer_by, asked_at)
        select %(maison_id)s, f.id, f.appointment_id, %(cause)s, f.location_id, f.staff_id, f.seat_id, f.wall, f.zone,
          f.starts_at, f.ends_at, f.busy, f.answer_by, %(now)s
        from unnest(%(ids)s::uuid[], %(appointments)s::uuid[], %(locations)s::uuid[], %(staff)s::uuid[], %(seats)s::uuid[],
          %(walls)s::timestamp[], %(zones)s::text[], %(starts)s::timestamptz[], %(ends)s::timestamptz[], %(busy)s::tstzrange[],
          %(answers)s::timestamptz[])
          as f(id, appointment_id, location_id, staff_id, seat_id, wall, zone, starts_at, ends_at, busy, answer_by)
        """,
        maison_id=maison_id,
        cause=cause,
        ids=[one.id for one in fresh],
        appointments=[one.appointment_id for one in fresh],
        locations=[one.better.location_id for one in fresh],
        staff=[one.better.staff_id for one in fresh],
        seats=[one.better.seat_id for one in fresh],
        walls=[one.better.slot.wall for one in fresh],
        zones=[one.zone for one in fresh],
        starts=[one.better.slot.starts_at for one in fresh],
        ends=[one.better.slot.starts_at + lasts for one, lasts in zip(fresh, minutes, strict=True)],
        busy=[one.busy for one in fresh],
        answers=[one.answer_by for one in fresh],
        now=now,
    )
    await alternatives.mail(conn, maison_id=maison_id, alternative_ids=[one.id for one in fresh])
    news: list[facts.Fact] = [
        AppointmentProposed(
            one.appointment_id, one.better.location_id, one.better.slot.starts_at, one.answer_by
        )
        for one in fresh
    ]
    await facts.record(conn, maison_id=maison_id, now=now, facts=news)


async def _nowhere(conn: Conn, maison_id: UUID, left: list[_Standing], cause: UUID, now: datetime) -> None:
    if not left:
        return
    ids = [new_id(now) for _ in left]
    await execute(
        conn,
        """
        insert into appointments.alternative (maison_id, id, appointment_id, cause, state, asked_at)
        select %(maison_id)s, f.id, f.appointment_id, %(cause)s, 'nowhere', %(now)s
        from unnest(%(ids)s::uuid[], %(appointments)s::uuid[]) as f(id, appointment_id)
        """,
        maison_id=maison_id,
        ids=ids,
        appointments=[one.id for one in left],
        cause=cause,
        now=now,
    )
    await alternatives.mail(conn, maison_id=maison_id, alternative_ids=ids)
    news: list[facts.Fact] = [AppointmentToCall(one.id, one.location_id, "nowhere") for one in left]
    await facts.record(conn, maison_id=maison_id, now=now, facts=news)
