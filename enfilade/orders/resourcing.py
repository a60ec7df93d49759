"""Re-sourcing: a line that lost its place finds another location, or, after the last attempt, is cancelled and repaid.

What to do is decided by plain functions; the verb fetches, decides, saves.
"""

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import LiteralString
from uuid import UUID

from enfilade.base import facts, jobs
from enfilade.base.db import Conn, execute, many, maybe, one, scalar
from enfilade.base.ids import new_id
from enfilade.base.money import Money
from enfilade.orders import brought_again, ending, fulfilment, parting
from enfilade.orders.events import FulfilmentAsked, LineResourced
from enfilade.orders.reference_rates import in_currency
from enfilade.orders.sourcing.costs import Candidate, Need, Selling
from enfilade.orders.sourcing.costs import Place as Having
from enfilade.orders.sourcing.rules import CLIENT, PARTED, TOGETHER, Decided, decided
from enfilade.orders.sourcing_terms import PACE_DAYS, Sourcing, sourcing_of
from enfilade.stock import allocations
from enfilade.stock.allocations import LineDemand
from enfilade.stock.holds import Method

ROUNDS_MAX = 3
EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Lost:
    """A line without a place. `rejected_at`: the locations that could not give it; `brought`: it was to come from elsewhere."""

    id: UUID
    variant_id: UUID
    quantity: int
    attempts: int
    total_minor: int
    rejected_at: list[UUID]
    unit_price_minor: int = 0
    brought: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A variant at a location that may promise it; `left` is bounded, see availability. The rest as sourcing weighs it."""

    location_id: UUID
    variant_id: UUID
    left: int
    kind: str
    country: str
    latitude: float
    longitude: float
    abroad: bool = False
    over_customs: bool = False
    sold_90d: int = 0
    spare: int | None = None


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


def candidates(
    lost: list[Lost],
    places: list[Place],
    origin: Origin,
    method: Method,
    sourcing: Sourcing | None = None,
    currency: str = "EUR",
) -> list[Candidate]:
    """The locations that may take a line: none that rejected it, and for collection boutiques of the same country.

    `currency`: of the lines' prices.
    """
    rejected = {line.variant_id: set(line.rejected_at) for line in lost}
    counted = (sourcing or Sourcing()).currency
    price = {
        line.variant_id: in_currency(Money(line.unit_price_minor, currency), counted).minor for line in lost
    }
    stock: dict[UUID, dict[UUID, int]] = {}
    selling: dict[UUID, dict[UUID, Selling]] = {}
    at: dict[UUID, Place] = {}
    for place in places:
        reachable = place.kind == "boutique" and place.country == origin.country
        if place.location_id in rejected[place.variant_id] or (method != "ship" and not reachable):
            continue
        stock.setdefault(place.location_id, {})[place.variant_id] = place.left
        if place.sold_90d:
            sells = Selling(place.sold_90d / PACE_DAYS, price[place.variant_id])
            selling.setdefault(place.location_id, {})[place.variant_id] = sells
        at[place.location_id] = place
    return [
        Candidate(
            Having(location, left, at[location].kind, selling.get(location, {}), at[location].spare),
            distance_km(origin, at[location]),
            at[location].abroad,
            over_customs=at[location].over_customs,
        )
        for location, left in sorted(stock.items())
    ]


@dataclass(frozen=True, slots=True)
class Order:
    """What sourcing needs to know of an order. `country`: where its parcel goes."""

    state: str
    method: Method
    payment_id: UUID | None
    currency: str
    market: str
    attempts_max: int
    sla_minutes: int
    country: str | None = None


async def resource(conn: Conn, *, maison_id: UUID, order_id: UUID, now: datetime) -> None:
    """Finds a place for every unsourced line of the order, or cancels it. Repeated, it finds nothing to do."""
    order = await _locked(conn, maison_id, order_id)
    if order is None or order.state != "placed":
        return
    lost = await lost_of(conn, maison_id=maison_id, order_id=order_id)
    again = [line for line in lost if line.attempts < order.attempts_max]
    hopeless = [line for line in lost if line.attempts >= order.attempts_max]
    if again:
        origin = await origin_of(conn, maison_id=maison_id, order_id=order_id)
        sourcing = await sourcing_of(conn, maison_id=maison_id)
        again = await _brought(conn, maison_id, order_id, order, again, sourcing, now)
        for _ in range(ROUNDS_MAX if again else 0):
            # Two parts of one line look one after the other: each has places of its own that could not give it.
            looking = list({line.variant_id: line for line in reversed(again)}.values())
            later = [line for line in again if line not in looking]
            places = await places_of(conn, maison_id=maison_id, lost=looking, order=order)
            having = candidates(looking, places, origin, order.method, sourcing, order.currency)
            placed = decided(
                [Need(line.variant_id, line.quantity) for line in looking],
                having,
                rules=sourcing.rules,
                terms=sourcing.terms,
            )
            fitting = [line for line in looking if line.variant_id in placed]
            for line in looking:
                most = (
                    0
                    if line in fitting
                    else max((one.place.stock.get(line.variant_id, 0) for one in having), default=0)
                )
                if line in fitting or not most:
                    hopeless += [] if line in fitting else [line]
                    continue
                # No place has all of it: the one with most takes what it has, the rest looks on.
                assert most < line.quantity, "a place with all of it would have been found"
                part_id = await parting.part(
                    conn, maison_id=maison_id, line_id=line.id, pieces=most, by_id=None, now=now
                )
                assert part_id is not None, "it is looking for a place, and the order is locked"
                at = next(one.location_id for one in having if one.place.stock.get(line.variant_id) == most)
                fitting.append(replace(line, id=part_id, quantity=most))
                placed[line.variant_id] = Decided(at, PARTED)
                later.append(await _again(conn, maison_id, line.id, line))
            found = (
                await _move(conn, maison_id, order_id, order, fitting, placed, now)
                if fitting
                else set[UUID]()
            )
            # Somebody was faster at the rest: look again, the stock we read has changed.
            again = [line for line in fitting if line.id not in found] + later
            if not again:
                break
    if again:
        job = jobs.Job("orders.resource", {"order_id": order_id}, now + timedelta(minutes=1))
        await jobs.defer(conn, maison_id=maison_id, jobs=[job])
    if hopeless:
        await _cancel(conn, maison_id, order_id, order, hopeless, now)


async def _again(conn: Conn, maison_id: UUID, line_id: UUID, before: Lost) -> Lost:
    """What is left of a line that was parted."""
    rest = await one(
        conn,
        _Rest,
        """
        select quantity, total_minor + duty_minor as total_minor from orders.order_line
        where maison_id = %(maison_id)s and id = %(id)s
        """,
        maison_id=maison_id,
        id=line_id,
    )
    return replace(before, quantity=rest.quantity, total_minor=rest.total_minor)


@dataclass(frozen=True, slots=True)
class _Rest:
    quantity: int
    total_minor: int


async def take_up(
    conn: Conn, *, maison_id: UUID, order_id: UUID, decided_at: dict[UUID, UUID], now: datetime
) -> set[UUID]:
    """Saves what was decided for lines of the order (line → place), as far as they still look for one and it is still there.

    Each line by itself; returns those that found their place. The rest is as it was.
    """
    order = await _locked(conn, maison_id, order_id)
    if order is None or order.state != "placed":
        return set()
    lines = [
        line
        for line in await lost_of(conn, maison_id=maison_id, order_id=order_id)
        if line.id in decided_at
        and line.attempts < order.attempts_max
        and decided_at[line.id] not in line.rejected_at
    ]
    if not lines:
        return set()
    placed = {line.variant_id: Decided(decided_at[line.id], TOGETHER) for line in lines}
    return await _move(conn, maison_id, order_id, order, lines, placed, now)


async def _brought(
    conn: Conn,
    maison_id: UUID,
    order_id: UUID,
    order: Order,
    lost: list[Lost],
    sourcing: Sourcing,
    now: datetime,
) -> list[Lost]:
    """Lines that were to be brought to the client's boutique are, if it can be; returns those that need another one."""
    at = (
        await brought_again.chosen(conn, maison_id=maison_id, order_id=order_id)
        if any(line.brought for line in lost)
        else None
    )
    if at is None:
        return lost
    left: list[Lost] = []
    for line in lost:
        one = brought_again.Lost(
            line.id, line.variant_id, line.quantity, line.attempts, line.rejected_at, line.unit_price_minor
        )
        if not line.brought:
            left.append(line)
        elif await brought_again.lies_in(conn, maison_id=maison_id, at=at, line=one, now=now):
            here = {line.variant_id: Decided(at.location_id, CLIENT)}
            if not await _move(conn, maison_id, order_id, order, [line], here, now):
                left.append(line)
        elif not await brought_again.bring(
            conn,
            maison_id=maison_id,
            order_id=order_id,
            at=at,
            line=one,
            sourcing=sourcing,
            currency=order.currency,
            sla_minutes=order.sla_minutes,
            now=now,
        ):
            left.append(line)
    return left


