"""One's own calendar: the private address programs read, and the address outside whose busy times are kept free."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException

from enfilade.appointments import invitations, outside, own_calendar
from enfilade.base.db import Conn, Db
from enfilade.base.outgoing import AddressRefused, NoAnswer, Outgoing
from enfilade.base.settings import Settings
from enfilade.staff.people import Colleague
from enfilade.web.boutique.roster import handlers as roster
from enfilade.web.boutique.showing import screen
from enfilade.web.shared.acting import Member, act
from enfilade.web.shared.forms import Form, form_of

Asked = Request[Any, Any, Any]
HERE = "/boutique/calendar"


@get("/boutique/calendars/{secret:str}", include_in_schema=False)
async def feed(request: Asked, db: Db, settings: Settings, secret: str) -> Response[bytes]:
    """The calendar behind a private address, or that it is as it was; a revoked one is not here."""
    whose = await own_calendar.opened(db, secret.removesuffix(".ics"))
    if whose is None:
        raise NotFoundException
    entries = await own_calendar.entries(db, whose, base_url=settings.base_url, now=datetime.now(UTC))
    content = invitations.calendar_of(entries, name="Appointments")
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": "no-store", "x-robots-tag": "noindex"}
    if tag in (
        known.strip().removeprefix("W/") for known in request.headers.get("if-none-match", "").split(",")
    ):
        return Response(b"", status_code=304, headers=headers)
    return Response(
        content,
        media_type="text/calendar; charset=utf-8",
        headers=headers | {"content-disposition": 'inline; filename="appointments.ics"'},
    )


@get("/calendar", include_in_schema=False)
async def calendar(request: Asked, db: Db, settings: Settings, member: Member) -> Response[str]:
    """Both addresses as they stand."""
    return await _page(request, db, settings, member)


@post("/calendar/address", include_in_schema=False)
async def open_address(request: Asked, db: Db, settings: Settings, member: Member) -> Response[Any]:
    """A new private address; the one before opens nothing any more."""

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await own_calendar.open_link(conn, maison_id=member.maison_id, by=by, key=settings.key, now=now)

    return await act(request, db, member, await form_of(request), verb, to=HERE)


@post("/calendar/address/removal", include_in_schema=False)
async def close_address(request: Asked, db: Db, member: Member) -> Response[Any]:
    """The private address opens nothing any more."""

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await own_calendar.close_link(conn, maison_id=member.maison_id, by=by)

    return await act(request, db, member, await form_of(request), verb, to=HERE)


@post("/calendar/outside", include_in_schema=False)
async def keep_outside(
    request: Asked, db: Db, settings: Settings, outgoing: Outgoing, member: Member
) -> Response[Any]:
    """One's own busy times are read from this address."""
    sent = await form_of(request)

    async def again(words: str) -> Response[str]:
        return await _page(request, db, settings, member, words)

    return await _keep(request, db, outgoing, member, sent, member.staff_id, None, HERE, again)


@post("/calendar/outside/removal", include_in_schema=False)
async def remove_outside(request: Asked, db: Db, member: Member) -> Response[Any]:
    """They are read no more."""
    return await _remove(request, db, member, await form_of(request), member.staff_id, None, HERE)


@post("/roster/{staff_id:uuid}/calendar", include_in_schema=False)
async def keep_of(
    request: Asked, db: Db, outgoing: Outgoing, member: Member, staff_id: UUID
) -> Response[Any]:
    """A colleague's, by their manager."""
    sent = await form_of(request)
    at = sent.id("at")

    async def again(words: str) -> Response[str]:
        return await roster.one(request, db, member, staff_id, at, words)

    to = f"/boutique/roster/{staff_id}?at={at}"
    return await _keep(request, db, outgoing, member, sent, staff_id, at, to, again)


@post("/roster/{staff_id:uuid}/calendar/removal", include_in_schema=False)
async def remove_of(request: Asked, db: Db, member: Member, staff_id: UUID) -> Response[Any]:
    """A colleague's are read no more."""
    sent = await form_of(request)
    at = sent.id("at")
    return await _remove(request, db, member, sent, staff_id, at, f"/boutique/roster/{staff_id}?at={at}")


async def _keep(
    request: Asked,
    db: Db,
    outgoing: Outgoing,
    member: Member,
    sent: Form,
    staff_id: UUID,
    at: UUID | None,
    to: str,
    again: Callable[[str], Awaitable[Response[str]]],
) -> Response[Any]:
    url = sent.text("url")
    try:
        await outgoing.judged(outside.written(url))
    except (AddressRefused, NoAnswer) as refusal:
        return await again(str(refusal))

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await outside.keep_outside(
            conn, maison_id=member.maison_id, by=by, staff_id=staff_id, location_id=at, url=url, now=now
        )

    return await act(request, db, member, sent, verb, to=to)


async def _remove(
    request: Asked, db: Db, member: Member, sent: Form, staff_id: UUID, at: UUID | None, to: str
) -> Response[Any]:
    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await outside.remove_outside(
            conn, maison_id=member.maison_id, by=by, staff_id=staff_id, location_id=at
        )

    return await act(request, db, member, sent, verb, to=to)


async def _page(request: Asked, db: Db, settings: Settings, member: Member, words: str = "") -> Response[str]:
    async with db.acting(member.actor, member.maison_id) as conn:
        link = await own_calendar.link(conn, maison_id=member.maison_id, staff_id=member.staff_id)
        found = await outside.outside(conn, maison_id=member.maison_id, staff_id=member.staff_id)
        advisor = await own_calendar.booked(conn, maison_id=member.maison_id, staff_id=member.staff_id)
    address = own_calendar.address(settings.key, settings.base_url, link) if link else ""
    return screen(
        request,
        "boutique/calendar/calendar.html",
        member=member,
        tab="appointments",
        status=409 if words else 200,
        advisor=advisor,
        address=address,
        subscribe=address.replace("https://", "webcal://", 1),
        outside=found,
        words=words,
    )
