"""Returns at the counter: the order by its number or the client's code, each piece looked at, taken in or not."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, cast
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException, ValidationException
from litestar.response import Redirect

from enfilade.base.db import Conn, Db
from enfilade.base.money import from_major
from enfilade.orders import receiving, return_reading, returns
from enfilade.orders.receiving import Brought
from enfilade.orders.returns import Piece
from enfilade.staff import people
from enfilade.staff.people import Colleague
from enfilade.staff.surfaces import MANAGERS
from enfilade.stock.pieces_sold import sold_by
from enfilade.stock.returns import Disposition
from enfilade.web.boutique.acting import serials_in, spend_look_up
from enfilade.web.boutique.refusals import AT_WORK
from enfilade.web.boutique.showing import screen
from enfilade.web.shared.acting import Member, act
from enfilade.web.shared.forms import Form, form_of

Asked = Request[Any, Any, Any]

DISPOSITIONS: dict[Disposition, str] = {
    "sellable": "For sale again",
    "display": "On display",
    "quality_control": "To be looked at",
    "damaged": "Damaged",
    "at_atelier": "To the atelier",
}
REASONS = {
    "worn": "Worn",
    "damaged": "Damaged by use",
    "incomplete": "Incomplete",
    "not_ours": "Not our piece",
    "missing": "Not in the parcel",
    "too_late": "After its last day",
    "opened": "Opened",
    "engraved": "Engraved for the client",
}
#: What a choice that takes nothing back begins with.
NO = "no:"


@get("/returns", include_in_schema=False)
async def search(request: Asked, db: Db, member: Member, asked: str = "") -> Response[Any]:
    """The order's number or the return's code, typed or scanned."""
    words = ""
    if asked:
        await spend_look_up(db, member, "return by")
        async with db.acting(member.actor, member.maison_id) as conn:
            order_id = await receiving.found(conn, maison_id=member.maison_id, asked=asked)
        if order_id is not None:
            return Redirect(f"/boutique/returns/{order_id}", status_code=303)
        words = "No order has this number, and no return this code."
    return screen(
        request,
        "boutique/returns/search.html",
        member=member,
        status=404 if words else 200,
        tab="returns",
        words=words,
        asked=asked[:40],
    )


@get("/returns/{order_id:uuid}", include_in_schema=False)
async def order(request: Asked, db: Db, member: Member, order_id: UUID) -> Response[str]:
    """Each piece that left us, what is announced of it, and what came back."""
    return await _show(request, db, member, order_id)


@post("/returns/{order_id:uuid}", include_in_schema=False)
async def receive(request: Asked, db: Db, member: Member, order_id: UUID) -> Response[Any]:
    """Takes in what was brought."""
    sent = await form_of(request)

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        head = await return_reading.head(conn, maison_id=member.maison_id, order_id=order_id)
        if head is None:
            raise NotFoundException
        await receiving.receive(
            conn,
            maison_id=member.maison_id,
            by=by,
            order_id=order_id,
            location_id=sent.id("place"),
            brought=_brought(sent, head.currency),
            now=now,
        )

    try:
        return await act(request, db, member, sent, verb, to=f"/boutique/returns/{order_id}?done=yes")
    except AT_WORK as refusal:
        return await _show(request, db, member, order_id, words=str(refusal), status=409, sent=sent)


def _brought(sent: Form, currency: str) -> list[Brought]:
    """One for each piece about which something is said. Raises ValidationException, receiving.NotJudged."""
    brought: list[Brought] = []
    for field, values in sent.fields.items():
        if not field.startswith("piece-") or not values[-1]:
            continue
        try:
            line_id = UUID(field.removeprefix("piece-")[:36])
        except ValueError:
            raise ValidationException(f"{field}: not a piece") from None
        said, place = values[-1], field.removeprefix("piece-")
        opened = {"yes": True, "no": False}.get(sent.text(f"opened-{place}", ""))
        if said.startswith(NO):
            reason = _known(said.removeprefix(NO), REASONS)
            brought.append(Brought(line_id, 1, None, reason, opened=opened or reason == "opened" or None))
            continue
        serials = serials_in(sent.text(f"serial-{place}", ""))
        less = _amount(sent.text(f"less-{place}", ""), currency)
        why = _known(sent.text(f"why-{place}", ""), REASONS) if less else None
        brought.append(
            Brought(
                line_id,
                1,
                cast("Disposition", _known(said, DISPOSITIONS)),
                why,
                deduction_minor=less,
                serials=serials,
                opened=opened,
            )
        )
    return brought


def _known(said: str, among: Any) -> str:
    if said not in among:
        raise receiving.NotJudged("Say where each piece goes, or why less is paid for it")
    return said


def _amount(written: str, currency: str) -> int:
    """Minor units of the currency. Raises receiving.NotJudged."""
    text = written.replace(" ", "").replace(",", ".")
    try:
        amount = from_major(Decimal(text or 0), currency)
    except InvalidOperation:
        raise receiving.NotJudged(f"“{written[:20]}” is not an amount") from None
    if not 0 <= amount.minor < 2**53 or len(text) > 12:
        raise receiving.NotJudged(f"“{written[:20]}” is not an amount")
    return amount.minor


async def _show(
    request: Asked,
    db: Db,
    member: Member,
    order_id: UUID,
    *,
    words: str = "",
    status: int = 200,
    sent: Form | None = None,
) -> Response[str]:
    maison_id, now = member.maison_id, datetime.now(UTC)
    async with db.acting(member.actor, maison_id, snapshot=True) as conn:
        head = await return_reading.head(conn, maison_id=maison_id, order_id=order_id)
        if head is None:
            raise NotFoundException
        pieces = await returns.pieces_of(conn, maison_id=maison_id, order_id=order_id, now=now)
        done = await return_reading.of_order(conn, maison_id=maison_id, order_id=order_id)
        lines = await return_reading.lines_of_order(conn, maison_id=maison_id, order_id=order_id)
        told_apart = await sold_by(
            conn,
            maison_id=maison_id,
            order_line_ids=[piece.line_id for piece in pieces],
            variant_ids=[piece.variant_id for piece in pieces],
        )
        by = await member.by(conn)
        places = await people.places(conn, maison_id=maison_id, by=by)
    return screen(
        request,
        "boutique/returns/order.html",
        member=member,
        status=status,
        tab="returns",
        words=words,
        head=head,
        units=[unit for piece in pieces for unit in _units(piece, sent)],
        late=[piece for piece in pieces if piece.left and piece.late(now)],
        received=[one for one in done if one.state == "received"],
        announced=next((one for one in done if one.state == "announced"), None),
        lines=lines,
        places=places,
        place=sent.text("place", "") if sent else "",
        told_apart=told_apart,
        dispositions=DISPOSITIONS,
        reasons=REASONS,
        no=NO,
        manager=by.role in MANAGERS,
        taken_in="done" in request.query_params,
    )


def _units(piece: Piece, sent: Form | None) -> list[dict[str, Any]]:
    """One for each piece of a line that the client still has: its field, and what was said of it."""
    units: list[dict[str, Any]] = []
    for number in range(piece.left):
        field = f"{piece.line_id}-{number}"
        said = "sellable" if number < piece.announced else ""
        units.append(
            {
                "field": field,
                "piece": piece,
                "said": sent.text(f"piece-{field}", "") if sent else said,
                "less": sent.text(f"less-{field}", "") if sent else "",
                "why": sent.text(f"why-{field}", "") if sent else "",
                "opened": sent.text(f"opened-{field}", "") if sent else "",
                "serial": sent.text(f"serial-{field}", "") if sent else "",
            }
        )
    return units
