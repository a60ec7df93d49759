"""Pieces in the studio: a variant counted one by one while there is none, pieces received, found, put aside, their history."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from enfilade.base.db import Db
from tests.shop import Shop, count
from tests.web.studio.conftest import Studio

Look = Callable[..., list[tuple[object, ...]]]


async def test_from_the_switch_to_a_history(studio: Studio, shop: Shop, db: Db, admin: Look) -> None:
    assert "everything is counted by number" in (await studio.get("/pieces")).text
    switch = {"sku": "alba-bag", "by": "serial"}
    refused = await studio.post("/pieces/counting", switch)
    assert refused.status_code == 409 and "still 5 at" in refused.text
    assert (await studio.post("/pieces/counting", switch | {"sku": "none"})).status_code == 409
    for place in shop.a.places:
        await count(db, shop.a, place, "alba-bag", 0, datetime.now(UTC) + timedelta(seconds=1))
    for _ in range(2):
        assert (await studio.post("/pieces/counting", switch)).status_code == 303
    place = str(shop.a.places["alba-1"])
    for _ in range(2):
        sent = {"sku": "alba-bag", "place": place, "serials": "a1 a2,\nA3"}
        assert (await studio.post("/pieces", sent)).status_code == 303
    elsewhere = {"sku": "alba-bag", "place": str(shop.a.places["alba-2"]), "serials": "A1"}
    told = await studio.post("/pieces", elsewhere)
    assert told.status_code == 409 and "A1: the books have it at Paris: transfer it" in told.text
    assert (
        await studio.post("/pieces", elsewhere | {"place": str(shop.b.places["borea-1"])})
    ).status_code == 404
    page = await studio.get("/pieces?q=a2")
    assert page.statements <= 6 and "for sale, at Paris" in page.text and ">A3<" not in page.text
    [(piece_id,)] = admin("select id from stock.piece where serial = 'A2'")
    assert (await studio.post(f"/pieces/{piece_id}/state", {"to": "display"})).status_code == 303
    assert (await studio.post(f"/pieces/{piece_id}/state", {"to": "gone"})).status_code == 303
    again = await studio.post(f"/pieces/{piece_id}/state", {"to": "sellable"})
    assert again.status_code == 409 and "is not there any more" in again.text
    one = await studio.get(f"/pieces/{piece_id}")
    assert one.statements <= 6
    for words in (
        "Received at Paris, by",
        "Display at Paris, by",
        "No longer at Paris, by",
        "<dt>Whose it is</dt><dd>The maison</dd>",
        "Nobody we know of; Paris had it last",
    ):
        assert words in one.text
    assert admin(
        "select on_hand, display from stock.position where location_id = %s and serialised", [place]
    ) == [(2, 0)]
    assert admin("select distinct act from base.audit order by 1") == [
        ("change_counting",),
        ("change_piece",),
        ("receive_pieces",),
    ]
