"""Engraved pieces from the basket to the client: words, room in the workshop, the work, and what comes back."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.errors import CheckViolation

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, execute, scalar
from enfilade.base.ids import new_id
from enfilade.boutiques import workshops
from enfilade.boutiques.workshops import NoSuchWorkshop, Workshop
from enfilade.catalogue import engraving as cutting
from enfilade.catalogue.engraving import LetteringNotOffered, NotEngraved, Terms, TooLong, Wished
from enfilade.orders import (
    baskets,
    cancellation,
    engraving,
    pickup,
    preparations,
    receiving,
    rejections,
    resourcing,
    returns,
)
from enfilade.orders.checkout import Checkouts, NoRoomToEngrave, NotWithEngraving, PiecesGone
from enfilade.orders.engraving import CancellationWished, NotToEngrave
from enfilade.orders.fulfilment import EngravingBegun, IllegalStep, NotEngravedYet
from enfilade.orders.placing import Contact
from enfilade.orders.receiving import Brought, EngravedStays
from enfilade.orders.returns import MadeForYou, Wish
from enfilade.payments.local_provider import LocalProvider
from enfilade.staff import people
from enfilade.staff.people import Colleague
from enfilade.stock.verify import verify
from tests.shop import House, Shop, count, found_shop

KEY = b"k" * 32
CONTACT = Contact("Camille Aubry", "camille@client.example", "", None, "")


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
async def shop(db: Db, now: datetime) -> Shop:
    """Its first maison engraves twelve letters on everything, for 40 euros in France."""
    shop = await found_shop(db, now)

    async def cuts(conn: Conn) -> None:
        await execute(conn, "update catalogue.product set engraving_letters_max = 12")
        await execute(
            conn,
            "update public_facts.product set engraving_letters_max = 12 where maison_id = %(maison)s",
            maison=shop.a.maison_id,
        )
        await cutting.set_terms(
            conn,
            maison_id=shop.a.maison_id,
            terms=Terms(("upright", "italic"), ("latin", "han"), {"fr": 4_000}),
        )

    await db.run(Actor.importer(), shop.a.maison_id, cuts)
    return shop


@pytest.fixture
async def desk(db: Db, shop: Shop, now: datetime) -> AsyncIterator["Desk"]:
    provider = LocalProvider(db, "http://shop.example", known_after_seconds=0.3)
    yield Desk(db, shop, now, Checkouts(db, {"local": provider}, KEY, "http://shop.example", 2))
    assert await verify(db, maison_id=shop.a.maison_id) == []


class Desk:
    """A visitor of the first maison's store, and the advisor of its first boutique."""

    def __init__(self, db: Db, shop: Shop, now: datetime, checkouts: Checkouts) -> None:
        self.db, self.shop, self.now, self.checkouts = db, shop, now, checkouts
        self.visitor = uuid4()

    @property
    def house(self) -> House:
        return self.shop.a

    @property
    def place(self) -> UUID:
        return self.house.places["alba-1"]

    async def put(
        self, words: str = "", lettering: str = "", sku: str = "alba-bag", by: UUID | None = None
    ) -> None:
        visitor = by or self.visitor
        async with self.db.acting(Actor.visitor(visitor), self.house.maison_id) as conn:
            await baskets.put(
                conn,
                maison_id=self.house.maison_id,
                store_id=self.house.store.store_id,
                visitor_id=visitor,
                variant_id=self.house.variants[sku],
                quantity=1,
                wished=Wished(words, lettering),
                now=self.now,
            )

    async def open(self, method: str = "collect", key: str = "", by: UUID | None = None) -> UUID:
        return await self.checkouts.open(
            self.house.store,
            by or self.visitor,
            method=method,  # type: ignore[arg-type]
            boutiques={self.house.maison_id: self.place},
            market="fr",
            language="fr",
            key=key or uuid4().hex,
            now=self.now,
        )

    async def pay(
        self, checkout_id: UUID, token: str = "tok_ok", key: str = "", by: UUID | None = None
    ) -> str:
        done = await self.checkouts.complete(
            self.house.store,
            by or self.visitor,
            checkout_id,
            contact=CONTACT,
            payment_method="card",
            card_token=token,
            key=key or uuid4().hex,
            now=self.now,
        )
        return done.kind

    async def order(self, *words: str) -> UUID:
        """One order of a bag for each of the words."""
        self.visitor = uuid4()
        for said in words:
            await self.put(said)
        checkout_id = await self.open()
        assert await self.pay(checkout_id) == "placed"
        return await self.look("select id from orders.order where checkout_id = %(id)s", id=checkout_id)

    async def look(self, query: str, **parameters: object) -> Any:
        async with self.db.acting(Actor.job(), self.house.maison_id) as conn:
            return await scalar(conn, query, **parameters)  # type: ignore[arg-type]

    async def lines(self, order_id: UUID) -> list[UUID]:
        return await self.look(  # type: ignore[return-value]
            "select array_agg(id order by engraving) from orders.order_line where order_id = %(id)s",
            id=order_id,
        )

    async def work(self, order_id: UUID) -> UUID:
        return await self.look(  # type: ignore[return-value]
            "select id from orders.fulfilment where order_id = %(id)s order by attempt desc, id desc limit 1",
            id=order_id,
        )

    async def staff(self, verb: object, **arguments: object) -> object:
        staff_id = self.house.staff["advisor"]

        async def step(conn: Conn) -> object:
            by: Colleague = await people.colleague(conn, maison_id=self.house.maison_id, staff_id=staff_id)
            return await verb(conn, maison_id=self.house.maison_id, by=by, now=self.now, **arguments)  # type: ignore[operator]

        return await self.db.run(Actor.staff(staff_id), self.house.maison_id, step)

    async def link(self, order_id: UUID, verb: object, **arguments: object) -> object:
        async def step(conn: Conn) -> object:
            return await verb(  # type: ignore[operator]
                conn, maison_id=self.house.maison_id, order_id=order_id, now=self.now, **arguments
            )

        return await self.db.run(Actor.link(order_id), self.house.maison_id, step)

    async def workshop(self, pieces_a_day: int = 1, back_days: int = 0) -> UUID:
        workshop_id = new_id(self.now)

        async def verb(conn: Conn) -> None:
            await workshops.set_workshop(
                conn,
                maison_id=self.house.maison_id,
                workshop=Workshop(
                    workshop_id, "Rue des Graveurs", None, "UTC", pieces_a_day, 1, back_days, False
                ),
                now=self.now,
            )

        await self.db.run(Actor.importer(), self.house.maison_id, verb)
        return workshop_id

    async def taken(self) -> int:
        """What the days' counters say; it is what the claims come to."""
        counted = await self.look("select coalesce(sum(taken), 0)::integer from boutiques.workshop_day")
        claimed = await self.look("select coalesce(sum(pieces), 0)::integer from boutiques.workshop_claim")
        assert counted == claimed
        return counted  # type: ignore[return-value]

    async def picked(self, order_id: UUID) -> tuple[UUID, list[UUID]]:
        """Its work, accepted, with every line picked."""
        work, lines = await self.work(order_id), await self.lines(order_id)
        await self.staff(preparations.accept, fulfilment_id=work)
        for line_id in lines:
            await self.staff(preparations.pick, fulfilment_id=work, line_id=line_id)
        return work, lines

    async def carry_out(self) -> bool:
        """What the client wished last."""
        wish = await self.look("select id from orders.cancellation where state = 'asked'")

        async def verb(conn: Conn) -> bool:
            return await cancellation.carry_out(
                conn,
                maison_id=self.house.maison_id,
                cancellation_id=wish,
                now=self.now,  # type: ignore[arg-type]
            )

        return await self.db.run(Actor.job(), self.house.maison_id, verb)

    async def cut(self, work: UUID, line_id: UUID) -> None:
        for step in (engraving.begin, engraving.finish):
            await self.staff(step, fulfilment_id=work, line_id=line_id)


