"""`/demo`: what to do in which order; `/demo/progress`: which step comes next, for the bar's script."""

from typing import Any

from litestar import Request, Response, get

from enfilade.base.db import Db
from enfilade.maisons import published
from enfilade.web.demo import bar, mail_read, steps
from enfilade.web.demo.last_order import last_order
from enfilade.web.shared.pages import page


@get("/demo", include_in_schema=False)
async def guide(request: Request[Any, Any, Any], db: Db) -> Response[str]:
    """The five steps with what to do in each."""
    order = await last_order(request, db)
    step = steps.current(order, mail_read=mail_read.has_read(request, order))
    async with db.public() as conn:
        own = await published.own_doors(conn)
    return page(request, "demo/guide/guide.html", step=step, steps=steps.STEPS, order=order, own=own)


@get("/demo/progress", include_in_schema=False)
async def progress(request: Request[Any, Any, Any], db: Db) -> Response[dict[str, int]]:
    """The number of the next step."""
    order = await last_order(request, db)
    step = steps.current(order, mail_read=mail_read.has_read(request, order))
    response = Response({"step": step})
    bar.remember(request, response, step=step, place=order.location_name if order else None)
    return response
