"""From the piece to the order's page, without script: three ways, every answer of the provider, nothing lost."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import httpx
import pytest

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.base.secrets import hashed
from enfilade.base.settings import Settings
from enfilade.boutiques import closures
from enfilade.boutiques.closures import Closing
from enfilade.clients.sign_in import code_of
from enfilade.orders import confirmation
from enfilade.orders.quotas import set_quota
from enfilade.staff.sign_in import open_session
from tests.shop import Shop
from tests.web.storefront.visiting import Visit, Visitor

Look = Callable[..., list[tuple[object, ...]]]
CONTACT = {
    "name": "Camille Aubry",
    "mail": "camille@client.example",
    "phone": "",
    "collector_name": "Louis Aubry",
}
HOME = {"line1": "12 rue de la Paix", "postcode": "75002", "city": "Paris", "country": "FR"}


async def into_basket(visit: Visit, *skus: str) -> None:
    """By hand: the market, then the pieces."""
    await visit.post("/en/market", market="fr", next="/en/")
    houses = (visit.shop.a, visit.shop.b)
    for sku in skus:
        variant = next(house.variants[sku] for house in houses if sku in house.variants)
        answer = await visit.post("/en/basket", variant_id=str(variant))
        assert answer.status_code == 303, answer.text


async def open_checkout(visit: Visit, method: str) -> str:
    """Sends the basket's own form, with the boutiques it proposes first."""
    page = (await visit.get("/en/basket")).text
    fields = {"method": method, "key": key_of(page)}
    for name, value in re.findall(
        r'name="((?:collect|reserve)-[0-9a-f-]+)" value="([0-9a-f-]+)" checked', page
    ):
        fields[name] = value
    answer = await visit.post("/en/checkout", **fields)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def pay(visit: Visit, at: str, **fields: str) -> httpx.Response:
    """Sends the checkout's own form."""
    key = key_of((await visit.get(at)).text)
    return await visit.post(
        at, **{"key": key, "payment_method": "card", "card_token": "tok_ok", **CONTACT, **fields}
    )


async def staff_session(db: Db, shop: Shop, role: str) -> str:
    """What the cookie of one of Alba's people says."""
    async with db.acting(Actor.staff(shop.a.staff[role]), shop.a.maison_id) as conn:
        return await open_session(
            conn, maison_id=shop.a.maison_id, staff_id=shop.a.staff[role], now=datetime.now(UTC)
        )


def key_of(page: str) -> str:
    """The hidden key of the page's form."""
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found is not None, page[:2000]
    return found[1]


@pytest.mark.parametrize("method", ["collect", "reserve", "ship"])
async def test_a_piece_becomes_an_order(visit: Visit, method: str) -> None:
    await into_basket(visit, "alba-bag")
    at = await open_checkout(visit, method)
    assert (await pay(visit, at, **(HOME if method == "ship" else {}))).headers["location"] == at
    thanks = (await visit.get(at)).response
    assert thanks.status_code == 303 and "/en/orders/" in thanks.headers["location"]
    order = await visit.get(thanks.headers["location"])
    assert order.response.status_code == 200 and "Camille Aubry" in order.text
    assert "Louis Aubry" in order.text and "gift" not in order.text
    assert ("12 rue de la Paix" in order.text) == (method == "ship")
    assert order.response.headers["referrer-policy"] == "no-referrer"
    assert "Nothing yet" in (await visit.get("/en/basket")).text


@pytest.mark.parametrize("method", ["collect", "ship"])
async def test_who_stands_at_the_checkout_of_a_place_that_closes_reads_it_before_paying(
    visit: Visit, db: Db, admin: Look, method: str
) -> None:
    house, now = visit.shop.a, datetime.now(UTC)
    await into_basket(visit, "alba-bag")
    at = await open_checkout(visit, method)
    async with db.acting(Actor.job(), house.maison_id) as conn:
        await closures.close_places(
            conn,
            maison_id=house.maison_id,
            act_id=house.maison_id,
            places=[Closing(place, now, None) for place in house.places.values()],
            stops=["appointments", "collect", "doors", "reserve", "ship"],
            reason="",
            now=now,
        )
    told = await pay(visit, at, **(HOME if method == "ship" else {}))
    assert told.status_code == 409 and "has just closed. Nothing was charged" in told.text
    assert admin("select count(*) from payments.payment") == [(0,)]
    assert "Camille Aubry" in told.text, "what was written is kept"