async def test_words_are_checked_priced_and_frozen_line_by_line(desk: Desk) -> None:
    for words, lettering, refusal in (
        ("A★B", "", NotEngraved),
        ("thirteen chars", "", TooLong),
        ("Ana", "block", LetteringNotOffered),
    ):
        with pytest.raises(refusal):
            await desk.put(words, lettering)
    await desk.put("Ana")
    await desk.put("Ana")
    await desk.put("安娜", "italic")
    await desk.put()
    async with desk.db.acting(Actor.visitor(desk.visitor), desk.house.maison_id) as conn:
        basket = await baskets.read(
            conn,
            maison_id=desk.house.maison_id,
            store_id=desk.house.store.store_id,
            visitor_id=desk.visitor,
            market="fr",
            language="fr",
        )
    plain = next(line for line in basket.lines if not line.lettering)
    assert plain.unit is not None
    assert {
        (line.engraving, line.lettering, line.quantity, line.unit.minor - plain.unit.minor)
        for line in basket.lines
        if line.unit
    } == {
        ("Ana", "upright", 2, 4_000),
        ("安娜", "italic", 1, 4_000),
        ("", "", 1, 0),
    }
    with pytest.raises(NotWithEngraving):
        await desk.open("reserve")
    checkout_id = await desk.open()
    assert await desk.pay(checkout_id) == "placed"
    rows = await desk.look(
        "select array_agg(concat_ws('|', engraving, lettering, quantity, unit_price_minor) order by engraving)"
        " from orders.order_line"
    )
    price = plain.unit.minor
    assert rows == [f"||1|{price}", f"Ana|upright|2|{price + 4000}", f"安娜|italic|1|{price + 4000}"]
    held = await desk.look(
        "select allocated from stock.position where location_id = %(place)s and variant_id = %(variant)s",
        place=desk.place,
        variant=desk.house.variants["alba-bag"],
    )
    assert held == 4

    # The maison cuts no Chinese any more: what stands in a basket is refused when it is checked out.
    desk.visitor = uuid4()
    await desk.put("安娜")

    async def latin_only(conn: Conn) -> None:
        await cutting.set_terms(conn, maison_id=desk.house.maison_id, terms=Terms())

    await desk.db.run(Actor.importer(), desk.house.maison_id, latin_only)
    with pytest.raises(NotEngraved):
        await desk.open()


