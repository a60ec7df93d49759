"""Idempotency-Key: the header every command of the API carries, and the transaction that makes a command happen once."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, TypeVar
from uuid import UUID

import msgspec
from litestar.params import HeaderParameter

from enfilade.base import idempotency
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db

T = TypeVar("T")

#: Room is left for the prefix that tells one command's keys from another's.
IdempotencyKey = Annotated[
    str,
    HeaderParameter(
        name="Idempotency-Key",
        min_length=8,
        max_length=180,
        pattern=r"^[\x21-\x7e]+$",
        description="Chosen by the caller, new for each command. Sent again, the command is not done again "
        "and the first answer comes back; sent with another request, it is refused with 422. Kept 24 hours.",
    ),
]


async def once(
    db: Db,
    actor: Actor,
    maison_id: UUID,
    *,
    key: str,
    request: object,
    answer: type[T],
    now: datetime,
    verb: Callable[[Conn], Awaitable[T]],
) -> T:
    """What `verb` answers, or what it answered the first time. A refusal is not kept: mended, it may come again.

    Raises idempotency.KeyReused, and what `verb` raises.
    """

    async def command(conn: Conn) -> T:
        repeat = await idempotency.claim(conn, actor=actor, key=key, request=request, now=now)
        if repeat is not None:
            return msgspec.convert(repeat.body, answer)
        done = await verb(conn)
        await idempotency.settle(conn, actor=actor, key=key, status=200, answer=done)
        return done

    return await db.run(actor, maison_id, command)
