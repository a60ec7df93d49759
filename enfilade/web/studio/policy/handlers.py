"""The maison's policy: what is in force since when, and a form to change it that loses nothing."""

from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from enfilade.base import idempotency
from enfilade.base.db import Conn, Db
from enfilade.maisons import policies
from enfilade.web.shared.refusals import refuse
from enfilade.web.studio.entering import Manager, maison_of
from enfilade.web.studio.forms import INCOMPLETE, complete
from enfilade.web.studio.policy import terms
from enfilade.web.studio.policy.changing import ChangedMeanwhile, Since, since
from enfilade.web.studio.policy.changing import change as change_policy
from enfilade.web.studio.policy.terms import Written
from enfilade.web.studio.showing import screen

refuse(ChangedMeanwhile, 409, "A colleague changed the policy meanwhile")


@get("/policy", include_in_schema=False)
async def policy(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[str]:
    """What is in force."""
    return await _form(request, db, manager, None, saved=request.query_params.get("saved") == "yes")


@post("/policy", include_in_schema=False)
async def change(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[Any]:
    """Puts it in force; a form with something wrong comes back as it was written."""
    sent = await request.form()
    written = terms.read(sent)
    key, seen = str(sent.get("key", "")), str(sent.get("seen", ""))[:40]
    if written.wrong:
        return await _form(request, db, manager, written, status=400, seen=seen)
    if not complete(key):
        words = INCOMPLETE
        return await _form(request, db, manager, written, status=400, words=words)
    now = datetime.now(UTC)

    async def verb(conn: Conn) -> None:
        repeat = await idempotency.claim(
            conn, actor=manager.actor, key=key, request=[written.values, seen], now=now, answer={}
        )
        if repeat is None:
            await change_policy(
                conn,
                maison_id=manager.maison_id,
                policy=written.policy,
                seen=seen,
                by_id=manager.staff_id,
                now=now,
            )

    try:
        await db.run(manager.actor, manager.maison_id, verb)
    except ChangedMeanwhile as refusal:
        words = f"{refusal} What you wrote is below; save again to put it in force instead."
        return await _form(request, db, manager, written, status=409, words=words)
    return Redirect("/studio/policy?saved=yes", status_code=303)


async def _form(
    request: Request[Any, Any, Any],
    db: Db,
    manager: Manager,
    written: Written | None,
    *,
    status: int = 200,
    words: str = "",
    seen: str = "",
    saved: bool = False,
) -> Response[str]:
    async with db.acting(manager.actor, manager.maison_id, snapshot=True) as conn:
        maison = await maison_of(conn, manager)
        found: Since | None = await since(conn, maison_id=manager.maison_id)
        if found is None:
            raise NotFoundException
        in_force = await policies.policy_of(conn, maison_id=manager.maison_id)
    return screen(
        request,
        "studio/policy/policy.html",
        member=manager,
        maison=maison,
        tab="policy",
        status=status,
        terms=terms.TERMS,
        written=written or terms.kept(in_force),
        in_force=terms.kept(in_force).values,
        since=found,
        seen=seen or found.changed_at.isoformat(),
        notice=words,
        saved=saved,
    )
