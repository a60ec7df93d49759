"""A proposal on its client's phone: opened by its link, in the maison's look, paid at the checkout everybody pays at."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db
from enfilade.base.ids import new_id
from enfilade.base.settings import Settings
from enfilade.orders import proposals
from enfilade.orders.proposals import Proposed
from enfilade.staff import people
from enfilade.staff.sign_in import open_session
from tests.shop import Shop, count
from tests.web.storefront.visiting import Visitor

FORM = {"name": "Camille Aubry", "mail": "camille@client.example", "payment_method": "card"}


async def made(
    db: Db, settings: Settings, shop: Shop, sku: str = "alba-bag", **given: Any
) -> tuple[UUID, str]:
    """A proposal of Alba's advisor, and its link's secret."""
    house, now = shop.a, datetime.now(UTC)
    proposal_id = new_id(now)
    asked: dict[str, Any] = {
        "pieces": [Proposed(house.variants[sku], 1)],
        "collect_at": house.places["alba-1"],
        "language": "en",
        "words": "For Saturday <evening>",
        "mail": "",
        "expires_at": now + timedelta(hours=48),
    }

    async def verb(conn: Conn) -> None:
        by = await people.colleague(conn, maison_id=house.maison_id, staff_id=house.staff["advisor"])
        await proposals.make(
            conn,
            maison_id=house.maison_id,
            proposal_id=proposal_id,
            by=by,
            location_id=house.places["alba-1"],
            key=settings.key,
            now=now,
            **(asked | given),
        )

    await db.run(Actor.staff(house.staff["advisor"]), house.maison_id, verb)
    return proposal_id, proposals.link_secret(settings.key, proposal_id)


async def test_from_the_link_to_the_order(
    visitor: Visitor, shop: Shop, db: Db, settings: Settings, admin
) -> None:
    """On a host of another store: the maison's own has none."""
    proposal_id, secret = await made(db, settings, shop)
    phone, laptop = await visitor(), await visitor()
    at = f"/en/proposals/{secret}"
    page = await phone.get(at)
    assert page.response.status_code == 200 and page.statements <= 8
    assert page.response.headers["referrer-policy"] == "no-referrer"
    for said in (
        "advisor.alba at Paris has put",
        "For Saturday &lt;evening&gt;",
        "The bag",
        "€1,200",
        "Collect at Paris",
    ):
        assert said in page.text, said
    assert "noindex" in page.text and "maisons/alba" in page.text
    assert admin("select opened_at is not null from orders.proposal") == [(True,)]
    assert "sac" in (await phone.get(f"/fr/proposals/{secret}")).text
    held = await phone.post(f"{at}/checkout", key="one key of this form")
    assert held.status_code == 303, held.text
    checkout = held.headers["location"]
    shown = await phone.get(checkout)
    assert (
        "Your order" in shown.text
        and f"/en/proposals/{secret}" in shown.text
        and "maisons/alba" in shown.text
    )
    # It is the phone's checkout and nobody else's; the page leads back to it.
    assert (await laptop.get(checkout)).response.status_code == 404
    assert f'href="{checkout}"' in (await phone.get(at)).text
    assert f'href="{checkout}"' not in (await laptop.get(at)).text

    refused = await phone.post(checkout, **FORM, card_token="tok_refused", key="first try of this")
    assert refused.status_code == 402
    waiting = await phone.post(checkout, **FORM, card_token="tok_second_step", key="second try of this")
    assert "being paid on another device" in (await laptop.get(at)).text
    taken = await laptop.post(f"{at}/checkout", key="another key of a form")
    assert taken.status_code == 409 and "being paid on another device" in taken.text
    await laptop.client.post(
        waiting.headers["location"].removeprefix(settings.base_url), data={"decision": "approve"}
    )
    back = await phone.get(f"{checkout}/return")
    assert back.response.status_code == 303
    order = (await phone.get(checkout)).response.headers["location"]
    assert "Camille Aubry" in (await phone.get(order)).text
    assert "You have paid" in (await phone.get(at)).text
    other = (await laptop.get(at)).text
    assert "This has been paid" in other and "Camille" not in other and order not in other
    assert (await laptop.post(f"{at}/checkout", key="one more key of it")).status_code == 409
    assert admin("select proposal_id, channel from orders.order") == [(proposal_id, "pay_by_link")]

    async with db.acting(Actor.staff(shop.a.staff["maison_manager"]), shop.a.maison_id) as conn:
        token = await open_session(
            conn, maison_id=shop.a.maison_id, staff_id=shop.a.staff["maison_manager"], now=datetime.now(UTC)
        )
    ((order_id,),) = admin("select id from orders.order")
    studio = await phone.get(f"/studio/orders/{order_id}", cookie=f"staff={token}")
    assert "Sold by advisor.alba, Paris, by a link" in studio.text


