"""Proposals: made by an advisor, opened by a link, paid once at the checkout everybody pays at."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.errors import InsufficientPrivilege

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, maybe
from enfilade.base.ids import new_id
from enfilade.base.secrets import hashed
from enfilade.catalogue import products, publish
from enfilade.catalogue.entries import PriceEntry, ProductEntry, TextEntry, VariantEntry
from enfilade.maisons import policies
from enfilade.maisons.policies import Policy, set_policy
from enfilade.orders import aggregates, baskets, books, proposals, proposed, quotas
from enfilade.orders import verify as promises
from enfilade.orders.baskets import TooMany
from enfilade.orders.checkout import Checkouts, CheckoutUnderway, Outcome, PiecesGone, WhoIsItFor
from enfilade.orders.placing import Contact
from enfilade.orders.proposals import (
    NoSuchProposal,
    NotAnOffer,
    NotApproved,
    NothingProposed,
    NotSoldThere,
    ProposalOver,
    Proposed,
)
from enfilade.orders.unfinished import settle_unfinished
from enfilade.payments.jobs import reconcile
from enfilade.payments.local_provider import LocalProvider
from enfilade.staff import people
from enfilade.stock.verify import verify
from tests.shop import DOOR, House, Shop, count, found_shop

KEY = b"k" * 32
CONTACT = Contact("Camille Aubry", "camille@client.example", "", DOOR, "")


class Desk:
    """An advisor of Alba's first boutique, and phones that open links."""

    def __init__(self, db: Db, shop: Shop, checkouts: Checkouts, now: datetime) -> None:
        self.db, self.shop, self.checkouts, self.now = db, shop, checkouts, now

    @property
    def house(self) -> House:
        return self.shop.a

    async def make(
        self, sku: str = "alba-bag", who: str = "advisor", quantity: int = 1, **given: Any
    ) -> UUID:
        proposal_id, house = new_id(self.now), self.house
        asked: dict[str, Any] = {
            "location_id": house.places["alba-1"],
            "pieces": [Proposed(house.variants[sku], quantity)],
            "collect_at": house.places["alba-1"],
            "language": "en",
            "words": "",
            "mail": "",
            "expires_at": self.now + timedelta(hours=48),
        }

        async def verb(conn: Conn) -> None:
            by = await people.colleague(conn, maison_id=house.maison_id, staff_id=house.staff[who])
            await proposals.make(
                conn,
                maison_id=house.maison_id,
                proposal_id=proposal_id,
                by=by,
                key=KEY,
                now=self.now,
                **(asked | given),
            )

        await self.db.run(Actor.staff(house.staff[who]), house.maison_id, verb)
        return proposal_id

    async def withdraw(self, proposal_id: UUID, who: str = "advisor") -> None:
        house = self.house

        async def verb(conn: Conn) -> None:
            by = await people.colleague(conn, maison_id=house.maison_id, staff_id=house.staff[who])
            await proposals.withdraw(
                conn, maison_id=house.maison_id, proposal_id=proposal_id, by=by, now=self.now
            )

        await self.db.run(Actor.staff(house.staff[who]), house.maison_id, verb)

    async def approve(self, proposal_id: UUID, who: str) -> None:
        house = self.house

        async def verb(conn: Conn) -> None:
            by = await people.colleague(conn, maison_id=house.maison_id, staff_id=house.staff[who])
            await proposals.approve(
                conn, maison_id=house.maison_id, proposal_id=proposal_id, by=by, now=self.now
            )

        await self.db.run(Actor.staff(house.staff[who]), house.maison_id, verb)

    async def terms(self, **decided: Any) -> None:
        """The maison decides so; all else is as it is for everybody."""

        async def verb(conn: Conn) -> None:
            policy = replace(policies.Policy(), **decided)
            await policies.set_policy(conn, maison_id=self.house.maison_id, policy=policy, now=self.now)

        await self.db.run(Actor.importer(), self.house.maison_id, verb)

    async def take_up(self, proposal_id: UUID, visitor: UUID) -> None:
        async with self.db.acting(Actor.job(), self.house.maison_id) as conn:
            await proposals.take_up(
                conn,
                maison_id=self.house.maison_id,
                proposal_id=proposal_id,
                visitor_id=visitor,
                now=self.now,
            )

    async def open(self, proposal_id: UUID, visitor: UUID, key: str = "", **given: Any) -> UUID:
        return await proposed.open_checkout(
            self.checkouts,
            maison_id=self.house.maison_id,
            proposal_id=proposal_id,
            visitor_id=visitor,
            language="en",
            key=key or uuid4().hex,
            now=self.now,
            **given,
        )

    async def pay(self, checkout_id: UUID, visitor: UUID, token: str = "tok_ok", key: str = "") -> Outcome:
        return await self.checkouts.complete(
            self.house.store,
            visitor,
            checkout_id,
            contact=CONTACT,
            payment_method="card",
            card_token=token,
            key=key or uuid4().hex,
            now=self.now,
        )

    async def state(self, proposal_id: UUID) -> str:
        async with self.db.acting(Actor.job(), self.house.maison_id) as conn:
            found = await proposals.head(conn, maison_id=self.house.maison_id, proposal_id=proposal_id)
        assert found is not None
        return found.state(self.now)

    async def two_at_once(self, proposal_id: UUID) -> list[tuple[UUID, UUID]]:
        """Two phones with a checkout each: both began before either had one that could give way."""
        phones = [uuid4(), uuid4()]
        for phone in phones:
            await self.take_up(proposal_id, phone)
        return [
            (
                phone,
                await self.checkouts.open(
                    self.house.store,
                    phone,
                    method="collect",
                    boutiques={self.house.maison_id: self.house.places["alba-1"]},
                    market="fr",
                    language="en",
                    key=uuid4().hex,
                    now=self.now,
                    proposal_id=proposal_id,
                ),
            )
            for phone in phones
        ]


