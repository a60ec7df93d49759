"""A quota is put in force, changed and ended on a screen; what is wrong is named, and another maison's is not there."""

import re
from collections.abc import Callable

from tests.web.studio.conftest import Studio

Look = Callable[..., list[tuple[object, ...]]]


async def form(studio: Studio, **fields: str) -> dict[str, str]:
    key = re.search(r'name="key" value="([^"]+)"', (await studio.get("/quotas")).text)
    assert key is not None
    asked = {"name": "Bags", "pieces_max": "2", "period_days": "30", "products": "alba-bag"}
    return asked | {"key": key.group(1)} | fields


async def test_a_quota_is_put_in_force_changed_and_ended(studio: Studio, admin: Look) -> None:
    sent = await form(studio, products="https://shop.example/en/products/alba-bag/\nalba-ring")
    assert (await studio.post("/quotas", sent)).status_code == 303
    assert (await studio.post("/quotas", sent)).status_code == 303  # sent twice, it is one
    page = await studio.get("/quotas")
    assert page.statements <= 4 and "alba-bag, alba-ring" in page.text
    [(quota_id, begins_at)] = admin("select id, begins_at from orders.quota")
    changed = await form(studio, quota_id=str(quota_id), pieces_max="1")
    assert (await studio.post("/quotas", changed)).status_code == 303
    assert admin("select id, begins_at, pieces_max from orders.quota") == [(quota_id, begins_at, 1)]
    assert admin("select pieces_max from public_facts.quota") == [(1,)]
    assert (await studio.post(f"/quotas/{quota_id}/end", {})).status_code == 303
    assert admin("select count(*) from public_facts.quota") == [(0,)]
    assert admin("select act from base.audit order by recorded_at") == [
        ("set_quota",),
        ("set_quota",),
        ("end_quota",),
    ]


async def test_what_is_wrong_is_named_and_what_was_written_stays(studio: Studio, admin: Look) -> None:
    wrong = await studio.post(
        "/quotas", await form(studio, name="", pieces_max="0", period_days="x", products=" ")
    )
    assert wrong.status_code == 400
    for words in ("Give it a name", "from 1 to 100", "from 1 to 366", "Name at least one product"):
        assert words in wrong.text
    unknown = await studio.post("/quotas", await form(studio, products="alba-bag\nborea-bag"))
    assert unknown.status_code == 409 and "is called borea-bag" in unknown.text
    assert 'value="Bags"' in unknown.text and "alba-bag\nborea-bag</textarea>" in unknown.text
    assert (await studio.post("/quotas", await form(studio))).status_code == 303
    same = await studio.post("/quotas", await form(studio, products="alba-ring"))
    assert same.status_code == 409 and "Another quota has this name" in same.text
    twice = await studio.post("/quotas", await form(studio, name="More bags"))
    assert twice.status_code == 409 and "has a quota already" in twice.text
    assert admin("select count(*) from orders.quota") == [(1,)]


async def test_another_maisons_quota_is_not_there(studio: Studio, admin: Look) -> None:
    assert (await studio.post("/quotas", await form(studio))).status_code == 303
    [(quota_id,)] = admin("select id from orders.quota")
    other = await studio.as_("maison_manager", studio.shop.b)
    assert (await studio.get(f"/quotas?change={quota_id}", other)).response.status_code == 404
    assert (await studio.post(f"/quotas/{quota_id}/end", {}, other)).status_code == 404
    stolen = await studio.post(
        "/quotas", await form(studio, quota_id=str(quota_id), products="borea-bag"), other
    )
    assert stolen.status_code == 404
    assert admin("select pieces_max from orders.quota") == [(2,)]
