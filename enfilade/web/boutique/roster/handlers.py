"""The roster of a boutique, for its manager: who can be booked and when, absences, seats."""

import re
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID, uuid5

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException, ValidationException

from enfilade.appointments import diary, outside, rosters, seats
from enfilade.appointments.rosters import Hours
from enfilade.base.db import Conn, Db
from enfilade.boutiques.zones import zone_of
from enfilade.orders.fulfilment import NotYourBoutique
from enfilade.staff import people
from enfilade.staff.people import Colleague
from enfilade.staff.surfaces import MANAGERS
from enfilade.web.boutique.refusals import AT_WORK
from enfilade.web.boutique.showing import screen
from enfilade.web.shared.acting import Member, Verb, act
from enfilade.web.shared.forms import Form, form_of

Asked = Request[Any, Any, Any]
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")


@get("/roster", include_in_schema=False)
async def roster(request: Asked, db: Db, member: Member, at: UUID | None = None) -> Response[str]:
    """Everybody with a post at the boutique, and its seats."""
    return await _all(request, db, member, at)


async def _all(request: Asked, db: Db, member: Member, at: UUID | None, words: str = "") -> Response[str]:
    async with db.acting(member.actor, member.maison_id) as conn:
        by = await member.by(conn)
        if by.role not in MANAGERS:
            raise NotYourBoutique
        places = await people.places(conn, maison_id=member.maison_id, by=by)
        chosen = next((one for one in places if one.id == at), places[0] if places else None)
        if chosen is None:
            raise NotYourBoutique
        advisors = await rosters.advisors(conn, maison_id=member.maison_id, location_id=chosen.id)
        found = await seats.seats(conn, maison_id=member.maison_id, location_id=chosen.id)
    return screen(
        request,
        "boutique/roster/roster.html",
        member=member,
        tab="appointments",
        status=409 if words else 200,
        places=places,
        chosen=chosen,
        advisors=advisors,
        seats=found,
        words=words,
    )


@get("/roster/{staff_id:uuid}", include_in_schema=False)
async def advisor(request: Asked, db: Db, member: Member, staff_id: UUID, at: UUID) -> Response[str]:
    """One colleague at one boutique."""
    return await one(request, db, member, staff_id, at)


async def one(
    request: Asked, db: Db, member: Member, staff_id: UUID, at: UUID, words: str = ""
) -> Response[str]:
    """The same with what was refused on top."""
    now = datetime.now(UTC)
    async with db.acting(member.actor, member.maison_id) as conn:
        by = await member.by(conn)
        if by.role not in MANAGERS or not by.works_at(at):
            raise NotYourBoutique
        known = await rosters.advisors(conn, maison_id=member.maison_id, location_id=at)
        who = next((row for row in known if row.staff_id == staff_id), None)
        counter = await diary.counter(conn, maison_id=member.maison_id, location_id=at)
        if who is None or counter is None:
            raise NotFoundException
        today = now.astimezone(zone_of(counter.zone)).date()
        worked = await rosters.roster(
            conn, maison_id=member.maison_id, staff_id=staff_id, location_id=at, today=today
        )
        away = await rosters.absences(conn, maison_id=member.maison_id, staff_id=staff_id, now=now)
        found = await outside.outside(conn, maison_id=member.maison_id, staff_id=staff_id)
    last = max((row.valid_from for row in worked if row.valid_until is None), default=None)
    week = {row.weekday: row for row in worked if row.valid_until is None and row.valid_from == last}
    return screen(
        request,
        "boutique/roster/advisor.html",
        member=member,
        tab="appointments",
        status=409 if words else 200,
        who=who,
        at=at,
        zone=counter.zone,
        today=today,
        worked=[row for row in worked if row.weekday not in week or week[row.weekday] != row],
        week=week,
        weekdays=list(enumerate(WEEKDAYS, 1)),
        away=away,
        outside=found,
        at_minute=at_minute,
        words=words,
    )


@post("/roster/{staff_id:uuid}", include_in_schema=False)
async def keep(request: Asked, db: Db, member: Member, staff_id: UUID) -> Response[Any]:
    """Whether they can be booked, in which languages, for what."""
    sent = await form_of(request)
    at = sent.id("at")

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await rosters.keep_advisor(
            conn,
            maison_id=member.maison_id,
            by=by,
            staff_id=staff_id,
            location_id=at,
            shown_name=sent.text("shown_name"),
            languages=sent.fields.get("language", [])[:10],
            skills=[skill for skill in re.split(r"[\s,;]+", sent.text("skills", "").lower()) if skill],
            bookable=bool(sent.text("bookable", "")),
            by_name=bool(sent.text("by_name", "")),
            now=now,
        )

    return await _act(request, db, member, staff_id, at, sent, verb)


