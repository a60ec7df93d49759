"""A card written in Stripe's field, in a real browser, its holder asked by the bank, the order placed: against localstripe."""

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from playwright.async_api import Browser, async_playwright, expect

from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Db
from enfilade.payments import captures
from tests.payments import localstripe
from tests.served import served
from tests.shop import found_shop

pytestmark = pytest.mark.browser
SECRET = "whsec_of_the_journey"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    chrome = os.environ.get("ENFILADE_CHROME") or shutil.which("chromium") or shutil.which("google-chrome")
    assert chrome, "no Chrome or Chromium here: install Debian's chromium, or set ENFILADE_CHROME"
    async with async_playwright() as playwright:
        arguments = ["--disable-quic", "--disable-background-networking", "--no-first-run"]
        if os.geteuid() == 0:
            arguments.append("--no-sandbox")
        yield await playwright.chromium.launch(executable_path=chrome, args=arguments)


async def test_a_card_is_paid_after_the_bank_has_asked(
    browser: Browser, db: Db, addresses: Addresses, admin: Callable[..., Any], tmp_path: Path
) -> None:
    shop = await found_shop(db, datetime.now(UTC))
    with localstripe.process() as upstream:
        async with (
            localstripe.gate(upstream) as gate,
            served(
                addresses,
                tmp_path,
                workers=1,
                jobs=True,
                ENFILADE_STRIPE_SECRET_KEY=localstripe.SECRET_KEY,
                ENFILADE_STRIPE_PUBLISHABLE_KEY=localstripe.PUBLISHABLE_KEY,
                ENFILADE_STRIPE_WEBHOOK_SECRET=SECRET,
                ENFILADE_STRIPE_ADDRESS=gate.address,
                ENFILADE_STRIPE_SCRIPT=f"{gate.address}/js.stripe.com/v3",
                ENFILADE_PAYMENT_TIMEOUT_SECONDS="10",
            ) as running,
        ):
            page = await browser.new_page()
            page.set_default_timeout(15_000)
            refused: list[str] = []
            page.on("console", lambda said: refused.append(said.text) if "Policy" in said.text else None)
            await page.context.add_cookies([{"name": "market", "value": "fr", "url": running.base}])
            await page.goto(f"{running.base}/en/products/alba-bag")
            await page.get_by_role("button", name="Add to basket").click()
            await page.get_by_role("radio", name=re.compile("Collect in a boutique")).check()
            await page.get_by_role("radio", name=re.compile("Paris")).check()
            await page.get_by_role("button", name="Continue").click()
            await page.wait_for_url("**/en/checkout/*")
            checkout = page.url
            await page.fill("#name", "Camille Aubry")
            await page.fill("#mail", "camille@client.example")
            field = page.locator("[data-card-place]")
            number = localstripe.CARDS["second_step"]
            for name, value in (
                ("exp_month", "12"),
                ("exp_year", "34"),
                ("cvc", "123"),
                ("number", number),
            ):
                await field.get_by_placeholder(name).fill(value)
            await page.get_by_role("button", name="Order and pay").click()
            await expect(page.get_by_role("heading", name="Your bank asks you once more")).to_be_visible()
            assert admin("select state from payments.payment") == [("second_step",)]
            await page.get_by_role("link", name="To the bank").click()
            await page.get_by_role("link", name="Approve").click()
            await page.wait_for_url("**/en/orders/*")
            assert refused == []
            assert admin("select provider, state, captured_minor from payments.payment") == [
                ("stripe", "authorised", 0)
            ]
            assert admin("select state from orders.checkout") == [("completed",)]

            # The piece leaves: the worker takes the money.
            ((payment_id,),) = admin("select id from payments.payment")
            await _capture(db, shop.a.maison_id, payment_id)
            await _until(lambda: admin("select captured_minor from payments.payment") == [(120_000,)])
            ((intent_id,),) = admin("select intent_id from stripe_provider.intent")
            assert (await gate.intent(intent_id))["status"] == "succeeded"
            await page.goto(checkout)
            assert admin("select count(*) from orders.order") == [(1,)]


async def _capture(db: Db, maison_id: UUID, payment_id: UUID) -> None:
    async with db.acting(Actor.job(), maison_id) as conn:
        await captures.ask_capture(
            conn,
            maison_id=maison_id,
            payment_id=payment_id,
            cause_id=uuid4(),
            amount_minor=120_000,
            now=datetime.now(UTC),
        )


async def _until(so: Callable[[], bool]) -> None:
    for _ in range(150):
        if so():
            return
        await asyncio.sleep(0.1)
    raise AssertionError("not so after fifteen seconds")
