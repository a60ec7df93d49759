"""Partners on the studio's screens: commissions, statements, collaborations between two houses; and who sold, to the client."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from enfilade.base.actors import Actor
from enfilade.base.secrets import derived
from enfilade.catalogue import collaborations
from enfilade.orders.partners import dues
from enfilade.staff import people
from enfilade.staff.passwords import hashed_password
from tests.partner import with_brands
from tests.shop import PASSWORD, House
from tests.web.studio.conftest import Studio

Look = Callable[..., list[tuple[object, ...]]]


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


async def gone(studio: Studio, house: House, order_id: UUID, admin: Look) -> None:
    """Its pieces have left for good."""
    admin("update orders.fulfilment set state = 'handed_over' where order_id = %s", [order_id])
    admin("update orders.order_line set state = 'handed_over' where order_id = %s", [order_id])
    async with studio.db.acting(Actor.job(), house.maison_id) as conn:
        await dues.post_sold(conn, maison_id=house.maison_id, fulfilment_id=None, now=datetime.now(UTC))


async def test_a_brand_is_agreed_sold_named_and_stated(studio: Studio, head: str, admin: Look) -> None:
    store = await with_brands(studio.db, studio.shop)
    store.variants["arcade-bag"] = store.variants["arcade-coat"]  # the concession's
    ((brand_id,),) = admin("select id from catalogue.brand where terms = 'concession'")
    assert "none agreed" in (await studio.get("/brands", head)).text
    today = datetime.now(UTC).date().isoformat()
    for percent, begins in (("", today), ("101", today), ("12.345", today), ("30", "soon")):
        wrong = await studio.post(
            f"/brands/{brand_id}/commissions", {"percent": percent, "begins": begins}, head
        )
        assert wrong.status_code == 400
    agreed = {"percent": "32,5", "begins": today}
    for _ in range(2):  # sent twice, it is agreed once
        assert (await studio.post(f"/brands/{brand_id}/commissions", agreed, head)).status_code == 303
    page = await studio.get(f"/brands?change={brand_id}", head)
    assert "32.5%" in page.text and page.statements <= 5
    assert admin("select count(*) from catalogue.commission") == [(1,)]
    again = await studio.post(f"/brands/{brand_id}/commissions", agreed | {"percent": "40"}, head)
    assert again.status_code == 409
    order_id = await studio.order(store)
    link = derived(b"k" * 48, "order", order_id)
    told = await studio.visit.client.get(f"/en/orders/{link}")
    assert "Sold by ATELIER ESSAI S.r.l., Milano, Italy, MI-0000001" in told.text
    assert "sold by ATELIER ESSAI" in (await studio.get(f"/orders/{order_id}", head)).text
    await gone(studio, store, order_id, admin)
    listed = await studio.get("/statements", head)
    assert "Atelier Essai" in listed.text and listed.statements <= 5
    unready = await studio.post("/statements", {"partner_id": str(brand_id), "until": today}, head)
    assert unready.status_code == 409 and "yesterday at the latest" in unready.text
    assert (await studio.post("/statements", {"partner_id": "x", "until": today}, head)).status_code == 400
    admin("update orders.due set day = day - 3")
    until = (datetime.now(UTC).date() - timedelta(days=2)).isoformat()
    for _ in range(2):
        sent = await studio.post("/statements", {"partner_id": str(brand_id), "until": until}, head)
        assert sent.status_code == 303
    ((statement_id,),) = admin("select id from orders.partner_statement")
    headers = {"cookie": head}
    for language in ("en", "fr", "nl", "zh"):
        made = await studio.visit.client.get(
            f"/studio/statements/{statement_id}/pdf?language={language}", headers=headers
        )
        assert made.content.startswith(b"%PDF-")
    file = await studio.visit.client.get(f"/studio/statements/{statement_id}/csv", headers=headers)
    assert "arcade-coat" in file.text and "32.5," in file.text
    for kind in ("pdf", "csv"):  # another house's manager
        assert (await studio.get(f"/statements/{statement_id}/{kind}")).response.status_code == 404


async def test_two_houses_agree_each_in_its_own_studio(studio: Studio, admin: Look) -> None:
    a, b = studio.shop.a, studio.shop.b
    other = await studio.as_("maison_manager", b)
    ((slug,),) = admin("select slug from catalogue.product where id = %s", [a.products["bag"]])
    key = re.search(r'name="key" value="([^"]+)"', (await studio.get("/collaborations")).text)
    assert key is not None
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    form = {
        "key": key.group(1), "name": "Alba and Borea", "products": f"/fr/products/{slug}", "begins": yesterday,
        "own_share": "60", "who.0": str(b.maison_id), "share.0": "30", "artist.1": "Inès Trait", "share.1": "10",
        "signed.1": "2026-01-15", "store": str(studio.shop.store.store_id), "markets": "",
    }  # fmt: skip
    for changed, words in (
        ({"own_share": "50"}, "come to 100 per cent"),
        ({"products": "nothing-here"}, "There is no piece here"),
        ({"signed.1": ""}, "agreement with the artist was signed"),
        ({"store": str(uuid4())}, "No such store"),
        ({"begins": ""}, "from which day"),
        ({"share.0": "a third"}, "in per cent"),
    ):
        wrong = await studio.post("/collaborations", form | changed)
        assert wrong.status_code == 400 and words in wrong.text and "Alba and Borea" in wrong.text
    for _ in range(2):  # sent twice, it is one
        assert (await studio.post("/collaborations", form)).status_code == 303
    ((made,),) = admin("select id from catalogue.collaboration")
    assert 'value="60"' in (await studio.get(f"/collaborations?change={made}")).text
    assert "Alba and Borea" not in (await studio.get("/collaborations", other)).text
    assert (await studio.post(f"/collaborations/{made}/proposal", {}, other)).status_code == 404
    assert (await studio.post(f"/collaborations/{made}/proposal", {})).status_code == 303
    piece = await studio.visit.client.get(f"/fr/products/{slug}")
    assert "Cette pièce n’est pas vendue ici" in piece.text and "Ajouter au panier" not in piece.text
    theirs = await studio.get("/collaborations", other)
    assert "Alba and Borea" in theirs.text and ">Approve</button>" in theirs.text and theirs.statements <= 5
    word = {"selling_maison_id": str(a.maison_id), "version": "1", "answer": "approve"}
    assert (await studio.post(f"/collaborations/{made}/answer", word)).status_code == 404  # not one's own
    assert (
        await studio.post(f"/collaborations/{made}/answer", word | {"version": "2"}, other)
    ).status_code == 409
    for _ in range(2):
        assert (await studio.post(f"/collaborations/{made}/answer", word, other)).status_code == 303
    async with studio.db.acting(Actor.job(), a.maison_id) as conn:
        assert await collaborations.settle(conn, maison_id=a.maison_id, now=datetime.now(UTC)) == 1
    piece = await studio.visit.client.get(f"/fr/products/{slug}")
    assert (
        "Créée ensemble par" in piece.text
        and "Inès Trait" in piece.text
        and "Ajouter au panier" in piece.text
    )
    order_id = await studio.order(a)
    await gone(studio, a, order_id, admin)
    assert "in a collaboration" in (await studio.get(f"/orders/{order_id}")).text
    admin("update orders.due set day = day - 3")
    ((partner_id,),) = admin("select id from catalogue.collaboration_partner where kind = 'house'")
    until = (datetime.now(UTC).date() - timedelta(days=2)).isoformat()
    sent = await studio.post("/statements", {"partner_id": str(partner_id), "until": until})
    assert sent.status_code == 303
    ((statement_id, number),) = admin(
        "select s.id, o.number from orders.partner_statement s, orders.order o where o.id = %s", [order_id]
    )
    told = await studio.get("/statements", other)
    assert "Told to us" in told.text and str(number) not in told.text
    file = await studio.visit.client.get(f"/studio/statements/{statement_id}/csv", headers={"cookie": other})
    assert file.status_code == 200 and "alba-bag" in file.text and str(number) not in file.text
    assert (await studio.get(f"/orders/{order_id}", other)).response.status_code == 404
    assert (await studio.post(f"/collaborations/{made}/end", {})).status_code == 303
    assert "Ajouter au panier" not in (await studio.visit.client.get(f"/fr/products/{slug}")).text
