"""One act at the desk: read from a form with a key, done once in one transaction with its note, answered by the way on."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.exceptions import ValidationException
from litestar.response import Redirect

from enfilade.base import idempotency, limits
from enfilade.base.db import Conn, Db
from enfilade.orders.desk import notes
from enfilade.staff.people import Colleague
from enfilade.web.desk.entering import Attendant
from enfilade.web.shared.forms import Form

#: A desk answers a call in a minute or two; nobody reads a maison's clients one by one with these.
LOOK_UPS_MAX = 300
WINDOW_SECONDS = 15 * 60

Verb = Callable[[Conn, Colleague, datetime], Awaitable[object]]


async def spend_look_up(db: Db, attendant: Attendant) -> None:
    """Counts one look at clients by name. Raises limits.TooManyAttempts."""
    async with db.door() as conn:
        await limits.spend(
            conn,
            bucket=f"desk {attendant.staff_id}",
            most=LOOK_UPS_MAX,
            window_seconds=WINDOW_SECONDS,
            now=datetime.now(UTC),
        )


async def act(
    request: Request[Any, Any, Any], db: Db, attendant: Attendant, form: Form, verb: Verb, *, to: str
) -> Redirect:
    """Does the verb once for the form's key and sends the browser on; refusals of the domain pass through."""
    key = form.text("key")
    if len(key) < 8:
        raise ValidationException("key: too short")
    now = datetime.now(UTC)

    async def step(conn: Conn) -> None:
        before = await idempotency.claim(
            conn,
            actor=attendant.actor,
            key=key,
            request=[request.url.path, form.fields],
            now=now,
            answer={"to": to},
        )
        if before is None:
            await verb(conn, await attendant.by(conn), now)

    await db.run(attendant.actor, attendant.maison_id, step)
    return Redirect(to, status_code=303)


async def noted(
    conn: Conn, by: Colleague, maison_id: UUID, order_id: UUID, form: Form, act: str, now: datetime
) -> None:
    """The note beside an act: by which way the client spoke, and what it was about, as the form says. Raises SayWhich."""
    await notes.add(
        conn,
        maison_id=maison_id,
        by=by,
        order_id=order_id,
        way=form.text("way", ""),
        act=act,
        words=form.text("why", "", most=notes.WORDS_MAX),
        now=now,
    )
