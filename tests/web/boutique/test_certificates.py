"""Certificates over HTTP: checked by anybody with the code, opened by who bought and by the maison."""

from datetime import UTC, datetime
from uuid import UUID

from enfilade.base.actors import Actor
from enfilade.base.ids import new_id
from enfilade.base.secrets import derived, hashed, new_secret
from enfilade.orders import certificates, receiving
from enfilade.orders.certificates import code
from enfilade.orders.receiving import Brought
from enfilade.payments.local_terminal import LocalTerminal
from tests.orders.counter import KEY, Counter
from tests.orders.tills import Till
from tests.serialised import counter_by_serials
from tests.web.boutique.conftest import App

HOST = {"host": "auber.example"}


async def certified(shop: Counter) -> tuple[UUID, UUID]:
    """A sale of bag A1 at the counter: its order, its certificate."""
    await counter_by_serials(shop, "BAG-S", {"rivoli": ["A1"]})
    till = Till(shop, LocalTerminal(shop.db))
    await till.open()
    order_id = await till.sold("BAG-S")
    await shop.job(certificates.follow, order_id=order_id, key=KEY)
    return order_id, await shop.look("select id from orders.certificate")


async def test_valid_void_and_unknown(app: App) -> None:
    shop = app.shop
    order_id, certificate_id = await certified(shop)
    printed = code(KEY, certificate_id)
    asked = await app.client.post("/en/certificates", headers=HOST, data={"code": printed.lower()})
    assert asked.status_code == 303 and asked.headers["location"] == f"/en/certificates/{printed}"
    page = await app.client.get(asked.headers["location"], headers=HOST)
    assert page.status_code == 200 and page.headers["referrer-policy"] == "no-referrer"
    assert "This certificate is valid" in page.text and ">A1<" in page.text and "Auber Rivoli" in page.text
    # Whoever holds the code learns nothing of who bought, nor the way to the order.
    assert derived(KEY, "order", order_id) not in page.text and str(order_id) not in page.text
    line = await shop.line(order_id, "BAG-S")
    await shop.run(
        receiving.receive,
        order_id=order_id,
        location_id=shop.at["rivoli"],
        brought=[Brought(line, 1, "sellable", serials=("A1",))],
    )
    await shop.job(certificates.follow, order_id=order_id, key=KEY)
    page = await app.client.get(f"/fr/certificates/{printed}", headers=HOST)
    assert page.status_code == 200 and "Ce certificat est annulé" in page.text
    for strange in ("nonsense", code(KEY, order_id)):
        page = await app.client.get(f"/nl/certificates/{strange}", headers=HOST)
        assert page.status_code == 404 and "Wij kennen dit certificaat niet" in page.text
    page = await app.client.post("/zh/certificates", headers=HOST, data={"code": "nonsense"})
    assert page.status_code == 404 and "我们没有这张证书" in page.text


async def test_many_guesses_are_refused(app: App) -> None:
    now = datetime.now(UTC)
    for _ in range(certificates.ASKED_PER_NETWORK_MAX):
        await certificates.opened(app.shop.db, written="", network="127.0.0.1", now=now)
    page = await app.client.get("/en/certificates/ABCD", headers=HOST)
    assert page.status_code == 429 and "a quarter of an hour" in page.text


async def test_who_bought_and_the_maison_open_the_document(app: App) -> None:
    shop = app.shop
    order_id, certificate_id = await certified(shop)
    page = f"/en/orders/{derived(KEY, 'order', order_id)}"
    assert f'href="{page}/certificates/{certificate_id}"' in (await app.client.get(page, headers=HOST)).text
    piece_id = await shop.look("select piece_id from orders.certificate")
    who = await app.cookie("max")
    for screen in (f"/studio/pieces/{piece_id}", f"/studio/orders/{order_id}"):
        shown = (await app.client.get(screen, headers=who)).text
        assert f'href="/studio/certificates/{certificate_id}"' in shown
    for address, headers in (
        (f"{page}/certificates/{certificate_id}", HOST),
        (f"/studio/certificates/{certificate_id}", who),
    ):
        answer = await app.client.get(address, headers=headers)
        assert answer.status_code == 200 and answer.content.startswith(b"%PDF-")
        assert answer.headers["cache-control"] == "private, no-store"
    another = await shop.order("SCARF-U")
    elsewhere = f"/en/orders/{derived(KEY, 'order', another)}/certificates/{certificate_id}"
    assert (await app.client.get(elsewhere, headers=HOST)).status_code == 404
    found = await certificates.of_links(shop.db, links=[derived(KEY, "order", order_id), "nobody's"])
    assert [(one.certificate_id, one.serial, one.void) for one in found] == [(certificate_id, "A1", False)]
    assert await certificates.of_links(shop.db, links=[]) == []


async def test_a_clients_account_has_the_certificates_of_its_orders(app: App) -> None:
    shop = app.shop
    order_id, certificate_id = await certified(shop)
    client_id, session = new_id(shop.now), new_secret()
    async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
        for statement in (
            "insert into clients.client (maison_id, id, name, language, created_at) values (%(m)s, %(c)s, 'I', 'en', now())",
            """insert into clients.session (maison_id, client_id, token_hash, created_at, expires_at)
              values (%(m)s, %(c)s, %(t)s, now(), now() + interval '1 day')""",
            "update orders.order set client_id = %(c)s, link_hash = %(l)s where maison_id = %(m)s and id = %(o)s",
        ):
            link = hashed(derived(app.key, "order", order_id))
            of = {"m": shop.maison_id, "c": client_id, "t": hashed(session), "o": order_id, "l": link}
            await conn.execute(statement, of)
    page = await app.client.get("/en/account", headers=HOST | {"cookie": f"client={session}"})
    link = f"/en/orders/{derived(app.key, 'order', order_id)}/certificates/{certificate_id}"
    assert page.status_code == 200 and f'href="{link}"' in page.text and 'href="#certificates"' in page.text
