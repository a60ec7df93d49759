"""Crowds: clients at a handful of last pieces through the whole checkout, none of them as a shop would wish.

They order several times, repeat requests, go away in the middle, are cut off, abandon, change their mind while paying;
meanwhile the boutique rejects and counts. Each remembers what it was told; afterwards that is held against the books.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from psycopg.errors import LockNotAvailable, QueryCanceled
from psycopg_pool import PoolTimeout

from enfilade.base.actors import Actor
from enfilade.base.db import Db, many
from enfilade.orders import baskets
from enfilade.orders.checkout import Checkouts, Store
from enfilade.orders.unfinished import settle_unfinished
from enfilade.payments.jobs import reconcile
from enfilade.stock.counts import Count, record_counts
from tests.shop import House, found_house
from tests.stock import histories
from tests.stock.histories import CONTACT, KEY, REFUSALS, World, look, quiet, reckon, work_through


@dataclass(slots=True)
class Crowd:
    """What its clients share, and what they were told: checkouts reserved, placed, over."""

    w: World
    impatient: Checkouts
    chance: random.Random
    reserved: set[UUID] = field(default_factory=set[UUID])
    placed: set[UUID] = field(default_factory=set[UUID])
    over: set[UUID] = field(default_factory=set[UUID])
    answers: Counter[str] = field(default_factory=Counter[str])
    tries: int = 0

    @property
    def house(self) -> House:
        return self.w.houses[0]

    def visitor(self) -> UUID:
        """Some clients come again in another tab."""
        return self.chance.choice(self.w.visitors) if self.chance.random() < 0.3 else uuid4()

    async def put(self, visitor: UUID, pieces: int = 1) -> None:
        w = self.w
        async with w.db.acting(Actor.visitor(visitor), w.store.maison_id) as conn:
            await baskets.change(
                conn,
                maison_id=w.store.maison_id,
                store_id=w.store.store_id,
                visitor_id=visitor,
                variant_id=w.variant(self.house, self.chance.randrange(2)),
                quantity=pieces,
                now=w.now,
            )

    async def open(self, visitor: UUID, *, key: str = "", at: Checkouts | None = None) -> UUID:
        self.tries += 1
        w = self.w
        method = self.chance.choice(("collect", "collect", "reserve"))
        opened = await (at or w.checkouts).open(
            w.store,
            visitor,
            method=method,
            boutiques={self.house.maison_id: w.place(self.house, self.chance.randrange(2))},
            market="fr",
            language="fr",
            key=key or uuid4().hex,
            now=w.now,
        )
        if method == "reserve":
            self.reserved.add(opened)
        return opened

    async def pay(
        self,
        visitor: UUID,
        checkout: UUID,
        token: str = "tok_ok",
        *,
        key: str = "",
        at: Checkouts | None = None,
    ) -> str:
        in_advance = checkout not in self.reserved
        outcome = await (at or self.w.checkouts).complete(
            self.w.store,
            visitor,
            checkout,
            contact=CONTACT,
            payment_method="card" if in_advance else "",
            card_token=token if in_advance else "",
            key=key or uuid4().hex,
            now=self.w.now,
        )
        if outcome.kind == "placed":
            self.placed.add(checkout)
        if outcome.kind == "released":
            self.over.add(checkout)
        return outcome.kind

    async def client(self) -> None:
        self.w.now += timedelta(milliseconds=self.chance.choice((0, 1, 20, 3_000)))
        kind = self.chance.choice(DEALT)
        try:
            answer = await KINDS[kind](self)
        except REFUSALS as refusal:
            answer = type(refusal).__name__
        except QueryCanceled:
            answer = "cut off by the server"
        except (LockNotAvailable, PoolTimeout):
            answer = "waited too long"
        except Exception as error:
            answer = "wrong"
            self.w.wrong.append(f"{kind} raised {type(error).__name__}: {error}")
        self.answers[answer] += 1


async def buy(c: Crowd) -> str:
    visitor = c.visitor()
    await c.put(visitor)
    return await c.pay(visitor, await c.open(visitor))


async def several_orders(c: Crowd) -> str:
    visitor = c.visitor()
    await c.put(visitor)

    async def order() -> str:
        return await c.pay(visitor, await c.open(visitor))

    return await _all(order(), order(), order())


async def repeat(c: Crowd) -> str:
    visitor, key = c.visitor(), uuid4().hex
    await c.put(visitor)
    method = c.chance.getstate()

    async def same() -> UUID:
        c.chance.setstate(method)
        return await c.open(visitor, key=key)

    opened = await asyncio.gather(same(), same(), return_exceptions=True)
    for one in opened:
        if isinstance(one, BaseException):
            raise one
    assert isinstance(opened[0], UUID)
    checkout = opened[0]
    return await _all(
        c.pay(visitor, checkout, key=key), c.pay(visitor, checkout, key=key), c.pay(visitor, checkout)
    )


async def go_away_and_come_back(c: Crowd) -> str:
    visitor, keys = c.visitor(), (uuid4().hex, uuid4().hex)
    await c.put(visitor)
    choice = c.chance.getstate()

    async def visit() -> str:
        c.chance.setstate(choice)
        return await c.pay(visitor, await c.open(visitor, key=keys[0]), key=keys[1])

    for seconds in (0.01, 0.03, 0.1):
        try:
            async with asyncio.timeout(seconds):
                return await visit()
        except TimeoutError:
            continue
    return "went away" if c.chance.random() < 0.5 else await visit()


async def be_cut_off(c: Crowd) -> str:
    visitor = c.visitor()
    await c.put(visitor)
    return await c.pay(visitor, await c.open(visitor, at=c.impatient), at=c.impatient)


async def abandon(c: Crowd) -> str:
    visitor = c.visitor()
    await c.put(visitor)
    await c.open(visitor)
    return "abandoned"


async def ask_for_two(c: Crowd) -> str:
    visitor = c.visitor()
    await c.put(visitor, 2)
    return "two of one piece " + await c.pay(visitor, await c.open(visitor))


async def change_their_mind_while_paying(c: Crowd) -> str:
    visitor = c.visitor()
    await c.put(visitor)
    checkout = await c.open(visitor)
    return await _all(c.pay(visitor, checkout), c.open(visitor))


async def try_another_card(c: Crowd) -> str:
    visitor = c.visitor()
    await c.put(visitor)
    checkout = await c.open(visitor)
    token = c.chance.choice(("tok_refused", "tok_timeout_then_refused", "tok_timeout_then_ok"))
    await c.pay(visitor, checkout, token)
    return await _all(
        c.pay(visitor, checkout),
        c.w.checkouts.settle(c.w.store.maison_id, checkout, now=c.w.now),
    )


async def reject(c: Crowd) -> str:
    await histories.reject(c.w, 0, c.chance.randrange(8))
    return "rejected"


async def count(c: Crowd) -> str:
    found = Count(
        c.w.place(c.house, c.chance.randrange(2)),
        c.w.variant(c.house, c.chance.randrange(2)),
        c.chance.randrange(2),
        c.w.now,
    )
    await c.w.run(
        c.house,
        lambda conn: record_counts(
            conn, maison_id=c.house.maison_id, counts=[found], source="count", now=c.w.now
        ),
    )
    return "counted"


async def lapse(c: Crowd) -> str:
    """To the edge of the holds' time, and the rounds that go with it."""
    c.w.now += timedelta(minutes=c.chance.choice((2, 15, 17)), milliseconds=c.chance.choice((-1, 0, 1)))
    await settle_unfinished(c.w.db, c.w.checkouts, now=c.w.now)
    return "lapsed"


