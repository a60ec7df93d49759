"""Appointments on the storefront, without a script: by the letter's link, and booked by somebody nobody knows."""

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any
from urllib.parse import quote

import icalendar

from enfilade.appointments.keeping import link_secret
from enfilade.appointments.services import Said
from enfilade.base.db import Db
from enfilade.base.settings import Settings
from tests.appointments.diary import KEY, Diary, opened
from tests.shop import Shop
from tests.web.storefront.test_account import enter
from tests.web.storefront.visiting import Visit, Visitor

LINK_STATEMENTS_MAX = 4
PLACES_STATEMENTS_MAX = 6
WHEN_STATEMENTS_MAX = 7


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
    event: Any = next(
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


def links(page: str, part: str) -> list[str]:
    return [unescape(found) for found in re.findall(r'href="([^"]+)"', page) if part in found]


def fields(page: str) -> dict[str, str]:
    """What the form on the page sends as it stands, without what a person writes."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))


async def test_somebody_unknown_books_from_the_page_of_a_piece(
    db: Db, shop: Shop, visit: Visit, admin
) -> None:
    diary = await diary_of(
        db,
        shop,
        advisors=1,
        texts={"fr": Said("Essayer", questions=("Pour quelle occasion ?",)), "en": Said("Try on")},
    )
    bag = diary.house.variants["alba-bag"]
    (door,) = links((await visit.get("/en/products/alba-bag")).text, f"appointments?piece={bag}")
    only = await visit.get(door)
    assert (only.response.status_code, only.response.headers["location"]) == (
        303, f"/en/maisons/alba/appointments/try?piece={bag}",
    )  # fmt: skip
    places = await visit.get(only.response.headers["location"])
    assert places.statements <= PLACES_STATEMENTS_MAX
    (there,) = links(places.text, f"/appointments/try/{diary.place}?")
    tomorrow = diary.at(1, 12).date()
    when = await visit.get(f"{there}&on={tomorrow}")
    assert when.statements <= WHEN_STATEMENTS_MAX
    hours = links(when.text, "slot=")
    assert [int(hour.split("T")[1][:2]) for hour in hours] == [
        diary.at(1, hour).hour for hour in range(11, 18)
    ]
    form = await visit.get(hours[0])
    assert form.response.status_code == 200
    written = fields(form.text) | {
        "piece": str(bag),
        "name": "Camille Aubry",
        "reach": "camille@client.example",
    }
    here = f"/en/maisons/alba/appointments/try/{diary.place}"
    unsaid = await visit.post(here, **written)
    assert unsaid.status_code == 400
    assert 'value="Camille Aubry"' in unsaid.text
    written |= {"agreed": "yes", "words": "For a wedding"}
    assert (await visit.post(here, **written | {"reach": "camille"})).status_code == 400
    answers = [await visit.post(here, **written) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {303}
    (address,) = {answer.headers["location"] for answer in answers}
    shown = plain((await visit.get(address)).text)
    assert "We look forward to seeing you, Camille Aubry." in shown
    assert "Set aside for you" in shown
    assert admin(
        "select a.starts_at, a.language, c.mail, c.words, x.variant_id, h.quantity from appointments.appointment a "
        "join appointments.contact c on c.appointment_id = a.id join appointments.piece x on x.appointment_id = a.id "
        "join stock.hold h on h.holder_id = a.id"
    ) == [(diary.at(1, 11), "en", "camille@client.example", "For a wedding", bag, 1)]

    # In French the service has a question. Meanwhile the time is taken: the next are offered; what was written stays.
    other = here.replace("/en/", "/fr/")
    asking = await visit.get(f"{other}?slot={hours[0].split('slot=')[1]}")
    assert "Pour quelle occasion" in asking.text
    written = fields(asking.text) | {
        "name": "Noa", "reach": "06 12 34 56 78", "agreed": "yes", "answer-0": "Un anniversaire",
    }  # fmt: skip
    late = await visit.post(other, **written)
    assert late.status_code == 409
    offers = re.findall(r'type="radio" name="slot" value="([^"]+)"', late.text)
    assert offers == [diary.at(1, hour).isoformat() for hour in (12, 13, 14)]
    assert 'value="Un anniversaire"' in late.text
    assert fields(late.text)["key"] == written["key"]
    assert (await visit.post(other, **written | {"slot": offers[0]})).status_code == 303
    assert admin("select phone, mail, answers from appointments.contact where name = 'Noa'") == [
        ("+33612345678", "", [["Pour quelle occasion ?", "Un anniversaire"]])
    ]

    # Nothing of a day is left: the nearest ones are. No piece is left: one may come all the same.
    for hour in range(13, 18):
        await diary.book(diary.at(1, hour), f"Robin{hour}")
    full = await visit.get(f"{here}?on={tomorrow}")
    assert "Nothing is free that day" in full.text
    assert links(full.text, f"on={diary.at(2, 12).date()}")
    admin("update stock.position set on_hand = held + allocated + unavailable where variant_id = %s", [bag])
    gone = await visit.get(f"/en/maisons/alba/appointments/try?piece={bag}")
    assert "No boutique that takes appointments has it free today" in gone.text
    assert links(gone.text, f"/appointments/try/{diary.place}")
    assert (
        "Not in this boutique today" in (await visit.get(f"{here}?piece={bag}&slot={quote(offers[1])}")).text
    )

    # What is not offered is not there; a maison or a boutique that takes none says so without a door to it.
    for address in (
        "/en/maisons/alba/appointments/engraving", f"/en/maisons/alba/appointments/try/{diary.house.places['alba-2']}",
        "/en/maisons/nobody/appointments", f"/en/maisons/brume/appointments/try/{diary.place}",
    ):  # fmt: skip
        assert (await visit.get(address)).response.status_code == 404, address
    assert "/appointments" in (await visit.get(f"/en/boutiques/{diary.place}")).text
    assert "/appointments" not in (await visit.get(f"/en/boutiques/{diary.house.places['alba-2']}")).text
    admin("update appointments.service set active = false")
    assert "appointments?piece" not in (await visit.get("/en/products/alba-bag")).text


async def test_who_speaks_and_who_is_asked_for_by_name(db: Db, shop: Shop, visit: Visit, admin) -> None:
    diary = await diary_of(db, shop, advisors=2)
    tomorrow = diary.at(1, 12).date()
    here = f"/en/maisons/alba/appointments/try/{diary.place}"
    admin("update appointments.advisor set by_name = true where staff_id = %s", [diary.staff[1]])
    page = (await visit.get(f"{here}?on={tomorrow}")).text
    assert "D1" in page
    assert "D0" not in page, "a name is shown where its maison said so"
    assert str(diary.staff[0]) not in page
    await diary.book(diary.at(1, 11), advisor_id=diary.staff[1])
    await diary.book(diary.at(1, 12), "Noa", advisor_language="zh")
    assert len(links((await visit.get(f"{here}?on={tomorrow}")).text, "slot=")) == 7
    assert len(links((await visit.get(f"{here}?on={tomorrow}&speaks=zh")).text, "slot=")) == 6
    named = await visit.get(f"{here}?on={tomorrow}&advisor={diary.staff[1]}")
    assert len(links(named.text, "slot=")) == 6
    assert admin("select staff_id from appointments.appointment order by starts_at") == [
        (diary.staff[1],), (diary.staff[0],),
    ]  # fmt: skip
    form = await visit.get(links(named.text, "slot=")[0])
    hidden = fields(form.text) | {
        "advisor": str(diary.staff[0]),
        "name": "Lou",
        "reach": "lou@client.example",
        "agreed": "yes",
    }
    assert (await visit.post(here, **hidden)).status_code == 404, "nobody is chosen who is not named"
    sent = fields(form.text) | {"name": "Lou", "reach": "lou@client.example", "agreed": "yes"}
    assert (await visit.post(here, **sent)).status_code == 303
    ((who, starts_at),) = admin(
        "select staff_id, starts_at from appointments.appointment join appointments.contact c on c.appointment_id = id "
        "where c.name = 'Lou'"
    )
    assert (who, starts_at) == (diary.staff[1], diary.at(1, 12))


async def test_an_account_lists_what_its_client_made(
    db: Db, shop: Shop, visitor: Visitor, settings: Settings, admin
) -> None:
    diary = await diary_of(db, shop)
    camille, ines = await visitor(), await visitor()
    await enter(camille, settings, "camille@client.example")
    await enter(ines, settings, "ines@client.example")
    here = f"/en/maisons/alba/appointments/try/{diary.place}"
    made: list[str] = []
    for hour in (11, 12):
        form = await camille.get(f"{here}?slot={quote(diary.at(1, hour).isoformat())}")
        sent = fields(form.text) | {"name": "Camille", "reach": "camille@client.example", "agreed": "yes"}
        assert 'value="camille@client.example"' in form.text, "who is signed in need not write it"
        made.append((await camille.post(here, **sent)).headers["location"])
    assert (await camille.post(f"{made[1]}/cancellation")).status_code == 303
    page = (await camille.get("/en/account")).text
    upcoming, past = page[page.index("Upcoming") : page.index("Past")], page[page.index("Past") :]
    assert made[0] in upcoming
    assert made[1] in past
    assert "cancelled" in past
    assert "Alba" in upcoming
    assert "/en/appointments/" not in (await ines.get("/en/account")).text