async def test_words_share_the_pieces_of_one_place(desk: Desk) -> None:
    await count(desk.db, desk.house, "alba-1", "alba-bag", 1, desk.now)
    await desk.put("Ana")
    await desk.put("Bea")
    with pytest.raises(PiecesGone):
        await desk.open()


async def test_words_go_with_the_person(desk: Desk, admin: Any) -> None:
    await desk.order("Ana", "Bea")
    # Nobody erases yet but by hand; whoever will, erases the words with it.
    admin("update orders.contact set erased_at = now(), name = ''")
    left = await desk.look(
        """
        select (select count(*) from orders.order_line where engraving <> '')
          + (select count(*) from orders.checkout_line where engraving <> '')
          + (select count(*) from orders.basket_line where engraving <> '')
        """
    )
    assert left == 0
    assert await desk.look("select count(*) from orders.order_line where lettering = 'upright'") == 2


async def test_the_last_room_goes_to_one_of_many(desk: Desk) -> None:
    """Every day has room for one piece, and four working days at most end in time: no more is ever promised."""
    await count(desk.db, desk.house, "alba-1", "alba-bag", 50, desk.now)
    await desk.workshop(1)
    visitors = [uuid4() for _ in range(12)]
    for visitor in visitors:
        await desk.put("Ana", by=visitor)

    async def try_until_told(visitor: UUID) -> UUID | None:
        for _ in visitors:
            try:
                return await desk.open(by=visitor)
            except NoRoomToEngrave as refusal:
                if not refusal.taken:
                    return None
        raise AssertionError("the days never end")

    got = [one for one in await asyncio.gather(*map(try_until_told, visitors)) if one]
    days = await desk.look("select array_agg(distinct day) from boutiques.workshop_claim")
    assert 1 <= len(got) <= 5 and await desk.taken() == len(got) == len(days)  # type: ignore[arg-type]
    with pytest.raises(CheckViolation):
        await desk.look("update boutiques.workshop_day set taken = room + 1 returning 1")
    assert await desk.look("select sum(held)::integer from stock.position") == len(got)


