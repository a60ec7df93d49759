"""A password somebody else gave ends after three days, and opens nothing but the way to one's own."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from click.testing import CliRunner

from enfilade.base import database
from enfilade.base.db import Db
from enfilade.base.settings import Settings
from enfilade.staff import commands
from enfilade.staff.people import FIRST_PASSWORD_DAYS
from enfilade.staff.sign_in import SignedIn, sign_in
from tests.applications import browser
from tests.staff.houses import house

EMAIL, OWN = "claire@auber.example", "rain on the glass roof"
DAY = timedelta(days=1)


@pytest.fixture
async def maison_id(db: Db) -> UUID:
    return (await house(db, "auber", "Paris"))[0]


@pytest.fixture
async def hire(addresses: database.Addresses, maison_id: UUID) -> Callable[..., Any]:
    async def run(*words: str, role: str = "maison_manager") -> str:
        """`enfilade staff hire`, as an operator types it; returns what it printed."""
        made = commands.commands(
            lambda: Db(addresses.app, addresses.public, addresses.group, connections_max=2)
        )
        asked = ["hire", EMAIL, "--maison", "auber", "--name", "Claire", "--role", role, *words]
        result = await asyncio.to_thread(CliRunner().invoke, made, asked)
        return result.output

    return run


@pytest.fixture
async def app(settings: Settings, maison_id: UUID) -> AsyncIterator[httpx.AsyncClient]:
    assert maison_id
    async with browser(settings) as client:
        yield client


def given(output: str) -> str:
    (password,) = re.findall(rf"^{EMAIL}: (\S{{22}})$", output, re.MULTILINE)
    return password


async def enters(db: Db, password: str, at: datetime) -> SignedIn | None:
    return await sign_in(db, email=EMAIL, password=password, network="192.0.2.1", now=at)


async def test_it_is_made_at_random_ends_and_can_be_given_anew(db: Db, hire) -> None:
    first = given(await hire())
    now = datetime.now(UTC)
    found = await enters(db, first, now + FIRST_PASSWORD_DAYS * DAY - timedelta(minutes=1))
    assert found is not None and found.first_password
    assert await enters(db, first, now + FIRST_PASSWORD_DAYS * DAY) is None
    second = given(await hire("--at", "paris"))
    assert second != first and await enters(db, first, now) is None
    assert await enters(db, second, now) is not None
    assert "has no location rome" in await hire("--at", "rome")


async def test_nothing_opens_until_another_is_chosen(app: httpx.AsyncClient, hire) -> None:
    first = given(await hire())
    entered = await app.post("/boutique/sign-in", data={"email": EMAIL, "password": first})
    assert entered.status_code == 303
    for page in (
        "/boutique/",
        "/boutique/shortages",
        "/boutique/live",
        "/studio/",
        "/studio/orders",
        "/cockpit/",
    ):
        answer = await app.get(page)
        assert (answer.status_code, answer.headers.get("location")) == (303, "/boutique/password"), page
    api = await app.post("/api/v1/sessions", json={"email": EMAIL, "password": first})
    assert api.status_code == 403 and api.json()["refusal"] == "FirstPassword"
    bearer = {"authorization": f"Bearer {app.cookies['staff']}"}
    assert (await app.get("/api/v1/sessions", headers=bearer)).status_code == 403

    form = (await app.get("/boutique/password")).text
    assert "Somebody gave you your password" in form and "Leave it as it is" not in form
    sent = {"current_password": first, "new_password": first}
    assert (await app.post("/boutique/password", data=sent)).status_code == 400, "the same is no choice"
    done = await app.post("/boutique/password", data=sent | {"new_password": OWN})
    assert done.status_code == 303
    for page in ("/boutique/", "/studio/", "/cockpit/"):
        answer = await app.get(page, follow_redirects=True)
        assert (answer.status_code, answer.url.path.startswith(page)) == (200, True), page


async def test_ones_own_does_not_end(app: httpx.AsyncClient, db: Db, hire) -> None:
    first = given(await hire())
    await app.post("/boutique/sign-in", data={"email": EMAIL, "password": first})
    await app.post("/boutique/password", data={"current_password": first, "new_password": OWN})
    found = await enters(db, OWN, datetime.now(UTC) + 100 * DAY)
    assert found is not None and not found.first_password


async def test_a_session_ends_with_the_password_that_opened_it(db: Db, hire, admin) -> None:
    found = await enters(db, given(await hire()), datetime.now(UTC))
    assert found is not None
    seen = "select count(*) from door.staff_of_session(sha256(convert_to(%s, 'utf8')), now())"
    assert admin(seen, [found.token]) == [(1,)]
    admin("update staff.person set first_password_ends_at = now()")
    assert admin(seen, [found.token]) == [(0,)]
