"""Closing one's boutique from the phone: three taps, a page that says how far it is, and reopening."""

import re
from typing import Any

from enfilade.closures import working
from tests.web.boutique.conftest import App

HIDDEN = re.compile(r'<input type="hidden" name="(?P<name>[^"]+)" value="(?P<value>[^"]*)">')


async def test_a_manager_closes_the_own_boutique_in_three_taps_and_reopens_it(app: App) -> None:
    shop = app.shop
    await shop.order("BAG-S", method="ship", address={"city": "Lyon"})
    await shop.order("BAG-M", language="fr")
    form = (await app.get("/closing", "mia")).text
    assert "Close Auber Rivoli" in form and "Auber Marais" not in form
    place = f"place={shop.at['rivoli']}"
    seen = (await app.get(f"/closing/preview?{place}&what=everything&until=open", "mia")).text
    assert "1 parcel<" in seen and "1 collection to prepare" in seen and "in French" in seen
    sent: dict[str, Any] = {found["name"]: found["value"] for found in HIDDEN.finditer(seen)}
    # A parcel more since the preview: it closes all the same, and says what changed.
    await shop.order("SCARF-U", method="ship", address={"city": "Lyon"})
    answer = await app.post("/closing", "mia", **sent)
    assert answer.status_code == 303
    to = answer.headers["location"].removeprefix("/boutique")
    assert (await app.post("/closing", "mia", **sent)).headers["location"].endswith(to), "a second click"
    assert await shop.look("select count(*)::integer from closures.act") == 1
    assert "3 to do" in (page := (await app.get(to, "mia")).text) or "0 of 3 done" in page
    await working.go_round(shop.db, maison_id=shop.maison_id, now=shop.now)
    page = (await app.get(to, "mia")).text
    assert "2 sent from elsewhere" in page and "All of it is done" in page
    assert "parcels 2 instead of 1" in page
    assert "is closed" in (await app.get("/closing", "mia")).text
    assert (await app.post(f"{to}/reopening", "mia")).status_code == 303
    assert "is open again" in (await app.get(to, "mia")).text
    await shop.sound()


async def test_only_managers_close_and_only_their_own(app: App) -> None:
    shop = app.shop
    assert (await app.get("/closing", "claire")).status_code == 404
    wrong = f"/closing/preview?place={shop.at['marais']}&until=open"
    assert (await app.get(wrong, "mia")).status_code == 403
    city = "/closing/preview?scope=city&city=Paris&until=open"
    assert (await app.get(city, "mia")).status_code == 403
    assert (await app.get(city, "max")).status_code == 200
    nothing = await app.get(f"/closing/preview?place={shop.at['rivoli']}&what=some&until=open", "mia")
    assert nothing.status_code == 400 and "at least one of these" in nothing.text