@pytest.fixture
async def desk(db: Db) -> AsyncIterator[Desk]:
    now = datetime.now(UTC)
    provider = LocalProvider(db, "http://shop.example", known_after_seconds=0.3)
    checkouts = Checkouts(db, {"local": provider}, KEY, "http://shop.example", 0.2)
    made = Desk(db, await found_shop(db, now), checkouts, now)
    yield made
    maison_id = made.house.maison_id
    for check in (verify, promises.verify, books.verify):
        assert await check(db, maison_id=maison_id) == []


def held(admin) -> int:
    return admin("select coalesce(sum(held), 0) from stock.position")[0][0]


async def test_paid_once_and_remembered_with_who_sold_it(desk: Desk, db: Db, admin) -> None:
    """Here, and from another place: the endless aisle. A retry, another phone, the same phone again: one order."""
    house, phone = desk.house, uuid4()
    proposal = await desk.make()
    assert await desk.state(proposal) == "made" and held(admin) == 0
    checkout = await desk.open(proposal, phone, key="the same")
    assert await desk.open(proposal, phone, key="the same") == checkout and held(admin) == 1
    assert (await desk.pay(checkout, phone, key="once")).kind == "placed"
    assert (await desk.pay(checkout, phone, key="once")).kind == "placed"
    assert await desk.state(proposal) == "paid"
    for again in (phone, uuid4()):
        with pytest.raises(ProposalOver) as over:
            await desk.open(proposal, again)
        assert over.value.state == "paid"
    with pytest.raises(ProposalOver):
        await desk.withdraw(proposal)
    query = """select o.channel, l.credited_channel, l.promised_online, o.sold_by_location_id, o.sold_by_staff_id,
        l.credited_location_id, o.proposal_id from orders.order o join orders.order_line l on l.order_id = o.id"""
    here, who = house.places["alba-1"], house.staff["advisor"]
    assert admin(query) == [("pay_by_link", "pay_by_link", False, here, who, here, proposal)]

    for place in ("alba-1", "alba-2"):
        await count(db, house, place, "alba-ring-52", 0, desk.now)
    aisle = await desk.make("alba-ring-52", collect_at=None)
    checkout = await desk.open(aisle, phone)
    assert (await desk.pay(checkout, phone)).kind == "placed"
    warehouse = house.places["alba-wh"]
    assert admin(query + " where o.proposal_id = %s", [aisle]) == [
        ("endless_aisle", "endless_aisle", False, here, who, warehouse, aisle)
    ]
    assert admin("select count(*) from orders.order") == [(2,)]
    async with db.acting(Actor.job(), house.maison_id) as conn:
        await aggregates.refresh_all(conn, maison_id=house.maison_id, now=desk.now)
    told = admin(
        "select channel, promised_online, sum(lines)::integer from orders.sales_day group by 1, 2 order by 1"
    )
    assert told == [("endless_aisle", False, 1), ("pay_by_link", False, 1)]


