"""Preparing an order, one act a screen: accept, pick piece by piece, ready or sent; or say why it cannot be given."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException

from enfilade.base import i18n
from enfilade.base.db import Conn, Db
from enfilade.base.settings import Settings
from enfilade.carriers import labels
from enfilade.orders import (
    cancellation,
    engraving,
    history,
    parcels,
    preparations,
    reading,
    rejections,
    sending_back,
)
from enfilade.orders.addresses import mark
from enfilade.orders.preparations import NothingToPick
from enfilade.orders.rejections import REASONS
from enfilade.staff.people import Colleague
from enfilade.web.boutique.acting import serials_in
from enfilade.web.boutique.refusals import AT_WORK
from enfilade.web.boutique.showing import screen, when
from enfilade.web.shared import parts
from enfilade.web.shared.acting import Member, Verb, act
from enfilade.web.shared.forms import Form, form_of
from enfilade.web.shared.labels import printed_label
from enfilade.web.shared.pages import page

Asked = Request[Any, Any, Any]


@get("/preparations/{fulfilment_id:uuid}", include_in_schema=False)
async def preparation(request: Asked, db: Db, member: Member, fulfilment_id: UUID) -> Response[str]:
    """The next thing to do for this order."""
    return await _screen(request, db, member, fulfilment_id)


@get("/preparations/{fulfilment_id:uuid}/card", include_in_schema=False)
async def card(request: Asked, db: Db, member: Member, fulfilment_id: UUID) -> Response[str]:
    """The card of a gift, to be printed; 404 where it has no words."""
    it = (await _read(db, member, fulfilment_id)).head
    if not it.gift_words:
        raise NotFoundException
    language = i18n.known(it.language) or "en"
    return page(request, "boutique/preparations/card.html", it=it, tag=i18n.TAGS[language])


@post("/preparations/{fulfilment_id:uuid}/acceptance", include_in_schema=False)
async def accept(request: Asked, db: Db, member: Member, fulfilment_id: UUID) -> Response[Any]:
    """It is theirs, and so is the credit."""

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await preparations.accept(
            conn, maison_id=member.maison_id, by=by, fulfilment_id=fulfilment_id, now=now
        )

    return await _act(request, db, member, fulfilment_id, await form_of(request), verb)


@post("/preparations/{fulfilment_id:uuid}/giving-back", include_in_schema=False)
async def give_back(request: Asked, db: Db, member: Member, fulfilment_id: UUID) -> Response[Any]:
    """A colleague may take it."""

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await preparations.give_back(
            conn, maison_id=member.maison_id, by=by, fulfilment_id=fulfilment_id, now=now
        )

    return await _act(request, db, member, fulfilment_id, await form_of(request), verb)


@post("/preparations/{fulfilment_id:uuid}/picks", include_in_schema=False)
async def pick(request: Asked, db: Db, member: Member, fulfilment_id: UUID) -> Response[Any]:
    """By a tap on the piece (`line`, and which: `serials`) or by its SKU, barcode or serial, scanned or typed (`code`)."""
    sent = await form_of(request)

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        line_id = sent.id("line") if "line" in sent.fields else None
        serials = serials_in(sent.text("serials", ""))
        if line_id is None:
            found = await reading.preparation(
                conn, maison_id=member.maison_id, by=by, fulfilment_id=fulfilment_id
            )
            code = sent.text("code")
            piece = reading.scanned(found.pieces, code)
            if piece is None:
                raise NothingToPick(f"{code or 'Nothing'} is not among the pieces still to pick")
            line_id = piece.id
            if code.strip().upper() in piece.choice and piece.quantity == 1:
                serials = (code,)
        await preparations.pick(
            conn,
            maison_id=member.maison_id,
            by=by,
            fulfilment_id=fulfilment_id,
            line_id=line_id,
            now=now,
            serials=serials,
        )

    return await _act(request, db, member, fulfilment_id, sent, verb)


@post("/preparations/{fulfilment_id:uuid}/putting-back", include_in_schema=False)
async def put_back(request: Asked, db: Db, member: Member, fulfilment_id: UUID) -> Response[Any]:
    """The piece was not the right one after all."""
    sent = await form_of(request)
    line_id = sent.id("line")

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await preparations.put_back(
            conn, maison_id=member.maison_id, by=by, fulfilment_id=fulfilment_id, line_id=line_id, now=now
        )

    return await _act(request, db, member, fulfilment_id, sent, verb)


@get("/preparations/{fulfilment_id:uuid}/rejection", include_in_schema=False)
async def rejection(
    request: Asked, db: Db, member: Member, fulfilment_id: UUID, line: UUID | None = None
) -> Response[str]:
    """Which piece, and why it cannot be given."""
    return await _rejection(request, db, member, fulfilment_id, line)


@post("/preparations/{fulfilment_id:uuid}/rejection", include_in_schema=False)
async def reject(request: Asked, db: Db, member: Member, fulfilment_id: UUID) -> Response[Any]:
    """Stock is corrected, the piece goes to another boutique."""
    sent = await form_of(request)
    line_id, reason = sent.id("line"), sent.text("reason", "")
    if not reason:
        return await _rejection(request, db, member, fulfilment_id, line_id, words="Choose a reason first.")

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await rejections.reject(
            conn,
            maison_id=member.maison_id,
            by=by,
            fulfilment_id=fulfilment_id,
            line_id=line_id,
            reason=reason,
            keep=parts.kept(((name, values[-1]) for name, values in sent.fields.items()), [line_id])[line_id],
            now=now,
        )

    return await _act(request, db, member, fulfilment_id, sent, verb)


@get("/preparations/{fulfilment_id:uuid}/cancellation", include_in_schema=False)
async def cancellation_form(request: Asked, db: Db, member: Member, fulfilment_id: UUID) -> Response[str]:
    """Which of the pieces the client does not wish any more."""
    return await _cancellation(request, db, member, fulfilment_id)


@post("/preparations/{fulfilment_id:uuid}/cancellation", include_in_schema=False)
async def cancel(request: Asked, db: Db, member: Member, fulfilment_id: UUID) -> Response[Any]:
    """By the client's word at the counter or on the phone; they are written to."""
    sent = await form_of(request)
    line_ids = sent.ids("line")
    found = await _read(db, member, fulfilment_id)
    if not line_ids or not set(line_ids) <= {piece.id for piece in found.pieces}:
        return await _cancellation(request, db, member, fulfilment_id, words="Choose the pieces first.")

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await cancellation.cancel(
            conn,
            maison_id=member.maison_id,
            by=by,
            order_id=found.head.order_id,
            line_ids=line_ids,
            reason="client_wish",
            keep=parts.kept(((name, values[-1]) for name, values in sent.fields.items()), line_ids),
            now=now,
        )

    return await _act(request, db, member, fulfilment_id, sent, verb)


