"""Calendars of advisors: what programs read at a private address, and busy times read from an address outside."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import icalendar
import pytest
import trustme

from enfilade.appointments import diary as diaries
from enfilade.appointments import free, outside, own_calendar, rosters, services
from enfilade.appointments.busy_times import NotRead, busy
from enfilade.appointments.invitations import calendar_of
from enfilade.appointments.outside import Asked
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db
from enfilade.base.messages import Mailbox
from enfilade.base.outgoing import AddressRefused, NoAnswer, Outgoing
from enfilade.staff.people import Colleague
from tests.appointments.diary import KEY, Diary, opened
from tests.appointments.test_letters import by_its_own_rules
from tests.base.test_outgoing import resolves, serving, tls
from tests.shop import Shop

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
BASE = "https://store.example"
SINCE, UNTIL = datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 12, 24, tzinfo=UTC)


def written(*events: str) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//X//Y//EN"]
    for event in events:
        lines += ["BEGIN:VEVENT", "DTSTAMP:20261101T000000Z", *event.strip().split("\n"), "END:VEVENT"]
    return "\r\n".join([*(line.strip() for line in lines), "END:VCALENDAR", ""]).encode()


def at(*words: str) -> list[tuple[datetime, datetime]]:
    """Pairs of moments, as MM-DDTHH:MM of 2026."""
    moments = [datetime.fromisoformat(f"2026-{word}").replace(tzinfo=UTC) for word in words]
    return list(zip(moments[::2], moments[1::2], strict=True))


async def test_programs_read_ones_own_appointments_and_nothing_of_a_client(
    db: Db, shop: Shop, admin: Any
) -> None:
    diary = await opened(db, shop, NOW, advisors=2, seats_=2)
    first = await diary.book(diary.at(1, 11), "Camille", words="For a wedding", variant_ids=())
    other = await diary.book(diary.at(1, 11), "Noa")
    later = await diary.book(diary.at(9, 15), "Robin", advisor_id=first.staff_id)
    by = Colleague(first.staff_id, "d", "advisor", frozenset({diary.place}))

    async def open_link(conn: Conn) -> UUID:
        return await own_calendar.open_link(conn, maison_id=diary.maison_id, by=by, key=KEY, now=NOW)

    secret = own_calendar.secret_of(KEY, await diary.inside(open_link))
    whose = await own_calendar.opened(db, secret)
    assert whose is not None and whose == own_calendar.Whose(diary.maison_id, first.staff_id)
    entries = await own_calendar.entries(db, whose, base_url=BASE, now=NOW)
    content = calendar_of(entries, name="Appointments")
    assert content == calendar_of(
        await own_calendar.entries(db, whose, base_url=BASE, now=NOW + timedelta(hours=1)),
        name="Appointments",
    ), "unchanged, it is the same file"
    one = [
        (str(event["UID"]), event["DTSTART"].dt.astimezone(UTC), event["DTEND"].dt.astimezone(UTC))
        for event in cast("Any", icalendar.Calendar.from_ical(content)).walk("VEVENT")
    ]
    two = [
        (event.uid.value, event.dtstart.value.astimezone(UTC), event.dtend.value.astimezone(UTC))
        for event in by_its_own_rules(content).vevent_list
    ]
    assert one == two == [(str(kept.id), kept.starts_at, kept.ends_at) for kept in (first, later)]
    text = content.decode().replace("\r\n ", "")
    assert not any(word in text for word in ("Camille", "client.example", "wedding", str(other.id)))
    assert f"{BASE}/boutique/appointments/{first.id}" in text
    assert "Try on · " in text
    # Stored is a hash; made anew, the one before opens nothing, nor does an id, nor anything once it is taken back.
    ((stored,),) = admin("select encode(link_hash, 'hex') from appointments.calendar_link")
    assert secret not in stored
    again = own_calendar.secret_of(KEY, await diary.inside(open_link))
    assert await own_calendar.opened(db, secret) is None
    assert await own_calendar.opened(db, again) == whose
    assert await own_calendar.opened(db, str(first.staff_id)) is None
    admin("update staff.person set active = false where id = %s", [first.staff_id])
    assert await own_calendar.opened(db, again) is None
    admin("update staff.person set active = true where id = %s", [first.staff_id])
    await diary.inside(lambda conn: own_calendar.close_link(conn, maison_id=diary.maison_id, by=by))
    assert await own_calendar.opened(db, again) is None


@pytest.mark.parametrize(
    ("events", "found"),
    [
        # Floating and all-day times are of the boutique; a zone named as Outlook does, one that is none.
        (["UID:a\nDTSTART:20261124T090000\nDTEND:20261124T100000"], at("11-24T08:00", "11-24T09:00")),
        (["UID:a\nDTSTART;VALUE=DATE:20261124"], at("11-23T23:00", "11-24T23:00")),
        (["UID:a\nDTSTART;TZID=Romance Standard Time:20261124T090000\nDURATION:PT1H"], at("11-24T08:00", "11-24T09:00")),
        (["UID:a\nDTSTART;TZID=Nowhere/Land:20261124T090000\nDURATION:PT1H"], at("11-24T08:00", "11-24T09:00")),
        (["UID:a\nDTSTART;TZID=America/New_York:20261124T090000\nDURATION:PT1H"], at("11-24T14:00", "11-24T15:00")),
        # Free, cancelled, of no length, without a beginning that can be read.
        (["UID:a\nDTSTART:20261124T090000Z\nDURATION:PT1H\nTRANSP:TRANSPARENT"], []),
        (["UID:a\nDTSTART:20261124T090000Z\nDURATION:PT1H\nSTATUS:CANCELLED"], []),
        (["UID:a\nDTSTART:20261124T090000Z\nDURATION:PT1H\nX-MICROSOFT-CDO-BUSYSTATUS:FREE"], []),
        (["UID:a\nDTSTART:20261124T090000Z"], []),
        (["UID:b\nDTSTART:tomorrow", "UID:a\nDTSTART:20261124T090000Z\nDURATION:PT1H"], at("11-24T09:00", "11-24T10:00")),
        # Every Monday since the summer: the hour is the wall's; one is left out, one moved to a Tuesday.
        (["UID:a\nDTSTART;TZID=Europe/Paris:20260803T090000\nDTEND;TZID=Europe/Paris:20260803T100000\nRRULE:FREQ=WEEKLY;COUNT=20"
            "\nEXDATE;TZID=Europe/Paris:20261130T090000", "UID:a\nRECURRENCE-ID;TZID=Europe/Paris:20261207T090000"
            "\nDTSTART;TZID=Europe/Paris:20261208T110000\nDTEND;TZID=Europe/Paris:20261208T120000"],
            at("11-23T08:00", "11-23T09:00", "12-08T10:00", "12-08T11:00", "12-14T08:00", "12-14T09:00")),
        # Longer than what is asked about.
        (["UID:a\nDTSTART:20260101T090000Z\nDTEND:20280101T090000Z"], [(SINCE, UNTIL)]),
    ],
)  # fmt: skip
def test_busy_times_are_those_a_calendar_program_shows(
    events: list[str], found: list[tuple[datetime, datetime]]
) -> None:
    spans = busy(written(*events), zone="Europe/Paris", since=SINCE, until=UNTIL)
    assert [tuple(datetime.fromtimestamp(one, UTC) for one in span[:2]) for span in spans] == found


def answered(content: bytes, *headers: str, status: str = "200 OK") -> bytes:
    more = "".join(f"{header}\r\n" for header in headers)
    return f"HTTP/1.1 {status}\r\ncontent-length: {len(content)}\r\n{more}\r\n".encode() + content


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@asynccontextmanager
async def giving(authority: trustme.CA, *answers: bytes) -> AsyncIterator[tuple[Outgoing, str, list[bytes]]]:
    """A server in TLS that gives these, one after the other; the way to it, its address, and what it heard."""
    shows, trusts = tls(authority, "calendar.example")
    async with serving(list(answers), shows) as (port, heard):
        outgoing = Outgoing(inside=True, trusted=trusts, resolve=resolves("127.0.0.1"))
        yield outgoing, f"https://calendar.example:{port}/busy.ics?token=secret", heard


async def test_what_is_hostile_is_refused_in_time(
    authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outside, "READ_CPU_SECONDS_MAX", 2)
    second = "UID:a\nDTSTART:19000101T000000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY"
    never = "UID:a\nDTSTART:20260101T000000Z\nDURATION:PT1H\nRRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=31"
    for bomb in (second, never):
        with pytest.raises(NoAnswer):
            await outside.spans_of(written(bomb), zone="Europe/Paris", now=NOW)
    with pytest.raises(NotRead):
        busy(written(*["UID:a\nDTSTART:20261124T090000Z"] * 20_001), zone="UTC", since=SINCE, until=UNTIL)
    with pytest.raises(NoAnswer, match="not a calendar"):
        await outside.spans_of(b"<!doctype html><p>Sign in first", zone="Europe/Paris", now=NOW)
    packed = answered(b"\x1f\x8b\x08", "content-encoding: gzip")
    moved = answered(b"", "location: /busy.ics", status="302 Found")
    inward = answered(b"", "location: http://169.254.169.254/latest", status="302 Found")
    for answers, words in (
        ([answered(b"x" * 50_000_000)], "longer than 5 MB"),
        ([packed], "packed"),
        ([answered(b"", status="404 Not Found")], "404"),
        ([moved] * 4, "from address to address"),
    ):
        async with giving(authority, *answers) as (outgoing, url, _):
            with pytest.raises(NoAnswer, match=words):
                await outside.fetched(outgoing, Asked(url, "", "UTC", 0), now=NOW)
    # Where it leads is judged as the first address was: by who lets nothing inside.
    async with giving(authority, inward) as (outgoing, url, _):
        first, judge = True, outgoing.judged

        async def judged(given: str) -> Any:
            nonlocal first
            outgoing.inside, first = first, False
            return await judge(given)

        monkeypatch.setattr(outgoing, "judged", judged)
        with pytest.raises(AddressRefused):
            await outside.fetched(outgoing, Asked(url, "", "UTC", 0), now=NOW)


async def test_nobody_is_booked_in_busy_times_and_what_was_booked_does_not_fit_any_more(
    db: Db, shop: Shop, admin: Any, authority: trustme.CA, tmp_path: Path
) -> None:
    diary = await opened(db, shop, NOW, advisors=1)
    (staff_id,) = diary.staff
    booked = await diary.book(diary.at(2, 15))
    by = Colleague(staff_id, "d", "advisor", frozenset({diary.place}))
    busy_then = "UID:x\nSUMMARY:Dentist\nDTSTART;TZID=Europe/Paris:20261125T120000\nDURATION:PT2H"
    ours = f"UID:{booked.id}\nDTSTART;TZID=Europe/Paris:20261125T150000\nDURATION:PT1H"
    clash = "UID:y\nDTSTART;TZID=Europe/Paris:20261125T150000\nDURATION:PT1H"
    answers = [
        answered(written(busy_then, ours), 'etag: "one"'),
        answered(b"", 'etag: "one"', status="304 Not Modified"),
        answered(written(busy_then, clash), 'etag: "two"'),
        answered(b"", status="500 Broken"),
        answered(b"", status="500 Broken"),
        answered(b"", status="500 Broken"),
        answered(written()),
    ]
    async with giving(authority, *answers) as (outgoing, url, heard):
        letters = Mailbox(tmp_path, "Enfilade <a@enfilade.example>")
        await diary.inside(
            lambda conn: outside.keep_outside(
                conn, maison_id=diary.maison_id, by=by, staff_id=staff_id, location_id=None, url=url, now=NOW
            )
        )

        async def read() -> list[int]:
            ((calendar_id,),) = admin("select id from appointments.outside_calendar")
            await read_at(db, diary, outgoing, letters, calendar_id, NOW)
            return await hours(diary)

        assert await read() == [11, 16, 17], "busy from twelve to two; ours at three keeps its own place"
        stored = admin("select during, source from appointments.absence")
        assert len(stored) == 1 and stored[0][1] == "outside"
        assert not admin("select 1 from appointments.absence a where a::text like '%%Dentist%%'")
        assert await unkept(diary) == []
        before = admin("select id from appointments.absence")
        assert await read() == [11, 16, 17]
        assert admin("select id from appointments.absence") == before
        assert b'if-none-match: "one"' in heard[1]
        # Unchanged, it has other days ahead tomorrow: then it is asked for whole.
        ((calendar_id,),) = admin("select id from appointments.outside_calendar")
        for later, etag in ((11, '"one"'), (13, "")):
            found = await diary.inside(
                lambda conn, later=later: outside.asked(
                    conn, maison_id=diary.maison_id, staff_id=staff_id, calendar_id=calendar_id,
                    now=NOW + timedelta(hours=later),
                )
            )  # fmt: skip
            assert found is not None and found.etag == etag
        assert await read() == [11, 17]
        assert await unkept(diary) == [booked.id]
        # By managers they are neither seen nor taken away one by one.
        assert (
            await diary.inside(
                lambda conn: rosters.absences(conn, maison_id=diary.maison_id, staff_id=staff_id, now=NOW)
            )
            == []
        )
        # It fails: the last times stay. After a day its advisor is told, once.
        ((calendar_id,),) = admin("select id from appointments.outside_calendar")
        for later, letters_ in ((0, 0), (25, 1), (26, 1)):
            await read_at(db, diary, outgoing, letters, calendar_id, NOW + timedelta(hours=later))
            assert await hours(diary) == [11, 17]
            assert len(letters.letters()) == letters_
        ((why, failures),) = admin("select why, failures from appointments.outside_calendar")
        assert (why, failures) == ("It answered with 500.", 3)
        assert await read() == [11, 12, 13, 14, 16, 17]
        assert admin("select failing_since from appointments.outside_calendar") == [(None,)]


async def test_another_address_takes_the_place_of_the_one_before(db: Db, shop: Shop, admin: Any) -> None:
    diary = await opened(db, shop, NOW, advisors=1)
    (staff_id,) = diary.staff
    maison_id = diary.maison_id

    async def keep(conn: Conn, url: str) -> None:
        await outside.keep_outside(
            conn, maison_id=maison_id, by=diary.manager, staff_id=staff_id, location_id=diary.place, url=url, now=NOW
        )  # fmt: skip

    await diary.inside(lambda conn: keep(conn, "webcal://calendar.example/a.ics"))
    await diary.inside(lambda conn: keep(conn, "https://calendar.example/a.ics"))
    ((first, url),) = admin("select id, url from appointments.outside_calendar")
    assert url == "https://calendar.example/a.ics"
    span = (int(diary.at(2, 12).timestamp()), int(diary.at(2, 14).timestamp()), "x")
    which = {"maison_id": maison_id, "staff_id": staff_id}
    found = outside.Content([span], "")

    async def record(conn: Conn, calendar_id: UUID) -> int:
        return await outside.record(conn, **which, calendar_id=calendar_id, content=found, now=NOW)

    assert await diary.inside(lambda conn: record(conn, first)) == 1
    assert await diary.inside(lambda conn: record(conn, first)) == 0, "the same again"
    await diary.inside(lambda conn: keep(conn, "https://calendar.example/b.ics"))
    assert await diary.inside(lambda conn: record(conn, first)) == -1, "a reading of the one before"
    stranger = Colleague(diary.house.staff["advisor"], "s", "advisor", frozenset({diary.place}))
    with pytest.raises(rosters.ForManagers):
        await diary.inside(
            lambda conn: outside.remove_outside(conn, **which, by=stranger, location_id=diary.place)
        )
    assert (
        await diary.inside(
            lambda conn: outside.look(conn, maison_id=maison_id, now=NOW + timedelta(minutes=15))
        )
        == 1
    )
    assert (
        await diary.inside(
            lambda conn: outside.look(conn, maison_id=maison_id, now=NOW + timedelta(minutes=16))
        )
        == 0
    ), "it is under way"
    await diary.inside(
        lambda conn: outside.remove_outside(conn, **which, by=diary.manager, location_id=diary.place)
    )
    assert admin("select count(*) from appointments.absence") == [(0,)]


async def read_at(
    db: Db, diary: Diary, outgoing: Outgoing, letters: Mailbox, calendar_id: UUID, now: datetime
) -> None:
    await outside.read(
        db,
        outgoing,
        letters,
        BASE,
        maison_id=diary.maison_id,
        staff_id=diary.staff[0],
        calendar_id=calendar_id,
        now=now,
    )


async def hours(diary: Diary) -> list[int]:
    async with diary.db.acting(Actor.job(), diary.maison_id) as conn:
        service = await services.read(conn, maison_id=diary.maison_id, service_id=diary.service_id)
        assert service is not None
        found = await free.week(
            conn, maison_id=diary.maison_id, service=service, location_ids=[diary.place],
            first_day=date(2026, 11, 25), days=1, now=NOW,
        )  # fmt: skip
    return [slot.wall.hour for slot in found[diary.place]]


async def unkept(diary: Diary) -> list[UUID]:
    found = await diary.inside(
        lambda conn: diaries.unkept(conn, maison_id=diary.maison_id, location_id=diary.place, now=NOW)
    )
    return [one.id for one in found]
