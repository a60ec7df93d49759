"""Workshops: a maison's room to engrave and to make, by working day. A claim is one guarded statement, and
expiry is judged when read.

Lock order, after everything of stock: workshops by id, then claims, then their days. docs/algorithms/workshops.md tells it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from enfilade.base.db import Conn, execute, many, maybe, scalar
from enfilade.base.ids import new_id

PIECES_A_DAY_MAX = 1000
DAYS_MAX = 20
WORKSHOPS_MAX = 20
#: How far ahead days are looked at and closed.
AHEAD_DAYS = 21
CLOSED_DAYS_MAX = 92


class NoRoom(Exception):
    """No workshop has room for so many pieces that would be back in time; nothing was claimed."""


class NoSuchWorkshop(Exception):
    """There is none of this id at this maison."""


class WorkshopUnclear(Exception):
    """A workshop needs a name and sensible figures; `field` is the wrong one."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True, slots=True)
class Workshop:
    """`there_days`: working days until a piece is there; `back_days`: from the day of the work until it is back."""

    id: UUID
    name: str
    location_id: UUID | None
    zone: str
    pieces_a_day: int
    there_days: int
    back_days: int
    stopped: bool
    engraves: bool = True


@dataclass(frozen=True, slots=True)
class Day:
    """A day with claims, or closed. `taken` counts what lapsed and was not swept too."""

    workshop_id: UUID
    day: date
    room: int
    taken: int
    closed: bool


async def workshops(conn: Conn, *, maison_id: UUID) -> list[Workshop]:
    """All of the maison, those that engrave first."""
    return await many(
        conn,
        Workshop,
        """
        select id, name, location_id, zone, pieces_a_day, there_days, back_days, stopped_at is not null as stopped,
          engraves
        from boutiques.workshop where maison_id = %(maison_id)s order by stopped_at is not null, name, id
        """,
        maison_id=maison_id,
    )


async def days(conn: Conn, *, maison_id: UUID, since: date) -> list[Day]:
    """What is claimed or closed from `since` on."""
    return await many(
        conn,
        Day,
        """
        select workshop_id, day, room, taken, closed from boutiques.workshop_day
        where maison_id = %(maison_id)s and day >= %(since)s and (taken > 0 or closed) order by day, workshop_id limit 500
        """,
        maison_id=maison_id,
        since=since,
    )


async def set_workshop(conn: Conn, *, maison_id: UUID, workshop: Workshop, now: datetime) -> None:
    """Makes it or changes it. What is promised stays: a day's room never falls below what is taken of it.

    Raises WorkshopUnclear.
    """
    name = " ".join(workshop.name.split())
    if not 1 <= len(name) <= 80:
        raise WorkshopUnclear("name")
    if not 1 <= workshop.pieces_a_day <= PIECES_A_DAY_MAX:
        raise WorkshopUnclear("pieces_a_day")
    for field in ("there_days", "back_days"):
        if not 0 <= getattr(workshop, field) <= DAYS_MAX:
            raise WorkshopUnclear(field)
    others = await scalar(
        conn,
        "select count(*) from boutiques.workshop where maison_id = %(maison_id)s and id <> %(id)s",
        maison_id=maison_id,
        id=workshop.id,
    )
    if others >= WORKSHOPS_MAX:
        raise WorkshopUnclear("name")
    await execute(
        conn,
        """
        insert into boutiques.workshop as w (maison_id, id, name, location_id, zone, pieces_a_day, there_days, back_days,
          stopped_at, changed_at, engraves)
        values (%(maison_id)s, %(id)s, %(name)s, %(location_id)s, %(zone)s, %(pieces_a_day)s, %(there_days)s, %(back_days)s,
          case when %(stopped)s then %(now)s::timestamptz end, %(now)s, %(engraves)s)
        on conflict (maison_id, id, region) do update set name = excluded.name, location_id = excluded.location_id,
          zone = excluded.zone, pieces_a_day = excluded.pieces_a_day, there_days = excluded.there_days,
          back_days = excluded.back_days, stopped_at = case when %(stopped)s then coalesce(w.stopped_at, %(now)s) end,
          changed_at = excluded.changed_at, engraves = excluded.engraves
        """,
        maison_id=maison_id,
        id=workshop.id,
        name=name,
        location_id=workshop.location_id,
        zone=workshop.zone,
        pieces_a_day=workshop.pieces_a_day,
        there_days=workshop.there_days,
        back_days=workshop.back_days,
        stopped=workshop.stopped,
        engraves=workshop.engraves,
        now=now,
    )
    # The workshop's row is locked by now: nobody claims by the old figure after this.
    await execute(
        conn,
        """
        update boutiques.workshop_day set room = greatest(taken, %(room)s)
        where maison_id = %(maison_id)s and workshop_id = %(id)s and day >= %(today)s
        """,
        maison_id=maison_id,
        id=workshop.id,
        room=workshop.pieces_a_day,
        today=now.date(),
    )