async def work(c: Crowd) -> str:
    await work_through(c.w, c.house)
    return "worked"


async def _all(*asked: Awaitable[object]) -> str:
    """A fault first, then an answer, then a refusal."""
    answers = await asyncio.gather(*asked, return_exceptions=True)
    failed = [answer for answer in answers if isinstance(answer, BaseException)]
    for error in failed:
        if not isinstance(error, REFUSALS):
            raise error
    told = [answer for answer in answers if isinstance(answer, str)]
    if not told and failed:
        raise failed[0]
    return told[0] if told else "done"


WEIGHTS: dict[Callable[[Crowd], Awaitable[str]], int] = {
    buy: 6,
    several_orders: 4,
    repeat: 4,
    go_away_and_come_back: 5,
    be_cut_off: 3,
    abandon: 3,
    ask_for_two: 2,
    change_their_mind_while_paying: 4,
    try_another_card: 3,
    reject: 2,
    count: 2,
    lapse: 1,
    work: 2,
}
KINDS = {kind.__name__: kind for kind in WEIGHTS}
DEALT = [kind.__name__ for kind, weight in WEIGHTS.items() for _ in range(weight)]


@dataclass(frozen=True, slots=True)
class _Spot:
    location_id: UUID
    variant_id: UUID
    free: int


