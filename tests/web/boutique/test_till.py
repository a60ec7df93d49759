"""The till in the boutique app: a sale rung up by code and name, paid twice, its receipt, an exchange, the day's count."""

import asyncio
import re
from typing import Any
from uuid import UUID

from enfilade.base.actors import Actor
from enfilade.base.db import execute
from enfilade.base.ids import new_id
from enfilade.base.secrets import derived
from enfilade.orders import books
from enfilade.orders.of_client import bought
from enfilade.orders.till import receipts
from tests.orders.counter import PRICE
from tests.web.boutique.conftest import App


async def opened(app: App, amount: str = "200") -> str:
    """The way to the open till's figures."""
    answer = await app.post("/till/drawers", at=str(app.shop.at["rivoli"]), currency="EUR", float=amount)
    assert answer.status_code == 303, answer.text[-600:]
    found = re.search(r'href="/boutique(/till/drawers/[^"]+)"', (await app.get("/till")).text)
    assert found
    return found[1]


async def begun(app: App, *skus: str) -> str:
    """The way to a new sale's screen."""
    answer = await app.post("/till/sales", at=str(app.shop.at["rivoli"]))
    at: str = answer.headers["location"].removeprefix("/boutique")
    for sku in skus:
        answer = await app.post(f"{at}/pieces", q=sku)
        assert answer.status_code == 303, answer.text[-600:]
    return at


async def paid(app: App, path: str, **fields: Any) -> None:
    answer = await app.post(path, **fields)
    assert answer.status_code == 303, answer.text[-600:]


async def test_a_sale_from_the_float_to_the_count(app: App) -> None:
    shop = app.shop
    closed = (await app.get("/till")).text
    assert "The till is closed" in closed and "New sale" not in closed
    assert (
        (await app.post("/till/sales", at=str(shop.at["rivoli"])))
        .headers["location"]
        .endswith(str(shop.at["rivoli"]))
    )
    drawer = await opened(app)
    at = await begun(app)
    found = (await app.post(f"{at}/pieces", q="arcade")).text
    assert "3 here" in found and "From another place" not in found and "BAG-M" in found
    assert "Nothing of that name" in (await app.post(f"{at}/pieces", q="nowhere")).text
    key = "the key of this form"
    for _ in range(2):
        assert (await app.post(f"{at}/pieces", q="bag-s", key=key)).status_code == 303
    barcode = await shop.look("select barcode from catalogue.variant where sku = 'SCARF-U'")
    await app.post(f"{at}/pieces", q=barcode)
    await app.post(f"{at}/pieces", piece=str(shop.variants["SCARF-U"]))
    await app.post(f"{at}/pieces/{shop.variants['SCARF-U']}/removal")
    page = (await app.get(at)).text
    assert "€4,900.00" in page and "Still due" in page and "Finish and hand over" not in page
    for _ in range(2):
        await paid(app, f"{at}/cards", amount="3000", key="the card of this form")
    for wrong in ("", "-5", "12x", "1e9"):
        assert (await app.post(f"{at}/cash", given=wrong)).status_code == 409
    await paid(app, f"{at}/cash", given="2 000,00")
    page = (await app.get(at)).text
    assert "Change: <strong>€100.00" in page and "Take it back" in page and "Take out" not in page
    assert (await app.post(f"{at}/settlement", mail="nobody", language="fr")).status_code == 400
    answer = await app.post(f"{at}/settlement", mail="ines@client.example", language="fr")
    assert answer.status_code == 303
    page = (await app.get(at)).text
    assert "the pieces are the client’s" in page and "Print the receipt" in page
    number = await shop.look("select number from orders.order")
    receipt = (await app.get(f"{at}/receipt?language=fr")).text
    assert (
        "Facture FR-" in receipt and "4\u202f900,00" in receipt and "Rendu" in receipt and number in receipt
    )
    for language in ("en", "fr", "nl", "zh"):
        assert (await app.get(f"{at}/receipt?language={language}")).status_code == 200
        pdf = await app.get(f"{at}/receipt.pdf?language={language}")
        assert pdf.status_code == 200 and pdf.content.startswith(b"%PDF")
    figures = (await app.get(drawer)).text
    assert "€4,900.00" in figures and "€2,100.00" in figures and "20 %" in figures and "€816.66" in figures
    assert "why" in (await app.post(f"{drawer}/count", counted="2000", words="")).text
    await paid(app, f"{drawer}/movements", way="out", amount="12.50", words="Flowers")
    await paid(app, f"{drawer}/count", counted="2087,50")
    closed = (await app.get(drawer)).text
    assert "Close the till" not in closed and "Flowers" in closed
    assert (await app.post(f"{drawer}/movements", way="in", amount="1", words="Late")).status_code == 409
    assert await books.verify(shop.db, maison_id=shop.maison_id) == []
    await shop.sound()


