"""Who may enter the studio, and whose studio it is."""

from collections.abc import Callable
from uuid import UUID

import pytest

from tests.web.studio.conftest import Studio

Look = Callable[..., list[tuple[object, ...]]]
PAGES = ("/", "/missing", "/orders", "/policy")


@pytest.mark.parametrize("path", PAGES)
async def test_nobody_enters_without_signing_in(studio: Studio, path: str) -> None:
    answer = await studio.visit.get(f"/studio{path}")
    assert answer.response.status_code == 303
    assert answer.response.headers["location"].startswith("/boutique/sign-in?next=/studio")


@pytest.mark.parametrize("role", ["advisor", "boutique_manager"])
@pytest.mark.parametrize("path", PAGES)
async def test_people_of_a_boutique_are_shown_their_own_screens(studio: Studio, role: str, path: str) -> None:
    page = await studio.get(path, await studio.as_(role))
    assert page.response.status_code == 403
    assert 'href="/boutique/"' in page.text


async def test_the_groups_administrator_sees_no_maisons_orders(studio: Studio, admin: Look) -> None:
    order_id = await studio.order()
    [(staff_id,)] = admin("select id from staff.person where role = 'group_administrator'")
    assert isinstance(staff_id, UUID)
    cookie = await studio.session(studio.shop.group_id, staff_id)
    assert "<dt>Pieces published</dt><dd>0</dd>" in (await studio.get("/", cookie)).text
    assert "No order yet" in (await studio.get("/orders", cookie)).text
    assert (await studio.get(f"/orders/{order_id}", cookie)).response.status_code == 404


async def test_each_manager_sees_their_own_maison(studio: Studio) -> None:
    ours = (await studio.get("/")).text
    theirs = (await studio.get("/", await studio.as_("maison_manager", studio.shop.b))).text
    assert "Alba" in ours
    assert "Borea" not in ours
    assert "Borea" in theirs
    assert "Alba" not in theirs