async def test_the_page_says_what_cannot_be_paid(
    visitor: Visitor, shop: Shop, db: Db, settings: Settings, admin
) -> None:
    house, now = shop.a, datetime.now(UTC)
    phone, laptop = await visitor(), await visitor()
    assert (await phone.get("/en/proposals/no-such-secret")).response.status_code == 404
    assert (await phone.get(f"/en/orders/{(await made(db, settings, shop))[1]}")).response.status_code == 404

    # The last piece: held by one phone it goes along to the other, and gone it is said before and after the step.
    await count(db, house, "alba-1", "alba-ring-52", 1, now)
    _, one = await made(db, settings, shop, "alba-ring-52")
    _, other = await made(db, settings, shop, "alba-ring-52")
    first = await phone.post(f"/en/proposals/{one}/checkout", key="a key of the first")
    assert first.status_code == 303
    assert "Go on to the payment" in (await laptop.get(f"/en/proposals/{one}")).text
    second = await laptop.post(f"/en/proposals/{one}/checkout", key="a key of the second")
    assert second.status_code == 303
    ended = await phone.get(first.headers["location"])
    assert "With one step the pieces are held for you again" in ended.text
    assert f"/en/proposals/{one}" in ended.text and "basket is still" not in ended.text
    gone = await phone.get(f"/en/proposals/{other}")
    assert "gone to somebody else" in gone.text and "Go on to the payment" not in gone.text
    refused = await phone.post(f"/en/proposals/{other}/checkout", key="a key of the third")
    assert refused.status_code == 409 and "has just been taken" in refused.text

    ended_id, secret = await made(db, settings, shop, collect_at=None)
    assert "Delivered to your door" in (await phone.get(f"/en/proposals/{secret}")).text
    late = await phone.post(f"/en/proposals/{secret}/checkout", key="a key of the last")
    admin("update orders.proposal set withdrawn_at = now() where id = %s", [ended_id])
    address = {"line1": "1 rue X", "postcode": "75001", "city": "Paris", "country": "FR"}
    till = await phone.post(
        late.headers["location"], **FORM, **address, card_token="tok_ok", key="pay it now"
    )
    assert (till.status_code, till.headers["location"]) == (303, f"/en/proposals/{secret}")
    assert "no longer open" in (await phone.get(f"/en/proposals/{secret}")).text
    assert admin("select count(*) from payments.payment") == [(0,)]
    lapsed_id, secret = await made(db, settings, shop)
    admin(
        "update orders.proposal set made_at = made_at - interval '3 days', expires_at = now() where id = %s",
        [lapsed_id],
    )
    assert "This offer has ended" in (await laptop.get(f"/en/proposals/{secret}")).text
    for language in ("fr", "nl", "zh"):
        text = (await laptop.get(f"/{language}/proposals/{secret}")).text
        assert "This offer" not in text and re.search(rf'lang="{language}', text)


async def test_one_link_opens_so_many_checkouts(
    visitor: Visitor, shop: Shop, db: Db, settings: Settings
) -> None:
    _, secret = await made(db, settings, shop)
    phone = await visitor()
    codes = [
        (await phone.post(f"/en/proposals/{secret}/checkout", key=f"key number {number}")).status_code
        for number in range(21)
    ]
    assert codes == [303] * 20 + [429]
