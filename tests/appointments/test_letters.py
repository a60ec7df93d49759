"""Letters of appointments: each is told once, as it stands, and two calendars that are not ours read the same in it."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast
from uuid import uuid4
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject

from enfilade.appointments import changing, letters, reminders
from enfilade.appointments.invitations import Invitation, calendar, uid
from enfilade.appointments.keeping import link_secret
from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.base.jobs import Jobs
from enfilade.base.messages import Mailbox
from tests.appointments.diary import KEY, Diary, opened
from tests.orders.test_letters import text
from tests.shop import Shop

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SENDER = "Enfilade <appointments@enfilade.example>"
BASE = "https://store.example"


def by_its_own_rules(content: bytes) -> Any:
    """Read by the rules in the file: those that the reader remembers of files before, which may end earlier, are forgotten."""
    for zone in re.findall(r"^TZID:(\S+)", content.decode(), re.MULTILINE):
        vobject.icalendar.registerTzid(zone, None)  # type: ignore[no-untyped-call]
    return vobject.readOne(content.decode())  # type: ignore[no-untyped-call]


def read_twice(content: bytes) -> list[dict[str, Any]]:
    """What each of the two readers finds: one by the zone's name, one by the rules in the file alone."""
    first: Any = next(iter(icalendar.Calendar.from_ical(content).walk("VEVENT")))
    second = by_its_own_rules(content).vevent
    return [
        {
            "uid": str(first["UID"]), "sequence": int(first["SEQUENCE"]), "status": str(first["STATUS"]),
            "from": first["DTSTART"].dt.astimezone(UTC), "until": first["DTEND"].dt.astimezone(UTC),
            "location": str(first["LOCATION"]), "summary": str(first["SUMMARY"]),
            "organiser": str(first["ORGANIZER"]).lower(), "to": str(first["ATTENDEE"]).lower(),
        },
        {
            "uid": second.uid.value, "sequence": int(second.sequence.value), "status": second.status.value,
            "from": second.dtstart.value.astimezone(UTC), "until": second.dtend.value.astimezone(UTC),
            "location": second.location.value, "summary": second.summary.value,
            "organiser": second.organizer.value.lower(), "to": second.attendee.value.lower(),
        },
    ]  # fmt: skip


def calendar_of(letter: EmailMessage) -> tuple[str, bytes]:
    part = next(part for part in letter.walk() if part.get_content_type() == "text/calendar")
    kept = next(part for part in letter.walk() if part.get_content_type() == "application/ics")
    content = cast("bytes", part.get_payload(decode=True))
    assert kept.get_payload(decode=True) == content
    return str(part.get_param("method")), content


@pytest.mark.parametrize(
    ("zone", "wall"),
    [
        # The hours beside a change of clocks, one that has none of them, half an hour, a midnight that is skipped.
        ("Europe/Paris", "2027-03-28 03:30"), ("Europe/Paris", "2027-10-31 04:30"), ("Asia/Shanghai", "2026-11-27 11:00"),
        ("America/New_York", "2027-03-14 03:15"), ("Australia/Lord_Howe", "2027-04-04 03:00"),
        ("America/Santiago", "2027-09-05 01:30"), ("Asia/Kathmandu", "2026-12-01 10:45"),
    ],
)  # fmt: skip
def test_both_readers_find_the_same_hour(zone: str, wall: str) -> None:
    starts_at = datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    said = Invitation(
        uuid4(), 3, False, starts_at, starts_at + timedelta(minutes=45), zone, NOW, "Alba · Essayer; l’été, à deux",
        "Des mots " * 30, "Alba Rivoli, 12, rue de Rivoli", f"{BASE}/fr/appointments/x", "Maison Alba, Paris",
        "a@b.example", "fr", "Camille “C” Aubry", "camille@client.example",
    )  # fmt: skip
    content = calendar(said)
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    one, other = read_twice(content)
    assert one == other
    assert (one["from"], one["summary"]) == (starts_at, "Alba · Essayer; l’été, à deux")
    assert b"METHOD:REQUEST" in content
    assert b"METHOD:PUBLISH" in calendar(replace(said, to=""))


@pytest.fixture
def post(db: Db, tmp_path: Path) -> tuple[Jobs, Mailbox]:
    known, mailbox = Jobs(db), Mailbox(tmp_path, SENDER)
    letters.register(known, db, key=KEY, messages=mailbox, base_url=BASE, sender=SENDER)
    return known, mailbox


