"""The boutique’s diary: who comes on a day, check in, serve, not come; booking and moving for a client who calls."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, cast, get_args
from uuid import UUID, uuid5

from litestar import Request, Response, get, post
from litestar.exceptions import ValidationException

from enfilade.appointments import answering, booking, bringing, changing, diary, selling, services, visits
from enfilade.appointments.booking import Asked as Wanted
from enfilade.appointments.free import week
from enfilade.appointments.keeping import NoSuchAppointment
from enfilade.appointments.visits import Result
from enfilade.base import i18n
from enfilade.base.db import Conn, Db
from enfilade.base.settings import Settings
from enfilade.boutiques.zones import zone_of
from enfilade.orders.fulfilment import NotYourBoutique
from enfilade.staff import people
from enfilade.staff.people import Colleague
from enfilade.staff.surfaces import MANAGERS
from enfilade.web.boutique.refusals import AT_WORK
from enfilade.web.boutique.showing import screen
from enfilade.web.shared.acting import Member, Verb, act
from enfilade.web.shared.forms import Form, form_of

Asked = Request[Any, Any, Any]
DAYS_SHOWN = 3
SKUS_LETTERS_MAX = 200


@get("/appointments", include_in_schema=False)
async def day(
    request: Asked, db: Db, member: Member, at: UUID | None = None, on: date | None = None
) -> Response[str]:
    """One day of one boutique, and what does not fit any more."""
    now = datetime.now(UTC)
    async with db.acting(member.actor, member.maison_id) as conn:
        by = await member.by(conn)
        places = await people.places(conn, maison_id=member.maison_id, by=by)
        chosen = _place(places, at)
        counter = (
            await diary.counter(conn, maison_id=member.maison_id, location_id=chosen.id) if chosen else None
        )
        shown = on or now.astimezone(zone_of(counter.zone if counter else "UTC")).date()
        entries: list[diary.Entry] = []
        broken: list[diary.Entry] = []
        waiting: list[diary.Waiting] = []
        if chosen:
            waiting = await diary.waiting(conn, maison_id=member.maison_id, location_id=chosen.id, day=shown)
            entries = await diary.day(conn, maison_id=member.maison_id, location_id=chosen.id, day=shown)
            broken = await diary.unkept(conn, maison_id=member.maison_id, location_id=chosen.id, now=now)
    return screen(
        request,
        "boutique/appointments/day.html",
        member=member,
        tab="appointments",
        places=places,
        chosen=chosen,
        on=shown,
        before=shown - timedelta(days=1),
        after=shown + timedelta(days=1),
        entries=entries,
        broken=broken,
        waiting=waiting,
        manages=by.role in MANAGERS,
    )


@get("/appointments/booking", include_in_schema=False)
async def booking_form(
    request: Asked,
    db: Db,
    member: Member,
    at: UUID | None = None,
    service: UUID | None = None,
    on: date | None = None,
    speaks: str = "",
    skus: str = "",
) -> Response[str]:
    """The free times of a service, those at which its pieces can be there, and whom they are for."""
    return await _booking(request, db, member, at, service, on, speaks, skus=skus[:SKUS_LETTERS_MAX])


@post("/appointments", include_in_schema=False)
async def book(request: Asked, db: Db, settings: Settings, member: Member) -> Response[Any]:
    """Keeps the chosen time; refused, the times that are free are shown again."""
    sent = await form_of(request)
    at, service_id, speaks = sent.id("at"), sent.id("service"), sent.text("speaks", "")
    starts_at, language = _moment(sent, "slot"), i18n.known(sent.text("language", ""))
    skus = _apart(sent.text("skus", ""))
    if language is None or not sent.text("name"):
        raise ValidationException("name, language: expected")
    appointment_id = uuid5(member.staff_id, sent.text("key"))

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        counter = await diary.counter(conn, maison_id=member.maison_id, location_id=at)
        if counter is None or not by.works_at(at):
            raise NotYourBoutique
        found = await diary.variants(conn, maison_id=member.maison_id, skus=skus)
        if len(found) < len(set(skus)):
            raise diary.NoSuchPiece
        wanted = Wanted(
            service_id,
            at,
            starts_at,
            sent.text("name"),
            sent.text("mail"),
            sent.text("phone", ""),
            sent.text("words", ""),
            counter.store_id,
            counter.market,
            language,
            speaks,
            tuple(one.id for one in found),
        )
        await booking.book(
            conn,
            maison_id=member.maison_id,
            appointment_id=appointment_id,
            by=by,
            asked=wanted,
            key=settings.key,
            now=now,
        )

    try:
        return await act(request, db, member, sent, verb, to=f"/boutique/appointments/{appointment_id}")
    except AT_WORK as refusal:
        on = starts_at.date()
        return await _booking(
            request,
            db,
            member,
            at,
            service_id,
            on,
            speaks,
            sent=sent,
            words=str(refusal),
            skus=sent.text("skus", ""),
        )


async def _booking(
    request: Asked,
    db: Db,
    member: Member,
    at: UUID | None,
    service_id: UUID | None,
    on: date | None,
    speaks: str,
    *,
    sent: Form | None = None,
    words: str = "",
    moving: diary.Entry | None = None,
    skus: str = "",
) -> Response[str]:
    now = datetime.now(UTC)
    ready: datetime | None = None
    async with db.acting(member.actor, member.maison_id) as conn:
        places = await people.places(conn, maison_id=member.maison_id, by=await member.by(conn))
        chosen = _place(places, at)
        offered = [
            one
            for one in await services.services(conn, maison_id=member.maison_id, language="en")
            if one.active and chosen and chosen.id in one.location_ids
        ]
        service = next((one for one in offered if one.id == service_id), offered[0] if offered else None)
        counter = (
            await diary.counter(conn, maison_id=member.maison_id, location_id=chosen.id) if chosen else None
        )
        first = on or now.astimezone(zone_of(counter.zone if counter else "UTC")).date()
        slots = {}
        if service is not None and chosen is not None:
            ready = await _ready(conn, member.maison_id, service, chosen.id, _apart(skus), moving, now)
            slots = await week(
                conn,
                maison_id=member.maison_id,
                service=service,
                location_ids=[chosen.id],
                first_day=first,
                days=DAYS_SHOWN,
                now=now,
                language=speaks,
                apart=moving.id if moving else None,
                not_before=ready,
            )
    free = slots.get(chosen.id, []) if chosen else []
    return screen(
        request,
        "boutique/appointments/booking.html",
        member=member,
        tab="appointments",
        status=409 if words else 200,
        places=places,
        chosen=chosen,
        offered=offered,
        service=service,
        on=first,
        speaks=speaks,
        days=[
            (day, [slot for slot in free if slot.wall.date() == day])
            for day in (first + timedelta(days=n) for n in range(DAYS_SHOWN))
        ],
        sent=sent.fields if sent else {},
        words=words,
        moving=moving,
        skus=skus,
        ready=ready,
        zone=counter.zone if counter else "UTC",
    )


def _apart(skus: str) -> list[str]:
    return [sku.strip() for sku in skus.split(",") if sku.strip()][: services.PIECES_MAX]


async def _ready(
    conn: Conn,
    maison_id: UUID,
    service: services.Offered,
    location_id: UUID,
    skus: list[str],
    moving: diary.Entry | None,
    now: datetime,
) -> datetime | None:
    """When all that is, or would be, brought can be there."""
    if moving is not None:
        pieces = await bringing.standing(conn, maison_id=maison_id, appointment_id=moving.id, now=now)
        return bringing.ready(pieces)
    found = await diary.variants(conn, maison_id=maison_id, skus=skus)
    plans = await bringing.plans(
        conn,
        maison_id=maison_id,
        location_ids=[location_id],
        variant_ids=[one.id for one in found],
        brought_max=service.brought_max,
        since=now,
    )
    return plans[location_id].not_before


@get("/appointments/{appointment_id:uuid}", include_in_schema=False)
async def appointment(request: Asked, db: Db, member: Member, appointment_id: UUID) -> Response[str]:
    """Who comes, for what, and the next thing to do."""
    return await _screen(request, db, member, appointment_id)


@get("/appointments/{appointment_id:uuid}/moving", include_in_schema=False)
async def moving(
    request: Asked, db: Db, member: Member, appointment_id: UUID, on: date | None = None
) -> Response[str]:
    """The other times it could have, at the same boutique."""
    entry, _ = await _entry(db, member, appointment_id)
    return await _booking(
        request, db, member, entry.location_id, entry.service_id, on or entry.wall.date(), "", moving=entry
    )


@post("/appointments/{appointment_id:uuid}/move", include_in_schema=False)
async def move(request: Asked, db: Db, member: Member, appointment_id: UUID) -> Response[Any]:
    """To the chosen time."""
    sent = await form_of(request)
    at, starts_at, sequence = sent.id("at"), _moment(sent, "slot"), sent.text("sequence")
    if not sequence.isdecimal():
        raise ValidationException("sequence: a number")

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await _own(conn, member, by, appointment_id)
        await changing.move(
            conn,
            maison_id=member.maison_id,
            appointment_id=appointment_id,
            by=by,
            location_id=at,
            starts_at=starts_at,
            sequence=int(sequence[:6]),
            now=now,
        )

    return await _act(request, db, member, appointment_id, sent, verb)


@post("/appointments/{appointment_id:uuid}/cancellation", include_in_schema=False)
async def cancel(request: Asked, db: Db, member: Member, appointment_id: UUID) -> Response[Any]:
    """The client called, or the boutique cannot."""

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await changing.cancel(conn, maison_id=member.maison_id, appointment_id=appointment_id, by=by, now=now)

    return await _act(request, db, member, appointment_id, await form_of(request), verb)


@post("/appointments/{appointment_id:uuid}/alternative", include_in_schema=False)
async def answer(request: Asked, db: Db, member: Member, appointment_id: UUID) -> Response[Any]:
    """The client takes the other time, on the telephone."""
    sent = await form_of(request)
    alternative_id = sent.id("alternative")

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await answering.accept(
            conn,
            maison_id=member.maison_id,
            appointment_id=appointment_id,
            alternative_id=alternative_id,
            by=by,
            now=now,
        )

    return await _act(request, db, member, appointment_id, sent, verb)


@post("/appointments/{appointment_id:uuid}/without", include_in_schema=False)
async def without(request: Asked, db: Db, member: Member, appointment_id: UUID) -> Response[Any]:
    """The client comes all the same, without what cannot be there by then."""

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await _own(conn, member, by, appointment_id)
        await bringing.settle(conn, maison_id=member.maison_id, appointment_id=appointment_id)

    return await _act(request, db, member, appointment_id, await form_of(request), verb)


@post("/appointments/{appointment_id:uuid}/arrival", include_in_schema=False)
async def arrive(request: Asked, db: Db, member: Member, appointment_id: UUID) -> Response[Any]:
    """The client is there."""

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await visits.arrive(conn, maison_id=member.maison_id, appointment_id=appointment_id, by=by, now=now)

    return await _act(request, db, member, appointment_id, await form_of(request), verb)


@post("/appointments/{appointment_id:uuid}/visit", include_in_schema=False)
async def serve(request: Asked, db: Db, member: Member, appointment_id: UUID) -> Response[Any]:
    """What was tried, liked and bought; a note."""
    sent = await form_of(request)
    results = _results(sent)

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await visits.serve(
            conn,
            maison_id=member.maison_id,
            appointment_id=appointment_id,
            by=by,
            results=results,
            noted=sent.text("noted", ""),
            now=now,
        )

    return await _act(request, db, member, appointment_id, sent, verb)


@post("/appointments/{appointment_id:uuid}/sale", include_in_schema=False)
async def sell(
    request: Asked, db: Db, settings: Settings, member: Member, appointment_id: UUID
) -> Response[Any]:
    """The visit is over, and what was bought is rung up at the till."""
    sent = await form_of(request)
    results, sale_id = _results(sent), uuid5(member.staff_id, sent.text("key"))
    if "bought" not in results.values():
        return await _screen(request, db, member, appointment_id, words="Say first which pieces are bought")

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await selling.sell(
            conn,
            maison_id=member.maison_id,
            appointment_id=appointment_id,
            sale_id=sale_id,
            by=by,
            results=results,
            noted=sent.text("noted", ""),
            key=settings.key,
            now=now,
        )

    try:
        return await act(request, db, member, sent, verb, to=f"/boutique/till/sales/{sale_id}")
    except AT_WORK as refusal:
        return await _screen(request, db, member, appointment_id, words=str(refusal))


def _results(sent: Form) -> dict[UUID, Result]:
    return {
        variant_id: cast("Result", said)
        for variant_id in sent.ids("variant")
        if (said := sent.text(f"result-{variant_id}", "")) in get_args(Result)
    }


@post("/appointments/{appointment_id:uuid}/no-show", include_in_schema=False)
async def miss(request: Asked, db: Db, member: Member, appointment_id: UUID) -> Response[Any]:
    """Nobody came."""

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await visits.miss(conn, maison_id=member.maison_id, appointment_id=appointment_id, by=by, now=now)

    return await _act(request, db, member, appointment_id, await form_of(request), verb)


async def _own(conn: Conn, member: Member, by: Colleague, appointment_id: UUID) -> diary.Entry:
    entry = await diary.entry(conn, maison_id=member.maison_id, appointment_id=appointment_id)
    if entry is None:
        raise NoSuchAppointment
    if not by.works_at(entry.location_id):
        raise NotYourBoutique
    return entry


async def _entry(db: Db, member: Member, appointment_id: UUID) -> tuple[diary.Entry, list[diary.Piece]]:
    async with db.acting(member.actor, member.maison_id) as conn:
        entry = await _own(conn, member, await member.by(conn), appointment_id)
        found = await diary.pieces(conn, maison_id=member.maison_id, appointment_ids=[appointment_id])
    return entry, found


async def _screen(
    request: Asked, db: Db, member: Member, appointment_id: UUID, *, words: str = ""
) -> Response[str]:
    entry, found = await _entry(db, member, appointment_id)
    other = None
    if entry.answer_by:
        async with db.acting(member.actor, member.maison_id) as conn:
            other = await answering.proposed(conn, maison_id=member.maison_id, appointment_id=appointment_id)
    now = datetime.now(UTC)
    return screen(
        request,
        "boutique/appointments/appointment.html",
        member=member,
        tab="appointments",
        status=409 if words else 200,
        one=entry,
        pieces=found,
        other=other,
        words=words,
        near=now > entry.starts_at - visits.EARLY,
        begun=now >= entry.starts_at,
    )


async def _act(
    request: Asked, db: Db, member: Member, appointment_id: UUID, sent: Form, verb: Verb
) -> Response[Any]:
    try:
        return await act(request, db, member, sent, verb, to=f"/boutique/appointments/{appointment_id}")
    except AT_WORK as refusal:
        return await _screen(request, db, member, appointment_id, words=str(refusal))


def _place(places: list[people.Place], at: UUID | None) -> people.Place | None:
    return next((one for one in places if one.id == at), places[0] if places else None)


def _moment(sent: Form, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(sent.text(name))
    except ValueError:
        raise ValidationException(f"{name}: choose a time") from None
    if moment.tzinfo is None:
        raise ValidationException(f"{name}: choose a time")
    return moment
