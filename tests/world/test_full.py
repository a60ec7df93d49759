"""A world of the full size under `bin/soak full`, else of its proportions: it is whole, its books agree, its pages answer."""

import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from enfilade.base.database import Addresses
from enfilade.base.db import Db
from enfilade.base.tenants import tenants
from enfilade.orders import books
from enfilade.orders import verify as promises
from enfilade.stock import verify as positions
from enfilade.world.load import DEMO_PASSWORD
from enfilade.world.make import make
from enfilade.world.scale import sized as scaled
from tests.served import served
from tests.soaking import figure, sized

pytestmark = pytest.mark.soak

POSITIONS = sized(6_000, 10_000_000)
MAISONS = sized(3, 75)
#: What staff and clients open first, whoever is the largest maison.
PUBLIC = ("/en", "/en/maisons/brisseval", "/fr/boutiques")
STUDIO = ("/studio", "/studio/missing", "/studio/orders", "/studio/stuck", "/studio/quotas")
COCKPIT = ("/cockpit",)
SECONDS_MAX = 10.0


async def test_a_world_of_this_size_is_whole_and_answers(
    db: Db, addresses: Addresses, admin, tmp_path: Path
) -> None:
    began = time.monotonic()
    scale = scaled(maisons=MAISONS, positions=POSITIONS)
    await make(addresses, scale, now=datetime.now(UTC), processes=2)
    figure("positions", POSITIONS)
    figure("seconds to load", round(time.monotonic() - began))
    ((of_the_store,),) = (
        admin("""select count(*) from stock.position p join maisons.maison m using (maison_id)
        where m.kind = 'retailer'""")
    )
    assert admin("select count(*) from stock.position") == [(POSITIONS + of_the_store,)]
    assert admin("select count(*) from orders.order_line") == [(POSITIONS // 2,)]
    ((size,),) = admin("select pg_database_size(current_database())")
    figure("size", round(size / 2**20), "MiB")

    began = time.monotonic()
    for tenant in await tenants(db):
        assert await positions.verify(db, maison_id=tenant.maison_id) == []
        assert await promises.verify(db, maison_id=tenant.maison_id) == []
        assert await books.verify(db, maison_id=tenant.maison_id) == []
    figure("seconds of verify over all maisons", round(time.monotonic() - began))

    async with served(addresses, tmp_path, jobs=False) as shop:
        for person, pages in (("", PUBLIC), ("maison.brisseval", STUDIO), ("analyst", COCKPIT)):
            async with httpx.AsyncClient(base_url=shop.base, timeout=60) as client:
                if person:
                    await sign_in(client, f"{person}@enfilade.example")
                for page in pages:
                    taken = await seconds(client, page)
                    figure(page, round(taken * 1000), "ms")
                    assert taken < SECONDS_MAX, page


async def sign_in(client: httpx.AsyncClient, mail: str) -> None:
    answer = await client.post(
        "/boutique/sign-in",
        data={"email": mail, "password": DEMO_PASSWORD},
        headers={"origin": str(client.base_url)},
    )
    assert answer.status_code == 303, answer.text[:500]


async def seconds(client: httpx.AsyncClient, page: str) -> float:
    """The faster of two: the first one may have opened the connection."""
    taken: list[float] = []
    for _ in range(2):
        began = time.monotonic()
        answer = await client.get(page)
        taken.append(time.monotonic() - began)
        assert answer.status_code == 200, f"{page}: {answer.status_code} {answer.text[:300]}"
    return min(taken)
