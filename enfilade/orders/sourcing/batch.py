"""Many orders at once: which place fulfils what, at the least cost of all together, as a mixed integer programme.

The model is in docs/algorithms/sourcing.md. Solved by HiGHS; whatever it has after the time it was given is compared with the
orders placed one after the other, and the cheaper of the two is the answer.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

import highspy
import numpy as np

from enfilade.orders.sourcing import costs
from enfilade.orders.sourcing.costs import Candidate, Need, Place, Terms
from enfilade.orders.sourcing.plan import cheapest

#: Places considered for one line, the cheapest first, beside those that could fill another line of its order.
PLACES_MAX = 16


@dataclass(frozen=True, slots=True)
class Way:
    """From a place to who ordered."""

    distance_km: float | None
    abroad: bool = False
    over_customs: bool = False

    def of(self, place: Place) -> Candidate:
        """The place as who is at the end of this way sees it."""
        return Candidate(place, self.distance_km, self.abroad, over_customs=self.over_customs)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order that waits for places. A location that is not in `ways` cannot serve it."""

    order_id: UUID
    needs: Sequence[Need]
    ways: Mapping[UUID, Way]


#: (order, variant) → location.
Places = dict[tuple[UUID, UUID], UUID]


@dataclass(frozen=True, slots=True)
class Answer:
    """`proved_minor`: no answer costs less (None: nothing was proved). `optimal`: this one does not cost more than asked for."""

    places: Places
    cost_minor: int
    proved_minor: int | None = None
    optimal: bool = False


@dataclass(slots=True)
class _Left:
    """What a place still has while orders are placed one after the other."""

    place: Place
    taken: dict[UUID, int] = field(default_factory=dict[UUID, int])
    parcels: int = 0

    def now(self, needs: Sequence[Need]) -> Place:
        """Of these variants."""
        stock = {
            n.variant_id: self.place.stock.get(n.variant_id, 0) - self.taken.get(n.variant_id, 0)
            for n in needs
        }
        spare = None if self.place.spare is None else self.place.spare - self.parcels
        return replace(self.place, stock=stock, spare=spare)

    def take(self, needs: Sequence[Need]) -> None:
        self.parcels += 1
        for need in needs:
            self.taken[need.variant_id] = self.taken.get(need.variant_id, 0) + need.quantity


def one_by_one(orders: Sequence[Waiting], places: Sequence[Place], terms: Terms) -> Answer:
    """Each order in turn at its least cost, of what those before it left."""
    left = {place.location_id: _Left(place) for place in places}
    found: Places = {}
    for order in orders:
        wanted = {need.variant_id for need in order.needs}
        candidates = [
            way.of(left[at].now(order.needs))
            for at, way in order.ways.items()
            if at in left and not wanted.isdisjoint(left[at].place.stock)
        ]
        chosen = cheapest(order.needs, [c for c in candidates if c.place.spare != 0], terms)
        for at in set(chosen.values()):
            left[at].take([need for need in order.needs if chosen.get(need.variant_id) == at])
        found |= {(order.order_id, variant): at for variant, at in chosen.items()}
    return Answer(found, cost_minor(orders, places, found, terms))


def cost_minor(orders: Sequence[Waiting], places: Sequence[Place], found: Places, terms: Terms) -> int:
    """What an answer costs, whoever found it. Raises ValueError for one that takes more than there is."""
    left = {place.location_id: _Left(place) for place in places}
    total = 0
    for order in orders:
        for need in order.needs:
            if (order.order_id, need.variant_id) not in found:
                total += costs.unfilled_minor(need, terms)
        for at in sorted({found[k] for n in order.needs if (k := (order.order_id, n.variant_id)) in found}):
            way, here = order.ways[at], left[at]
            mine = [n for n in order.needs if found.get((order.order_id, n.variant_id)) == at]
            total += costs.parcel_minor(way.of(here.place), terms)
            for need in mine:
                taken = here.taken.get(need.variant_id, 0)
                if taken + need.quantity > here.place.stock.get(need.variant_id, 0):
                    raise ValueError(f"{at} has too few of {need.variant_id}")
                total += costs.pieces_minor(here.place, need, terms, taken=taken)
            here.take(mine)
            if here.place.spare is not None and here.parcels > here.place.spare:
                raise ValueError(f"{at} has no time for so many parcels")
    return total


def together(
    orders: Sequence[Waiting],
    places: Sequence[Place],
    terms: Terms,
    *,
    seconds: float = 0.8,
    gap: float = 0.01,
) -> Answer:
    """All orders at the least cost together, found within `seconds` or within `gap` of what is proved to be least."""
    greedy = one_by_one(orders, places, terms)
    model = Model(orders, places, terms)
    if not model.choices:
        return replace(greedy, proved_minor=greedy.cost_minor, optimal=True)
    found, proved, optimal = model.solve(greedy.places, seconds, gap)
    if found is None:
        return greedy
    cost = cost_minor(orders, places, found, terms)
    better = Answer(found, cost) if cost < greedy.cost_minor else greedy
    return replace(better, proved_minor=proved, optimal=optimal)


