"""Published cells as figures of single months: a period of several is shared out as the maison's total was in them.

Sums over whole periods stay exact; a month inside a longer period is an estimate, and says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from enfilade.insight.published import SalesCell, ServicePeriod


@dataclass(frozen=True, slots=True)
class Amount:
    """Lines and their net amount in minor units; fractions, since months may be estimates."""

    lines: float = 0
    net: float = 0

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.lines + other.lines, self.net + other.net)

    def __sub__(self, other: "Amount") -> "Amount":
        return Amount(self.lines - other.lines, self.net - other.net)


Monthly = dict[date, Amount]


@dataclass(frozen=True, slots=True)
class Sales:
    """One maison's, in one currency: detail → leaves → month → amount; and which periods were longer than a month."""

    details: dict[str, dict[frozenset[str], Monthly]]
    periods: dict[str, list[tuple[date, ...]]]


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
    """Of one maison and currency; where it keeps several regions, each is shared out by its own totals."""
    details: dict[str, dict[frozenset[str], Monthly]] = {}
    periods: dict[str, list[tuple[date, ...]]] = {}
    by_region: dict[str, list[SalesCell]] = {}
    for cell in cells:
        by_region.setdefault(cell.region, []).append(cell)
    for inside in by_region.values():
        totals: Monthly = {}
        for cell in sorted(inside, key=lambda cell: cell.detail != "total"):
            months = span(cell.first_month, cell.last_month)
            if cell.detail == "total":
                shares = [(1 / len(months), 1 / len(months))] * len(months)
            else:
                shares = _shares([totals.get(month, Amount()) for month in months])
            leaves = details.setdefault(cell.detail, {}).setdefault(frozenset(cell.part.split("+")), {})
            for month, (of_lines, of_net) in zip(months, shares, strict=True):
                here = Amount(cell.lines * of_lines, cell.net_minor * of_net)
                leaves[month] = leaves.get(month, Amount()) + here
                if cell.detail == "total":
                    totals[month] = totals.get(month, Amount()) + here
            if len(months) > 1:
                periods.setdefault(cell.detail, []).append(months)
    return Sales(details, periods)


def _shares(totals: list[Amount]) -> list[tuple[float, float]]:
    lines, net = sum(total.lines for total in totals), sum(total.net for total in totals)
    even = 1 / len(totals)
    return [(t.lines / lines if lines > 0 else even, t.net / net if net > 0 else even) for t in totals]


def service_share(period: ServicePeriod, months: Iterable[date]) -> float:
    """How much of the period lies in these months, each of its months counting alike."""
    inside = span(period.first_month, period.last_month)
    return len(set(inside) & set(months)) / len(inside)
