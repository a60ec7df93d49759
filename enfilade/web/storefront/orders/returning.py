"""A client returns pieces of an order, by the secret link of the mail: chosen, confirmed, or kept after all."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.exceptions import ValidationException
from litestar.response import Redirect

from enfilade.base.db import Db
from enfilade.base.settings import Settings
from enfilade.orders import exchange_wishes, exchanges, returns
from enfilade.orders.exchange_wishes import Choice, Instead, NotExchangeable
from enfilade.orders.returns import OURS, REASONS, MadeForYou, NothingToReturn, Piece, ReturnTooLate, Wish
from enfilade.orders.states import IllegalStep
from enfilade.web.storefront.orders import link, reading
from enfilade.web.storefront.times import calendar_day

PIECES_MAX = 100


@get("/{language:str}/orders/{secret:str}/return", include_in_schema=False)
async def form(request: Request[Any, Any, Any], db: Db, language: str, secret: str) -> Response[str]:
    """Which pieces, how many, and (if one likes) why."""
    return await _form(request, db, language, secret)


@post("/{language:str}/orders/{secret:str}/return", include_in_schema=False)
async def announce(
    request: Request[Any, Any, Any], db: Db, settings: Settings, language: str, secret: str
) -> Response[Any]:
    """Confirms it; the order's page shows the code, and a receipt is on its way by mail."""
    frame, found = await link.opened(request, db, language, secret)
    wishes = _wishes(await request.form())
    try:
        async with db.acting(reading.actor(found), found.maison_id, found.region) as conn:
            await returns.announce(
                conn,
                maison_id=found.maison_id,
                order_id=found.order_id,
                wishes=wishes,
                key=settings.key,
                now=datetime.now(UTC),
            )
    except (NothingToReturn, ReturnTooLate, MadeForYou, NotExchangeable) as refusal:
        return await _form(request, db, language, secret, refusal=refusal)
    return Redirect(f"/{frame.language}/orders/{secret}#return", status_code=303)


@post("/{language:str}/orders/{secret:str}/return/withdrawal", include_in_schema=False)
async def withdraw(request: Request[Any, Any, Any], db: Db, language: str, secret: str) -> Redirect:
    """They keep the pieces after all. Where these were taken in meanwhile, the order's page says so."""
    frame, found = await link.opened(request, db, language, secret)
    with suppress(IllegalStep):
        async with db.acting(reading.actor(found), found.maison_id, found.region) as conn:
            await returns.withdraw(
                conn, maison_id=found.maison_id, order_id=found.order_id, now=datetime.now(UTC)
            )
    return Redirect(f"/{frame.language}/orders/{secret}#return", status_code=303)


@get("/{language:str}/orders/{secret:str}/return/exchange", include_in_schema=False)
async def exchange_form(request: Request[Any, Any, Any], db: Db, language: str, secret: str) -> Response[str]:
    """What is wished in place of what is awaited back, to be changed."""
    return await _exchange_form(request, db, language, secret)


@post("/{language:str}/orders/{secret:str}/return/exchange", include_in_schema=False)
async def exchange(request: Request[Any, Any, Any], db: Db, language: str, secret: str) -> Response[Any]:
    """Another size, or their money."""
    frame, found = await link.opened(request, db, language, secret)
    form = await request.form()
    wanted: list[Instead] = []
    for field in list(form)[:PIECES_MAX]:
        if field.startswith("instead-"):
            try:
                line_id = UUID(field.removeprefix("instead-"))
            except ValueError:
                raise ValidationException(f"{field}: not a piece") from None
            wanted.append(Instead(line_id, _variant(form, line_id)))
    try:
        async with db.acting(reading.actor(found), found.maison_id, found.region) as conn:
            await exchanges.change(
                conn,
                maison_id=found.maison_id,
                order_id=found.order_id,
                wanted=wanted,
                now=datetime.now(UTC),
            )
    except (NotExchangeable, NothingToReturn) as refusal:
        return await _exchange_form(request, db, language, secret, refusal=refusal)
    return Redirect(f"/{frame.language}/orders/{secret}#return", status_code=303)