async def close(
    conn: Conn, *, maison_id: UUID, workshop_id: UUID, first: date, last: date, closed: bool
) -> int:
    """Closes the days, or opens them again; returns how many pieces are promised on them, which stay promised.

    Raises NoSuchWorkshop, WorkshopUnclear.
    """
    if not 0 <= (last - first).days < CLOSED_DAYS_MAX:
        raise WorkshopUnclear("last")
    room = await scalar(
        conn,
        """
        select pieces_a_day from boutiques.workshop where maison_id = %(maison_id)s and id = %(id)s for no key update
        """,
        maison_id=maison_id,
        id=workshop_id,
    )
    if room is None:
        raise NoSuchWorkshop
    await execute(
        conn,
        """
        insert into boutiques.workshop_day (maison_id, workshop_id, day, room, closed)
        select %(maison_id)s, %(id)s, %(first)s::date + n, %(room)s, %(closed)s
        from generate_series(0, %(last)s::date - %(first)s::date) n
        on conflict (maison_id, workshop_id, day, region) do update set closed = excluded.closed
        """,
        maison_id=maison_id,
        id=workshop_id,
        room=room,
        first=first,
        last=last,
        closed=closed,
    )
    return int(
        await scalar(
            conn,
            """
            select coalesce(sum(taken), 0)::integer from boutiques.workshop_day
            where maison_id = %(maison_id)s and workshop_id = %(id)s and day between %(first)s and %(last)s
            """,
            maison_id=maison_id,
            id=workshop_id,
            first=first,
            last=last,
        )
    )


@dataclass(frozen=True, slots=True)
class _Id:
    id: UUID


@dataclass(frozen=True, slots=True)
class _Free:
    workshop_id: UUID
    day: date


async def lock(conn: Conn, *, maison_id: UUID) -> None:
    """The maison's workshops, by id, until the transaction ends: nobody else claims of them or gives back several days."""
    await many(
        conn,
        _Id,
        """
        select id from boutiques.workshop where maison_id = %(maison_id)s order by id for no key update
        """,
        maison_id=maison_id,
    )


async def lock_and_sweep(conn: Conn, *, maison_id: UUID, now: datetime) -> None:
    """Locks the workshops and gives back what lapsed of their days, engraved or made."""
    await lock(conn, maison_id=maison_id)
    await execute(
        conn,
        """
        with engraved as (
          delete from boutiques.workshop_claim where maison_id = %(maison_id)s and expires_at <= %(now)s
          returning workshop_id, day, pieces
        ), made as (
          delete from boutiques.making_claim where maison_id = %(maison_id)s and expires_at <= %(now)s
          returning workshop_id, day, units
        ), lapsed as (
          select * from engraved union all select * from made
        )
        update boutiques.workshop_day d set taken = d.taken - g.pieces
        from (select workshop_id, day, sum(pieces)::integer as pieces from lapsed group by 1, 2) g
        where d.maison_id = %(maison_id)s and d.workshop_id = g.workshop_id and d.day = g.day
        """,
        maison_id=maison_id,
        now=now,
    )


