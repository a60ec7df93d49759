"""Quotas in the studio: which pieces one client may buy only so many of, a new one, another number, and an end."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from enfilade.base import idempotency
from enfilade.base.db import Conn, Db
from enfilade.orders.quotas import NoSuchProduct, Quota, QuotaNameTaken, end_quota, quotas_of, set_quota
from enfilade.web.shared.refusals import refuse
from enfilade.web.studio.entering import Manager, acted, maison_of
from enfilade.web.studio.forms import INCOMPLETE, complete
from enfilade.web.studio.quotas import asked
from enfilade.web.studio.quotas.asked import Written
from enfilade.web.studio.showing import screen

refuse(QuotaNameTaken, 409, "Another quota has this name")
refuse(NoSuchProduct, 409, "One of these products has a quota already, or is not published")


class _Refused(Exception):
    """What was written cannot be put in force; rolls everything back."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


@get("/quotas", include_in_schema=False)
async def quotas(
    request: Request[Any, Any, Any], db: Db, manager: Manager, change: UUID | None = None
) -> Response[str]:
    """Those in force, and a form for a new one or for the one to change."""
    return await _page(request, db, manager, None, changing=change)


@post("/quotas", include_in_schema=False)
async def put_in_force(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[Any]:
    """Puts a quota in force or changes one; a form with something wrong comes back as it was written."""
    form = await request.form()
    written, key, given = asked.read(form), str(form.get("key", "")), str(form.get("quota_id", ""))
    try:
        changing = UUID(given) if given else None
    except ValueError:
        raise NotFoundException from None
    if not complete(key):
        written.wrong["name"] = INCOMPLETE
    if written.wrong:
        return await _page(request, db, manager, written, changing=changing, status=400)
    now = datetime.now(UTC)

    async def verb(conn: Conn) -> None:
        repeat = await idempotency.claim(
            conn, actor=manager.actor, key=key, request=[written.values, given], now=now, answer={}
        )
        if repeat is not None:
            return
        before = [one for one in await quotas_of(conn, maison_id=manager.maison_id) if one.id == changing]
        if changing is not None and not before:
            raise NotFoundException
        known = await asked.products_called(conn, maison_id=manager.maison_id, slugs=written.slugs)
        unknown = sorted(set(written.slugs) - {product.slug for product in known})
        if unknown:
            raise _Refused(
                "products", f"No published product of this maison is called {', '.join(unknown[:5])}."
            )
        try:
            quota_id = await set_quota(
                conn,
                maison_id=manager.maison_id,
                name=written.values["name"],
                pieces_max=int(written.values["pieces_max"]),
                period_days=int(written.values["period_days"]),
                product_ids=[product.id for product in known],
                begins_at=before[0].begins_at if before else now,
                now=now,
                changed_by=manager.staff_id,
                quota_id=changing,
            )
        except QuotaNameTaken:
            raise _Refused("name", "Another quota has this name.") from None
        except NoSuchProduct:
            raise _Refused(
                "products", "One of these products has a quota already; change that one."
            ) from None

        await acted(conn, manager, "set_quota", "quota", quota_id, now)

    try:
        await db.run(manager.actor, manager.maison_id, verb)
    except _Refused as refusal:
        written.wrong[refusal.field] = str(refusal)
        return await _page(request, db, manager, written, changing=changing, status=409)
    return Redirect("/studio/quotas", status_code=303)


@post("/quotas/{quota_id:uuid}/end", include_in_schema=False)
async def end(db: Db, manager: Manager, quota_id: UUID) -> Response[Any]:
    """Sells the family freely again."""

    async def verb(conn: Conn) -> None:
        if not await end_quota(conn, maison_id=manager.maison_id, quota_id=quota_id):
            raise NotFoundException
        await acted(conn, manager, "end_quota", "quota", quota_id, datetime.now(UTC))

    await db.run(manager.actor, manager.maison_id, verb)
    return Redirect("/studio/quotas", status_code=303)


async def _page(
    request: Request[Any, Any, Any],
    db: Db,
    manager: Manager,
    written: Written | None,
    *,
    changing: UUID | None,
    status: int = 200,
) -> Response[str]:
    async with db.acting(manager.actor, manager.maison_id, snapshot=True) as conn:
        maison = await maison_of(conn, manager)
        found = await quotas_of(conn, maison_id=manager.maison_id)
    chosen = next((quota for quota in found if quota.id == changing), None)
    if changing is not None and chosen is None:
        raise NotFoundException
    return screen(
        request,
        "studio/quotas/quotas.html",
        member=manager,
        maison=maison,
        tab="quotas",
        status=status,
        quotas=found,
        chosen=chosen,
        written=written or (_kept(chosen) if chosen else asked.BLANK),
    )


def _kept(quota: Quota) -> Written:
    values = {
        "name": quota.name,
        "pieces_max": str(quota.pieces_max),
        "period_days": str(quota.period_days),
        "products": "\n".join(quota.slugs),
    }
    return Written(values, {})
