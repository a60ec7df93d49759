"""An endpoint's turn in the database: taken by one process, what is due, and what became of each try."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from enfilade.base.db import Conn, execute, many, maybe
from enfilade.channels.webhooks.tries import (
    AWAY_MAX,
    ENDPOINT_ASKS_MAX,
    MESSAGE_ASKS_MAX,
    Outcome,
    next_pause,
    rest,
)

#: How long a process keeps an endpoint without a word.
TAKEN_FOR = timedelta(seconds=60)
#: At eight at once and ten seconds each, the longest batch ends before the turn does.
BATCH = 40


@dataclass(frozen=True, slots=True)
class Turn:
    """An endpoint that this process serves. `secrets` sign, the one in use first."""

    url: str
    failures: int
    secrets: list[UUID]


@dataclass(frozen=True, slots=True)
class Due:
    """A message to send."""

    id: UUID
    fact_id: UUID | None
    body: str
    tries: int


async def take(conn: Conn, *, maison_id: UUID, endpoint_id: UUID, now: datetime) -> Turn | None:
    """Takes the endpoint's turn for a minute; None: another process has it, it rests, or it is off."""
    return await maybe(
        conn,
        Turn,
        """
        update channels.webhook_progress p set served_until = %(until)s
        from channels.webhook_endpoint e
        where p.maison_id = %(maison_id)s and p.endpoint_id = %(endpoint_id)s and p.region = base.region()
          and e.maison_id = p.maison_id and e.id = p.endpoint_id and e.off = ''
          and p.served_until <= %(now)s and p.rests_until <= %(now)s
        returning e.url, p.failures, array(select s.id from channels.webhook_secret s where s.maison_id = p.maison_id
          and s.endpoint_id = p.endpoint_id and (s.ends_at is null or s.ends_at > %(now)s)
          order by s.ends_at desc nulls first) as secrets
        """,
        maison_id=maison_id,
        endpoint_id=endpoint_id,
        now=now,
        until=now + TAKEN_FOR,
    )


async def due(conn: Conn, *, maison_id: UUID, endpoint_id: UUID, most: int, now: datetime) -> list[Due]:
    """What waits longest, first; nothing for an endpoint that was switched off meanwhile."""
    return await many(
        conn,
        Due,
        """
        select d.id, d.fact_id, d.body, d.tries from channels.webhook_delivery d
        join channels.webhook_endpoint e on e.maison_id = d.maison_id and e.id = d.endpoint_id and e.off = ''
        where d.maison_id = %(maison_id)s and d.endpoint_id = %(endpoint_id)s and d.region = base.region()
          and d.state = 'waiting' and d.due_at <= %(now)s
        order by d.due_at, d.id limit %(most)s
        """,
        maison_id=maison_id,
        endpoint_id=endpoint_id,
        now=now,
        most=most,
    )


async def record(
    conn: Conn,
    *,
    maison_id: UUID,
    endpoint_id: UUID,
    batch: list[Due],
    outcomes: list[Outcome],
    now: datetime,
) -> bool:
    """Writes what became of the tries, and of the endpoint; whether it is worth going on now.

    What `batch` has and `outcomes` has not was not tried. The turn is kept for another minute.
    """
    if not outcomes:
        return False
    known = {message.id: message for message in batch}
    rows = [_row(known[one.delivery_id], one, now) for one in outcomes]
    await execute(
        conn,
        """
        update channels.webhook_delivery d set state = r.state, tries = d.tries + 1, due_at = coalesce(r.due_at, d.due_at),
          tried_at = %(now)s, status = r.status, why = r.why, answer = r.answer
        from (select * from jsonb_to_recordset(%(rows)s::jsonb)
          as r(id uuid, state text, due_at timestamptz, status integer, why text, answer text)) r
        where d.maison_id = %(maison_id)s and d.endpoint_id = %(endpoint_id)s and d.region = base.region() and d.id = r.id
          and d.state = 'waiting'
        """,
        maison_id=maison_id,
        endpoint_id=endpoint_id,
        rows=msgspec.json.encode(rows).decode(),
        now=now,
    )
    return await _met(conn, maison_id, endpoint_id, outcomes, now)


