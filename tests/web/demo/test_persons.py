"""One click changes person on the same order; the bar knows how far the order is and costs the pages nothing."""

import re

import httpx
import pytest

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db
from enfilade.base.messages import Mailbox, Message, messages
from enfilade.base.settings import Settings
from enfilade.orders import pickup, preparations
from enfilade.orders.preparations import pickup_code
from enfilade.run import web
from enfilade.staff import people
from tests.web.demo.conftest import Order, Ordered
from tests.web.storefront.visiting import Visit


async def step(visit: Visit) -> int:
    return (await visit.get("/demo/progress")).response.json()["step"]


async def become(visit: Visit, role: str) -> str:
    answer = await visit.post(f"/demo/persons/{role}")
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def prepare(db: Db, visit: Visit, settings: Settings, ordered: Ordered) -> None:
    """The advisor accepts, picks and says ready, by the verbs."""
    house = visit.shop.a

    async def verb(conn: Conn) -> None:
        by = await people.colleague(conn, maison_id=house.maison_id, staff_id=house.staff["advisor"])
        cursor = await conn.execute("select id, now() from orders.order_line")
        line_id, now = (await cursor.fetchall())[0]
        of = {"maison_id": house.maison_id, "by": by, "fulfilment_id": ordered.fulfilment_id, "now": now}
        await preparations.accept(conn, **of)
        await preparations.pick(conn, line_id=line_id, **of)
        await preparations.ready(conn, key=settings.key, **of)

    await db.run(Actor.staff(house.staff["advisor"]), house.maison_id, verb)


async def test_each_person_is_led_to_the_same_order(visit: Visit, order: Order) -> None:
    ordered = await order()
    house = visit.shop.a
    at = {
        "advisor": f"/boutique/preparations/{ordered.fulfilment_id}",
        "boutique_manager": f"/boutique/preparations/{ordered.fulfilment_id}",
        "maison_manager": f"/studio/orders/{ordered.order_id}",
        "client": ordered.link,
    }
    for role, address in at.items():
        assert await become(visit, role) == address
        page = await visit.get(address)
        assert page.response.status_code == 200, (role, page.text)
        shown = re.search(r'persons/(\w+)"[^>]* aria-current="true"', page.text)
        assert shown is not None
        assert shown.group(1) == role
    assert await become(visit, "advisor")
    page = await visit.get(at["advisor"])
    assert "advisor at Paris" in page.text
    assert house.slug in page.text.lower()


async def test_the_group_is_led_to_its_figures(visit: Visit, order: Order, db: Db) -> None:
    await order()
    assert await become(visit, "group") == "/cockpit/"
    token = visit.client.cookies["staff"]
    assert token
    denied = await visit.get("/boutique/")
    assert denied.response.status_code == 403


async def test_another_persons_session_ends_and_the_client_keeps_it(visit: Visit, order: Order) -> None:
    await order()
    await become(visit, "advisor")
    first = visit.client.cookies["staff"]
    await become(visit, "client")
    assert visit.client.cookies["staff"] == first
    await become(visit, "maison_manager")
    old = await visit.get("/boutique/", cookie=f"staff={first}")
    assert old.response.status_code == 303
    assert (await visit.get("/boutique/")).response.status_code == 200


async def test_without_an_order_each_begins_their_day(visit: Visit) -> None:
    assert await become(visit, "advisor") == "/boutique/"
    assert (await visit.get("/boutique/")).response.status_code == 200
    assert await become(visit, "maison_manager") == "/studio/"
    assert await become(visit, "client") == "/"
    assert await step(visit) == 1


async def test_nobody_else_can_be_become(visit: Visit) -> None:
    assert (await visit.post("/demo/persons/administrator")).status_code == 404
    assert (await visit.get("/demo/persons/advisor")).response.status_code == 405


async def test_another_sites_form_changes_nobody(visit: Visit, settings: Settings) -> None:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=web(settings)),  # type: ignore[arg-type]
        base_url=settings.base_url,  # type: ignore
    ) as client:  # type: ignore[arg-type]
        forged = await client.post("/demo/persons/advisor", headers={"sec-fetch-site": "cross-site"})
    assert forged.status_code == 403
    assert "staff" not in forged.cookies


async def test_the_steps_follow_the_order(visit: Visit, order: Order, db: Db, settings: Settings) -> None:
    ordered = await order()
    assert await step(visit) == 2
    await prepare(db, visit, settings, ordered)
    assert await step(visit) == 3
    assert await become(visit, "advisor") == f"/boutique/pickups/{ordered.fulfilment_id}"
    box = messages("", settings.mail_from, settings.data)
    assert isinstance(box, Mailbox)
    await box.send(Message("ready-another", "x@example.com", "Prête", "x", "<p>x</p>", "fr"))
    await visit.get("/demo/mailbox/ready-another")
    assert await step(visit) == 3
    await box.send(Message(f"ready-{ordered.fulfilment_id}", "x@example.com", "Prête", "x", "<p>x</p>", "fr"))
    await visit.get(f"/demo/mailbox/ready-{ordered.fulfilment_id}")
    assert await step(visit) == 4
    house = visit.shop.a

    async def hand_over(conn: Conn) -> None:
        by = await people.colleague(conn, maison_id=house.maison_id, staff_id=house.staff["advisor"])
        cursor = await conn.execute("select now()")
        [(now,)] = await cursor.fetchall()
        await pickup.hand_over(
            conn,
            maison_id=house.maison_id,
            by=by,
            fulfilment_id=ordered.fulfilment_id,
            code=pickup_code(settings.key, ordered.fulfilment_id),
            refused_line_ids=[],
            now=now,
        )

    await db.run(Actor.staff(house.staff["advisor"]), house.maison_id, hand_over)
    assert await step(visit) == 5
    assert await become(visit, "advisor") == f"/boutique/pickups/{ordered.fulfilment_id}"
    # A new order begins again.
    await order()
    assert await step(visit) == 2


async def test_an_order_of_another_visitor_is_not_led_to(visit: Visit, order: Order) -> None:
    await order()
    visit.client.cookies.delete("visitor")
    assert await step(visit) == 1
    assert await become(visit, "client") == "/"


@pytest.mark.parametrize(
    "address", ["/en", "/fr/maisons", "/en/basket", "/boutique/sign-in", "/en/nowhere", "/demo"]
)
async def test_the_bar_is_on_every_page(visit: Visit, address: str) -> None:
    page = await visit.get(address)
    assert page.text.count('<nav class="demo-bar"') == 1
    assert page.text.index("demo-bar") < page.text.index("<main")
    head, _, body = page.text.partition("</head>")
    assert "demo/bar.css" in head
    assert re.search(r" style=|onclick|<style", body.partition("</nav>")[0]) is None


async def test_a_piece_of_a_page_has_no_bar(visit: Visit, order: Order) -> None:
    ordered = await order()
    assert "demo-bar" in (await visit.get(ordered.link)).text
    assert "demo-bar" not in (await visit.get(f"{ordered.link}/progress")).text


async def test_the_bar_is_first_after_the_skip_link(visit: Visit) -> None:
    text = (await visit.get("/en")).text
    assert text.index('class="skip"') < text.index('<nav class="demo-bar"') < text.index("<header")


async def test_cookies_of_the_bar_are_only_words(visit: Visit) -> None:
    page = await visit.get("/en", cookie="demo_step=9; demo_place=%3Cscript%3Ealert(1)%3C%2Fscript%3E")
    assert "<script>alert" not in page.text
    assert "advisor at &lt;script&gt;" in page.text
    assert 'data-demo-steps="1"' in page.text