async def test_two_phones_at_once_pay_once(desk: Desk, admin) -> None:
    proposal = await desk.make()
    phones = await desk.two_at_once(proposal)
    answers = await asyncio.gather(
        *(desk.pay(checkout, phone) for phone, checkout in phones), return_exceptions=True
    )
    kinds = sorted(answer.kind if isinstance(answer, Outcome) else repr(answer) for answer in answers)
    assert kinds == [repr(ProposalOver("paying")), "placed"]
    assert admin("select count(*) from orders.order") == [(1,)]
    # Nobody was asked for the money of the other.
    assert admin("select state from payments.payment") == [("authorised",)]


async def test_the_order_itself_is_the_last_guard_and_lets_the_money_go(desk: Desk, db: Db, admin) -> None:
    """The twin: without the guard before paying, both are asked for money, and one of them has it back."""
    admin("drop index orders.one_paying_a_proposal")
    proposal = await desk.make()
    phones = await desk.two_at_once(proposal)
    answers = await asyncio.gather(*(desk.pay(checkout, phone) for phone, checkout in phones))
    assert sorted((answer.kind, answer.reason) for answer in answers) == [
        ("placed", ""),
        ("released", "proposal"),
    ]
    assert admin("select count(*) from orders.order") == [(1,)]
    provider = LocalProvider(db, "http://shop.example")
    await reconcile(db, {"local": provider}, now=desk.now + timedelta(minutes=5), timeout_seconds=1)
    assert sorted(state for (state,) in admin("select state from payments.payment")) == [
        "authorised",
        "voided",
    ]
    assert held(admin) == 0


async def test_a_refused_card_leaves_it_to_any_phone(desk: Desk, admin) -> None:
    proposal = await desk.make()
    (first, one), (second, other) = await desk.two_at_once(proposal)
    assert (await desk.pay(one, first, "tok_refused")).kind == "refused"
    assert (await desk.pay(other, second)).kind == "placed"
    with pytest.raises(ProposalOver):
        await desk.pay(one, first)
    await settle_unfinished(desk.db, desk.checkouts, now=desk.now + timedelta(hours=1))
    assert held(admin) == 0 and admin("select count(*) from orders.order") == [(1,)]


async def test_the_last_piece_goes_along_to_the_phone_that_opened_last(desk: Desk, db: Db, admin) -> None:
    await count(db, desk.house, "alba-1", "alba-bag", 1, desk.now)
    proposal, first, second = await desk.make(), uuid4(), uuid4()
    one = await desk.open(proposal, first)
    other = await desk.open(proposal, second)
    assert held(admin) == 1
    assert (await desk.pay(one, first)).kind == "released"
    # Somebody with another proposal of the same piece finds it gone, and is told which.
    with pytest.raises(PiecesGone) as gone:
        await desk.open(await desk.make(), uuid4())
    assert [lack.left for lack in gone.value.lacking] == [0]
    waiting = await desk.pay(other, second, "tok_second_step")
    assert waiting.kind == "second_step" and await desk.state(proposal) == "paying"
    with pytest.raises(ProposalOver):
        await desk.open(proposal, first)
    with pytest.raises(ProposalOver):
        await desk.withdraw(proposal)


