"""Appointments on the storefront, without a script: by the letter's link, and booked by somebody nobody knows."""

import re
from datetime import UTC, datetime
from typing import Any

import icalendar

from enfilade.appointments import alternative_letters
from enfilade.appointments.keeping import link_secret
from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.closures import working
from tests.appointments.diary import KEY, Diary, opened
from tests.closures.test_visits import close
from tests.shop import Shop
from tests.web.storefront.visiting import Visit

LINK_STATEMENTS_MAX = 4


def plain(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


async def diary_of(db: Db, shop: Shop, **more: Any) -> Diary:
    return await opened(db, shop, datetime.now(UTC), **more)


async def test_a_link_shows_moves_and_gives_back_its_own_appointment(
    db: Db, shop: Shop, visit: Visit, admin
) -> None:
    diary = await diary_of(db, shop)
    kept = await diary.book(diary.at(1, 11), variant_ids=(diary.house.variants["alba-bag"],))
    link = f"/en/appointments/{link_secret(KEY, kept.id)}"
    await visit.get(link)
    page = await visit.get(link)
    assert page.response.status_code == 200
    assert page.statements <= LINK_STATEMENTS_MAX
    assert "11:00" in page.text
    assert "Set aside for you" in page.text
    assert page.response.headers["referrer-policy"] == "no-referrer"
    assert "no-store" in page.response.headers["cache-control"]
    for language, word in {"fr": "Mis de côté", "nl": "apart gelegd", "zh": "预留"}.items():
        assert word in (await visit.get(link.replace("/en/", f"/{language}/"))).text
    event = next(
        iter(icalendar.Calendar.from_ical((await visit.get(f"{link}/calendar")).text).walk("VEVENT"))
    )
    assert (str(event["UID"]), event["DTSTART"].dt.astimezone(UTC)) == (str(kept.id), kept.starts_at)

    other_day = diary.at(3, 12).date().isoformat()
    moving = await visit.get(f"{link}/moving?on={other_day}")
    assert moving.statements <= LINK_STATEMENTS_MAX + 1
    slots = re.findall(r'name="slot" value="([^"]+)"', moving.text)
    assert len(slots) == 7, "eleven to five, all of them free"
    first, second = slots[1], slots[2]
    for _ in range(2):
        moved = await visit.post(f"{link}/move", slot=first, sequence="0")
        assert (moved.status_code, moved.headers["location"]) == (303, link)
    assert admin("select starts_at, sequence from appointments.appointment") == [
        (datetime.fromisoformat(first), 1)
    ]
    # An older tab is told how it stands; a time that is gone is answered with the next ones.
    stale = await visit.post(f"{link}/move", slot=second, sequence="0")
    assert stale.status_code == 409
    assert "It was changed meanwhile" in stale.text
    for number in range(2):
        await diary.book(datetime.fromisoformat(second), f"Noa{number}")
    gone = await visit.post(f"{link}/move", slot=second, sequence="1")
    assert gone.status_code == 409
    assert "The next are" in plain(gone.text)
    assert slots[3] in gone.text
    assert (await visit.post(f"{link}/move", slot="soon", sequence="1")).status_code == 400

    # Nothing happens by opening an address; what is not a link opens nothing.
    for address in ("/en/appointments/AAAAAAAAAAAAAAAAAAAAAA", "/en/appointments/x/moving"):
        assert (await visit.get(address)).response.status_code == 404
    for act in ("move", "cancellation"):
        answer = await visit.post(
            f"/en/appointments/{link_secret(b'other' * 9, kept.id)}/{act}", slot=first, sequence="1"
        )
        assert answer.status_code == 404
    assert admin("select state from appointments.appointment where id = %s", [kept.id]) == [("booked",)]
    for _ in range(2):
        assert (await visit.post(f"{link}/cancellation")).status_code == 303
    assert "This appointment is cancelled" in (await visit.get(link)).text
    assert admin("select count(*) from stock.hold where holder_id = %s", [kept.id]) == [(0,)]
    assert (await visit.post(f"{link}/move", slot=second, sequence="2")).status_code == 409

    soon = await diary.book(diary.at(1, 13), "Robin")
    admin("update appointments.service set cancel_until_minutes = 10080")
    link = f"/en/appointments/{link_secret(KEY, soon.id)}"
    assert "It begins too soon" in (await visit.get(link)).text
    assert (await visit.post(f"{link}/cancellation")).status_code == 409
    admin(
        "update appointments.appointment set wall = wall - interval '90 days', starts_at = starts_at - interval '90 days', "
        "ends_at = ends_at - interval '90 days', busy = tstzrange(lower(busy) - interval '90 days', upper(busy) - interval "
        "'90 days') where id = %s", [soon.id],
    )  # fmt: skip
    assert (await visit.get(link)).response.status_code == 404, "spent"


async def test_who_is_proposed_another_time_takes_it_with_one_tap_by_the_letters_link(
    db: Db, shop: Shop, visit: Visit, admin
) -> None:
    diary = await diary_of(db, shop, advisors=1)
    kept = await diary.book(diary.at(1, 11))
    act = await close(diary)
    await working.carry_out(db, maison_id=diary.maison_id, act_id=act, now=diary.now)
    ((alternative_id,),) = admin("select id from appointments.alternative")
    closed = {"en": "closed at the time", "fr": "fermée à l’heure", "nl": "gesloten op", "zh": "暂停营业"}
    for language, word in closed.items():
        admin("update appointments.appointment set language = %s", [language])
        async with db.acting(Actor.job(), diary.maison_id) as conn:
            written = await alternative_letters.letter(
                conn, maison_id=diary.maison_id, alternative_id=alternative_id, key=KEY, base_url="https://a.example",
                now=diary.now,
            )  # fmt: skip
        assert written is not None
        assert word in written.text
        assert link_secret(KEY, kept.id) in written.text
    link = f"/en/appointments/{link_secret(KEY, kept.id)}"
    await visit.get(link)
    page = await visit.get(link)
    assert page.statements <= LINK_STATEMENTS_MAX
    assert "We keep another time for you" in page.text
    assert (await visit.post(f"{link}/alternative", alternative=str(kept.id))).status_code == 409
    for _ in range(2):
        assert (await visit.post(f"{link}/alternative", alternative=str(alternative_id))).status_code == 303
    after = plain((await visit.get(link)).text)
    assert "We keep another time" not in after
    assert "We look forward to seeing you" in after
