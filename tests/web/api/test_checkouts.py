"""A visitor's basket and checkout over the API: keys, repeats, bounds, and nobody else's."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from enfilade.base.db import Db, Tally
from enfilade.base.secrets import visitor_id
from enfilade.orders.checkout import CheckoutOver, Checkouts, Store
from enfilade.orders.placing import Contact
from enfilade.payments.local_provider import LocalProvider
from tests.shop import Shop, count, found_house
from tests.web.api.conftest import CONTACT, Api, fields


def line(shop: Shop, sku: str = "alba-bag") -> str:
    house = shop.a if sku.startswith("alba") else shop.b
    return f"/baskets/arcade/lines/{house.variants[sku]}"


def opening(shop: Shop, **more: Any) -> dict[str, Any]:
    chosen = [
        {"maison_id": str(house.maison_id), "boutique_id": str(house.places[f"{house.slug}-1"])}
        for house in (shop.a, shop.b)
    ]
    return {"store": "arcade", "method": "collect", "market": "fr", "boutiques": chosen, **more}


async def opened(api: Api, shop: Shop, *skus: str, **more: Any) -> str:
    for sku in skus or ("alba-bag",):
        assert (await api("PUT", line(shop, sku), json={"quantity": 1})).status_code == 200
    answer = await api("POST", "/checkouts", json=opening(shop, **more))
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def paid(**more: Any) -> dict[str, Any]:
    return {"contact": CONTACT, "payment_method": "card", "card_token": "tok_ok", **more}


async def test_from_basket_to_order(api: Api, shop: Shop) -> None:
    visitor = api.as_visitor()
    await visitor("PUT", line(shop), json={"quantity": 2})
    basket = (await visitor("PUT", line(shop, "borea-ring-52"), json={"quantity": 1})).json()
    assert [(one["maison"], one["quantity"], one["total"]["minor"]) for one in basket["lines"]] == [
        ("alba", 2, 240_000),
        ("borea", 1, 120_000),
    ]
    assert basket["totals"] == [{"minor": 360_000, "currency": "EUR"}]
    answer = await visitor("POST", "/checkouts", json=opening(shop))
    checkout = answer.json()
    assert (answer.status_code, checkout["state"], checkout["totals"]) == (201, "open", basket["totals"])
    at = answer.headers["location"].removeprefix("/api/v1")
    assert (await visitor("GET", at)).json()["outcome"] == "open"
    done = await visitor("POST", f"/checkouts/{checkout['id']}/completion?store=arcade", json=paid())
    assert (done.status_code, done.json()["outcome"]) == (200, "placed")
    orders = done.json()["checkout"]["orders"]
    assert {order["maison_id"] for order in orders} == {str(shop.a.maison_id), str(shop.b.maison_id)}
    assert all(order["number"] and len(order["secret"]) == 22 for order in orders)
    assert (await visitor("GET", "/baskets/arcade")).json()["lines"] == []
    assert (await visitor("GET", at)).json()["checkout"]["state"] == "completed"


async def test_a_bottle_asks_for_an_age(api: Api, shop: Shop, admin: Any) -> None:
    admin("update public_facts.product set kinds = '{wine}' where slug = 'alba-bag'")
    visitor = api.as_visitor()
    at = f"/checkouts/{await opened(visitor, shop, method='ship')}"
    assert (await visitor("GET", f"{at}?store=arcade")).json()["checkout"]["age_min"] == 18
    for said in ({}, {"age_confirmed": 17}):
        refused = await visitor("POST", f"{at}/completion?store=arcade", json=paid(contact=at_home(), **said))
        assert (refused.status_code, refused.json()["title"]) == (
            422,
            "The client has to be of age: say it in `age_confirmed`",
        )
    done = await visitor(
        "POST", f"{at}/completion?store=arcade", json=paid(contact=at_home(), age_confirmed=18)
    )
    assert done.json()["outcome"] == "placed"


async def test_a_checkout_takes_at_most_twelve_statements(
    api: Api, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[Tally] = []
    monkeypatch.setattr("enfilade.web.shared.guards.Tally", lambda: counted.append(Tally()) or counted[-1])
    visitor = api.as_visitor()
    for method, completion in (
        ("collect", paid()),
        ("ship", paid(contact=at_home())),
        ("reserve", {"contact": CONTACT}),
    ):
        counted.clear()
        path = f"/checkouts/{await opened(visitor, shop, method=method)}/completion?store=arcade"
        assert (await visitor("POST", path, json=completion)).json()["outcome"] == "placed"
        put, open_, complete = counted
        said = [text.split("\n")[1:3] for one in counted for text in one.texts]
        assert put.statements <= 5, said
        assert open_.statements + complete.statements <= 12, (method, said)
        assert open_.transactions + complete.transactions <= 7


async def test_each_further_maison_takes_at_most_six_statements(
    api: Api, db: Db, shop: Shop, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In at most three transactions: a maison's pieces are held, its money asked, its order placed, each in its own."""
    third = await found_house(db, now, "celis", kind="maison", shown_in=shop.store.store_id)
    counted: list[Tally] = []
    monkeypatch.setattr("enfilade.web.shared.guards.Tally", lambda: counted.append(Tally()) or counted[-1])
    visitor = api.as_visitor()
    took: list[tuple[int, int]] = []
    for houses in ([shop.a], [shop.a, shop.b], [shop.a, shop.b, third]):
        for house in houses:
            path = f"/baskets/arcade/lines/{house.variants[f'{house.slug}-bag']}"
            assert (await visitor("PUT", path, json={"quantity": 1})).status_code == 200
        counted.clear()
        chosen = [
            {"maison_id": str(house.maison_id), "boutique_id": str(house.places[f"{house.slug}-1"])}
            for house in houses
        ]
        answer = await visitor("POST", "/checkouts", json=opening(shop, boutiques=chosen))
        path = f"/checkouts/{answer.json()['id']}/completion?store=arcade"
        assert (await visitor("POST", path, json=paid())).json()["outcome"] == "placed"
        took.append((sum(one.statements for one in counted), sum(one.transactions for one in counted)))
    assert all(
        statements <= 12 + 6 * further and transactions <= 7 + 3 * further
        for further, (statements, transactions) in enumerate(took)
    ), took


