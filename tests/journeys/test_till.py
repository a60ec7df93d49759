"""A tablet at the counter: the till opened, a sale paid twice, its receipt, an exchange, the day counted."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from enfilade.base.db import Db
from enfilade.orders import books
from enfilade.orders import verify as promises
from enfilade.stock import verify as positions
from tests.journeys.test_main_job import TABLET, browser, letter, page_of, running, shop, sign_in
from tests.served import Served
from tests.shop import Shop, count

__all__ = ["browser", "running", "shop"]

pytestmark = pytest.mark.browser
#: Where pictures of the screens go, for who looks at them; none are taken where it is not said.
PICTURES = os.environ.get("ENFILADE_PICTURES")


async def seen(page: Page, name: str) -> None:
    """As wide as the tablet, and no wider."""
    assert await page.evaluate("document.documentElement.scrollWidth") <= TABLET["width"]
    if PICTURES:
        for width in (390, TABLET["width"], 1440):
            await page.set_viewport_size({"width": width, "height": 900})
            await page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)
            assert await page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
        await page.set_viewport_size(TABLET)


async def ring_up(page: Page, *codes: str) -> None:
    """Types each code as a scanner does: the code and Enter."""
    for code in codes:
        await page.fill("input[name=q]", code)
        await page.press("input[name=q]", "Enter")
        await page.wait_for_load_state()
        await expect(page.get_by_text(re.compile(code)).first).to_be_visible()


async def test_a_day_at_the_till(browser: Browser, running: Served, shop: Shop, db: Db, admin) -> None:
    await count(db, shop.a, "alba-1", "alba-bag", 3, datetime.now(UTC))
    advisor = await page_of(browser, running, TABLET)
    await sign_in(advisor, "/boutique/", "advisor.alba@enfilade.example")
    await advisor.get_by_role("link", name="Till", exact=True).click()
    await seen(advisor, "till-closed")
    await advisor.fill("input[name=float]", "200")
    await advisor.get_by_role("button", name="Open the till").click()
    await advisor.get_by_role("button", name="New sale").click()
    await ring_up(advisor, "alba-bag", "alba-ring-52")
    await seen(advisor, "sale")
    await advisor.fill("input[name=amount]", "1400")
    await advisor.get_by_role("button", name="Card", exact=True).click()
    await expect(advisor.get_by_text("€1,000.00").first).to_be_visible()
    await advisor.fill("input[name=given]", "1050")
    await advisor.get_by_role("button", name="Cash", exact=True).click()
    await expect(advisor.get_by_text("€50.00").first).to_be_visible()
    await seen(advisor, "paid")
    await advisor.fill("input[name=mail]", "camille@client.example")
    await advisor.select_option("select[name=language]", "en")
    await advisor.get_by_role("button", name="Finish and hand over").click()
    await expect(advisor.get_by_text("the pieces are the client’s")).to_be_visible()
    await seen(advisor, "sold")
    sent = await letter(running, "receipt")
    body = sent.get_body(("plain",))
    assert sent["To"] == "camille@client.example" and body is not None and "1,000" in body.get_content()
    sale = advisor.url
    await advisor.get_by_role("link", name="Print the receipt").click()
    await expect(advisor.get_by_text(re.compile(r"FR-\d{4}-000001"))).to_be_visible()
    await seen(advisor, "receipt")
    await advisor.emulate_media(media="print")
    assert not await advisor.locator(".tabs").is_visible() and await advisor.locator(".receipt").is_visible()
    await advisor.emulate_media(media="screen")

    # The bag comes back, and a ring goes: the difference is nothing, the rest was the client's own.
    await advisor.goto(sale)
    await advisor.get_by_role("link", name="Something of it comes back").click()
    await advisor.locator("select[name^=piece-]").first.select_option("sellable")
    await advisor.get_by_role("button", name="Take back").click()
    await expect(advisor.get_by_text("is given back at the till")).to_be_visible()
    await advisor.get_by_role("link", name="Till", exact=True).click()
    await seen(advisor, "till")
    await advisor.get_by_role("button", name="New sale").click()
    await ring_up(advisor, "alba-ring-52")
    await advisor.get_by_role("button", name=re.compile("of what came back of")).click()
    await advisor.get_by_role("button", name="Finish and hand over").click()
    await expect(advisor.get_by_text("the pieces are the client’s")).to_be_visible()

    await advisor.get_by_role("link", name="Till", exact=True).click()
    await advisor.get_by_role("link", name="Cash, figures and the count").click()
    await advisor.fill("input[name=counted]", "1199")
    await advisor.get_by_role("button", name="Close the till").click()
    await expect(advisor.get_by_role("alert")).to_be_visible()
    await seen(advisor, "count")
    await advisor.locator("#words").fill("A euro of change too much")
    await advisor.get_by_role("button", name="Close the till").click()
    await expect(advisor.get_by_text("€1.00 missing")).to_be_visible()
    await seen(advisor, "day")
    assert admin("select count(*) from orders.order") == [(2,)]
    for check in (positions.verify, promises.verify, books.verify):
        assert await check(db, maison_id=shop.a.maison_id) == []
