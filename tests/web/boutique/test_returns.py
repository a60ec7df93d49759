"""A return from the client's phone to the counter of another boutique: announced, found, judged, told, and refused in words."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

from enfilade.base.actors import Actor
from enfilade.base.db import Tally, tally
from enfilade.base.secrets import derived
from enfilade.orders import invoices, pickup, return_letters
from enfilade.orders.preparations import pickup_code
from enfilade.orders.returns import return_code
from tests.orders import test_books
from tests.orders.counter import KEY, PRICE, counter
from tests.web.boutique.conftest import App
from tests.web.boutique.test_boutique import ready

HOST = {"host": "auber.example"}


async def sold(app: App, *skus: str, **order: str) -> UUID:
    """Handed over half an hour ago, and paid."""
    shop = app.shop
    shop.now -= timedelta(minutes=30)
    order_id, fulfilment_id = await ready(app, *(skus or ("BAG-S",)), **order)
    await shop.run(
        pickup.hand_over,
        fulfilment_id=fulfilment_id,
        code=pickup_code(app.key, fulfilment_id),
        refused_line_ids=[],
    )
    shop.now += timedelta(minutes=30)
    await shop.job(pickup.finish_hand_over, fulfilment_id=fulfilment_id)
    await test_books.provider_does(shop, "card")
    return order_id


def key_in(text: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', text)
    assert found
    return found.group(1)


async def test_from_the_clients_phone_to_the_counter_of_another_boutique(app: App) -> None:
    shop = app.shop
    order_id = await sold(app, "BAG-S", "SCARF-U")
    bag, scarf = await shop.line(order_id, "BAG-S"), await shop.line(order_id, "SCARF-U")
    page = f"/en/orders/{derived(KEY, 'order', order_id)}"
    assert "Return pieces" in (await app.client.get(page, headers=HOST)).text
    form = await app.client.get(f"{page}/return", headers=HOST)
    assert form.headers["referrer-policy"] == "no-referrer"
    assert "Arcade bag" in form.text and "The last day is" in form.text
    nothing = await app.client.post(f"{page}/return", headers=HOST, data={f"quantity-{bag}": "0"})
    assert nothing.status_code == 409 and "Please choose what comes back." in nothing.text
    said = {f"quantity-{bag}": "1", f"reason-{bag}": "too_small", f"quantity-{scarf}": "0"}
    sent = await app.client.post(f"{page}/return", headers=HOST, data=said)
    assert sent.status_code == 303
    return_id = await shop.look("select id from orders.return where state = 'announced'")
    code = return_code(app.key, return_id)
    shown = (await app.client.get(page, headers=HOST)).text
    assert f"{code[:4]} {code[4:]}" in shown and "You return Arcade bag." in shown
    assert "Canal scarf" in (await app.client.get(f"{page}/return", headers=HOST)).text

    found = await app.get(f"/returns?asked={code.lower()}", "noor")
    assert (found.status_code, found.headers["location"]) == (303, f"/boutique/returns/{order_id}")
    screen = (await app.get(f"/returns/{order_id}", "noor")).text
    assert "Inès Moreau" in screen and "Announced by the client" in screen
    assert screen.count('value="sellable" selected') == 1, "what is announced is expected"
    fields: dict[str, Any] = {
        "place": str(shop.at["marais"]),
        "key": key_in(screen),
        f"piece-{bag}-0": "display",
    }
    for _ in range(2):
        taken = await app.post(f"/returns/{order_id}", "noor", **fields)
        assert (taken.status_code, taken.headers["location"]) == (
            303,
            f"/boutique/returns/{order_id}?done=yes",
        )
    assert (
        "€2,450 goes back to where it was paid from."
        in (await app.get(f"/returns/{order_id}?done=yes", "noor")).text
    )
    assert await shop.position("marais", "BAG-S") == (4, 0, 1)
    assert (await shop.operations())[-1] == ("refund", PRICE)
    assert "€2,450 goes back to where you paid from." in (await app.client.get(page, headers=HOST)).text
    await test_books.provider_does(shop, "card")
    async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
        told = await return_letters.received_letter(
            conn, maison_id=shop.maison_id, return_id=return_id, key=app.key, base_url="https://shop.example"
        )
    assert told is not None and "Auber Marais has taken back:" in told.text and "€2,450" in told.text
    assert "Arcade bag · Cognac · S" in told.text


async def test_the_client_and_the_maison_open_the_documents(app: App) -> None:
    shop = app.shop
    order_id = await sold(app, "BAG-S")
    fulfilment_id = await shop.fulfilment(order_id)
    invoice_id = await shop.job(invoices.issue, fulfilment_id=fulfilment_id)
    page = f"/en/orders/{derived(KEY, 'order', order_id)}"
    assert (
        f'href="{page}/invoices/{invoice_id}">Invoice <span class="nowrap">FR-'
        in (await app.client.get(page, headers=HOST)).text
    )
    for asked, who in ((page, HOST), (f"/studio/orders/{order_id}", await app.cookie("max"))):
        answer = await app.client.get(f"{asked}/invoices/{invoice_id}", headers=who)
        assert answer.status_code == 200 and answer.content.startswith(b"%PDF-")
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["cache-control"] == "private, no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert (await app.client.get(f"{asked}/invoices/{order_id}", headers=who)).status_code == 404
    another = await shop.order("SCARF-U")
    elsewhere = f"/en/orders/{derived(KEY, 'order', another)}/invoices/{invoice_id}"
    assert (await app.client.get(elsewhere, headers=HOST)).status_code == 404


async def test_announced_told_and_kept_after_all(app: App) -> None:
    shop = app.shop
    order_id = await sold(app, language="fr")
    bag = await shop.line(order_id, "BAG-S")
    page = f"/fr/orders/{derived(KEY, 'order', order_id)}"
    await app.client.post(f"{page}/return", headers=HOST, data={f"quantity-{bag}": "1"})
    return_id = await shop.look("select id from orders.return where state = 'announced'")
    async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
        told = await return_letters.announced_letter(
            conn, maison_id=shop.maison_id, return_id=return_id, key=app.key, base_url="https://shop.example"
        )
    assert told is not None
    code = return_code(app.key, return_id)
    assert f"{code[:4]} {code[4:]}" in told.text and "vous rétracter de leur achat" in told.text
    assert "Auber Rivoli, 1 rue rivoli, Paris, France" in told.text
    kept = await app.client.post(f"{page}/return/withdrawal", headers=HOST)
    assert kept.status_code == 303
    assert code[:4] not in (await app.client.get(page, headers=HOST)).text
    assert "Aucune" not in (await app.get("/returns?asked=" + code)).text
    assert (await app.get("/returns?asked=" + code)).status_code == 404


async def test_refused_in_words_and_nothing_written_is_lost(app: App) -> None:
    shop = app.shop
    order_id = await sold(app)
    bag = await shop.line(order_id, "BAG-S")
    here: dict[str, Any] = {"place": str(shop.at["rivoli"])}
    no: dict[str, Any] = {f"piece-{bag}-0": "no:worn"}
    worn = await app.post(f"/returns/{order_id}", "claire", **here, **no)
    assert worn.status_code == 409 and "a manager may pay less" in worn.text
    assert 'value="no:worn" selected' in worn.text
    less: dict[str, Any] = {f"piece-{bag}-0": "damaged", f"less-{bag}-0": "450", f"why-{bag}-0": "worn"}
    assert "A manager decides" in (await app.post(f"/returns/{order_id}", "claire", **here, **less)).text
    many: dict[str, Any] = less | {f"less-{bag}-0": "many"}
    wrong = await app.post(f"/returns/{order_id}", "mia", **here, **many)
    assert wrong.status_code == 409 and "“many” is not an amount" in wrong.text
    assert (await app.post(f"/returns/{order_id}", "mia", **here, **less)).status_code == 303
    assert (await shop.operations())[-1] == ("refund", PRICE - 45_000)
    taken: dict[str, Any] = {f"piece-{bag}-0": "sellable"}
    again = await app.post(f"/returns/{order_id}", "claire", **here, **taken)
    assert again.status_code == 409 and "came back already" in again.text
    assert "Possible now: nothing." in again.text
    elsewhere = await app.post(f"/returns/{order_id}", "noor", **here, **taken)
    assert elsewhere.status_code == 404


async def test_another_maisons_order_is_not_here(app: App) -> None:
    order_id = await sold(app)
    number = await app.shop.look("select number from orders.order where id = %(id)s", id=order_id)
    other = await counter(app.shop.db, slug="belrose")
    assert (await app.get(f"/returns?asked={number}", shop=other)).status_code == 404
    assert (await app.get(f"/returns/{order_id}", shop=other)).status_code == 404
    line = await app.shop.line(order_id, "BAG-S")
    fields: dict[str, Any] = {"place": str(other.at["rivoli"]), f"piece-{line}-0": "sellable"}
    assert (await app.post(f"/returns/{order_id}", shop=other, **fields)).status_code == 404
    assert await app.shop.look("select count(*) from orders.return") == 0


async def test_screens_read_with_few_statements(app: App) -> None:
    order_id = await sold(app)
    page = f"/en/orders/{derived(KEY, 'order', order_id)}"
    for path, most in ((f"/boutique/returns/{order_id}", 8), (page, 7), (f"{page}/return", 4)):
        cookie = HOST | await app.cookie("claire")
        await app.client.get(path, headers=cookie)
        counted = Tally()
        token = tally.set(counted)
        assert (await app.client.get(path, headers=cookie)).status_code == 200
        tally.reset(token)
        assert 0 < counted.statements <= most, (path, counted.statements)
