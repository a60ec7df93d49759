"""Laws of segments: docs/algorithms/laws.md is held by verbs and tables, at the checkout, the counter and what comes back."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from psycopg import errors

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db
from enfilade.base.money import Money
from enfilade.catalogue.kinds import families_of, set_family, set_product
from enfilade.maisons import laws
from enfilade.maisons.laws import Law, LooserThanShipped, NoSuchRule
from enfilade.orders import baskets, pickup, preparations, requirements, resourcing
from enfilade.orders.checkout import AgeNotConfirmed, Checkouts, NotByLaw, Outcome
from enfilade.orders.lawful import AgeNotChecked
from enfilade.orders.placing import Contact
from enfilade.orders.receiving import LawTakesItBack, NotJudged, OpenedStays
from enfilade.orders.requirements import Bound, Requirements, required
from enfilade.orders.till import settling
from enfilade.payments.local_provider import LocalProvider
from enfilade.payments.local_terminal import LocalTerminal
from enfilade.stock import transfers
from enfilade.stock.transfers import NotThisWay, Pieces
from tests.orders.counter import KEY, PRICE, Counter
from tests.orders.test_books import handed_over
from tests.orders.test_returns import back, sold
from tests.orders.tills import Till
from tests.shop import Shop, found_shop

PAGE = Path(__file__).parents[2] / "docs" / "algorithms" / "laws.md"
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if line.startswith("| ")
]
HOLDS = [row for row in ROWS if len(row) == 6 and row[1] in laws.RULES]
GOES = [row for row in ROWS if len(row) == 5 and row[3] in ("yes", "no")]
MAISON = UUID(int=7)


def kinds_in(cell: str) -> list[str]:
    return [word for word in cell.split() if word in laws.KINDS]


async def test_what_holds_is_what_the_table_says(db: Db, admin) -> None:
    assert len(HOLDS) >= 14
    for kinds, rule, country, own, holds, _ in HOLDS:
        admin("delete from public_facts.law")
        if own:
            value, at = own.split()
            admin(
                "insert into public_facts.law values (%s, %s, %s, %s, %s)",
                [MAISON, kinds_in(kinds)[0], rule, at, int(value)],
            )
        ((found,),) = admin(
            "select public_facts.law_of(%s, %s::text[], %s, %s)", [MAISON, kinds_in(kinds), rule, country]
        )
        assert found == (int(holds) if holds else None), (kinds, rule, country, own)


async def test_it_goes_where_the_table_says(db: Db, admin) -> None:
    assert len(GOES) >= 12
    for kinds, origin, destination, goes, _ in GOES:
        ((found,),) = admin(
            "select public_facts.may_go(%s, %s::text[], %s, %s)",
            [MAISON, kinds_in(kinds), origin, destination],
        )
        assert found == (goes == "yes"), (kinds, origin, destination)


async def test_a_maison_tightens_and_never_loosens(shop: Counter, admin) -> None:
    async def say(law: Law) -> None:
        await shop.job(lambda conn, now, **m: laws.tighten(conn, law=law, **m))

    for looser in (
        Law("wine", "age", "US", 20),
        Law("spirits", "age", "*", 16),
        Law("watch", "insured_from", "FR", 900),
    ):
        with pytest.raises(LooserThanShipped):
            await say(looser)
    for none in (Law("wine", "age", "fr", 20), Law("wine", "age", "FR", 99), Law("bag", "age", "FR", 18)):  # type: ignore[arg-type]
        with pytest.raises(NoSuchRule):
            await say(none)
    await say(Law("wine", "age", "FR", 21))
    await say(Law("exotic_skin", "border", "*", 2))
    found = await shop.job(lambda conn, now, **m: laws.laws_of(conn, **m))
    assert [law.value for law in found if law.source is None] == [21, 2]
    assert all(law.source for law in found if law.source is not None)
    await shop.job(lambda conn, now, **m: laws.loosen(conn, kind="wine", rule="age", country="FR", **m))
    assert admin("select kind from public_facts.law") == [("exotic_skin",)]


async def test_a_family_is_known_by_its_word_until_the_maison_says_so(shop: Counter, admin) -> None:
    async def kinds() -> list[tuple[str, list[str]]]:
        return admin("select slug, kinds from public_facts.product order by slug")

    family, slug = admin("select family, slug from catalogue.product order by slug limit 1")[0]
    admin("update catalogue.product set family = 'Vins' where slug = %s", [slug])
    await shop.job(lambda conn, now, **m: set_family(conn, family="VINS", kinds=None, now=now, **m))
    assert dict(await kinds())[slug] == ["wine"]
    await shop.job(
        lambda conn, now, **m: set_family(conn, family="vins", kinds=["wine", "food"], now=now, **m)
    )
    assert dict(await kinds())[slug] == ["food", "wine"]
    found = {one.family: one for one in await shop.job(lambda conn, now, **m: families_of(conn, **m))}
    assert (found["Vins"].kinds, found["Vins"].said) == (["food", "wine"], True)
    await shop.job(
        lambda conn, now, **m: set_product(conn, slugs=[slug], kinds=["exotic_skin"], now=now, **m)
    )
    assert dict(await kinds())[slug] == ["exotic_skin"]
    await shop.job(lambda conn, now, **m: set_product(conn, slugs=[slug], kinds=[], now=now, **m))
    assert dict(await kinds())[slug] == []
    with pytest.raises(errors.CheckViolation):
        admin("update catalogue.product set kinds = '{bottle}' where slug = %s", [slug])
    assert family is not None


RATES = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (PAGE.parent / "pricing.md").read_text(encoding="utf-8").splitlines()
    if line.startswith(("| none |", "| book", "| food"))
]


class Visitor:
    """A visitor of the multi-brand store with one bag of alba in the basket."""

    def __init__(self, db: Db, shop: Shop, checkouts: Checkouts, now: datetime) -> None:
        self.db, self.shop, self.checkouts, self.now, self.id = db, shop, checkouts, now, uuid4()

    async def kinds(self, *kinds: laws.Kind) -> None:
        house = self.shop.a

        async def verb(conn: Conn) -> None:
            await set_product(
                conn, maison_id=house.maison_id, slugs=["alba-bag"], kinds=list(kinds), now=self.now
            )

        await self.db.run(Actor.importer(), house.maison_id, verb)

    async def open(self, method: str = "ship", market: str = "fr", sku: str = "alba-bag") -> UUID:
        store = self.shop.store
        async with self.db.acting(Actor.visitor(self.id), store.maison_id) as conn:
            await baskets.put(
                conn,
                maison_id=store.maison_id,
                store_id=store.store_id,
                visitor_id=self.id,
                variant_id=self.shop.a.variants[sku],
                quantity=1,
                now=self.now,
            )
        return await self.checkouts.open(
            store,
            self.id,
            method=method,  # type: ignore[arg-type]
            boutiques={self.shop.a.maison_id: self.shop.a.places["alba-1"]} if method != "ship" else {},
            market=market,
            language="en",
            key=uuid4().hex,
            now=self.now,
        )

    async def pay(
        self,
        checkout_id: UUID,
        *,
        age: int | None = None,
        country: str = "FR",
        token: str = "tok_ok",
        key: str = "",
    ) -> Outcome:
        door = {"line1": "1 rue des Essais", "postcode": "75001", "city": "Paris", "country": country}
        return await self.checkouts.complete(
            self.shop.store,
            self.id,
            checkout_id,
            contact=Contact("Camille Aubry", "camille@client.example", "", door, ""),
            payment_method="card",
            card_token=token,
            key=key or uuid4().hex,
            now=self.now,
            age_confirmed=age,
        )


@pytest.fixture
async def visitor(db: Db) -> AsyncIterator[Visitor]:
    now = datetime.now(UTC)
    shop = await found_shop(db, now)
    provider = LocalProvider(db, "http://shop.example", known_after_seconds=0.3)
    yield Visitor(db, shop, Checkouts(db, {"local": provider}, b"k" * 32, "http://shop.example", 0.2), now)


async def test_a_bottle_is_sold_to_who_has_said_their_age(visitor: Visitor, admin) -> None:
    await visitor.kinds("wine")
    checkout_id = await visitor.open()
    shown = await visitor.checkouts.read(visitor.shop.store, visitor.id, checkout_id)
    assert shown and (shown.age_min, [line.age_min for line in shown.lines]) == (18, [18])
    for said in (None, 17):
        with pytest.raises(AgeNotConfirmed) as refusal:
            await visitor.pay(checkout_id, age=said, key="one-and-the-same")
        assert refusal.value.age == 18
    assert admin("select state, attempt from orders.checkout") == [("open", 0)]
    assert admin("select count(*) from payments.payment") == [(0,)]
    # The same key goes on: nothing was kept of the refusal. A card that is refused asks for no second word.
    assert (
        await visitor.pay(checkout_id, age=18, token="tok_refused", key="one-and-the-same")
    ).kind == "refused"
    assert (await visitor.pay(checkout_id)).kind == "placed"
    assert admin("select age_min, age_confirmed from orders.order") == [(18, 18)]
    assert admin("select kinds, age_min, age_checked_by from orders.order_line") == [(["wine"], 18, None)]
    for update in (
        "update orders.order set age_confirmed = 17",
        "update orders.order set age_confirmed = null",
    ):
        with pytest.raises(errors.CheckViolation, match="age_confirmed"):
            admin(update)
    with pytest.raises(errors.CheckViolation, match="age_confirmed_before_paying"):
        admin("update orders.checkout set age_confirmed = null")


async def test_the_address_may_ask_for_more(visitor: Visitor, admin) -> None:
    await visitor.kinds("wine")
    checkout_id = await visitor.open()
    with pytest.raises(AgeNotConfirmed) as refusal:
        await visitor.pay(checkout_id, age=18, country="SE")
    assert refusal.value.age == 20
    assert admin("select age_min from orders.checkout_line") == [(18,)]
    assert (await visitor.pay(checkout_id, age=20, country="SE")).kind == "placed"
    assert admin("select age_min, age_confirmed from orders.order") == [(20, 20)]


async def test_who_settles_for_a_dead_process_knows_the_age(visitor: Visitor, admin) -> None:
    await visitor.kinds("spirits")
    checkout_id = await visitor.open()
    assert (await visitor.pay(checkout_id, age=21, token="tok_timeout_then_ok")).kind == "confirming"
    await asyncio.sleep(0.4)
    later = await visitor.checkouts.settle(visitor.shop.store.maison_id, checkout_id, now=visitor.now)
    assert later.kind == "placed"
    assert admin("select age_min, age_confirmed from orders.order") == [(18, 21)]


async def test_a_bag_asks_nobody(visitor: Visitor, admin) -> None:
    assert (await visitor.pay(await visitor.open())).kind == "placed"
    assert admin("select age_min, age_confirmed from orders.order") == [(None, None)]


async def test_no_way_that_the_law_forbids(visitor: Visitor, admin) -> None:
    await visitor.kinds("perfume")
    with pytest.raises(NotByLaw):
        await visitor.open(market="us")
    # By its own country's hand: an address over the sea, in a market that is here.
    checkout_id = await visitor.open()
    with pytest.raises(NotByLaw) as refusal:
        await visitor.pay(checkout_id, country="JP")
    assert refusal.value.names == ["The bag"]
    assert (await visitor.pay(checkout_id, country="GB")).kind == "placed"
    visitor.id = uuid4()
    await visitor.kinds("exotic_skin")
    checkout_id = await visitor.open()
    with pytest.raises(NotByLaw):
        await visitor.pay(checkout_id, country="CH")
    assert (await visitor.pay(checkout_id, country="IT")).kind == "placed"


async def test_the_rate_of_its_kind_in_the_market_is_frozen(visitor: Visitor, admin) -> None:
    house = visitor.shop.a

    async def rate(basis_points: int | None, market: str = "fr") -> None:
        async def verb(conn: Conn) -> None:
            await laws.set_rate(
                conn, maison_id=house.maison_id, market=market, kind="book", basis_points=basis_points
            )

        await visitor.db.run(Actor.importer(), house.maison_id, verb)

    await visitor.kinds("book")
    await rate(550)
    await rate(0, "us")
    with pytest.raises(NoSuchRule):
        await rate(550, "nowhere")
    checkout_id = await visitor.open()
    await rate(None)
    assert (await visitor.pay(checkout_id)).kind == "placed"
    assert admin("select tax_rate_basis_points, total_minor, tax_minor from orders.order_line") == [
        (550, 120_000, 6_256)
    ]
    visitor.id = uuid4()
    await visitor.open()
    visitor.id = uuid4()
    await visitor.open("ship", "us")
    found = admin(
        """
        select c.market, l.tax_rate_basis_points from orders.checkout c join orders.checkout_line l on l.checkout_id = c.id
        where c.state = 'open' order by 1
        """
    )
    assert found == [("fr", 2000), ("us", 0)]


async def test_the_rate_of_a_line_is_what_the_table_says(visitor: Visitor, admin) -> None:
    assert len(RATES) >= 7
    for kinds, said, rate in RATES:
        admin("delete from public_facts.market_rate")
        for one in filter(None, said.split(", ")):
            kind, _, per_cent = one.partition(" ")
            admin(
                "insert into public_facts.market_rate values (%s, 'fr', %s, %s)",
                [visitor.shop.a.maison_id, kind, round(float(per_cent) * 100)],
            )
        await visitor.kinds(*kinds_in(kinds))  # type: ignore[arg-type]
        visitor.id = uuid4()
        checkout_id = await visitor.open()
        ((found,),) = admin(
            "select tax_rate_basis_points from orders.checkout_line where checkout_id = %s", [checkout_id]
        )
        assert found == round(float(rate) * 100), (kinds, said)


async def test_nothing_is_handed_over_before_the_age_was_checked(shop: Counter, admin) -> None:
    order_id = await shop.order("BAG-S", "SCARF-U", kinds=["spirits"], age_min=18)
    fulfilment_id = await ready(shop, order_id)
    code = preparations.pickup_code(KEY, fulfilment_id)

    async def hand_over(checked: bool, refused: list[UUID]) -> None:
        await shop.run(
            pickup.hand_over,
            fulfilment_id=fulfilment_id,
            code=code,
            refused_line_ids=refused,
            age_checked=checked,
        )

    with pytest.raises(AgeNotChecked) as refusal:
        await hand_over(False, [])
    assert refusal.value.age == 18
    assert await shop.state(fulfilment_id) == "ready"
    await hand_over(True, [await shop.line(order_id, "SCARF-U")])
    await hand_over(True, [await shop.line(order_id, "SCARF-U")])
    by = shop.people["claire"].staff_id
    assert sorted(admin("select sku, state, age_checked_by from orders.order_line")) == [
        ("BAG-S", "handed_over", by),
        ("SCARF-U", "refused", None),
    ]
    with pytest.raises(errors.CheckViolation, match="age_checked_before_hand_over"):
        admin("update orders.order_line set age_checked_by = null")
    await shop.run(pickup.undo_hand_over, fulfilment_id=fulfilment_id)
    with pytest.raises(AgeNotChecked):
        await hand_over(False, [])
    # Who keeps nothing that is bound need not be looked at.
    await hand_over(False, [await shop.line(order_id, sku) for sku in ("BAG-S", "SCARF-U")])


async def ready(shop: Counter, order_id: UUID) -> UUID:
    fulfilment_id = await shop.fulfilment(order_id)
    await shop.run(preparations.accept, fulfilment_id=fulfilment_id)
    for sku in await shop.lines(order_id):
        await shop.run(preparations.pick, fulfilment_id=fulfilment_id, line_id=await shop.line(order_id, sku))
    await shop.run(preparations.ready, fulfilment_id=fulfilment_id, key=KEY)
    return fulfilment_id


async def bound(shop: Counter, *kinds: laws.Kind) -> None:
    """Every piece of the maison is of these kinds from now on."""

    async def verb(conn: Conn, now: datetime, maison_id: UUID) -> None:
        for family in await families_of(conn, maison_id=maison_id):
            await set_family(conn, maison_id=maison_id, family=family.family, kinds=list(kinds), now=now)

    await shop.job(verb)


async def test_the_till_asks_for_the_check(shop: Counter, db: Db, admin) -> None:
    await bound(shop, "wine")
    till = Till(shop, LocalTerminal(db))
    await till.open()
    sale_id = await till.sale("BAG-S")
    total = admin("select total_minor from orders.sale")[0][0]
    await till.cash(sale_id, total)

    async def settle(checked: bool) -> UUID:
        return await shop.run(
            settling.settle, sale_id=sale_id, language="en", mail="", key=KEY, age_checked=checked
        )

    with pytest.raises(AgeNotChecked):
        await settle(False)
    order_id = await settle(True)
    assert await settle(False) == order_id
    by = shop.people["claire"].staff_id
    assert admin("select age_min, age_confirmed from orders.order") == [(18, 18)]
    assert admin("select state, age_min, age_checked_by from orders.order_line") == [("handed_over", 18, by)]


async def test_what_was_opened_is_never_sold_again(shop: Counter, admin) -> None:
    order_id = await sold(shop, "BAG-S", "BAG-M", "SCARF-U", kinds=["perfume"])
    with pytest.raises(NotJudged):
        await back(shop, order_id, "BAG-S")
    for disposition in ("sellable", "display", "quality_control", "at_atelier"):
        with pytest.raises(OpenedStays):
            await back(shop, order_id, "BAG-S", disposition=disposition, opened=True)
    # Within the days of the law a worn one is taken back; an opened one need not be.
    with pytest.raises(LawTakesItBack):
        await back(shop, order_id, "BAG-S", disposition=None, reason="worn", opened=True)
    await back(shop, order_id, "BAG-S", disposition=None, reason="opened", opened=True)
    before = await shop.position("rivoli", "BAG-M")
    await back(shop, order_id, "BAG-M", disposition="damaged", opened=True)
    on_hand, allocated, unavailable = before
    assert await shop.position("rivoli", "BAG-M") == (on_hand + 1, allocated, unavailable + 1)
    await back(shop, order_id, "SCARF-U", opened=False)
    assert sorted(admin("select disposition, reason, opened from orders.return_line"), key=str) == sorted(
        [(None, "opened", True), ("damaged", None, True), ("sellable", None, False)], key=str
    )
    with pytest.raises(errors.CheckViolation, match="opened_is_never_sold_again"):
        admin("update orders.return_line set disposition = 'sellable' where disposition = 'damaged'")
    other = await sold(shop, "BAG-S")
    with pytest.raises(NotJudged):
        await back(shop, other, "BAG-S", disposition=None, reason="opened", opened=True)


async def test_a_line_that_lost_its_place_finds_a_lawful_one(shop: Counter, admin) -> None:
    door = {"line1": "12 rue de la Paix", "postcode": "75002", "city": "Paris", "country": "FR"}
    order_id = await shop.order("BAG-S", method="ship", address=door, kinds=["perfume"])

    async def places(conn: Conn, now: datetime, maison_id: UUID) -> set[str]:
        order = await resourcing.order_of(conn, maison_id=maison_id, order_id=order_id)
        line = resourcing.Lost(uuid4(), shop.variants["BAG-S"], 1, 0, PRICE, [])
        found = await resourcing.places_of(conn, maison_id=maison_id, lost=[line], order=order)
        return {name for name, at in shop.at.items() if at in {place.location_id for place in found}}

    assert "tokyo" in await shop.job(places)
    await bound(shop, "perfume")
    assert await shop.job(places) == {"rivoli", "marais", "passy"}
    await bound(shop, "wine")
    assert "tokyo" in await shop.job(places)


async def test_a_transfer_goes_no_forbidden_way(shop: Counter, admin) -> None:
    await bound(shop, "exotic_skin")

    async def ask(place: str) -> None:
        await shop.run(
            transfers.ask,
            transfer_id=uuid4(),
            from_location_id=shop.at["rivoli"],
            to_location_id=shop.at[place],
            wanted=[Pieces(shop.variants["BAG-S"], 1)],
            reason="replenishment",
        )

    with pytest.raises(NotThisWay, match="Arcade"):
        await ask("tokyo")
    await ask("marais")


def test_what_a_parcel_requires() -> None:
    def line(
        total: int, *, ground: bool = False, insured_from: int | None = None, age_min: int | None = None
    ) -> Bound:
        return Bound(total, "EUR", ground, insured_from, age_min)

    assert required([]) == required([line(90_000)]) == Requirements()
    assert required([line(20_000, age_min=16), line(20_000, age_min=18)]).adult_signature == 18
    assert required([line(20_000, ground=True), line(20_000)]).ground_only
    assert required([line(49_999, insured_from=500), line(90_000)]).insured is None
    assert required([line(50_000, insured_from=500), line(1)]).insured == Money(50_001, "EUR")
    assert required([line(25_000, insured_from=500), line(25_000, insured_from=900)]).insured == Money(
        50_000, "EUR"
    )
    assert required([line(30_000, insured_from=500), line(30_000, insured_from=200)]).insured == Money(
        60_000, "EUR"
    )


async def test_a_fulfilment_says_its_requirements(shop: Counter) -> None:
    door = {"line1": "12 rue de la Paix", "postcode": "75002", "city": "Paris", "country": "FR"}
    order_id = await shop.order("BAG-S", method="ship", address=door, kinds=["perfume", "watch"], age_min=18)
    fulfilment_id = await shop.fulfilment(order_id)

    async def asked(conn: Conn, now: datetime, maison_id: UUID) -> Requirements:
        return await requirements.of_fulfilment(conn, maison_id=maison_id, fulfilment_id=fulfilment_id)

    assert await shop.job(asked) == Requirements(True, Money(PRICE, "EUR"), 18)
    plain = await shop.order("BAG-M")
    assert (await handed_over(shop, plain)) is not None
