"""The terms a maison sets, each with its bounds, and a form of them read field by field."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from enfilade.maisons.policies import Policy

YES_OR_NO = "yes or no"


@dataclass(frozen=True, slots=True)
class Term:
    """`least` and `most` are the bounds of the table; a test compares them. YES_OR_NO has none. `optional`: it may stay empty."""

    name: str
    label: str
    says: str
    unit: str
    least: int = 0
    most: int = 0
    optional: bool = False


TERMS: tuple[Term, ...] = (
    Term(
        "hold_minutes",
        "Hold in a checkout",
        "How long a piece stays held for a client who is paying.",
        "minutes",
        5,
        60,
    ),
    Term(
        "as_of_limit_minutes",
        "A count is certain for",
        "With an older count the last piece is offered as “we confirm within the hour”.",
        "minutes",
        1,
        43_200,
    ),
    Term(
        "pick_sla_minutes",
        "Time to prepare",
        "In opening hours. At half of it the boutique’s managers are told.",
        "minutes",
        5,
        2880,
    ),
    Term(
        "collect_days",
        "Days to collect",
        "After that the pieces are for sale again and the client is told.",
        "days",
        1,
        30,
    ),
    Term(
        "sourcing_attempts_max",
        "Places tried",
        "How many places are asked before the client hears no.",
        "places",
        1,
        10,
    ),
    Term(
        "capture_delay_minutes",
        "Hand-over can be undone for",
        "Money is taken only afterwards.",
        "minutes",
        0,
        120,
    ),
    Term(
        "delivery_days_min", "Delivery takes at least", "From dispatch to the client’s door.", "days", 0, 60
    ),
    Term("delivery_days_max", "Delivery takes at most", "Never less than the least.", "days", 0, 90),
    Term(
        "pieces_per_line_max",
        "Pieces of one kind in an order",
        "More are refused in the basket.",
        "pieces",
        1,
        100,
    ),
    Term(
        "return_days",
        "Returns until",
        "After it was handed over, or should have arrived. Never less than the law of the client’s country.",
        "days",
        0,
        365,
    ),
    Term(
        "return_abroad",
        "Returns in another country",
        "Whether a boutique abroad takes back what was bought here.",
        YES_OR_NO,
    ),
    Term(
        "ship_to_store_days",
        "Brought to the boutique within",
        "Pieces that lie elsewhere in the country may be collected in a boutique, so long after they left. Empty: they may not.",
        "working days",
        0,
        20,
        optional=True,
    ),
    Term(
        "reserve_brought",
        "Reserved pieces brought, too",
        "Whether a client may reserve, and pay later in the boutique, what has to be brought there first.",
        YES_OR_NO,
    ),
    Term(
        "goodwill_percent",
        "Goodwill at the desk",
        "How much of an order client service gives back at its own word. Above it a manager approves.",
        "percent",
        0,
        100,
    ),
    Term(
        "offer_percent",
        "Offers of an advisor alone",
        "So much lower than its price an advisor offers a piece to a client without a manager. 0: a manager always approves.",
        "percent",
        0,
        90,
    ),
    Term(
        "offer_euros",
        "All of one offer at most",
        "By so much in euros an advisor alone lowers all of one proposal. Empty: the share above is the only limit.",
        "euros",
        0,
        1_000_000,
        optional=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Written:
    """The form as it was sent; `wrong` names each field that needs another look, with the reason."""

    values: dict[str, str]
    wrong: dict[str, str]

    @property
    def policy(self) -> Policy:
        """What was decided; only where nothing is wrong."""
        values: dict[str, Any] = {
            name: int(value) if value.isdigit() else value == "yes" if value else None
            for name, value in self.values.items()
        }
        return Policy(**values)


def kept(policy: Policy) -> Written:
    """The form before anybody writes."""
    return Written({name: _words(value) for name, value in asdict(policy).items()}, {})


def _words(value: int | None) -> str:
    if value is None:
        return ""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def read(form: Mapping[str, object]) -> Written:
    """Every term as it was written, with what is out of bounds."""
    values = {term.name: str(form.get(term.name, "")).strip()[:20] for term in TERMS}
    wrong: dict[str, str] = {}
    for term in TERMS:
        written = values[term.name]
        if term.unit == YES_OR_NO:
            if written not in ("yes", "no"):
                wrong[term.name] = "Choose yes or no."
        elif term.optional and not written:
            continue
        elif not (written.isascii() and written.isdigit()):
            wrong[term.name] = f"Give a whole number of {term.unit}."
        elif not term.least <= int(written) <= term.most:
            wrong[term.name] = f"Between {term.least} and {term.most} {term.unit}."
    if not wrong.keys() & {"delivery_days_min", "delivery_days_max"} and int(
        values["delivery_days_max"]
    ) < int(values["delivery_days_min"]):
        wrong["delivery_days_max"] = "Not less than what delivery takes at least."
    return Written(values, wrong)