async def _exchange_form(
    request: Request[Any, Any, Any], db: Db, language: str, secret: str, *, refusal: Exception | None = None
) -> Response[str]:
    frame, found = await link.opened(request, db, language, secret)
    now, of = datetime.now(UTC), {"maison_id": found.maison_id, "order_id": found.order_id}
    async with db.acting(reading.actor(found), found.maison_id, found.region) as conn:
        order = await reading.order(conn, **of)
        wished = await exchanges.wished(conn, **of)
        others = await exchange_wishes.offered(conn, **of, now=now) if wished else []
    assert order is not None, "the door opened an order that is not there"
    return link.page(
        request,
        frame,
        "storefront/orders/exchange.html",
        order,
        status=409 if refusal else 200,
        wished=wished,
        others=_of_lines(others),
        gone=isinstance(refusal, NotExchangeable),
        secret=secret,
    )


def _of_lines(others: list[Choice]) -> dict[UUID, list[Choice]]:
    found: dict[UUID, list[Choice]] = {}
    for other in others:
        found.setdefault(other.line_id, []).append(other)
    return found


def returnable(pieces: list[Piece], now: datetime) -> list[Piece]:
    """What the client may still announce."""
    return [piece for piece in pieces if piece.left > piece.announced and piece.final and not piece.late(now)]


def _wishes(form: Any) -> list[Wish]:
    """Raises ValidationException for what no form of ours sends."""
    wishes: list[Wish] = []
    for field, value in list(form.multi_items())[: 2 * PIECES_MAX]:
        if not field.startswith("quantity-") or value in ("", "0"):
            continue
        try:
            line_id, quantity = UUID(field.removeprefix("quantity-")), int(str(value)[:3])
        except ValueError:
            raise ValidationException(f"{field}: not a piece") from None
        reason = str(form.get(f"reason-{line_id}", ""))
        wishes.append(
            Wish(line_id, quantity, reason if reason in REASONS else None, instead=_variant(form, line_id))
        )
    return wishes


def _variant(form: Any, line_id: UUID) -> UUID | None:
    """What is wished in place of the line; None: its money. Raises ValidationException."""
    value = str(form.get(f"instead-{line_id}", ""))
    try:
        return UUID(value) if value else None
    except ValueError:
        raise ValidationException("Not a piece") from None


async def _form(
    request: Request[Any, Any, Any], db: Db, language: str, secret: str, *, refusal: Exception | None = None
) -> Response[str]:
    frame, found = await link.opened(request, db, language, secret)
    now = datetime.now(UTC)
    async with db.acting(reading.actor(found), found.maison_id, found.region) as conn:
        order = await reading.order(conn, maison_id=found.maison_id, order_id=found.order_id)
        pieces = await returns.pieces_of(conn, maison_id=found.maison_id, order_id=found.order_id, now=now)
        choice = returnable(pieces, now)
        others = (
            await exchange_wishes.offered(conn, maison_id=found.maison_id, order_id=found.order_id, now=now)
            if choice
            else []
        )
        # Announced with more of its line, what was wished before is wished still.
        wished = (
            await exchanges.wished(conn, maison_id=found.maison_id, order_id=found.order_id)
            if others and any(piece.announced for piece in choice)
            else []
        )
    assert order is not None, "the door opened an order that is not there"
    return link.page(
        request,
        frame,
        "storefront/orders/return.html",
        order,
        status=409 if refusal else 200,
        pieces=choice,
        until=calendar_day(min(piece.until.day for piece in choice), frame.language) if choice else "",
        too_late=isinstance(refusal, ReturnTooLate),
        nothing=isinstance(refusal, NothingToReturn),
        ours=isinstance(refusal, MadeForYou),
        gone=isinstance(refusal, NotExchangeable),
        others=_of_lines(others),
        wished={one.line_id: one.variant_id for one in wished},
        reasons=REASONS,
        our_reasons=OURS,
        secret=secret,
    )