async def test_of_one_basket_a_piece_is_collected_and_another_sent(visit: Visit, admin: Look) -> None:
    await into_basket(visit, "alba-bag", "borea-bag")
    page = (await visit.get("/en/basket")).text
    ways = {house.slug: f"method-{house.maison_id}" for house in (visit.shop.a, visit.shop.b)}
    assert all(page.count(f'name="{name}"') == 3 for name in ways.values()), (
        "each maison's part has its own ways"
    )
    place = visit.shop.a.places["alba-1"]
    fields = {
        "key": key_of(page),
        ways["alba"]: "collect",
        ways["borea"]: "ship",
        f"collect-{visit.shop.a.maison_id}": str(place),
        f"collect-{visit.shop.b.maison_id}": str(visit.shop.b.places["borea-1"]),
    }
    at = str((await visit.post("/en/checkout", **fields)).headers["location"])
    asked = (await visit.get(at)).text
    assert "Collect at Paris" in asked and "Where shall we bring it?" in asked
    assert "Who collects or receives it" in asked
    assert (await pay(visit, at)).status_code == 400, "where is the second one to go?"
    assert (await pay(visit, at, **HOME)).headers["location"] == at
    assert sorted(
        admin("select m.slug, o.method from orders.order o join maisons.maison m using (maison_id)")
    ) == [
        ("alba", "collect"),
        ("borea", "ship"),
    ]
    for wrong in ({}, {ways["alba"]: "steal"}):
        assert (await visit.post("/en/checkout", key=key_of(page) + "again", **wrong)).status_code == 400


async def test_a_gift_is_wrapped_with_its_words_and_sent_to_somebody_else(
    visit: Visit, db: Db, settings: Settings, admin: Look
) -> None:
    await into_basket(visit, "alba-bag")
    at = await open_checkout(visit, "ship")
    assert "Is it a gift?" in (await visit.get(at)).text
    words = "For you, <Inès>"
    refused = await pay(visit, at, card_token="tok_refused", gift_words=words, **HOME)
    assert refused.status_code == 402 and "For you, &lt;Inès&gt;" in refused.text
    assert 'name="gift" value="yes" checked' in refused.text, "who wrote on the card means a gift"
    await pay(visit, at, gift_words=words, **HOME)
    order = await visit.get((await visit.get(at)).response.headers["location"])
    assert "For you, &lt;Inès&gt;" in order.text and "Louis Aubry<br>12 rue de la Paix" in order.text
    house = visit.shop.a
    ((order_id, fulfilment_id),) = admin(
        "select o.id, f.id from orders.order o join orders.fulfilment f on f.order_id = o.id"
    )
    async with db.acting(Actor.job(), house.maison_id) as conn:
        found = await confirmation.read(conn, maison_id=house.maison_id, order_id=order_id)  # type: ignore[arg-type]
    assert found is not None
    letter = confirmation.letter(*found, key=settings.key, base_url="http://shop.example")
    assert "without any price in it. The card says: For you, <Inès>" in letter.text
    admin("update orders.fulfilment set location_id = %s, state = 'accepted'", [house.places["alba-1"]])
    admin("update orders.order_line set state = 'picked'")
    visit.client.cookies.set("staff", await staff_session(db, visit.shop, "advisor"))
    task = (await visit.get(f"/boutique/preparations/{fulfilment_id}")).text
    assert "Wrap it, and put no price in" in task and "Louis Aubry" in task
    assert "For you, &lt;Inès&gt;" in (await visit.get(f"/boutique/preparations/{fulfilment_id}/card")).text
    admin("update orders.contact set gift_words = ''")
    assert "Wrap it" in (await visit.get(f"/boutique/preparations/{fulfilment_id}")).text
    assert (await visit.get(f"/boutique/preparations/{fulfilment_id}/card")).response.status_code == 404, (
        "a card without words"
    )


