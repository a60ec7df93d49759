"""How the maison’s own tools show an order: moments in a place's own zone, money, states and methods in English words."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from enfilade.base.money import Money
from enfilade.web.shared.order_reading import Payment

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
#: How the refund of a return stands, by the state of its operation.
REFUNDS = {
    "": "none asked",
    "asked": "asked, not answered yet",
    "done": "done",
    "refused": "refused by the provider",
}


def moment(value: datetime, zone: str = "") -> str:
    """22 Nov, 14:05 where it happened, with the year where it is another; UTC is said where the place is not known."""
    there = value.astimezone(ZoneInfo(zone) if zone else UTC)
    year = "" if there.year == datetime.now(there.tzinfo).year else f" {there.year}"
    return f"{there.day} {there:%b}{year}, {there:%H:%M}{'' if zone else ' UTC'}"


def money(minor: int, currency: str) -> str:
    """As English writes it."""
    return Money(minor, currency).shown("en_GB")


def words(state: str) -> str:
    """A state as one says it."""
    return STATES.get(state, state.replace("_", " "))


def language_name(code: str) -> str:
    """A language as English calls it."""
    return LANGUAGES.get(code, code)


def paid(payment: Payment | None, zone: str) -> str:
    """How the order's money stands, in a sentence."""
    if payment is None:
        return "Nothing is paid online: the client decides and pays in the boutique."
    amount = money(payment.amount_minor, payment.currency)
    if payment.state == "refused":
        return f"The provider refused {amount}."
    if payment.state in ("asked", "second_step"):
        return f"{amount} is asked for; the provider has not answered yet."
    if payment.state == "voided":
        return f"{amount} was authorised and let go; nothing was taken."
    said = f"{amount} is authorised"
    if payment.authorised_until and payment.separate_capture:
        said += f" until {moment(payment.authorised_until, zone)}"
    taken = money(payment.captured_minor, payment.currency)
    said += f"; {taken} is taken" if payment.captured_minor else "; nothing is taken yet"
    if payment.refunded_minor:
        said += f", {money(payment.refunded_minor, payment.currency)} given back"
    return said + "."
