"""Who asked what a piece costs: taken by an advisor, answered by an offer, or closed with the reason."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.exceptions import ValidationException

from enfilade.base import i18n
from enfilade.base.db import Conn, Db
from enfilade.boutiques.zones import zone_of
from enfilade.orders import enquiries
from enfilade.orders.enquiries import REASONS
from enfilade.staff.people import Colleague
from enfilade.staff.surfaces import MANAGERS
from enfilade.web.boutique.refusals import AT_WORK
from enfilade.web.boutique.showing import screen
from enfilade.web.shared.acting import Member, act
from enfilade.web.shared.forms import form_of

Asked = Request[Any, Any, Any]


@get("/selling/enquiries/{enquiry_id:uuid}", include_in_schema=False)
async def enquiry(request: Asked, db: Db, member: Member, enquiry_id: UUID) -> Response[str]:
    """Who asks, what, and where the answer goes."""
    return await _screen(request, db, member, enquiry_id)


@post("/selling/enquiries/{enquiry_id:uuid}/taking", include_in_schema=False)
async def take(request: Asked, db: Db, member: Member, enquiry_id: UUID) -> Response[Any]:
    """It is mine to answer."""

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await enquiries.take(conn, maison_id=member.maison_id, enquiry_id=enquiry_id, by=by, now=now)

    return await _said(request, db, member, enquiry_id, verb)


@post("/selling/enquiries/{enquiry_id:uuid}/closing", include_in_schema=False)
async def close(request: Asked, db: Db, member: Member, enquiry_id: UUID) -> Response[Any]:
    """Without an offer."""
    because = (await form_of(request)).text("because", "")

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        whose = {"maison_id": member.maison_id, "enquiry_id": enquiry_id}
        await enquiries.read(conn, **whose, by=by)
        if because not in REASONS:
            raise ValidationException("because: choose one")
        await enquiries.close(conn, **whose, by=by, because=because, now=now)

    return await _said(request, db, member, enquiry_id, verb)


async def _said(request: Asked, db: Db, member: Member, enquiry_id: UUID, verb: Any) -> Response[Any]:
    to = f"/boutique/selling/enquiries/{enquiry_id}"
    try:
        return await act(request, db, member, await form_of(request), verb, to=to)
    except AT_WORK as refusal:
        return await _screen(request, db, member, enquiry_id, words=str(refusal), status=409)


async def _screen(
    request: Asked, db: Db, member: Member, enquiry_id: UUID, *, words: str = "", status: int = 200
) -> Response[str]:
    async with db.acting(member.actor, member.maison_id) as conn:
        found = await enquiries.read(
            conn, maison_id=member.maison_id, enquiry_id=enquiry_id, by=await member.by(conn)
        )
    mine = found.taken_by == member.staff_id
    return screen(
        request,
        "boutique/selling/enquiry.html",
        member=member,
        status=status,
        tab="selling",
        it=found,
        mine=mine,
        may_take=found.state == "asked" or (found.state == "taken" and not mine and member.role in MANAGERS),
        reads=i18n.NAMES[i18n.known(found.language) or "en"],
        reasons=REASONS,
        asked_at=found.asked_at.astimezone(zone_of(found.zone)),
        words=words,
    )