async def test_a_store_opened_or_renamed_shows_within_a_second(
    api: Api, db: Db, shop: Shop, now: datetime, admin: Any
) -> None:
    visitor = api.as_visitor()
    assert (await visitor("GET", "/baskets/arcade")).status_code == 200
    assert (await visitor("GET", "/baskets/corner")).status_code == 404
    house = await found_house(db, now, "corner", kind="maison", shown_in=None)
    assert (await visitor("GET", "/baskets/corner")).status_code == 200
    admin("update public_facts.store set slug = 'gallery' where id = %s", [house.store.store_id])
    assert (await visitor("GET", "/baskets/gallery")).status_code == 200
    await asyncio.sleep(1.0)
    assert (await visitor("GET", "/baskets/corner")).status_code == 404


async def test_a_command_without_a_key_is_refused_and_named(api: Api, shop: Shop) -> None:
    visitor = api.as_visitor()
    for method, path, body in (
        ("PUT", line(shop), {"quantity": 1}),
        ("DELETE", line(shop), None),
        ("POST", "/checkouts", opening(shop)),
        ("POST", f"/checkouts/{uuid4()}/completion?store=arcade", paid()),
        ("POST", f"/checkouts/{uuid4()}/choice?store=arcade", {"keep": True}),
        ("POST", "/stock/movements", {"rows": [{}]}),
        ("POST", "/stock/counts", {"rows": [{}]}),
    ):
        for key in ("", "short", "x" * 181, "with space here"):
            answer = await visitor(method, path, json=body, key=key)
            assert answer.status_code == 400, (key, answer.text)
            assert fields(answer) == {"Idempotency-Key"}