async def test_what_is_reserved_is_no_gift_yet(visit: Visit, admin: Look) -> None:
    await into_basket(visit, "alba-bag")
    at = await open_checkout(visit, "reserve")
    assert "Is it a gift?" not in (await visit.get(at)).text
    await pay(visit, at, gift="yes", gift_words="For you")
    assert admin("select distinct gift_words from orders.contact") == [(None,)]


async def test_two_maisons_are_two_orders(visit: Visit) -> None:
    await into_basket(visit, "alba-bag", "borea-bag")
    at = await open_checkout(visit, "collect")
    await pay(visit, at)
    thanks = await visit.get(at)
    assert len(set(re.findall(r"/en/orders/[\w-]+", thanks.text))) == 2


async def test_a_refused_payment_loses_nothing(visit: Visit) -> None:
    await into_basket(visit, "alba-bag")
    at = await open_checkout(visit, "collect")
    refused = await pay(visit, at, card_token="tok_refused")
    assert refused.status_code == 402
    assert "was not accepted" in refused.text and 'value="Camille Aubry"' in refused.text
    assert (await pay(visit, at)).status_code == 303
    assert (await visit.get(at)).response.status_code == 303


async def test_the_second_step_leads_to_the_bank_and_back(visit: Visit) -> None:
    await into_basket(visit, "alba-bag")
    at = await open_checkout(visit, "collect")
    bank = (await pay(visit, at, card_token="tok_second_step")).headers["location"]
    assert "Your bank asks you once more" in (await visit.get(at)).text
    back = await visit.post(bank, decision="approve")
    assert str(back.headers["location"]).endswith(at + "/return")
    await visit.get(back.headers["location"])
    assert "/en/orders/" in (await visit.get(at)).response.headers["location"]


async def test_what_is_missing_is_named_and_what_was_written_stays(visit: Visit) -> None:
    await into_basket(visit, "alba-bag")
    at = await open_checkout(visit, "ship")
    answer = await pay(visit, at, name="", mail="camille", **{**HOME, "city": ""})
    assert answer.status_code == 400
    for field in ("name", "mail", "city"):
        assert f'id="{field}-wrong"' in answer.text
    assert 'id="line1-wrong"' not in answer.text and 'value="12 rue de la Paix"' in answer.text


async def test_a_piece_that_is_gone_is_named_and_the_basket_stays(visit: Visit, admin: Look) -> None:
    await into_basket(visit, "alba-bag")
    page = (await visit.get("/en/basket")).text
    fields = dict(re.findall(r'name="(collect-[0-9a-f-]+)" value="([0-9a-f-]+)" checked', page))
    admin("update stock.position set on_hand = 0")
    gone = await visit.post("/en/checkout", method="collect", key="a-key-of-sixteen", **fields)
    assert gone.status_code == 409 and 'role="alert"' in gone.text and "taken by somebody else" in gone.text
    assert "alba" in gone.text.lower()


async def test_an_ended_checkout_says_so_calmly(visit: Visit, admin: Look) -> None:
    await into_basket(visit, "alba-bag")
    at = await open_checkout(visit, "collect")
    admin("update orders.checkout set expires_at = now() - interval '1 minute'")
    ended = await visit.get(at)
    assert ended.response.status_code == 200 and "The pieces are free again" in ended.text
    assert "alba" in (await visit.get("/en/basket")).text.lower(), "the basket is still there"


async def test_a_strangers_checkout_and_an_unknown_order_are_not_there(
    visit: Visit, visitor: Visitor
) -> None:
    await into_basket(visit, "alba-bag")
    at = await open_checkout(visit, "collect")
    stranger = await visitor()
    assert (await stranger.get(at)).response.status_code == 404
    assert (await stranger.post(at, **CONTACT)).status_code == 404
    assert (await stranger.get("/en/orders/AAAAAAAAAAAAAAAAAAAAAA")).response.status_code == 404


