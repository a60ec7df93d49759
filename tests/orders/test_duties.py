"""Duties are known before anybody pays, or it is not sold; they share the money of their line."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.duties import terms
from enfilade.duties.local_tariff import SILENT_CODE, LocalTariff, Rate
from enfilade.duties.quote import DutiesQuote
from enfilade.duties.terms import Code, Market
from enfilade.orders import books, cancellation, pickup, preparations, receiving
from enfilade.orders import verify as promises
from enfilade.orders.checkout import Checkouts, DutiesNotQuoted
from enfilade.orders.placing import Contact
from enfilade.orders.receiving import Brought
from enfilade.payments.local_provider import LocalProvider
from enfilade.staff import people
from tests.orders.test_checkout import Counter as Visit
from tests.shop import Shop, found_shop

NEW_YORK = {"line1": "1 Main Street", "postcode": "10001", "city": "New York", "country": "US"}
NINE = LocalTariff([Rate("US", "420221", "*", 900, 0, "A test: nine per cent")])


async def say(db: Db, shop: Shop, code: str, *, at_door: bool) -> None:
    async def verb(conn: Any) -> None:
        await terms.set_duties(
            conn, maison_id=shop.a.maison_id, markets=[Market("us", at_door)], families=[Code("bag", code)]
        )

    await db.run(Actor.job(), shop.a.maison_id, verb)


def visit(db: Db, shop: Shop, now: datetime, who: DutiesQuote | None) -> Visit:
    provider = LocalProvider(db, "http://shop.example", known_after_seconds=0.3)
    checkouts = Checkouts(
        db, {"local": provider}, b"k" * 32, "http://shop.example", 0.2, duties=who, duties_timeout_seconds=0.2
    )
    return Visit(db, shop, now, checkouts, provider)


async def opened(visit: Visit, *, market: str = "us", quantity: int = 1) -> Any:
    await visit.put(visit.shop.a.variants["alba-bag"], quantity)
    checkout = await visit.open("ship", market=market)
    return await visit.checkouts.read(visit.shop.store, visit.visitor, checkout)


async def pay(visit: Visit, checkout: Any, address: dict[str, str]) -> str:
    done = await visit.checkouts.complete(
        visit.shop.store,
        visit.visitor,
        checkout.id,
        contact=Contact("Camille Aubry", "camille@client.example", "", address, ""),
        payment_method="card",
        card_token="tok_ok",
        key=f"{checkout.id}-{address['country']}",
        now=visit.now,
    )
    return done.kind


async def test_what_customs_ask_is_known_before_it_is_paid_or_it_is_not_sold(db: Db, admin: Any) -> None:
    now = datetime.now(UTC)
    shop = await found_shop(db, now)
    # Nothing was said: sold as ever.
    assert [line.duties for line in (await opened(visit(db, shop, now, NINE))).lines] == [None]
    await say(db, shop, "42022100", at_door=False)
    assert [line.duties for line in (await opened(visit(db, shop, now, NINE), market="fr")).lines] == [None]
    for n, (code, who) in enumerate((("711319", NINE), (SILENT_CODE, NINE), ("42022100", None))):
        await say(db, shop, code, at_door=False)
        with pytest.raises(DutiesNotQuoted) as refusal:
            await opened(visit(db, shop, now, who))
        assert refusal.value.names == ["Le sac"]
        assert admin("select count(*) from orders.checkout where state = 'released'") == [(n + 1,)]
        await say(db, shop, code, at_door=True)
        seen = await opened(visit(db, shop, now, who))
        assert [(line.duties, line.duty_minor) for line in seen.lines] == [("at_door", 0)]
    await say(db, shop, "42022100", at_door=False)
    client = visit(db, shop, now, NINE)
    seen = await opened(client)
    # 1,300 dollars, 8.87 % of sales tax on top, nine per cent of 1,300 for customs.
    assert (seen.lines[0].duties, seen.lines[0].duty_minor, seen.totals[0].minor) == ("paid", 11_700, 153_231)
    with pytest.raises(DutiesNotQuoted):
        await pay(client, seen, NEW_YORK | {"country": "CA"})
    admin("update orders.checkout_line set duties_until = now() - interval '1 hour' where duties = 'paid'")
    with pytest.raises(DutiesNotQuoted):
        await pay(client, seen, NEW_YORK)
    assert admin("select count(*) from payments.payment") == [(0,)], "nothing was asked for"


async def test_they_share_the_money_of_their_line_and_stay_when_it_comes_back(db: Db, admin: Any) -> None:
    now = datetime.now(UTC)
    shop = await found_shop(db, now)
    await say(db, shop, "42022100", at_door=False)
    client = visit(db, shop, now, NINE)
    seen = await opened(client, quantity=3)
    duty = 35_100
    assert (seen.lines[0].duty_minor, await pay(client, seen, NEW_YORK)) == (duty, "placed")
    house = shop.a
    ((order_id, line_id, work, total),) = admin(
        "select o.id, l.id, l.fulfilment_id, o.total_minor from orders.order o join orders.order_line l on l.order_id = o.id"
    )
    assert admin("select amount_minor from payments.payment") == [(total,)]

    async def run(verb: Any, role: str = "maison_manager", **arguments: Any) -> Any:
        staff_id = house.staff[role]

        async def step(conn: Any) -> Any:
            by = await people.colleague(conn, maison_id=house.maison_id, staff_id=staff_id)
            return await verb(conn, maison_id=house.maison_id, by=by, now=now, **arguments)

        return await db.run(Actor.staff(staff_id), house.maison_id, step)

    async def sound() -> None:
        assert await promises.verify(db, maison_id=house.maison_id) == []
        assert await books.verify(db, maison_id=house.maison_id) == []

    await run(
        cancellation.cancel, order_id=order_id, line_ids=[line_id], keep={line_id: 2}, reason="client_wish"
    )
    assert admin("select state, quantity, duty_minor from orders.order_line order by state") == [
        ("cancelled", 1, duty // 3),
        ("sourced", 2, duty - duty // 3),
    ]
    await sound()
    await run(preparations.accept, fulfilment_id=work)
    await run(preparations.pick, fulfilment_id=work, line_id=line_id)
    await run(preparations.dispatch, fulfilment_id=work, tracking="T")
    later = now + timedelta(minutes=1)

    async def finish(conn: Any) -> None:
        await pickup.finish_hand_over(conn, maison_id=house.maison_id, fulfilment_id=work, now=later)

    await db.run(Actor.job(), house.maison_id, finish)
    ((goods,),) = admin("select total_minor from orders.order_line where state = 'dispatched'")
    assert admin("select amount_minor from payments.operation where kind = 'capture'") == [
        (goods + duty - duty // 3,)
    ]
    await sound()
    admin("update payments.operation set state = 'done', ended_at = now() where kind = 'capture'")
    place = house.places["alba-1"]
    await run(
        receiving.receive, order_id=order_id, location_id=place, brought=[Brought(line_id, 2, "sellable")]
    )
    assert admin("select value_minor, refund_minor is not null from orders.return") == [(goods, True)]
