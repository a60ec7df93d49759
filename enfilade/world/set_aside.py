"""Foreign keys out of the way of a large load, and back afterwards as they were, each checked over all rows at once."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from psycopg import sql

from enfilade.base.db import Conn, many


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A constraint of a table, as PostgreSQL itself would write it."""

    table_schema: str
    table_name: str
    name: str
    definition: str


@asynccontextmanager
async def foreign_keys_set_aside(conn: Conn, tables: list[str]) -> AsyncGenerator[list[ForeignKey]]:
    """Drops the foreign keys of the tables (`schema.name`) as their owner, and puts them back when all went well.

    Checked row by row they cost as much as the rows, and mark each row that they point at. A load that broke off leaves a
    database to be thrown away.
    """
    known = await many(
        conn,
        ForeignKey,
        """
        select n.nspname::text as table_schema, c.relname::text as table_name, k.conname::text as name,
          pg_get_constraintdef(k.oid) as definition
        from pg_constraint k
        join pg_class c on c.oid = k.conrelid
        join pg_namespace n on n.oid = c.relnamespace
        where k.contype = 'f' and n.nspname || '.' || c.relname = any(%(tables)s::text[])
        order by k.conname, 1, 2
        """,
        tables=tables,
    )
    for key in known:
        await conn.execute(
            sql.SQL("alter table {} drop constraint {}").format(
                sql.Identifier(key.table_schema, key.table_name), sql.Identifier(key.name)
            )
        )
    yield known
    for key in known:
        await conn.execute(
            sql.SQL("alter table {} add constraint {} {}").format(
                sql.Identifier(key.table_schema, key.table_name),
                sql.Identifier(key.name),
                sql.SQL(key.definition),  # type: ignore[arg-type]
            )
        )
