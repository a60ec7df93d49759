"""The API over HTTP, each answer held against what its OpenAPI declares."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
from litestar.testing import AsyncTestClient

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.base.secrets import new_secret
from enfilade.base.settings import Settings
from enfilade.run import guarded
from enfilade.staff.sign_in import open_session
from enfilade.web.api.description import described
from tests.applications import application
from tests.shop import House, Shop

CONTACT = {"name": "Camille Aubry", "mail": "camille@client.example"}


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


class Api:
    """A caller with headers of its own. An answer that the address does not declare fails the test."""

    def __init__(self, http: AsyncTestClient[Any], paths: dict[str, Any], headers: dict[str, str]) -> None:
        self._http, self._paths, self._headers = http, paths, headers

    def as_visitor(self) -> "Api":
        return Api(self._http, self._paths, {"enfilade-visitor": new_secret()})

    async def as_staff(self, db: Db, house: House, role: str, now: datetime) -> "Api":
        staff_id = house.staff[role]
        async with db.acting(Actor.staff(staff_id), house.maison_id) as conn:
            secret = await open_session(conn, maison_id=house.maison_id, staff_id=staff_id, now=now)
        return Api(self._http, self._paths, {"authorization": f"Bearer {secret}"})

    async def __call__(
        self,
        method: str,
        path: str,
        *,
        key: str | None = None,
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> httpx.Response:
        """`key` '' sends none, None a new one with every command."""
        sent = self._headers | (headers or {})
        if key != "" and method != "GET":
            sent["idempotency-key"] = key or uuid4().hex
        answer = await self._http.request(
            method, f"/api/v1{path}", headers=sent, follow_redirects=False, **more
        )
        self._declares(method, f"/api/v1{path}".partition("?")[0], answer)
        return answer

    def _declares(self, method: str, path: str, answer: httpx.Response) -> None:
        for template, operations in self._paths.items():
            if re.fullmatch(re.sub(r"{[^}]+}", "[^/]+", template), path) and method.lower() in operations:
                responses = operations[method.lower()]["responses"]
                assert str(answer.status_code) in responses, (method, path, answer.status_code, answer.text)
                kinds = responses[str(answer.status_code)].get("content") or {}
                said = answer.headers.get("content-type", "").partition(";")[0]
                assert not answer.content or said in kinds, (method, path, said, list(kinds))
                return
        assert answer.status_code in (404, 405), f"{method} {path} is not described"


@pytest.fixture
async def api(settings: Settings, shop: Shop) -> AsyncIterator[Api]:
    """Nobody in particular."""
    app = application(settings)
    paths = described(app.openapi_schema.to_schema())["paths"]
    async with AsyncTestClient(guarded(app, settings), base_url="http://shop.example") as http:
        yield Api(http, paths, {})


def fields(answer: httpx.Response) -> set[str]:
    """The fields a refusal names."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body = answer.json()
    assert body["status"] == answer.status_code and body["title"] and body["instance"]
    return {error["field"] for error in body.get("errors", [])}
