"""A label in the boutique app, its parcel on the client's page, and the carrier's own page and messages between them."""

import re
from datetime import UTC, datetime
from uuid import UUID

import pytest
from httpx import AsyncClient

from enfilade.base.db import Tally, tally
from enfilade.base.ids import new_id
from enfilade.carriers import announcements, making, tracking
from enfilade.carriers.local_carrier import UNKNOWN_ADDRESS, LocalCarrier
from enfilade.orders import cancellation, parcels, preparations, returns
from enfilade.orders.returns import Wish
from tests.orders.counter import Counter
from tests.orders.test_parcels import heard, offer, packed
from tests.web.boutique.conftest import App
from tests.web.boutique.test_cancelling import page_of, store

__all__ = ["store"]


@pytest.fixture
def carrier(shop: Counter) -> LocalCarrier:
    return LocalCarrier(shop.db, "http://store.example")


async def carried_out(shop: Counter, carrier: LocalCarrier) -> UUID:
    """The worker makes the label asked last."""
    label_id = await shop.look("select id from carriers.label order by asked_at desc, id desc limit 1")
    of = {"maison_id": shop.maison_id, "label_id": label_id, "timeout_seconds": 5}
    await making.carry_out(shop.db, {"local": carrier}, **of, now=shop.now)
    return label_id


async def told(app: App, carrier: LocalCarrier, label_id: UUID) -> None:
    """The carrier's message comes twice, and the worker follows it."""
    made = await announcements.message(
        app.shop.db, app.key, label_id, new_id(datetime.now(UTC)), now=datetime.now(UTC)
    )
    assert made is not None
    for _ in range(2):
        answer = await app.client.post(announcements.HOOK, content=made[0], headers=made[1])
        assert answer.status_code == 204
    forged = made[1] | {"webhook-signature": "v1,bm9ib2R5"}
    assert (await app.client.post(announcements.HOOK, content=made[0], headers=forged)).status_code in (
        401,
        403,
    )
    before = len(await heard(app.shop, "ParcelMoved"))
    of = {"maison_id": app.shop.maison_id, "label_id": label_id, "timeout_seconds": 5}
    await tracking.follow(app.shop.db, {"local": carrier}, **of, now=datetime.now(UTC))
    for news in (await heard(app.shop, "ParcelMoved"))[before:]:

        async def verb(conn, *, maison_id: UUID, now: datetime, news=news) -> None:  # type: ignore[no-untyped-def]
            await parcels.moved(conn, news)

        await app.shop.job(verb)


async def test_a_label_from_the_button_to_the_clients_door(
    app: App, store: AsyncClient, carrier: LocalCarrier
) -> None:
    order_id, fulfilment_id = await packed(app.shop)
    at = f"/preparations/{fulfilment_id}"
    assert "Make the label" not in (await app.get(at)).text, "where no carrier is set up the number is typed"
    assert (await app.post(f"{at}/label")).status_code == 409
    await offer(app.shop)
    assert "Make the label" in (await app.get(at)).text
    assert (await app.get(f"{at}/label.pdf")).status_code == 404
    for _ in range(2):
        assert (await app.post(f"{at}/label")).status_code == 303
    assert "The carrier is making the label" in (await app.get(at)).text
    label_id = await carried_out(app.shop, carrier)
    page = (await app.get(at)).text
    (number,) = set(re.findall(r"LC\d{14}", page))
    printed = await app.get(f"{at}/label.pdf")
    assert printed.content.startswith(b"%PDF") and "no-store" in printed.headers["cache-control"]
    assert (await app.get(f"{at}/label.pdf", "noor")).status_code == 404, "another boutique's"
    mark = re.findall(r'name="address" value="([0-9a-f]{16})"', page)[0]
    assert (await app.post(f"{at}/dispatch", tracking="", address=mark)).status_code == 303
    assert number in (await app.get(at)).text
    assert await app.shop.look("select tracking from orders.fulfilment") == number

    depot = f"/local-carrier/{number}"
    for standing, words, ours in (
        ("accepted", "The carrier has it; it is on its way to you.", "The carrier has it since"),
        ("in_transit", "It is on its way to you.", "On its way since"),
        ("out_for_delivery", "comes to you today", "Out for delivery since"),
        ("failed_attempt", "found nobody. It will come again", "came to the door in vain"),
        ("out_for_delivery", "comes to you today", "Out for delivery since"),
        ("delivered", "It was delivered on", "<h1>Delivered</h1>"),
    ):
        assert f'value="{standing}"' in (await store.get(depot)).text
        assert (await store.post(depot, data={"standing": standing})).status_code == 303
        await told(app, carrier, label_id)
        with_count = Tally()
        token = tally.set(with_count)
        client = await store.get(page_of(order_id))
        tally.reset(token)
        assert words in client.text and f'href="http://store.example{depot}"' in client.text, standing
        assert with_count.statements <= 8, with_count.texts
        assert ours in (await app.get(at)).text
    assert (await store.post(depot, data={"standing": "lost"})).status_code == 303, "changes nothing"
    history = (await store.get(page_of(order_id))).text
    for words in ("It was delivered to you.", "The carrier came and found nobody."):
        assert words in history
    for language, words in (("fr", "Elle a été livrée le"), ("nl", "Het is bezorgd op"), ("zh", "送达")):
        assert words in (await store.get(page_of(order_id).replace("/en/", f"/{language}/"))).text
    assert (await store.get("/local-carrier/LC0")).status_code == 404


