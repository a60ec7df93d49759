"""A command with a key happens once: its answer is kept for 24 hours and given again to whoever repeats it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

import msgspec

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, execute, one

KEPT_HOURS = 24


class KeyReused(Exception):
    """The same idempotency key came with another request."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the first request was told."""

    status: int
    body: Any


@dataclass(frozen=True, slots=True)
class Kept:
    """What a claim found; statements that begin with one have rows of this kind."""

    fresh: bool
    request_hash: bytes
    status: int | None
    answer: Any


#: Claims the key, as the first part of a statement that goes on only `where claimed.fresh`. A repeat waits in it for the
#: first. Its parameters are `asked`; what it found, `repeat` reads.
CLAIMED: LiteralString = """
claimed as (
  insert into base.idempotency (actor, key, request_hash, asked_at, status, answer)
  values (%(actor)s, %(key)s, %(request_hash)s, %(now)s, case when %(answer)s::jsonb is null then null else 200 end,
    %(answer)s::jsonb)
  on conflict on constraint idempotency_once do update set actor = excluded.actor
  returning xmax = 0 as fresh, request_hash, status, answer
)"""
_CLAIM: LiteralString = f"with {CLAIMED} select fresh, request_hash, status, answer from claimed"


def asked(
    *, actor: Actor, key: str, request: object, now: datetime, answer: object = None
) -> dict[str, object]:
    """The parameters of `CLAIMED`. `answer`, where it is known before the work, is kept at once with status 200."""
    return {
        "actor": str(actor),
        "key": key,
        "request_hash": hashlib.sha256(msgspec.json.encode(request, order="deterministic")).digest(),
        "now": now,
        "answer": None if answer is None else msgspec.json.encode(answer).decode(),
    }


def repeat(claim: dict[str, object], kept: Kept) -> Answer | None:
    """What a repeat is told; None: go on (new, or the first attempt ended without an answer). Raises KeyReused."""
    if kept.request_hash != claim["request_hash"]:
        raise KeyReused
    return None if kept.fresh or kept.status is None else Answer(kept.status, kept.answer)


async def claim(
    conn: Conn, *, actor: Actor, key: str, request: object, now: datetime, answer: object = None
) -> Answer | None:
    """First statement of the command's transaction. A repeat waits here for the first and gets its answer.

    None means: go on. Raises KeyReused for another request.
    """
    parameters = asked(actor=actor, key=key, request=request, now=now, answer=answer)
    return repeat(parameters, await one(conn, Kept, _CLAIM, **parameters))


async def settle(conn: Conn, *, actor: Actor, key: str, status: int, answer: object) -> None:
    """Last statement of the command's transaction: what every repeat will be told."""
    await execute(
        conn,
        "update base.idempotency set status = %(status)s, answer = %(answer)s::jsonb where actor = %(actor)s and key = %(key)s",
        actor=str(actor),
        key=key,
        status=status,
        answer=msgspec.json.encode(answer).decode(),
    )


async def forget_old(conn: Conn, *, now: datetime) -> int:
    """Removes answers older than 24 hours; only a job may."""
    return await execute(
        conn,
        "delete from base.idempotency where asked_at < %(now)s::timestamptz - make_interval(hours => %(hours)s)",
        now=now,
        hours=KEPT_HOURS,
    )
