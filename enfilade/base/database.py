"""The database itself: its roles, its addresses, its schema as text. An administrator's address is needed only here."""

import re
from dataclasses import dataclass

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from enfilade.base.migrations import MigrationChanged as MigrationChanged
from enfilade.base.migrations import migrate as migrate

LOGIN_ROLES = ("enfilade_app", "enfilade_public", "enfilade_group")
OTHER_ROLES = ("enfilade_owner", "enfilade_door")


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where each role connects; `admin` may create roles and become enfilade_owner."""

    admin: str
    app: str
    public: str
    group: str


def addresses(admin: str) -> Addresses:
    """The roles' addresses, derived from the administrator's: same server and database, other user, same password."""
    of = {role: make_conninfo(admin, user=role) for role in LOGIN_ROLES}
    return Addresses(admin, of["enfilade_app"], of["enfilade_public"], of["enfilade_group"])


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


def normalised(dump: str) -> str:
    """`pg_dump --schema-only` without what differs between two equal databases: versions, comments, random tokens."""
    lines = [
        line
        for line in dump.splitlines()
        if line.strip()
        and not line.startswith(("--", "\\restrict", "\\unrestrict", "SET ", "SELECT pg_catalog.set_config"))
    ]
    return re.sub(r"\n{2,}", "\n", "\n".join(lines)) + "\n"
