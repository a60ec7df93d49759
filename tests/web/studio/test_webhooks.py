"""Endpoints in the studio: added with a secret shown once, tested, paused, exchanged, sent again, removed; never another's."""

import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from enfilade.base.db import Db
from enfilade.channels.webhooks.tries import TRIES_MAX
from enfilade.orders.events import OrderClosed
from tests.applications import application, running
from tests.channels.webhooks.receiving import Receiver, Sender, answered, receiver
from tests.conftest import settings_of
from tests.shop import Shop
from tests.web.storefront.visiting import Visit
from tests.web.studio.conftest import Studio

Look = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
async def inside(shop: Shop, db: Db, addresses: Any, tmp_path: Any) -> AsyncIterator[Studio]:
    """The studio of an installation that lets webhooks reach this machine."""
    settings = settings_of(addresses, tmp_path, ENFILADE_WEBHOOKS_INSIDE="yes")
    app = application(settings)
    async with running(app):
        transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
        client = httpx.AsyncClient(transport=transport, base_url=settings.base_url)
        yield Studio(Visit(client, shop), db, shop, settings)


def sender_of(studio: Studio) -> Sender:
    return Sender(studio.db, studio.shop.a, key=studio.settings.key)


def key() -> str:
    return uuid4().hex


async def added(studio: Studio, to: Receiver, *types: str) -> str:
    """The endpoint's address; the receiver learns the secret as a person would, from the page."""
    answer = await studio.post("/webhooks", {"url": to.url, "types": list(types), "key": key()})  # type: ignore[dict-item]
    assert answer.status_code == 200, answer.text
    found = re.search(r"whsec_[A-Za-z0-9+/=]+", answer.text)
    at = re.search(r'href="/studio(/webhooks/[0-9a-f-]+)"', answer.text)
    assert found and at
    to.secrets = [found.group()]
    return at.group(1)


async def test_an_endpoint_from_its_first_message_to_its_end(inside: Studio, admin: Look) -> None:
    sender = sender_of(inside)
    async with receiver() as ours:
        at = await added(inside, ours, "order.placed", "order.closed")
        secret = ours.secrets[0]
        page = await inside.get(at)
        assert (
            page.statements <= 5 and secret not in page.text and "None in the last thirty days" in page.text
        )
        assert secret not in (await inside.get("/webhooks")).text
        said = await inside.post(f"{at}/tests", {})
        assert said.headers["location"].endswith("said=test")
        assert (await inside.post(f"{at}/tests", {})).headers["location"].endswith("said=busy")
        order_id = await inside.order()
        sender.now = datetime.now(UTC)
        await sender.deliver()
        assert sorted(one.type for one in ours.came) == ["order.placed", "webhook.test"]
        placed = next(one.said["data"] for one in ours.came if one.type == "order.placed")
        assert placed["order_id"] == str(order_id)
        # Refused ten times, shown with the answer, sent again by hand.
        ours.answers = lambda _: answered(422, "<b>no such order</b>")
        await sender.tell(OrderClosed(order_id, "completed"))
        for _ in range(TRIES_MAX):
            await sender.deliver(timedelta(days=2))
        page = await inside.get(f"{at}?only=dead")
        assert page.statements <= 5
        assert "Not delivered" in page.text and "Answered 422" in page.text
        assert (
            "“&lt;b&gt;no such order&lt;/b&gt;”" in page.text and "order.placed</code></th>" not in page.text
        )
        ours.answers = lambda _: answered(200)
        assert (await inside.post(f"{at}/repetition", {})).headers["location"].endswith("said=again")
        assert (await inside.post(f"{at}/repetition", {})).headers["location"].endswith("said=none")
        admin("update channels.webhook_delivery set due_at = %s where state = 'waiting'", [sender.now])
        await sender.deliver()
        [(delivery,)] = admin("select id from channels.webhook_delivery where type = 'order.closed'")
        assert (await inside.post(f"{at}/deliveries/{delivery}/repetition", {})).status_code == 303
        admin("update channels.webhook_delivery set due_at = %s where state = 'waiting'", [sender.now])
        await sender.deliver()
        assert len(set(ours.ids[-2:])) == 1 and ours.came[-1].type == "order.closed"
        # Paused, resumed, its secret exchanged once a day, removed.
        for act, words in (
            ("pause", "said=paused"),
            ("tests", "said=off"),
            ("resumption", "said=resumed"),
        ):
            assert (await inside.post(f"{at}/{act}", {})).headers["location"].endswith(words)
            if act == "pause":
                assert "Paused by a colleague" in (await inside.get(at)).text
        new = await inside.post(f"{at}/secrets", {})
        assert "whsec_" in new.text and secret not in new.text
        assert (await inside.post(f"{at}/secrets", {})).headers["location"].endswith("said=exchanging")
        assert "Being exchanged" in (await inside.get(at)).text
        assert (await inside.post(f"{at}/removal", {})).status_code == 303
        assert (await inside.get(at)).response.status_code == 404
        assert admin("select count(*) from channels.webhook_delivery") == [(0,)]
        acts = [act for (act,) in admin("select act from base.audit order by recorded_at, id")]
        assert acts[0] == "add_webhook" and acts[-1] == "remove_webhook" and "exchange_webhook_secret" in acts


