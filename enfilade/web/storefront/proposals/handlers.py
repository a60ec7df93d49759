"""A proposal as its client sees it on the phone, by its link; one step leads to the checkout everybody pays at."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from enfilade.base import i18n, limits
from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.base.secrets import new_secret
from enfilade.orders import proposals, proposed
from enfilade.orders.checkout import (
    BasketEmpty,
    Checkouts,
    CheckoutUnderway,
    NotOffered,
    PiecesGone,
    ProposalOver,
    QuotaReached,
    WhoIsItFor,
)
from enfilade.orders.placing import Contact
from enfilade.web.shared import asking
from enfilade.web.shared.addresses import LENGTH_MAX
from enfilade.web.storefront.asked import Asked, asked, shown
from enfilade.web.storefront.checkout import forms
from enfilade.web.storefront.products import places
from enfilade.web.storefront.proposals import reading
from enfilade.web.storefront.proposals.promise import Promise, promised
from enfilade.web.storefront.proposals.reading import Opened
from enfilade.web.storefront.times import calendar_day, clock

#: Checkouts one link may open: enough for a client who hesitates, too few to keep pieces from everybody else.
OPENINGS_MAX = 20
WINDOW_SECONDS = 60 * 60


@get("/{language:str}/proposals/{secret:str}", include_in_schema=False)
async def proposal(request: Request[Any, Any, Any], db: Db, language: str, secret: str) -> Response[str]:
    """Who sells what, the promise, and where it stands."""
    frame = await asked(request, db, language)
    return await _page(request, db, frame, secret, await _opened(db, secret))


@post("/{language:str}/proposals/{secret:str}/checkout", include_in_schema=False)
async def pay(
    request: Request[Any, Any, Any], db: Db, checkouts: Checkouts, language: str, secret: str
) -> Response[Any]:
    """Holds the pieces and goes on to the checkout; what cannot be is said on the page."""
    frame = await asked(request, db, language)
    found = await _opened(db, secret)
    translations = i18n.translations(frame.language)
    _ = translations.gettext
    form = await request.form()
    visitor, now = asking.visitor(request), datetime.now(UTC)
    mail = " ".join(str(form.get("mail", "")).split())[:LENGTH_MAX]
    at = places.place("", asking.kept(request, places.PLACE_COOKIE), frame.market, frame.language)
    signed_in = await asking.client(request, db)
    async with db.door() as conn:
        await limits.spend(
            conn,
            bucket=f"proposal {found.proposal_id}",
            most=OPENINGS_MAX,
            window_seconds=WINDOW_SECONDS,
            now=now,
        )
    try:
        checkout_id = await proposed.open_checkout(
            checkouts,
            maison_id=found.maison_id,
            proposal_id=found.proposal_id,
            visitor_id=visitor.id,
            language=frame.language,
            key=str(form.get("key", ""))[:100] or new_secret(),
            now=now,
            latitude=at.latitude,
            longitude=at.longitude,
            client_id=signed_in.client_id if signed_in and signed_in.maison_id == found.maison_id else None,
            contact=Contact("", mail, "", None, "") if forms.is_mail(mail) else None,
        )
    except WhoIsItFor:
        notice = _("One of the pieces is limited for each client: please give your mail address.")
        return await _page(request, db, frame, secret, found, status=400, notice=notice, mail=mail)
    except QuotaReached as refusal:
        notice = translations.ngettext(
            "The maison sells one of these to each client, and you have it already.",
            "The maison sells %(num)s of these to each client, and with these you would have more.",
            refusal.pieces_max,
        ) % {"num": refusal.pieces_max}
        return await _page(request, db, frame, secret, found, status=409, notice=notice, mail=mail)
    except (PiecesGone, NotOffered, BasketEmpty):
        notice = _("One of the pieces has just been taken by somebody else. Nothing is charged.")
        return await _page(request, db, frame, secret, found, status=409, notice=notice)
    except (ProposalOver, CheckoutUnderway):
        # The page itself says where it stands now.
        return await _page(request, db, frame, secret, await _opened(db, secret), status=409)
    response = Redirect(f"/{frame.language}/checkout/{checkout_id}", status_code=303)
    if visitor.new:
        response.set_cookie(
            asking.cookie(request, asking.VISITOR_COOKIE, visitor.secret, asking.VISITOR_DAYS)
        )
    return response


async def _opened(db: Db, secret: str) -> Opened:
    found = await reading.opened(db, secret)
    if found is None:
        raise NotFoundException
    return found


async def _page(
    request: Request[Any, Any, Any],
    db: Db,
    frame: Asked,
    secret: str,
    found: Opened,
    *,
    status: int = 200,
    notice: str = "",
    mail: str = "",
) -> Response[str]:
    of: dict[str, Any] = {"maison_id": found.maison_id, "proposal_id": found.proposal_id}
    visitor, now = asking.visitor(request), datetime.now(UTC)
    async with db.acting(found.actor, found.maison_id, found.region) as conn:
        offered = await reading.proposal(conn, **of)
        assert offered is not None, "the door opened a proposal that is not there"
        lines = await reading.lines(conn, **of, market=offered.market, language=frame.language)
        if offered.opened_at is None and not offered.unapproved:
            await proposals.note_opened(conn, **of, now=now)
    underway = None
    if not visitor.new:
        async with db.acting(Actor.visitor(visitor.id), found.maison_id, found.region) as conn:
            underway = await reading.underway(conn, **of, now=now)
    state = _state(found, offered, now)
    promise = Promise("", [])
    if state == "open":
        async with db.public() as conn:
            promise = await promised(conn, proposal=offered, lines=lines, now=now, language=frame.language)
    until = offered.expires_at.astimezone(ZoneInfo(offered.zone))
    # What a checkout of this very proposal holds is not gone: it goes along to whoever opens it last.
    gone = [] if found.held or underway else promise.gone
    return shown(
        request,
        # Its prices are the boutique's, whatever country the browser shops in.
        Asked(frame.language, offered.market, frame.front, frame.base_url),
        "storefront/proposals/proposal.html",
        look=(offered.maison_slug, offered.maison_theme),
        status=status,
        proposal=offered,
        lines=lines,
        state=state,
        underway=underway,
        promise=promise.sentence,
        gone=gone,
        priced=bool(lines) and all(line.total is not None for line in lines),
        total=_total(lines),
        limited=any(line.limited for line in lines),
        until={"day": calendar_day(until.date(), frame.language), "time": clock(until, frame.language)},
        secret=secret,
        notice=notice,
        mail=mail,
        key=new_secret(),
        by_link=True,
        maison_slug=offered.maison_slug,
        maison_name=offered.maison_name,
        maison_wordmark=offered.maison_wordmark,
    )


def _state(found: Opened, offered: reading.Proposal, now: datetime) -> str:
    if found.paid:
        return "paid"
    if offered.withdrawn_at is not None:
        return "withdrawn"
    if found.paying:
        return "paying"
    if now >= offered.expires_at:
        return "lapsed"
    return "asked" if offered.unapproved else "open"


def _total(lines: list[reading.Line]) -> Any:
    totals = [line.total for line in lines if line.total is not None]
    return sum(totals[1:], totals[0]) if totals else None
