"""Selling: the proposals of one's boutique and where each stands, putting one together, its link to be shown or sent."""

from collections import Counter as Tally
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from litestar import Request, Response, get, post
from litestar.exceptions import ValidationException

from enfilade.base import i18n
from enfilade.base.db import Conn, Db
from enfilade.base.settings import Settings
from enfilade.channels.prices import PriceRefused, read_price
from enfilade.orders import enquiries, proposal_reading, proposals
from enfilade.orders.enquiries import Enquiry
from enfilade.orders.proposals import Proposed
from enfilade.staff.people import Colleague
from enfilade.staff.surfaces import MANAGERS
from enfilade.web.boutique.refusals import AT_WORK
from enfilade.web.boutique.showing import screen
from enfilade.web.shared import finding
from enfilade.web.shared.acting import Member, act
from enfilade.web.shared.composing import (
    HOURS,
    HOURS_USUAL,
    compose,
    id_in,
    ids_in,
    mail_of,
    received,
    standing_of,
)
from enfilade.web.shared.forms import Form, form_of

Asked = Request[Any, Any, Any]
OPEN = ("made", "opened", "paying")


@get("/selling", include_in_schema=False)
async def listed(request: Asked, db: Db, member: Member) -> Response[str]:
    """The boutique's proposals: those open first."""
    now = datetime.now(UTC)
    async with db.acting(member.actor, member.maison_id) as conn:
        by = await member.by(conn)
        found = await proposal_reading.listed(conn, maison_id=member.maison_id, by=by, now=now)
        wished = await enquiries.listed(conn, maison_id=member.maison_id, by=by)
    standing = [(one, one.state(now)) for one in found]
    return screen(
        request,
        "boutique/selling/proposals.html",
        member=member,
        tab="selling",
        enquiries=[one for one in wished if one.state != "closed"],
        answered=[one for one in wished if one.state == "closed"],
        asked=[one for one in standing if one[1] == "asked"],
        open=[one for one in standing if one[1] in OPEN],
        ended=[one for one in standing if one[1] not in ("asked", *OPEN)],
        places={one.place for one in found},
        state_words=proposals.STATE_WORDS,
    )


@get("/selling/new", include_in_schema=False)
async def composing(request: Asked, db: Db, member: Member) -> Response[str]:
    """Finds pieces, says where they are, and puts them together; what is chosen stands in the address."""
    asked = request.query_params
    return await _composing(
        request,
        db,
        member,
        at=id_in(asked.get("at", "")),
        chosen=ids_in(asked.getall("piece", [])),
        q=asked.get("q", ""),
        enquiry_id=id_in(asked.get("enquiry", "")),
    )


@post("/selling", include_in_schema=False)
async def make(request: Asked, db: Db, member: Member, settings: Settings) -> Response[Any]:
    """Makes the link, and sends it where the advisor says the client agreed to."""
    sent = await form_of(request)
    at, chosen, way = sent.id("at"), sent.ids("piece"), sent.text("way", "")
    enquiry_id = id_in(sent.text("enquiry", ""))
    asked: dict[str, Any] = {"at": at, "chosen": chosen, "enquiry_id": enquiry_id, "sent": sent}
    mail, refused = mail_of(sent)
    if refused:
        return await _composing(request, db, member, **asked, words=refused, status=400)
    if not way:
        words = "Choose how the client receives it."
        return await _composing(request, db, member, **asked, words=words, status=400)
    hours = int(sent.text("hours", str(HOURS_USUAL))) if sent.text("hours", "48").isdecimal() else 0
    language = i18n.known(sent.text("language", ""))
    if hours not in HOURS or language is None:
        raise ValidationException("hours, language: choose one")
    how = received(sent)
    try:
        async with db.acting(member.actor, member.maison_id) as conn:
            counter = await finding.counter(conn, maison_id=member.maison_id, location_id=at)
        offered = _offered(sent, chosen, counter.currency if counter else None)
    except PriceRefused as refusal:
        words = f"Own price: {refusal}."
        return await _composing(request, db, member, **asked, words=words, status=400)
    pieces = [
        Proposed(variant_id, quantity, offered.get(variant_id))
        for variant_id, quantity in Tally(chosen).items()
    ]
    # The form's own: sent twice, it leads to the same proposal.
    proposal_id = uuid5(member.staff_id, sent.text("key"))

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await proposals.make(
            conn,
            maison_id=member.maison_id,
            proposal_id=proposal_id,
            by=by,
            location_id=at,
            pieces=pieces,
            collect_at=how.collect_at,
            brought=how.brought,
            language=language,
            words=sent.text("words", ""),
            mail=mail,
            expires_at=now + timedelta(hours=hours),
            key=settings.key,
            now=now,
        )
        if enquiry_id is not None:
            await enquiries.offer(
                conn,
                maison_id=member.maison_id,
                enquiry_id=enquiry_id,
                by=by,
                proposal_id=proposal_id,
                now=now,
            )

    try:
        return await act(request, db, member, sent, verb, to=f"/boutique/selling/{proposal_id}")
    except AT_WORK as refusal:
        words = str(refusal)
        return await _composing(request, db, member, **asked, words=words, status=409)


