"""Appointments and closures: no booking slips into a closed time, and what is booked there is given another time."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from enfilade.appointments import alternatives, answering, changing, free, keeping, rosters, services, visits
from enfilade.appointments.answering import Alternative, AlternativeOver
from enfilade.appointments.keeping import AppointmentOver, Booked, SlotTaken
from enfilade.appointments.rosters import Hours
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, execute, tuples
from enfilade.base.ids import new_id
from enfilade.closures import acts, working
from enfilade.closures.acts import Scope, Wanted
from enfilade.stock import verify as positions
from enfilade.stock.counts import Count, record_counts
from enfilade.stock.exposure import Exposure, expose
from tests.appointments.diary import Diary, opened
from tests.shop import Shop, _hire

EVERYTHING = acts.stopped(True, list(acts.METHODS))


async def closing(
    conn: Conn,
    diary: Diary,
    *places: UUID,
    stops: tuple[str, ...] = EVERYTHING,
    days: int | None = 3,
    act_id: UUID | None = None,
) -> UUID:
    act_id = act_id or new_id(diary.now)
    await acts.confirm(
        conn,
        maison_id=diary.maison_id,
        act_id=act_id,
        by=None,
        wanted=Wanted(
            Scope("boutiques", location_ids=places or (diary.place,)), stops, None, None, days=days
        ),
        previewed={},
        now=diary.now,
    )
    return act_id


async def close(diary: Diary, *places: UUID, **how: object) -> UUID:
    return await diary.db.run(
        Actor.job(), diary.maison_id, lambda conn: closing(conn, diary, *places, **how)  # type: ignore[arg-type]
    )  # fmt: skip


async def reopen(diary: Diary, act_id: UUID) -> int:
    return await diary.db.run(
        Actor.job(),
        diary.maison_id,
        lambda conn: acts.reopen(conn, maison_id=diary.maison_id, act_id=act_id, by=None, now=diary.now),
    )


async def starts(diary: Diary, days: int = 6) -> list[datetime]:
    async with diary.db.acting(Actor.visitor(new_id(diary.now)), diary.maison_id) as conn:
        service = await services.read(conn, maison_id=diary.maison_id, service_id=diary.service_id)
        assert service is not None
        found = await free.week(
            conn, maison_id=diary.maison_id, service=service, location_ids=[diary.place],
            first_day=diary.at(0, 12).date(), days=days, now=diary.now,
        )  # fmt: skip
    return [slot.starts_at for slot in found[diary.place]]


async def test_what_closes_takes_no_booking_not_even_one_that_waits(db: Db, shop: Shop) -> None:
    diary = await opened(db, shop, datetime.now(UTC), advisors=1)
    before = await starts(diary)
    wanted = diary.at(1, 12)
    assert wanted in before
    # One that comes while the closing is not yet committed waits for it, and is refused.
    async with db.acting(Actor.job(), diary.maison_id) as conn:
        act = await closing(conn, diary)
        late = asyncio.create_task(diary.book(wanted))
        done, _ = await asyncio.wait([late], timeout=0.5)
        assert not done, "it waits for the boutique's turn"
    with pytest.raises(SlotTaken) as refused:
        await late
    first = diary.at(3, 0)
    assert refused.value.free[0].starts_at >= first
    assert await starts(diary) == [at for at in before if at >= first]
    assert await reopen(diary, act) == 1
    assert await starts(diary) == before
    # Appointments alone: the door stays open, and nobody is booked.
    act = await close(diary, stops=("appointments",), days=None)
    assert await starts(diary) == []
    await reopen(diary, act)
    assert await starts(diary) == before
    assert (await diary.book(wanted)).starts_at == wanted
    assert timedelta(0) < wanted - diary.now


async def second(diary: Diary, *, from_: int = 10, until: int = 18, city: str = "Paris") -> UUID:
    """The maison's second boutique offers the service too, by somebody of its own."""
    place = diary.house.places[f"{diary.house.slug}-2"]

    async def verb(conn: Conn) -> None:
        await execute(
            conn,
            "update boutiques.location set city = %(city)s where maison_id = %(m)s and id = %(place)s",
            city=city,
            m=diary.maison_id,
            place=place,
        )
        offered = replace(diary.service, location_ids=(diary.place, place))
        await services.keep(conn, maison_id=diary.maison_id, service=offered, now=diary.now)
        staff_id = await _hire(
            conn, diary.maison_id, "second@enfilade.example", "advisor", [place], diary.now
        )
        await rosters.keep_advisor(
            conn, maison_id=diary.maison_id, by=diary.manager, staff_id=staff_id, location_id=place, shown_name="S",
            languages=["fr"], skills=[], bookable=True, now=diary.now,
        )  # fmt: skip
        await rosters.set_week(
            conn, maison_id=diary.maison_id, by=diary.manager, staff_id=staff_id, location_id=place,
            hours=[Hours(day, from_ * 60, until * 60) for day in range(1, 8)],
            valid_from=diary.now.date() - timedelta(days=1), now=diary.now,
        )  # fmt: skip

    await diary.db.run(Actor.importer(), diary.maison_id, verb)
    return place


