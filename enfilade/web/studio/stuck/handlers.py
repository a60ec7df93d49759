"""What waits longer than it should at this maison; work that failed for good can be tried again from here."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from enfilade.base.db import Conn, Db
from enfilade.carriers import labels
from enfilade.orders import stuck as waiting
from enfilade.orders.checkout import Checkouts
from enfilade.payments import captures
from enfilade.web.studio.entering import Manager, acted, maison_of
from enfilade.web.studio.showing import screen


@get("/stuck", include_in_schema=False)
async def stuck(
    request: Request[Any, Any, Any], db: Db, checkouts: Checkouts, manager: Manager
) -> Response[str]:
    """The longest first."""
    async with db.acting(manager.actor, manager.maison_id, snapshot=True) as conn:
        return screen(
            request,
            "studio/stuck/stuck.html",
            member=manager,
            maison=await maison_of(conn, manager),
            tab="stuck",
            found=await waiting.stuck(
                conn,
                maison_id=manager.maison_id,
                providers=list(checkouts.providers),
                now=datetime.now(UTC),
            ),
            words_of=waiting.KINDS,
            shown_max=waiting.SHOWN_MAX,
        )


@post("/stuck/jobs/{job_id:int}/repetition", include_in_schema=False)
async def try_again(db: Db, manager: Manager, job_id: int) -> Redirect:
    """Due again now. Pressed twice, it is tried once."""

    async def verb(conn: Conn) -> None:
        await waiting.try_again(conn, maison_id=manager.maison_id, job_id=job_id)

    try:
        await db.run(manager.actor, manager.maison_id, verb)
    except waiting.NoSuchJob:
        raise NotFoundException from None
    return Redirect("/studio/stuck", status_code=303)


@post("/stuck/refunds/{cause_id:uuid}/repetition", include_in_schema=False)
async def refund_again(db: Db, manager: Manager, cause_id: UUID) -> Redirect:
    """Asked of the provider once more. Pressed twice, it is asked once."""
    now = datetime.now(UTC)

    async def verb(conn: Conn) -> None:
        await captures.ask_refund_again(conn, maison_id=manager.maison_id, cause_id=cause_id, now=now)
        await acted(conn, manager, "ask_refund_again", "refund", cause_id, now)

    try:
        await db.run(manager.actor, manager.maison_id, verb)
    except captures.NoSuchRefund:
        raise NotFoundException from None
    return Redirect("/studio/stuck", status_code=303)


@post("/stuck/parcels/{label_id:uuid}/settlement", include_in_schema=False)
async def parcel_settled(db: Db, manager: Manager, label_id: UUID) -> Redirect:
    """Somebody has seen to it; what its carrier tells afterwards shows again."""
    now = datetime.now(UTC)

    async def verb(conn: Conn) -> None:
        await labels.settle(
            conn, maison_id=manager.maison_id, label_id=label_id, by_id=manager.staff_id, now=now
        )
        await acted(conn, manager, "settle_parcel", "label", label_id, now)

    try:
        await db.run(manager.actor, manager.maison_id, verb)
    except labels.NoSuchLabel:
        raise NotFoundException from None
    return Redirect("/studio/stuck", status_code=303)
