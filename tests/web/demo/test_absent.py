"""Outside the demo there is no bar, no mailbox and no changing of persons."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from enfilade.base.database import Addresses
from enfilade.web import routes
from tests.applications import application, running
from tests.conftest import settings_of
from tests.shop import Shop
from tests.web.storefront.visiting import Visit


@pytest.fixture
async def production(shop: Shop, addresses: Addresses, tmp_path: Path) -> AsyncIterator[Visit]:
    settings = settings_of(addresses, tmp_path, ENFILADE_DEMO="no")
    app = application(settings)
    async with running(app):
        transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
        yield Visit(httpx.AsyncClient(transport=transport, base_url=settings.base_url), shop)


@pytest.mark.parametrize(
    "address",
    ["/demo", "/demo/progress", "/demo/mailbox", "/demo/mailbox/placed-1", "/demo/mailbox/placed-1/page"],
)
async def test_addresses_of_the_demo_are_not_there(production: Visit, address: str) -> None:
    assert (await production.get(address)).response.status_code == 404


async def test_nobody_is_signed_in_by_a_click(production: Visit) -> None:
    answer = await production.post("/demo/persons/maison_manager")
    assert answer.status_code in (404, 405)
    assert "staff" not in production.client.cookies


async def test_pages_have_no_bar(visit: Visit, production: Visit) -> None:
    # Both applications live in this process: what one shows, the other does not.
    assert "demo-bar" in (await visit.get("/en")).text
    assert "demo-bar" not in (await production.get("/en")).text
    assert "demo-bar" not in (await production.get("/boutique/sign-in")).text


def test_no_handler_of_the_demo_is_built() -> None:
    def modules(*, demo: bool) -> set[str]:
        return {getattr(getattr(one, "fn", None), "__module__", "") for one in routes.handlers(demo=demo)}

    assert any(name.startswith("enfilade.web.demo") for name in modules(demo=True))
    assert not any(name.startswith("enfilade.web.demo") for name in modules(demo=False))
