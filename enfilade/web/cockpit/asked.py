"""What the address asks for: which months, which segment, sorted by what. Anything unknown is the usual, never an error."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from litestar import Request

from enfilade.insight.months import last_months, span

PERIODS = {1: "This month", 3: "3 months", 12: "12 months", 24: "24 months"}
SORTS = ("name", "segment", "net", "online", "boutique", "share", "collect", "ready", "rejected")
USUAL_MONTHS, CURVE_MONTHS = 12, 25


@dataclass(frozen=True, slots=True)
class Asked:
    """A table one can sort, filter and share by its address."""

    months: int = USUAL_MONTHS
    segment: str = ""
    sort: str = "net"
    descending: bool = True

    def window(self, today: date) -> tuple[date, ...]:
        """The months asked for; the last one runs."""
        return last_months(today, self.months)

    def before(self, today: date) -> tuple[date, ...]:
        """The same months a year earlier."""
        first, *_, last = (*self.window(today), today.replace(day=1))
        return span(first.replace(year=first.year - 1), last.replace(year=last.year - 1))

    def address(self, **other: Any) -> str:
        """The parameters of this table with some of them other; the usual ones are left out."""
        asked = replace(self, **other)
        words: dict[str, str] = {}
        if asked.months != USUAL_MONTHS:
            words["months"] = str(asked.months)
        if asked.segment:
            words["segment"] = asked.segment
        if (asked.sort, asked.descending) != ("net", True):
            words |= {"sort": asked.sort, "order": "desc" if asked.descending else "asc"}
        return f"?{urlencode(words)}" if words else "?"

    def sorted_by(self, column: str) -> str:
        """Where the column's title leads: sorted by it, or the other way round if it is already."""
        words = column in ("name", "segment")
        descending = not self.descending if column == self.sort else not words
        return self.address(sort=column, descending=descending) + "#maisons"


def asked(request: Request[Any, Any, Any]) -> Asked:
    """From the address."""
    given = request.query_params
    months = given.get("months", "")
    sort = given.get("sort", "net")
    return Asked(
        months=int(months) if months in {str(period) for period in PERIODS} else USUAL_MONTHS,
        segment=given.get("segment", "")[:60],
        sort=sort if sort in SORTS else "net",
        descending=given.get("order", "asc" if sort in ("name", "segment") else "desc") != "asc",
    )
