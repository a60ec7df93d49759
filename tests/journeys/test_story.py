"""From a story to a paid order in a real browser; the editor with its script: a block without a reload, a piece by a click."""

import re
from collections.abc import AsyncIterator
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


async def test_the_editor_adds_a_block_without_a_reload_and_places_a_piece_by_a_click(
    browser: Browser, running: Served, admin: Look
) -> None:
    page = await page_of(browser, running, TABLET)
    await sign_in(page, "/studio/stories", "maison_manager.alba@enfilade.example")
    await page.goto("/studio/stories")
    await page.get_by_role("link", name="Midi").click()
    await page.wait_for_selector("[data-clicks]")
    await page.evaluate("window.here = true")
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
    ((spot,),) = admin("select draft -> 'blocks' -> 1 -> 'spots' -> 0 from editorial.story")
    assert spot == {"piece": "alba-bag", "x": 0.25, "y": 0.75}
    await page.get_by_role("button", name="Publish").click()
    await expect(page.get_by_text("Published.", exact=True)).to_be_visible()
    assert admin("select version from public_facts.story") == [(2,)]
