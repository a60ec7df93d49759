"""What an advisor meets of the law: an age to check before anything leaves, a parcel's requirements, an opened bottle."""

from typing import Any

from enfilade.base.actors import Actor
from enfilade.base.db import Conn
from enfilade.catalogue.kinds import families_of, set_family
from enfilade.orders.preparations import pickup_code
from tests.orders.counter import PRICE
from tests.web.boutique.conftest import App
from tests.web.boutique.test_boutique import ready
from tests.web.boutique.test_returns import sold
from tests.web.boutique.test_till import begun, opened, paid

DOOR = {"line1": "12 rue de la Paix", "postcode": "75002", "city": "Paris", "country": "FR"}


async def test_the_age_is_checked_at_the_hand_over(app: App, admin) -> None:
    _, fulfilment_id = await ready(app, "BAG-S", kinds=["wine"], age_min=18)
    code = pickup_code(app.key, fulfilment_id)
    page = (await app.get(f"/pickups?code={code}")).text
    assert "is 18 or older" in page and "from 18 years" in page
    at = f"/pickups/{fulfilment_id}/hand-over"
    refused = await app.post(at, code=code)
    assert refused.status_code == 409
    assert "Check first that the client is at least 18 years old" in refused.text
    assert "Hand over" in refused.text, "the code need not be read again"
    assert (await app.post(at, code=code, age_checked="yes")).status_code == 303
    assert admin("select state, age_checked_by from orders.order_line") == [
        ("handed_over", app.shop.people["claire"].staff_id)
    ]
    _, plain = await ready(app, "BAG-S")
    assert "or older" not in (await app.get(f"/pickups?code={pickup_code(app.key, plain)}")).text


async def test_the_age_is_checked_at_the_till(app: App, admin) -> None:
    shop = app.shop

    async def bound(conn: Conn) -> None:
        for family in await families_of(conn, maison_id=shop.maison_id):
            await set_family(
                conn, maison_id=shop.maison_id, family=family.family, kinds=["spirits"], now=shop.now
            )

    await shop.db.run(Actor.importer(), shop.maison_id, bound)
    await opened(app)
    at = await begun(app, "BAG-S")
    assert "from 18 years" in (await app.get(at)).text
    await paid(app, f"{at}/cash", given=f"{PRICE // 100}")
    assert "I have checked that the client is 18 or older" in (await app.get(at)).text
    refused = await app.post(f"{at}/settlement", mail="", language="en")
    assert refused.status_code == 409 and "at least 18 years old" in refused.text
    await paid(app, f"{at}/settlement", mail="", language="en", age_checked="yes")
    assert admin("select state, age_min, age_checked_by is not null from orders.order_line") == [
        ("handed_over", 18, True)
    ]


async def test_who_packs_reads_what_the_parcel_requires(app: App) -> None:
    shop = app.shop
    order_id = await shop.order("BAG-S", method="ship", address=DOOR, kinds=["perfume", "watch"], age_min=18)
    at = f"/preparations/{await shop.fulfilment(order_id)}"
    await app.post(f"{at}/acceptance")
    await app.post(f"{at}/picks", line=str(await shop.line(order_id, "BAG-S")))
    page = (await app.get(at)).text
    assert "By ground only: no air freight." in page and "signature of somebody of 18 or older" in page
    assert "Insured for €2,450" in page


async def test_an_opened_one_is_said_and_not_sold_again(app: App, admin) -> None:
    order_id = await sold(app, "BAG-S", "SCARF-U", kinds=["cosmetics"])  # type: ignore[arg-type]
    bag, scarf = [await app.shop.line(order_id, sku) for sku in ("BAG-S", "SCARF-U")]
    at = f"/returns/{order_id}"
    assert "Was it opened?" in (await app.get(at)).text
    fields: dict[str, Any] = {"place": str(app.shop.at["rivoli"]), f"piece-{bag}-0": "sellable"}
    assert "say whether it was opened" in (await app.post(at, **fields)).text
    opened_one: dict[str, Any] = fields | {f"opened-{bag}-0": "yes"}
    refused = await app.post(at, **opened_one)
    assert refused.status_code == 409 and "opened, it may not be sold again" in refused.text
    done: dict[str, Any] = {
        f"piece-{bag}-0": "no:opened",
        f"piece-{scarf}-0": "sellable",
        f"opened-{scarf}-0": "no",
    }
    assert (await app.post(at, **(fields | done))).status_code == 303
    assert sorted(admin("select disposition, reason, opened from orders.return_line"), key=str) == [
        ("sellable", None, False),
        (None, "opened", True),
    ]
    plain = await sold(app, "BAG-M")
    assert "Was it opened?" not in (await app.get(f"/returns/{plain}")).text