async def carry_out(diary: Diary, act_id: UUID, now: datetime | None = None) -> None:
    await working.carry_out(diary.db, maison_id=diary.maison_id, act_id=act_id, now=now or diary.now)


async def alternative(diary: Diary, booked: Booked) -> Alternative | None:
    async with diary.db.acting(Actor.booking(booked.id), diary.maison_id) as conn:
        return await answering.proposed(conn, maison_id=diary.maison_id, appointment_id=booked.id)


async def accept(diary: Diary, booked: Booked, alternative_id: UUID) -> Booked:
    return await diary.db.run(
        Actor.booking(booked.id),
        diary.maison_id,
        lambda conn: answering.accept(
            conn, maison_id=diary.maison_id, appointment_id=booked.id, alternative_id=alternative_id, by=None, now=diary.now
        ),
    )  # fmt: skip


async def job(diary: Diary, verb: Callable[..., Awaitable[int]], now: datetime) -> int:
    return await diary.db.run(
        Actor.job(), diary.maison_id, lambda conn: verb(conn, maison_id=diary.maison_id, now=now)
    )


async def outcomes(diary: Diary) -> list[tuple[str, str, str]]:
    async with diary.db.acting(Actor.job(), diary.maison_id) as conn:
        return [
            (kind, state, why)
            for kind, state, why in await tuples(
                conn, "select kind, state, why from closures.effect order by kind, state, why"
            )
        ]


async def test_who_comes_in_a_closed_time_is_given_the_nearest_other_time_and_answers(
    db: Db, shop: Shop
) -> None:
    diary = await opened(db, shop, datetime.now(UTC), advisors=1)
    place = await second(diary)
    first = await diary.book(diary.at(1, 11), "Camille")
    other = await diary.book(diary.at(1, 12), "Robin")
    later = await diary.book(diary.at(5, 12), "Noa")
    act = await close(diary)
    await asyncio.gather(carry_out(diary, act), carry_out(diary, act))
    # The other boutique of the city, at the same hour; nobody else is given it.
    mine, theirs = await alternative(diary, first), await alternative(diary, other)
    assert mine is not None and theirs is not None
    assert (mine.location_id, mine.starts_at) == (place, first.starts_at)
    assert (theirs.location_id, theirs.starts_at) == (place, other.starts_at)
    assert await alternative(diary, later) is None
    assert await outcomes(diary) == [("propose", "done", "")] * 2
    with pytest.raises(SlotTaken):
        await diary.book(first.starts_at, "Else", location_id=place)
    # Accepted twice, it is one move; an answer to somebody else's is none.
    taken = await accept(diary, first, mine.id)
    assert (taken.location_id, taken.starts_at, taken.sequence) == (place, first.starts_at, 1)
    assert await accept(diary, first, mine.id) == taken
    with pytest.raises(AlternativeOver):
        await accept(diary, first, theirs.id)
    # Declined: cancelled by its client, and the time is free again.
    await diary.db.run(
        Actor.booking(other.id),
        diary.maison_id,
        lambda conn: changing.cancel(
            conn, maison_id=diary.maison_id, appointment_id=other.id, by=None, now=other.starts_at
        ),
    )
    assert (await diary.book(other.starts_at, "Else", location_id=place)).starts_at == other.starts_at
    with pytest.raises(AppointmentOver):
        await accept(diary, other, theirs.id)
    # Nothing more comes of the next round, nor of reopening.
    await working.go_round(db, maison_id=diary.maison_id, now=diary.now)
    await reopen(diary, act)
    await working.go_round(db, maison_id=diary.maison_id, now=diary.now)
    assert await outcomes(diary) == [("propose", "done", "")] * 2


