"""Questions asked together have the answers they would have alone; what is remembered of boutiques is never old."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Conn, Db
from enfilade.base.ids import new_id
from enfilade.boutiques.closures import close
from enfilade.stock import availability
from enfilade.stock.availability import Availability, Question
from enfilade.stock.places import Places
from enfilade.stock.together import ALONE_AT_ONCE, Together
from tests.shop import Shop, count, found_shop

PLACES = [(48.87, 2.33), (45.76, 4.83), (None, None), (40.71, -74.0)]
NOW = datetime.now(UTC)


class Watched(Db):
    """Counts how often published facts were asked for."""

    asked = 0

    @asynccontextmanager
    async def public(self) -> AsyncIterator[Conn]:
        self.asked += 1
        async with super().public() as conn:
            yield conn


@pytest.fixture
async def watched(addresses: Addresses) -> AsyncIterator[Watched]:
    db = Watched(addresses.app, addresses.public, addresses.group, connections_max=4)
    await db.open()
    try:
        yield db
    finally:
        await db.close()


@pytest.fixture
async def shop(watched: Watched) -> Shop:
    shop = await found_shop(watched, NOW)
    await count(watched, shop.a, "alba-2", "alba-bag", 0, NOW + timedelta(seconds=1))
    await count(watched, shop.b, "borea-1", "borea-ring-52", 1, NOW + timedelta(seconds=1))
    return shop


def _questions(shop: Shop) -> list[Question]:
    products = [*shop.a.products.values(), *shop.b.products.values(), new_id(NOW)]
    return [
        Question(product, latitude, longitude, NOW + timedelta(minutes=minutes), most, country)
        for product in products
        for latitude, longitude in PLACES
        for minutes, most, country in ((0, 8, ""), (3000, 1, "FR"), (60, 8, "JP"))
    ]


async def _asked(together: Together, question: Question) -> Availability:
    return await together.near(
        product_id=question.product_id,
        latitude=question.latitude,
        longitude=question.longitude,
        now=question.now,
        most=question.most,
        country=question.country,
    )


async def test_each_question_has_the_answer_it_would_have_alone(watched: Watched, shop: Shop) -> None:
    questions = _questions(shop)
    async with watched.public() as conn:
        alone = [(await availability.answers(conn, [question], Places()))[0] for question in questions]
    assert len({repr(answer) for answer in alone}) > len(questions) // 2, "the questions are different ones"
    watched.asked = 0
    together = Together(watched)
    assert await asyncio.gather(*(_asked(together, question) for question in questions)) == alone
    assert watched.asked <= 1 + len(questions) / 4, "they were asked together"
    assert not alone[-1].sizes, "the last product does not exist"


async def test_an_error_belongs_to_its_question_alone(watched: Watched, shop: Shop) -> None:
    good = Question(shop.a.products["bag"], 48.87, 2.33, NOW)
    wrong = replace(good, latitude=float("inf"))
    together = Together(watched)
    told = await asyncio.gather(
        *(_asked(together, one) for one in (good, good, wrong, good, wrong, good)), return_exceptions=True
    )
    assert [isinstance(one, psycopg.DataError) for one in told] == [False, False, True, False, True, False]
    assert all(one == told[0] for one in (told[1], told[3], told[5]))
    assert await _asked(together, good) == told[0]


@pytest.mark.parametrize("leaving", [0, 3])
async def test_who_leaves_takes_no_answer_away(watched: Watched, shop: Shop, leaving: int) -> None:
    together = Together(watched)
    question = Question(shop.a.products["bag"], 48.87, 2.33, NOW)
    asking = [asyncio.create_task(_asked(together, question)) for _ in range(5)]
    await asyncio.sleep(0)
    asking[leaving].cancel()
    told = await asyncio.gather(*asking, return_exceptions=True)
    assert [isinstance(one, asyncio.CancelledError) for one in told] == [n == leaving for n in range(5)]
    assert await _asked(together, question) == next(one for n, one in enumerate(told) if n != leaving)


async def test_who_comes_later_is_not_answered_first_for_ever(watched: Watched, shop: Shop) -> None:
    together = Together(watched)
    question = Question(shop.a.products["bag"], 48.87, 2.33, NOW)
    *asking, waiting = [asyncio.create_task(_asked(together, question)) for _ in range(ALONE_AT_ONCE + 1)]
    under_way, later = set(asking), 0
    while not waiting.done():
        done, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
        later += len(done)
        assert later < 20
        under_way |= {asyncio.create_task(_asked(together, question)) for _ in done}
    await asyncio.gather(*under_way)


async def test_what_is_remembered_of_a_boutique_is_never_old(
    watched: Watched, shop: Shop, addresses: Addresses
) -> None:
    together = Together(watched)
    question = Question(shop.a.products["bag"], 48.87, 2.33, NOW)
    paris = shop.a.places["alba-1"]
    assert (await _open_at(together, question, paris)) is True

    async def closed(conn: Conn) -> None:
        await close(
            conn,
            maison_id=shop.a.maison_id,
            location_id=paris,
            starts_at=NOW - timedelta(hours=1),
            ends_at=NOW + timedelta(hours=5),
            reason="",
            now=NOW,
        )

    await watched.run(Actor.job(), shop.a.maison_id, closed)
    assert (await _open_at(together, question, paris)) is False
    with psycopg.connect(addresses.admin, autocommit=True) as conn:
        conn.execute("update public_facts.boutique set phone = '1' where id = %s", [paris])
        assert (await _asked(together, question)).offers[shop.a.variants["alba-bag"]][0].phone == "1"
        # The twin: whoever changes openings without renewing the boutique's row is not heard.
        conn.execute("delete from public_facts.opening where location_id = %s", [paris])
    later = replace(question, now=NOW + timedelta(hours=6))
    assert (await _open_at(together, later, paris)) is True
    assert (await _open_at(Together(watched), later, paris)) is False


async def _open_at(together: Together, question: Question, location_id: UUID) -> bool:
    offers = [o for found in (await _asked(together, question)).offers.values() for o in found]
    return next(offer.open_now for offer in offers if offer.location_id == location_id)
