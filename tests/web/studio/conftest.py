"""A small shop behind the whole web application, and managers of its maisons signed in."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import httpx
import pytest

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.base.ids import new_id
from enfilade.base.secrets import new_secret
from enfilade.base.settings import Settings
from enfilade.orders import baskets
from enfilade.orders.checkout import Checkouts
from enfilade.orders.placing import Contact
from enfilade.payments.local_provider import LocalProvider
from enfilade.staff import sign_in
from tests.applications import application, running
from tests.shop import DOOR, House, Shop
from tests.web.storefront.visiting import Page, Visit


@dataclass(slots=True)
class Studio:
    """The studio of the first maison, seen by its manager unless another cookie is given."""

    visit: Visit
    db: Db
    shop: Shop
    settings: Settings

    async def as_(self, role: str, house: House | None = None) -> str:
        house = house or self.shop.a
        return await self.session(house.maison_id, house.staff[role])

    async def session(self, maison_id: UUID, staff_id: UUID) -> str:
        async with self.db.acting(Actor.staff(staff_id), maison_id) as conn:
            token = await sign_in.open_session(
                conn, maison_id=maison_id, staff_id=staff_id, now=datetime.now(UTC)
            )
        return f"staff={token}"

    async def get(self, path: str, cookie: str | None = None) -> Page:
        return await self.visit.get(f"/studio{path}", cookie=cookie or await self.as_("maison_manager"))

    async def post(self, path: str, fields: dict[str, str], cookie: str | None = None) -> httpx.Response:
        headers = {"cookie": cookie or await self.as_("maison_manager")}
        return await self.visit.client.post(f"/studio{path}", data=fields, headers=headers)

    async def order(self, house: House | None = None, *, method: str = "collect") -> UUID:
        """Somebody orders a maison's bag at its first boutique; returns the order's id."""
        house = house or self.shop.a
        provider = LocalProvider(self.db, "http://test")
        checkouts = Checkouts(self.db, {"local": provider}, b"k" * 48, "http://test", 3.0)
        store, visitor_id, now = self.shop.store, new_id(datetime.now(UTC)), datetime.now(UTC)
        async with self.db.acting(Actor.visitor(visitor_id), store.maison_id) as conn:
            await baskets.put(
                conn,
                maison_id=store.maison_id,
                store_id=store.store_id,
                visitor_id=visitor_id,
                variant_id=house.variants[f"{house.slug}-bag"],
                quantity=1,
                now=now,
            )
        checkout_id = await checkouts.open(
            store,
            visitor_id,
            method=method,  # type: ignore[arg-type]
            boutiques={house.maison_id: house.places[f"{house.slug}-1"]},
            latitude=48.86,
            longitude=2.33,
            market="fr",
            language="fr",
            key=new_secret(),
            now=now,
        )
        await checkouts.complete(
            store,
            visitor_id,
            checkout_id,
            contact=Contact("Ada Martin", "ada@example.com", "+33 6 12 34 56 78", DOOR, "Paul Moreau"),
            payment_method="" if method == "reserve" else "card",
            card_token="tok_ok",
            key=new_secret(),
            now=now,
        )
        found = await checkouts.read(store, visitor_id, checkout_id)
        assert found is not None
        [seller] = found.sellers
        assert seller.order_id is not None
        return seller.order_id


@pytest.fixture
async def studio(shop: Shop, db: Db, settings: Settings) -> AsyncIterator[Studio]:
    app = application(settings)
    async with running(app):
        transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
        client = httpx.AsyncClient(transport=transport, base_url=settings.base_url)
        yield Studio(Visit(client, shop), db, shop, settings)
        await asyncio.sleep(0)