@get("/selling/{proposal_id:uuid}", include_in_schema=False)
async def proposal(
    request: Asked, db: Db, settings: Settings, member: Member, proposal_id: UUID
) -> Response[str]:
    """Its link, and where it stands."""
    return await _screen(request, db, settings, member, proposal_id)


@post("/selling/{proposal_id:uuid}/withdrawal", include_in_schema=False)
async def withdraw(
    request: Asked, db: Db, settings: Settings, member: Member, proposal_id: UUID
) -> Response[Any]:
    """Nobody opens it any more."""
    return await _said(request, db, settings, member, proposal_id, proposals.withdraw)


@post("/selling/{proposal_id:uuid}/approval", include_in_schema=False)
async def approve(
    request: Asked, db: Db, settings: Settings, member: Member, proposal_id: UUID
) -> Response[Any]:
    """A manager lets its own prices hold, and its link opens."""
    return await _said(request, db, settings, member, proposal_id, proposals.approve)


async def _said(
    request: Asked, db: Db, settings: Settings, member: Member, proposal_id: UUID, said: Any
) -> Response[Any]:
    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await said(conn, maison_id=member.maison_id, proposal_id=proposal_id, by=by, now=now)

    try:
        return await act(
            request, db, member, await form_of(request), verb, to=f"/boutique/selling/{proposal_id}"
        )
    except AT_WORK as refusal:
        return await _screen(request, db, settings, member, proposal_id, words=str(refusal), status=409)


async def _screen(
    request: Asked,
    db: Db,
    settings: Settings,
    member: Member,
    proposal_id: UUID,
    *,
    words: str = "",
    status: int = 200,
) -> Response[str]:
    async with db.acting(member.actor, member.maison_id) as conn:
        found, pieces = await proposal_reading.made(
            conn, maison_id=member.maison_id, by=await member.by(conn), proposal_id=proposal_id
        )
    return screen(
        request,
        "boutique/selling/proposal.html",
        member=member,
        status=status,
        tab="selling",
        **standing_of(settings, found, pieces),
        may_approve=member.role in MANAGERS,
        words=words,
    )


async def _composing(
    request: Asked,
    db: Db,
    member: Member,
    *,
    at: UUID | None,
    chosen: list[UUID],
    q: str = "",
    enquiry_id: UUID | None = None,
    sent: Form | None = None,
    words: str = "",
    status: int = 200,
) -> Response[str]:
    async with db.acting(member.actor, member.maison_id) as conn:
        by = await member.by(conn)
        asks = (
            await enquiries.read(conn, maison_id=member.maison_id, enquiry_id=enquiry_id, by=by)
            if enquiry_id
            else None
        )
        composed = await compose(
            conn, maison_id=member.maison_id, by=by, location_id=at, variant_ids=chosen, q=q
        )
    return screen(
        request,
        "boutique/selling/composing.html",
        member=member,
        status=status,
        tab="selling",
        **await composed.context(db, datetime.now(UTC)),
        may_approve=member.role in MANAGERS,
        said=_written(sent, list(composed.counted), asks),
        enquiry=asks,
        words=words,
    )


def _offered(sent: Form, chosen: list[UUID], currency: str | None) -> dict[UUID, int]:
    """Own prices in the currency's smallest unit, of those pieces that have one. Raises PriceRefused."""
    written = {variant_id: sent.text(f"price-{variant_id}", "") for variant_id in dict.fromkeys(chosen)}
    return {variant_id: read_price(text, currency).minor for variant_id, text in written.items() if text}


def _written(sent: Form | None, chosen: list[UUID], asks: Enquiry | None) -> Mapping[str, str]:
    """What was written, to be shown again; before that, what who asks for the price has said."""
    names = ("way", "hours", "language", "words", "mail", "agreed", *(f"price-{one}" for one in chosen))
    told = {} if asks is None else {"language": asks.language, "mail": asks.mail}
    if told.get("mail"):
        told["agreed"] = "yes"
    return {name: sent.text(name, "") if sent else told.get(name, "") for name in names}
