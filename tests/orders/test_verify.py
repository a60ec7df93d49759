"""A drift put in by hand is found, and the command says so by its exit code."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner

from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Db
from enfilade.orders import baskets
from enfilade.orders.checkout import Checkouts
from enfilade.orders.placing import Contact
from enfilade.orders.verify import verify
from enfilade.payments.local_provider import LocalProvider
from enfilade.run import command_line
from tests.shop import DOOR, Shop, found_shop


@pytest.fixture
async def shop(db: Db) -> Shop:
    """With one order, paid."""
    now = datetime.now(UTC)
    shop = await found_shop(db, now)
    visitor = uuid4()
    async with db.acting(Actor.visitor(visitor), shop.store.maison_id) as conn:
        await baskets.put(
            conn,
            maison_id=shop.store.maison_id,
            store_id=shop.store.store_id,
            visitor_id=visitor,
            variant_id=shop.a.variants["alba-bag"],
            quantity=1,
            now=now,
        )
    checkouts = Checkouts(db, {"local": LocalProvider(db, "")}, b"k" * 32, "", 1)
    checkout = await checkouts.open(
        shop.store,
        visitor,
        method="collect",
        boutiques={shop.a.maison_id: shop.a.places["alba-1"]},
        market="fr",
        language="fr",
        key=uuid4().hex,
        now=now,
    )
    outcome = await checkouts.complete(
        shop.store,
        visitor,
        checkout,
        contact=Contact("Camille", "camille@client.example", "", DOOR, ""),
        payment_method="card",
        card_token="tok_ok",
        key=uuid4().hex,
        now=now,
    )
    assert outcome.kind == "placed"
    return shop


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("delete from stock.allocation", ["open line without allocation"]),
        ("update orders.order_line set quantity = 2", ["line and allocation differ"]),
        (
            "update orders.order_line set state = 'handed_over'",
            ["allocation without an open line", "order and its lines differ", "work and its lines differ"],
        ),
        ("update orders.order set state = 'completed'", ["order and its lines differ"]),
        ("update orders.fulfilment set state = 'expired'", ["work and its lines differ"]),
        ("update payments.payment set state = 'voided'", ["open order without its money"]),
        (
            "update payments.payment set capture_asked_minor = 5, captured_minor = 5",
            ["payment differs from its operations"],
        ),
        (
            "update payments.payment set checkout_id = gen_random_uuid(), changed_at = now() - interval '1 hour'",
            ["money authorised without an order"],
        ),
    ],
)
async def test_every_drift_is_named(db: Db, shop: Shop, admin, tampering: str, found: list[str]) -> None:
    assert await verify(db, maison_id=shop.a.maison_id) == []
    admin(tampering)
    assert [drift.what for drift in await verify(db, maison_id=shop.a.maison_id)] == found


async def test_the_command_exits_by_what_it_found(
    shop: Shop, admin, addresses: Addresses, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENFILADE_DATABASE_URL", addresses.admin)
    monkeypatch.setenv("ENFILADE_DATA", str(tmp_path))

    def run(*words: str):
        return CliRunner().invoke(command_line, ["stock", "verify", *words])

    clean = await asyncio.to_thread(run)
    assert (clean.exit_code, "0 disagreements" in clean.output) == (0, True)
    admin("update stock.position set on_hand = on_hand + 1 where allocated = 1")
    drifting = await asyncio.to_thread(run, "--maison", "alba")
    assert drifting.exit_code == 1
    assert "Drift" in drifting.output
    assert (await asyncio.to_thread(run, "--maison", "nobody")).exit_code == 1


async def test_the_command_that_proves_the_books_exits_with_1_where_they_differ(
    shop: Shop, addresses: Addresses, admin, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ENFILADE_DATABASE_URL", addresses.admin)
    monkeypatch.setenv("ENFILADE_DATA", str(tmp_path))

    async def run(*words: str) -> tuple[int, str]:
        result = await asyncio.to_thread(CliRunner().invoke, command_line, ["payments", *words])
        return result.exit_code, result.output

    code, said = await run("verify", "--provider")
    assert (code, "0 disagreements" in said) == (0, True)
    admin("update local_provider.charge set captured_minor = 5")
    admin(
        "update payments.payment set changed_at = changed_at - interval '1 hour', captured_minor = 5, capture_asked_minor = 5"
    )
    admin("update payments.operation set ended_at = ended_at - interval '1 hour'")
    code, said = await run("verify", "--maison", "alba", "--provider")
    assert code == 1
    assert "captured of payment" in said
    assert "EUR 0 posted, 5 booked by the provider" in said
    assert "2 disagreements" in said
    admin("update local_provider.charge set reference = gen_random_uuid()")
    assert "which no maison knows" in (await run("verify", "--provider"))[1]
    assert (await run("verify", "--maison", "nobody"))[0] == 1
    assert (await run("post-missing"))[1] == "0 moves posted\n"
