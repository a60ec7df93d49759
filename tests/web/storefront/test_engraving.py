"""Words from the page of a piece to the bench, the papers and the client's page, by plain forms."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db
from enfilade.base.ids import new_id
from enfilade.base.settings import Settings
from enfilade.boutiques import workshops
from enfilade.boutiques.workshops import Workshop
from enfilade.catalogue import engraving
from enfilade.catalogue.engraving import Terms
from enfilade.orders import confirmation, invoices
from enfilade.web.shared.invoices import document
from tests.web.storefront.test_checkout import Look, open_checkout, pay, staff_session
from tests.web.storefront.visiting import Visit

PAGE = "/en/products/alba-bag"


@pytest.fixture
async def cut(visit: Visit, db: Db, admin: Look) -> None:
    """The bag takes twelve letters, Latin or Chinese, for 40 euros, in a workshop that does two a day."""
    house, now = visit.shop.a, datetime.now(UTC)
    admin("update public_facts.product set engraving_letters_max = 12 where slug = 'alba-bag'")

    async def verb(conn: Conn) -> None:
        await engraving.set_terms(
            conn,
            maison_id=house.maison_id,
            terms=Terms(("upright", "italic"), ("latin", "han"), {"fr": 4_000}),
        )
        await workshops.set_workshop(
            conn,
            maison_id=house.maison_id,
            workshop=Workshop(new_id(now), "Rue des Graveurs", None, "UTC", 2, 1, 0, False),
            now=now,
        )

    await db.run(Actor.importer(), house.maison_id, verb)
    await visit.post("/en/market", market="fr", next="/en/")


@pytest.mark.usefixtures("cut")
async def test_words_go_from_the_page_to_the_bench_and_onto_every_paper(
    visit: Visit, db: Db, settings: Settings, admin: Look
) -> None:
    house = visit.shop.a
    page = (await visit.get(PAGE)).text
    assert "The engraving costs €40" in page and "Ordered today, it is done by" in page
    assert "comes back only where it is faulty" in page
    plain = await visit.get("/en/products/alba-ring")
    assert "engraved" not in plain.text.lower()
    found = re.search(r'name="variant_id" value="([0-9a-f-]+)"', page)
    assert found
    variant = found[1]

    refused = await visit.post("/en/basket", variant_id=variant, engraving="A ♥ B")
    assert refused.status_code == 409 and "These are not cut: ♥" in refused.text
    for words, lettering in (("Ana & <b>", ""), ("Noé", "italic"), ("安娜", "italic"), ("安娜", "italic")):
        sent = await visit.post("/en/basket", variant_id=variant, engraving=words, lettering=lettering)
        assert sent.status_code == (409 if "<" in words else 303)
    basket = (await visit.get("/en/basket")).text
    assert basket.count('class="line"') == 2 and "Engraved: Noé" in basket and "Engraved: 安娜" in basket
    assert "Engraving €40, included in the price" in basket and "until the engraving begins" in basket
    assert 'value="reserve"' not in basket, "what is cut is paid first"
    changed = await visit.post(
        "/en/basket/lines", variant_id=variant, engraving="安娜", lettering="italic", quantity="0"
    )
    assert changed.status_code == 303 and "安娜" not in (await visit.get("/en/basket")).text

    at = await open_checkout(visit, "collect")
    checkout = (await visit.get(at)).text
    assert "Engraved: Noé" in checkout and "Engraved by" in checkout
    await pay(visit, at)
    mine = (await visit.get(at)).response.headers["location"]
    order = (await visit.get(mine)).text
    assert "Engraved: Noé" in order and "To be engraved by" in order

    ((order_id, work, line_id),) = admin(
        "select o.id, f.id, l.id from orders.order o join orders.fulfilment f on f.order_id = o.id"
        " join orders.order_line l on l.order_id = o.id"
    )
    async with db.acting(Actor.job(), house.maison_id) as conn:
        told = await confirmation.read(conn, maison_id=house.maison_id, order_id=order_id)  # type: ignore[arg-type]
    assert told is not None
    letter = confirmation.letter(*told, key=settings.key, base_url="http://shop.example")
    assert "Engraved: Noé" in letter.text and "comes back only where it is faulty" in letter.text

    anonymous = dict(visit.client.cookies)
    visit.client.cookies.set("staff", await staff_session(db, visit.shop, "advisor"))
    assert "To engrave: 1" in (await visit.get("/boutique/")).text
    assert "Noé" in (await visit.get("/boutique/engravings")).text
    base, n = f"/boutique/preparations/{work}", iter(range(9))

    async def act(address: str, **fields: str) -> None:
        done = await visit.post(f"{base}/{address}", key=f"engraving-{next(n)}", **fields)
        assert done.status_code == 303, done.text

    await act("acceptance")
    assert "To engrave, italic" in (await visit.get(base)).text
    await act("picks", line=str(line_id))
    assert "Begin engraving" in (await visit.get(base)).text
    early = await visit.post(f"{base}/readiness", key="engraving-early")
    assert early.status_code == 409 and "1 still to engrave" in early.text
    await act("engravings", line=str(line_id), step="begin")
    assert "Being engraved." in (await visit.get(mine)).text
    gone = await visit.post(f"{mine}/cancellation", line=str(line_id))
    assert gone.status_code == 409 and "cannot be cancelled any more" in gone.text
    await act("engravings", line=str(line_id), step="finish")
    assert "Nothing to engrave" in (await visit.get("/boutique/engravings")).text
    await act("readiness")
    assert "Noé" in (await visit.get(f"/boutique/pickups/{work}")).text
    for surface, who in (("studio", "maison_manager"), ("desk", "client_service")):
        visit.client.cookies.set("staff", await staff_session(db, visit.shop, who))
        assert "Noé" in (await visit.get(f"/{surface}/orders/{order_id}")).text, surface
    assert anonymous

    admin("update orders.fulfilment set state = 'handed_over', ended_at = now()")
    admin("update orders.order_line set state = 'handed_over'")
    line = invoices.Line("S", "Bag", "", "", 1, 100, 0, 0, line_id=UUID(str(line_id)))
    async with db.acting(Actor.job(), house.maison_id) as conn:
        sale = await invoices.sale_of(conn, maison_id=house.maison_id, order_id=order_id)  # type: ignore[arg-type]
    paper = invoices.Invoice(
        new_id(datetime.now(UTC)), "invoice", "FR", 2026, 1, datetime.now(UTC).date(), "Alba", "", "FR", "", "EUR", 100, 0,
        invoices.json_of([line]),
    )  # fmt: skip
    assert "Engraved: Noé" in str(document.told(paper, sale, "en"))


@pytest.mark.usefixtures("cut")
async def test_the_maison_says_what_it_cuts_and_when_its_workshop_is_closed(
    visit: Visit, db: Db, admin: Look
) -> None:
    visit.client.cookies.set("staff", await staff_session(db, visit.shop, "maison_manager"))
    page = (await visit.get("/studio/engraving")).text
    assert "Rue des Graveurs" in page and 'value="40.00"' in page
    ((workshop,),) = admin("select id from boutiques.workshop")
    today = datetime.now(UTC).date()
    last = today.replace(year=today.year + 1)

    async def post(address: str, **fields: str) -> int:
        answer = await visit.post(f"/studio/engraving{address}", key=str(new_id(datetime.now(UTC))), **fields)
        return answer.status_code

    assert await post("", lettering="block", **{"fee-fr": "25,50"}) == 303
    assert await post("", lettering="block", **{"fee-fr": "much"}) == 400
    assert admin("select market, amount_minor from public_facts.engraving_fee") == [("fr", 2_550)]
    figures = {"pieces_a_day": "4", "there_days": "2", "back_days": "1"}
    assert await post("/workshops", id=str(workshop), name="Rue Neuve", **figures) == 303
    assert await post("/workshops", id=str(workshop), name="", **figures) == 400
    assert await post("/workshops", id=str(new_id(datetime.now(UTC))), name="Another’s", **figures) == 400
    assert admin("select name, pieces_a_day from boutiques.workshop") == [("Rue Neuve", 4)]
    days = {"workshop": str(workshop), "first": today.isoformat()}
    assert await post("/closed-days", **days, last=last.isoformat()) == 400
    assert (
        await post("/closed-days", **days, last=(today + timedelta(days=40)).isoformat(), closed="yes") == 303
    )
    shut = (await visit.get(PAGE)).text
    assert (
        "The workshop has no room in the next days" in shut and "Put it into the basket, engraved" not in shut
    )
    found = re.search(r'name="variant_id" value="([0-9a-f-]+)"', shut)
    assert found
    await visit.post("/en/basket", variant_id=found[1], engraving="Ana")
    told = await visit.post(
        "/en/checkout",
        key="closed-workshop",
        method="collect",
        **{f"collect-{visit.shop.a.maison_id}": str(visit.shop.a.places["alba-1"])},
    )
    assert told.status_code == 409 and "has no room for this engraving" in told.text
