"""A full day: somebody goes on its waitlist, and by the letter's link takes the time kept for them, or leaves the list."""

from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import Parameter
from litestar.response import Redirect

from enfilade.appointments import services, waitlist
from enfilade.appointments.asking import Opened
from enfilade.appointments.keeping import ComesAlready, link_secret
from enfilade.appointments.turns import Crowded
from enfilade.appointments.waitlist import NotThatDay, OfferOver, StillFree, WaitsAlready, Wanted
from enfilade.base import i18n
from enfilade.base.db import Db
from enfilade.base.limits import TooManyAttempts
from enfilade.base.secrets import new_secret
from enfilade.base.settings import Settings
from enfilade.clients import accounts
from enfilade.clients.contact_points import NotAContactPoint
from enfilade.web.shared import asking as requests
from enfilade.web.shared.forms import Form, form_of
from enfilade.web.storefront.appointments import days, link, reading
from enfilade.web.storefront.appointments.choosing import (
    SPOKEN,
    Choosing,
    dressed,
    maison_of,
    offered_at,
    pieces_of,
)
from enfilade.web.storefront.appointments.reading import Waiting
from enfilade.web.storefront.asked import Asked, asked
from enfilade.web.storefront.personal.own import own
from enfilade.web.storefront.times import day, day_and_hour

Req = Request[Any, Any, Any]
PATH = "/{language:str}/maisons/{slug:str}/appointments/{code:str}/{boutique_id:uuid}/waiting"
LINK = "/{language:str}/appointments/waiting/{secret:str}"
Word = Annotated[str, Parameter(max_length=100)]
Pieces = Annotated[list[UUID] | None, Parameter(max_items=10)]


@get(PATH, include_in_schema=False)
async def form(
    request: Req,
    db: Db,
    language: str,
    slug: str,
    code: Word,
    boutique_id: UUID,
    on: date | None = None,
    piece: Pieces = None,
    speaks: Word = "",
) -> Response[Any]:
    """Who waits for which part of the day."""
    if on is None:
        return Redirect(f"/{language}/maisons/{slug}/appointments/{code}/{boutique_id}", status_code=303)
    sent = {"on": [on.isoformat()], "speaks": [speaks], "piece": [str(id_) for id_ in piece or []]}
    return await _form(request, db, language, slug, code, boutique_id, Form(sent))


@post(PATH, include_in_schema=False)
async def wait(
    request: Req, db: Db, settings: Settings, language: str, slug: str, code: Word, boutique_id: UUID
) -> Response[Any]:
    """On the list, once for a form however often it is sent; refused, what was written is still there."""
    sent = await form_of(request)
    frame, maison = await maison_of(request, db, language, slug)
    _ = i18n.translations(frame.language).gettext
    secret, part, on = sent.text("key"), sent.text("part", ""), _day(sent)
    if not sent.text("name", "") or len(secret) < 16 or sent.text("agreed", "") != "yes":
        words = _("Please give your name, and tick that the maison may keep it for the appointment.")
        return await _form(request, db, language, slug, code, boutique_id, sent, words=words, status=400)
    who = (await own(request, db, frame)).client
    async with db.acting(requests.visitor(request).actor, maison.maison_id) as conn:
        service, _one = await offered_at(conn, frame, maison, code, boutique_id)
    speaks = sent.text("speaks", "")
    wanted = Wanted(
        service_id=service.id,
        location_id=boutique_id,
        on=on,
        name=" ".join(sent.text("name").split()),
        mail=sent.text("reach", "", most=254),
        store_id=frame.front.id,
        market=frame.market,
        language=frame.language,
        part=int(part) if part in ("0", "1", "2") else None,
        advisor_language=speaks if speaks in SPOKEN else "",
        variant_ids=tuple(sent.ids("piece")[: services.PIECES_MAX]),
        client_id=who.client_id if who else None,
    )
    status = 409
    try:
        id_ = await waitlist.wait(
            db,
            maison_id=maison.maison_id,
            secret=secret,
            wanted=wanted,
            key=settings.key,
            network=requests.network(request),
            now=datetime.now(UTC),
        )
    except NotAContactPoint:
        words, status = _("Please give a mail address: the time that becomes free is offered by letter."), 400
    except StillFree:
        words = _("A time has just become free on that day: see all times.")
    except NotThatDay:
        words = _("The boutique receives nobody on that day. Please choose another.")
    except WaitsAlready:
        words = _("You are on the waitlist of that day already. Its letter has the link.")
    except TooManyAttempts:
        words = _("Much was asked in a short time. Please call the boutique, or try again later.")
        status = 429
    else:
        return Redirect(
            f"/{frame.language}/appointments/waiting/{link_secret(settings.key, id_)}", status_code=303
        )
    return await _form(request, db, language, slug, code, boutique_id, sent, words=words, status=status)


@get(LINK, include_in_schema=False)
async def waits(request: Req, db: Db, language: str, secret: str) -> Response[Any]:
    """Whether a time is kept, and until when; the appointment, once there is one."""
    frame, _found, one = await _opened(request, db, language, secret)
    if one.state == "booked":
        return Redirect(f"/{frame.language}/appointments/{secret}", status_code=303)
    return await _page(request, frame, one, secret)


