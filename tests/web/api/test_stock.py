"""Stock told by tills and feeds: row by row, once by reference, and only of one's own maison and boutiques."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from enfilade.base.db import Db
from enfilade.stock.verify import verify
from tests.shop import Shop
from tests.web.api.conftest import Api, fields


def sold(reference: str, sku: str = "alba-bag", quantity: int = -1, **more: Any) -> dict[str, Any]:
    row = {"location": "alba-1", "sku": sku, "kind": "sold", "quantity": quantity, "reference": reference}
    return {**row, "source": "till-1", **more}


def on_hand(admin: Any, shop: Shop, sku: str = "alba-bag", place: str = "alba-1") -> tuple[int, ...]:
    (row,) = admin(
        "select on_hand, unavailable from stock.position where location_id = %s and variant_id = %s",
        [shop.a.places[place], shop.a.variants[sku]],
    )
    return row


@pytest.fixture
async def till(api: Api, db: Db, shop: Shop, now: datetime) -> Api:
    return await api.as_staff(db, shop.a, "maison_manager", now)


async def test_good_rows_are_taken_bad_ones_named_and_each_reference_counts_once(
    till: Api, db: Db, shop: Shop, admin: Any
) -> None:
    rows = [
        sold("1"),
        sold("2", sku="borea-bag"),
        sold("3", location="borea-1"),
        sold("4", quantity=1),
        sold("5", kind="received", quantity=-1),
        sold("1"),
        sold("6", quantity=100_001),
        sold("7", colour="red"),
        {"sku": "alba-bag"},
        sold("8", kind="stolen"),
        sold("1", source="till-2"),
        sold("9", kind="received", quantity=3),
    ]
    body = (await till("POST", "/stock/movements", json={"rows": rows})).json()
    assert [(row["outcome"], row["field"]) for row in body["rows"]] == [
        ("taken", ""),
        ("refused", "sku"),
        ("refused", "location"),
        ("refused", "quantity"),
        ("refused", "quantity"),
        ("told_before", ""),
        ("refused", "quantity"),
        ("refused", "colour"),
        ("refused", "location"),
        ("refused", "kind"),
        ("taken", ""),
        ("taken", ""),
    ]
    assert all(row["reason"] for row in body["rows"] if row["outcome"] == "refused")
    assert (body["taken"], body["told_before"], body["refused"]) == (3, 1, 8)
    assert on_hand(admin, shop) == (6, 0)
    again = (await till("POST", "/stock/movements", json={"rows": rows})).json()
    assert (again["taken"], again["told_before"]) == (0, 4)
    assert on_hand(admin, shop) == (6, 0)
    assert await verify(db, maison_id=shop.a.maison_id) == []
    assert admin("select count(*) from stock.told where maison_id = %s", [shop.b.maison_id]) == [(0,)]


async def test_what_is_sold_and_not_there_is_a_shortage(till: Api, admin: Any, shop: Shop) -> None:
    (row,) = (await till("POST", "/stock/movements", json={"rows": [sold("1", quantity=-7)]})).json()["rows"]
    assert (row["outcome"], row["missing"]) == ("taken", 2)
    assert admin("select quantity, cause from stock.shortage") == [(2, "till-1")]


async def test_a_repeat_gets_the_first_answer(till: Api, admin: Any, shop: Shop) -> None:
    answers = [
        await till("POST", "/stock/movements", json={"rows": [sold("1")]}, key="night-batch")
        for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json() and answers[0].json()["taken"] == 1
    other = await till("POST", "/stock/movements", json={"rows": [sold("2")]}, key="night-batch")
    assert other.status_code == 422
    assert on_hand(admin, shop) == (4, 0)


async def test_counts_set_what_is_there(till: Api, db: Db, shop: Shop, now: datetime, admin: Any) -> None:
    def counted(**more: Any) -> dict[str, Any]:
        # The shop was counted a moment ago; a later count is needed to change it.
        soon = (now + timedelta(minutes=2)).isoformat()
        return {"location": "alba-1", "sku": "alba-bag", "on_hand": 3, "as_of": soon, **more}

    rows = [
        counted(display=1),
        counted(sku="alba-ring-52", display=4),
        counted(),
        counted(location="borea-1"),
        counted(location="alba-2", as_of="2026-01-01T00:00:00"),
        counted(location="alba-2", as_of=(now + timedelta(hours=1)).isoformat()),
        counted(location="alba-2", on_hand=-1),
        counted(location="alba-wh", as_of="2020-01-01T00:00:00Z", on_hand=99),
    ]
    answer = await till("POST", "/stock/counts", json={"rows": rows})
    assert [(row["outcome"], row["field"]) for row in answer.json()["rows"]] == [
        ("taken", ""),
        ("refused", "on_hand"),
        ("refused", "sku"),
        ("refused", "location"),
        ("refused", "as_of"),
        ("refused", "as_of"),
        ("refused", "on_hand"),
        ("taken", ""),
    ]
    assert on_hand(admin, shop) == (3, 1)
    assert on_hand(admin, shop, place="alba-wh") == (5, 0)
    assert await verify(db, maison_id=shop.a.maison_id) == []


async def test_a_list_has_bounds_and_a_shape(till: Api) -> None:
    for body, field in (
        ({"rows": []}, "rows"),
        ({"rows": [sold(str(number)) for number in range(501)]}, "rows"),
        ({"rows": "all"}, "rows"),
        ({"rows": [1]}, "rows[0]"),
        ({}, "rows"),
        ({"rows": [sold("1")], "dry": True}, "dry"),
    ):
        answer = await till("POST", "/stock/movements", json=body)
        assert answer.status_code == 400 and fields(answer) == {field}, answer.text
    # 500 rows of the longest words fit.
    most = [sold(f"{number:0200}", location="x" * 100, sku="y" * 200) for number in range(500)]
    assert (await till("POST", "/stock/movements", json={"rows": most})).json()["refused"] == 500


async def test_who_may_tell(api: Api, db: Db, shop: Shop, now: datetime, admin: Any) -> None:
    def asked(caller: Api, reference: str, place: str) -> Any:
        return caller("POST", "/stock/movements", json={"rows": [sold(reference, location=place)]})

    def outcome(answer: httpx.Response) -> str:
        return answer.json()["rows"][0]["outcome"]

    nobody = await asked(api, "1", "alba-1")
    assert nobody.status_code == 401 and nobody.headers["www-authenticate"].startswith("Bearer")
    visitor = await asked(api.as_visitor(), "1", "alba-1")
    assert visitor.status_code == 401
    assert (await asked(await api.as_staff(db, shop.a, "advisor", now), "1", "alba-1")).status_code == 403
    # A boutique manager's boutique is the first; the second is not theirs, another maison's is nobody's.
    manager = await api.as_staff(db, shop.a, "boutique_manager", now)
    assert outcome(await asked(manager, "1", "alba-1")) == "taken"
    assert outcome(await asked(manager, "2", "alba-2")) == "refused"
    stranger = await api.as_staff(db, shop.b, "maison_manager", now)
    assert outcome(await asked(stranger, "3", "alba-1")) == "refused"
    assert on_hand(admin, shop) == (4, 0)


async def test_a_session_is_opened_with_a_password_and_ended(api: Api, shop: Shop) -> None:
    right = {"email": "maison_manager.alba@enfilade.example", "password": "a-password-of-tests"}
    opened = await api("POST", "/sessions", json=right, key="")
    assert opened.status_code == 201 and opened.headers["cache-control"] == "no-store"
    assert opened.json()["maison_id"] == str(shop.a.maison_id)
    bearer = {"authorization": f"Bearer {opened.json()['secret']}"}
    assert (await api("GET", "/orders", headers=bearer)).status_code == 200
    assert (await api("DELETE", "/sessions/current", headers=bearer, key="")).status_code == 204
    assert (await api("GET", "/orders", headers=bearer)).status_code == 401
    for wrong in ({**right, "password": "another-password"}, {**right, "email": "nobody@enfilade.example"}):
        refused = await api("POST", "/sessions", json=wrong, key="")
        assert refused.status_code == 401 and "secret" not in refused.text
    assert fields(await api("POST", "/sessions", json={**right, "password": "x" * 201}, key="")) == {
        "password"
    }
    for header in ("", "Bearer", "Bearer ", "Basic eDp5", "Bearer " + "x" * 300, "Bearer é".encode()):
        assert (await api("GET", "/orders", headers={"authorization": header})).status_code == 401  # type: ignore[dict-item]
