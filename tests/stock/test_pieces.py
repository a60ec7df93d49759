"""Serialised pieces: each sold once, none left over while a buyer is told that all are gone, none lost on its way."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.errors import CheckViolation

from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Conn, Db
from enfilade.base.ids import new_id
from enfilade.stock import allocations, holds, pieces_chosen, pieces_told
from enfilade.stock.allocations import LineDemand, NoLongerHeld
from enfilade.stock.arranged import Piece, Promise, arranged
from enfilade.stock.counts import record_movement
from enfilade.stock.exposure import Exposure, expose
from enfilade.stock.holds import Demand, NotEnoughStock
from enfilade.stock.serialising import InStockStill, serialise
from enfilade.stock.serials import Found, SayTheSerials, SerialRefused
from enfilade.stock.verify import verify
from tests.serialised import by_serials
from tests.shop import House, Shop, count

R = TypeVar("R")


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


class At:
    """A serialised variant at one place of maison A."""

    def __init__(
        self, db: Db, house: House, now: datetime, sku: str = "alba-bag", place: str = "alba-1"
    ) -> None:
        self.db, self.house, self.now = db, house, now
        self.variant_id, self.location_id = house.variants[sku], house.places[place]

    async def run(self, verb: Callable[[Conn], Awaitable[R]]) -> R:
        return await self.db.run(Actor.job(), self.house.maison_id, verb)

    async def hold(self, holder: UUID, quantity: int = 1, *, minutes: int = 15, later: int = 0) -> None:
        at = self.now + timedelta(minutes=later)
        await self.run(
            lambda conn: holds.claim(
                conn,
                maison_id=self.house.maison_id,
                purpose="checkout",
                holder_id=holder,
                demands=[Demand(self.location_id, self.variant_id, quantity)],
                method="collect",
                expires_at=at + timedelta(minutes=minutes),
                now=at,
            )
        )

    async def sell(self, holder: UUID, quantity: int = 1, *, later: int = 0) -> UUID:
        line = new_id(self.now)
        await self.run(
            lambda conn: allocations.convert(
                conn,
                maison_id=self.house.maison_id,
                holder_id=holder,
                lines=[LineDemand(line, self.location_id, self.variant_id, quantity)],
                now=self.now + timedelta(minutes=later),
            )
        )
        return line

    async def right(self) -> bool:
        return await verify(self.db, maison_id=self.house.maison_id) == []


async def test_fifty_pieces_and_a_hundred_buyers(db: Db, shop: Shop, now: datetime, admin) -> None:
    await by_serials(db, shop.a, "alba-bag", {"alba-1": [f"B-{n}" for n in range(50)]}, now)
    at = At(db, shop.a, now)

    async def buy() -> UUID:
        holder = uuid4()
        await at.hold(holder)
        return await at.sell(holder)

    results = await asyncio.gather(*(buy() for _ in range(100)), return_exceptions=True)
    assert sum(isinstance(result, UUID) for result in results) == 50
    assert {type(result) for result in results} == {UUID, NotEnoughStock}
    assert admin("select count(distinct order_line_id), count(*) from stock.piece") == [(50, 50)]
    assert admin("select held, allocated from stock.position where serialised and on_hand > 0") == [(0, 0)]
    assert await at.right()


async def test_nobody_is_told_gone_while_the_last_piece_may_be_let_go(
    db: Db, shop: Shop, now: datetime
) -> None:
    await by_serials(db, shop.a, "alba-bag", {"alba-1": ["ONE"]}, now)
    at = At(db, shop.a, now)
    has_it, may_go = asyncio.Event(), asyncio.Event()

    async def dies() -> None:
        async with db.acting(Actor.job(), shop.a.maison_id) as conn:
            await holds.claim(
                conn,
                maison_id=shop.a.maison_id,
                purpose="checkout",
                holder_id=uuid4(),
                demands=[Demand(at.location_id, at.variant_id, 1)],
                method="collect",
                expires_at=now + timedelta(minutes=15),
                now=now,
            )
            has_it.set()
            await may_go.wait()
            raise InterruptedError

    first = asyncio.create_task(dies())
    await has_it.wait()
    others = [asyncio.create_task(at.hold(uuid4())) for _ in range(8)]
    await asyncio.sleep(0.3)
    assert not any(other.done() for other in others), "each waits to hear what becomes of it"
    may_go.set()
    results = await asyncio.gather(first, *others, return_exceptions=True)
    assert isinstance(results[0], InterruptedError)
    assert sum(result is None for result in results) == 1
    assert sum(isinstance(result, NotEnoughStock) for result in results) == 7
    assert await at.right()


async def test_without_waiting_the_same_buyers_would_be_told_gone(
    db: Db, shop: Shop, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: a look that passes over what others have locked says nothing of what is left."""
    await by_serials(db, shop.a, "alba-bag", {"alba-1": ["ONE"]}, now)
    at = At(db, shop.a, now)
    async with db.acting(Actor.job(), shop.a.maison_id) as conn:
        await conn.execute("select 1 from stock.piece where whereabouts = 'here' for no key update")
        async with db.acting(Actor.job(), shop.a.maison_id) as other:
            cursor = await other.execute(
                "select id from stock.piece where whereabouts = 'here' for no key update skip locked"
            )
            assert await cursor.fetchall() == []
    await at.hold(uuid4())


