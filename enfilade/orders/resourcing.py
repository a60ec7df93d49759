"""Re-sourcing: a line that lost its place finds another location, or, after the last attempt, is cancelled and repaid.

What to do is decided by plain functions; the verb fetches, decides, saves.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import LiteralString
from uuid import UUID

from enfilade.base import facts, jobs
from enfilade.base.db import Conn, execute, many, one, tuples
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
    order = (await _locked(conn, maison_id, [order_id])).get(order_id)
    if order is None or order.state != "placed":
        return
    lost = await lost_of(conn, maison_id=maison_id, order_id=order_id)
    again = [line for line in lost if line.attempts < order.attempts_max]
    hopeless = [line for line in lost if line.attempts >= order.attempts_max]
    if again:
        origin = await origin_of(conn, maison_id=maison_id, order_id=order_id)
        sourcing = await sourcing_of(conn, maison_id=maison_id)
        again, moved = await _brought(conn, maison_id, order_id, order, again, sourcing, now)
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
            found = await _move(
                conn,
                maison_id,
                [_Moving(order_id, order, line, placed[line.variant_id]) for line in fitting],
                now,
            )
            moved |= found
            # Somebody was faster at the rest: look again, the stock we read has changed.
            again = [line for line in fitting if line.id not in found] + later
            if not again:
                break
        await _tell(conn, maison_id, order, moved.values())
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
    conn: Conn, *, maison_id: UUID, order_ids: Collection[UUID], decided_at: dict[UUID, UUID], now: datetime
) -> set[UUID]:
    """Saves what was decided for lines of the orders (line → place), as far as they still look for one and it is still there.

    Each line by itself; returns those that found their place. The rest is as it was.
    """
    orders = await _locked(conn, maison_id, order_ids)
    lost = await lost_among(conn, maison_id=maison_id, order_ids=list(orders))
    moving = [
        _Moving(order_id, orders[order_id], line, Decided(decided_at[line.id], TOGETHER))
        for order_id, line in lost
        if line.id in decided_at
        and orders[order_id].state == "placed"
        and line.attempts < orders[order_id].attempts_max
        and decided_at[line.id] not in line.rejected_at
    ]
    found = await _move(conn, maison_id, moving, now)
    for order_id, order in orders.items():
        own = [each.line.id for each in moving if each.order_id == order_id]
        await _tell(conn, maison_id, order, [found[line_id] for line_id in own if line_id in found])
    return set(found)


async def _brought(
    conn: Conn,
    maison_id: UUID,
    order_id: UUID,
    order: Order,
    lost: list[Lost],
    sourcing: Sourcing,
    now: datetime,
) -> tuple[list[Lost], dict[UUID, UUID]]:
    """Lines that were to be brought to the client's boutique are, if it can be.

    Returns those that need another place, and of those that lie there already the work they are part of now.
    """
    at = (
        await brought_again.chosen(conn, maison_id=maison_id, order_id=order_id)
        if any(line.brought for line in lost)
        else None
    )
    if at is None:
        return lost, {}
    left: list[Lost] = []
    moved: dict[UUID, UUID] = {}
    for line in lost:
        one = brought_again.Lost(
            line.id, line.variant_id, line.quantity, line.attempts, line.rejected_at, line.unit_price_minor
        )
        if not line.brought:
            left.append(line)
        elif await brought_again.lies_in(conn, maison_id=maison_id, at=at, line=one, now=now):
            here = _Moving(order_id, order, line, Decided(at.location_id, CLIENT))
            if not (found := await _move(conn, maison_id, [here], now)):
                left.append(line)
            moved |= found
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
    return left, moved


#: Where the order's parcel goes: by its address, else the first country of its market.
_COUNTRY: LiteralString = """coalesce((select c.address ->> 'country' from orders.contact c
            where c.maison_id = o.maison_id and c.id = o.contact_id),
          (select k.countries[1] from maisons.market k where k.maison_id = o.maison_id and k.code = o.market)) as country"""


async def order_of(conn: Conn, *, maison_id: UUID, order_id: UUID) -> Order:
    """As it is read without locking it."""
    found = await orders_of(conn, maison_id=maison_id, order_ids=[order_id])
    assert order_id in found, "it is an order of this maison"
    return found[order_id]


async def orders_of(conn: Conn, *, maison_id: UUID, order_ids: list[UUID]) -> dict[UUID, Order]:
    """As `order_of`, of several."""
    found = await tuples(
        conn,
        f"""
        select o.id, o.state, o.method, o.payment_id, o.currency, o.market, t.sourcing_attempts_max, t.pick_sla_minutes,
          {_COUNTRY}
        from orders.order o join maisons.policy t on t.maison_id = o.maison_id
        where o.maison_id = %(maison_id)s and o.id = any(%(ids)s::uuid[])
        """,
        maison_id=maison_id,
        ids=order_ids,
    )
    return {id_: Order(*known) for id_, *known in found}


async def _locked(conn: Conn, maison_id: UUID, order_ids: Collection[UUID]) -> dict[UUID, Order]:
    """Locked in the order of their ids, before what is known of them is read."""
    await execute(
        conn,
        """
        select 1 from orders.order where maison_id = %(maison_id)s and id = any(%(ids)s::uuid[]) order by id for no key update
        """,
        maison_id=maison_id,
        ids=list(order_ids),
    )
    return await orders_of(conn, maison_id=maison_id, order_ids=list(order_ids))


async def lost_of(conn: Conn, *, maison_id: UUID, order_id: UUID) -> list[Lost]:
    """The order's lines that look for a place."""
    return [line for _, line in await lost_among(conn, maison_id=maison_id, order_ids=[order_id])]


