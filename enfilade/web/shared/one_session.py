"""A browser is one person: whoever signs in ends the session that was open there, whosever it was."""

from datetime import UTC, datetime
from typing import Any

from litestar import Request

from enfilade.base.db import Db
from enfilade.clients import sign_in as clients
from enfilade.staff import sign_in as staff
from enfilade.web.shared import asking


async def end_staff(request: Request[Any, Any, Any], db: Db) -> None:
    """Ends the staff's session of this browser, if there is one."""
    try:
        before = await asking.staff(request, db, first_password=True)
    except asking.SignInFirst:
        return
    token = asking.kept(request, asking.STAFF_COOKIE)
    async with db.acting(before.actor, before.maison_id) as conn:
        await staff.sign_out(conn, maison_id=before.maison_id, token=token, now=datetime.now(UTC))


async def end_client(request: Request[Any, Any, Any], db: Db) -> None:
    """Ends the client's session of this browser, if there is one."""
    before = await asking.client(request, db)
    if before is None:
        return
    token = asking.kept(request, asking.CLIENT_COOKIE)
    async with db.acting(before.actor, before.maison_id, before.region) as conn:
        await clients.sign_out(conn, maison_id=before.maison_id, token=token, now=datetime.now(UTC))
