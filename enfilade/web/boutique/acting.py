"""One act of a member of staff: read from a form with a key, done once in one transaction, answered by the way on."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from litestar import Request
from litestar.exceptions import ValidationException
from litestar.response import Redirect

from enfilade.base import idempotency, limits
from enfilade.base.db import Conn, Db
from enfilade.staff.people import Colleague
from enfilade.web.boutique.entering import Member
from enfilade.web.shared.forms import Form, form_of

__all__ = ["Form", "Verb", "act", "form_of", "serials_in", "spend_look_up"]

#: A busy counter looks up a code a minute; nobody guesses one among a million million, or reads all orders, with these.
LOOK_UPS_MAX = 120
WINDOW_SECONDS = 15 * 60


async def spend_look_up(db: Db, member: Member, what: str) -> None:
    """Counts one look-up by a code or number; `what` names the kind. Raises limits.TooManyAttempts."""
    async with db.door() as conn:
        await limits.spend(
            conn,
            bucket=f"{what} {member.staff_id}",
            most=LOOK_UPS_MAX,
            window_seconds=WINDOW_SECONDS,
            now=datetime.now(UTC),
        )


Verb = Callable[[Conn, Colleague, datetime], Awaitable[object]]


async def act(
    request: Request[Any, Any, Any], db: Db, member: Member, form: Form, verb: Verb, *, to: str
) -> Redirect:
    """Does the verb once for the form's key and sends the browser on; refusals of the domain pass through."""
    key = form.text("key")
    if len(key) < 8:
        raise ValidationException("key: too short")
    now = datetime.now(UTC)

    async def step(conn: Conn) -> None:
        before = await idempotency.claim(
            conn,
            actor=member.actor,
            key=key,
            request=[request.url.path, form.fields],
            now=now,
            answer={"to": to},
        )
        if before is None:
            await verb(conn, await member.by(conn), now)

    await db.run(member.actor, member.maison_id, step)
    return Redirect(to, status_code=303)


def serials_in(text: str) -> tuple[str, ...]:
    """The serials written in a field, apart by blanks, commas or semicolons."""
    return tuple(re.split(r"[\s,;]+", text.strip())) if text.strip() else ()
