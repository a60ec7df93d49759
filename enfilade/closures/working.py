"""What the worker does for closures: an act's effects, and each minute a look for what came since."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, many
from enfilade.base.jobs import Jobs
from enfilade.base.messages import Messages
from enfilade.base.tenants import each
from enfilade.closures import effects, letters, parcels
from enfilade.closures.effects import ToDo
from enfilade.closures.kinds import KINDS
from enfilade.closures.lanes import side_by_side

ROUND = "* * * * *"
#: So many effects of a place in one transaction: bookings around it, and its people at these orders, wait that long.
TOGETHER_MAX = 25


def register(jobs: Jobs, db: Db, *, key: bytes, messages: Messages, base_url: str) -> None:
    """Names the work and the round of this room."""

    async def work(maison_id: UUID, ids: dict[str, UUID]) -> None:
        await carry_out(db, maison_id=maison_id, act_id=ids["act_id"], now=datetime.now(UTC))

    async def round_(now: datetime) -> None:
        await each(db, lambda maison_id: go_round(db, maison_id=maison_id, now=now))

    async def mail_closed(maison_id: UUID, ids: dict[str, UUID]) -> None:
        async with db.acting(Actor.job(), maison_id) as conn:
            written = await letters.closed_letter(
                conn, maison_id=maison_id, key=key, base_url=base_url, now=datetime.now(UTC), **ids
            )
        if written is not None:
            await messages.send(written)

    async def mail_welcome(maison_id: UUID, ids: dict[str, UUID]) -> None:
        async with db.acting(Actor.job(), maison_id) as conn:
            written = await letters.welcome_letter(
                conn, maison_id=maison_id, key=key, base_url=base_url, now=datetime.now(UTC), **ids
            )
        if written is not None:
            await messages.send(written)

    jobs.add("closures.carry_out", work)
    jobs.add("closures.mail_closed", mail_closed)
    jobs.add("closures.mail_welcome", mail_welcome)
    jobs.every(ROUND, "closures.round", round_)


@dataclass(frozen=True, slots=True)
class _InForce:
    act_id: UUID
    location_ids: list[UUID]


async def go_round(db: Db, *, maison_id: UUID, now: datetime) -> int:
    """Ends what is over, looks for what came since, goes on with what is to do. A maison without acts costs one read."""
    async with db.acting(Actor.job(), maison_id) as conn:
        found = await _in_force(conn, maison_id, now)
    done = 0
    for act in found:
        if act.location_ids:
            await db.run(Actor.job(), maison_id, lambda conn, act=act: _end(conn, maison_id, act, now))
        done += await carry_out(db, maison_id=maison_id, act_id=act.act_id, now=now)
    return done


async def _in_force(conn: Conn, maison_id: UUID, now: datetime) -> list[_InForce]:
    """Acts with a place that is not over, or with something to do; with each the places whose time has passed."""
    return await many(
        conn,
        _InForce,
        """
        select p.act_id, coalesce(array_agg(p.location_id order by p.location_id)
          filter (where p.over_at is null and p.ends_at <= %(now)s), '{}') as location_ids
        from closures.place p
        where p.maison_id = %(maison_id)s and (p.over_at is null or exists (select 1 from closures.effect e
          where e.maison_id = p.maison_id and e.act_id = p.act_id and e.location_id = p.location_id and e.state = 'to_do'))
        group by p.act_id order by p.act_id
        """,
        maison_id=maison_id,
        now=now,
    )


async def _end(conn: Conn, maison_id: UUID, act: _InForce, now: datetime) -> int:
    ended = await many(
        conn,
        _Ended,
        """
        update closures.place set over_at = %(now)s
        where maison_id = %(maison_id)s and act_id = %(act_id)s and location_id = any(%(locations)s::uuid[])
          and over_at is null and ends_at <= %(now)s
        returning location_id
        """,
        maison_id=maison_id,
        act_id=act.act_id,
        locations=act.location_ids,
        now=now,
    )
    return await effects.undo(
        conn,
        maison_id=maison_id,
        act_id=act.act_id,
        location_ids=[one.location_id for one in ended],
        why="over",
        now=now,
    )


@dataclass(frozen=True, slots=True)
class _Ended:
    location_id: UUID


async def carry_out(db: Db, *, maison_id: UUID, act_id: UUID, now: datetime) -> int:
    """Finds what the act touches by now and does what is to do, each effect once; returns how many ended.

    One that fails stays to do and keeps none waiting. Two at once, or one that is killed and begins again, do what is left.
    """

    async def look(conn: Conn) -> list[ToDo]:
        await effects.find(conn, maison_id=maison_id, act_id=act_id, known_kinds=KINDS, now=now)
        return await effects.to_do(conn, maison_id=maison_id, act_id=act_id)

    wanted = await db.run(Actor.job(), maison_id, look)
    ended = 0
    for kind in KINDS:
        own = [one for one in wanted if one.kind == kind.name]
        if kind.do is None:
            closed = {one.location_id for one in own}
            ended += await parcels.move(db, maison_id=maison_id, wanted=own, closed=closed, now=now)
            continue
        came = await side_by_side(
            lambda some, do=kind.do: effects.carry_out(db, maison_id, do, some, now), _together(own)
        )
        ended += sum(map(len, came))
    return ended


def _together(wanted: list[ToDo]) -> Iterator[list[ToDo]]:
    """Those of one place, TOGETHER_MAX at a time."""
    for place in dict.fromkeys(one.location_id for one in wanted):
        own = [one for one in wanted if one.location_id == place]
        for first in range(0, len(own), TOGETHER_MAX):
            yield own[first : first + TOGETHER_MAX]