async def test_one_row_has_one_promise_whatever_the_program_does(
    db: Db, shop: Shop, now: datetime, addresses: Addresses
) -> None:
    await by_serials(db, shop.a, "alba-bag", {"alba-1": ["ONE"]}, now)
    await At(db, shop.a, now).hold(uuid4())
    with psycopg.connect(addresses.admin, autocommit=True) as conn:
        for broken in (
            "update stock.piece set order_line_id = uuidv7() where hold_id is not null",
            "update stock.piece set state = 'display' where hold_id is not null",
            "update stock.piece set whereabouts = 'sold' where hold_id is not null",
            # What a process of the release before would do.
            "update stock.position set held = held + 1 where serialised and on_hand = 1",
        ):
            with pytest.raises(CheckViolation):
                conn.execute(broken)


async def test_what_stays_for_the_floor_is_kept_by_many_at_once(db: Db, shop: Shop, now: datetime) -> None:
    await by_serials(db, shop.a, "alba-bag", {"alba-1": [f"B-{n}" for n in range(10)]}, now)
    at = At(db, shop.a, now)
    kept = Exposure(at.location_id, collect=True, safety_collect=3)
    await at.run(lambda conn: expose(conn, maison_id=shop.a.maison_id, exposures=[kept]))
    results = await asyncio.gather(*(at.hold(uuid4(), 1 + n % 2) for n in range(20)), return_exceptions=True)
    assert {type(result) for result in results} == {type(None), NotEnoughStock}
    taken = sum(1 + n % 2 for n, result in enumerate(results) if result is None)
    assert taken == 7
    with pytest.raises(NotEnoughStock) as told:
        await at.hold(uuid4())
    assert told.value.lacking[0].left == 0
    assert await at.right()


async def test_what_lapsed_is_taken_by_who_comes_and_found_again_by_who_pays(
    db: Db, shop: Shop, now: datetime, admin
) -> None:
    await by_serials(db, shop.a, "alba-bag", {"alba-1": ["ONE", "TWO"]}, now)
    at = At(db, shop.a, now)
    slow, quick = uuid4(), uuid4()
    await at.hold(slow, 2, minutes=5)
    with pytest.raises(NotEnoughStock):
        await at.hold(quick, later=4)
    async with db.public() as conn:
        cursor = await conn.execute(
            "select collect from public_facts.availability where location_id = %s and variant_id = %s",
            [at.location_id, at.variant_id],
        )
        assert await cursor.fetchall() == [(0,)]
    await at.hold(quick, later=6)
    with pytest.raises(NoLongerHeld):
        await at.sell(slow, 2, later=6)
    # One piece is free: who asks for one, though its hold is gone, still gets it.
    line = await at.sell(slow, 1, later=6)
    assert admin("select count(*) from stock.piece where order_line_id = %s", [line]) == [(1,)]
    # Asked again, and at once, by the same holder: nothing is held twice.
    await asyncio.gather(*(at.hold(quick, later=6) for _ in range(3)))
    assert await at.right()


