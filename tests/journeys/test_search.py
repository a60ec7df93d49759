"""From words with a mistake in them to a piece put aside in a boutique: on a phone, by keyboard alone, with scripts off."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Db
from enfilade.search.indexing import index_all
from tests.journeys.steps import Hands
from tests.journeys.test_main_job import PHONE, browser
from tests.served import Served, served
from tests.shop import Shop

pytestmark = pytest.mark.browser
__all__ = ["browser"]


@pytest.fixture
async def running(addresses: Addresses, db: Db, shop: Shop, tmp_path: Path) -> AsyncIterator[Served]:
    for house in (shop.a, shop.b):
        async with db.acting(Actor.job(), house.maison_id) as conn:
            await index_all(conn, maison_id=house.maison_id)
    async with served(addresses, tmp_path) as running:
        yield running


@pytest.mark.parametrize(("scripts", "keys"), [(True, False), (False, False), (True, True), (False, True)])
async def test_from_words_with_a_mistake_to_a_reservation(
    browser: Browser, running: Served, admin, scripts: bool, keys: bool
) -> None:
    context = await browser.new_context(
        base_url=running.base, viewport=PHONE, locale="en-GB", java_script_enabled=scripts
    )
    await context.add_cookies([{"name": "market", "value": "fr", "url": running.base}])
    page = await context.new_page()
    page.set_default_timeout(20_000)
    hands = Hands(page, keys=keys)

    await page.goto("/en/search")
    field = page.locator("#search")
    await hands.write(field, "borrea")
    if scripts:
        await expect(page.locator("#search-list [role=option]").first).to_be_visible()
    await page.keyboard.press("Enter") if keys else await field.press("Enter")
    await expect(page.get_by_text("Shown for “borea”")).to_be_visible()
    await hands.press(page.get_by_role("link", name=re.compile("The bag")))
    await expect(page.get_by_role("heading", name="The bag")).to_be_visible()
    await hands.press(page.get_by_role("button", name="Add to basket"))
    await expect(page.get_by_role("heading", name="Your basket")).to_be_visible()
    await hands.choose(page.locator("#way-reserve"))
    await hands.press(page.get_by_role("button", name="Continue"))
    await hands.write(page.locator("input[name=name]"), "Camille Aubry")
    await hands.write(page.locator("input[name=mail]"), "camille@client.example")
    await hands.press(page.get_by_role("button", name="Reserve", exact=True))
    await page.wait_for_url("**/en/orders/*")
    assert admin("select method, count(*) from orders.order group by 1") == [("reserve", 1)]
    assert admin("select sum(allocated) from stock.position") == [(1,)]
    await context.close()