async def test_its_end_keeps_nobody_from_paying_who_opened_the_checkout_before(desk: Desk, admin) -> None:
    proposal, phone = await desk.make(expires_at=desk.now + timedelta(minutes=5)), uuid4()
    checkout = await desk.open(proposal, phone)
    desk.now += timedelta(minutes=6)
    assert await desk.state(proposal) == "lapsed"
    with pytest.raises(ProposalOver) as over:
        await desk.open(proposal, uuid4())
    assert over.value.state == "lapsed"
    assert (await desk.pay(checkout, phone)).kind == "placed" and await desk.state(proposal) == "paid"


async def test_withdrawn_it_ends_its_checkouts_too(desk: Desk, admin) -> None:
    proposal, phone = await desk.make(), uuid4()
    checkout = await desk.open(proposal, phone)
    for _ in range(2):
        await desk.withdraw(proposal)
    assert held(admin) == 0 and await desk.state(proposal) == "withdrawn"
    for refused in (desk.pay(checkout, phone), desk.open(proposal, phone)):
        with pytest.raises(ProposalOver) as over:
            await refused
        assert over.value.state == "withdrawn"
    # One that began while it was being withdrawn is refused at the till, before anybody is asked for money.
    late = await desk.make()
    ((late_phone, late_checkout), _) = await desk.two_at_once(late)
    admin("update orders.proposal set withdrawn_at = %s where id = %s", [desk.now, late])
    with pytest.raises(ProposalOver) as over:
        await desk.pay(late_checkout, late_phone)
    assert over.value.state == "withdrawn"
    assert admin("select count(*) from payments.payment") == [(0,)]


async def priced(desk: Desk, minor: int) -> None:
    """What the bag costs from now on."""
    house = desk.house
    bag = ProductEntry(
        1,
        "bag",
        family="bag",
        published=True,
        texts=[TextEntry("fr", "Le sac", "Un sac.")],
        variants=[VariantEntry(1, {}, "alba-bag", prices=[PriceEntry("fr", "EUR", minor)])],
    )
    async with desk.db.acting(Actor.importer(), house.maison_id) as conn:
        await products.upsert_products(
            conn, maison_id=house.maison_id, source="main", products=[bag], now=desk.now
        )
        await publish.publish_products(conn, maison_id=house.maison_id, now=desk.now)


async def test_the_price_is_that_of_the_checkout(desk: Desk, admin) -> None:
    """Like on the web: what the page shows when the checkout opens is frozen, whatever it was or becomes."""
    phone = uuid4()
    proposal = await desk.make()
    await priced(desk, 130_000)
    checkout = await desk.open(proposal, phone)
    await priced(desk, 140_000)
    assert (await desk.pay(checkout, phone)).kind == "placed"
    assert admin("select total_minor from orders.order") == [(130_000,)]


