"""The database itself between two maisons: whoever acts for one sees no row of the other and writes none.

Rows are looked for in every table with a maison, so a new table is in the test the day it is made.
"""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import errors, sql
from psycopg.types.json import Jsonb

from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Db
from enfilade.base.secrets import visitor_id
from enfilade.base.settings import Settings
from tests.shop import Shop, found_shop
from tests.web.two_houses import Admin, Life, live_in

INSIDE = ("staff", "job", "importer")
#: Where rows belong to a person or to one person's purchase: nobody outside sees another's.
PERSONAL = {
    "appointments.absence",
    "appointments.advisor",
    "appointments.appointment",
    "appointments.contact",
    "appointments.piece",
    "appointments.roster",
    "appointments.seat",
    "appointments.shift",
    "appointments.waiting",
    "base.audit",
    "base.idempotency",
    "clients.client",
    "clients.contact_point",
    "clients.session",
    "clients.sign_in_code",
    "orders.basket",
    "orders.basket_line",
    "orders.cancellation",
    "orders.cancellation_line",
    "orders.checkout",
    "orders.checkout_line",
    "orders.checkout_seller",
    "orders.contact",
    "orders.fulfilment",
    'orders."order"',
    "orders.order_line",
    "orders.putting_away",
    "orders.rejection",
    "payments.operation",
    "payments.payment",
    "staff.person",
    "staff.post",
    "staff.session",
}
#: Written in one statement with what they belong to: a trigger asks whose it is, after the row is in. Given another
#: key, so that it is not the row's being there already that stops it.
WITH_THEIRS = {
    "orders.checkout_line": "variant_id",
    "orders.checkout_seller": "selling_maison_id",
    "orders.order_line": "id",
    "orders.fulfilment": "id",
}


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    columns: list[str]
    rights: frozenset[str]


@pytest.fixture
async def lives(db: Db, settings: Settings, admin: Admin) -> AsyncIterator[tuple[Shop, Life, Life]]:
    now = datetime.now(UTC)
    shop = await found_shop(db, now)
    yield (
        shop,
        await live_in(db, settings, admin, shop, shop.a, "Alice", now),
        await live_in(db, settings, admin, shop, shop.b, "Berenice", now),
    )


def tables(admin: Admin) -> list[Table]:
    """Every table of ours with a maison that the application may touch; what is published is everybody's."""
    return [
        Table(name, columns, frozenset(right for right in rights if right))
        for name, columns, rights in admin("""
            select c.oid::regclass::text, array(select a.attname::text from pg_attribute a where a.attrelid = c.oid
                and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum),
              array(select case when has_table_privilege('enfilade_app', c.oid, r) then r end
                from unnest(array['select', 'insert', 'update', 'delete']) r)
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p') and n.nspname not in ('procrastinate', 'public', 'information_schema', 'public_facts')
              and left(n.nspname, 3) <> 'pg_' and has_table_privilege('enfilade_app', c.oid, 'select')
              and exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'maison_id')
            order by 1""")
    ]


def acting(conn: psycopg.Connection, actor: Actor, maison_id: UUID | None) -> None:
    conn.execute(
        """select set_config('enfilade.actor_kind', %s, true), set_config('enfilade.actor_id', %s, true),
          set_config('enfilade.maison', %s, true)""",
        [actor.kind, str(actor.id or ""), str(maison_id or "")],
    )


#: What each owner alone sees, and what the worker's rounds keep for themselves.
NOT_EVEN_THEIRS = {("base.idempotency", "job"), ("base.idempotency", "importer"), ("stock.moved", "importer")}


def actors_of(life: Life) -> list[Actor]:
    """Everybody who may act in a maison."""
    return [
        Actor.visitor(visitor_id(life.visitor)),
        Actor.link(life.order_id),
        Actor.client(life.client_id),
        Actor.checkout(life.checkout_id),
        Actor.booking(life.appointment_id),
        Actor.staff(life.house.staff["maison_manager"]),
        Actor.provider(),
        Actor.importer(),
        Actor.job(),
    ]


def seen(conn: psycopg.Connection, table: str, maison_id: UUID | None = None) -> int:
    query = f"select count(*) from {table}" + (" where maison_id = %s" if maison_id else "")
    (found,) = conn.execute(query.encode(), [maison_id] if maison_id else None).fetchone() or (0,)
    return int(found)


