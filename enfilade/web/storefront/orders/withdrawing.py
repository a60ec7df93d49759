"""The withdrawal function, by the secret link of the order: who withdraws from what, looked at once more, confirmed."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.exceptions import ValidationException
from litestar.response import Redirect

from enfilade.base import limits
from enfilade.base.db import Db
from enfilade.base.ids import new_id
from enfilade.base.limits import TooManyAttempts
from enfilade.base.settings import Settings
from enfilade.clients.contact_points import NotAContactPoint, contact_point
from enfilade.orders import withdrawal
from enfilade.orders.fulfilment import EngravingBegun
from enfilade.orders.returns import MadeForYou, NothingToReturn, ReturnTooLate
from enfilade.orders.withdrawal import NAME_CHARACTERS_MAX, Choice, NothingToWithdraw, Part, SayWho
from enfilade.web.storefront.orders import link, reading
from enfilade.web.storefront.times import calendar_day

PIECES_MAX = 100
STATED_MAX = 10
WINDOW_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Written:
    """What the form says. `mail` is as it was written, `address` as it is read, '' for none."""

    name: str
    mail: str
    address: str
    parts: dict[UUID, int]
    form_key: UUID


@get("/{language:str}/orders/{secret:str}/withdrawal", include_in_schema=False)
async def form(request: Request[Any, Any, Any], db: Db, language: str, secret: str) -> Response[str]:
    """Name, address of the receipt, and from which pieces; all that may be, unless one says otherwise."""
    return await _page(request, db, language, secret, None)


@post("/{language:str}/orders/{secret:str}/withdrawal", include_in_schema=False)
async def look(request: Request[Any, Any, Any], db: Db, language: str, secret: str) -> Response[str]:
    """The second step: what would be stated, and the button that states it. Nothing is written yet."""
    return await _page(request, db, language, secret, _written(await request.form()))


@post("/{language:str}/orders/{secret:str}/withdrawal/confirmation", include_in_schema=False)
async def confirm(
    request: Request[Any, Any, Any], db: Db, settings: Settings, language: str, secret: str
) -> Response[Any]:
    """States it; the receipt is on its way."""
    frame, found = await link.opened(request, db, language, secret)
    written, now = _written(await request.form()), datetime.now(UTC)
    try:
        async with db.door() as conn:
            await limits.spend(
                conn,
                bucket=f"withdrawal {found.order_id}",
                most=STATED_MAX,
                window_seconds=WINDOW_SECONDS,
                now=now,
            )
        async with db.acting(reading.actor(found), found.maison_id, found.region) as conn:
            await withdrawal.state(
                conn,
                maison_id=found.maison_id,
                order_id=found.order_id,
                parts=[Part(line_id, quantity) for line_id, quantity in written.parts.items()],
                name=written.name,
                mail=written.address,
                form_key=written.form_key,
                key=settings.key,
                now=now,
            )
    except (
        TooManyAttempts,
        NothingToWithdraw,
        SayWho,
        # Told apart by what may be chosen: meanwhile one of these came true.
        NothingToReturn,
        ReturnTooLate,
        MadeForYou,
        EngravingBegun,
    ) as refusal:
        return await _page(request, db, language, secret, written, refusal=refusal)
    return Redirect(f"/{frame.language}/orders/{secret}?withdrawn=yes", status_code=303)


def _written(form: Any) -> Written:
    """Raises ValidationException for what no form of ours sends."""
    parts: dict[UUID, int] = {}
    try:
        for field, value in list(form.multi_items())[: 2 * PIECES_MAX]:
            if field.startswith("quantity-") and value not in ("", "0"):
                parts[UUID(field.removeprefix("quantity-"))] = int(str(value)[:3])
        form_key = UUID(str(form.get("key", "")))
    except ValueError:
        raise ValidationException("not a form of ours") from None
    name = " ".join(str(form.get("name", "")).split())[:NAME_CHARACTERS_MAX]
    mail = str(form.get("mail", "")).strip()[:254]
    try:
        point = contact_point(mail, "")
        address = point.value if point.kind == "mail" else ""
    except NotAContactPoint:
        address = ""
    return Written(name, mail, address, parts, form_key)


async def _page(
    request: Request[Any, Any, Any],
    db: Db,
    language: str,
    secret: str,
    written: Written | None,
    *,
    refusal: Exception | None = None,
) -> Response[str]:
    frame, found = await link.opened(request, db, language, secret)
    now = datetime.now(UTC)
    of = {"maison_id": found.maison_id, "order_id": found.order_id}
    async with db.acting(reading.actor(found), found.maison_id, found.region) as conn:
        order = await reading.order(conn, **of)
        choices = await withdrawal.choice(conn, maison_id=found.maison_id, order_id=found.order_id, now=now)
    assert order is not None, "the door opened an order that is not there"
    parts = written.parts if written else {}
    unnamed = written is not None and not written.name
    unread = written is not None and not written.address
    possible = all(
        (line := _of(choices, line_id)) is not None
        and 1 <= quantity <= line.quantity
        and (not line.whole or quantity == line.quantity)
        for line_id, quantity in parts.items()
    )
    nothing = written is not None and (not parts or not possible)
    asks_again = refusal is not None or unnamed or unread or nothing
    confirming = written is not None and not asks_again
    return link.page(
        request,
        frame,
        "storefront/orders/withdrawal.html",
        order,
        status=409 if asks_again else 200,
        confirming=confirming,
        pieces=[line for line in choices if line.quantity],
        excepted=[line for line in choices if not line.quantity and line.why_not != "ended"],
        chosen=parts if written else {line.line_id: line.quantity for line in choices},
        days={line.line_id: calendar_day(line.until, frame.language) for line in choices if line.until},
        written_name=written.name if written else order.name,
        mail=written.mail if written else "",
        form_key=written.form_key if written else new_id(now),
        unnamed=unnamed or isinstance(refusal, SayWho),
        unread=unread,
        nothing=nothing or (refusal is not None and not isinstance(refusal, (TooManyAttempts, SayWho))),
        too_often=isinstance(refusal, TooManyAttempts),
        secret=secret,
    )


def _of(choices: list[Choice], line_id: UUID) -> Choice | None:
    return next((line for line in choices if line.line_id == line_id), None)
