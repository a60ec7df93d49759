"""Booking by oneself: what for, where, when and with whom; one question a screen, and nothing but links.

What was chosen stands in the address, so that going back and sharing work.
"""

from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import Parameter
from litestar.response import Redirect

from enfilade.appointments import free, services
from enfilade.appointments.bringing import Plan
from enfilade.appointments.slots import Slot
from enfilade.base.db import Db
from enfilade.base.i18n import Language
from enfilade.web.shared import asking as requests
from enfilade.web.shared.forms import Form
from enfilade.web.storefront.appointments import days, reading
from enfilade.web.storefront.appointments.choosing import (
    SPOKEN,
    Choosing,
    as_planned,
    dressed,
    maison_of,
    offered_at,
    pieces_of,
    plans_of,
    service_of,
)
from enfilade.web.storefront.appointments.link import moment
from enfilade.web.storefront.appointments.reading import Named, Place
from enfilade.web.storefront.appointments.who import form
from enfilade.web.storefront.products import places as looking
from enfilade.web.storefront.times import day_and_hour, distance

Req = Request[Any, Any, Any]
PLACES_SHOWN = free.PLACES_MAX
Word = Annotated[str, Parameter(max_length=100)]
Pieces = Annotated[list[UUID] | None, Parameter(max_items=10)]


@get("/{language:str}/maisons/{slug:str}/appointments", include_in_schema=False)
async def offered(
    request: Req, db: Db, language: str, slug: str, piece: Pieces = None, at: UUID | None = None
) -> Response[Any]:
    """What one can come for; `at`: at this boutique."""
    frame, maison = await maison_of(request, db, language, slug)
    async with db.acting(requests.visitor(request).actor, maison.maison_id) as conn:
        pieces = await pieces_of(conn, frame, maison, piece or [], at)
        found = [
            one
            for one in await services.services(conn, maison_id=maison.maison_id, language=frame.language)
            if one.active
            and one.location_ids
            and (at is None or at in one.location_ids)
            and (one.pieces_max or not pieces)
        ]
    choosing = Choosing(frame, maison, pieces)
    if pieces and len(found) == 1:
        way = f"{choosing.path}/{found[0].code}{f'/{at}' if at else ''}{choosing.query(pieces)}"
        return Redirect(way, status_code=303)
    return dressed(
        request,
        choosing,
        "storefront/appointments/services.html",
        services=[
            (one, f"{choosing.path}/{one.code}{f'/{at}' if at else ''}{choosing.query(pieces)}")
            for one in found
        ],
    )


@get("/{language:str}/maisons/{slug:str}/appointments/{code:str}", include_in_schema=False)
async def where(
    request: Req,
    db: Db,
    language: str,
    slug: str,
    code: Word,
    piece: Pieces = None,
    place: Word = "",
) -> Response[str]:
    """The boutiques that offer it: those that have the piece, the nearest first, each with its first free time."""
    frame, maison = await maison_of(request, db, language, slug)
    now = datetime.now(UTC)
    near = looking.place(place, requests.kept(request, looking.PLACE_COOKIE), frame.market, frame.language)
    async with db.acting(requests.visitor(request).actor, maison.maison_id) as conn:
        service = await service_of(conn, frame, maison, code)
        pieces = await pieces_of(conn, frame, maison, piece or [] if service.pieces_max else [], None)
        found = await reading.places(
            conn,
            maison_id=maison.maison_id,
            service_id=service.id,
            variant_ids=[one.variant_id for one in pieces],
            latitude=near.latitude,
            longitude=near.longitude,
            most=PLACES_SHOWN,
        )
        plans = await plans_of(conn, maison, service, pieces, [one.id for one in found], now)
        slots = await free.week(
            conn,
            maison_id=maison.maison_id,
            service=service,
            location_ids=[one.id for one in found],
            first_day=now.date(),
            days=days.DAYS_SHOWN,
            now=now,
        )
    having = [one for one in found if not pieces or plans[one.id].had]
    choosing = Choosing(frame, maison, pieces)
    return dressed(
        request,
        choosing,
        "storefront/appointments/places.html",
        service=service,
        near=near,
        without=bool(pieces) and not having,
        back=choosing.path + choosing.query(pieces),
        places=[
            (
                one,
                f"{choosing.path}/{service.code}/{one.id}{choosing.query(pieces if plans[one.id].had else [])}",
                distance(one.distance_km, frame.language) if one.distance_km is not None else "",
                _first(slots.get(one.id, []), one, plans[one.id], frame.language),
                bool(plans[one.id].brought),
            )
            for one in having or found
        ],
    )


