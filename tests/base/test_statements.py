"""Every SQL literal of the house is prepared against the migrated schema, and its columns compared with its row class."""

import ast
import dataclasses
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest

import enfilade
from enfilade.base.database import Addresses

PACKAGE = Path(enfilade.__file__).parent
READERS = {"many", "maybe", "one"}
OTHERS = {"scalar", "execute", "tuples"}
UNPREPARABLE = ("set ", "begin", "commit", "rollback", "lock ")


class Statement(NamedTuple):
    where: str
    module: str
    row: str | None
    text: str


def _statements() -> Iterator[Statement]:
    for path in sorted(PACKAGE.rglob("*.py")):
        module = "enfilade." + ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        source = path.read_text(encoding="utf-8")
        if "enfilade.base.db import" not in source:
            continue
        for node in ast.walk(ast.parse(source)):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            name = node.func.id
            place = 2 if name in READERS else 1 if name in OTHERS else None
            if place is None or len(node.args) <= place:
                continue
            argument = node.args[place]
            where = f"{path.relative_to(PACKAGE)}:{node.lineno}"
            if isinstance(argument, ast.Name):  # a constant of the module, or the parameter of a wrapper
                value = getattr(importlib.import_module(module), argument.id, None)
                if value is None:
                    continue
                text = value
            elif isinstance(argument, ast.JoinedStr):  # put together of the module's constants
                text = eval(ast.unparse(argument), vars(importlib.import_module(module)))
            else:
                assert isinstance(argument, ast.Constant), f"{where}: SQL must be a literal"
                text = str(argument.value)
            row = ast.unparse(node.args[1]) if name in READERS else None
            yield Statement(where, module, row, text)


STATEMENTS = list(_statements())


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda statement: statement.where)
def test_statement_fits_the_schema(statement: Statement, migrated: Addresses) -> None:
    text = statement.text.strip()
    if text.lower().startswith(UNPREPARABLE):
        return
    names: list[str] = []

    def numbered(found: re.Match[str]) -> str:
        if found.group(1) not in names:
            names.append(found.group(1))
        return f"${names.index(found.group(1)) + 1}"

    text = re.sub(r"%\((\w+)\)s", numbered, text).replace("%%", "%")
    with psycopg.connect(migrated.app, autocommit=True) as conn:
        prepared = conn.pgconn.prepare(b"", text.encode())
        assert prepared.status == psycopg.pq.ExecStatus.COMMAND_OK, prepared.error_message.decode()
        described = conn.pgconn.describe_prepared(b"")
        columns = [(described.fname(index) or b"").decode() for index in range(described.nfields)]
    if statement.row is not None:
        row = importlib.import_module(statement.module)
        for part in statement.row.split("."):
            row = getattr(row, part, None)
        if row is None or not dataclasses.is_dataclass(row):
            return  # a type variable of a wrapper
        fields = dataclasses.fields(row)
        required = {
            f.name
            for f in fields
            if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
        }
        assert set(columns) <= {f.name for f in fields}, f"columns {columns}"
        assert required <= set(columns), f"missing {required - set(columns)}"


def test_the_walk_finds_the_statements_of_every_package() -> None:
    assert len(STATEMENTS) > 40
