"""The floor of PostgreSQL: recorded statements under pgbench, prepared once a connection and then executed by name."""

import asyncio
import re
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg._queries import PostgresQuery
from psycopg.adapt import Transformer
from psycopg.conninfo import make_conninfo

from bench.recording import Statement, Transaction
from enfilade.base.binaries import binary
from enfilade.base.database import Addresses
from enfilade.base.db import _configure as configure  # pyright: ignore[reportPrivateUsage]

Request = Sequence[Transaction]
#: The beginning of a run has the connecting and the preparing in it, and is not counted.
CONNECTING_SECONDS = 0.5
#: pgbench takes no more.
SCRIPTS_MAX = 128


class FloorFailed(Exception):
    """pgbench did not run the statements through; the message is what it said."""


@dataclass(frozen=True, slots=True)
class _Run:
    """A client's script from beginning to end, in seconds; `number` counts the client's runs."""

    client: int
    number: int
    end: float
    took: float


@dataclass(frozen=True, slots=True)
class Ran:
    """Requests a second, each client's rate added up; and from the first's beginning to the last's end."""

    rate: float
    seconds: float


@dataclass(slots=True)
class _Prepared:
    """Statements of one text and types of parameters, under one name."""

    conn: psycopg.Connection
    switching: bool
    names: dict[tuple[bytes, tuple[int, ...]], str] = field(default_factory=dict[Any, str])

    def line(self, statement: Statement) -> str:
        """The command that runs it."""
        if statement.parameters is None:
            # BEGIN and who acts are sent in one string, hence in one round trip.
            return re.sub(r"^(begin[^;]*); ", r"\1 \\; ", statement.text) + ";\n"
        query = PostgresQuery(Transformer(self.conn))
        query.convert(statement.text.encode(), statement.parameters)
        name = self.names.setdefault((query.query, tuple(query.types)), f"s{len(self.names)}")
        order = _in_order(statement, query)
        arguments = ", ".join(sql.Literal(value).as_string(self.conn) for value in order)
        return f"execute {name}({arguments});\n" if order else f"execute {name};\n"

    def preparing(self) -> str:
        """The commands that prepare all of them."""
        return "".join(
            f"prepare {name}{_types(self.conn, types)} as {query.decode().strip()}\n;\n"
            for (query, types), name in self.names.items()
        )


def _in_order(statement: Statement, query: PostgresQuery) -> list[object]:
    if isinstance(statement.parameters, dict):
        return [statement.parameters[name] for name in query._order or []]  # type: ignore[index]
    return list(statement.parameters)


def _types(conn: psycopg.Connection, oids: tuple[int, ...]) -> str:
    if not oids:
        return ""
    named = [
        "unknown" if oid == 0 else str(conn.execute("select format_type(%s, null)", [oid]).fetchone()[0])  # type: ignore[index]
        for oid in oids
    ]
    return f"({', '.join(named)})"


def _like_the_shop(conn: psycopg.Connection) -> psycopg.Connection:
    """Parameters get the types the shop gives them."""
    asyncio.run(configure(conn))  # type: ignore[arg-type]
    return conn


def _lines(prepared: _Prepared, request: Request) -> str:
    """The commands of a request. The role, where it changes, travels with the transaction's first statement."""
    lines: list[str] = []
    for transaction in request:
        role = f"set role {transaction.role} \\; " if prepared.switching else ""
        for statement in transaction.statements:
            lines.append(role + prepared.line(statement))
            role = ""
    return "".join(lines)


def _address(at: Addresses, requests: Iterable[Request]) -> tuple[str, bool]:
    """Whom pgbench signs in as: the one role that asks; or, where there are several, who may change between them."""
    roles = {transaction.role for request in requests for transaction in request}
    if len(roles) > 1:
        # What a role sets for its sessions comes with signing in, not with `set role`.
        with psycopg.connect(at.app) as conn:
            told = conn.execute(
                "select unnest(rolconfig) from pg_roles where rolname = current_user"
            ).fetchall()
        options = " ".join("-c " + str(setting).replace(" ", "\\ ") for (setting,) in told)
        return make_conninfo(at.admin, options=options), True
    return make_conninfo(at.admin, user=roles.pop()), False


