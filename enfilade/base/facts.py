"""News: what happened, written in the transaction that made it happen, and handled by listeners as jobs.

A fact holds ids and figures, never a name, an address or free text.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import msgspec

from enfilade.base.db import Conn, execute, one
from enfilade.base.ids import new_id


class Fact(Protocol):
    """A frozen dataclass named in the past tense, e.g. `OrderPlaced`, with the id of what it is about."""

    @property
    def subject_id(self) -> UUID: ...


@dataclass(frozen=True, slots=True)
class Heard:
    """A fact as its listener reads it."""

    maison_id: UUID
    id: UUID
    kind: str
    subject_id: UUID
    location_id: UUID | None
    body: dict[str, Any]
    recorded_at: datetime


#: Fact kind → names of the listeners whose jobs are deferred with it. Filled once, by run.py.
LISTENERS: dict[str, list[str]] = {}


async def record(conn: Conn, *, maison_id: UUID, now: datetime, facts: list[Fact]) -> None:
    """Writes the facts and defers a job for every listener, in one statement of the caller's transaction."""
    if not facts:
        return
    rows: list[dict[str, object]] = []
    jobs: list[dict[str, Any]] = []
    for fact in facts:
        kind = type(fact).__name__
        fact_id = new_id(now)
        body = msgspec.to_builtins(fact)
        rows.append(
            {
                "id": str(fact_id),
                "kind": kind,
                "subject_id": str(fact.subject_id),
                "location_id": body.get("location_id"),
                "body": body,
            }
        )
        jobs += [
            {
                "listener": name,
                "args": {"maison_id": str(maison_id), "fact_id": str(fact_id), "listener": name},
            }
            for name in LISTENERS.get(kind, [])
        ]
    await execute(
        conn,
        """
        with written as (
          insert into base.fact (maison_id, id, kind, subject_id, location_id, body, recorded_at)
          select %(maison_id)s, f.id, f.kind, f.subject_id, f.location_id, f.body, %(now)s
          from jsonb_to_recordset(%(facts)s::jsonb) as f(id uuid, kind text, subject_id uuid, location_id uuid, body jsonb)
        )
        select procrastinate.procrastinate_defer_jobs_v1(array(
          select row('listeners', 'heard', 0, null, null, j.args, null)::procrastinate.procrastinate_job_to_defer_v1
          from jsonb_to_recordset(%(jobs)s::jsonb) as j(listener text, args jsonb)))
        """,
        maison_id=maison_id,
        now=now,
        facts=msgspec.json.encode(rows).decode(),
        jobs=msgspec.json.encode(jobs).decode(),
    )


async def hear(conn: Conn, *, maison_id: UUID, fact_id: UUID, listener: str, now: datetime) -> Heard | None:
    """The fact, or None when this listener has handled it; the caller's commit makes the handling final."""
    fresh = await execute(
        conn,
        """
        insert into base.handled_fact (maison_id, fact_id, listener, handled_at)
        values (%(maison_id)s, %(fact_id)s, %(listener)s, %(now)s)
        on conflict on constraint handled_once do nothing
        """,
        maison_id=maison_id,
        fact_id=fact_id,
        listener=listener,
        now=now,
    )
    if not fresh:
        return None
    return await one(
        conn,
        Heard,
        """
        select maison_id, id, kind, subject_id, location_id, body, recorded_at
        from base.fact where maison_id = %(maison_id)s and id = %(fact_id)s
        """,
        maison_id=maison_id,
        fact_id=fact_id,
    )