async def test_every_table_has_rows_of_both_maisons_to_be_seen(
    lives: tuple[Shop, Life, Life], admin: Admin
) -> None:
    _, a, b = lives
    for table in tables(admin):
        for life in (a, b):
            ((rows,),) = admin(
                f"select count(*) from {table.name} where maison_id = %s", [life.house.maison_id]
            )
            assert rows > 0, f"{table.name} is empty: nothing would be proven of it"
    assert {table.name for table in tables(admin)} >= PERSONAL


async def test_nobody_of_a_maison_sees_a_row_of_another(
    lives: tuple[Shop, Life, Life], admin: Admin, addresses: Addresses
) -> None:
    _, a, b = lives
    mine, theirs = a.house.maison_id, b.house.maison_id
    for table in tables(admin):
        for actor in [*actors_of(a), *actors_of(b)]:
            with psycopg.connect(addresses.app) as conn:
                acting(conn, actor, mine)
                assert seen(conn, table.name, theirs) == 0, (table.name, str(actor))
                if actor.kind in ("job", "importer") and (table.name, actor.kind) not in NOT_EVEN_THEIRS:
                    assert seen(conn, table.name, mine) > 0, (table.name, str(actor))


async def test_nobody_of_a_maison_writes_a_row_of_another(
    lives: tuple[Shop, Life, Life], admin: Admin, addresses: Addresses
) -> None:
    _, a, b = lives
    mine, theirs = a.house.maison_id, b.house.maison_id
    before = _all_of(admin, theirs)
    for table in tables(admin):
        ((row,),) = admin(f"select to_jsonb(t) from {table.name} t where maison_id = %s limit 1", [theirs])
        for actor in actors_of(a):
            with psycopg.connect(addresses.app, autocommit=True) as conn:
                if "insert" in table.rights:
                    with pytest.raises(errors.InsufficientPrivilege), conn.transaction():
                        acting(conn, actor, mine)
                        _insert(conn, table, row)
                for change in ("update", "delete"):
                    if change in table.rights:
                        with conn.transaction():
                            acting(conn, actor, mine)
                            assert _change(conn, table, change, theirs) == 0, (table.name, change, str(actor))
    assert _all_of(admin, theirs) == before


async def test_a_stranger_sees_and_changes_no_personal_row(
    lives: tuple[Shop, Life, Life], admin: Admin, addresses: Addresses
) -> None:
    _, a, _ = lives
    mine = a.house.maison_id
    before = _all_of(admin, mine)
    strangers = [
        Actor.visitor(uuid4()),
        Actor.link(uuid4()),
        Actor.client(uuid4()),
        Actor.checkout(uuid4()),
        Actor.booking(uuid4()),
    ]
    for table in tables(admin):
        if table.name not in PERSONAL:
            continue
        rows = [
            row for (row,) in admin(f"select to_jsonb(t) from {table.name} t where maison_id = %s", [mine])
        ]
        for actor in strangers:
            with psycopg.connect(addresses.app, autocommit=True) as conn:
                with conn.transaction():
                    acting(conn, actor, mine)
                    assert seen(conn, table.name) == 0, (table.name, str(actor))
                for change in ("update", "delete"):
                    if change in table.rights:
                        with conn.transaction():
                            acting(conn, actor, mine)
                            assert _change(conn, table, change, mine) == 0, (table.name, change, str(actor))
                if "insert" in table.rights:
                    with pytest.raises(errors.InsufficientPrivilege), conn.transaction(force_rollback=True):
                        acting(conn, actor, mine)
                        _insert(conn, table, rows[0] | _another(table))
    assert _all_of(admin, mine) == before


