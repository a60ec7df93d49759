"""The form of rules and costs: what each asks, what it says as amounts, and what was written read field by field."""

import inspect
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Literal

from babel.numbers import get_currency_precision

from enfilade.base.money import Money, from_major
from enfilade.orders.sourcing.costs import Terms
from enfilade.orders.sourcing.rules import CLIENT, LEAST_COST, ONLY_PLACE, PARTED, RULES, TOGETHER
from enfilade.orders.sourcing_terms import Sourcing


@dataclass(frozen=True, slots=True)
class Cost:
    """`least` and `most` are the bounds of the table, of an amount in minor units; a test compares them."""

    name: str
    label: str
    says: str
    unit: Literal["amount", "per cent", "days"]
    least: int
    most: int


COSTS: tuple[Cost, ...] = (
    Cost("parcel_minor", "A parcel", "Box, label and pick-up, however far it goes.", "amount", 0, 10_000_000),
    Cost("per_100_km_minor", "100 kilometres", "On top, for the way.", "amount", 0, 10_000_000),
    Cost(
        "border_minor",
        "A customs border",
        "On top, where the parcel crosses one on its way to the client.",
        "amount",
        0,
        10_000_000,
    ),
    Cost(
        "boutique_piece_minor",
        "Hands in a boutique",
        "To fetch and pack one piece.",
        "amount",
        0,
        10_000_000,
    ),
    Cost(
        "warehouse_piece_minor",
        "Hands in a warehouse",
        "To fetch and pack one piece.",
        "amount",
        0,
        10_000_000,
    ),
    Cost(
        "lost_sale_percent",
        "A sale the boutique misses",
        "Of the price, when somebody comes in for a piece that was sent away.",
        "per cent",
        0,
        100,
    ),
    Cost(
        "resupply_days", "New pieces come after", "Until then a piece sent away is missing.", "days", 1, 365
    ),
    Cost(
        "let_down_minor",
        "A promise not kept",
        "Beside the price, when nobody has the piece after all.",
        "amount",
        0,
        100_000_000,
    ),
)
#: What is said of each rule is what its own code says.
RULE_SAYS = {name: inspect.getdoc(rule) or "" for name, rule in RULES.items()}
#: What decided, in a table: a rule's name, or one of these.
DECIDED = {name: name.replace("_", " ").capitalize() for name in RULES} | {
    ONLY_PLACE: "Nobody else had it",
    LEAST_COST: "The least cost",
    CLIENT: "The client chose it",
    TOGETHER: "Several orders at once",
    PARTED: "No place had all of it",
}
MOVES = ("earlier", "later", "out", "in")
DIGITS_MAX = 12


@dataclass(frozen=True, slots=True)
class Written:
    """The form as it was sent; `wrong` names each field that needs another look, with the reason."""

    rules: tuple[str, ...]
    currency: str
    values: dict[str, str]
    wrong: dict[str, str]

    @property
    def sourcing(self) -> Sourcing:
        """What was decided; only where nothing is wrong."""
        read = {
            cost.name: _minor(self.values[cost.name], self.currency)
            if cost.unit == "amount"
            else int(self.values[cost.name])
            for cost in COSTS
        }
        return Sourcing(
            self.rules, Terms(**{name: value or 0 for name, value in read.items()}), self.currency
        )

    @property
    def unused(self) -> list[str]:
        return [name for name in RULES if name not in self.rules]


def kept(sourcing: Sourcing) -> Written:
    """The form before anybody writes."""
    values = asdict(sourcing.terms)
    shown = {
        cost.name: f"{Money(values[cost.name], sourcing.currency).major:f}"
        if cost.unit == "amount"
        else str(values[cost.name])
        for cost in COSTS
    }
    return Written(sourcing.rules, sourcing.currency, shown, {})


def read(form: Mapping[str, object], currencies: list[str]) -> Written:
    """Every field as it was written, with what is out of bounds. A rule nobody knows, or named twice, is left out."""
    named = dict.fromkeys(str(form.get("rules", ""))[:400].split())
    rules = tuple(name for name in named if name in RULES)
    currency = str(form.get("currency", ""))[:3]
    values = {cost.name: str(form.get(cost.name, "")).strip()[:20] for cost in COSTS}
    wrong: dict[str, str] = {}
    if currency not in currencies:
        currency = currencies[0]
        wrong["currency"] = "Choose one of the currencies your markets sell in."
    for cost in COSTS:
        if words := _wrong(cost, values[cost.name], currency):
            wrong[cost.name] = words
    return Written(rules, currency, values, wrong)


def moved(rules: tuple[str, ...], move: str) -> tuple[str, ...]:
    """The rules after one step, such as "nearest earlier"; a step that cannot be taken changes nothing."""
    name, _, where = move.partition(" ")
    if name not in RULES or where not in MOVES or (name in rules) == (where == "in"):
        return rules
    if where == "in":
        return (*rules, name)
    at = rules.index(name)
    others = [rule for rule in rules if rule != name]
    if where != "out":
        others.insert(max(0, at + (-1 if where == "earlier" else 1)), name)
    return tuple(others)


def bounds(cost: Cost, currency: str) -> str:
    """Between which numbers, as a person reads them."""
    if cost.unit != "amount":
        return f"{cost.least} to {cost.most} {cost.unit}"
    least, most = (Money(minor, currency).shown("en_GB") for minor in (cost.least, cost.most))
    return f"{least} to {most}"


def _minor(text: str, currency: str) -> int | None:
    """Minor units of an amount with a point and no thousands apart; None where it is no amount of the currency."""
    whole, _, part = text.partition(".")
    if not (text.isascii() and f"{whole}{part}".isdigit() and whole) or len(text) > DIGITS_MAX:
        return None
    if len(part) > get_currency_precision(currency):
        return None
    return from_major(Decimal(text), currency).minor


def _wrong(cost: Cost, text: str, currency: str) -> str:
    if cost.unit == "amount":
        value = _minor(text, currency)
        if value is None:
            return f"Give an amount such as {Money(cost.most // 40, currency).major:f}."
    elif text.isascii() and text.isdigit():
        value = int(text)
    else:
        return f"Give a whole number of {cost.unit}."
    return (
        ""
        if cost.least <= value <= cost.most
        else f"Between {bounds(cost, currency).replace(' to ', ' and ')}."
    )