def reads(at: Addresses, requests: Sequence[Request], *, clients: int, seconds: float) -> float:
    """Requests a second, each drawn at random, with `clients` connections at once. Nothing is changed by them."""
    assert len(requests) <= SCRIPTS_MAX
    address, switching = _address(at, requests)
    with psycopg.connect(address, autocommit=True) as conn, tempfile.TemporaryDirectory() as folder:
        prepared = _Prepared(_like_the_shop(conn), switching)
        bodies = [_lines(prepared, request) for request in requests]
        # A client keeps its variables from one script to the next: the first one it is dealt prepares for all.
        head = "\\if :prepared\n\\else\n" + prepared.preparing() + "\\set prepared 1\n\\endif\n"
        scripts: list[str] = []
        for number, body in enumerate(bodies):
            path = Path(folder) / f"{number}.sql"
            path.write_text(head + body, encoding="utf-8")
            scripts += ["-f", str(path)]
        asked = max(1, round(seconds + CONNECTING_SECONDS))
        runs = _pgbench(
            address, Path(folder), ["-c", str(clients), "-T", str(asked), "-D", "prepared=0", *scripts]
        )
    last = max(run.end for run in runs)
    first = last - (asked - CONNECTING_SECONDS)
    return sum(run.end > first for run in runs) / (last - first)


def commands(at: Addresses, warm: Sequence[Request], requests: Sequence[Request], *, clients: int) -> Ran:
    """Each request run once, dealt to `clients` connections; `warm` are run before the clock starts."""
    clients = min(clients, len(requests))
    address, switching = _address(at, requests)
    with psycopg.connect(address, autocommit=True) as conn, tempfile.TemporaryDirectory() as folder:
        prepared = _Prepared(_like_the_shop(conn), switching)
        before = [_lines(prepared, request) for request in warm]
        bodies = [_lines(prepared, request) for request in requests]
        parts = ["\\if :warm\n", *_dealt(bodies, clients), "\\else\n", prepared.preparing()]
        parts += [*_dealt(before, clients), "\\set warm 1\n\\endif\n"]
        path = Path(folder) / "script.sql"
        path.write_text("".join(parts), encoding="utf-8")
        runs = _pgbench(
            address, Path(folder), ["-c", str(clients), "-t", "2", "-D", "warm=0", "-f", str(path)]
        )
    measured = [run for run in runs if run.number == max(run.number for run in runs)]
    assert len(measured) == clients, "a client did not come to its second run"
    rate = sum(len(bodies[run.client :: clients]) / run.took for run in measured)
    return Ran(rate, max(run.end for run in measured) - min(run.end - run.took for run in measured))


def _dealt(bodies: list[str], clients: int) -> list[str]:
    parts: list[str] = []
    for number in range(clients):
        parts.append(f"\\{'if' if number == 0 else 'elif'} :client_id = {number}\n")
        parts += bodies[number::clients]
    return [*parts, "\\endif\n"] if parts else []


def _pgbench(address: str, folder: Path, arguments: list[str]) -> list[_Run]:
    prefix = folder / "log"
    command = [str(binary("pgbench")), "-n", "-M", "simple", "-j", "2", "-l", f"--log-prefix={prefix}"]
    done = subprocess.run([*command, *arguments, address], capture_output=True, text=True)
    if done.returncode or "ERROR" in done.stderr or "aborted" in done.stderr:
        raise FloorFailed(done.stderr[-3000:])
    runs: list[_Run] = []
    for path in folder.glob("log.*"):
        for line in path.read_text(encoding="ascii").splitlines():
            client, number, took, _, second, micro = map(int, line.split()[:6])
            runs.append(_Run(client, number, second + micro / 1e6, took / 1e6))
    return runs