async def test_counted_pieces_take_the_place_of_those_that_went(
    db: Db, shop: Shop, now: datetime, admin
) -> None:
    await by_serials(db, shop.a, "alba-bag", {"alba-1": ["A1", "A2", "A3", "A4"]}, now)
    at = At(db, shop.a, now)
    lines: list[UUID] = []
    for _ in range(2):
        holder = uuid4()
        await at.hold(holder)
        lines.append(await at.sell(holder))
        at.now += timedelta(seconds=1)
    keeper = uuid4()
    await at.hold(keeper)

    async def counted(*found: Found, minutes: int = 10) -> list[UUID]:
        short = await at.run(
            lambda conn: pieces_told.count(
                conn,
                maison_id=shop.a.maison_id,
                location_id=at.location_id,
                variant_id=at.variant_id,
                found=list(found),
                source="count",
                by_id=None,
                as_of=now + timedelta(minutes=minutes),
                now=now + timedelta(minutes=minutes),
            )
        )
        assert await at.right()
        return short.order_line_ids

    # The first line's piece is not there: it gets another free one, and nobody is told.
    assert await counted(Found("a2"), Found("A3"), Found("A4")) == []
    assert admin("select count(*) from stock.hold") == [(1,)]
    assert admin("select on_hand from stock.movement where kind = 'adjusted' order by id desc limit 1") == [
        (-1,)
    ]
    # Another is on display: whoever had only put it aside goes without.
    assert await counted(Found("A2"), Found("A3"), Found("A4", "display"), minutes=20) == []
    assert admin("select count(*) from stock.hold") == [(0,)]
    # One is left: the later of two lines loses its piece, and hears of it.
    assert await counted(Found("A3"), minutes=30) == [lines[1]]
    assert admin("select count(*) from base.fact where kind = 'AllocationLost'") == [(1,)]
    assert await counted(Found("A1"), minutes=5) == [], "older than what is known"
    # It is found again, with one that the books have never seen.
    assert await counted(Found("A3"), Found("A1"), Found("N9"), minutes=40) == []
    kinds = admin(
        "select s.kind from stock.piece_step s join stock.piece p on p.id = s.piece_id where p.serial = 'A1' order by s.id"
    )
    assert [kind for (kind,) in kinds] == ["received", "allocated", "gone", "found"]


async def test_a_till_names_its_pieces(db: Db, shop: Shop, now: datetime) -> None:
    await by_serials(db, shop.a, "alba-bag", {"alba-1": ["A1", "A2"]}, now)
    at = At(db, shop.a, now)

    async def told(kind: str, on_hand: int, *serials: str) -> object:
        return await at.run(
            lambda conn: record_movement(
                conn,
                maison_id=shop.a.maison_id,
                location_id=at.location_id,
                variant_id=at.variant_id,
                kind=kind,  # pyright: ignore[reportArgumentType]
                on_hand=on_hand,
                source="till",
                reference=f"{kind} {on_hand} {serials}",
                now=now,
                serials=list(serials),
            )
        )

    for wrong in ((), ("A1", "A2"), ("ZZ",)):
        with pytest.raises((SayTheSerials, SerialRefused)):
            await told("sold", -1, *wrong)
    await told("sold", -1, "a1")
    assert await told("sold", -1, "a1") is None, "told twice it counts once"
    with pytest.raises(SerialRefused, match="was sold"):
        await told("received", 1, "A1")
    await told("returned", 1, "A1")
    with pytest.raises(SerialRefused, match="counted by number"):
        at.variant_id = shop.a.variants["alba-ring-52"]
        await told("sold", -1, "A1")
    assert await at.right()


async def test_another_piece_is_taken_than_the_books_had(db: Db, shop: Shop, now: datetime, admin) -> None:
    await by_serials(db, shop.a, "alba-bag", {"alba-1": ["A1", "A2", "A3"], "alba-2": ["L1"]}, now)
    at = At(db, shop.a, now)
    lines: list[UUID] = []
    for _ in range(2):
        holder = uuid4()
        await at.hold(holder)
        lines.append(await at.sell(holder))
    buyer = uuid4()
    await at.hold(buyer)

    def of(line: UUID) -> list[str]:
        return [
            serial for (serial,) in admin("select serial from stock.piece where order_line_id = %s", [line])
        ]

    async def take(line: UUID, *serials: str) -> bool:
        return await at.run(
            lambda conn: pieces_chosen.take(
                conn,
                maison_id=shop.a.maison_id,
                order_line_id=line,
                serials=list(serials),
                by_id=None,
                now=now,
            )
        )

    (mine,), (theirs,) = of(lines[0]), of(lines[1])
    (third,) = {"A1", "A2", "A3"} - {mine, theirs}
    assert await take(lines[0], theirs.lower())
    assert (of(lines[0]), of(lines[1])) == ([theirs], [mine]), "two lines exchange theirs"
    assert not await take(lines[0], theirs), "scanned again"
    assert await take(lines[0], third), "one that a buyer only keeps"
    await at.run(lambda conn: allocations.secure(conn, maison_id=shop.a.maison_id, order_line_ids=[lines[1]]))
    for serial, why in ((mine, "ready for another"), ("L1", "the books have it at Lyon"), ("?", "letters")):
        with pytest.raises(SerialRefused, match=why):
            await take(lines[0], serial)
    with pytest.raises(SayTheSerials):
        await take(lines[0], "A1", "A2")
    await at.sell(buyer)
    left = await at.run(
        lambda conn: allocations.leave(
            conn, maison_id=shop.a.maison_id, order_line_ids=lines, kind="collected", now=now
        )
    )
    assert left == 2
    sold = admin("select serial from stock.piece where whereabouts = 'sold'")
    assert {serial for (serial,) in sold} == {mine, third}
    assert await at.right()


