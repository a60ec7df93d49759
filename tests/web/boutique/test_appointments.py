"""The boutique app’s diary and roster, from an empty studio to a visit that is over."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from httpx import Response

from enfilade.boutiques.openings import renew_openings
from tests.web.boutique.conftest import App


def said(response: Response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.text).split())


async def test_from_a_service_to_a_visit_that_is_over(app: App, admin) -> None:
    shop, today = app.shop, datetime.now(UTC).date()
    place = str(shop.at["rivoli"])
    staff = await app.cookie("max")
    form = {
        "key": "first service", "code": "try", "kind": "try", "minutes": "30", "preparation_minutes": "0",
        "clearing_minutes": "0", "notice_minutes": "0", "horizon_days": "20", "cancel_until_minutes": "0",
        "pieces_max": "2", "step_minutes": "30", "needs_seat": "yes", "active": "yes", "name.en": "Try on",
        "place": place,
    }  # fmt: skip
    wrong = await app.client.post("/studio/services", headers=staff, data=form | {"minutes": "3"})
    assert wrong.status_code == 400
    assert "Between 5 and 480 minutes." in wrong.text
    assert (await app.client.post("/studio/services", headers=staff, data=form)).status_code == 303
    assert "Try on" in (await app.client.get("/studio/services", headers=staff)).text

    claire = str(shop.people["claire"].staff_id)
    assert (await app.get(f"/roster/{claire}?at={place}")).status_code == 404, "for managers"
    kept: dict[str, Any] = {"at": place, "shown_name": "Claire", "language": "fr", "bookable": "yes"}
    assert (await app.post(f"/roster/{claire}", **kept)).status_code == 403
    assert (await app.post(f"/roster/{claire}", "mia", **kept)).status_code == 303
    week: dict[str, Any] = {
        f"{side}-{day}": at for day in range(1, 8) for side, at in (("from", "00:00"), ("until", "24:00"))
    }
    start = (today - timedelta(days=1)).isoformat()
    weekly = await app.post(f"/roster/{claire}/week", "mia", at=place, valid_from=start, **week)
    assert weekly.status_code == 303, said(weekly)
    assert (await app.post("/roster/seats", "mia", at=place, room="Salon")).status_code == 303
    page = await app.get(f"/roster/{claire}?at={place}", "mia")
    assert 'value="24:00"' in page.text
    assert "Salon" in (await app.get(f"/roster?at={place}", "mia")).text

    admin("update boutiques.location set opening_hours = '24/7' where id = %s", [place])
    await shop.job(renew_openings)
    page = await app.get(f"/appointments/booking?at={place}")
    slots = re.findall(r'name="slot" value="([^"]+)"', page.text)
    assert len(slots) > 90
    ((service,),) = admin("select id from appointments.service")
    ((sku,),) = admin("select v.sku from stock.position p join catalogue.variant v on v.id = p.variant_id "
        "where p.location_id = %s and p.on_hand > 0 limit 1", [place])  # fmt: skip
    asked: dict[str, Any] = {
        "at": place,
        "service": str(service),
        "slot": slots[0],
        "name": "Camille Aubry",
        "language": "fr",
    }
    asked |= {"mail": "camille@client.example", "skus": sku, "words": "For a wedding"}
    booked = await app.post("/appointments", **asked)
    assert booked.status_code == 303, said(booked)
    address = booked.headers["location"].removeprefix("/boutique")
    again: dict[str, Any] = asked | {"name": "Noa", "mail": "noa@client.example", "skus": ""}
    taken = await app.post("/appointments", **again)
    assert taken.status_code == 409
    assert "This time is taken" in taken.text
    assert 'value="noa@client.example"' in taken.text
    shown = said(await app.get(address))
    assert "Camille Aubry" in shown
    assert "Kept for them" in shown
    assert "For a wedding" in shown
    assert (await app.post(f"{address}/move", at=place, slot=slots[1], sequence="0")).status_code == 303
    assert (await app.post(f"{address}/move", at=place, slot=slots[3], sequence="0")).status_code == 409
    away: dict[str, Any] = {"begins_on": start, "begins_at": "00:00", "ends_at": "23:59"}
    later = (today + timedelta(days=3)).isoformat()
    gone = await app.post(f"/roster/{claire}/absences", "mia", at=place, ends_on=later, **away)
    assert gone.status_code == 303
    assert "Do not fit any more" in (await app.get(f"/appointments?at={place}")).text
    ((absence,),) = admin("select id from appointments.absence")
    assert (
        await app.post(f"/roster/{claire}/absences/{absence}/removal", "mia", at=place)
    ).status_code == 303
    assert "Do not fit any more" not in (await app.get(f"/appointments?at={place}")).text
    assert (await app.post(f"{address}/arrival")).status_code == 303
    ((variant,),) = admin("select variant_id from appointments.piece")
    over: dict[str, Any] = {"variant": str(variant), f"result-{variant}": "liked", "noted": "Prefers black"}
    # Nothing is bought, and there is no open till.
    assert "which pieces are bought" in (await app.post(f"{address}/sale", **over)).text
    bought: dict[str, Any] = over | {f"result-{variant}": "bought"}
    assert (await app.post(f"{address}/sale", **bought)).status_code == 409
    assert (await app.post(f"{address}/visit", **over)).status_code == 303
    shown = said(await app.get(address))
    assert "served" in shown
    assert "Prefers black" in shown
    assert (await app.post(f"{address}/arrival")).status_code == 409
    assert admin("select count(*) from stock.hold where purpose = 'appointment'") == [(0,)]
