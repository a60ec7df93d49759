"""Pieces made to order from the basket to the client: the day, the room, the money, the making, and what goes wrong with it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.errors import CheckViolation

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, scalar
from enfilade.base.ids import new_id
from enfilade.boutiques import making as rooms
from enfilade.boutiques import workshops
from enfilade.boutiques.making import Making
from enfilade.boutiques.workshops import Workshop
from enfilade.catalogue.engraving import Wished
from enfilade.maisons import policies
from enfilade.orders import (
    baskets,
    bringing,
    cancellation,
    letters,
    making,
    preparations,
    rejections,
    returns,
)
from enfilade.orders import verify as promises
from enfilade.orders.checkout import Checkouts, NoRoomToMake, PiecesGone
from enfilade.orders.engraving import CancellationWished
from enfilade.orders.fulfilment import IllegalStep, MakingBegun, NotYourBoutique
from enfilade.orders.making import NoSuchDay, NotToMake
from enfilade.orders.placing import Contact
from enfilade.orders.returns import MadeForYou, Wish
from enfilade.payments.local_provider import LocalProvider
from enfilade.staff import people
from enfilade.staff.people import Colleague
from enfilade.stock import arrivals, departures, serialising
from enfilade.stock.arrivals import Arrived
from enfilade.stock.serials import SayTheSerials
from enfilade.stock.transfers import Pieces
from enfilade.stock.verify import verify
from tests.shop import DOOR, House, Shop, count, found_shop

KEY = b"k" * 32


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
async def shop(db: Db, now: datetime) -> Shop:
    """Its first maison has no bag anywhere."""
    shop = await found_shop(db, now)
    for place in shop.a.places:
        await count(db, shop.a, place, "alba-bag", 0, now)
    return shop


@pytest.fixture
async def bench(db: Db, shop: Shop, now: datetime) -> AsyncIterator["Bench"]:
    provider = LocalProvider(db, "http://shop.example", known_after_seconds=0.3)
    bench = Bench(db, shop, now, Checkouts(db, {"local": provider}, KEY, "http://shop.example", 2))
    yield bench
    assert await verify(db, maison_id=shop.a.maison_id) == []
    assert await promises.verify(db, maison_id=shop.a.maison_id) == []
    await bench.taken()


class Bench:
    """A visitor of the first maison's store, its workshop in the warehouse, and a manager of all its places."""

    def __init__(self, db: Db, shop: Shop, now: datetime, checkouts: Checkouts) -> None:
        self.db, self.shop, self.now, self.checkouts = db, shop, now, checkouts
        self.visitor = uuid4()

    @property
    def house(self) -> House:
        return self.shop.a

    async def made(
        self, *, room: int = 1, lead_days: int = 10, takes: int = 1, to_specification: bool = False
    ) -> UUID:
        """The bag is made to order in a workshop with so much room a day."""
        workshop_id = new_id(self.now)

        async def verb(conn: Conn) -> None:
            await workshops.set_workshop(
                conn,
                maison_id=self.house.maison_id,
                workshop=Workshop(
                    workshop_id, "Atelier", self.house.places["alba-wh"], "UTC", room, 1, 0, False, False
                ),
                now=self.now,
            )
            await rooms.set_making(
                conn,
                maison_id=self.house.maison_id,
                variant_ids=[self.house.variants["alba-bag"]],
                making=Making(workshop_id, lead_days, takes, to_specification),
            )

        await self.db.run(Actor.importer(), self.house.maison_id, verb)
        return workshop_id

    async def put(self, quantity: int = 1, sku: str = "alba-bag", by: UUID | None = None) -> None:
        visitor = by or self.visitor
        async with self.db.acting(Actor.visitor(visitor), self.house.maison_id) as conn:
            await baskets.put(
                conn,
                maison_id=self.house.maison_id,
                store_id=self.house.store.store_id,
                visitor_id=visitor,
                variant_id=self.house.variants[sku],
                quantity=quantity,
                wished=Wished(),
                now=self.now,
            )

    async def open(self, method: str = "ship", key: str = "", by: UUID | None = None) -> UUID:
        return await self.checkouts.open(
            self.house.store,
            by or self.visitor,
            method=method,  # type: ignore[arg-type]
            boutiques={} if method == "ship" else {self.house.maison_id: self.house.places["alba-1"]},
            market="fr",
            language="fr",
            key=key or uuid4().hex,
            now=self.now,
        )

    async def pay(self, checkout_id: UUID, token: str = "tok_ok", by: UUID | None = None) -> str:
        done = await self.checkouts.complete(
            self.house.store,
            by or self.visitor,
            checkout_id,
            contact=Contact("Camille Aubry", "camille@client.example", "", DOOR, ""),
            payment_method="card",
            card_token=token,
            key=uuid4().hex,
            now=self.now,
        )
        return done.kind

    async def order(self, quantity: int = 1, method: str = "ship", *others: str) -> UUID:
        self.visitor = uuid4()
        await self.put(quantity)
        for sku in others:
            await self.put(1, sku)
        checkout_id = await self.open(method)
        assert await self.pay(checkout_id) == "placed"
        return await self.look("select id from orders.order where checkout_id = %(id)s", id=checkout_id)

    async def look(self, query: str, **parameters: object) -> Any:
        async with self.db.acting(Actor.job(), self.house.maison_id) as conn:
            return await scalar(conn, query, **parameters)  # type: ignore[arg-type]

    async def line(self, order_id: UUID) -> UUID:
        return await self.look(
            "select id from orders.order_line where order_id = %(id)s and make_by is not null", id=order_id
        )

    async def work(self, order_id: UUID) -> tuple[UUID, str]:
        """Of the piece that is made: its work, and how far that is."""
        found = await self.look(
            """
            select array[f.id::text, f.state] from orders.fulfilment f
            join orders.order_line l on l.fulfilment_id = f.id and l.make_by is not null where f.order_id = %(id)s
            """,
            id=order_id,
        )
        return UUID(found[0]), found[1]

    async def staff(self, verb: Any, who: str = "maison_manager", **arguments: object) -> Any:
        staff_id = self.house.staff[who]

        async def step(conn: Conn) -> object:
            by: Colleague = await people.colleague(conn, maison_id=self.house.maison_id, staff_id=staff_id)
            return await verb(conn, maison_id=self.house.maison_id, by=by, now=self.now, **arguments)

        return await self.db.run(Actor.staff(staff_id), self.house.maison_id, step)

    async def link(self, order_id: UUID, verb: Any, **arguments: object) -> Any:
        async def step(conn: Conn) -> object:
            return await verb(
                conn, maison_id=self.house.maison_id, order_id=order_id, now=self.now, **arguments
            )

        return await self.db.run(Actor.link(order_id), self.house.maison_id, step)

    async def job(self, verb: Any, **arguments: object) -> Any:
        async def step(conn: Conn) -> object:
            return await verb(conn, maison_id=self.house.maison_id, now=self.now, **arguments)

        return await self.db.run(Actor.job(), self.house.maison_id, step)

    async def carry_out(self) -> bool:
        wish = await self.look("select id from orders.cancellation where state = 'asked'")
        return await self.job(cancellation.carry_out, cancellation_id=wish)

    async def taken(self) -> int:
        """What the days' counters say; it is what the claims come to."""
        counted = await self.look("select coalesce(sum(taken), 0)::integer from boutiques.workshop_day")
        claimed = await self.look("select coalesce(sum(units), 0)::integer from boutiques.making_claim")
        assert counted == claimed
        return counted

    async def money(self) -> list[str]:
        """What was asked of the provider after the authorisation."""
        return await self.look(
            "select coalesce(array_agg(kind || ' ' || amount_minor order by id), '{}') from payments.operation "
            "where kind <> 'authorise'"
        )


