"""The private link: see the appointment, keep it in a calendar, move it, cancel it; whoever has the link may, nobody else."""

from datetime import UTC, date, datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException, ValidationException
from litestar.response import Redirect

from enfilade.appointments import answering, asking, bringing, changing, free, invitations, letters, services
from enfilade.appointments.answering import AlternativeOver
from enfilade.appointments.asking import Opened
from enfilade.appointments.keeping import (
    AppointmentOver,
    ChangedMeanwhile,
    ComesAlready,
    PiecesLater,
    SlotTaken,
    TooLateToChange,
)
from enfilade.appointments.slots import Slot
from enfilade.appointments.turns import Crowded, NoAppointmentsThere
from enfilade.base import i18n
from enfilade.base.db import Conn, Db
from enfilade.base.i18n import Language
from enfilade.base.settings import Settings
from enfilade.stock.holds import NotEnoughStock
from enfilade.web.shared.forms import Form, form_of
from enfilade.web.storefront.appointments import days, reading
from enfilade.web.storefront.appointments.reading import Kept, Waiting
from enfilade.web.storefront.asked import Asked, asked, shown
from enfilade.web.storefront.times import clock, day_and_hour

Req = Request[Any, Any, Any]


@get("/{language:str}/appointments/{secret:str}", include_in_schema=False)
async def kept(request: Req, db: Db, language: str, secret: str) -> Response[str]:
    """When and where, what is set aside, and what can still be done."""
    frame, found, one = await _opened(request, db, language, secret)
    return await _page(request, db, frame, found, one, secret)


@get("/{language:str}/appointments/{secret:str}/calendar", include_in_schema=False)
async def calendar(request: Req, db: Db, settings: Settings, language: str, secret: str) -> Response[bytes]:
    """The file a calendar keeps."""
    _frame, found, one = await _opened(request, db, language, secret)
    async with db.acting(found.actor, found.maison_id, found.region) as conn:
        about = await letters.about(conn, maison_id=found.maison_id, appointment_id=one.id)
    assert about is not None, "it was opened"
    said = letters.invitation(
        about, key=settings.key, base_url=settings.base_url, sender=settings.mail_from, to=""
    )
    return Response(
        invitations.calendar(said),
        media_type="text/calendar; charset=utf-8",
        headers={
            "content-disposition": 'attachment; filename="appointment.ics"',
            "cache-control": "no-store",
        },
    )


@get("/{language:str}/appointments/{secret:str}/moving", include_in_schema=False)
async def times(request: Req, db: Db, language: str, secret: str, on: date | None = None) -> Response[Any]:
    """The other times it could have, in the same boutique."""
    frame, found, one = await _opened(request, db, language, secret)
    if not one.changeable(datetime.now(UTC)):
        return Redirect(f"/{frame.language}/appointments/{secret}", status_code=303)
    return await _times(request, db, frame, found, one, secret, on)


@post("/{language:str}/appointments/{secret:str}/move", include_in_schema=False)
async def move(request: Req, db: Db, language: str, secret: str) -> Response[Any]:
    """To the chosen time; refused, what is free is shown again. Sent twice it is moved once."""
    frame, found, one = await _opened(request, db, language, secret)
    sent = await form_of(request)
    starts_at, sequence = moment(sent, "slot"), sent.text("sequence")
    if not sequence.isdecimal():
        raise ValidationException("sequence: a number")

    async def verb(conn: Conn) -> object:
        return await changing.move(
            conn,
            maison_id=found.maison_id,
            appointment_id=one.id,
            by=None,
            location_id=one.location_id,
            starts_at=starts_at,
            sequence=int(sequence[:6]),
            now=datetime.now(UTC),
        )

    _ = i18n.translations(frame.language).gettext
    try:
        await db.run(found.actor, found.maison_id, verb)
    except SlotTaken as refusal:
        words = taken(refusal.free, frame.language, later=isinstance(refusal, PiecesLater))
    except Crowded:
        words = _("Many are booking there just now. Please try again in a moment.")
    except ComesAlready:
        words = _("You have another appointment at this time already.")
    except NotEnoughStock:
        words = _("A piece set aside for you is not free at that time. Please choose another time.")
    except (ChangedMeanwhile, AppointmentOver, TooLateToChange, NoAppointmentsThere) as refusal:
        return await _refused(request, db, frame, found, secret, refusal)
    else:
        return Redirect(f"/{frame.language}/appointments/{secret}", status_code=303)
    return await _times(request, db, frame, found, one, secret, starts_at.date(), words=words)


