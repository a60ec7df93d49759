"""A world of any size, written by COPY: exactly its figures, the same twice, as the importers would, the schema as it was."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

import enfilade
from enfilade.base.actors import Actor
from enfilade.base.commands import dumped
from enfilade.base.database import Addresses
from enfilade.base.db import Conn, Db
from enfilade.base.embedded import Cluster
from enfilade.base.tenants import tenants
from enfilade.channels.catalogues import CatalogueTaking, PriceList
from enfilade.channels.files import column
from enfilade.channels.imports import Item
from enfilade.channels.own_csv import read_catalogue
from enfilade.maisons.markets import markets_of
from enfilade.orders import books
from enfilade.orders import verify as promises
from enfilade.stock import verify as positions
from enfilade.world.catalogue import many_rows
from enfilade.world.compose import COLUMNS
from enfilade.world.fill import shares_of
from enfilade.world.generate import world
from enfilade.world.load import load
from enfilade.world.make import make
from enfilade.world.reading import numbered
from enfilade.world.scale import FULL, ScaleRefused, scale_of, sized
from enfilade.world.shares import parted
from tests.conftest import cloned

NOW = datetime(2026, 11, 22, 5, 30, tzinfo=UTC)
SCALE = replace(sized(maisons=2, positions=3_000, locations=20, variants=500, order_lines=1_500), days=90)
# Salt of a password, and numbers of transactions: the server's own, in every database others.
OTHERS_OWN = ["password_hash", "seen", "xid"]
CATALOGUE = """
  select p.handle, p.slug, p.brand, p.family, p.gender, p.made_in, p.published, p.position, v.sku, v.option_key, v.options,
    v.barcode, v.colour, v.size, v.position, s.sku,
    (select jsonb_agg(to_jsonb(r) - array['variant_id', 'maison_id'] order by r.market) from catalogue.price r
      where r.variant_id = v.id),
    (select jsonb_agg(to_jsonb(r) - 'variant_id' order by r.market) from public_facts.price r where r.variant_id = v.id),
    (select jsonb_agg(to_jsonb(t) - 'product_id' order by t.language) from public_facts.product_text t
      where t.product_id = p.id),
    (select f.pictures from public_facts.product f where f.id = p.id)
  from catalogue.product p
  join catalogue.variant v on v.product_id = p.id
  join public_facts.variant s on s.id = v.id
  join maisons.maison m on m.maison_id = p.maison_id
  where m.slug = 'brisseval'
  order by v.sku
"""


@pytest.fixture
def other(cluster: Cluster, template: str) -> Iterator[Addresses]:
    """Another machine, as far as a world can tell."""
    with cloned(cluster, template) as at:
        yield at


def checksums(at: Addresses) -> dict[str, str]:
    """Of every row of every table, whatever its order."""
    found: dict[str, str] = {}
    with psycopg.connect(at.admin) as conn:
        tables = conn.execute(
            "select n.nspname || '.' || quote_ident(c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace "
            "where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema', 'public', 'procrastinate')"
        ).fetchall()
        for (table,) in tables:
            row = conn.execute(
                sql.SQL(
                    "select coalesce(md5(string_agg(line, '|' order by line)), '') "
                    "from (select (to_jsonb(t) - %s::text[])::text as line from {} t) lines"
                ).format(sql.SQL(table)),
                [OTHERS_OWN],
            ).fetchone()
            assert row is not None
            found[table] = row[0]
    return found


def test_the_full_world_has_its_figures() -> None:
    figures = (FULL.maisons, FULL.variants, FULL.locations, FULL.positions, FULL.order_lines)
    assert figures == (75, 300_000, 5_500, 10_000_000, 5_000_000)
    assert scale_of("full") == FULL
    assert scale_of("maisons=1,positions=10000,order_lines=0").order_lines == 0
    for wrong in ("huge", "positions=few", "maisons=0", "maisons=75,locations=100"):
        with pytest.raises(ScaleRefused):
            scale_of(wrong)
    with pytest.raises(ScaleRefused):
        shares_of(world(replace(SCALE, positions=100_000), today=NOW.date()))


def test_shares_add_up_and_stay_below_what_each_can_hold() -> None:
    assert parted(10, [1, 1, 1]) == [4, 3, 3]
    assert parted(10, [100, 1, 1], [4, 9, 9]) == [4, 3, 3]
    assert parted(0, [1, 2]) == [0, 0]
    with pytest.raises(AssertionError):
        parted(10, [1, 1], [4, 4])


async def test_a_copied_world_is_whole_and_the_same_on_two_machines(
    db: Db, addresses: Addresses, other: Addresses, admin
) -> None:
    heard: list[tuple[int, int]] = []
    await make(
        addresses, SCALE, now=NOW, told=lambda name, done, total: heard.append((done, total)), processes=2
    )
    assert heard[-1] == (4_500, 4_500)
    # The pieces of the store's third-party brands, 34 sizes and colours at one place, are the same in every world.
    for table, rows in {
        "stock.position": 3_034, "orders.order_line": 1_500, "catalogue.variant": 534, "boutiques.location": 20,
        "public_facts.variant": 534,
    }.items():  # fmt: skip
        assert admin(f"select count(*) from {table}") == [(rows,)]
    for tenant in await tenants(db):
        assert await positions.verify(db, maison_id=tenant.maison_id) == []
        assert await promises.verify(db, maison_id=tenant.maison_id) == []
        assert await books.verify(db, maison_id=tenant.maison_id) == []
    # What left since the ledger began is in it: more than counts and states.
    kinds = {kind for (kind,) in admin("select distinct kind from stock.movement")}
    assert kinds == {"opening", "state_changed", "sold", "allocated", "collected", "dispatched"}
    assert admin("select count(*) from orders.visit_day where with_beside > 0") != [(0,)]
    committed = (Path(enfilade.__file__).parents[1] / "schema.sql").read_text(encoding="utf-8")
    assert dumped(addresses.admin) == committed

    await make(other, SCALE, now=NOW, processes=0)
    assert checksums(other) == checksums(addresses)
    with psycopg.connect(other.admin) as conn:
        conn.execute(
            "update stock.position set as_of = as_of + interval '1 ms' where ctid = (select min(ctid) from stock.position)"
        )
        conn.commit()
    assert checksums(other) != checksums(addresses)


async def test_copied_pieces_are_what_the_importer_would_have_written(
    addresses: Addresses, other: Addresses, admin
) -> None:
    few = replace(SCALE, maisons=1, variants=150, order_lines=0, positions=100)
    await make(addresses, few, now=NOW, processes=0)
    imported = Db(other.app, other.public, other.group, connections_max=2)
    await imported.open()
    try:
        drawn = world(few, today=NOW.date())
        await load(imported, drawn, NOW)
        (brisseval,) = [t.maison_id for t in await tenants(imported) if t.slug == "brisseval"]

        async def take(conn: Conn) -> None:
            prices = PriceList(await markets_of(conn, maison_id=brisseval))
            rows = numbered(many_rows(few, drawn.maison("brisseval"), few.variants))
            read = read_catalogue(rows, [column(name) for name in COLUMNS], prices)
            taking = CatalogueTaking(maison_id=brisseval, source="main", now=NOW)
            taken = await taking(conn, [item.entry for item in read if isinstance(item, Item)])
            assert taken.refusals == []

        await imported.run(Actor.importer(), brisseval, take)
    finally:
        await imported.close()
    with psycopg.connect(other.admin) as conn:
        by_importer = conn.execute(CATALOGUE.encode()).fetchall()
    assert len(by_importer) == few.variants
    assert admin(CATALOGUE) == by_importer
