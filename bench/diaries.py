"""Diaries: a fortnight's slots, booking, and a country that closes, in a drawn maison with four advisors a boutique.

In a PostgreSQL of their own that is gone afterwards; no server stands between: it is the work of the database and of Python.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID

import psycopg

from bench.measuring import entry
from enfilade.appointments import asking, free, services
from enfilade.appointments.booking import Asked
from enfilade.appointments.keeping import SlotTaken
from enfilade.appointments.services import Offered, Said, Service
from enfilade.base import database
from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Conn, Db, tuples
from enfilade.base.embedded import ADMINISTRATOR, temporary
from enfilade.base.ids import new_id
from enfilade.boutiques.openings import renew_openings
from enfilade.closures import acts, working
from enfilade.closures.acts import Scope, Wanted
from enfilade.closures.drawn import KEY, Drawn, drawn, forget_placing, ordered
from enfilade.orders import books
from enfilade.orders import verify as promises
from enfilade.stock import verify as positions

WEEK, BOOKING, COUNTRY = "slots_week", "booking", "closure_country"
NAMES = (WEEK, BOOKING, COUNTRY)
#: Four fifths of them are in the country that closes.
BOUTIQUES_MAX = 395
ORDERS_MAX = 21_000
#: What lies of a piece in a boutique: enough for that many orders.
LYING = (4, 8, 12, 16)
ADVISORS = 4
TRIES = 40
AT_ONCE = 8
BOOKINGS = 160
CLOSED_DAYS = 3
METHODS = ["collect", "reserve", "ship"]

PEOPLE = """
insert into staff.person (maison_id, id, email, name, role, password_hash, created_at)
select %(m)s, md5(l.code || n)::uuid, l.code || '.' || n || '@drawn.example', l.code || '.' || n, 'advisor', 'x', %(now)s
from boutiques.location l, generate_series(1, %(advisors)s) n where l.maison_id = %(m)s;
insert into staff.post select %(m)s, md5(l.code || n)::uuid, l.id
from boutiques.location l, generate_series(1, %(advisors)s) n where l.maison_id = %(m)s;
insert into appointments.advisor (maison_id, staff_id, shown_name, languages, changed_at)
select p.maison_id, p.staff_id, 'A', '{fr,en}', %(now)s from staff.post p where p.maison_id = %(m)s;
insert into appointments.shift (maison_id, staff_id, location_id, during)
select p.maison_id, p.staff_id, p.location_id, tstzrange(d + interval '9 hours', d + interval '18 hours')
from staff.post p, generate_series(date_trunc('day', %(now)s::timestamptz), %(now)s::timestamptz + interval '27 days', '1 day') d
where p.maison_id = %(m)s;
-- Each advisor has two visits a day for a fortnight: at ten and at one, or at eleven and two.
insert into appointments.appointment (maison_id, id, number, service_id, location_id, staff_id, needs_seat, store_id, booker,
  market, language, wall, zone, starts_at, ends_at, preparation_minutes, clearing_minutes, busy, link_hash, booked_at, changed_at)
select p.maison_id, gen_random_uuid(), 'N' || row_number() over (), %(service)s, p.location_id, p.staff_id, false, %(store)s,
  sha256((p.staff_id::text || t)::bytea), 'eu', 'fr', t at time zone l.zone, l.zone, t, t + interval '45 minutes', 15, 15,
  tstzrange(t - interval '15 minutes', t + interval '60 minutes'), sha256((t || p.staff_id::text || 'l')::bytea), %(now)s, %(now)s
from staff.post p join boutiques.location l on l.maison_id = p.maison_id and l.id = p.location_id,
  generate_series(date_trunc('day', %(now)s::timestamptz) + interval '1 day', %(now)s::timestamptz + interval '14 days',
    '1 day') d,
  unnest(array[10, 13]) h,
  lateral (select d + (h + ('x' || right(p.staff_id::text, 1))::bit(4)::integer %% 2) * interval '1 hour' as t) x
