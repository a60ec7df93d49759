"""Waiting: parcels of several orders that look for a place at the same time are decided together.

Their costs are weighed against each other (sourcing/batch.py); each order's decision is then saved in a transaction of its own,
by the verbs that save a single one. What the batch leaves open, or what is gone when it is saved, goes the way of a single order.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import structlog

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, many
from enfilade.base.money import Money
from enfilade.orders import resourcing
from enfilade.orders.reference_rates import in_currency
from enfilade.orders.resourcing import Lost, Order, Origin, Place
from enfilade.orders.sourcing.costs import Candidate, Need, Selling
from enfilade.orders.sourcing.costs import Place as Having
from enfilade.orders.sourcing.rules import RULES
from enfilade.orders.sourcing_terms import PACE_DAYS, Sourcing, sourcing_of

log = structlog.get_logger()

#: So many orders at once, the oldest first; the rest is for the next batch.
BATCH_MAX = 40
BATCH_SECONDS = 0.8
#: Rules that say which places are preferred at all. What the others say of cost and of time, the batch weighs itself.
PREFERENCES = ("same_country", "same_customs", "warehouse_first", "boutique_first")


@dataclass(frozen=True, slots=True)
class _Waiting:
    order_id: UUID


@dataclass(slots=True)
class Batch:
    """What is decided together: each order with its lines, where it was sourced first, and the places that may give them."""

    orders: list["InBatch"]
    sourcing: Sourcing


@dataclass(slots=True)
class InBatch:
    """One order of the batch. `places` may give one of its lines, and did not reject any of them."""

    order_id: UUID
    order: Order
    lines: list[Lost]
    origin: Origin
    places: list[Place] = field(default_factory=list[Place])


#: Order → (line → place).
Decisions = dict[UUID, dict[UUID, UUID]]


async def source(db: Db, *, maison_id: UUID, order_ids: Sequence[UUID], now: datetime) -> int:
    """Finds places for what looks for one: together where several parcels do, each by itself otherwise. How many were together.

    Repeated, or broken off in the middle, it goes on with what is left. Raises what a single order's sourcing raises, after
    the others have had their turn.
    """
    batch = await gathered(db, maison_id=maison_id, now=now)
    together: list[UUID] = []
    if len(batch.orders) > 1:
        decisions = await asyncio.to_thread(decide, batch)
        for order_id, lines in decisions.items():
            await save(db, maison_id=maison_id, order_id=order_id, lines=lines, now=now)
        together = [one.order_id for one in batch.orders]
    failed: Exception | None = None
    for order_id in dict.fromkeys([*order_ids, *together]):
        try:
            await db.run(
                Actor.job(),
                maison_id,
                lambda conn, order_id=order_id: resourcing.resource(
                    conn, maison_id=maison_id, order_id=order_id, now=now
                ),
            )
        except Exception as error:
            log.exception("not sourced", order=str(order_id), exc_info=error)
            failed = error
    if failed is not None:
        raise failed
    return len(together)


async def save(db: Db, *, maison_id: UUID, order_id: UUID, lines: dict[UUID, UUID], now: datetime) -> int:
    """Saves one order's decision; each line stands or falls by itself. Returns how many lines found their place."""
    found = await db.run(
        Actor.job(),
        maison_id,
        lambda conn: resourcing.take_up(
            conn, maison_id=maison_id, order_ids=[order_id], decided_at=lines, now=now
        ),
    )
    return len(found)


async def gathered(db: Db, *, maison_id: UUID, now: datetime) -> Batch:
    """What waits at this moment, in one snapshot; nothing where a single order does."""
    async with db.acting(Actor.job(), maison_id, snapshot=True) as conn:
        found = await _waiting(conn, maison_id)
        if len(found) < 2:
            return Batch([], await sourcing_of(conn, maison_id=maison_id))
        lost = await resourcing.lost_among(
            conn, maison_id=maison_id, order_ids=[one.order_id for one in found]
        )
        return await batch_of(conn, maison_id=maison_id, looking=lost)


