"""A manager puts the maison's rules in another order on the screen, and the next order goes where they say."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from enfilade.base.database import Addresses
from enfilade.base.db import Db
from tests.editorial.telling import Look
from tests.journeys.steps import choose, client_of, order, proved
from tests.journeys.test_main_job import TABLET, browser, page_of, sign_in
from tests.served import Served, served
from tests.shop import Shop, count

pytestmark = pytest.mark.browser
__all__ = ["browser"]

#: Of each order: the place that is asked, what decided, and for how many pieces.
ASKED = """
select p.name, l.decided_by, count(*) from orders.order_line l
join orders.fulfilment f on f.maison_id = l.maison_id and f.id = l.fulfilment_id
join boutiques.location p on p.maison_id = f.maison_id and p.id = f.location_id group by 1, 2 order by 1
"""


@pytest.fixture
async def running(db: Db, addresses: Addresses, shop: Shop, tmp_path: Path) -> AsyncIterator[Served]:
    """Paris has more bags than Lyon, the warehouse the most."""
    now = datetime.now(UTC)
    await count(db, shop.a, "alba-2", "alba-bag", 2, now)
    await count(db, shop.a, "alba-wh", "alba-bag", 50, now)
    async with served(addresses, tmp_path, workers=1) as running:
        yield running


async def test_the_next_order_goes_where_the_new_rules_say(
    browser: Browser,
    running: Served,
    addresses: Addresses,
    admin: Look,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = await client_of(browser, running)
    await _sent_home(client)
    assert admin(ASKED) == [("Warehouse", "least_cost", 1)]

    manager = await page_of(browser, running, TABLET)
    await sign_in(manager, "/studio/sourcing", "maison_manager.alba@enfilade.example")
    await manager.goto("/studio/sourcing")
    decided = manager.locator("section", has=manager.locator("#decided")).locator("tbody tr")
    await expect(decided).to_have_count(1)
    await expect(decided).to_contain_text(re.compile("Warehouse.*The least cost"))
    await manager.get_by_role("button", name="Use Most stock").click()
    await manager.get_by_role("button", name="Use Boutique first").click()
    await manager.get_by_role("button", name="Earlier Boutique first").click()
    rules = manager.locator("ol.rules .rule-name")
    await expect(rules).to_contain_text(["5. Boutique first", "6. Most stock"])
    await expect(manager.get_by_role("status")).to_have_text("Not saved yet.")
    await _sent_home(client)
    assert admin(ASKED) == [("Warehouse", "least_cost", 2)], "what is not saved decides nothing"

    await manager.get_by_role("button", name="Save", exact=True).last.click()
    await expect(manager.get_by_role("status")).to_have_text("Saved and in force.")
    await expect(rules).to_contain_text(["5. Boutique first", "6. Most stock"])
    await _sent_home(client)
    assert admin(ASKED) == [("Paris", "most_stock", 1), ("Warehouse", "least_cost", 2)]
    await manager.reload()
    await expect(decided).to_have_count(3)
    await expect(decided.first).to_contain_text(re.compile("Paris.*Most stock"))

    # The boutique that the rules chose is the one that sees the task.
    advisor = await page_of(browser, running, TABLET)
    await sign_in(advisor, "/boutique/", "advisor.alba@enfilade.example")
    await expect(advisor.get_by_role("link", name=re.compile("The bag"))).to_have_count(1)
    await expect(advisor.get_by_text("To be sent")).to_be_visible()
    await proved(addresses, running, browser, monkeypatch)


async def _sent_home(client: Page) -> None:
    await choose(client, "alba-bag")
    await order(client, "Delivery")
    await client.wait_for_url("**/en/orders/*")
    await expect(client.locator(".part-sentence")).to_have_text("Alba has your order and prepares it.")
