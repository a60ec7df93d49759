"""Booking, moving and giving back: once, whole, and for nobody twice."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from enfilade.appointments import (
    asking,
    changing,
    free,
    keeping,
    rezoning,
    rosters,
    services,
    shifts,
    turns,
    visits,
)
from enfilade.appointments.keeping import (
    AppointmentOver,
    ChangedMeanwhile,
    ComesAlready,
    SlotTaken,
    TooLateToChange,
    TooManyPieces,
)
from enfilade.appointments.rosters import Hours, InTwoPlaces
from enfilade.appointments.slots import Slot
from enfilade.appointments.turns import NoAppointmentsThere
from enfilade.appointments.visits import NotThatStep
from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Conn, Db
from enfilade.base.ids import new_id
from enfilade.base.limits import TooManyAttempts
from enfilade.boutiques import closures
from enfilade.clients.contact_points import NotAContactPoint
from enfilade.stock import verify as positions
from enfilade.stock.holds import NotEnoughStock
from tests.appointments.diary import KEY, PARIS, Diary, opened
from tests.shop import Shop, count

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


async def slots_of(diary: Diary, first: date, days: int = 1, **more: object) -> list[Slot]:
    async with diary.db.acting(Actor.visitor(new_id(diary.now)), diary.maison_id) as conn:
        service = await services.read(conn, maison_id=diary.maison_id, service_id=diary.service_id)
    assert service is not None
    async with diary.db.door() as conn:
        found = await free.week(
            conn, maison_id=diary.maison_id, service=service, location_ids=list(diary.house.places.values()),
            first_day=first, days=days, now=diary.now, **more,  # type: ignore[arg-type]
        )  # fmt: skip
    assert set(found) <= {diary.place}
    return found.get(diary.place, [])


async def test_what_is_offered_can_be_booked_and_is_then_offered_no_more(db: Db, shop: Shop) -> None:
    diary = await opened(db, shop, NOW, advisors=2, seats_=1)
    tomorrow = date(2026, 11, 24)
    offered = await slots_of(diary, tomorrow)
    assert [slot.wall.hour for slot in offered] == [11, 12, 13, 14, 15, 16, 17]
    first = await diary.book(offered[0].starts_at)
    assert (first.starts_at, first.state, first.sequence) == (offered[0].starts_at, "booked", 0)
    # Two advisors, one seat.
    assert await slots_of(diary, tomorrow) == offered[1:]
    with pytest.raises(SlotTaken) as refused:
        await diary.book(offered[0].starts_at, "Noa")
    assert refused.value.free == offered[1:4]
    second = await diary.book(refused.value.free[0].starts_at, "Noa")
    assert second.staff_id != first.staff_id, "who has less to do"
    assert await diary.book(offered[0].starts_at) == first, "the same form again"
    # Not on the grid, before the notice, beyond the horizon, nowhere, somewhere else.
    for at in (
        offered[3].starts_at + timedelta(minutes=5), diary.at(0, 11), diary.at(29, 11), diary.at(1, 3),
    ):  # fmt: skip
        with pytest.raises(SlotTaken):
            await diary.book(at, "Robin")
    with pytest.raises(NoAppointmentsThere):
        await diary.book(offered[3].starts_at, "Robin", location_id=diary.house.places["alba-2"])
    with pytest.raises(NotAContactPoint):
        await diary.book(offered[3].starts_at, "Robin", mail="+33600000000")
    for hour in (3, 4):
        await diary.book(offered[hour].starts_at, "Robin", f"{hour}")
    await diary.book(diary.at(2, 11), "Robin", "third")
    with pytest.raises(TooManyAttempts):
        await diary.book(diary.at(2, 12), "Robin", "fourth")
    # Only one speaks Chinese.
    assert (await diary.book(offered[5].starts_at, "Li", advisor_language="zh")).staff_id == diary.staff[0]
    assert await slots_of(diary, tomorrow, language="nl") == []


async def test_who_is_away_gone_or_elsewhere_is_not_offered(db: Db, shop: Shop) -> None:
    diary = await opened(db, shop, NOW, advisors=1)
    maison_id, (staff_id,), by, day = diary.maison_id, diary.staff, diary.manager, date(2026, 11, 25)
    absence_id = new_id(NOW)
    hours = [slot.wall.hour for slot in await slots_of(diary, day)]
    assert hours == list(range(11, 18))

    def away(conn: Conn):  # type: ignore[no-untyped-def]
        return rosters.add_absence(
            conn, maison_id=maison_id, by=by, absence_id=absence_id, staff_id=staff_id, location_id=diary.place,
            begins_at=diary.at(2, 12), ends_at=diary.at(2, 14), now=NOW,
        )  # fmt: skip

    await diary.inside(away)
    await diary.inside(away)
    assert [slot.wall.hour for slot in await slots_of(diary, day)] == [11, 15, 16, 17]
    await diary.inside(
        lambda conn: rosters.remove_absence(
            conn,
            maison_id=maison_id,
            by=by,
            absence_id=absence_id,
            staff_id=staff_id,
            location_id=diary.place,
        )
    )
    await diary.inside(
        lambda conn: closures.close(
            conn, maison_id=maison_id, location_id=diary.place, starts_at=diary.at(2, 15),
            ends_at=diary.at(2, 16), reason="", now=NOW,
        )
    )  # fmt: skip
    assert [slot.wall.hour for slot in await slots_of(diary, day)] == [11, 12, 13, 14, 16, 17]
    # A week at another boutique that meets this one is refused whole; the same hours after it are not.
    other = diary.house.places["alba-2"]
    await diary.inside(
        lambda conn: services.keep(
            conn, maison_id=maison_id, now=NOW,
            service=services.Service("other", texts={"fr": services.Said("Autre")}, location_ids=(other,)),
        )
    )  # fmt: skip

    def elsewhere(hours: Hours):  # type: ignore[no-untyped-def]
        return lambda conn: rosters.set_week(
            conn, maison_id=maison_id, by=by, staff_id=staff_id, location_id=other, hours=[hours],
            valid_from=day, now=NOW,
        )  # fmt: skip

    with pytest.raises(InTwoPlaces):
        await diary.inside(elsewhere(Hours(3, 1000, 1100)))
    await diary.inside(elsewhere(Hours(3, 1080, 1100)))
    renewed = await diary.inside(lambda conn: shifts.renew_shifts(conn, maison_id=maison_id, now=NOW))
    assert renewed == 0, "they stood already"
    assert await slots_of(diary, day) != []
    ended = date(2026, 11, 25)
    await diary.inside(
        lambda conn: rosters.set_week(
            conn, maison_id=maison_id, by=by, staff_id=staff_id, location_id=diary.place, hours=[],
            valid_from=ended, now=NOW,
        )
    )  # fmt: skip
    assert await slots_of(diary, day) == []
    assert await slots_of(diary, date(2026, 11, 24)) != []


async def test_pieces_are_held_until_it_is_over_and_follow_a_move(db: Db, shop: Shop, admin) -> None:
    diary = await opened(db, shop, NOW, advisors=2, seats_=2)
    bag, maison_id = diary.house.variants["alba-bag"], diary.maison_id
    await count(db, diary.house, "alba-1", "alba-bag", 1, datetime.now(UTC) + timedelta(seconds=1))
    with pytest.raises(TooManyPieces):
        await diary.book(diary.at(1, 11), variant_ids=tuple(new_id(NOW) for _ in range(4)))
    kept = await diary.book(diary.at(1, 11), variant_ids=(bag, bag))

    def held() -> list[tuple[object, ...]]:
        return admin(
            "select h.quantity, h.expires_at, p.held from stock.hold h join stock.position p "
            "using (maison_id, location_id, variant_id) where h.purpose = 'appointment'"
        )

    assert held() == [(1, diary.at(1, 12, 45), 1)]
    with pytest.raises(ComesAlready):
        await diary.book(diary.at(1, 11), secret="another tab", mail="Camille+2@client.example")
    with pytest.raises(NotEnoughStock):
        await diary.book(diary.at(1, 14), "Noa", variant_ids=(bag,))
    assert admin("select count(*) from appointments.appointment") == [(1,)], "all or nothing"

    async def move(to: datetime, sequence: int, now: datetime = NOW, by: object = None) -> object:
        return await db.run(
            Actor.booking(kept.id), maison_id,
            lambda conn: changing.move(
                conn, maison_id=maison_id, appointment_id=kept.id, by=by, location_id=diary.place,  # type: ignore[arg-type]
                starts_at=to, sequence=sequence, now=now,
            ),
        )  # fmt: skip

    moved = await move(diary.at(2, 11), 0)
    assert (moved.starts_at, moved.sequence, moved.staff_id) == (diary.at(2, 11), 1, kept.staff_id)  # type: ignore[attr-defined]
    assert await move(diary.at(2, 11), 0) == moved, "again"
    assert held() == [(1, diary.at(2, 12, 45), 1)]
    with pytest.raises(ChangedMeanwhile):
        await move(diary.at(3, 11), 0)
    with pytest.raises(SlotTaken):
        await move(diary.at(3, 11, 5), 1)
    with pytest.raises(TooLateToChange):
        await move(diary.at(3, 11), 1, now=diary.at(2, 10))

    async def cancel(now: datetime) -> None:
        await db.run(
            Actor.booking(kept.id), maison_id,
            lambda conn: changing.cancel(conn, maison_id=maison_id, appointment_id=kept.id, by=None, now=now),
        )  # fmt: skip

    with pytest.raises(TooLateToChange):
        await cancel(diary.at(2, 10))
    await cancel(NOW)
    await cancel(NOW)
    assert held() == []
    with pytest.raises(AppointmentOver):
        await move(diary.at(3, 11), 2)
    assert await diary.book(diary.at(2, 11), "Noa", variant_ids=(bag,))
    assert admin("select kind, count(*) from base.fact where kind like 'Appointment%' group by 1 order by 1") == [
        ("AppointmentBooked", 2), ("AppointmentCancelled", 1), ("AppointmentMoved", 1),
    ]  # fmt: skip
    assert await positions.verify(db, maison_id=maison_id) == []


async def test_a_visit_is_opened_served_or_missed(db: Db, shop: Shop, admin) -> None:
    diary = await opened(db, shop, NOW, advisors=3)
    bag, maison_id, by = diary.house.variants["alba-bag"], diary.maison_id, diary.manager
    came, late, never = [
        await diary.book(diary.at(1, 11), name, variant_ids=(bag,)) for name in ("Camille", "Noa", "Robin")
    ]

    def step(verb, one, now, **more):  # type: ignore[no-untyped-def]
        return diary.inside(
            lambda conn: verb(conn, maison_id=maison_id, appointment_id=one.id, by=by, now=now, **more)
        )

    with pytest.raises(NotThatStep):
        await step(visits.arrive, came, NOW)
    with pytest.raises(NotThatStep):
        await step(visits.miss, late, NOW)
    at = diary.at(1, 11, 20)
    for _ in range(2):
        await step(visits.arrive, came, at)
        await step(visits.miss, late, at)
    assert admin("select max(expires_at) from stock.hold") == [(at + timedelta(minutes=105),)]
    for _ in range(2):
        await step(visits.serve, came, at, results={bag: "liked"}, noted="Prefers black")
    with pytest.raises(NotThatStep):
        await step(visits.arrive, came, at)
    await step(visits.serve, late, at, results={}, noted="")
    for _ in range(2):
        await diary.inside(lambda conn: visits.miss_late(conn, maison_id=maison_id, now=diary.at(1, 14)))
    states = dict(admin("select id, state from appointments.appointment"))
    assert states == {came.id: "served", late.id: "served", never.id: "missed"}
    assert admin("select count(*) from stock.hold") == [(0,)]
    assert admin("select result, noted from appointments.piece join appointments.contact using (appointment_id) "
        "where result is not null") == [("liked", "Prefers black")]  # fmt: skip
    kinds = dict(admin("select kind, count(*) from base.fact where kind like 'Appointment%' group by 1"))
    assert kinds == {
        "AppointmentBooked": 3,
        "AppointmentArrived": 1,
        "AppointmentServed": 2,
        "AppointmentMissed": 2,
    }
    assert await diary.inside(lambda conn: visits.forget(conn, maison_id=maison_id, now=NOW)) == 0
    assert (
        await diary.inside(lambda conn: visits.forget(conn, maison_id=maison_id, now=diary.at(99, 11))) == 3
    )
    assert await positions.verify(db, maison_id=maison_id) == []


async def test_a_link_opens_its_own_appointment_alone(db: Db, shop: Shop) -> None:
    diary = await opened(db, shop, NOW)
    mine, other = await diary.book(diary.at(1, 11)), await diary.book(diary.at(1, 12), "Noa")
    found = await asking.opened(db, keeping.link_secret(KEY, mine.id))
    assert found is not None
    assert (found.appointment_id, found.maison_id) == (mine.id, diary.maison_id)
    assert await asking.opened(db, "somebody's") is None
    async with db.acting(found.actor, found.maison_id) as conn:
        assert await keeping.booked(conn, maison_id=diary.maison_id, appointment_id=mine.id) == mine
        assert await keeping.booked(conn, maison_id=diary.maison_id, appointment_id=other.id) is None
    for actor in (found.actor, Actor.visitor(new_id(NOW)), Actor.link(mine.id)):
        async with db.acting(actor, diary.maison_id) as conn:
            for table in ("shift", "roster", "absence", "advisor", "seat"):
                cursor = await conn.execute(f"select 1 from appointments.{table}".encode())
                assert await cursor.fetchall() == [], table


async def storm(diary: Diary, clients: Iterable[int]) -> list[UUID | Exception]:
    """All of them want the first slot of tomorrow, then what they are offered."""
    first = diary.at(1, 11)

    async def client(number: int) -> UUID | Exception:
        want = first
        for attempt in range(60):
            try:
                return (await diary.book(want, f"Client{number}", f"form {number} {attempt}")).id
            except SlotTaken as taken:
                if not taken.free:
                    return taken
                want = taken.free[number % len(taken.free)].starts_at
            except Exception as error:
                return error
        return AssertionError("never told")

    return await asyncio.gather(*(client(number) for number in clients))


STORM, ROOM = 200, 20


async def test_two_hundred_clients_want_twenty_slots(db: Db, shop: Shop, addresses: Addresses, admin) -> None:
    """Two processes' worth of connections. Twenty are booked, each once; who was refused was offered what was free."""
    now = datetime.now(UTC)
    # Two advisors, five starts a day, two days: twenty in all.
    diary = await opened(db, shop, now, step_minutes=120, minutes=90, horizon_days=2, notice_minutes=24 * 60)
    other = Db(addresses.app, addresses.public, addresses.group, connections_max=8)
    await other.open()
    try:
        twin = replace(diary, db=other)
        halves = await asyncio.gather(storm(diary, range(0, STORM, 2)), storm(twin, range(1, STORM, 2)))
    finally:
        await other.close()
    answers = [answer for half in halves for answer in half]
    booked = [answer for answer in answers if isinstance(answer, UUID)]
    assert {type(answer) for answer in answers} <= {UUID, SlotTaken}, answers
    ((rows, people, starts),) = admin(
        "select count(*), count(distinct booker), count(distinct (staff_id, starts_at)) from appointments.appointment"
    )
    assert (rows, people, starts) == (len(booked),) * 3
    assert await slots_of(diary, (now + timedelta(days=1)).astimezone(PARIS).date(), 2) == []


