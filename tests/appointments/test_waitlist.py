"""The waitlist of a full day: in order, one at a time, each with a time to answer, and never two people at one time."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from itertools import count as count_up
from typing import Any
from uuid import UUID

import pytest

from enfilade.appointments import asking, changing, offering, waitlist, waitlist_letters
from enfilade.appointments.keeping import SlotTaken
from enfilade.appointments.waitlist import NotThatDay, OfferOver, StillFree, WaitsAlready, Wanted
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, scalar, tuples
from enfilade.closures import acts
from enfilade.stock import verify as positions
from tests.appointments.diary import KEY, PARIS, Diary, opened
from tests.shop import Shop, count

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ONE_AFTER_THE_OTHER = count_up()


@pytest.fixture
async def diary(db: Db, shop: Shop) -> Diary:
    """One advisor from ten to eighteen: seven visits of a day, all of the day after tomorrow taken."""
    diary = await opened(db, shop, NOW, advisors=1)
    for hour in range(11, 18):
        await diary.book(diary.at(2, hour), f"Guest{hour}")
    return diary


def day(diary: Diary, days: int = 2) -> date:
    return diary.at(days, 12).astimezone(PARIS).date()


async def wait(diary: Diary, name: str, days: int = 2, **more: Any) -> UUID:
    wanted = Wanted(
        diary.service_id, diary.place, day(diary, days), name, f"{name.lower()}@client.example",
        diary.house.store.store_id, "fr", "fr", **more,
    )  # fmt: skip
    return await waitlist.wait(
        diary.db, maison_id=diary.maison_id, secret=f"waits {name} {days}", wanted=wanted, key=KEY,
        network=name, now=diary.now + timedelta(seconds=next(ONE_AFTER_THE_OTHER)),
    )  # fmt: skip


async def give_back(diary: Diary, hour: int) -> None:
    """The guest of that hour cancels."""
    id_ = asking.appointment_id(f"form of Guest{hour}")
    await diary.db.run(
        Actor.booking(id_),
        diary.maison_id,
        lambda conn: changing.cancel(
            conn, maison_id=diary.maison_id, appointment_id=id_, by=None, now=diary.now
        ),
    )


async def go_round(diary: Diary, **later: float) -> int:
    return await offering.go_round(diary.db, maison_id=diary.maison_id, now=diary.now + timedelta(**later))


async def state(diary: Diary, id_: UUID) -> tuple[str, int | None]:
    """How it stands, and the hour that is kept."""
    one = await diary.inside(lambda conn: waitlist.waits(conn, maison_id=diary.maison_id, waiting_id=id_))
    assert one is not None
    return one.state, one.starts_at.astimezone(PARIS).hour if one.starts_at else None


async def take(diary: Diary, id_: UUID) -> Any:
    return await diary.db.run(
        Actor.booking(id_),
        diary.maison_id,
        lambda conn: waitlist.take(conn, maison_id=diary.maison_id, waiting_id=id_, key=KEY, now=diary.now),
    )


async def leave(diary: Diary, id_: UUID) -> bool:
    return await diary.db.run(
        Actor.booking(id_),
        diary.maison_id,
        lambda conn: waitlist.leave(conn, maison_id=diary.maison_id, waiting_id=id_, now=diary.now),
    )


async def test_the_first_who_waits_is_kept_what_becomes_free_and_nobody_else_gets_it(diary: Diary) -> None:
    first, second = await wait(diary, "Anna"), await wait(diary, "Berta")
    assert await go_round(diary) == 0, "nothing is free"
    await give_back(diary, 14)
    assert await go_round(diary) == 1
    assert await go_round(diary) == 0, "done again it changes nothing"
    assert await state(diary, first) == ("offered", 14)
    assert await state(diary, second) == ("waiting", None)
    with pytest.raises(SlotTaken):
        await diary.book(diary.at(2, 14), "Stranger")
    kept = await take(diary, first)
    assert (kept.id, kept.starts_at) == (first, diary.at(2, 14))
    assert await take(diary, first) == kept, "taken twice it is one"
    assert await state(diary, first) == ("booked", None)
    await give_back(diary, 11)
    assert await go_round(diary) == 1
    assert await state(diary, second) == ("offered", 11)


async def test_whoever_does_not_answer_or_leaves_makes_way_for_the_next(diary: Diary) -> None:
    waiting = [await wait(diary, name) for name in ("Anna", "Berta", "Clara")]
    await give_back(diary, 14)
    await go_round(diary)
    answer_by = await diary.inside(
        lambda conn: scalar(conn, "select answer_by from appointments.alternative where state = 'open'")
    )
    assert timedelta(hours=3) <= answer_by - diary.now <= timedelta(hours=15), "three hours of a day"
    late = (answer_by - diary.now).total_seconds() + 1
    assert await go_round(diary, seconds=late) == 1
    assert await state(diary, waiting[0]) == ("lapsed", None)
    with pytest.raises(OfferOver):
        await take(diary, waiting[0])
    assert await state(diary, waiting[1]) == ("offered", 14)
    assert await leave(diary, waiting[1])
    assert not await leave(diary, waiting[1])
    assert await go_round(diary) == 1
    assert await state(diary, waiting[2]) == ("offered", 14)
    assert await leave(diary, waiting[2])
    assert await go_round(diary) == 0
    assert await diary.book(diary.at(2, 14), "Stranger"), "nobody waits any more"


async def test_it_fits_or_the_next_is_asked(db: Db, diary: Diary) -> None:
    """Part of the day, the language of the advisor, the pieces: who cannot come then is passed over and stays first."""
    for place, pieces in (("alba-1", 1), ("alba-2", 0), ("alba-wh", 0)):
        await count(db, diary.house, place, "alba-bag", pieces, datetime.now(UTC))
    bag, ring = diary.house.variants["alba-bag"], diary.house.variants["alba-ring-52"]
    for place in ("alba-1", "alba-2", "alba-wh"):
        await count(db, diary.house, place, "alba-ring-52", 0, datetime.now(UTC))
    evening = await wait(diary, "Anna", part=2)
    korean = await wait(diary, "Berta", advisor_language="ko")
    ringed = await wait(diary, "Clara", variant_ids=(ring,))
    bagged = await wait(diary, "Dora", variant_ids=(bag,))
    await give_back(diary, 11)
    assert await go_round(diary) == 1
    assert [(await state(diary, id_))[0] for id_ in (evening, korean, ringed, bagged)] == [
        "waiting", "waiting", "waiting", "offered",
    ]  # fmt: skip
    held = "select purpose, quantity from stock.hold where variant_id = %(v)s and expires_at > %(now)s"
    assert await diary.inside(lambda conn: tuples(conn, held, v=bag, now=diary.now)) == [("appointment", 1)]
    kept = await take(diary, bagged)
    assert kept.starts_at == diary.at(2, 11)
    assert await diary.inside(lambda conn: tuples(conn, held, v=bag, now=diary.now)) == [("appointment", 1)]
    assert await positions.verify(db, maison_id=diary.maison_id) == []


async def test_two_times_for_two_who_wait_and_answers_at_once(diary: Diary) -> None:
    """Rounds side by side, both answer twice, a stranger tries both times: two appointments, each time once."""
    waiting = [await wait(diary, name) for name in ("Anna", "Berta", "Clara")]
    await give_back(diary, 12)
    await give_back(diary, 15)
    assert sum(await asyncio.gather(go_round(diary), go_round(diary), go_round(diary))) == 2
    came = await asyncio.gather(
        *(take(diary, id_) for id_ in waiting * 2),
        diary.book(diary.at(2, 12), "Stranger", "s1"),
        diary.book(diary.at(2, 15), "Stranger", "s2"),
        go_round(diary),
        return_exceptions=True,
    )
    assert [type(one) for one in came[-3:-1]] == [SlotTaken, SlotTaken]
    assert [await state(diary, id_) for id_ in waiting] == [
        ("booked", None),
        ("booked", None),
        ("waiting", None),
    ]
    assert await diary.inside(
        lambda conn: tuples(
            conn,
            "select count(*)::integer, count(distinct starts_at)::integer from appointments.appointment where state = 'booked'",
        )
    ) == [(7, 7)]


async def test_taken_or_left_at_the_same_moment_one_of_both_wins(diary: Diary) -> None:
    first = await wait(diary, "Anna")
    await give_back(diary, 12)
    await go_round(diary)
    await asyncio.gather(take(diary, first), leave(diary, first), go_round(diary), return_exceptions=True)
    booked = await diary.inside(
        lambda conn: scalar(
            conn,
            "select count(*)::integer from appointments.appointment where id = %(id)s and state = 'booked'",
            id=first,
        )
    )
    assert await state(diary, first) == (("booked", None) if booked else ("left", None))
    open_ = "select count(*)::integer from appointments.alternative where state = 'open'"
    assert await diary.inside(lambda conn: scalar(conn, open_)) == 0


async def test_what_cannot_be_waited_for_is_refused(diary: Diary) -> None:
    with pytest.raises(StillFree):
        await wait(diary, "Anna", days=3)
    with pytest.raises(NotThatDay):
        await wait(diary, "Anna", days=-1)
    with pytest.raises(NotThatDay):
        await wait(diary, "Anna", days=400)
    id_ = await wait(diary, "Anna")
    assert await wait(diary, "Anna") == id_, "the same form again"
    with pytest.raises(WaitsAlready):
        await waitlist.wait(
            diary.db, maison_id=diary.maison_id, secret="another form", key=KEY, network="x", now=diary.now,
            wanted=Wanted(diary.service_id, diary.place, day(diary), "Anna", "anna@client.example",
                diary.house.store.store_id, "fr", "fr"),
        )  # fmt: skip


async def test_a_closed_day_keeps_nothing_and_an_ended_one_knows_nobody(diary: Diary) -> None:
    first = await wait(diary, "Anna")
    await give_back(diary, 12)
    await go_round(diary)

    async def close(conn: Conn) -> None:
        wanted = acts.Wanted(
            acts.Scope("boutiques", "", (diary.place,)), acts.stopped(True, []), None, None, days=4
        )
        await acts.confirm(
            conn, maison_id=diary.maison_id, act_id=first, by=None, wanted=wanted, previewed={}, now=diary.now
        )

    await diary.inside(close)
    found = await diary.inside(
        lambda conn: tuples(conn, "select subject_id from closures.effect where kind = 'propose'")
    )
    assert (None,) not in found and (first,) not in found, "who waits has no appointment to move"
    with pytest.raises(OfferOver):
        await take(diary, first)
    await go_round(diary, days=3)
    await go_round(diary, days=3)
    one = await diary.inside(lambda conn: waitlist.waits(conn, maison_id=diary.maison_id, waiting_id=first))
    assert one is not None and one.state == "lapsed" and (one.name, one.mail) == ("", "")
    left = "select count(*)::integer from appointments.alternative where state = 'open' and waiting_id is not null"
    assert await diary.inside(lambda conn: scalar(conn, left)) == 0


async def test_each_is_written_to_once_for_what_they_can_answer(diary: Diary) -> None:
    first = await wait(diary, "Anna")

    async def written() -> Any:
        async with diary.db.acting(Actor.job(), diary.maison_id) as conn:
            return await waitlist_letters.letter(
                conn, maison_id=diary.maison_id, waiting_id=first, key=KEY, base_url="http://shop.example"
            )

    waits = await written()
    assert waits.to == "anna@client.example" and "/fr/appointments/waiting/" in waits.text
    await give_back(diary, 12)
    await go_round(diary)
    offered = await written()
    assert offered.key != waits.key and "12:00" in offered.subject
    await take(diary, first)
    assert await written() is None
