"""What a provider announces comes twice, late, in any order and from forgers: everything is booked once, forgers are refused."""

import asyncio
import base64
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from enfilade.base import webhooks
from enfilade.base.db import Db
from enfilade.base.jobs import Jobs
from enfilade.base.settings import Settings
from enfilade.orders import unfinished
from enfilade.orders.checkout import Checkouts
from enfilade.payments import announcements
from enfilade.payments.announcements import ANNOUNCE, HOOK, heard, message
from enfilade.payments.local_provider import LocalProvider
from tests.applications import browser
from tests.faults.test_settled_by_many import contradictions, opened, pay, shop  # noqa: F401
from tests.shop import Shop

Message = tuple[bytes, dict[str, str]]
CHECKOUTS = 3


@pytest.fixture
def checkouts(db: Db, settings: Settings) -> Checkouts:
    provider = LocalProvider(db, settings.base_url)
    return Checkouts(db, {"local": provider}, settings.key, settings.base_url, 1)


@pytest.fixture
async def hook(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(settings) as client:
        yield client


async def waiting_for_approval(checkouts: Checkouts, shop: Shop, admin) -> list[UUID]:  # noqa: F811
    """Checkouts of a piece of each maison, every payment at its second step; returns the charges."""
    for _ in range(CHECKOUTS):
        visitor = uuid4()
        await pay(checkouts, shop, visitor, await opened(checkouts, shop, visitor), "tok_second_step")
    return [UUID(reference) for (reference,) in admin("select reference from local_provider.charge")]


async def approve(checkouts: Checkouts, admin) -> None:
    provider = checkouts.providers["local"]
    assert isinstance(provider, LocalProvider)
    for (token,) in admin("select second_step_token from local_provider.charge"):
        await provider.answer_second_step(token=token, approved=True)


async def told(db: Db, key: bytes, charges: list[UUID], now: datetime) -> list[Message]:
    found = [await message(db, key, charge, now=now) for charge in charges]
    return [one for one in found if one]


async def send(hook: httpx.AsyncClient, sent: Message) -> int:
    return (await hook.post(HOOK, content=sent[0], headers=sent[1])).status_code


def settling(admin) -> list[tuple[UUID, UUID]]:
    return [
        (UUID(args["maison_id"]), UUID(args["ids"]["checkout_id"]))
        for (args,) in admin(
            "select args from procrastinate.procrastinate_jobs where args ->> 'name' = 'orders.settle'"
        )
    ]


async def test_twice_late_and_in_any_order_is_once(
    db: Db,
    shop: Shop,  # noqa: F811
    checkouts: Checkouts,
    hook: httpx.AsyncClient,
    settings: Settings,
    admin,
) -> None:
    now, chance = datetime.now(UTC), random.Random(7)
    charges = await waiting_for_approval(checkouts, shop, admin)
    assert len(charges) == 2 * CHECKOUTS
    # What was so before they approved arrives after what is so now.
    earlier = await told(db, settings.key, charges, now)
    await approve(checkouts, admin)
    later = await told(db, settings.key, charges, now)
    mixed = [*earlier, *later, *later, *later]
    chance.shuffle(mixed)
    assert await asyncio.gather(*(send(hook, one) for one in mixed)) == [204] * len(mixed)
    # One for each thing said, however often: half of them said what was no more.
    due = settling(admin)
    assert len(due) == len(earlier) + len(later)

    jobs = Jobs(db)
    unfinished.register(jobs, db, checkouts)
    await asyncio.gather(
        *(jobs.do(unfinished.SETTLE, store, {"checkout_id": checkout}) for store, checkout in due * 2)
    )
    # Late, and signed anew: known already.
    for one in await told(db, settings.key, charges, datetime.now(UTC) + timedelta(minutes=4)):
        assert await send(hook, one) == 204
    assert len(settling(admin)) == len(due)
    assert contradictions(admin) == []
    assert admin("select state, count(*) from orders.checkout group by 1") == [("completed", CHECKOUTS)]
    assert admin("select count(*), count(distinct checkout_id) from orders.order") == [
        (2 * CHECKOUTS, CHECKOUTS)
    ]
    assert admin("select kind, state, count(*) from payments.operation group by 1, 2") == [
        ("authorise", "done", 2 * CHECKOUTS)
    ]


async def test_forged_old_and_replayed_ones_do_nothing(
    db: Db,
    shop: Shop,  # noqa: F811
    checkouts: Checkouts,
    hook: httpx.AsyncClient,
    settings: Settings,
    admin,
) -> None:
    now = datetime.now(UTC)
    charges = (await waiting_for_approval(checkouts, shop, admin))[:1]
    await approve(checkouts, admin)
    ((body, right),) = await told(db, settings.key, charges, now)
    ((_, anothers),) = await told(db, b"another installation's key, 48 letters", charges, now)
    ((_, old),) = await told(db, settings.key, charges, now - timedelta(minutes=6))
    ((_, early),) = await told(db, settings.key, charges, now + timedelta(minutes=6))
    signature = right["webhook-signature"]
    for headers in (
        {},
        anothers,
        old,
        early,
        right | {"webhook-id": "msg_of_another_charge"},
        right | {"webhook-timestamp": old["webhook-timestamp"]},
        old | {"webhook-timestamp": right["webhook-timestamp"]},
        right | {"webhook-signature": ""},
        right | {"webhook-signature": signature.removeprefix("v1,")},
        right | {"webhook-signature": signature.replace("v1,", "v2,")},
        right | {"webhook-signature": "v1,not base64"},
    ):
        assert await send(hook, (body, headers)) == 401, headers
    assert await send(hook, (body.replace(b"authorised", b"voided"), right)) == 401
    assert settling(admin) == []
    # The same message once more is taken as the provider's own second try, and nothing is done again.
    assert [await send(hook, (body, right)) for _ in range(3)] == [204, 204, 204]
    assert len(settling(admin)) == 1


async def test_what_is_not_taken_is_told_again(
    db: Db,
    shop: Shop,  # noqa: F811
    checkouts: Checkouts,
    settings: Settings,
    admin,
) -> None:
    charges = await waiting_for_approval(checkouts, shop, admin)
    await approve(checkouts, admin)
    deferred = admin(
        "select args -> 'ids' ->> 'reference' from procrastinate.procrastinate_jobs where args ->> 'name' = %s",
        [ANNOUNCE],
    )
    assert {UUID(reference) for (reference,) in deferred} == set(charges)

    answers, came = ["503 Busy", "204 No Content"], list[bytes]()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")
        )
        came.append(head + await reader.readexactly(length))
        writer.write(f"HTTP/1.1 {answers.pop(0)}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    jobs = Jobs(db)
    port = server.sockets[0].getsockname()[1]
    announcements.register(jobs, db, key=settings.key, base_url=f"http://127.0.0.1:{port}")
    async with server:
        with pytest.raises(httpx.HTTPStatusError):
            await jobs.do(ANNOUNCE, uuid4(), {"reference": charges[0]})
        await jobs.do(ANNOUNCE, uuid4(), {"reference": charges[0]})
    ids = set[str]()
    for one in came:
        head, _, body = one.partition(b"\r\n\r\n")
        lines = [line.partition(": ") for line in head.decode().split("\r\n")[1:]]
        headers = {name.lower(): value for name, _, value in lines}
        ids.add(heard(settings.key, headers, body, now=datetime.now(UTC)).message_id)
    assert len(came) == 2 and len(ids) == 1


def test_it_is_signed_as_the_standard_says() -> None:
    """The example that every library of Standard Webhooks is held against."""
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    at, body = datetime.fromtimestamp(1614265330, UTC), b'{"test": 2432232314}'
    headers = webhooks.signed(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", body, at)
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert webhooks.verified(secret, headers, body, at) == "msg_p5jXN8AQM9LWM0D4loKWxJek"
