"""A world of any size, written by COPY: exactly its figures, the same twice, true to its ledger, the schema as it was."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import enfilade
from enfilade.base.commands import dumped
from enfilade.base.database import Addresses
from enfilade.base.db import Db
from enfilade.base.tenants import tenants
from enfilade.orders import verify as promises
from enfilade.stock import verify as positions
from enfilade.world.make import make
from enfilade.world.scale import FULL, ScaleRefused, scale_of, sized
from enfilade.world.shares import parted

NOW = datetime(2026, 11, 22, 5, 30, tzinfo=UTC)
SCALE = replace(sized(maisons=2, positions=3_000, locations=20, variants=500, order_lines=1_500), days=90)


def test_the_full_world_has_its_figures() -> None:
    figures = (FULL.maisons, FULL.variants, FULL.locations, FULL.positions, FULL.order_lines)
    assert figures == (75, 300_000, 5_500, 10_000_000, 5_000_000)
    assert scale_of("full") == FULL
    assert scale_of("maisons=1,positions=10000,order_lines=0").order_lines == 0
    for wrong in ("huge", "positions=few", "maisons=0", "maisons=75,locations=100"):
        with pytest.raises(ScaleRefused):
            scale_of(wrong)


def test_shares_add_up_and_stay_below_what_each_can_hold() -> None:
    assert parted(10, [1, 1, 1]) == [4, 3, 3]
    assert parted(10, [100, 1, 1], [4, 9, 9]) == [4, 3, 3]
    assert parted(0, [1, 2]) == [0, 0]
    with pytest.raises(AssertionError):
        parted(10, [1, 1], [4, 4])


async def test_a_copied_world_is_whole_and_the_schema_as_it_was(db: Db, addresses: Addresses, admin) -> None:
    heard: list[tuple[str, int, int]] = []
    made = await make(
        addresses,
        SCALE,
        now=NOW,
        told=lambda name, done, total: heard.append((name, done, total)),
        processes=2,
    )
    assert heard[-1][1:] == (4_500, 4_500)
    assert made.filled.rows["stock.position"] == 3_000
    for table, rows in {
        "stock.position": 3_000, "orders.order_line": 1_500, "catalogue.variant": 500, "boutiques.location": 20,
        "public_facts.variant": 500,
    }.items():  # fmt: skip
        assert admin(f"select count(*) from {table}") == [(rows,)]
    for tenant in await tenants(db):
        assert await positions.verify(db, maison_id=tenant.maison_id) == []
        assert await promises.verify(db, maison_id=tenant.maison_id) == []
    committed = (Path(enfilade.__file__).parents[1] / "schema.sql").read_text(encoding="utf-8")
    assert dumped(addresses.admin) == committed
