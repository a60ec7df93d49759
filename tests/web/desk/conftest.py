"""The desk of the first maison, and who sits at it."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest

from enfilade.base.db import Db
from enfilade.base.settings import Settings
from tests.shop import House, Shop
from tests.web.storefront.visiting import Page
from tests.web.studio.conftest import Studio, studio

assert studio


@dataclass(slots=True)
class Desk:
    """The desk as its client service sees it, unless another role is named."""

    studio: Studio

    @property
    def db(self) -> Db:
        return self.studio.db

    @property
    def shop(self) -> Shop:
        return self.studio.shop

    @property
    def settings(self) -> Settings:
        return self.studio.settings

    async def get(self, path: str, role: str = "client_service", house: House | None = None) -> Page:
        return await self.studio.visit.get(f"/desk{path}", cookie=await self.studio.as_(role, house))

    async def post(
        self, path: str, fields: dict[str, object], role: str = "client_service", house: House | None = None
    ) -> httpx.Response:
        headers = {"cookie": await self.studio.as_(role, house)}
        return await self.studio.visit.client.post(f"/desk{path}", data=fields, headers=headers)

    async def found(self, words: str, role: str = "client_service", house: House | None = None) -> list[str]:
        """The numbers of the orders that the box finds."""
        page = await self.get(f"/?q={httpx.QueryParams({'q': words})['q'].replace('+', '%2B')}", role, house)
        return re.findall(r'found-number">([\w-]+)<', page.text)


@pytest.fixture
async def desk(studio: Studio) -> AsyncIterator[Desk]:
    yield Desk(studio)
