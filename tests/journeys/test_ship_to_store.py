"""A client in Paris collects what lies in Lyon: three people, two places, a parcel, and a worker that follows it."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from playwright.async_api import Browser, expect

from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Db
from enfilade.maisons import policies
from tests.journeys.steps import client_of, order, pick, proved, until
from tests.journeys.test_main_job import TABLET, browser, letter, page_of, running, shop, sign_in
from tests.served import Served
from tests.shop import Shop, count

pytestmark = pytest.mark.browser
__all__ = ["browser", "running", "shop"]


async def test_a_piece_comes_from_another_boutique_to_the_clients_own(
    browser: Browser,
    running: Served,
    shop: Shop,
    db: Db,
    admin,
    addresses: Addresses,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = datetime.now(UTC)
    async with db.acting(Actor.importer(), shop.a.maison_id) as conn:
        policy = replace(policies.Policy(capture_delay_minutes=0), ship_to_store_days=2)
        await policies.set_policy(conn, maison_id=shop.a.maison_id, policy=policy, now=now)
    await count(db, shop.a, "alba-1", "alba-bag", 0, now)
    await count(db, shop.a, "alba-wh", "alba-bag", 0, now)
    await count(db, shop.a, "alba-2", "alba-bag", 1, now)
    client = await client_of(browser, running)
    await client.goto("/en/products/alba-bag?place=paris")
    await expect(client.get_by_text(re.compile("We can bring it to Paris, for you from"))).to_be_visible()
    await client.get_by_role("button", name="Add to basket").click()
    await client.get_by_role("radio", name=re.compile("Collect in a boutique")).check()
    await expect(client.get_by_text(re.compile("We bring it there: ready"))).to_be_visible()
    await order(client, "Collect in a boutique", "Paris.*We bring it there")
    await client.wait_for_url("**/en/orders/*")
    await expect(
        client.get_by_text(re.compile("on its way to Paris, ready for you about")).first
    ).to_be_visible()
    placed = (await letter(running, "placed")).get_body(("plain",))
    assert placed is not None and "We are bringing your order to Paris" in placed.get_content()

    advisor = await page_of(browser, running, TABLET)
    await sign_in(advisor, "/boutique/", "advisor.alba@enfilade.example")
    await advisor.get_by_role(
        "link", name=re.compile("The bag.*Brought from another place", re.DOTALL)
    ).click()
    await expect(advisor.get_by_text("There is nothing to do yet")).to_be_visible()

    lyon = await page_of(browser, running, TABLET)
    await sign_in(lyon, "/boutique/", "maison_manager.alba@enfilade.example")
    await lyon.goto("/boutique/transfers")
    await lyon.get_by_role("link", name=re.compile("The bag")).click()
    await lyon.get_by_role("button", name="Packed, and it has left").click()
    await until(lambda: bool(admin("select 1 from base.fact where kind = 'FulfilmentUnderway'")), running)
    await client.reload()
    await expect(client.get_by_text("It left for Paris.")).to_be_visible()

    await advisor.goto("/boutique/transfers")
    await advisor.get_by_role("link", name=re.compile("The bag")).click()
    await advisor.get_by_role("checkbox").first.check()
    await advisor.get_by_role("button", name="These are here").click()
    await until(lambda: admin("select state from orders.fulfilment") == [("asked",)], running)
    await pick(advisor, "The bag")
    await advisor.get_by_role("button", name="Ready: tell the client").click()
    ready = (await letter(running, "ready")).get_body(("plain",))
    assert ready is not None
    code = re.search(r"^([2-9A-Z]{4})\W?([2-9A-Z]{4})\s*$", ready.get_content(), re.MULTILINE)
    assert code, ready.get_content()
    await advisor.goto("/boutique/pickups")
    await advisor.fill("input[name=code]", f"{code[1]}{code[2]}")
    await advisor.get_by_role("button", name="Find the order").click()
    await advisor.get_by_role("button", name="Hand over", exact=True).click()
    await until(lambda: admin("select state from payments.payment") == [("captured",)], running)
    assert admin("select state from orders.order") == [("completed",)]
    await proved(addresses, running, browser, monkeypatch)
