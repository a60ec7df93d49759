"""A sale at the counter: pieces by code or name, who buys, what pays it, and its end."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from litestar import Request, Response, get, post
from litestar.response import Redirect

from enfilade.base import i18n
from enfilade.base.db import Conn, Db
from enfilade.base.settings import Settings
from enfilade.catalogue.engraving import LETTERINGS, LetteringNotOffered, NotEngraved, TooLong, Wished
from enfilade.clients.contact_points import NotAContactPoint, contact_point
from enfilade.orders.till import paying, reading, ringing_up, sales, settling
from enfilade.payments.terminal import Terminal
from enfilade.staff.people import Colleague
from enfilade.stock.allocations import NoLongerHeld
from enfilade.web.boutique.refusals import AT_WORK
from enfilade.web.boutique.showing import screen
from enfilade.web.boutique.till.handlers import KINDS, minor_of
from enfilade.web.shared import finding
from enfilade.web.shared.acting import Member, Verb, act
from enfilade.web.shared.forms import Form, form_of

Asked = Request[Any, Any, Any]
WORDS_MIN = 2


@post("/till/sales", include_in_schema=False)
async def begin(request: Asked, db: Db, member: Member) -> Response[Any]:
    """A sale in the boutique's open till."""
    sent = await form_of(request)
    at, sale_id = sent.id("at"), uuid5(member.staff_id, sent.text("key"))

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await sales.open_sale(
            conn, maison_id=member.maison_id, by=by, sale_id=sale_id, location_id=at, now=now
        )

    try:
        return await act(request, db, member, sent, verb, to=f"/boutique/till/sales/{sale_id}")
    except AT_WORK:
        return Redirect(f"/boutique/till?at={at}", status_code=303)


@get("/till/sales/{sale_id:uuid}", include_in_schema=False)
async def sale(request: Asked, db: Db, member: Member, sale_id: UUID) -> Response[str]:
    """What is rung up, what is due, what may follow."""
    return await _show(request, db, member, sale_id, q=request.query_params.get("q", ""))


@post("/till/sales/{sale_id:uuid}/pieces", include_in_schema=False)
async def add(request: Asked, db: Db, settings: Settings, member: Member, sale_id: UUID) -> Response[Any]:
    """Rings a piece up: the one chosen, or the one whose code was typed or scanned; a name leads to what it finds."""
    sent = await form_of(request)
    q, serial = sent.text("q", ""), ""
    if q:
        async with db.acting(member.actor, member.maison_id) as conn:
            variant_id = await reading.exactly(conn, maison_id=member.maison_id, code=q)
            if variant_id is None:
                head = (
                    await reading.sale(
                        conn, maison_id=member.maison_id, by=await member.by(conn), sale_id=sale_id
                    )
                )[0]
                variant_id = await reading.of_serial(
                    conn, maison_id=member.maison_id, location_id=head.location_id, code=q
                )
                serial = q
        if variant_id is None:
            return await _show(request, db, member, sale_id, q=q)
    else:
        variant_id = sent.id("piece")

    add_one = _of_piece(ringing_up.add, member, settings, sale_id, variant_id)

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await add_one(conn, by, now)
        if serial:
            await ringing_up.name_serial(
                conn,
                maison_id=member.maison_id,
                by=by,
                sale_id=sale_id,
                variant_id=variant_id,
                serial=serial,
                now=now,
            )

    return await _acted(request, db, member, sent, verb, sale_id, lacking=None if serial else variant_id)


@post("/till/sales/{sale_id:uuid}/pieces/{variant_id:uuid}/serial", include_in_schema=False)
async def name_serial(
    request: Asked, db: Db, member: Member, sale_id: UUID, variant_id: UUID
) -> Response[Any]:
    """Which piece is in the hand."""
    sent = await form_of(request)

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await ringing_up.name_serial(
            conn,
            maison_id=member.maison_id,
            by=by,
            sale_id=sale_id,
            variant_id=variant_id,
            serial=sent.text("serial", ""),
            now=now,
        )

    return await _acted(request, db, member, sent, verb, sale_id)


@post("/till/sales/{sale_id:uuid}/pieces/{variant_id:uuid}/removal", include_in_schema=False)
async def take_out(
    request: Asked, db: Db, settings: Settings, member: Member, sale_id: UUID, variant_id: UUID
) -> Response[Any]:
    """One less."""

    verb = _of_piece(ringing_up.take_out, member, settings, sale_id, variant_id)
    return await _acted(request, db, member, await form_of(request), verb, sale_id)


