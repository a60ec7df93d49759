"""News of orders: ids and figures only. `location_id` names the boutique whose screens show it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class OrderPlaced:
    """A checkout became an order of this maison; its pieces are allocated."""

    subject_id: UUID  # order
    method: str
    total_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class FulfilmentAsked:
    """A location has work: an order was placed there, or lines of it were sourced again."""

    subject_id: UUID  # fulfilment
    order_id: UUID
    location_id: UUID


@dataclass(frozen=True, slots=True)
class FulfilmentAwaited:
    """Pieces are brought to the boutique in which they are collected; it has nothing to do yet."""

    subject_id: UUID  # fulfilment
    order_id: UUID
    location_id: UUID
    ready_about: datetime


@dataclass(frozen=True, slots=True)
class FulfilmentUnderway:
    """A parcel with pieces of it has left for the boutique."""

    subject_id: UUID
    order_id: UUID
    location_id: UUID


@dataclass(frozen=True, slots=True)
class FulfilmentAccepted:
    """An advisor took it."""

    subject_id: UUID
    order_id: UUID
    location_id: UUID
    by_id: UUID


@dataclass(frozen=True, slots=True)
class FulfilmentGivenBack:
    """The advisor who took it lets a colleague take it."""

    subject_id: UUID
    order_id: UUID
    location_id: UUID
    by_id: UUID


@dataclass(frozen=True, slots=True)
class LinePicked:
    """The pieces of a line were found and set aside."""

    subject_id: UUID  # order line
    fulfilment_id: UUID
    location_id: UUID
    by_id: UUID


@dataclass(frozen=True, slots=True)
class LinePutBack:
    """A line was not picked after all."""

    subject_id: UUID
    fulfilment_id: UUID
    location_id: UUID
    by_id: UUID


@dataclass(frozen=True, slots=True)
class LineEngravingBegun:
    """The words of a line are being cut on its piece."""

    subject_id: UUID  # order line
    order_id: UUID
    fulfilment_id: UUID
    location_id: UUID
    by_id: UUID


@dataclass(frozen=True, slots=True)
class LineEngraved:
    """The words of a line are cut."""

    subject_id: UUID  # order line
    order_id: UUID
    fulfilment_id: UUID
    location_id: UUID
    by_id: UUID


@dataclass(frozen=True, slots=True)
class LineKept:
    """A piece sold at a till was left with us to be engraved."""

    subject_id: UUID  # order line
    order_id: UUID
    location_id: UUID
    by_id: UUID


@dataclass(frozen=True, slots=True)
class LineFetched:
    """Its client has fetched it, engraved."""

    subject_id: UUID  # order line
    order_id: UUID
    location_id: UUID
    by_id: UUID


@dataclass(frozen=True, slots=True)
class LineToMake:
    """A piece is to be made for a line, finished by a day at the place of its workshop."""

    subject_id: UUID  # order line
    order_id: UUID
    location_id: UUID
    workshop_id: UUID
    make_by: date


@dataclass(frozen=True, slots=True)
class LineMakingBegun:
    """The making of a line has begun."""

    subject_id: UUID  # order line
    order_id: UUID
    fulfilment_id: UUID
    location_id: UUID
    by_id: UUID


@dataclass(frozen=True, slots=True)
class LineMakingDelayed:
    """The workshop says another, later day."""

    subject_id: UUID  # order line
    order_id: UUID
    fulfilment_id: UUID
    location_id: UUID
    make_by: date
    by_id: UUID


@dataclass(frozen=True, slots=True)
class LineMade:
    """The pieces of a line are finished, and stock of the workshop's place that is the line's."""

    subject_id: UUID  # order line
    order_id: UUID
    fulfilment_id: UUID
    location_id: UUID
    by_id: UUID


@dataclass(frozen=True, slots=True)
class FulfilmentReady:
    """All that remains is picked and waits for the client."""

    subject_id: UUID
    order_id: UUID
    location_id: UUID
    collect_by: datetime
    by_id: UUID


@dataclass(frozen=True, slots=True)
class FulfilmentLate:
    """Half of the time to prepare has passed and nobody accepted: the managers are told."""

    subject_id: UUID
    order_id: UUID
    location_id: UUID


@dataclass(frozen=True, slots=True)
class FulfilmentExpired:
    """The time to prepare has passed: its lines are sourced again."""

    subject_id: UUID
    order_id: UUID
    location_id: UUID


@dataclass(frozen=True, slots=True)
class LineRejected:
    """A location cannot give this line; `reason` as in `orders.rejection`."""

    subject_id: UUID  # order line
    order_id: UUID
    location_id: UUID
    reason: str
    by_id: UUID | None


@dataclass(frozen=True, slots=True)
class FulfilmentLeftClosed:
    """The place has closed: lines of its parcel were given to other places, in the same transaction."""

    subject_id: UUID  # fulfilment
    order_id: UUID
    location_id: UUID
    lines: int


@dataclass(frozen=True, slots=True)
class FulfilmentPostponed:
    """The place is closed: what is ready is kept until then, what is to be prepared has time until then."""

    subject_id: UUID  # fulfilment
    order_id: UUID
    location_id: UUID
    until: datetime


@dataclass(frozen=True, slots=True)
class LineResourced:
    """Another location was found for the line."""

    subject_id: UUID  # order line
    order_id: UUID
    location_id: UUID
    attempt: int


@dataclass(frozen=True, slots=True)
class LineParted:
    """So many pieces of the line are a line of their own from now on: they end, or go elsewhere."""

    subject_id: UUID  # order line
    order_id: UUID
    part_id: UUID
    pieces: int
    by_id: UUID | None


@dataclass(frozen=True, slots=True)
class LineCancelled:
    """The line ends without its piece; `cause` is client, maison, unsourced, late, not_made or no_show."""

    subject_id: UUID  # order line
    order_id: UUID
    cause: str
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class FulfilmentCancelled:
    """So many lines of a location's work were cancelled; pieces of `to_put_away` of them lie apart there."""

    subject_id: UUID  # fulfilment
    order_id: UUID
    location_id: UUID
    lines: int
    to_put_away: int
    by_id: UUID | None


