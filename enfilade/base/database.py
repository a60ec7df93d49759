"""The database itself: its roles, its migrations, its generated `schema.sql`. An administrator's address is needed only here."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import psycopg
from procrastinate.schema import SchemaManager
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

LOGIN_ROLES = ("enfilade_app", "enfilade_public", "enfilade_group")
OTHER_ROLES = ("enfilade_owner", "enfilade_door")
LOCK_TIMEOUT = "5s"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where each role connects; `admin` may create roles and become enfilade_owner."""

    admin: str
    app: str
    public: str
    group: str


class MigrationChanged(Exception):
    """A migration that has run here reads differently now; write a new one instead."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} was applied with another content; restore it and write a new migration")


def addresses(admin: str) -> Addresses:
    """The roles' addresses, derived from the administrator's: same server and database, other user, same password."""
    of = {role: make_conninfo(admin, user=role) for role in LOGIN_ROLES}
    return Addresses(admin, of["enfilade_app"], of["enfilade_public"], of["enfilade_group"])


def migrations_folder() -> Path:
    """Beside the package in a checkout, inside it in a wheel."""
    package = Path(__file__).parents[1]
    shipped = package / "_migrations"
    return shipped if shipped.is_dir() else package.parent / "migrations"


def prepare(admin: str, database: str) -> Addresses:
    """Creates what is missing of the roles and of `database`, and returns the addresses in it. Can be run again.

    Login roles get the password of the administrator's address, where it has one.
    """
    password = conninfo_to_dict(admin).get("password")
    with psycopg.connect(admin, autocommit=True) as conn:
        for role in (*OTHER_ROLES, *LOGIN_ROLES):
            if not conn.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone():
                login = sql.SQL("login" if role in LOGIN_ROLES else "nologin")
                conn.execute(sql.SQL("create role {} {}").format(sql.Identifier(role), login))
            if password and role in LOGIN_ROLES:
                conn.execute(
                    sql.SQL("alter role {} password {}").format(sql.Identifier(role), sql.Literal(password))
                )
        conn.execute("grant enfilade_door to enfilade_owner")
        conn.execute("grant enfilade_owner to current_user")
        # Procrastinate's functions name their tables without a schema.
        conn.execute("alter role enfilade_app set search_path = procrastinate, pg_catalog")
        # Nobody waits for ever on a hot row, and nobody keeps one locked by falling silent.
        for limit, length in (
            ("lock_timeout", "5s"),
            ("statement_timeout", "30s"),
            ("idle_in_transaction_session_timeout", "30s"),
        ):
            conn.execute(
                sql.SQL("alter role enfilade_app set {} = {}").format(
                    sql.Identifier(limit), sql.Literal(length)
                )
            )
        # Compiling a plan takes longer than any statement of a page or a command.
        for role in ("enfilade_app", "enfilade_public"):
            conn.execute(sql.SQL("alter role {} set jit = off").format(sql.Identifier(role)))
        if not conn.execute("select 1 from pg_database where datname = %s", [database]).fetchone():
            conn.execute(
                sql.SQL("create database {} owner enfilade_owner template template0").format(
                    sql.Identifier(database)
                )
            )
            conn.execute(
                sql.SQL("revoke connect, temporary on database {} from public").format(
                    sql.Identifier(database)
                )
            )
            for role in LOGIN_ROLES:
                conn.execute(
                    sql.SQL("grant connect on database {} to {}").format(
                        sql.Identifier(database), sql.Identifier(role)
                    )
                )
    return addresses(make_conninfo(admin, dbname=database))


def migrate(admin: str) -> list[str]:
    """Applies what has not run, each migration in a transaction of its own, and returns their names."""
    applied: list[str] = []
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute("set role enfilade_owner")
        conn.execute(sql.SQL("set lock_timeout = {}").format(sql.Literal(LOCK_TIMEOUT)))
        conn.execute("select pg_advisory_lock(7134602)")
        conn.execute(
            "create table if not exists public.migration "
            "(name text primary key, checksum text not null, applied_at timestamptz not null default now())"
        )
        known = dict(conn.execute("select name, checksum from public.migration").fetchall())
        if conn.execute("select to_regclass('procrastinate.procrastinate_jobs')").fetchone() == (None,):
            _install_jobs(conn)
        for path in sorted(migrations_folder().glob("*.sql")):
            text = path.read_text(encoding="utf-8")
            checksum = hashlib.sha256(text.encode()).hexdigest()
            if path.name in known:
                if known[path.name] != checksum:
                    raise MigrationChanged(path.name)
                continue
            with conn.transaction():
                conn.execute(text.encode())
                conn.execute(
                    "insert into public.migration (name, checksum) values (%s, %s)", [path.name, checksum]
                )
            applied.append(path.name)
    return applied


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


def normalised(dump: str) -> str:
    """`pg_dump --schema-only` without what differs between two equal databases: versions, comments, random tokens."""
    lines = [
        line
        for line in dump.splitlines()
        if line.strip()
        and not line.startswith(("--", "\\restrict", "\\unrestrict", "SET ", "SELECT pg_catalog.set_config"))
    ]
    return re.sub(r"\n{2,}", "\n", "\n".join(lines)) + "\n"