@dataclass(frozen=True, slots=True)
class _Id:
    id: UUID


async def gather_crowd(
    db: Db, watching: Db, impatient: Db, store: Store, *, seed: int, clients: int, at_once: int
) -> Crowd:
    """So many clients at four last pieces of a fresh maison; what went wrong is in `w.wrong`."""
    now = datetime.now(UTC)
    slug = f"c{uuid4().hex[:10]}"
    house = await found_house(db, now, slug, kind="maison", shown_in=store.store_id)
    w = World(db, store, [house], now, patience_seconds=0.05)
    places = list(house.places.values())
    few = [Count(w.place(house, n), w.variant(house, n // 2), 1, now) for n in range(4)]
    few += [Count(places[2], variant, 0, now) for variant in house.variants.values()]
    await w.run(
        house,
        lambda conn: record_counts(conn, maison_id=house.maison_id, counts=few, source="opening", now=now),
    )
    hurried = Checkouts(impatient, {"local": w.provider}, KEY, "http://shop.example", 0.05)
    c = Crowd(w, hurried, random.Random(seed))
    left = iter(range(clients))

    async def hand() -> None:
        for _ in left:
            await c.client()

    await asyncio.gather(*(hand() for _ in range(at_once)))
    await look(w, watching)
    await _calm(c)
    await look(w, watching)
    await _told(c)
    await _next_buyers(c)
    if not w.wrong:
        await quiet(w)
        await look(w, watching)
        await reckon(w)
    return c


async def _calm(c: Crowd) -> None:
    """Half an hour without clients: holds lapse, the rounds finish what is stuck."""
    for minutes in (2, 3, 15, 15):
        c.w.now += timedelta(minutes=minutes)
        await settle_unfinished(c.w.db, c.w.checkouts, now=c.w.now)
        await reconcile(c.w.db, {"local": c.w.provider}, timeout_seconds=1, now=c.w.now)
        await work_through(c.w, c.house)
        await work_through(c.w, c.house)


async def _told(c: Crowd) -> None:
    """Who was told that it is theirs has an order; who was told that it is over has none."""
    async with c.w.db.acting(Actor.job(), c.house.maison_id) as conn:
        known = await many(conn, _Id, "select checkout_id as id from orders.order")
    orders = {row.id for row in known}
    c.w.wrong += [f"told placed, no order: checkout {one}" for one in c.placed - orders]
    c.w.wrong += [f"told over, yet ordered: checkout {one}" for one in c.over & orders]


async def _next_buyers(c: Crowd) -> None:
    """Every free piece goes to the next who comes, and the one after is refused."""
    async with c.w.db.acting(Actor.job(), c.house.maison_id) as conn:
        spots = await many(
            conn,
            _Spot,
            """
            select location_id, variant_id, on_hand - unavailable - allocated as free from stock.position
            where location_id = any(%(places)s::uuid[])
            """,
            places=list(c.house.places.values())[:2],
        )
    # A provider that is slow is the crowd's business, not theirs.
    c.w.patience_seconds = 30
    for spot in spots:
        got = sum([await _buys(c, spot) for _ in range(spot.free + 1)])
        if got != spot.free:
            c.w.wrong.append(f"{'over' if got > spot.free else 'under'}sold: next buyers got {got} of {spot}")
        c.answers["next buyer served"] += got


async def _buys(c: Crowd, spot: _Spot) -> bool:
    w, visitor = c.w, uuid4()
    async with w.db.acting(Actor.visitor(visitor), w.store.maison_id) as conn:
        await baskets.put(
            conn,
            maison_id=w.store.maison_id,
            store_id=w.store.store_id,
            visitor_id=visitor,
            variant_id=spot.variant_id,
            quantity=1,
            now=w.now,
        )
    try:
        checkout = await w.checkouts.open(
            w.store,
            visitor,
            method="collect",
            boutiques={c.house.maison_id: spot.location_id},
            market="fr",
            language="fr",
            key=uuid4().hex,
            now=w.now,
        )
    except REFUSALS:
        return False
    w.opened.append(histories.Opened(visitor, checkout, "collect", w.store))
    return await c.pay(visitor, checkout) == "placed"
