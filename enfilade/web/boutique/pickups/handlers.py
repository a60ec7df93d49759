"""The counter: the client's code opens the order, a name is checked, pieces may be left; undone for ten minutes."""

import re
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.response import Redirect

from enfilade.base.db import Conn, Db
from enfilade.base.secrets import hashed
from enfilade.orders import pickup as collecting
from enfilade.orders import reading
from enfilade.staff.people import Colleague
from enfilade.web.boutique.acting import serials_in, spend_look_up
from enfilade.web.boutique.refusals import AT_WORK
from enfilade.web.boutique.showing import screen
from enfilade.web.shared.acting import Member, Verb, act
from enfilade.web.shared.forms import form_of

Asked = Request[Any, Any, Any]
SERIAL_FIELD = re.compile(r"serial-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@get("/pickups", include_in_schema=False)
async def pickups(request: Asked, db: Db, member: Member, code: str = "") -> Response[Any]:
    """The code, typed or scanned; with one, the order it opens."""
    if not code:
        return screen(request, "boutique/pickups/code.html", member=member, tab="pickups", words="", code="")
    await spend_look_up(db, member, "pickup code by")
    written = collecting.as_written(code)
    async with db.acting(member.actor, member.maison_id) as conn:
        by = await member.by(conn)
        fulfilment_id = await collecting.with_code(conn, maison_id=member.maison_id, by=by, code=code)
        if fulfilment_id is not None:
            found = await reading.preparation(
                conn, maison_id=member.maison_id, by=by, fulfilment_id=fulfilment_id
            )
            return _counter(request, member, found, code=written)
    return screen(
        request,
        "boutique/pickups/code.html",
        member=member,
        status=404,
        tab="pickups",
        words="No order waits here with this code. Is it for another boutique, or collected already?",
        code=code[:40],
    )


@get("/pickups/{fulfilment_id:uuid}", include_in_schema=False)
async def pickup(
    request: Asked, db: Db, member: Member, fulfilment_id: UUID, left_out: int = 0
) -> Response[Any]:
    """One order at the counter: who waits for it, or what has just left."""
    return await _show(request, db, member, fulfilment_id, left_out=left_out)


@post("/pickups/{fulfilment_id:uuid}/hand-over", include_in_schema=False)
async def hand_over(request: Asked, db: Db, member: Member, fulfilment_id: UUID) -> Response[Any]:
    """The client leaves with what they keep."""
    sent = await form_of(request)
    code, refused = sent.text("code", ""), sent.ids("refused")
    in_hand = {
        UUID(name.removeprefix("serial-")): serials_in(sent.text(name, ""))
        for name in sent.fields
        if SERIAL_FIELD.fullmatch(name)
    }
    age_checked = sent.text("age_checked", "") == "yes"

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await collecting.hand_over(
            conn,
            maison_id=member.maison_id,
            by=by,
            fulfilment_id=fulfilment_id,
            code=code,
            refused_line_ids=refused,
            in_hand=in_hand,
            now=now,
            age_checked=age_checked,
        )

    return await _act(request, db, member, fulfilment_id, verb, code=code)


@post("/pickups/{fulfilment_id:uuid}/undo", include_in_schema=False)
async def undo(request: Asked, db: Db, member: Member, fulfilment_id: UUID) -> Response[Any]:
    """Everything is behind the counter again."""
    sold: list[int] = []

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        sold.append(
            await collecting.undo_hand_over(
                conn, maison_id=member.maison_id, by=by, fulfilment_id=fulfilment_id, now=now
            )
        )

    answer = await _act(request, db, member, fulfilment_id, verb)
    if sold and sold[-1]:
        return Redirect(f"/boutique/pickups/{fulfilment_id}?left_out={sold[-1]}", status_code=303)
    return answer


async def _act(
    request: Asked, db: Db, member: Member, fulfilment_id: UUID, verb: Verb, *, code: str = ""
) -> Response[Any]:
    try:
        return await act(
            request, db, member, await form_of(request), verb, to=f"/boutique/pickups/{fulfilment_id}"
        )
    except AT_WORK as refusal:
        return await _show(request, db, member, fulfilment_id, words=str(refusal), status=409, code=code)


async def _show(
    request: Asked,
    db: Db,
    member: Member,
    fulfilment_id: UUID,
    *,
    words: str = "",
    status: int = 200,
    code: str = "",
    left_out: int = 0,
) -> Response[Any]:
    async with db.acting(member.actor, member.maison_id) as conn:
        found = await reading.preparation(
            conn, maison_id=member.maison_id, by=await member.by(conn), fulfilment_id=fulfilment_id
        )
    over = found.head.state == "cancelled" and found.head.code_hash is None
    if over or found.head.state not in ("ready", "handed_over", "cancelled"):
        return Redirect(f"/boutique/preparations/{fulfilment_id}", status_code=303)
    return _counter(request, member, found, words=words, status=status, code=code, left_out=left_out)


def _counter(
    request: Asked,
    member: Member,
    found: reading.Preparation,
    *,
    code: str,
    words: str = "",
    status: int = 200,
    left_out: int = 0,
) -> Response[str]:
    kept = [piece for piece in found.pieces if piece.state == "handed_over"]
    # A code that was refused must be asked for again.
    opened = (
        collecting.as_written(code) if found.head.code_hash == hashed(collecting.as_written(code)) else ""
    )
    return screen(
        request,
        "boutique/pickups/pickup.html",
        member=member,
        status=status,
        tab="pickups",
        of=found.head,
        it=found,
        kept=kept,
        refused=[piece for piece in found.pieces if piece.state == "refused"],
        due_minor=sum(piece.total_minor for piece in kept),
        code=opened,
        words=words,
        left_out=left_out,
    )
