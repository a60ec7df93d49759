"""A client on a phone books from a piece's page, moves it from the letter, comes, tries and buys; the boutique closes before."""

import os
import re
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, Page, expect

from enfilade.appointments import rosters
from enfilade.appointments.rosters import Hours
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db
from enfilade.boutiques.openings import renew_openings
from enfilade.stock import verify as positions
from tests.appointments.diary import Diary, opened
from tests.journeys.steps import client_of, until
from tests.journeys.test_main_job import TABLET, browser, letter, page_of, running, shop, sign_in
from tests.journeys.test_till import ring_up
from tests.served import Served
from tests.shop import Shop, count

__all__ = ["browser", "running", "shop"]

pytestmark = pytest.mark.browser
#: Where pictures of the screens go, for who looks at them; none are taken where it is not said.
PICTURES = os.environ.get("ENFILADE_PICTURES")


async def seen(page: Page, name: str) -> None:
    """As wide as the screen, and no wider."""
    size = page.viewport_size
    assert size is not None
    assert await page.evaluate("document.documentElement.scrollWidth") <= size["width"], name
    if PICTURES:
        for width in (390, 1440):
            await page.set_viewport_size({"width": width, "height": 900})
            await page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)
            assert await page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
        await page.set_viewport_size(size)


async def opened_all_day(db: Db, shop: Shop, admin) -> Diary:
    """A boutique that is open day and night, with one advisor and one bag, and no other bag anywhere."""
    now = datetime.now(UTC)
    diary = await opened(
        db, shop, now, advisors=1, step_minutes=10, minutes=10, preparation_minutes=0, notice_minutes=0
    )
    admin("update boutiques.location set opening_hours = '24/7' where id = %s", [diary.place])
    admin("update appointments.service set cancel_until_minutes = 0, late_minutes = 10")

    async def all_day(conn: Conn) -> None:
        await renew_openings(conn, maison_id=diary.maison_id, now=now)
        await rosters.set_week(
            conn, maison_id=diary.maison_id, by=diary.manager, staff_id=diary.staff[0], location_id=diary.place,
            hours=[Hours(day, 0, 1440) for day in range(1, 8)], valid_from=now.date() - timedelta(days=1), now=now,
        )  # fmt: skip

    await db.run(Actor.importer(), diary.maison_id, all_day)
    for place, pieces in (("alba-1", 1), ("alba-2", 0), ("alba-wh", 0)):
        await count(db, shop.a, place, "alba-bag", pieces, datetime.now(UTC))
    return diary


async def book(client: Page, admin) -> None:
    """From the bag's page, on a phone; the bag is set aside."""
    await client.goto("/en/products/alba-bag")
    await seen(client, "piece")
    await client.get_by_role("link", name="Try it in a boutique").click()
    await seen(client, "places")
    await client.get_by_role("link", name=re.compile("Paris")).first.click()
    await expect(client.get_by_role("heading", name="When do you come?")).to_be_visible()
    await seen(client, "when")
    hours = client.locator(".hours-links a")
    if await hours.count() < 4:
        await client.locator(".fortnight a").nth(1).click()
    await hours.first.click()
    await client.fill("input[name=name]", "Camille Aubry")
    await client.fill("input[name=reach]", "camille@client.example")
    await client.fill("textarea[name=words]", "For a wedding in June")
    await client.get_by_role("checkbox", name=re.compile("may keep this")).check()
    await seen(client, "who")
    await client.get_by_role("button", name="Make the appointment").click()
    await expect(client.get_by_text("We look forward to seeing you, Camille Aubry.")).to_be_visible()
    await seen(client, "kept")
    assert admin("select purpose, quantity from stock.hold") == [("appointment", 1)]


def way(told: EmailMessage) -> str:
    """The path of the appointment's own page, as its letter gives it."""
    body = told.get_body(("plain",))
    assert body is not None
    address = re.search(r"http\S+/en/appointments/\S+", body.get_content())
    assert address is not None
    return urlsplit(address[0]).path


async def serve_and_sell(advisor: Page, diary: Diary, wall: datetime) -> None:
    """On the day the advisor finds the visit in the diary, receives the client, and sells the bag at the till."""
    await advisor.goto(f"/boutique/appointments?at={diary.place}&on={wall.date().isoformat()}")
    await advisor.get_by_role("link", name=re.compile("Camille Aubry")).click()
    await expect(advisor.get_by_text("Kept for them")).to_be_visible()
    await expect(advisor.get_by_text("For a wedding in June")).to_be_visible()
    await seen(advisor, "visit")
    await advisor.get_by_role("button", name="Client is here").click()
    await advisor.locator("select[name^=result-]").select_option("bought")
    await advisor.get_by_role("button", name="Visit is over").click()
    await advisor.get_by_role("link", name="Till", exact=True).click()
    await advisor.fill("input[name=float]", "200")
    await advisor.get_by_role("button", name="Open the till").click()
    await advisor.get_by_role("button", name="New sale").click()
    await ring_up(advisor, "alba-bag")
    await advisor.fill("input[name=amount]", "1200")
    await advisor.get_by_role("button", name="Card", exact=True).click()
    await advisor.get_by_role("button", name="Finish and hand over").click()
    await expect(advisor.get_by_text("the pieces are the client’s")).to_be_visible()


