"""Every migration after the last release lets that release's processes go on: its text, its statements, its world."""

import json
import re
import subprocess
from pathlib import Path

import psycopg
import pytest

from enfilade.base import database, migrations
from enfilade.base.binaries import binary
from enfilade.base.database import Addresses
from enfilade.base.db import Db
from enfilade.base.embedded import ADMINISTRATOR, Cluster
from enfilade.base.tenants import tenants
from enfilade.orders import books
from enfilade.orders import verify as promises
from enfilade.stock import verify as positions
from tests.operations.freeze import FROZEN, columns
from tests.operations.migration_rules import Made, objections

RELEASE, LAST = list(migrations.released().items())[-1]
NEWER = sorted(path for path in migrations.folder().glob("*.sql") if path.name > LAST)


def test_the_release_has_its_line_its_statements_and_its_world() -> None:
    assert (migrations.folder() / LAST).exists()
    assert (FROZEN / f"{RELEASE}-statements.json").exists()
    assert (FROZEN / f"{RELEASE}-world.sql").exists()


#: Looked at by a person, where the text says too little; a migration that has run is not written anew.
LOOKED_AT = {
    # Row security, policies and grants of the tables they make.
    "20261122T060000_quotas.sql": ["do ''"],
    "20261122T101010_stories.sql": ["do ''"],
    "20261122T105500_media.sql": ["do ''"],
    "20261122T123040_accounts.sql": ["do ''"],
    "20261122T164000_windows.sql": ["do ''"],
}


def test_no_newer_migration_breaks_or_blocks_what_runs() -> None:
    made = Made()
    said = {
        path.name: [
            what
            for what in objections(path.read_text(encoding="utf-8"), made)
            if not what.endswith(tuple(LOOKED_AT.get(path.name, ["\0"])))
        ]
        for path in NEWER
    }
    assert {name: what for name, what in said.items() if what} == {}, (
        "see docs/operations.md, Migrations; with a good reason write it before the statement: "
        "-- allowed while the shop runs: …"
    )


REFUSED = """
alter table orders.order drop column note
alter table orders.order rename column note to remark
alter table orders.order rename to purchase
alter table stock.position alter column on_hand type bigint
alter table stock.position alter on_hand set not null
alter table stock.position add column seen timestamptz not null
alter table stock.position add column a integer, add column token uuid default gen_random_uuid()
alter table stock.position add column twice integer generated always as (on_hand * 2) stored
alter table stock.position add column n integer check (n > 0)
alter table stock.position add column place uuid references boutiques.location (id)
alter table stock.position add constraint bounded check (on_hand < 10000)
alter table orders.order add constraint of_client foreign key (client_id) references clients.client (id)
alter table orders.order add constraint one_number unique (maison_id, number)
alter table orders.order drop constraint placed_once
alter table orders.order enable row level security
create index of_note on orders.order (note)
create unique index of_note on orders.order (note)
drop table orders.order
drop function base.maison()
drop policy inside on orders.order
drop index orders.order_of_payment
revoke select on orders.order from enfilade_app
update orders.order set note = ''
delete from stock.hold where true
lock table orders.order in share mode
truncate stock.hold
do $$ begin perform 1; end $$
alter domain base.minor_units add check (value < 5)
refresh materialized view aggregates.figures
""".strip().splitlines()

LET_THROUGH = """
alter table stock.position add column seen timestamptz
alter table stock.position add column kind text not null default 'plain', add column at timestamptz default now()
alter table stock.position add constraint bounded check (on_hand < 10000) not valid
alter table stock.position validate constraint bounded
alter table stock.position alter column seen set default now()
alter table orders.order add constraint one_number unique using index order_number
create index concurrently of_note on orders.order (note)
drop index concurrently orders.order_of_payment
create table orders.note (id uuid primary key, text text not null check (text <> ''))
create or replace function base.maison() returns uuid language sql as $$ select null::uuid; drop table orders.order $$
create policy inside on orders.order for select to enfilade_app using (true)
grant select on orders.order to enfilade_app
insert into base.word (word) values ('drop table x; update y')
""".strip().splitlines()