#: Where the order's parcel goes: by its address, else the first country of its market.
_COUNTRY: LiteralString = """coalesce((select c.address ->> 'country' from orders.contact c
            where c.maison_id = o.maison_id and c.id = o.contact_id),
          (select k.countries[1] from maisons.market k where k.maison_id = o.maison_id and k.code = o.market)) as country"""


async def order_of(conn: Conn, *, maison_id: UUID, order_id: UUID) -> Order:
    """As it is read without locking it."""
    return await one(
        conn,
        Order,
        f"""
        select o.state, o.method, o.payment_id, o.currency, o.market, t.sourcing_attempts_max as attempts_max,
          t.pick_sla_minutes as sla_minutes, {_COUNTRY}
        from orders.order o join maisons.policy t on t.maison_id = o.maison_id
        where o.maison_id = %(maison_id)s and o.id = %(order_id)s
        """,
        maison_id=maison_id,
        order_id=order_id,
    )


async def _locked(conn: Conn, maison_id: UUID, order_id: UUID) -> Order | None:
    return await maybe(
        conn,
        Order,
        f"""
        select o.state, o.method, o.payment_id, o.currency, o.market, t.sourcing_attempts_max as attempts_max,
          t.pick_sla_minutes as sla_minutes, {_COUNTRY}
        from orders.order o join maisons.policy t on t.maison_id = o.maison_id
        where o.maison_id = %(maison_id)s and o.id = %(order_id)s
        for no key update of o
        """,
        maison_id=maison_id,
        order_id=order_id,
    )


