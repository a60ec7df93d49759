"""Cancelling over HTTP: the client's page by its link, the boutique's screens, the studio's; each says what became of it."""

import re
from uuid import UUID

import pytest
from httpx import AsyncClient

from enfilade.base.db import Tally, tally
from enfilade.base.secrets import derived
from enfilade.orders import cancellation, pickup, preparations
from enfilade.orders.preparations import pickup_code
from tests.orders.counter import KEY
from tests.orders.test_cancellation import order_state, sound
from tests.orders.test_fulfilment import accepted, ready
from tests.web.boutique.conftest import App


def page_of(order_id: UUID, language: str = "en") -> str:
    return f"/{language}/orders/{derived(KEY, 'order', order_id)}"


@pytest.fixture
def store(app: App) -> AsyncClient:
    """The maison's own store, for somebody who is not signed in."""
    return AsyncClient(transport=app.client._transport, base_url="http://auber.example")  # pyright: ignore[reportPrivateUsage]


async def carried_out(app: App) -> None:
    """The worker does what was wished."""
    wish = await app.shop.look("select id from orders.cancellation where state = 'asked'")
    assert await app.shop.job(cancellation.carry_out, cancellation_id=wish)


async def test_the_client_cancels_a_piece_by_their_link(app: App, store: AsyncClient) -> None:
    order_id, _ = await ready(app.shop, "BAG-S", "BAG-M")
    at, medium = page_of(order_id), await app.shop.line(order_id, "BAG-M")
    before = (await store.get(at)).text
    assert f'href="{at}/cancellation"' in before and "It was ready for you at Auber Rivoli." in before
    form = await store.get(f"{at}/cancellation")
    assert form.status_code == 200 and form.text.count('type="checkbox"') == 2
    assert form.headers["referrer-policy"] == "no-referrer"
    nothing = await store.post(f"{at}/cancellation", data={})
    assert nothing.status_code == 409 and "Please choose" in nothing.text
    assert (await store.post(f"{at}/cancellation", data={"line": "x"})).status_code == 400

    sent = await store.post(f"{at}/cancellation", data={"line": str(medium)})
    assert sent.status_code == 303 and sent.headers["location"] == at
    waiting = (await store.get(at)).text
    assert "Your wish to cancel has reached us" in waiting and "every 2s" in waiting
    assert 'http-equiv="refresh"' in waiting, "without scripts the page looks again too"
    assert f'hx-get="{at}/progress?wished=yes"' in waiting
    assert "hx-refresh" not in (await store.get(f"{at}/progress?wished=yes")).headers
    await carried_out(app)
    assert (await store.get(f"{at}/progress?wished=yes")).headers["hx-refresh"] == "true"
    after = (await store.get(at)).text
    assert "Cancelled. It is not charged." in after and "Arcade bag, M was cancelled, as you wished." in after
    assert "Your wish to cancel has reached us" not in after
    assert "€2,450" in after and "€4,900" in before and "€4,900" not in after, "what remains is to be paid"
    for language, words in (
        ("fr", "comme vous le souhaitiez"),
        ("nl", "zoals u wenste"),
        ("zh", "按您的意愿取消"),
    ):
        assert words in (await store.get(page_of(order_id, language))).text
    await sound(app.shop)


async def test_what_left_meanwhile_names_the_return(app: App, store: AsyncClient) -> None:
    order_id, fulfilment_id = await ready(app.shop)
    at, line_id = page_of(order_id), await app.shop.line(order_id, "BAG-S")
    await app.shop.run(
        pickup.hand_over,
        fulfilment_id=fulfilment_id,
        code=pickup_code(KEY, fulfilment_id),
        refused_line_ids=[],
    )
    late = await store.post(f"{at}/cancellation", data={"line": str(line_id)})
    assert late.status_code == 409 and f'href="{at}/return"' in late.text
    assert f'href="{at}/cancellation"' not in (await store.get(at)).text


async def test_the_boutique_cancels_and_puts_away(app: App) -> None:
    order_id, fulfilment_id = await accepted(app.shop, "BAG-S", "BAG-M")
    small, medium = [await app.shop.line(order_id, sku) for sku in ("BAG-S", "BAG-M")]
    await app.shop.run(preparations.pick, fulfilment_id=fulfilment_id, line_id=small)
    work = f"/preparations/{fulfilment_id}"
    assert f'href="/boutique{work}/cancellation"' in (await app.get(work)).text
    assert (await app.get(f"{work}/cancellation")).text.count('type="checkbox"') == 2
    assert (await app.post(f"{work}/cancellation")).status_code == 400
    assert (await app.get(f"{work}/cancellation", "noor")).status_code == 404
    assert (await app.post(f"{work}/cancellation", "noor", line=str(small))).status_code == 404

    assert (await app.post(f"{work}/cancellation", line=str(small))).status_code == 303
    today = (await app.get("/")).text
    assert "To be put away" in today and f"/boutique{work}/putting-away" in today
    shown = (await app.get(work)).text
    assert "Please put it back where it belongs" in shown and "What happened" in shown
    assert "Claire cancelled 1 piece at Auber Rivoli; 1 piece to be put away" in shown
    assert (await app.post(f"{work}/putting-away")).status_code == 303
    assert "to be put away" not in (await app.get("/")).text
    assert (await app.post(f"{work}/cancellation", line=str(medium))).status_code == 303
    ended = (await app.get(work)).text
    assert "<h1>Cancelled</h1>" in ended and "Undo" not in ended
    assert (await app.post(f"{work}/acceptance", "hugo")).status_code == 409
    counter = await app.get(f"/pickups/{fulfilment_id}")
    assert counter.status_code == 303, "nobody kept nothing: it never came to that"
    assert await order_state(app.shop, order_id) == "cancelled"
    await sound(app.shop)


async def test_the_maison_cancels_for_a_reason_the_client_is_not_told(app: App, store: AsyncClient) -> None:
    order_id, _ = await ready(app.shop)
    line_id = await app.shop.line(order_id, "BAG-S")
    headers, at = await app.cookie("max"), f"/studio/orders/{order_id}"
    counting = Tally()
    token = tally.set(counting)
    try:
        shown = (await app.client.get(at, headers=headers)).text
    finally:
        tally.reset(token)
    assert counting.statements <= 9, counting.texts
    assert "Cancel what has not left" in shown
    unsaid = await app.client.post(f"{at}/cancellation", headers=headers, data={"line": str(line_id)})
    assert unsaid.status_code == 400 and "Say why it is cancelled" in unsaid.text
    fields = {"line": str(line_id), "reason": "fraud"}
    for _ in range(2):
        sent = await app.client.post(f"{at}/cancellation", headers=headers, data=fields)
        assert sent.status_code == 303
    told = (await app.client.get(at, headers=headers)).text
    assert len(re.findall("the maison could not give it", told)) == 1
    assert "Cancel what has not left" not in told
    ours = (await store.get(page_of(order_id))).text
    assert "We had to cancel Arcade bag, S." in ours and "genuine" not in ours and "fraud" not in ours
    await sound(app.shop)