@post("/preparations/{fulfilment_id:uuid}/putting-away", include_in_schema=False)
async def put_away(request: Asked, db: Db, member: Member, fulfilment_id: UUID) -> Response[Any]:
    """What lay apart for cancelled lines is where it belongs."""

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await cancellation.put_away(
            conn, maison_id=member.maison_id, by=by, fulfilment_id=fulfilment_id, now=now
        )

    return await _act(request, db, member, fulfilment_id, await form_of(request), verb)


@post("/preparations/{fulfilment_id:uuid}/engravings", include_in_schema=False)
async def engrave(request: Asked, db: Db, member: Member, fulfilment_id: UUID) -> Response[Any]:
    """The words of a picked piece are being cut, or are cut."""
    sent = await form_of(request)
    line_id, step = sent.id("line"), sent.text("step", "")
    if step not in ("begin", "finish"):
        return await _screen(request, db, member, fulfilment_id, status=400)

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await (engraving.begin if step == "begin" else engraving.finish)(
            conn, maison_id=member.maison_id, by=by, fulfilment_id=fulfilment_id, line_id=line_id, now=now
        )

    return await _act(request, db, member, fulfilment_id, sent, verb)


@post("/preparations/{fulfilment_id:uuid}/sending-back", include_in_schema=False)
async def send_back(request: Asked, db: Db, member: Member, fulfilment_id: UUID) -> Response[Any]:
    """What lay apart goes back to where it was brought from."""

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await sending_back.send_back(
            conn, maison_id=member.maison_id, by=by, fulfilment_id=fulfilment_id, now=now
        )

    return await _act(request, db, member, fulfilment_id, await form_of(request), verb)


@post("/preparations/{fulfilment_id:uuid}/readiness", include_in_schema=False)
async def ready(
    request: Asked, db: Db, settings: Settings, member: Member, fulfilment_id: UUID
) -> Response[Any]:
    """The client is told, with a code."""

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await preparations.ready(
            conn, maison_id=member.maison_id, by=by, fulfilment_id=fulfilment_id, key=settings.key, now=now
        )

    return await _act(request, db, member, fulfilment_id, await form_of(request), verb)