async def test_a_repeat_gets_the_first_answer_and_changes_nothing(api: Api, shop: Shop, admin: Any) -> None:
    visitor = api.as_visitor()
    first = await visitor("PUT", line(shop), json={"quantity": 2}, key="the-same-key")
    await visitor("PUT", line(shop), json={"quantity": 1})
    again = await visitor("PUT", line(shop), json={"quantity": 2}, key="the-same-key")
    assert again.json() == first.json() and again.json()["lines"][0]["quantity"] == 2
    assert (await visitor("GET", "/baskets/arcade")).json()["lines"][0]["quantity"] == 1
    other = await visitor("PUT", line(shop), json={"quantity": 3}, key="the-same-key")
    assert other.status_code == 422 and other.json()["refusal"] == "KeyReused"
    # Another visitor's key of the same name is another key.
    assert (
        await api.as_visitor()("PUT", line(shop), json={"quantity": 3}, key="the-same-key")
    ).status_code == 200

    one = await visitor("POST", "/checkouts", json=opening(shop), key="open-it-once")
    two = await visitor("POST", "/checkouts", json=opening(shop), key="open-it-once")
    assert one.json() == two.json() and one.status_code == two.status_code == 201
    assert (
        await visitor("POST", "/checkouts", json=opening(shop, market="us"), key="open-it-once")
    ).status_code == 422
    path = f"/checkouts/{one.json()['id']}/completion?store=arcade"
    done = await visitor("POST", path, json=paid(), key="pay-it-once")
    again = await visitor("POST", path, json=paid(), key="pay-it-once")
    assert done.json() == again.json() and done.json()["outcome"] == "placed"
    changed = paid(contact={**CONTACT, "name": "Somebody Else"})
    assert (await visitor("POST", path, json=changed, key="pay-it-once")).status_code == 422
    assert admin("select count(*) from orders.order") == [(1,)]
    assert admin("select count(*) from payments.payment") == [(1,)]


async def test_what_a_refused_command_asked_may_come_again_with_its_key(
    api: Api, db: Db, shop: Shop, now: datetime
) -> None:
    visitor = api.as_visitor()
    answer = await visitor("PUT", line(shop), json={"quantity": 6}, key="too-many-first")
    assert answer.status_code == 422 and answer.json()["refusal"] == "TooMany"
    assert (await visitor("PUT", line(shop), json={"quantity": 1}, key="too-many-first")).status_code == 200


async def test_without_a_visitor_there_is_no_basket(api: Api, shop: Shop) -> None:
    for headers in (
        {},
        {"enfilade-visitor": "short"},
        {"enfilade-visitor": "é" * 22},
        {"enfilade-visitor": "a" * 23},
    ):
        sent = {name: value.encode() for name, value in headers.items()}
        answer = await api("GET", "/baskets/arcade", headers=sent)  # type: ignore[arg-type]
        assert answer.status_code == 400 and fields(answer) == {"Enfilade-Visitor"}


async def test_the_stores_cookie_is_the_same_visitor(api: Api, shop: Shop) -> None:
    secret = "A" * 22
    await api("PUT", line(shop), json={"quantity": 1}, headers={"enfilade-visitor": secret})
    seen = await api("GET", "/baskets/arcade", headers={"cookie": f"visitor={secret}"})
    assert len(seen.json()["lines"]) == 1


async def test_a_checkout_is_its_visitors_alone(api: Api, shop: Shop, admin: Any) -> None:
    owner, stranger = api.as_visitor(), api.as_visitor()
    checkout_id = await opened(owner, shop, "alba-bag")
    for store in ("arcade", "alba", "borea"):
        at = f"/checkouts/{checkout_id}"
        assert (await stranger("GET", f"{at}?store={store}")).status_code == 404
        assert (await stranger("POST", f"{at}/completion?store={store}", json=paid())).status_code == 404
        assert (await stranger("POST", f"{at}/choice?store={store}", json={"keep": False})).status_code == 404
    assert admin("select state from orders.checkout") == [("open",)]
    assert (await owner("GET", f"/checkouts/{checkout_id}?store=alba")).status_code == 404


async def test_a_choice_is_only_for_who_has_one(api: Api, shop: Shop) -> None:
    visitor = api.as_visitor()
    checkout_id = await opened(visitor, shop)
    for _ in range(2):
        answer = await visitor(
            "POST", f"/checkouts/{checkout_id}/choice?store=arcade", json={"keep": True}, key="choose-it"
        )
        assert answer.status_code == 409 and answer.json()["refusal"] == "CheckoutOver"


