"""The maison's endpoints, a form for another one, and one endpoint with what became of its last messages."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from enfilade.base import idempotency
from enfilade.base.db import Conn, Db
from enfilade.base.outgoing import AddressRefused, NoAnswer, Outgoing
from enfilade.base.settings import Settings
from enfilade.channels.webhooks import deliveries, endpoints
from enfilade.channels.webhooks.endpoints import NoSuchEndpoint, TooManyEndpoints, TypesRefused
from enfilade.channels.webhooks.tries import TRIES_MAX
from enfilade.web.shared.refusals import refuse
from enfilade.web.studio.entering import Manager, acted, maison_of
from enfilade.web.studio.showing import screen
from enfilade.web.studio.webhooks import asked
from enfilade.web.studio.webhooks.asked import Written

refuse(AddressRefused, 400, "No message goes to this address")
refuse(NoAnswer, 400, "This address does not answer")
refuse(NoSuchEndpoint, 404, "There is no such endpoint here")
refuse(TooManyEndpoints, 409, "The maison has as many endpoints as it may have")
refuse(TypesRefused, 400, "Choose what to tell among what there is")

STATES = {"": "All", "waiting": "Waiting", "dead": "Not delivered"}
SAID = {
    "changed": "Saved. What waits goes to this address now.",
    "test": "A test is on its way; its answer stands below in a moment.",
    "busy": "A test is on its way already.",
    "paused": "Paused. What waits stays.",
    "resumed": "On again.",
    "again": "Due again now.",
    "none": "Nothing was waiting to be sent again.",
    "exchanging": "The secret before this one signs still; exchange it again when that is over.",
    "off": "Nothing is sent while the endpoint is off.",
}
OFF = {
    "person": "Paused by a colleague.",
    "gone": "Switched off, since the receiver answered 410: it wants no more messages.",
    "away": "Switched off, since the receiver was away for five days.",
}


@get("/webhooks", include_in_schema=False)
async def webhooks(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[str]:
    """All of them."""
    return await _list(request, db, manager, Written(), said=request.query_params.get("said", ""))


@post("/webhooks", include_in_schema=False)
async def add(
    request: Request[Any, Any, Any], db: Db, manager: Manager, outgoing: Outgoing, settings: Settings
) -> Response[Any]:
    """A new endpoint, answered with its secret: the only time it is shown."""
    written = await asked.read(await request.form(), outgoing)
    if written.wrong:
        return await _list(request, db, manager, written, status=400)
    now = datetime.now(UTC)

    async def verb(conn: Conn) -> tuple[UUID, UUID]:
        request_ = [written.url, written.types]
        repeat = await idempotency.claim(
            conn, actor=manager.actor, key=written.key, request=request_, now=now
        )
        if repeat is not None:
            return UUID(repeat.body["endpoint_id"]), UUID(repeat.body["secret_id"])
        endpoint_id, secret_id = await endpoints.add_endpoint(
            conn,
            maison_id=manager.maison_id,
            url=written.url,
            types=written.types,
            now=now,
            changed_by=manager.staff_id,
        )
        answer = {"endpoint_id": str(endpoint_id), "secret_id": str(secret_id)}
        await idempotency.settle(conn, actor=manager.actor, key=written.key, status=200, answer=answer)
        await acted(conn, manager, "add_webhook", "webhook", endpoint_id, now)
        return endpoint_id, secret_id

    try:
        endpoint_id, secret_id = await db.run(manager.actor, manager.maison_id, verb)
    except TooManyEndpoints as refusal:
        written.wrong["url"] = str(refusal)
        return await _list(request, db, manager, written, status=409)
    return await secret_page(request, db, manager, settings, endpoint_id, secret_id, exchanged=False)


@get("/webhooks/{endpoint_id:uuid}", include_in_schema=False)
async def webhook(
    request: Request[Any, Any, Any],
    db: Db,
    manager: Manager,
    endpoint_id: UUID,
    only: str = "",
    before: UUID | None = None,
) -> Response[str]:
    """One of them, its form, and its last messages."""
    said = request.query_params.get("said", "")
    return await one_page(request, db, manager, endpoint_id, None, state=only, before=before, said=said)


@post("/webhooks/{endpoint_id:uuid}", include_in_schema=False)
async def change(
    request: Request[Any, Any, Any], db: Db, manager: Manager, outgoing: Outgoing, endpoint_id: UUID
) -> Response[Any]:
    """Another address, other types."""
    written = await asked.read(await request.form(), outgoing)
    if written.wrong:
        return await one_page(request, db, manager, endpoint_id, written, status=400)
    now = datetime.now(UTC)

    async def verb(conn: Conn) -> None:
        await endpoints.change_endpoint(
            conn,
            maison_id=manager.maison_id,
            endpoint_id=endpoint_id,
            url=written.url,
            types=written.types,
            now=now,
            changed_by=manager.staff_id,
        )
        await acted(conn, manager, "change_webhook", "webhook", endpoint_id, now)

    try:
        await db.run(manager.actor, manager.maison_id, verb)
    except NoSuchEndpoint:
        raise NotFoundException from None
    return Redirect(f"/studio/webhooks/{endpoint_id}?said=changed", status_code=303)


async def secret_page(
    request: Request[Any, Any, Any],
    db: Db,
    manager: Manager,
    settings: Settings,
    endpoint_id: UUID,
    secret_id: UUID,
    *,
    exchanged: bool,
) -> Response[str]:
    """The secret, once."""
    async with db.acting(manager.actor, manager.maison_id) as conn:
        maison = await maison_of(conn, manager)
    return screen(
        request,
        "studio/webhooks/secret.html",
        member=manager,
        maison=maison,
        tab="webhooks",
        secret=endpoints.shown(endpoints.secret_of(settings.key, secret_id)),
        endpoint_id=endpoint_id,
        exchanged=exchanged,
        hours=endpoints.EXCHANGED_HOURS,
    )


async def _list(
    request: Request[Any, Any, Any],
    db: Db,
    manager: Manager,
    written: Written,
    *,
    status: int = 200,
    said: str = "",
) -> Response[str]:
    now = datetime.now(UTC)
    async with db.acting(manager.actor, manager.maison_id, snapshot=True) as conn:
        maison = await maison_of(conn, manager)
        found = await endpoints.endpoints_of(conn, maison_id=manager.maison_id, now=now)
    return screen(
        request,
        "studio/webhooks/webhooks.html",
        member=manager,
        maison=maison,
        tab="webhooks",
        status=status,
        endpoints=found,
        most=endpoints.ENDPOINTS_MAX,
        written=written,
        grouped=asked.GROUPED,
        off=OFF,
        removed=said == "removed",
    )


async def one_page(
    request: Request[Any, Any, Any],
    db: Db,
    manager: Manager,
    endpoint_id: UUID,
    written: Written | None,
    *,
    status: int = 200,
    state: str = "",
    before: UUID | None = None,
    said: str = "",
) -> Response[str]:
    """One endpoint, with the form as it was written if something is wrong with it."""
    now, state = datetime.now(UTC), state if state in STATES else ""
    async with db.acting(manager.actor, manager.maison_id, snapshot=True) as conn:
        maison = await maison_of(conn, manager)
        try:
            endpoint = await endpoints.endpoint_of(
                conn, maison_id=manager.maison_id, endpoint_id=endpoint_id, now=now
            )
        except NoSuchEndpoint:
            raise NotFoundException from None
        shown = await deliveries.deliveries_of(
            conn, maison_id=manager.maison_id, endpoint_id=endpoint_id, only=state, before=before
        )
    return screen(
        request,
        "studio/webhooks/webhook.html",
        member=manager,
        maison=maison,
        tab="webhooks",
        status=status,
        endpoint=endpoint,
        written=written or asked.kept(endpoint),
        grouped=asked.GROUPED,
        deliveries=shown,
        more=len(shown) == deliveries.SHOWN_MAX,
        state=state,
        states=STATES,
        off=OFF,
        notice=SAID.get(said, ""),
        tries_max=TRIES_MAX,
        now=now,
    )
