"""The types of messages: which fact each tells, in which words, with which fields. The manual's table is made of this."""

from dataclasses import dataclass

from enfilade.appointments import events as appointments
from enfilade.boutiques.events import BoutiquesPublished
from enfilade.carriers import events as parcels
from enfilade.catalogue.events import PiecesPublished
from enfilade.clients import events as clients
from enfilade.editorial.events import StoryPublished
from enfilade.maisons.events import MaisonPublished
from enfilade.orders import events as orders
from enfilade.orders.partners import events as partners
from enfilade.orders.till import events as tills
from enfilade.payments import events as payments
from enfilade.stock import events as stock

TEST = "webhook.test"

_FULFILMENT = ("fulfilment_id", "order_id", "order_number", "location_id", "location_code")
_LINE = ("line_id", "order_id", "order_number", "sku", "quantity")
_RETURN = ("return_id", "order_id", "order_number")
_PLACE = ("location_id", "location_code")
_PAYMENT = ("payment_id", "order_id", "order_number")
_CERTIFICATE = ("certificate_id", "order_id", "order_number", "piece_id", "variant_id", "sku", "serial")
_AMOUNT = ("amount_minor", "currency")


@dataclass(frozen=True, slots=True)
class Type:
    """`subject` is what the fact's own id is called; `fields` are all the names in `data`, in their order."""

    name: str
    fact: type
    says: str
    subject: str
    fields: tuple[str, ...]