def _row(message: Due, outcome: Outcome, now: datetime) -> dict[str, object]:
    state, at = "waiting", None
    if outcome.meaning == "delivered":
        state = "delivered"
    elif message.fact_id is None or (pause := next_pause(message.tries + 1, message.id)) is None:
        # A test tells who asked for it what happened, and is not tried again.
        state = "dead"
    else:
        at = now + max(pause, min(outcome.wait, MESSAGE_ASKS_MAX))
    return {
        "id": str(outcome.delivery_id),
        "state": state,
        "due_at": at.isoformat() if at else None,
        "status": outcome.status,
        "why": outcome.why,
        "answer": outcome.answer,
    }


@dataclass(frozen=True, slots=True)
class _Met:
    failures: int
    away_since: datetime | None


async def _met(
    conn: Conn, maison_id: UUID, endpoint_id: UUID, outcomes: list[Outcome], now: datetime
) -> bool:
    """The endpoint after its tries: there, away, or gone."""
    meanings = {one.meaning for one in outcomes}
    if "gone" in meanings:
        await switch_off(conn, maison_id=maison_id, endpoint_id=endpoint_id, why="gone", now=now)
        return False
    away = "away" in meanings and not meanings & {"delivered", "there"}
    asked = max((one.wait for one in outcomes if one.meaning == "away"), default=timedelta())
    found = await maybe(
        conn,
        _Met,
        """
        select failures, away_since from channels.webhook_progress
        where maison_id = %(maison_id)s and endpoint_id = %(endpoint_id)s and region = base.region() for update
        """,
        maison_id=maison_id,
        endpoint_id=endpoint_id,
    )
    if found is None:
        return False
    failures = found.failures + 1 if away else 0
    since = (found.away_since or now) if away else None
    rests = max(rest(failures) if away else timedelta(), min(asked, ENDPOINT_ASKS_MAX))
    await execute(
        conn,
        """
        update channels.webhook_progress set failures = %(failures)s, away_since = %(since)s, served_until = %(until)s,
          rests_until = case when %(rests)s then %(rests_until)s else rests_until end
        where maison_id = %(maison_id)s and endpoint_id = %(endpoint_id)s and region = base.region()
        """,
        maison_id=maison_id,
        endpoint_id=endpoint_id,
        failures=failures,
        since=since,
        until=now + TAKEN_FOR,
        rests=bool(rests),
        rests_until=now + rests,
    )
    if since is not None and now - since > AWAY_MAX:
        await switch_off(conn, maison_id=maison_id, endpoint_id=endpoint_id, why="away", now=now)
    return not rests


async def switch_off(conn: Conn, *, maison_id: UUID, endpoint_id: UUID, why: str, now: datetime) -> None:
    """Nobody's doing but the receiver's; an endpoint that a person paused stays as it is."""
    await execute(
        conn,
        """
        update channels.webhook_endpoint set off = %(why)s, changed_at = %(now)s, changed_by = null
        where maison_id = %(maison_id)s and id = %(endpoint_id)s and off = ''
        """,
        maison_id=maison_id,
        endpoint_id=endpoint_id,
        why=why,
        now=now,
    )


async def give_back(conn: Conn, *, maison_id: UUID, endpoint_id: UUID, now: datetime) -> None:
    """The turn is over: whoever comes next need not wait."""
    await execute(
        conn,
        """
        update channels.webhook_progress set served_until = %(now)s
        where maison_id = %(maison_id)s and endpoint_id = %(endpoint_id)s and region = base.region()
        """,
        maison_id=maison_id,
        endpoint_id=endpoint_id,
        now=now,
    )
