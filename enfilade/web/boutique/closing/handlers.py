"""Closing one's boutique: what and until when, what it touches, and how far it is; and opening it again."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException

from enfilade.base.db import Conn, Db
from enfilade.base.ids import new_id
from enfilade.closures import acts, counting, reading
from enfilade.closures.acts import METHODS, EndIsPast, NothingToClose
from enfilade.closures.effects import WHY
from enfilade.staff import people
from enfilade.staff.people import Colleague
from enfilade.staff.surfaces import MANAGERS
from enfilade.web.boutique.showing import screen
from enfilade.web.shared import closing
from enfilade.web.shared.acting import Member, act
from enfilade.web.shared.forms import form_of

Asked = Request[Any, Any, Any]
SAYS = {
    NothingToClose: "Say what closes: everything, or at least one of these.",
    EndIsPast: "It would be open again before it closes. Say a day that comes.",
}


@get("/closing", include_in_schema=False)
async def form(request: Asked, db: Db, member: Member) -> Response[str]:
    """What is closed now, and the form to close."""
    return await _form(request, db, member)


@get("/closing/preview", include_in_schema=False)
async def preview(request: Asked, db: Db, member: Member) -> Response[str]:
    """What it would touch; nothing is done yet."""
    fields = _asked(request)
    now = datetime.now(UTC)
    try:
        wanted = closing.wanted(fields)
        async with db.acting(member.actor, member.maison_id) as conn:
            by = await member.by(conn)
            found = await acts.preview(conn, maison_id=member.maison_id, by=by, wanted=wanted, now=now)
    except (NothingToClose, EndIsPast) as refusal:
        return await _form(request, db, member, said=SAYS[type(refusal)], status=400)
    return screen(
        request,
        "boutique/closing/preview.html",
        member=member,
        tab="closing",
        wanted=wanted,
        found=found,
        counts=counting.summed(found.rows),
        languages=counting.by_language(found.rows),
        hidden=closing.again(fields),
        act_id=new_id(now),
        methods=METHODS,
    )


@post("/closing", include_in_schema=False)
async def close(request: Asked, db: Db, member: Member) -> Response[Any]:
    """Closes; the form's id is the act's, so a second click finds it."""
    sent = await form_of(request)
    act_id, wanted, seen = sent.id("act"), closing.wanted(sent.fields), closing.seen(sent.fields)

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await acts.confirm(
            conn, maison_id=member.maison_id, act_id=act_id, by=by, wanted=wanted, previewed=seen, now=now
        )

    return await act(request, db, member, sent, verb, to=f"/boutique/closing/{act_id}")


@get("/closing/{act_id:uuid}", include_in_schema=False)
async def closure(request: Asked, db: Db, member: Member, act_id: UUID) -> Response[str]:
    """How far it is, and what somebody has to look at."""
    async with db.acting(member.actor, member.maison_id) as conn:
        by = await member.by(conn)
        found = await reading.progress(
            conn, maison_id=member.maison_id, act_id=act_id, by=by, now=datetime.now(UTC)
        )
    return screen(
        request,
        "boutique/closing/closure.html",
        member=member,
        tab="closing",
        found=found,
        why=WHY,
        methods=METHODS,
        manages=member.role in MANAGERS,
    )


@post("/closing/{act_id:uuid}/reopening", include_in_schema=False)
async def reopen(request: Asked, db: Db, member: Member, act_id: UUID) -> Response[Any]:
    """One's places of the act are open again from now on."""
    sent = await form_of(request)

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await acts.reopen(conn, maison_id=member.maison_id, act_id=act_id, by=by, now=now)

    return await act(request, db, member, sent, verb, to=f"/boutique/closing/{act_id}")


def _asked(request: Asked) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        found.setdefault(str(name), []).append(str(value))
    return found


async def _form(
    request: Asked, db: Db, member: Member, *, said: str = "", status: int = 200
) -> Response[str]:
    if member.role not in MANAGERS:
        raise NotFoundException
    now = datetime.now(UTC)
    async with db.acting(member.actor, member.maison_id) as conn:
        by = await member.by(conn)
        places = await people.places(conn, maison_id=member.maison_id, by=by)
        found = await reading.listed(conn, maison_id=member.maison_id, by=by, now=now)
    return screen(
        request,
        "boutique/closing/form.html",
        member=member,
        tab="closing",
        status=status,
        words=said,
        places=places,
        acts=found,
        until=closing.UNTIL,
        methods=METHODS,
        asked=_asked(request),
    )