class Model:
    """Columns: each choice of a place for a line, each parcel, each line left open, each next piece taken of a stock."""

    def __init__(self, orders: Sequence[Waiting], places: Sequence[Place], terms: Terms) -> None:
        self._by_id = {place.location_id: place for place in places}
        self._terms = terms
        self.choices: list[tuple[UUID, UUID, UUID]] = []
        self._chosen: list[int] = []
        self._cost: list[float] = []
        self._whole: list[bool] = []
        self._rows: list[tuple[float, float, list[int], list[float]]] = []
        parcels: dict[UUID, list[int]] = {}
        taken: dict[tuple[UUID, UUID], list[tuple[int, int]]] = {}
        for order in orders:
            self._order(order, parcels, taken)
        for (at, variant), pieces in taken.items():
            self._stock(at, variant, pieces)
        for at, columns in parcels.items():
            spare = self._by_id[at].spare
            if spare is not None and spare < len(columns):
                self._rows.append((-np.inf, max(spare, 0), columns, [1.0] * len(columns)))

    def _column(self, cost: float, *, whole: bool = False) -> int:
        self._cost.append(cost)
        self._whole.append(whole)
        return len(self._cost) - 1

    def _order(
        self,
        order: Waiting,
        parcels: dict[UUID, list[int]],
        taken: dict[tuple[UUID, UUID], list[tuple[int, int]]],
    ) -> None:
        parcel: dict[UUID, int] = {}
        for need, able in self._able(order):
            # The line comes from one of the places, or stays open.
            line: list[int] = []
            for at in able:
                if at not in parcel:
                    parcel[at] = self._column(self._parcel_minor(order, at))
                    parcels.setdefault(at, []).append(parcel[at])
                choice = self._column(costs.hands_minor(self._by_id[at], need, self._terms), whole=True)
                self.choices.append((order.order_id, need.variant_id, at))
                self._chosen.append(choice)
                line.append(choice)
                taken.setdefault((at, need.variant_id), []).append((choice, need.quantity))
                self._rows.append((-np.inf, 0.0, [choice, parcel[at]], [1.0, -1.0]))
            line.append(self._column(costs.unfilled_minor(need, self._terms)))
            self._rows.append((1.0, 1.0, line, [1.0] * len(line)))

    def _able(self, order: Waiting) -> list[tuple[Need, list[UUID]]]:
        """For each line the places that have it: the cheapest by themselves, and those that are so for another line."""
        able: list[tuple[Need, list[UUID]]] = []
        for need in order.needs:
            has = [
                at
                for at in order.ways
                if at in self._by_id and self._by_id[at].stock.get(need.variant_id, 0) >= need.quantity
            ]
            has.sort(key=lambda at, need=need: (self._alone_minor(order, at, need), at))
            able.append((need, has))
        near = {at for _, has in able for at in has[:PLACES_MAX]}
        return [(need, [at for at in has if at in near]) for need, has in able]

    def _alone_minor(self, order: Waiting, at: UUID, need: Need) -> int:
        return self._parcel_minor(order, at) + costs.pieces_minor(self._by_id[at], need, self._terms)

    def _parcel_minor(self, order: Waiting, at: UUID) -> int:
        way = order.ways[at]
        return costs.parcel_minor(way.of(self._by_id[at]), self._terms)

    def _stock(self, at: UUID, variant: UUID, pieces: list[tuple[int, int]]) -> None:
        """As many columns as pieces may be taken, each dearer than the one before: what the choices take, these pay."""
        place = self._by_id[at]
        stock = place.stock[variant]
        most = min(stock, sum(quantity for _, quantity in pieces))
        dearer = [
            self._column(costs.missed_minor(place, variant, self._terms, stock - n)) for n in range(most)
        ]
        takes = [float(quantity) for _, quantity in pieces]
        columns = [choice for choice, _ in pieces] + dearer
        self._rows.append((0.0, 0.0, columns, takes + [-1.0] * most))

    def solve(self, known: Places, seconds: float, gap: float) -> tuple[Places | None, int | None, bool]:
        """From a known answer: the choices made, if any in time; what is proved to be least; whether the gap was reached."""
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self._cost), len(self._rows)
        lp.col_cost_ = np.array(self._cost)
        lp.col_lower_, lp.col_upper_ = np.zeros(lp.num_col_), np.ones(lp.num_col_)
        lp.integrality_ = [
            highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous
            for whole in self._whole
        ]
        lp.row_lower_ = np.array([row[0] for row in self._rows])
        lp.row_upper_ = np.array([row[1] for row in self._rows])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0] + [len(row[2]) for row in self._rows])
        lp.a_matrix_.index_ = np.concatenate([row[2] for row in self._rows])
        lp.a_matrix_.value_ = np.concatenate([row[3] for row in self._rows])
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("time_limit", seconds)
        solver.setOptionValue("mip_rel_gap", gap)
        solver.passModel(lp)
        begun = [float(known.get((order, variant)) == at) for order, variant, at in self.choices]
        solver.setSolution(len(begun), np.array(self._chosen), np.array(begun))
        solver.run()
        info = solver.getInfo()
        proved = math.ceil(info.mip_dual_bound - 1e-3) if math.isfinite(info.mip_dual_bound) else None
        if info.primal_solution_status != 2:  # no feasible point yet
            return None, proved, False
        value = solver.getSolution().col_value
        found = {
            (order, variant): at
            for (order, variant, at), column in zip(self.choices, self._chosen, strict=True)
            if value[column] > 0.5
        }
        return found, proved, solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
