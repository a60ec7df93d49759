"""Appointments and closures: no booking slips into a closed time, and what is booked there is given another time."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from enfilade.appointments import free, services
from enfilade.appointments.keeping import SlotTaken
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db
from enfilade.base.ids import new_id
from enfilade.closures import acts
from enfilade.closures.acts import Scope, Wanted
from tests.appointments.diary import Diary, opened
from tests.shop import Shop

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
