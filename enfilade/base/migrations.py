"""Migrations: plain SQL files applied in the order of their names, while the shop runs.

A migration waits for a lock no longer than LOCK_WAIT, since everybody who comes after waits behind it; it lets go and tries
again. What may stand in a migration is said in docs/operations.md, and a test reads each new one.
"""

import hashlib
import re
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psycopg
from procrastinate.schema import SchemaManager
from psycopg import errors, sql

#: Shorter than PostgreSQL's deadlock check of one second: of an order and a migration that wait for each other, the
#: migration yields.
LOCK_WAIT = "500ms"
#: An index built beside the running shop waits for old transactions, and nobody waits for it.
CONCURRENT_WAIT = "10min"
PATIENCE_SECONDS = 300.0
PAUSE_SECONDS_FIRST = 0.2
PAUSE_SECONDS_MAX = 5.0
ONE_AT_A_TIME = 7134602
#: The first line of a migration that cannot run in a transaction: it builds or drops indexes concurrently, and nothing else.
OUTSIDE = "-- outside a transaction"

Say = Callable[[str], None]


class MigrationChanged(Exception):
    """A migration that has run here reads differently now; write a new one instead."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} was applied with another content; restore it and write a new migration")


class MigrationWaits(Exception):
    """Somebody keeps a lock the migration needs, or another runner is at work; nothing of it was applied."""

    def __init__(self, what: str, seconds: float) -> None:
        super().__init__(f"{what}: given up after {seconds:.0f} s; run it again when there is less to do")


def folder() -> Path:
    """Beside the package in a checkout, inside it in a wheel."""
    package = Path(__file__).parents[1]
    shipped = package / "_migrations"
    return shipped if shipped.is_dir() else package.parent / "migrations"


def released() -> dict[str, str]:
    """Each release with the last migration that belongs to it, oldest first."""
    lines = (folder() / "releases.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split() for line in lines if line.strip() and not line.startswith("#"))  # pyright: ignore[reportReturnType]


def migrate(
    admin: str,
    *,
    at: Path | None = None,
    until: str = "",
    patience_seconds: float = PATIENCE_SECONDS,
    say: Say = lambda text: None,
) -> list[str]:
    """Applies what has not run of the folder `at`, as far as `until`, each whole or not at all, and returns their names.

    One runner at a time. Raises MigrationChanged, MigrationWaits.
    """
    applied: list[str] = []
    with psycopg.connect(admin, autocommit=True) as conn:
        # Only a superuser may; elsewhere the server's own second holds.
        with suppress(errors.InsufficientPrivilege):
            conn.execute("set deadlock_timeout = '100ms'")
        conn.execute("set role enfilade_owner")
        conn.execute(sql.SQL("set lock_timeout = {}").format(sql.Literal(LOCK_WAIT)))
        _alone(conn, patience_seconds, say)
        conn.execute(
            "create table if not exists public.migration "
            "(name text primary key, checksum text not null, applied_at timestamptz not null default now())"
        )
        known = dict(conn.execute("select name, checksum from public.migration").fetchall())
        if conn.execute("select to_regclass('procrastinate.procrastinate_jobs')").fetchone() == (None,):
            _install_jobs(conn)
        for path in sorted((at or folder()).glob("*.sql")):
            if until and path.name > until:
                break
            text = path.read_text(encoding="utf-8")
            checksum = hashlib.sha256(text.encode()).hexdigest()
            if path.name in known:
                if known[path.name] != checksum:
                    raise MigrationChanged(path.name)
                continue
            _patiently(conn, path.name, text, checksum, patience_seconds, say)
            applied.append(path.name)
    return applied


def _alone(conn: psycopg.Connection, patience_seconds: float, say: Say) -> None:
    # Asked again and again: a statement that waits would itself be waited for by an index being built concurrently.
    deadline = time.monotonic() + patience_seconds
    told = False
    while conn.execute("select pg_try_advisory_lock(%s)", [ONE_AT_A_TIME]).fetchone() != (True,):
        if not told:
            say("another runner is at work; waiting for it")
            told = True
        if time.monotonic() > deadline:
            raise MigrationWaits("another runner is at work", patience_seconds)
        time.sleep(PAUSE_SECONDS_FIRST)


def _patiently(
    conn: psycopg.Connection, name: str, text: str, checksum: str, patience_seconds: float, say: Say
) -> None:
    deadline, pause = time.monotonic() + patience_seconds, PAUSE_SECONDS_FIRST
    while True:
        try:
            if text.startswith(OUTSIDE):
                _concurrently(conn, name, text)
                _record(conn, name, checksum)
            else:
                with conn.transaction():
                    conn.execute(text.encode())
                    _record(conn, name, checksum)
        except (errors.LockNotAvailable, errors.DeadlockDetected):
            if time.monotonic() + pause > deadline:
                raise MigrationWaits(f"{name} does not get its locks", patience_seconds) from None
            say(f"{name}: a table is in use; trying again in {pause:.1f} s")
            time.sleep(pause)
            pause = min(pause * 1.5, PAUSE_SECONDS_MAX)
        else:
            return


def _record(conn: psycopg.Connection, name: str, checksum: str) -> None:
    conn.execute("insert into public.migration (name, checksum) values (%s, %s)", [name, checksum])


_INDEX = re.compile(
    r"(?P<verb>create (unique )?index|drop index) concurrently (if exists )?(?P<index>[\w.]+)( on (?P<table>[\w.]+).*)?",
    re.IGNORECASE | re.DOTALL,
)


def _concurrently(conn: psycopg.Connection, name: str, text: str) -> None:
    """Statement by statement. What an interrupted build left is invalid and made anew; what stands already is left."""
    conn.execute(sql.SQL("set lock_timeout = {}").format(sql.Literal(CONCURRENT_WAIT)))
    try:
        for statement in re.sub(r"--[^\n]*", "", text).split(";"):
            if not (statement := statement.strip()):
                continue
            found = _INDEX.fullmatch(statement)
            assert found, f"{name}: outside a transaction only indexes are built or dropped concurrently"
            if found["verb"].lower() != "drop index":
                built = conn.execute(
                    """
                    select i.indisvalid, i.indexrelid::regclass::text from pg_index i
                    join pg_class c on c.oid = i.indexrelid
                    where i.indrelid = %s::regclass and c.relname = %s
                    """,
                    [found["table"], found["index"]],
                ).fetchone()
                if built is not None and built[0]:
                    continue
                if built is not None:
                    conn.execute(f"drop index concurrently {built[1]}".encode())
            conn.execute(statement.encode())
    finally:
        conn.execute(sql.SQL("set lock_timeout = {}").format(sql.Literal(LOCK_WAIT)))


def _install_jobs(conn: psycopg.Connection) -> None:
    """Procrastinate's own schema, from the installed package, without the trigger that serialises commits by NOTIFY."""
    with conn.transaction():
        conn.execute("create schema if not exists procrastinate authorization enfilade_owner")
        conn.execute("set local search_path = procrastinate, pg_catalog")
        conn.execute(SchemaManager.get_schema().encode())
        conn.execute("drop trigger procrastinate_jobs_notify_queue_job_inserted_v1 on procrastinate_jobs")
        conn.execute("grant usage on schema procrastinate to enfilade_app")
        conn.execute(
            "grant select, insert, update, delete on all tables in schema procrastinate to enfilade_app"
        )
        conn.execute("grant usage on all sequences in schema procrastinate to enfilade_app")