async def claim(
    conn: Conn,
    *,
    maison_id: UUID,
    holder_id: UUID,
    pieces: int,
    by: date,
    expires_at: datetime | None,
    now: datetime,
) -> None:
    """Room for all `pieces` on one day from which they are back `by` then; what the holder has is not claimed twice.

    The workshops' rows are locked first, so what is read after is true until the transaction ends, and `never_beyond_room` stands
    behind it. Raises NoRoom.
    """
    await lock_and_sweep(conn, maison_id=maison_id, now=now)
    mine = await maybe(
        conn,
        _Id,
        "select id from boutiques.workshop_claim where maison_id = %(maison_id)s and holder_id = %(holder_id)s",
        maison_id=maison_id,
        holder_id=holder_id,
    )
    if mine is not None:
        return
    found = await maybe(
        conn,
        _Free,
        """
        select w.id as workshop_id, t.day from boutiques.workshop w
        cross join lateral (
          select public_facts.working_day((%(now)s::timestamptz at time zone w.zone)::date, greatest(1, w.there_days)) + n as day
          from generate_series(0, %(ahead)s - 1) n) t
        left join boutiques.workshop_day d on d.maison_id = w.maison_id and d.workshop_id = w.id and d.day = t.day
        where w.maison_id = %(maison_id)s and w.stopped_at is null and w.engraves and extract(isodow from t.day) < 6
          and not coalesce(d.closed, false) and coalesce(d.room - d.taken, w.pieces_a_day) >= %(pieces)s
          and public_facts.working_day(t.day, w.back_days) <= %(by)s
        order by public_facts.working_day(t.day, w.back_days), t.day, w.id limit 1
        """,
        maison_id=maison_id,
        pieces=pieces,
        by=by,
        ahead=AHEAD_DAYS,
        now=now,
    )
    if found is None:
        raise NoRoom
    written = await execute(
        conn,
        """
        with counted as (
          insert into boutiques.workshop_day as d (maison_id, workshop_id, day, room, taken)
          select %(maison_id)s, w.id, %(day)s, w.pieces_a_day, %(pieces)s from boutiques.workshop w
          where w.maison_id = %(maison_id)s and w.id = %(workshop_id)s
          on conflict (maison_id, workshop_id, day, region) do update set taken = d.taken + excluded.taken
            where not d.closed and d.taken + excluded.taken <= d.room
          returning d.workshop_id, d.day
        )
        insert into boutiques.workshop_claim (maison_id, id, workshop_id, day, holder_id, pieces, expires_at, claimed_at)
        select %(maison_id)s, %(id)s, c.workshop_id, c.day, %(holder_id)s, %(pieces)s, %(expires_at)s::timestamptz, %(now)s
        from counted c
        """,
        maison_id=maison_id,
        workshop_id=found.workshop_id,
        day=found.day,
        id=new_id(now),
        holder_id=holder_id,
        pieces=pieces,
        expires_at=expires_at,
        now=now,
    )
    if not written:
        raise NoRoom


async def extend(conn: Conn, *, maison_id: UUID, holder_id: UUID, expires_at: datetime) -> None:
    """Lets the holder's claim live until `expires_at` at least."""
    await execute(
        conn,
        """
        update boutiques.workshop_claim set expires_at = greatest(expires_at, %(expires_at)s)
        where maison_id = %(maison_id)s and holder_id = %(holder_id)s and expires_at is not null
        """,
        maison_id=maison_id,
        holder_id=holder_id,
        expires_at=expires_at,
    )


async def keep(
    conn: Conn, *, maison_id: UUID, holder_id: UUID, order_id: UUID, pieces: int, by: date, now: datetime
) -> None:
    """The checkout's claim is its order's from now on; where it lapsed and was swept, it is claimed anew. Raises NoRoom."""
    kept = await execute(
        conn,
        """
        update boutiques.workshop_claim set holder_id = %(order_id)s, expires_at = null
        where maison_id = %(maison_id)s and holder_id = %(holder_id)s
        """,
        maison_id=maison_id,
        holder_id=holder_id,
        order_id=order_id,
    )
    if not kept:
        await claim(
            conn, maison_id=maison_id, holder_id=order_id, pieces=pieces, by=by, expires_at=None, now=now
        )


async def leave(conn: Conn, *, maison_id: UUID, holder_id: UUID, pieces: int) -> None:
    """The holder needs room for so many pieces still, none for 0; what is too much is free again. Repeated, nothing changes."""
    await execute(
        conn,
        """
        with less as (
          update boutiques.workshop_claim set pieces = %(pieces)s
          where maison_id = %(maison_id)s and holder_id = %(holder_id)s and pieces > %(pieces)s and %(pieces)s > 0
          returning workshop_id, day, old.pieces - new.pieces as pieces
        ), gone as (
          delete from boutiques.workshop_claim
          where maison_id = %(maison_id)s and holder_id = %(holder_id)s and %(pieces)s = 0
          returning workshop_id, day, pieces
        )
        update boutiques.workshop_day d set taken = d.taken - l.pieces
        from (select * from less union all select * from gone) l
        where d.maison_id = %(maison_id)s and d.workshop_id = l.workshop_id and d.day = l.day
        """,
        maison_id=maison_id,
        holder_id=holder_id,
        pieces=pieces,
    )
