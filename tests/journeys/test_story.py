"""From a story to a paid order in a real browser; and one sitting in the studio, from a title to a client who reads it."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from enfilade.base.database import Addresses
from enfilade.base.db import Db
from tests.editorial.telling import Look, tell, written
from tests.journeys.steps import Hands
from tests.journeys.test_main_job import PHONE, TABLET, browser, page_of, sign_in
from tests.served import Served, served
from tests.shop import Shop

pytestmark = pytest.mark.browser
__all__ = ["browser"]


@pytest.fixture
async def shop(db: Db, shop: Shop, admin: Look) -> Shop:
    await tell(db, admin, shop.a.maison_id, written())
    return shop


@pytest.fixture
async def running(addresses: Addresses, shop: Shop, tmp_path: Path) -> AsyncIterator[Served]:
    async with served(addresses, tmp_path) as running:
        yield running


@pytest.mark.parametrize(("scripts", "keys"), [(True, False), (False, False), (True, True), (False, True)])
async def test_from_a_story_to_a_paid_order(
    browser: Browser, running: Served, admin: Look, scripts: bool, keys: bool
) -> None:
    context = await browser.new_context(
        base_url=running.base, viewport=PHONE, locale="en-GB", java_script_enabled=scripts
    )
    await context.add_cookies([{"name": "market", "value": "fr", "url": running.base}])
    client = await context.new_page()
    client.set_default_timeout(20_000)
    hands = Hands(client, keys=keys)
    await client.goto("/en/stories")
    await hands.press(client.get_by_role("link", name=re.compile("Noon")))
    await hands.press(client.get_by_role("link", name=re.compile("The bag")).first)
    await expect(client.get_by_role("heading", name="The bag")).to_be_visible()
    assert (await client.locator("dialog[open]").count() == 1) == scripts
    await hands.press(client.get_by_role("button", name="Add to basket"))
    await expect(client.get_by_text("It is in your basket.")).to_be_visible()
    if scripts:
        assert client.url.endswith("/en/stories/alba-midi"), "one has not left the story"
    await hands.press(client.get_by_role("link", name="See the basket"))
    await hands.choose(client.get_by_role("radio", name=re.compile("Collect in a boutique")))
    await hands.press(client.get_by_role("button", name="Continue"))
    await hands.write(client.locator("input[name=name]"), "Camille Aubry")
    await hands.write(client.locator("input[name=mail]"), "camille@client.example")
    await hands.press(client.get_by_role("button", name="Order and pay"))
    await client.wait_for_url("**/en/orders/*")
    assert admin("select count(*) from orders.order") == [(1,)]
    await context.close()


async def test_a_stranger_tells_a_story_in_one_sitting_and_a_client_reads_it(
    browser: Browser, running: Served, admin: Look
) -> None:
    page = await page_of(browser, running, TABLET)
    await sign_in(page, "/studio/stories", "maison_manager.alba@enfilade.example")
    await page.goto("/studio/stories")
    await page.fill("#title", "Une heure de plus")
    await page.select_option("#language", "fr")
    await page.get_by_role("button", name="Begin").click()
    await page.wait_for_selector("[data-clicks]")
    await page.evaluate("window.here = true")
    await page.fill('[id="standfirst.fr"]', "Le soir, la lumière change d’avis.")
    await page.select_option("#cover", "bag-noir")
    await page.fill('[id="cover.alt.fr"]', "Le sac sur une table, le soir")
    await page.select_option("#add0", "text")
    await page.locator('[data-act="addition"][data-at="0"]').click()
    await expect(page.get_by_role("heading", name="1. Text")).to_be_visible()
    await page.fill('[id="b1.text.fr"]', "On la garde *toujours* pour la fin.")
    await page.select_option("#add1", "picture")
    await page.locator('[data-act="addition"][data-at="1"]').click()
    await expect(page.get_by_role("heading", name="2. Picture")).to_be_visible()
    await page.select_option('[id="b2.picture"]', "bag-noir")
    await page.fill('[id="b2.picture.alt.fr"]', "Le sac, de près")
    picture = page.locator("#b2 [data-places] img")
    box = await picture.bounding_box()
    assert box
    await picture.click(position={"x": box["width"] * 0.25, "y": box["height"] * 0.75})
    await page.keyboard.type("alba-bag")
    await expect(page.locator("[data-status]")).to_contain_text("Saved", timeout=15_000)
    assert await page.evaluate("window.here") is True, "no page was loaded meanwhile"
    ((spot,),) = admin(
        "select draft -> 'blocks' -> 1 -> 'spots' -> 0 from editorial.story where published_version is null"
    )
    assert spot == {"piece": "alba-bag", "x": 0.25, "y": 0.75}

    # In France since yesterday, in the United States next year; nothing is translated.
    await page.get_by_role("link", name="Schedule").click()
    day = datetime.now(UTC)
    for market, shown_from in (("fr", day - timedelta(days=1)), ("us", day + timedelta(days=365))):
        await page.locator(f'[id="market.{market}"]').check()
        await page.fill(f'[id="from.{market}"]', f"{shown_from:%Y-%m-%dT%H:%M}")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("button", name="Publish").click()
    await expect(page.get_by_text("Published.", exact=True)).to_be_visible()
    address = await page.get_by_role("link", name="See it in the store").get_attribute("href")
    assert address == "/fr/stories/alba-une-heure-de-plus"

    client = await page_of(browser, running, PHONE)
    await client.context.add_cookies([{"name": "market", "value": "fr", "url": running.base}])
    await client.goto("/en/stories")
    await client.get_by_role("link", name=re.compile("Une heure de plus")).click()
    await expect(client.get_by_text("la lumière change d’avis")).to_be_visible()
    await client.get_by_role("link", name=re.compile("The bag")).first.click()
    await expect(client.get_by_role("button", name="Add to basket")).to_be_visible()
    await client.context.add_cookies([{"name": "market", "value": "us", "url": running.base}])
    await client.goto("/en/stories")
    await expect(client.get_by_text("Une heure de plus")).to_have_count(0)