@pytest.mark.parametrize("statement", REFUSED)
def test_what_breaks_or_blocks_is_found(statement: str) -> None:
    assert objections(f"-- A comment.\n{statement};\n", Made()) != []


@pytest.mark.parametrize("statement", LET_THROUGH)
def test_what_does_not_is_let_through(statement: str) -> None:
    assert objections(f"{statement};\n", Made()) == []


def test_a_table_of_the_same_migration_and_a_reason_given_let_it_through() -> None:
    made = Made()
    new = (
        "-- One; another's; a third.\ncreate table a.b (id uuid);\nalter table a.b enable row level security;"
    )
    new += "\ncreate index of_id on a.b (id);"
    assert objections(new, made) == []
    assert objections("alter table a.b add column c text not null;", made) == []
    replaced = "drop policy p on orders.order;\ncreate policy p on orders.order using (true);"
    assert objections(replaced, made) == []
    drop = "alter table orders.order drop column note;"
    reason = "-- allowed while the shop runs: no released program reads it since 0.1.0\n"
    assert objections(reason + drop, made) == []
    assert objections("-- allowed while the shop runs: yes\n" + drop, made) != []


@pytest.fixture(scope="module")
def previous(cluster: Cluster) -> Addresses:
    """The previous release's schema with the world its program made."""
    at = database.prepare(cluster.address(ADMINISTRATOR, "postgres"), "previous_release")
    migrations.migrate(at.admin, until=LAST)
    loaded = subprocess.run(
        [binary("psql"), "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction", "--dbname", at.admin],
        stdin=(FROZEN / f"{RELEASE}-world.sql").open("rb"),
        capture_output=True,
        text=True,
    )
    assert loaded.returncode == 0, loaded.stderr
    return at


def test_the_previous_releases_world_is_taken_over_whole(previous: Addresses) -> None:
    assert migrations.migrate(previous.admin) == [path.name for path in NEWER]


async def test_the_world_taken_over_verifies(previous: Addresses) -> None:
    db = Db(previous.app, previous.public, previous.group)
    await db.open()
    try:
        found = await tenants(db)
        assert len(found) == 4
        for tenant in found:
            assert await positions.verify(db, maison_id=tenant.maison_id) == []
            wrong = await promises.verify(db, maison_id=tenant.maison_id)
            assert wrong == []
            assert await books.verify(db, maison_id=tenant.maison_id) == []
    finally:
        await db.close()


def test_the_previous_releases_statements_run_on_the_new_schema(migrated: Addresses) -> None:
    """Its processes run on while migrations are applied, and until the last of them is replaced."""
    frozen = json.loads((FROZEN / f"{RELEASE}-statements.json").read_text(encoding="utf-8"))
    assert len(frozen) > 200
    broken: dict[str, str] = {}
    with psycopg.connect(migrated.app, autocommit=True) as conn:
        for statement in frozen:
            try:
                found = columns(conn, statement["text"])
            except AssertionError as error:
                broken[statement["where"]] = str(error)
            else:
                if found != statement["columns"]:
                    broken[statement["where"]] = f"reads {found}, not {statement['columns']}"
    assert broken == {}


def test_a_statement_of_a_dropped_column_would_be_found(migrated: Addresses) -> None:
    with psycopg.connect(migrated.app) as conn, pytest.raises(AssertionError, match="no_such_column"):
        columns(conn, "select no_such_column from orders.order")


#: A folder within a folder, from the root on; an address of the web, a date or a division is none.
PATH_OF_A_MACHINE = re.compile(r"(?<![\w.:/<*\\])/(?:[\w.-]+/)+[\w.-]+")


def test_frozen_files_hold_no_path_of_a_machine() -> None:
    assert PATH_OF_A_MACHINE.search(f'"where": "{Path(__file__).resolve()}:12"')
    for path in FROZEN.iterdir():
        assert not PATH_OF_A_MACHINE.search(path.read_text(encoding="utf-8")), path.name
