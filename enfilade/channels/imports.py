"""The common run of an import: batches in transactions, good rows taken, every refused row named."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from psycopg import errors

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, execute
from enfilade.base.ids import new_id

ROWS_PER_BATCH = 1000
REFUSALS_KEPT = 1000
NOTICES_KEPT = 200

T = TypeVar("T")


class FileRefused(Exception):
    """The file as a whole cannot be read; `remedy` says what to do."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}; {remedy}")
        self.reason, self.remedy = reason, remedy


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was not taken: where it stands, which cell, why, what to do."""

    line: int
    column: str
    value: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something taken that somebody may want to look at. Line 0 is the file itself."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Item(Generic[T]):
    """What `rows` rows of the file say, the first at `line`."""

    line: int
    rows: int
    entry: T


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a batch: figures to add up, by name."""

    refusals: list[Refusal] = field(default_factory=list[Refusal])
    notices: list[Notice] = field(default_factory=list[Notice])
    figures: dict[str, int] = field(default_factory=dict[str, int])


@dataclass(slots=True)
class Report:
    """What an import did. `refusals` keeps the first thousand; `undone` means nothing of it remains."""

    kind: str
    format: str
    file_name: str
    dry_run: bool = False
    rows_read: int = 0
    rows_refused: int = 0
    refusals: list[Refusal] = field(default_factory=list[Refusal])
    notices: list[Notice] = field(default_factory=list[Notice])
    notices_count: int = 0
    figures: dict[str, int] = field(default_factory=dict[str, int])
    undone: bool = False

    @property
    def rows_taken(self) -> int:
        """Rows that were taken, or would have been."""
        return self.rows_read - self.rows_refused

    def add(self, taken: Taken) -> None:
        """Counts what a batch brought."""
        for notice in taken.notices:
            self.notice(notice)
        for name, count in taken.figures.items():
            self.figures[name] = self.figures.get(name, 0) + count

    def notice(self, notice: Notice) -> None:
        """Keeps a notice, the first two hundred in full."""
        self.notices_count += 1
        if len(self.notices) < NOTICES_KEPT:
            self.notices.append(notice)


Read = Iterable[Item[T] | Refusal | Notice]
Take = Callable[[Conn, list[T]], Awaitable[Taken]]


class _Undo(Exception):
    pass


async def run_import(
    db: Db,
    *,
    maison_id: UUID,
    report: Report,
    read: Read[T],
    take: Take[T],
    now: datetime,
    all_or_nothing: bool = False,
    on_refusal: Callable[[Refusal], None] | None = None,
    on_batch: Callable[[], None] | None = None,
) -> Report:
    """Takes what `read` yields, about a thousand rows in a transaction; fills and returns `report`.

    A dry run and `all_or_nothing` use one transaction: the first is rolled back, the second if any row was
    refused. Every refusal goes to `on_refusal`; memory does not grow with the file.
    """

    def refuse(refusal: Refusal) -> None:
        report.rows_refused += 1
        if len(report.refusals) < REFUSALS_KEPT:
            report.refusals.append(refusal)
        if on_refusal is not None:
            on_refusal(refusal)

    run_id = new_id(now)
    await _begin(db, maison_id, run_id, report, now)
    single = report.dry_run or all_or_nothing
    try:
        async with _transactions(db, maison_id, single=single) as transaction:
            for batch in _batches(read, report, refuse):
                async with transaction() as conn:
                    taken = await _take(conn, batch, take)
                report.add(taken)
                for refusal in taken.refusals:
                    refuse(refusal)
                if on_batch is not None:
                    on_batch()
            if report.dry_run or (all_or_nothing and report.rows_refused):
                raise _Undo
    except _Undo:
        report.undone = True
    await _end(db, maison_id, run_id, report, now)
    return report


Transaction = Callable[[], AbstractAsyncContextManager[Conn]]


@asynccontextmanager
async def _transactions(db: Db, maison_id: UUID, *, single: bool) -> AsyncIterator[Transaction]:
    """One transaction a batch, or one for all of them with a savepoint a batch."""
    if not single:
        yield lambda: db.acting(Actor.importer(), maison_id)
        return
    async with db.acting(Actor.importer(), maison_id) as conn:

        @asynccontextmanager
        async def savepoint() -> AsyncIterator[Conn]:
            async with conn.transaction():
                yield conn

        yield savepoint


def _batches(read: Read[T], report: Report, refuse: Callable[[Refusal], None]) -> Iterator[list[Item[T]]]:
    batch: list[Item[T]] = []
    rows = 0
    for item in read:
        if isinstance(item, Notice):
            report.notice(item)
        elif isinstance(item, Refusal):
            report.rows_read += 1
            refuse(item)
        else:
            batch.append(item)
            rows += item.rows
            report.rows_read += item.rows
            if rows >= ROWS_PER_BATCH:
                yield batch
                batch, rows = [], 0
    if batch:
        yield batch


async def _take(conn: Conn, batch: list[Item[T]], take: Take[T]) -> Taken:
    """The batch, or, where the database refuses something, its halves: only the row at fault is lost."""
    await plan_afresh(conn)
    try:
        async with conn.transaction():
            return await take(conn, [item.entry for item in batch])
    except (errors.DataError, errors.IntegrityError) as error:
        if len(batch) == 1:
            reason = error.diag.message_primary or "the database does not accept it"
            return Taken(
                [Refusal(batch[0].line, "", "", reason, "correct the row; its numbers are out of range")]
            )
    middle = len(batch) // 2
    first, second = await _take(conn, batch[:middle], take), await _take(conn, batch[middle:], take)
    return Taken(
        first.refusals + second.refusals,
        first.notices + second.notices,
        {
            name: first.figures.get(name, 0) + second.figures.get(name, 0)
            for name in (*first.figures, *second.figures)
        },
    )


async def plan_afresh(conn: Conn) -> None:
    """For the rest of the transaction every statement is planned for the tables as they are now.

    A plan kept from when a table was empty reads all of it, again and again, while the import fills it.
    """
    await execute(conn, "select set_config('plan_cache_mode', 'force_custom_plan', true)")


async def _begin(db: Db, maison_id: UUID, run_id: UUID, report: Report, now: datetime) -> None:
    async with db.acting(Actor.importer(), maison_id) as conn:
        await execute(
            conn,
            """
            insert into base.import_run (maison_id, id, kind, format, file_name, dry_run, started_at)
            values (%(maison_id)s, %(id)s, %(kind)s, %(format)s, %(file_name)s, %(dry_run)s, %(now)s)
            """,
            maison_id=maison_id,
            id=run_id,
            kind=report.kind,
            format=report.format,
            file_name=report.file_name[-200:],
            dry_run=report.dry_run,
            now=now,
        )


async def _end(db: Db, maison_id: UUID, run_id: UUID, report: Report, now: datetime) -> None:
    async with db.acting(Actor.importer(), maison_id) as conn:
        await execute(
            conn,
            """
            update base.import_run set rows_read = %(rows_read)s, rows_taken = %(rows_taken)s,
              rows_refused = %(rows_refused)s,
              finished_at = %(now)s::timestamptz + (clock_timestamp() - now())
            where maison_id = %(maison_id)s and id = %(id)s
            """,
            maison_id=maison_id,
            id=run_id,
            rows_read=report.rows_read,
            rows_taken=0 if report.undone else report.rows_taken,
            rows_refused=report.rows_refused,
            now=now,
        )
