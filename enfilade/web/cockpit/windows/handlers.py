"""Who stood in the windows of the multi-brand store, how often first; and the store's purchases by month."""

from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from litestar import Request, Response, get

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db
from enfilade.editorial.stood import Stood, stood
from enfilade.insight.published import PurchasePeriod, purchases
from enfilade.web.cockpit import showing
from enfilade.web.cockpit.entering import Reader

DAYS = 90


@get("/windows", include_in_schema=False)
async def windows(request: Request[Any, Any, Any], db: Db, reader: Reader) -> Response[Any]:
    """The group sees every store's purchases, a store's people their own; the row of windows is everybody's to see."""
    today = datetime.now(UTC).date()

    async def read(conn: Conn) -> tuple[list[Stood], list[PurchasePeriod]]:
        return await stood(conn, since=today - timedelta(days=DAYS), until=today), await purchases(conn)

    if reader.of_group:
        async with db.group() as conn:
            rows, told = await read(conn)
    else:
        async with db.acting(Actor.staff(reader.staff_id), reader.maison_id, snapshot=True) as conn:
            rows, told = await read(conn)
    return showing.screen(
        request,
        "cockpit/windows/windows.html",
        reader=reader,
        days=DAYS,
        stores=[list(group) for _, group in groupby(rows, lambda one: one.store_id)],
        purchases=told,
    )
