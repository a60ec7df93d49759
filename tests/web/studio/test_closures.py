"""Closures in the studio: a country closes in one act, is watched, and reopens place by place."""

import re
from datetime import UTC, datetime

from enfilade.base.secrets import derived
from enfilade.closures import working
from tests.web.studio.conftest import Studio

HIDDEN = re.compile(r'<input type="hidden" name="(?P<name>[^"]+)" value="(?P<value>[^"]*)">')

PREVIEW_STATEMENTS = 5
ACT_STATEMENTS = 8


async def test_all_boutiques_of_a_country_close_in_one_act(studio: Studio) -> None:
    house = studio.shop.a
    order_id = await studio.order()
    form = (await studio.get("/closures")).text
    assert "Nothing is closed" in form
    preview = await studio.get("/closures/preview?scope=country&country=FR&until=tomorrow&reason=Snow")
    assert preview.statements <= PREVIEW_STATEMENTS
    seen = preview.text
    assert "Nothing has happened yet" in seen and "Snow" in seen
    sent = {found["name"]: found["value"] for found in HIDDEN.finditer(seen)}
    answer = await studio.post("/closures", sent)
    assert answer.status_code == 303
    assert (await studio.post("/closures", sent)).headers["location"] == answer.headers["location"]
    await working.go_round(studio.db, maison_id=house.maison_id, now=datetime.now(UTC))
    to = answer.headers["location"].removeprefix("/studio")
    whole = await studio.get(to)
    assert whole.statements <= ACT_STATEMENTS
    page = whole.text
    assert "Collections to prepare" in page and "Nothing is left to do" in page
    # Clients read it wherever they look; one who would come now is not asked to.
    boutique = f"/en/boutiques/{house.places[f'{house.slug}-1']}"
    order = f"/en/orders/{derived(b'k' * 48, 'order', order_id)}"
    for path in (boutique, order):
        assert "Closed until" in (await studio.visit.get(path)).text, path
    assert (await studio.post(f"{to}/reopening", {})).status_code == 303
    for path in (boutique, order):
        assert "Closed until" not in (await studio.visit.get(path)).text, path
    assert "Open again." in (await studio.get(to)).text
    # Another maison's manager finds nothing of it.
    other = await studio.as_("maison_manager", studio.shop.b)
    assert (await studio.get(to, cookie=other)).response.status_code == 404
    assert (await studio.post(f"{to}/reopening", {}, cookie=other)).status_code == 404
