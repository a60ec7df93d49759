"""How the cockpit shows figures: rounded as one reads them, unknown as a dash, estimates marked."""

from datetime import UTC, date, datetime
from typing import Any

from babel.numbers import format_decimal
from litestar import Request, Response

from enfilade.insight.visits import Visits
from enfilade.orders.reference_rates import DAY, SOURCE, UNITS_PER_EURO
from enfilade.orders.small_cells import LINES_MIN
from enfilade.web.cockpit.entering import Reader
from enfilade.web.shared.pages import page

UNKNOWN = "–"
CHANNELS = {
    "reserve": "Reserved online, paid in the boutique",
    "pay_by_link": "Pay by link",
    "endless_aisle": "Endless aisle",
    "phone": "Phone",
    "marketplace": "Marketplace",
}
VISIT_COLUMNS = (
    *(
        "visits_begun_online",
        "visits_told",
        "visits_with_something_beside",
        "share_with_something_beside_percent",
    ),
    *("net_eur_beside", "net_eur_beside_per_visit", "beside", "visits_estimated"),
)


def percent(value: float | None) -> str:
    """One decimal."""
    return UNKNOWN if value is None else f"{value * 100:.1f}\u00a0%"


def points(now: float | None, before: float | None) -> str:
    """The difference of two shares in points, '' where one is unknown."""
    return (
        "" if now is None or before is None else f"{(now - before) * 100:+.1f}\u00a0points".replace("-", "−")
    )


def euros(minor: float) -> str:
    """Millions above one, else thousands, else euros."""
    major = minor / 100
    if abs(major) >= 1_000_000:
        return f"€{format_decimal(round(major / 1_000_000, 2), format='#,##0.00', locale='en')}\u00a0m"
    if abs(major) >= 10_000:
        return f"€{format_decimal(round(major / 1000), locale='en')}\u00a0k"
    return f"€{format_decimal(round(major), locale='en')}"


def thousands(minor: float) -> str:
    """Thousands of euros, for columns headed so."""
    return format_decimal(round(minor / 100_000), locale="en")


def count(value: float) -> str:
    """A whole number with its thousands apart."""
    return format_decimal(round(value), locale="en")


def waited(minutes: float | None) -> str:
    """Minutes below two hours, else hours and minutes."""
    if minutes is None:
        return UNKNOWN
    whole = round(minutes)
    return f"{whole}\u00a0min" if whole < 120 else f"{whole // 60}\u00a0h\u00a0{whole % 60:02d}"


def family(segment: str) -> str:
    """The segment's name as people write it."""
    return segment.replace("_", " ").capitalize()


def channel(part: str) -> str:
    """The channel's name; several told together are named together."""
    return ", ".join(CHANNELS.get(leaf, family(leaf)) for leaf in part.split("+"))


def month(value: date) -> str:
    """Nov 2026."""
    return f"{value:%b} {value.year}"


def moment(value: datetime) -> str:
    """22 November 2026, 04:05 UTC."""
    there = value.astimezone(UTC)
    return f"{there.day} {there:%B} {there.year}, {there:%H:%M} UTC"


def day(value: date) -> str:
    """22 November 2026."""
    return f"{value.day} {value:%B} {value.year}"


def whole_percent(value: float) -> str:
    """For the marks of an axis."""
    return f"{value * 100:g}\u00a0%"


def round_euros(minor: float) -> str:
    """For the marks of an axis, which are round."""
    major = minor / 100
    for size, letter in ((1_000_000, "\u00a0m"), (1000, "\u00a0k")):
        if major >= size:
            return f"€{major / size:g}{letter}"
    return f"€{major:g}"


#: What templates say figures with, under the name `show` and each by its own.
SHOW: dict[str, Any] = {
    "percent": percent,
    "whole_percent": whole_percent,
    "points": points,
    "round_euros": round_euros,
    "euros": euros,
    "thousands": thousands,
    "count": count,
    "waited": waited,
    "family": family,
    "channel": channel,
    "month": month,
    "moment": moment,
    "day": day,
    "least": LINES_MIN,
    "rates_day": DAY,
    "rates_source": SOURCE,
    "rates": UNITS_PER_EURO,
}


def screen(
    request: Request[Any, Any, Any], template: str, *, reader: Reader, **context: Any
) -> Response[str]:
    """A screen of the cockpit."""
    return page(request, template, reader=reader, show=SHOW, **(SHOW | context))


def number(value: float | None, digits: int = 0) -> str | float | int:
    """For a file: rounded, '' where unknown."""
    if value is None:
        return ""
    return round(value, digits) if digits else round(value)


def major(minor: float) -> float:
    """For a file: euros and cents."""
    return round(minor / 100, 2)


def visit_cells(of: Visits) -> list[object]:
    """For a file, under VISIT_COLUMNS; what is not measured is blank and says why."""
    if of.measured:
        beside = [number(of.told), number(of.beside), number((of.share or 0) * 100, 2)]
        beside += [major(of.net), major(of.net_per_visit or 0), "measured"]
    else:
        why = "too few to show" if of.few else "not measured: the tills do not tell visits"
        beside = [*[""] * 5, why if of.maisons else ""]
    return [number(of.begun) if of.maisons else "", *beside, "yes" if of.estimated else "no"]