async def test_quantities_are_bounded_in_words(visit: Visit) -> None:
    await into_basket(visit, "alba-bag")
    variant = str(visit.shop.a.variants["alba-bag"])
    many = await visit.post("/en/basket/lines", variant_id=variant, quantity="50")
    assert many.status_code == 409 and "at most 5" in many.text
    assert (await visit.post("/en/basket/lines", variant_id=variant, quantity="-1")).status_code == 409
    assert (await visit.post("/en/basket/lines", variant_id=variant, quantity="0")).status_code == 303
    assert "Nothing yet" in (await visit.get("/en/basket")).text


async def test_signing_in_needs_an_address_and_the_right_code(visit: Visit, admin: Look) -> None:
    wrong = await visit.post("/en/sign-in", address="nobody")
    assert wrong.status_code == 400 and 'value="nobody"' in wrong.text
    asked = await visit.post("/en/sign-in", address="camille@client.example")
    assert asked.status_code == 303
    sign_in_id = str(asked.headers["location"]).partition("id=")[2]
    refused = await visit.post("/en/sign-in/code", sign_in_id=sign_in_id, code="000000x")
    assert refused.status_code == 400 and "client" not in refused.cookies


def revoked(admin: Look) -> dict[object, object]:
    return {row[0]: row[1] for row in admin("select token_hash, revoked_at is not null from clients.session")}


async def test_signing_in_again_ends_the_session_this_browser_had(
    visit: Visit, settings: Settings, admin: Look
) -> None:
    async def enter(address: str) -> str:
        asked = await visit.post("/en/sign-in", address=address)
        sign_in_id = UUID(str(asked.headers["location"]).partition("id=")[2])
        code = code_of(settings.key, sign_in_id)
        entered = await visit.post("/en/sign-in/code", sign_in_id=str(sign_in_id), code=code)
        assert entered.status_code == 303
        return str(entered.headers["set-cookie"]).partition("client=")[2].partition(";")[0]

    secrets = [await enter("camille@client.example"), await enter("camille@client.example")]
    secrets.append(await enter("ines@client.example"))
    assert len(set(secrets)) == 3
    ended = revoked(admin)
    assert [ended[hashed(secret)] for secret in secrets] == [True, True, False]
    visit.client.cookies.clear()
    await enter("ines@client.example")
    ended = revoked(admin)
    assert not ended[hashed(secrets[-1])], "another browser, which brings no session, ends none"


async def test_a_limited_piece_asks_for_whom_once_and_no_more_than_that(visit: Visit, db: Db) -> None:
    now = datetime.now(UTC)
    async with db.acting(Actor.importer(), visit.shop.a.maison_id) as conn:
        await set_quota(
            conn,
            maison_id=visit.shop.a.maison_id,
            name="Bags",
            pieces_max=1,
            period_days=30,
            product_ids=[visit.shop.a.products["bag"]],
            begins_at=now,
            now=now,
        )
    await into_basket(visit, "alba-bag")
    product = await visit.get("/en/products/alba-bag")
    assert "the maison sells one to each client" in product.text
    page = (await visit.get("/en/basket")).text
    fields = {"method": "collect", "key": key_of(page)}
    for name, value in re.findall(r'name="(collect-[0-9a-f-]+)" value="([0-9a-f-]+)" checked', page):
        fields[name] = value
    nobody = await visit.post("/en/checkout", **fields)
    assert nobody.status_code == 400 and "please give your mail address" in nobody.text
    opened = await visit.post("/en/checkout", **fields, mail="camille@client.example")
    at = str(opened.headers["location"])
    assert opened.status_code == 303 and 'value="camille@client.example"' in (await visit.get(at)).text
    assert (await pay(visit, at)).status_code == 303
    await into_basket(visit, "alba-bag")
    fields["key"] = key_of((await visit.get("/en/basket")).text)
    again = await visit.post("/en/checkout", **fields, mail="Camille+2@client.example")
    assert again.status_code == 409 and "you have it already" in again.text
    assert 'value="Camille+2@client.example"' in again.text