async def batch_of(conn: Conn, *, maison_id: UUID, looking: list[tuple[UUID, Lost]]) -> Batch:
    """These lines, each with its order's id, and the places that may give them; not those tried as often as may be."""
    ids = list(dict.fromkeys(order_id for order_id, _ in looking))
    known = await resourcing.orders_of(conn, maison_id=maison_id, order_ids=ids)
    origins = await resourcing.origins_of(conn, maison_id=maison_id, order_ids=ids)
    orders: list[InBatch] = []
    for order_id in ids:
        if order_id not in known or order_id not in origins:
            continue
        order = known[order_id]
        lines = [line for of, line in looking if of == order_id and line.attempts < order.attempts_max]
        if lines:
            orders.append(InBatch(order_id, order, lines, origins[order_id]))
    for market, country in {(one.order.market, one.order.country) for one in orders}:
        own = [one for one in orders if (one.order.market, one.order.country) == (market, country)]
        places = await resourcing.places_of(
            conn, maison_id=maison_id, lost=[line for one in own for line in one.lines], order=own[0].order
        )
        for one in own:
            wanted = {line.variant_id for line in one.lines}
            refused = {at for line in one.lines for at in line.rejected_at}
            one.places = [p for p in places if p.variant_id in wanted and p.location_id not in refused]
    return Batch(orders, await sourcing_of(conn, maison_id=maison_id))


async def _waiting(conn: Conn, maison_id: UUID) -> list[_Waiting]:
    return await many(
        conn,
        _Waiting,
        """
        select o.id as order_id from orders.order o
        where o.maison_id = %(maison_id)s and o.state = 'placed' and o.method = 'ship' and exists (select 1
          from orders.order_line l where l.maison_id = o.maison_id and l.order_id = o.id and l.state = 'unsourced')
        order by o.placed_at, o.id limit %(most)s
        """,
        maison_id=maison_id,
        most=BATCH_MAX,
    )


def decide(batch: Batch, *, seconds: float = BATCH_SECONDS) -> Decisions:
    """Which place gives what, at the least cost of all together; one order after the other where the solver fails."""
    # The solver is loaded by who uses it: a server has no need of it.
    from enfilade.orders.sourcing.batch import Waiting, Way, one_by_one, together

    stock: dict[UUID, dict[UUID, int]] = {}
    selling: dict[UUID, dict[UUID, Selling]] = {}
    at: dict[UUID, Place] = {}
    waiting: list[Waiting] = []
    for one in batch.orders:
        price = {line.variant_id: _price(line, one.order, batch.sourcing) for line in one.lines}
        for place in one.places:
            at[place.location_id] = place
            stock.setdefault(place.location_id, {})[place.variant_id] = place.left
            if place.sold_90d:
                sells = Selling(place.sold_90d / PACE_DAYS, price[place.variant_id])
                selling.setdefault(place.location_id, {})[place.variant_id] = sells
        needs = [Need(line.variant_id, line.quantity, price[line.variant_id]) for line in one.lines]
        ways = {
            c.location_id: Way(c.distance_km, c.abroad, c.over_customs)
            for c in _preferred(one, needs, batch.sourcing)
        }
        waiting.append(Waiting(one.order_id, needs, ways))
    # As the rule `with_time` for one order: where all are full, or nobody asked for it, the day does not bound anything.
    timed = "with_time" in batch.sourcing.rules and any(place.spare != 0 for place in at.values())
    places = [
        Having(
            location,
            have,
            at[location].kind,
            selling.get(location, {}),
            at[location].spare if timed else None,
        )
        for location, have in sorted(stock.items())
    ]
    try:
        answer = together(waiting, places, batch.sourcing.terms, seconds=seconds)
    except Exception as error:
        log.exception("the solver failed", exc_info=error)
        answer = one_by_one(waiting, places, batch.sourcing.terms)
    return {
        one.order_id: lines
        for one in batch.orders
        if (
            lines := {
                line.id: answer.places[one.order_id, line.variant_id]
                for line in one.lines
                if (one.order_id, line.variant_id) in answer.places
            }
        )
    }


def _price(line: Lost, order: Order, sourcing: Sourcing) -> int:
    return in_currency(Money(line.unit_price_minor, order.currency), sourcing.currency).minor


def _preferred(one: InBatch, needs: list[Need], sourcing: Sourcing) -> list[Candidate]:
    """The order's candidates as the maison prefers them; all of them where those preferred could not fill it."""
    every = resourcing.candidates(one.lines, one.places, one.origin, "ship", sourcing, one.order.currency)
    kept = every
    for rule in sourcing.rules:
        if rule in PREFERENCES and kept:
            kept = RULES[rule](needs, kept, sourcing.terms)
    fills = all(
        any(candidate.fills(need) for candidate in kept)
        for need in needs
        if any(candidate.fills(need) for candidate in every)
    )
    return kept if fills else every
