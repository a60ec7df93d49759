"""Client service on the phone: an order found by a name, its address changed, a part given back, a call promised, a link made."""

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.async_api import Browser, Page, expect

from enfilade.base.db import Db
from tests.journeys.test_main_job import TABLET, browser, page_of, running, shop, sign_in
from tests.served import Served
from tests.shop import Shop
from tests.web.studio.conftest import Studio

__all__ = ["browser", "running", "shop"]

pytestmark = pytest.mark.browser
#: Where pictures of the screens go, for who looks at them; none are taken where it is not said.
PICTURES = os.environ.get("ENFILADE_PICTURES")


async def seen(page: Page, name: str) -> None:
    """No wider than the screen, at any width."""
    for width in (390, 820, 1440):
        await page.set_viewport_size({"width": width, "height": 900})
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
        if PICTURES:
            await page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)
    await page.set_viewport_size(TABLET)


async def said(page: Page, summary: str, why: str) -> None:
    """Opens what is to be done, and says what the client said."""
    await page.locator("summary", has_text=summary).click()
    await page.locator("details[open] textarea[name=why]").last.fill(why)


async def test_a_morning_at_the_desk(
    browser: Browser, running: Served, shop: Shop, db: Db, admin: Any
) -> None:
    studio = Studio(cast("Any", None), db, shop, cast("Any", None))
    order_id = await studio.order(method="ship")
    desk = await page_of(browser, running, TABLET)
    await sign_in(desk, "/boutique/", "client_service.alba@enfilade.example")
    await expect(desk).to_have_url(re.compile("/desk/$"))
    await desk.fill("input[name=q]", "martin")
    await desk.press("input[name=q]", "Enter")
    await expect(desk.get_by_role("heading", name="Orders of")).to_be_visible()
    await seen(desk, "desk-found")
    await desk.locator(".found a").first.click()
    await expect(desk.get_by_role("heading", name="Ada Martin")).to_be_visible()
    await said(desk, "Change the address", "She moved to Lyon")
    await desk.fill("input[name=line1]", "7 quai Neuf")
    await desk.fill("input[name=city]", "Lyon")
    await seen(desk, "desk-address")
    await desk.get_by_role("button", name="Send it there").click()
    await expect(desk.get_by_text("changed the address, by phone: She moved to Lyon")).to_be_visible()
    admin("update orders.order_line set state = 'dispatched' where order_id = %s", [order_id])
    admin(
        "update orders.fulfilment set state = 'dispatched', ended_at = now() where order_id = %s", [order_id]
    )
    admin("update orders.order set state = 'completed' where id = %s", [order_id])
    admin(
        """with p as (update payments.payment set capture_asked_minor = amount_minor, captured_minor = amount_minor,
            state = 'captured' returning *)
        insert into payments.operation (maison_id, id, payment_id, kind, amount_minor, state, cause_id, asked_at, ended_at)
        select p.maison_id, uuidv7(), p.id, 'capture', p.amount_minor, 'done', f.id, now(), now()
        from p, orders.fulfilment f where f.order_id = %s""",
        [order_id],
    )
    await desk.reload()
    await said(desk, "Give a part back", "A scratch inside, she keeps it")
    await desk.fill("input[name=amount]", "300")
    await seen(desk, "desk-goodwill")
    await desk.get_by_role("button", name="Give it back").click()
    await expect(desk.get_by_text("waits for a manager")).to_be_visible()
    await desk.locator("summary", has_text="Promise to call back").click()
    soon = datetime.now(UTC) + timedelta(hours=2)
    await desk.fill("input[name=due]", soon.strftime("%Y-%m-%dT%H:%M"))
    await desk.fill("textarea[name=words]", "Whether it has arrived")
    await desk.get_by_role("button", name="Promise it").click()
    await expect(desk.get_by_text("Whether it has arrived")).to_be_visible()
    await seen(desk, "desk-order")
    await desk.goto("/desk/")
    await seen(desk, "desk-day")
    await desk.goto("/desk/selling/new")
    await desk.fill("input[name=q]", "alba-bag")
    await desk.press("input[name=q]", "Enter")
    await desk.get_by_role("button", name="Add").first.click()
    await seen(desk, "desk-composing")
    await desk.get_by_role("button", name="Make the link").click()
    await expect(desk.get_by_role("heading", name="The client pays by this link")).to_be_visible()
    await seen(desk, "desk-link")
    manager = await page_of(browser, running, TABLET)
    await sign_in(manager, "/boutique/", "maison_manager.alba@enfilade.example")
    await manager.goto("/desk/")
    await manager.locator(".found a").first.click()
    await manager.get_by_role("button", name="Approve").click()
    await expect(manager.get_by_text("€300.00 for")).to_contain_text("given")
