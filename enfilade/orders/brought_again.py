"""Brought again: a line that did not come from where it was to be brought, and comes from elsewhere to the same boutique.

The client has chosen that boutique: as long as the new day lies within what their bank allows, they are spared another one.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base import facts, jobs
from enfilade.base.db import Conn, execute, many, maybe, scalar
from enfilade.base.ids import new_id
from enfilade.base.money import Money
from enfilade.orders import fulfilment
from enfilade.orders.events import FulfilmentAwaited, LineResourced
from enfilade.orders.reference_rates import in_currency
from enfilade.orders.sourcing.costs import Candidate, Need, Place, Selling
from enfilade.orders.sourcing.rules import Decided, decided
from enfilade.orders.sourcing_terms import PACE_DAYS, Sourcing
from enfilade.stock import allocations, for_orders
from enfilade.stock.allocations import LineDemand
from enfilade.stock.brought import COLLECT_AT_LEAST, PROMISED_WITHIN

ROUNDS_MAX = 3


@dataclass(frozen=True, slots=True)
class Lost:
    """A line that is to be brought again. `rejected_at`: the places that could not give it."""

    id: UUID
    variant_id: UUID
    quantity: int
    attempts: int
    rejected_at: list[UUID]
    unit_price_minor: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """Where the order is collected, and until when the money is held; None: it was taken, or there is none yet."""

    location_id: UUID
    authorised_until: datetime | None
    reserving: bool


@dataclass(frozen=True, slots=True)
class Way:
    """A place that could send it to the boutique, ready to be collected at that moment; or the boutique itself (None)."""

    location_id: UUID
    left: int
    kind: str
    abroad: bool
    over_customs: bool
    sold_90d: int
    spare: int | None
    distance_km: float | None
    ready_about: datetime | None


async def chosen(conn: Conn, *, maison_id: UUID, order_id: UUID) -> Chosen | None:
    """None where the maison brings nothing any more, or the boutique is closed for good."""
    return await maybe(
        conn,
        Chosen,
        """
        select f.location_id, p.authorised_until, o.method = 'reserve' as reserving
        from orders.order o
        join maisons.policy y on y.maison_id = o.maison_id and y.ship_to_store_days is not null
          and (o.method <> 'reserve' or y.reserve_brought)
        cross join lateral (select x.location_id from orders.fulfilment x
          where x.maison_id = o.maison_id and x.order_id = o.id order by x.attempt, x.asked_at, x.id limit 1) f
        join public_facts.boutique b on b.id = f.location_id
        left join payments.payment p on p.maison_id = o.maison_id and p.id = o.payment_id and p.separate_capture
        where o.maison_id = %(maison_id)s and o.id = %(order_id)s
        """,
        maison_id=maison_id,
        order_id=order_id,
    )


async def bring(
    conn: Conn,
    *,
    maison_id: UUID,
    order_id: UUID,
    at: Chosen,
    line: Lost,
    sourcing: Sourcing,
    currency: str,
    sla_minutes: int,
    now: datetime,
) -> bool:
    """Allocates the line elsewhere and asks for its transfer to the boutique; False where no place can, or not in time.

    The order's row is locked. `sla_minutes`: what a place has to pack. A line that lies in the boutique itself is not for here.
    """
    latest = now + PROMISED_WITHIN if at.authorised_until is None else at.authorised_until - COLLECT_AT_LEAST
    for _ in range(ROUNDS_MAX):
        ways = {
            way.location_id: way
            for way in await _ways(conn, maison_id, at, line, now)
            if way.ready_about is not None and way.ready_about <= latest
        }
        if not ways:
            return False
        earliest = min(way.ready_about for way in ways.values() if way.ready_about)
        found = _decided(line, [w for w in ways.values() if w.ready_about == earliest], sourcing, currency)
        demand = LineDemand(line.id, found.location_id, line.variant_id, line.quantity)
        if await allocations.move(conn, maison_id=maison_id, demands=[demand], method="ship", now=now):
            await _asked(conn, maison_id, order_id, at, line, demand, found.by, earliest, sla_minutes, now)
            return True
    return False


async def lies_in(conn: Conn, *, maison_id: UUID, at: Chosen, line: Lost, now: datetime) -> bool:
    """Whether the boutique can give the line itself by now."""
    ways = await _ways(conn, maison_id, at, line, now)
    return any(way.location_id == at.location_id for way in ways)


def _decided(line: Lost, ways: list[Way], sourcing: Sourcing, currency: str) -> Decided:
    price = in_currency(Money(line.unit_price_minor, currency), sourcing.currency).minor
    candidates = [
        Candidate(
            Place(
                way.location_id,
                {line.variant_id: way.left},
                way.kind,
                {line.variant_id: Selling(way.sold_90d / PACE_DAYS, price)} if way.sold_90d else {},
                way.spare,
            ),
            way.distance_km,
            way.abroad,
            over_customs=way.over_customs,
        )
        for way in ways
    ]
    need = Need(line.variant_id, line.quantity)
    return decided([need], candidates, rules=sourcing.rules, terms=sourcing.terms)[line.variant_id]


async def _ways(conn: Conn, maison_id: UUID, at: Chosen, line: Lost, now: datetime) -> list[Way]:
    return await many(
        conn,
        Way,
        """
        select a.location_id, case when a.location_id = d.id then h.there else a.ship end as left, o.kind,
          o.country <> d.country as abroad,
          public_facts.customs_union(o.country) <> public_facts.customs_union(d.country) as over_customs,
          coalesce((select sum(n.sold_90d)::integer from orders.pace n where n.maison_id = a.maison_id
            and n.location_id = a.location_id and n.variant_id = a.variant_id), 0) as sold_90d,
          (select f.parcels from orders.spare f where f.maison_id = a.maison_id and f.location_id = a.location_id) as spare,
          public_facts.distance_km(d.latitude, d.longitude, o.latitude, o.longitude) as distance_km, w.ready_about
        from public_facts.boutique d
        join public_facts.availability a on a.maison_id = d.maison_id and a.variant_id = %(variant_id)s
        cross join lateral (select case when %(reserving)s then a.reserve else a.collect end as there) h
        join public_facts.boutique o on o.id = a.location_id
        left join lateral (select public_facts.ready_after(d.id, d.preparation_minutes, d.zone,
            public_facts.working_day(public_facts.leaves_on(o.id, o.preparation_minutes, o.zone, %(now)s), t.days))
            as ready_about
          from (select public_facts.travel_days(d.maison_id, o.id, o.country, d.id, d.country) as days) t
          where t.days is not null) w on a.ship >= %(quantity)s
          and public_facts.may_go(d.maison_id, (select p.kinds from public_facts.variant v
            join public_facts.product p on p.id = v.product_id where v.id = a.variant_id), o.country, d.country)
        where d.id = %(boutique)s and d.maison_id = %(maison_id)s and a.location_id <> all(%(rejected)s::uuid[])
          and (a.location_id = d.id and h.there >= %(quantity)s or w.ready_about is not null)
        order by a.location_id
        """,
        maison_id=maison_id,
        boutique=at.location_id,
        reserving=at.reserving,
        variant_id=line.variant_id,
        quantity=line.quantity,
        rejected=line.rejected_at,
        now=now,
    )


async def _asked(
    conn: Conn,
    maison_id: UUID,
    order_id: UUID,
    at: Chosen,
    line: Lost,
    demand: LineDemand,
    by: str,
    ready_about: datetime,
    minutes: int,
    now: datetime,
) -> None:
    due = await fulfilment.pick_by(conn, location_id=demand.location_id, minutes=minutes, now=now)
    fulfilment_id: UUID | None = await scalar(
        conn,
        """
        update orders.fulfilment set pick_by = greatest(pick_by, %(due)s), ready_about = greatest(ready_about, %(ready)s),
          version = version + 1
        where maison_id = %(maison_id)s and id = (select f.id from orders.fulfilment f
          where f.maison_id = %(maison_id)s and f.order_id = %(order_id)s and f.location_id = %(location_id)s
            and f.state = 'awaited' order by f.id limit 1)
        returning id
        """,
        maison_id=maison_id,
        order_id=order_id,
        location_id=at.location_id,
        due=due,
        ready=ready_about,
    )
    if fulfilment_id is None:
        fulfilment_id = new_id(now)
        await execute(
            conn,
            """
            insert into orders.fulfilment
              (maison_id, id, order_id, location_id, method, state, attempt, asked_at, pick_by, ready_about)
            values (%(maison_id)s, %(id)s, %(order_id)s, %(location_id)s, 'collect', 'awaited', %(attempt)s, %(now)s, %(due)s,
              %(ready)s)
            """,
            maison_id=maison_id,
            id=fulfilment_id,
            order_id=order_id,
            location_id=at.location_id,
            attempt=line.attempts + 1,
            due=due,
            ready=ready_about,
            now=now,
        )
    transfer_id = new_id(now)
    await execute(
        conn,
        """
        update orders.order_line set state = 'sourced', fulfilment_id = %(fulfilment_id)s, attempts = attempts + 1,
          credited_location_id = %(location_id)s, credited_staff_id = null, decided_by = %(by)s, transfer_id = %(transfer_id)s
        where maison_id = %(maison_id)s and id = %(id)s and state = 'unsourced'
        """,
        maison_id=maison_id,
        id=line.id,
        fulfilment_id=fulfilment_id,
        location_id=at.location_id,
        transfer_id=transfer_id,
        by=by,
    )
    await for_orders.ask(
        conn,
        maison_id=maison_id,
        to_location_id=at.location_id,
        lines=[demand],
        transfer_ids=[transfer_id],
        now=now,
    )
    news: list[facts.Fact] = [
        FulfilmentAwaited(fulfilment_id, order_id, at.location_id, ready_about),
        LineResourced(line.id, order_id, demand.location_id, line.attempts + 1),
    ]
    await facts.record(conn, maison_id=maison_id, now=now, facts=news)
    job = jobs.Job("orders.mail_moved", {"fulfilment_id": fulfilment_id})
    await jobs.defer(conn, maison_id=maison_id, jobs=[job])
