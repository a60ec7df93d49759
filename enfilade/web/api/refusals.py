"""Which refusal of the shop the API answers with which status, and how it names the field that is wrong."""

from typing import Any, cast

from litestar import Request, Response
from litestar.exceptions import ClientException, ValidationException

from enfilade.catalogue.engraving import LetteringNotOffered, NotEngraved, TooLong
from enfilade.orders.baskets import NotSold, TooMany
from enfilade.orders.checkout import (
    AgeNotConfirmed,
    BasketEmpty,
    CheckoutOver,
    CheckoutUnderway,
    DutiesNotQuoted,
    NoRoomToEngrave,
    NoRoomToMake,
    NoSuchCheckout,
    NoSuchService,
    NotByLaw,
    NotOffered,
    NotWithEngraving,
    PaymentMethodUnknown,
    PiecesGone,
    PlaceClosed,
    QuotaReached,
    Unsuited,
    WhoIsItFor,
)
from enfilade.staff.sessions import NoSuchSession
from enfilade.web.shared import refusals

refusals.refuse(NoSuchSession, 404, "There is no such session")
refusals.refuse(NotSold, 404, "This store does not sell this piece")
refusals.refuse(TooMany, 422, "More than is sold at once")
refusals.refuse(NotEngraved, 422, "These words are not cut on this piece")
refusals.refuse(TooLong, 422, "These words are too long for this piece")
refusals.refuse(LetteringNotOffered, 422, "The maison does not cut in this lettering")
refusals.refuse(
    NotWithEngraving, 409, "An engraved piece is paid before it is cut, and prepared where it lies"
)
refusals.refuse(NoRoomToMake, 409, "No workshop has room to make this piece")
refusals.refuse(NoRoomToEngrave, 409, "No workshop has room for this engraving in time")
refusals.refuse(BasketEmpty, 409, "There is nothing to check out")
refusals.refuse(NotByLaw, 409, "By law a piece may not be sent there from where it lies")
refusals.refuse(AgeNotConfirmed, 422, "The client has to be of age: say it in `age_confirmed`")
refusals.refuse(NotOffered, 422, "A piece is not offered this way here")
refusals.refuse(PiecesGone, 409, "Some pieces cannot be promised")
refusals.refuse(PlaceClosed, 409, "A place this order counts on has just closed")
refusals.refuse(QuotaReached, 409, "This client has as many as the maison sells to one")
refusals.refuse(WhoIsItFor, 422, "A piece is limited for each client: give `contact`")
refusals.refuse(CheckoutUnderway, 409, "This basket is being paid for already")
refusals.refuse(DutiesNotQuoted, 409, "What customs will ask for a piece cannot be said")
refusals.refuse(CheckoutOver, 409, "This checkout is over")
refusals.refuse(NoSuchCheckout, 404, "The visitor has no such checkout in this store")
refusals.refuse(NoSuchService, 422, "This way of delivery is not offered here")
refusals.refuse(Unsuited, 422, "This does not suit the way the pieces are wanted")
refusals.refuse(PaymentMethodUnknown, 422, "This way to pay is not offered")


#: Parameters that are called otherwise outside.
_CALLED = {"idempotency_key": "Idempotency-Key", "enfilade_visitor": "Enfilade-Visitor", "in_state": "state"}


def wrong(field: str, reason: str) -> ValidationException:
    """The refusal of one field, for what a type cannot say."""
    return ValidationException(detail=f"{field} {reason}", extra=[{"key": field, "message": reason}])


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """As every surface answers, with each wrong field by its name in `errors`."""
    if isinstance(error, Unsuited):
        error = wrong(error.field, error.reason)
    if isinstance(error, ValidationException):
        fields = [_field(entry) for entry in cast("list[dict[str, str]]", error.extra or [])]
        named = [one for one in fields if one["field"]] or [_field({"message": error.detail})]
        error = ValidationException(
            detail="; ".join(f"{one['field']}: {one['reason']}" for one in named), extra=list(named)
        )
    elif isinstance(error, ClientException) and error.status_code == 400:
        error = wrong("body", error.detail)
    elif isinstance(error, UnicodeDecodeError | RecursionError) and _while_reading(error):
        error = wrong("body", "is not UTF-8, or is nested too deep")
    return refusals.answer(request, error)


def _while_reading(error: Exception) -> bool:
    # The framework was at it, none of ours: anywhere else the same is a fault of ours.
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    return at is not None and str(at.tb_frame.f_globals.get("__name__")).startswith("litestar.")


def _field(entry: dict[str, str]) -> dict[str, str]:
    field, reason = str(entry.get("key", "")), str(entry.get("message", ""))
    # A field too few or too many is named in the message, not in the place.
    if "field `" in reason and reason.startswith("Object "):
        name = reason.split("field `", 1)[1].split("`", 1)[0]
        field = ".".join(part for part in (field.removeprefix("data").strip("."), name) if part)
    elif reason.startswith("Missing required ") and "'" in reason:
        field = reason.split("'")[1]
    field = field.removeprefix("data.") or "body"
    return {"field": _CALLED.get(field, field), "reason": reason}
