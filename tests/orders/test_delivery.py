"""What delivery costs: reckoned, chosen at the checkout, charged with the first parcel, given back as the law says."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg import errors

from enfilade.base.actors import Actor
from enfilade.base.db import Db, execute
from enfilade.base.money import Money
from enfilade.carriers import services, terms
from enfilade.carriers.carrier import CarrierSilent, Parcel, Rate
from enfilade.carriers.local_carrier import LocalCarrier
from enfilade.carriers.services import Service, Step
from enfilade.carriers.terms import Offered, Terms
from enfilade.orders import cancellation, delivery, delivery_rates, pickup, preparations, receiving
from enfilade.orders import verify as promises
from enfilade.orders.checkout import Checkouts, NoSuchService
from enfilade.orders.delivery import Offer, Offers
from enfilade.orders.placing import Priced
from enfilade.orders.receiving import Brought
from enfilade.payments.local_provider import LocalProvider
from tests.orders.counter import PRICE, Counter
from tests.orders.test_books import provider_does, wrong
from tests.orders.test_checkout import CONTACT
from tests.orders.test_checkout import Counter as Visit
from tests.shop import DOOR, Shop, found_shop


class Line(Priced):
    """A line as far as its price goes."""

    def __init__(self, price: int, quantity: int, rate: int, *, included: bool = True) -> None:
        self.unit_price_minor, self.quantity, self.tax_rate_basis_points = price, quantity, rate
        self.prices_include_tax, self.currency = included, "EUR"


def test_its_tax_is_that_of_what_it_accompanies_and_all_parts_add_up() -> None:
    book, bag = Line(4_500, 2, 550), Line(245_000, 1, 2000)
    # 45.00 twice at 5.5 % and 2,450.00 at 20 %: of 25.00, 24.11 go with the bag and 0.89 with the books.
    assert [
        (part.tax_rate_basis_points, part.total_minor, part.tax_minor)
        for part in delivery.parts(2500, [book, bag])
    ] == [
        (2000, 2411, 402),
        (550, 89, 5),
    ]
    on_top = [Line(10_000, 1, 887, included=False)]
    assert [(part.total_minor, part.tax_minor) for part in delivery.parts(1000, on_top)] == [(1089, 89)]
    dice = random.Random(7)
    for _ in range(2000):
        included = dice.random() < 0.6
        lines = [
            Line(
                dice.choice([0, 1, 3, 999, dice.randrange(10**6)]),
                dice.randrange(1, 4),
                dice.choice([0, 550, 1000, 2000]),
                included=included,
            )
            for _ in range(dice.randrange(1, 5))
        ]
        express, standard = dice.randrange(0, 9_000), dice.randrange(0, 9_000)
        of, usual = delivery.parts(express, lines), delivery.parts(standard, lines)
        assert sum(part.total_minor - (0 if included else part.tax_minor) for part in of) == express
        given = {part.tax_rate_basis_points: part for part in delivery.back(of, usual)}
        assert sum(part.total_minor for part in given.values()) == min(
            sum(part.total_minor for part in of), sum(part.total_minor for part in usual)
        )
        for part in of:
            back = given.get(part.tax_rate_basis_points)
            assert back is None or (back.total_minor <= part.total_minor and back.tax_minor <= part.tax_minor)


def test_a_price_is_fixed_free_from_an_amount_or_the_carriers() -> None:
    fixed = Service("fr", "standard", 1200, free_from_minor=100_000)
    assert [fixed.price(goods, 1) for goods in (0, 99_999, 100_000)] == [1200, 1200, 0]
    by_carrier = Service("fr", "express", 2500, by_carrier=True)
    assert by_carrier.price(1, 1) == 2500, "until its carrier has told"
    told = Service("fr", "express", 2500, by_carrier=True, steps=[Step(1, 900), Step(3, 1500)])
    assert [told.price(1, pieces) for pieces in (1, 2, 3, 7)] == [900, 1500, 1500, 1500]


EXPRESS = delivery.reckoned(
    Offers(UUID(int=1), [Offer("standard", 900, 2, 4), Offer("express", 2500, 1, 1)], date(2026, 3, 2)),
    {str(UUID(int=1)): "express"},
    [Line(PRICE, 1, 2000)],
)


async def sound(shop: Counter) -> None:
    await shop.sound()
    assert await promises.verify(shop.db, maison_id=shop.maison_id) == []
    assert await wrong(shop) == []


async def sent(shop: Counter, order_id: UUID, place: str = "rivoli") -> None:
    """What the place has of it leaves, and its money is asked for."""
    work = await shop.fulfilment(order_id, place)
    await shop.run(preparations.accept, fulfilment_id=work)
    for sku, state in (await shop.lines(order_id)).items():
        if state == "sourced":
            await shop.run(preparations.pick, fulfilment_id=work, line_id=await shop.line(order_id, sku))
    await shop.run(preparations.dispatch, fulfilment_id=work, tracking="T-1")
    for _ in range(2):
        await shop.job(pickup.finish_hand_over, fulfilment_id=work)


async def returned(shop: Counter, order_id: UUID, *skus: str) -> None:
    brought = [Brought(await shop.line(order_id, sku), 1, "sellable") for sku in skus]
    await shop.run(receiving.receive, order_id=order_id, location_id=shop.at["rivoli"], brought=brought)


@pytest.mark.parametrize("payment", ["card", "ideal"])
async def test_it_is_charged_with_the_first_parcel_and_the_standard_part_goes_back_with_the_last_piece(
    shop: Counter, payment: str
) -> None:
    assert (EXPRESS.total_minor, EXPRESS.promised_on) == (2500, date(2026, 3, 3))
    order_id = await shop.order(
        "BAG-S", "SCARF-U", method="ship", address=DOOR, payment=payment, delivery=EXPRESS
    )
    await sound(shop)
    await shop.run(
        cancellation.cancel,
        "max",
        order_id=order_id,
        line_ids=[await shop.line(order_id, "SCARF-U")],
        reason="client_wish",
    )
    await sent(shop, order_id)
    await provider_does(shop, payment)
    await sound(shop)
    taken = await shop.look("select captured_minor - refunded_minor from payments.payment")
    assert taken == PRICE + 2500, "whole, though a piece was cancelled"
    shop.now += timedelta(days=3)
    await returned(shop, order_id, "BAG-S")
    await provider_does(shop, payment)
    await sound(shop)
    left = await shop.look("select captured_minor - refunded_minor from payments.payment")
    assert left == 1600, "what express costs more than standard stays"


async def test_a_part_that_comes_back_brings_none_of_it_and_what_comes_late_neither(shop: Counter) -> None:
    order_id = await shop.order("BAG-S", "SCARF-U", method="ship", address=DOOR, delivery=EXPRESS)
    await sent(shop, order_id)
    await provider_does(shop, "card")
    shop.now += timedelta(days=1)
    await returned(shop, order_id, "BAG-S")
    assert (await shop.operations())[-1] == ("refund", PRICE)
    # Thirty days are the maison's; the law gives fourteen.
    shop.now += timedelta(days=25)
    await returned(shop, order_id, "SCARF-U")
    assert (await shop.operations())[-1] == ("refund", PRICE)
    await provider_does(shop, "card")
    await sound(shop)


@pytest.mark.parametrize("payment", ["card", "ideal"])
async def test_nothing_of_it_is_due_where_nothing_left(shop: Counter, payment: str) -> None:
    order_id = await shop.order("BAG-S", method="ship", address=DOOR, payment=payment, delivery=EXPRESS)
    for _ in range(2):
        await shop.run(
            cancellation.cancel,
            "max",
            order_id=order_id,
            line_ids=[await shop.line(order_id, "BAG-S")],
            reason="client_wish",
        )
    asked = await shop.operations()
    expected = [("refund", 2500), ("refund", PRICE)] if payment == "ideal" else [("void", 0)]
    assert sorted(asked) == expected
    await provider_does(shop, payment)
    await sound(shop)


async def test_no_more_goes_back_than_was_paid_and_an_order_has_one(shop: Counter) -> None:
    order_id = await shop.order("BAG-S", method="ship", address=DOOR, delivery=EXPRESS)
    with pytest.raises(errors.CheckViolation, match="never_back_beyond"):
        async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
            await execute(
                conn, "update orders.delivery set back_minor = 2501 where order_id = %(id)s", id=order_id
            )
    async with shop.db.acting(Actor.link(order_id), shop.maison_id) as conn:
        assert await execute(conn, "update orders.delivery set total_minor = 0") == 0


class Silent(LocalCarrier):
    """A carrier that tells its rates, or does not."""

    answers = True

    async def rates(self, *, parcel: Parcel) -> list[Rate]:
        if not self.answers:
            raise CarrierSilent("rates")
        return [Rate("ground", Money(1000 + parcel.grams, "EUR"), 2, 3)]


async def offered(db: Db, shop: Shop, said: list[Service]) -> None:
    for house in (shop.a, shop.b):

        async def verb(conn: Any, house: Any = house) -> None:
            await services.set_services(conn, maison_id=house.maison_id, services=said)
            await terms.set_terms(
                conn,
                maison_id=house.maison_id,
                terms=Terms(500, 100),
                offered=[Offered("fr", "local", "ground"), Offered("fr", "local", "express", "express")],
                by_id=None,
                now=datetime.now(UTC),
            )

        await db.run(Actor.job(), house.maison_id, verb)


async def test_a_carrier_that_does_not_answer_leaves_what_it_said_before(
    db: Db, settings_demo: Any = None
) -> None:
    now = datetime.now(UTC)
    shop = await found_shop(db, now)
    await offered(
        db,
        shop,
        [Service("fr", "standard", 1200, by_carrier=True, margin_basis_points=1000, days_min=2, days_max=3)],
    )
    carrier = Silent.__new__(Silent)

    async def price(pieces: int) -> int:
        async with db.acting(Actor.job(), shop.a.maison_id) as conn:
            (one,) = await services.services_of(conn, maison_id=shop.a.maison_id)
        return one.price(1, pieces)

    carrier.answers = False
    silent = await delivery_rates.ask(
        db, {"local": carrier}, maison_id=shop.a.maison_id, timeout_seconds=1, now=now
    )
    assert (silent, await price(1)) == (1, 1200)
    carrier.answers = True
    await delivery_rates.ask(db, {"local": carrier}, maison_id=shop.a.maison_id, timeout_seconds=1, now=now)
    assert [await price(pieces) for pieces in (1, 2)] == [1760, 2310], "600 and 1100 grams, and a tenth"
    carrier.answers = False
    await delivery_rates.ask(db, {"local": carrier}, maison_id=shop.a.maison_id, timeout_seconds=1, now=now)
    assert await price(1) == 1760


async def test_each_maisons_part_comes_as_was_chosen_and_another_try_pays_what_holds_then(
    db: Db, admin: Any
) -> None:
    now = datetime.now(UTC)
    shop = await found_shop(db, now)
    await offered(
        db,
        shop,
        [
            Service("fr", "standard", 1200, free_from_minor=120_000, days_min=2, days_max=3),
            Service("fr", "express", 3000, days_min=1, days_max=1),
        ],
    )
    provider = LocalProvider(db, "http://shop.example", known_after_seconds=0.3)
    visit = Visit(
        db, shop, now, Checkouts(db, {"local": provider}, b"k" * 32, "http://shop.example", 0.2), provider
    )
    await visit.put(shop.a.variants["alba-bag"])
    await visit.put(shop.b.variants["borea-bag"])
    checkout = await visit.open("ship")
    store, maisons = shop.store, (shop.a.maison_id, shop.b.maison_id)

    async def total() -> int:
        seen = await visit.checkouts.read(store, visit.visitor, checkout)
        assert seen is not None and len(seen.ways) == 4
        return seen.totals[0].minor

    assert await total() == 240_000
    for _ in range(2):
        assert await visit.checkouts.choose_delivery(
            store, visit.visitor, checkout, maison_id=maisons[0], service="express"
        )
    assert await total() == 243_000
    for who, maison, service in (
        (visit.visitor, maisons[0], "by_hand"),
        (uuid4(), maisons[0], "express"),
        (visit.visitor, store.maison_id, "express"),
    ):
        with pytest.raises(NoSuchService):
            await visit.checkouts.choose_delivery(store, who, checkout, maison_id=maison, service=service)
    # The maison's prices change: what was offered holds.
    await offered(db, shop, [Service("fr", "standard", 9900)])
    assert (await visit.pay(checkout, "tok_refused")).kind == "refused"
    assert await visit.checkouts.choose_delivery(
        store, visit.visitor, checkout, maison_id=maisons[1], service="express"
    )
    assert (await visit.pay(checkout)).kind == "placed"
    assert not await visit.checkouts.choose_delivery(
        store, visit.visitor, checkout, maison_id=maisons[1], service="standard"
    )
    assert (
        admin(
            "select o.total_minor, d.total_minor, d.tax_minor, d.back_minor, p.amount_minor from orders.order o "
            "join orders.delivery d on d.order_id = o.id join payments.payment p on p.id = o.payment_id"
        )
        == [(123_000, 3000, 500, 0, 123_000)] * 2
    ), "standard was free, so nothing of it would go back"
    assert CONTACT.address is not None
    for house in (shop.a, shop.b):
        assert await promises.verify(db, maison_id=house.maison_id) == []
