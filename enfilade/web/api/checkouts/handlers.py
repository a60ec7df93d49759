"""/checkouts: open (pieces held), complete (paid, placed), choose. The same resource the store's pages use."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.params import Body

from enfilade.base import idempotency
from enfilade.base.db import Db
from enfilade.orders.checkout import Checkout as Read
from enfilade.orders.checkout import CheckoutOver, Checkouts, NoSuchCheckout, Store
from enfilade.web.api.checkouts.answers import Checkout, Step, shown, step
from enfilade.web.api.checkouts.asked import Choice, Completion, DeliveryChoice, Opening
from enfilade.web.api.problems import declared
from enfilade.web.api.stores import store as store_called
from enfilade.web.api.words import StoreAsked
from enfilade.web.shared.asking import Visitor
from enfilade.web.shared.keys import IdempotencyKey


@post(
    "/checkouts",
    summary="Open a checkout of the visitor's basket",
    responses=declared(400, 403, 404, 409, 422),
)
async def open_checkout(
    asker: Visitor,
    db: Db,
    checkouts: Checkouts,
    data: Annotated[Opening, Body()],
    idempotency_key: IdempotencyKey,
) -> Response[Checkout]:
    """Freezes the prices and holds the pieces; another open checkout of the same basket gives way."""
    at = await store_called(db, data.store)
    checkout_id = await checkouts.open(
        at,
        asker.id,
        method=data.method,
        methods=data.apart,
        boutiques=data.places,
        brought=data.places if data.brought else (),
        market=data.market,
        language=data.language,
        key=idempotency_key,
        now=datetime.now(UTC),
        latitude=data.near.latitude if data.near else None,
        longitude=data.near.longitude if data.near else None,
        contact=data.contact.contact if data.contact else None,
    )
    found = await _own(checkouts, at, asker, checkout_id)
    return Response(shown(found), headers={"location": f"/api/v1/checkouts/{checkout_id}?store={data.store}"})


@get("/checkouts/{checkout_id:uuid}", summary="A checkout of the visitor", responses=declared(400, 404))
async def checkout(
    asker: Visitor, db: Db, checkouts: Checkouts, checkout_id: UUID, store: StoreAsked
) -> Response[Step]:
    """Where it stands, what is outstanding being asked of the payment provider first."""
    at = await store_called(db, store)
    found = await _own(checkouts, at, asker, checkout_id)
    outcome = await checkouts.settle(at.maison_id, checkout_id, now=datetime.now(UTC))
    if found.state in ("open", "paying"):
        found = await _own(checkouts, at, asker, checkout_id)
    return Response(step(outcome, found))


@post(
    "/checkouts/{checkout_id:uuid}/completion",
    summary="Pay and place",
    status_code=200,
    responses=declared(400, 403, 404, 409, 422),
)
async def complete(
    asker: Visitor,
    db: Db,
    checkouts: Checkouts,
    checkout_id: UUID,
    store: StoreAsked,
    data: Annotated[Completion, Body()],
    idempotency_key: IdempotencyKey,
) -> Response[Step]:
    """Repeated with its key it says where the checkout stands, and never asks for money twice."""
    at = await store_called(db, store)
    outcome = await checkouts.complete(
        at,
        asker.id,
        checkout_id,
        contact=data.contact.contact,
        payment_method=data.payment_method,
        card_token=data.card_token,
        key=idempotency_key,
        now=datetime.now(UTC),
        age_confirmed=data.age_confirmed,
    )
    return Response(step(outcome, outcome.checkout or await _own(checkouts, at, asker, checkout_id)))


@post(
    "/checkouts/{checkout_id:uuid}/delivery",
    summary="Choose how a maison's part is delivered",
    status_code=200,
    responses=declared(400, 403, 404, 409, 422),
)
async def choose_delivery(
    asker: Visitor,
    db: Db,
    checkouts: Checkouts,
    checkout_id: UUID,
    store: StoreAsked,
    data: Annotated[DeliveryChoice, Body()],
) -> Response[Checkout]:
    """While it is open; said again it changes nothing, so it needs no key."""
    at = await store_called(db, store)
    await _own(checkouts, at, asker, checkout_id)
    if not await checkouts.choose_delivery(
        at, asker.id, checkout_id, maison_id=data.maison_id, service=data.service
    ):
        raise CheckoutOver
    return Response(shown(await _own(checkouts, at, asker, checkout_id)))


@post(
    "/checkouts/{checkout_id:uuid}/choice",
    summary="Keep what could be paid, or let all go",
    status_code=200,
    responses=declared(400, 403, 404, 409, 422),
)
async def choose(
    asker: Visitor,
    db: Db,
    checkouts: Checkouts,
    checkout_id: UUID,
    store: StoreAsked,
    data: Annotated[Choice, Body()],
    idempotency_key: IdempotencyKey,
) -> Response[Step]:
    """Only a checkout that is `choosing` can be chosen for; a repeat says where it stands."""
    at = await store_called(db, store)
    found = await _own(checkouts, at, asker, checkout_id)
    now = datetime.now(UTC)
    async with db.acting(asker.actor, at.maison_id) as conn:
        repeat = await idempotency.claim(
            conn,
            actor=asker.actor,
            key=f"choose:{idempotency_key}",
            request=(checkout_id, data.keep),
            now=now,
            answer={"checkout": checkout_id},
        )
        if repeat is None and found.state != "choosing":
            raise CheckoutOver
    try:
        outcome = await checkouts.choose(at, asker.id, checkout_id, keep=data.keep, now=now)
    except CheckoutOver:
        if repeat is None:
            raise
        outcome = await checkouts.settle(at.maison_id, checkout_id, now=now)
    return Response(step(outcome, outcome.checkout or await _own(checkouts, at, asker, checkout_id)))


async def _own(checkouts: Checkouts, at: Store, asker: Visitor, checkout_id: UUID) -> Read:
    found = await checkouts.read(at, asker.id, checkout_id)
    if found is None:
        raise NoSuchCheckout
    return found
