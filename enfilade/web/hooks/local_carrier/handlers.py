"""The page a carrier would show of a parcel, with the depot behind it, and where the local carrier tells us of a scan."""

from datetime import UTC, datetime
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotFoundException, ValidationException
from litestar.params import Body
from litestar.response import Redirect

from enfilade.base import idempotency, jobs
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db
from enfilade.base.settings import Settings
from enfilade.carriers import announcements
from enfilade.carriers.carrier import STANDINGS
from enfilade.carriers.local_carrier import LocalCarrier, next_of
from enfilade.carriers.tracking import FOLLOW
from enfilade.web.shared.pages import page

WORDS: dict[str, str] = {
    "label_made": "Announced to us",
    "accepted": "Handed to us",
    "in_transit": "On its way",
    "out_for_delivery": "Out for delivery",
    "failed_attempt": "Nobody at the door",
    "delivered": "Delivered",
    "returned_to_sender": "Back to its sender",
    "lost": "Lost",
}


@get("/local-carrier/{tracking:str}", include_in_schema=False)
async def parcel(
    request: Request[Any, Any, Any], local_carrier: LocalCarrier, tracking: str
) -> Response[str]:
    """Where it is, and what the depot may do next; 404 for a number that was never given."""
    found = await local_carrier.shown(tracking)
    if found is None:
        raise NotFoundException
    state, scans = found
    return page(
        request,
        "hooks/local_carrier/parcel.html",
        tracking=tracking,
        void=state == "void",
        scans=scans,
        next=next_of(scans) if state == "made" else (),
        words=WORDS,
    )


@post("/local-carrier/{tracking:str}", include_in_schema=False)
async def scan(
    tracking: str,
    local_carrier: LocalCarrier,
    data: Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Redirect:
    """The depot does it; what cannot follow now, pressed twice for instance, changes nothing."""
    standing = data.get("standing", "")
    found = await local_carrier.shown(tracking)
    if found is None:
        raise NotFoundException
    if standing not in STANDINGS:
        raise ValidationException("standing: not one of a parcel's")
    if standing in next_of(found[1]):
        await local_carrier.scan(tracking=tracking, standing=standing)
    return Redirect(f"/local-carrier/{tracking}", status_code=303)


@post(announcements.HOOK, include_in_schema=False, status_code=204)
async def announced(request: Request[Any, Any, Any], db: Db, settings: Settings) -> None:
    """Signed and new, it makes us ask the carrier: once, however often it comes. Raises NotSigned."""
    now = datetime.now(UTC)
    said = announcements.heard(settings.key, request.headers, await request.body(), now=now)

    async def verb(conn: Conn) -> None:
        before = await idempotency.claim(
            conn,
            actor=Actor.provider(),
            key=said.message_id,
            request=said.label_id,
            now=now,
            answer="heard",
        )
        if before is None:
            job = jobs.Job(FOLLOW, {"label_id": said.label_id})
            await jobs.defer(conn, maison_id=said.maison_id, jobs=[job])

    await db.run(Actor.provider(), said.maison_id, verb)
