"""The store keeps, shows and retires its brands on a screen; what is wrong is named and nothing is lost; maisons have none."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from enfilade.base.actors import Actor
from enfilade.staff import people
from enfilade.staff.passwords import hashed_password
from tests.shop import PASSWORD
from tests.web.studio.conftest import Studio

Look = Callable[..., list[tuple[object, ...]]]
FORM = {
    "name": "Atelier Essai", "terms": "concession", "company_name": "ATELIER ESSAI S.r.l.", "company_city": "Milano",
    "company_country": "it", "company_number": "MI-0000001", "text.fr": "Une cour.",
}  # fmt: skip


@pytest.fixture
async def head(studio: Studio) -> str:
    """The cookie of who runs the store."""
    maison_id = studio.shop.store.maison_id
    async with studio.db.acting(Actor.importer(), maison_id) as conn:
        staff_id = await people.hire(
            conn, maison_id=maison_id, email="head@enfilade.example", name="Head", role="maison_manager",
            password_hash=hashed_password(PASSWORD), location_ids=[], now=datetime.now(UTC), chosen=True,
        )  # fmt: skip
    return await studio.session(maison_id, staff_id)


async def form(studio: Studio, head: str, **fields: str) -> dict[str, str]:
    key = re.search(r'name="key" value="([^"]+)"', (await studio.get("/brands", head)).text)
    assert key is not None
    return FORM | {"key": key.group(1)} | fields


async def test_a_brand_is_kept_shown_changed_and_retired(studio: Studio, head: str, admin: Look) -> None:
    sent = await form(studio, head)
    for _ in range(2):  # sent twice, it is one
        assert (await studio.post("/brands", sent, head)).status_code == 303
    page = await studio.get("/brands", head)
    assert page.statements <= 4 and "Not shown" in page.text and 'href="/studio/brands"' in page.text
    [(brand_id, country)] = admin("select id, company_country from catalogue.brand")
    assert country == "IT"
    for _ in range(2):
        assert (await studio.post(f"/brands/{brand_id}/publication", {}, head)).status_code == 303
    assert admin("select name, seller_name from public_facts.brand") == [
        ("Atelier Essai", "ATELIER ESSAI S.r.l.")
    ]
    opened = (await studio.get(f"/brands?change={brand_id}", head)).text
    assert 'value="MI-0000001"' in opened and "Une cour.</textarea>" in opened
    changed = await form(studio, head, brand_id=str(brand_id), terms="consignment")
    assert (await studio.post("/brands", changed, head)).status_code == 303
    assert admin("select seller_name from public_facts.brand") == [("",)]
    assert (await studio.post(f"/brands/{brand_id}/retirement", {}, head)).status_code == 303
    assert admin("select count(*) from public_facts.brand") == [(0,)]
    assert admin("select act from base.audit order by recorded_at, id") == [
        ("keep_brand",), ("publish_brand",), ("keep_brand",), ("retire_brand",),
    ]  # fmt: skip


async def test_what_is_wrong_is_named_and_what_was_written_stays(
    studio: Studio, head: str, admin: Look
) -> None:
    wrong = await studio.post(
        "/brands", await form(studio, head, name="", company_number="", company_country="Italy"), head
    )
    assert wrong.status_code == 400
    for words in ("Give it a name", "the number in its register", "two letters of the country"):
        assert words in wrong.text
    assert 'value="ATELIER ESSAI S.r.l."' in wrong.text and "Une cour.</textarea>" in wrong.text
    assert wrong.text.count('aria-invalid="true"') == 3
    assert (await studio.post("/brands", await form(studio, head), head)).status_code == 303
    again = await studio.post("/brands", await form(studio, head, name="ATELIER ESSAI"), head)
    assert again.status_code == 409 and "Another brand has this name" in again.text
    assert 'value="ATELIER ESSAI"' in again.text
    assert admin("select count(*) from catalogue.brand") == [(1,)]


async def test_a_maison_has_no_such_screen_and_reaches_no_other_stores_brand(
    studio: Studio, head: str, admin: Look
) -> None:
    assert "/studio/brands" not in (await studio.get("/quotas")).text
    assert (await studio.get("/brands")).response.status_code == 404
    sent = await form(studio, head)
    assert (await studio.post("/brands", sent)).status_code == 404
    assert (await studio.post("/brands", sent, head)).status_code == 303
    [(brand_id,)] = admin("select id from catalogue.brand")
    for act in ("publication", "retirement"):
        assert (await studio.post(f"/brands/{brand_id}/{act}", {})).status_code == 404
    assert admin("select maison_id, published_at from catalogue.brand") == [
        (studio.shop.store.maison_id, None)
    ]
