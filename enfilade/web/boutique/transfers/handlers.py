"""Transfers: what to pack and send, what is coming, what to take out of the box; and asking another place for a piece."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, get_args
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Request, Response, get, post
from litestar.exceptions import ValidationException

from enfilade.base.db import Conn, Db
from enfilade.base.ids import new_id
from enfilade.staff import people
from enfilade.staff.people import Colleague
from enfilade.staff.surfaces import MANAGERS
from enfilade.stock import arrivals, departures, transfers, underway
from enfilade.stock.arrivals import Arrived, LossReason
from enfilade.stock.transfers import DeclineReason, NotSoManyThere, Pieces, Reason
from enfilade.stock.underway import Listed
from enfilade.web.boutique.acting import serials_in
from enfilade.web.boutique.refusals import AT_WORK
from enfilade.web.boutique.showing import screen
from enfilade.web.shared.acting import Member, Verb, act
from enfilade.web.shared.forms import Form, form_of

Asked = Request[Any, Any, Any]
WORDS_MIN = 2
PIECES_MAX = 99


@dataclass(frozen=True, slots=True)
class Sides:
    """The transfers of one's places as sections; each stands in one."""

    to_pack: list[Listed]
    to_send: list[Listed]
    coming: list[Listed]
    awaited: list[Listed]
    left: list[Listed]
    ended: list[Listed]

    @property
    def empty(self) -> bool:
        return not (self.to_pack or self.to_send or self.coming or self.awaited or self.left or self.ended)


def sides(found: list[Listed], by: Colleague) -> Sides:
    """Sorts them by what `by`'s places do next."""
    made = Sides([], [], [], [], [], [])
    for one in found:
        gives, takes = by.works_at(one.from_location_id), by.works_at(one.to_location_id)
        if one.ended_at is not None:
            made.ended.append(one)
        elif one.state == "sent":
            (made.coming if takes else made.left).append(one)
        elif gives:
            (made.to_pack if one.state == "asked" else made.to_send).append(one)
        else:
            made.awaited.append(one)
    return made


@get("/transfers", include_in_schema=False)
async def listed(request: Asked, db: Db, member: Member) -> Response[str]:
    """What is to do first, then what is on its way."""
    now = datetime.now(UTC)
    async with db.acting(member.actor, member.maison_id) as conn:
        by = await member.by(conn)
        found = await underway.listed(conn, maison_id=member.maison_id, by=by, now=now)
    return screen(
        request,
        "boutique/transfers/transfers.html",
        member=member,
        tab="transfers",
        sides=sides(found, by),
        today=_today,
        state_words=transfers.STATE_WORDS,
    )


@get("/transfers/asking", include_in_schema=False)
async def asking(
    request: Asked, db: Db, member: Member, q: str = "", to: UUID | None = None
) -> Response[str]:
    """Who else has the piece: by its name, SKU or barcode."""
    return await _asking(request, db, member, q, to)


@post("/transfers", include_in_schema=False)
async def ask(request: Asked, db: Db, member: Member) -> Response[Any]:
    """The other place is asked for it, and keeps it meanwhile."""
    sent = await form_of(request)
    to, words = sent.id("to"), sent.text("q", "")
    wanted = [Pieces(sent.id("variant"), _number(sent.text("quantity"), least=1))]
    reason: Reason = "for_order" if sent.text("reason", "") == "for_order" else "replenishment"
    from_location_id = sent.id("from")

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        if not by.works_at(to):
            raise transfers.NoSuchTransfer
        await transfers.ask(
            conn,
            maison_id=member.maison_id,
            transfer_id=new_id(now),
            by=by,
            from_location_id=from_location_id,
            to_location_id=to,
            wanted=wanted,
            reason=reason,
            now=now,
        )

    try:
        return await act(request, db, member, sent, verb, to="/boutique/transfers")
    except NotSoManyThere as refusal:
        return await _asking(request, db, member, words, to, said=str(refusal), status=409)


@get("/transfers/{transfer_id:uuid}", include_in_schema=False)
async def transfer(request: Asked, db: Db, member: Member, transfer_id: UUID) -> Response[str]:
    """The next thing to do for it at one's place."""
    return await _screen(request, db, member, transfer_id)


@post("/transfers/{transfer_id:uuid}/packing", include_in_schema=False)
async def pack(request: Asked, db: Db, member: Member, transfer_id: UUID) -> Response[Any]:
    """So many of each are in the box; `left`: and it leaves at once."""
    sent = await form_of(request)
    packed = [
        Pieces(variant_id, quantity, _serials(sent, "serials", variant_id))
        for variant_id, quantity in _counted(sent, "packed").items()
    ]

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await departures.pack(
            conn, maison_id=member.maison_id, transfer_id=transfer_id, by=by, packed=packed, now=now
        )
        if sent.text("left", ""):
            await departures.send(conn, maison_id=member.maison_id, transfer_id=transfer_id, by=by, now=now)

    return await _act(request, db, member, transfer_id, sent, verb)


@post("/transfers/{transfer_id:uuid}/dispatch", include_in_schema=False)
async def send(request: Asked, db: Db, member: Member, transfer_id: UUID) -> Response[Any]:
    """The box has left."""

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await departures.send(conn, maison_id=member.maison_id, transfer_id=transfer_id, by=by, now=now)

    return await _act(request, db, member, transfer_id, await form_of(request), verb)