async def sold(client: Page, diary: Diary, db: Db, admin) -> None:
    """The client is thanked, the bag is gone and nothing is held, and stock agrees."""
    await client.reload()
    await expect(client.get_by_role("heading", name="Thank you for your visit")).to_be_visible()
    await seen(client, "served")
    assert admin("select state from appointments.appointment") == [("served",)]
    assert admin("select on_hand, held from stock.position where location_id = %s and variant_id = %s",
        [diary.place, diary.house.variants["alba-bag"]]) == [(0, 0)]  # fmt: skip
    assert await positions.verify(db, maison_id=diary.maison_id) == []


async def test_from_a_piece_to_a_visit_and_a_sale(
    browser: Browser, running: Served, shop: Shop, db: Db, admin
) -> None:
    diary = await opened_all_day(db, shop, admin)
    client = await client_of(browser, running)
    await book(client, admin)
    stranger = await client_of(browser, running)
    await stranger.goto("/en/products/alba-bag")
    await expect(stranger.get_by_role("button", name="Add to basket")).to_have_count(0)

    told = await letter(running, "appointment")
    assert [
        part.get_param("method") for part in told.walk() if part.get_content_type() == "text/calendar"
    ] == ["REQUEST"]
    await client.goto(way(told))
    await client.get_by_role("link", name="Choose another time").click()
    await seen(client, "moving")
    if await client.locator(".hours-free input").count() < 4:
        await client.locator(".fortnight a").nth(1).click()
    await client.locator(".hours-free input").nth(1).check()
    await client.get_by_role("button", name="Take this time").click()
    await expect(client.get_by_text("We look forward to seeing you, Camille Aubry.")).to_be_visible()
    ((sequence, wall),) = admin("select sequence, wall from appointments.appointment")
    assert sequence == 1
    await until(lambda: bool(list((running.data / "mailbox").glob("appointment-*-1.eml"))), running)

    advisor = await page_of(browser, running, TABLET)
    await sign_in(advisor, "/boutique/", "advisor.alba@enfilade.example")
    await serve_and_sell(advisor, diary, wall)
    await sold(client, diary, db, admin)


async def test_the_boutique_closes_and_the_visit_is_at_another_time(
    browser: Browser, running: Served, shop: Shop, db: Db, admin
) -> None:
    """The manager closes at once, the client takes the time proposed from the letter, comes then and buys."""
    diary = await opened_all_day(db, shop, admin)
    client = await client_of(browser, running)
    await book(client, admin)
    ((was,),) = admin("select starts_at from appointments.appointment")

    manager = await page_of(browser, running, TABLET)
    await sign_in(manager, "/boutique/", "maison_manager.alba@enfilade.example")
    await manager.goto("/boutique/closing")
    await manager.locator(f"input[name=place][value='{diary.place}']").check()
    await manager.locator("input[name=until][value=day]").check()
    opens = datetime.now(ZoneInfo("Europe/Paris")).date() + timedelta(days=2)
    await manager.fill("input[name=on]", opens.isoformat())
    await manager.get_by_role("button", name="See what it touches").click()
    await expect(manager.get_by_text("1 appointment", exact=True)).to_be_visible()
    await seen(manager, "closing-preview")
    await manager.get_by_role("button", name="Close now").click()
    await expect(manager.get_by_text("All of it is done")).to_be_visible(timeout=20_000)
    await seen(manager, "closed")

    told = await letter(running, "alternative")
    await client.goto(way(told))
    await expect(client.get_by_text("the boutique is closed then")).to_be_visible()
    await expect(client.get_by_text("Set aside for you")).to_be_visible()
    await seen(client, "another-time")
    await client.get_by_role("button", name="Yes, take this time").click()
    await expect(client.get_by_text("We look forward to seeing you, Camille Aubry.")).to_be_visible()
    ((starts_at, state),) = admin("select starts_at, state from appointments.appointment")
    assert starts_at > was and starts_at.astimezone(ZoneInfo("Europe/Paris")).date() >= opens
    assert state == "booked"
    assert admin("select purpose, quantity from stock.hold") == [("appointment", 1)]

    await manager.get_by_role("button", name="Reopen").click()
    await expect(manager.get_by_text("open again")).to_be_visible()
    # The hour comes: this machine's clock cannot be turned, so the visit is.
    admin(
        """
        update appointments.appointment set starts_at = starts_at - gone, ends_at = ends_at - gone, wall = wall - gone,
          busy = tstzrange(lower(busy) - gone, upper(busy) - gone)
        from (select date_trunc('minute', min(starts_at) - now()) - interval '10 minutes' as gone
          from appointments.appointment) x
        """
    )
    ((wall,),) = admin("select wall from appointments.appointment")
    advisor = await page_of(browser, running, TABLET)
    await sign_in(advisor, "/boutique/", "advisor.alba@enfilade.example")
    await serve_and_sell(advisor, diary, wall)
    await sold(client, diary, db, admin)
