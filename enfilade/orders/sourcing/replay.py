"""A day of orders, replayed with each way of sourcing: what it costs, how many parcels, how many orders split or unfilled."""

import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from enfilade.orders.sourcing.batch import Answer, Places, Waiting, Way, cost_minor, together
from enfilade.orders.sourcing.costs import Need, Place, Selling, Terms


@dataclass(frozen=True, slots=True)
class Day:
    """Orders as they came, and the places as they stood in the morning."""

    orders: list[Waiting]
    places: list[Place]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`seconds` it took to decide everything; `split`: orders in more than one parcel; `unfilled`: lines nobody had."""

    cost_minor: int
    parcels: int
    split: int
    unfilled: int
    seconds: float


def drawn(
    *, seed: int, orders: int, boutiques: int, variants: int, pieces_each: float = 1.2, countries: int = 6
) -> Day:
    """A day of a maison: boutiques in cities of countries with customs of their own, a warehouse for each twenty-four, few
    pieces of each variant.

    The same arguments draw the same day.
    """
    draw = random.Random(seed)  # noqa: S311 - a day to try things on is no secret
    ids = (UUID(int=draw.getrandbits(128)) for _ in range(10**9))
    variant_ids = [next(ids) for _ in range(variants)]
    price = {
        variant: draw.choice((35_00, 90_00, 450_00, 1_200_00, 2_900_00, 7_500_00)) for variant in variant_ids
    }
    asked = [1 / (rank + 2) for rank in range(variants)]
    spots = [
        (draw.uniform(0, 2000), draw.uniform(0, 2000), draw.randrange(countries)) for _ in range(boutiques)
    ]
    places: list[Place] = []
    for number, _ in enumerate(spots):
        warehouse = number % 25 == 24
        mean = 3 * pieces_each if warehouse else pieces_each
        stock = {v: _poisson(draw, mean) for v in variant_ids if draw.random() < (0.5 if warehouse else 0.3)}
        selling = (
            {}
            if warehouse
            else {
                v: Selling(asked[rank] * draw.uniform(0.02, 0.4), price[v])
                for rank, v in enumerate(variant_ids)
            }
        )
        spare = None if warehouse else draw.randint(2, 10)
        kind = "warehouse" if warehouse else "boutique"
        places.append(Place(next(ids), {v: n for v, n in stock.items() if n}, kind, selling, spare))
    waiting: list[Waiting] = []
    for _ in range(orders):
        x, y, country = draw.choice(spots)
        x, y = x + draw.gauss(0, 80), y + draw.gauss(0, 80)
        ways = {
            place.location_id: Way(math.hypot(x - at[0], y - at[1]), country != at[2], country != at[2])
            for place, at in zip(places, spots, strict=True)
        }
        lines = draw.choices((1, 2, 3, 4), (60, 25, 10, 5))[0]
        chosen = dict.fromkeys(draw.choices(variant_ids, asked, k=lines))
        needs = [Need(v, 1 if draw.random() < 0.95 else 2, price[v]) for v in chosen]
        waiting.append(Waiting(next(ids), needs, ways))
    return Day(waiting, places)


def _poisson(draw: random.Random, mean: float) -> int:
    count, left = 0, math.exp(-mean)
    chance = draw.random()
    while chance > left:
        chance *= draw.random()
        count += 1
    return count


def nearest_first(orders: Sequence[Waiting], places: Sequence[Place], terms: Terms) -> Answer:
    """The yardstick: each order in turn, each line from the nearest place that has it, whatever it costs."""
    stock = {place.location_id: dict(place.stock) for place in places}
    spare = {place.location_id: place.spare for place in places}
    found: Places = {}
    for order in orders:
        packs: set[UUID] = set()
        for need in order.needs:
            near = sorted(order.ways, key=lambda at, order=order: (order.ways[at].distance_km or 0.0, at))
            for at in near:
                time_left = at in packs or spare[at] is None or (spare[at] or 0) > len(packs & {at})
                if stock[at].get(need.variant_id, 0) >= need.quantity and time_left:
                    stock[at][need.variant_id] -= need.quantity
                    found[(order.order_id, need.variant_id)] = at
                    packs.add(at)
                    break
        for at in packs:
            left = spare[at]
            if left is not None:
                spare[at] = left - 1
    return Answer(found, cost_minor(orders, places, found, terms))


def in_batches(day: Day, terms: Terms, *, size: int, seconds: float) -> Answer:
    """Orders wait until `size` are there, and each batch is placed together, of what those before it left."""
    found: Places = {}
    places = day.places
    for first in range(0, len(day.orders), size):
        batch = day.orders[first : first + size]
        answer = together(batch, places, terms, seconds=seconds)
        places = after(places, batch, answer.places)
        found |= answer.places
    return Answer(found, cost_minor(day.orders, day.places, found, terms))


def after(places: Sequence[Place], orders: Sequence[Waiting], found: Places) -> list[Place]:
    """The places once these orders have taken what was found for them."""
    taken: dict[UUID, dict[UUID, int]] = {place.location_id: {} for place in places}
    parcels = dict.fromkeys(taken, 0)
    for order in orders:
        for need in order.needs:
            at = found.get((order.order_id, need.variant_id))
            if at is not None:
                taken[at][need.variant_id] = taken[at].get(need.variant_id, 0) + need.quantity
        for at in {found[key] for n in order.needs if (key := (order.order_id, n.variant_id)) in found}:
            parcels[at] += 1
    return [
        replace(
            place,
            stock={v: n - taken[place.location_id].get(v, 0) for v, n in place.stock.items()},
            spare=None if place.spare is None else place.spare - parcels[place.location_id],
        )
        for place in places
    ]


def outcome(day: Day, decide: Callable[[], Answer]) -> Outcome:
    """What a way of sourcing comes to."""
    began = time.perf_counter()
    answer = decide()
    seconds = time.perf_counter() - began
    parcels = [
        {answer.places[k] for n in order.needs if (k := (order.order_id, n.variant_id)) in answer.places}
        for order in day.orders
    ]
    lines = sum(len(order.needs) for order in day.orders)
    return Outcome(
        answer.cost_minor,
        sum(len(one) for one in parcels),
        sum(len(one) > 1 for one in parcels),
        lines - len(answer.places),
        seconds,
    )
