"""Partner statements in the studio: what runs, what was issued, one issued now, each as PDF and CSV."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from enfilade.base import i18n
from enfilade.base.db import Conn, Db
from enfilade.orders.partners.issuing import NoSuchPartner, NothingAgreed, PeriodNotOver, PeriodStated, issue
from enfilade.orders.partners.statements import Statement, running, statements, told_us
from enfilade.web.shared.order_words import LANGUAGES
from enfilade.web.shared.refusals import refuse
from enfilade.web.shared.statements import document
from enfilade.web.studio.entering import Manager, maison_of
from enfilade.web.studio.showing import day, screen

refuse(NoSuchPartner, 404, "There is no such partner here")
refuse(PeriodNotOver, 409, "The period is not over")
refuse(PeriodStated, 409, "A statement tells these days already")
refuse(NothingAgreed, 409, "Pieces were sold while no commission was agreed")


@get("/statements", include_in_schema=False)
async def list_(request: Request[Any, Any, Any], db: Db, manager: Manager, said: str = "") -> Response[str]:
    """What is due to whom since the last statement, and all statements there are."""
    return await _page(request, db, manager, said=said)


@post("/statements", include_in_schema=False)
async def issue_one(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[Any]:
    """The statement of a partner until a day, that day included; sent again, it is the same one."""
    form = await request.form()
    try:
        partner_id, until = (
            UUID(str(form.get("partner_id", ""))),
            date.fromisoformat(str(form.get("until", ""))),
        )
        ends = until + timedelta(days=1)
    except (ValueError, OverflowError):
        return await _page(request, db, manager, status=400, wrong="Choose whom it is for, and its last day.")

    async def verb(conn: Conn) -> UUID:
        return await issue(
            conn,
            maison_id=manager.maison_id,
            partner_id=partner_id,
            ends=ends,
            now=datetime.now(UTC),
            issued_by=manager.staff_id,
        )

    try:
        await db.run(manager.actor, manager.maison_id, verb)
    except NoSuchPartner:
        raise NotFoundException from None
    except PeriodNotOver:
        wrong = "The last day has to be over: yesterday at the latest."
    except PeriodStated:
        wrong = "A statement tells these days already; the next one begins after it."
    except NothingAgreed as waits:
        wrong = f"{waits.lines} lines were sold while no commission was agreed: agree it first, from a day before they were sold."
    else:
        return Redirect("/studio/statements?said=issued", status_code=303)
    return await _page(request, db, manager, status=409, wrong=wrong)


@get("/statements/{statement_id:uuid}/pdf", include_in_schema=False)
async def pdf(db: Db, manager: Manager, statement_id: UUID, language: str = "en") -> Response[bytes]:
    """On paper, in one of the languages."""
    found = await _one(db, manager, statement_id)
    return await document.answer(found, i18n.known(language) or "en")


@get("/statements/{statement_id:uuid}/csv", include_in_schema=False)
async def csv(db: Db, manager: Manager, statement_id: UUID) -> Response[bytes]:
    """Its lines for a spreadsheet."""
    return document.csv(await _one(db, manager, statement_id))


async def _one(db: Db, manager: Manager, statement_id: UUID) -> Statement:
    async with db.acting(manager.actor, manager.maison_id) as conn:
        found = await statements(conn, maison_id=manager.maison_id, statement_id=statement_id)
        if not found:
            found = await told_us(conn, maison_id=manager.maison_id, statement_id=statement_id)
    if not found:
        raise NotFoundException
    return found[0]


async def _page(
    request: Request[Any, Any, Any],
    db: Db,
    manager: Manager,
    *,
    status: int = 200,
    said: str = "",
    wrong: str = "",
) -> Response[str]:
    async with db.acting(manager.actor, manager.maison_id, snapshot=True) as conn:
        maison = await maison_of(conn, manager)
        partners = await running(conn, maison_id=manager.maison_id)
        issued = await statements(conn, maison_id=manager.maison_id)
        told = await told_us(conn, maison_id=manager.maison_id)
    return screen(
        request,
        "studio/statements/statements.html",
        member=manager,
        maison=maison,
        tab="statements",
        status=status,
        partners=partners,
        issued=issued,
        told=told,
        said=said,
        wrong=wrong,
        languages=LANGUAGES,
        day=day,
        one_day=timedelta(days=1),
    )
