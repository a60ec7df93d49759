"""An advisor sells by a link what another boutique holds; the client pays on a phone; the other boutique has the work."""

import re
import time
from datetime import UTC, datetime

import pytest
from playwright.async_api import Browser, expect

from enfilade.base.db import Db
from enfilade.orders import books
from enfilade.orders import verify as promises
from enfilade.stock import verify as positions
from tests.journeys.test_main_job import PHONE, TABLET, browser, letter, page_of, running, shop, sign_in
from tests.served import Served
from tests.shop import DOOR, Shop, count

__all__ = ["browser", "running", "shop"]

pytestmark = pytest.mark.browser


async def test_a_piece_of_another_boutique_is_sold_by_a_link(
    browser: Browser, running: Served, shop: Shop, db: Db, admin
) -> None:
    for place in ("alba-1", "alba-wh"):
        await count(db, shop.a, place, "alba-bag", 0, datetime.now(UTC))
    advisor = await page_of(browser, running, TABLET)
    await sign_in(advisor, "/boutique/", "advisor.alba@enfilade.example")
    await advisor.get_by_role("link", name="Sell", exact=True).click()
    await advisor.get_by_role("link", name="Put pieces together").click()
    await advisor.fill("input[name=q]", "alba-bag")
    await advisor.get_by_role("button", name="Find it").click()
    await expect(advisor.get_by_text("none here to give")).to_be_visible()
    await expect(advisor.get_by_text("5 at Lyon")).to_be_visible()
    await advisor.get_by_role("button", name=re.compile("Add")).click()
    await advisor.get_by_role("radio", name=re.compile("Delivered")).check()
    await advisor.fill("input[name=words]", "As promised this morning.")
    await advisor.select_option("select[name=language]", "en")
    await advisor.fill("input[name=mail]", "camille@client.example")
    await advisor.get_by_role("checkbox", name=re.compile("agreed")).check()
    await advisor.get_by_role("button", name="Make the link").click()
    await expect(advisor.get_by_role("heading", name="The client pays by this link")).to_be_visible()
    link = await advisor.input_value("#link")

    sent = await letter(running, "proposal")
    body = sent.get_body(("plain",))
    assert sent["To"] == "camille@client.example" and body is not None and link in body.get_content()

    client = await page_of(browser, running, PHONE)
    await client.goto(link)
    await expect(client.get_by_text("As promised this morning.")).to_be_visible()
    assert await client.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    await client.get_by_role("button", name="Go on to the payment").click()
    await client.fill("input[name=name]", "Camille Aubry")
    await client.fill("input[name=mail]", "camille@client.example")
    for field in ("line1", "postcode", "city"):
        await client.fill(f"input[name={field}]", DOOR[field])
    await client.get_by_role("button", name="Order and pay").click()
    await client.wait_for_url("**/en/orders/*")
    await expect(client.get_by_text("Camille Aubry").first).to_be_visible()

    await advisor.reload()
    await expect(advisor.get_by_role("heading", name="Paid")).to_be_visible()
    ((number, channel),) = admin("select number, channel from orders.order")
    await expect(advisor.get_by_text(re.compile(number)).first).to_be_visible()
    assert channel == "endless_aisle"

    # The advisor's own boutique has nothing to prepare; the other one does.
    await advisor.goto("/boutique/")
    await expect(advisor.get_by_text("The bag")).to_have_count(0)
    lyon = await page_of(browser, running, TABLET)
    await sign_in(lyon, "/boutique/", "maison_manager.alba@enfilade.example")
    await lyon.goto("/boutique/")
    task = lyon.get_by_role("link", name=re.compile("The bag"))
    await expect(task).to_be_visible()
    await task.click()
    await lyon.get_by_role("button", name="Accept", exact=True).click()
    await lyon.get_by_role("button", name="I have it").click()
    until = time.monotonic() + 5
    while admin("select state from orders.order_line") != [("picked",)] and time.monotonic() < until:
        await lyon.wait_for_timeout(100)
    ((place, seller),) = admin(
        """select f.location_id, o.sold_by_location_id from orders.order o
        join orders.fulfilment f on f.order_id = o.id"""
    )
    assert (place, seller) == (shop.a.places["alba-2"], shop.a.places["alba-1"])
    for check in (positions.verify, promises.verify, books.verify):
        assert await check(db, maison_id=shop.a.maison_id) == []