async def test_a_refused_card_leaves_the_pieces_held_for_another_try(api: Api, shop: Shop) -> None:
    visitor = api.as_visitor()
    at = f"/checkouts/{await opened(visitor, shop)}/completion?store=arcade"
    refused = (await visitor("POST", at, json=paid(card_token="tok_refused"))).json()
    assert (refused["outcome"], refused["checkout"]["state"]) == ("refused", "open")
    assert (await visitor("POST", at, json=paid())).json()["outcome"] == "placed"


async def test_a_second_step_is_an_address_to_go_to(api: Api, shop: Shop) -> None:
    visitor = api.as_visitor()
    at = f"/checkouts/{await opened(visitor, shop)}"
    step = (
        await visitor("POST", f"{at}/completion?store=arcade", json=paid(card_token="tok_second_step"))
    ).json()
    assert step["outcome"] == "second_step" and "/local-provider/" in step["url"]
    seen = (await visitor("GET", f"{at}?store=arcade")).json()
    assert (seen["outcome"], seen["url"]) == ("second_step", step["url"])


async def test_reserving_costs_nothing_now_and_a_parcel_needs_an_address(api: Api, shop: Shop) -> None:
    visitor = api.as_visitor()
    at = f"/checkouts/{await opened(visitor, shop, method='reserve')}/completion?store=arcade"
    assert fields(await visitor("POST", at, json=paid())) == {"payment_method"}
    assert (await visitor("POST", at, json={"contact": CONTACT})).json()["outcome"] == "placed"
    at = f"/checkouts/{await opened(visitor, shop, method='ship', boutiques=[])}/completion?store=arcade"
    assert fields(await visitor("POST", at, json=paid())) == {"contact.address"}
    assert fields(await visitor("POST", at, json=paid(payment_method=""))) == {"payment_method"}
    unknown = await visitor("POST", at, json=paid(payment_method="barter", contact=at_home()))
    assert unknown.status_code == 422 and unknown.json()["refusal"] == "PaymentMethodUnknown"
    assert (await visitor("POST", at, json=paid(contact=at_home()))).json()["outcome"] == "placed"


def at_home() -> dict[str, Any]:
    address = {"line1": "1 rue des Essais", "postcode": "75001", "city": "Paris", "country": "FR"}
    return {**CONTACT, "address": address}


async def test_what_cannot_be_held_is_named_with_what_is_left(
    api: Api, db: Db, shop: Shop, now: datetime
) -> None:
    await count(db, shop.a, "alba-1", "alba-bag", 1, now)
    visitor = api.as_visitor()
    await visitor("PUT", line(shop), json={"quantity": 2})
    answer = await visitor("POST", "/checkouts", json=opening(shop))
    assert answer.status_code == 409 and answer.json()["refusal"] == "PiecesGone"
    assert "1 left of 2" in answer.json()["detail"]
    empty = await api.as_visitor()("POST", "/checkouts", json=opening(shop))
    assert (empty.status_code, empty.json()["refusal"]) == (409, "BasketEmpty")
    await visitor("PUT", line(shop), json={"quantity": 1})
    nowhere = await visitor("POST", "/checkouts", json=opening(shop, boutiques=[]))
    assert (nowhere.status_code, nowhere.json()["refusal"]) == (422, "NotOffered")


async def test_only_what_a_store_sells_goes_into_its_basket(api: Api, shop: Shop) -> None:
    visitor = api.as_visitor()
    foreign = await visitor(
        "PUT", f"/baskets/alba/lines/{shop.b.variants['borea-bag']}", json={"quantity": 1}
    )
    assert (foreign.status_code, foreign.json()["refusal"]) == (404, "NotSold")
    assert (await visitor("GET", "/baskets/nowhere")).status_code == 404


