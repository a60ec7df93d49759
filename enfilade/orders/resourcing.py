"""Re-sourcing: a line that lost its place finds another location, or, after the last attempt, is cancelled and repaid.

What to do is decided by plain functions; the verb fetches, decides, saves.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from enfilade.base import facts, jobs
from enfilade.base.db import Conn, execute, many, maybe, one, scalar
from enfilade.base.ids import new_id
from enfilade.orders import fulfilment, settlement
from enfilade.orders.events import FulfilmentAsked, LineCancelled, LineResourced
from enfilade.orders.sourcing.costs import Candidate, Need
from enfilade.orders.sourcing.costs import Place as Having
from enfilade.orders.sourcing.rules import decide
from enfilade.stock import allocations
from enfilade.stock.allocations import LineDemand
from enfilade.stock.holds import Method

ROUNDS_MAX = 3
EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Lost:
    """A line without a place. `rejected_at`: the locations that could not give it."""

    id: UUID
    variant_id: UUID
    quantity: int
    attempts: int
    total_minor: int
    rejected_at: list[UUID]


@dataclass(frozen=True, slots=True)
class Place:
    """A variant at a location that may promise it; `left` is bounded, see availability."""

    location_id: UUID
    variant_id: UUID
    left: int
    kind: str
    country: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the client chose to collect, or what was nearest to them."""

    country: str
    latitude: float
    longitude: float