async def lost_of(conn: Conn, *, maison_id: UUID, order_id: UUID) -> list[Lost]:
    return await many(
        conn,
        Lost,
        """
        select l.id, l.variant_id, l.quantity, l.attempts, l.total_minor + l.duty_minor as total_minor, l.unit_price_minor,
          array(select distinct r.location_id from orders.rejection r
            where r.maison_id = l.maison_id and r.order_line_id = l.id and r.reason <> 'lost_on_way') as rejected_at,
          l.transfer_id is not null as brought
        from orders.order_line l
        where l.maison_id = %(maison_id)s and l.order_id = %(order_id)s and l.state = 'unsourced'
        order by l.id
        """,
        maison_id=maison_id,
        order_id=order_id,
    )


async def origin_of(conn: Conn, *, maison_id: UUID, order_id: UUID) -> Origin:
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


async def places_of(conn: Conn, *, maison_id: UUID, lost: list[Lost], order: Order) -> list[Place]:
    return await many(
        conn,
        Place,
        """
        select a.location_id, a.variant_id, case %(method)s::text when 'collect' then a.collect
          when 'reserve' then a.reserve else a.ship end as left, b.kind, b.country, b.latitude, b.longitude,
          coalesce(b.country <> %(country)s::text, false) as abroad,
          coalesce(public_facts.customs_union(b.country) <> public_facts.customs_union(%(country)s::text), false) as over_customs,
          coalesce((select sum(n.sold_90d)::integer from orders.pace n where n.maison_id = %(maison_id)s
            and n.location_id = a.location_id and n.variant_id = a.variant_id), 0) as sold_90d,
          (select f.parcels from orders.spare f
            where f.maison_id = %(maison_id)s and f.location_id = a.location_id) as spare
        from public_facts.availability a join public_facts.boutique b on b.id = a.location_id
        where a.maison_id = %(maison_id)s and a.variant_id = any(%(variants)s::uuid[])
          and case %(method)s::text when 'collect' then a.collect when 'reserve' then a.reserve else a.ship end > 0
          -- What is collected stays in its country anyway.
          and (%(method)s::text <> 'ship' or public_facts.may_go(%(maison_id)s, (select p.kinds from public_facts.variant v
            join public_facts.product p on p.id = v.product_id where v.id = a.variant_id), b.country,
            coalesce(%(country)s::text, b.country)))
        """,
        maison_id=maison_id,
        variants=[line.variant_id for line in lost],
        method=order.method,
        country=order.country,
    )


async def _move(
    conn: Conn,
    maison_id: UUID,
    order_id: UUID,
    order: Order,
    lines: list[Lost],
    placed: dict[UUID, Decided],
    now: datetime,
) -> set[UUID]:
    demands = [
        LineDemand(line.id, placed[line.variant_id].location_id, line.variant_id, line.quantity)
        for line in lines
    ]
    found = await allocations.move(conn, maison_id=maison_id, demands=demands, method=order.method, now=now)
    news: list[facts.Fact] = []
    for location_id in sorted({demand.location_id for demand in demands if demand.order_line_id in found}):
        here = [
            line for line in lines if line.id in found and placed[line.variant_id].location_id == location_id
        ]
        attempt = max(line.attempts for line in here) + 1
        due = await fulfilment.pick_by(conn, location_id=location_id, minutes=order.sla_minutes, now=now)
        fulfilment_id = await _asked(conn, maison_id, order_id, order, location_id, attempt, due, now)
        await execute(
            conn,
            """
            update orders.order_line l set state = 'sourced', fulfilment_id = %(fulfilment_id)s,
              attempts = attempts + 1, credited_location_id = %(location_id)s, credited_staff_id = null, decided_by = d.by,
              transfer_id = null
            from unnest(%(lines)s::uuid[], %(by)s::text[]) as d(line_id, by)
            where l.maison_id = %(maison_id)s and l.id = d.line_id and l.state = 'unsourced'
            """,
            maison_id=maison_id,
            fulfilment_id=fulfilment_id,
            location_id=location_id,
            lines=[line.id for line in here],
            by=[placed[line.variant_id].by for line in here],
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
    order: Order,
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
    conn: Conn, maison_id: UUID, order_id: UUID, order: Order, lines: list[Lost], now: datetime
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
    await ending.end(
        conn,
        maison_id=maison_id,
        order=ending.Paid(order_id, order.payment_id, order.currency),
        lines=[ending.Ended(line.id, line.total_minor) for line in lines],
        cause="unsourced",
        news=[],
        now=now,
    )
    job = jobs.Job("orders.mail_cancelled", {"order_id": order_id, "event_id": lines[0].id})
    await jobs.defer(conn, maison_id=maison_id, jobs=[job])
