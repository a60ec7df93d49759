"""A piece made to order from the studio's form to the client's page and the bench, by plain forms."""

import re
from datetime import UTC, datetime

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db
from enfilade.base.ids import new_id
from enfilade.boutiques import workshops
from enfilade.boutiques.workshops import Workshop
from tests.shop import count
from tests.web.storefront.test_checkout import Look, key_of, open_checkout, pay, staff_session
from tests.web.storefront.visiting import Visit

PAGE = "/en/products/alba-bag"
DOOR = {"line1": "12 rue de la Paix", "postcode": "75002", "city": "Paris", "country": "FR"}


async def test_it_goes_from_the_form_of_the_maison_to_the_bench(visit: Visit, db: Db, admin: Look) -> None:
    house, now = visit.shop.a, datetime.now(UTC)
    workshop_id = new_id(now)
    for place in house.places:
        await count(db, house, place, "alba-bag", 0, now)

    async def verb(conn: Conn) -> None:
        await workshops.set_workshop(
            conn,
            maison_id=house.maison_id,
            workshop=Workshop(workshop_id, "Atelier", house.places["alba-1"], "UTC", 2, 1, 0, False, False),
            now=now,
        )

    await db.run(Actor.importer(), house.maison_id, verb)
    await visit.post("/en/market", market="fr", next="/en/")
    assert "Not to be had today." in (await visit.get(PAGE)).text
    visit.client.cookies.set("staff", await staff_session(db, visit.shop, "maison_manager"))
    wanted = {"workshop": str(workshop_id), "lead_days": "8", "takes": "1"}
    for piece, status in (("nothing", 400), ("alba-bag", 303)):
        key = key_of((await visit.get("/studio/making")).text)
        sent = await visit.post("/studio/making", key=key, piece=piece, **wanted)
        assert sent.status_code == status, sent.text
    assert "Atelier" in (await visit.get("/studio/making")).text
    del visit.client.cookies["staff"]

    page = (await visit.get(PAGE)).text
    assert "Made to order: with you about" in page and "It is paid when you order it." in page
    assert "schema.org/MadeToOrder" in page and "deliveryLeadTime" in page
    found = re.search(r'name="variant_id" value="([0-9a-f-]+)"', page)
    assert found
    assert (await visit.post("/en/basket", variant_id=found[1])).status_code == 303
    basket = (await visit.get("/en/basket")).text
    assert "Made to order: with you about" in basket and "is paid now" in basket
    assert "You may cancel it until it leaves us" in basket and 'value="reserve"' not in basket
    assert "We make it: ready there about" in basket
    at = await open_checkout(visit, "ship")
    assert "Made to order: finished about" in (await visit.get(at)).text
    await pay(visit, at, **DOOR)
    mine = (await visit.get(at)).response.headers["location"]
    assert "We make it for you: it is finished about" in (await visit.get(mine)).text

    ((line_id,),) = admin("select id from orders.order_line")
    visit.client.cookies.set("staff", await staff_session(db, visit.shop, "advisor"))
    assert "To make: 1" in (await visit.get("/boutique/")).text
    for step, said in (("end", 409), ("beginning", 303), ("end", 303)):
        done = await visit.post(f"/boutique/making/{line_id}/{step}", key=f"making-{step}-{said}")
        assert done.status_code == said, done.text
    assert "Nothing to make just now" in (await visit.get("/boutique/making")).text
    assert "has your order and prepares it" in (await visit.get(mine)).text