@post("/till/sales/{sale_id:uuid}/pieces/{variant_id:uuid}/engraving", include_in_schema=False)
async def engrave(
    request: Asked, db: Db, settings: Settings, member: Member, sale_id: UUID, variant_id: UUID
) -> Response[Any]:
    """The words that are cut on it once it is paid; none, and nothing is cut."""
    sent = await form_of(request)

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await ringing_up.engrave(
            conn,
            maison_id=member.maison_id,
            by=by,
            sale_id=sale_id,
            variant_id=variant_id,
            wished=Wished(sent.text("words", ""), sent.text("lettering", "")),
            key=settings.key,
            now=now,
        )

    try:
        return await _acted(request, db, member, sent, verb, sale_id)
    except NotEngraved as refusal:
        words = f"This cannot be cut: {refusal.letters}" if refusal.letters else "This piece is not engraved."
    except TooLong as refusal:
        words = f"{refusal.letters} letters, where {refusal.letters_max} fit."
    except LetteringNotOffered:
        words = "The maison does not cut in this lettering."
    return await _show(request, db, member, sale_id, words=words, status=400, sent=sent)


def _of_piece(
    change: Callable[..., Awaitable[None]],
    member: Member,
    settings: Settings,
    sale_id: UUID,
    variant_id: UUID,
) -> Verb:
    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await change(
            conn,
            maison_id=member.maison_id,
            by=by,
            sale_id=sale_id,
            variant_id=variant_id,
            key=settings.key,
            now=now,
        )

    return verb


@post("/till/sales/{sale_id:uuid}/client", include_in_schema=False)
async def name_client(
    request: Asked, db: Db, settings: Settings, member: Member, sale_id: UUID
) -> Response[Any]:
    """Who buys, of the maison's own clients; nobody in particular when nothing is written."""
    sent = await form_of(request)

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await ringing_up.name_client(
            conn,
            maison_id=member.maison_id,
            by=by,
            sale_id=sale_id,
            written=sent.text("client", ""),
            key=settings.key,
            now=now,
        )

    return await _acted(request, db, member, sent, verb, sale_id)


@post("/till/sales/{sale_id:uuid}/cash", include_in_schema=False)
async def pay_cash(request: Asked, db: Db, member: Member, sale_id: UUID) -> Response[Any]:
    """Cash laid down; the screen says the change."""
    sent = await form_of(request)

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        head = (await sales.locked(conn, maison_id=member.maison_id, by=by, sale_id=sale_id))[0]
        await paying.pay_cash(
            conn,
            maison_id=member.maison_id,
            by=by,
            sale_id=sale_id,
            tender_id=uuid5(member.staff_id, sent.text("key")),
            given_minor=minor_of(sent.text("given"), head.currency),
            now=now,
        )

    return await _acted(request, db, member, sent, verb, sale_id)


@post("/till/sales/{sale_id:uuid}/cards", include_in_schema=False)
async def pay_card(
    request: Asked, db: Db, settings: Settings, terminal: Terminal, member: Member, sale_id: UUID
) -> Response[Any]:
    """Commits what the terminal is to charge, then asks it; without an answer the screen offers to ask again."""
    sent = await form_of(request)
    tender_id = uuid5(member.staff_id, sent.text("key"))

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        head = (await sales.locked(conn, maison_id=member.maison_id, by=by, sale_id=sale_id))[0]
        await paying.pay_card(
            conn,
            maison_id=member.maison_id,
            by=by,
            sale_id=sale_id,
            tender_id=tender_id,
            amount_minor=minor_of(sent.text("amount"), head.currency),
            now=now,
        )

    answer = await _acted(request, db, member, sent, verb, sale_id)
    if isinstance(answer, Redirect):
        await ask(db, settings, terminal, member, tender_id)
    return answer


async def ask(db: Db, settings: Settings, terminal: Terminal, member: Member, tender_id: UUID) -> None:
    """The terminal, outside any transaction, for as long as a request may wait."""
    await paying.ask_terminal(
        db,
        terminal,
        maison_id=member.maison_id,
        tender_id=tender_id,
        timeout_seconds=settings.payment_timeout_seconds,
        now=datetime.now(UTC),
    )


@post("/till/sales/{sale_id:uuid}/exchanges", include_in_schema=False)
async def exchange(request: Asked, db: Db, member: Member, sale_id: UUID) -> Response[Any]:
    """What is owed for a return pays this sale."""
    sent = await form_of(request)
    return_id = sent.id("return")

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await paying.exchange(
            conn, maison_id=member.maison_id, by=by, sale_id=sale_id, return_id=return_id, now=now
        )

    return await _acted(request, db, member, sent, verb, sale_id)


@post("/till/sales/{sale_id:uuid}/tenders/{tender_id:uuid}/taking-back", include_in_schema=False)
async def take_back(
    request: Asked,
    db: Db,
    settings: Settings,
    terminal: Terminal,
    member: Member,
    sale_id: UUID,
    tender_id: UUID,
) -> Response[Any]:
    """A tender goes back while the sale is open."""
    sent = await form_of(request)
    back_id = uuid5(member.staff_id, sent.text("key"))

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await paying.take_back(
            conn,
            maison_id=member.maison_id,
            by=by,
            sale_id=sale_id,
            tender_id=tender_id,
            back_id=back_id,
            now=now,
        )

    answer = await _acted(request, db, member, sent, verb, sale_id)
    if isinstance(answer, Redirect):
        await ask(db, settings, terminal, member, back_id)
    return answer