async def test_an_own_price_waits_for_a_manager_and_is_paid(desk: Desk, db: Db, admin) -> None:
    house, phone = desk.house, uuid4()
    bag = house.variants["alba-bag"]
    offer = {"pieces": [Proposed(bag, 1, 100_000)], "mail": "camille@client.example"}
    proposal = await desk.make(**offer)
    assert await desk.state(proposal) == "asked"
    mailed = "select count(*)::integer from procrastinate.procrastinate_jobs where args ->> 'name' = %s"
    assert admin(mailed, [proposals.MAIL_PROPOSAL]) == [(0,)], "its letter waits too"
    with pytest.raises(ProposalOver) as over:
        await desk.open(proposal, phone)
    assert over.value.state == "asked" and held(admin) == 0
    with pytest.raises(NotApproved):
        await desk.approve(proposal, "advisor")
    await asyncio.gather(*(desk.approve(proposal, who) for who in ("boutique_manager", "maison_manager")))
    assert await desk.state(proposal) == "made" and admin(mailed, [proposals.MAIL_PROPOSAL]) == [(1,)]
    checkout = await desk.open(proposal, phone)
    assert (await desk.pay(checkout, phone)).kind == "placed"
    await desk.approve(proposal, "boutique_manager")
    assert admin("select total_minor, tax_minor from orders.order") == [(100_000, 16_667)]
    assert admin("select amount_minor from payments.payment") == [(100_000,)]

    at_once = await desk.make(who="boutique_manager", **offer)
    assert await desk.state(at_once) == "made", "a manager's own waits for nobody"
    gone = await desk.make(**offer)
    await desk.withdraw(gone)
    with pytest.raises(ProposalOver):
        await desk.approve(gone, "boutique_manager")
    elsewhere = await desk.make(who="maison_manager", location_id=house.places["alba-2"])
    with pytest.raises(NoSuchProposal):
        await desk.approve(elsewhere, "boutique_manager")


async def test_what_an_own_price_may_be(desk: Desk, admin) -> None:
    bag, phone = desk.house.variants["alba-bag"], uuid4()
    for minor in (0, -1, 120_000, 120_001):
        with pytest.raises(NotAnOffer):
            await desk.make(pieces=[Proposed(bag, 1, minor)])
    mixed = [Proposed(bag, 2, 90_000), Proposed(desk.house.variants["alba-ring-52"], 1)]
    proposal = await desk.make(who="boutique_manager", pieces=mixed)
    await priced(desk, 80_000)
    checkout = await desk.open(proposal, phone)
    assert (await desk.pay(checkout, phone)).kind == "placed"
    assert admin("select sum(unit_price_minor * quantity)::integer from orders.order_line") == [(280_000,)], (
        "nobody pays more by an offer than without"
    )


async def test_a_piece_on_request_is_sold_at_the_price_offered(desk: Desk, admin) -> None:
    bag, phone = desk.house.variants["alba-bag"], uuid4()
    admin("delete from public_facts.price where variant_id = %s", [bag])
    with pytest.raises(NotSoldThere):
        await desk.make(pieces=[Proposed(bag, 1)])
    proposal = await desk.make(pieces=[Proposed(bag, 1, 5_000_000)])
    await desk.approve(proposal, "maison_manager")
    checkout = await desk.open(proposal, phone)
    assert (await desk.pay(checkout, phone)).kind == "placed"
    assert admin("select currency, total_minor from orders.order") == [("EUR", 5_000_000)]


async def test_an_advisor_goes_so_low_alone_and_a_manager_lower(desk: Desk, db: Db, admin) -> None:
    """To the cent of the share, and to the cent of all of it together; never of a piece that has no price."""
    bag, ring = desk.house.variants["alba-bag"], desk.house.variants["alba-ring-52"]

    async def stands(*pieces: Proposed) -> tuple[str, bool]:
        proposal = await desk.make(pieces=list(pieces))
        ((approved,),) = admin(
            "select count(*) from orders.proposal_approval where proposal_id = %s", [proposal]
        )
        return await desk.state(proposal), bool(approved)

    assert await stands(Proposed(bag, 1, 119_999)) == ("asked", False)
    async with db.acting(Actor.importer(), desk.house.maison_id) as conn:
        limit = Policy(offer_percent=10, offer_euros=200)
        await set_policy(conn, maison_id=desk.house.maison_id, policy=limit, now=desk.now)
    assert await stands(Proposed(bag, 1, 108_000)) == ("made", True)
    assert await stands(Proposed(bag, 1, 107_999)) == ("asked", False)
    assert await stands(Proposed(bag, 1, 110_000), Proposed(ring, 1, 110_000)) == ("made", True)
    assert await stands(Proposed(bag, 1, 110_000), Proposed(ring, 1, 109_999)) == ("asked", False)
    assert await stands(Proposed(bag, 2, 110_001), Proposed(ring, 1)) == ("made", True)
    admin("delete from public_facts.price where variant_id = %s", [bag])
    assert await stands(Proposed(bag, 1, 119_000)) == ("asked", False)


