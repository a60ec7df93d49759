"""Another address over HTTP: the client's page by its link, the studio's, and what the boutique sees of it."""

import re
from datetime import UTC, datetime

from httpx import AsyncClient

from enfilade.base.db import Tally, tally
from enfilade.base.ids import new_id
from enfilade.orders import addresses, preparations, rejections
from tests.orders.counter import Counter
from tests.orders.test_addresses import NEW, OLD, address_of, picked, to_send
from tests.web.boutique.conftest import App
from tests.web.boutique.test_cancelling import page_of, store

__all__ = ["store"]


async def heard(shop: Counter, order_id: object) -> None:
    """The worker tells the house."""
    await shop.job(addresses.tell_changed, order_id=order_id, change_id=new_id(datetime.now(UTC)))


async def test_the_client_names_another_address_by_their_link(app: App, store: AsyncClient) -> None:
    order_id, fulfilment_id = await to_send(app.shop)
    await picked(app.shop, order_id, fulfilment_id)
    at = page_of(order_id)
    assert f'href="{at}/address"' in (await store.get(at)).text
    form = await store.get(f"{at}/address")
    assert form.status_code == 200 and form.headers["referrer-policy"] == "no-referrer"
    assert (
        'value="1 rue Vieille"' in form.text
        and "France" in form.text
        and '<select id="country"' not in form.text
    )

    wrong = await store.post(f"{at}/address", data={**NEW, "city": " "})
    assert wrong.status_code == 400 and "Please give the city." in wrong.text
    assert 'value="7 quai Neuf"' in wrong.text, "nothing is lost"
    abroad = await store.post(f"{at}/address", data={**NEW, "country": "BE"})
    assert abroad.status_code == 409 and "another country" in abroad.text and 'value="FR"' in abroad.text
    assert await address_of(app.shop, order_id) == OLD

    before = (await app.get(f"/preparations/{fulfilment_id}")).text
    mark = re.findall(r'name="address" value="([0-9a-f]{16})"', before)[0]
    assert "The address was changed" not in before
    for _ in range(2):
        sent = await store.post(f"{at}/address", data=NEW)
        assert sent.status_code == 303 and sent.headers["location"] == f"{at}?address=changed"
    after = (await store.get(f"{at}?address=changed")).text
    assert "The address is changed." in after and "7 quai Neuf" in after and "Vieille" not in after
    work = (await app.get(f"/preparations/{fulfilment_id}")).text
    assert "7 quai Neuf<br>3e, porte B<br>69002 Lyon<br>FR" in work and "Vieille" not in work
    await heard(app.shop, order_id)
    for language, words in (
        ("en", "You changed the address it goes to."),
        ("fr", "Vous avez changé l’adresse de livraison."),
        ("nl", "U hebt het bezorgadres gewijzigd."),
        ("zh", "您更改了收货地址。"),
    ):
        assert words in (await store.get(page_of(order_id, language))).text
    packed = await app.post(f"/preparations/{fulfilment_id}/dispatch", address=mark)
    assert packed.status_code == 409 and "look at the label" in packed.text and "7 quai Neuf" in packed.text
    assert "The address was changed since the order was placed." in packed.text
    assert await app.shop.lines(order_id) == {"BAG-S": "picked"}, "it was packed for the old address"
    fresh = re.findall(r'name="address" value="([0-9a-f]{16})"', packed.text)[0]
    sent = await app.post(f"/preparations/{fulfilment_id}/dispatch", address=fresh)
    assert sent.status_code == 303 and await app.shop.lines(order_id) == {"BAG-S": "dispatched"}
    assert (
        "The client changed the address it is sent to"
        in (await app.get(f"/preparations/{fulfilment_id}")).text
    )


async def test_what_left_keeps_its_address_and_the_rest_does_not(app: App, store: AsyncClient) -> None:
    order_id, fulfilment_id = await to_send(app.shop, "BAG-S", "BAG-M")
    at, medium = page_of(order_id), await app.shop.line(order_id, "BAG-M")
    await app.shop.run(rejections.reject, fulfilment_id=fulfilment_id, line_id=medium, reason="damaged")
    await picked(app.shop, order_id, fulfilment_id)
    await app.shop.run(preparations.dispatch, fulfilment_id=fulfilment_id, tracking="")
    assert "what has left goes to where it was sent" in (await store.get(at)).text
    assert "What has left us already goes to where it was sent." in (await store.get(f"{at}/address")).text
    assert (await store.post(f"{at}/address", data=NEW)).status_code == 303

    gone, work = await to_send(app.shop)
    await picked(app.shop, gone, work)
    await app.shop.run(preparations.dispatch, fulfilment_id=work, tracking="")
    at = page_of(gone)
    assert f'href="{at}/address"' not in (await store.get(at)).text
    late = await store.post(f"{at}/address", data=NEW)
    assert late.status_code == 409 and 'role="alert"' in late.text and "It has left us" in late.text
    collected = page_of(await app.shop.order("SCARF-U"))
    assert f"{collected}/address" not in (await store.get(collected)).text
    assert "waits for you in a boutique" in (await store.get(f"{collected}/address")).text
    assert (await store.post(f"{collected}/address", data=NEW)).status_code == 409


async def test_the_maisons_manager_changes_it_for_the_client(app: App, store: AsyncClient) -> None:
    order_id, _ = await to_send(app.shop)
    headers, at = await app.cookie("max"), f"/studio/orders/{order_id}"
    counting = Tally()
    token = tally.set(counting)
    try:
        shown = (await app.client.get(at, headers=headers)).text
    finally:
        tally.reset(token)
    assert counting.statements <= 9, counting.texts
    assert "Change the address" in shown and 'value="1 rue Vieille"' in shown
    wrong = await app.client.post(f"{at}/address", headers=headers, data={**NEW, "line1": ""})
    assert wrong.status_code == 400 and "Please give the street and number." in wrong.text
    abroad = await app.client.post(f"{at}/address", headers=headers, data={**NEW, "country": "IT"})
    assert abroad.status_code == 409 and "reckoned for the country" in abroad.text
    assert abroad.text.count('<details class="cancelling" open>') == 1 and "7 quai Neuf" in abroad.text
    for _ in range(2):
        assert (await app.client.post(f"{at}/address", headers=headers, data=NEW)).status_code == 303
    told = (await app.client.get(at, headers=headers)).text
    assert told.count("Max changed the address it is sent to") == 1 and "Vieille" not in told
    assert "We changed the address it goes to." in (await store.get(page_of(order_id))).text
    claire = await app.client.post(f"{at}/address", headers=await app.cookie("claire"), data=OLD)
    assert claire.status_code == 403