async def test_kept_moved_and_given_back_are_told_once_each(
    db: Db, shop: Shop, admin, post: tuple[Jobs, Mailbox]
) -> None:
    known, mailbox = post
    diary = await opened(db, shop, NOW, advisors=2)
    kept = await diary.book(diary.at(1, 11), variant_ids=(diary.house.variants["alba-bag"],), language="nl")

    async def told() -> list[EmailMessage]:
        """Every listener and job that was deferred, twice: a worker may die after it has written."""
        for name, args in admin(
            "select args ->> 'listener', args from procrastinate.procrastinate_jobs where args ? 'listener' and "
            "args ->> 'listener' like 'appointments.mail%%' order by id"
        ):
            await known.hear(diary.maison_id, args["fact_id"], str(name))
        for (args,) in admin(
            "select args from procrastinate.procrastinate_jobs where args ->> 'name' = %s", [letters.MAIL]
        ):
            await known.do(letters.MAIL, diary.maison_id, args["ids"])
        return mailbox.letters()

    assert len(await told()) == 1
    (first,) = await told()
    link = f"{BASE}/nl/appointments/{link_secret(KEY, kept.id)}"
    said = text(first)
    assert link in said
    assert "11:00" in said
    assert "dinsdag 24 november" in said
    method, content = calendar_of(first)
    one, other = read_twice(content)
    assert one == other
    assert method == "REQUEST"
    assert (one["uid"], one["sequence"], one["status"]) == (uid(kept.id), 0, "CONFIRMED")
    assert (one["from"], one["until"]) == (kept.starts_at, kept.ends_at)
    assert one["organiser"] == "mailto:appointments@enfilade.example"
    assert one["to"] == "mailto:camille@client.example"
    assert diary.house.slug.title() in one["summary"]

    # Moved twice before anybody wrote: one letter, of how it stands.
    for number, hour in enumerate((14, 16)):
        await db.run(
            Actor.booking(kept.id), diary.maison_id,
            lambda conn, number=number, hour=hour: changing.move(
                conn, maison_id=diary.maison_id, appointment_id=kept.id, by=None, location_id=diary.place,
                starts_at=diary.at(2, hour), sequence=number, now=NOW,
            ),
        )  # fmt: skip
    # Meanwhile its store has got a host of its own.
    admin(
        "update public_facts.store set host = 'alba.example' where id = (select store_id from appointments.appointment)"
    )
    assert len(await told()) == 2
    (moved,) = [one for one in mailbox.letters() if "16:00" in str(one["Subject"])]
    assert f"https://alba.example/nl/appointments/{link_secret(KEY, kept.id)}" in text(moved)
    method, content = calendar_of(moved)
    assert (method, read_twice(content)[1]["sequence"], read_twice(content)[1]["from"]) == (
        "REQUEST", 2, diary.at(2, 16),
    )  # fmt: skip
    for _ in range(2):
        await diary.inside(
            lambda conn: changing.cancel(
                conn, maison_id=diary.maison_id, appointment_id=kept.id, by=diary.manager, now=NOW
            )
        )
    assert len(await told()) == 3
    (off,) = [one for one in mailbox.letters() if calendar_of(one)[0] == "CANCEL"]
    ended = read_twice(calendar_of(off)[1])
    assert [(one["uid"], one["sequence"], one["status"]) for one in ended] == [
        (uid(kept.id), 3, "CANCELLED")
    ] * 2
    assert len(await told()) == 3


async def test_nobody_is_written_to_who_was_forgotten(
    db: Db, shop: Shop, admin, post: tuple[Jobs, Mailbox]
) -> None:
    known, mailbox = post
    diary: Diary = await opened(db, shop, NOW)
    kept = await diary.book(diary.at(1, 11))
    admin("delete from appointments.contact")
    await known.do(letters.MAIL, diary.maison_id, {"appointment_id": kept.id})
    assert mailbox.letters() == []


async def test_a_reminder_comes_once_for_a_beginning(
    db: Db, shop: Shop, admin, post: tuple[Jobs, Mailbox]
) -> None:
    known, mailbox = post
    reminders.register(known, db, key=KEY, messages=mailbox, base_url=BASE)
    diary = await opened(db, shop, NOW, advisors=3, remind_days=1, remind_hour=10)
    kept = await diary.book(diary.at(3, 11))
    off, soon = await diary.book(diary.at(3, 11), "Noa"), await diary.book(diary.at(1, 11), "Robin")
    assert soon.starts_at - NOW < timedelta(days=2), "booked after the hour: the letter has just come"

    async def go(now: datetime) -> list[str]:
        for _ in range(2):
            await diary.inside(lambda conn: reminders.remind(conn, maison_id=diary.maison_id, now=now))
        for (args,) in admin(
            "select args from procrastinate.procrastinate_jobs where args ->> 'name' = %s", [reminders.MAIL]
        ):
            await known.do(reminders.MAIL, diary.maison_id, args["ids"])
        return sorted(str(one["To"]) for one in mailbox.letters())

    def asked() -> int:
        return int(
            admin(
                "select count(*) from procrastinate.procrastinate_jobs where args ->> 'name' = %s",
                [reminders.MAIL],
            )[0][0]
        )

    assert await go(diary.at(2, 9, 59)) == []
    await diary.inside(
        lambda conn: changing.cancel(
            conn, maison_id=diary.maison_id, appointment_id=off.id, by=diary.manager, now=diary.at(2, 9, 59)
        )
    )
    assert await go(diary.at(2, 10)) == ["camille@client.example"]
    assert "11:00" in text(mailbox.letters()[0])
    assert await go(diary.at(2, 12)) == ["camille@client.example"]
    assert asked() == 1
    # Moved to another day it is another beginning, with a reminder of its own.
    await db.run(
        Actor.booking(kept.id), diary.maison_id,
        lambda conn: changing.move(
            conn, maison_id=diary.maison_id, appointment_id=kept.id, by=None, location_id=diary.place,
            starts_at=diary.at(5, 14), sequence=0, now=diary.at(2, 13),
        ),
    )  # fmt: skip
    assert await go(diary.at(3, 23)) == ["camille@client.example"]
    assert await go(diary.at(4, 10)) == ["camille@client.example"] * 2
    assert await go(diary.at(5, 15)) == ["camille@client.example"] * 2