async def test_how_a_variant_is_counted_changes_while_there_is_none(
    db: Db, shop: Shop, now: datetime
) -> None:
    at = At(db, shop.a, now)

    async def switch(serialised: bool) -> bool:
        return await at.run(
            lambda conn: serialise(
                conn,
                maison_id=shop.a.maison_id,
                variant_id=at.variant_id,
                serialised=serialised,
                by_id=None,
                now=now,
            )
        )

    with pytest.raises(InStockStill, match="5 at"):
        await switch(True)
    for place in shop.a.places:
        await count(db, shop.a, place, "alba-bag", 0, now + timedelta(seconds=1))
    assert await switch(True)
    assert not await switch(True)
    assert await switch(False)
    # Against a first count at the same moment, either both know of it or one is refused.
    for n in range(6):
        outcomes = await asyncio.gather(
            switch(True),
            count(db, shop.a, "alba-1", "alba-bag", 2, now + timedelta(seconds=10 + n)),
            return_exceptions=True,
        )
        assert await at.right(), outcomes
        await count(db, shop.a, "alba-1", "alba-bag", 0, now + timedelta(seconds=10 + n, milliseconds=1))
        await switch(False)


async def test_many_acts_at_once_leave_books_that_agree(db: Db, shop: Shop, now: datetime, admin) -> None:
    await by_serials(db, shop.a, "alba-bag", {"alba-1": [f"B-{n}" for n in range(12)]}, now)
    at = At(db, shop.a, now)

    async def act(n: int) -> None:
        holder = uuid4()
        if n % 5 == 4:
            found = [Found(f"B-{i}", "display" if i == n % 12 else None) for i in range(12) if i != n % 7]
            await at.run(
                lambda conn: pieces_told.count(
                    conn,
                    maison_id=shop.a.maison_id,
                    location_id=at.location_id,
                    variant_id=at.variant_id,
                    found=found,
                    source="count",
                    by_id=None,
                    as_of=now + timedelta(seconds=n),
                    now=now,
                )
            )
            return
        await at.hold(holder, 1 + n % 2)
        if n % 3 == 0:
            await at.run(lambda conn: holds.release(conn, maison_id=shop.a.maison_id, holder_id=holder))
            return
        line = await at.sell(holder, 1 + n % 2)
        if n % 3 == 1:
            await at.run(
                lambda conn: allocations.release(
                    conn, maison_id=shop.a.maison_id, order_line_ids=[line], now=now
                )
            )

    results = await asyncio.gather(*(act(n) for n in range(60)), return_exceptions=True)
    odd = [
        result
        for result in results
        # A count may take back what a buyer keeps, and say that a sold piece is here.
        if result is not None and not isinstance(result, NotEnoughStock | NoLongerHeld | SerialRefused)
    ]
    assert odd == []
    assert await at.right()


def test_promises_keep_their_own_pieces_and_the_last_go_first() -> None:
    ids = [UUID(int=n) for n in range(10)]
    first, second, kept = Promise(ids[7], True, 1), Promise(ids[8], True, 2), Promise(ids[9], False, 1)
    pieces = [
        Piece(ids[0], "A", None, None, ids[7]),
        Piece(ids[1], "B", None, None, ids[8]),
        Piece(ids[2], "C", None, None, ids[8]),
        Piece(ids[3], "D", None, ids[9], None),
    ]
    assert arranged(pieces, [first, second, kept]).given == {}
    without_a = arranged(pieces[1:], [first, second, kept])
    assert (without_a.dropped, without_a.given) == ([kept], {ids[3]: first})
    alone = arranged(pieces[2:3], [first, second, kept])
    assert (alone.dropped, alone.given) == ([kept, second], {ids[2]: first})