async def test_a_repeat_claims_once_and_an_end_gives_back(desk: Desk) -> None:
    await desk.workshop(3)
    await desk.put("Ana")
    key = uuid4().hex
    first, again = await desk.open(key=key), await desk.open(key=key)
    assert first == again and await desk.taken() == 1
    assert await desk.pay(first, "tok_refused") == "refused" and await desk.taken() == 1
    paying = uuid4().hex
    assert await desk.pay(first, key=paying) == "placed" and await desk.pay(first, key=paying) == "placed"
    assert await desk.taken() == 1
    order_id = await desk.look("select id from orders.order")
    assert (
        await desk.look("select holder_id from boutiques.workshop_claim where expires_at is null") == order_id
    )

    # A second basket opens another checkout: the first gives its room back.
    desk.visitor = uuid4()
    await desk.put("Bea")
    await desk.open()
    await desk.open()
    assert await desk.taken() == 2
    # What lapsed is swept by whoever claims next.
    lapsed = await desk.look(
        "update boutiques.workshop_claim set expires_at = %(then)s where expires_at is not null returning 1",
        then=desk.now - timedelta(minutes=1),
    )
    assert lapsed == 1
    two = await desk.order("Cleo", "Dora")
    assert await desk.taken() == 3
    lines = await desk.lines(two)
    await desk.link(two, cancellation.ask, line_ids=lines[:1])
    assert await desk.carry_out() and await desk.taken() == 2
    await desk.staff(cancellation.cancel, order_id=two, line_ids=lines, reason="client_wish")
    assert await desk.taken() == 1


async def test_the_work_is_the_clients_from_its_beginning(desk: Desk) -> None:
    await desk.workshop(5, back_days=1)
    order_id = await desk.order("Ana", "Bea")
    with pytest.raises(IllegalStep):
        await desk.staff(
            engraving.begin,
            fulfilment_id=await desk.work(order_id),
            line_id=(await desk.lines(order_id))[0],
        )
    work, (ana, bea) = await desk.picked(order_id)
    with pytest.raises(NotToEngrave):
        await desk.staff(engraving.finish, fulfilment_id=work, line_id=ana)
    promised = await desk.look("select max(engrave_by) from orders.order_line")
    assert isinstance(promised, date)
    by = await desk.look("select pick_by from orders.fulfilment where id = %(id)s", id=work)
    assert isinstance(by, datetime) and by >= datetime.combine(promised, datetime.min.time(), UTC)
    with pytest.raises(NotEngravedYet):
        await desk.staff(preparations.ready, fulfilment_id=work, key=KEY)
    await desk.link(order_id, cancellation.ask, line_ids=[bea])
    with pytest.raises(CancellationWished):
        await desk.staff(engraving.begin, fulfilment_id=work, line_id=bea)
    await desk.carry_out()
    for _ in range(2):
        await desk.staff(engraving.begin, fulfilment_id=work, line_id=ana)
    with pytest.raises(EngravingBegun):
        await desk.link(order_id, cancellation.ask, line_ids=[ana])
    for undo in (
        lambda: desk.staff(preparations.put_back, fulfilment_id=work, line_id=ana),
        lambda: desk.staff(preparations.give_back, fulfilment_id=work),
    ):
        with pytest.raises(EngravingBegun):
            await undo()
    for _ in range(2):
        await desk.staff(engraving.finish, fulfilment_id=work, line_id=ana)
    await desk.staff(preparations.ready, fulfilment_id=work, key=KEY)
    code = preparations.pickup_code(KEY, work)
    with pytest.raises(EngravingBegun):
        await desk.staff(pickup.hand_over, fulfilment_id=work, code=code, refused_line_ids=[ana])
    await desk.staff(pickup.hand_over, fulfilment_id=work, code=code, refused_line_ids=[])
    told = await desk.look(
        "select array_agg(kind order by kind) from base.fact where kind like 'LineEngrav%%'"
    )
    assert told == ["LineEngraved", "LineEngravingBegun"]