async def test_where_the_carrier_refuses_the_number_is_typed_by_hand(
    app: App, store: AsyncClient, carrier: LocalCarrier
) -> None:
    await offer(app.shop)
    order_id, fulfilment_id = await packed(app.shop, postcode=UNKNOWN_ADDRESS)
    at = f"/preparations/{fulfilment_id}"
    await app.post(f"{at}/label")
    await carried_out(app.shop, carrier)
    page = (await app.get(at)).text
    assert "No label was made: no address 00000 Lyon." in page and "Ask for the label again" in page
    assert (await app.post(f"{at}/dispatch", tracking="HAND-1")).status_code == 303
    client = (await store.get(page_of(order_id))).text
    assert "HAND-1" in client and "/local-carrier/" not in client and "It is on its way to you." in client


async def test_what_comes_back_by_post_has_a_label_on_the_clients_page(
    app: App, store: AsyncClient, carrier: LocalCarrier
) -> None:
    await offer(app.shop)
    order_id, fulfilment_id = await packed(app.shop)
    await app.shop.run(preparations.dispatch, fulfilment_id=fulfilment_id, tracking="HAND-1")
    await app.shop.job(lambda conn, **_: conn.execute("update orders.fulfilment set capture_after = null"))
    label = f"{page_of(order_id)}/return/label.pdf"
    assert (await store.get(label)).status_code == 404
    wish = Wish(await app.shop.line(order_id, "BAG-S"), 1)
    return_id = await app.shop.job(returns.announce, order_id=order_id, wishes=[wish], key=app.key)
    await app.shop.job(parcels.ask_return_label, return_id=return_id)
    assert "A label for the post is being made" in (await store.get(page_of(order_id))).text
    label_id = await carried_out(app.shop, carrier)
    page = (await store.get(page_of(order_id))).text
    assert f'href="{label}"' in page and "I keep it after all" in page
    printed = await store.get(label)
    assert printed.content.startswith(b"%PDF") and printed.headers["content-type"] == "application/pdf"
    number = await app.shop.look("select tracking from carriers.label where purpose = 'back'")
    await carrier.scan(tracking=number, standing="accepted")
    await told(app, carrier, label_id)
    page = (await store.get(page_of(order_id))).text
    assert "It is on its way back to us." in page and number in page and "I keep it after all" not in page
    assert "What you return is on its way to us." in page
    other = await app.shop.order("BAG-M", method="ship", address={"line1": "x", "postcode": "1", "city": "y"})
    assert (await store.get(f"{page_of(other)}/return/label.pdf")).status_code == 404


async def test_what_is_cancelled_of_a_closed_parcel_is_taken_out_before_it_leaves(
    app: App, carrier: LocalCarrier
) -> None:
    order_id, fulfilment_id = await packed(app.shop, "BAG-S", "BAG-M")
    at = f"/preparations/{fulfilment_id}"
    await offer(app.shop)
    assert (await app.post(f"{at}/label")).status_code == 303
    await carried_out(app.shop, carrier)
    line_id = await app.shop.line(order_id, "BAG-M")
    await app.shop.run(
        cancellation.cancel, "max", order_id=order_id, line_ids=[line_id], reason="client_wish"
    )
    assert "out of its parcel" in (await app.get("/")).text
    page = (await app.get(at)).text
    assert "Take it out of the parcel" in page and "It has left" not in page
    refused = await app.post(f"{at}/dispatch", tracking="by hand")
    assert refused.status_code == 409 and "1 of it was cancelled meanwhile" in refused.text
    assert (await app.post(f"{at}/putting-away")).status_code == 303
    page = (await app.get(at)).text
    assert "when more was in the parcel" in page and "It has left" in page and "label.pdf" not in page
    assert (await app.post(f"{at}/dispatch", tracking="")).status_code == 409, "the label of two"
    assert (await app.post(f"{at}/dispatch", tracking="by hand")).status_code == 303