@dataclass(frozen=True, slots=True)
class PiecesPutAway:
    """The pieces that lay apart for so many cancelled lines are back where they belong."""

    subject_id: UUID  # fulfilment
    order_id: UUID
    location_id: UUID
    lines: int
    by_id: UUID


@dataclass(frozen=True, slots=True)
class CancellationRefused:
    """So many lines that the client wished to cancel had left: they may be returned."""

    subject_id: UUID  # cancellation
    order_id: UUID
    lines: int


@dataclass(frozen=True, slots=True)
class AddressChanged:
    """What has not left yet goes to another address. `by`: client or maison, and then `by_id` is who of it."""

    subject_id: UUID  # order
    by: str
    by_id: UUID | None


@dataclass(frozen=True, slots=True)
class ClientOnTheWay:
    """The client comes to collect now."""

    subject_id: UUID  # fulfilment
    order_id: UUID
    location_id: UUID


@dataclass(frozen=True, slots=True)
class FulfilmentHandedOver:
    """The client has what they kept; until the capture it can be undone."""

    subject_id: UUID
    order_id: UUID
    location_id: UUID
    lines: int
    refused: int
    by_id: UUID


@dataclass(frozen=True, slots=True)
class HandOverUndone:
    """The pieces are back behind the counter."""

    subject_id: UUID
    order_id: UUID
    location_id: UUID
    by_id: UUID


@dataclass(frozen=True, slots=True)
class FulfilmentDispatched:
    """The parcel left."""

    subject_id: UUID
    order_id: UUID
    location_id: UUID
    by_id: UUID


@dataclass(frozen=True, slots=True)
class FulfilmentDelivered:
    """Its carrier says that the parcel arrived."""

    subject_id: UUID
    order_id: UUID
    location_id: UUID


@dataclass(frozen=True, slots=True)
class FulfilmentNotDelivered:
    """Its carrier came to the door in vain; as a rule it comes again."""

    subject_id: UUID
    order_id: UUID
    location_id: UUID


@dataclass(frozen=True, slots=True)
class FulfilmentSentBack:
    """Its carrier could not deliver the parcel and brings it back to the location it left."""

    subject_id: UUID
    order_id: UUID
    location_id: UUID