where p.maison_id = %(m)s;
insert into appointments.contact (maison_id, appointment_id, name, mail, forget_at)
select maison_id, id, 'V', 'v@drawn.example', %(now)s::timestamptz + interval '90 days' from appointments.appointment;
"""


@dataclass(slots=True)
class _World:
    db: Db
    at: Addresses
    day: Drawn
    service: Offered
    places: list[UUID]


def diary_figures(names: list[str], days: int) -> dict[str, dict[str, Any]]:
    """Those of these names; `days` says how large the maison is: 20 boutiques each, 395 at most."""
    with temporary() as cluster:
        at = database.prepare(cluster.address(ADMINISTRATOR, "postgres"), "diaries")
        database.migrate(at.admin)
        return asyncio.run(_measured(at, names, min(BOUTIQUES_MAX, 20 * days)))


async def _measured(at: Addresses, names: list[str], boutiques: int) -> dict[str, dict[str, Any]]:
    db = Db(at.app, at.public, at.group, connections_max=AT_ONCE)
    await db.open()
    try:
        world = await _world(db, at, boutiques)
        told: dict[str, dict[str, Any]] = {}
        if WEEK in names:
            told[WEEK] = await _week(world)
        if BOOKING in names:
            told[BOOKING] = await _booking(world)
        if COUNTRY in names:
            told[COUNTRY] = await _country(world)
        return {name: figure | {"boutiques": boutiques} for name, figure in told.items()}
    finally:
        await db.close()


async def _world(db: Db, at: Addresses, boutiques: int) -> _World:
    day = await drawn(db, boutiques=boutiques, orders=0, seed=1, lying=LYING)
    service = Service(
        "try", step_minutes=15, texts={"fr": Said("Essayer")}, location_ids=tuple(day.boutiques)
    )

    async def found(conn: Conn) -> UUID:
        await renew_openings(conn, maison_id=day.maison_id, now=day.now)
        return await services.keep(conn, maison_id=day.maison_id, service=service, now=day.now)

    service_id = await db.run(Actor.importer(), day.maison_id, found)
    with psycopg.connect(at.admin, autocommit=True) as conn:
        known = {
            "m": day.maison_id,
            "now": day.now,
            "advisors": ADVISORS,
            "service": service_id,
            "store": day.store_id,
        }
        for statement in PEOPLE.split(";\n"):
            if statement.strip():
                conn.execute(statement.encode(), known)
        conn.execute("vacuum analyze")
    async with db.acting(Actor.job(), day.maison_id) as read:
        offered = await services.read(read, maison_id=day.maison_id, service_id=service_id)
    assert offered is not None
    return _World(db, at, day, offered, day.country)


async def _timed(verb: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await verb()
    return time.perf_counter() - began


async def _week(world: _World) -> dict[str, Any]:
    """Fourteen days of the twenty nearest; beside it of one, and the database's part; bare fetches its rows and does nothing."""
    first = world.day.now.date() + timedelta(days=1)
    since = datetime.combine(first, datetime.min.time(), UTC)

    async def slots(places: list[UUID]) -> None:
        async with world.db.door() as conn:
            await free.week(
                conn,
                maison_id=world.day.maison_id,
                service=world.service,
                location_ids=places,
                first_day=first,
                days=14,
                now=world.day.now,
            )

    async def rows(places: list[UUID]) -> None:
        async with world.db.door() as conn:
            await tuples(
                conn,
                """
                select * from door.free_times(%(m)s::uuid, %(service)s::uuid, %(places)s::uuid[], %(since)s::timestamptz,
                  %(until)s::timestamptz, null)
                """,
                m=world.day.maison_id,
                service=world.service.id,
                places=places,
                since=since - timedelta(days=2),
                until=since + timedelta(days=16),
            )

    took: dict[str, list[float]] = {"twenty": [], "one": [], "bare": []}
    for number in range(TRIES):
        start = number % max(1, len(world.places) - 20)
        near = world.places[start : start + 20]
        took["twenty"].append(await _timed(lambda near=near: slots(near)))
        took["bare"].append(await _timed(lambda near=near: rows(near)))
        took["one"].append(await _timed(lambda near=near: slots(near[:1])))
    return entry(
        1 / median(took["twenty"]),
        "fortnights/s",
        bare=1 / median(took["bare"]),
        ms=round(median(took["twenty"]) * 1000, 1),
        database_ms=round(median(took["bare"]) * 1000, 1),
        one_boutique_ms=round(median(took["one"]) * 1000, 1),
    )