def working(day: date, days: int) -> date:
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return day


async def test_the_day_is_told_the_room_taken_and_the_money_taken_at_once(bench: Bench) -> None:
    await bench.put()
    with pytest.raises(PiecesGone):
        await bench.open()
    await bench.made(room=2, takes=3, lead_days=5)
    checkout_id = await bench.open()
    # Three of two a day: tomorrow and the day after, then five working days.
    by = working(working(bench.now.date(), 2), 5)
    assert (
        await bench.look(
            "select make_by from orders.checkout_line where checkout_id = %(id)s", id=checkout_id
        )
        == by
    )
    assert await bench.taken() == 3 and await bench.look("select count(*) from stock.hold") == 0
    assert await bench.pay(checkout_id, "tok_refused") == "refused" and await bench.taken() == 3
    assert await bench.pay(checkout_id) == "placed"
    order_id = await bench.look("select id from orders.order")
    assert await bench.look("select array_agg(distinct holder_id) from boutiques.making_claim") == [order_id]
    paid = "select state || ' ' || captured_minor || ' ' || separate_capture from payments.payment where state <> 'refused'"
    assert await bench.look(paid) == "captured 120000 false"
    assert (await bench.work(order_id))[1] == "awaited"
    # What lies in stock is sold from stock.
    await count(bench.db, bench.house, "alba-2", "alba-bag", 1, bench.now)
    bench.visitor = uuid4()
    await bench.put()
    in_stock = await bench.open()
    made = "select make_by from orders.checkout_line where checkout_id = %(id)s"
    assert await bench.look(made, id=in_stock) is None