TYPES: tuple[Type, ...] = (
    Type(
        "order.placed",
        orders.OrderPlaced,
        "An order was placed; its pieces are allocated.",
        "order_id",
        (
            *("order_id", "order_number", "channel", "method", "market", "total_minor", "tax_minor"),
            *("currency", "lines", "lines_count"),
        ),
    ),
    Type(
        "order.closed",
        orders.OrderClosed,
        "No line is open any more; `state` is completed or cancelled.",
        "order_id",
        ("order_id", "order_number", "state"),
    ),
    Type(
        "order.address_changed",
        orders.AddressChanged,
        "What has not left yet goes to another address, to be read by the API; `by` is client or maison.",
        "order_id",
        ("order_id", "order_number", "by"),
    ),
    Type(
        "order.cancellation_refused",
        orders.CancellationRefused,
        "The client wished to cancel `lines_left` lines that had left.",
        "cancellation_id",
        ("cancellation_id", "order_id", "order_number", "lines_left"),
    ),
    Type(
        "order.goodwill_given",
        orders.GoodwillGiven,
        "A part of what was paid is given back and the piece stays; `reason` is late, damaged, service, price or other.",
        "order_id",
        ("order_id", "order_number", *_AMOUNT, "reason"),
    ),
    Type(
        "fulfilment.asked",
        orders.FulfilmentAsked,
        "A location has work: an order was placed there, or lines came from another location.",
        "fulfilment_id",
        (*_FULFILMENT, "lines", "lines_count"),
    ),
    Type(
        "fulfilment.brought",
        orders.FulfilmentAwaited,
        "Pieces are brought to the location in which they are collected, `ready_about` then; it has nothing to do yet.",
        "fulfilment_id",
        (*_FULFILMENT, "ready_about", "lines", "lines_count"),
    ),
    Type(
        "fulfilment.underway",
        orders.FulfilmentUnderway,
        "A parcel with pieces of it has left for the location.",
        "fulfilment_id",
        _FULFILMENT,
    ),
    Type(
        "fulfilment.accepted", orders.FulfilmentAccepted, "An advisor took it.", "fulfilment_id", _FULFILMENT
    ),
    Type(
        "fulfilment.given_back",
        orders.FulfilmentGivenBack,
        "The advisor lets a colleague take it.",
        "fulfilment_id",
        _FULFILMENT,
    ),
    Type(
        "fulfilment.ready",
        orders.FulfilmentReady,
        "All of it is picked and waits for the client until `collect_by`.",
        "fulfilment_id",
        (*_FULFILMENT, "collect_by"),
    ),
    Type(
        "fulfilment.late",
        orders.FulfilmentLate,
        "Half of the time to prepare has passed and nobody accepted.",
        "fulfilment_id",
        _FULFILMENT,
    ),
    Type(
        "fulfilment.expired",
        orders.FulfilmentExpired,
        "The time to prepare has passed: its lines look for another location.",
        "fulfilment_id",
        _FULFILMENT,
    ),
    Type(
        "fulfilment.awaited",
        orders.ClientOnTheWay,
        "The client comes to collect now.",
        "fulfilment_id",
        _FULFILMENT,
    ),
    Type(
        "fulfilment.left_closed",
        orders.FulfilmentLeftClosed,
        "The location has closed: `lines_moved` lines of its parcel went to other locations.",
        "fulfilment_id",
        (*_FULFILMENT, "lines_moved"),
    ),
    Type(
        "fulfilment.postponed",
        orders.FulfilmentPostponed,
        "The location is closed: what is ready is kept, what is to be prepared has time, until then.",
        "fulfilment_id",
        (*_FULFILMENT, "until"),
    ),
    Type(
        "fulfilment.handed_over",
        orders.FulfilmentHandedOver,
        "The client has `lines_kept` lines and left `lines_refused`; for ten minutes it can be undone.",
        "fulfilment_id",
        (*_FULFILMENT, "lines_kept", "lines_refused"),
    ),
    Type(
        "fulfilment.hand_over_undone",
        orders.HandOverUndone,
        "The pieces are back behind the counter.",
        "fulfilment_id",
        _FULFILMENT,
    ),
    Type(
        "fulfilment.dispatched", orders.FulfilmentDispatched, "The parcel left.", "fulfilment_id", _FULFILMENT
    ),
    Type(
        "fulfilment.delivered",
        orders.FulfilmentDelivered,
        "Its carrier says that the parcel arrived.",
        "fulfilment_id",
        _FULFILMENT,
    ),
    Type(
        "fulfilment.not_delivered",
        orders.FulfilmentNotDelivered,
        "Its carrier came to the door in vain; as a rule it comes again.",
        "fulfilment_id",
        _FULFILMENT,
    ),
    Type(
        "fulfilment.sent_back",
        orders.FulfilmentSentBack,
        "Its carrier could not deliver the parcel and brings it back to the location.",
        "fulfilment_id",
        _FULFILMENT,
    ),
    Type(
        "fulfilment.lost",
        orders.FulfilmentLost,
        "Its carrier has lost the parcel; it may be found again.",
        "fulfilment_id",
        _FULFILMENT,
    ),
    Type(
        "fulfilment.not_collected",
        orders.FulfilmentNotCollected,
        "The last day passed: the pieces are for sale again.",
        "fulfilment_id",
        _FULFILMENT,
    ),
    Type(
        "fulfilment.cancelled",
        orders.FulfilmentCancelled,
        "So many `lines_cancelled` of it are not wanted any more; pieces of `lines_to_put_away` lie apart.",
        "fulfilment_id",
        (*_FULFILMENT, "lines_cancelled", "lines_to_put_away"),
    ),
    Type(
        "fulfilment.put_away",
        orders.PiecesPutAway,
        "The pieces that lay apart for cancelled lines are back where they belong.",
        "fulfilment_id",
        (*_FULFILMENT, "lines_put_away"),
    ),
    Type(
        "line.picked",
        orders.LinePicked,
        "The pieces of a line were found and set aside.",
        "line_id",
        (*_LINE, "fulfilment_id", *_PLACE),
    ),
    Type(
        "line.put_back",
        orders.LinePutBack,
        "A line was not picked after all.",
        "line_id",
        (*_LINE, "fulfilment_id", *_PLACE),
    ),
    Type(
        "line.engraving_begun",
        orders.LineEngravingBegun,
        "The client’s words are being cut on the pieces of a line; the client can no longer cancel it.",
        "line_id",
        (*_LINE, "fulfilment_id", *_PLACE),
    ),
    Type(
        "line.engraved",
        orders.LineEngraved,
        "The client’s words are cut on the pieces of a line.",
        "line_id",
        (*_LINE, "fulfilment_id", *_PLACE),
    ),
    Type(
        "line.kept",
        orders.LineKept,
        "A piece sold at a till was left with the boutique to be engraved; it is the client’s, and paid.",
        "line_id",
        (*_LINE, *_PLACE),
    ),
    Type(
        "line.fetched",
        orders.LineFetched,
        "The client has fetched what was left to be engraved.",
        "line_id",
        (*_LINE, *_PLACE),
    ),
    Type(
        "line.to_make",
        orders.LineToMake,
        "The pieces of a line are made to order, by the day `make_by`, at the workshop’s location.",
        "line_id",
        (*_LINE, *_PLACE, "workshop_id", "make_by"),
    ),
    Type(
        "line.making_begun",
        orders.LineMakingBegun,
        "The making of a line’s pieces has begun.",
        "line_id",
        (*_LINE, "fulfilment_id", *_PLACE),
    ),
    Type(
        "line.making_delayed",
        orders.LineMakingDelayed,
        "The pieces of a line take longer, until the day `make_by`.",
        "line_id",
        (*_LINE, "fulfilment_id", *_PLACE, "make_by"),
    ),
    Type(
        "line.made",
        orders.LineMade,
        "The pieces of a line are finished, and stock of the workshop’s location that is the line’s.",
        "line_id",
        (*_LINE, "fulfilment_id", *_PLACE),
    ),
    Type(
        "line.rejected",
        orders.LineRejected,
        "A location cannot give the line; `reason` says why.",
        "line_id",
        (*_LINE, *_PLACE, "reason"),
    ),
    Type(
        "line.resourced",
        orders.LineResourced,
        "Another location was found; `attempt` counts the locations asked.",
        "line_id",
        (*_LINE, *_PLACE, "attempt"),
    ),
    Type(
        "line.parted",
        orders.LineParted,
        "`pieces` of the line are a line of their own, `part_id`, of which more is told; `quantity` is what the line has left.",
        "line_id",
        (*_LINE, "part_id", "pieces"),
    ),
    Type(
        "line.cancelled",
        orders.LineCancelled,
        "The line ends without its piece; `cause` is client, maison, unsourced, late, not_made or no_show.",
        "line_id",
        (*_LINE, "cause", *_AMOUNT),
    ),
    Type(
        "order.withdrawn",
        orders.WithdrawalStated,
        "The client withdraws from the purchase of `pieces`: what has not left is cancelled, the rest is awaited back.",
        "order_id",
        ("order_id", "order_number", "withdrawal_id", "pieces"),
    ),
    Type(
        "return.announced",
        orders.ReturnAnnounced,
        "The client says that `pieces` of the order come back.",
        "return_id",
        (*_RETURN, "pieces"),
    ),
    Type(
        "return.underway",
        orders.ReturnUnderway,
        "The carrier of its label has what comes back to the location.",
        "return_id",
        (*_RETURN, *_PLACE),
    ),
    Type(
        "return.lost",
        orders.ReturnLost,
        "The carrier of its label has lost what was to come back; it may be found again.",
        "return_id",
        (*_RETURN, *_PLACE),
    ),
    Type(
        "return.received",
        orders.ReturnReceived,
        "Pieces came back to a location; what was not accepted is the client's again.",
        "return_id",
        (*_RETURN, *_PLACE, "pieces_accepted", "pieces_refused", "value_minor", "currency"),
    ),
    Type(
        "return.ended",
        orders.ReturnEnded,
        "Nothing came: `state` is withdrawn or lapsed.",
        "return_id",
        (*_RETURN, "state"),
    ),
    Type(
        "line.exchanged",
        orders.LineExchanged,
        "A returned line is exchanged: `pieces` of `variant_id` are sent in its place, as order `placed_order_id`.",
        "line_id",
        (*_LINE, "return_id", "placed_order_id", "variant_id", "pieces"),
    ),
    Type(
        "line.not_exchanged",
        orders.ExchangeEnded,
        "What was wished in place of a returned line is not sent, and the line is paid back: `because` says why.",
        "line_id",
        (*_LINE, "return_id", "because"),
    ),
    Type(
        "payment.captured",
        payments.PaymentCaptured,
        "Money was taken.",
        "payment_id",
        (*_PAYMENT, *_AMOUNT),
    ),
    Type(
        "payment.refunded",
        payments.PaymentRefunded,
        "Money was given back.",
        "payment_id",
        (*_PAYMENT, *_AMOUNT),
    ),
    Type(
        "payment.passed_back",
        payments.PaymentPassedBack,
        "What paid an exchange is with payment `of_payment_id` again, which gives it back.",
        "payment_id",
        (*_PAYMENT, "of_payment_id", *_AMOUNT),
    ),
    Type(
        "payment.voided",
        payments.PaymentVoided,
        "What was authorised and not taken was let go.",
        "payment_id",
        _PAYMENT,
    ),
    Type(
        "payment.refused",
        payments.PaymentOperationRefused,
        "The provider refused; `operation` says what it will not do. A person must look.",
        "payment_id",
        (*_PAYMENT, "operation"),
    ),
    Type(
        "stock.allocation_lost",
        stock.AllocationLost,
        "A count or a sale took what was promised to a line; it looks for another location.",
        "line_id",
        (*_LINE, *_PLACE, "cause"),
    ),
    Type(
        "stock.shortage",
        stock.ShortageRecorded,
        "More was sold or counted away than was there; a person must look.",
        "shortage_id",
        ("shortage_id", *_PLACE, "variant_id", "sku", "quantity"),
    ),
    Type(
        "stock.changed",
        stock.StockChanged,
        "A variant moved at a location, once or often within some seconds; `available`: neither kept back nor promised.",
        "variant_id",
        (*_PLACE, "variant_id", "sku", "on_hand", "available"),
    ),
    Type(
        "transfer.asked",
        stock.TransferAsked,
        "A place asks for pieces of `location_id`, which is to pack them; told anew when some are cancelled of a packed box.",
        "transfer_id",
        ("transfer_id", *_PLACE, "to_location_id", "pieces"),
    ),
    Type(
        "transfer.packed",
        stock.TransferPacked,
        "The pieces are in a box, perhaps fewer than `location_id` asked for.",
        "transfer_id",
        ("transfer_id", *_PLACE, "pieces"),
    ),
    Type(
        "transfer.declined",
        stock.TransferDeclined,
        "The pieces cannot be given to `location_id`.",
        "transfer_id",
        ("transfer_id", *_PLACE, "reason"),
    ),
    Type(
        "transfer.cancelled",
        stock.TransferCancelled,
        "Nobody needs the pieces any more; `location_id` is the other place.",
        "transfer_id",
        ("transfer_id", *_PLACE),
    ),
    Type(
        "transfer.sent",
        stock.TransferSent,
        "The pieces are on their way to `location_id`.",
        "transfer_id",
        ("transfer_id", *_PLACE, "from_location_id", "pieces", "expected_on"),
    ),
    Type(
        "transfer.diverted",
        stock.TransferDiverted,
        "Pieces on their way go to `location_id`: where they were going to is closed.",
        "transfer_id",
        ("transfer_id", *_PLACE, "closed_location_id", "pieces"),
    ),
    Type(
        "transfer.received",
        stock.TransferReceived,
        "Pieces of `location_id` arrived, some perhaps damaged; `whole`: nothing is on its way any more.",
        "transfer_id",
        ("transfer_id", *_PLACE, "to_location_id", "pieces_received", "pieces_damaged", "whole"),
    ),
    Type(
        "transfer.written_off",
        stock.TransferWrittenOff,
        "Somebody said that pieces on their way will not arrive; `location_id` is the other place.",
        "transfer_id",
        ("transfer_id", *_PLACE, "pieces", "reason", "whole"),
    ),
    Type(
        "till.opened",
        tills.TillOpened,
        "A boutique's till was opened with its float.",
        "drawer_id",
        ("drawer_id", *_PLACE),
    ),
    Type(
        "till.closed",
        tills.TillClosed,
        "A boutique's till was counted and closed; `counted_minor` may differ from `expected_minor`.",
        "drawer_id",
        ("drawer_id", *_PLACE, "expected_minor", "counted_minor", "currency"),
    ),
    Type(
        "certificate.issued",
        orders.CertificateIssued,
        "A piece with a serial is with its buyer, and has a certificate.",
        "certificate_id",
        _CERTIFICATE,
    ),
    Type(
        "certificate.void",
        orders.CertificateVoided,
        "The piece of a certificate came back; `because` is returned or undone.",
        "certificate_id",
        (*_CERTIFICATE, "because"),
    ),
    Type(
        "enquiry.asked",
        orders.EnquiryAsked,
        "Somebody asks what a piece on request costs.",
        "enquiry_id",
        ("enquiry_id", "variant_id", "sku", "market"),
    ),
    Type(
        "enquiry.taken",
        orders.EnquiryTakenUp,
        "An advisor answers it; perhaps another one than before.",
        "enquiry_id",
        ("enquiry_id",),
    ),
    Type(
        "enquiry.answered",
        orders.EnquiryAnswered,
        "A proposal was made for who asked, and the enquiry is closed.",
        "enquiry_id",
        ("enquiry_id", "proposal_id"),
    ),
    Type(
        "enquiry.closed",
        orders.EnquiryEnded,
        "It was closed without a proposal; `because` is told, unreachable or nothing.",
        "enquiry_id",
        ("enquiry_id", "because"),
    ),
    Type(
        "statement.issued",
        partners.StatementIssued,
        "What was sold for a partner from `begins` until before `ends` stands in a statement, which changes no more.",
        "statement_id",
        ("statement_id", "partner_id", "number", "begins", "ends"),
    ),
    Type(
        "appointment.booked",
        appointments.AppointmentBooked,
        "A time in a boutique is kept for somebody, and so many pieces.",
        "appointment_id",
        ("appointment_id", *_PLACE, "service_id", "starts_at", "pieces"),
    ),
    Type(
        "appointment.moved",
        appointments.AppointmentMoved,
        "It begins at another time, perhaps in another boutique.",
        "appointment_id",
        ("appointment_id", *_PLACE, "starts_at"),
    ),
    Type(
        "appointment.cancelled",
        appointments.AppointmentCancelled,
        "Its time and its pieces are free again; `by` is client or maison.",
        "appointment_id",
        ("appointment_id", *_PLACE, "by"),
    ),
    Type(
        "appointment.proposed",
        appointments.AppointmentProposed,
        "It cannot be at its time; another is kept for it, at `location_id`, until `answer_by`.",
        "appointment_id",
        ("appointment_id", *_PLACE, "starts_at", "answer_by"),
    ),
    Type(
        "appointment.to_call",
        appointments.AppointmentToCall,
        "It cannot be at its time: no other was found (`nowhere`), none answered for (`lapsed`), or its zone changed (`zone`).",
        "appointment_id",
        ("appointment_id", *_PLACE, "why"),
    ),
    Type(
        "appointment.kept",
        appointments.AppointmentKept,
        "It can be at its own time after all.",
        "appointment_id",
        ("appointment_id", *_PLACE, "starts_at"),
    ),
    Type(
        "appointment.arrived",
        appointments.AppointmentArrived,
        "The client is there.",
        "appointment_id",
        ("appointment_id", *_PLACE),
    ),
    Type(
        "appointment.served",
        appointments.AppointmentServed,
        "It is over; so many of its pieces were tried, and so many bought.",
        "appointment_id",
        ("appointment_id", *_PLACE, "pieces_tried", "pieces_bought"),
    ),
    Type(
        "appointment.missed",
        appointments.AppointmentMissed,
        "Nobody came; its pieces are free again.",
        "appointment_id",
        ("appointment_id", *_PLACE),
    ),
    Type(
        "client.erased",
        clients.ClientErased,
        "A client asked to be erased: erase what you keep of them too.",
        "client_id",
        ("client_id",),
    ),
)
#: Facts that no message tells: what everybody may read anyway, and reads by the API.
UNTOLD: tuple[type, ...] = (
    BoutiquesPublished,
    PiecesPublished,
    StoryPublished,
    MaisonPublished,
    # What concerns an order is told as the order's.
    parcels.LabelMade,
    parcels.LabelRefused,
    parcels.ParcelMoved,
)

BY_NAME = {one.name: one for one in TYPES}
BY_FACT = {one.fact.__name__: one for one in TYPES}
#: What a fact calls otherwise than its message does.
RENAMED: dict[type, dict[str, str]] = {
    orders.FulfilmentCancelled: {"lines": "lines_cancelled", "to_put_away": "lines_to_put_away"},
    orders.PiecesPutAway: {"lines": "lines_put_away"},
    orders.CancellationRefused: {"lines": "lines_left"},
    orders.FulfilmentLeftClosed: {"lines": "lines_moved"},
    orders.FulfilmentHandedOver: {"lines": "lines_kept", "refused": "lines_refused"},
    orders.ReturnReceived: {"accepted": "pieces_accepted", "refused": "pieces_refused"},
    stock.TransferReceived: {"received": "pieces_received", "damaged": "pieces_damaged"},
}