async def test_addresses_inside_are_refused_and_what_was_written_stays(studio: Studio, admin: Look) -> None:
    for url, words in (
        ("http://93.184.215.14/x", "begins with https://"),
        ("https://127.0.0.1/x", "inside a network"),
        ("https://169.254.169.254/latest", "inside a network"),
        ("https://[::ffff:10.0.0.1]/", "inside a network"),
        ("https://localhost:8443/x", "inside a network"),
        ("https://user:word@hooks.example/", "user and password"),
        ("https://no-such-name.invalid/", "name of the host"),
    ):
        answer = await studio.post("/webhooks", {"url": url, "types": "order.closed", "key": key()})
        assert answer.status_code == 400 and words in answer.text, url
        assert f'value="{url}"' in answer.text and 'value="order.closed" checked' in answer.text
    none = await studio.post("/webhooks", {"url": "https://93.184.215.14/x", "key": key()})
    assert none.status_code == 400 and "at least one" in none.text
    assert admin("select count(*) from channels.webhook_endpoint") == [(0,)]
    # Asked twice by one form, it is one, and its secret the same.
    form = {"url": "https://93.184.215.14/x", "types": "order.closed", "key": key()}
    twice = [await studio.post("/webhooks", form) for _ in range(2)]
    assert len({re.findall(r"whsec_[A-Za-z0-9+/=]+", one.text)[0] for one in twice}) == 1
    [(endpoint_id,)] = admin("select id from channels.webhook_endpoint")
    moved = await studio.post(f"/webhooks/{endpoint_id}", form | {"url": "https://10.0.0.1/"})
    assert moved.status_code == 400 and 'value="https://10.0.0.1/"' in moved.text
    assert admin("select url from channels.webhook_endpoint") == [("https://93.184.215.14/x",)]
    moved = await studio.post(f"/webhooks/{endpoint_id}", form | {"types": "stock.shortage"})
    assert moved.status_code == 303
    assert admin("select types from channels.webhook_endpoint") == [(["stock.shortage"],)]
    # At each try it is judged again: the table may have been written by somebody else.
    admin("update channels.webhook_endpoint set url = 'https://127.0.0.1:9/', types = '{order.closed}'")
    sender = Sender(studio.db, studio.shop.a, key=studio.settings.key)
    sender.outgoing.inside = False
    await sender.tell(OrderClosed(uuid4(), "completed"))
    await sender.deliver()
    [(state, status, why)] = admin("select state, status, why from channels.webhook_delivery")
    assert (state, status) == ("waiting", None) and "inside a network" in why
    assert "inside a network" in (await studio.get(f"/webhooks/{endpoint_id}")).text


async def test_another_maisons_endpoint_is_not_there(studio: Studio, admin: Look) -> None:
    form = {"url": "https://93.184.215.14/x", "types": "order.closed", "key": key()}
    assert (await studio.post("/webhooks", form)).status_code == 200
    [(endpoint_id,)] = admin("select id from channels.webhook_endpoint")
    other = await studio.as_("maison_manager", studio.shop.b)
    assert (await studio.get(f"/webhooks/{endpoint_id}", other)).response.status_code == 404
    assert "93.184" not in (await studio.get("/webhooks", other)).text
    acts = ("", "/tests", "/pause", "/resumption", "/secrets", "/repetition", "/removal")
    for act in (*acts, f"/deliveries/{endpoint_id}/repetition"):
        assert (await studio.post(f"/webhooks/{endpoint_id}{act}", form, other)).status_code == 404, act
    assert admin("select off from channels.webhook_endpoint") == [("",)]
    assert admin("select count(*) from base.audit") == [(1,)]
