"""Live screens: news reach who listens within two seconds, of their maison and their locations only."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from enfilade.base import facts
from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.base.live import Live, News

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HERE, THERE = uuid4(), uuid4()


@dataclass(frozen=True, slots=True)
class BellRung:
    """A fact of these tests alone."""

    subject_id: UUID
    location_id: UUID | None


@pytest.fixture
async def live(db: Db) -> AsyncIterator[Live]:
    made = Live(db)
    following = asyncio.create_task(made.follow())
    yield made
    following.cancel()


async def ring(db: Db, maison_id: UUID, *places: UUID | None) -> None:
    async with db.acting(Actor.job(), maison_id) as conn:
        rung = [BellRung(uuid4(), place) for place in places]
        await facts.record(conn, maison_id=maison_id, now=NOW, facts=list(rung))


class Screen:
    """What one screen has heard."""

    def __init__(self, live: Live, maison_id: UUID, places: frozenset[UUID]) -> None:
        self.heard: list[News] = []
        self._news = live.listen(maison_id, places)
        self.task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        async for item in self._news:
            self.heard.append(item)

    async def hears(self, count: int, within_seconds: float = 2) -> None:
        async with asyncio.timeout(within_seconds):
            while len(self.heard) < count:  # noqa: ASYNC110 - what is watched has no event
                await asyncio.sleep(0.02)


async def test_news_reach_the_listener_of_the_place_within_two_seconds(db: Db, live: Live) -> None:
    maison_id = uuid4()
    here, there = Screen(live, maison_id, frozenset({HERE})), Screen(live, maison_id, frozenset({THERE}))
    stranger = Screen(live, uuid4(), frozenset({HERE, THERE}))
    await asyncio.sleep(0.7)
    await ring(db, maison_id, HERE)
    await here.hears(1)
    await ring(db, maison_id, THERE, None)
    await there.hears(2)
    await here.hears(2)
    assert [item.location_id for item in here.heard] == [HERE, None]
    assert {item.location_id for item in there.heard} == {THERE, None}
    assert {item.kind for item in here.heard} == {"BellRung"}
    await asyncio.sleep(0.7)
    assert stranger.heard == []
    for screen in (here, there, stranger):
        screen.task.cancel()


async def test_what_happens_right_after_the_screen_opens_is_told(db: Db, live: Live) -> None:
    """Nobody listened before: the place where news end is kept all the same."""
    await asyncio.sleep(0.7)
    for _ in range(4):
        maison_id = uuid4()
        screen = Screen(live, maison_id, frozenset({HERE}))
        await asyncio.sleep(0)
        await ring(db, maison_id, HERE)
        await screen.hears(1)
        screen.task.cancel()
        await asyncio.sleep(0.15)  # so that the next one opens at another moment between two polls


async def test_a_burst_at_another_place_does_not_drown_the_news_of_this_one(db: Db, live: Live) -> None:
    maison_id = uuid4()
    here = Screen(live, maison_id, frozenset({HERE}))
    await asyncio.sleep(0.7)
    await ring(db, maison_id, *[THERE] * 150)
    await ring(db, maison_id, HERE)
    await here.hears(1)
    here.task.cancel()


async def test_a_slow_screen_blocks_nobody(db: Db, live: Live) -> None:
    maison_id = uuid4()
    slow = live.listen(maison_id, frozenset({HERE}))
    first = asyncio.create_task(anext(slow))  # type: ignore
    quick = Screen(live, maison_id, frozenset({HERE}))
    await asyncio.sleep(0.7)
    await ring(db, maison_id, HERE)
    await first  # and never asks again
    for _ in range(3):
        await ring(db, maison_id, *[HERE] * 90)
        await asyncio.sleep(0.6)
    await quick.hears(271)
    quick.task.cancel()
    await slow.aclose()  # type: ignore


async def test_the_feed_goes_on_after_the_database_cut_it_off(db: Db, live: Live, admin) -> None:
    maison_id = uuid4()
    screen = Screen(live, maison_id, frozenset({HERE}))
    await asyncio.sleep(0.7)
    admin("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'enfilade_app'")
    await asyncio.sleep(0.6)
    await ring(db, maison_id, HERE)
    await screen.hears(1, within_seconds=5)
    screen.task.cancel()
