"""The till of a boutique: opened with its float, its sales of the day, cash in and out, counted and closed, its figures."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from litestar import Request, Response, get, post

from enfilade.base.db import Conn, Db
from enfilade.base.money import from_major
from enfilade.orders.till import drawers, figures, reading
from enfilade.orders.till.drawers import NotAnAmount
from enfilade.orders.till.figures import Day
from enfilade.staff import people
from enfilade.staff.people import Colleague
from enfilade.web.boutique.refusals import AT_WORK
from enfilade.web.boutique.showing import screen
from enfilade.web.shared.acting import Member, act
from enfilade.web.shared.forms import Form, form_of

Asked = Request[Any, Any, Any]
AMOUNT = re.compile(r"\d{1,10}(\.\d{1,3})?")
KINDS = {"cash": "Cash", "card": "Card", "exchange": "Exchange"}
MOVES = {
    "float": "Float",
    "taken": "Taken",
    "given_back": "Given back",
    "paid_in": "Paid in",
    "paid_out": "Paid out",
}


def minor_of(written: str, currency: str) -> int:
    """An amount as people write it, in minor units. Raises NotAnAmount."""
    text = re.sub("[ \u00a0\u202f’']", "", written).replace(",", ".")
    if not AMOUNT.fullmatch(text):
        raise NotAnAmount(f"“{written[:20]}” is not an amount")
    return from_major(Decimal(text), currency).minor


@get("/till", include_in_schema=False)
async def till(request: Asked, db: Db, member: Member) -> Response[str]:
    """The boutique's till: its sales, what is owed back, or the form that opens it."""
    return await home(request, db, member, at=request.query_params.get("at", ""))


@post("/till/drawers", include_in_schema=False)
async def open_drawer(request: Asked, db: Db, member: Member) -> Response[Any]:
    """Opens it with its float."""
    sent = await form_of(request)
    at = sent.id("at")

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await drawers.open_drawer(
            conn,
            maison_id=member.maison_id,
            by=by,
            drawer_id=uuid5(member.staff_id, sent.text("key")),
            location_id=at,
            float_minor=minor_of(sent.text("float"), sent.text("currency")),
            now=now,
        )

    try:
        return await act(request, db, member, sent, verb, to=f"/boutique/till?at={at}")
    except AT_WORK as refusal:
        return await home(request, db, member, at=str(at), words=str(refusal), status=409)


async def home(
    request: Asked, db: Db, member: Member, *, at: str, words: str = "", status: int = 200
) -> Response[str]:
    """The till's first screen, with words on top where something was refused."""
    now, maison_id = datetime.now(UTC), member.maison_id
    days: list[Day] = []
    sold: list[reading.Listed] = []
    owed: list[reading.OwedBack] = []
    currency = ""
    async with db.acting(member.actor, maison_id) as conn:
        by = await member.by(conn)
        places = await people.places(conn, maison_id=maison_id, by=by)
        place = next((one for one in places if str(one.id) == at), places[0] if places else None)
        if place is not None:
            days = await figures.listed(conn, maison_id=maison_id, by=by, location_id=place.id, now=now)
            currency = await drawers.currency_at(conn, maison_id=maison_id, location_id=place.id)
            if days and days[0].closed_at is None:
                sold = await reading.sales(conn, maison_id=maison_id, drawer_id=days[0].id)
            owed = await reading.owed_back(conn, maison_id=maison_id, location_id=place.id)
    return screen(
        request,
        "boutique/till/till.html",
        member=member,
        status=status,
        tab="till",
        places=places,
        place=place,
        currency=currency,
        day=days[0] if days and days[0].closed_at is None else None,
        before=[one for one in days if one.closed_at is not None],
        sold=sold,
        owed=owed,
        words=words,
    )


@get("/till/drawers/{drawer_id:uuid}", include_in_schema=False)
async def drawer(request: Asked, db: Db, member: Member, drawer_id: UUID) -> Response[str]:
    """The figures of the day, to be printed; while it is open, cash in and out, and the count that closes it."""
    return await _drawer(request, db, member, drawer_id)


@post("/till/drawers/{drawer_id:uuid}/movements", include_in_schema=False)
async def pay(request: Asked, db: Db, member: Member, drawer_id: UUID) -> Response[Any]:
    """Cash in or out, with its reason."""
    sent = await form_of(request)

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        there = await drawers.at_work(conn, maison_id=member.maison_id, by=by, drawer_id=drawer_id)
        amount = minor_of(sent.text("amount"), there.currency)
        await drawers.pay(
            conn,
            maison_id=member.maison_id,
            by=by,
            drawer_id=drawer_id,
            movement_id=uuid5(member.staff_id, sent.text("key")),
            amount_minor=-amount if sent.text("way", "") == "out" else amount,
            words=sent.text("words", ""),
            now=now,
        )

    return await _acted(request, db, member, sent, verb, drawer_id)


@post("/till/drawers/{drawer_id:uuid}/count", include_in_schema=False)
async def count(request: Asked, db: Db, member: Member, drawer_id: UUID) -> Response[Any]:
    """Counted: closed for good."""
    sent = await form_of(request)

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        there = await drawers.at_work(conn, maison_id=member.maison_id, by=by, drawer_id=drawer_id)
        await drawers.close(
            conn,
            maison_id=member.maison_id,
            by=by,
            drawer_id=drawer_id,
            counted_minor=minor_of(sent.text("counted"), there.currency),
            words=sent.text("words", ""),
            now=now,
        )

    return await _acted(request, db, member, sent, verb, drawer_id)


async def _acted(
    request: Asked, db: Db, member: Member, sent: Form, verb: Any, drawer_id: UUID
) -> Response[Any]:
    try:
        return await act(request, db, member, sent, verb, to=f"/boutique/till/drawers/{drawer_id}")
    except AT_WORK as refusal:
        return await _drawer(request, db, member, drawer_id, words=str(refusal), status=409, sent=sent)


async def _drawer(
    request: Asked,
    db: Db,
    member: Member,
    drawer_id: UUID,
    *,
    words: str = "",
    status: int = 200,
    sent: Form | None = None,
) -> Response[str]:
    now = datetime.now(UTC)
    async with db.acting(member.actor, member.maison_id, snapshot=True) as conn:
        found = await figures.of_drawer(
            conn, maison_id=member.maison_id, by=await member.by(conn), drawer_id=drawer_id, now=now
        )
    return screen(
        request,
        "boutique/till/drawer.html",
        member=member,
        status=status,
        tab="till",
        day=found.day,
        of=found,
        kinds=KINDS,
        moves=MOVES,
        words=words,
        said={name: sent.text(name, "") if sent else "" for name in ("counted", "words", "amount", "way")},
    )
