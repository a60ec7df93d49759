"""One act of a member of staff: read from a form with a key, done once in one transaction, answered by the way on."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.exceptions import ValidationException
from litestar.response import Redirect

from enfilade.base import idempotency, limits
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db
from enfilade.staff import people
from enfilade.staff.people import Colleague
from enfilade.web.shared.forms import Form

WINDOW_SECONDS = 15 * 60


@dataclass(frozen=True, slots=True)
class Member:
    """A member of staff at the screen. `by` acts; read again in each command's own transaction."""

    maison_id: UUID
    staff_id: UUID
    name: str
    role: str

    @property
    def actor(self) -> Actor:
        return Actor.staff(self.staff_id)

    async def by(self, conn: Conn) -> Colleague:
        """The colleague with their posts of this moment."""
        return await people.colleague(conn, maison_id=self.maison_id, staff_id=self.staff_id)


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


async def spend_look_up(db: Db, member: Member, what: str, *, most: int) -> None:
    """Counts one look-up in a quarter of an hour; `what` names the kind. Raises limits.TooManyAttempts beyond `most`."""
    async with db.door() as conn:
        await limits.spend(
            conn,
            bucket=f"{what} {member.staff_id}",
            most=most,
            window_seconds=WINDOW_SECONDS,
            now=datetime.now(UTC),
        )
