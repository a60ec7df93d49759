"""The figures a person reads: sales, share of e-commerce, click and collect, readiness, rejections, visits; per maison, added up.

Each is as docs/figures.md defines it. What a maison is too small to tell apart is left out of a share, never guessed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from enfilade.insight.months import NOTHING, Amount, Monthly, Sales, sales, service_share
from enfilade.insight.published import Published, SalesCell, ServicePeriod, VisitCell
from enfilade.insight.visits import Visits, visits

ONLINE = frozenset({"online_collected", "online_shipped"})
CURRENCY = "EUR"


@dataclass(frozen=True, slots=True)
class Ratio:
    """A part of a whole. Ratios add: those of a group are not means of its maisons' but the ratio of their sums."""

    part: float = 0
    whole: float = 0

    def __add__(self, other: "Ratio") -> "Ratio":
        return Ratio(self.part + other.part, self.whole + other.whole)

    @property
    def value(self) -> float | None:
        """None where there is nothing to divide by: unknown, which is not nought."""
        return self.part / self.whole if self.whole > 0 else None


UNKNOWN = Ratio()
NO_VISITS = Visits()


@dataclass(frozen=True, slots=True)
class Figures:
    """Of some months. Amounts in minor units of EUR at the reference rates, net of tax, cancellations and returns.

    `share` of the net amounts, `share_lines` of the lines, `collect` of the lines promised online, `ready` minutes
    per piece of work, `rejected` of the lines asked. `estimated`: a period reaches beyond these months.
    """

    total: Amount = NOTHING
    online: Amount = NOTHING
    boutique: Amount = NOTHING
    apart: dict[str, Amount] = field(default_factory=dict[str, Amount])
    untold: Amount = NOTHING
    share: Ratio = UNKNOWN
    share_lines: Ratio = UNKNOWN
    collect: Ratio = UNKNOWN
    ready: Ratio = UNKNOWN
    rejected: Ratio = UNKNOWN
    visits: Visits = NO_VISITS
    estimated: bool = False

    def __add__(self, other: "Figures") -> "Figures":
        apart = dict(self.apart)
        for channel, amount in other.apart.items():
            apart[channel] = apart.get(channel, Amount()) + amount
        return Figures(
            self.total + other.total,
            self.online + other.online,
            self.boutique + other.boutique,
            apart,
            self.untold + other.untold,
            self.share + other.share,
            self.share_lines + other.share_lines,
            self.collect + other.collect,
            self.ready + other.ready,
            self.rejected + other.rejected,
            self.visits + other.visits,
            self.estimated or other.estimated,
        )


@dataclass(frozen=True, slots=True)
class Book:
    """What one maison has published, ready to be asked. `others`: amounts in currencies without a reference rate."""

    sales: Sales
    service: list[ServicePeriod]
    visits: list[VisitCell]
    others: dict[str, Sales]

    def figures(self, months: Sequence[date]) -> Figures:
        """Of these months together."""
        known = set(months)
        total = _sum(self.sales, "total", known)
        promise = _parts(self.sales, "promise", known)
        told = all(leaves <= ONLINE or not leaves & ONLINE for leaves in promise)
        online = _added(amount for leaves, amount in promise.items() if leaves <= ONLINE) if told else NOTHING
        method = _parts(self.sales, "method", known)
        boutique = method.get(frozenset({"boutique"}), NOTHING)
        collected = method.get(frozenset({"online_collected"}), NOTHING)
        shipped = method.get(frozenset({"online_shipped"}), NOTHING)
        apart = {
            "+".join(sorted(leaves)): amount
            for leaves, amount in _parts(self.sales, "channel", known).items()
            if not leaves & (ONLINE | {"boutique"})
        }
        shares = [(period, service_share(period, known)) for period in self.service]
        return Figures(
            total=total,
            online=online,
            boutique=boutique,
            apart=apart,
            untold=total - online - boutique - _added(apart.values()),
            share=Ratio(online.net, total.net) if told else UNKNOWN,
            share_lines=Ratio(online.lines, total.lines) if told else UNKNOWN,
            collect=Ratio(collected.lines, collected.lines + shipped.lines),
            ready=Ratio(sum(p.minutes_to_ready * s for p, s in shares), sum(p.ready * s for p, s in shares)),
            rejected=Ratio(
                sum(p.rejections * s for p, s in shares), sum(p.lines_asked * s for p, s in shares)
            ),
            visits=visits(self.visits, known),
            estimated=self.estimated("promise", known),
        )

    def estimated(self, detail: str, months: set[date]) -> bool:
        """Whether a period of this detail, or of the totals, lies only partly in these months."""
        return any(
            not known.isdisjoint(months) and not known <= months
            for asked in ("total", detail)
            for known in map(set, self.sales.periods.get(asked, []))
        )

    def other_currencies(self, months: Sequence[date]) -> dict[str, Amount]:
        """What stands beside the sums, since no reference rate is known for it."""
        known = set(months)
        found = {currency: _sum(sold, "total", known) for currency, sold in self.others.items()}
        return {currency: amount for currency, amount in found.items() if amount.lines}


def books(published: Published) -> dict[UUID, Book]:
    """A book a maison, empty for those that have published nothing."""
    cells: dict[UUID, dict[str, list[SalesCell]]] = {}
    service: dict[UUID, list[ServicePeriod]] = {}
    visited: dict[UUID, list[VisitCell]] = {}
    for cell in published.sales:
        cells.setdefault(cell.maison_id, {}).setdefault(cell.currency, []).append(cell)
    for period in published.service:
        service.setdefault(period.maison_id, []).append(period)
    for cell in published.visits:
        visited.setdefault(cell.maison_id, []).append(cell)
    return {
        id_: _book(cells.get(id_, {}), service.get(id_, []), visited.get(id_, []))
        for id_ in (maison.maison_id for maison in published.maisons)
    }


def _book(cells: dict[str, list[SalesCell]], service: list[ServicePeriod], visited: list[VisitCell]) -> Book:
    others = {currency: sales(found) for currency, found in cells.items() if currency != CURRENCY}
    return Book(sales(cells.get(CURRENCY, [])), service, visited, others)


def added(figures: Iterable[Figures]) -> Figures:
    """The figures of several maisons together."""
    whole = Figures()
    for one in figures:
        whole = whole + one
    return whole


def _added(amounts: Iterable[Amount]) -> Amount:
    lines, net = 0.0, 0.0
    for amount in amounts:
        lines, net = lines + amount.lines, net + amount.net
    return Amount(lines, net)


def _within(monthly: Monthly, months: Iterable[date]) -> Amount:
    return _added(monthly[month] for month in months if month in monthly)


def _parts(sold: Sales, detail: str, months: Iterable[date]) -> dict[frozenset[str], Amount]:
    found = {leaves: _within(monthly, months) for leaves, monthly in sold.details.get(detail, {}).items()}
    return {leaves: amount for leaves, amount in found.items() if amount.lines}


def _sum(sold: Sales, detail: str, months: Iterable[date]) -> Amount:
    return _added(_parts(sold, detail, months).values())
