"""One click: signed in as another person of the same order, and led to that person's screen of it."""

from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, post
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from enfilade.base import i18n
from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.base.secrets import derived
from enfilade.base.settings import Settings
from enfilade.staff import sign_in as signing
from enfilade.web.demo import bar, mail_read, steps
from enfilade.web.demo.last_order import LastOrder, last_order
from enfilade.web.demo.persons import people
from enfilade.web.shared import asking, one_session


@post("/demo/persons/{role:str}", include_in_schema=False)
async def become(request: Request[Any, Any, Any], db: Db, settings: Settings, role: str) -> Response[Any]:
    """The client keeps the staff's session: two windows side by side stay who they are."""
    if role not in bar.ROLES:
        raise NotFoundException
    order = await last_order(request, db)
    response = Redirect(_screen(role, order, settings.key), status_code=303)
    place = order.location_name if order else None
    if role != "client":
        found = await people.find(db, role, order)
        if found is None:
            raise NotFoundException
        now = datetime.now(UTC)
        await one_session.end_staff(request, db)
        async with db.acting(Actor.staff(found.staff_id), found.maison_id) as conn:
            token = await signing.open_session(
                conn, maison_id=found.maison_id, staff_id=found.staff_id, now=now
            )
        response.set_cookie(asking.cookie(request, asking.STAFF_COOKIE, token, signing.SESSION_HOURS / 24))
        if order is None and role == "advisor":
            place = found.place
    step = steps.current(order, mail_read=mail_read.has_read(request, order))
    bar.remember(request, response, step=step, place=place)
    return response


def _screen(role: str, order: LastOrder | None, key: bytes) -> str:
    """The role's own screen of the order, or where its day begins."""
    if role == "group":
        return "/cockpit/"
    if role == "client":
        if order is None:
            return "/"
        language = i18n.known(order.language) or "en"
        return f"/{language}/orders/{derived(key, 'order', order.order_id)}"
    if role == "maison_manager":
        return f"/studio/orders/{order.order_id}" if order else "/studio/"
    if order is None or order.fulfilment_id is None:
        return "/boutique/"
    counter = order.state in ("ready", "handed_over", "cancelled", "no_show")
    return f"/boutique/{'pickups' if counter else 'preparations'}/{order.fulfilment_id}"
