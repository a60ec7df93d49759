"""Collections at a place that closes: what is ready is kept longer, what is to be prepared waits, and the client is told once."""

from datetime import datetime
from uuid import UUID

from enfilade.base import jobs
from enfilade.base.db import Conn, many, scalar
from enfilade.closures.effects import DONE, Doing, Found, Kind, Outcome
from enfilade.orders import closing


async def _ready(conn: Conn, *, maison_id: UUID, act_id: UUID, now: datetime) -> list[Found]:
    return await many(
        conn,
        Found,
        """
        select f.location_id, f.id as subject_id
        from closures.act a
        join closures.place p on p.maison_id = a.maison_id and p.act_id = a.id and p.over_at is null
        join orders.fulfilment f on f.maison_id = p.maison_id and f.location_id = p.location_id and f.state = 'ready'
          and f.method = any(a.stops) and f.collect_by > p.starts_at
        where a.maison_id = %(maison_id)s and a.id = %(act_id)s and not exists (select 1 from closures.effect e
          where e.maison_id = a.maison_id and e.act_id = a.id and e.kind = 'extend' and e.subject_id = f.id)
        order by f.id
        """,
        maison_id=maison_id,
        act_id=act_id,
    )


async def _preparing(conn: Conn, *, maison_id: UUID, act_id: UUID, now: datetime) -> list[Found]:
    return await many(
        conn,
        Found,
        """
        select f.location_id, f.id as subject_id
        from closures.act a
        join closures.place p on p.maison_id = a.maison_id and p.act_id = a.id and p.over_at is null and p.starts_at <= %(now)s
        join orders.fulfilment f on f.maison_id = p.maison_id and f.location_id = p.location_id
          and f.state in ('awaited', 'asked', 'accepted') and f.method = any(a.stops) and f.method <> 'ship'
        where a.maison_id = %(maison_id)s and a.id = %(act_id)s and not exists (select 1 from closures.effect e
          where e.maison_id = a.maison_id and e.act_id = a.id and e.kind = 'postpone' and e.subject_id = f.id)
        order by f.id
        """,
        maison_id=maison_id,
        act_id=act_id,
        now=now,
    )


async def _welcomed(conn: Conn, *, maison_id: UUID, act_id: UUID, now: datetime) -> list[Found]:
    """Found by reopening alone, in its own transaction."""
    return []


async def told_closed(conn: Conn, *, maison_id: UUID, act_id: UUID, location_ids: list[UUID]) -> list[Found]:
    """Whose clients were told that the place is closed, and whose pieces still wait there."""
    return await many(
        conn,
        Found,
        """
        select e.location_id, e.subject_id from closures.effect e
        join orders.fulfilment f on f.maison_id = e.maison_id and f.id = e.subject_id and f.location_id = e.location_id
        where e.maison_id = %(maison_id)s and e.act_id = %(act_id)s and e.location_id = any(%(locations)s::uuid[])
          and e.kind in ('extend', 'postpone') and e.state in ('done', 'impossible')
          and f.state in ('awaited', 'asked', 'accepted', 'ready')
        order by e.subject_id
        """,
        maison_id=maison_id,
        act_id=act_id,
        locations=location_ids,
    )


async def reopens_at(conn: Conn, *, location_id: UUID, ends_at: datetime | None) -> datetime | None:
    """The first opening after the closure, or its end where no hours are known so far ahead."""
    if ends_at is None:
        return None
    opens: datetime | None = await scalar(
        conn,
        """
        select min(greatest(opens_at, %(ends_at)s)) from public_facts.opening
        where location_id = %(location_id)s and closes_at > %(ends_at)s
        """,
        location_id=location_id,
        ends_at=ends_at,
    )
    return opens or ends_at


async def _extend(conn: Conn, *, maison_id: UUID, doing: list[Doing], now: datetime) -> dict[UUID, Outcome]:
    opens = await reopens_at(conn, location_id=doing[0].location_id, ends_at=doing[0].ends_at)
    kept = await closing.keep_longer(
        conn,
        maison_id=maison_id,
        fulfilment_ids=[one.subject_id for one in doing],
        reopens_at=opens,
        now=now,
    )
    await tell(conn, maison_id=maison_id, effect_ids=[one.id for one in doing if one.subject_id in kept])
    return {
        one.id: Outcome("impossible", "bank") if kept.get(one.subject_id) == "bank" else DONE for one in doing
    }


async def _postpone(conn: Conn, *, maison_id: UUID, doing: list[Doing], now: datetime) -> dict[UUID, Outcome]:
    later = await closing.postpone(
        conn, maison_id=maison_id, fulfilment_ids=[one.subject_id for one in doing], now=now
    )
    await tell(conn, maison_id=maison_id, effect_ids=[one.id for one in doing if one.subject_id in later])
    return {one.id: DONE for one in doing}


async def _welcome(conn: Conn, *, maison_id: UUID, doing: list[Doing], now: datetime) -> dict[UUID, Outcome]:
    subjects = [one.subject_id for one in doing]
    kept = await closing.keep_longer(
        conn, maison_id=maison_id, fulfilment_ids=subjects, reopens_at=now, now=now
    )
    over = [subject for subject in subjects if subject not in kept]
    await closing.postpone(conn, maison_id=maison_id, fulfilment_ids=over, now=now)
    letters = [jobs.Job("closures.mail_welcome", {"effect_id": one.id}) for one in doing]
    await jobs.defer(conn, maison_id=maison_id, jobs=letters)
    return {one.id: DONE for one in doing}


async def tell(conn: Conn, *, maison_id: UUID, effect_ids: list[UUID]) -> None:
    """Defers the clients' letters with the transaction that gives the reason for them."""
    letters = [jobs.Job("closures.mail_closed", {"effect_id": effect_id}) for effect_id in effect_ids]
    if letters:
        await jobs.defer(conn, maison_id=maison_id, jobs=letters)


READY = Kind("extend", _ready, _extend)
PREPARING = Kind("postpone", _preparing, _postpone)
WELCOMED = Kind("welcome", _welcomed, _welcome)
