"""How the studio shows things: moments in a place's own zone, counts, money, languages, states in words."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal, format_percent
from litestar import Request, Response

from enfilade.base.money import Money
from enfilade.base.secrets import new_secret
from enfilade.web.shared.pages import page
from enfilade.web.studio.entering import Maison, Manager

STATES = {
    "placed": "open",
    "completed": "completed",
    "cancelled": "cancelled",
    "awaited": "on its way to the boutique",
    "asked": "waiting to be accepted",
    "accepted": "being prepared",
    "ready": "ready to collect",
    "handed_over": "handed over",
    "dispatched": "dispatched",
    "rejected": "rejected",
    "expired": "not prepared in time",
    "no_show": "not collected",
    "sourced": "to be picked",
    "unsourced": "looking for another place",
    "picked": "picked",
    "refused": "left at the counter",
}
METHODS = {
    "collect": "to collect",
    "reserve": "reserved",
    "ship": "to deliver",
    "counter": "sold at the counter",
}
LANGUAGES = {"fr": "French", "en": "English", "nl": "Dutch", "zh": "Chinese"}
KINDS = {"boutique": "Boutique", "warehouse": "Warehouse", "atelier": "Atelier"}


def moment(value: datetime, zone: str = "") -> str:
    """22 Nov, 14:05 where it happened, with the year where it is another; UTC is said where the place is not known."""
    there = value.astimezone(ZoneInfo(zone) if zone else UTC)
    year = "" if there.year == datetime.now(there.tzinfo).year else f" {there.year}"
    return f"{there.day} {there:%b}{year}, {there:%H:%M}{'' if zone else ' UTC'}"


def day(value: date) -> str:
    """22 Nov 2026."""
    return f"{value.day} {value:%b %Y}"


def share(basis_points: int) -> str:
    """Hundredths of a per cent as English writes them: 32.5%."""
    return format_percent(Decimal(basis_points) / 10_000, "#,##0.##%", locale="en")


def count(value: int) -> str:
    """A whole number with its thousands apart."""
    return format_decimal(value, locale="en")


def money(minor: int, currency: str) -> str:
    """As English writes it."""
    return Money(minor, currency).shown("en_GB")


def words(state: str) -> str:
    """A state as one says it."""
    return STATES.get(state, state.replace("_", " "))


def language_name(code: str) -> str:
    """A language as English calls it."""
    return LANGUAGES.get(code, code)


def screen(
    request: Request[Any, Any, Any],
    template: str,
    *,
    member: Manager,
    maison: Maison,
    tab: str,
    status: int = 200,
    **context: Any,
) -> Response[str]:
    """A screen of the studio."""
    return page(
        request,
        template,
        status=status,
        member=member,
        maison=maison,
        tab=tab,
        new_key=new_secret,
        moment=moment,
        count=count,
        amount=money,
        words=words,
        methods=METHODS,
        kinds=KINDS,
        language_name=language_name,
        **context,
    )