async def test_a_spoilt_piece_begins_anew_elsewhere_and_a_cancelled_one_is_not_sold(desk: Desk) -> None:
    order_id = await desk.order("Ana")
    work, (ana,) = await desk.picked(order_id)
    await desk.cut(work, ana)
    await desk.staff(rejections.reject, fulfilment_id=work, line_id=ana, reason="damaged")

    async def again(conn: Conn) -> None:
        await resourcing.resource(conn, maison_id=desk.house.maison_id, order_id=order_id, now=desk.now)

    await desk.db.run(Actor.job(), desk.house.maison_id, again)
    assert await desk.look(
        "select engraving_begun_at is null and engraved_at is null and engraving = 'Ana' from orders.order_line"
        " where id = %(id)s",
        id=ana,
    )
    other = await desk.order("Bea")
    work, (bea,) = await desk.picked(other)
    await desk.cut(work, bea)
    before = await desk.look("select sum(damaged)::integer from stock.position")
    await desk.staff(cancellation.cancel, order_id=other, line_ids=[bea], reason="other")
    assert await desk.look("select sum(damaged)::integer from stock.position") == before + 1  # type: ignore[operator]


async def test_an_engraved_piece_comes_back_only_where_it_is_faulty(desk: Desk) -> None:
    order_id = await desk.order("Ana")
    work, (ana,) = await desk.picked(order_id)
    await desk.cut(work, ana)
    await desk.staff(preparations.ready, fulfilment_id=work, key=KEY)
    await desk.staff(
        pickup.hand_over, fulfilment_id=work, code=preparations.pickup_code(KEY, work), refused_line_ids=[]
    )
    await desk.look(
        "update orders.fulfilment set capture_after = null, ended_at = %(then)s returning 1", then=desk.now
    )
    for reason in (None, "changed_mind", "gift"):
        with pytest.raises(MadeForYou):
            await desk.link(order_id, returns.announce, wishes=[Wish(ana, 1, reason)], key=KEY)
    await desk.link(order_id, returns.announce, wishes=[Wish(ana, 1, "faulty")], key=KEY)
    with pytest.raises(EngravedStays):
        await desk.staff(
            receiving.receive,
            order_id=order_id,
            location_id=desk.place,
            brought=[Brought(ana, 1, "sellable")],
        )
    await desk.staff(
        receiving.receive,
        order_id=order_id,
        location_id=desk.place,
        brought=[Brought(ana, 1, None, "engraved")],
    )


async def test_another_maison_reads_and_moves_nothing(desk: Desk) -> None:
    workshop_id = await desk.workshop(2)
    order_id = await desk.order("Ana")
    stranger = desk.shop.b

    async def look(conn: Conn) -> int:
        return await scalar(
            conn,
            """
            select (select count(*) from boutiques.workshop) + (select count(*) from boutiques.workshop_day)
              + (select count(*) from boutiques.workshop_claim)
            """,
        )

    assert await desk.db.run(Actor.staff(stranger.staff["advisor"]), stranger.maison_id, look) == 0
    assert await desk.db.run(Actor.visitor(uuid4()), desk.house.maison_id, look) == 0

    async def close(conn: Conn) -> None:
        await workshops.close(
            conn,
            maison_id=stranger.maison_id,
            workshop_id=workshop_id,
            first=desk.now.date(),
            last=desk.now.date(),
            closed=True,
        )

    with pytest.raises(NoSuchWorkshop):
        await desk.db.run(Actor.staff(stranger.staff["advisor"]), stranger.maison_id, close)

    async def leave(conn: Conn) -> None:
        await workshops.leave(conn, maison_id=desk.house.maison_id, holder_id=order_id, pieces=0)

    await desk.db.run(Actor.staff(stranger.staff["advisor"]), stranger.maison_id, leave)
    assert await desk.taken() == 1
