"""Published reads: pages by key, conditional answers, availability within four statements."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from enfilade.base.actors import Actor
from enfilade.base.db import Db, Tally
from enfilade.stock.counts import record_movement
from tests.shop import Shop, count
from tests.web.api.conftest import Api, fields


async def test_pieces_come_in_pages_that_meet_without_gap_or_repeat(api: Api, shop: Shop) -> None:
    seen: list[str] = []
    path: str | None = "/products?limit=1&language=fr"
    while path:
        page = await api("GET", path)
        assert page.status_code == 200
        seen += [product["id"] for product in page.json()["products"]]
        more = page.json()["next"]
        if more is None:
            assert "link" not in page.headers
            break
        assert page.headers["link"].endswith('>; rel="next"')
        path = page.headers["link"].split("/api/v1", 1)[1].split(">")[0]
        assert f"after={more}" in path and "language=fr" in path
    assert len(seen) == len(set(seen)) == 4
    assert set(seen) == {str(one) for house in (shop.a, shop.b) for one in house.products.values()}


async def test_a_maisons_pieces_are_its_own(api: Api, shop: Shop) -> None:
    page = (await api("GET", "/products?maison=alba")).json()
    assert {product["maison"] for product in page["products"]} == {"alba"}
    assert {product["name"] for product in page["products"]} == {"The bag", "La bague"}
    assert page["products"][0]["prices_from"] == [
        {"market": "fr", "minor": 120_000, "currency": "EUR"},
        {"market": "us", "minor": 130_000, "currency": "USD"},
    ]
    assert (await api("GET", "/products?maison=nobody")).status_code == 404


async def test_a_question_out_of_bounds_names_its_field(api: Api) -> None:
    for query, field in (
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("limit=many", "limit"),
        ("after=%21%21", "after"),
        ("after=WzFd", "after"),
        ("maison=%00", "maison"),
        ("language=la", "language"),
    ):
        answer = await api("GET", f"/products?{query}")
        assert answer.status_code == 400
        assert fields(answer) == {field}


async def test_who_has_the_answer_already_is_told_so(api: Api, shop: Shop) -> None:
    for path in (
        "/maisons",
        "/products",
        "/boutiques",
        f"/products/{shop.a.products['bag']}",
    ):
        first = await api("GET", path)
        assert first.status_code == 200 and first.headers["cache-control"] == "public, max-age=60"
        again = await api("GET", path, headers={"if-none-match": f'W/{first.headers["etag"]}, "other"'})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert (await api("GET", path, headers={"if-none-match": '"other"'})).status_code == 200


async def test_a_piece_says_what_it_is(api: Api, shop: Shop) -> None:
    ring = (await api("GET", f"/products/{shop.a.products['ring']}?language=zh")).json()
    assert (ring["name"], ring["text_language"], ring["maison"]) == ("La bague", "fr", "alba")
    assert [(one["sku"], one["size"]) for one in ring["variants"]] == [("alba-ring-52", "52")]
    assert (await api("GET", f"/products/{uuid4()}")).status_code == 404
    assert (await api("GET", "/products/not-an-id")).status_code == 404


async def test_availability_names_boutiques_nearest_first_and_delivery(api: Api, shop: Shop) -> None:
    path = f"/products/{shop.a.products['ring']}/availability"
    for near in ("45.76,4.84", "city:Lyon", "city:lyon&country=FR"):
        (size,) = (await api("GET", f"{path}?near={near}")).json()["sizes"]
        assert [at["name"] for at in size["boutiques"]] == ["Lyon", "Paris"]
        lyon, paris = size["boutiques"]
        assert lyon["distance_km"] < 1 and 380 < paris["distance_km"] < 400
        assert lyon["collect"] == 5 and lyon["certain"] and lyon["open_now"]
        assert lyon["collect_from"] and lyon["collect_from"][-6:] in ("+01:00", "+02:00")
        assert size["delivery"]["from_day"] <= size["delivery"]["to_day"]
        assert "alba-wh" not in str(size)
    (nowhere,) = (await api("GET", path)).json()["sizes"]
    assert nowhere["boutiques"][0]["distance_km"] is None
    (abroad,) = (await api("GET", f"{path}?country=JP")).json()["sizes"]
    assert abroad["delivery"] is None


async def test_availability_shows_at_most_nine_and_doubts_the_last_old_one(
    api: Api, db: Db, shop: Shop, now: datetime
) -> None:
    await count(db, shop.a, "alba-1", "alba-bag", 5000, now)
    await count(db, shop.a, "alba-2", "alba-bag", 1, now)
    (size,) = (await api("GET", f"/products/{shop.a.products['bag']}/availability?near=city:Paris")).json()[
        "sizes"
    ]
    assert [at["collect"] for at in size["boutiques"]] == [9, 1]
    async with db.acting(Actor.importer(), shop.a.maison_id) as conn:
        await conn.execute(
            "update stock.position set as_of = %s where location_id = %s",
            [now - timedelta(days=3), shop.a.places["alba-2"]],
        )
    (size,) = (await api("GET", f"/products/{shop.a.products['bag']}/availability?near=city:Paris")).json()[
        "sizes"
    ]
    assert [at["certain"] for at in size["boutiques"]] == [True, False]


async def test_a_place_that_is_none_is_named(api: Api, shop: Shop) -> None:
    for near in [
        "Paris",
        "91,0",
        "0,181",
        "nan,0",
        "inf,0",
        "1,2,3",
        "city:Atlantis",
        "city:",
        "city:%00",
        "x" * 200,
        ",",
    ]:
        answer = await api("GET", f"/products/{shop.a.products['bag']}/availability?near={near}")
        assert answer.status_code == 400 and fields(answer) == {"near"}


async def test_availability_takes_one_statement_and_another_for_what_is_not_known_yet(
    api: Api, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[Tally] = []
    # The request counts in a context of its own: what it hands to the log is what ran.
    monkeypatch.setattr("enfilade.web.shared.guards.Tally", lambda: counted.append(Tally()) or counted[-1])
    for near in ("", "48.8,2.3", "city:Paris"):
        await api("GET", f"/products/{shop.a.products['ring']}/availability?near={near}&country=FR")
    # The first one meets its boutiques, "city:" asks where the city is.
    assert [one.statements for one in counted] == [2, 1, 2]


async def test_boutiques_are_filtered_and_paged(api: Api, shop: Shop) -> None:
    everywhere = (await api("GET", "/boutiques")).json()
    assert len(everywhere["boutiques"]) == 4 and everywhere["next"] is None
    assert {one["code"] for one in everywhere["boutiques"]} == {"alba-1", "alba-2", "borea-1", "borea-2"}
    paris = (await api("GET", "/boutiques?maison=borea&city=paris&country=FR")).json()["boutiques"]
    assert [one["code"] for one in paris] == ["borea-1"]
    first = (await api("GET", "/boutiques?limit=3")).json()
    rest = (await api("GET", f"/boutiques?limit=3&after={first['next']}")).json()
    ids = [UUID(one["id"]) for one in first["boutiques"] + rest["boutiques"]]
    assert ids == sorted(ids) and len(set(ids)) == 4
    for query, field in (("country=France", "country"), ("city=%00", "city"), (f"city={'x' * 101}", "city")):
        assert fields(await api("GET", f"/boutiques?{query}")) == {field}


async def test_maisons_tell_their_stores_and_markets_and_the_group_is_none(api: Api, shop: Shop) -> None:
    found = (await api("GET", "/maisons?language=fr")).json()["maisons"]
    assert [one["slug"] for one in found] == ["alba", "arcade", "borea"]
    assert found[0]["stores"] == ["alba", "arcade"] and found[0]["tagline"] == "Maison alba"
    assert [market["code"] for market in found[0]["markets"]] == ["fr", "us"]
    first = (await api("GET", "/maisons?limit=2")).json()
    assert [
        one["slug"] for one in (await api("GET", f"/maisons?after={first['next']}")).json()["maisons"]
    ] == ["borea"]


async def test_an_answer_changes_its_etag_when_stock_changes(
    api: Api, db: Db, shop: Shop, now: datetime
) -> None:
    path = f"/products/{shop.a.products['ring']}/availability?near=city:Paris"
    before = await api("GET", path)
    async with db.acting(Actor.importer(), shop.a.maison_id) as conn:
        await record_movement(
            conn,
            maison_id=shop.a.maison_id,
            location_id=shop.a.places["alba-1"],
            variant_id=shop.a.variants["alba-ring-52"],
            kind="sold",
            on_hand=-1,
            source="till",
            reference="1",
            now=now,
        )
    after = await api("GET", path, headers={"if-none-match": before.headers["etag"]})
    assert after.status_code == 200 and after.headers["etag"] != before.headers["etag"]