@post("/{language:str}/appointments/{secret:str}/cancellation", include_in_schema=False)
async def cancel(request: Req, db: Db, language: str, secret: str) -> Response[Any]:
    """Gives the time and the pieces back; a second time it changes nothing."""
    frame, found, one = await _opened(request, db, language, secret)

    async def verb(conn: Conn) -> None:
        await changing.cancel(
            conn, maison_id=found.maison_id, appointment_id=one.id, by=None, now=datetime.now(UTC)
        )

    try:
        await db.run(found.actor, found.maison_id, verb)
    except (AppointmentOver, TooLateToChange) as refusal:
        return await _refused(request, db, frame, found, secret, refusal)
    return Redirect(f"/{frame.language}/appointments/{secret}", status_code=303)


@post("/{language:str}/appointments/{secret:str}/alternative", include_in_schema=False)
async def answer(request: Req, db: Db, language: str, secret: str) -> Response[Any]:
    """Takes the other time that was proposed; a second time it changes nothing."""
    frame, found, one = await _opened(request, db, language, secret)
    alternative_id = (await form_of(request)).id("alternative")

    async def verb(conn: Conn) -> object:
        return await answering.accept(
            conn,
            maison_id=found.maison_id,
            appointment_id=one.id,
            alternative_id=alternative_id,
            by=None,
            now=datetime.now(UTC),
        )

    try:
        await db.run(found.actor, found.maison_id, verb)
    except (
        AlternativeOver,
        AppointmentOver,
        SlotTaken,
        ComesAlready,
        Crowded,
        NotEnoughStock,
        NoAppointmentsThere,
    ) as refusal:
        return await _refused(request, db, frame, found, secret, refusal)
    return Redirect(f"/{frame.language}/appointments/{secret}", status_code=303)


@post("/{language:str}/appointments/{secret:str}/without", include_in_schema=False)
async def without(request: Req, db: Db, language: str, secret: str) -> Response[Any]:
    """Comes all the same, without what cannot be there by then; a second time it changes nothing."""
    frame, found, one = await _opened(request, db, language, secret)

    async def verb(conn: Conn) -> object:
        return await bringing.settle(conn, maison_id=found.maison_id, appointment_id=one.id)

    await db.run(found.actor, found.maison_id, verb)
    return Redirect(f"/{frame.language}/appointments/{secret}", status_code=303)


def taken(free_times: list[Slot], language: Language, *, later: bool = False) -> str:
    """The time is gone; the next that are free, by the boutique's clock. `later`: what is brought is not there by then."""
    _ = i18n.translations(language).gettext
    if later and not free_times:
        return _("What is brought for you cannot be there by then.")
    if not free_times:
        return _("This time has just been taken. Please choose another.")
    said = [f"{days.weekday(slot.wall.date(), language)} {clock(slot.wall, language)}" for slot in free_times]
    times = {"times": _(", ").join(said)}
    if later:
        return _("What is brought for you cannot be there by then. The next times are %(times)s.") % times
    return _("This time has just been taken. The next are %(times)s.") % times


def moment(sent: Form, name: str) -> datetime:
    """A slot a form sends back. Raises ValidationException."""
    try:
        at = datetime.fromisoformat(sent.text(name))
    except ValueError:
        raise ValidationException(f"{name}: choose a time") from None
    if at.tzinfo is None:
        raise ValidationException(f"{name}: choose a time")
    return at.astimezone(UTC)


async def _opened(request: Req, db: Db, language: str, secret: str) -> tuple[Asked, Opened, Kept]:
    frame = await asked(request, db, language)
    found = await asking.opened(db, secret)
    if found is None:
        raise NotFoundException
    return frame, found, await _kept(db, frame, found)


