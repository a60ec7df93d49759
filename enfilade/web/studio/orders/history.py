"""An order's facts as sentences, in the order they happened."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from enfilade.base.money import Money
from enfilade.web.studio.orders.reading import Event
from enfilade.web.studio.showing import METHODS, moment

REASONS = {
    "not_in_stock": "it was not in stock",
    "mismatch": "it was another piece than the label said",
    "damaged": "it was damaged",
    "worn_display": "it was worn from display",
    "expired": "it was not prepared in time",
    "shortage": "stock came short",
}
CANCELLATIONS = {"unsourced": "no other place had it", "no_show": "it was not collected"}


@dataclass(frozen=True, slots=True)
class Sentence:
    """What happened, and when it was where it happened."""

    when: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class _Told:
    """A fact with the words its ids stand for."""

    who: str
    place: str
    piece: str
    zone: str
    body: dict[str, Any]

    @property
    def sum(self) -> str:
        return Money(int(self.body["amount_minor"]), str(self.body["currency"])).shown("en_GB")


def _placed(told: _Told) -> str:
    total = Money(int(told.body["total_minor"]), str(told.body["currency"])).shown("en_GB")
    return f"The order was placed, {METHODS.get(told.body['method'], told.body['method'])}, for {total}"


def _ready(told: _Told) -> str:
    until = moment(datetime.fromisoformat(told.body["collect_by"]), told.zone)
    return f"{told.who} said it is ready at {told.place}; it waits until {until}"


def _rejected(told: _Told) -> str:
    reason = REASONS.get(told.body["reason"], told.body["reason"])
    return f"{told.who or told.place} could not give {told.piece}: {reason}"


def _cancelled(told: _Told) -> str:
    cause = CANCELLATIONS.get(told.body["cause"], told.body["cause"])
    return f"{told.piece} was cancelled, {told.sum}: {cause}"


def _handed_over(told: _Told) -> str:
    refused = int(told.body["refused"])
    left = f"; {refused} left at the counter" if refused else ""
    return f"{told.who} handed it over at {told.place}{left}"


def _received(told: _Told) -> str:
    accepted, refused = int(told.body["accepted"]), int(told.body["refused"])
    worth = Money(int(told.body["value_minor"]), str(told.body["currency"])).shown("en_GB")
    taken = (
        f"took back {accepted} {'piece' if accepted == 1 else 'pieces'}, {worth},"
        if accepted
        else "took nothing back"
    )
    return f"{told.who} {taken} at {told.place}" + (f"; {refused} not taken back" if refused else "")


SENTENCES: dict[str, Callable[[_Told], str]] = {
    "OrderPlaced": _placed,
    "OrderClosed": lambda told: f"The order was {told.body['state']}",
    "FulfilmentAsked": lambda told: f"{told.place} was asked to prepare it",
    "FulfilmentAccepted": lambda told: f"{told.who} accepted it at {told.place}",
    "FulfilmentGivenBack": lambda told: f"{told.who} gave it back for a colleague",
    "FulfilmentReady": _ready,
    "FulfilmentLate": lambda told: f"Nobody had accepted it: the managers of {told.place} were told",
    "FulfilmentExpired": lambda told: f"{told.place} did not prepare it in time",
    "FulfilmentHandedOver": _handed_over,
    "HandOverUndone": lambda told: f"{told.who} undid the hand-over",
    "FulfilmentDispatched": lambda told: f"{told.who} sent it off from {told.place}",
    "FulfilmentNotCollected": lambda told: (
        f"It was not collected at {told.place}; the pieces are for sale again"
    ),
    "ClientOnTheWay": lambda told: f"The client said they are on their way to {told.place}",
    "LinePicked": lambda told: f"{told.who} picked {told.piece}",
    "LinePutBack": lambda told: f"{told.who} put {told.piece} back",
    "LineRejected": _rejected,
    "LineResourced": lambda told: f"{told.piece} was found at {told.place}",
    "LineCancelled": _cancelled,
    "AllocationLost": lambda told: f"Stock at {told.place} no longer has {told.piece}",
    "ReturnAnnounced": lambda told: f"The client announced a return, pieces: {told.body['pieces']}",
    "ReturnEnded": lambda told: (
        "The client keeps what they had announced to return"
        if told.body["state"] == "withdrawn"
        else "What was announced to come back was not seen for a month"
    ),
    "ReturnReceived": _received,
    "PaymentCaptured": lambda told: f"{told.sum} was taken",
    "PaymentRefunded": lambda told: f"{told.sum} was given back",
    "PaymentVoided": lambda told: "What was authorised and not taken was let go",
    "PaymentOperationRefused": lambda told: f"The payment provider refused: {told.body['operation']}",
}


def history(events: list[Event], pieces: dict[UUID, str], zone: str) -> list[Sentence]:
    """`pieces` names each line; `zone` is where the order is prepared, for what happened at no place."""
    return [
        Sentence(moment(event.recorded_at, event.zone or zone), event.recorded_at, _said(event, pieces))
        for event in events
    ]


def _said(event: Event, pieces: dict[UUID, str]) -> str:
    say = SENTENCES.get(event.kind)
    if say is None:
        return event.kind
    piece = pieces.get(event.subject_id, "a piece")
    return say(_Told(event.who, event.place, piece, event.zone, event.body))
