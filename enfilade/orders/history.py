"""What happened to an order, as sentences for whoever may read them: its client, an advisor, the maison.

The news come from one place; each audience has a table of its own. What a client is not told has no sentence there, and the
policy `told_to_client` does not even show it to the holder of the order's link. The tools of staff are in English.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from babel.dates import format_date

from enfilade.base import i18n
from enfilade.base.db import Conn, many
from enfilade.base.i18n import Language
from enfilade.base.money import Money

EVENTS_MAX = 500


@dataclass(frozen=True, slots=True)
class Event:
    """A fact about the order, with the names its ids stand for, as far as whoever reads may know them."""

    kind: str
    subject_id: UUID
    body: dict[str, Any]
    recorded_at: datetime
    who: str
    place: str
    zone: str
    piece: str


async def events(conn: Conn, *, maison_id: UUID, order_id: UUID) -> list[Event]:
    """Oldest first: of the order, its work, its lines, returns, cancellations and payment. Of one moment, the end is last."""
    return await many(
        conn,
        Event,
        """
        with subject as (
          select o.id, '' as piece from orders.order o where o.maison_id = %(maison_id)s and o.id = %(order_id)s
          union all select o.payment_id, '' from orders.order o
            where o.maison_id = %(maison_id)s and o.id = %(order_id)s and o.payment_id is not null
          union all select f.id, '' from orders.fulfilment f where f.maison_id = %(maison_id)s and f.order_id = %(order_id)s
          union all select l.id, concat_ws(', ', l.name, nullif(l.size, '')) from orders.order_line l
            where l.maison_id = %(maison_id)s and l.order_id = %(order_id)s
          union all select r.id, '' from orders.return r where r.maison_id = %(maison_id)s and r.order_id = %(order_id)s
          union all select k.id, k.serial from orders.certificate k
            where k.maison_id = %(maison_id)s and k.order_id = %(order_id)s
          union all select c.id, '' from orders.cancellation c where c.maison_id = %(maison_id)s and c.order_id = %(order_id)s
        )
        select f.kind, f.subject_id, f.body, f.recorded_at, coalesce(s.name, '') as who,
          coalesce(p.name, '') as place, coalesce(p.zone, '') as zone, x.piece
        from subject x
        join base.fact f on f.maison_id = %(maison_id)s and f.subject_id = x.id
        left join staff.person s on s.maison_id = f.maison_id and s.id = (f.body ->> 'by_id')::uuid
        left join boutiques.location p on p.maison_id = f.maison_id and p.id = f.location_id
        order by f.recorded_at, f.kind <> 'OrderPlaced', f.kind = 'OrderClosed', f.id limit %(most)s
        """,
        maison_id=maison_id,
        order_id=order_id,
        most=EVENTS_MAX,
    )


@dataclass(frozen=True, slots=True)
class Sentence:
    """What happened, and when it was where it happened."""

    when: str
    at: datetime
    text: str


#: A moment on the clock of a place, as the surface writes it.
Moment = Callable[[datetime, str], str]


@dataclass(frozen=True, slots=True)
class Told:
    """A fact with the words its ids stand for, in the language of who reads it."""

    event: Event
    shown: Moment
    language: Language

    @property
    def who(self) -> str:
        return self.event.who

    @property
    def place(self) -> str:
        return self.event.place

    @property
    def piece(self) -> str:
        return self.event.piece or "a piece"

    @property
    def body(self) -> dict[str, Any]:
        return self.event.body

    def sum(self, of: str = "amount_minor") -> str:
        return Money(int(self.body[of]), str(self.body["currency"])).shown(i18n.LOCALES[self.language])


Say = Callable[[Told], str]

REASONS = {
    "not_in_stock": "it was not in stock",
    "mismatch": "it was another piece than the label said",
    "damaged": "it was damaged",
    "worn_display": "it was worn from display",
    "expired": "it was not prepared in time",
    "shortage": "stock came short",
    "declined": "it was needed there",
    "lost_on_way": "it did not arrive as it should",
    "closed": "the place had closed",
}
CANCELLATIONS = {
    "client": "the client wished it",
    "maison": "the maison could not give it",
    "unsourced": "no other place had it",
    "no_show": "it was not collected",
    "late": "it did not reach the boutique in time",
    "not_made": "the workshop could not make it",
}
METHODS = {
    "collect": "to collect",
    "reserve": "reserved",
    "ship": "to deliver",
    "counter": "sold at the counter",
}


def _until(told: Told) -> str:
    return told.shown(datetime.fromisoformat(told.body["until"]), told.event.zone)


def _pieces(number: int) -> str:
    return f"{number} {'piece' if number == 1 else 'pieces'}"


def _placed(told: Told) -> str:
    method = METHODS.get(told.body["method"], told.body["method"])
    return f"The order was placed, {method}, for {told.sum('total_minor')}"


def _ready(told: Told) -> str:
    until = told.shown(datetime.fromisoformat(told.body["collect_by"]), told.event.zone)
    return f"{told.who} said it is ready at {told.place}; it waits until {until}"


def _awaited(told: Told) -> str:
    about = told.shown(datetime.fromisoformat(told.body["ready_about"]), told.event.zone)
    return f"It is to be brought to {told.place}, and ready about {about}"


def _day(told: Told) -> str:
    return format_date(
        date.fromisoformat(str(told.body["make_by"])), "d MMMM", locale=i18n.LOCALES[told.language]
    )


def _rejected(told: Told) -> str:
    reason = REASONS.get(told.body["reason"], told.body["reason"])
    return f"{told.who or told.place} could not give {told.piece}: {reason}"


def _cancelled(told: Told) -> str:
    cause = CANCELLATIONS.get(told.body["cause"], told.body["cause"])
    return f"{told.piece} was cancelled, {told.sum()}: {cause}"


def _work_cancelled(told: Told) -> str:
    said = f"{told.who or 'The client'} cancelled {_pieces(int(told.body['lines']))} at {told.place}"
    apart = int(told.body["to_put_away"])
    return said + (f"; {_pieces(apart)} to be put away" if apart else "")


def _handed_over(told: Told) -> str:
    refused = int(told.body["refused"])
    left = f"; {refused} left at the counter" if refused else ""
    return f"{told.who} handed it over at {told.place}{left}"


def _received(told: Told) -> str:
    accepted, refused = int(told.body["accepted"]), int(told.body["refused"])
    taken = f"took back {_pieces(accepted)}, {told.sum('value_minor')}," if accepted else "took nothing back"
    return f"{told.who} {taken} at {told.place}" + (f"; {refused} not taken back" if refused else "")


ENDED = {
    "not_accepted": "it did not come back whole",
    "gone": "no place had what was wished",
    "unpaid": "it was never paid",
    "worth": "it is worth something else by now",
}
GOODWILL = {
    "late": "it came late",
    "damaged": "it has a flaw",
    "service": "we served badly",
    "price": "its price was lower elsewhere",
    "other": "for another reason",
}


def _goodwill(told: Told) -> str:
    return f"{told.who} gave {told.sum()} back as goodwill: {GOODWILL.get(told.body['reason'], told.body['reason'])}"


#: For the maison: everything, with names.
MAISON: dict[str, Say] = {
    "OrderPlaced": _placed,
    "OrderClosed": lambda told: f"The order was {told.body['state']}",
    "FulfilmentAsked": lambda told: f"{told.place} was asked to prepare it",
    "FulfilmentAwaited": _awaited,
    "FulfilmentUnderway": lambda told: f"It left for {told.place}",
    "FulfilmentAccepted": lambda told: f"{told.who} accepted it at {told.place}",
    "FulfilmentGivenBack": lambda told: f"{told.who} gave it back for a colleague",
    "FulfilmentReady": _ready,
    "FulfilmentLate": lambda told: f"Nobody had accepted it: the managers of {told.place} were told",
    "FulfilmentExpired": lambda told: f"{told.place} did not prepare it in time",
    "FulfilmentCancelled": _work_cancelled,
    "FulfilmentHandedOver": _handed_over,
    "HandOverUndone": lambda told: f"{told.who} undid the hand-over",
    "FulfilmentLeftClosed": lambda told: (
        f"{told.place} has closed: {_pieces(int(told.body['lines']))} went to another place"
    ),
    "FulfilmentPostponed": lambda told: f"{told.place} is closed: it has time until {_until(told)}",
    "FulfilmentDispatched": lambda told: f"{told.who} sent it off from {told.place}",
    "FulfilmentDelivered": lambda told: "Its carrier delivered it",
    "FulfilmentNotDelivered": lambda told: "Its carrier came to the door in vain",
    "FulfilmentSentBack": lambda told: f"Its carrier brings it back to {told.place}",
    "FulfilmentLost": lambda told: "Its carrier has lost the parcel",
    "FulfilmentNotCollected": lambda told: (
        f"It was not collected at {told.place}; the pieces are for sale again"
    ),
    "ClientOnTheWay": lambda told: f"The client said they are on their way to {told.place}",
    "LinePicked": lambda told: f"{told.who} picked {told.piece}",
    "LinePutBack": lambda told: f"{told.who} put {told.piece} back",
    "LineEngravingBegun": lambda told: f"{told.who} began to engrave {told.piece}",
    "LineEngraved": lambda told: f"{told.who} engraved {told.piece}",
    "LineKept": lambda told: f"{told.piece} was left at {told.place} to be engraved",
    "LineFetched": lambda told: f"{told.who} gave {told.piece} to the client, engraved",
    "LineToMake": lambda told: f"{told.piece} is to be made at {told.place} by {_day(told)}",
    "LineMakingBegun": lambda told: f"{told.who} began to make {told.piece}",
    "LineMakingDelayed": lambda told: f"{told.who} said that {told.piece} takes longer, until {_day(told)}",
    "LineMade": lambda told: f"{told.who} finished {told.piece} at {told.place}",
    "LineRejected": _rejected,
    "LineResourced": lambda told: f"{told.piece} was found at {told.place}",
    "LineParted": lambda told: (
        f"{_pieces(int(told.body['pieces']))} of {told.piece} were parted from the others"
    ),
    "LineCancelled": _cancelled,
    "CancellationRefused": lambda told: "The client wished to cancel what had left already",
    "PiecesPutAway": lambda told: f"{told.who} put away {_pieces(int(told.body['lines']))} at {told.place}",
    "AddressChanged": lambda told: f"{told.who or 'The client'} changed the address it is sent to",
    "AllocationLost": lambda told: f"Stock at {told.place} no longer has {told.piece}",
    "WithdrawalStated": lambda told: (
        f"The client withdrew from the purchase, pieces: {told.body['pieces']}"
        + (f"; {told.who} wrote it down" if told.who else "")
    ),
    "ReturnAnnounced": lambda told: f"The client announced a return, pieces: {told.body['pieces']}",
    "ReturnUnderway": lambda told: f"What comes back is on its way to {told.place}",
    "ReturnLost": lambda told: "Its carrier has lost what was to come back",
    "ReturnEnded": lambda told: (
        "The client keeps what they had announced to return"
        if told.body["state"] == "withdrawn"
        else "What was announced to come back was not seen for a month"
    ),
    "ReturnReceived": _received,
    "LineExchanged": lambda told: (
        f"{told.piece} was exchanged: {_pieces(int(told.body['pieces']))} sent in its place"
    ),
    "ExchangeEnded": lambda told: (
        f"{told.piece} is paid back and not exchanged: {ENDED.get(told.body['because'], told.body['because'])}"
    ),
    "GoodwillGiven": _goodwill,
    "CertificateIssued": lambda told: f"The certificate of number {told.piece} was issued",
    "CertificateVoided": lambda told: f"The certificate of number {told.piece} became void",
    "PaymentCaptured": lambda told: f"{told.sum()} was taken",
    "PaymentRefunded": lambda told: f"{told.sum()} was given back",
    "PaymentPassedBack": lambda told: f"{told.sum()} went back to the payment it came from",
    "PaymentVoided": lambda told: "What was authorised and not taken was let go",
    "PaymentOperationRefused": lambda told: f"The payment provider refused: {told.body['operation']}",
}
#: For an advisor: what was done with the pieces; what passed between the maison and the provider is not theirs.
ADVISOR: dict[str, Say] = {
    kind: say
    for kind, say in MAISON.items()
    if kind not in ("PaymentVoided", "PaymentOperationRefused", "FulfilmentLate")
}


def _client(told: Told) -> dict[str, str]:
    return {"place": told.place, "piece": told.event.piece}


def _words(told: Told) -> Callable[[str], str]:
    return i18n.translations(told.language).gettext


def _you_ordered(told: Told) -> str:
    _ = _words(told)
    if told.body["method"] == "counter":
        return _("You bought it in the boutique.")
    return _("You reserved it.") if told.body["method"] == "reserve" else _("You ordered it.")


def _your_end(told: Told) -> str:
    _ = _words(told)
    return (
        _("Your order is complete.") if told.body["state"] == "completed" else _("Your order is cancelled.")
    )


def _yours(told: Told) -> str:
    _ = _words(told)
    if not int(told.body["lines"]):
        return _("You left it at %(place)s.") % _client(told)
    return _("It was handed over to you at %(place)s.") % _client(told)


def _not_given(told: Told) -> str:
    _ = _words(told)
    said = {
        "client": _("%(piece)s was cancelled, as you wished."),
        "maison": _("We had to cancel %(piece)s."),
        "unsourced": _("%(piece)s could not be found in any of our boutiques."),
        "late": _("%(piece)s did not reach your boutique in time."),
        "not_made": _("Our workshop could not make %(piece)s."),
    }
    return said.get(told.body["cause"], "") % _client(told)


def _to_make(told: Told) -> str:
    _ = _words(told)
    words = _client(told) | {"day": _day(told)}
    return _("%(piece)s is made for you, and finished about %(day)s.") % words


def _made_later(told: Told) -> str:
    _ = _words(told)
    return _("%(piece)s takes longer: it is finished about %(day)s.") % (_client(told) | {"day": _day(told)})


def _your_address(told: Told) -> str:
    _ = _words(told)
    if told.body["by"] == "client":
        return _("You changed the address it goes to.")
    return _("We changed the address it goes to.")


def _your_return(told: Told) -> str:
    _ = _words(told)
    if not int(told.body["accepted"]):
        return _("%(place)s did not take back what you brought.") % _client(told)
    return _("%(place)s took back what you returned.") % _client(told)


def _kept(told: Told) -> str:
    _ = _words(told)
    if told.body["state"] == "withdrawn":
        return _("You keep what you had announced to return.")
    return _("What you announced to return has not reached us.")


def _said(sentence: Callable[[Callable[[str], str]], str]) -> Say:
    return lambda told: sentence(_words(told)) % _client(told)


#: For the client: what is theirs; no names of ours, and nothing of what passed between boutiques. '' is not shown.
CLIENT: dict[str, Say] = {
    "OrderPlaced": _you_ordered,
    "OrderClosed": _your_end,
    "FulfilmentAwaited": _said(lambda _: _("It is to be brought to %(place)s.")),
    "FulfilmentUnderway": _said(lambda _: _("It left for %(place)s.")),
    "FulfilmentReady": _said(lambda _: _("It was ready for you at %(place)s.")),
    "ClientOnTheWay": _said(lambda _: _("You told us that you were coming.")),
    "FulfilmentHandedOver": _yours,
    "HandOverUndone": _said(lambda _: _("The hand-over was undone.")),
    "FulfilmentDispatched": _said(lambda _: _("It left us, on its way to you.")),
    "FulfilmentDelivered": _said(lambda _: _("It was delivered to you.")),
    "FulfilmentNotDelivered": _said(lambda _: _("The carrier came and found nobody.")),
    "FulfilmentSentBack": _said(lambda _: _("The carrier brings it back to us.")),
    "FulfilmentNotCollected": _said(lambda _: _("It was not collected at %(place)s.")),
    "LineEngravingBegun": _said(lambda _: _("The engraving of %(piece)s has begun.")),
    "LineEngraved": _said(lambda _: _("%(piece)s is engraved.")),
    "LineToMake": _to_make,
    "LineMakingBegun": _said(lambda _: _("The making of %(piece)s has begun.")),
    "LineMakingDelayed": _made_later,
    "LineMade": _said(lambda _: _("%(piece)s is finished.")),
    "LineResourced": _said(lambda _: _("We found %(piece)s in another of our boutiques.")),
    "LineCancelled": _not_given,
    "CancellationRefused": _said(lambda _: _("You wished to cancel what had left us already.")),
    "AddressChanged": _your_address,
    "WithdrawalStated": _said(lambda _: _("You withdrew from the purchase.")),
    "ReturnAnnounced": _said(lambda _: _("You announced a return.")),
    "ReturnUnderway": _said(lambda _: _("What you return is on its way to us.")),
    "ReturnEnded": _kept,
    "ReturnReceived": _your_return,
    "LineExchanged": _said(
        lambda _: _("%(piece)s was exchanged: another is on its way, as an order of its own.")
    ),
    "ExchangeEnded": _said(lambda _: _("%(piece)s could not be exchanged, and is paid back.")),
    "PaymentCaptured": lambda told: _words(told)("%(amount)s was taken.") % {"amount": told.sum()},
    "PaymentRefunded": lambda told: _words(told)("%(amount)s was given back.") % {"amount": told.sum()},
    "PaymentPassedBack": lambda told: (
        _words(told)("%(amount)s goes back to where you paid from.") % {"amount": told.sum()}
    ),
    "PaymentVoided": _said(lambda _: _("What was reserved on your card was let go.")),
}


def history(
    found: list[Event], table: dict[str, Say], shown: Moment, *, zone: str, language: Language = "en"
) -> list[Sentence]:
    """`zone` is where the order is prepared, for what happened at no place. What the table has no words for is left out."""
    said: list[Sentence] = []
    for event in found:
        say = table.get(event.kind)
        text = say(Told(event, shown, language)) if say else ""
        if text:
            said.append(Sentence(shown(event.recorded_at, event.zone or zone), event.recorded_at, text))
    return said
