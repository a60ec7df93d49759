"""Sourcing, without a database: how many orders are decided a second, and what that costs next to the proved optimum."""

import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

from bench.measuring import entry
from enfilade.orders.sourcing.batch import Model, cost_minor, one_by_one, together
from enfilade.orders.sourcing.costs import Terms
from enfilade.orders.sourcing.replay import Day, drawn, nearest_first

ONLINE, BATCH = "sourcing_online", "sourcing_batch"
ORDERS = 40
BOUTIQUES = 75
VARIANTS = 200
#: What proves the optimum may take so long, a day.
PROOF_SECONDS = 60.0


def sourcing_figures(names: list[str], days: int) -> dict[str, dict[str, Any]]:
    """Of so many drawn days, the medians and the worst; `cost_ratio` is cost over the proved optimum.

    `bare` of one order after the other is the nearest place that has it; of the batch, the solver alone on a model that is
    ready, from the same answer and with the same time.
    """
    terms = Terms()
    drawings = [
        drawn(seed=seed, orders=ORDERS, boutiques=BOUTIQUES, variants=VARIANTS) for seed in range(days)
    ]
    proved = [
        together(day.orders, day.places, terms, seconds=PROOF_SECONDS, gap=0).proved_minor for day in drawings
    ]

    told: dict[str, dict[str, Any]] = {}
    for name, ours, bare in ((ONLINE, _online, _nearest), (BATCH, _together, _solver)):
        if name not in names:
            continue
        took: list[float] = []
        floor: list[float] = []
        costs: list[float] = []
        for day, optimum in zip(drawings, proved, strict=True):
            cost, seconds = ours(day, terms)
            took.append(seconds)
            floor.append(bare(day, terms)[1])
            costs.append(cost / (optimum or cost))
        told[name] = entry(
            ORDERS / median(took),
            "orders/s",
            bare=ORDERS / median(floor),
            cost_ratio=round(median(costs), 4),
            cost_ratio_worst=round(max(costs), 4),
            seconds=round(median(took), 3),
            seconds_worst=round(max(took), 3),
            days=days,
            orders=ORDERS,
        )
    return told


#: Of `growth`: orders, and places that may send.
GROWTH_ORDERS, GROWTH_PLACES = (10, 40, 160, 640), (10, 75, 300)
GROWTH_DAYS = 3


def growth(orders: Sequence[int], places: Sequence[int], say: Callable[[str], None]) -> str:
    """A table of what deciding costs as orders and places grow: medians of drawn days, the clock's seconds.

    `gain`: what placing all together costs, over one after the other. The solver's own time is bounded whatever the size; what
    grows is the model that is built for it.
    """
    terms = Terms()
    rows = [
        "| orders | places | one by one | of that, one order | together | gain |",
        "|---:|---:|---:|---:|---:|---:|",
    ]
    for among in places:
        for count in orders:
            say(f"{count} orders, {among} places")
            one: list[float] = []
            batch: list[float] = []
            ratios: list[float] = []
            for seed in range(GROWTH_DAYS):
                day = drawn(seed=seed, orders=count, boutiques=among, variants=VARIANTS)
                apart, seconds = _online(day, terms)
                one.append(seconds)
                joint, seconds = _together(day, terms)
                batch.append(seconds)
                ratios.append(joint / apart)
            rows.append(
                f"| {count} | {among} | {median(one):.3f} s | {1000 * median(one) / count:.2f} ms | {median(batch):.2f} s"
                f" | {median(ratios):.3f} |"
            )
    return "\n".join(rows)


def _timed(decide: Callable[[], int]) -> tuple[int, float]:
    began = time.perf_counter()
    cost = decide()
    return cost, time.perf_counter() - began


def _online(day: Day, terms: Terms) -> tuple[int, float]:
    return _timed(lambda: one_by_one(day.orders, day.places, terms).cost_minor)


def _nearest(day: Day, terms: Terms) -> tuple[int, float]:
    return _timed(lambda: nearest_first(day.orders, day.places, terms).cost_minor)


def _together(day: Day, terms: Terms) -> tuple[int, float]:
    return _timed(lambda: together(day.orders, day.places, terms).cost_minor)


def _solver(day: Day, terms: Terms) -> tuple[int, float]:
    known = one_by_one(day.orders, day.places, terms).places
    model = Model(day.orders, day.places, terms)

    def solved() -> int:
        found, _, _ = model.solve(known, 0.8, 0.01)
        return cost_minor(day.orders, day.places, found or known, terms)

    return _timed(solved)