async def test_a_visitor_writes_no_price(desk: Desk, db: Db, admin) -> None:
    """Not into a proposal, nor an approval, with the proposal's basket as their own."""
    phone = uuid4()
    proposal = await desk.make()
    await desk.open(proposal, phone)
    for actor in (Actor.visitor(phone), Actor.link(proposal)):
        for statement in (
            "update orders.proposal_line set offered_minor = 1, offered_currency = 'EUR'",
            "insert into orders.proposal_approval (maison_id, proposal_id, approved_at, approved_by) "
            "select maison_id, proposal_id, now(), gen_random_uuid() from orders.proposal_line",
        ):
            with pytest.raises(InsufficientPrivilege):
                async with db.acting(actor, desk.house.maison_id) as conn:
                    await conn.execute(statement)
    assert admin("select count(*) from orders.proposal_approval") == [(0,)]


async def test_a_quota_asks_for_whom_it_is_and_counts(desk: Desk, db: Db) -> None:
    house = desk.house
    async with db.acting(Actor.importer(), house.maison_id) as conn:
        await quotas.set_quota(
            conn,
            maison_id=house.maison_id,
            name="bags",
            pieces_max=1,
            period_days=30,
            product_ids=[house.products["bag"]],
            begins_at=desk.now,
            now=desk.now,
        )
    proposal, phone = await desk.make(), uuid4()
    with pytest.raises(WhoIsItFor):
        await desk.open(proposal, phone)
    checkout = await desk.open(proposal, phone, contact=CONTACT)
    assert (await desk.pay(checkout, phone)).kind == "placed"
    with pytest.raises(Exception, match="1"):
        await desk.open(await desk.make(), uuid4(), contact=CONTACT)


async def test_a_visitors_own_basket_stays_as_it_was(desk: Desk, db: Db, admin) -> None:
    house, phone = desk.house, uuid4()
    async with db.acting(Actor.visitor(phone), house.maison_id) as conn:
        await baskets.put(
            conn,
            maison_id=house.maison_id,
            store_id=house.store.store_id,
            visitor_id=phone,
            variant_id=house.variants["alba-ring-52"],
            quantity=2,
            now=desk.now,
        )
    checkout = await desk.open(await desk.make(), phone)
    assert (await desk.pay(checkout, phone)).kind == "placed"
    assert admin("select sku from orders.order_line") == [("alba-bag",)]
    async with db.acting(Actor.visitor(phone), house.maison_id) as conn:
        assert (
            await baskets.count(
                conn, maison_id=house.maison_id, store_id=house.store.store_id, visitor_id=phone
            )
            == 2
        )


async def test_what_cannot_be_proposed(desk: Desk) -> None:
    house, other = desk.house, desk.shop.b
    cases: list[tuple[dict[str, Any], type[Exception]]] = [
        ({"location_id": house.places["alba-2"]}, NoSuchProposal),
        ({"pieces": []}, NothingProposed),
        ({"pieces": [Proposed(uuid4(), 1) for _ in range(11)]}, NothingProposed),
        ({"pieces": [Proposed(other.variants["borea-bag"], 1)]}, NotSoldThere),
        ({"collect_at": other.places["borea-1"]}, NotSoldThere),
        ({"collect_at": house.places["alba-wh"]}, NotSoldThere),
        ({"pieces": [Proposed(house.variants["alba-bag"], 99)]}, TooMany),
    ]
    for given, refusal in cases:
        with pytest.raises(refusal):
            await desk.make(**given)
    with pytest.raises(Exception, match="stands_seven_days_at_most"):
        await desk.make(expires_at=desk.now + timedelta(days=8))
    proposal = await desk.make(who="maison_manager", location_id=house.places["alba-2"])
    with pytest.raises(NoSuchProposal):
        await desk.withdraw(proposal, "advisor")


