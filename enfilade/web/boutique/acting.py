"""One act of a member of staff: read from a form with a key, done once in one transaction, answered by the way on."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.exceptions import ValidationException
from litestar.response import Redirect

from enfilade.base import idempotency, limits
from enfilade.base.db import Conn, Db
from enfilade.staff.people import Colleague
from enfilade.web.boutique.entering import Member

FIELD_CHARACTERS_MAX = 200
#: A busy counter looks up a code a minute; nobody guesses one among a million million, or reads all orders, with these.
LOOK_UPS_MAX = 120
WINDOW_SECONDS = 15 * 60


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form, by name; a field may come more than once."""

    fields: dict[str, list[str]]

    def text(self, name: str, default: str | None = None) -> str:
        """The field, without outer spaces. Raises ValidationException when it is missing or too long."""
        values = self.fields.get(name, [])
        if not values and default is not None:
            return default
        if len(values) != 1 or len(values[0]) > FIELD_CHARACTERS_MAX:
            raise ValidationException(f"{name}: expected once, at most {FIELD_CHARACTERS_MAX} characters")
        return values[0].strip()

    def exact(self, name: str) -> str:
        """A password as it was typed, spaces and all. Raises ValidationException when it is missing."""
        values = self.fields.get(name, [])
        if len(values) != 1:
            raise ValidationException(f"{name}: expected once")
        return values[0]

    def ids(self, name: str) -> list[UUID]:
        """The ids of a list of boxes."""
        try:
            return [UUID(value) for value in self.fields.get(name, [])]
        except ValueError:
            raise ValidationException(f"{name}: not an id") from None

    def id(self, name: str) -> UUID:
        """One id."""
        found = self.ids(name)
        if len(found) != 1:
            raise ValidationException(f"{name}: expected once")
        return found[0]


async def form_of(request: Request[Any, Any, Any]) -> Form:
    """What was sent; files are not fields."""
    sent = await request.form()
    fields: dict[str, list[str]] = {}
    for name, value in sent.multi_items():
        if isinstance(value, str):
            fields.setdefault(str(name), []).append(value)
    return Form(fields)


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