async def test_the_last_room_goes_to_one_of_many(bench: Bench) -> None:
    """Everybody was told the first day; one a day has it, the others are told anew."""
    await bench.made(room=1)
    visitors = [uuid4() for _ in range(6)]
    for visitor in visitors:
        await bench.put(by=visitor)

    async def try_until_told(visitor: UUID) -> UUID:
        for _ in visitors:
            try:
                return await bench.open(by=visitor)
            except NoRoomToMake as refusal:
                assert refusal.taken
        raise AssertionError("the days never end")

    got = await asyncio.gather(*map(try_until_told, visitors))
    days = await bench.look("select count(distinct day) from boutiques.making_claim")
    assert len(set(got)) == 6 and await bench.taken() == 6 and days == 6
    with pytest.raises(CheckViolation):
        await bench.look("update boutiques.workshop_day set taken = room + 1 returning 1")


async def test_a_repeat_claims_once_and_whatever_ends_gives_back(bench: Bench) -> None:
    workshop_id = await bench.made(room=3)
    await bench.put(2)
    key = uuid4().hex
    first, again = await asyncio.gather(bench.open(key=key), bench.open(key=key))
    assert first == again and await bench.taken() == 2
    await bench.open()
    assert await bench.taken() == 2
    lapsed = (
        "update boutiques.making_claim set expires_at = %(then)s where expires_at is not null returning 1"
    )
    assert await bench.look(lapsed, then=bench.now - timedelta(minutes=1)) == 1
    order_id = await bench.order(2)
    # What had lapsed was swept by who claimed.
    assert await bench.taken() == 2
    line_id = await bench.line(order_id)
    await bench.link(order_id, cancellation.ask, line_ids=[line_id], keep={line_id: 1})
    with pytest.raises(CancellationWished):
        await bench.staff(making.begin, line_id=line_id)
    assert await bench.carry_out() and await bench.taken() == 1
    assert await bench.money() == ["refund 120000"]
    # By default it may be cancelled while it is made.
    await bench.staff(making.begin, line_id=line_id)
    await bench.link(order_id, cancellation.ask, line_ids=[line_id])
    assert await bench.carry_out() and await bench.taken() == 0
    assert await bench.money() == ["refund 120000", "refund 120000"]
    assert await bench.look("select state from orders.order") == "cancelled"
    with pytest.raises(NotToMake):
        await bench.staff(making.finish, line_id=line_id)

    async def stop(conn: Conn) -> None:
        await workshops.close(
            conn,
            maison_id=bench.house.maison_id,
            workshop_id=workshop_id,
            first=bench.now.date(),
            last=bench.now.date() + timedelta(days=91),
            closed=True,
        )

    await bench.db.run(Actor.importer(), bench.house.maison_id, stop)
    bench.visitor = uuid4()
    await bench.put()
    with pytest.raises(NoRoomToMake) as refused:
        await bench.open()
    assert not refused.value.taken