async def test_the_link_shows_its_own_proposal_and_what_is_said_of_people_is_forgotten(
    desk: Desk, db: Db, admin
) -> None:
    house = desk.house
    one = await desk.make(words="For Saturday", mail="camille@client.example")
    other = await desk.make(words="For Sunday")
    assert admin(
        "select args ->> 'name' from procrastinate.procrastinate_jobs where args ->> 'name' like '%%proposal'"
    ) == [("orders.mail_proposal",)]
    secret = proposals.link_secret(KEY, one)
    assert admin("select link_hash from orders.proposal where id = %s", [one]) == [(hashed(secret),)]
    async with db.acting(Actor.link(one), house.maison_id) as conn:
        assert await proposals.head(conn, maison_id=house.maison_id, proposal_id=one) is not None
        assert await proposals.head(conn, maison_id=house.maison_id, proposal_id=other) is None
        await proposals.note_opened(conn, maison_id=house.maison_id, proposal_id=one, now=desk.now)
        await proposals.note_opened(conn, maison_id=house.maison_id, proposal_id=other, now=desk.now)
        notes = await maybe(conn, _Note, "select words from orders.proposal_note where words <> ''")
        assert notes is not None and notes.words == "For Saturday"
    assert (await desk.state(one), await desk.state(other)) == ("opened", "made")
    # The checkout that pays it reads who sells, and nothing of anybody else's.
    async with db.acting(Actor.visitor(uuid4()), house.maison_id) as conn:
        assert await proposals.sold_by(conn, maison_id=house.maison_id, proposal_id=one) is None
    for later, left in ((timedelta(days=31), 2), (timedelta(days=33), 0)):
        async with db.acting(Actor.job(), house.maison_id) as conn:
            await proposals.forget(conn, maison_id=house.maison_id, now=desk.now + later)
        assert admin("select count(*) from orders.proposal_note") == [(left,)]


class _Note:
    def __init__(self, words: str) -> None:
        self.words = words


async def test_another_window_of_the_same_phone(desk: Desk) -> None:
    proposal, phone = await desk.make(), uuid4()
    checkout = await desk.open(proposal, phone)
    assert (await desk.pay(checkout, phone, "tok_second_step")).kind == "second_step"
    with pytest.raises((ProposalOver, CheckoutUnderway)):
        await desk.open(proposal, phone)


async def test_what_is_brought_costs_what_was_offered_and_comes_from_where_it_lies(desk: Desk, admin) -> None:
    house = desk.house
    lyon, paris = house.places["alba-2"], house.places["alba-1"]
    with pytest.raises(NotSoldThere):
        await desk.make(brought=True)
    for days in (2, None, 2):
        await desk.terms(ship_to_store_days=days)
        if days and admin("select count(*) from orders.proposal") == [(0,)]:
            offered = [Proposed(house.variants["alba-bag"], 1, 100_000)]
            brought = await desk.make(brought=True, who="boutique_manager", pieces=offered)
            there = await desk.make()
            for place in house.places:
                await count(desk.db, house, place, "alba-bag", place == "alba-2", desk.now)
        if days is None:
            with pytest.raises(PiecesGone):
                await desk.open(brought, uuid4())
    with pytest.raises(PiecesGone):
        await desk.open(there, uuid4())
    phones = [uuid4(), uuid4()]
    for phone in phones:
        checkout = await desk.open(brought, phone)
    assert held(admin) == 1, "the other phone gave way"
    assert (await desk.pay(checkout, phones[1])).kind == "placed"
    assert admin(
        """select l.unit_price_minor, f.state, f.location_id, t.from_location_id, o.channel, o.sold_by_location_id
        from orders.order o join orders.order_line l on l.order_id = o.id join orders.fulfilment f on f.order_id = o.id
        join stock.transfer t on t.id = l.transfer_id"""
    ) == [(100_000, "awaited", paris, lyon, "endless_aisle", paris)]
