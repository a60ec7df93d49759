"""The boutique app over HTTP, at the counter of today."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from httpx import AsyncClient, Response

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.base.ids import new_id
from enfilade.base.settings import Settings
from enfilade.staff import people, sign_in
from enfilade.staff.passwords import hashed_password
from tests.applications import browser
from tests.orders import counter as counters
from tests.orders.counter import Counter, counter

PASSWORD = "a quiet arcade at noon"


@pytest.fixture
async def shop(db: Db, monkeypatch: pytest.MonkeyPatch) -> Counter:
    """The counter of today: the app reads the clock itself."""
    now = datetime.now(UTC)
    monkeypatch.setattr(counters, "NOW", now)
    made = await counter(db)
    made.now = now
    return made


@dataclass(slots=True)
class App:
    """The web application, and browsers signed in as members of staff."""

    client: AsyncClient
    shop: Counter
    key: bytes

    async def cookie(self, who: str, shop: Counter | None = None) -> dict[str, str]:
        shop = shop or self.shop
        person = shop.people[who]
        async with shop.db.acting(Actor.staff(person.staff_id), shop.maison_id) as conn:
            token = await sign_in.open_session(
                conn, maison_id=shop.maison_id, staff_id=person.staff_id, now=datetime.now(UTC)
            )
        return {"cookie": f"staff={token}"}

    async def get(self, path: str, who: str = "claire", shop: Counter | None = None) -> Response:
        return await self.client.get(f"/boutique{path}", headers=await self.cookie(who, shop))

    async def post(
        self, path: str, who: str = "claire", shop: Counter | None = None, **fields: Any
    ) -> Response:
        fields.setdefault("key", str(new_id(datetime.now(UTC))))
        return await self.client.post(f"/boutique{path}", headers=await self.cookie(who, shop), data=fields)


@pytest.fixture
async def app(shop: Counter, settings: Settings) -> AsyncIterator[App]:
    async with browser(settings) as client:
        yield App(client, shop, settings.key)


@pytest.fixture
async def password(app: App) -> str:
    """Claire's."""
    person = app.shop.people["claire"]
    async with app.shop.db.acting(Actor.importer(), app.shop.maison_id) as conn:
        await people.hire(
            conn,
            maison_id=app.shop.maison_id,
            email="claire@auber.example",
            name="Claire",
            role="advisor",
            password_hash=hashed_password(PASSWORD),
            location_ids=sorted(person.location_ids),
            now=app.shop.now,
            chosen=True,
        )
    return PASSWORD