async def test_without_its_trigger_a_stranger_writes_a_line_into_what_is_not_theirs(
    lives: tuple[Shop, Life, Life], admin: Admin, addresses: Addresses
) -> None:
    """The unguarded twin: the policy alone lets such a line pass."""
    _, a, _ = lives
    strangers = {"own_checkout": Actor.visitor(uuid4()), "own_order": Actor.checkout(uuid4())}
    found = {table.name: table for table in tables(admin) if table.name in WITH_THEIRS}
    assert found.keys() == WITH_THEIRS.keys()
    for name, table in found.items():
        trigger = "own_checkout" if "checkout" in name else "own_order"
        ((row,),) = admin(
            f"select to_jsonb(t) from {name} t where maison_id = %s limit 1", [a.house.maison_id]
        )
        admin(f"drop trigger {trigger} on {name}")
        with psycopg.connect(addresses.app) as conn:
            acting(conn, strangers[trigger], a.house.maison_id)
            _insert(conn, table, row | _another(table))


async def test_without_a_declared_actor_nothing_personal_is_seen_and_nothing_written(
    lives: tuple[Shop, Life, Life], admin: Admin, addresses: Addresses
) -> None:
    """Nobody, somebody of no known kind, an id that is none, staff of no maison, and what a transaction left behind."""
    _, a, _ = lives
    mine, manager = str(a.house.maison_id), str(a.house.staff["maison_manager"])
    before = _all_of(admin, a.house.maison_id)
    rows = {
        table.name: admin(f"select to_jsonb(t) from {table.name} t where maison_id = %s limit 1", [mine])[0][
            0
        ]
        for table in tables(admin)
    }
    for kind, actor_id, maison, left_behind in (
        ("", "", "", False),
        ("staff", manager, "", False),
        ("", manager, mine, False),
        ("administrator", manager, mine, False),
        ("staff' or true --", "", mine, False),
        ("visitor", "anybody", mine, False),
        ("staff", manager, "everywhere", False),
        ("staff", manager, mine, True),
    ):
        said = (kind, actor_id, maison)
        with psycopg.connect(addresses.app, autocommit=True) as conn:
            for table in tables(admin):
                personal = table.name in PERSONAL
                with suppress(errors.InvalidTextRepresentation), conn.transaction():
                    _declare(conn, *said)
                    if not left_behind:
                        found = seen(conn, table.name)
                        assert found == 0 or (maison and not personal), (table.name, said)
                if left_behind:
                    assert seen(conn, table.name) == 0, (table.name, "after a transaction of staff")
                refused = (errors.InsufficientPrivilege, errors.InvalidTextRepresentation)
                if "insert" in table.rights:
                    with pytest.raises(refused), conn.transaction():
                        if not left_behind:
                            _declare(conn, *said)
                        _insert(conn, table, rows[table.name] | _another(table))
                for change in ("update", "delete"):
                    if change in table.rights:
                        with suppress(*refused), conn.transaction():
                            if not left_behind:
                                _declare(conn, *said)
                            assert _change(conn, table, change, a.house.maison_id) == 0, (table.name, said)
    assert _all_of(admin, a.house.maison_id) == before


def _declare(conn: psycopg.Connection, kind: str, actor_id: str, maison: str) -> None:
    conn.execute(
        """select set_config('enfilade.actor_kind', %s, true), set_config('enfilade.actor_id', %s, true),
          set_config('enfilade.maison', %s, true)""",
        [kind, actor_id, maison],
    )


async def test_each_sees_their_own(lives: tuple[Shop, Life, Life], addresses: Addresses) -> None:
    _, a, _ = lives
    mine = a.house.maison_id
    for actor, rows in (
        (
            actors_of(a)[0],
            {"orders.checkout": 2, "orders.checkout_line": 2, "orders.basket": 2, "orders.order": 0},
        ),
        (
            actors_of(a)[1],
            {"orders.order": 1, "orders.contact": 1, "orders.order_line": 1, "orders.checkout": 0},
        ),
        (
            actors_of(a)[2],
            {"clients.client": 1, "clients.contact_point": 1, "clients.session": 1, "orders.order": 0},
        ),
        (
            actors_of(a)[3],
            {"orders.checkout": 1, "orders.order": 1, "payments.payment": 1, "orders.basket": 0},
        ),
        (
            Actor.provider(),
            {"payments.payment": 1, "orders.order": 0, "orders.contact": 0, "clients.client": 0},
        ),
    ):
        with psycopg.connect(addresses.app) as conn:
            acting(conn, actor, mine)
            assert {table: seen(conn, table) for table in rows} == rows, str(actor)