async def lost_among(conn: Conn, *, maison_id: UUID, order_ids: list[UUID]) -> list[tuple[UUID, Lost]]:
    """As `lost_of`, of several orders, each line with its order's id."""
    found = await tuples(
        conn,
        """
        select l.order_id, l.id, l.variant_id, l.quantity, l.attempts, l.total_minor + l.duty_minor,
          array(select distinct r.location_id from orders.rejection r
            where r.maison_id = l.maison_id and r.order_line_id = l.id and r.reason <> 'lost_on_way'),
          l.unit_price_minor, l.transfer_id is not null
        from orders.order_line l
        where l.maison_id = %(maison_id)s and l.order_id = any(%(ids)s::uuid[]) and l.state = 'unsourced'
        order by l.order_id, l.id
        """,
        maison_id=maison_id,
        ids=order_ids,
    )
    return [(order_id, Lost(*line)) for order_id, *line in found]


async def origin_of(conn: Conn, *, maison_id: UUID, order_id: UUID) -> Origin:
    """Where the order was sourced first."""
    found = await origins_of(conn, maison_id=maison_id, order_ids=[order_id])
    assert order_id in found, "it is an order of this maison, and was sourced"
    return found[order_id]


async def origins_of(conn: Conn, *, maison_id: UUID, order_ids: list[UUID]) -> dict[UUID, Origin]:
    """As `origin_of`, of several."""
    found = await tuples(
        conn,
        """
        select distinct on (f.order_id) f.order_id, l.country, l.latitude, l.longitude
        from orders.fulfilment f
        join boutiques.location l on l.maison_id = f.maison_id and l.id = f.location_id
        where f.maison_id = %(maison_id)s and f.order_id = any(%(ids)s::uuid[])
        order by f.order_id, f.attempt, f.asked_at, f.id
        """,
        maison_id=maison_id,
        ids=order_ids,
    )
    return {id_: Origin(*where) for id_, *where in found}


async def places_of(conn: Conn, *, maison_id: UUID, lost: list[Lost], order: Order) -> list[Place]:
    return await many(
        conn,
        Place,
        """
        with stocked as materialized (
          select * from (select a.location_id, a.variant_id, case %(method)s::text when 'collect' then a.collect
            when 'reserve' then a.reserve else a.ship end as left
            from public_facts.availability a where a.maison_id = %(maison_id)s and a.variant_id = any(%(variants)s::uuid[])) a
          where a.left > 0
        ), ways as materialized (
          -- Asked once for each kind of piece and country. What is collected stays in its country anyway.
          select v.id as variant_id, b.country from public_facts.variant v join public_facts.product p on p.id = v.product_id
          cross join (select distinct b.country from public_facts.boutique b join stocked h on h.location_id = b.id) b
          where v.id = any(%(variants)s::uuid[]) and (%(method)s::text <> 'ship'
            or public_facts.may_go(%(maison_id)s, p.kinds, b.country, coalesce(%(country)s::text, b.country)))
        )
        select a.location_id, a.variant_id, a.left, b.kind, b.country, b.latitude, b.longitude,
          coalesce(b.country <> %(country)s::text, false) as abroad,
          coalesce(public_facts.customs_union(b.country) <> public_facts.customs_union(%(country)s::text), false) as over_customs,
          coalesce((select sum(n.sold_90d)::integer from orders.pace n where n.maison_id = %(maison_id)s
            and n.location_id = a.location_id and n.variant_id = a.variant_id), 0) as sold_90d,
          (select f.parcels from orders.spare f
            where f.maison_id = %(maison_id)s and f.location_id = a.location_id) as spare
        from stocked a join public_facts.boutique b on b.id = a.location_id
        join ways w on w.variant_id = a.variant_id and w.country = b.country
        """,
        maison_id=maison_id,
        variants=[line.variant_id for line in lost],
        method=order.method,
        country=order.country,
    )


@dataclass(frozen=True, slots=True)
class _Moving:
    """A line of a locked order, and where it is to go."""

    order_id: UUID
    order: Order
    line: Lost
    to: Decided


