"""A client's account: orders, addresses, consents, sessions; a wish list that comes along; nothing of anybody else's."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from enfilade.base.settings import Settings
from enfilade.clients import accounts
from enfilade.clients.sign_in import code_of
from tests.web.storefront.visiting import Visit, Visitor

Admin = Callable[..., list[tuple[Any, ...]]]


async def enter(visit: Visit, settings: Settings, address: str) -> str:
    """Signs in and returns the session's secret."""
    asked = await visit.post("/en/sign-in", address=address)
    sign_in_id = UUID(str(asked.headers["location"]).partition("id=")[2])
    entered = await visit.post(
        "/en/sign-in/code", sign_in_id=str(sign_in_id), code=code_of(settings.key, sign_in_id)
    )
    assert entered.headers["location"] == "/en/account"
    return str(visit.client.cookies["client"])


async def test_a_wish_list_is_kept_without_script_and_across_sign_in(
    visitor: Visitor, settings: Settings, admin: Admin
) -> None:
    visit = await visitor()
    bag, ring = str(visit.shop.a.products["bag"]), str(visit.shop.b.products["ring"])
    page = (await visit.get("/en/maisons/alba")).text
    assert f'name="product_id" value="{bag}"' in page, "the heart is a form"
    for piece in (bag, ring, bag):
        assert (await visit.post("/en/wish-list", product_id=piece)).status_code == 303
    assert (await visit.post("/en/wish-list", product_id=str(UUID(int=7)))).status_code == 404
    listed = re.findall(r'class="overline">(\w+)<', (await visit.get("/fr/wish-list")).text)
    assert listed == ["Alba", "Borea"], "the last wish first"
    personal = (await visit.get("/en/personal")).response
    assert personal.json() == {"pieces": 0, "wished": [bag, ring], "signed_in": False}
    stranger = await visitor()
    assert (await stranger.get("/en/personal")).response.json()["wished"] == []
    await enter(visit, settings, "camille@client.example")
    assert (await visit.get("/en/personal")).response.json()["wished"] == [bag, ring]
    assert admin("select distinct holder_kind from clients.wish") == [("client",)]
    await visit.post("/en/wish-list/removal", product_id=ring)
    elsewhere = await visitor()
    await enter(elsewhere, settings, "camille@client.example")
    assert (await elsewhere.get("/en/personal")).response.json()["wished"] == [bag]
    await visit.post("/en/sign-out")
    assert "Nothing yet" in (await visit.get("/en/wish-list")).text


async def test_an_account_is_its_clients_alone(visitor: Visitor, settings: Settings, admin: Admin) -> None:
    one, other = await visitor(), await visitor()
    assert (await one.get("/en/account")).response.headers["location"] == "/en/sign-in"
    await enter(one, settings, "camille@client.example")
    secret = await enter(other, settings, "ines@client.example")
    kept = {"line1": "12 rue Secrète", "postcode": "75002", "city": "Paris", "country": "FR"}
    assert (await other.post("/en/account/addresses", **kept)).status_code == 303
    wrong = await other.post("/en/account/addresses", **{**kept, "postcode": "", "line1": "3 rue Neuve"})
    assert wrong.status_code == 400 and 'value="3 rue Neuve"' in wrong.text
    await other.post("/en/account/consents", advisor="yes")
    page = (await other.get("/en/account")).text
    assert "12 rue Secrète" in page and "ines@client.example" in page and page.count("Given on") == 1
    mine = (await one.get("/en/account")).text
    assert "Secrète" not in mine and "ines@" not in mine and "Given on" not in mine
    ((address_id,),) = admin("select id from clients.address")
    theirs = accounts.session_id(secret)
    for path in (f"addresses/{address_id}/removal", f"sessions/{theirs}/end"):
        assert (await one.post(f"/en/account/{path}")).status_code == 404
        assert (await (await visitor()).post(f"/en/account/{path}")).headers["location"] == "/en/sign-in"
    assert "12 rue Secrète" in (await other.get("/en/account")).text
    await other.post("/en/account/consents")
    assert admin("select given, wording from clients.consent order by said_at") == [
        (True, "An advisor may call me about pieces I asked for."),
        (False, "An advisor may call me about pieces I asked for."),
    ], "what was said before is kept, with its day"
    assert "Withdrawn on" in (await other.get("/en/account")).text
    assert (await other.post(f"/en/account/addresses/{address_id}/removal")).status_code == 303
    assert (await other.post(f"/en/account/sessions/{theirs}/end")).headers["location"] == "/en/sign-in"
    assert (await other.get("/en/account")).response.status_code == 303, "signed out"
    assert (await one.get("/en/account")).response.status_code == 200


async def test_orders_of_a_client_stand_in_the_account(visitor: Visitor, settings: Settings) -> None:
    visit, other = await visitor(), await visitor()
    await enter(visit, settings, "camille@client.example")
    await enter(other, settings, "ines@client.example")
    await visit.post("/en/market", market="fr")
    house = visit.shop.a
    await visit.post(
        "/en/account/addresses",
        name="Camille",
        line1="1 quai Neuf",
        postcode="69001",
        city="Lyon",
        country="FR",
    )
    await visit.post("/en/basket", variant_id=str(house.variants["alba-bag"]))
    opened = await visit.post("/en/checkout", method="ship", market="fr")
    address = str(opened.headers["location"])
    assert 'value="1 quai Neuf"' in (await visit.get(address)).text, "the address kept is proposed"
    form = {
        "name": "Camille",
        "mail": "camille@client.example",
        "payment_method": "card",
        "card_token": "tok_ok",
    }
    to = {
        "line1": "9 rue Neuve",
        "postcode": "75001",
        "city": "Paris",
        "country": "FR",
        "keep_address": "yes",
    }
    await visit.post(address, **form, **to)
    page = (await visit.get("/en/account")).text
    link = re.search(r'href="(/en/orders/[\w-]+)">Alba', page)
    assert link and (await visit.get(link[1])).response.status_code == 200
    assert "9 rue Neuve" in page, "the address was to be kept"
    assert "/en/orders/" not in (await other.get("/en/account")).text