@dataclass(frozen=True, slots=True)
class FulfilmentLost:
    """Its carrier has lost the parcel; it may be found again."""

    subject_id: UUID
    order_id: UUID
    location_id: UUID


@dataclass(frozen=True, slots=True)
class FulfilmentNotCollected:
    """The last day passed: pieces are for sale again."""

    subject_id: UUID
    order_id: UUID
    location_id: UUID


@dataclass(frozen=True, slots=True)
class OrderClosed:
    """No line is open any more; `state` is completed or cancelled."""

    subject_id: UUID  # order
    state: str


@dataclass(frozen=True, slots=True)
class WithdrawalStated:
    """The client withdraws from the purchase of pieces: what has not left is cancelled, the rest is awaited back."""

    subject_id: UUID  # order
    withdrawal_id: UUID
    pieces: int
    #: Who at the desk wrote it down; None: the client.
    by_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ReturnAnnounced:
    """The client says that pieces of the order come back."""

    subject_id: UUID  # return
    order_id: UUID
    pieces: int


@dataclass(frozen=True, slots=True)
class ReturnUnderway:
    """The carrier of its label has what comes back to the location."""

    subject_id: UUID  # return
    order_id: UUID
    location_id: UUID


@dataclass(frozen=True, slots=True)
class ReturnLost:
    """The carrier of its label has lost what was to come back; it may be found again."""

    subject_id: UUID  # return
    order_id: UUID
    location_id: UUID


@dataclass(frozen=True, slots=True)
class ReturnEnded:
    """Nothing came: the client keeps the pieces, or nobody has seen them for long; `state` is withdrawn or lapsed."""

    subject_id: UUID  # return
    order_id: UUID
    state: str


@dataclass(frozen=True, slots=True)
class LineExchanged:
    """Pieces of a line came back, and so many of another variant are sent in their place, as an order of its own."""

    subject_id: UUID  # order line
    order_id: UUID
    return_id: UUID
    placed_order_id: UUID
    variant_id: UUID
    pieces: int


@dataclass(frozen=True, slots=True)
class ExchangeEnded:
    """What was wished in place of a returned line is not sent, and the line is paid back; `because` says why."""

    subject_id: UUID  # order line
    order_id: UUID
    return_id: UUID
    because: str


@dataclass(frozen=True, slots=True)
class ReturnReceived:
    """Pieces came back to a place; `accepted` of them stay, the others are the client's again."""

    subject_id: UUID  # return
    order_id: UUID
    location_id: UUID
    accepted: int
    refused: int
    value_minor: int
    currency: str
    by_id: UUID


@dataclass(frozen=True, slots=True)
class GoodwillGiven:
    """A part of what was paid is given back without its piece; `by_id` is who decided it."""

    subject_id: UUID  # order
    amount_minor: int
    currency: str
    reason: str
    by_id: UUID


@dataclass(frozen=True, slots=True)
class CertificateIssued:
    """A serialised piece is with its buyer, and has a certificate that says so."""

    subject_id: UUID  # certificate
    order_id: UUID
    piece_id: UUID
    variant_id: UUID
    serial: str


@dataclass(frozen=True, slots=True)
class CertificateVoided:
    """The piece came back, or its hand-over was undone: `because` is returned or undone."""

    subject_id: UUID  # certificate
    order_id: UUID
    piece_id: UUID
    variant_id: UUID
    serial: str
    because: str


@dataclass(frozen=True, slots=True)
class EnquiryAsked:
    """Somebody asks what a piece on request costs."""

    subject_id: UUID  # enquiry
    variant_id: UUID
    market: str


@dataclass(frozen=True, slots=True)
class EnquiryTakenUp:
    """An advisor answers it; perhaps another one than before."""

    subject_id: UUID  # enquiry
    by_id: UUID


@dataclass(frozen=True, slots=True)
class EnquiryAnswered:
    """A proposal answers it."""

    subject_id: UUID  # enquiry
    proposal_id: UUID
    by_id: UUID


@dataclass(frozen=True, slots=True)
class EnquiryEnded:
    """It was closed without an offer; `because` says why."""

    subject_id: UUID  # enquiry
    because: str
    by_id: UUID
