"""In which order a store shows the windows of its maisons, market by market and day by day; see docs/algorithms/windows.md.

Nothing is asked but who stood where before, and who will not stand beside whom: there is no place to buy.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from itertools import takewhile
from typing import Any
from uuid import UUID

import msgspec

from enfilade.base.db import Conn, execute, many
from enfilade.base.jobs import Jobs

#: How many windows a store shows.
PLACES = 7
#: Who has not stood for longer than this is as if it never had.
REMEMBERED_DAYS = 400
ROUND = "*/10 * * * *"


@dataclass(frozen=True, slots=True)
class Guest:
    """A maison that may stand in the window row: the last day it stood first, and the last day it stood anywhere."""

    maison_id: UUID
    first_on: date | None = None
    shown_on: date | None = None


@dataclass(frozen=True, slots=True)
class _Stand:
    """A market of a store: who may stand, who stands already, who stands beside whom unwillingly."""

    store_id: UUID
    market: str
    guests: list[Any]
    standing: list[UUID]
    apart: list[list[UUID]]


def arranged(
    guests: Sequence[Guest],
    apart: Collection[frozenset[UUID]],
    *,
    day: date,
    places: int = PLACES,
    standing: Sequence[UUID] = (),
) -> list[UUID]:
    """The maisons from the first place on.

    First stands who has not stood first for the longest, or never; then, place by place, who has not stood anywhere for the
    longest and may stand beside the last one. Equals take turns by a hash of day and maison. Who stands already that day
    (`standing`) keeps the place as far as it is still a guest and may stand beside the one before.
    """
    there = {guest.maison_id for guest in guests}
    row: list[UUID] = []

    def stands(maison_id: UUID) -> bool:
        """Takes the next place, where it may stand there."""
        if maison_id in row or (row and frozenset((row[-1], maison_id)) in apart):
            return False
        row.append(maison_id)
        return True

    for maison_id in standing[:places]:
        if maison_id in there:
            stands(maison_id)
    if guests and not row:
        stands(min(guests, key=lambda one: _since(one.first_on, one.shown_on, one, day)).maison_id)
    waiting = sorted(guests, key=lambda one: _since(one.shown_on, one.first_on, one, day))
    while len(row) < places and any(stands(one.maison_id) for one in waiting):
        pass
    return row


def _since(first: date | None, then: date | None, guest: Guest, day: date) -> tuple[date, date, bytes]:
    turn = sha256(day.isoformat().encode() + guest.maison_id.bytes).digest()
    return first or date.min, then or date.min, turn


async def arrange(conn: Conn, *, maison_id: UUID, day: date, seen: bool = True) -> int:
    """Arranges the windows of the maison's stores of many maisons for a day; how many rows of windows changed. Repeatable.

    What stands that day already stays where it may: a maison that left, or that another will not stand beside any more, goes,
    and it is remembered that it stood. A day that nobody has `seen` is arranged from the beginning.
    """
    await execute(
        conn,
        "select pg_advisory_xact_lock(hashtextextended('windows:' || %(maison_id)s::text, 0))",
        maison_id=maison_id,
    )
    changed = 0
    for stand in await _stands(conn, maison_id, day):
        standing = stand.standing if seen else []
        row = arranged(
            msgspec.convert(stand.guests, list[Guest]),
            {frozenset(pair) for pair in stand.apart},
            day=day,
            standing=standing,
        )
        if row != stand.standing:
            if not seen:
                await _forget(conn, stand, day)
            # Whoever still stands in the same order keeps its place.
            left = iter(standing)
            kept = list(takewhile(lambda one, left=left: one in left, row))
            # Who moves up because another went keeps its own turn: nobody can be made to spend it.
            first = row[0] if row and not kept else None
            await _put(conn, maison_id, stand, day, row, come=row[len(kept) :], first=first)
            changed += 1
    return changed


async def _stands(conn: Conn, maison_id: UUID, day: date) -> list[_Stand]:
    return await many(
        conn,
        _Stand,
        """
        with guest as materialized (
          -- A maison with something to sell in the market is a guest there; the store itself is the host.
          select s.id as store_id, k.code as market, g.maison_id
          from public_facts.store s
          join public_facts.store_maison g on g.store_id = s.id and g.maison_id <> s.maison_id
          join public_facts.market k on k.maison_id = g.maison_id
          where s.maison_id = %(maison_id)s and s.multi_brand and exists (
            select 1 from public_facts.product p join public_facts.variant v on v.product_id = p.id
            join public_facts.price c on c.variant_id = v.id and c.market = k.code
            where p.maison_id = g.maison_id)),
        stood as materialized (
          select a.store_id, a.market, a.shown_maison_id as maison_id, max(a.day) filter (where a.first) as first_on,
            max(a.day) as shown_on
          from public_facts.arrangement a
          where a.maison_id = %(maison_id)s and a.day < %(day)s and a.day >= %(since)s
          group by a.store_id, a.market, a.shown_maison_id),
        today as materialized (
          select a.store_id, a.market, a.shown_maison_id, a.place from public_facts.arrangement a
          where a.maison_id = %(maison_id)s and a.day = %(day)s and not a.gone)
        select m.store_id, m.market,
          coalesce((select jsonb_agg(jsonb_build_object('maison_id', g.maison_id, 'first_on', t.first_on, 'shown_on', t.shown_on)
              order by g.maison_id)
            from guest g left join stood t using (store_id, market, maison_id)
            where g.store_id = m.store_id and g.market = m.market), '[]') as guests,
          coalesce((select array_agg(a.shown_maison_id order by a.place) from today a
            where a.store_id = m.store_id and a.market = m.market), '{}') as standing,
          coalesce((select array_agg(array[a.maison_id, a.other_maison_id]) from editorial.apart a
            join guest g on g.maison_id = a.maison_id and g.store_id = m.store_id and g.market = m.market), '{}') as apart
        from (select store_id, market from guest union select store_id, market from today) m
        order by m.store_id, m.market
        """,
        maison_id=maison_id,
        day=day,
        since=day - timedelta(days=REMEMBERED_DAYS),
    )


async def _forget(conn: Conn, stand: _Stand, day: date) -> None:
    await execute(
        conn,
        "delete from public_facts.arrangement where store_id = %(store_id)s and market = %(market)s and day = %(day)s",
        store_id=stand.store_id,
        market=stand.market,
        day=day,
    )


async def _put(
    conn: Conn,
    maison_id: UUID,
    stand: _Stand,
    day: date,
    row: list[UUID],
    *,
    come: list[UUID],
    first: UUID | None,
) -> None:
    """Who stands keeps its place, those who `come` are placed after all there were, who goes is `gone`."""
    await execute(
        conn,
        """
        update public_facts.arrangement set gone = not shown_maison_id = any(%(row)s::uuid[])
        where store_id = %(store_id)s and market = %(market)s and day = %(day)s
        """,
        store_id=stand.store_id,
        market=stand.market,
        day=day,
        row=row,
    )
    await execute(
        conn,
        """
        insert into public_facts.arrangement as kept (maison_id, store_id, market, day, place, shown_maison_id, first)
        select %(maison_id)s, %(store_id)s, %(market)s, %(day)s, r.place + coalesce((select max(a.place)
            from public_facts.arrangement a
            where a.store_id = %(store_id)s and a.market = %(market)s and a.day = %(day)s), 0), r.id,
          r.id is not distinct from %(first)s::uuid
        from unnest(%(come)s::uuid[]) with ordinality as r(id, place)
        on conflict on constraint one_place_a_day do update set place = excluded.place, gone = false,
          first = kept.first or excluded.first
        """,
        maison_id=maison_id,
        store_id=stand.store_id,
        market=stand.market,
        day=day,
        come=come,
        first=first,
    )


def register(jobs: Jobs) -> None:
    """Today and tomorrow, so that a day begins arranged whatever the worker is doing at midnight."""

    async def two_days(conn: Conn, *, maison_id: UUID, now: datetime) -> None:
        today = now.date()
        await arrange(conn, maison_id=maison_id, day=today)
        await arrange(conn, maison_id=maison_id, day=today + timedelta(days=1), seen=False)

    jobs.at_each(ROUND, "arrange_windows", two_days)