async def test_it_is_made_becomes_the_lines_stock_and_is_sent(bench: Bench) -> None:
    await bench.made()
    order_id = await bench.order(1, "ship", "alba-ring-52")
    line_id = await bench.line(order_id)
    work, _ = await bench.work(order_id)
    # The ring does not wait for the bag.
    states = await bench.look("select array_agg(state order by state) from orders.fulfilment")
    assert states == ["asked", "awaited"]
    with pytest.raises(NotYourBoutique):
        await bench.staff(making.begin, who="advisor", line_id=line_id)
    with pytest.raises(NotToMake):
        await bench.staff(making.finish, line_id=line_id)
    with pytest.raises(IllegalStep):
        await bench.staff(preparations.accept, fulfilment_id=work)
    for _ in range(2):
        await bench.staff(making.begin, line_id=line_id)
    shown = await bench.staff(lambda conn, *, now, **of: making.to_make(conn, **of))
    assert [(one.line_id, one.begun, one.goes_to) for one in shown] == [(line_id, True, "")]
    await asyncio.gather(*(bench.staff(making.finish, line_id=line_id) for _ in range(3)))
    assert (await bench.work(order_id))[1] == "asked"
    there = "select array[on_hand, allocated] from stock.position where location_id = %(at)s and variant_id = %(of)s"
    place = {"at": bench.house.places["alba-wh"], "of": bench.house.variants["alba-bag"]}
    assert await bench.look(there, **place) == [1, 1]
    received = "select array_agg(kind || on_hand || allocated) from stock.movement where cause_id = %(id)s"
    assert await bench.look(received, id=line_id) == ["received11"]
    # Nobody prepared it in time: it stays with who has it.
    late = "update orders.fulfilment set pick_by = %(then)s where id = %(id)s returning 1"
    await bench.look(late, then=bench.now - timedelta(hours=1), id=work)
    assert not await bench.job(rejections.expire, fulfilment_id=work)
    await bench.staff(preparations.accept, fulfilment_id=work)
    await bench.staff(preparations.pick, fulfilment_id=work, line_id=line_id)
    await bench.staff(preparations.dispatch, fulfilment_id=work, tracking="")
    assert await bench.look(there, **place) == [0, 0]
    assert await bench.money() == []
    told = "select array_agg(kind order by id) from base.fact where subject_id = %(id)s"
    assert set(await bench.look(told, id=line_id)) == {
        "LineToMake",
        "LineMakingBegun",
        "LineMade",
        "LinePicked",
    }
    # It may come back like any other piece.
    assert await bench.link(order_id, returns.announce, wishes=[Wish(line_id, 1)], key=KEY)


async def test_it_is_brought_to_the_boutique_in_which_it_is_collected(bench: Bench) -> None:
    await bench.made(lead_days=3)
    policy = policies.Policy(ship_to_store_days=2)
    async with bench.db.acting(Actor.importer(), bench.house.maison_id) as conn:
        await policies.set_policy(conn, maison_id=bench.house.maison_id, policy=policy, now=bench.now)
    order_id = await bench.order(2, "collect")
    line_id = await bench.line(order_id)
    work, state = await bench.work(order_id)
    about = await bench.look("select ready_about from orders.fulfilment where id = %(id)s", id=work)
    by = await bench.look("select make_by from orders.order_line where id = %(id)s", id=line_id)
    assert state == "awaited" and about.date() > by
    await bench.staff(making.begin, line_id=line_id)
    await bench.staff(making.finish, line_id=line_id)
    for _ in range(2):
        await bench.staff(making.finish, line_id=line_id)
    assert (await bench.work(order_id))[1] == "awaited"
    transfer_id = await bench.look("select transfer_id from orders.order_line where id = %(id)s", id=line_id)
    bag = bench.house.variants["alba-bag"]
    await bench.staff(departures.pack, transfer_id=transfer_id, packed=[Pieces(bag, 2)])
    await bench.staff(departures.send, transfer_id=transfer_id)
    await bench.staff(
        arrivals.receive, transfer_id=transfer_id, receipt_id=uuid4(), arrived=[Arrived(bag, 2)]
    )
    assert await bench.job(bringing.follow, transfer_id=transfer_id)
    assert (await bench.work(order_id))[1] == "asked"