async def _move(conn: Conn, maison_id: UUID, moving: list[_Moving], now: datetime) -> dict[UUID, UUID]:
    """Each line by itself; returns those that found their place, each with the work it is part of now."""
    found: set[UUID] = set()
    methods: set[Method] = {each.order.method for each in moving}
    for method in sorted(methods):
        demands = [
            LineDemand(each.line.id, each.to.location_id, each.line.variant_id, each.line.quantity)
            for each in moving
            if each.order.method == method
        ]
        found |= await allocations.move(conn, maison_id=maison_id, demands=demands, method=method, now=now)
    moved = [each for each in moving if each.line.id in found]
    if not moved:
        return {}
    works = await _asked(conn, maison_id, moved, now)
    await execute(
        conn,
        """
        update orders.order_line l set state = 'sourced', fulfilment_id = d.fulfilment_id, attempts = attempts + 1,
          credited_location_id = d.location_id, credited_staff_id = null, decided_by = d.by, transfer_id = null
        from unnest(%(lines)s::uuid[], %(works)s::uuid[], %(locations)s::uuid[], %(by)s::text[])
          as d(line_id, fulfilment_id, location_id, by)
        where l.maison_id = %(maison_id)s and l.id = d.line_id and l.state = 'unsourced'
        """,
        maison_id=maison_id,
        lines=[each.line.id for each in moved],
        works=[works[each.order_id, each.to.location_id] for each in moved],
        locations=[each.to.location_id for each in moved],
        by=[each.to.by for each in moved],
    )
    news: list[facts.Fact] = [
        FulfilmentAsked(work_id, order_id, location_id) for (order_id, location_id), work_id in works.items()
    ]
    news += [
        LineResourced(each.line.id, each.order_id, each.to.location_id, each.line.attempts + 1)
        for each in moved
    ]
    await facts.record(conn, maison_id=maison_id, now=now, facts=news)
    return {each.line.id: works[each.order_id, each.to.location_id] for each in moved}


async def _tell(conn: Conn, maison_id: UUID, order: Order, works: Collection[UUID]) -> None:
    """Whoever collects is told where, once for each place, however many lines went there."""
    letters = [jobs.Job("orders.mail_moved", {"fulfilment_id": work_id}) for work_id in sorted(set(works))]
    if letters and order.method != "ship":
        await jobs.defer(conn, maison_id=maison_id, jobs=letters)


async def _asked(
    conn: Conn, maison_id: UUID, moved: list[_Moving], now: datetime
) -> dict[tuple[UUID, UUID], UUID]:
    """By order and location, the location's open work for the order, with more time, or new work: one visit, one code."""
    asked: dict[tuple[UUID, UUID], list[_Moving]] = {}
    for each in sorted(moved, key=lambda line: (line.order_id, line.to.location_id)):
        asked.setdefault((each.order_id, each.to.location_id), []).append(each)
    due = {
        (at, minutes): await fulfilment.pick_by(conn, location_id=at, minutes=minutes, now=now)
        for at, minutes in {(each.to.location_id, each.order.sla_minutes) for each in moved}
    }
    works = await tuples(
        conn,
        """
        with asked as materialized (
          select * from unnest(%(ids)s::uuid[], %(orders)s::uuid[], %(locations)s::uuid[], %(methods)s::text[],
            %(attempts)s::integer[], %(due)s::timestamptz[]) as a(id, order_id, location_id, method, attempt, due)
        ), open as materialized (
          select distinct on (a.id) f.id, a.id as asked_id, a.due from asked a
          join orders.fulfilment f on f.maison_id = %(maison_id)s and f.order_id = a.order_id and f.location_id = a.location_id
            and f.state in ('asked', 'accepted')
          order by a.id, f.id
        ), prolonged as (
          update orders.fulfilment f set pick_by = greatest(f.pick_by, o.due), warned_at = null, version = f.version + 1
          from open o where f.maison_id = %(maison_id)s and f.id = o.id
          returning f.id, f.order_id, f.location_id
        ), fresh as (
          insert into orders.fulfilment (maison_id, id, order_id, location_id, method, state, attempt, asked_at, pick_by)
          select %(maison_id)s, a.id, a.order_id, a.location_id, a.method, 'asked', a.attempt, %(now)s, a.due from asked a
          where a.id not in (select o.asked_id from open o)
          returning id, order_id, location_id
        )
        select id, order_id, location_id from prolonged union all select id, order_id, location_id from fresh
        """,
        maison_id=maison_id,
        ids=[new_id(now) for _ in asked],
        orders=[order_id for order_id, _ in asked],
        locations=[location_id for _, location_id in asked],
        methods=[some[0].order.method for some in asked.values()],
        attempts=[max(each.line.attempts for each in some) + 1 for some in asked.values()],
        due=[due[at, some[0].order.sla_minutes] for (_, at), some in asked.items()],
        now=now,
    )
    return {(order_id, location_id): work_id for work_id, order_id, location_id in works}


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