async def test_without_the_turn_and_the_constraint_the_same_crowd_books_a_slot_twice(
    db: Db, shop: Shop, admin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: it proves that the storm can fail."""

    async def nobody_waits(conn: Conn, *, maison_id: UUID, location_ids: list[UUID]) -> None:
        await asyncio.sleep(0)

    now = datetime.now(UTC)
    diary = await opened(db, shop, now, advisors=1, step_minutes=120, minutes=90)
    monkeypatch.setattr(turns, "take", nobody_waits)
    admin("alter table appointments.appointment drop constraint advisor_once")
    await storm(diary, range(24))
    ((rows, starts),) = admin(
        "select count(*), count(distinct (staff_id, starts_at)) from appointments.appointment"
    )
    assert rows > starts


async def test_a_zone_with_new_rules_keeps_what_the_wall_shows(db: Db, shop: Shop, admin: Any) -> None:
    """Rows as they were made by the rules of before: an hour apart from those of today."""
    now = datetime.now(UTC)
    diary = await opened(db, shop, now, advisors=1)
    kept = [await diary.book(diary.at(1, hour), f"V{hour}") for hour in (11, 12, 13, 15)]
    early = await diary.book(diary.at(2, 11), "W1"), await diary.book(diary.at(2, 12), "W2")

    def shifted(ids: list[UUID], hours: str) -> None:
        for id_ in ids:
            admin(
                "update appointments.appointment set starts_at = starts_at + %s::interval, ends_at = ends_at + %s::interval, "
                "busy = tstzrange(lower(busy) + %s::interval, upper(busy) + %s::interval) where id = %s",
                [hours, hours, hours, hours, id_],
            )

    shifted([one.id for one in kept[:3]], "-1 hour")
    shifted([one.id for one in reversed(early)], "1 hour")
    # One whose own time somebody has now: it stays where it is, and somebody calls.
    shifted([kept[3].id], "2 hours")
    await diary.book(diary.at(1, 15), "Else")

    async def rezoned(version: str) -> int:
        return await rezoning.rezone(db, maison_id=diary.maison_id, version=version, now=now)

    assert await rezoned("2026c") == 5
    assert await rezoned("2026c") == 0
    stands = dict(admin("select id, starts_at from appointments.appointment"))
    assert [stands[one.id] for one in (*kept[:3], *early)] == [one.starts_at for one in (*kept[:3], *early)]
    assert stands[kept[3].id] == kept[3].starts_at + timedelta(hours=2)
    assert admin("select appointment_id, state from appointments.alternative") == [(kept[3].id, "nowhere")]
    # A process that knows older rules leaves them alone.
    shifted([early[0].id], "-1 hour")
    assert await rezoned("2026b") == 0
    assert await rezoned("2026d") == 1