async def test_the_group_reads_aggregates_and_everybody_what_is_published(
    lives: tuple[Shop, Life, Life], admin: Admin, addresses: Addresses
) -> None:
    _, a, b = lives
    with psycopg.connect(addresses.group, autocommit=True) as conn:
        assert seen(conn, "aggregates.sales") == 2
        for table in tables(admin):
            if not table.name.startswith("aggregates."):
                with pytest.raises(errors.InsufficientPrivilege):
                    seen(conn, table.name)
    with psycopg.connect(addresses.public, autocommit=True) as conn:
        for table in tables(admin):
            with pytest.raises(errors.InsufficientPrivilege):
                seen(conn, table.name)
        published = [
            name
            for (name,) in admin(
                "select c.oid::regclass::text from pg_class c "
                "where c.relnamespace = 'public_facts'::regnamespace and relkind in ('r', 'v')"
            )
        ]
        assert len(published) > 10
        for name in published:
            rows = conn.execute(f"select to_jsonb(t)::text from {name} t".encode()).fetchall()
            for mark in a.marks + b.marks:
                assert not any(mark in str(row) for row in rows), (name, mark)


async def test_published_rows_are_written_only_inside_their_maison(
    lives: tuple[Shop, Life, Life], admin: Admin, addresses: Addresses
) -> None:
    _, a, b = lives
    for (name,) in admin(
        "select c.oid::regclass::text from pg_class c where c.relnamespace = 'public_facts'::regnamespace and relkind = 'r'"
    ):
        ((rows,),) = admin(f"select count(*) from {name}")
        assert rows > 0, name
        before = admin(f"select to_jsonb(t) from {name} t order by to_jsonb(t)::text")
        for actor in actors_of(a):
            with psycopg.connect(addresses.app, autocommit=True) as conn, conn.transaction():
                acting(conn, actor, a.house.maison_id)
                deleted = conn.execute(f"delete from {name} t returning to_jsonb(t)".encode()).fetchall()
                # Those inside may take back what is their maison's; nobody anything else.
                assert actor.kind in INSIDE or not deleted, (name, str(actor))
                ids = {str(value) for (row,) in deleted for value in row.values()}
                assert str(b.house.maison_id) not in ids and str(b.house.products["bag"]) not in ids
                raise psycopg.Rollback
        assert admin(f"select to_jsonb(t) from {name} t order by to_jsonb(t)::text") == before


def _another(table: Table) -> dict[str, str]:
    return {WITH_THEIRS[table.name]: str(uuid4())} if table.name in WITH_THEIRS else {}


def _insert(conn: psycopg.Connection, table: Table, row: Any) -> None:
    columns = sql.SQL(", ").join(sql.Identifier(column) for column in table.columns)
    conn.execute(
        sql.SQL(
            "insert into {table} ({columns}) select {columns} from jsonb_populate_record(null::{table}, {row})"
        ).format(
            table=sql.SQL(table.name),  # type: ignore[arg-type]
            columns=columns,
            row=sql.Literal(Jsonb(row)),  # type: ignore[arg-type]
        )
    )


def _change(conn: psycopg.Connection, table: Table, change: str, maison_id: UUID) -> int:
    statement = (
        f"update {table.name} set maison_id = maison_id where maison_id = %s"
        if change == "update"
        else f"delete from {table.name} where maison_id = %s"
    )
    return conn.execute(statement.encode(), [maison_id]).rowcount


def _all_of(admin: Admin, maison_id: UUID) -> dict[str, list[Any]]:
    return {
        table.name: admin(
            f"select to_jsonb(t) from {table.name} t where maison_id = %s order by to_jsonb(t)::text",
            [maison_id],
        )
        for table in tables(admin)
    }


async def test_without_their_policies_the_same_rows_are_seen(
    lives: tuple[Shop, Life, Life], admin: Admin, addresses: Addresses
) -> None:
    """The unguarded twin: it is the policies that hide them, not an empty question."""
    _, a, b = lives
    for table in tables(admin):
        admin(f"alter table {table.name} disable row level security")
        with psycopg.connect(addresses.app) as conn:
            acting(conn, Actor.visitor(uuid4()), a.house.maison_id)
            assert seen(conn, table.name, b.house.maison_id) > 0, table.name
