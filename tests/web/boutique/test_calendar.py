"""An advisor's calendar over HTTP: a private address that programs read, and an address outside."""

import re
from datetime import UTC, datetime

from tests.web.boutique.conftest import App


async def test_a_private_address_is_made_read_and_taken_back(app: App, admin) -> None:
    page = await app.get("/calendar")
    assert "You are not booked" in page.text
    assert (await app.post("/calendar/address")).status_code == 404
    claire = app.shop.people["claire"].staff_id
    admin(
        "insert into appointments.advisor (maison_id, staff_id, shown_name, languages, changed_at) "
        "values (%s, %s, 'Claire', '{fr}', %s)",
        [app.shop.maison_id, claire, datetime.now(UTC)],
    )
    assert (await app.post("/calendar/address")).status_code == 303
    page = await app.get("/calendar")
    (address,) = re.findall(r'value="(http[^"]+/boutique/calendars/[^"]+\.ics)"', page.text)
    path = "/boutique/" + address.split("/boutique/")[1]
    read = await app.client.get(path)
    assert read.status_code == 200
    assert read.headers["content-type"].startswith("text/calendar")
    assert read.headers["cache-control"] == "no-store"
    assert read.content.startswith(b"BEGIN:VCALENDAR")
    again = await app.client.get(path, headers={"if-none-match": f"W/{read.headers['etag']}"})
    assert (again.status_code, again.content) == (304, b"")
    assert (await app.client.get(path.replace(".ics", ""))).status_code == 200
    assert (await app.client.get(path[:-6] + "x.ics")).status_code == 404
    # Inner addresses, and what is none, are refused with words; a good one is kept and shown by its host alone.
    for wrong, words in (("https://127.0.0.1/a.ics", "inside a network"), ("x", "https://")):
        refused = await app.post("/calendar/outside", url=wrong)
        assert refused.status_code == 409
        assert words in refused.text
    assert (await app.post("/calendar/outside", url="webcal://1.1.1.1/p/secret.ics")).status_code == 303
    page = await app.get("/calendar")
    assert "1.1.1.1 is read in a moment" in page.text
    assert "secret.ics" not in page.text
    place = app.shop.at["rivoli"]
    shown = await app.get(f"/roster/{claire}?at={place}", "mia")
    assert "1.1.1.1 is read in a moment" in shown.text
    assert (
        await app.post(f"/roster/{claire}/calendar", at=str(place), url="https://1.1.1.1/b")
    ).status_code == 303
    assert (await app.post(f"/roster/{claire}/calendar/removal", "mia", at=str(place))).status_code == 303
    assert (await app.post("/calendar/outside/removal")).status_code == 303
    assert admin("select count(*) from appointments.outside_calendar") == [(0,)]
    assert (await app.post("/calendar/address/removal")).status_code == 303
    assert (await app.client.get(path)).status_code == 404