@post(f"{LINK}/taking", include_in_schema=False)
async def take(request: Req, db: Db, settings: Settings, language: str, secret: str) -> Response[Any]:
    """The time that is kept becomes an appointment; a second time it changes nothing."""
    frame, found, one = await _opened(request, db, language, secret)
    _ = i18n.translations(frame.language).gettext
    try:
        await db.run(
            found.actor,
            found.maison_id,
            lambda conn: waitlist.take(
                conn, maison_id=found.maison_id, waiting_id=one.id, key=settings.key, now=datetime.now(UTC)
            ),
        )
    except OfferOver:
        words = _("This time is no longer kept.")
    except ComesAlready:
        words = _("You have another appointment at this time already.")
    except Crowded:
        words = _("Many are booking there just now. Please try again in a moment.")
    except TooManyAttempts:
        words = _("Much was asked in a short time. Please call the boutique, or try again later.")
    else:
        return Redirect(f"/{frame.language}/appointments/{secret}", status_code=303)
    frame, found, one = await _opened(request, db, language, secret)
    return await _page(request, frame, one, secret, words=words)


@post(f"{LINK}/leaving", include_in_schema=False)
async def leave(request: Req, db: Db, language: str, secret: str) -> Response[Any]:
    """Off the list; what was kept is for the next. A second time it changes nothing."""
    frame, found, one = await _opened(request, db, language, secret)
    await db.run(
        found.actor,
        found.maison_id,
        lambda conn: waitlist.leave(
            conn, maison_id=found.maison_id, waiting_id=one.id, now=datetime.now(UTC)
        ),
    )
    return Redirect(f"/{frame.language}/appointments/waiting/{secret}", status_code=303)


async def _opened(request: Req, db: Db, language: str, secret: str) -> tuple[Asked, Opened, Waiting]:
    frame = await asked(request, db, language)
    found = await waitlist.opened(db, secret)
    if found is None:
        raise NotFoundException
    async with db.acting(found.actor, found.maison_id, found.region) as conn:
        one = await reading.waiting(
            conn, maison_id=found.maison_id, waiting_id=found.appointment_id, language=frame.language
        )
    if one is None or one.spent(datetime.now(UTC)):
        raise NotFoundException
    return frame, found, one


async def _page(request: Req, frame: Asked, one: Waiting, secret: str, *, words: str = "") -> Response[str]:
    today = days.today(one.zone, datetime.now(UTC))
    return link.dressed(
        request,
        frame,
        "storefront/appointments/waiting.html",
        one,
        status=409 if words else 200,
        secret=secret,
        words=words,
        on=day(one.on, today, frame.language),
        when=day_and_hour(one.starts_at, one.zone, frame.language) if one.starts_at else "",
        answer_by=day_and_hour(one.answer_by, one.zone, frame.language) if one.answer_by else "",
    )


def _day(sent: Form) -> date:
    try:
        return date.fromisoformat(sent.text("on"))
    except ValueError:
        raise NotFoundException from None


async def _form(
    request: Req,
    db: Db,
    language: str,
    slug: str,
    code: str,
    boutique_id: UUID,
    sent: Form,
    *,
    words: str = "",
    status: int = 200,
) -> Response[str]:
    frame, maison = await maison_of(request, db, language, slug)
    on = _day(sent)
    async with db.acting(requests.visitor(request).actor, maison.maison_id) as conn:
        service, one = await offered_at(conn, frame, maison, code, boutique_id)
        wanted = sent.ids("piece") if service.pieces_max else []
        pieces = [
            piece for piece in await pieces_of(conn, frame, maison, wanted[:10], boutique_id) if piece.here
        ]
    choosing = Choosing(frame, maison, pieces)
    written = {name: values[0] for name, values in sent.fields.items() if values}
    if "name" not in written and (who := (await own(request, db, frame)).client) is not None:
        async with db.acting(who.actor, who.maison_id, who.region) as conn:
            person = await accounts.person(conn, maison_id=who.maison_id, client_id=who.client_id)
        written |= {"name": person.name or "", "reach": person.mail or ""}
    here = f"{choosing.path}/{service.code}/{one.id}"
    chosen = {"speaks": written.get("speaks", ""), "on": on.isoformat()}
    return dressed(
        request,
        choosing,
        "storefront/appointments/waiting_form.html",
        status=status,
        service=service,
        one=one,
        on=on,
        day=day(on, days.today(one.zone, datetime.now(UTC)), frame.language),
        parts=enumerate(_parts(frame)),
        written=written,
        key=written.get("key") or new_secret(),
        words=words,
        here=f"{here}/waiting",
        back=here + choosing.query(pieces, **chosen),
    )


def _parts(frame: Asked) -> list[str]:
    """Morning, afternoon, evening, as `nearest.part` divides a day."""
    _ = i18n.translations(frame.language).gettext
    return [_("in the morning"), _("in the afternoon"), _("from five in the evening")]