async def test_an_opening_out_of_bounds_names_its_field(api: Api, shop: Shop) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"method": "steal"}, "method"),
        ({"market": "FR!"}, "market"),
        ({"store": ""}, "store"),
        ({"price": 1}, "price"),
        ({"boutiques": [{"maison_id": "x", "boutique_id": "y"}]}, "boutiques[0].maison_id"),
        ({"boutiques": [{"maison_id": str(uuid4()), "boutique_id": str(uuid4())}] * 101}, "boutiques"),
        ({"boutiques": [{"maison_id": "0" * 32, "boutique_id": "0" * 32}] * 2}, "boutiques"),
        ({"near": {"latitude": 91, "longitude": 0}}, "near.latitude"),
        ({"near": {"latitude": 1}}, "near.longitude"),
        ({"language": None}, "language"),
    ]
    for change, field in wrong:
        answer = await api.as_visitor()("POST", "/checkouts", json=opening(shop, **change))
        assert answer.status_code == 400, answer.text
        assert fields(answer) == {field}


async def test_a_completion_out_of_bounds_names_its_field(api: Api) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"contact": {"name": "", "mail": "a@b.example"}}, "contact.name"),
        ({"contact": {"name": "A", "mail": "nobody"}}, "contact.mail"),
        ({"contact": {"name": "A", "mail": "a@b.example\r\nbcc: c@d.example"}}, "contact.mail"),
        ({"contact": {"name": "A\x00", "mail": "a@b.example"}}, "contact.name"),
        ({"contact": {"name": "A" * 201, "mail": "a@b.example"}}, "contact.name"),
        (
            {"contact": {"name": "A", "mail": "a@b.example", "address": {"line1": "x"}}},
            "contact.address.postcode",
        ),
        ({"contact": {"name": "A", "mail": "a@b.example", "vip": True}}, "contact.vip"),
        ({"contact": None}, "contact"),
        ({"amount": 1}, "amount"),
        ({"card_token": "x" * 201}, "card_token"),
    ]
    for change, field in wrong:
        answer = await api.as_visitor()(
            "POST", f"/checkouts/{uuid4()}/completion?store=arcade", json=paid(**change)
        )
        assert answer.status_code == 400, answer.text
        assert fields(answer) == {field}


async def test_a_quantity_out_of_bounds_is_named(api: Api, shop: Shop) -> None:
    for quantity in (0, -1, 101, 1.5, "many", None):
        answer = await api.as_visitor()("PUT", line(shop), json={"quantity": quantity})
        assert answer.status_code == 400 and fields(answer) == {"quantity"}


async def test_a_body_that_is_none_is_refused(api: Api, shop: Shop) -> None:
    for body in (b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"quantity": 1, "quantity": [}'):
        answer = await api.as_visitor()(
            "PUT", line(shop), content=body, headers={"content-type": "application/json"}
        )
        assert answer.status_code == 400 and answer.headers["content-type"] == "application/problem+json"


async def test_a_command_sent_by_another_sites_page_is_refused(api: Api, shop: Shop) -> None:
    visitor = api.as_visitor()
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}, {"origin": "null"}):
        answer = await visitor("PUT", line(shop), json={"quantity": 1}, headers=headers)
        assert answer.status_code == 403 and answer.headers["content-type"] == "application/problem+json"
    assert (await visitor("GET", "/baskets/arcade")).json()["lines"] == []


async def test_completing_somebody_elses_checkout_tells_nothing(
    db: Db, shop: Shop, api: Api, now: datetime
) -> None:
    owner = api.as_visitor()
    checkout_id = await opened(owner, shop)
    await owner(
        "POST", f"/checkouts/{checkout_id}/completion?store=arcade", json=paid(card_token="tok_second_step")
    )
    checkouts = Checkouts(
        db, {"local": LocalProvider(db, "http://shop.example")}, b"k" * 32, "http://shop.example", 1
    )
    with pytest.raises(CheckoutOver):
        await checkouts.complete(
            Store(shop.store.store_id, shop.store.maison_id),
            visitor_id("B" * 22),
            UUID(checkout_id),
            contact=Contact("A", "a@b.example", "", None, ""),
            payment_method="card",
            card_token="tok_ok",
            key="a-strangers-key",
            now=now,
        )