async def _booking(world: _World) -> dict[str, Any]:
    """Clients who book, eight at a time, in the first boutiques; bare is as many transactions that write nothing."""
    day = world.day
    chosen: list[tuple[UUID, datetime]] = []
    async with world.db.door() as conn:
        found = await free.week(
            conn, maison_id=day.maison_id, service=world.service, location_ids=world.places[:20],
            first_day=day.now.date() + timedelta(days=10), days=4, now=day.now,
        )  # fmt: skip
    for place, slots in found.items():
        chosen += [(place, slot.starts_at) for slot in slots[:: max(1, len(slots) // 8)]]
    chosen = (chosen * (BOOKINGS // len(chosen) + 1))[:BOOKINGS]
    taken = 0

    async def book(number: int) -> None:
        nonlocal taken
        place, starts_at = chosen[number]
        asked = Asked(
            world.service.id,
            place,
            starts_at,
            "V",
            f"b{number}@drawn.example",
            "",
            "",
            day.store_id,
            "eu",
            "fr",
        )
        try:
            await asking.ask(
                world.db, maison_id=day.maison_id, secret=f"b{number}", asked=asked, key=KEY, network=f"n{number}", now=day.now
            )  # fmt: skip
        except SlotTaken:
            taken += 1

    async def insert(number: int) -> None:
        async with world.db.acting(Actor.job(), day.maison_id) as conn:
            await tuples(conn, "select pg_current_xact_id()::text")

    async def together(verb: Callable[[int], Awaitable[None]]) -> None:
        numbers = iter(range(BOOKINGS))

        async def one() -> None:
            for number in numbers:
                await verb(number)

        await asyncio.gather(*(one() for _ in range(AT_ONCE)))

    seconds = await _timed(lambda: together(book))
    bare = await _timed(lambda: together(insert))
    return entry(BOOKINGS / seconds, "bookings/s", bare=BOOKINGS / bare, refused=taken)


async def _country(world: _World) -> dict[str, Any]:
    """A country closes for three days: seconds from the click until each order, collection and appointment is decided."""
    day, act_id = world.day, new_id(world.day.now)
    await ordered(day, orders=ORDERS_MAX * len(day.boutiques) // BOUTIQUES_MAX, at_once=AT_ONCE)
    await forget_placing(world.db)
    with psycopg.connect(world.at.admin, autocommit=True) as conn:
        conn.execute("vacuum analyze")
    wanted = Wanted(Scope("country", "FR"), acts.stopped(True, METHODS), None, None, days=CLOSED_DAYS)

    async def confirm(conn: Conn) -> None:
        await acts.confirm(
            conn, maison_id=day.maison_id, act_id=act_id, by=None, wanted=wanted, previewed={}, now=day.now
        )

    clicked = await _timed(lambda: world.db.run(Actor.job(), day.maison_id, confirm))
    cpu = time.process_time()
    seconds = await _timed(
        lambda: working.carry_out(world.db, maison_id=day.maison_id, act_id=act_id, now=day.now)
    )
    cpu = time.process_time() - cpu
    async with world.db.acting(Actor.job(), day.maison_id) as conn:
        came = await tuples(
            conn,
            "select kind || ' ' || state, count(*)::integer from closures.effect group by 1 order by 1",
        )
    effects = dict(came)
    drifts = [
        *await positions.verify(world.db, maison_id=day.maison_id),
        *await promises.verify(world.db, maison_id=day.maison_id),
        *await books.verify(world.db, maison_id=day.maison_id),
    ]
    if drifts or any(state.endswith("to_do") for state in effects):
        raise RuntimeError(f"the closure left {effects}, {drifts[:3]}")
    decided = sum(effects.values())

    async def written() -> None:
        """The effects' rows alone, again, in one statement that is taken back."""
        with psycopg.connect(world.at.admin) as conn:
            conn.execute(
                "create temporary table again on commit drop as select * from closures.effect;"
                "delete from closures.effect; insert into closures.effect select * from again"
            )
            conn.rollback()

    bare = await _timed(written)
    return entry(
        decided / (clicked + seconds),
        "effects/s",
        bare=decided / bare,
        seconds=round(clicked + seconds, 1),
        click_seconds=round(clicked, 2),
        python_seconds=round(cpu, 1),
        orders=len(day.orders),
        effects=effects,
    )
