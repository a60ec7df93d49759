"""Brands in the studio of a store of many maisons: a list, one form for a new one or a change, shown or retired."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, cast
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from enfilade.base import idempotency
from enfilade.base.db import Conn, Db
from enfilade.catalogue import commissions
from enfilade.catalogue.brands import (
    Brand,
    BrandNameTaken,
    BrandRefused,
    Kept,
    NoSuchBrand,
    NotAStore,
    Terms,
    TooManyBrands,
    brands_of,
    faults,
)
from enfilade.catalogue.brands import keep as keep_brand
from enfilade.catalogue.brands import publish as publish_brand
from enfilade.catalogue.brands import retire as retire_brand
from enfilade.web.shared.order_words import LANGUAGES
from enfilade.web.shared.refusals import refuse
from enfilade.web.studio.entering import Manager, maison_of
from enfilade.web.studio.forms import INCOMPLETE, complete
from enfilade.web.studio.showing import day, screen, share

refuse(NoSuchBrand, 404, "There is no such brand here")
refuse(BrandNameTaken, 409, "Another brand has this name")
refuse(BrandRefused, 400, "The brand cannot be kept like this")
refuse(TooManyBrands, 409, "The store has as many brands as it may have")
refuse(commissions.CommissionRuns, 409, "A commission runs on that day: agree the new one from a later day")
refuse(commissions.CommissionRefused, 400, "A commission is between 0 and 100 per cent")
refuse(NotAStore, 404, "Only a store of many maisons has brands of others")

COMPANY = ("company_name", "company_city", "company_country", "company_number")
FIELDS = ("name", "terms", *COMPANY, *(f"text.{language}" for language in LANGUAGES))
LETTERS_READ = 20_000


@dataclass(frozen=True, slots=True)
class Written:
    """`values` as sent, by field; `wrong` names each field that needs another look, with the reason."""

    values: dict[str, str]
    wrong: dict[str, str]

    @property
    def brand(self) -> Brand:
        company = {name: self.values[name] for name in COMPANY}
        return Brand(
            self.values["name"],
            cast("Terms", self.values["terms"]),
            **company,
            texts={language: self.values[f"text.{language}"] for language in LANGUAGES},
        )


@get("/brands", include_in_schema=False)
async def brands(
    request: Request[Any, Any, Any], db: Db, manager: Manager, change: UUID | None = None, said: str = ""
) -> Response[str]:
    """All of the store's, and a form for a new one or for the one to change."""
    return await _page(request, db, manager, None, changing=change, said=said)


