"""A small shop behind the whole web application."""

from collections.abc import AsyncIterator

import httpx
import pytest

from enfilade.base.settings import Settings
from tests.applications import application, running
from tests.shop import Shop
from tests.web.storefront.visiting import Visit, Visitor


@pytest.fixture
async def visitor(shop: Shop, settings: Settings) -> AsyncIterator[Visitor]:
    """Opens a visit; each has cookies of its own."""
    app = application(settings)
    async with running(app):

        async def come() -> Visit:
            transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
            return Visit(httpx.AsyncClient(transport=transport, base_url=settings.base_url), shop)

        yield come


@pytest.fixture
async def visit(visitor: Visitor) -> Visit:
    return await visitor()