@post("/roster/{staff_id:uuid}/week", include_in_schema=False)
async def week(request: Asked, db: Db, member: Member, staff_id: UUID) -> Response[Any]:
    """Their week from a day on; a weekday without hours is free."""
    sent = await form_of(request)
    at, valid_from = sent.id("at"), _day(sent, "valid_from")
    hours = [
        Hours(number, _minute(sent, f"from-{number}"), _minute(sent, f"until-{number}"))
        for number, _ in enumerate(WEEKDAYS, 1)
        if sent.text(f"from-{number}", "") and sent.text(f"until-{number}", "")
    ]

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await rosters.set_week(
            conn,
            maison_id=member.maison_id,
            by=by,
            staff_id=staff_id,
            location_id=at,
            hours=hours,
            valid_from=valid_from,
            now=now,
        )

    return await _act(request, db, member, staff_id, at, sent, verb)


@post("/roster/{staff_id:uuid}/days", include_in_schema=False)
async def add_day(request: Asked, db: Db, member: Member, staff_id: UUID) -> Response[Any]:
    """One day more."""
    sent = await form_of(request)
    at, day, since, until = sent.id("at"), _day(sent, "day"), _minute(sent, "since"), _minute(sent, "until")

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await rosters.add_day(
            conn,
            maison_id=member.maison_id,
            by=by,
            staff_id=staff_id,
            location_id=at,
            day=day,
            from_minute=since,
            until_minute=until,
            now=now,
        )

    return await _act(request, db, member, staff_id, at, sent, verb)


@post("/roster/{staff_id:uuid}/absences", include_in_schema=False)
async def add_absence(request: Asked, db: Db, member: Member, staff_id: UUID) -> Response[Any]:
    """Away from one moment to another, by the boutique’s clock; why is not asked."""
    sent = await form_of(request)
    at, absence_id = sent.id("at"), uuid5(member.staff_id, sent.text("key"))
    begins, ends = _wall(sent, "begins"), _wall(sent, "ends")

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        counter = await diary.counter(conn, maison_id=member.maison_id, location_id=at)
        if counter is None:
            raise NotYourBoutique
        there = zone_of(counter.zone)
        await rosters.add_absence(
            conn,
            maison_id=member.maison_id,
            by=by,
            absence_id=absence_id,
            staff_id=staff_id,
            location_id=at,
            begins_at=begins.replace(tzinfo=there).astimezone(UTC),
            ends_at=ends.replace(tzinfo=there, fold=1).astimezone(UTC),
            now=now,
        )

    return await _act(request, db, member, staff_id, at, sent, verb)


@post("/roster/{staff_id:uuid}/absences/{absence_id:uuid}/removal", include_in_schema=False)
async def remove_absence(
    request: Asked, db: Db, member: Member, staff_id: UUID, absence_id: UUID
) -> Response[Any]:
    """They are there after all."""
    sent = await form_of(request)
    at = sent.id("at")

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await rosters.remove_absence(
            conn, maison_id=member.maison_id, by=by, absence_id=absence_id, staff_id=staff_id, location_id=at
        )

    return await _act(request, db, member, staff_id, at, sent, verb)


@post("/roster/seats", include_in_schema=False)
async def add_seat(request: Asked, db: Db, member: Member) -> Response[Any]:
    """One more seat in a room."""
    sent = await form_of(request)
    at, seat_id = sent.id("at"), uuid5(member.staff_id, sent.text("key"))

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await seats.add_seat(
            conn, maison_id=member.maison_id, by=by, seat_id=seat_id, location_id=at, room=sent.text("room")
        )

    try:
        return await act(request, db, member, sent, verb, to=f"/boutique/roster?at={at}")
    except AT_WORK as refusal:
        return await _all(request, db, member, at, str(refusal))


@post("/roster/seats/{seat_id:uuid}/retirement", include_in_schema=False)
async def retire_seat(request: Asked, db: Db, member: Member, seat_id: UUID) -> Response[Any]:
    """Nobody is seated there any more."""
    sent = await form_of(request)
    at = sent.id("at")

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await seats.retire_seat(conn, maison_id=member.maison_id, by=by, seat_id=seat_id, location_id=at)

    return await act(request, db, member, sent, verb, to=f"/boutique/roster?at={at}")


async def _act(
    request: Asked, db: Db, member: Member, staff_id: UUID, at: UUID, sent: Form, verb: Verb
) -> Response[Any]:
    try:
        return await act(request, db, member, sent, verb, to=f"/boutique/roster/{staff_id}?at={at}")
    except AT_WORK as refusal:
        return await one(request, db, member, staff_id, at, str(refusal))


def at_minute(minute: int) -> str:
    """The minute of a day as a clock shows it; its end is 24:00."""
    return f"{minute // 60:02}:{minute % 60:02}"


def _minute(sent: Form, name: str) -> int:
    found = _CLOCK.fullmatch(sent.text(name))
    if found is None or (minute := int(found[1]) * 60 + int(found[2])) > 24 * 60:
        raise ValidationException(f"{name}: a time such as 10:00")
    return minute


def _day(sent: Form, name: str) -> date:
    try:
        return date.fromisoformat(sent.text(name))
    except ValueError:
        raise ValidationException(f"{name}: a day") from None


def _wall(sent: Form, name: str) -> datetime:
    day, minute = _day(sent, f"{name}_on"), _minute(sent, f"{name}_at")
    return datetime.combine(day, time(min(minute, 24 * 60 - 1) // 60, min(minute, 24 * 60 - 1) % 60))
