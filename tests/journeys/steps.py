"""What several journeys do: a client orders, somebody in a boutique prepares, the books are proved."""

import asyncio
import re
from collections.abc import Callable

import pytest
from click.testing import CliRunner
from playwright.async_api import Browser, Locator, Page, expect

from enfilade.base.database import Addresses
from enfilade.run import command_line
from tests.journeys.test_main_job import PHONE, page_of
from tests.served import Served
from tests.shop import DOOR

#: A page whose control needs more steps than this is no page for a keyboard.
TABS_MAX = 80


class Hands:
    """Presses and writes as somebody with a pointer does, or somebody who has only keys."""

    def __init__(self, page: Page, *, keys: bool) -> None:
        self.page, self.keys = page, keys

    async def press(self, at: Locator) -> None:
        if self.keys:
            await self._reach(at)
            await self.page.keyboard.press("Enter")
        else:
            await at.click()

    async def choose(self, at: Locator) -> None:
        """One of several radio buttons, of which Tab reaches the chosen one and arrows the others."""
        if not self.keys:
            await at.check()
            return
        group = await at.get_attribute("name")
        await self._reach(self.page.locator(f'input[name="{group}"]:checked'))
        for _ in range(await self.page.locator(f'input[name="{group}"]').count()):
            if await at.is_checked():
                return
            await self.page.keyboard.press("ArrowDown")
        raise AssertionError("no arrow reaches it")

    async def write(self, at: Locator, words: str) -> None:
        if self.keys:
            await self._reach(at)
            await self.page.keyboard.type(words)
        else:
            await at.fill(words)

    async def _reach(self, at: Locator) -> None:
        await expect(at).to_be_visible()
        for _ in range(TABS_MAX):
            if await at.evaluate("one => one === document.activeElement"):
                return
            await self.page.keyboard.press("Tab")
        raise AssertionError(f"no Tab reaches {at}")


async def client_of(browser: Browser, running: Served) -> Page:
    """A client's phone, shopping in France."""
    client = await page_of(browser, running, PHONE)
    await client.context.add_cookies([{"name": "market", "value": "fr", "url": running.base}])
    return client


async def choose(client: Page, *pieces: str) -> None:
    """Puts each piece into the basket from its own page; the basket is open afterwards."""
    for piece in pieces:
        await client.goto(f"/en/products/{piece}")
        await client.get_by_role("button", name="Add to basket").click()
        await expect(client.get_by_role("heading", name="Your basket")).to_be_visible()


async def order(client: Page, way: str, place: str = "") -> None:
    """From the basket to the page that thanks: for one maison the order's own, for several a list of links."""
    await client.get_by_role("radio", name=re.compile(way)).check()
    if place:
        await client.get_by_role("radio", name=re.compile(place)).check()
    await pay(client, home=way == "Delivery")


async def pay(client: Page, *, home: bool) -> None:
    """From the basket whose ways are chosen to the page that thanks; `home`: something is sent there."""
    await client.get_by_role("button", name="Continue").click()
    await client.fill("input[name=name]", "Camille Aubry")
    await client.fill("input[name=mail]", "camille@client.example")
    if home:
        for name in ("line1", "postcode", "city"):
            await client.fill(f"input[name={name}]", DOOR[name])
    await client.get_by_role("button", name="Order and pay").click()


async def pick(advisor: Page, piece: str) -> None:
    """Takes the piece's task from the day's list and fetches it."""
    await advisor.goto("/boutique/")
    await advisor.get_by_role("link", name=re.compile(piece)).click()
    await advisor.get_by_role("button", name="Accept", exact=True).click()
    await advisor.get_by_role("button", name="I have it").click()


async def dispatch(advisor: Page, piece: str, tracking: str) -> None:
    """Fetches the piece, packs it and gives it to the carrier."""
    await pick(advisor, piece)
    await advisor.fill("input[name=tracking]", tracking)
    await advisor.get_by_role("button", name="It has left").click()
    await expect(advisor.get_by_role("heading", name="On its way")).to_be_visible()


async def until(so: Callable[[], bool], running: Served) -> None:
    """Waits for what the worker does; raises AssertionError with its log after fifteen seconds."""
    for _ in range(150):
        if so():
            return
        await asyncio.sleep(0.1)
    raise AssertionError((running.data / "worker.log").read_text(encoding="utf-8")[-3000:])


async def proved(
    addresses: Addresses, running: Served, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody leaves; `enfilade stock verify` and `payments verify --provider` find nothing."""
    # An open screen of a boutique keeps a stream, for which a server that is told to stop waits long.
    for context in browser.contexts:
        await context.close()
    monkeypatch.setenv("ENFILADE_DATABASE_URL", addresses.admin)
    monkeypatch.setenv("ENFILADE_DATA", str(running.data))
    for words in (["stock", "verify"], ["payments", "verify", "--provider"]):
        said = await asyncio.to_thread(CliRunner().invoke, command_line, words)
        assert said.exit_code == 0, said.output
