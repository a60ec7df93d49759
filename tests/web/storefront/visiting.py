"""Visits to the whole web application over HTTP, in this process, so that its statements can be counted."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import httpx

from enfilade.base.db import Tally, tally
from tests.shop import Shop


@dataclass(slots=True)
class Page:
    """An answer with the statements it took."""

    response: httpx.Response
    statements: int

    @property
    def text(self) -> str:
        return self.response.text


@dataclass(slots=True)
class Visit:
    """Somebody with a browser's cookies and no script."""

    client: httpx.AsyncClient
    shop: Shop

    async def get(self, address: str, /, **headers: str) -> Page:
        counting = Tally()
        token = tally.set(counting)
        try:
            response = await self.client.get(address, headers={"accept": "text/html", **headers})
        finally:
            tally.reset(token)
        return Page(response, counting.statements)

    async def post(self, address: str, /, **fields: str) -> httpx.Response:
        return await self.client.post(address, data=fields)


Visitor = Callable[[], Awaitable[Visit]]