@post("/brands", include_in_schema=False)
async def keep(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[Any]:
    """Writes a brand, or changes one; a form with something wrong comes back as it was written."""
    form = await request.form()
    written, key, given = _read(form), str(form.get("key", "")), str(form.get("brand_id", ""))
    try:
        changing = UUID(given) if given else None
    except ValueError:
        raise NotFoundException from None
    written.wrong.update(faults(written.brand))
    if not complete(key):
        written.wrong["name"] = INCOMPLETE
    if written.wrong:
        return await _page(request, db, manager, written, changing=changing, status=400)
    now = datetime.now(UTC)

    async def verb(conn: Conn) -> None:
        repeat = await idempotency.claim(
            conn, actor=manager.actor, key=key, request=[written.values, given], now=now, answer={}
        )
        if repeat is None:
            await keep_brand(
                conn,
                maison_id=manager.maison_id,
                brand=written.brand,
                now=now,
                brand_id=changing,
                changed_by=manager.staff_id,
            )

    try:
        await db.run(manager.actor, manager.maison_id, verb)
    except BrandNameTaken:
        written.wrong["name"] = "Another brand has this name, or one whose address would be the same."
    except TooManyBrands as full:
        written.wrong["name"] = f"There is no room: {full}."
    except (NoSuchBrand, NotAStore):
        raise NotFoundException from None
    if written.wrong:
        return await _page(request, db, manager, written, changing=changing, status=409)
    return Redirect("/studio/brands?said=saved", status_code=303)


@post("/brands/{brand_id:uuid}/commissions", include_in_schema=False)
async def agree(request: Request[Any, Any, Any], db: Db, manager: Manager, brand_id: UUID) -> Response[Any]:
    """What the store keeps of the brand's sales from a day on."""
    form = await request.form()
    try:
        percent = Decimal(str(form.get("percent", "")).strip().replace(",", "."))
        begins = date.fromisoformat(str(form.get("begins", "")))
    except (InvalidOperation, ValueError):
        percent, begins = Decimal(-1), date.max
    if not 0 <= percent <= 100 or percent != round(percent, 2):
        percent = Decimal(-1)  # refused below, after what is not there

    async def verb(conn: Conn) -> None:
        await commissions.agree(
            conn,
            maison_id=manager.maison_id,
            brand_id=brand_id,
            basis_points=int(percent * 100),
            begins=begins,
            now=datetime.now(UTC),
            agreed_by=manager.staff_id,
        )

    try:
        await db.run(manager.actor, manager.maison_id, verb)
    except NoSuchBrand:
        raise NotFoundException from None
    return Redirect(f"/studio/brands?change={brand_id}&said=agreed#commission", status_code=303)


@post("/brands/{brand_id:uuid}/publication", include_in_schema=False)
async def publish(db: Db, manager: Manager, brand_id: UUID) -> Response[Any]:
    """Shows it and its pieces in the store."""
    return await _turned(db, manager, brand_id, publish_brand, "shown")


@post("/brands/{brand_id:uuid}/retirement", include_in_schema=False)
async def retire(db: Db, manager: Manager, brand_id: UUID) -> Response[Any]:
    """Takes it and its pieces out of the store."""
    return await _turned(db, manager, brand_id, retire_brand, "retired")


async def _turned(db: Db, manager: Manager, brand_id: UUID, turn: Any, said: str) -> Redirect:
    async def verb(conn: Conn) -> None:
        await turn(
            conn,
            maison_id=manager.maison_id,
            brand_id=brand_id,
            now=datetime.now(UTC),
            changed_by=manager.staff_id,
        )

    try:
        await db.run(manager.actor, manager.maison_id, verb)
    except NoSuchBrand:
        raise NotFoundException from None
    return Redirect(f"/studio/brands?said={said}", status_code=303)


async def _page(
    request: Request[Any, Any, Any],
    db: Db,
    manager: Manager,
    written: Written | None,
    *,
    changing: UUID | None,
    status: int = 200,
    said: str = "",
) -> Response[str]:
    async with db.acting(manager.actor, manager.maison_id, snapshot=True) as conn:
        maison = await maison_of(conn, manager)
        found = await brands_of(conn, maison_id=manager.maison_id)
        agreed = await commissions.commissions_of(conn, maison_id=manager.maison_id)
    chosen = next((brand for brand in found if brand.id == changing), None)
    if maison.kind != "retailer" or (changing is not None and chosen is None):
        raise NotFoundException
    return screen(
        request,
        "studio/brands/brands.html",
        member=manager,
        maison=maison,
        tab="brands",
        status=status,
        brands=found,
        chosen=chosen,
        commissions=agreed,
        today=datetime.now(UTC).date(),
        day=day,
        share=share,
        written=written or (_kept(chosen) if chosen else _read({"terms": "consignment"})),
        languages=LANGUAGES,
        said=said,
    )


def _read(form: Mapping[str, object]) -> Written:
    values = {name: str(form.get(name, "")).strip()[:LETTERS_READ] for name in FIELDS}
    values["company_country"] = values["company_country"].upper()
    return Written(values, {})


def _kept(brand: Kept) -> Written:
    values = {name: str(getattr(brand, name)) for name in ("name", "terms", *COMPANY)}
    return Written(values | {f"text.{one}": brand.texts.get(one, "") for one in LANGUAGES}, {})
