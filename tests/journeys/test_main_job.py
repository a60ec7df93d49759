"""The main job in a real browser: a client on a phone, an advisor in a second context, the group last."""

import asyncio
import os
import re
import shutil
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Db
from enfilade.maisons import policies
from enfilade.orders import books
from enfilade.orders import verify as promises
from enfilade.stock import verify as positions
from tests.served import Served, served
from tests.shop import PASSWORD, Shop, found_shop

pytestmark = pytest.mark.browser

PHONE: ViewportSize = {"width": 390, "height": 844}
TABLET: ViewportSize = {"width": 820, "height": 1180}


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    chrome = os.environ.get("ENFILADE_CHROME") or shutil.which("chromium") or shutil.which("google-chrome")
    assert chrome, "no Chrome or Chromium here: install Debian's chromium, or set ENFILADE_CHROME"
    async with async_playwright() as playwright:
        arguments = ["--disable-quic", "--disable-background-networking", "--no-first-run"]
        if os.geteuid() == 0:
            arguments.append("--no-sandbox")
        yield await playwright.chromium.launch(executable_path=chrome, args=arguments)


@pytest.fixture
async def shop(db: Db) -> Shop:
    now = datetime.now(UTC)
    shop = await found_shop(db, now)
    async with db.acting(Actor.importer(), shop.a.maison_id) as conn:
        await policies.set_policy(
            conn, maison_id=shop.a.maison_id, policy=policies.Policy(capture_delay_minutes=0), now=now
        )
    return shop


@pytest.fixture
async def running(addresses: Addresses, shop: Shop, tmp_path: Path) -> AsyncIterator[Served]:
    async with served(addresses, tmp_path, jobs=True) as running:
        yield running


async def page_of(browser: Browser, running: Served, size: ViewportSize) -> Page:
    context = await browser.new_context(base_url=running.base, viewport=size, locale="en-GB")
    page = await context.new_page()
    page.set_default_timeout(15_000)
    return page


async def sign_in(page: Page, address: str, mail: str) -> None:
    await page.goto(address)
    await page.fill("input[type=email]", mail)
    await page.fill("input[type=password]", PASSWORD)
    await page.get_by_role("button", name="Sign in").click()


async def letter(running: Served, prefix: str) -> EmailMessage:
    """Waits for the worker to have written it."""
    for _ in range(150):
        for path in (running.data / "mailbox").glob(f"{prefix}-*.eml"):
            return BytesParser(policy=policy.default).parsebytes(path.read_bytes())
        await asyncio.sleep(0.1)
    raise AssertionError((running.data / "worker.log").read_text(encoding="utf-8")[-3000:])


async def test_a_piece_travels_from_the_page_to_the_clients_hands(
    browser: Browser, running: Served, shop: Shop, db: Db, admin
) -> None:
    advisor = await page_of(browser, running, TABLET)
    await sign_in(advisor, "/boutique/", "advisor.alba@enfilade.example")
    await expect(advisor.get_by_role("heading", name="Today’s tasks")).to_be_visible()
    await expect(advisor.get_by_text("The bag")).to_have_count(0)

    client = await page_of(browser, running, PHONE)
    await client.context.add_cookies([{"name": "market", "value": "fr", "url": running.base}])
    await client.goto("/en/products/alba-bag")
    await client.get_by_role("button", name="Add to basket").click()
    await expect(client.get_by_role("heading", name="Your basket")).to_be_visible()
    await client.get_by_role("radio", name=re.compile("Collect in a boutique")).check()
    await client.get_by_role("radio", name=re.compile("Paris")).check()
    await client.get_by_role("button", name="Continue").click()
    await client.fill("input[name=name]", "Camille Aubry")
    await client.fill("input[name=mail]", "camille@client.example")
    await client.get_by_role("button", name="Order and pay").click()
    await client.wait_for_url("**/en/orders/*")
    await expect(client.get_by_text("Camille Aubry").first).to_be_visible()

    # The open screen of the boutique shows it by itself.
    seen_after = time.monotonic()
    task = advisor.get_by_role("link", name=re.compile("The bag"))
    await expect(task).to_be_visible(timeout=4_000)
    assert time.monotonic() - seen_after < 2.5
    await task.click()
    await expect(advisor.get_by_text("You credit Paris")).to_be_visible()
    await advisor.get_by_role("button", name="Accept", exact=True).click()
    await advisor.get_by_role("button", name="I have it").click()
    await advisor.get_by_role("button", name="Ready: tell the client").click()

    confirmation = await letter(running, "placed")
    assert confirmation["To"] == "camille@client.example"
    ready = await letter(running, "ready")
    body = ready.get_body(("plain",))
    assert body is not None
    code = re.search(r"^([2-9A-Z]{4})\W?([2-9A-Z]{4})\s*$", body.get_content(), re.MULTILINE)
    assert code, body.get_content()
    assert any(part.get_content_maintype() == "image" for part in ready.walk())

    await client.reload()
    await expect(client.get_by_text(re.compile(f"{code[1]}.?{code[2]}")).first).to_be_visible()
    await client.get_by_role("button", name=re.compile("on my way")).click()
    await advisor.goto("/boutique/")
    await expect(advisor.get_by_text(re.compile("way", re.IGNORECASE)).first).to_be_visible(timeout=5_000)

    await advisor.goto("/boutique/pickups")
    await advisor.fill("input[name=code]", f"{code[1]}{code[2]}")
    await advisor.get_by_role("button", name="Find the order").click()
    await expect(advisor.get_by_text("Camille Aubry").first).to_be_visible()
    await advisor.get_by_role("button", name="Hand over", exact=True).click()
    for _ in range(100):
        if admin("select state, captured_minor from payments.payment") == [("captured", 120_000)]:
            break
        await asyncio.sleep(0.1)
    assert admin("select state, captured_minor from payments.payment") == [("captured", 120_000)]
    assert admin("select captured_minor from local_provider.charge") == [(120_000,)]
    assert admin("select state from orders.order") == [("completed",)]
    assert await positions.verify(db, maison_id=shop.a.maison_id) == []
    assert await promises.verify(db, maison_id=shop.a.maison_id) == []
    assert await books.verify(db, maison_id=shop.a.maison_id) == []

    group = await page_of(browser, running, {"width": 1440, "height": 900})
    await sign_in(group, "/cockpit/", "group_analyst@enfilade.example")
    await expect(group.get_by_text("Alba").first).to_be_visible()
    await expect(group.get_by_text("Camille")).to_have_count(0)