async def test_a_later_day_is_told_once_and_what_cannot_be_made_is_paid_back(bench: Bench) -> None:
    await bench.made()
    order_id = await bench.order()
    line_id = await bench.line(order_id)
    by = await bench.look("select make_by from orders.order_line where id = %(id)s", id=line_id)
    about = await bench.look("select ready_about from orders.fulfilment")
    with pytest.raises(NoSuchDay):
        await bench.staff(making.delay, line_id=line_id, make_by=by - timedelta(days=1))
    for _ in range(2):
        await bench.staff(making.delay, line_id=line_id, make_by=by + timedelta(days=4))
    assert await bench.look("select ready_about from orders.fulfilment") == about + timedelta(days=4)
    jobs = "select count(*) from procrastinate.procrastinate_jobs where args ->> 'name' = %(name)s"
    assert await bench.look(jobs, name="orders.mail_made_later") == 1
    async with bench.db.acting(Actor.job(), bench.house.maison_id) as conn:
        written = await letters.made_later_letter(
            conn, maison_id=bench.house.maison_id, line_id=line_id, key=KEY, base_url="http://shop.example"
        )
    assert written is not None and "plus de temps" in written.subject
    await bench.staff(making.begin, line_id=line_id)
    for _ in range(2):
        await bench.staff(making.decline, line_id=line_id)
    assert await bench.taken() == 0 and await bench.money() == ["refund 120000"]
    assert await bench.look("select state from orders.order") == "cancelled"
    assert await bench.look(jobs, name="orders.mail_cancelled") == 1
    async with bench.db.acting(Actor.job(), bench.house.maison_id) as conn:
        sorry = await letters.cancelled_letter(
            conn,
            maison_id=bench.house.maison_id,
            order_id=order_id,
            event_id=line_id,
            key=KEY,
            base_url="http://shop.example",
        )
    assert sorry is not None and "atelier" in sorry.text
    told = "select body ->> 'cause' from base.fact where kind = 'LineCancelled'"
    assert await bench.look(told) == "not_made"


async def test_made_to_specification_is_the_clients_once_it_is_begun(bench: Bench) -> None:
    await bench.made(to_specification=True)
    order_id = await bench.order()
    line_id = await bench.line(order_id)
    await bench.staff(making.begin, line_id=line_id)
    with pytest.raises(MakingBegun):
        await bench.link(order_id, cancellation.ask, line_ids=[line_id])
    await bench.staff(making.finish, line_id=line_id)
    work, _ = await bench.work(order_id)
    await bench.staff(preparations.accept, fulfilment_id=work)
    await bench.staff(preparations.pick, fulfilment_id=work, line_id=line_id)
    await bench.staff(preparations.dispatch, fulfilment_id=work, tracking="")
    with pytest.raises(MadeForYou):
        await bench.link(order_id, returns.announce, wishes=[Wish(line_id, 1)], key=KEY)
    assert await bench.link(order_id, returns.announce, wishes=[Wish(line_id, 1, "faulty")], key=KEY)


async def test_what_is_counted_piece_by_piece_is_finished_with_its_serials(bench: Bench) -> None:
    await bench.made(room=5)
    bag = bench.house.variants["alba-bag"]
    assert await bench.job(serialising.serialise, variant_id=bag, serialised=True, by_id=None)
    order_id = await bench.order(2)
    line_id = await bench.line(order_id)
    await bench.staff(making.begin, line_id=line_id)
    with pytest.raises(SayTheSerials):
        await bench.staff(making.finish, line_id=line_id, serials=["A1"])
    await bench.staff(making.finish, line_id=line_id, serials=["A1", "A2"])
    of_line = "select array_agg(serial order by serial) from stock.piece where order_line_id = %(id)s"
    assert await bench.look(of_line, id=line_id) == ["A1", "A2"]
    assert (await bench.work(order_id))[1] == "asked"


async def test_nothing_is_set_apart_before_it_exists(bench: Bench) -> None:
    await bench.made()
    line_id = await bench.line(await bench.order())
    with pytest.raises(CheckViolation) as broken:
        await bench.look(
            "update orders.order_line set state = 'picked' where id = %(id)s returning 1", id=line_id
        )
    assert broken.value.diag.constraint_name == "made_before_it_is_picked"
    other = bench.shop.b.maison_id
    async with bench.db.acting(Actor.job(), other) as conn:
        assert await scalar(conn, "select count(*) from boutiques.making_claim") == 0
