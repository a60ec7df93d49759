"""What a till did is sealed: gapless, chained, signed where a device is asked for, and nobody changes it afterwards."""

import asyncio
import hashlib
import json
from datetime import timedelta

import pytest
from psycopg import errors

from enfilade.base.actors import Actor
from enfilade.base.db import execute
from enfilade.orders import books
from enfilade.orders.till import drawers, fiscal
from enfilade.orders.till.fiscal import Exported
from enfilade.payments.fiscal_device import DeviceSilent
from enfilade.payments.local_fiscal_device import LocalFiscalDevice
from enfilade.payments.local_terminal import LocalTerminal
from tests.editorial.telling import Look
from tests.orders.counter import PRICE, Counter, counter
from tests.orders.tills import FLOAT, Till

assert counter


@pytest.fixture
async def till(shop: Counter) -> Till:
    made = Till(shop, LocalTerminal(shop.db, known_after_seconds=0.3))
    await made.open()
    return made


async def records(till: Till) -> list[Exported]:
    async with till.shop.db.acting(Actor.job(), till.shop.maison_id) as conn:
        return await fiscal.exported(conn, maison_id=till.shop.maison_id)


async def test_a_day_is_sealed_without_a_gap(till: Till) -> None:
    shop = till.shop
    order_id = await till.sold("BAG-S", "SCARF-U", cash=PRICE)
    sale_id = await shop.look("select id from orders.sale where order_id = %(id)s", id=order_id)
    assert await till.settle(sale_id) == order_id
    await shop.run(
        drawers.pay,
        "claire",
        drawer_id=till.drawer_id,
        movement_id=till.id(),
        amount_minor=-500,
        words="Flowers",
    )
    await asyncio.gather(*(till.sold("SCARF-U") for _ in range(2)))
    for sku in ("BAG-S", "SCARF-U"):
        return_id = await till.back(order_id, sku)
        await till.give_back(return_id)
    await till.count(await till.in_drawer())
    await till.open()
    found = await records(till)
    assert [one.number for one in found] == list(range(1, len(found) + 1))
    said = [json.loads(one.content) for one in found]
    kinds = [one["did"] for one in said]
    assert kinds[0] == "opened" and kinds[-2:] == ["closed", "opened"]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "opened": 2,
        "sold": 3,
        "paid": 1,
        "given_back": 2,
        "closed": 1,
    }
    before = b""
    for one in found:
        assert (one.previous or "") == before.hex()
        before = hashlib.sha256(before + one.content.encode()).digest()
        assert one.digest == before.hex()
    assert said[0]["float_minor"] == FLOAT
    first = said[1]
    assert first["total_minor"] == 2 * PRICE and {one["sku"] for one in first["pieces"]} == {
        "BAG-S",
        "SCARF-U",
    }
    assert sum(one["amount_minor"] for one in first["paid"]) == 2 * PRICE
    assert sorted(one["kind"] for one in said if one["did"] == "given_back") == ["card", "cash"]
    assert all(one["currency"] == "EUR" and one["country"] == "FR" for one in said)
    assert not any("mail" in one.content for one in found), "no client is named"
    await till.sound()


async def test_nobody_writes_history_anew(till: Till, admin: Look) -> None:
    shop = till.shop
    await till.sold("BAG-S")
    for attempt in (
        "update orders.fiscal_record set content = 'x'",
        "delete from orders.fiscal_record",
    ):
        with pytest.raises(errors.InsufficientPrivilege):
            async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
                await conn.execute(attempt.encode())
    async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
        assert await execute(conn, "update orders.fiscal_record set device = 'x'") == 0, "no device is due"
    forged = (
        "insert into orders.fiscal_record (maison_id, id, location_id, number, kind, subject_id, recorded_at, content, previous,"
        " digest) select maison_id, uuidv7(), location_id, number + %s, 'sold', uuidv7(), recorded_at, 'x', %s,"
        " sha256(%s || 'x'::bytea) from orders.fiscal_record where number = 2"
    )
    for step, previous, constraint in (
        (1, b"another", "chained"),
        (2, None, "first_follows_nothing"),
        (0, b"another", "one_record_a_number"),
    ):
        with pytest.raises(errors.IntegrityError, match=constraint):
            admin(forged, [step, previous, previous or b""])
    with pytest.raises(errors.CheckViolation, match="seal_fits"):
        admin("update orders.fiscal_record set content = 'x' where number = 2")
    admin("delete from orders.fiscal_record where number = 2")
    found = {one.what for one in await books.verify(shop.db, maison_id=shop.maison_id)}
    assert found == {"fiscal record of sale"}, "the last one is missed all the same"


async def test_a_device_signs_each_record_once_however_often_it_is_asked(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, device = till.shop, LocalFiscalDevice(till.shop.db)
    assert fiscal.SIGN not in await shop.jobs(), "the law of France wants no device"
    monkeypatch.setattr(fiscal, "DEVICES_BY_LAW", frozenset({"FR"}))
    order_id = await till.sold("BAG-S")
    assert fiscal.SIGN in await shop.jobs()
    sale_id = await shop.look("select id from orders.sale where order_id = %(id)s", id=order_id)

    async def seen() -> fiscal.Record:
        async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
            found = await fiscal.of_sale(conn, maison_id=shop.maison_id, sale_id=sale_id)
        assert found is not None and found.device_due
        return found

    async def ask() -> None:
        await fiscal.sign(
            shop.db, {"FR": device}, maison_id=shop.maison_id, record_id=(await seen()).id, timeout_seconds=1
        )

    device.plugged = False
    with pytest.raises(DeviceSilent):
        await ask()
    assert (await seen()).signature is None, "the sale stands without it"
    device.plugged = True
    shop.now += timedelta(minutes=1)
    await asyncio.gather(*(ask() for _ in range(4)))
    signed = await seen()
    assert signed.device == "LOCAL-TWIN-1" and signed.signature
    await ask()
    again = await device.sign(key=signed.id, till="x", digest=b"another")
    assert (again.counter, again.signature) == (signed.counter, signed.signature)
    await till.sound()
