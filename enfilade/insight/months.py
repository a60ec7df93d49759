"""Published cells as figures of single months: a period of several is shared out as the maison's total was in them.

Sums over whole periods stay exact; a month inside a longer period is an estimate, and says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from enfilade.insight.published import SalesCell, ServicePeriod, VisitCell


@dataclass(frozen=True, slots=True)
class Amount:
    """Lines and their net amount in minor units; fractions, since months may be estimates."""

    lines: float = 0
    net: float = 0

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.lines + other.lines, self.net + other.net)

    def __sub__(self, other: "Amount") -> "Amount":
        return Amount(self.lines - other.lines, self.net - other.net)


NOTHING = Amount()
Monthly = dict[date, Amount]
DETAILS = ("total", "promise", "method", "channel")


@dataclass(frozen=True, slots=True)
class Sales:
    """One maison's, in one currency: detail → leaves → month → amount; and which periods were longer than a month."""

    details: dict[str, dict[frozenset[str], Monthly]]
    periods: dict[str, list[tuple[date, ...]]]


@cache
def leaves_of(part: str) -> frozenset[str]:
    """The leaves a part's name joins by '+'."""
    return frozenset(part.split("+"))


@cache
def span(first: date, last: date) -> tuple[date, ...]:
    """The first days of the months from `first` to `last`."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return tuple(
        date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1)
        for n in range(count)
    )


def last_months(today: date, count: int) -> tuple[date, ...]:
    """The month of `today` and those before it, `count` in all, oldest first."""
    begin = today.year * 12 + today.month - count
    return span(date(begin // 12, begin % 12 + 1, 1), today.replace(day=1))


def sales(cells: Iterable[SalesCell]) -> Sales:
    """Of one maison and currency; where it keeps several regions, each is shared out by its own totals.

    A part is shared out as the part of the coarser detail that holds it, so that in every month parts add up.
    """
    details: dict[str, dict[frozenset[str], Monthly]] = {}
    periods: dict[str, list[tuple[date, ...]]] = {}
    by_region: dict[str, list[SalesCell]] = {}
    for cell in cells:
        by_region.setdefault(cell.region, []).append(cell)
        if cell.first_month != cell.last_month:
            periods.setdefault(cell.detail, []).append(span(cell.first_month, cell.last_month))
    for inside in by_region.values():
        coarser: dict[frozenset[str], Monthly] = {}
        for detail in DETAILS:
            here: dict[frozenset[str], Monthly] = {}
            for cell in inside:
                if cell.detail == detail:
                    part = leaves_of(cell.part)
                    around = next((known for leaves, known in coarser.items() if part <= leaves), None)
                    here.setdefault(part, {}).update(_shared_out(cell, around or {}))
            for part, monthly in here.items():
                known = details.setdefault(detail, {}).setdefault(part, {})
                for month, amount in monthly.items():
                    known[month] = known[month] + amount if month in known else amount
            coarser = here
    return Sales(details, periods)


def _shared_out(cell: SalesCell, around: Monthly) -> Monthly:
    months = span(cell.first_month, cell.last_month)
    if len(months) == 1:
        return {months[0]: Amount(cell.lines, cell.net_minor)}
    of = [around.get(month, NOTHING) for month in months]
    lines, net = sum(amount.lines for amount in of), sum(amount.net for amount in of)
    even = 1 / len(months)
    return {
        month: Amount(
            cell.lines * (amount.lines / lines if lines > 0 else even),
            cell.net_minor * (amount.net / net if net > 0 else even),
        )
        for month, amount in zip(months, of, strict=True)
    }


def service_share(period: ServicePeriod | VisitCell, months: Iterable[date]) -> float:
    """How much of the period lies in these months, each of its months counting alike."""
    inside = span(period.first_month, period.last_month)
    return len(set(inside) & set(months)) / len(inside)