@post("/till/sales/{sale_id:uuid}/settlement", include_in_schema=False)
async def settle(request: Asked, db: Db, settings: Settings, member: Member, sale_id: UUID) -> Response[Any]:
    """Paid in full: the pieces leave, the receipt is there, by mail too where an address was given."""
    sent = await form_of(request)
    written, language = sent.text("mail", ""), i18n.known(sent.text("language", "")) or "en"
    mail = ""
    if written:
        try:
            point = contact_point(written, "")
        except NotAContactPoint:
            point = None
        if point is None or point.kind != "mail":
            words = "This is no mail address."
            return await _show(request, db, member, sale_id, words=words, status=400, sent=sent)
        mail = point.value

    def verb(again: bool) -> Verb:
        async def step(conn: Conn, by: Colleague, now: datetime) -> None:
            await settling.settle(
                conn,
                maison_id=member.maison_id,
                by=by,
                sale_id=sale_id,
                language=language,
                mail=mail,
                key=settings.key,
                now=now,
                again=again,
                age_checked=sent.text("age_checked", "") == "yes",
            )

        return step

    try:
        return await _acted(request, db, member, sent, verb(False), sale_id)
    except NoLongerHeld:
        return await _acted(request, db, member, sent, verb(True), sale_id)


@post("/till/sales/{sale_id:uuid}/end", include_in_schema=False)
async def give_up(request: Asked, db: Db, member: Member, sale_id: UUID) -> Response[Any]:
    """Nothing is sold."""

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await sales.give_up(conn, maison_id=member.maison_id, by=by, sale_id=sale_id, now=now)

    return await _acted(request, db, member, await form_of(request), verb, sale_id)


async def _acted(
    request: Asked,
    db: Db,
    member: Member,
    sent: Form,
    verb: Verb,
    sale_id: UUID,
    *,
    lacking: UUID | None = None,
) -> Response[Any]:
    try:
        return await act(request, db, member, sent, verb, to=f"/boutique/till/sales/{sale_id}")
    except AT_WORK as refusal:
        return await _show(
            request, db, member, sale_id, words=str(refusal), status=409, sent=sent, lacking=lacking
        )


async def _show(
    request: Asked,
    db: Db,
    member: Member,
    sale_id: UUID,
    *,
    q: str = "",
    words: str = "",
    status: int = 200,
    sent: Form | None = None,
    lacking: UUID | None = None,
) -> Response[str]:
    q = q.strip()[:100]
    asked = q if len(q) >= WORDS_MIN else ""
    found: list[finding.Found] = []
    here: dict[UUID, int] = {}
    async with db.acting(member.actor, member.maison_id) as conn:
        by = await member.by(conn)
        head, pieces, tendered = await reading.sale(conn, maison_id=member.maison_id, by=by, sale_id=sale_id)
        if asked and head.state == "open":
            found = await finding.pieces(
                conn, maison_id=member.maison_id, market=head.market, words=asked, variant_ids=[]
            )
            here = await reading.free_here(
                conn,
                maison_id=member.maison_id,
                location_id=head.location_id,
                variant_ids=[piece.variant_id for piece in found],
            )
        owed = (
            await reading.owed_back(conn, maison_id=member.maison_id, location_id=head.location_id)
            if head.state == "open"
            else []
        )
    return screen(
        request,
        "boutique/till/sale.html",
        member=member,
        status=status,
        tab="till",
        it=head,
        pieces=pieces,
        tendered=tendered,
        waiting=next((one for one in tendered if one.state == "asked"), None),
        touched=any(one.way == "in" and one.state != "refused" and not one.back for one in tendered),
        q=q,
        asked=asked,
        found=found,
        here=here,
        owed=[one for one in owed if one.left_minor],
        lacking=lacking if status == 409 else None,
        kinds=KINDS,
        letterings=LETTERINGS,
        manager=by.role in ("boutique_manager", "maison_manager"),
        languages=[(code, i18n.NAMES[code]) for code in _first(head.languages)],
        said=_said(sent),
        words=words,
    )


def _said(sent: Form | None) -> Mapping[str, str]:
    return {name: sent.text(name, "") if sent else "" for name in ("client", "mail", "given", "amount")}


def _first(languages: list[str]) -> list[i18n.Language]:
    """Our languages, the market's first."""
    return sorted(i18n.LANGUAGES, key=lambda code: languages.index(code) if code in languages else 9)
