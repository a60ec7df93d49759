"""The service worker in a real browser: pieces seen last stay without network, no page is an old one, it can be called off."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from enfilade.base.database import Addresses
from enfilade.base.db import Db
from tests.journeys.test_main_job import PHONE, browser
from tests.served import free_port, served
from tests.shop import found_shop

pytestmark = pytest.mark.browser
__all__ = ["browser"]

KEPT = "caches.open('pages-1').then(pages => pages.keys()).then(names => names.map(one => new URL(one.url).pathname))"


async def test_the_store_without_network_and_the_worker_that_goes(
    browser: Browser, addresses: Addresses, db: Db, admin, tmp_path: Path
) -> None:
    await found_shop(db, datetime.now(UTC))
    port = free_port()
    async with served(addresses, tmp_path, port=port) as running:
        context = await browser.new_context(base_url=running.base, viewport=PHONE, locale="en-GB")
        page = await context.new_page()
        page.set_default_timeout(20_000)
        await page.goto("/en/")
        await page.evaluate("navigator.serviceWorker.ready")
        await page.wait_for_function("navigator.serviceWorker.controller")
        await page.goto("/en/products/alba-bag")
        await page.goto("/en/wish-list")
        await _until_kept(page, {"/en/offline", "/en/products/alba-bag", "/en/wish-list"})

        await context.set_offline(True)
        await page.goto("/en/products/alba-bag")
        await expect(page.get_by_role("heading", name="The bag")).to_be_visible()
        await page.goto("/en/maisons")
        await expect(page.get_by_role("link", name="Wish list").last).to_be_visible()
        assert "The bag" not in await page.content()

        await context.set_offline(False)
        admin("update public_facts.product_text set name = 'The evening bag' where language = 'en'")
        await page.goto("/en/products/alba-bag")
        await expect(page.get_by_role("heading", name="The evening bag")).to_be_visible()

    async with served(addresses, tmp_path, port=port, ENFILADE_WORKER="no"):
        await page.goto("/en/")
        await page.evaluate("navigator.serviceWorker.getRegistration().then(one => one?.update())")
        await page.wait_for_function("navigator.serviceWorker.getRegistrations().then(all => !all.length)")
        await page.wait_for_function("caches.keys().then(names => !names.length)")
        await context.close()


async def _until_kept(page: Page, names: set[str]) -> None:
    for _ in range(100):
        if names <= set(await page.evaluate(KEPT)):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(await page.evaluate(KEPT))