def distance_km(origin: Origin, place: Place) -> float:
    """Along the surface (haversine)."""
    here, there = math.radians(origin.latitude), math.radians(place.latitude)
    along = math.radians(place.longitude - origin.longitude)
    half = math.sin((there - here) / 2) ** 2 + math.cos(here) * math.cos(there) * math.sin(along / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


def candidates(lost: list[Lost], places: list[Place], origin: Origin, method: Method) -> list[Candidate]:
    """The locations that may take a line: none that rejected it, and for collection boutiques of the same country."""
    rejected = {line.variant_id: set(line.rejected_at) for line in lost}
    stock: dict[UUID, dict[UUID, int]] = {}
    far: dict[UUID, float] = {}
    for place in places:
        distance = distance_km(origin, place)
        reachable = place.kind == "boutique" and place.country == origin.country
        if place.location_id in rejected[place.variant_id] or (method != "ship" and not reachable):
            continue
        stock.setdefault(place.location_id, {})[place.variant_id] = place.left
        far[place.location_id] = distance
    return [Candidate(Having(location, left), far[location]) for location, left in sorted(stock.items())]


@dataclass(frozen=True, slots=True)
class _Order:
    state: str
    method: Method
    payment_id: UUID | None
    currency: str
    attempts_max: int
    sla_minutes: int


async def resource(conn: Conn, *, maison_id: UUID, order_id: UUID, now: datetime) -> None:
    """Finds a place for every unsourced line of the order, or cancels it. Repeated, it finds nothing to do."""
    order = await _locked(conn, maison_id, order_id)
    if order is None or order.state != "placed":
        return
    lost = await _lost(conn, maison_id, order_id)
    again = [line for line in lost if line.attempts < order.attempts_max]
    hopeless = [line for line in lost if line.attempts >= order.attempts_max]
    if again:
        origin = await _origin(conn, maison_id, order_id)
        for _ in range(ROUNDS_MAX):
            options = candidates(
                again, await _places(conn, maison_id, again, order.method), origin, order.method
            )
            placed = decide([Need(line.variant_id, line.quantity) for line in again], options)
            hopeless += [line for line in again if line.variant_id not in placed]
            again = [line for line in again if line.variant_id in placed]
            if not again:
                break
            found = await _move(conn, maison_id, order_id, order, again, placed, now)
            # Somebody was faster at the rest: look again, the stock we read has changed.
            again = [line for line in again if line.id not in found]
            if not again:
                break
    if again:
        job = jobs.Job("orders.resource", {"order_id": order_id}, now + timedelta(minutes=1))
        await jobs.defer(conn, maison_id=maison_id, jobs=[job])
    if hopeless:
        await _cancel(conn, maison_id, order_id, order, hopeless, now)


async def _locked(conn: Conn, maison_id: UUID, order_id: UUID) -> _Order | None:
    return await maybe(
        conn,
        _Order,
        """
        select o.state, o.method, o.payment_id, o.currency, t.sourcing_attempts_max as attempts_max,
          t.pick_sla_minutes as sla_minutes
        from orders.order o join maisons.policy t on t.maison_id = o.maison_id
        where o.maison_id = %(maison_id)s and o.id = %(order_id)s
        for no key update of o
        """,
        maison_id=maison_id,
        order_id=order_id,
    )


async def _lost(conn: Conn, maison_id: UUID, order_id: UUID) -> list[Lost]:
    return await many(
        conn,
        Lost,
        """
        select l.id, l.variant_id, l.quantity, l.attempts, l.total_minor,
          array(select distinct r.location_id from orders.rejection r
            where r.maison_id = l.maison_id and r.order_line_id = l.id) as rejected_at
        from orders.order_line l
        where l.maison_id = %(maison_id)s and l.order_id = %(order_id)s and l.state = 'unsourced'
        order by l.id
        """,
        maison_id=maison_id,
        order_id=order_id,
    )


async def _origin(conn: Conn, maison_id: UUID, order_id: UUID) -> Origin:
    return await one(
        conn,
        Origin,
        """
        select l.country, l.latitude, l.longitude
        from orders.fulfilment f
        join boutiques.location l on l.maison_id = f.maison_id and l.id = f.location_id
        where f.maison_id = %(maison_id)s and f.order_id = %(order_id)s
        order by f.attempt, f.asked_at, f.id limit 1
        """,
        maison_id=maison_id,
        order_id=order_id,
    )


async def _places(conn: Conn, maison_id: UUID, lost: list[Lost], method: Method) -> list[Place]:
    return await many(
        conn,
        Place,
        """
        select a.location_id, a.variant_id, case %(method)s::text when 'collect' then a.collect
          when 'reserve' then a.reserve else a.ship end as left, b.kind, b.country, b.latitude, b.longitude
        from public_facts.availability a join public_facts.boutique b on b.id = a.location_id
        where a.maison_id = %(maison_id)s and a.variant_id = any(%(variants)s::uuid[])
          and case %(method)s::text when 'collect' then a.collect when 'reserve' then a.reserve else a.ship end > 0
        """,
        maison_id=maison_id,
        variants=[line.variant_id for line in lost],
        method=method,
    )


async def _move(
    conn: Conn,
    maison_id: UUID,
    order_id: UUID,
    order: _Order,
    lines: list[Lost],
    placed: dict[UUID, UUID],
    now: datetime,
) -> set[UUID]:
    demands = [LineDemand(line.id, placed[line.variant_id], line.variant_id, line.quantity) for line in lines]
    found = await allocations.move(conn, maison_id=maison_id, demands=demands, method=order.method, now=now)
    news: list[facts.Fact] = []
    for location_id in sorted({demand.location_id for demand in demands if demand.order_line_id in found}):
        here = [line for line in lines if line.id in found and placed[line.variant_id] == location_id]
        attempt = max(line.attempts for line in here) + 1
        due = await fulfilment.pick_by(conn, location_id=location_id, minutes=order.sla_minutes, now=now)
        fulfilment_id = await _asked(conn, maison_id, order_id, order, location_id, attempt, due, now)
        await execute(
            conn,
            """
            update orders.order_line set state = 'sourced', fulfilment_id = %(fulfilment_id)s,
              attempts = attempts + 1, credited_location_id = %(location_id)s, credited_staff_id = null
            where maison_id = %(maison_id)s and id = any(%(lines)s::uuid[]) and state = 'unsourced'
            """,
            maison_id=maison_id,
            fulfilment_id=fulfilment_id,
            location_id=location_id,
            lines=[line.id for line in here],
        )
        news.append(FulfilmentAsked(fulfilment_id, order_id, location_id))
        news += [LineResourced(line.id, order_id, location_id, line.attempts + 1) for line in here]
        if order.method != "ship":
            job = jobs.Job("orders.mail_moved", {"fulfilment_id": fulfilment_id})
            await jobs.defer(conn, maison_id=maison_id, jobs=[job])
    await facts.record(conn, maison_id=maison_id, now=now, facts=news)
    return found


async def _asked(
    conn: Conn,
    maison_id: UUID,
    order_id: UUID,
    order: _Order,
    location_id: UUID,
    attempt: int,
    due: datetime,
    now: datetime,
) -> UUID:
    """The location's open work for this order, with more time, or new work: one visit, one code."""
    known: UUID | None = await scalar(
        conn,
        """
        update orders.fulfilment set pick_by = greatest(pick_by, %(due)s), warned_at = null, version = version + 1
        where maison_id = %(maison_id)s and id = (select f.id from orders.fulfilment f
          where f.maison_id = %(maison_id)s and f.order_id = %(order_id)s and f.location_id = %(location_id)s
            and f.state in ('asked', 'accepted') order by f.id limit 1)
        returning id
        """,
        maison_id=maison_id,
        order_id=order_id,
        location_id=location_id,
        due=due,
    )
    if known is not None:
        return known
    fulfilment_id = new_id(now)
    await execute(
        conn,
        """
        insert into orders.fulfilment
          (maison_id, id, order_id, location_id, method, state, attempt, asked_at, pick_by)
        values (%(maison_id)s, %(id)s, %(order_id)s, %(location_id)s, %(method)s, 'asked', %(attempt)s, %(now)s,
          %(due)s)
        """,
        maison_id=maison_id,
        id=fulfilment_id,
        order_id=order_id,
        location_id=location_id,
        method=order.method,
        attempt=attempt,
        now=now,
        due=due,
    )
    return fulfilment_id


async def _cancel(
    conn: Conn, maison_id: UUID, order_id: UUID, order: _Order, lines: list[Lost], now: datetime
) -> None:
    await execute(
        conn,
        """
        update orders.order_line set state = 'cancelled'
        where maison_id = %(maison_id)s and id = any(%(lines)s::uuid[]) and state = 'unsourced'
        """,
        maison_id=maison_id,
        lines=[line.id for line in lines],
    )
    news: list[facts.Fact] = [
        LineCancelled(line.id, order_id, "unsourced", line.total_minor, order.currency) for line in lines
    ]
    await facts.record(conn, maison_id=maison_id, now=now, facts=news)
    amounts = {line.id: line.total_minor for line in lines}
    await settlement.give_back(
        conn, maison_id=maison_id, payment_id=order.payment_id, amounts=amounts, now=now
    )
    await fulfilment.close_if_done(conn, maison_id=maison_id, order_id=order_id, now=now)
    await settlement.let_go_of_the_rest(conn, maison_id=maison_id, order_id=order_id, now=now)
    job = jobs.Job("orders.mail_cancelled", {"order_id": order_id, "event_id": new_id(now)})
    await jobs.defer(conn, maison_id=maison_id, jobs=[job])