@post("/preparations/{fulfilment_id:uuid}/label", include_in_schema=False)
async def ask_label(request: Asked, db: Db, member: Member, fulfilment_id: UUID) -> Response[Any]:
    """A carrier makes it; the screen shows it as soon as it is there."""

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await parcels.ask_label(conn, maison_id=member.maison_id, by=by, fulfilment_id=fulfilment_id, now=now)

    return await _act(request, db, member, fulfilment_id, await form_of(request), verb)


@get("/preparations/{fulfilment_id:uuid}/label.pdf", include_in_schema=False)
async def label(db: Db, member: Member, fulfilment_id: UUID) -> Response[bytes]:
    """The label of 10 × 15 cm; 404 where none is made, or its paper is not kept any more."""
    async with db.acting(member.actor, member.maison_id) as conn:
        await reading.preparation(
            conn, maison_id=member.maison_id, by=await member.by(conn), fulfilment_id=fulfilment_id
        )
        try:
            number, pdf = await labels.printed(
                conn, maison_id=member.maison_id, purpose="out", cause_id=fulfilment_id
            )
        except labels.NoSuchLabel:
            raise NotFoundException from None
    return printed_label(number, pdf)


@post("/preparations/{fulfilment_id:uuid}/dispatch", include_in_schema=False)
async def dispatch(request: Asked, db: Db, member: Member, fulfilment_id: UUID) -> Response[Any]:
    """The parcel left."""
    sent = await form_of(request)

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await preparations.dispatch(
            conn,
            maison_id=member.maison_id,
            by=by,
            fulfilment_id=fulfilment_id,
            tracking=sent.text("tracking", ""),
            now=now,
            address_seen=sent.text("address", ""),
        )

    return await _act(request, db, member, fulfilment_id, sent, verb)


async def _act(
    request: Asked, db: Db, member: Member, fulfilment_id: UUID, sent: Form, verb: Verb
) -> Response[Any]:
    try:
        return await act(request, db, member, sent, verb, to=f"/boutique/preparations/{fulfilment_id}")
    except AT_WORK as refusal:
        return await _screen(request, db, member, fulfilment_id, words=str(refusal), status=409)


async def _read(db: Db, member: Member, fulfilment_id: UUID) -> reading.Preparation:
    async with db.acting(member.actor, member.maison_id) as conn:
        return await reading.preparation(
            conn, maison_id=member.maison_id, by=await member.by(conn), fulfilment_id=fulfilment_id
        )


async def _screen(
    request: Asked, db: Db, member: Member, fulfilment_id: UUID, *, words: str = "", status: int = 200
) -> Response[str]:
    async with db.acting(member.actor, member.maison_id) as conn:
        found = await reading.preparation(
            conn, maison_id=member.maison_id, by=await member.by(conn), fulfilment_id=fulfilment_id
        )
        happened = await history.events(conn, maison_id=member.maison_id, order_id=found.head.order_id)
        parcel = None
        if found.head.method == "ship":
            parcel = await parcels.shown(conn, maison_id=member.maison_id, fulfilment_id=fulfilment_id)
    return screen(
        request,
        "boutique/preparations/preparation.html",
        member=member,
        status=status,
        tab="tasks",
        of=found.head,
        it=found,
        parcel=parcel,
        history=history.history(
            happened,
            history.ADVISOR,
            lambda at, zone: when(at, zone or found.head.zone, datetime.now(UTC)),
            zone=found.head.zone,
        ),
        mine=found.head.accepted_by == member.staff_id,
        address_mark=mark(found.head.address),
        readdressed=any(event.kind == "AddressChanged" for event in happened),
        words=words,
    )


async def _cancellation(
    request: Asked, db: Db, member: Member, fulfilment_id: UUID, *, words: str = ""
) -> Response[str]:
    found = await _read(db, member, fulfilment_id)
    open_pieces = [*found.left, *found.picked]
    return screen(
        request,
        "boutique/preparations/cancellation.html",
        member=member,
        status=400 if words else 200,
        tab="tasks",
        of=found.head,
        pieces=open_pieces,
        words=words,
    )


async def _rejection(
    request: Asked, db: Db, member: Member, fulfilment_id: UUID, line_id: UUID | None, *, words: str = ""
) -> Response[str]:
    found = await _read(db, member, fulfilment_id)
    open_pieces = [*found.left, *found.picked]
    return screen(
        request,
        "boutique/preparations/rejection.html",
        member=member,
        status=400 if words else 200,
        tab="tasks",
        of=found.head,
        pieces=open_pieces,
        chosen=line_id or (open_pieces[0].id if len(open_pieces) == 1 else None),
        reasons=REASONS,
        words=words,
    )