@get("/{language:str}/maisons/{slug:str}/appointments/{code:str}/{boutique_id:uuid}", include_in_schema=False)
async def when(
    request: Req,
    db: Db,
    language: str,
    slug: str,
    code: Word,
    boutique_id: UUID,
    piece: Pieces = None,
    on: date | None = None,
    speaks: Word = "",
    advisor: UUID | None = None,
    slot: Annotated[str, Parameter(max_length=40)] = "",
) -> Response[str]:
    """A fortnight and the hours of a day; an hour chosen, who comes."""
    frame, maison = await maison_of(request, db, language, slug)
    now = datetime.now(UTC)
    speaks = speaks if speaks in SPOKEN else ""
    async with db.acting(requests.visitor(request).actor, maison.maison_id) as conn:
        service, one = await offered_at(conn, frame, maison, code, boutique_id)
        pieces = await pieces_of(conn, frame, maison, piece or [] if service.pieces_max else [], boutique_id)
        plan = (await plans_of(conn, maison, service, pieces, [boutique_id], now))[boutique_id]
        pieces = as_planned(pieces, plan)
        named, chosen, slots, full = list[Named](), None, dict[UUID, list[Slot]](), False
        if not slot:
            named = await reading.advisors(
                conn, maison_id=maison.maison_id, service_id=service.id, location_id=boutique_id
            )
            chosen = next((who for who in named if who.id == advisor), None)
            first = days.first_day(one.zone, now, on, service.horizon_days)
            slots = await free.week(
                conn,
                maison_id=maison.maison_id,
                service=service,
                location_ids=[boutique_id],
                first_day=first,
                days=days.DAYS_SHOWN,
                now=now,
                language=speaks,
                advisor=chosen.id if chosen else None,
                not_before=plan.not_before,
            )
            if on is not None and all(free_.wall.date() != on for free_ in slots.get(boutique_id, [])):
                full = await reading.receives(conn, location_id=boutique_id, on=on)
    choosing = Choosing(frame, maison, pieces)
    if slot:
        wish = {
            "slot": [moment(Form({"slot": [slot]}), "slot").isoformat()],
            "speaks": [speaks],
            "advisor": [str(advisor or "")],
            "piece": [str(one.variant_id) for one in pieces if one.here or one.brought],
        }
        return await form(request, db, choosing, service, one, Form(wish))
    fortnight = days.shown(
        slots.get(boutique_id, []), one.zone, now, on, frame.language, service.horizon_days
    )
    here = f"{choosing.path}/{service.code}/{boutique_id}"
    wishes = {"speaks": speaks, "advisor": chosen.id if chosen else ""}
    query = choosing.query(pieces, **wishes)
    return dressed(
        request,
        choosing,
        "storefront/appointments/when.html",
        service=service,
        one=one,
        fortnight=fortnight,
        hours=[(hour, here + choosing.query(pieces, **wishes, slot=hour.value)) for hour in fortnight.hours],
        here=here,
        days_address=f"{here}{query}{'&' if query else '?'}on=",
        back=f"{choosing.path}/{service.code}{choosing.query(pieces)}",
        spoken=SPOKEN,
        speaks=speaks,
        named=named,
        advisor=chosen,
        waiting=f"{here}/waiting{choosing.query(pieces, speaks=speaks, on=fortnight.chosen.on)}"
        if full
        else "",
        brought_from=day_and_hour(plan.not_before, one.zone, frame.language) if plan.not_before else "",
    )


def _first(slots: list[Slot], one: Place, plan: Plan, language: Language) -> str:
    then = [slot for slot in slots if plan.not_before is None or slot.starts_at >= plan.not_before]
    return day_and_hour(then[0].starts_at, one.zone, language) if then else ""
