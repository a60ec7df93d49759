"""What a manager does to an endpoint: test, pause, resume, exchange its secret, send again, remove."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, post
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from enfilade.base.db import Conn, Db
from enfilade.base.settings import Settings
from enfilade.channels.webhooks import deliveries, endpoints
from enfilade.channels.webhooks.deliveries import NoSuchDelivery, Paused, TestWaiting
from enfilade.channels.webhooks.endpoints import BeingExchanged, NoSuchEndpoint
from enfilade.web.shared.refusals import refuse
from enfilade.web.studio.entering import Manager, acted
from enfilade.web.studio.webhooks.handlers import secret_page

Verb = Callable[[Conn, datetime], Awaitable[str]]

refuse(NoSuchDelivery, 404, "There is no such delivery here")
refuse(Paused, 409, "The endpoint is off")
refuse(TestWaiting, 409, "A test is on its way already")
refuse(BeingExchanged, 409, "The secret before this one signs still")


@post("/webhooks/{endpoint_id:uuid}/tests", include_in_schema=False)
async def send_test(db: Db, manager: Manager, endpoint_id: UUID) -> Redirect:
    """Sends a message that tells nothing."""

    async def verb(conn: Conn, now: datetime) -> str:
        try:
            await deliveries.ask_for_test(conn, maison_id=manager.maison_id, endpoint_id=endpoint_id, now=now)
        except TestWaiting:
            return "busy"
        except Paused:
            return "off"
        return "test"

    return await _done(db, manager, endpoint_id, "test_webhook", verb)


@post("/webhooks/{endpoint_id:uuid}/pause", include_in_schema=False)
async def pause(db: Db, manager: Manager, endpoint_id: UUID) -> Redirect:
    """Sends nothing until it is resumed."""

    async def verb(conn: Conn, now: datetime) -> str:
        await endpoints.pause(
            conn,
            maison_id=manager.maison_id,
            endpoint_id=endpoint_id,
            now=now,
            changed_by=manager.staff_id,
        )
        return "paused"

    return await _done(db, manager, endpoint_id, "pause_webhook", verb)


@post("/webhooks/{endpoint_id:uuid}/resumption", include_in_schema=False)
async def resume(request: Request[Any, Any, Any], db: Db, manager: Manager, endpoint_id: UUID) -> Redirect:
    """On again, with what it missed or from now on."""
    with_missed = (await request.form()).get("missed") != "no"

    async def verb(conn: Conn, now: datetime) -> str:
        await endpoints.resume(
            conn,
            maison_id=manager.maison_id,
            endpoint_id=endpoint_id,
            with_missed=with_missed,
            now=now,
            changed_by=manager.staff_id,
        )
        return "resumed"

    return await _done(db, manager, endpoint_id, "resume_webhook", verb)


@post("/webhooks/{endpoint_id:uuid}/secrets", include_in_schema=False, status_code=200)
async def exchange(
    request: Request[Any, Any, Any], db: Db, manager: Manager, settings: Settings, endpoint_id: UUID
) -> Response[Any]:
    """A new secret, shown this once; pressed twice within a day, there is one new secret."""
    now = datetime.now(UTC)

    async def verb(conn: Conn) -> UUID:
        secret_id = await endpoints.exchange_secret(
            conn, maison_id=manager.maison_id, endpoint_id=endpoint_id, now=now
        )
        await acted(conn, manager, "exchange_webhook_secret", "webhook", endpoint_id, now)
        return secret_id

    try:
        secret_id = await db.run(manager.actor, manager.maison_id, verb)
    except NoSuchEndpoint:
        raise NotFoundException from None
    except BeingExchanged:
        return Redirect(f"/studio/webhooks/{endpoint_id}?said=exchanging", status_code=303)
    return await secret_page(request, db, manager, settings, endpoint_id, secret_id, exchanged=True)


@post("/webhooks/{endpoint_id:uuid}/repetition", include_in_schema=False)
async def send_dead_again(db: Db, manager: Manager, endpoint_id: UUID) -> Redirect:
    """Everything that was given up is due again."""

    async def verb(conn: Conn, now: datetime) -> str:
        count = await deliveries.send_dead_again(
            conn, maison_id=manager.maison_id, endpoint_id=endpoint_id, now=now
        )
        return "again" if count else "none"

    return await _done(db, manager, endpoint_id, "repeat_webhooks", verb)


@post("/webhooks/{endpoint_id:uuid}/deliveries/{delivery_id:uuid}/repetition", include_in_schema=False)
async def send_again(db: Db, manager: Manager, endpoint_id: UUID, delivery_id: UUID) -> Redirect:
    """One message is due again, as the same message."""

    async def verb(conn: Conn, now: datetime) -> str:
        await deliveries.send_again(
            conn, maison_id=manager.maison_id, endpoint_id=endpoint_id, delivery_id=delivery_id, now=now
        )
        return "again"

    return await _done(db, manager, endpoint_id, "repeat_webhook", verb)


@post("/webhooks/{endpoint_id:uuid}/removal", include_in_schema=False)
async def remove(db: Db, manager: Manager, endpoint_id: UUID) -> Redirect:
    """With its secrets and what waits."""

    async def verb(conn: Conn, now: datetime) -> str:
        await endpoints.remove_endpoint(conn, maison_id=manager.maison_id, endpoint_id=endpoint_id)
        return ""

    await _done(db, manager, endpoint_id, "remove_webhook", verb)
    return Redirect("/studio/webhooks?said=removed", status_code=303)


async def _done(db: Db, manager: Manager, endpoint_id: UUID, act: str, verb: Verb) -> Redirect:
    """Does it, writes down who did, and goes back to the endpoint, which says what came of it."""
    now = datetime.now(UTC)

    async def step(conn: Conn) -> str:
        said = await verb(conn, now)
        await acted(conn, manager, act, "webhook", endpoint_id, now)
        return said

    try:
        said = await db.run(manager.actor, manager.maison_id, step)
    except (NoSuchEndpoint, NoSuchDelivery):
        raise NotFoundException from None
    return Redirect(f"/studio/webhooks/{endpoint_id}?said={said}", status_code=303)