async def test_nobody_who_does_not_answer_is_cancelled_and_reopening_gives_their_time_back(
    db: Db, shop: Shop
) -> None:
    diary = await opened(db, shop, datetime.now(UTC), advisors=1)
    place = await second(diary, from_=14)
    first = await diary.book(diary.at(2, 11), "Camille")
    act = await close(diary)
    await carry_out(diary, act)
    # The other boutique has no mornings: three days later, in the morning, at one's own.
    mine = await alternative(diary, first)
    assert mine is not None
    assert (mine.location_id, mine.starts_at) == (diary.place, diary.at(3, 11))
    assert mine.starts_at not in await starts(diary)
    # The second boutique of the city closes as well: what is proposed elsewhere stands.
    await carry_out(diary, await close(diary, place))
    assert await alternative(diary, first) == mine
    # Nobody answers. It is for somebody to call about, and is not missed when its own time is past.
    late = mine.answer_by + timedelta(minutes=1)
    lapsed = [await job(diary, alternatives.lapse, late) for _ in range(2)]
    assert lapsed == [1, 0]
    assert await job(diary, visits.miss_late, diary.at(3, 8)) == 0
    assert mine.starts_at in await starts(diary)
    with pytest.raises(AlternativeOver):
        await accept(diary, first, mine.id)
    # Reopened before its time: it is as it was, and its client told, once.
    await reopen(diary, act)
    for _ in range(2):
        await working.go_round(db, maison_id=diary.maison_id, now=diary.now)
    assert ("keep", "done", "") in await outcomes(diary)
    async with db.acting(Actor.booking(first.id), diary.maison_id) as conn:
        assert await keeping.booked(conn, maison_id=diary.maison_id, appointment_id=first.id) == first
    facts = await db_facts(diary)
    assert [name for name in facts if name.startswith("Appointment")] == [
        "AppointmentBooked", "AppointmentProposed", "AppointmentToCall", "AppointmentKept",
    ]  # fmt: skip


async def db_facts(diary: Diary) -> list[str]:
    async with diary.db.acting(Actor.job(), diary.maison_id) as conn:
        return [name for (name,) in await tuples(conn, "select kind from base.fact order by xid")]


async def test_pieces_come_with_the_other_time_or_it_is_not_proposed(db: Db, shop: Shop) -> None:
    diary = await opened(db, shop, datetime.now(UTC), advisors=1)
    place = await second(diary)
    bag = diary.house.variants[f"{diary.house.slug}-bag"]
    there = await holds_of(diary, place, bag, 1)
    # As many come as the other boutique has pieces, and one more.
    visitors = [
        await diary.book(diary.at(1, 11 + number), f"V{number}", variant_ids=(bag,))
        for number in range(there + 1)
    ]
    act = await close(diary)
    await carry_out(diary, act)
    given = [await alternative(diary, one) for one in visitors]
    assert [one.location_id for one in given if one] == [place] * there + [diary.place]
    assert await positions.verify(db, maison_id=diary.maison_id) == []
    # Taken while the own boutique is closed: the piece of the own goes back, the one beside it is theirs.
    last, own = given[-1], given[0]
    assert last is not None and own is not None
    assert (await accept(diary, visitors[-1], last.id)).location_id == diary.place
    assert (await accept(diary, visitors[0], own.id)).location_id == place
    async with db.acting(Actor.job(), diary.maison_id) as conn:
        held = await tuples(
            conn,
            "select location_id, holder_id from stock.hold where holder_id = any(%(ids)s::uuid[]) order by quantity",
            ids=[visitors[0].id, visitors[-1].id, own.id, last.id],
        )
    assert sorted(held) == sorted([(place, visitors[0].id), (diary.place, visitors[-1].id)])
    assert await positions.verify(db, maison_id=diary.maison_id) == []


async def holds_of(diary: Diary, place: UUID, variant: UUID, most: int) -> int:
    """Leaves so many of the variant to promise at the place."""
    async with diary.db.acting(Actor.importer(), diary.maison_id) as conn:
        await record_counts(
            conn, maison_id=diary.maison_id, counts=[Count(place, variant, most, diary.now)], source="opening", now=diary.now
        )  # fmt: skip
        await expose(
            conn,
            maison_id=diary.maison_id,
            exposures=[Exposure(place, collect=True, reserve=True, ship=True)],
        )
    async with diary.db.public() as conn:
        ((left,),) = await tuples(
            conn,
            "select reserve from public_facts.availability where location_id = %(place)s and variant_id = %(variant)s",
            place=place,
            variant=variant,
        )
    return left
