"""From the page of a piece that lies in Lyon to the counter in Paris, by the pages people see, without script."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db
from enfilade.base.ids import new_id
from enfilade.base.settings import Settings
from enfilade.maisons import policies
from enfilade.orders import bringing, confirmation, verify
from enfilade.orders.preparations import pickup_code
from enfilade.staff import sign_in
from tests.shop import House, count
from tests.web.storefront.test_checkout import into_basket, key_of, pay
from tests.web.storefront.visiting import Visit

Look = Callable[..., list[tuple[Any, ...]]]


async def bring(db: Db, house: House, days: int | None, *, reserve_brought: bool = False) -> None:
    """The maison brings pieces, and has no bag in Paris."""
    now = datetime.now(UTC)

    async def verb(conn: Conn) -> None:
        policy = replace(policies.Policy(), ship_to_store_days=days, reserve_brought=reserve_brought)
        await policies.set_policy(conn, maison_id=house.maison_id, policy=policy, now=now)

    await db.run(Actor.importer(), house.maison_id, verb)
    await count(db, house, "alba-1", "alba-bag", 0, now)


class Staff:
    """A member of staff at the boutique app, with the cookie of a session."""

    def __init__(self, visit: Visit, db: Db, role: str) -> None:
        self.visit, self.db, self.role = visit, db, role

    async def cookie(self) -> dict[str, str]:
        house = self.visit.shop.a
        async with self.db.acting(Actor.staff(house.staff[self.role]), house.maison_id) as conn:
            token = await sign_in.open_session(
                conn, maison_id=house.maison_id, staff_id=house.staff[self.role], now=datetime.now(UTC)
            )
        return {"cookie": f"staff={token}"}

    async def get(self, path: str) -> str:
        answer = await self.visit.client.get(f"/boutique{path}", headers=await self.cookie())
        assert answer.status_code == 200, answer.text
        return answer.text

    async def post(self, path: str, **fields: Any) -> None:
        fields.setdefault("key", str(new_id(datetime.now(UTC))))
        answer = await self.visit.client.post(f"/boutique{path}", headers=await self.cookie(), data=fields)
        assert answer.status_code == 303, answer.text


@pytest.mark.parametrize("language", ["en", "fr", "nl", "zh"])
async def test_the_page_says_from_when(visit: Visit, db: Db, language: str) -> None:
    """One statement more, and only where the maison brings pieces and none is near."""
    await bring(db, visit.shop.a, None)
    await visit.post("/en/market", market="fr", next="/en/")
    slug = "alba-bag"
    await visit.get(f"/{language}/products/{slug}?place=paris")  # The process learns its places.
    without = await visit.get(f"/{language}/products/{slug}?place=paris")
    await bring(db, visit.shop.a, 2)
    page = await visit.get(f"/{language}/products/{slug}?place=paris")
    assert page.statements == without.statements + 1
    said = {
        "en": "We can bring it to Paris, for you from",
        "fr": "Nous pouvons la faire venir à Paris, pour vous dès",
        "nl": "Wij kunnen het naar Paris brengen, voor u vanaf",
        "zh": "我们可为您调至Paris",
    }[language]
    assert said in page.text.replace("\xa0", " ")
    assert said not in without.text.replace("\xa0", " ")


async def test_from_the_page_to_the_counter(visit: Visit, db: Db, admin: Look, settings: Settings) -> None:
    house = visit.shop.a
    await bring(db, house, 2)
    await into_basket(visit, "alba-bag")
    basket = (await visit.get("/en/basket")).text
    assert "We bring it there: ready" in basket
    (value,) = re.findall(
        rf'name="collect-{house.maison_id}" value="(brought:{house.places["alba-1"]})"', basket
    )
    answer = await visit.post(
        "/en/checkout", method="collect", key=key_of(basket), **{f"collect-{house.maison_id}": value}
    )
    assert answer.status_code == 303, answer.text
    at = answer.headers["location"]
    assert "We bring it there: ready about" in (await visit.get(at)).text, "said before anything is paid"
    assert (await pay(visit, at)).status_code == 303
    order_at = (await visit.get(at)).response.headers["location"]
    order = (await visit.get(order_at)).text
    assert "It is on its way to Paris, ready for you about" in order
    ((work, transfer_id, origin),) = admin(
        """select f.id, t.id, t.from_location_id from orders.fulfilment f
        join orders.order_line l on l.fulfilment_id = f.id join stock.transfer t on t.id = l.transfer_id"""
    )
    async with db.acting(Actor.job(), house.maison_id) as conn:
        ((order_id,),) = admin("select id from orders.order")
        found = await confirmation.read(conn, maison_id=house.maison_id, order_id=order_id)
    assert found is not None
    letter = confirmation.letter(*found, key=settings.key, base_url=settings.base_url)
    assert "We are bringing your order to Paris" in letter.text
    advisor, manager = Staff(visit, db, "advisor"), Staff(visit, db, "maison_manager")
    tasks = await advisor.get("/")
    assert "Coming for a client" in tasks and "Brought from another place" in tasks
    assert "There is nothing to do yet" in await advisor.get(f"/preparations/{work}")
    assert "For a client" in await manager.get(f"/transfers/{transfer_id}")
    bag = house.variants["alba-bag"]
    await manager.post(f"/transfers/{transfer_id}/packing", left="yes", **{f"packed-{bag}": "1"})
    await followed(db, house, transfer_id)
    await advisor.post(
        f"/transfers/{transfer_id}/receipts",
        here=str(bag),
        **{f"count-{bag}": "1", f"damaged-{bag}": "0"},
    )
    await followed(db, house, transfer_id)
    assert "To prepare" in await advisor.get("/")
    await advisor.post(f"/preparations/{work}/acceptance")
    ((line_id,),) = admin("select id from orders.order_line")
    await advisor.post(f"/preparations/{work}/picks", line=str(line_id))
    await advisor.post(f"/preparations/{work}/readiness")
    order = (await visit.get(order_at)).text
    assert "Ready for you at Paris" in order
    await advisor.post(f"/pickups/{work}/hand-over", code=pickup_code(settings.key, work), kept=str(line_id))
    assert admin("select state from orders.order_line") == [("handed_over",)]
    assert "It left for Paris." in (await visit.get(order_at)).text
    assert origin in (house.places["alba-2"], house.places["alba-wh"])
    assert await verify.verify(db, maison_id=house.maison_id) == []


async def followed(db: Db, house: House, transfer_id: UUID) -> None:
    """What the worker does when it hears of the transfer."""
    now = datetime.now(UTC)

    async def hear(conn: Conn) -> None:
        await bringing.underway(conn, maison_id=house.maison_id, transfer_id=transfer_id, now=now)
        await bringing.follow(conn, maison_id=house.maison_id, transfer_id=transfer_id, now=now)

    await db.run(Actor.job(), house.maison_id, hear)


async def test_an_advisor_proposes_what_is_brought_and_its_client_pays(
    visit: Visit, db: Db, admin: Look
) -> None:
    house = visit.shop.a
    bag, paris = house.variants["alba-bag"], house.places["alba-1"]
    advisor = Staff(visit, db, "advisor")
    await bring(db, house, None)
    assert "Brought here" not in await advisor.get(f"/selling/new?piece={bag}")
    await bring(db, house, 2)
    composing = await advisor.get(f"/selling/new?piece={bag}")
    assert f'value="brought:{paris}"' in composing and "Brought here, to Paris, ready" in composing
    await advisor.post(
        "/selling", at=str(paris), piece=str(bag), way=f"brought:{paris}", hours="48", language="en"
    )
    ((proposal_id,),) = admin("select id from orders.proposal where brought")
    page = await advisor.get(f"/selling/{proposal_id}")
    assert "collects at Paris, brought there" in page
    link = re.search(r'value="http[^"]+(/en/proposals/[\w-]{22})"', page)
    assert link
    seen = await visit.get(link[1])
    assert "We bring it there: ready" in seen.text and "gone to somebody else" not in seen.text
    assert seen.statements <= 10
    # Nothing is brought any more: the page says so, and nothing is held; then it is again.
    await bring(db, house, None)
    assert "gone to somebody else" in (await visit.get(link[1])).text
    refused = await visit.post(f"{link[1]}/checkout", key="the first key of it")
    assert refused.status_code == 409 and admin("select count(*) from stock.hold") == [(0,)]
    await bring(db, house, 2)
    held = await visit.post(f"{link[1]}/checkout", key="the second key of it")
    assert held.status_code == 303, held.text
    at = held.headers["location"]
    assert "We bring it there: ready about" in (await visit.get(at)).text
    assert (await pay(visit, at)).status_code == 303
    assert admin(
        """select o.channel, f.state, f.location_id, t.state from orders.order o
        join orders.fulfilment f on f.order_id = o.id join orders.order_line l on l.order_id = o.id
        join stock.transfer t on t.id = l.transfer_id"""
    ) == [("endless_aisle", "awaited", paris, "asked")]
    assert await verify.verify(db, maison_id=house.maison_id) == []


async def test_a_reservation_that_is_brought_is_said_on_every_page(
    visit: Visit, db: Db, admin: Look, settings: Settings
) -> None:
    house = visit.shop.a
    await bring(db, house, 2)
    await into_basket(visit, "alba-bag")
    field = f'name="reserve-{house.maison_id}" value="brought:'
    assert field not in (await visit.get("/en/basket")).text, "off by default"
    await bring(db, house, 2, reserve_brought=True)
    basket = (await visit.get("/en/basket")).text
    assert field in basket
    answer = await visit.post(
        "/en/checkout",
        method="reserve",
        key=key_of(basket),
        **{f"reserve-{house.maison_id}": f"brought:{house.places['alba-1']}"},
    )
    assert answer.status_code == 303, answer.text
    at = answer.headers["location"]
    shown = (await visit.get(at)).text
    assert "We bring it there: ready about" in shown and "Your reservation" in shown
    reserved = await visit.post(
        at, name="Camille Aubry", mail="camille@client.example", key="reserve it now please"
    )
    assert reserved.status_code == 303, reserved.text
    order = (await visit.get((await visit.get(at)).response.headers["location"])).text
    for said in ("Reservation", "On its way to the boutique", "In your hands", "ready for you about"):
        assert said in order, said
    ((order_id,),) = admin("select id from orders.order")
    async with db.acting(Actor.job(), house.maison_id) as conn:
        found = await confirmation.read(conn, maison_id=house.maison_id, order_id=order_id)
    assert found is not None
    letter = confirmation.letter(*found, key=settings.key, base_url=settings.base_url)
    assert "We are bringing these pieces to Paris" in letter.text
    assert await verify.verify(db, maison_id=house.maison_id) == []