async def _kept(db: Db, frame: Asked, found: Opened) -> Kept:
    async with db.acting(found.actor, found.maison_id, found.region) as conn:
        one = await reading.kept(
            conn, maison_id=found.maison_id, appointment_id=found.appointment_id, language=frame.language
        )
    if one is None or one.spent(datetime.now(UTC)):
        raise NotFoundException
    return one


async def _refused(
    request: Req, db: Db, frame: Asked, found: Opened, secret: str, refusal: Exception
) -> Response[str]:
    """As it stands now, which is not as the page showed it."""
    _ = i18n.translations(frame.language).gettext
    known: dict[type[Exception], str] = {
        ChangedMeanwhile: _("It was changed meanwhile. This is how it stands now."),
        AppointmentOver: _("This appointment cannot be changed any more."),
        TooLateToChange: _("It is too late to change it here. Please call the boutique."),
        AlternativeOver: _("This time is no longer kept. Please choose another."),
        SlotTaken: _("This time is no longer kept. Please choose another."),
        NotEnoughStock: _("This time is no longer kept. Please choose another."),
        ComesAlready: _("You have another appointment at this time already."),
        Crowded: _("Many are booking there just now. Please try again in a moment."),
        NoAppointmentsThere: _("The boutique does not offer this any more. Please call it."),
    }
    said = known[type(refusal)]
    one = await _kept(db, frame, found)
    return await _page(request, db, frame, found, one, secret, words=said)


async def _page(
    request: Req, db: Db, frame: Asked, found: Opened, one: Kept, secret: str, *, words: str = ""
) -> Response[str]:
    async with db.acting(found.actor, found.maison_id, found.region) as conn:
        tried = await reading.pieces(
            conn, maison_id=found.maison_id, appointment_id=one.id, language=frame.language
        )
    return dressed(
        request,
        frame,
        "storefront/appointments/kept.html",
        one,
        status=409 if words else 200,
        secret=secret,
        words=words,
        pieces=tried,
        when=day_and_hour(one.starts_at, one.zone, frame.language),
        until=day_and_hour(one.change_until, one.zone, frame.language),
        changeable=one.changeable(datetime.now(UTC)),
        instead=one.other,
        instead_when=day_and_hour(one.other.starts_at, one.other.zone, frame.language) if one.other else "",
        answer_by=day_and_hour(one.other.answer_by, one.other.zone, frame.language) if one.other else "",
    )


async def _times(
    request: Req,
    db: Db,
    frame: Asked,
    found: Opened,
    one: Kept,
    secret: str,
    on: date | None,
    *,
    words: str = "",
) -> Response[str]:
    now = datetime.now(UTC)
    async with db.acting(found.actor, found.maison_id, found.region) as conn:
        service = await services.read(
            conn, maison_id=found.maison_id, service_id=one.service_id, language=frame.language
        )
        assert service is not None, "an appointment is for a service"
        pieces = await bringing.standing(conn, maison_id=found.maison_id, appointment_id=one.id, now=now)
        first = days.first_day(one.zone, now, on, service.horizon_days)
        slots = await free.week(
            conn,
            maison_id=found.maison_id,
            service=service,
            location_ids=[one.location_id],
            first_day=first,
            days=days.DAYS_SHOWN,
            now=now,
            language=one.asked_language,
            apart=one.id,
            not_before=bringing.ready(pieces),
        )
    fortnight = days.shown(
        slots.get(one.location_id, []), one.zone, now, on, frame.language, service.horizon_days
    )
    return dressed(
        request,
        frame,
        "storefront/appointments/moving.html",
        one,
        status=409 if words else 200,
        secret=secret,
        words=words,
        when=day_and_hour(one.starts_at, one.zone, frame.language),
        fortnight=fortnight,
    )


def dressed(
    request: Req, frame: Asked, template: str, one: Kept | Waiting, *, status: int = 200, **context: Any
) -> Response[str]:
    """The template with `one`, in the look of its maison; its address is the key."""
    response = shown(
        request,
        frame,
        template,
        look=(one.maison_slug, one.maison_theme),
        status=status,
        one=one,
        maison_slug=one.maison_slug,
        maison_name=one.maison_name,
        maison_wordmark=one.maison_wordmark,
        by_link=True,
        **context,
    )
    response.headers["cache-control"] = "no-store"
    return response