@post("/transfers/{transfer_id:uuid}/declining", include_in_schema=False)
async def decline(request: Asked, db: Db, member: Member, transfer_id: UUID) -> Response[Any]:
    """We cannot give it."""
    sent = await form_of(request)
    reason: DeclineReason = _one_of(DeclineReason, sent.text("reason"))

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await transfers.decline(
            conn, maison_id=member.maison_id, transfer_id=transfer_id, by=by, reason=reason, now=now
        )

    return await _act(request, db, member, transfer_id, sent, verb)


@post("/transfers/{transfer_id:uuid}/cancellation", include_in_schema=False)
async def cancel(request: Asked, db: Db, member: Member, transfer_id: UUID) -> Response[Any]:
    """Nobody needs it any more."""

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await transfers.cancel(conn, maison_id=member.maison_id, transfer_id=transfer_id, by=by, now=now)

    return await _act(request, db, member, transfer_id, await form_of(request), verb)


@post("/transfers/{transfer_id:uuid}/receipts", include_in_schema=False)
async def receive(request: Asked, db: Db, member: Member, transfer_id: UUID) -> Response[Any]:
    """What is ticked is here, so many of it, so many of these damaged."""
    sent = await form_of(request)
    ticked, damaged = sent.ids("here"), _counted(sent, "damaged")
    arrived = [
        Arrived(
            variant_id,
            quantity,
            min(quantity, damaged.get(variant_id, 0)),
            _serials(sent, "serials", variant_id),
            _serials(sent, "hurt", variant_id),
        )
        for variant_id, quantity in _counted(sent, "count").items()
        if variant_id in ticked
    ]

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await arrivals.receive(
            conn,
            maison_id=member.maison_id,
            transfer_id=transfer_id,
            receipt_id=new_id(now),
            by=by,
            arrived=arrived,
            now=now,
        )

    return await _act(request, db, member, transfer_id, sent, verb)


@post("/transfers/{transfer_id:uuid}/loss", include_in_schema=False)
async def write_off(request: Asked, db: Db, member: Member, transfer_id: UUID) -> Response[Any]:
    """A manager says that the rest will not arrive, and why."""
    sent = await form_of(request)
    lost = [
        Pieces(variant_id, quantity, _serials(sent, "serials", variant_id))
        for variant_id, quantity in _counted(sent, "lost").items()
    ]
    reason: LossReason = _one_of(LossReason, sent.text("loss"))

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await arrivals.write_off(
            conn,
            maison_id=member.maison_id,
            transfer_id=transfer_id,
            receipt_id=new_id(now),
            by=by,
            lost=lost,
            reason=reason,
            now=now,
        )

    return await _act(request, db, member, transfer_id, sent, verb)


def _today(zone: str, now: datetime) -> Any:
    return now.astimezone(ZoneInfo(zone)).date()


def _number(text: str, *, least: int = 0) -> int:
    if not (text.isdecimal() and least <= int(text[:9]) <= PIECES_MAX):
        raise ValidationException(f"quantity: between {least} and {PIECES_MAX}")
    return int(text)


def _counted(form: Form, name: str) -> dict[UUID, int]:
    """The fields `name-variant`: so many of each."""
    found: dict[UUID, int] = {}
    for field in form.fields:
        if field.startswith(f"{name}-"):
            try:
                variant_id = UUID(field.removeprefix(f"{name}-"))
            except ValueError:
                raise ValidationException(f"{name}: not an id") from None
            found[variant_id] = _number(form.text(field))
    if len(found) > transfers.LINES_MAX:
        raise ValidationException(f"{name}: at most {transfers.LINES_MAX}")
    return found


def _serials(form: Form, name: str, variant_id: UUID) -> tuple[str, ...]:
    """The field `name-variant`: which pieces, where they are told apart."""
    return serials_in(form.text(f"{name}-{variant_id}", ""))


def _one_of(literal: Any, word: str) -> Any:
    if word not in get_args(literal):
        raise ValidationException("Choose a reason")
    return word


async def _act(
    request: Asked, db: Db, member: Member, transfer_id: UUID, sent: Form, verb: Verb
) -> Response[Any]:
    try:
        return await act(request, db, member, sent, verb, to=f"/boutique/transfers/{transfer_id}")
    except AT_WORK as refusal:
        return await _screen(request, db, member, transfer_id, words=str(refusal), status=409)


async def _screen(
    request: Asked, db: Db, member: Member, transfer_id: UUID, *, words: str = "", status: int = 200
) -> Response[str]:
    async with db.acting(member.actor, member.maison_id) as conn:
        found = await underway.underway(
            conn, maison_id=member.maison_id, by=await member.by(conn), transfer_id=transfer_id
        )
    return screen(
        request,
        "boutique/transfers/transfer.html",
        member=member,
        status=status,
        tab="transfers",
        it=found,
        of=found.head,
        manages=member.role in MANAGERS,
        today=_today,
        words=words,
    )


async def _asking(
    request: Asked, db: Db, member: Member, q: str, to: UUID | None, *, said: str = "", status: int = 200
) -> Response[str]:
    async with db.acting(member.actor, member.maison_id) as conn:
        by = await member.by(conn)
        places = await people.places(conn, maison_id=member.maison_id, by=by)
        chosen = next((place for place in places if place.id == to), places[0] if places else None)
        asked = len(q.strip()) >= WORDS_MIN and len(q) <= 100
        found = (
            await underway.elsewhere(
                conn, maison_id=member.maison_id, words=q, to_location_id=chosen.id, now=datetime.now(UTC)
            )
            if chosen and asked
            else []
        )
    return screen(
        request,
        "boutique/transfers/asking.html",
        member=member,
        status=status,
        tab="transfers",
        places=places,
        chosen=chosen,
        q=q.strip()[:100],
        asked=asked,
        found=found,
        words=said,
    )
