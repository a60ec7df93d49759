"""/baskets/{store}: what a visitor has put aside in a store. Nothing is held before a checkout is opened."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, delete, get, put
from litestar.params import Body, QueryParameter

from enfilade.base.db import Conn, Db
from enfilade.catalogue.engraving import PLAIN, Wished
from enfilade.orders import baskets
from enfilade.orders.baskets import Basket as Read
from enfilade.orders.checkout import Store
from enfilade.web.api.problems import declared
from enfilade.web.api.stores import store as store_called
from enfilade.web.api.words import Amount, Language, Market, StoreInPath, amount
from enfilade.web.shared.asking import Visitor
from enfilade.web.shared.keys import IdempotencyKey, once

#: More than is cut on anything.
WORDS_MAX = 200
Cut = Annotated[str, QueryParameter(max_length=WORDS_MAX)]


class Line(msgspec.Struct, frozen=True):
    """A variant in the basket; `unit` and `total` are None where the market does not sell it.

    `engraving`: the words cut on it in `lettering`, both '' for none; what that costs is in `unit`.
    """

    variant_id: UUID
    product_id: UUID
    maison_id: UUID
    maison: str
    name: str
    colour: str
    size: str
    quantity: int
    unit: Amount | None
    total: Amount | None
    engraving: str
    lettering: str


class Basket(msgspec.Struct, frozen=True):
    """At today's prices; they are frozen when a checkout is opened."""

    store: str
    market: str
    lines: list[Line]
    totals: list[Amount]


class Quantity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many of it there should be; `DELETE` takes it out.

    `engraving`: words to be cut on it, in one of the maison's letterings, '' for its first. With other words it is another line.
    """

    quantity: Annotated[int, msgspec.Meta(ge=1, le=100)]
    engraving: Annotated[str, msgspec.Meta(max_length=WORDS_MAX)] = ""
    lettering: Annotated[str, msgspec.Meta(max_length=WORDS_MAX)] = ""


@get("/baskets/{store:str}", summary="The visitor's basket", responses=declared(400, 404))
async def basket(
    asker: Visitor,
    db: Db,
    store: StoreInPath,
    market: Market = "fr",
    language: Language = "en",
) -> Response[Basket]:
    """Empty where nothing was put aside."""
    at = await store_called(db, store)
    async with db.acting(asker.actor, at.maison_id) as conn:
        return Response(await _read(conn, asker, at, store, market, language))


@put(
    "/baskets/{store:str}/lines/{variant_id:uuid}",
    summary="Put a piece aside",
    responses=declared(400, 403, 404, 422),
)
async def put_line(
    asker: Visitor,
    db: Db,
    store: StoreInPath,
    variant_id: UUID,
    data: Annotated[Quantity, Body()],
    idempotency_key: IdempotencyKey,
    market: Market = "fr",
    language: Language = "en",
) -> Response[Basket]:
    """Sets how many of a variant are in the basket."""
    asked: tuple[object, ...] = ("put", store, variant_id, data.quantity, market, language)
    wished = Wished(data.engraving, data.lettering)
    if wished != PLAIN:
        asked = (*asked, data.engraving, data.lettering)
    return await _change(
        asker,
        db,
        store,
        variant_id,
        data.quantity,
        wished,
        market,
        language,
        key=idempotency_key,
        asked=asked,
    )


@delete(
    "/baskets/{store:str}/lines/{variant_id:uuid}",
    summary="Take a piece out",
    status_code=200,
    responses=declared(400, 403, 404, 422),
)
async def delete_line(
    asker: Visitor,
    db: Db,
    store: StoreInPath,
    variant_id: UUID,
    idempotency_key: IdempotencyKey,
    market: Market = "fr",
    language: Language = "en",
    engraving: Cut = "",
    lettering: Cut = "",
) -> Response[Basket]:
    """What is not there is taken out already. `engraving`, `lettering`: of an engraved line, as the basket tells them."""
    asked: tuple[object, ...] = ("delete", store, variant_id, market, language)
    wished = Wished(engraving, lettering)
    if wished != PLAIN:
        asked = (*asked, engraving, lettering)
    return await _change(
        asker, db, store, variant_id, 0, wished, market, language, key=idempotency_key, asked=asked
    )


async def _change(
    asker: Visitor,
    db: Db,
    store: str,
    variant_id: UUID,
    quantity: int,
    wished: Wished,
    market: str,
    language: str,
    *,
    key: str,
    asked: tuple[object, ...],
) -> Response[Basket]:
    at = await store_called(db, store)
    now = datetime.now(UTC)

    async def verb(conn: Conn) -> Basket:
        await baskets.change(
            conn,
            maison_id=at.maison_id,
            store_id=at.store_id,
            visitor_id=asker.id,
            variant_id=variant_id,
            quantity=quantity,
            wished=wished,
            now=now,
        )
        return await _read(conn, asker, at, store, market, language)

    return Response(
        await once(
            db,
            asker.actor,
            at.maison_id,
            key=f"basket:{key}",
            request=asked,
            answer=Basket,
            now=now,
            verb=verb,
        )
    )


async def _read(conn: Conn, asker: Visitor, at: Store, store: str, market: str, language: str) -> Basket:
    found = await baskets.read(
        conn,
        maison_id=at.maison_id,
        store_id=at.store_id,
        visitor_id=asker.id,
        market=market,
        language=language,
    )
    return _basket(found, store, market)


def _basket(found: Read, store: str, market: str) -> Basket:
    return Basket(
        store,
        market,
        [
            Line(
                line.variant_id,
                line.product_id,
                line.selling_maison_id,
                line.maison_slug,
                line.name,
                line.colour,
                line.size,
                line.quantity,
                amount(line.unit) if line.unit else None,
                amount(line.total) if line.total else None,
                line.engraving,
                line.lettering,
            )
            for line in found.lines
        ],
        [amount(total) for total in found.totals],
    )
