"""A client orders from two maisons in one basket, collects one piece, has the other sent, and gives it back elsewhere."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Conn, Db
from enfilade.maisons import policies
from enfilade.staff import people
from enfilade.staff.passwords import hashed_password
from tests.editorial.telling import Look
from tests.journeys.steps import choose, client_of, dispatch, pay, pick, proved, until
from tests.journeys.test_main_job import TABLET, browser, page_of, sign_in
from tests.served import Served, served
from tests.shop import PASSWORD, Shop, count

pytestmark = pytest.mark.browser
__all__ = ["browser"]

LYON = "lyon.borea@enfilade.example"


@pytest.fixture
async def shop(db: Db, shop: Shop) -> Shop:
    """Bags stand only in the boutiques of Paris; hand-overs are final at once; somebody works for Borea in Lyon."""
    now = datetime.now(UTC)
    for house in (shop.a, shop.b):
        async with db.acting(Actor.importer(), house.maison_id) as conn:
            await policies.set_policy(
                conn, maison_id=house.maison_id, policy=policies.Policy(capture_delay_minutes=0), now=now
            )
        for place in ("2", "wh"):
            await count(db, house, f"{house.slug}-{place}", f"{house.slug}-bag", 0, now)

    async def verb(conn: Conn) -> None:
        await people.hire(
            conn,
            maison_id=shop.b.maison_id,
            email=LYON,
            name="Lou",
            role="advisor",
            password_hash=hashed_password(PASSWORD),
            location_ids=[shop.b.places["borea-2"]],
            now=now,
            chosen=True,
        )

    await db.run(Actor.importer(), shop.b.maison_id, verb)
    return shop


@pytest.fixture
async def running(addresses: Addresses, shop: Shop, tmp_path: Path) -> AsyncIterator[Served]:
    async with served(addresses, tmp_path, workers=1, jobs=True) as running:
        yield running


async def test_pieces_of_two_maisons_reach_a_client_and_one_goes_back_elsewhere(
    browser: Browser,
    running: Served,
    shop: Shop,
    addresses: Addresses,
    admin: Look,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = await client_of(browser, running)
    await choose(client, "alba-ring", "borea-bag")
    await expect(client.get_by_role("heading", name="Alba")).to_be_visible()
    await expect(client.get_by_role("heading", name="Borea")).to_be_visible()
    await client.get_by_role("group", name="Alba").get_by_label(re.compile("Collect in a boutique")).check()
    await client.get_by_role("group", name="Alba").get_by_label(re.compile("Paris")).first.check()
    await client.get_by_role("group", name="Borea").get_by_label(re.compile("Delivery")).check()
    await _fits(client)
    await pay(client, home=True)
    links = client.get_by_role("link", name="Follow the order")
    await expect(links).to_have_count(2)
    placed = {
        maison: str(await client.locator("li", has_text=maison).get_by_role("link").get_attribute("href"))
        for maison in ("Alba", "Borea")
    }
    assert admin("select method, count(distinct checkout_id) from orders.order group by 1 order by 1") == [
        ("collect", 1),
        ("ship", 1),
    ]
    await client.goto(placed["Alba"])
    await expect(client.locator(".part-sentence")).to_contain_text("Paris has your order")

    alba = await page_of(browser, running, TABLET)
    await sign_in(alba, "/boutique/", "advisor.alba@enfilade.example")
    await pick(alba, "La bague")
    await alba.get_by_role("button", name="Ready: tell the client").click()
    await expect(alba.get_by_role("heading", name="Waits for Camille Aubry")).to_be_visible()
    await client.goto(placed["Alba"])
    await expect(client.locator(".part-sentence")).to_contain_text("Ready for you at Paris")
    code = await client.locator(".pass-code").inner_text()
    await alba.goto("/boutique/pickups")
    await alba.fill("input[name=code]", code)
    await alba.get_by_role("button", name="Find the order").click()
    await alba.get_by_role("button", name="Hand over", exact=True).click()
    await expect(alba.get_by_role("heading", name="Handed over to Camille Aubry")).to_be_visible()

    borea = await page_of(browser, running, TABLET)
    await sign_in(borea, "/boutique/", "advisor.borea@enfilade.example")
    await expect(borea.get_by_role("link", name=re.compile("The bag"))).to_have_count(1)
    await dispatch(borea, "The bag", "BOREA-8")

    await client.goto(placed["Borea"])
    await expect(client.locator(".progress")).to_contain_text("It is on its way to you.")
    await expect(client.locator(".progress")).to_contain_text("The carrier knows it as BOREA-8.")
    taken = "select sum(captured_minor), sum(refunded_minor) from payments.payment"
    await until(lambda: admin(taken) == [(240_000, 0)], running)

    await client.get_by_role("link", name="Return pieces").click()
    await client.get_by_role("button", name="Confirm the return").click()
    await expect(client.locator("#return")).to_contain_text("You return The bag.")
    await _fits(client)
    code = await client.locator(".pass-code").inner_text()

    lyon = await page_of(browser, running, TABLET)
    await sign_in(lyon, "/boutique/", LYON)
    await lyon.goto("/boutique/returns")
    await lyon.fill("input[name=asked]", code)
    await lyon.get_by_role("button", name="Find the order").click()
    await expect(lyon.get_by_text("Announced by the client")).to_be_visible()
    await lyon.get_by_label("The bag").select_option("For sale again")
    await lyon.get_by_role("button", name="Take back").click()
    await expect(lyon.get_by_text("goes back to where it was paid from")).to_be_visible()

    await until(
        lambda: (
            admin(taken) == [(240_000, 120_000)] and admin("select count(*) from orders.invoice") == [(3,)]
        ),
        running,
    )
    await client.goto(placed["Borea"])
    await expect(client.locator(".progress")).to_contain_text("It has come back to us.")
    await expect(client.locator(".progress")).not_to_contain_text("on its way")
    await expect(client.locator("#return")).to_contain_text("Lyon took back The bag")
    await expect(client.locator("#return")).to_contain_text("€1,200 goes back to where you paid from.")
    await _fits(client)
    for kind in ("Invoice", "Credit note"):
        link = client.get_by_role("link", name=re.compile(f"^{kind} FR-"))
        answer = await client.request.get(str(await link.get_attribute("href")))
        assert answer.headers["content-type"] == "application/pdf"
        assert (await answer.body()).startswith(b"%PDF-")
    await client.goto(placed["Alba"])
    await expect(client.get_by_role("link", name=re.compile("^Invoice FR-"))).to_be_visible()
    await expect(client.get_by_role("link", name=re.compile("^Credit note"))).to_have_count(0)

    # The piece stands where it was brought, not where it came from; the money of the other order stays taken.
    assert admin(
        "select l.code, p.on_hand from stock.position p join boutiques.location l on l.id = p.location_id"
        " join catalogue.variant v on v.id = p.variant_id where v.sku = 'borea-bag' order by 1"
    ) == [("borea-1", 4), ("borea-2", 1), ("borea-wh", 0)]
    assert admin("select sum(captured_minor), sum(refunded_minor) from local_provider.charge") == [
        (240_000, 120_000)
    ]
    await proved(addresses, running, browser, monkeypatch)


async def _fits(page: Page) -> None:
    """Nothing reaches over the edge of the phone."""
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{wide} px beyond the edge"
