"""Booking by oneself: what for, where, when, with whom, and who comes; one question a screen, and nothing but links and a form.

What was chosen stands in the address, so that going back and sharing work; the form carries the secret that makes it one booking.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import Parameter
from litestar.response import Redirect

from enfilade.appointments import asking, free, services
from enfilade.appointments.booking import Asked as Wish
from enfilade.appointments.keeping import ComesAlready, SlotTaken, TooManyPieces, link_secret
from enfilade.appointments.services import Offered
from enfilade.appointments.slots import Slot
from enfilade.appointments.turns import Crowded
from enfilade.base import i18n
from enfilade.base.db import Conn, Db
from enfilade.base.i18n import Language
from enfilade.base.limits import TooManyAttempts
from enfilade.base.secrets import new_secret
from enfilade.base.settings import Settings
from enfilade.clients import accounts
from enfilade.clients.contact_points import NotAContactPoint
from enfilade.maisons import published
from enfilade.maisons.published import Introduction
from enfilade.stock.holds import NotEnoughStock
from enfilade.web.shared import asking as requests
from enfilade.web.shared.forms import Form, form_of
from enfilade.web.storefront.appointments import days, reading
from enfilade.web.storefront.appointments.link import moment, taken
from enfilade.web.storefront.appointments.reading import Named, Place, Wanted
from enfilade.web.storefront.asked import MARKETS, Asked, asked, shown
from enfilade.web.storefront.personal.own import own
from enfilade.web.storefront.products import places as looking
from enfilade.web.storefront.times import day_and_hour, distance

Req = Request[Any, Any, Any]
PLACES_SHOWN = free.PLACES_MAX
#: Languages an advisor may be asked for, by what each calls itself.
SPOKEN: dict[str, str] = {
    "fr": "Français",
    "en": "English",
    "nl": "Nederlands",
    "zh": "中文",
    "de": "Deutsch",
    "it": "Italiano",
    "es": "Español",
    "ja": "日本語",
    "ko": "한국어",
    "ar": "العربية",
}
#: What a person writes, and what was chosen before; a service asks five questions at most.
WRITTEN = (
    "key",
    "name",
    "reach",
    "words",
    "agreed",
    "speaks",
    "advisor",
    *(f"answer-{number}" for number in range(5)),
)
Word = Annotated[str, Parameter(max_length=100)]
Pieces = Annotated[list[UUID] | None, Parameter(max_items=10)]


@dataclass(frozen=True, slots=True)
class Choosing:
    """What every step knows: the maison, and the pieces one wishes to try."""

    frame: Asked
    maison: Introduction
    pieces: list[Wanted]

    @property
    def path(self) -> str:
        return f"/{self.frame.language}/maisons/{self.maison.slug}/appointments"

    def query(self, pieces: list[Wanted], **more: object) -> str:
        """The pieces and what else was chosen, as an address says it."""
        said = [("piece", str(one.variant_id)) for one in pieces]
        said += [(name, str(value)) for name, value in more.items() if value]
        return f"?{urlencode(said)}" if said else ""


@get("/{language:str}/maisons/{slug:str}/appointments", include_in_schema=False)
async def offered(
    request: Req, db: Db, language: str, slug: str, piece: Pieces = None, at: UUID | None = None
) -> Response[Any]:
    """What one can come for; `at`: at this boutique."""
    frame, maison = await _maison(request, db, language, slug)
    async with db.acting(requests.visitor(request).actor, maison.maison_id) as conn:
        pieces = await _pieces(conn, frame, maison, piece or [], at)
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
    return _dressed(
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
    frame, maison = await _maison(request, db, language, slug)
    now = datetime.now(UTC)
    near = looking.place(place, requests.kept(request, looking.PLACE_COOKIE), frame.market, frame.language)
    async with db.acting(requests.visitor(request).actor, maison.maison_id) as conn:
        service = await _service(conn, frame, maison, code)
        pieces = await _pieces(conn, frame, maison, piece or [] if service.pieces_max else [], None)
        found = await reading.places(
            conn,
            maison_id=maison.maison_id,
            service_id=service.id,
            variant_ids=[one.variant_id for one in pieces],
            latitude=near.latitude,
            longitude=near.longitude,
            most=PLACES_SHOWN,
        )
        slots = await free.week(
            conn,
            maison_id=maison.maison_id,
            service=service,
            location_ids=[one.id for one in found],
            first_day=now.date(),
            days=days.DAYS_SHOWN,
            now=now,
        )
    having = [one for one in found if not pieces or one.has]
    choosing = Choosing(frame, maison, pieces)
    return _dressed(
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
                f"{choosing.path}/{service.code}/{one.id}{choosing.query(pieces if one.has else [])}",
                distance(one.distance_km, frame.language) if one.distance_km is not None else "",
                _first(slots.get(one.id, []), one, frame.language),
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
    frame, maison = await _maison(request, db, language, slug)
    now = datetime.now(UTC)
    speaks = speaks if speaks in SPOKEN else ""
    async with db.acting(requests.visitor(request).actor, maison.maison_id) as conn:
        service, one = await _at(conn, frame, maison, code, boutique_id)
        pieces = await _pieces(conn, frame, maison, piece or [] if service.pieces_max else [], boutique_id)
        named, chosen, slots = list[Named](), None, dict[UUID, list[Slot]]()
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
            )
    choosing = Choosing(frame, maison, pieces)
    if slot:
        wish = {
            "slot": [moment(Form({"slot": [slot]}), "slot").isoformat()],
            "speaks": [speaks],
            "advisor": [str(advisor or "")],
            "piece": [str(one.variant_id) for one in pieces if one.here],
        }
        return await _form(request, db, choosing, service, one, Form(wish))
    fortnight = days.shown(
        slots.get(boutique_id, []), one.zone, now, on, frame.language, service.horizon_days
    )
    here = f"{choosing.path}/{service.code}/{boutique_id}"
    wishes = {"speaks": speaks, "advisor": chosen.id if chosen else ""}
    query = choosing.query(pieces, **wishes)
    return _dressed(
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
    )


@post(
    "/{language:str}/maisons/{slug:str}/appointments/{code:str}/{boutique_id:uuid}", include_in_schema=False
)
async def book(
    request: Req, db: Db, settings: Settings, language: str, slug: str, code: Word, boutique_id: UUID
) -> Response[Any]:
    """Keeps the time, once for a form however often it is sent; refused, what was written is still there."""
    frame, maison = await _maison(request, db, language, slug)
    sent = await form_of(request)
    starts_at, now = moment(sent, "slot"), datetime.now(UTC)
    secret = sent.text("key")
    variants = sent.ids("piece")[: services.PIECES_MAX]
    who = (await own(request, db, frame)).client
    async with db.acting(requests.visitor(request).actor, maison.maison_id) as conn:
        service, one = await _at(conn, frame, maison, code, boutique_id)
        pieces = await _pieces(conn, frame, maison, sent.ids("offered")[:10] or variants, boutique_id)
    choosing = Choosing(frame, maison, pieces)
    _ = i18n.translations(frame.language).gettext
    answers = tuple(
        (put, sent.text(f"answer-{number}", "", most=500)) for number, put in enumerate(service.questions)
    )
    reach, advisor = sent.text("reach", "", most=254), sent.text("advisor", "")
    if not sent.text("name", "") or len(secret) < 16 or sent.text("agreed", "") != "yes":
        words = _("Please give your name, and tick that the maison may keep it for the appointment.")
        return await _form(request, db, choosing, service, one, sent, words=words, status=400)
    wish = Wish(
        service_id=service.id,
        location_id=boutique_id,
        starts_at=starts_at,
        name=" ".join(sent.text("name").split()),
        mail=reach if "@" in reach else "",
        phone="" if "@" in reach else reach,
        words=sent.text("words", "", most=500),
        store_id=frame.front.id,
        market=frame.market,
        language=frame.language,
        advisor_language=sent.text("speaks", "") if sent.text("speaks", "") in SPOKEN else "",
        variant_ids=tuple(one.variant_id for one in pieces if one.variant_id in variants),
        client_id=who.client_id if who else None,
        advisor_id=sent.id("advisor") if advisor else None,
        answers=answers,
    )
    status, offers = 409, list[Slot]()
    try:
        kept = await asking.ask(
            db,
            maison_id=maison.maison_id,
            secret=secret,
            asked=wish,
            key=settings.key,
            network=requests.network(request),
            now=now,
            country=MARKETS[frame.market],
        )
    except SlotTaken as refusal:
        words, offers = taken(refusal.free, frame.language), refusal.free
    except NotAContactPoint:
        words, status = _("Please give a mail address, or a phone number with its country code."), 400
    except TooManyAttempts:
        words = _("Much was asked in a short time. Please call the boutique, or try again later.")
        status = 429
    except Crowded:
        words = _("Many are booking there just now. Please try again in a moment.")
    except ComesAlready:
        words = _("You have an appointment at this time already. Its letter has the link to move it.")
    except TooManyPieces as refusal:
        words = _("At most %(num)s pieces are set aside for one appointment.") % {"num": refusal.most}
    except NotEnoughStock:
        words = _("A piece has just gone to somebody else. You can come all the same, for the others.")
    else:
        return Redirect(
            f"/{frame.language}/appointments/{link_secret(settings.key, kept.id)}", status_code=303
        )
    return await _form(request, db, choosing, service, one, sent, words=words, status=status, offers=offers)


async def _form(
    request: Req,
    db: Db,
    choosing: Choosing,
    service: Offered,
    one: Place,
    sent: Form,
    *,
    words: str = "",
    status: int = 200,
    offers: list[Slot] | None = None,
) -> Response[str]:
    """Who comes; with `offers` the times that are free instead of the one that is not."""
    frame, slot = choosing.frame, moment(sent, "slot")
    written = dict.fromkeys(WRITTEN, "")
    written |= {name: values[0] for name, values in sent.fields.items() if values}
    if "name" not in sent.fields and (who := (await own(request, db, frame)).client) is not None:
        async with db.acting(who.actor, who.maison_id, who.region) as conn:
            person = await accounts.person(conn, maison_id=who.maison_id, client_id=who.client_id)
        written |= {"name": person.name or "", "reach": person.mail or ""}
    here = f"{choosing.path}/{service.code}/{one.id}"
    chosen = {"speaks": written.get("speaks", ""), "advisor": written.get("advisor", "")}
    return _dressed(
        request,
        choosing,
        "storefront/appointments/who.html",
        status=status,
        service=service,
        one=one,
        slot=slot,
        when=day_and_hour(slot, one.zone, frame.language),
        offers=[
            (free_.starts_at.isoformat(), day_and_hour(free_.starts_at, one.zone, frame.language))
            for free_ in offers or []
        ],
        tried=set(sent.fields.get("piece", [])),
        written=written,
        key=written.get("key") or new_secret(),
        words=words,
        here=here,
        back=here + choosing.query(choosing.pieces, **chosen, on=slot.date().isoformat()),
        places=f"{choosing.path}/{service.code}{choosing.query(choosing.pieces)}",
    )


async def _maison(request: Req, db: Db, language: str, slug: str) -> tuple[Asked, Introduction]:
    frame = await asked(request, db, language)
    async with db.public() as conn:
        found = await published.introduction(
            conn, store_id=frame.front.id, slug=slug, language=frame.language
        )
    if found is None:
        raise NotFoundException
    return frame, found


async def _service(conn: Conn, frame: Asked, maison: Introduction, code: str) -> Offered:
    found = await services.of_code(conn, maison_id=maison.maison_id, code=code, language=frame.language)
    if found is None:
        raise NotFoundException
    return found


async def _at(
    conn: Conn, frame: Asked, maison: Introduction, code: str, boutique_id: UUID
) -> tuple[Offered, Place]:
    service = await _service(conn, frame, maison, code)
    found = await reading.place(
        conn, maison_id=maison.maison_id, service_id=service.id, location_id=boutique_id
    )
    if found is None:
        raise NotFoundException
    return service, found


async def _pieces(
    conn: Conn, frame: Asked, maison: Introduction, asked_for: list[UUID], at: UUID | None
) -> list[Wanted]:
    if not asked_for:
        return []
    return await reading.wanted(
        conn,
        maison_id=maison.maison_id,
        variant_ids=list(dict.fromkeys(asked_for)),
        location_id=at,
        language=frame.language,
    )


def _first(slots: list[Slot], one: Place, language: Language) -> str:
    return day_and_hour(slots[0].starts_at, one.zone, language) if slots else ""


def _dressed(
    request: Req, choosing: Choosing, template: str, *, status: int = 200, **context: Any
) -> Response[str]:
    maison = choosing.maison
    response = shown(
        request,
        choosing.frame,
        template,
        look=(maison.slug, maison.theme),
        status=status,
        maison_slug=maison.slug,
        maison_name=maison.name,
        maison_wordmark=maison.wordmark,
        pieces=choosing.pieces,
        **context,
    )
    response.headers["cache-control"] = "private, no-store"
    return response
