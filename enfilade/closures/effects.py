"""Effects: one row for each order, collection, transfer and appointment an act touches; found, then done, each once.

A kind is a statement that finds its subjects and a verb that does some of one place, in a transaction that begins with the
locks of the place and of the effects. Whoever reopens the place takes the first of them.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import structlog

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, execute, many
from enfilade.base.ids import new_id

log = structlog.get_logger()

State = Literal["to_do", "done", "impossible", "undone"]

#: Why an effect was not done, in the words of who reads the act's page.
WHY = {
    "picked": "picked already: send it before you leave",
    "nowhere": "no other place has it: it waits until this one reopens",
    "bank": "the bank lets the money go before it reopens: the client is told",
    "no place": "no other place of the country is open: it stays as it is",
    "no time": "no other time was found: call the client",
    "soon": "comes within three hours: call, they may be on their way",
    "waits": "it has not left: it is sent after the place reopens",
    "reopened": "the place was reopened first",
    "over": "the closure had ended",
}


@dataclass(frozen=True, slots=True)
class Doing:
    """An effect whose row and place are locked by the transaction that does it."""

    id: UUID
    act_id: UUID
    location_id: UUID
    kind: str
    subject_id: UUID
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """`why` is a key of WHY, '' where it was simply done."""

    state: State
    why: str = ""


DONE = Outcome("done")


@dataclass(frozen=True, slots=True)
class Found:
    """A subject an act touches at a place, not written down yet."""

    location_id: UUID
    subject_id: UUID


Find = Callable[..., Awaitable[list[Found]]]
Do = Callable[..., Awaitable[dict[UUID, Outcome]]]


@dataclass(frozen=True, slots=True)
class Kind:
    """`find(conn, maison_id, act_id, now)` and `do(conn, maison_id, doing, now)`, which does locked effects of one place.

    `do` returns how they came out, by the effect's id; what is not there stays to do. It is None for parcels, which are
    weighed together whatever place they are of.
    """

    name: str
    find: Find
    do: Do | None


async def find(conn: Conn, *, maison_id: UUID, act_id: UUID, known_kinds: list[Kind], now: datetime) -> int:
    """Writes down what the act touches and nobody has written down; returns how much is new."""
    fresh = 0
    for kind in known_kinds:
        found: list[Found] = await kind.find(conn, maison_id=maison_id, act_id=act_id, now=now)
        if found:
            fresh += await write(
                conn, maison_id=maison_id, act_id=act_id, kind=kind.name, found=found, now=now
            )
    return fresh


async def write(
    conn: Conn, *, maison_id: UUID, act_id: UUID, kind: str, found: list[Found], now: datetime
) -> int:
    """Once for each act and subject, however often they are found."""
    return await execute(
        conn,
        """
        insert into closures.effect (maison_id, id, act_id, location_id, kind, subject_id, found_at)
        select %(maison_id)s, f.id, %(act_id)s, f.location_id, %(kind)s, f.subject_id, %(now)s
        from unnest(%(ids)s::uuid[], %(locations)s::uuid[], %(subjects)s::uuid[]) as f(id, location_id, subject_id)
        on conflict on constraint effect_once do nothing
        """,
        maison_id=maison_id,
        act_id=act_id,
        kind=kind,
        ids=[new_id(now) for _ in found],
        locations=[one.location_id for one in found],
        subjects=[one.subject_id for one in found],
        now=now,
    )


async def locked(conn: Conn, *, maison_id: UUID, effect_ids: list[UUID]) -> list[Doing]:
    """Those still to do; until the transaction ends their places are not reopened, and their rows nobody else's.

    The places first, then the rows, both in order.
    """
    return await many(
        conn,
        Doing,
        """
        with wanted as materialized (
          select e.id, e.act_id, e.location_id from closures.effect e
          where e.maison_id = %(maison_id)s and e.id = any(%(ids)s::uuid[])
        ), place as materialized (
          select p.act_id, p.location_id, p.starts_at, p.ends_at from closures.place p
          where p.maison_id = %(maison_id)s and (p.act_id, p.location_id) in (select w.act_id, w.location_id from wanted w)
          order by p.act_id, p.location_id
          for share of p
        )
        select e.id, e.act_id, e.location_id, e.kind, e.subject_id, p.starts_at, p.ends_at
        from wanted w join place p on p.act_id = w.act_id and p.location_id = w.location_id
        join closures.effect e on e.maison_id = %(maison_id)s and e.id = w.id and e.state = 'to_do'
        order by e.id
        for no key update of e
        """,
        maison_id=maison_id,
        ids=effect_ids,
    )


async def end(conn: Conn, *, maison_id: UUID, came: dict[UUID, Outcome], now: datetime) -> None:
    """Writes down how locked effects came out."""
    await execute(
        conn,
        """
        update closures.effect e set state = c.state, why = c.why, ended_at = %(now)s
        from unnest(%(ids)s::uuid[], %(states)s::text[], %(whys)s::text[]) as c(id, state, why)
        where e.maison_id = %(maison_id)s and e.id = c.id and e.state = 'to_do'
        """,
        maison_id=maison_id,
        ids=list(came),
        states=[outcome.state for outcome in came.values()],
        whys=[outcome.why for outcome in came.values()],
        now=now,
    )


async def undo(
    conn: Conn, *, maison_id: UUID, act_id: UUID, location_ids: list[UUID], why: str, now: datetime
) -> int:
    """What is still to do at these places of the act is not done; their rows are locked."""
    return await execute(
        conn,
        """
        update closures.effect set state = 'undone', why = %(why)s, ended_at = %(now)s
        where maison_id = %(maison_id)s and act_id = %(act_id)s and location_id = any(%(locations)s::uuid[])
          and state = 'to_do' and kind not in ('welcome', 'keep')
        """,
        maison_id=maison_id,
        act_id=act_id,
        locations=location_ids,
        why=why,
        now=now,
    )


@dataclass(frozen=True, slots=True)
class ToDo:
    """An effect to do."""

    id: UUID
    kind: str
    location_id: UUID
    subject_id: UUID


async def to_do(conn: Conn, *, maison_id: UUID, act_id: UUID) -> list[ToDo]:
    """What is still to do for the act, the oldest first."""
    return await many(
        conn,
        ToDo,
        """
        select id, kind, location_id, subject_id from closures.effect
        where maison_id = %(maison_id)s and act_id = %(act_id)s and state = 'to_do' order by kind, id
        """,
        maison_id=maison_id,
        act_id=act_id,
    )


async def carry_out(db: Db, maison_id: UUID, do: Do, some: list[ToDo], now: datetime) -> set[UUID]:
    """Does these in one transaction, or, where one of them fails, each by itself; returns which ended."""

    async def verb(conn: Conn) -> set[UUID]:
        doing = await locked(conn, maison_id=maison_id, effect_ids=[one.id for one in some])
        came = await do(conn, maison_id=maison_id, doing=doing, now=now) if doing else {}
        await end(conn, maison_id=maison_id, came=came, now=now)
        return set(came)

    try:
        return await db.run(Actor.job(), maison_id, verb)
    except Exception as error:
        if len(some) > 1:
            return set[UUID]().union(*[await carry_out(db, maison_id, do, [one], now) for one in some])
        log.exception("effect not done", kind=some[0].kind, effect=str(some[0].id), exc_info=error)
        return set()
