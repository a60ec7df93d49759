"""A maison's orders: its own, page by page, each role as much as it needs."""

from datetime import datetime
from uuid import uuid4

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from tests.shop import Shop
from tests.web.api.conftest import Api, fields
from tests.web.api.test_checkouts import opened, paid


async def placed(api: Api, shop: Shop, *skus: str, number: int = 1) -> None:
    for _ in range(number):
        visitor = api.as_visitor()
        at = f"/checkouts/{await opened(visitor, shop, *skus)}/completion?store=arcade"
        assert (await visitor("POST", at, json=paid())).json()["outcome"] == "placed"


async def test_a_maison_reads_its_own_orders_and_no_other(
    api: Api, db: Db, shop: Shop, now: datetime
) -> None:
    await placed(api, shop, "alba-bag", "borea-bag")
    manager = {
        slug: await api.as_staff(db, house, "maison_manager", now)
        for slug, house in (("alba", shop.a), ("borea", shop.b))
    }
    own = {slug: (await caller("GET", "/orders")).json()["orders"] for slug, caller in manager.items()}
    assert [len(orders) for orders in own.values()] == [1, 1]
    assert own["alba"][0]["id"] != own["borea"][0]["id"]
    assert (await manager["alba"]("GET", f"/orders/{own['borea'][0]['id']}")).status_code == 404
    answer = await manager["alba"]("GET", f"/orders/{own['alba'][0]['id']}")
    order = answer.json()
    assert (order["contact"]["mail"], order["lines"][0]["sku"]) == ("camille@client.example", "alba-bag")
    assert [(one["location"], one["state"]) for one in order["fulfilments"]] == [("alba-1", "asked")]
    assert "Camille" not in (await manager["alba"]("GET", "/orders")).text
    same = await manager["alba"](
        "GET", f"/orders/{order['id']}", headers={"if-none-match": answer.headers["etag"]}
    )
    assert same.status_code == 304


async def test_a_boutique_manager_sees_what_their_boutique_prepares(
    api: Api, db: Db, shop: Shop, now: datetime
) -> None:
    await placed(api, shop, "alba-bag")
    manager = await api.as_staff(db, shop.a, "boutique_manager", now)
    (order,) = (await manager("GET", "/orders")).json()["orders"]
    whole = (await manager("GET", f"/orders/{order['id']}")).json()
    assert whole["contact"] == {
        "name": "Camille Aubry",
        "collector_name": "",
        "gift_words": None,
        "mail": None,
        "phone": None,
        "address": None,
    }
    async with db.acting(manager_actor(shop), shop.a.maison_id) as conn:
        await conn.execute("update orders.fulfilment set location_id = %s", [shop.a.places["alba-2"]])
    assert (await manager("GET", "/orders")).json()["orders"] == []
    assert (await manager("GET", f"/orders/{order['id']}")).status_code == 404


def manager_actor(shop: Shop) -> Actor:
    return Actor.staff(shop.a.staff["maison_manager"])


async def test_orders_come_in_pages_the_latest_first(api: Api, db: Db, shop: Shop, now: datetime) -> None:
    await placed(api, shop, "alba-bag", number=3)
    manager = await api.as_staff(db, shop.a, "maison_manager", now)
    seen, after = [], ""
    while True:
        page = (await manager("GET", f"/orders?limit=1&after={after}")).json()
        seen += page["orders"]
        if not (after := page["next"] or ""):
            break
    times = [order["placed_at"] for order in seen]
    assert len({order["id"] for order in seen}) == 3 and times == sorted(times, reverse=True)
    assert (await manager("GET", "/orders?state=cancelled")).json()["orders"] == []
    assert len((await manager("GET", "/orders?state=placed")).json()["orders"]) == 3
    for query, field in (("state=lost", "state"), ("after=x", "after"), ("limit=1000", "limit")):
        assert fields(await manager("GET", f"/orders?{query}")) == {field}
    assert (await manager("GET", f"/orders/{uuid4()}")).status_code == 404


async def test_roles_without_orders_are_refused(api: Api, db: Db, shop: Shop, now: datetime) -> None:
    assert (await api("GET", "/orders")).status_code == 401
    assert (await (await api.as_staff(db, shop.a, "advisor", now))("GET", "/orders")).status_code == 403
