"""Ways in the studio: what is said of a border and of a place, once, by a manager of this maison."""

import re
from typing import Any

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.maisons.travel import Way, ways_of
from tests.shop import Shop
from tests.web.studio.conftest import Studio


async def in_force(db: Db, shop: Shop) -> list[Way]:
    async with db.acting(Actor.job(), shop.a.maison_id) as conn:
        return await ways_of(conn, maison_id=shop.a.maison_id)


def fields(page: str, **said: str) -> dict[str, str]:
    (key, *_) = re.findall(r'name="key" value="([^"]+)"', page.partition('action="/studio/ways"')[2])
    return {"key": key} | said


async def test_a_way_is_said_changed_and_taken_away(studio: Studio, db: Db, shop: Shop, admin: Any) -> None:
    page = (await studio.get("/ways")).text
    assert "Nothing is brought now" in page and "No way of your own yet" in page
    warehouse = str(shop.a.places["alba-wh"])
    said = fields(page, origin=warehouse, destination="FR", days="3")
    for _ in range(2):
        assert (await studio.post("/ways", said)).headers["location"] == "/studio/ways?saved=yes"
    assert await in_force(db, shop) == [Way(warehouse, "FR", 3)]
    page = (await studio.get("/ways")).text
    await studio.post("/ways", fields(page, origin=warehouse, destination="FR", days="1"))
    assert await in_force(db, shop) == [Way(warehouse, "FR", 1)]
    assert "Warehouse, Lyon" in page, "by its name"
    page = (await studio.get("/ways")).text
    await studio.post("/ways/removal", fields(page, origin=warehouse, destination="FR"))
    assert await in_force(db, shop) == []
    acts = [row[0] for row in admin("select act from base.audit order by recorded_at")]
    assert acts == ["keep_way", "keep_way", "drop_way"], "done twice is said once"


async def test_what_cannot_be_a_way_is_said_and_nothing_changes(studio: Studio, db: Db, shop: Shop) -> None:
    page = (await studio.get("/ways")).text
    theirs = str(shop.b.places["borea-1"])
    for said in (
        {"origin": "FR", "destination": "FR", "days": "2"},
        {"origin": theirs, "destination": "FR", "days": "2"},
        {"origin": "FR", "destination": "XX", "days": "2"},
        {"origin": str(shop.a.places["alba-1"]), "destination": "FR", "days": "21"},
        {"origin": str(shop.a.places["alba-1"]), "destination": "FR", "days": ""},
    ):
        answer = await studio.post("/ways", fields(page, **said))
        assert (answer.status_code, 'role="alert"' in answer.text) == (400, True), said
    assert await in_force(db, shop) == []