async def test_a_terminal_without_an_answer_and_a_second_till_at_once(app: App) -> None:
    """The screen offers to ask again; two presses charge once. The last piece goes to one of two sales."""
    shop = app.shop
    await opened(app)
    one, two = await begun(app, "BAG-S", "BAG-S"), await begun(app)
    answers = await asyncio.gather(app.post(f"{one}/pieces", q="BAG-S"), app.post(f"{two}/pieces", q="BAG-S"))
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert "held for somebody" in next(answer.text for answer in answers if answer.status_code == 409)
    at = await begun(app, "SCARF-U")
    assert (await app.post(f"{at}/cards", amount="2450.01")).status_code == 409, "more than is due"
    await paid(app, f"{at}/cards", amount="100.73")
    page = (await app.get(at)).text
    assert "has not answered" in page and "Finish and hand over" not in page and "does not answer" not in page
    tender_id = await shop.look("select id from payments.tender where state = 'asked'")
    assert "does not answer any more" in (await app.get(at, "mia")).text
    asked = await asyncio.gather(*(app.post(f"/till/tenders/{tender_id}/asking") for _ in range(2)))
    assert {answer.headers["location"] for answer in asked} == {f"/boutique{at}"}
    assert await shop.look("select count(*)::integer from local_provider.slip") == 1
    other = await begun(app, "SCARF-U")
    await paid(app, f"{other}/cards", amount="100.72")
    lost = await shop.look("select id from payments.tender where state = 'asked'")
    assert (await app.post(f"/till/tenders/{lost}/word", "claire", said="no", slip="")).status_code == 303
    assert await shop.look("select state from payments.tender where id = %(id)s", id=lost) == "asked"
    await app.post(f"/till/tenders/{lost}/word", "mia", said="no", slip="")
    await paid(app, f"{other}/end")


async def test_what_comes_back_pays_the_next_sale(app: App) -> None:
    shop = app.shop
    await opened(app)
    at = await begun(app, "BAG-S")
    await paid(app, f"{at}/cash", given="2450")
    await paid(app, f"{at}/settlement", mail="", language="en")
    order_id: UUID = await shop.look("select id from orders.order")
    line_id = await shop.line(order_id, "BAG-S")
    page = (await app.get(f"/returns/{order_id}")).text
    assert "is given back there" in page
    await paid(
        app, f"/returns/{order_id}", place=str(shop.at["rivoli"]), **{f"piece-{line_id}-0": "sellable"}
    )
    assert "€2,450.00" in (await app.get("/till")).text
    return_id = await shop.look("select return_id from payments.till_refund")
    other = await begun(app, "SCARF-U", "BAG-M")
    assert "of what came back of" in (await app.get(other)).text
    await paid(app, f"{other}/exchanges", **{"return": str(return_id)})
    await paid(app, f"{other}/cards", amount="2450")
    await paid(app, f"{other}/settlement", mail="", language="en")
    assert "Exchange" in (await app.get(f"{other}/receipt?language=en")).text
    second: UUID = await shop.look("select order_id from orders.sale where order_id <> %(id)s", id=order_id)
    line_id = await shop.line(second, "SCARF-U")
    await paid(app, f"/returns/{second}", place=str(shop.at["rivoli"]), **{f"piece-{line_id}-0": "display"})
    owed = await shop.look("select return_id from payments.till_refund where given_minor = 0")
    await paid(app, f"/till/refunds/{owed}", at=str(shop.at["rivoli"]))
    assert "To be given back" not in (await app.get("/till")).text
    assert await shop.look("select max(back_minor)::integer from local_provider.slip") == PRICE
    assert await books.verify(shop.db, maison_id=shop.maison_id) == []


