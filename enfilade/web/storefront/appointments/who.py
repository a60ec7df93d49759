"""The last step of a booking: who comes. The form carries the secret that makes it one booking, however often it is sent."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, post
from litestar.exceptions import NotFoundException
from litestar.params import Parameter
from litestar.response import Redirect

from enfilade.appointments import asking, services
from enfilade.appointments.booking import Asked as Wish
from enfilade.appointments.keeping import ComesAlready, PiecesLater, SlotTaken, TooManyPieces, link_secret
from enfilade.appointments.services import Offered
from enfilade.appointments.slots import Slot
from enfilade.appointments.turns import Crowded
from enfilade.base import i18n
from enfilade.base.db import Db
from enfilade.base.limits import TooManyAttempts
from enfilade.base.secrets import new_secret
from enfilade.base.settings import Settings
from enfilade.clients import accounts
from enfilade.clients.contact_points import NotAContactPoint
from enfilade.stock.holds import NotEnoughStock
from enfilade.web.shared import asking as requests
from enfilade.web.shared.forms import Form, form_of
from enfilade.web.storefront.appointments import reading
from enfilade.web.storefront.appointments.choosing import (
    SPOKEN,
    Choosing,
    as_planned,
    dressed,
    maison_of,
    offered_at,
    pieces_of,
    plans_of,
)
from enfilade.web.storefront.appointments.link import moment, taken
from enfilade.web.storefront.appointments.reading import Place
from enfilade.web.storefront.asked import MARKETS
from enfilade.web.storefront.personal.own import own
from enfilade.web.storefront.times import day_and_hour

Req = Request[Any, Any, Any]
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


@post(
    "/{language:str}/maisons/{slug:str}/appointments/{code:str}/{boutique_id:uuid}", include_in_schema=False
)
async def book(
    request: Req, db: Db, settings: Settings, language: str, slug: str, code: Word, boutique_id: UUID
) -> Response[Any]:
    """Keeps the time, once for a form however often it is sent; refused, what was written is still there."""
    frame, maison = await maison_of(request, db, language, slug)
    sent = await form_of(request)
    starts_at, now = moment(sent, "slot"), datetime.now(UTC)
    secret = sent.text("key")
    variants = sent.ids("piece")[: services.PIECES_MAX]
    who = (await own(request, db, frame)).client
    async with db.acting(requests.visitor(request).actor, maison.maison_id) as conn:
        service, one = await offered_at(conn, frame, maison, code, boutique_id)
        pieces = await pieces_of(conn, frame, maison, sent.ids("offered")[:10] or variants, boutique_id)
        plans = await plans_of(conn, maison, service, pieces, [boutique_id], now)
        pieces = as_planned(pieces, plans[boutique_id])
        advisor = sent.id("advisor") if sent.text("advisor", "") else None
        if advisor is not None:
            named = await reading.advisors(
                conn, maison_id=maison.maison_id, service_id=service.id, location_id=boutique_id
            )
            if advisor not in {one.id for one in named}:
                raise NotFoundException
    choosing = Choosing(frame, maison, pieces)
    _ = i18n.translations(frame.language).gettext
    answers = tuple(
        (put, sent.text(f"answer-{number}", "", most=500)) for number, put in enumerate(service.questions)
    )
    reach = sent.text("reach", "", most=254)
    if not sent.text("name", "") or len(secret) < 16 or sent.text("agreed", "") != "yes":
        words = _("Please give your name, and tick that the maison may keep it for the appointment.")
        return await form(request, db, choosing, service, one, sent, words=words, status=400)
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
        advisor_id=advisor,
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
        words = taken(refusal.free, frame.language, later=isinstance(refusal, PiecesLater))
        offers = refusal.free
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
    return await form(request, db, choosing, service, one, sent, words=words, status=status, offers=offers)


async def form(
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
    return dressed(
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
