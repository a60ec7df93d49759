"""An order by phone: the desk puts the pieces together, its client pays by the link. No number of a card is ever taken."""

from collections import Counter as Tally
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from litestar import Request, Response, get, post
from litestar.exceptions import ValidationException

from enfilade.base import i18n
from enfilade.base.db import Conn, Db
from enfilade.base.settings import Settings
from enfilade.orders import proposal_reading, proposals
from enfilade.orders.baskets import TooMany
from enfilade.orders.proposals import NothingProposed, NotSoldThere, ProposalOver, Proposed
from enfilade.staff.people import Colleague
from enfilade.web.desk.entering import maison_of
from enfilade.web.desk.showing import screen
from enfilade.web.shared.acting import Member, act
from enfilade.web.shared.composing import HOURS, compose, id_in, ids_in, mail_of, received, standing_of
from enfilade.web.shared.forms import Form, form_of

Asked = Request[Any, Any, Any]
REFUSED = (NothingProposed, NotSoldThere, ProposalOver, TooMany)


@get("/selling", include_in_schema=False)
async def listed(request: Asked, db: Db, attendant: Member) -> Response[str]:
    """What the desk put together within a month, and where each stands."""
    now = datetime.now(UTC)
    async with db.acting(attendant.actor, attendant.maison_id, snapshot=True) as conn:
        maison = await maison_of(conn, attendant)
        by = await attendant.by(conn)
        found = await proposal_reading.listed(
            conn, maison_id=attendant.maison_id, by=by, now=now, by_desk=True
        )
    return screen(
        request,
        "desk/selling/proposals.html",
        member=attendant,
        maison=maison,
        tab="selling",
        found=[(one, one.state(now)) for one in found],
        state_words=proposals.STATE_WORDS,
    )


@get("/selling/new", include_in_schema=False)
async def composing(request: Asked, db: Db, attendant: Member) -> Response[str]:
    """Finds pieces, says where they are, and puts them together; what is chosen stands in the address."""
    asked = request.query_params
    return await _composing(
        request,
        db,
        attendant,
        at=id_in(asked.get("at", "")),
        chosen=ids_in(asked.getall("piece", [])),
        q=asked.get("q", ""),
    )


@post("/selling", include_in_schema=False)
async def make(request: Asked, db: Db, attendant: Member, settings: Settings) -> Response[Any]:
    """Makes the link, and sends it where the client agreed to."""
    sent = await form_of(request)
    at, chosen, way = sent.id("at"), sent.ids("piece"), sent.text("way", "")
    mail, refused = mail_of(sent)
    if refused or not way:
        words = refused or "Choose how the client receives it."
        return await _composing(
            request, db, attendant, at=at, chosen=chosen, sent=sent, said=words, status=400
        )
    hours = int(sent.text("hours", "0")) if sent.text("hours", "0").isdecimal() else 0
    language = i18n.known(sent.text("language", ""))
    if hours not in HOURS or language is None:
        raise ValidationException("hours, language: choose one")
    how = received(sent)
    # The form's own: sent twice, it leads to the same proposal.
    proposal_id = uuid5(attendant.staff_id, sent.text("key"))

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await proposals.make(
            conn,
            maison_id=attendant.maison_id,
            proposal_id=proposal_id,
            by=by,
            location_id=at,
            pieces=[Proposed(variant_id, quantity) for variant_id, quantity in Tally(chosen).items()],
            collect_at=how.collect_at,
            brought=how.brought,
            language=language,
            words=sent.text("words", ""),
            mail=mail,
            expires_at=now + timedelta(hours=hours),
            key=settings.key,
            now=now,
            by_desk=True,
        )

    try:
        return await act(request, db, attendant, sent, verb, to=f"/desk/selling/{proposal_id}")
    except REFUSED as refusal:
        return await _composing(
            request, db, attendant, at=at, chosen=chosen, sent=sent, said=str(refusal), status=409
        )


@get("/selling/{proposal_id:uuid}", include_in_schema=False)
async def proposal(
    request: Asked, db: Db, settings: Settings, attendant: Member, proposal_id: UUID
) -> Response[str]:
    """Its link, and where it stands."""
    return await _screen(request, db, settings, attendant, proposal_id)


@post("/selling/{proposal_id:uuid}/withdrawal", include_in_schema=False)
async def withdraw(
    request: Asked, db: Db, settings: Settings, attendant: Member, proposal_id: UUID
) -> Response[Any]:
    """Nobody opens it any more."""

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await proposals.withdraw(conn, maison_id=attendant.maison_id, proposal_id=proposal_id, by=by, now=now)

    try:
        sent = await form_of(request)
        return await act(request, db, attendant, sent, verb, to=f"/desk/selling/{proposal_id}")
    except REFUSED as refusal:
        return await _screen(request, db, settings, attendant, proposal_id, said=str(refusal), status=409)


async def _screen(
    request: Asked,
    db: Db,
    settings: Settings,
    attendant: Member,
    proposal_id: UUID,
    *,
    said: str = "",
    status: int = 200,
) -> Response[str]:
    async with db.acting(attendant.actor, attendant.maison_id, snapshot=True) as conn:
        maison = await maison_of(conn, attendant)
        found, pieces = await proposal_reading.made(
            conn, maison_id=attendant.maison_id, by=await attendant.by(conn), proposal_id=proposal_id
        )
    return screen(
        request,
        "desk/selling/proposal.html",
        member=attendant,
        maison=maison,
        status=status,
        tab="selling",
        **standing_of(settings, found, pieces),
        said=said,
    )


async def _composing(
    request: Asked,
    db: Db,
    attendant: Member,
    *,
    at: UUID | None,
    chosen: list[UUID],
    q: str = "",
    sent: Form | None = None,
    said: str = "",
    status: int = 200,
) -> Response[str]:
    async with db.acting(attendant.actor, attendant.maison_id) as conn:
        maison = await maison_of(conn, attendant)
        by = await attendant.by(conn)
        composed = await compose(
            conn, maison_id=attendant.maison_id, by=by, location_id=at, variant_ids=chosen, q=q
        )
    context = await composed.context(db, datetime.now(UTC))
    # The desk makes no prices of its own.
    context["found"] = [piece for piece in context["found"] if piece.amount_minor is not None]
    return screen(
        request,
        "desk/selling/composing.html",
        member=attendant,
        maison=maison,
        status=status,
        tab="selling",
        **context,
        written={
            name: sent.text(name, "") if sent else ""
            for name in ("way", "hours", "language", "words", "mail", "agreed")
        },
        said=said,
    )