async def test_what_is_engraved_is_sold_and_fetched_later(app: App) -> None:
    shop = app.shop
    async with shop.db.acting(Actor.importer(), shop.maison_id) as conn:
        await execute(conn, "update public_facts.product set engraving_letters_max = 8")
    await opened(app)
    at = await begun(app, "BAG-S")
    words = f"{at}/pieces/{shop.variants['BAG-S']}/engraving"
    for wrong, why in (("愛", "cannot be cut"), ("far too many letters", "where 8 fit")):
        refused = await app.post(words, words=wrong)
        assert refused.status_code == 400 and why in refused.text
    await paid(app, words, words="Inès")
    assert "To engrave, upright" in (await app.get(at)).text
    await paid(app, f"{at}/cash", given="2450")
    await paid(app, f"{at}/settlement", mail="", language="fr")
    assert "stays here until it is fetched" in (await app.get(at)).text
    assert "laissé chez nous" in (await app.get(f"{at}/receipt?language=fr")).text
    line_id = await shop.look("select id from orders.order_line")
    work = f"/engravings/{line_id}/work"
    assert (await app.post(work, step="finish")).status_code == 409
    for step, then in (("begin", "It is engraved"), ("finish", "Given to the client")):
        await paid(app, work, step=step)
        assert then in (await app.get("/engravings")).text
    await paid(app, f"/engravings/{line_id}/fetching")
    assert "Nothing to engrave" in (await app.get("/engravings")).text


async def test_a_known_client_buys_within_their_quota(app: App) -> None:
    shop = app.shop
    await opened(app)
    client_id = new_id(shop.now)
    async with shop.db.acting(Actor.importer(), shop.maison_id) as conn:
        await execute(
            conn,
            """
            with c as (insert into clients.client (maison_id, id, name, language, created_at)
              values (%(maison_id)s, %(id)s, 'Inès Moreau', 'fr', now()) returning id)
            insert into clients.contact_point (maison_id, kind, value, client_id, verified_at)
            select %(maison_id)s, 'mail', 'ines@client.example', id, now() from c
            """,
            maison_id=shop.maison_id,
            id=client_id,
        )
    assert receipts.MAIL_RECEIPT
    at = await begun(app, "BAG-S")
    assert (await app.post(f"{at}/client", client="nobody@client.example")).status_code == 409
    await paid(app, f"{at}/client", client="Ines@Client.example")
    assert "For Inès Moreau" in (await app.get(at)).text
    await paid(app, f"{at}/cash", given="2450")
    await paid(app, f"{at}/settlement", mail="", language="fr")
    assert await shop.look("select client_id from orders.order") == client_id
    assert "Inès Moreau" in (await app.get(f"{at}/receipt")).text
    order_id = await shop.look("select id from orders.order")
    async with shop.db.acting(Actor.client(client_id), shop.maison_id) as conn:
        (mine,) = await bought(conn, maison_id=shop.maison_id, client_id=client_id)
    assert (mine.order_id, mine.method, mine.pieces) == (order_id, "counter", ["Arcade bag"])
    page = await app.client.get(
        f"/en/orders/{derived(app.key, 'order', order_id)}", headers={"host": "auber.example"}
    )
    assert (
        page.status_code == 200 and "Thank you, Inès Moreau" in page.text and "It went with you" in page.text
    )
    assert "Who may collect it" not in page.text and "Invoice" in page.text and "You bought it" in page.text
    studio = await app.client.get(f"/studio/orders/{order_id}", headers=await app.cookie("max"))
    assert studio.status_code == 200 and "sold at the counter" in studio.text


async def test_nobody_elses_till_is_there(app: App) -> None:
    drawer = await opened(app)
    at = await begun(app, "BAG-S")
    for path in (drawer, at, f"{at}/receipt"):
        assert (await app.get(path, "noor")).status_code == 404, path
    assert (await app.post(f"{at}/cash", "noor", given="1")).status_code == 404
    assert (await app.get(f"{at}/receipt")).status_code == 404, "nothing is settled yet"
